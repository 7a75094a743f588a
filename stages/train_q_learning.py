"""Stage `train_q_learning`: learn action values by Q-learning, once for every run."""

from functools import partial

from stages.common import script
from stages.common.training import train
from stages.rl.agents.q_learning import AGENT

main = partial(train, AGENT, __doc__)

if __name__ == "__main__":
    script.run(main)
