"""Stage `train_actor_critic`: learn by an actor-critic, once for every run."""

from functools import partial

from stages.common import script
from stages.common.training import train
from stages.rl.agents.actor_critic import AGENT

main = partial(train, AGENT, __doc__)

if __name__ == "__main__":
    script.run(main)
