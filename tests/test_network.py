"""calc_core.network: its two gradients agree, and its training does what it says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc_core import automatic, network, numeric
from calc_core.households import least_squares_line, load

unhurried = settings(deadline=None)

ENGEL = load()
numbers = st.floats(-3, 3)


@st.composite
def networks(draw):
    """Parameters of some width with inputs and outputs to go with them."""
    width, count = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    return tuple(draw(arrays(np.float64, shape, elements=numbers)) for shape in (3 * width + 1, count, count))


@unhurried
@given(networks())
def test_the_network_is_the_sum_of_its_units(drawn):
    parameters, x, y = drawn
    units = parameters[:-1].reshape(3, -1).T
    expected = np.array([parameters[-1] + sum(c * math.tanh(a * value + b) for a, b, c in units) for value in x])
    assert network.predict(parameters, x) == pytest.approx(expected, abs=1e-12)
    assert network.loss(parameters, x, y) == pytest.approx(np.mean((expected - y) ** 2), abs=1e-12)


@unhurried
@given(networks())
def test_the_gradient_by_hand_agrees_with_the_other_two(drawn):
    parameters, x, y = drawn
    by_hand = network.backward(parameters, x, y)
    assert by_hand.shape == parameters.shape
    assert by_hand == pytest.approx(automatic.grad(lambda p: network.loss(p, x, y))(parameters), rel=1e-12, abs=1e-12)
    assert by_hand == pytest.approx(numeric.gradient(lambda p: network.loss(p, x, y), parameters), rel=1e-6, abs=1e-6)


@unhurried
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_initial_parameters_depend_on_width_and_seed_alone(width, seed):
    first = network.initial_parameters(width, seed)
    assert first.shape == (3 * width + 1,)
    assert np.array_equal(first, network.initial_parameters(width, seed))
    assert not np.array_equal(first, network.initial_parameters(width, seed + 1))
    assert first[-1] == 0.0


def test_the_first_prediction_has_the_same_size_at_any_width():
    sizes = [
        np.std([network.predict(network.initial_parameters(w, s), np.ones(1)) for s in range(300)]) for w in (1, 64)
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.2)
    assert 0.4 < sizes[0] < 1


def test_training_bends_below_the_straight_line():
    training = network.train(ENGEL.income, ENGEL.food)
    line = least_squares_line(ENGEL.income, ENGEL.food)
    squares = [np.mean((fit(ENGEL.income) - ENGEL.food) ** 2) / ENGEL.food.var() for fit in (training, line)]
    assert repr(training) == "Training(steps=300, loss=0.1279)"
    assert squares[0] == pytest.approx(training.history.values[-1])
    assert [round(square, 3) for square in squares] == [0.128, 0.170]


def test_training_starts_where_it_says_and_can_be_looked_up_at_each_step():
    training = network.train(ENGEL.income, ENGEL.food, width=3, steps=20, seed=7)
    assert training.history.points.shape == (21, 10)
    assert np.array_equal(training.history.points[0], network.initial_parameters(3, 7))
    assert np.array_equal(training(ENGEL.income, 20), training(ENGEL.income))
    assert not np.array_equal(training(ENGEL.income, 19), training(ENGEL.income))
    assert training(900.0) == pytest.approx(training(np.array([500.0, 900.0]))[1], rel=1e-14)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_training_does_not_care_about_the_units(income_unit, food_unit):
    francs = network.train(ENGEL.income, ENGEL.food, steps=15)
    other = network.train(ENGEL.income / income_unit, ENGEL.food / food_unit, steps=15)
    assert other(np.array([900.0]) / income_unit) * food_unit == pytest.approx(francs([900.0]), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: network.predict(np.zeros(1), np.zeros(3)), r"expected 3 \* width \+ 1 parameters, got 1; try initial"),
        (lambda: network.predict(np.zeros(12), np.zeros(3)), r"expected 3 \* width \+ 1 parameters, got 12"),
        (lambda: network.initial_parameters(0), "width must be at least 1, got 0; try width=4"),
        (lambda: network.train([3.0, 3.0, 3.0], [3.0, 3.0, 3.0]), "must be finite and not all the same"),
        (lambda: network.train([3.0, 4.0, 5.0], [1.0, 2.0]), "same length"),
    ],
)
def test_what_a_learner_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
