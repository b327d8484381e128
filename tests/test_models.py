"""Descent, the households and the network: paths, fits and gradients are their formulas, and the lesson's numbers."""

import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc_core import automatic, network
from calc_core.descent import descend, stability_limit
from calc_core.households import cross_validate, engel_curve, least_squares_line, load, pairs, standardised

ENGEL = load()
HOUSEHOLDS = ENGEL.income, ENGEL.food

curvatures = st.lists(st.floats(1e5, 1e7), min_size=1, max_size=4).map(lambda some: np.array([0.0, *some]))
options = st.fixed_dictionaries({"momentum": st.floats(0.0, 0.9), "nesterov": st.booleans()})


@settings(max_examples=40)
@given(curvatures, options, st.integers(0, 100))
def test_below_the_limit_it_converges_above_it_diverges(eigenvalues, options, seed):
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(eigenvalues.size, eigenvalues.size)))
    hessian = q @ np.diag(eigenvalues) @ q.T
    limit = stability_limit(hessian, **options)
    start = q @ np.ones(eigenvalues.size)  # every curvature counts
    for factor, outcome in ((0.9, "converged"), (1.05, "diverged")):
        rate = factor * limit
        path = descend(lambda p: p @ hessian @ p / 2, start, rate, 1500, gradient=lambda p: hessian @ p, **options)
        assert path.outcome == outcome
        assert np.isfinite(path.points).all()


@given(arrays(float, st.integers(1, 5), elements=st.floats(-10, 10)), st.floats(1e-3, 0.9), options)
def test_the_path_is_its_formula_whoever_writes_on_the_points(start, rate, options):
    def f(p):
        p += 1
        return (p**2 / 2 + np.sin(p)).sum()

    def gradient(p):
        p += 1
        return p + np.cos(p)

    x, v, expected = start, 0, [start]
    for _ in range(2):
        g = gradient(x.copy())
        v = options["momentum"] * v + g
        x = x - rate * (g + options["momentum"] * v if options["nesterov"] else v)
        expected.append(x)
    path = descend(f, start, rate, 2, gradient=gradient, **options)
    np.testing.assert_allclose(path.points, expected, atol=1e-13)
    assert path.values == pytest.approx([f(point.copy()) for point in path.points], rel=1e-15)
    np.testing.assert_allclose(descend(f, start, rate, 2, **options).points, expected, atol=1e-8)


def square(p):
    return (p**2).sum()


OUTCOMES = [
    (square, [0.0, 0.0], 0.2, 1, 1, "converged"),
    (square, [1.0, 2.0], 1.1, 10, 10, "diverged"),
    (lambda p: math.sin(p[0]), [1.0], 1e308, 10, 0, "diverged"),  # nobody asks for the sine of an infinite number
    (square, [1.0], 0.2, np.int64(0), 0, "ran out of steps"),
    (square, [1.0], (1 - 0.9e-6) / 2, 1, 1, "converged"),
    (square, [1.0], (1 - 1.1e-6) / 2, 1, 1, "ran out of steps"),
    (lambda p: -((p[0] - 0.6) ** 2), [1.0], 0.2, 2, 2, "ran out of steps"),  # it rose and came back
    (lambda p: 1 + 1.9e12 * (p[0] < 0), [1.0], 0.9, 2, 2, "ran out of steps"),  # a wall, and how high it may be
    (lambda p: 1 + 2.1e12 * (p[0] < 0), [1.0], 0.9, 3, 0, "diverged"),
    (lambda p: np.log(p[0]), [1.0], 0.6, 50, 0, "diverged"),  # out of the domain, and no warning
    (lambda p: np.log(p[0]), [1.0], 0.5, 50, 0, "diverged"),
    (lambda p: math.exp(1e3 * p[0] ** 2), [0.5], 2.0, 50, 0, "diverged"),
]


@pytest.mark.parametrize(("f", "start", "rate", "steps", "taken", "outcome"), OUTCOMES)
def test_outcomes(f, start, rate, steps, taken, outcome):
    path = descend(f, start, rate, steps, gradient=lambda p: 2 * p)
    assert repr(path) == f"Descent(steps={taken}, value={f(path.points[-1]):.6g}, outcome={outcome!r})"


def test_the_file_holds_the_survey_and_nobody_changes_it_by_accident():
    assert len(ENGEL) == 235
    assert [round(value) for value in (ENGEL.income.min(), ENGEL.income.max(), ENGEL.income.mean())] == [377, 4958, 982]
    assert [round(value) for value in (ENGEL.food.min(), ENGEL.food.max(), ENGEL.food.mean())] == [242, 2033, 624]
    assert {ENGEL.income.flags.writeable, ENGEL.food.flags.writeable} == {False}


def test_the_closed_forms():
    line, curve = least_squares_line(*HOUSEHOLDS), engel_curve(*HOUSEHOLDS)
    assert repr(line) == "Line(intercept=147.475, slope=0.485178)"
    assert line([1000]) == pytest.approx([632.654], abs=1e-3)
    assert repr(curve) == "EngelCurve(scale=1.7249, elasticity=0.8559)"
    assert curve(np.array([900.0])) == pytest.approx([582.48], abs=5e-3)


@given(st.integers(2, 8), st.integers(1, 3), st.integers(0, 100))
def test_every_household_is_left_out_once_in_each_round(folds, repeats, seed):
    places, left_out = np.arange(50.0), []

    def fit(x, y):
        assert np.array_equal(y, 3 * x)
        return lambda unseen: left_out.append(set(unseen) - set(x)) or 3 * unseen + np.where(unseen % 2, 2, -2)

    errors = cross_validate(fit, places, 3 * places, folds=folds, repeats=repeats, seed=seed)
    assert errors == pytest.approx(np.full(folds * repeats, 2.0))
    rounds = [left_out[i : i + folds] for i in range(0, len(left_out), folds)]
    assert all(sorted(value for part in parts for value in part) == list(places) for parts in rounds)
    assert all(len(part) in (50 // folds, 50 // folds + 1) for part in left_out)
    assert repeats == 1 or rounds[0] != rounds[1]


def test_a_curve_that_bends_beats_the_line_on_most_splits():
    line, bent = (cross_validate(fit, *HOUSEHOLDS) for fit in (least_squares_line, engel_curve))
    assert line.shape == (50,)
    assert [round(errors.mean(), 1) for errors in (line, bent)] == [118.8, 108.8]
    assert np.mean(bent < line) == 0.9


@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 999))
def test_the_network_is_the_sum_of_its_units_and_its_gradients_agree(width, count, seed):
    random = np.random.default_rng(seed)
    parameters, x, y = random.normal(size=3 * width + 1), random.normal(size=count), random.normal(size=count)
    units = parameters[:-1].reshape(3, -1).T
    expected = np.array([parameters[-1] + sum(c * math.tanh(a * value + b) for a, b, c in units) for value in x])
    assert network.predict(parameters, x) == pytest.approx(expected, abs=1e-12)
    assert network.loss(parameters, x, y) == pytest.approx(np.mean((expected - y) ** 2))
    by_hand, by_machine = network.backward(parameters, x, y), automatic.grad(network.loss)(parameters, x, y)
    assert by_hand == pytest.approx(by_machine, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("width", [1, 64])
def test_first_predictions_differ_from_seed_to_seed_and_have_one_size_at_any_width(width):
    first = [network.predict(network.initial_parameters(width, seed), np.ones(1)) for seed in range(300)]
    assert np.std(first) == pytest.approx(0.76, rel=0.1)
    assert np.mean(first) == pytest.approx(0, abs=0.1)


@settings(max_examples=10)
@given(st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_training_does_not_care_about_units_and_can_be_looked_up_at_each_step(income_unit, food_unit):
    francs = network.train(ENGEL.income, ENGEL.food, width=3, steps=15, seed=7)
    assert np.array_equal(francs.history.points[0], network.initial_parameters(3, 7))
    assert np.array_equal(francs([900.0], 15), francs([500.0, 900.0])[1:])
    assert francs(900.0, 14) != francs(900.0)
    other = network.train(ENGEL.income / income_unit, ENGEL.food / food_unit, width=3, steps=15, seed=7)
    assert other(900.0 / income_unit) * food_unit == pytest.approx(francs(900.0), rel=1e-6)


def test_training_bends_below_the_straight_line():
    training = network.train(ENGEL.income, ENGEL.food)
    assert repr(training) == "Training(steps=300, loss=0.1279)"
    assert np.mean((training(ENGEL.income) - ENGEL.food) ** 2) / ENGEL.food.var() == pytest.approx(0.1279, abs=1e-4)


NAN, INF = math.nan, math.inf
NOT_SYMMETRIC = [[[1.0, 2.0], [0.0, 1.0]], [1.0, 2.0], [[1.0, 1.0]], [[INF]]]
REFUSED = [
    (lambda f: descend(f, [1.0], 0.1, 5), [sp.Symbol("x") ** 2], "f must be a function, .* got a SymPy expression"),
    (lambda f: descend(f, [1.0], 0.1, 5), [lambda p: None], r"f returned None at x = \[1.\]: is there a return\?"),
    (lambda f: descend(f, [1.0, 2.0], 0.1, 5), [lambda p: p], r"f must return one number, got shape \(2,\); try .sum"),
    (lambda f: descend(f, [1.0], 0.1, 5), [lambda p: INF], r"f must be finite at the start, got inf at \[1.\]"),
    (lambda g: descend(square, [1.0, 2.0], 0.1, 5, gradient=g), [np.sum], r"must return shape \(2,\), got \(\)"),
    (lambda g: descend(square, [1.0], 0.1, 5, gradient=g), [lambda p: p * NAN], "gradient at .* must be finite"),
    (lambda rate: descend(square, [1.0], rate, 5), [0, INF], "learning_rate must be a positive number, got (0|inf)"),
    (lambda b: descend(square, [1.0], 0.1, 5, momentum=b), [1.0, -0.1], "momentum must lie in 0 <= momentum < 1, got"),
    (lambda b: stability_limit([[1.0]], momentum=b), [2.0], "momentum must lie in 0 <= momentum < 1, got 2.0; try"),
    (lambda start: descend(square, start, 0.1, 5), [1.0, [], [NAN]], "start must be a point of shape .* try"),
    (stability_limit, NOT_SYMMETRIC, "hessian must be a symmetric matrix of finite numbers, got"),
    (stability_limit, [[[1.0, 0.0], [0.0, -1.0]], [[0.0]]], "no minimum, its curvatures are .*; try a bowl"),
    (standardised, [[2.0, 2.0], [1.0, INF]], "values must be finite and not all the same, or there is no spread"),
    (lambda income: least_squares_line(income, [2.0, 3.0]), [[1.0, 1.0]], "the same.*two different incomes"),
    (lambda income: engel_curve(income, [1.0, 2.0]), [[0.0, 2.0]], "a logarithm needs positive amounts"),
    (lambda food: engel_curve([1.0, 2.0], food), [[1.0, 0.0]], "a logarithm needs positive amounts"),
    (lambda food: pairs([1.0, 2.0], food), [[1.0]], r"same length, got shapes \(2,\) and \(1,\); try families"),
    (lambda both: pairs(both, both), [[[1.0]]], "same length"),
    (lambda folds: cross_validate(engel_curve, [1, 2], [1, 2], folds=folds), [1, 3], "folds must be from 2 to 2.*try"),
    (lambda count: network.layers(np.zeros(count)), [1, 12], r"expected 3 \* width \+ 1 parameters, got 12?; try"),
]


@pytest.mark.parametrize(("call", "arguments", "named"), REFUSED)
def test_what_a_learner_is_told(call, arguments, named):
    for argument in arguments:
        with pytest.raises((TypeError, ValueError), match=named):
            call(argument)
