"""Learners that solve CartPole, with the settings that RL Baselines3 Zoo has tuned for them.

From hyperparams/ of github.com/DLR-RM/rl-baselines3-zoo: ppo.yml at commit 208b6fd, dqn.yml at
ce95481, ars.yml at c6c209e. Each function trains one seed and returns its environment steps, the
seconds of the training alone (no evaluation meanwhile), and the mean return of 100 greedy test
episodes of the last policy.
"""

import time
from typing import Any

from sb3_contrib import ARS
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

TEST_EPISODES = 100


def ppo(seed: int) -> tuple[int, float, float]:
    """Train by proximal policy optimisation."""
    learner = PPO(
        "MlpPolicy",
        make_vec_env("CartPole-v1", n_envs=8, seed=seed),
        n_steps=32,
        batch_size=256,
        gae_lambda=0.8,
        gamma=0.98,
        n_epochs=20,
        ent_coef=0.0,
        learning_rate=lambda remaining: 0.001 * remaining,
        clip_range=lambda remaining: 0.2 * remaining,
        seed=seed,
    )
    return train(learner, 100_000, seed)


def dqn(seed: int) -> tuple[int, float, float]:
    """Train a deep Q-network."""
    learner = DQN(
        "MlpPolicy",
        make_vec_env("CartPole-v1", n_envs=1, seed=seed),
        learning_rate=2.3e-3,
        batch_size=64,
        buffer_size=100_000,
        learning_starts=1_000,
        gamma=0.99,
        target_update_interval=10,
        train_freq=256,
        gradient_steps=128,
        exploration_fraction=0.16,
        exploration_final_eps=0.04,
        policy_kwargs={"net_arch": [256, 256]},
        seed=seed,
    )
    return train(learner, 50_000, seed)


def ars(seed: int) -> tuple[int, float, float]:
    """Train a linear policy by augmented random search."""
    env = make_vec_env("CartPole-v1", n_envs=1, seed=seed)
    return train(ARS("LinearPolicy", env, n_delta=2, seed=seed), 50_000, seed)


def train(learner: Any, steps: int, seed: int) -> tuple[int, float, float]:
    """Train for about so many steps, then test."""
    start = time.perf_counter()
    learner.learn(steps)
    seconds = time.perf_counter() - start
    env = make_vec_env("CartPole-v1", n_envs=10, seed=seed + 1_000_000)
    mean, _ = evaluate_policy(learner, env, n_eval_episodes=TEST_EPISODES, deterministic=True)
    return learner.num_timesteps, seconds, mean
