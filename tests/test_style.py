"""Figures feel no last bit of a vertex: where multiply and add are fused, it is another one."""

import numpy as np

from stages.pictures.figures import style


def drawn(towards: float) -> bytes:
    """Draw a line, a band, a contour and logarithms from data moved by one last bit."""
    figure, [[plane, lines]] = style.panels(1, 2, 3.0)
    x = np.nextafter(np.linspace(0.1, 7.7, 50), towards)
    y = np.nextafter(np.exp(np.sin(x)), towards)
    heights = np.nextafter(np.sin(x)[:, np.newaxis] * np.cos(x), towards)
    plane.contourf(x, x, heights, [-0.43, 0.21])
    style.contour(plane, x, x, heights, 0.21)
    lines.fill_between(x, y, 2.0 * y, alpha=style.BAND)
    lines.plot(x, y, marker="o")
    lines.set_xscale("log")
    lines.set_yscale("log")
    return style.encode(figure)


def test_a_last_bit_of_a_vertex_changes_no_byte() -> None:
    figure = drawn(0.0)
    assert drawn(np.inf) == figure
    assert figure.count(b"<path") > 20  # something was drawn
