"""Stage `search`: random search over linear policies, once for every run."""

from functools import partial

from stages.common import script
from stages.rl.agents import random_search
from stages.training import train

main = partial(train, random_search, __doc__)

if __name__ == "__main__":
    script.run(main)
