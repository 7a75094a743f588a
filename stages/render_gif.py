"""Stage `render_gif`: show how a run learned: the same test episode at points of its training."""

import argparse
from collections.abc import Iterator, Sequence

from stages.common import params, script
from stages.common.artifacts import prepare, save_bytes
from stages.pictures.animations import video
from stages.pictures.animations.animation import animate
from stages.pictures.animations.recorded import Checkpoint, checkpoints_of, telling
from stages.pictures.animations.scene import Panel, scenery_of
from stages.pictures.looks import look


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True, help="all of them, in their order")
    for option in ("--agent", "--checkpoint-episodes", "--gif"):
        parser.add_argument(option, required=True)
    parser.add_argument("--mp4", metavar="PATH", help="write a video as well")
    options = parser.parse_args()
    if options.agent not in options.agents:
        parser.error(f"--agent: is {options.agent}; give one of --agents")
    return options


def points(checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    """Tell at which point of the training each checkpoint was."""
    last = checkpoints[-1]
    for one in checkpoints:
        episodes = f"{one.after:,} {'episode' if one.after == 1 else 'episodes'}"
        if one.after == 0:
            yield "untrained"
        else:
            yield f"trained, {episodes}" if one is last else f"after {episodes}"


def main() -> None:
    """Run the stage."""
    options = arguments()
    video.check(options.mp4)
    given = params.load("seed", "env", "render_gif")
    name, colour = look(options.agent, options.agents)
    chosen = telling(checkpoints_of(options.checkpoint_episodes, given.task))
    panels = [
        Panel(f"{name}, {point}", colour, one.episode)
        for one, point in zip(chosen, points(chosen), strict=True)
    ]
    scenery = scenery_of(given.task, [panel.episode for panel in panels], given.seed)
    prepare(options.gif)
    save_bytes(options.gif, animate(panels, scenery, given.render_gif.steps_per_frame))
    if options.mp4:
        video.save(options.mp4, panels, scenery)


if __name__ == "__main__":
    script.run(main)
