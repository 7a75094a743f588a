"""The README tells what the pipeline found, and its links lead somewhere."""

import re

import pytest
from checkout import ROOT
from readme_table import README, table

PAGES = ["README.md", "CONTRIBUTING.md", "docs/reproducibility.md", "docs/performance.md"]


def test_the_table_of_results_is_that_of_the_metrics() -> None:
    assert table() in README.read_text(), "run `make readme`"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / page).read_text())
    assert links
    for link in links:
        assert link.startswith("https://") or (ROOT / page).parent.joinpath(link).exists(), link


def test_the_map_names_every_stage_and_module() -> None:
    text = README.read_text()
    for file in [*(ROOT / "stages").glob("*.py"), *(ROOT / "stages" / "rl").glob("*.py")]:
        assert file.name == "__init__.py" or file.name in text, file.name
