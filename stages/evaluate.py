"""Stage `evaluate`: play every run's greedy policy in Gymnasium, and summarise the returns."""

from stages import params, script
from stages.artifacts import blaming, load_arrays, prepare, save_arrays, save_json
from stages.rl import episodes, evaluation, history, policies, summary
from stages.rl.environments import ENVIRONMENTS


def read(path: str) -> policies.Policy:
    """Read the policies of all runs."""
    with blaming(path):
        return policies.from_arrays(load_arrays(path))


def main() -> None:
    """Run the stage."""
    inputs = ["--policies", "--untrained", "--history"]
    outputs = ["--returns", "--episodes", "--untrained-episodes", "--metrics"]
    options = script.arguments(__doc__, *inputs, *outputs)
    given = params.load("seed", "env", "evaluate")
    policy, untrained = read(options.policies), read(options.untrained)
    with blaming(options.history):
        training = history.from_arrays(load_arrays(options.history, *history.History._fields))
    for path, runs in ((options.untrained, untrained.runs), (options.history, len(training.steps))):
        if runs != policy.runs:
            fault = f"holds {runs} runs, not {policy.runs} as {options.policies}"
            raise script.InputError(f"{path}: {fault}; `dvc repro` makes it anew")
    prepare(options.returns, options.episodes, options.untrained_episodes, options.metrics)
    count, env_id = given.evaluate.episodes, given.env.id
    random = evaluation.RandomPolicy.of(given.seed, policy.runs)
    returns, untrained_returns, random_returns = evaluation.play(
        env_id, given.seed, count, [policy, untrained, random]
    )
    recorded = slice(0, episodes.RUNS)
    shown = range(policy.runs)[recorded]
    starts = evaluation.test_starts(env_id, given.seed, shown, count)[:, :, 0]
    limit = ENVIRONMENTS[env_id].episode_limit
    metrics = summary.summarise(
        returns,
        untrained_returns,
        random_returns,
        training,
        env_id,
        given.evaluate.bootstrap_resamples,
        given.seed,
    )
    save_arrays(options.returns, returns=returns)
    for path, actor, judged in (
        (options.episodes, policy, returns),
        (options.untrained_episodes, untrained, untrained_returns),
    ):
        played = evaluation.record(starts, limit, actor.select(recorded))
        save_arrays(path, **played._asdict())
        for run in evaluation.differences(played, judged[recorded, 0]):
            script.tell(f"{path}: run {run}: this episode had another return in Gymnasium")
    save_json(options.metrics, metrics)


if __name__ == "__main__":
    script.run(main)
