"""What each agent learned: the action that it takes, over what it sees."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from stages.pictures.figures import Agent
from stages.pictures.figures.maps import Map
from stages.pictures.figures.planes import Plane
from stages.pictures.figures.shades import LEVELS, colours_of
from stages.pictures.figures.style import explain, head, panels
from stages.rl.interface.task import Task
from stages.rl.policies.kind import Policy

SHOWN_RUNS = 30  # of an agent at most


def policies(agents: Sequence[Agent], task: Task) -> Figure:
    """Draw the actions of run 0, and below, where most of the runs agree."""
    ground = Map(agents, task) if task.numbers else Plane(agents, task)
    runs = min(SHOWN_RUNS, *(agent.policy.runs for agent in agents))
    names = ["run 0", f"{runs} runs"][: min(runs, 2)]
    height = 1.2 + len(names) * ground.height
    figure, rows = panels(len(names), len(agents), height, sharex=True, sharey=True)
    colours = colours_of(task.actions)
    for agent, *column in zip(agents, *rows, strict=True):
        ground.draw_run(column[0], agent, colours)
        if runs > 1:
            taken = actions(agent.policy, runs, ground.observations)
            for action, colour in enumerate(colours):
                ground.draw_share(column[1], (taken == action).mean(axis=0), action, colour)
        for panel in column:
            panel.grid(visible=False)
    head(rows[0], [agent.look for agent in agents])
    ground.label(rows, names)
    handles = [Patch(color=colour) for colour in colours]
    figure.legend(handles, task.action_names, loc="outside upper left", ncols=6, handlelength=1)
    _, *deeper = (f"{level:.0%}" for level, _ in LEVELS)
    below = (
        f"below: the one that more than half of {runs} runs take, deeper above"
        f" {' and '.join(deeper)}; white: there is none"
    )
    explain(
        figure,
        f"{'above: ' * (runs > 1)}the action that run 0 takes{ground.of_run}",
        below * (runs > 1),
        ground.told,
    )
    return figure


def actions(policy: Policy, runs: int, observations: NDArray[np.float32]) -> NDArray[np.int64]:
    """Ask the first runs for their actions, [R, P], in observations [P, S]."""
    one_by_one = (policy.select(slice(run, run + 1)) for run in range(runs))  # to save memory
    return np.concatenate([one.act(observations[np.newaxis]) for one in one_by_one])
