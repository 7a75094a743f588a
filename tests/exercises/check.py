"""Check an exercise of docs/exercises.md: `make exercise N=3`.

It looks at what you made, experiments by name and files of your own, and tells what is missing.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from compare import lines
from own_work import dyna_q, sarsa, sarsa_on_the_cliff, wind
from recorded import commit_of, metrics, params

from stages.common import script
from stages.common.script import InputError

LAKE, CAR, CLIFF = "frozen_lake", "mountain_car", "cliff_walking"


class Ran(NamedTuple):
    """An experiment that is asked for: what it changes, and what comes of it."""

    name: str
    agent: str
    given: dict[str, Any]  # parameters, by their keys
    metric: str  # of the agent, which comes out ...
    low: float  # ... from this ...
    high: float  # ... to this

    def check(self) -> str:
        """Tell what came of it.

        Raises:
            InputError: it was not run, or is another one.
        """
        commit = commit_of(self.name)
        found = params(commit)
        for key, value in self.given.items():
            if found.get(key) != value:
                raise InputError(
                    f"{self.name}: {key} is {found.get(key)}; the exercise has {value}"
                )
        of = metrics(commit, self.agent)
        value = of[self.metric]
        if not self.low <= value <= self.high:
            raise InputError(
                f"{self.name}: {self.metric} of {self.agent} is {value}, not between {self.low} "
                f"and {self.high}: was it run up to evaluate@{self.agent}?"
            )
        solved = "" if of["solved"] is None else f", {of['solved']} of {of['runs']} runs solved"
        return f"{self.name}: {self.agent}: mean return {of['return']}{solved}"


def compared() -> Iterator[str]:
    """Check that two experiments differ in one parameter, with runs enough, and compare them."""
    one, other = (params(commit_of(name)) for name in ("before", "after"))
    differ = sorted(key for key in one | other if one.get(key) != other.get(key))
    if len(differ) != 1 or not differ[0].startswith("cartpole.train_q_learning."):
        told = ", ".join(differ) or "nothing"
        raise InputError(f"before and after differ in {told}; change one value of Q-learning")
    if one["seed"] == 0 or one["runs"] < 100:
        raise InputError(
            f"before: seed {one['seed']}, {one['runs']} runs; take a seed other than 0, with "
            "which the idea was found, and 100 runs or more"
        )
    yield from lines("before", "after")


def experiment(*arguments: Any) -> Callable[[], Iterator[str]]:
    """Make the check of an experiment."""
    return lambda: iter([Ran(*arguments).check()])


Q, SOLVED, MEAN = "q_learning", "solved", "return"
LAKES, CARS = {"environment": LAKE}, {"environment": CAR}
HOPE = {f"{LAKE}.train_{Q}.initial_value": 1, f"{LAKE}.train_{Q}.discount": 1}
RATES = {f"{LAKE}.train_{Q}.learning_rate": 1, f"{LAKE}.train_{Q}.final_learning_rate": 1}
GLOOM = {f"{CAR}.train_{Q}.initial_value": -200, f"{CAR}.train_{Q}.discount": 0.99}
AWAKE, DREAMS = (
    {"environment": CLIFF, f"{CLIFF}.train_dyna_q.planning_steps": steps} for steps in (0, 20)
)
CHECKS: dict[str, list[Callable[[], Iterator[str]]]] = {
    "1": [
        experiment(
            "ten", "random_search", {"cartpole.search.validation_episodes": 10}, SOLVED, 24, 29
        )
    ],
    "2": [experiment("fine", Q, {f"cartpole.train_{Q}.bins": [1, 1, 50, 50]}, SOLVED, 0, 3)],
    "3": [experiment("endless", Q, LAKES | HOPE, MEAN, 0.0, 0.1)],
    "4": [experiment("restless", Q, LAKES | RATES, MEAN, 0.0, 0.6)],
    "5": [experiment("gloomy", Q, CARS | GLOOM, MEAN, -200.0, -200.0)],
    "6": [experiment("unseen", "reinforce", CARS, MEAN, -200.0, -200.0)],
    "7": [
        sarsa,
        experiment("cliff", "sarsa", {"environment": CLIFF}, MEAN, -19.0, -13.5),
        experiment("cliff", Q, {"environment": CLIFF}, MEAN, -13.0, -13.0),
        sarsa_on_the_cliff,
    ],
    "8": [
        dyna_q,
        experiment("awake", "dyna_q", AWAKE, MEAN, -200.0, -50.0),
        experiment("dreams", "dyna_q", DREAMS, MEAN, -20.0, -13.0),
    ],
    "9": [wind, experiment("wind", Q, {"environment": "catch"}, MEAN, 0.4, 0.7)],
    "10": [compared],
}


def told(number: str) -> Iterator[str]:
    """Check an exercise; yield what was found.

    Raises:
        InputError: something is missing.
    """
    if number not in CHECKS:
        raise InputError(f"which exercise, 1 to {len(CHECKS)}? `make exercise N=3`")
    try:
        for check in CHECKS[number]:
            yield from check()
    except InputError as missing:
        raise InputError(f"exercise {number}: {missing}") from None
    yield f"exercise {number}: done"


def main() -> None:
    """Tell what was found, as far as it goes."""
    for line in told(" ".join(sys.argv[1:])):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    script.run(main)
