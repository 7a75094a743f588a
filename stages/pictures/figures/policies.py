"""What each agent learned: the action that it takes, over what it sees."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from stages.pictures.figures import Agent, of_runs
from stages.pictures.figures.maps import Map
from stages.pictures.figures.planes import Plane
from stages.pictures.figures.shades import LEVELS, colours_of
from stages.pictures.figures.style import explain, head, panels
from stages.rl.interface.task import Task
from stages.rl.policies.policy import Policies

SHOWN_RUNS = 30  # of an agent at most


def policies(agents: Sequence[Agent], task: Task) -> Figure:
    """Draw the actions of run 0, and below or beside it, where most of the runs agree."""
    runs = min(SHOWN_RUNS, *(agent.policy.runs for agent in agents))
    names = ["run 0", of_runs(runs)][: min(runs, 2)]
    ground = Map(agents, task, len(names)) if task.state_count else Plane(agents, task)
    if ground.wide:
        figure, grid = panels(len(agents), len(names), 1.0 + len(agents) * ground.height)
    else:
        height = 1.2 + len(names) * ground.height
        figure, grid = panels(len(names), len(agents), height, sharex=True, sharey=True)
        head(grid[0], [agent.look for agent in agents])
    columns = grid if ground.wide else list(zip(*grid, strict=True))
    colours, told = colours_of(task.actions), []
    for agent, column in zip(agents, columns, strict=True):
        taken = actions(agent.policy, runs, ground.observations)
        for panel, of in zip(column, (taken[:1], taken), strict=False):
            panel.grid(visible=False)
            ground.frame(panel)
            told.append(_alike(of, task.action_names))
            if told[-1]:
                panel.text(0.5, 0.5, told[-1], ha="center", va="center", transform=panel.transAxes)
            elif len(of) == 1:
                ground.draw_run(panel, agent, colours)
            else:
                for action, colour in enumerate(colours):
                    ground.draw_share(panel, (of == action).mean(axis=0), action, colour)
    ground.label(grid, names, [agent.look for agent in agents], told)
    if not all(told):
        handles = [Patch(color=colour) for colour in colours]
        figure.legend(handles, task.action_names, loc="outside upper left", ncols=6, handlelength=1)
    _, *deeper = (f"{level:.0%}" for level, _ in LEVELS)
    above, below = ("left", "right") if ground.wide else ("above", "below")
    most = (
        f"{below}: the one that more than half of {runs} runs take, deeper above"
        f" {' and '.join(deeper)}; blank: there is none"
    )
    explain(
        figure,
        f"{f'{above}: ' * (runs > 1)}the action that run 0 takes{ground.of_run}",
        most * (runs > 1),
        ground.told,
    )
    return figure


def _alike(taken: NDArray[np.int64], names: Sequence[str]) -> str:
    """Say what runs [R] do that take one action wherever they are [P], or never agree.

    Else there is something to draw, and nothing to say.
    """
    if (taken != taken[:, :1]).any():
        most = max((taken == action).mean(axis=0).max() for action in range(len(names)))
        return "" if most > LEVELS[0][0] else "nowhere do more\nthan half agree"
    found, counts = np.unique(taken[:, 0], return_counts=True)
    if len(found) == 1:
        return f"everywhere\n{names[found[0]]}"
    parts = [
        f"{names[action]}: {of_runs(count)}" for action, count in zip(found, counts, strict=True)
    ]
    return "everywhere\n" + "\n".join(parts)


def actions(policy: Policies, runs: int, observations: NDArray[np.float32]) -> NDArray[np.int64]:
    """Ask the first runs for their actions, [R, P], in observations [P, S]."""
    one_by_one = (policy.select(slice(run, run + 1)) for run in range(runs))  # to save memory
    return np.concatenate([one.act(observations[np.newaxis]) for one in one_by_one])
