"""How fast the agents play and learn, beside the peers of bench/peers.

As beside C: in a round a peer and ours take turns, and a ratio is that of one round. The number of
the round is the peer's seed.
"""

import statistics
import subprocess
from pathlib import Path
from typing import NamedTuple

from bench.machine import CORES
from bench.ours import Train, agents, measure, screening, speed, warm_up
from bench.tables import spread
from stages.common import params

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-peers/bin/python"  # `make bench` sets it up from bench/requirements.txt

PLAYERS = {
    "the notebook's search": "notebook.search",
    "Gymnasium, one environment": "environments.gymnasium_one",
    "Gymnasium, 500 lanes": "environments.gymnasium_500",
    "Gymnasium, 10,000 lanes": "environments.gymnasium_10000",
    f"EnvPool, {CORES} threads": "environments.envpool_best",
    "gymnax, compiled by XLA": "compiled.gymnax_best",
}
LEARNERS = {
    "Stable-Baselines3 PPO": "learners.ppo",
    "Stable-Baselines3 DQN": "learners.dqn",
    "sb3-contrib ARS": "learners.ars",
}
PLAYERS_ROUNDS = 3
LEARNERS_ROUNDS = 3
SOLVED = 475.0  # CartPole-v1, by Gymnasium


def lines() -> list[str]:
    """Measure all peers and return the tables."""
    return [*players(), "", *learners()]


class Round(NamedTuple):
    """Steps a second, measured one after the other."""

    peer: float
    one_core: float
    all_cores: float
    compiling: float  # seconds that the peer needed first; 0 where it compiles nothing


def players() -> list[str]:
    """Compare how many steps a second are played."""
    search, policy = screening("cartpole", 10_000), agents()["policy"]
    rounds = {title: play(peer, search, 30) for title, peer in PLAYERS.items()}
    learning = play("notebook.policy", policy, 16)
    compiling = statistics.median(r.compiling for r in rounds["gymnax, compiled by XLA"])
    return [
        "## Steps a second beside the peers",
        "",
        "Random linear policies play an episode each, in million useful environment steps a"
        f" second: median (lowest-highest) of {PLAYERS_ROUNDS} rounds. A lane whose episode ends"
        " gets the next candidate; all steps count as useful but those that only reset a lane."
        " EnvPool and gymnax play with the number of lanes that suits them best of three; gymnax in"
        " the better of two arrangements: every lane for 500 steps, or restarted by gymnax itself"
        f" with the same candidate. It first compiles for {compiling:.1f} s, which does not count."
        " Ours screens 10,000 candidates in a run, whose drawing and sorting count.",
        "",
        f"| peer | its speed | ours, 1 core | ours, {CORES} cores"
        f" | 1 core / peer | {CORES} cores / peer |",
        "|---|---|---|---|---|---|",
        *(row(title, measured) for title, measured in rounds.items()),
        row("the notebook's policy learning", learning),
        "",
        "In the last row ours is the training of our policy agent.",
    ]


def play(peer: str, train: Train, runs: int) -> list[Round]:
    """Measure a peer and ours in all rounds; what is compiled at our first call does not count."""
    warm_up(train)
    rounds = []
    for seed in range(PLAYERS_ROUNDS):
        steps, seconds, *compiling = ask(peer, seed)
        one_core, all_cores = speed(train, runs, 1), speed(train, CORES * runs, CORES)
        rounds.append(Round(steps / seconds, one_core, all_cores, sum(compiling)))
    return rounds


def row(title: str, rounds: list[Round]) -> str:
    """Show a peer's rounds."""
    cells = [
        title,
        *(spread([r[i] / 1e6 for r in rounds], 2) for i in range(3)),
        spread([r.one_core / r.peer for r in rounds], 1),
        spread([r.all_cores / r.peer for r in rounds], 1),
    ]
    return f"| {' | '.join(cells)} |"


def learners() -> list[str]:
    """Compare how long it takes to a solved policy."""
    trained, runs = agents(), params.load("runs").runs
    for train in trained.values():
        warm_up(train)
    ours: list[float] = []
    rows = []
    for title, peer in LEARNERS.items():
        told = []
        for seed in range(LEARNERS_ROUNDS):
            told.append(ask(peer, seed))
            ours.append(sum(measure(train, runs, CORES)[1] for train in trained.values()))
        rows.append(learner(title, told, ours[-LEARNERS_ROUNDS:]))
    return [
        "## To a solved policy beside the peers",
        "",
        "One seed of a peer with the settings of RL Baselines3 Zoo and PyTorch's own choice of"
        f" threads, beside {runs * len(trained)} of ours: {runs} runs of each of the {len(trained)}"
        f" agents, together on {CORES} cores in {spread(ours, 2)} s. Only the training counts, with"
        " our episodes of selection and without imports, what compiles, and the test: median"
        f" (lowest-highest) of {LEARNERS_ROUNDS} rounds, each with another seed of the peer.",
        "",
        "| peer | steps | seconds | mean return of 100 test episodes | seeds solved"
        " | its seconds / all of ours |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def learner(title: str, told: list[list[float]], ours: list[float]) -> str:
    """Show a peer's rounds, beside the seconds of all our runs in the same ones."""
    steps, seconds, returns = (list(numbers) for numbers in zip(*told, strict=True))
    solved = sum(mean >= SOLVED for mean in returns)
    cells = [
        title,
        f"{statistics.median(steps):,.0f}",
        spread(seconds, 1),
        spread(returns, 1),
        f"{solved} of {len(returns)}",
        spread([peer / own for peer, own in zip(seconds, ours, strict=True)], 1),
    ]
    return f"| {' | '.join(cells)} |"


def ask(peer: str, seed: int) -> list[float]:
    """Return the numbers that a peer prints: steps, seconds, and for some a third."""
    command = [str(PYTHON), "-m", "bench.peers", peer, str(seed)]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [float(number) for number in told.stdout.split()]
