"""What README.md, CONTRIBUTING.md and the pages of docs name and quote is as it is here."""

import re
from typing import Any

import pytest
from checkout import ROOT
from graph import AGENTS, PARAMS, STAGES, read_yaml

DOCS = sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))
PAGES = ["README.md", "CONTRIBUTING.md", *DOCS]
TEXTS = {page: (ROOT / page).read_text() for page in PAGES}
# Shown as a mistake; and of the agent that exercise 8 adds.
ELSEWHERE = {"cartpole.train_policy.lr", "cliff_walking.train_dyna_q.planning_steps"}


def anchors(text: str) -> set[str]:
    """Name the headings of a page as a link does."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


def at(tree: Any, key: str) -> Any:
    """Return the value at a key such as `cartpole.search`."""
    for part in key.split("."):
        tree = tree[part]
    return tree


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r'\]\(([^)#]*)#?([^)]*)\)|<img src="([^"]+)()"', TEXTS[page])
    assert links
    for linked, anchor, *picture in links:
        link = linked or picture[0]
        if not link.startswith("https://"):
            target = (ROOT / page).parent.joinpath(link).resolve()
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text()), f"{link}#{anchor}"


@pytest.mark.parametrize("page", PAGES)
def test_every_target_of_make_and_every_parameter_is_there(page: str) -> None:
    code = "\n".join(re.findall(r"`make [a-z-]+|^\$ make [a-z-]+", TEXTS[page], re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", code)) - targets == set()
    for key in set(re.findall(r"-S '?([a-z_.]+)=", TEXTS[page])) - ELSEWHERE:
        assert at(PARAMS, key) is not None


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_stage_is_the_one_of_the_graph(page: str) -> None:
    agents = f"--agents {' '.join(AGENTS)}"
    for command, stage in re.findall(r"^\$ (python -m stages\.(\w+) .*)$", TEXTS[page], re.M):
        if stage in STAGES:
            declared = STAGES[stage]["cmd"].replace("-E ", "").replace("${all}", agents)
            assert command.startswith(declared)
        else:
            assert (ROOT / "stages" / f"{stage}.py").exists()


def quoted() -> list[tuple[str, str, str]]:
    """Find what `dvc metrics diff` and `dvc exp diff` were seen to tell of HEAD."""
    row = r"^(data/metrics/\w+\.json) +([\w.]+) +([\d.]+) "
    return [found for text in TEXTS.values() for found in re.findall(row, text, re.MULTILINE)]


def test_quoted_metrics_are_those_of_now() -> None:
    assert len(quoted()) >= 6
    for file, name, value in quoted():
        assert at(read_yaml(ROOT / file), name) == float(value), f"{file}: {name}"


def test_the_list_of_experiments_begins_with_the_results_of_now() -> None:
    heads, row = re.findall(r"^\| (?:Experiment|main) .*$", TEXTS["docs/guide.md"], re.M)
    cells = zip(*([cell.strip() for cell in line.split("|")] for line in (heads, row)), strict=True)
    quoted = [(head, value) for head, value in cells if head.split(".")[0] in AGENTS]
    assert quoted
    for head, value in quoted:
        metrics = read_yaml(ROOT / f"data/metrics/{head.split('.')[0]}.json")
        assert at(metrics, head) == float(value), head
