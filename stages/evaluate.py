"""Stage `evaluate`: play every run's greedy policy in Gymnasium, and summarise the returns."""

from functools import partial

from stages import params, script
from stages.artifacts import blaming, load_arrays, prepare, save_arrays, save_json
from stages.rl import evaluation, policies, summary


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--policies", "--history", "--returns", "--metrics")
    given = params.load("seed", "env", "evaluate")
    with blaming(options.policies):
        policy = policies.from_arrays(load_arrays(options.policies))
    history = load_arrays(options.history, "scored_after", "scores", "steps")
    with blaming(options.history):
        summary.check_history(history, policy.runs)
    prepare(options.returns, options.metrics)
    play = partial(evaluation.play, given.env.id, given.seed, given.evaluate.episodes)
    returns = play(policy)
    metrics = summary.summarise(
        returns,
        play(evaluation.RandomPolicy.of(given.seed, policy.runs)),
        history,
        given.env.id,
        given.evaluate.bootstrap_resamples,
        given.seed,
    )
    save_arrays(options.returns, returns=returns)
    save_json(options.metrics, metrics)


if __name__ == "__main__":
    script.run(main)
