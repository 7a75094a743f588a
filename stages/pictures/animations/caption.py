"""What is written above and below a picture: who plays, the step, the return and the end."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stages.evaluation.episodes import Episode
from stages.rl.interface.task import Task, make

WIDTH = 308  # pixels of a panel
PICTURE = (300, 256)  # pixels of the picture in it at most, width and height
LETTERS, LINE, MARGIN, GAP, SWATCH = 18, 22, 4, 4, 12  # pixels
INK, PAPER = "#222222", "#ffffff"

# What it means that an episode terminates, in environments where it can mean one thing alone.
ENDINGS = {
    "Acrobot": "swung up",
    "CartPole": "fell or left the track",
    "CliffWalking": "at the goal",
    "MountainCar": "at the flag",
    "Taxi": "passenger delivered",
}


class Panel(NamedTuple):
    """One episode of an agent."""

    agent: str  # its name
    colour: str  # "#rrggbb"
    trained: int  # episodes
    episode: Episode


def captioned(
    panel: Panel, task: Task, steps: Sequence[int], pictures: Sequence[Image.Image]
) -> Iterator[Image.Image]:
    """Set pictures of an episode after some of its steps into panels, with their captions."""
    returns = np.cumsum([0.0, *panel.episode.rewards.tolist()]).tolist()
    fitted = [fit(picture) for picture in pictures]
    top = MARGIN + LINE + GAP
    below = top + fitted[0].height + GAP
    page = Image.new("RGB", (WIDTH, below + 2 * LINE + MARGIN), PAPER)
    pen = ImageDraw.Draw(page)
    corner = MARGIN + (LINE - SWATCH) // 2
    pen.rectangle((MARGIN, corner, MARGIN + SWATCH, corner + SWATCH), panel.colour)
    write(pen, 2 * MARGIN + SWATCH, MARGIN, panel.agent, f", {experience(panel.trained)}")
    for step, picture in zip(steps, fitted, strict=True):
        image = page.copy()
        image.paste(picture, ((WIDTH - picture.width) // 2, top))
        pen = ImageDraw.Draw(image)
        write(pen, MARGIN, below, f"step {step}, return {short(returns[step])}")
        if step == len(panel.episode.actions):
            write(pen, MARGIN, below + LINE, ending(panel.episode, task))
        yield image


def fit(picture: Image.Image) -> Image.Image:
    """Make a picture larger or smaller by a whole number; averaging makes edges smooth."""
    width, height = picture.size
    larger = min(PICTURE[0] // width, PICTURE[1] // height)
    if larger:
        return picture.resize((width * larger, height * larger), Image.Resampling.NEAREST)
    return picture.reduce(max(-(-width // PICTURE[0]), -(-height // PICTURE[1])))


def experience(trained: int) -> str:
    """Say how long an agent had trained."""
    if trained == 0:
        return "untrained"
    return f"after {trained:,} {'episode' if trained == 1 else 'episodes'}"


def ending(episode: Episode, task: Task) -> str:
    """Say how an episode ended."""
    if episode.truncated:
        return f"truncated at {len(episode.actions)} steps"
    name = task.id.rpartition("-v")[0]
    meaning = ENDINGS.get(name)
    if name.startswith("FrozenLake"):  # Gymnasium draws nobody in a hole
        cell = make(task).unwrapped.desc.flat[int(episode.observations[-1, 0])]
        meaning = "in a hole" if cell == b"H" else "at the goal"
    return f"terminated: {meaning}" if meaning else "terminated"


def short(number: float) -> str:
    """Write a return with three digits, or with all that it has before the point."""
    return f"{number + 0.0:.3g}" if abs(number) < 100 else f"{number:.0f}"  # 0.0: there is no -0


@cache
def font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Load the font that Pillow brings along, and lays out without a library of the system."""
    return ImageFont.load_default(LETTERS)


def write(
    pen: ImageDraw.ImageDraw, x: int, y: int, text: str, end: str = "", right: int = WIDTH - 4
) -> None:
    """Write a text and its end on a line below y; where there is no room, the text is cut."""
    shown = text + end
    while text and x + font().getlength(shown) > right:
        text = text[:-1]
        shown = f"{text.rstrip(' ,')}...{end}"
    pen.text((x, y + LINE // 2), shown, INK, font(), anchor="lm")
