"""What each agent learned: the action that it takes, over what it observes.

Over two variables of a vector, with the others held; over a map of states.
"""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from stages.evaluation.planning import lasting
from stages.pictures.figures import Agent, plot_hints, style
from stages.pictures.figures.action_colours import colours_of, ink_on, mixed
from stages.pictures.figures.reference_lines import number
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.policy import Policies

SHOWN_RUNS = 30  # of an agent at most
AGREEMENT = ((50, 0.35), (75, 0.65), (95, 1.0))  # above a percentage of runs: how deep a colour is
BETWEEN = 0.2  # inches between two panels
HIGHEST = 2.0  # inches of a panel
LETTERS = 28  # of a name beside a panel
SIDE = 65  # points along a variable
MARGIN = 0.05  # beyond what was observed of a variable
LEGIBLE_VALUES = 4  # held variables at most whose values are written
LEGIBLE_STATES = 100
NOWHERE = "#eeeeee"
ARROWS = {"left": "<", "right": ">", "up": "^", "down": "v"}  # matplotlib's markers
ARROWS |= {"west": "<", "east": ">", "north": "^", "south": "v"}


def policies(agents: Sequence[Agent], task: Task) -> Figure:
    """Draw the actions of run 0, and beside it those on which most of the runs agree."""
    if task.state_count > LEGIBLE_STATES:
        return style.sentence(
            f"Left out: a map of {task.state_count} states is not legible"
            f" ({LEGIBLE_STATES} are at most)."
        )
    runs = min(SHOWN_RUNS, *(agent.policy.runs for agent in agents))
    columns = min(runs, 2)
    width = (style.WIDTH - style.LEFT - style.RIGHT - BETWEEN * (columns - 1)) / columns
    ground = Map(task, width) if task.state_count else Plane(agents, task)
    figure, rows = style.panels(
        len(agents), columns, ground.height, 0.3, BETWEEN, sharex=True, sharey=True
    )
    for agent, row in zip(agents, rows, strict=True):
        taken = actions(agent.policy, runs, ground.observations)
        for panel, of in zip(row, (taken[:1], taken), strict=False):
            panel.grid(visible=False)
            counts = np.stack([(of == action).sum(axis=0) for action in range(task.actions)])
            ground.draw(panel, counts, len(of))
        if isinstance(ground, Plane):
            ground.draw_episode(row[0], agent)
        row[0].set_title(agent.style.name, color=agent.style.colour)
    if isinstance(ground, Plane):
        ground.label(rows)
    names, colours = plot_hints.action_names(task), colours_of(task.actions)
    _, *deeper = (f"{percentage}%" for percentage, _ in AGREEMENT)
    return style.finish(
        figure,
        [Patch(color=colour, label=name) for colour, name in zip(colours, names, strict=True)],
        "Left: the action that run 0 takes." if runs > 1 else "The action that the run takes.",
        f"Right: the action that more than half of {style.count_runs(runs)} take, deeper above"
        f" {' and '.join(deeper)}; blank: there is none." * (runs > 1),
        ground.caption(),
    )


def actions(policy: Policies, runs: int, observations: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the actions [R, P] of the first runs in observations [P, S]."""
    one_by_one = (policy.select(slice(run, run + 1)) for run in range(runs))  # to save memory
    return np.concatenate([one.act(observations[np.newaxis]) for one in one_by_one])


def levels(runs: int) -> dict[float, float]:
    """Return how deep a colour is above a number of runs, which lies between two whole ones."""
    return {percentage * runs // 100 + 0.5: depth for percentage, depth in AGREEMENT}


class Plane:
    """Two variables as far as the recorded episodes went, the others held at their medians."""

    height = 1.3

    def __init__(self, agents: Sequence[Agent], task: Task) -> None:
        recorded = [
            agent.episodes.of(run).observations
            for agent in agents
            for run in range(len(agent.episodes.actions))
        ]
        seen = np.concatenate(recorded).astype(np.float64)
        self.names = task.observation_names
        self.colours = colours_of(task.actions)
        self.variables = plot_hints.plane(task)
        self.held = np.median(seen, axis=0)
        axes = [_axis(seen[:, variable]) for variable in self.variables]
        self.x, self.y = [*axes, np.linspace(0.0, 1.0, SIDE)][:2]
        observations = np.tile(self.held, (SIDE, SIDE, 1))
        for variable, values in zip(self.variables, np.meshgrid(self.x, self.y), strict=False):
            observations[:, :, variable] = values
        self.observations = observations.reshape(SIDE * SIDE, -1).astype(np.float32)

    def draw(self, panel: Axes, counts: NDArray[np.int64], runs: int) -> None:
        """Fill where many of the runs take an action."""
        panel.set(xlim=(self.x[0], self.x[-1]), ylim=(self.y[0], self.y[-1]))
        for of_action, colour in zip(counts, self.colours, strict=True):
            field = of_action.reshape(SIDE, SIDE)
            for level, depth in levels(runs).items():
                if field.max() > level:
                    shade = mixed(colour, depth)
                    panel.contourf(self.x, self.y, field, [level, runs + 1], colors=shade)

    def draw_episode(self, panel: Axes, agent: Agent) -> None:
        """Draw its way from its start, a dot."""
        if len(self.variables) == 2:
            way = agent.episodes.of(0).observations[:, self.variables]
            panel.plot(*way.T, color="#111111", linewidth=0.4)
            panel.plot(*way[0], "o", color="#111111", markersize=3)

    def label(self, rows: Sequence[Sequence[Axes]]) -> None:
        """Name the variables."""
        across, *upwards = (self.names[variable] for variable in self.variables)
        lowest = rows[-1]
        lowest[0].set_xlabel(across, loc="left")  # long names go on below the next panel
        lowest[0].set_ylabel(fill("".join(upwards), LETTERS * len(rows)), loc="bottom")
        if not upwards:
            lowest[0].set_yticks([])
        for panel in lowest:
            panel.xaxis.set_major_locator(MaxNLocator(4))
            panel.xaxis.set_major_formatter(style.written)

    def caption(self) -> str:
        """Say what the line is, and what the other variables are."""
        line = "Line: its recorded episode, from the dot on. " * (len(self.variables) == 2)
        others = [v for v in range(len(self.held)) if v not in self.variables]
        if not others:
            return line
        if len(others) > LEGIBLE_VALUES:
            return f"{line}Other variables are held at their medians in all recorded episodes."
        held = []
        for variable in others:
            name, *unit = self.names[variable].split(", ")
            held.append(" ".join([name, number(float(f"{self.held[variable]:.2g}")), *unit]))
        return f"{line}Held at medians of all recorded episodes: {', '.join(held)}."


def _axis(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay points along a variable, a little beyond what was observed of it."""
    low, high = float(values.min()), float(values.max())
    room = MARGIN * (high - low or 1.0)
    return np.linspace(low - room, high + room, SIDE)


class Map:
    """All states, row by row from the top left."""

    def __init__(self, task: Task, width: float) -> None:
        self.columns = plot_hints.columns(task)
        self.rows = -(-task.state_count // self.columns)
        self.field = min(width / self.columns, HIGHEST / self.rows)  # inches
        self.height = self.rows * self.field
        self.colours = colours_of(task.actions)
        self.arrows = [ARROWS.get(name) for name in plot_hints.action_names(task)]
        acts = np.ones(task.state_count, np.bool_)
        if task.spec.dynamics is Dynamics.TABLE:
            acts = lasting(dynamics(task))
        self.states, self.ends = np.flatnonzero(acts), np.flatnonzero(~acts)
        self.observations = self.states[:, np.newaxis].astype(np.float32)

    def draw(self, panel: Axes, counts: NDArray[np.int64], runs: int) -> None:
        """Colour each state by the action of most runs, with its arrow."""
        panel.set(xlim=(0, self.columns), ylim=(self.rows, 0), xticks=[], yticks=[])
        panel.set_aspect("equal", anchor="W")
        panel.spines[:].set_visible(False)
        shades = np.ones((self.rows * self.columns, 3))
        shades[self.ends] = to_rgb(NOWHERE)
        chosen, most = counts.argmax(axis=0), counts.max(axis=0)
        for level, depth in levels(runs).items():
            for state, action in zip(self.states[most > level], chosen[most > level], strict=True):
                shades[state] = to_rgb(mixed(self.colours[action], depth))
        image = shades.reshape(self.rows, self.columns, 3)
        panel.pcolormesh(image, edgecolors="#dddddd", linewidth=0.5)
        for action, arrow in enumerate(self.arrows):
            where = self.states[(chosen == action) & (most > min(levels(runs)))]
            if arrow and len(where):
                y, x = np.divmod(where, self.columns)
                style: dict[str, Any] = {"markersize": min(8.0, 25 * self.field)}
                ink = ink_on(self.colours[action])
                panel.plot(x + 0.5, y + 0.5, arrow, color=ink, markeredgewidth=0, **style)

    def caption(self) -> str:
        """Say what the fields are."""
        grey = " Grey: no agent acts there." * (len(self.ends) > 0)
        return f"A field for each state, row by row from 0 at the top left.{grey}"
