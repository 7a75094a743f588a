"""Stage `render_gif`: show a run's first test episode, before its training and after."""

from stages import params, script
from stages.agents import look
from stages.animation import Scene, animate
from stages.artifacts import prepare, save_bytes
from stages.recorded import episode_of


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--agent", "--untrained-episodes", "--episodes", "--gif")
    given = params.load("render_gif")
    run, (name, colour) = given.render_gif.run, look(options.agent)
    scenes = [
        Scene(f"{name}, run {run}, {when} training", colour, episode_of(path, run))
        for when, path in (("before", options.untrained_episodes), ("after", options.episodes))
    ]
    prepare(options.gif)
    save_bytes(options.gif, animate(scenes, given.render_gif.steps_per_frame))


if __name__ == "__main__":
    script.run(main)
