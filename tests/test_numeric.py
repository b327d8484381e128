"""calc_core.numeric and the worked examples: what holds for all functions and points, and what a learner is told."""

import math
import operator
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calc_core import automatic
from calc_core.numeric import EPS, best_step, derivative, gradient
from calc_core.sampling import slope_at
from calc_core.worked_examples import numerical_gradient

X, Y = sp.symbols("x y")
NOISE = np.random.default_rng(0)
numbers = st.floats(-3, 3).map(lambda x: round(x, 3))

# Smooth everywhere, of moderate size, and friendly to complex numbers.
ONE = st.sampled_from([sp.sin, sp.cos, lambda u: sp.exp(sp.sin(u)), lambda u: 1 / (2 + sp.cos(u))])
TWO = st.sampled_from([operator.add, operator.sub, operator.mul])
expressions = st.recursive(
    st.sampled_from([X, Y]) | st.integers(-3, 3).map(sp.Integer),
    lambda inner: st.builds(lambda f, *u: f(*u), TWO, inner, inner) | st.builds(lambda f, u: f(u), ONE, inner),
    max_leaves=5,
)


@settings(max_examples=30)
@given(expressions, numbers, numbers)
@example(sp.sin(X) * X, 0.0, 1.0)
@example(X - sp.sin(X), 0.0, 0.0)  # a flat place is no disagreement
def test_every_way_agrees_with_sympy(expression, x, y):
    f, at, point = sp.lambdify((X, Y), expression), {X: x, Y: y}, np.array([x, y])
    exact = np.array([float(expression.diff(v).subs(at)) for v in (X, Y)])
    second = [[float(expression.diff(u, v).subs(at)) for v in (X, Y)] for u in (X, Y)]
    third = max(abs(float(expression.diff(v, 3).subs({X: x + t, Y: y + t}))) for v in (X, Y) for t in (-1e-4, 0, 1e-4))
    scale = 1 + np.abs(exact).max() + np.abs(second).max() + abs(float(f(x, y))) + third
    found = derivative(lambda t: f(t, y), x)
    assert abs(found.value - exact[0]) <= 10 * found.error + 1e-9 * scale
    assert found.error <= 1e-6 * scale
    assert not found.kink
    assert gradient(lambda p: f(*p), point) == pytest.approx(exact, abs=1e-8 * scale)
    assert gradient(lambda p: f(*p), point, method="complex") == pytest.approx(exact, abs=1e-13 * scale)
    forward = automatic.Dual(0.0) + f(*map(automatic.Dual, point, [1.0, 0.0]))  # a Dual also where f is constant
    assert forward.slope == pytest.approx(exact[0], abs=1e-13 * scale)
    assert automatic.grad(lambda p: f(*p))(point) == pytest.approx(exact, abs=1e-13 * scale)
    assert automatic.hessian(lambda p: f(*p))(point) == pytest.approx(np.array(second), abs=1e-12 * scale)


# `derivative`: accurate, honest about its error, and aware of kinks

FAMILY = ["exp(x)", "log(x)", "sqrt(x)", "x**-2.5", "x**7", "1/(1 + 25*x**2)", "tanh(x)", "sin(1/x)", "exp(-1/x)"]


def test_a_fresh_family_of_points_keeps_the_promised_accuracy():
    points, found = 10 ** np.random.default_rng(1).uniform(-3, 2, 120), []
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
@example(np.log10(37694), 2.0, 0.7)
def test_the_error_is_never_far_off_however_fast_f_oscillates(exponent, x, phase):
    omega = 10.0**exponent
    found = derivative(lambda t: np.sin(omega * t + phase), x)
    exact, rounding = omega * np.cos(omega * x + phase), 1e-15 * omega * (1 + omega * abs(x))
    assert abs(found.value - exact) <= 100 * found.error + rounding
    assert not derivative(lambda t: np.sin(np.pi * t), omega * x).kink


@given(numbers, st.sampled_from([-5, -1.0, -0.01, 0.01, 1, 30]), st.floats(1e-5, 1e-2), st.sampled_from([-1, 1]))
@example(0.0, -0.01, 1e-5, 1)  # a bend hides no weak kink
def test_a_kink_is_reported_and_beside_it_is_none(x, jump, distance, side):
    at, beside = (derivative(lambda t: jump * np.abs(t - x) + t**2, place) for place in (x, x + side * distance))
    assert at.kink is True
    assert abs(at.value - 2 * x) <= 1.01 * at.error
    assert at.error >= 0.99 * abs(jump)
    assert beside.kink is False
    assert beside.value == pytest.approx(side * jump + 2 * (x + side * distance), abs=1e-6)


JUMPS = [np.floor, np.ceil, lambda x: np.sqrt(np.abs(x)), lambda x: np.where(x > 0, 3 * x, x)]
NARROW = [lambda x: x * np.abs(x), lambda x: np.abs(x) ** 1.5, lambda x: np.sqrt(x * x + 1e-8), lambda x: np.sin(x**2)]
NO_DIGIT = [np.cbrt, np.sign, lambda x: NOISE.random()]


@pytest.mark.parametrize("f", [*JUMPS, *NARROW, lambda x: x**2 - 0.3 * np.exp(-x * x), *NO_DIGIT])
def test_jumps_and_cusps_are_kinks_narrow_bends_are_none_and_a_vertical_tangent_leaves_no_digit(f):
    found = derivative(f, 0.0)
    assert found.kink is (f in JUMPS)
    assert found.error > 0.3 * abs(found.value) if f in NO_DIGIT else found.kink or abs(found.value) <= 1e-9


@settings(max_examples=50)
@given(st.sampled_from([-1, 1]), st.floats(-289, 150))
def test_any_magnitude_of_x(sign, exponent):
    x = sign * 10.0**exponent
    assert derivative(lambda t: t * t, x).value == pytest.approx(2 * x, rel=1e-9)
    assert derivative(lambda t: 3 * t + 1, x).value == pytest.approx(3, rel=1e-6)
    assert derivative(lambda t: 3 * t, x).kink is False
    assert derivative(np.log, abs(x)).value * abs(x) == pytest.approx(1, rel=1e-8)


SLOPES = [
    (np.exp, 5e-324, 1, 1e-12),
    (lambda x: math.sqrt(1 - x * x), 0.999, -0.999 / math.sqrt(1 - 0.999**2), 1e-8),  # the edge of a domain
    (lambda x: abs(x - 1), 1 - 1e-7, -1, 1e-6),
    (lambda x: 1e308 * x, 1.0, 1e308, 1e-9),
    (lambda x: 1 / (1 + 25 * x**2), 0.02, -1 / 1.01**2, 1e-9),  # a far peak is no perfect zero
    (lambda x: np.tanh(x) + 1e6, 0.1, 1 / np.cosh(0.1) ** 2, 3e-7),  # larger steps help where rounding rules
    (sp.exp, 0.7, math.exp(0.7), 1e-9),
    (lambda x: x > 0, 0.7, 0, 1e-9),
]


@pytest.mark.parametrize(("f", "x", "slope", "accuracy"), SLOPES)
def test_the_ends_of_what_can_be_asked(f, x, slope, accuracy):
    found = derivative(f, x)
    assert isinstance(found.value, float)
    assert abs(found.value - slope) <= found.error <= accuracy * max(abs(slope), 1)
    assert not found.kink


@pytest.mark.parametrize("digits", [3, 4])
def test_of_a_function_that_rounds_no_more_digits_are_claimed_than_there_are(digits):
    found = [(x, derivative(lambda t: round(float(t) ** 2, digits), x)) for x in np.linspace(0.3, 3, 100)]
    assert [x for x, slope in found if abs(slope.value - 2 * x) > slope.error + 1e-9] == []


def test_evaluations_are_counted_and_rtol_saves_some():
    seen = []
    found = derivative(lambda x: seen.append(x) or np.sin(x), 0.7)
    assert found.evaluations == len(seen) <= 12
    loose, tight = (derivative(lambda x: np.exp(-1 / x), 0.03, rtol=rtol) for rtol in (1e-3, 1e-11))
    assert loose.evaluations < tight.evaluations
    assert loose.error <= 1e-3 * loose.value


STEPS = [
    (math.log, 30.0, -1 / 30**2, 2 / 30**3),
    (lambda x: 5 + x**2 / 2 + x**3 / 6, 0.0, 1, 1),
    (lambda x: 1 + x**2 * 1e-6 + x**3 * 1e-6, 1.0, 8e-6, 6e-6),
]


@pytest.mark.parametrize(("f", "x", "second", "third"), STEPS)
def test_best_step_is_its_formula(f, x, second, third):
    size = EPS * abs(f(x))
    assert best_step(f, x, "forward") == pytest.approx(2 * np.sqrt(size / abs(second)), rel=1e-3)
    assert best_step(f, x, "central") == pytest.approx(np.cbrt(3 * size / abs(third)), rel=1e-2)


def test_the_step_of_a_gradient_and_what_f_writes_on_its_point():
    assert gradient(lambda p: p[0] ** 3 + p[1] ** 3, [1, 2], step=0.5) == pytest.approx([3.25, 12.25])
    seen, point = [], np.array([3.0])
    gradient(lambda p: seen.append(p.copy()) or operator.imul(p, 2)[0], point)
    assert (seen[1] - seen[2])[0] / 2 == pytest.approx(3 * np.cbrt(EPS), rel=1e-6)
    assert point == [3.0]


def test_the_command_gives_the_three_worked_examples():
    printed = subprocess.run([sys.executable, "-m", "calc_core"], capture_output=True, text=True, check=True).stdout
    for words in ("3*x**2 - 4*x", "(12.000000, 31.000000)", "(12, 31)", "4*x**2 + 4*x + 1", "8*x + 4"):
        assert words in printed


# What a learner is told

NO_FUNCTION = r"f must be a function, such as lambda x: x\*\*2; got a SymPy expression$"
NO_STEP = "step must be positive, finite and not lost beside "
REFUSED = [
    (lambda: derivative(X**2, 2.5), NO_FUNCTION),
    (lambda: best_step(X, 2.5, "central"), NO_FUNCTION),
    (lambda: gradient(X**2, [2.5]), NO_FUNCTION),
    (lambda: derivative(lambda x: None, 1.0), r"f returned None at x = 1: is there a return\?"),
    (lambda: gradient(lambda x: None, [1.0, 2.0]), r"f returned None at x = \[1. 2.\]: is there a return\?"),
    (lambda: derivative(lambda x: [x, x], 1.0), r"f must return one real number, got \["),
    (lambda: derivative(lambda x: x * 1j, 1.0), "f must return one real number, got .*1j.* at x = 1"),
    (lambda: slope_at(lambda x: 1e300, 1.0), "no finite value at 1: the numbers in it become too large"),
    (lambda: derivative(np.sin, "1"), "x must be one real number, got '1'; try x = 2.0"),
    (lambda: derivative(np.sin, np.nan), "x must be finite, got nan"),
    (lambda: derivative(np.sqrt, -1.0), "f is not finite at x = -1; choose x inside the domain of f"),
    (lambda: derivative(np.sqrt, 0.0), "f is not finite on both sides of x = 0; choose x inside the domain"),
    (lambda: derivative(math.sqrt, -1.0), "math domain error|nonnegative"),
    (lambda: best_step(np.sin, 0.0, "forward"), "no step is best at x = 0, where f is 0 and not rounded: the smaller"),
    (lambda: best_step(np.square, 3.0, "central"), "x = 3, where derivative 3 of f is 0: the larger, the better"),
    (lambda: best_step(lambda x: 3 * x, 2.0, "forward"), "where derivative 2 of f is 0: the larger, the better"),
    (lambda: best_step(np.sin, 1.0, "complex"), 'method must be "forward" or "central", got \'complex\''),
    (lambda: best_step(lambda x: NOISE.random(), 1.0, "central"), "f gives 0.* and then 0.* at x = 1; fix the seed"),
    (lambda: gradient(np.sum, [1.0], method="x"), 'method must be "central" or "complex", got \'x\''),
    (lambda: gradient(np.sum, []), r"x must be a point of shape \(n,\), n >= 1, got shape \(0,\)"),
    (lambda: numerical_gradient(2.0, np.inf), r"x must be finite, got array\(\[ *2., inf\]\)"),
    (lambda: numerical_gradient(step=0.0), NO_STEP),
    (lambda: numerical_gradient(step=np.inf), NO_STEP),
    (lambda: gradient(np.sum, [1e20], step=1.0), NO_STEP + r"\[1.e\+20\], got 1.0; try without it"),
    (lambda: gradient(lambda p: 1 / p[0] ** 2 - np.inf, [1.0]), "f is not finite next to"),
    (lambda: gradient(lambda p: p[0] * abs(p[0]), [1.5], method="complex"), "step gives 1.5, real .* 3: f has a kink"),
    (lambda: gradient(lambda p: np.sqrt(p[0] ** 2), [0.0], method="complex"), "f has a kink"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value", "ignore:Casting complex values")
def test_what_a_learner_is_told(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
