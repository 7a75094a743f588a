"""Stage `evaluate`: play every run's greedy policy in Gymnasium, and summarise the returns."""

from pathlib import Path

from stages.common import script
from stages.common.artifacts import prepare, save_arrays, save_json
from stages.common.params import load
from stages.evaluation import files, summary, testing


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "trained", "evaluated", "metrics")
    params = load("seed", "env", "evaluate")
    task, seed, count = params.task, params.seed, params.evaluate.episodes
    policy = files.policies(options.trained, task)
    untrained = files.policies(options.trained, task, "untrained")
    checkpoints = files.checkpoints(options.trained, task)
    history = files.history(options.trained)
    prepare(f"{options.evaluated}/returns.npz", options.metrics)
    processes = script.workers()
    few = min(count, max(testing.BASELINE_EPISODES, count // 20))
    random = testing.RandomPolicy.of(seed, policy.runs, task.actions)
    played = testing.play(task, seed, count, policy, processes)
    before = testing.play(task, seed, few, untrained, processes)
    by_chance = testing.play(task, seed, few, random, processes)
    filmed = testing.play_checkpoints(task, seed, checkpoints.policies)
    results = summary.Returns(played.returns, before.returns, by_chance.returns)
    found = summary.summarise(results, history, task, params.evaluate.bootstrap_resamples, seed)
    folder = options.evaluated
    save_arrays(f"{folder}/returns.npz", returns=played.returns)
    save_arrays(f"{folder}/episodes.npz", **played.episodes._asdict())
    save_arrays(
        f"{folder}/checkpoint_episodes.npz", episodes=checkpoints.episodes, **filmed._asdict()
    )
    save_json(f"{folder}/summary.json", found)
    save_json(options.metrics, {Path(folder).name: summary.metrics(found)})


if __name__ == "__main__":
    script.run(main)
