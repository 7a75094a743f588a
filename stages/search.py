"""Stage `search`: random search over linear policies, once for every run."""

import numpy as np

from stages import params, script
from stages.artifacts import prepare, save_arrays
from stages.pool import pool
from stages.rl import random_search
from stages.rl.environments import ENVIRONMENTS


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--policies", "--untrained", "--history")
    given = params.load("seed", "runs", "env", "search")
    prepare(options.policies, options.untrained, options.history)
    training = random_search.train_runs(
        random_search.Settings(**given.search.model_dump()),
        ENVIRONMENTS[given.env.id].episode_limit,
        given.seed,
        given.runs,
        pool(),
    )
    kind = np.array("linear")
    save_arrays(options.policies, kind=kind, weights=training.policies)
    save_arrays(options.untrained, kind=kind, weights=training.untrained)
    save_arrays(options.history, **training.history())


if __name__ == "__main__":
    script.run(main)
