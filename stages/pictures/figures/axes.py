"""The axis of environment steps that all agents share, and words where lines end.

An axis is a row of values, and a place on it counts them: between two it is interpolated. So an
axis that is logarithmic (each value a fixed ratio beyond the one before) takes no logarithm, whose
last bits are not the same everywhere.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

FAR_APART = 10  # how many times another's an agent's value is, at least
RATIO = 1.05  # between two values of a logarithmic axis
VALUES = 200  # of a linear axis
TICKS = 8  # of a linear axis at most
FEWEST = 3  # of a logarithmic axis at least
POINT = 1 / 72  # inch
LINE = 1.35  # height of a line of letters, of their size


class Axis(NamedTuple):
    """Values [N], from the first that is shown to the last."""

    values: NDArray[np.float64]
    logarithmic: bool

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Tell where values lie: 0 for the first one shown, N - 1 for the last."""
        return np.interp(values, self.values, np.arange(len(self.values)))

    def ticks(self) -> list[float]:
        """Choose which values are written: powers of ten, or multiples of a round number."""
        first, last = float(self.values[0]), float(self.values[-1])
        powers = [10.0**power for power in range(16)]
        rounds = [unit * power for power in powers for unit in (1, 2, 5)]
        if self.logarithmic:
            within = [power for power in powers if first <= power <= last]
            more = [number for number in rounds if first <= number <= last]
            return within if len(within) >= FEWEST else more
        step = next(step for step in rounds if (last - first) / step <= TICKS)
        return [step * i for i in range(TICKS + 1) if step * i <= last]

    def draw(self, panel: Axes, label: str) -> None:
        """Write the values and what they are below a panel."""
        ticks = self.ticks()
        panel.set_xticks(self.place(np.array(ticks)), [f"{tick:,.0f}" for tick in ticks])
        panel.set(xlim=(0, len(self.values) - 1), xlabel=label)


def axis_of(first: float, last: float, compared: Sequence[float]) -> Axis:
    """Make an axis for all agents.

    Args:
        first: value at which there is something to show.
        last: value that is shown.
        compared: a value of each agent, which are to be seen in one figure.
    """
    last = max(last, first + 1.0)
    if max(compared) < FAR_APART * min(compared):
        return Axis(np.linspace(0.0, last, VALUES), logarithmic=False)
    values = [max(1.0, first)]
    while values[-1] < last:
        values.append(values[-1] * RATIO)
    return Axis(np.array(values), logarithmic=True)


def write_beside(panel: Axes, words: Sequence[tuple[float, str, str]], size: float = 9) -> None:
    """Write words to the right of a panel whose limits are set, none upon another.

    Args:
        panel: whose lines are named.
        words: for each, the height in the panel's own values, what is written, and its colour.
        size: of the letters, in points.
    """
    low, high = panel.get_ylim()
    figure = panel.get_figure(root=True)
    inches = figure.get_figheight() * panel.get_position().height * 0.85 if figure else 1.0
    lines = np.array([text.count("\n") + 1 for _, text, _ in words])
    room = lines * size * LINE * POINT / inches
    wanted = (np.array([height for height, _, _ in words]) - low) / (high - low)
    order = np.argsort(-wanted, kind="stable")  # from the top down
    placed = wanted.copy()
    for above, here in pairwise(order):
        placed[here] = min(placed[here], placed[above] - (room[above] + room[here]) / 2)
    lowest = order[-1]
    placed[lowest] = max(placed[lowest], min(0.0, wanted[lowest]))
    for below, here in pairwise(order[::-1]):
        placed[here] = max(placed[here], placed[below] + (room[below] + room[here]) / 2)
    for height, (_, text, colour) in zip(placed, words, strict=True):
        panel.text(
            1.012, height, text, color=colour, size=size, va="center", transform=panel.transAxes
        )
