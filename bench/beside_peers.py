"""How fast the agents play and learn, beside the peers of bench/peers.

As beside C: in a round a peer and ours take turns, and a ratio is that of one round. The number of
the round is the peer's seed.
"""

import json
import statistics
import subprocess
from pathlib import Path
from typing import NamedTuple

from bench.machine import CORES
from bench.ours import Train, agents, environment, measure, screening, section, speed, warm_up
from bench.tables import spread
from stages.common import params

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-peers/bin/python"  # `make bench` sets it up from bench/requirements.txt

EVERYWHERE = {
    "Gymnasium, one environment": "environments.gymnasium_one",
    f"EnvPool, {CORES} threads": "environments.envpool_best",
    "gymnax, compiled by XLA": "compiled.gymnax_best",
}
IN_CARTPOLE = {
    "the notebook's search": "notebook.search",
    "Gymnasium, 500 lanes": "environments.gymnasium_500",
    "Gymnasium, 10,000 lanes": "environments.gymnasium_10000",
}
PLAYERS = {"cartpole": IN_CARTPOLE | EVERYWHERE, "acrobot": EVERYWHERE, "mountain_car": EVERYWHERE}
RUNS = {"cartpole": 30, "acrobot": 3, "mountain_car": 10}  # of ours: they take a fifth of a second
LEARNERS = {
    "Stable-Baselines3 PPO": "learners.ppo",
    "Stable-Baselines3 DQN": "learners.dqn",
    "sb3-contrib ARS": "learners.ars",
}
PLAYERS_ROUNDS = 3
LEARNERS_ROUNDS = 3


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
    rows, compiling = [], []
    for name, peers in PLAYERS.items():
        search, given = screening(name, 10_000), candidates(name)
        for title, peer in peers.items():
            rounds = play(peer, search, RUNS[name], given)
            rows.append(row(name, title, rounds))
            compiling += [measured.compiling for measured in rounds if measured.compiling > 0.0]
    learning = play("notebook.policy", agents()["policy"], 16)
    return [
        "## Steps a second beside the peers",
        "",
        "Random linear policies play an episode each, in million useful environment steps a"
        f" second: median (lowest-highest) of {PLAYERS_ROUNDS} rounds. A lane whose episode ends"
        " gets the next candidate; all steps count as useful but those that only reset a lane."
        " EnvPool and gymnax play with the number of lanes that suits them best of three; gymnax in"
        " the better of two arrangements: every lane for as long as an episode can be, or restarted"
        " by gymnax itself with the same candidate. It first compiles for"
        f" {spread(compiling, 1)} s, which does not count. Ours screens 10,000 candidates in a run,"
        " whose drawing and sorting count.",
        "",
        f"| environment | peer | its speed | ours, 1 core | ours, {CORES} cores"
        f" | 1 core / peer | {CORES} cores / peer |",
        "|---|---|---|---|---|---|---|",
        *rows,
        row("cartpole", "the notebook's REINFORCE", learning),
        "",
        "In the last row ours is the training of our policy agent.",
    ]


def candidates(name: str) -> str:
    """Tell peers what our search screens in an environment: see bench/peers."""
    task, search = environment(name), section(name)["search"]
    scale = search["scale"] or [1.0] * task.observation_size
    bias = [1.0] if search["bias"] else []
    told = {
        "id": task.id,
        "limit": task.max_episode_steps,
        "actions": task.actions,
        "scale": scale + bias,
    }
    return json.dumps(told)


def play(peer: str, train: Train, runs: int, *given: str) -> list[Round]:
    """Measure a peer and ours in all rounds; what is compiled at our first call does not count."""
    warm_up(train)
    rounds = []
    for seed in range(PLAYERS_ROUNDS):
        steps, seconds, *compiling = ask(peer, seed, *given)
        one_core, all_cores = speed(train, runs, 1), speed(train, CORES * runs, CORES)
        rounds.append(Round(steps / seconds, one_core, all_cores, sum(compiling)))
    return rounds


def row(name: str, title: str, rounds: list[Round]) -> str:
    """Show a peer's rounds."""
    cells = [
        name,
        title,
        *(spread([r[i] / 1e6 for r in rounds], 2) for i in range(3)),
        spread([r.one_core / r.peer for r in rounds], 1),
        spread([r.all_cores / r.peer for r in rounds], 1),
    ]
    return f"| {' | '.join(cells)} |"


def learners() -> list[str]:
    """Compare how long it takes to a solved policy."""
    trained, runs = agents(), params.load("runs").runs
    threshold = environment("cartpole").threshold or 0.0
    for train in trained.values():
        warm_up(train)
    ours: list[float] = []
    rows = []
    for title, peer in LEARNERS.items():
        told = []
        for seed in range(LEARNERS_ROUNDS):
            told.append(ask(peer, seed))
            ours.append(sum(measure(train, runs, CORES)[1] for train in trained.values()))
        rows.append(learner(title, told, ours[-LEARNERS_ROUNDS:], threshold))
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


def learner(title: str, told: list[list[float]], ours: list[float], threshold: float) -> str:
    """Show a peer's rounds, beside the seconds of all our runs in the same ones."""
    steps, seconds, returns = (list(numbers) for numbers in zip(*told, strict=True))
    solved = sum(mean >= threshold for mean in returns)
    cells = [
        title,
        f"{statistics.median(steps):,.0f}",
        spread(seconds, 1),
        spread(returns, 1),
        f"{solved} of {len(returns)}",
        spread([peer / own for peer, own in zip(seconds, ours, strict=True)], 1),
    ]
    return f"| {' | '.join(cells)} |"


def ask(peer: str, seed: int, *given: str) -> list[float]:
    """Return the numbers that a peer prints: steps, seconds, and for some a third."""
    command = [str(PYTHON), "-m", "bench.peers", peer, str(seed), *given]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [float(number) for number in told.stdout.split()]
