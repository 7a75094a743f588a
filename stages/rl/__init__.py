"""The science: the cart and the pole, three agents that learn to balance it, and their statistics.

Nothing here reads a file, a parameter file or the clock. One notation for shapes holds throughout:

    R  training runs, each with random streams of its own
    E  episodes
    T  steps, of one episode or of a batch of episodes
    S  state variables, 4: x [m], x_dot [m/s], theta [rad], theta_dot [rad/s]
    A  actions, 2: 0 pushes the cart to the left, 1 to the right
    C  candidates of the random search
    K  policies scored on selection episodes: finalists of the search, checkpoints of a learner
    U  units of a network's layer
    P  parameters of a network, all of its weights and biases
    W  a network's input and units together, the width of a row of activations
    B  cells of a discretised state

A suffix tells time: `observation` is what the agent saw before it acted, `next_observation` after.
An episode ends `terminated` (the pole fell or the cart left the track) or `truncated` (it reached
the limit of steps); an episode's return is the number of its steps, as each step's reward is 1.
"""
