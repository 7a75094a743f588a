"""The README's results: what `report` leaves in data/report/results.md.

python tests/readme_table.py   copies it (`make readme`); test_readme.py compares it.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RESULTS = "data/report/results.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"


def put(page: Path, results: str) -> None:
    """Put results between the marks of a page."""
    before, rest = page.read_text().split(BEGIN)
    page.write_text(before + BEGIN + results + END + rest.split(END)[1])


def main() -> None:
    """Put the results into the README."""
    put(README, (ROOT / RESULTS).read_text())


if __name__ == "__main__":
    main()
