"""Stage `train_policy`: learn a network's policy by REINFORCE, once for every run."""

from functools import partial

from stages.common import script
from stages.common.training import train
from stages.rl.agents.reinforce import AGENT

main = partial(train, AGENT, __doc__)

if __name__ == "__main__":
    script.run(main)
