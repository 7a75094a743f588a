"""The network: forward by hand, gradients by finite differences, Adam by its first steps."""

import numpy as np
import pytest
from naive import network, output
from numpy.testing import assert_allclose

from stages.rl.layers import layer_widths, parameter_count
from stages.rl.network import (
    ROWS,
    adam,
    backward,
    forward,
    initialise,
    logit,
    whole_blocks,
)
from stages.rl.seeding import Agent, Purpose, stream

STEPS = 5  # no multiple of the rows that are taken together
SHAPES = [(4,), (16,), (8, 4), (12, 8, 4)]


@pytest.mark.parametrize("hidden_layers", SHAPES)
def test_forward_is_the_matrix_product(hidden_layers: tuple[int, ...]) -> None:
    generator = np.random.default_rng(0)
    widths = layer_widths(4, hidden_layers)
    vector = generator.normal(size=parameter_count(widths))
    rows = np.full((3, widths.sum()), np.nan)
    for t in range(3):
        x = generator.normal(size=4)
        rows[t, :4] = x
        computed = forward(widths, vector, rows, t)
        assert computed == pytest.approx(output(vector, hidden_layers, x), rel=1e-12)


def test_forward_of_a_network_small_enough_to_do_by_hand() -> None:
    vector = np.array(
        [
            *(1.0, 0.0, 0.0, 0.0),  # the first input goes to the first unit, ...
            *(0.0, -1.0, 0.0, 0.0),  # ... the second, negated, to the second, ...
            *(0.0, 0.0, 1.0, 0.0),  # ... the third to the third
            *(0.0, 0.0, 0.0, 0.0),
            *(0.0, 0.0, -2.0, 7.0),  # biases
            *(1.0, 10.0, 100.0, 1000.0),  # head
            0.5,
        ]
    )
    rows = np.array([[3.0, 2.0, 2.5, 9.0, *(np.nan,) * 4]])
    assert forward(layer_widths(4, (4,)), vector, rows, 0) == 3.0 + 0.0 + 50.0 + 7000.0 + 0.5
    assert rows[0, 4:].tolist() == [3.0, 0.0, 0.5, 7.0]


@pytest.mark.parametrize("hidden_layers", SHAPES)
def test_gradient_is_that_of_finite_differences(hidden_layers: tuple[int, ...]) -> None:
    generator = np.random.default_rng(1)
    widths = layer_widths(4, hidden_layers)
    vector = generator.normal(size=parameter_count(widths))
    inputs = generator.normal(size=(STEPS, 4))
    slopes = generator.normal(size=STEPS)
    rows = np.full((whole_blocks(STEPS), widths.sum()), 9.0)  # what an earlier batch left there
    rows[:STEPS, :4] = inputs
    for t in range(STEPS):
        forward(widths, vector, rows, t)
    output_gradients = np.full(len(rows), 9.0)
    output_gradients[:STEPS] = slopes
    gradient = np.full_like(vector, np.nan)
    deltas = np.full((ROWS, widths.sum()), np.nan)
    backward(widths, vector, rows, output_gradients, STEPS, gradient, deltas)

    def objective(parameters: np.ndarray) -> float:
        return sum(
            slope * output(parameters, hidden_layers, x)
            for slope, x in zip(slopes, inputs, strict=True)
        )

    change = 1e-6
    for i in range(vector.size):
        nudge = change * (np.arange(vector.size) == i)
        difference = (objective(vector + nudge) - objective(vector - nudge)) / (2.0 * change)
        assert gradient[i] == pytest.approx(difference, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("hidden_layers", [(6,), (0,), (-4,), (8, 5)])
def test_widths_that_are_no_multiples_of_four_are_refused(hidden_layers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="multiples of 4"):
        layer_widths(4, hidden_layers)


def test_initial_weights_fill_their_bounds_and_the_head_is_silent() -> None:
    widths = layer_widths(4, (64, 16))
    vector = np.full(parameter_count(widths), np.nan)
    initialise(widths, vector, stream(0, Agent.POLICY, Purpose.TRAINING, 0))
    layers = network(vector, (64, 16))
    for weights, bound in zip(layers.weights, (np.sqrt(6 / 4), np.sqrt(6 / 64)), strict=True):
        assert 0.97 * bound < np.abs(weights).max() <= bound
        # variance 2 / U_in of He et al. (2015): a uniform distribution's is bound**2 / 3
        assert weights.var() == pytest.approx(bound**2 / 3, rel=0.15)
    assert not any(biases.any() for biases in layers.biases)
    assert not layers.head_weights.any()
    assert not layers.head_bias.any()


def test_the_observation_is_seen_as_float32() -> None:
    widths = layer_widths(4, (4,))
    rows = np.zeros((1, 8))
    logit(widths, np.zeros(parameter_count(widths)), rows, 0, 0.1, 0.2, 0.3, 0.4)
    seen = [np.float64(np.float32(value)) for value in (0.1, 0.2, 0.3, 0.4)]
    assert rows[0, :4].tolist() == [seen[0], seen[1], 5.0 * seen[2], seen[3]]


def test_adam_first_step_goes_by_the_learning_rate_whatever_the_slope() -> None:
    parameters = np.zeros(4)
    adam(parameters, np.array([1e-3, 2.0, -5.0, 0.0]), np.zeros((2, 4)), np.ones(2), 0.1)
    assert_allclose(parameters, [0.1, 0.1, -0.1, 0.0], rtol=1e-4)


def test_adam_follows_the_paper_for_many_steps() -> None:
    generator = np.random.default_rng(2)
    slopes = generator.normal(size=(50, 3))
    parameters, moments, decays = np.zeros(3), np.zeros((2, 3)), np.ones(2)
    expected, mean, square = np.zeros(3), np.zeros(3), np.zeros(3)
    for t, slope in enumerate(slopes, start=1):
        adam(parameters, slope, moments, decays, 0.01)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        corrected = np.sqrt(square / (1 - 0.999**t)) + 1e-8
        expected += 0.01 * (mean / (1 - 0.9**t)) / corrected
    assert_allclose(parameters, expected, rtol=1e-12)
