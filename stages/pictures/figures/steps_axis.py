"""The axis of environment steps that all agents share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from stages.pictures.figures.style import written

FAR_APART = 10  # how many times another agent's value an agent's is, at least: a logarithmic axis
DECADES = 100  # from here on powers of ten alone are labelled
RATIO = 1.05  # between two points of a curve over a logarithmic axis
POINTS = 120  # of a curve over a linear axis


class StepsAxis(NamedTuple):
    """Environment steps from the first that are shown to the last."""

    first: float
    last: float
    logarithmic: bool

    def points(self) -> NDArray[np.float64]:
        """Choose the steps [N] at which a curve is computed.

        On a logarithmic axis by multiplication alone, the same everywhere to the last bit.
        """
        if not self.logarithmic:
            return np.linspace(0.0, self.last, POINTS)
        points = [self.first]
        while points[-1] < self.last:
            points.append(points[-1] * RATIO)
        return np.array(points)

    def draw(self, panel: Axes, label: str) -> None:
        """Write the steps, and what they are, below a panel."""
        if self.logarithmic:
            panel.set_xscale("log")
            labelled = (1.0,) if self.last / self.first >= DECADES else (1.0, 2.0, 5.0)
            panel.xaxis.set_major_locator(LogLocator(subs=labelled))
            panel.xaxis.set_minor_locator(NullLocator())
        else:
            panel.xaxis.set_major_locator(MaxNLocator(5))
        panel.xaxis.set_major_formatter(written)
        panel.set(xlim=(self.first, self.last), xlabel=label)


def steps_axis(first: float, last: float, compared: Sequence[float]) -> StepsAxis:
    """Make an axis for all agents.

    Args:
        first: step at which there is something to show.
        last: step that is shown.
        compared: a value of each agent, which are to be seen in one figure.
    """
    last = max(last, first + 1.0)
    if max(compared) < FAR_APART * min(compared):
        return StepsAxis(0.0, last, logarithmic=False)
    return StepsAxis(max(1.0, first), last, logarithmic=True)
