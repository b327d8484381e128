"""The households' numbers that the lesson quotes, and what happens when the file is damaged."""

from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc_core import automatic, households, numeric
from calc_core.households import engel_curve, least_squares_line, load, mean_squared_error, standardised

ENGEL = load()


def exact_hessian(income):
    """Second derivatives of the mean squared error in (a, b); they depend on the incomes alone."""
    return 2 * np.array([[1.0, income.mean()], [income.mean(), (income * income).mean()]])


def test_the_file_holds_the_survey():
    assert len(ENGEL) == 235
    assert repr(ENGEL) == "Households(235 households, francs a year)"
    assert [round(value) for value in (ENGEL.income.min(), ENGEL.income.max(), ENGEL.income.mean())] == [377, 4958, 982]
    assert [round(value) for value in (ENGEL.food.min(), ENGEL.food.max(), ENGEL.food.mean())] == [242, 2033, 624]


def test_nobody_can_change_the_numbers_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        ENGEL.income[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        ENGEL.in_thousands().food[0] = 0.0


@pytest.mark.parametrize(
    ("scaled", "limit", "condition"),
    [
        (ENGEL.income, 8.106e-7, 5.67e6),
        (ENGEL.in_thousands().income, 0.4748, 16.53),
        (standardised(ENGEL.income), 1.0, 1.0),
    ],
    ids=["raw", "thousands", "standardised"],
)
def test_stability_limit_and_condition_number(scaled, limit, condition):
    eigenvalues = np.linalg.eigvalsh(exact_hessian(scaled))
    assert 2 / eigenvalues[-1] == pytest.approx(limit, rel=5e-4)
    assert eigenvalues[-1] / eigenvalues[0] == pytest.approx(condition, rel=5e-4)


def test_standardised_income_makes_the_hessian_twice_the_identity():
    assert exact_hessian(standardised(ENGEL.income)) == pytest.approx(2 * np.eye(2), abs=1e-13)


def test_the_closed_form():
    line = least_squares_line(ENGEL.income, ENGEL.food)
    assert repr(line) == "Line(intercept=147.475, slope=0.485178)"
    assert line(1000.0) == pytest.approx(632.654, abs=1e-3)
    assert tuple(line) == pytest.approx(np.polynomial.Polynomial.fit(ENGEL.income, ENGEL.food, 1).convert().coef)
    in_thousands = ENGEL.in_thousands()
    assert least_squares_line(in_thousands.income, in_thousands.food).intercept == pytest.approx(0.147475, abs=1e-6)


def test_the_elasticity_is_the_slope_on_logarithms():
    line = least_squares_line(np.log(ENGEL.income), np.log(ENGEL.food))
    assert (round(line.intercept, 5), round(line.slope, 5)) == (0.54514, 0.85590)


def test_the_curve_through_the_logarithms():
    curve = engel_curve(ENGEL.income, ENGEL.food)
    assert repr(curve) == "EngelCurve(scale=1.7249, elasticity=0.8559)"
    assert curve(2000.0) / curve(1000.0) == pytest.approx(2**curve.elasticity)
    assert curve(ENGEL.income).shape == (235,)


@pytest.mark.parametrize(("income", "food"), [([0.0, 2.0], [1.0, 2.0]), ([1.0, 2.0], [1.0, -3.0])])
def test_the_curve_needs_positive_amounts(income, food):
    with pytest.raises(ValueError, match="positive amounts"):
        engel_curve(income, food)


coefficients = arrays(np.float64, 2, elements=st.floats(-1e3, 1e3))


@given(coefficients)
def test_no_line_beats_the_closed_form(p):
    loss = mean_squared_error(ENGEL.income, ENGEL.food)
    assert loss(p) >= loss(np.array(least_squares_line(ENGEL.income, ENGEL.food)))


@given(coefficients)
def test_every_way_to_a_gradient_takes_the_loss_as_it_is(p):
    loss, hessian = mean_squared_error(ENGEL.income, ENGEL.food), exact_hessian(ENGEL.income)
    exact = hessian @ (p - np.array(least_squares_line(ENGEL.income, ENGEL.food)))
    size = abs(hessian).max() * (1 + abs(p).max())
    assert automatic.grad(loss)(p) == pytest.approx(exact, abs=1e-11 * size)
    assert numeric.gradient(loss, p, method="complex") == pytest.approx(exact, abs=1e-11 * size)
    assert numeric.gradient(loss, p) == pytest.approx(exact, abs=1e-6 * size)


@given(st.lists(coefficients, min_size=1, max_size=5))
def test_loss_of_several_lines_is_the_loss_of_each(lines):
    loss = mean_squared_error(ENGEL.income, ENGEL.food)
    expected = [np.mean((a + b * ENGEL.income - ENGEL.food) ** 2) for a, b in lines]
    assert loss(np.array(lines).T) == pytest.approx(expected)
    assert loss(np.array(lines).T.reshape(2, 1, -1)).shape == (1, len(lines))


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_loss_does_not_care_about_the_unit(a, b):
    thousands = ENGEL.in_thousands()
    raw = mean_squared_error(ENGEL.income, ENGEL.food)(np.array([1000 * a, b]))
    assert raw == pytest.approx(1e6 * mean_squared_error(thousands.income, thousands.food)(np.array([a, b])))


@given(arrays(np.float64, 20, elements=st.integers(-1000, 1000).map(float), unique=True), st.floats(0.01, 100))
def test_standardised_forgets_shift_and_scale(values, scale):
    z = standardised(values)
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=1e-9)
    assert standardised(scale * values + 3) == pytest.approx(z, abs=1e-9)


@pytest.mark.parametrize("values", [[], [2.0, 2.0, 2.0], [1.0, np.inf], [np.nan, 1.0]])
def test_standardised_needs_a_spread(values):
    with pytest.raises(ValueError, match="spread"):
        standardised(values)


def test_a_line_needs_two_incomes():
    with pytest.raises(ValueError, match="two different incomes"):
        least_squares_line([1.0, 1.0], [2.0, 3.0])


@pytest.mark.parametrize(("income", "food"), [([1.0, 2.0], [1.0]), ([], []), ([[1.0]], [[1.0]])])
def test_income_and_food_come_in_pairs(income, food):
    with pytest.raises(ValueError, match="same length"):
        mean_squared_error(income, food)


GOOD = resources.files("calc_core").joinpath("data", "engel.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line"),
        ("<!DOCTYPE html>\n<html>", "first line"),
        ("income;foodexp\n1;2", "first line"),
        ('"foodexp","income"\n1,2', "first line"),
        (GOOD.replace("420.157650843928", "12a"), "line 2 should be two numbers, got '12a"),
        (GOOD.replace("420.157650843928", "1,2"), "line 2 should be two numbers"),
        (GOOD.replace("420.157650843928", "-420"), "line 2 should be two positive"),
        (GOOD.replace("420.157650843928", "nan"), "line 2 should be two positive"),
        (GOOD[: len(GOOD) // 2].rsplit("\n", 1)[0], "235 households, got"),
    ],
)
def test_a_damaged_file_is_named(text, message, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "engel.csv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(households.resources, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=message) as error:
        load()
    assert "engel.csv" in str(error.value)


def test_a_file_that_is_no_text_is_named(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "engel.csv").write_bytes(bytes(range(256)))
    monkeypatch.setattr(households.resources, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="first line"):
        load()


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(households.resources, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="install calc-core again"):
        load()


def test_the_engel_curve_is_the_least_squares_line_on_logarithms():
    families = households.load()
    curve = households.engel_curve(families.income, families.food)
    assert curve.elasticity == pytest.approx(0.85590, abs=5e-6)
    assert np.log(curve.scale) == pytest.approx(0.54514, abs=5e-6)
    assert repr(curve) == "EngelCurve(scale=1.7249, elasticity=0.8559)"
    np.testing.assert_allclose(curve(families.income), np.exp(0.54514) * families.income**0.85590, rtol=1e-4)


def test_the_engel_curve_refuses_amounts_without_a_logarithm():
    with pytest.raises(ValueError, match="a logarithm needs positive amounts"):
        households.engel_curve([0.0, 2.0], [1.0, 2.0])
