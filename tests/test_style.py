"""Figures feel no last bit of a vertex: where multiply and add are fused, it is another one."""

from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from stages.pictures.figures.style import Canvas

# Where Agg rounds to the one or to the other of two parts of a pixel.
CORNERS = np.array([[10.0, 10.0], [30.0 + 1 / 512, 10.0], [20.0, 31.0 + 3 / 512], [10.0, 10.0]])


def drawn(canvas: type[FigureCanvasAgg], how: str, towards: float) -> bytes:
    """Draw a triangle whose corners are moved by one last bit."""
    made: Any = canvas(Figure(figsize=(0.5, 0.5), dpi=100))
    renderer = made.get_renderer()
    graphics, place = renderer.new_gc(), IdentityTransform()
    corners = Path(np.nextafter(CORNERS, towards))
    if how == "path":
        renderer.draw_path(graphics, corners, place, (1.0, 0.0, 0.0))
    elif how == "markers":
        renderer.draw_markers(graphics, Path.unit_circle(), Affine2D().scale(3.0), corners, place)
    else:
        some = [1.0], [(0.0, None)], [True], [None], "figure"
        colours: Any = [(1.0, 0.0, 0.0)]
        what: Any = [corners], [], [(0.0, 0.0)], place, colours, colours
        renderer.draw_path_collection(graphics, place, *what, *some, hatchcolors=colours)
    return bytes(renderer.buffer_rgba())


@pytest.mark.parametrize("how", ["path", "markers", "collection"])
def test_a_last_bit_of_a_vertex_changes_no_pixel(how: str) -> None:
    as_it_is = drawn(Canvas, how, 0.0)
    assert drawn(Canvas, how, np.inf) == as_it_is
    assert len(set(as_it_is)) > 2  # something was drawn
