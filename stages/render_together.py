"""Stage `render_together`: show a run of every agent side by side, from the same start."""

import argparse

from stages.common import params, script
from stages.pictures import video
from stages.agents import look
from stages.animation import Scene, animate
from stages.common.artifacts import prepare, save_bytes
from stages.recorded import episode_of


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--agent", action="append", nargs=2, metavar=("NAME", "EPISODES"), required=True
    )
    parser.add_argument("--gif", metavar="PATH", required=True)
    parser.add_argument("--mp4", metavar="PATH", help="write a video as well")
    options = parser.parse_args()
    video.check(options.mp4)
    given = params.load("render_gif")
    run = given.render_gif.run
    scenes = [
        Scene(f"{look(agent).name}, run {run}", look(agent).colour, episode_of(path, run))
        for agent, path in options.agent
    ]
    prepare(options.gif)
    save_bytes(options.gif, animate(scenes, 2 * given.render_gif.steps_per_frame))
    if options.mp4:
        video.save(options.mp4, scenes)


if __name__ == "__main__":
    script.run(main)
