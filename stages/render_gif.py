"""Stage `render_gif`: show a run's first test episode, before its training and after."""

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
    for option in ("--agent", "--untrained-episodes", "--episodes", "--gif"):
        parser.add_argument(option, required=True)
    parser.add_argument("--mp4", metavar="PATH", help="write a video as well")
    options = parser.parse_args()
    video.check(options.mp4)
    given = params.load("render_gif")
    run, (name, colour) = given.render_gif.run, look(options.agent)
    scenes = [
        Scene(f"{name}, run {run}, {when} training", colour, episode_of(path, run))
        for when, path in (("before", options.untrained_episodes), ("after", options.episodes))
    ]
    prepare(options.gif)
    save_bytes(options.gif, animate(scenes, given.render_gif.steps_per_frame))
    if options.mp4:
        video.save(options.mp4, scenes)


if __name__ == "__main__":
    script.run(main)
