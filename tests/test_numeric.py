"""calc_core.numeric: what holds for all functions and points, and what a learner is told."""

import math
import operator
import random

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calc_core import numeric
from calc_core.numeric import best_step, derivative, gradient

X, Y = sp.symbols("x y")
EPS = 2.0**-52
NOISE = np.random.default_rng(0)
numbers = st.floats(-3, 3).map(lambda x: round(x, 3))


def expressions(*variables):
    """Smooth everywhere, of moderate size, and friendly to complex numbers."""
    smooth = st.sampled_from([sp.sin, sp.cos, lambda u: sp.exp(sp.sin(u)), lambda u: 1 / (2 + sp.cos(u))])
    two = st.sampled_from([operator.add, operator.sub, operator.mul])
    simple = st.sampled_from(variables) | st.integers(-3, 3).map(sp.Integer)
    return st.recursive(
        simple,
        lambda inner: st.builds(lambda f, *u: f(*u), two, inner, inner) | st.builds(lambda f, u: f(u), smooth, inner),
        max_leaves=5,
    )


# One variable


def test_the_rules_of_one_step_err_as_they_say_with_one_step_or_several():
    h = np.array([1e-3, 5e-4])
    for rule, error in (("forward_difference", h / 2), ("central_difference", h**2 / 6), ("complex_step", -(h**2) / 6)):
        assert getattr(numeric, rule)(np.exp, 0.3, h) / np.exp(0.3) - 1 == pytest.approx(error, rel=1e-3)


@settings(max_examples=30)
@given(expressions(X), numbers)
@example(sp.sin(X) * X, 0.0)
def test_every_way_agrees_with_sympy(expression, x):
    f, exact = sp.lambdify(X, expression), float(expression.diff(X).subs(X, x))
    third = max(abs(float(expression.diff(X, 3).subs(X, x + t))) for t in (-1e-4, 0, 1e-4))
    scale = 1 + abs(exact) + abs(float(f(x))) + third
    found = derivative(f, x)
    assert abs(found.value - exact) <= 10 * found.error + 1e-9 * scale
    assert found.error <= 1e-6 * scale
    assert not found.kink
    assert numeric.complex_step(f, x) == pytest.approx(exact, rel=1e-12, abs=1e-12 * scale)


FAMILY = ["exp(x)", "log(x)", "sqrt(x)", "x**-2.5", "x**7", "1/(1 + 25*x**2)", "tanh(x)", "sin(1/x)", "exp(-1/x)"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fresh_family_of_points_keeps_the_promised_accuracy(seed):
    points, found = 10 ** np.random.default_rng(seed).uniform(-3, 2, 40), []
    for expression in map(sp.sympify, FAMILY):
        f, slope = (sp.lambdify(X, formula) for formula in (expression, expression.diff(X)))
        found += [(derivative(f, x), slope(x)) for x in points if 1e-250 < abs(slope(x)) < 1e250]
    assert np.mean([abs(d.value - exact) <= 1e-8 * abs(exact) for d, exact in found]) >= 0.97
    assert np.mean([abs(d.value - exact) <= d.error for d, exact in found]) >= 0.97
    assert np.median([d.evaluations for d, _ in found]) <= 12
    assert not any(d.kink for d, _ in found)


@settings(max_examples=300)
@given(st.floats(0, 5), st.floats(-10, 10), st.sampled_from([0.0, 0.7]))
@example(np.log10(2000), 1.0, 0.0)
@example(np.log10(2018.8), 0.0, 0.0)
@example(np.log10(37694), 2.0, 0.7)
def test_the_error_is_never_far_off_however_fast_f_oscillates(exponent, x, phase):
    omega = 10.0**exponent
    found = derivative(lambda t: np.sin(omega * t + phase), x)
    exact, rounding = omega * np.cos(omega * x + phase), 1e-15 * omega * (1 + omega * abs(x))
    assert abs(found.value - exact) <= 100 * found.error + rounding
    assert not derivative(lambda t: np.sin(np.pi * t), omega * x).kink


@settings(max_examples=60)
@given(numbers, st.sampled_from([-5, -1.0, -0.01, 0.01, 1, 30]), expressions(X))
@example(0.0, -0.01, X**2)
def test_a_kink_is_reported(x, bend, expression):
    f, smooth = sp.lambdify(X, expression), float(expression.diff(X).subs(X, x))
    found = derivative(lambda t: bend * np.abs(t - x) + f(t), x)
    assert found.kink is True
    assert abs(found.value - smooth) <= 1.01 * found.error
    assert found.error >= 0.99 * abs(bend)


@given(st.floats(1e-7, 1e-2), st.sampled_from([-1, 1]))
def test_beside_a_kink_there_is_none(distance, side):
    found = derivative(lambda t: np.abs(t - 1), 1 + side * distance)
    assert (found.kink, found.value) == (False, pytest.approx(side, abs=1e-6))


BROKEN = [np.floor, np.ceil, lambda x: np.sqrt(np.abs(x)), lambda x: np.where(x > 0, 3 * x, x)]
NARROW = [lambda x: x * np.abs(x), lambda x: np.abs(x) ** 1.5, lambda x: np.sqrt(x * x + 1e-8), lambda x: np.sin(x**2)]


@pytest.mark.parametrize("f", [*BROKEN, *NARROW, lambda x: x**2 - 0.3 * np.exp(-x * x)])
def test_jumps_and_cusps_are_kinks_and_narrow_bends_are_none(f):
    found = derivative(f, 0.0)
    assert found.kink is (f in BROKEN)
    assert found.kink or found.value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("f", [np.cbrt, np.sign, lambda x: NOISE.random()])
def test_a_vertical_tangent_and_noise_leave_no_digit(f):
    found = derivative(f, 0.0)
    assert found.error > 0.3 * abs(found.value)


@settings(max_examples=30)
@given(st.sampled_from([-1, 1]), st.floats(-289, 150))
def test_any_magnitude_of_x(sign, exponent):
    x = sign * 10.0**exponent
    assert derivative(lambda t: t * t, x).value == pytest.approx(2 * x, rel=1e-9)
    assert derivative(lambda t: 3 * t + 1, x).value == pytest.approx(3, rel=1e-6)
    assert derivative(lambda t: 3 * t, x).kink is False
    assert derivative(np.log, abs(x)).value * abs(x) == pytest.approx(1, rel=1e-8)


@pytest.mark.parametrize("x", [0.0, 5e-324, 1e-310])
def test_zero_and_subnormal_x_and_the_edge_of_a_domain(x):
    assert derivative(np.exp, x).value == pytest.approx(1, rel=1e-12)
    assert derivative(lambda t: math.sqrt(1 - t * t), 0.999 + x).value == pytest.approx(-22.3439058, rel=1e-8)


def test_larger_steps_help_where_rounding_rules_but_a_far_peak_is_no_perfect_zero():
    for x in np.linspace(0.1, 1, 40):
        found = derivative(lambda x: np.tanh(x) + 1e6, x)
        assert abs(found.value - 1 / np.cosh(x) ** 2) <= found.error < 2e-7
    assert derivative(lambda x: 1e308 * x, 1.0).value == pytest.approx(1e308, rel=1e-9)
    assert derivative(lambda x: 1 / (1 + 25 * x**2), 0.02).value == pytest.approx(-1 / 1.01**2, rel=1e-9)


@pytest.mark.parametrize(
    ("f", "slope"),
    [(math.sin, math.cos(0.7)), (lambda x: max(x, 0) ** 2, 1.4), (sp.exp, math.exp(0.7)), (lambda x: x > 0, 0)],
)
def test_functions_of_one_number_only(f, slope):
    found = derivative(f, 0.7)
    assert isinstance(found.value, float)
    assert found.value == pytest.approx(slope, abs=1e-9)


def test_evaluations_are_counted_and_rtol_saves_some():
    seen = []
    found = derivative(lambda x: seen.append(x) or np.sin(x), 0.7)
    assert found.evaluations == len(seen) <= 12
    loose, tight = (derivative(lambda x: np.exp(-1 / x), 0.03, rtol=rtol) for rtol in (1e-3, 1e-11))
    assert loose.evaluations < tight.evaluations
    assert loose.error <= 1e-3 * loose.value
    short = "Derivative(value=0.3333333333, error=1e-15, evaluations=12, kink=False)"
    assert repr(numeric.Derivative(1 / 3, 1.234e-15, 12, False)) == short


@given(st.floats(0.1, 3), st.floats(-6, -2))
def test_a_derivative_of_a_derivative_knows_the_error_of_the_inner_one(x, exponent):
    found = derivative(lambda t: derivative(np.exp, t, rtol=10**exponent), x)
    assert abs(found.value / np.exp(x) - 1) <= 10 * found.error <= 100 * 10 ** (exponent / 3)
    assert not found.kink


STEPS = [
    (math.exp, 1e-3, math.exp(1e-3), math.exp(1e-3)),
    (np.log, 30.0, -1 / 30**2, 2 / 30**3),
    (lambda x: 5 + x**2 / 2 + x**3 / 6, 0.0, 1, 1),
    (lambda x: 1 + x**2 * 1e-6 + x**3 * 1e-6, 1.0, 8e-6, 6e-6),
]


@pytest.mark.parametrize(("f", "x", "second", "third"), STEPS)
def test_best_step_is_its_formula(f, x, second, third):
    size = EPS * abs(f(x))
    assert best_step(f, x, "forward") == pytest.approx(2 * np.sqrt(size / abs(second)), rel=1e-3)
    assert best_step(f, x, "central") == pytest.approx(np.cbrt(3 * size / abs(third)), rel=1e-2)


# Several variables


@settings(max_examples=30)
@given(expressions(X, Y), numbers, numbers)
@example(X - sp.sin(X), 0.0, 0.0)
def test_gradient_agrees_with_sympy(expression, x, y):
    f, at = sp.lambdify((X, Y), expression), {X: x, Y: y}
    exact = np.array([float(expression.diff(v).subs(at)) for v in (X, Y)])
    second = np.array([[float(expression.diff(u, v).subs(at)) for v in (X, Y)] for u in (X, Y)])
    higher = [abs(float(expression.diff(*((X,) * i + (Y,) * (k - i))).subs(at))) for k in (3, 4) for i in range(k + 1)]
    scale = 1 + abs(float(f(x, y))) + np.abs(exact).max() + np.abs(second).max() + max(higher)
    assert gradient(lambda p: f(*p), [x, y]) == pytest.approx(exact, abs=1e-8 * scale)
    assert gradient(lambda p: f(*p), [x, y], method="complex") == pytest.approx(exact, abs=1e-13 * scale)


def test_the_step_of_a_gradient():
    assert gradient(lambda p: p[0] ** 3 + p[1] ** 3, [1, 2], step=0.5) == pytest.approx([3.25, 12.25])
    seen = []
    gradient(lambda p: seen.append(p) or p[0], [3.0])
    assert (seen[1] - seen[2])[0] / 2 == pytest.approx(3 * np.cbrt(EPS), rel=1e-6)


def test_what_f_writes_on_its_point_harms_nothing():
    point = np.array([1.0, 2.0])
    assert gradient(lambda p: operator.imul(p, p) @ np.ones(2), point) == pytest.approx([2, 4])
    assert point.tolist() == [1, 2]


# What a learner is told


NO_FUNCTION = r"f must be a function, such as lambda x: x\*\*2; got "
REFUSED = [
    (lambda: derivative(X**2, 2.5), NO_FUNCTION + "a SymPy expression$"),
    (lambda: derivative(X, 2.5), NO_FUNCTION + "a SymPy expression$"),
    (lambda: derivative("x^2", 2.5), NO_FUNCTION + r"'x\^2'$"),
    (lambda: best_step(X**2, 2.5, "central"), NO_FUNCTION),
    (lambda: gradient(X**2, [2.5]), NO_FUNCTION),
    (lambda: derivative(lambda x: None, 1.0), r"f returned None at x = 1: is there a return\?"),
    (lambda: gradient(lambda x: None, [1.0, 2.0]), r"f returned None at x = \[1. 2.\]: is there a return\?"),
    (lambda: derivative(lambda x: [x, x], 1.0), r"f must return one real number, got \["),
    (lambda: derivative(lambda x: x * 1j, 1.0), "f must return one real number, got .*1j.* at x = 1"),
    (lambda: derivative(np.sin, "1"), "x must be one real number, got '1'; try x = 2.0"),
    (lambda: derivative(np.sin, np.nan), "x must be finite, got nan"),
    (lambda: derivative(np.sqrt, -1.0), "f is not finite at x = -1; choose x inside the domain of f"),
    (lambda: derivative(np.sqrt, 0.0), "f is not finite on both sides of x = 0; choose x inside the domain"),
    (lambda: derivative(lambda x: 1 / x, 0.0), "f is not finite at x = 0"),
    (lambda: derivative(math.sqrt, -1.0), "math domain error|nonnegative"),
    (lambda: best_step(np.sin, 0.0, "forward"), "no step is best at x = 0, where f is 0 and not rounded: the smaller"),
    (
        lambda: best_step(np.square, 3.0, "central"),
        "no step is best at x = 3, where derivative 3 of f is 0: the larger",
    ),
    (lambda: best_step(lambda x: 3 * x, 2.0, "forward"), "where derivative 2 of f is 0: the larger, the better"),
    (lambda: best_step(np.sin, 1.0, "complex"), 'method must be "forward" or "central", got \'complex\''),
    (lambda: best_step(lambda x: random.random(), 1.0, "central"), "f gives 0.* and then 0.* at x = 1; fix the seed"),
    (lambda: gradient(np.sum, [1.0], method="x"), 'method must be "central" or "complex", got \'x\''),
    (lambda: gradient(np.sum, []), r"x must be a point of shape \(n,\), n >= 1, got shape \(0,\)"),
    (lambda: gradient(np.sum, 1.0), r"x must be a point of shape \(n,\), n >= 1, got shape \(\)"),
    (lambda: gradient(np.sum, [1.0, np.nan]), "x must be finite"),
    (lambda: gradient(np.sum, [1.0], step=0), "step must be a positive finite number, got 0; try 1e-6"),
    (lambda: gradient(np.sum, [1.0], step=np.inf), "step must be a positive finite number, got inf"),
    (lambda: gradient(np.sum, [1e20], step=1.0), r"the step is lost beside x = \[1.e\+20\]; make it larger"),
    (lambda: gradient(lambda p: 1 / p[0] ** 2 - np.inf, [1.0]), "f is not finite next to"),
    (
        lambda: gradient(lambda p: p[0] * np.abs(p[0]), [1.5], method="complex"),
        "step gives 1.5, real .* 3: f has a kink",
    ),
    (lambda: gradient(lambda p: np.conj(p[0]), [1.5], method="complex"), "use central differences"),
    (lambda: gradient(lambda p: np.sqrt(p[0] ** 2), [0.0], method="complex"), "f has a kink"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value", "ignore:Casting complex values")
def test_what_a_learner_is_told(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
