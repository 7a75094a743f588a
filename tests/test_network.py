"""The network: forward by hand, gradients by finite differences, Adam by its first steps."""

import numpy as np
import pytest
from naive import layers, outputs
from numpy.testing import assert_allclose

from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.policies.network import (
    adam,
    backward,
    forward,
    initialise,
    layer_widths,
    parameter_count,
)

SHAPES = pytest.mark.parametrize(
    ("inputs", "hidden_layers", "actions"),
    [(4, [1], 2), (4, [16], 2), (6, [10, 10], 3), (2, [7, 3, 5], 4), (16, [8], 4), (1, [3], 6)],
)


@SHAPES
def test_forward_is_the_matrix_product(inputs: int, hidden_layers: list[int], actions: int) -> None:
    generator = np.random.default_rng(0)
    widths = layer_widths(inputs, hidden_layers, actions)
    assert widths.tolist() == [inputs, *hidden_layers, actions]
    vector = generator.normal(size=parameter_count(widths))
    for _ in range(3):
        row = np.full(widths.sum(), np.nan)
        row[:inputs] = generator.normal(size=inputs) * generator.integers(0, 2, inputs)
        forward(widths, vector, row)
        expected = outputs(vector, widths.tolist(), row[:inputs])
        assert_allclose(row[-actions:], expected, rtol=1e-12, atol=1e-14)


def test_forward_of_a_network_small_enough_to_do_by_hand() -> None:
    vector = np.array(
        [
            *(1.0, 0.0, 0.0),  # the first input goes to the first unit, ...
            *(0.0, -1.0, 0.0),  # ... the second, negated, to the second
            *(0.0, 0.0, 7.0),  # biases
            *(1.0, 10.0, 100.0),  # of the first output
            *(-1.0, 0.0, 0.0),  # of the second
            *(0.5, 4.0),  # biases
        ]
    )
    row = np.array([3.0, 2.0, *[np.nan] * 5])
    forward(layer_widths(2, [3], 2), vector, row)
    assert row.tolist() == [3.0, 2.0, 3.0, 0.0, 7.0, 3.0 + 0.0 + 700.0 + 0.5, -3.0 + 4.0]


@SHAPES
def test_gradient_is_that_of_finite_differences(
    inputs: int, hidden_layers: list[int], actions: int
) -> None:
    generator = np.random.default_rng(1)
    widths = layer_widths(inputs, hidden_layers, actions)
    vector = generator.normal(size=parameter_count(widths))
    seen = generator.normal(size=(5, inputs))
    slopes = generator.normal(size=(5, actions))  # of the objective, by the outputs
    gradient = np.full_like(vector, 100.0)  # which is added to
    for x, slope in zip(seen, slopes, strict=True):
        row, deltas = np.full(widths.sum(), np.nan), np.full(widths.sum(), np.nan)
        row[:inputs] = x
        forward(widths, vector, row)
        deltas[-actions:] = slope
        backward(widths, vector, row, deltas, gradient)

    def objective(parameters: np.ndarray) -> float:
        return sum(
            float(slope @ outputs(parameters, widths.tolist(), x))
            for slope, x in zip(slopes, seen, strict=True)
        )

    change = 1e-6
    for i in range(vector.size):
        nudge = change * (np.arange(vector.size) == i)
        difference = (objective(vector + nudge) - objective(vector - nudge)) / (2.0 * change)
        assert gradient[i] - 100.0 == pytest.approx(difference, rel=1e-6, abs=1e-7)


def test_initial_weights_fill_their_bounds_and_the_last_layer_is_silent() -> None:
    widths = layer_widths(4, [64, 16], 3)
    vector = np.full(parameter_count(widths), np.nan)
    initialise(widths, vector, stream(0, "policy", Purpose.TRAINING, 0))
    *hidden, last = layers(vector, widths.tolist())
    for (weights, biases), bound in zip(hidden, (np.sqrt(6 / 4), np.sqrt(6 / 64)), strict=True):
        assert 0.97 * bound < np.abs(weights).max() <= bound
        # variance 2 / U_in of He et al. (2015): a uniform distribution's is bound**2 / 3
        assert weights.var() == pytest.approx(bound**2 / 3, rel=0.15)
        assert not biases.any()
    assert not last.weights.any()
    assert not last.biases.any()


def test_adams_first_step_goes_by_the_learning_rate_whatever_the_slope() -> None:
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
