"""Stage `train_policy`: learn a network's policy by REINFORCE, once for every run."""

from functools import partial

import numpy as np

from stages import params, script
from stages.artifacts import prepare, save_arrays
from stages.pool import pool
from stages.rl import reinforce
from stages.rl.environments import ENVIRONMENTS
from stages.rl.training import train_runs


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--policies", "--untrained", "--history")
    given = params.load("seed", "runs", "env", "train_policy")
    prepare(options.policies, options.untrained, options.history)
    settings = given.train_policy.model_dump()
    hidden_layers = settings.pop("hidden_layers")
    train = partial(
        reinforce.train,
        reinforce.Settings(**settings),
        tuple(hidden_layers),
        ENVIRONMENTS[given.env.id].episode_limit,
        given.seed,
    )
    training = train_runs(train, given.runs, given.train_policy.episodes, pool(), "train_policy")
    shape = {"kind": np.array("network"), "hidden_layers": np.array(hidden_layers, np.int64)}
    save_arrays(options.policies, parameters=training.policies, **shape)
    save_arrays(options.untrained, parameters=training.untrained, **shape)
    save_arrays(options.history, **training.history())


if __name__ == "__main__":
    script.run(main)
