"""The style of all figures: one column, legible on a phone, and the same bytes everywhere."""

import io
import re
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from stages.pictures.agent_style import INK, AgentStyle

WIDTH = 5.0  # inches
LETTERS = 9  # points of all letters: 8.25 pixels where a phone shows a figure 330 pixels wide
LINE = 0.175  # inches from one line of letters to the next
LEFT, RIGHT = 0.9, 0.3  # inches beside the panels
TITLE = 0.25  # inches, above a panel
LABELS, TICKS = 0.45, 0.25  # inches below a panel: with and without words under its numbers
CAPTION = 70  # letters of a line as wide as the figure
BAND, FAINT = 0.2, 0.3  # opacity of an interval's band and of single runs
LEGIBLE_RUNS = 20  # single runs that a panel shows at most; statistics are over all of them
LEGIBLE_POINTS = 200  # of a line, likewise
STEPS = [1, 2, 2.5, 5, 10]  # between ticks, times a power of ten
MINUS = "\N{MINUS SIGN}"
NAME = re.compile(rb"\b([a-zA-Z])[0-9a-f]{10}\b")  # of a part: the hash of its coordinates
SURPLUS = re.compile(rb"(\.\d\d)\d+(?=[ \"])")  # decimals beyond a hundredth of a point
DARK = (
    b"@media screen and (prefers-color-scheme: dark)"
    b"{svg{filter:invert(.91) hue-rotate(180deg)}}</style>"
)

mpl.rcdefaults()  # a user's own matplotlibrc must not reach a result
mpl.rcParams.update(
    {
        "axes.edgecolor": INK,
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": LETTERS,
        "axes.titleweight": "bold",
        "axes.titley": 1.0,  # else computed anew at each drawing
        "font.size": LETTERS,
        "grid.alpha": 0.25,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "legend.handlelength": 1.8,
        "lines.linewidth": 1.4,
        "lines.solid_capstyle": "butt",  # a line ends where its data do
        "svg.fonttype": "path",  # the same letters where other fonts are installed
        "text.color": INK,
        "text.parse_math": False,  # a $ in a name is a dollar
        "xtick.color": INK,
        "ytick.color": INK,
    }
)


def panels(
    rows: int, columns: int, height: float, gap: float, between: float = 0.0, **options: Any
) -> tuple[Figure, list[list[Axes]]]:
    """Lay out a figure as rows of panels; `finish` adds what stands above and below them.

    Args:
        rows: of panels.
        columns: of panels.
        height: of a panel, in inches.
        gap: inches between two rows.
        between: inches between two columns.
        options: of `Figure.subplots`.
    """
    figure = Figure(figsize=(WIDTH, rows * height + (rows - 1) * gap))
    width = (WIDTH - LEFT - RIGHT - (columns - 1) * between) / columns
    left, right = LEFT / WIDTH, 1 - RIGHT / WIDTH
    spaces = {"left": left, "right": right, "bottom": 0.0, "top": 1.0}
    figure.subplots_adjust(hspace=gap / height, wspace=between / width, **spaces)
    grid = figure.subplots(rows, columns, squeeze=False, **options)
    for panel in grid.ravel():
        panel.autoscale(enable=False)  # figures set their limits: to autoscale takes time
        panel.yaxis.set_major_locator(MaxNLocator(4, steps=STEPS))
        panel.yaxis.set_major_formatter(written)
    return figure, [list(row) for row in grid]


def finish(figure: Figure, keys: Sequence[Any], *sentences: str) -> Figure:
    """Put a legend above the panels of a figure and a caption below them.

    Args:
        figure: of `panels`.
        keys: lines and patches that have labels.
        sentences: each begins a line; empty ones are left out.
    """
    longest = max((len(key.get_label()) for key in keys), default=0)
    columns = max(1, min(len(keys), CAPTION // (longest + 8)))
    titled = any(panel.get_title(loc="left") for panel in figure.axes)
    above = (TITLE if titled else 0.1) + LINE * -(-len(keys) // columns) + 0.05
    lines = [line for sentence in sentences for line in wrap(sentence, CAPTION)]
    labelled = any(panel.get_xlabel() for panel in figure.axes)
    below = (LABELS if labelled else TICKS) + LINE * len(lines) + 0.05
    inside = figure.get_figheight()
    height = inside + above + below
    figure.set_figheight(height)
    figure.subplots_adjust(top=1 - above / height, bottom=below / height)
    if keys:
        figure.legend(
            handles=keys,
            loc="upper left",
            bbox_to_anchor=(0, 1),
            ncols=columns,
            borderaxespad=0.2,
            labelspacing=0.25,
            columnspacing=1.5,
        )
    figure.text(0.01, 0.05 / height, "\n".join(lines), va="bottom")
    return figure


def sentence(text: str) -> Figure:
    """Make a figure that holds no more than a sentence."""
    lines = wrap(text, CAPTION)
    figure = Figure(figsize=(WIDTH, LINE * len(lines) + 0.2))
    figure.text(0.01, 0.5, "\n".join(lines), va="center")
    return figure


def key(style: AgentStyle, more: str = "") -> Line2D:
    """Make the entry of a legend that stands for an agent."""
    return Line2D([], [], color=style.colour, linewidth=2, label=style.name + more)


def written(value: float, _: object = None) -> str:
    """Write a number on an axis."""
    return f"{value:,.10g}".replace("-", MINUS)


def percent(value: float, _: object = None) -> str:
    """Write a fraction on an axis."""
    return f"{value:.0%}"


def count_runs(count: int) -> str:
    """Say how many runs there are."""
    return f"{count} run" if count == 1 else f"{count} runs"


def draw_runs(
    panel: Axes, lines: Sequence[NDArray[np.float64]], colour: str, opacity: float = FAINT
) -> None:
    """Draw single runs as thin lines, each [N, 2]."""
    drawn = LineCollection(list(lines), colors=colour, alpha=opacity, linewidths=0.6)
    panel.add_collection(drawn, autolim=False)


def widths(count: int) -> list[float]:
    """Choose the widths of lines that may hide one another: the first is the widest."""
    return np.linspace(3.0, 1.2, count).tolist() if count > 1 else [1.4]


def thin(count: int, most: int = LEGIBLE_POINTS) -> NDArray[np.int64]:
    """Choose which of `count` points are drawn: `most`, evenly apart, first and last with them."""
    return np.unique(np.linspace(0, count - 1, most).astype(int))


def encode(figure: Figure) -> bytes:
    """Encode a figure as SVG without date and version, dark on dark screens.

    Coordinates are written to a hundredth of a point, and parts are named by numbers: where
    coordinates differ in their last bits, as contours and logarithms do on other processors, the
    bytes are the same.
    """
    svg = io.BytesIO()
    canvas: Any = FigureCanvasSVG(figure)  # untyped
    canvas.print_svg(svg, metadata={"Date": None, "Creator": None})
    numbers: dict[bytes, bytes] = {}
    numbered = NAME.sub(
        lambda name: numbers.setdefault(name[0], b"%s%d" % (name[1], len(numbers))), svg.getvalue()
    )
    return SURPLUS.sub(rb"\1", numbered).replace(b"</style>", DARK, 1)
