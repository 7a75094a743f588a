"""The one style of all figures, and their encoding to the same bytes everywhere."""

import io
import re
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from stages.pictures.looks import INK, Look

WIDTH = 8.3  # inches: at 100 dpi the width of a README's text
SCREEN = 100  # dots per inch on which a figure is laid out
SLIDE, SMALLER = 4.0, 0.85  # inches that a slide is high at least, and of the figure's own height
DOTS_PER_INCH = 200  # twice that, for sharp screens
GRID = 256  # parts of a pixel on which vertices lie: the precision that Agg itself draws with
BELOW = 0.2928932188134524  # 1 - sqrt(1/2): no data lie where it is decided which part is next
BAND, FAINT = 0.3, 0.18  # opacity of an interval's band and of single runs
LEGIBLE_RUNS = 20  # single runs that a panel shows at most; statistics are over all of them
LEGIBLE_POINTS = 400  # of a line, likewise: two for each pixel that a panel is wide
CAPTION = 120  # letters in a line below a figure
TICKS = 12  # from left to right at most, however long their numbers
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
        "svg.hashsalt": "reinforcement learning",  # else the names of its parts are random
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


def head(row: list[Axes], looks: list[Look]) -> None:
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


def explain(figure: Figure, *lines: str) -> None:
    """Say under a figure what its marks stand for; each part begins a line, if there is any."""
    letters = round(CAPTION * figure.get_figwidth() / WIDTH)
    wrapped = [fill(line, letters) for line in lines if line]
    figure.supxlabel(";\n".join(wrapped), fontsize=8, x=0.01, ha="left")


class RendererOnAGrid(RendererAgg):
    """Agg, with every vertex on a grid of pixels' parts, where it does not matter what was fused.

    On Arm, contourpy and Agg are built with fused multiply-adds: the last bits of vertices differ
    there, and the shade of a pixel may follow.
    """

    def _update_methods(self) -> None:
        super()._update_methods()  # type: ignore[no-untyped-call]
        for method in ("draw_path_collection", "draw_markers"):  # else Agg's own, on the instance
            delattr(self, method)

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803 # matplotlib's name
        """Draw a path."""
        on_grid = _on_grid(path, transform)
        super().draw_path(gc, on_grid, IdentityTransform(), rgbFace)  # type: ignore[no-untyped-call]

    def draw_path_collection(self, *arguments: Any, **options: Any) -> None:
        """Draw paths, one after the other, by the method above."""
        RendererBase.draw_path_collection(self, *arguments, **options)

    def draw_markers(
        self, gc: Any, marker: Path, shape: Any, path: Path, transform: Any, *colour: Any
    ) -> None:
        """Draw a marker at every vertex of a path."""
        places = _on_grid(path, transform)
        self._renderer.draw_markers(gc, marker, shape, places, IdentityTransform(), *colour)


def _on_grid(path: Path, transform: Any) -> Path:
    placed = transform.transform_path(path)
    return Path(np.floor(placed.vertices * GRID + BELOW) / GRID, placed.codes)


class Canvas(FigureCanvasAgg):
    """Draws a figure with that renderer."""

    def get_renderer(self) -> RendererOnAGrid:
        """Make the renderer."""
        size = self.get_width_height(physical=True)
        self.renderer = RendererOnAGrid(*size, self.figure.dpi)  # type: ignore[no-untyped-call]
        return self.renderer


def slide(figure: Figure) -> tuple[bytes, bytes]:
    """Encode a figure for a slide: as wide as a screen, with letters for those in the last row.

    It may have been encoded before, as it is laid out anew: on a smaller sheet, which is enlarged.
    """
    height = max(SLIDE, SMALLER * figure.get_figheight())
    figure.set_layout_engine("constrained" if figure.axes else "none")
    figure.set_size_inches(height * 16 / 9, height)
    explain(figure, figure.get_supxlabel())
    return encode(figure, (1080 + BELOW) / height)  # a whole number of pixels, rounded down to


def encode(figure: Figure, dots: float = DOTS_PER_INCH) -> tuple[bytes, bytes]:
    """Encode a figure as SVG and as PNG, without date and version.

    The zlib settings of the PNG are those under which zlib-ng gives the same bytes.
    """
    figure.set_dpi(SCREEN)
    layout = figure.get_layout_engine()
    if layout:
        layout.execute(figure)  # once for both; drawing would lay it out as well, and draw
    figure.set_layout_engine("none")
    svg, png = io.BytesIO(), io.BytesIO()
    # The canvases' own methods, as savefig would lay it out again before each.
    canvas: Any = FigureCanvasSVG(figure)  # untyped
    canvas.print_svg(svg, metadata={"Date": None, "Creator": None})
    figure.set_dpi(dots)
    canvas = Canvas(figure)
    canvas.print_png(
        png,
        metadata={"Software": None},
        pil_kwargs={"compress_level": 6, "compress_type": 3},
    )
    return SURPLUS.sub(rb"\1", svg.getvalue()), png.getvalue()
