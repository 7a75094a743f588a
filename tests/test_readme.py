"""The README tells what the pipeline found, and its links lead somewhere."""

import re

import pytest
from checkout import ROOT
from readme_table import README, table

DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{page.name}" for page in DOCS)]


def test_the_table_of_results_is_that_of_the_metrics() -> None:
    assert table() in README.read_text(), "run `make readme`"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / page).read_text())
    assert links
    for link in links:
        assert link.startswith("https://") or (ROOT / page).parent.joinpath(link).exists(), link


def test_the_map_names_every_folder_and_module_and_none_that_is_not_there() -> None:
    told = README.read_text().split("## A map of the files\n")[1]
    rows = {row.split("](")[0][3:]: row for row in told.split("\n") if row.startswith("| [stages/")}
    folders = [ROOT / "stages", *(ROOT / "stages").rglob("*/")]
    modules = {
        f"{folder.relative_to(ROOT).as_posix()}/": {
            file.name for file in folder.glob("*.py") if file.name != "__init__.py"
        }
        for folder in folders
        if (folder / "__init__.py").exists()
    }
    scenes = "stages/pictures/animations/scenes/"
    assert modules.pop(scenes)
    assert set(rows) == set(modules)
    for folder, names in modules.items():
        named = set(re.findall(r"\b[a-z_]+\.py\b", rows[folder])) - {"__init__.py", "_.py"}
        assert named == names, folder
