"""What an animation shows of an environment: the base of all scenes, and what they draw with.

An environment's own scene is the class `Scene` in the module of its name in scenes. One without is
shown as Gymnasium draws it, or as bars.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple, TypeAlias

from PIL import Image, ImageColor, ImageDraw, ImageFont

from stages.evaluation.episodes import Episode
from stages.rl.engine.elementary import sin_cos_near_zero
from stages.rl.interface.task import Task

WIDTH = 264  # pixels of a panel; three fill the width of a README
TITLE, CAPTION = 28, 26  # pixels at the top and at the bottom of a panel, for text
LETTERS = 13  # pixels

WHITE, BLACK, GREY, LIGHT = "#ffffff", "#222222", "#aaaaaa", "#e2e2e2"
GOLD = "#f2c14e"  # of goals

SHADES = 3  # between white and a colour, with it, for smooth edges
SLOW_FRAMES = 10  # that a slow step lasts; the others last one
ARROW = (12.0, 8.0)  # pixels, its length and its breadth

Point: TypeAlias = tuple[float, float]


class Panel(NamedTuple):
    """What is shown side by side: one episode of an agent."""

    title: str
    colour: str  # of the agent, "#rrggbb"
    episode: Episode


class Pen:
    """Draws in pixels of a panel, from its upper left corner, on a picture that is larger.

    The picture is of mode L, and each of its pixels holds the number of its colour.
    """

    def __init__(self, picture: Image.Image, larger: int, numbers: Mapping[str, int]) -> None:
        self.picture = picture
        self.draw = ImageDraw.Draw(picture)
        self.draw.fontmode = "1"  # a letter is there or not: between two numbers is no colour
        self.larger = larger
        self.numbers = numbers  # of the colours, "#rrggbb"

    def place(self, points: Sequence[Point]) -> list[Point]:
        """Return where points of the panel lie on the picture."""
        return [(x * self.larger, y * self.larger) for x, y in points]

    def line(self, points: Sequence[Point], colour: str, width: int = 1) -> None:
        """Draw a line through points."""
        self.draw.line(self.place(points), self.numbers[colour], width * self.larger)

    def polygon(self, corners: Sequence[Point], colour: str) -> None:
        """Fill what lies between corners."""
        self.draw.polygon(self.place(corners), self.numbers[colour])

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """Fill a rectangle."""
        self.draw.rectangle(self.place([(left, top), (right, bottom)]), self.numbers[colour])

    def disc(self, centre: Point, radius: float, colour: str) -> None:
        """Fill a circle."""
        x, y = centre
        corners = [(x - radius, y - radius), (x + radius, y + radius)]
        self.draw.ellipse(self.place(corners), self.numbers[colour])

    def ring(self, centre: Point, radius: float, colour: str, width: int) -> None:
        """Draw a circle."""
        x, y = centre
        corners = [(x - radius, y - radius), (x + radius, y + radius)]
        number = self.numbers[colour]
        self.draw.ellipse(self.place(corners), outline=number, width=width * self.larger)

    def bar(self, foot: Point, along: Point, length: float, width: float, colour: str) -> Point:
        """Fill a bar from the middle of its foot along a direction of length 1; return its top."""
        (x, y), (dx, dy), half = foot, along, width / 2
        top = x + dx * length, y + dy * length
        self.polygon(
            [
                (x + dy * half, y - dx * half),
                (x - dy * half, y + dx * half),
                (top[0] - dy * half, top[1] + dx * half),
                (top[0] + dy * half, top[1] - dx * half),
            ],
            colour,
        )
        return top

    def arrow(self, centre: Point, along: Point, colour: str = WHITE, size: float = 1.0) -> None:
        """Fill the head of an arrow that points along a direction of length 1."""
        (x, y), (dx, dy) = centre, along
        length, half = ARROW[0] / 2 * size, ARROW[1] / 2 * size
        back = x - dx * length, y - dy * length
        self.polygon(
            [
                (back[0] + dy * half, back[1] - dx * half),
                (x + dx * length, y + dy * length),
                (back[0] - dy * half, back[1] + dx * half),
            ],
            colour,
        )

    def text(self, at: Point, text: str, anchor: str, colour: str = BLACK) -> None:
        """Write text; the anchor says where it stands from the point, in Pillow's letters."""
        place = self.place([at])[0]
        self.draw.text(place, text, self.numbers[colour], font(self.larger), anchor=anchor)

    def fits(self, text: str, width: float) -> str:
        """Return the text, cut where it is wider than so many pixels."""
        kept = text
        while self.draw.textlength(kept, font(self.larger)) > width * self.larger:
            text = text[:-1]
            kept = text.rstrip(" ,") + "..."
        return kept


@cache
def font(larger: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that Pillow brings along."""
    return ImageFont.load_default(size=LETTERS * larger)


class Scenery:
    """The base of all scenes: how an environment is drawn, and at which pace."""

    height = 132  # pixels of a panel
    frame_time = 20  # ms that a step lasts, unless it is a slow one; GIF counts in 10 ms
    slow_steps = 0  # at the start, each of them shown, and ten times as long
    colours: Sequence[str] = ()  # beside black, greys and those of the agents
    exact: Sequence[str] = ()  # likewise, without smooth edges
    truncated, terminated = "time is up", "over"  # how an episode ended, in words

    def __init__(self, task: Task, episodes: Sequence[Episode]) -> None:
        self.task = task
        self.episodes = episodes  # that are shown beside one another

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw the state that an episode is in after so many steps, and the next action."""
        raise NotImplementedError

    def frames(self, step: int) -> int:
        """Tell how many times `frame_time` a step lasts, counted from 0."""
        return SLOW_FRAMES if step < self.slow_steps else 1

    def ending(self, episode: Episode) -> str:
        """Tell in words of the environment how an episode ended."""
        return self.truncated if episode.truncated else self.terminated


def scenery_of(task: Task, episodes: Sequence[Episode], seed: int) -> Scenery:
    """Find out how an environment is drawn.

    Args:
        task: the environment.
        episodes: that are shown beside one another: each the first test episode of run 0.
        seed: root of the streams, from which the episodes began.
    """
    name = f"stages.pictures.animations.scenes.{task.name}"
    if find_spec(name):
        scenery: Scenery = import_module(name).Scene(task, episodes)
    else:
        rendered = import_module("stages.pictures.animations.rendered")
        scenery = rendered.scenery_of(task, episodes, seed)
    return scenery


def next_action(episode: Episode, step: int) -> int | None:
    """Return the action that is taken after so many steps; None at the end."""
    return int(episode.actions[step]) if step < len(episode.actions) else None


def sin_cos(angle: float) -> tuple[float, float]:
    """Sine and cosine of any angle, from + - * / alone, and without waiting for a compiler."""
    turned = angle - math.tau * math.floor(angle / math.tau + 0.5)
    sine, cosine = sin_cos_near_zero.function(turned / 4.0)
    for _ in range(2):  # those of twice the angle
        sine, cosine = 2.0 * sine * cosine, 1.0 - 2.0 * sine * sine
    return sine, cosine


def shades(colour: str) -> list[str]:
    """Mix a colour with white: from the palest to the colour itself, as they are in a palette."""
    parts = ImageColor.getrgb(colour)[:3]
    mixed = [[255 + (part - 255) * share // SHADES for part in parts] for share in (1, 2, SHADES)]
    return ["#" + bytes(parts).hex() for parts in mixed]
