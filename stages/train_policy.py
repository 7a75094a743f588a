"""Stage `train_policy`: learn a network's policy by REINFORCE, once for every run."""

from functools import partial

from stages.common import script
from stages.rl.agents.reinforce import AGENT
from stages.training import train

main = partial(train, AGENT, __doc__)

if __name__ == "__main__":
    script.run(main)
