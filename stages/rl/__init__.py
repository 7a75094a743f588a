"""The science: environments, agents that learn in them, and a test of what they learned.

Nothing here reads a file, a parameter file or the clock. One notation for shapes holds throughout:

    R  training runs, each with random streams of its own
    E  episodes
    T  steps, of one episode or of a batch of episodes
    S  variables of an observation; 1 where it is a whole number
    N  whole numbers that an observation can be
    V  variables of a state
    A  actions, from 0
    C  candidates of the random search
    J  weights of a linear policy for each action: the inputs, and the bias if there is one
    K  policies scored on validation episodes: finalists of the search, checkpoints of a learner;
       in a table, its tilings
    I  inputs of a policy: the observation's variables, or a one among zeros for its number
    U  units of a network's layer
    P  parameters of a network, all of its weights and biases
    W  a network's inputs and the outputs of all its layers together: a row of activations

A suffix gives the time: `observation` is what the agent saw before it acted, `next_observation`
after. An episode ends `terminated` (by what the environment is about) or `truncated` (we stop
watching, as it has reached the limit of steps); its return is the sum of its rewards.
"""
