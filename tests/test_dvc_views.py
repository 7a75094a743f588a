"""DVC's own views of the results: its page of plots in a real browser, offline."""

from pathlib import Path

import pytest
from browser import opened
from checkout import Checkout
from graph import AGENTS

CHARTS = ("Learning curves", "Test returns")


@pytest.fixture(scope="module")
def page(scratch: Checkout) -> Path:
    """What `dvc plots show` writes."""
    scratch.dvc("plots", "show")
    return scratch.path / "dvc_plots" / "index.html"


def test_plots_show_draws_charts_and_pictures_without_a_network(page: Path) -> None:
    with opened(page) as visit:
        visit.page.wait_for_function("document.querySelectorAll('svg.marks').length == 2")
        assert visit.errors == []
        assert all(address.startswith(("file:", "data:")) for address in visit.requests)
        # 7 figures; an animation of each agent.
        widths = visit.page.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
        assert len(widths) == 7 + len(AGENTS)
        assert all(width > 0 for width in widths)
        assert visit.page.locator("#absent").count() == 0
        curves, dots = visit.page.locator(".vega-embed svg.marks").all()
        # An area and a line of each agent, and the line at which it counts as solved; a dot of
        # each of the three runs of each agent.
        assert curves.locator(".mark-area path").count() == len(AGENTS)
        assert curves.locator(".mark-line path").count() == len(AGENTS)
        assert curves.locator(".mark-rule line[stroke-dasharray]").count() == len(AGENTS)
        assert dots.locator(".mark-symbol path[aria-label^='run']").count() == 3 * len(AGENTS)


@pytest.mark.slow
def test_the_page_shows_things_in_the_order_in_which_one_asks(page: Path) -> None:
    names = ("render_gif_random_search_gif", "plot_learning_curves_json", "plot_policies_svg")
    with opened(page) as visit:
        boxes = [visit.page.locator(f"#data_{name}").bounding_box() for name in names]
    heights = [box["y"] for box in boxes if box]
    assert heights == sorted(heights)
    assert len(heights) == 3


def test_the_charts_are_drawn_by_our_templates(page: Path) -> None:
    text = page.read_text()
    for title in CHARTS:
        assert text.count(f'"text": "{title}"') == 1
    assert "with its 95% interval (bootstrap over runs)" in text
    assert '"field": "low"' in text
    assert "cdn" not in text


def areas(page: Path) -> list[str | None]:
    """The outlines of the bands of the learning curves; empty where nothing is drawn."""
    with opened(page) as visit:
        visit.page.wait_for_function("document.querySelectorAll('svg.marks').length == 2")
        return [area.get_attribute("d") for area in visit.page.locator(".mark-area path").all()]


@pytest.mark.slow
def test_a_curve_has_a_band_where_the_runs_are_enough_for_one(
    scratch: Checkout, page: Path
) -> None:
    assert [bool(area) for area in areas(page)] == [False, False, False]  # of three runs
    as_of_many = ('"low": null, "high": null', '"low": 10.0, "high": 20.0')
    with scratch.edited("data/plot/learning_curves.json", as_of_many):
        scratch.dvc("plots", "show", "--out", "many")
    assert [bool(area) for area in areas(scratch.path / "many" / "index.html")] == [
        True,
        True,
        True,
    ]


@pytest.mark.slow
def test_a_page_without_the_scripts_says_what_is_missing(page: Path, tmp_path: Path) -> None:
    lost = tmp_path / "dvc_plots" / "index.html"
    lost.parent.mkdir()
    lost.write_bytes(page.read_bytes())
    with opened(lost) as visit:
        told = visit.page.locator("#absent").inner_text()
    assert told.startswith("The charts need .dvc/plots/vega.js beside the folder of this page:")
    assert "give dvc plots no --out, or a folder that lies in the project" in told


@pytest.mark.slow
def test_plots_diff_draws_both_revisions_beside_one_another(scratch: Checkout) -> None:
    with scratch.edited("params.yaml", ("smoothing_episodes: 20", "smoothing_episodes: 5")):
        scratch.commit()
        scratch.repro()
        scratch.dvc("plots", "diff", "HEAD")
    page = scratch.path / "dvc_plots" / "index.html"
    text = page.read_text()
    assert '"rev": "HEAD"' in text
    assert '"rev": "workspace"' in text
    with opened(page, 1200) as visit:
        boxes = [image.bounding_box() for image in visit.page.locator("img").all()]
    scratch.repro()
    assert len(boxes) == 2 * (7 + len(AGENTS))
    for left, right in zip(boxes[::2], boxes[1::2], strict=True):
        assert left
        assert right
        assert left["y"] == right["y"]
        assert left["x"] + left["width"] <= right["x"] < right["x"] + right["width"] <= 1200
