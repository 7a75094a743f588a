"""Stage `search`: random search over linear policies, once for every run."""

from functools import partial

import numpy as np

from stages import params, script
from stages.artifacts import prepare, save_arrays
from stages.pool import pool
from stages.rl import random_search
from stages.rl.environments import ENVIRONMENTS
from stages.rl.training import train_runs


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--policies", "--history")
    given = params.load("seed", "runs", "env", "search")
    prepare(options.policies, options.history)
    train = partial(
        random_search.train,
        random_search.Settings(**given.search.model_dump()),
        ENVIRONMENTS[given.env.id].episode_limit,
        given.seed,
    )
    training = train_runs(train, given.runs, pool(), "search")
    save_arrays(options.policies, kind=np.array("linear"), weights=training.policies)
    save_arrays(options.history, **training.history())


if __name__ == "__main__":
    script.run(main)
