"""The one style of all figures, and their encoding to the same bytes everywhere."""

import io
import re
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.pictures.agent_style import INK, AgentStyle

WIDTH = 8.3  # inches: at 100 dpi the width of a README's text
SCREEN = 100  # dots per inch on which a figure is laid out
BAND, FAINT = 0.3, 0.18  # opacity of an interval's band and of single runs
LEGIBLE_RUNS = 20  # single runs that a panel shows at most; statistics are over all of them
LEGIBLE_POINTS = 400  # of a line, likewise: two for each pixel that a panel is wide
CAPTION = 120  # letters in a line below a figure
TICKS = 12  # from left to right at most, however long their numbers
NAME = re.compile(rb"\b([a-zA-Z])[0-9a-f]{10}\b")  # of a part: the hash of its coordinates
SURPLUS = re.compile(rb"(\.\d\d)\d+(?=[ \"])")  # decimals beyond a hundredth of a point
LARGE = 3  # panels side by side that have room for letters of full size

mpl.rcdefaults()  # a user's own matplotlibrc must not reach a result
mpl.rcParams.update(
    {
        "axes.edgecolor": INK,
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titley": 1.0,  # else looked for anew at each drawing: a tenth of the whole time
        "figure.constrained_layout.h_pad": 0.06,
        "figure.constrained_layout.w_pad": 0.06,
        "font.size": 9,
        "grid.alpha": 0.25,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "lines.linewidth": 1.4,
        "lines.solid_capstyle": "butt",  # a line ends where its data do
        "svg.fonttype": "path",  # the same letters where other fonts are installed
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
)


def sheet(height: float, layout: str = "none") -> Figure:
    """Make a figure of README width, `height` inches high, without panels."""
    figure = Figure(figsize=(WIDTH, height), dpi=SCREEN, layout=layout)  # type: ignore[arg-type]
    FigureCanvasAgg(figure)
    return figure


def panels(
    rows: int, columns: int, height: float, **options: Any
) -> tuple[Figure, list[list[Axes]]]:
    """Lay out a figure as rows of panels."""
    figure = sheet(height, "constrained")
    grid = figure.subplots(rows, columns, squeeze=False, **options)
    for panel in grid.ravel():
        panel.locator_params(axis="x", nbins=max(2, TICKS // columns))
        if columns > LARGE:
            panel.tick_params(labelsize=7)
            panel.xaxis.label.set_size(8)
    return figure, [list(row) for row in grid]


def head(row: list[Axes], looks: list[AgentStyle]) -> None:
    """Write above each panel of a row which agent it shows."""
    small = len(row) > LARGE
    letters = round(WIDTH / len(row) * (11 if small else 9))  # that fit above a panel
    for panel, look in zip(row, looks, strict=True):
        panel.set_title(fill(look.name, letters), color=look.colour, fontsize=8 if small else 10)


def widths(count: int) -> list[float]:
    """Choose the widths of lines that may hide one another: the first is the widest."""
    return np.linspace(3.0, 1.2, count).tolist() if count > 1 else [1.2]


def thin(count: int, most: int = LEGIBLE_POINTS) -> NDArray[np.int64]:
    """Choose which of `count` marks are drawn: `most`, evenly apart, first and last with them."""
    return np.unique(np.linspace(0, count - 1, most).astype(int))


def contour(
    panel: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    heights: NDArray[np.float64],
    level: float,
) -> None:
    """Draw where heights [Y, X] have a level, by lines that do not close.

    Matplotlib's own close, and keep all of their points, where both ends are the same to the last
    bit, which is another one on another processor.
    """
    found: Any = contour_generator(x, y, heights).lines(level)  # typed as any of its formats
    panel.add_collection(LineCollection(found, colors=INK, linewidths=0.8), autolim=False)


def explain(figure: Figure, *lines: str) -> None:
    """Say under a figure what its marks stand for; each part begins a line, if there is any."""
    letters = round(CAPTION * figure.get_figwidth() / WIDTH)
    wrapped = [fill(line, letters) for line in lines if line]
    figure.supxlabel(";\n".join(wrapped), fontsize=8, x=0.01, ha="left")


def encode(figure: Figure) -> bytes:
    """Encode a figure as SVG, without date and version.

    Coordinates are written to a hundredth of a point, and parts are named by numbers: where
    coordinates differ in their last bits, as contours do on Arm, where contourpy has fused
    multiply-adds, the bytes are the same.
    """
    layout = figure.get_layout_engine()
    if layout:
        layout.execute(figure)  # once; drawing would lay it out as well
    figure.set_layout_engine("none")
    svg = io.BytesIO()
    canvas: Any = FigureCanvasSVG(figure)  # untyped
    canvas.print_svg(svg, metadata={"Date": None, "Creator": None})
    numbers: dict[bytes, bytes] = {}
    numbered = NAME.sub(
        lambda name: numbers.setdefault(name[0], b"%s%d" % (name[1], len(numbers))), svg.getvalue()
    )
    return SURPLUS.sub(rb"\1", numbered)
