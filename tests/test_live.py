"""The live section of the page, in Chromium: its arithmetic is the judge's, and it can be used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acting import CHECKPOINTS
from browser import opened
from checkout import Checkout
from graph import read_yaml
from made_up import ENVIRONMENTS, page_of
from numpy.typing import NDArray
from playwright.sync_api import Page

from stages.evaluation import files, testing
from stages.evaluation.episodes import Episode
from stages.evaluation.simulators import simulators
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task, make

AGENTS = ("random_search", "reinforce", "q_learning")  # made up: linear, network, table
CLASSIC = ("cartpole", "mountain_car", "acrobot")
CELLS = ("frozen_lake", "cliff_walking", "taxi")
SEED = 3

# Plays with an agent's policy from a state, as long as a recorded episode was.
REPLAY = """([agent, which, place, start, steps]) => {
  const { data, game: { environment, world } } = live.lab;
  const act = live.policyOf(data, data.agents[agent], data.agents[agent][which][place]);
  const seen = [environment.observe(world, start)], actions = [], rewards = [];
  let state = start, reward, ended = false;
  for (let t = 0; t < steps; t++) {
    actions.push(act(seen[t]));
    [state, reward, ended] = environment.step(world, state, actions[t], () => 0);
    seen.push(environment.observe(world, state));
    rewards.push(reward);
  }
  return [seen.map((one) => [...one]), actions, rewards, ended];
}"""


def start_of(task: Task, run: int, seed: int) -> list[float]:
    """Return the state, in float64, from which Gymnasium begins a run's first test episode."""
    judges: Any = simulators(task, 1, 1)
    judges.reset(testing.episode_seeds(seed, run, 1))
    state = judges.envs.state[:, 0] if task.name == "cartpole" else judges.envs[0].unwrapped.state
    return [float(value) for value in state]


def bits(values: Any) -> NDArray[np.uint32]:
    """Return numbers as they are in memory."""
    return np.array(values, np.float64).astype(np.float32).view(np.uint32)


def assert_replayed(
    page: Page, agent: int, which: str, place: int, start: list[float], recorded: Episode
) -> None:
    """Compare an episode that the page plays with a recorded one, bit for bit."""
    steps = len(recorded.actions)
    seen, actions, rewards, ended = page.evaluate(REPLAY, [agent, which, place, start, steps])
    np.testing.assert_array_equal(bits(seen), recorded.observations.view(np.uint32))
    assert actions == recorded.actions.tolist()
    assert rewards == recorded.rewards.tolist()
    assert ended == (not recorded.truncated)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a page of each environment, in a folder of its name."""
    folder = tmp_path_factory.mktemp("pages")
    for name in (*CLASSIC, *CELLS):
        page_of(folder / name, name, dict.fromkeys(AGENTS, 20.0), runs=3)
    return folder


# The arithmetic


@pytest.mark.parametrize("name", [*CLASSIC[:2], pytest.param(CLASSIC[2], marks=pytest.mark.slow)])
def test_recorded_episodes_come_out_again_bit_for_bit(name: str, pages: Path) -> None:
    """Policies of each kind, three of each; CartPole and Acrobot with options of their own."""
    task = set_up(name, ENVIRONMENTS[name])
    with opened(pages / name / "index.html") as visit:
        for place, agent in enumerate(AGENTS):
            policies = files.checkpoints(f"{pages}/{name}/train/{agent}", task).policies
            played = testing.play(task, SEED, 1, policies, 1).episodes
            for checkpoint in range(len(CHECKPOINTS)):
                start = start_of(task, checkpoint, SEED)
                recorded = played.of(checkpoint)
                assert_replayed(visit.page, place, "checkpoints", checkpoint, start, recorded)


def test_the_recorded_test_episodes_of_the_trained_agents_come_out_again(small: Checkout) -> None:
    """Every float32 of every observation, of every run of the pipeline."""
    params = read_yaml(small.path / "params.yaml")
    task, data = set_up("cartpole", params["cartpole"]["env"]), small.path / "data"
    with opened(data / "report" / "index.html") as visit:
        for place, agent in enumerate(AGENTS):
            episodes = files.episodes(f"{data}/evaluate/{agent}")
            for run in range(params["runs"]):
                recorded = episodes.of(run)
                last = "live.lab.data.agents[%d].checkpoints.length - 1" % place  # noqa: UP031
                which = "runs" if run else "checkpoints"
                number = run or visit.page.evaluate(last)
                start = start_of(task, run, params["seed"])
                assert_replayed(visit.page, place, which, number, start, recorded)


# Each outcome of each action in each state, with its probability, once for every number.
OUTCOMES = """(success) => {
  const { data, game: { environment } } = live.lab;
  const world = environment.world({ success }, data.model);
  const all = (of) => data.model.following.map((_, s) => data.actions.map((_, a) => of(s, a)));
  const acts = data.agents.map((agent) => live.policyOf(data, agent, agent.checkpoints[2]));
  const chosen = acts.map((act) => data.model.following.map((_, s) => act(Float32Array.of(s))));
  return [all((s, a) => environment.outcomes(world, s, a)), chosen];
}"""
SLIPPERY = {
    "frozen_lake": (0.7, {"is_slippery": True, "success_rate": 0.7}),
    "cliff_walking": (1 / 3, {"is_slippery": True}),
    "taxi": (0.8, {"is_rainy": True}),
}
FIRM = {
    "frozen_lake": (1.0, {"is_slippery": False}),
    "cliff_walking": (1.0, {}),
    "taxi": (1.0, {}),
}


def chances(outcomes: list[tuple[float, int, float, bool]]) -> dict[Any, float]:
    """Add up the probabilities of what is the same."""
    added: dict[Any, float] = {}
    for chance, *what in outcomes:
        key = tuple(what)
        added[key] = round(added.get(key, 0.0) + chance, 12)
    return added


@pytest.mark.parametrize(
    "name", [CELLS[0], *(pytest.param(name, marks=pytest.mark.slow) for name in CELLS[1:])]
)
def test_worlds_of_cells_are_gymnasiums_and_policies_choose_as_in_the_test(
    name: str, pages: Path
) -> None:
    with opened(pages / name / "index.html") as visit:
        for success, options in (SLIPPERY[name], FIRM[name]):
            task = set_up(name, {**ENVIRONMENTS[name], "options": options})
            model = make(task).unwrapped.P
            found, chosen = visit.page.evaluate(OUTCOMES, success)
            for state, actions in model.items():
                for action, outcomes in actions.items():
                    assert chances(found[state][action]) == chances(outcomes)
        for agent, actions in zip(AGENTS, chosen, strict=True):
            policies = files.checkpoints(f"{pages}/{name}/train/{agent}", task).policies
            numbers = np.arange(task.state_count, dtype=np.float64)[np.newaxis, :, np.newaxis]
            assert actions == policies.select(slice(2, 3)).act(numbers)[0].tolist()
