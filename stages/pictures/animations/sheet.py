"""A sheet on which the states of one episode are drawn, each over the one before.

Every pixel holds the number of its colour, which is quick to draw and to compare. What has changed
is drawn finer than it is shown, in full colour reduced, and given the numbers of the nearest
colours: that makes smooth edges.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor

from stages.evaluation.episodes import Episode
from stages.pictures.animations.scene import BLACK, GREY, WHITE, WIDTH, Panel, Pen, Scenery, shades

FINER = 2  # drawn so much larger and reduced, for smooth edges
MARGIN = 8  # pixels above the title and below the caption
CAPTION_STEPS = 20


class Part(NamedTuple):
    """A part of a picture."""

    numbers: NDArray[np.uint8]  # [height, width], of the colours
    left: int
    top: int


class Sheet:
    """The states of a panel's episode."""

    def __init__(
        self, panel: Panel, scenery: Scenery, colours: Sequence[str], times: int = 1
    ) -> None:
        self.panel = panel
        self.scenery = scenery
        self.finer = FINER * times  # times: as large as it is shown
        self.numbers = {colour: number for number, colour in enumerate(colours)}
        self.flat = flat(colours)
        self.colours = Image.new("P", (1, 1))
        self.colours.putpalette(self.flat)
        self.drawn = Image.new("L", (WIDTH * self.finer, scenery.height * self.finer))  # white
        self.page, self.told = self.drawn, ""  # a caption, and a page that has it
        self.step = -1

    def turn_to(self, step: int) -> Part | None:
        """Draw the state after so many steps, or the last one.

        Returns:
            What has changed since the state that was drawn before; None where nothing has.
        """
        step = min(step, len(self.panel.episode.actions))
        if step == self.step:
            return None
        drawn, before, self.step = self.draw(step), self.drawn, step
        self.drawn = drawn
        changed = ImageChops.difference(drawn, before).getbbox()
        if changed is None:
            return None
        left, top = (side // FINER for side in changed[:2])
        right, bottom = (-(-side // FINER) for side in changed[2:])
        part = self.reduced((left * FINER, top * FINER, right * FINER, bottom * FINER))
        numbers = part.quantize(palette=self.colours, dither=Image.Dither.NONE)
        return Part(np.asarray(numbers), left, top)

    def draw(self, step: int) -> Image.Image:
        """Draw a state."""
        episode, scenery = self.panel.episode, self.scenery
        told = caption(episode, scenery, step)
        if told != self.told:
            self.page, self.told = self.page_with(told), told
        drawn = self.page.copy()
        scenery.draw(Pen(drawn, self.finer, self.numbers), self.panel, step)
        return drawn

    def page_with(self, told: str) -> Image.Image:
        """Write title and caption on a new page."""
        page = Image.new("L", self.drawn.size)
        pen = Pen(page, self.finer, self.numbers)
        room = WIDTH - 2 * MARGIN
        pen.text((WIDTH / 2, MARGIN), pen.fits(self.panel.title, room), "ma")
        pen.text((WIDTH / 2, self.scenery.height - MARGIN), pen.fits(told, room), "ms")
        return page

    def reduced(self, box: tuple[int, int, int, int]) -> Image.Image:
        """Return a part of what is drawn in full colour, as large as it is shown."""
        part = self.drawn.crop(box)
        part.putpalette(self.flat)
        return part.convert("RGB").reduce(FINER)

    def picture(self) -> Image.Image:
        """Return what is drawn, in full colour."""
        return self.reduced((0, 0, *self.drawn.size))


def caption(episode: Episode, scenery: Scenery, step: int) -> str:
    """Tell the step and the return so far, and how the episode ended.

    But for slow steps the numbers move on in twenties: nobody reads fifty in a second, and a third
    of the file is saved.
    """
    steps = len(episode.actions)
    exact = step == steps or step < scenery.slow_steps
    passed = step if exact else step - step % CAPTION_STEPS
    told = f"step {passed}  return {short(sum(episode.rewards[:passed].tolist()))}"
    return told if step < steps else f"{told}  {scenery.ending(episode)}"


def short(number: float) -> str:
    """Write a number with three digits, or with all that it has before the point."""
    return f"{number + 0.0:.3g}" if abs(number) < 100 else f"{number:.0f}"  # 0.0: there is no -0


def palette(panels: Sequence[Panel], scenery: Scenery) -> list[str]:
    """List the few colours of a frame: white first, and shades of the others towards it."""
    agents = dict.fromkeys(panel.colour for panel in panels)
    colours = [shade for one in (BLACK, GREY, *agents, *scenery.colours) for shade in shades(one)]
    return list(dict.fromkeys((WHITE, *colours, *scenery.exact)))


def flat(colours: Sequence[str]) -> list[int]:
    """List the parts of colours: red, green, blue, red, ..."""
    return [part for one in colours for part in ImageColor.getrgb(one)[:3]]
