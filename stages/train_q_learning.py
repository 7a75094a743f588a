"""Stage `train_q_learning`: learn action values by Q-learning, once for every run."""

from functools import partial

from stages.common import script
from stages.rl.agents import q_learning
from stages.training import train

main = partial(train, q_learning, __doc__)

if __name__ == "__main__":
    script.run(main)
