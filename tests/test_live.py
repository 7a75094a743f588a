"""The live section of the page, in Chromium: its arithmetic is that of the test and of training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acting import CHECKPOINTS
from browser import opened
from checkout import Checkout
from graph import PARAMS, read_yaml
from made_up import ENVIRONMENTS, page_of
from numpy.typing import NDArray
from playwright.sync_api import Page
from scipy.stats import mannwhitneyu

from stages.common.params import settings_of
from stages.evaluation import files, testing
from stages.evaluation.episodes import Episode
from stages.evaluation.simulators import simulators
from stages.pictures.agent_style import styles
from stages.rl.agents import actor_critic, q_learning
from stages.rl.interface.set_up import dynamics, set_up
from stages.rl.interface.task import Task, make
from stages.rl.policies.tile_coding import (
    TilePolicy,
    find_tiles,
    tile_count,
    tile_policy,
    tiling_of,
)
from stages.rl.policies.tile_settings import cut
from stages.rl.training.greedy_episodes import world_of

AGENTS = ("random_search", "reinforce", "q_learning", "actor_critic")
NAMES = styles(AGENTS)
KINDS = AGENTS[:3]  # made up: linear, network, table
GRIDS = ("frozen_lake", "cliff_walking")
SEED = 3

# Plays with an agent's checkpoint from a state, as long as a recorded episode was.
REPLAY = """([agent, place, start, steps]) => {
  const { task, make, policyOf } = live, environment = make(task);
  const found = task.agents.find(({ name }) => name === agent);
  const policy = policyOf(task, found, found.checkpoints.at(place));
  environment.state = start;
  const seen = [environment.observation], actions = [], rewards = [];
  let reward, ended = false;
  for (let t = 0; t < steps; t++) {
    actions.push(policy.act(seen[t]));
    [reward, ended] = environment.step(actions[t], Math.random);
    seen.push(environment.observation);
    rewards.push(reward);
  }
  return [seen.map((one) => [...one]), actions, rewards, ended];
}"""


def start_of(task: Task, run: int, seed: int) -> list[float]:
    """Return the state, in float64, from which Gymnasium begins a run's first test episode."""
    environments: Any = simulators(task, 1, 1)
    environments.reset(testing.episode_seeds(seed, run, 1))
    if task.name == "cartpole":
        return [float(value) for value in environments.envs.state[:, 0]]
    return [float(value) for value in environments.envs[0].environment.unwrapped.state]


def bits(values: Any) -> NDArray[np.uint32]:
    """Return numbers as they are in memory."""
    return np.array(values, np.float64).astype(np.float32).view(np.uint32)


def assert_replayed(
    page: Page, agent: str, place: int, start: list[float], recorded: Episode
) -> None:
    """Compare an episode that the page plays with a recorded one, bit for bit."""
    steps = len(recorded.actions)
    seen, actions, rewards, ended = page.evaluate(REPLAY, [NAMES[agent].name, place, start, steps])
    np.testing.assert_array_equal(bits(seen), recorded.observations.view(np.uint32))
    assert actions == recorded.actions.tolist()
    assert rewards == recorded.rewards.tolist()
    assert ended == (not recorded.truncated)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a page of each environment, in a folder of its name."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("cartpole", "mountain_car", *GRIDS):
        page_of(folder / name, name, dict.fromkeys(AGENTS, 20.0), 3, learners=True)
    return folder


@pytest.mark.parametrize("name", ["cartpole", "mountain_car"])
def test_recorded_episodes_come_out_again_bit_for_bit(name: str, pages: Path) -> None:
    """Policies of each kind, three of each; CartPole with other options."""
    task = set_up(name, ENVIRONMENTS[name])
    with opened(pages / name / "index.html") as visit:
        for agent in KINDS:
            policies = files.checkpoints(f"{pages}/{name}/train/{agent}", task).policies
            played = testing.play(task, SEED, 1, policies, 1).episodes
            for place in range(len(CHECKPOINTS)):
                start = start_of(task, place, SEED)
                assert_replayed(visit.page, agent, place, start, played.of(place))


def test_the_pipelines_recorded_episodes_come_out_again_bit_for_bit(small: Checkout) -> None:
    params = read_yaml(small.path / "params.yaml")
    task, data = set_up("cartpole", params["cartpole"]["env"]), small.path / "data"
    with opened(data / "report" / "index.html") as visit:
        for agent in AGENTS:
            recorded = files.episodes(f"{data}/evaluate/{agent}").of(0)
            assert_replayed(visit.page, agent, -1, start_of(task, 0, params["seed"]), recorded)


# Each outcome of each action in each state, and the actions of a checkpoint of each agent.
OUTCOMES = """(success) => {
  const { task, make, policyOf } = live, environment = make(task, { success_rate: success });
  const all = (of) => task.model.following.map((_, s) => task.actions.map((_, a) => of(s, a)));
  const chosen = task.agents.map((agent) => {
    const policy = policyOf(task, agent, agent.checkpoints[2]);
    return [agent.name, task.model.following.map((_, s) => policy.act([s]))];
  });
  return [all((s, a) => environment.outcomes(s, a)), Object.fromEntries(chosen)];
}"""


def probabilities(outcomes: list[tuple[float, int, float, bool]]) -> dict[Any, float]:
    """Add up the probabilities of equal outcomes."""
    added: dict[Any, float] = {}
    for probability, *outcome in outcomes:
        key = tuple(outcome)
        added[key] = added.get(key, 0.0) + probability
    return {key: round(probability, 12) for key, probability in added.items()}


@pytest.mark.parametrize("name", GRIDS)
def test_grids_are_gymnasiums_and_policies_choose_as_in_the_test(name: str, pages: Path) -> None:
    with opened(pages / name / "index.html") as visit:
        for success, options in ((1 / 3, {"is_slippery": True}), (1.0, {"is_slippery": False})):
            task = set_up(name, {**ENVIRONMENTS[name], "options": options})
            found, chosen = visit.page.evaluate(OUTCOMES, success)
            for state, actions in make(task).unwrapped.P.items():
                for action, outcomes in actions.items():
                    assert probabilities(found[state][action]) == probabilities(outcomes)
        for agent in AGENTS:
            policies = files.checkpoints(f"{pages}/{name}/train/{agent}", task).policies
            numbers = np.arange(task.state_count, dtype=np.float64)[np.newaxis, :, np.newaxis]
            actions = policies.select(slice(2, 3)).act(numbers)[0].tolist()
            assert chosen[NAMES[agent].name] == actions


# Learns from transitions; returns the weights, and for the actor-critic v's.
UPDATES = """([number, transitions]) => {
  const { learner } = new live.Training(live.task, live.task.learners[number], 0, { gamma: 0.9 });
  const random = () => 0.3;
  for (const [seen, reward, next, terminated] of transitions) {
    const s = learner.coding.find(seen), a = learner.act(s, random);
    learner.learn(s, a, reward, learner.coding.find(next), terminated);
  }
  return [[...(learner.Q ?? learner.theta).weights], [...(learner.v?.weights ?? [])]];
}"""


@pytest.mark.parametrize("number", [0, 1])
def test_learning_changes_weights_as_the_pipeline_does(number: int, pages: Path) -> None:
    """In MountainCar, over 32 tilings; the random number that decides on actions is always 0.3."""
    task, section = set_up("mountain_car", ENVIRONMENTS["mountain_car"]), PARAMS["mountain_car"]
    drawn = np.random.default_rng(0).uniform([-1.2, -0.07], [0.6, 0.07], (300, 2))
    pairs = list(zip(drawn.astype(np.float32), drawn[1:].astype(np.float32), strict=False))
    transitions = [(one.tolist(), -1.0, two.tolist(), bool(two[0] > 0.5)) for one, two in pairs]
    agent = (q_learning, actor_critic)[number].AGENT
    settings = settings_of(agent, section, task).replace(discount=0.9)
    learner = actor_critic.learner_of(settings, task) if number else None
    policy = learner.policy if learner else q_learning_policy(settings, task)
    for seen, reward, following, terminated in transitions:
        find_tiles(policy.tiling, np.array(seen), policy.tiles)
        find_tiles(policy.tiling, np.array(following), policy.next_tiles)
        values = policy.weights[policy.tiles].sum(axis=0)
        if learner is None:
            rates = q_learning.Rates(settings.discount, settings.learning_rate, 0.0)
            q_learning.update(
                rates, policy.weights, policy.tiles, values.argmax(), reward, policy.next_tiles,
                terminated,
            )  # fmt: skip
        else:
            pi = np.exp(values - values.max()) / np.exp(values - values.max()).sum()
            action = int(np.searchsorted(pi.cumsum(), 0.3, side="right"))
            learner.score_gradient[:] = np.eye(task.actions)[action] - pi
            actor_critic.update(learner, 1.0, policy.tiles, reward, policy.next_tiles, terminated)
    with opened(pages / "mountain_car" / "index.html") as visit:
        weights, critic = visit.page.evaluate(UPDATES, [number, transitions])
    np.testing.assert_allclose(weights, policy.weights.ravel(), rtol=0.0, atol=1e-10)
    if learner is not None:
        np.testing.assert_allclose(critic, learner.critic.ravel(), rtol=0.0, atol=1e-10)


def q_learning_policy(settings: q_learning.Settings, task: Task) -> TilePolicy:
    """Return the policy with which Q-learning begins."""
    tiling = tiling_of(*cut(settings, task))
    shape = tile_count(tiling), task.actions
    return tile_policy(tiling, np.full(shape, settings.initial_value / settings.tilings))


FIRST_SOLVES = """([number, seeds]) => Array.from({ length: seeds }, (_, seed) => {
  const training = new live.Training(live.task, live.task.learners[number], seed);
  training.run(Infinity);
  return training.solved?.first.steps ?? 1e9;
})"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1])
def test_it_solves_cartpole_after_as_many_steps_as_the_pipeline(number: int, pages: Path) -> None:
    """Thirty seeds on the page and thirty runs: the difference is not significant."""
    agent, runs = (q_learning, actor_critic)[number].AGENT, 30
    task = set_up("cartpole", ENVIRONMENTS["cartpole"])
    settings, world = settings_of(agent, PARAMS["cartpole"], task), world_of(task, dynamics(task))
    trained = [agent.train(settings, task, world, SEED, run) for run in range(runs)]
    reached = [run.known_after[run.scores >= task.threshold] for run in trained]
    pipeline = [int(steps[0]) if len(steps) else 10**9 for steps in reached]
    with opened(pages / "cartpole" / "index.html") as visit:
        page = visit.page.evaluate(FIRST_SOLVES, [number, runs])
    assert mannwhitneyu(pipeline, page).pvalue > 0.05
