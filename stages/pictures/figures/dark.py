"""Figures for readers whose screen is dark: the same drawing, in other colours."""

from collections.abc import Iterator

from stages.pictures.agent_style import COLOURS, INK
from stages.pictures.figures.maps import BORDER, NOWHERE
from stages.pictures.figures.shades import FIRST, LAST, LEVELS, SEVERAL, mixed

PAPER = "#16181b"  # that of the report's page
GROUNDS = {"#ffffff": PAPER, INK: "#dcdcdc", NOWHERE: "#2a2d31", BORDER["color"]: "#3a3d42"}
# Agents and actions, each in the order in which they stand: light enough on that paper.
AGENTS = ("#56b4e9", "#f58442", "#2fc498", "#dda0c4", "#f5f5f5", "#f0b93a")
ACTIONS = {FIRST: "#70839a", "#8a5a2b": "#b07840", "#332288": "#6f62d0"}


def dark(svg: bytes) -> bytes:
    """Put rules for dark screens into a figure, where matplotlib's colours stand inline."""
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{other}!important}}'
        for light, other in colours()
        for kind in ("fill", "stroke")
        if f"{kind}: {light}".encode() in svg
    )
    media = f"@media screen and (prefers-color-scheme: dark){{{rules}}}</style>"
    return svg.replace(b"</style>", media.encode(), 1)


def colours() -> Iterator[tuple[str, str]]:
    """Yield every colour of a figure, and its counterpart."""
    yield from GROUNDS.items()
    yield from zip(COLOURS, AGENTS, strict=True)
    for action in (FIRST, *SEVERAL, LAST):
        for _, depth in LEVELS:
            yield mixed(action, depth), mixed(ACTIONS.get(action, action), depth, PAPER)
