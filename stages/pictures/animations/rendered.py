"""An environment without a scene of its own, as Gymnasium draws it.

A recorded episode is played again, from the same start and with the same actions. Where that does
not end as it was recorded, or there are no pictures, the environment is shown as bars.
"""

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from stages.common.script import log
from stages.evaluation.episodes import Episode
from stages.evaluation.simulators import use_our_sines
from stages.evaluation.testing import episode_seeds
from stages.pictures.animations import bars
from stages.pictures.animations.scene import CAPTION, TITLE, WIDTH, Panel, Pen, Scenery
from stages.pictures.animations.sheet import FINER, flat
from stages.rl.interface.set_up import one_line
from stages.rl.interface.task import Task, make

ROOM = (WIDTH - 16, 176)  # pixels of a picture at most
COLOURS = 64  # that all pictures have
ALIKE = 16  # of 256 shades of red, green and blue each
SAMPLES = 8  # pictures of each episode that they are chosen from


class Replay:
    """A recorded episode, played again."""

    def __init__(self, task: Task, episode: Episode, seed: int) -> None:
        self.episode = episode
        self.seed = seed
        self.environment = make(task, render_mode="rgb_array", disable_env_checker=True)
        use_our_sines(self.environment.unwrapped, arrays=False)
        self.first_action = int(self.environment.action_space.start)
        self.begin()

    def begin(self) -> None:
        """Begin the episode anew."""
        self.observation, _ = self.environment.reset(seed=self.seed)
        self.step, self.terminated = 0, False

    def picture(self, step: int) -> Image.Image:
        """Play on to the state after so many steps, and return Gymnasium's picture of it."""
        if step < self.step:
            self.begin()
        for action in self.episode.actions[self.step : step].tolist():
            self.observation, _, self.terminated, *_ = self.environment.step(
                action + self.first_action
            )
        self.step = step
        return Image.fromarray(self.environment.render()).convert("RGB")

    def samples(self) -> list[Image.Image]:
        """Play to the end, and return some pictures on the way."""
        steps = len(self.episode.actions)
        return [self.picture(steps * part // (SAMPLES - 1)) for part in range(SAMPLES)]

    def ends_as_recorded(self) -> bool:
        """Tell, at its end, whether the episode came to what was recorded."""
        first = getattr(self.environment.observation_space, "start", 0)
        seen = np.float32(self.observation) - first
        same = np.array_equal(np.ravel(seen), self.episode.observations[-1])
        return same and self.terminated != self.episode.truncated


class Scene(bars.Scene):
    """Gymnasium's pictures, at the pace of bars."""

    def __init__(self, task: Task, replays: Sequence[Replay], samples: list[Image.Image]) -> None:
        super().__init__(task, [replay.episode for replay in replays])
        self.replays = {id(replay.episode): replay for replay in replays}
        width, height = samples[0].size
        times = min(ROOM[0] / width, ROOM[1] / height)
        self.room = round(width * times), round(height * times)
        self.height = TITLE + self.room[1] + CAPTION
        self.exact = frequent([self.fitted(sample, 1) for sample in samples])
        self.chosen = Image.new("P", (1, 1))
        self.chosen.putpalette(flat(self.exact))

    def fitted(self, picture: Image.Image, times: int) -> Image.Image:
        """Return a picture as large as it is shown, or so many times."""
        width, height = self.room
        return picture.resize((width * times, height * times), Image.Resampling.BOX)

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        picture = self.fitted(self.replays[id(panel.episode)].picture(step), pen.larger // FINER)
        chosen = picture.quantize(palette=self.chosen, dither=Image.Dither.NONE)
        numbers = np.array([pen.numbers[colour] for colour in self.exact], np.uint8)
        pixels = numbers[np.asarray(chosen)].repeat(FINER, axis=0).repeat(FINER, axis=1)
        left = (WIDTH - self.room[0]) // 2
        pen.picture.paste(Image.fromarray(pixels), (left * pen.larger, TITLE * pen.larger))


def frequent(pictures: Sequence[Image.Image]) -> list[str]:
    """List the most frequent colours of pictures, of those that look alike one."""
    counts = Counter[tuple[int, ...]]()
    for picture in pictures:
        counted: Any = picture.getcolors(picture.width * picture.height)
        counts.update({colour: count for count, colour in counted})
    chosen: dict[tuple[int, ...], str] = {}
    for colour, _ in counts.most_common():
        chosen.setdefault(tuple(part // ALIKE for part in colour), "#" + bytes(colour).hex())
    return list(chosen.values())[:COLOURS]


def scenery_of(task: Task, episodes: Sequence[Episode], seed: int) -> Scenery:
    """Show an environment as Gymnasium draws it, or as bars; see `scene.scenery_of`."""
    # No window, no display, no greeting: what draws may be pygame.
    os.environ |= {"SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    if "rgb_array" not in make(task).metadata.get("render_modes", []):
        return bars.Scene(task, episodes)
    start = int(episode_seeds(seed, 0, 1)[0])
    try:
        replays = [Replay(task, episode, start) for episode in episodes]
        samples = [sample for replay in replays for sample in replay.samples()]
    except Exception as error:  # whatever an environment raises that cannot draw itself
        log(f"{task.id} is shown as bars: {one_line(error)}")
        return bars.Scene(task, episodes)
    if not all(replay.ends_as_recorded() for replay in replays):
        log(f"{task.id} is shown as bars: played again, it does not end as it was recorded")
        return bars.Scene(task, episodes)
    return Scene(task, replays, samples)
