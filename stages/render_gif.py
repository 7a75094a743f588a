"""Stage `render_gif`: show a run's first test episode, before its training and after."""

import argparse

from stages.common import params, script
from stages.common.artifacts import prepare, save_bytes
from stages.pictures.animations import video
from stages.pictures.animations.animation import animate
from stages.pictures.animations.recorded import episode_of
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


def main() -> None:
    """Run the stage."""
    options = arguments()
    video.check(options.mp4)
    given = params.load("env", "render_gif")
    name, colour = look(options.agent, options.agents)
    panels = [
        Panel(f"{name}, run 0", colour, episode_of(options.checkpoint_episodes, at, given.task))
        for at in (0, 1)
    ]
    scenery = scenery_of(given.task, [panel.episode for panel in panels])
    prepare(options.gif)
    save_bytes(options.gif, animate(panels, scenery, given.render_gif.steps_per_frame))
    if options.mp4:
        video.save(options.mp4, panels, scenery)


if __name__ == "__main__":
    script.run(main)
