"""The small network: its two gradients agree, its training is reproducible, and cross-validation is fair."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc_core import automatic, network, numeric
from calc_core.households import Line, least_squares_line, load
from calc_core.validation import cross_validate

ENGEL = load()
numbers = st.floats(-3, 3)


@st.composite
def networks(draw):
    """Parameters of some width with inputs and outputs to go with them."""
    width, count = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    shapes = (3 * width + 1, count, count)
    return tuple(draw(arrays(np.float64, shape, elements=numbers)) for shape in shapes)


@settings(deadline=None)
@given(networks())
def test_the_network_is_the_sum_of_its_units(drawn):
    parameters, x, _ = drawn
    units = parameters[:-1].reshape(3, -1).T
    expected = [parameters[-1] + sum(c * math.tanh(a * value + b) for a, b, c in units) for value in x]
    assert network.predict(parameters, x) == pytest.approx(np.array(expected), abs=1e-12)


@settings(deadline=None)
@given(networks())
def test_the_gradient_by_hand_agrees_with_the_automatic_one(drawn):
    parameters, x, y = drawn
    by_hand = network.backward(parameters, x, y)
    automatically = automatic.grad(lambda p: network.loss(p, x, y))(parameters)
    assert by_hand.shape == parameters.shape
    assert by_hand == pytest.approx(automatically, rel=1e-12, abs=1e-12)


@settings(deadline=None)
@given(networks())
def test_the_gradient_by_hand_agrees_with_differences(drawn):
    parameters, x, y = drawn
    differences = numeric.gradient(lambda p: network.loss(p, x, y), parameters)
    assert network.backward(parameters, x, y) == pytest.approx(differences, rel=1e-6, abs=1e-6)


@given(st.integers(1, 40), st.integers(0, 10_000))
def test_initial_parameters_depend_on_width_and_seed_alone(width, seed):
    first, again = network.initial_parameters(width, seed), network.initial_parameters(width, seed)
    assert first.shape == (3 * width + 1,)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, network.initial_parameters(width, seed + 1))


@pytest.mark.parametrize("count", [0, 1, 3, 5, 12])
def test_a_vector_that_is_no_network_is_refused(count):
    with pytest.raises(ValueError, match="3 \\* width \\+ 1 parameters"):
        network.predict(np.zeros(count), np.zeros(3))


def test_a_network_needs_a_unit():
    with pytest.raises(ValueError, match="width must be at least 1, got 0"):
        network.initial_parameters(0)


def test_training_bends_below_the_straight_line():
    training = network.train(ENGEL.income, ENGEL.food)
    line = least_squares_line(ENGEL.income, ENGEL.food)
    squares = [np.mean((fit(ENGEL.income) - ENGEL.food) ** 2) for fit in (training, line)]
    assert repr(training) == "Training(steps=300, loss=0.1279)"
    assert squares[0] == pytest.approx(training.history.values[-1] * ENGEL.food.var())
    assert [round(square / ENGEL.food.var(), 3) for square in squares] == [0.128, 0.170]


def test_training_starts_where_it_says_and_can_be_looked_up_at_each_step():
    training = network.train(ENGEL.income, ENGEL.food, width=3, steps=20, seed=7)
    assert training.history.points.shape == (21, 10)
    assert np.array_equal(training.history.points[0], network.initial_parameters(3, 7))
    assert np.array_equal(training(ENGEL.income, 20), training(ENGEL.income))
    assert not np.array_equal(training(ENGEL.income, 19), training(ENGEL.income))


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_training_does_not_care_about_the_units(income_unit, food_unit):
    francs = network.train(ENGEL.income, ENGEL.food, steps=15)
    other = network.train(ENGEL.income / income_unit, ENGEL.food / food_unit, steps=15)
    assert other(np.array([900.0]) / income_unit) * food_unit == pytest.approx(francs([900.0]), rel=1e-6)


def test_too_long_a_step_is_reported_as_divergence():
    history = network.train(ENGEL.income, ENGEL.food, width=16, learning_rate=1.0, momentum=0.0).history
    assert history.outcome == "diverged"
    assert len(history.values) < 300


def test_training_refuses_income_without_spread():
    for income in ([3.0, 3.0, 3.0], []):
        with pytest.raises(ValueError, match="income must be finite and not all the same"):
            network.train(income, income)
    with pytest.raises(ValueError, match="same length"):
        network.train([3.0, 4.0, 5.0], [1.0, 2.0])


@settings(deadline=None)
@given(st.integers(2, 8), st.integers(1, 3), st.integers(0, 100))
def test_every_household_is_left_out_once_in_each_round(folds, repeats, seed):
    places = np.arange(50.0)
    left_out = []

    def fit(x, y):
        assert np.array_equal(y, x + 1)
        return lambda unseen: left_out.append(set(unseen) - set(x)) or unseen

    errors = cross_validate(fit, places, places + 1, folds=folds, repeats=repeats, seed=seed)
    assert errors == pytest.approx(np.ones(folds * repeats))
    rounds = [left_out[i : i + folds] for i in range(0, len(left_out), folds)]
    assert all(sorted(value for part in parts for value in part) == list(places) for parts in rounds)


def test_pairs_of_numbers_are_left_out():
    with pytest.raises(ValueError, match=r"same length, got shapes \(6,\) and \(4,\)"):
        cross_validate(least_squares_line, np.arange(6.0), np.arange(4.0))


def test_two_fits_meet_the_same_splits():
    noise = np.random.default_rng(0).normal(size=60)
    seen = {"first": [], "second": []}
    for splits in seen.values():
        cross_validate(lambda x, y, splits=splits: splits.append(x) or (lambda z: z), np.arange(60.0), noise)
    assert all(np.array_equal(a, b) for a, b in zip(*seen.values(), strict=True))
    assert len(seen["first"]) == 50


def test_the_network_beats_the_line_on_about_three_of_four_splits():
    line = cross_validate(least_squares_line, ENGEL.income, ENGEL.food)
    bent = cross_validate(network.train, ENGEL.income, ENGEL.food)
    assert [round(errors.mean()) for errors in (line, bent)] == [119, 105]
    assert 0.7 <= np.mean(bent < line) <= 0.85


@pytest.mark.parametrize(
    ("choice", "message"), [({"folds": 1}, "folds"), ({"folds": 236}, "235 points"), ({"repeats": 0}, "repeats")]
)
def test_cross_validation_names_what_it_cannot_do(choice, message):
    with pytest.raises(ValueError, match=message):
        cross_validate(lambda x, y: Line(0.0, 1.0), ENGEL.income, ENGEL.food, **choice)


def test_a_single_income_is_predicted_as_it_is_among_others():
    families = load()
    trained = network.train(families.income, families.food, steps=20)
    assert trained(900.0) == pytest.approx(trained(np.array([500.0, 900.0]))[1], rel=1e-14)
