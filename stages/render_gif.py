"""Stage `render_gif`: show the first test episode of one run."""

from stages import params, script
from stages.animation import animate
from stages.artifacts import blaming, load_arrays, prepare, save_bytes
from stages.rl import episodes


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--agent", "--episodes", "--gif")
    given = params.load("render_gif")
    with blaming(options.episodes):
        played = episodes.from_arrays(load_arrays(options.episodes, *episodes.Episodes._fields))
    run = given.render_gif.run
    if run >= len(played.actions):
        allowed = f"a run below {len(played.actions)}, as {options.episodes} holds"
        raise script.InputError(f"params.yaml: render_gif.run: is {run}; give {allowed}")
    prepare(options.gif)
    gif = animate(played.of(run), f"{options.agent}, run {run}", given.render_gif.steps_per_frame)
    save_bytes(options.gif, gif)


if __name__ == "__main__":
    script.run(main)
