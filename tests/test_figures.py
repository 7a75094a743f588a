"""All figures: legible, dark on dark screens, and the same bytes each time."""

import io
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from browser import opened
from drawn_agents import (
    ACROBOT,
    CARTPOLE,
    CLIFF,
    CUSTOM,
    LAKE,
    SOLVED,
    TAXI,
    agent,
    drawing,
    history,
    team,
    texts,
    words,
)
from matplotlib.figure import Figure
from PIL import Image

from stages.pictures.agent_style import AgentStyle
from stages.pictures.figures import policies, robustness, sample_efficiency, style
from stages.pictures.figures.reference_lines import ReferenceLines
from stages.rl.interface.task import Task

PHONE = 330  # pixels that a figure is wide on a screen of 360
LEGIBLE = 8  # pixels of letters


def assert_legible(figure: Figure) -> None:
    """All letters are large enough on a phone; none lie upon others or beyond the edges."""
    boxes = [(text, text.get_window_extent()) for text in texts(figure)]
    assert boxes
    for text, box in boxes:
        pixels = float(text.get_fontsize()) / 72 / figure.get_figwidth() * PHONE
        assert pixels >= LEGIBLE, f"{text.get_text()!r} has letters of {pixels:.1f} pixels"
        canvas = figure.bbox
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= canvas.x1 and box.y1 <= canvas.y1
        assert inside, f"{text.get_text()!r} is cut off"
    for (text, box), (other, its) in combinations(boxes, 2):
        apart = box.x1 <= its.x0 or its.x1 <= box.x0 or box.y1 <= its.y0 or its.y1 <= box.y0
        assert apart, f"{text.get_text()!r} lies upon {other.get_text()!r}"


@pytest.mark.parametrize(
    ("task", "least", "most", "lines", "count"),
    [
        (CARTPOLE, 9.0, 500.0, SOLVED, 1),
        (CARTPOLE, 9.0, 500.0, SOLVED, 6),
        (ACROBOT, -500.0, -80.0, ReferenceLines(-100.0, None, -498.1), 4),
        (LAKE, 0.0, 1.0, ReferenceLines(0.7, 0.744, 0.014), 2),
        (CLIFF, -50_000.0, -13.0, ReferenceLines(None, -13.0, -5304.8), 3),
        (TAXI, -2000.0, 13.0, ReferenceLines(8.0, 7.93, -776.3), 6),
        (CUSTOM, -0.002, -0.001, ReferenceLines(None, None, -0.005), 4),
    ],
)
def test_all_figures_are_legible_on_a_phone(
    task: Task, least: float, most: float, lines: ReferenceLines, count: int
) -> None:
    for draw in drawing(team(task, least, most, count), task, lines).values():
        assert_legible(draw())


@pytest.mark.parametrize("name", drawing([], CARTPOLE, SOLVED))
def test_figure_is_a_small_vector_without_a_date_and_the_same_each_time(name: str) -> None:
    draw = drawing(team(CARTPOLE, 9.0, 500.0, 3, runs=100), CARTPOLE, SOLVED)[name]
    svg = style.encode(draw())
    for absent in (b"<image", b"date", b"Matplotlib v"):
        assert absent not in svg
    assert len(svg) < 300_000
    assert style.encode(draw()) == svg


def with_last_bits(towards: float) -> bytes:
    """Draw lines, a band, contours and logarithms from data moved by one last bit."""
    figure, [[plane, lines]] = style.panels(1, 2, 2.0, 0.0)
    x = np.nextafter(np.linspace(0.1, 7.7, 50), towards)
    y = np.nextafter(np.exp(np.sin(x)), towards)
    heights = np.nextafter(np.sin(x)[:, np.newaxis] * np.cos(x), towards)
    plane.contourf(x, x, heights, [-0.43, 0.21])
    lines.fill_between(x, y, 2.0 * y, alpha=style.BAND)
    lines.plot(x, y, marker="o")
    style.draw_runs(lines, [np.stack((x, y), axis=1)] * 2, "black")
    lines.set(xscale="log", yscale="log", xlim=(0.1, 7.7), ylim=(0.3, 6.0))
    return style.encode(style.finish(figure, []))


def test_last_bits_of_vertices_change_no_byte() -> None:
    figure = with_last_bits(0.0)
    assert with_last_bits(np.inf) == figure
    assert figure.count(b"<path") > 20  # something was drawn


def test_dollars_in_a_name_are_dollars() -> None:
    """Mathematics would be set in other letters, and a lone `_` or `^` refused."""
    one = team(CARTPOLE, 9.0, 500.0, 1)[0]._replace(style=AgentStyle("a$b_^$", "#0072b2"))
    for name, draw in drawing([one], CARTPOLE, SOLVED).items():
        figure = draw()
        found = [text for text in texts(figure) if "a$b_^$" in text.get_text()]
        assert found, name
        assert not any(text.get_parse_math() for text in found)
        assert style.encode(figure)


@pytest.mark.slow
def test_figure_is_dark_on_a_dark_screen(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    agents = team(LAKE, 0.0, 1.0, 1)
    (tmp_path / "figure.svg").write_bytes(style.encode(policies.policies(agents, LAKE)))
    page.write_text('<meta name="color-scheme" content="light dark"><img src="figure.svg">')
    for on_dark in (False, True):
        with opened(page, dark=on_dark) as visit:
            shot = Image.open(io.BytesIO(visit.page.locator("img").screenshot())).convert("L")
        paper = shot.getpixel((shot.width - 2, shot.height - 2))
        assert paper == (23 if on_dark else 255)


def test_figure_that_cannot_be_drawn_says_why() -> None:
    one = agent(history(np.ones((2, 1)), np.ones((2, 1))), [[1.0]] * 2)
    for figure, why in (
        (policies.policies([one], TAXI), "Left out: a map of 500 states is not legible"),
        (robustness.robustness({}, [one.style], SOLVED), "There is no perturbed environment"),
        (
            sample_efficiency.sample_efficiency([one], ReferenceLines(None, None)),
            "Left out: nothing counts as solved.",
        ),
    ):
        assert figure.axes == []
        assert words(figure).startswith(why)
        assert_legible(figure)
