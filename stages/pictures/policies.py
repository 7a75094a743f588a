"""What each agent learned: its action over the pole's angle and angular velocity."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.agents import look
from stages.figures import Agent
from stages.figures.style import INK, explain, panels
from stages.rl.environments import ANGLE_LIMIT
from stages.rl.policies import Network, Policy, Table

DEGREES = 57.29577951308232  # in a radian
ANGLES = np.linspace(-ANGLE_LIMIT, ANGLE_LIMIT, 97)  # rad
ANGULAR_VELOCITIES = np.linspace(-3.0, 3.0, 97)  # rad/s
CART_VELOCITIES = (0.0, 1.0)  # m/s: at rest, and moving to the right
NOTHING = 1e-9  # a preference this small is none: no shades to tell apart
OTHER_RUNS = 10  # whose boundaries a panel shows at most
MINUS = "\N{MINUS SIGN}"

# From purple (left) to orange (right), which colour-blind readers tell apart (ColorBrewer, PuOr).
SHADES = ("#8073ac", "#b2abd2", "#d8daeb", "#fee0b6", "#fdb863", "#e08214")
# Logits of these probabilities as literals: log is not the same on every processor.
PROBABILITIES = ("5%", "25%", "50%", "75%", "95%")
LOGITS = (-2.9444389791664403, -1.0986122886681098, 0.0, 1.0986122886681098, 2.9444389791664403)


def policies(agents: Mapping[str, Agent]) -> Figure:
    """Draw run 0's preference for each action, with the cart at rest and moving."""
    figure, rows = panels(2, len(agents), 5.6, sharex=True, sharey=True)
    for column, (name, agent) in enumerate(agents.items()):
        title, levels, labels = _scale(agent.policy)
        for row, velocity in enumerate(CART_VELOCITIES):
            panel = rows[row][column]
            shades = _panel(panel, agent.policy, velocity, levels)
            panel.grid(visible=False)
        rows[0][column].set_title(look(name).name, color=look(name).colour)
        rows[1][column].set_xlabel("pole angle, degrees")
        bar = figure.colorbar(
            shades, ax=[rows[0][column], rows[1][column]], location="bottom", aspect=25
        )
        bar.set_ticks(levels, labels=labels)
        bar.set_label(title, fontsize=8)
    for panels_of_row, state in zip(rows, ("at rest", "moving right at 1 m/s"), strict=True):
        panels_of_row[0].set_ylabel(f"cart {state}\nangular velocity, rad/s")
    explain(
        figure,
        "purple: pushes to the left; orange: to the right; black: the boundary of run 0, thin: of"
        f" {OTHER_RUNS} more runs at most;",
        "cart in the middle of the track",
    )
    return figure


def _scale(policy: Policy) -> tuple[str, list[float], list[str]]:
    """Say what a kind of policy's preference means: title, levels between shades, their labels."""
    if isinstance(policy, Network):
        return "probability of pushing to the right", list(LOGITS), list(PROBABILITIES)
    largest = float(np.abs(_preference(policy, 0, CART_VELOCITIES[0])).max())
    largest = largest if largest > NOTHING else 1.0
    levels = [largest * part / 3 for part in range(-2, 3)]
    labels = [f"{level:.2g}".replace("-", MINUS) for level in levels]
    if isinstance(policy, Table):
        return f"advantage: Q(right) {MINUS} Q(left), steps", levels, labels
    return "score: weights · state", levels, labels


def _preference(policy: Policy, run: int, velocity: float) -> NDArray[np.float64]:
    """Ask a run over the whole panel: [angular velocities, angles]."""
    theta, theta_dot = np.meshgrid(ANGLES, ANGULAR_VELOCITIES)
    x_dot = np.full_like(theta, velocity)
    states = np.stack([np.zeros_like(theta), x_dot, theta, theta_dot], axis=2)
    seen = states.reshape(1, -1, 4).astype(np.float32)
    return policy.select(slice(run, run + 1)).preference(seen).reshape(theta.shape)


def _panel(panel: Axes, policy: Policy, velocity: float, levels: list[float]) -> QuadContourSet:
    """Draw run 0's preference as shades, its boundary, and those of other runs."""
    at = ANGLES * DEGREES, ANGULAR_VELOCITIES
    first = _preference(policy, 0, velocity)
    shades = panel.contourf(*at, first, levels, colors=list(SHADES), extend="both")
    for run in range(1, min(policy.runs, OTHER_RUNS + 1)):
        _boundary(panel, _preference(policy, run, velocity), 0.5, 0.35)
    _boundary(panel, first, 1.8, 1.0)
    return shades


def _boundary(panel: Axes, preference: NDArray[np.float64], linewidth: float, alpha: float) -> None:
    """Draw the line between the two actions, where there is one."""
    if preference.min() < 0.0 < preference.max():
        panel.contour(
            ANGLES * DEGREES,
            ANGULAR_VELOCITIES,
            preference,
            [0.0],
            colors=INK,
            linewidths=linewidth,
            alpha=alpha,
        )
