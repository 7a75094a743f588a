"""Stage `render_together`: show the trained agents side by side, from the same start."""

import argparse

from stages.common import params, script
from stages.common.artifacts import prepare, save_bytes
from stages.pictures.animations import video
from stages.pictures.animations.animation import animate
from stages.pictures.animations.recorded import episode_of
from stages.pictures.animations.scene import Panel, scenery_of
from stages.pictures.looks import look


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True, help="all of them, in their order")
    parser.add_argument("--evaluated", metavar="FOLDER", required=True)
    parser.add_argument("--gif", metavar="PATH", required=True)
    parser.add_argument("--mp4", metavar="PATH", help="write a video as well")
    options = parser.parse_args()
    video.check(options.mp4)
    given = params.load("seed", "env", "render_gif")
    panels = []
    for agent in options.agents:
        name, colour = look(agent, options.agents)
        episode = episode_of(f"{options.evaluated}/{agent}/episodes.npz", given.task)
        panels.append(Panel(name, colour, episode))
    scenery = scenery_of(given.task, [panel.episode for panel in panels], given.seed)
    prepare(options.gif)
    save_bytes(options.gif, animate(panels, scenery, given.render_gif.steps_per_frame))
    if options.mp4:
        video.save(options.mp4, panels, scenery)


if __name__ == "__main__":
    script.run(main)
