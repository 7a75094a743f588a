"""How soon the runs of each agent solve the environment to stay."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from stages.evaluation.statistics import wilson_interval
from stages.pictures.figures import Agent, style
from stages.pictures.figures.reference_lines import ReferenceLines, number
from stages.pictures.figures.steps_axis import steps_axis

STEPS = "environment steps of training and validation"
BEFORE = 0.8  # of what the quickest run needed: where a logarithmic axis begins


def sample_efficiency(agents: Sequence[Agent], lines: ReferenceLines) -> Figure:
    """Draw the share of the runs that stay solved, over environment steps."""
    threshold = lines.threshold
    if threshold is None:
        return style.sentence("Left out: nothing counts as solved. See the validation scores.")
    needed = [agent.history.steps_to_solve(threshold) for agent in agents]
    solved = [np.sort(steps[np.isfinite(steps)]) for steps in needed]
    ends = [float(agent.history.steps.max()) for agent in agents]
    middles = [
        float(np.median(steps)) if len(steps) else end
        for steps, end in zip(solved, ends, strict=True)
    ]
    first = BEFORE * min(steps.min(initial=min(ends)) for steps in solved)
    axis = steps_axis(first, max(ends), middles)
    figure, ((panel,),) = style.panels(1, 1, 2.2, 0.0)
    axis.draw(panel, STEPS)
    panel.set(ylabel="share of runs that stay solved", ylim=(-0.02, 1.02))
    panel.yaxis.set_major_formatter(style.percent)
    keys, widths = [], style.widths(len(agents))
    for agent, steps, end, width in zip(agents, solved, ends, widths, strict=True):
        runs, colour = len(agent.history.scores), agent.style.colour
        drawn = style.thin(len(steps) + 2)
        at = np.concatenate(([axis.first], steps, [end]))[drawn]
        counts = [min(int(place), len(steps)) for place in drawn]
        share = [count / runs for count in counts]
        low, high = zip(*(wilson_interval(count, runs) for count in counts), strict=True)
        panel.step(at, share, where="post", color=colour, linewidth=width)
        panel.fill_between(at, low, high, step="post", color=colour, alpha=style.BAND / 2, lw=0)
        keys.append(style.key(agent.style, f": {len(steps) or 'none'} of {runs} stay solved"))
    single = max(len(agent.history.scores) for agent in agents) == 1
    interval = "Band: 95% interval of the share (Wilson, point by point)."
    return style.finish(
        figure,
        keys,
        f"A run stays solved from the first validation score of {number(threshold)} or more after"
        " which none lies significantly below.",
        "One run has no interval." if single else interval,
    )
