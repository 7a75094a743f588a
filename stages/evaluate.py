"""Stage `evaluate`: play every run's greedy policy in Gymnasium, and summarise the returns."""

from stages import files
from stages.common import params, script
from stages.common.artifacts import prepare, save_arrays, save_json
from stages.rl.judge import evaluation, summary


def main() -> None:
    """Run the stage."""
    inputs = ["--policies", "--untrained", "--checkpoints", "--history"]
    outputs = ["--returns", "--episodes", "--checkpoint-episodes", "--metrics"]
    options = script.arguments(__doc__, *inputs, *outputs)
    given = params.load("seed", "env", "evaluate")
    task, seed, count = given.task, given.seed, given.evaluate.episodes
    policy, untrained = (
        files.policies(path, task) for path in (options.policies, options.untrained)
    )
    checkpoints = files.checkpoints(options.checkpoints, task)
    training = files.training(options.history)
    for path, runs in ((options.untrained, untrained.runs), (options.history, len(training.steps))):
        if runs != policy.runs:
            fault = f"holds {runs} runs, not {policy.runs} as {options.policies}"
            raise script.InputError(f"{path}: {fault}; `dvc repro` makes it anew")
    prepare(options.returns, options.episodes, options.checkpoint_episodes, options.metrics)
    processes = script.workers()
    few = min(count, max(evaluation.BASELINE_EPISODES, count // 20))
    random = evaluation.RandomPolicy.of(seed, policy.runs, task.actions)
    played = evaluation.play(task, seed, count, policy, processes)
    before = evaluation.play(task, seed, few, untrained, processes)
    filmed = evaluation.play_checkpoints(task, seed, checkpoints.policies)
    by_chance = evaluation.play(task, seed, few, random, processes)
    metrics = summary.summarise(
        played.returns,
        before.returns,
        by_chance.returns,
        training,
        task,
        given.evaluate.bootstrap_resamples,
        seed,
    )
    save_arrays(options.returns, returns=played.returns)
    save_arrays(options.episodes, **played.episodes._asdict())
    save_arrays(options.checkpoint_episodes, episodes=checkpoints.episodes, **filmed._asdict())
    save_json(options.metrics, metrics)


if __name__ == "__main__":
    script.run(main)
