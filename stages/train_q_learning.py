"""Stage `train_q_learning`: learn a table of action values by Q-learning, once for every run."""

from functools import partial

import numpy as np

from stages import params, script
from stages.artifacts import prepare, save_arrays
from stages.pool import pool
from stages.rl import q_learning
from stages.rl.environments import ENVIRONMENTS
from stages.rl.training import train_runs


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--policies", "--untrained", "--history")
    given = params.load("seed", "runs", "env", "train_q_learning")
    prepare(options.policies, options.untrained, options.history)
    settings = given.train_q_learning.model_dump()
    bins = np.array(settings.pop("bins"), np.int64)
    limits = np.array(settings.pop("limits"), np.float64)
    train = partial(
        q_learning.train,
        q_learning.Settings(bins=bins, limits=limits, **settings),
        ENVIRONMENTS[given.env.id].episode_limit,
        given.seed,
    )
    training = train_runs(
        train, given.runs, given.train_q_learning.episodes, pool(), "train_q_learning"
    )
    shape = {"kind": np.array("table"), "bins": bins, "limits": limits}
    save_arrays(options.policies, values=training.policies, **shape)
    save_arrays(options.untrained, values=training.untrained, **shape)
    save_arrays(options.history, **training.history())


if __name__ == "__main__":
    script.run(main)
