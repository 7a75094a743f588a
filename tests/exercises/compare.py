"""Do two experiments differ in how soon Q-learning knows that it solves, or is it chance?

PYTHONPATH=. python tests/exercises/compare.py ONE OTHER   compares their first 10, 30, ... runs.
"""

import argparse

import numpy as np
from numpy.typing import NDArray
from recorded import arrays, commit_of

from stages.common import script
from stages.evaluation.comparison import p_values

THRESHOLD = 475.0  # of CartPole-v1
PERMUTATIONS = 10_000
SOME = (10, 30, 60, 120)


def steps_to_solve(name: str) -> NDArray[np.float64]:
    """Read after how many steps each run knew, [R]; infinite for one that never did."""
    history = arrays(commit_of(name), "data/train/q_learning/history.npz")
    solved = np.where(history["scores"] >= THRESHOLD, history["known_after"], np.inf)
    return np.asarray(solved.min(axis=1))


def p_value(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Test whether two samples [R], [R'] are of one distribution, by their ranks."""
    together = np.concatenate([one, other])
    in_order = np.sort(together, kind="stable")
    below, up_to = (np.searchsorted(in_order, together, side) for side in ("left", "right"))
    ranks = (below + up_to)[:, np.newaxis]  # twice the rank: ties share theirs
    return float(p_values(ranks, len(one), PERMUTATIONS, np.random.default_rng(0))[0])


def lines(one: str, other: str) -> list[str]:
    """Set out medians and p-values, of more and more runs."""
    first, second = steps_to_solve(one), steps_to_solve(other)
    rows = [("runs", one, other, "p")]
    for runs in SOME:
        if runs <= min(len(first), len(second)):
            some, others = first[:runs], second[:runs]
            medians = f"{np.median(some):,.0f}", f"{np.median(others):,.0f}"
            rows.append((f"{runs}", *medians, f"{p_value(some, others):.4f}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.rjust, row, widths)) for row in rows]


def main() -> None:
    """Compare two experiments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one")
    parser.add_argument("other")
    options = parser.parse_args()
    print(*lines(options.one, options.other), sep="\n")  # noqa: T201


if __name__ == "__main__":
    script.run(main)
