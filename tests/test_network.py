"""calc_core.network: its two gradients agree, and its training does what it says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc_core import automatic, network, numeric
from calc_core.households import load

ENGEL = load()


@st.composite
def networks(draw):
    """Parameters of some width with inputs and outputs to go with them."""
    width, count = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    return [draw(arrays(float, shape, elements=st.floats(-3, 3))) for shape in (3 * width + 1, count, count)]


@given(networks())
def test_the_network_is_the_sum_of_its_units_and_its_gradients_agree(drawn):
    parameters, x, y = drawn
    units = parameters[:-1].reshape(3, -1).T
    expected = np.array([parameters[-1] + sum(c * math.tanh(a * value + b) for a, b, c in units) for value in x])
    assert network.predict(parameters, x) == pytest.approx(expected, abs=1e-12)
    assert network.loss(parameters, x, y) == pytest.approx(np.mean((expected - y) ** 2), abs=1e-12)
    by_hand = network.backward(parameters, x, y)
    assert by_hand == pytest.approx(automatic.grad(network.loss)(parameters, x, y), rel=1e-12, abs=1e-12)
    assert by_hand == pytest.approx(numeric.gradient(lambda p: network.loss(p, x, y), parameters), rel=1e-6, abs=1e-6)


def test_networks_start_alike_for_a_seed_and_with_outputs_of_one_size_at_any_width():
    starts = {width: [network.initial_parameters(width, seed) for seed in range(300)] for width in (1, 64)}
    assert np.array_equal(starts[64][7], network.initial_parameters(64, 7))
    assert len(np.unique(starts[1], axis=0)) == 300
    sizes = [np.std([network.predict(start, np.ones(1)) for start in starts[width]]) for width in starts]
    assert sizes == pytest.approx([0.76, 0.76], rel=0.1)
    assert starts[64][0][-1] == 0.0


def test_training_bends_below_the_straight_line():
    training = network.train(ENGEL.income, ENGEL.food)
    assert repr(training) == "Training(steps=300, loss=0.1279)"
    assert np.mean((training(ENGEL.income) - ENGEL.food) ** 2) / ENGEL.food.var() == pytest.approx(0.1279, abs=1e-4)


@settings(max_examples=10)
@given(st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_training_does_not_care_about_units_and_can_be_looked_up_at_each_step(income_unit, food_unit):
    francs = network.train(ENGEL.income, ENGEL.food, width=3, steps=15, seed=7)
    assert np.array_equal(francs.history.points[0], network.initial_parameters(3, 7))
    assert np.array_equal(francs([900.0], 15), francs([500.0, 900.0])[1:])
    assert francs(900.0, 14) != francs(900.0)
    other = network.train(ENGEL.income / income_unit, ENGEL.food / food_unit, width=3, steps=15, seed=7)
    assert other(900.0 / income_unit) * food_unit == pytest.approx(francs(900.0), rel=1e-6)


REFUSED = [
    (lambda: network.predict(np.zeros(1), np.zeros(3)), r"expected 3 \* width \+ 1 parameters, got 1; try initial"),
    (lambda: network.predict(np.zeros(12), np.zeros(3)), r"expected 3 \* width \+ 1 parameters, got 12"),
    (lambda: network.initial_parameters(0), "width must be at least 1, got 0; try width=4"),
    (lambda: network.train([3.0, 3.0, 3.0], [3.0, 3.0, 3.0]), "must be finite and not all the same"),
    (lambda: network.train([3.0, 4.0, 5.0], [1.0, 2.0]), "same length"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_a_learner_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
