"""The README shows what the pipeline found, and leads to every page."""

from checkout import ROOT
from readme_table import BEGIN, END, README, RESULTS

TEXT = README.read_text()


def test_the_results_are_those_of_the_pipeline() -> None:
    shown = TEXT.split(BEGIN)[1].split(END)[0]
    assert shown == (ROOT / RESULTS).read_text(), "run `make readme`"


def test_every_page_can_be_found_from_it() -> None:
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"| [{page}]({page}) |" not in TEXT} == set()
