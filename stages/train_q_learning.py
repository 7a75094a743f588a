"""Stage `train_q_learning`: learn action values by Q-learning, once for every run."""

from functools import partial

from stages.common import script
from stages.rl.agents.q_learning import AGENT
from stages.training import train

main = partial(train, AGENT, __doc__)

if __name__ == "__main__":
    script.run(main)
