"""calc_core.households: the numbers that the lesson quotes, and what fits them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc_core import automatic, network, numeric
from calc_core.descent import descend, stability_limit
from calc_core.households import (
    cross_validate,
    engel_curve,
    least_squares_line,
    load,
    mean_squared_error,
    pairs,
    standardised,
)

ENGEL = load()
THOUSANDS = ENGEL.in_thousands()
HOUSEHOLDS = ENGEL.income, ENGEL.food
LINE = least_squares_line(*HOUSEHOLDS)
coefficients = arrays(np.float64, 2, elements=st.floats(-1e3, 1e3))


def test_the_file_holds_the_survey_and_nobody_changes_it_by_accident():
    assert (len(ENGEL), repr(THOUSANDS)) == (235, "Households(235 households, thousand francs a year)")
    assert [round(value) for value in (ENGEL.income.min(), ENGEL.income.max(), ENGEL.income.mean())] == [377, 4958, 982]
    assert [round(value) for value in (ENGEL.food.min(), ENGEL.food.max(), ENGEL.food.mean())] == [242, 2033, 624]
    for francs, thousands in ((ENGEL.income, THOUSANDS.income), (ENGEL.food, THOUSANDS.food)):
        np.testing.assert_allclose(thousands * 1000, francs, rtol=1e-15)
        assert {francs.flags.writeable, thousands.flags.writeable} == {False}


BOWLS = [(ENGEL.income, 8.106e-7, 5.67e6), (THOUSANDS.income, 0.4748, 16.53), (standardised(ENGEL.income), 1.0, 1.0)]


@pytest.mark.parametrize(("income", "limit", "condition"), BOWLS, ids=["raw", "thousands", "standardised"])
def test_stability_limit_and_condition_number(income, limit, condition):
    hessian = automatic.hessian(mean_squared_error(income, ENGEL.food))(np.zeros(2))
    exact = 2 * np.array([[1, income.mean()], [income.mean(), (income**2).mean()]])
    np.testing.assert_allclose(hessian, exact, atol=1e-12)
    assert stability_limit(hessian) == pytest.approx(limit, rel=5e-4)
    assert np.linalg.cond(hessian) == pytest.approx(condition, rel=5e-4)


def test_on_standardised_income_a_learning_rate_of_one_half_lands_in_one_step():
    income = standardised(ENGEL.income)
    path = descend(mean_squared_error(income, ENGEL.food), [0.0, 0.0], 0.5, 1)
    assert path.points[1] == pytest.approx(tuple(least_squares_line(income, ENGEL.food)), rel=1e-6)


def test_the_closed_forms():
    assert repr(LINE) == "Line(intercept=147.475, slope=0.485178)"
    assert LINE([1000]) == pytest.approx([632.654], abs=1e-3)
    curve = engel_curve(*HOUSEHOLDS)
    assert repr(curve) == "EngelCurve(scale=1.7249, elasticity=0.8559)"
    assert curve(np.array([900.0])) == pytest.approx([582.48], abs=5e-3)
    assert {amounts.dtype for amounts in pairs([1, 2], [3, 4])} == {np.dtype(float)}


@given(coefficients)
def test_every_way_to_a_gradient_takes_the_loss_as_it_is_and_no_line_beats_the_closed_form(p):
    loss = mean_squared_error(*HOUSEHOLDS)
    error = p[0] + p[1] * ENGEL.income - ENGEL.food
    assert loss(p) == pytest.approx(np.mean(error**2))
    assert loss(p) >= loss(np.array(LINE))
    exact, size = np.array([2 * error.mean(), 2 * (error * ENGEL.income).mean()]), 4e6 * (1 + abs(p).max())
    assert automatic.grad(loss)(p) == pytest.approx(exact, abs=1e-11 * size)
    assert numeric.gradient(loss, p, method="complex") == pytest.approx(exact, abs=1e-11 * size)
    assert numeric.gradient(loss, p) == pytest.approx(exact, abs=1e-6 * size)


@given(st.lists(coefficients, min_size=1, max_size=5))
def test_the_loss_of_several_lines_is_the_loss_of_each(lines):
    loss = mean_squared_error(*HOUSEHOLDS)
    assert loss(np.array(lines).T) == pytest.approx([loss(line) for line in lines])
    assert loss(np.array(lines).T.reshape(2, 1, -1)).shape == (1, len(lines))


@given(arrays(float, 20, elements=st.integers(-1000, 1000).map(float), unique=True), st.floats(0.01, 100))
def test_standardised_forgets_shift_and_scale(values, scale):
    z = standardised(list(scale * values + 3))
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=1e-9)
    assert z == pytest.approx((values - values.mean()) / values.std(), abs=1e-9)


# Cross-validation


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


def test_a_curve_that_bends_beats_the_line_on_about_three_of_four_splits_and_meets_the_same():
    line, again, bent = (
        cross_validate(fit, *HOUSEHOLDS) for fit in (least_squares_line, least_squares_line, network.train)
    )
    assert np.array_equal(line, again)
    assert not np.array_equal(line, cross_validate(least_squares_line, *HOUSEHOLDS, seed=1))
    assert [round(errors.mean()) for errors in (line, bent)] == [119, 105]
    assert (line.shape, 0.7 <= np.mean(bent < line) <= 0.85) == ((50,), True)


REFUSED = [
    (lambda: standardised([]), "values must be finite and not all the same, or there is no spread to divide by"),
    (lambda: standardised([2.0, 2.0, 2.0]), "spread"),
    (lambda: standardised([1.0, np.inf]), "spread"),
    (lambda: least_squares_line([1.0, 1.0], [2.0, 3.0]), "all incomes are the same.*two different incomes"),
    (lambda: engel_curve([0.0, 2.0], [1.0, 2.0]), "a logarithm needs positive amounts"),
    (lambda: engel_curve([1.0, 2.0], [1.0, 0.0]), "a logarithm needs positive amounts"),
    (lambda: mean_squared_error([1.0, 2.0], [1.0]), r"same length, got shapes \(2,\) and \(1,\); try families"),
    (lambda: mean_squared_error([], []), "same length"),
    (lambda: mean_squared_error([[1.0]], [[1.0]]), "same length"),
    (lambda: cross_validate(least_squares_line, [1, 2], [1, 2], folds=1), "folds must be from 2 to 2 .*got 1"),
    (lambda: cross_validate(least_squares_line, [1, 2], [1, 2], folds=3), "folds must be from 2 to 2"),
    (lambda: cross_validate(least_squares_line, [1, 2], [1, 2], folds=2, repeats=0), "repeats from 1, got 2 and 0"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_a_learner_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
