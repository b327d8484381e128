"""The explorers of secant, error, gradient and Taylor polynomial: what they show is what `calc_core` computes."""

import math
from functools import cache

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep import check_frame, sweep
from test_curves import check_words

from calc_core import households, numeric
from calc_core.explorers import (
    chain_explorer,
    derivation_explorer,
    error_explorer,
    gradient_explorer,
    secant_explorer,
    taylor_explorer,
)
from calc_core.explorers.gradient import valley
from calc_core.explorers.taylor import HIGHEST, stretch, taylor_coefficients
from calc_core.plots.sampling import number
from calc_core.reading import read

EXPLORERS = [secant_explorer, error_explorer, gradient_explorer, taylor_explorer]


@cache
def opened(make):
    """One explorer of a kind, for the tests that move it and put it back."""
    return make()


def fresh(make):
    explorer = opened(make)
    explorer.reset()
    return explorer


def ends(control):
    return (control.named.min, control.named.max) if hasattr(control.named, "max") else (False, True)


def move(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    return explorer


@pytest.mark.parametrize("make", EXPLORERS)
def test_every_frame_of_the_lessons_example_is_good(make):
    explorer = fresh(make)
    check_words(explorer.figure)
    sweep(explorer, count=3, jumps=3)


@pytest.mark.parametrize("make", EXPLORERS)
def test_words_fit_at_the_ends_of_every_control(make):
    explorer = fresh(make)
    for control in explorer.controls.values():
        for end in ends(control):
            control.value = end
            check_words(explorer.figure)
        control.reset()


@pytest.mark.parametrize("make", EXPLORERS)
def test_two_of_a_kind_do_not_disturb_each_other(make):
    one, other = fresh(make), make()
    before, start, others = one.svg, one.readout, other.svg
    for control in one.controls.values():
        control.value = ends(control)[1]
    assert one.svg != before
    assert other.svg == others
    one.reset()
    assert one.readout == start


# secant


@given(st.floats(100, 2900), st.floats(0.2, 2000))
@settings(deadline=None, max_examples=8)
def test_the_secant_is_the_forward_difference(x, h):
    explorer = move(opened(secant_explorer), x=x, h=h, show_tangent=True)
    check_frame(explorer)
    values, families = explorer.values, households.load()
    curve = households.engel_curve(families.income, families.food)
    assert values["secant"] == pytest.approx(numeric.forward_difference(curve, x, h))
    assert values["tangent"] == pytest.approx(curve.elasticity * curve(x) / x, rel=1e-9)
    assert values["difference"] == values["secant"] - values["tangent"]
    for name in ("h", "secant", "tangent", "difference"):
        assert number(values[name]) in explorer.readout


def test_the_tangent_waits_for_its_switch():
    explorer = fresh(secant_explorer)
    tangent = number(explorer.values["tangent"])
    assert "tangent" not in explorer.readout
    assert tangent not in explorer.svg
    move(explorer, show_tangent=True)
    assert f"the tangent {tangent}" in explorer.readout
    assert f"tangent: slope {tangent}" in explorer.svg


def test_a_difference_of_rounding_is_none():
    explorer = secant_explorer(abs, 1.0)
    explorer.controls["show_tangent"].value = True
    explorer.controls["h"].value = 0.3
    assert explorer.values["difference"] != 0.0
    assert explorer.readout.endswith("a difference of 0.")


def test_zero_and_the_other_side_can_be_reached():
    explorer = move(secant_explorer(lambda x: x**3 - 2 * x**2 + 5, 2.0), x=0.0)
    assert explorer.values["x"] == 0.0
    assert explorer.controls["x"].named.min < -0.5


def test_at_a_kink_the_secant_has_no_tangent_to_lean_on():
    explorer = move(secant_explorer(abs, 0.0), show_tangent=True)
    check_frame(explorer)
    assert "has a kink" in explorer.readout
    assert math.isnan(explorer.values["tangent"])
    move(explorer, x=0.5, h=0.25)
    assert explorer.values["difference"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (np.cos, 1.0),
        (math.sin, 0.3),
        (np.log, 2.0),
        (lambda x: 1 / x, 1.0),
        (lambda x: 7.0, 0.0),
        (lambda x: -(x**4), -3.0),
        (np.sqrt, 1e-3),
    ],
)
def test_a_learners_function_of_one_number(f, at):
    explorer = secant_explorer(f, at)
    check_words(explorer.figure)
    check_frame(explorer)
    move(explorer, h=explorer.controls["h"].named.min)
    check_frame(explorer)


def test_a_function_that_breaks_off_leaves_the_figure_usable():
    explorer = secant_explorer(np.log, 1.0, x_range=(-1, 3))
    move(explorer, x=-0.5)
    assert explorer.error.startswith("f has no finite value at −0.5")
    move(explorer, x=1.0)
    check_frame(explorer)


@pytest.mark.parametrize("make", [secant_explorer, error_explorer])
@pytest.mark.parametrize("f", [lambda x: math.nan, lambda x: undefined + x, lambda x: "one"])  # noqa: F821
def test_what_cannot_be_plotted_is_refused(make, f):
    with pytest.raises(ValueError, match="f has no finite value"):
        make(f, 1.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda span: secant_explorer(np.sin, 1.0, x_range=span),
        lambda span: secant_explorer(at=1.0, x_range=span),
        lambda span: taylor_explorer("sin x", 1.0, x_range=span),
        lambda span: gradient_explorer(at=(1.0, 0.0), x_range=span),
        lambda span: gradient_explorer(at=(0.0, 1.0), y_range=span),
    ],
)
def test_a_range_is_two_numbers_around_the_point(make):
    for span in ((2, -2), (1, 1), (0, math.inf)):
        with pytest.raises(ValueError, match="two finite numbers in order"):
            make(span)
    with pytest.raises(ValueError, match="from 2 to 3 must hold the point, got 1"):
        make((2, 3))


# error


@given(st.floats(-16, 0))
@settings(deadline=None, max_examples=8)
def test_the_errors_are_those_of_the_differences(exponent):
    explorer = move(opened(error_explorer), h=10**exponent)
    check_frame(explorer)
    values = explorer.values
    f = lambda x: np.exp(np.sin(x))  # noqa: E731
    h, exact = values["h"], math.cos(1.3) * math.exp(math.sin(1.3))
    assert values["exact"] == pytest.approx(exact, rel=5e-16)
    for method, slope in (
        ("forward", numeric.forward_difference(f, 1.3, h)),
        ("central", numeric.central_difference(f, 1.3, h)),
        ("complex", numeric.complex_step(f, 1.3, h)),
    ):
        assert values[method] == slope
        assert values[f"{method}_error"] == abs(slope - values["exact"])
        assert number(values[f"{method}_error"], 2) in explorer.readout


def test_the_best_step_is_where_it_is_predicted():
    explorer = opened(error_explorer)
    for method in ("forward", "central"):
        best = explorer.values[f"{method}_best"]
        assert best == pytest.approx(numeric.best_step(lambda x: np.exp(np.sin(x)), 1.3, method))
        assert best / 10 < explorer.values[f"{method}_found"] < best * 10
        move(explorer, h=best * 1.5)
        assert "truncation" in explorer.readout
        move(explorer, h=best / 2)
        assert "round-off" in explorer.readout


@pytest.mark.parametrize(
    ("f", "at", "missing"),
    [
        (math.sin, 1.0, {"complex"}),
        (lambda x: 3 * x + 1, 1.3, {"forward_best", "central_best"}),
        (lambda x: x**2, 0.0, {"forward_best", "central_best"}),
        (lambda x: 1e9 * np.exp(x), 2.0, set()),
        (np.log, 0.1, set()),
        (lambda x: x * np.abs(x), 1.5, {"complex", "central_best"}),
    ],
)
def test_errors_of_a_learners_function(f, at, missing):
    explorer = error_explorer(f, at)
    check_words(explorer.figure)
    wanted = {"complex", "forward_best", "central_best"}
    assert wanted - set(explorer.values) == missing
    for h in (1e-16, 1e-8, 1.0):
        move(explorer, h=h)
        assert explorer.error == ""


def test_a_step_onto_a_pole_gives_no_number():
    explorer = move(error_explorer(lambda x: 1 / x, 1.0), h=1.0)  # of Python's own division
    assert explorer.error == ""
    assert "central difference no number" in explorer.readout


def test_an_error_of_zero_has_no_cause_and_a_name_stands_on_the_picture():
    explorer = move(error_explorer(lambda x: 1e6 * x**2, 1000.0), h=1.0)
    assert explorer.readout.endswith("central difference 0, complex step 0.")
    explorer.figure.draw_without_rendering()
    (axes,) = explorer.figure.axes
    assert all(words.get_window_extent().y0 > axes.bbox.y0 for words in axes.texts)


def test_at_a_kink_there_is_no_slope_to_be_wrong_about():
    with pytest.raises(ValueError, match="kink at 0"):
        error_explorer(abs, 0.0)


# gradient


@given(st.floats(-3.2, 3.2), st.floats(-3.2, 3.2), st.floats(0, 360))
@settings(deadline=None, max_examples=5)
def test_the_slope_is_the_derivative_along_the_direction(x, y, angle):
    explorer = move(opened(gradient_explorer), x=x, y=y, angle=angle)
    check_frame(explorer)
    values = explorer.values
    way = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    along = numeric.derivative(lambda t: valley((x + way[0] * t, y + way[1] * t)), 0.0).value
    assert values["slope"] == pytest.approx(along, abs=1e-6)
    assert (values["gradient_x"], values["gradient_y"]) == pytest.approx((2 * x * y, x**2 + 3 * y**2), abs=1e-6)
    assert abs(values["slope"]) <= values["steepest"] * (1 + 1e-12)


def test_steepest_along_the_gradient_and_zero_across_it():
    explorer = fresh(gradient_explorer)
    assert explorer.values["gradient_x"] == pytest.approx(12)
    assert explorer.values["gradient_y"] == pytest.approx(31)
    uphill = explorer.values["gradient_angle"]
    move(explorer, angle=uphill)
    assert explorer.values["slope"] == pytest.approx(explorer.values["steepest"])
    for across in (uphill + 90, uphill + 270):
        move(explorer, angle=across)
        assert explorer.values["slope"] == pytest.approx(0, abs=1e-9)
        assert f"{number(across)}°" in explorer.readout
    move(explorer, x=0.0, y=0.0)
    assert "level in every direction" in explorer.readout


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda p: math.sin(p[0]) * p[1], (1.0, 1.0)),
        (lambda p: np.log(p[0]) + p[1], (1.0, 1.0)),
        (lambda p: 5.0, (1.0, 1.0)),
        (lambda p: float((p * p).sum()), (1.0, 2.0)),
        (lambda p: 1e9 + p[0], (1.0, 2.0)),
    ],
)
def test_a_learners_function_of_a_point(f, at):
    explorer = gradient_explorer(f, at)
    check_words(explorer.figure)
    check_frame(explorer)
    move(explorer, x=at[0] / 2, angle=90)
    check_frame(explorer)


def test_an_angle_that_is_almost_zero_is_zero():
    explorer = move(gradient_explorer(lambda p: np.exp(3 * p[0]) + 1e4 * p[1] ** 2), x=-3.0, y=-3.0)
    assert explorer.readout.endswith("towards 0° and 180°.")


def test_the_axis_hugs_the_wave():
    for x, y in ((2.0, 3.0), (0.5, 0.2), (-3.2, 3.2)):
        explorer = move(opened(gradient_explorer), x=x, y=y)
        assert 1 < explorer.figure.axes[1].get_ylim()[1] / explorer.values["steepest"] < 1.6


def test_at_a_kink_there_is_no_gradient():
    explorer = gradient_explorer(lambda p: np.abs(p[0]) + p[1] ** 2, (1.0, 1.0))
    move(explorer, x=0.0)
    assert explorer.error == "f has a kink at (0, 1): there is no gradient; try another point"
    move(explorer, x=-1.0)
    check_frame(explorer)
    assert explorer.values["gradient_x"] == pytest.approx(-1)


def test_a_field_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="f has no finite value"):
        gradient_explorer(lambda p: math.nan)
    with pytest.raises(ValueError, match="f has no finite value"):
        gradient_explorer(lambda p: p)


# Taylor


@pytest.mark.parametrize("text", ["exp(sin x)", "log(1+x)", "1/(1+x^2)", "x^3 - 2x^2 + 5", "tanh(2x)", "x^x"])
def test_the_coefficients_are_the_derivatives(text):
    expression, x = read(text), sp.Symbol("x")
    coefficients = taylor_coefficients(expression, 0.7, 5)
    for order, coefficient in enumerate(coefficients):
        exact = sp.diff(expression, x, order).subs(x, sp.Float(0.7, 30)) / sp.factorial(order)
        assert coefficient == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", ["sqrt(x)", "1/x", "ln(x)"])
def test_where_a_derivative_is_missing_there_are_no_coefficients(text):
    with pytest.raises(ValueError, match="no Taylor polynomial of order 3 at 0; try another point"):
        taylor_coefficients(read(text), 0.0, 3)


@pytest.mark.parametrize("explorer", [taylor_explorer, chain_explorer, derivation_explorer])
@pytest.mark.parametrize("what", [np.sin, None, [1, 2]])
def test_what_is_no_expression_is_refused(explorer, what):
    with pytest.raises(ValueError, match="expected an expression such as"):
        explorer(what)


@given(st.integers(0, HIGHEST), st.floats(-2, 3.5))
@settings(deadline=None, max_examples=8)
def test_the_polynomial_is_good_where_it_is_said_to_be(order, at):
    explorer = move(opened(taylor_explorer), order=order, at=at)
    check_frame(explorer)
    values, (low, high) = explorer.values, explorer.figure.axes[0].get_ylim()
    assert len(values["coefficients"]) == order + 1
    assert values["left"] <= at + 0.01
    assert values["right"] >= at - 0.01
    inside = np.linspace(values["left"], values["right"], 50)
    polynomial = np.polynomial.polynomial.polyval(inside - at, values["coefficients"])
    assert np.abs(polynomial - np.exp(np.sin(inside))).max() <= 0.0101 * (high - low)


def test_a_higher_order_reaches_further_but_not_past_a_pole():
    explorer = taylor_explorer("log(1+x)", 0.5)
    widths = []
    for order in (1, 3, 6, 12):
        move(explorer, order=order)
        widths.append(explorer.values["right"] - explorer.values["left"])
    assert widths == sorted(widths)
    assert explorer.values["left"] > -1
    assert explorer.values["right"] < 2.0 + 0.1  # as far to the right as the pole is to the left


@pytest.mark.parametrize("expression", ["7", "abs(x-5)", "sqrt(x)", "tan x", sp.Symbol("t") ** 2, "1/x"])
def test_a_learners_expression(expression):
    explorer = taylor_explorer(expression, 1.5)
    check_words(explorer.figure)
    check_frame(explorer)


def test_the_longest_words_of_the_key_fit():
    explorer = taylor_explorer("1/(1+x^2)")  # its key stands on the right
    *_, words = explorer.figure.axes[0].texts
    words.set_text("order 12: good −0.0155 to −0.00166")
    check_words(explorer.figure)


def test_a_polynomial_is_its_own_taylor_polynomial():
    explorer = taylor_explorer("x^3 - 2x^2 + 5", 2.0)
    assert explorer.values["coefficients"] == pytest.approx((5.0, 4.0, 4.0, 1.0))
    assert "the whole picture" in explorer.readout


@pytest.mark.parametrize(
    ("expression", "at", "message"),
    [
        ("abs(x)", 0.0, "kink at 0"),
        ("sqrt(x)", 0.0, "x = 0"),
        ("1/x", 0.0, "no finite value at 0"),
        ("log(x)", -1.0, "no finite value at −1"),
    ],
)
def test_where_there_is_no_taylor_polynomial_it_says_so(expression, at, message):
    assert message in taylor_explorer(expression, at).error


@pytest.mark.parametrize(
    ("expression", "message"), [("x*y", "one variable, got x, y"), ("2x +", "."), ("sqrt(-1-x^2)", "no finite value")]
)
def test_an_expression_that_cannot_be_drawn_is_refused(expression, message):
    with pytest.raises(ValueError, match=message):
        taylor_explorer(expression)


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.data())
def test_the_stretch_is_the_longest_around_the_middle(good, data):
    middle = data.draw(st.integers(0, len(good) - 1))
    first, last = stretch(np.array(good), middle)
    assert 0 <= first <= middle <= last < len(good)
    assert all(good[i] for i in range(first, last + 1) if i != middle)
    assert first == 0 or not good[first - 1]
    assert last == len(good) - 1 or not good[last + 1]
