"""The network: forward by hand, gradients by finite differences, Adam by its first steps."""

import numpy as np
import pytest
from naive import outputs
from numpy.testing import assert_allclose

from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.policies.network import (
    Adam,
    activations_for,
    adam_for,
    backward,
    climb,
    forward,
    initialise,
    layers_of,
    parameter_count,
)

SHAPES = pytest.mark.parametrize(
    "widths", [[4, 1, 2], [4, 16, 2], [6, 10, 10, 3], [2, 7, 3, 5, 4], [16, 8, 4], [1, 3, 6]]
)


@SHAPES
def test_forward_is_the_matrix_product(widths: list[int]) -> None:
    generator = np.random.default_rng(0)
    layers = layers_of(widths, generator.normal(size=parameter_count(widths)))
    activations = activations_for(widths, 3)
    for t in range(3):
        x = generator.normal(size=widths[0]) * generator.integers(0, 2, widths[0])
        activations[0][t] = x
        forward(layers, activations, t)
        assert_allclose(activations[-1][t], outputs(layers, x), rtol=1e-12, atol=1e-14)


def test_forward_of_a_network_small_enough_to_do_by_hand() -> None:
    vector = np.array(
        [
            *(1.0, 0.0, 0.0),  # the first input goes to the first unit, ...
            *(0.0, -1.0, 0.0),  # ... the second, negated, to the second
            *(0.0, 0.0, 7.0),  # biases
            *(1.0, -1.0),  # of the first unit to both outputs
            *(10.0, 0.0),  # of the second
            *(100.0, 0.0),  # of the third
            *(0.5, 4.0),  # biases
        ]
    )
    activations = activations_for([2, 3, 2])
    activations[0][0] = 3.0, 2.0
    forward(layers_of([2, 3, 2], vector), activations, 0)
    assert activations[1][0].tolist() == [3.0, 0.0, 7.0]
    assert activations[2][0].tolist() == [3.0 + 0.0 + 700.0 + 0.5, -3.0 + 4.0]


@SHAPES
def test_gradient_is_that_of_finite_differences(widths: list[int]) -> None:
    generator = np.random.default_rng(1)
    adam, activations = adam_for(widths), activations_for(widths, 5)
    adam.parameters[:] = generator.normal(size=adam.parameters.size)
    adam.gradient[:] = 100.0  # which is added to
    layers = layers_of(widths, adam.parameters)
    activations[0][:] = generator.normal(size=(5, widths[0]))
    slopes = generator.normal(size=(5, widths[-1]))  # of the objective, by the outputs
    for t in range(5):
        forward(layers, activations, t)
        adam.deltas[-1][:] = slopes[t]
        backward(layers, activations, t, adam)

    def objective(parameters: np.ndarray) -> float:
        changed = layers_of(widths, parameters)
        seen = zip(slopes, activations[0], strict=True)
        return sum(float(slope @ outputs(changed, x)) for slope, x in seen)

    change = 1e-6
    for i in range(adam.parameters.size):
        nudge = change * (np.arange(adam.parameters.size) == i)
        above, below = objective(adam.parameters + nudge), objective(adam.parameters - nudge)
        difference = (above - below) / (2.0 * change)
        assert adam.gradient[i] - 100.0 == pytest.approx(difference, rel=1e-6, abs=1e-7)


def test_initial_weights_fill_their_bounds_and_the_last_layer_is_silent() -> None:
    widths = [4, 64, 16, 3]
    layers = layers_of(widths, np.zeros(parameter_count(widths)))
    initialise(layers, stream(0, "policy", Purpose.TRAINING, 0))
    *hidden, last = layers
    for (weights, biases), bound in zip(hidden, (np.sqrt(6 / 4), np.sqrt(6 / 64)), strict=True):
        assert 0.97 * bound < np.abs(weights).max() <= bound
        # variance 2 / U_in of He et al. (2015): a uniform distribution's is bound**2 / 3
        assert weights.var() == pytest.approx(bound**2 / 3, rel=0.15)
        assert not biases.any()
    assert not last.weights.any()
    assert not last.biases.any()


def small() -> Adam:
    """Return what Adam needs for four parameters."""
    return adam_for([1, 2])


def test_adams_first_step_goes_by_the_learning_rate_whatever_the_slope() -> None:
    adam = small()
    adam.gradient[:] = 1e-3, 2.0, -5.0, 0.0
    climb(adam, 0.1)
    assert_allclose(adam.parameters, [0.1, 0.1, -0.1, 0.0], rtol=1e-4)


def test_adam_follows_the_paper_for_many_steps() -> None:
    generator, adam = np.random.default_rng(2), small()
    expected, mean, square = np.zeros(4), np.zeros(4), np.zeros(4)
    for t, slope in enumerate(generator.normal(size=(50, 4)), start=1):
        adam.gradient[:] = slope
        climb(adam, 0.01)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        corrected = np.sqrt(square / (1 - 0.999**t)) + 1e-8
        expected += 0.01 * (mean / (1 - 0.9**t)) / corrected
    assert_allclose(adam.parameters, expected, rtol=1e-12)
