"""Stage `render_gif`: show one run's agent play an episode in Gymnasium, to its end."""

from stages import params, script
from stages.animation import animate
from stages.artifacts import blaming, load_arrays, prepare, save_bytes
from stages.rl import evaluation, policies


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--agent", "--policies", "--gif")
    given = params.load("seed", "env", "render_gif")
    with blaming(options.policies):
        policy = policies.from_arrays(load_arrays(options.policies))
    run = given.render_gif.run
    if run >= policy.runs:
        allowed = f"a run below {policy.runs}, as {options.policies} holds"
        raise script.InputError(f"params.yaml: render_gif.run: is {run}; give {allowed}")
    prepare(options.gif)
    episode = evaluation.record(policy.select(slice(run, run + 1)), given.env.id, given.seed)
    gif = animate(episode, f"{options.agent}, run {run}", given.render_gif.steps_per_frame)
    save_bytes(options.gif, gif)


if __name__ == "__main__":
    script.run(main)
