"""calc_core.numeric: what holds for all functions and points, and every refusal."""

import math
import operator
from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from calc_core import households
from calc_core.numeric import (
    Derivative,
    best_step,
    central_difference,
    complex_step,
    derivative,
    forward_difference,
    gradient,
    hessian,
    jacobian,
)
from calc_core.numeric.partials import BATCH

X, Y = sp.symbols("x y")
some = settings(deadline=None, max_examples=30)

numbers = st.floats(-3, 3).map(lambda x: round(x, 3))
points = st.lists(st.floats(-2, 2), min_size=1, max_size=6).map(np.array)


def expressions(*variables: sp.Symbol) -> st.SearchStrategy[sp.Expr]:
    """Smooth everywhere, of moderate size, and friendly to complex numbers."""
    leaves = st.sampled_from(variables) | st.integers(-3, 3).map(sp.Integer)
    smooth = st.sampled_from([sp.sin, sp.cos, lambda u: sp.exp(sp.sin(u)), lambda u: 1 / (2 + sp.cos(u))])
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(st.sampled_from([operator.add, operator.sub, operator.mul]), inner, inner).map(
                lambda parts: parts[0](parts[1], parts[2])
            )
            | st.tuples(smooth, inner).map(lambda parts: parts[0](parts[1]))
        ),
        max_leaves=5,
    )


def function(expression: sp.Expr, *variables: sp.Symbol) -> Callable:
    return sp.lambdify(variables or (X,), expression, "numpy")


def close(found: Derivative, exact: float, scale: float) -> bool:
    return abs(found.value - exact) <= 10 * found.error + 1e-9 * scale and found.error <= 1e-6 * scale


# One variable


@some
@given(expressions(X), numbers)
@example(sp.sin(X) * X, 0.0)
def test_agrees_with_sympy(expression, x):
    f, exact = function(expression), float(expression.diff(X).subs(X, x))
    scale = 1 + abs(exact) + abs(float(f(x))) + abs(float(expression.diff(X, 3).subs(X, x)))
    found = derivative(f, x)
    assert close(found, exact, scale)
    assert not found.kink
    assert complex_step(f, x) == pytest.approx(exact, rel=1e-12, abs=1e-12 * scale)
    third = max(abs(float(expression.diff(X, 3).subs(X, x + t))) for t in (-1e-4, 0, 1e-4))
    assert central_difference(f, x, 1e-4) == pytest.approx(exact, abs=1e-8 * third + 1e-10 * scale)
    second = max(abs(float(expression.diff(X, 2).subs(X, x + t))) for t in (0, 1e-5))
    assert forward_difference(f, x, 1e-5) == pytest.approx(exact, abs=1e-5 * second + 1e-9 * scale)


SMOOTH = [np.sin, np.cos, lambda x: np.exp(np.sin(x)), lambda x: 1 / (2 + np.cos(x)), lambda x: x**3 - 2 * x, np.arctan]


@some
@given(st.sampled_from(SMOOTH), st.sampled_from(SMOOTH), numbers, numbers, numbers)
def test_linearity_product_and_chain_rule(f, g, a, b, x):
    df, dg, df_at_g = derivative(f, x), derivative(g, x), derivative(f, float(g(x)))
    size = (
        (1 + abs(f(x)) + abs(df.value) + abs(df_at_g.value)) * (1 + abs(g(x)) + abs(dg.value)) * (1 + abs(a) + abs(b))
    )
    assert close(derivative(lambda t: a * f(t) + b * g(t), x), a * df.value + b * dg.value, size)
    assert close(derivative(lambda t: f(t) * g(t), x), df.value * g(x) + f(x) * dg.value, size)
    assert close(derivative(lambda t: f(g(t)), x), df_at_g.value * dg.value, size)


@some
@given(numbers, st.sampled_from([-5, -1.0, -0.01, 0.01, 1, 30]), expressions(X))
def test_a_kink_is_reported(x, bend, expression):
    f, smooth = function(expression), float(expression.diff(X).subs(X, x))
    found = derivative(lambda t: bend * np.abs(t - x) + f(t), x)
    assert found.kink is True
    assert abs(found.value - smooth) <= 1.01 * found.error
    assert found.error >= 0.99 * abs(bend)


@some
@given(st.floats(1e-7, 1e-2), st.sampled_from([-1, 1]))
def test_no_kink_beside_one(distance, side):
    found = derivative(lambda t: np.abs(t - 1), 1 + side * distance)
    assert found.kink is False
    assert found.value == pytest.approx(side, abs=1e-6)


@pytest.mark.parametrize("f", [np.floor, np.ceil, lambda x: np.sqrt(np.abs(x)), lambda x: np.where(x > 0, 3 * x, x)])
def test_jumps_and_cusps_are_reported(f):
    assert derivative(f, 0.0).kink is True


@pytest.mark.parametrize(
    "f", [lambda x: x * np.abs(x), lambda x: np.abs(x) ** 1.5, lambda x: np.sqrt(x * x + 1e-8), lambda x: np.sin(x**2)]
)
def test_a_narrow_bend_is_no_kink(f):
    found = derivative(f, 0.0)
    assert found.kink is False
    assert found.value == pytest.approx(0, abs=1e-9)


@some
@given(st.sampled_from([-1, 1]), st.floats(-300, 150))
def test_any_magnitude_of_x(sign, exponent):
    x = sign * 10.0**exponent
    found = derivative(lambda t: t * t, x)
    assert found.value == pytest.approx(2 * x, rel=1e-9)
    assert derivative(lambda t: 3 * t + 1, x).value == pytest.approx(3, rel=1e-6)


@some
@given(st.floats(-290, 300))
def test_a_singularity_sets_the_scale(exponent):
    x = 10.0**exponent
    assert derivative(np.log, x).value * x == pytest.approx(1, rel=1e-8)
    assert derivative(np.log, x).kink is False


@pytest.mark.parametrize("x", [0.0, -0.0, 5e-324, 1e-310, 2.0**-1022])
def test_zero_and_subnormal_x(x):
    assert derivative(np.exp, x).value == pytest.approx(1, rel=1e-12)
    assert derivative(np.sin, x).value == pytest.approx(1, rel=1e-12)
    assert derivative(np.cos, x).value == pytest.approx(0, abs=1e-14)


def test_huge_x_beyond_the_doubles_is_refused():
    with pytest.raises(ValueError, match="not finite on both sides of x = 1e"):
        derivative(np.square, 1e308)


def test_fast_oscillation_is_resolved():
    found = derivative(lambda x: np.sin(256 * np.pi * x), 1.5)
    assert found.value == pytest.approx(256 * np.pi, abs=found.error)
    assert derivative(lambda x: np.sin(1 / x), 1e-3).value == pytest.approx(-np.cos(1e3) * 1e6, rel=1e-7)


@pytest.mark.parametrize("f", [lambda x: np.sqrt(1 - x * x), lambda x: math.sqrt(1 - x * x)])
def test_steps_stay_inside_the_domain(f):
    found = derivative(f, 0.999)
    assert found.value == pytest.approx(-0.999 / np.sqrt(1 - 0.999**2), rel=1e-9)
    assert found.kink is False


def test_a_far_peak_is_not_a_perfect_zero():
    assert derivative(lambda x: 1 / (1 + 25 * x**2), 0.02).value == pytest.approx(-1 / 1.01**2, rel=1e-9)


@pytest.mark.parametrize("f", [np.cbrt, np.sign])
def test_a_vertical_tangent_leaves_no_digit(f):
    found = derivative(f, 0.0)
    assert found.error > 0.3 * abs(found.value)


@some
@given(st.lists(numbers, min_size=1, max_size=12), st.booleans())
def test_elementwise_in_the_shape_of_x(xs, vectorised):
    f = np.sin if vectorised else math.sin
    for x in (np.array(xs), np.array([xs]), np.array([xs]).T):
        found = derivative(f, x)
        assert np.shape(found.value) == np.shape(found.error) == np.shape(found.kink) == x.shape
        assert np.all(np.abs(found.value - np.cos(x)) <= found.error)
    assert isinstance(derivative(f, xs[0]).value, float)


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (math.sin, math.cos(0.7)),
        (lambda x: max(x, 0) ** 2, 1.4),
        (lambda x: 3.0 if x else 3, 0),
        (lambda x: x - np.mean(x), 0),
        (lambda x: x * np.mean(x), 1.4),
        (lambda x: x / np.max(x), 0),
        (lambda x: np.sum(x**2), 1.4),
        (sp.exp, math.exp(0.7)),
        (lambda x: 5, 0),
    ],
)
def test_functions_of_one_number_only(f, slope):
    assert derivative(f, 0.7).value == pytest.approx(slope, abs=1e-12)


def test_evaluations_are_counted_and_few():
    seen = []

    def f(x):
        seen.append(np.size(x))
        return np.sin(x)

    found = derivative(f, 0.7)
    assert found.evaluations == sum(seen) == 12
    assert len(seen) == 2


def test_rtol_stops_early():
    f = lambda x: np.exp(-1 / x)  # noqa: E731
    loose, tight = derivative(f, 0.03, rtol=1e-3), derivative(f, 0.03, rtol=1e-11)
    assert loose.evaluations < tight.evaluations
    assert loose.error <= 1e-3 * loose.value


def test_repr_is_short_and_stable():
    assert repr(Derivative(1 / 3, 1.234e-15, 12, False)) == (
        "Derivative(value=0.3333333333, error=1e-15, evaluations=12, kink=False)"
    )
    assert repr(Derivative(np.array([1.0, 2 / 3]), np.array([0.1, 0.2]), 24, np.array([False, True]))) == (
        "Derivative(value=[1, 0.6666666667], error=[1e-01, 2e-01], evaluations=24, kink=[False  True])"
    )


# The transparent ones


@some
@given(numbers, st.floats(-6, -1))
def test_differences_are_their_formulas(x, exponent):
    h = 10.0**exponent
    assert forward_difference(np.exp, x, h) == (np.exp(x + h) - np.exp(x)) / h
    assert central_difference(np.exp, x, h) == (np.exp(x + h) - np.exp(x - h)) / (2 * h)


def test_differences_take_arrays_of_points_and_of_steps():
    h = np.logspace(-8, -1, 8)
    assert central_difference(np.sin, 1, h).shape == (8,)
    assert forward_difference(np.sin, [[0.0], [1.0]], h).shape == (2, 8)
    assert complex_step(np.sin, [0.0, 1.0]) == pytest.approx(np.cos([0.0, 1.0]), rel=1e-15)
    np.testing.assert_array_equal(forward_difference(lambda x: 5, [1, 2], 0.1), [0, 0])
    assert isinstance(forward_difference(np.sin, 1, 0.1), float)


def test_the_order_of_the_error():
    h = np.array([1e-2, 5e-3])
    first, second = (np.abs(rule(np.exp, 0.3, h) - np.exp(0.3)) for rule in (forward_difference, central_difference))
    third = np.abs(complex_step(np.exp, 0.3, h) - np.exp(0.3))
    assert [np.log2(e[0] / e[1]) for e in (first, second, third)] == pytest.approx([1, 2, 2], abs=0.01)


@pytest.mark.parametrize("method", ["forward", "central"])
@pytest.mark.parametrize(("f", "x"), [(np.exp, 1.0), (np.sin, 1.0), (np.log, 30.0), (math.exp, 1e-3), (np.sqrt, 0.04)])
def test_best_step_is_near_the_best(method, f, x):
    rule = forward_difference if method == "forward" else central_difference
    exact = derivative(f, x).value
    steps = best_step(f, x, method) * np.logspace(-3, 3, 13)
    # Rounding is a matter of luck: the error of a step is the largest of its neighbours'.
    errors = [max(abs(rule(f, x, float(h * (1 + k / 40))) - exact) for k in range(9)) for h in steps]
    assert errors[6] <= 3 * min(errors)


@pytest.mark.parametrize(
    ("f", "x", "method", "message"),
    [
        (np.sin, 0.0, "forward", "where f is 0 and not rounded: the smaller, the better"),
        (np.square, 3.0, "central", "no step is best at x = 3, where derivative 3 of f is 0: the larger, the better"),
        (lambda x: 3 * x + 1, 2.0, "forward", "where derivative 2 of f is 0"),
        (np.sin, 1.0, "complex", 'method must be "forward" or "central", got \'complex\''),
    ],
)
def test_best_step_where_there_is_none(f, x, method, message):
    with pytest.raises(ValueError, match=message):
        best_step(f, x, method)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (abs, 1.5),
        (lambda x: x * np.abs(x), 1.5),
        (lambda x: np.maximum(x, 0), 0.0),
        (lambda x: x * np.conj(x), 1.5),
        (lambda x: np.real(x) ** 2, 1.5),
        (lambda x: np.abs(x - 1), 1.0),
    ],
)
def test_the_complex_step_says_where_it_is_wrong(f, x):
    with pytest.raises(ValueError, match=r"the complex step gives .*, real numbers give .*; use central differences"):
        complex_step(f, x)
    with pytest.raises(ValueError, match="the complex step gives"):
        gradient(lambda p: f(p[0]) + p[1] ** 2, [x, 2.0], method="complex")


@pytest.mark.parametrize("f", [math.sin, lambda x: x**2 if x > 0 else -x, float])
def test_the_complex_step_says_who_refuses(f):
    with pytest.raises(TypeError, match=r"f refuses complex numbers \(.*\); use numpy functions, or central differ"):
        complex_step(f, 1.5)


def test_no_false_alarm_from_the_complex_step():
    assert complex_step(lambda x: np.sin(1e4 * x), 0.3) == pytest.approx(1e4 * np.cos(3e3), rel=1e-12)
    assert complex_step(np.log, 1e-200) == pytest.approx(1e200, rel=1e-12)


# Several variables


@some
@given(expressions(X, Y), numbers, numbers)
def test_gradient_and_hessian_agree_with_sympy(expression, x, y):
    f = function(expression, X, Y)
    at = {X: x, Y: y}
    exact = np.array([float(expression.diff(v).subs(at)) for v in (X, Y)])
    second = np.array([[float(expression.diff(u, v).subs(at)) for v in (X, Y)] for u in (X, Y)])
    higher = [abs(float(expression.diff(*((X,) * i + (Y,) * (k - i))).subs(at))) for k in (3, 4) for i in range(k + 1)]
    scale = 1 + abs(float(f(x, y))) + np.abs(exact).max() + np.abs(second).max() + max(higher)

    def of_point(p):
        return f(*p) + 0 * p[0]

    assert gradient(of_point, [x, y]) == pytest.approx(exact, abs=1e-8 * scale)
    assert gradient(of_point, [x, y], method="complex") == pytest.approx(exact, abs=1e-13 * scale)
    found = hessian(of_point, [x, y])
    np.testing.assert_array_equal(found, found.T)
    np.testing.assert_allclose(found, second, atol=1e-5 * scale)
    np.testing.assert_allclose(hessian(of_point, [x, y], method="complex"), second, atol=1e-7 * scale)


@some
@given(st.floats(0.2, 5), st.floats(0.2, 5), st.floats(0.1, 3), st.floats(0, 6.3))
def test_the_gradient_is_orthogonal_to_its_level_curve(a, b, size, angle):
    x = size * np.array([a * np.cos(angle), b * np.sin(angle)])
    along = np.array([-a * np.sin(angle), b * np.cos(angle)])
    slope = gradient(lambda p: np.exp(-((p[0] / a) ** 2) - (p[1] / b) ** 2), x)
    assume(np.linalg.norm(slope) > 1e-3)
    cosine = slope @ along / np.linalg.norm(slope) / np.linalg.norm(along)
    assert abs(cosine) < 1e-5


@some
@given(points)
def test_a_jacobian_stacks_gradients(x):
    def f(p):
        return np.array([(p**2).sum(0), np.sin(p[0]), p[-1] * p[0]])

    rows = [gradient(lambda p, i=i: f(p)[i], x) for i in range(3)]
    np.testing.assert_allclose(jacobian(f, x), rows, atol=1e-9)
    np.testing.assert_allclose(jacobian(f, x, method="complex"), rows, atol=1e-8)


@some
@given(points, st.sampled_from(["central", "complex"]))
@example(np.array([2.0, 3.0]), "central")
@example(np.array([0.5, -1.0, 2.0, 0.3]), "central")
def test_functions_that_mix_the_points_of_a_batch(x, method):
    w = np.arange(1.0, x.size + 1)
    for f, exact in [
        (lambda p: (w * p).sum(-1) ** 2, 2 * (w @ x) * w),
        (lambda p: p @ w, w),
        (lambda p: np.sum(p**2), 2 * x),
        (lambda p: ((p - p.mean()) ** 2).sum(0), 2 * (x - x.mean())),
        (lambda p: (p.T @ w) ** 2, 2 * (w @ x) * w),
        (lambda p: p[0] * p[0].mean(), 2 * x[0] * (w == 1)),
    ]:
        np.testing.assert_allclose(gradient(f, x, method=method), exact, atol=1e-6)


def test_a_step_is_used_as_it_is():
    f = lambda p: p[0] ** 3 + p[1] ** 3  # noqa: E731
    assert gradient(f, [1, 2], step=0.5) == pytest.approx([3.25, 12.25])
    assert gradient(f, [1, 2], step=[0.5, 1.0]) == pytest.approx([3.25, 13])
    assert hessian(f, [1, 2], step=0.5) == pytest.approx(np.diag([6, 12]))
    assert jacobian(lambda p: p**3, [1, 2], step=0.5) == pytest.approx(np.diag([3.25, 12.25]))
    assert gradient(lambda p: np.log(p[0]), [1e-8], step=1e-12) == pytest.approx([1e8], rel=1e-6)


def test_batches_are_few_and_bounded():
    sizes = []

    def f(p):
        sizes.append(p.size)
        return (p**2).sum(axis=0)

    gradient(f, np.ones(100))
    assert len(sizes) == 2
    gradient(f, np.ones(1000))
    assert max(sizes) <= BATCH


def test_the_worked_example():
    f = lambda p: p[0] ** 2 * p[1] + p[1] ** 3  # noqa: E731
    assert gradient(f, [2, 3]) == pytest.approx([12, 31], rel=1e-8)
    assert hessian(f, [2, 3]) == pytest.approx(np.array([[6, 4], [4, 18]]), rel=1e-6)


def test_a_hessian_beside_a_large_value():
    families = households.load()
    loss = households.mean_squared_error(households.standardised(families.income), families.food)
    np.testing.assert_allclose(hessian(loss, [0.0, 0.0]), np.diag([2, 2]), atol=1e-6)
    raw = households.mean_squared_error(families.income, families.food)
    mean, square = families.income.mean(), (families.income**2).mean()
    np.testing.assert_allclose(hessian(raw, [0.0, 0.0]), [[2, 2 * mean], [2 * mean, 2 * square]], atol=1e-6)


@pytest.mark.parametrize(
    ("f", "x", "exact"),
    [
        (lambda p: np.cos(100 * p[0]) + p[1] ** 2, [0.3, 1.0], [[-1e4 * np.cos(30), 0], [0, 2]]),
        (lambda p: np.sin(p[0]) * p[1], [90.0, 0.5], [[-0.5 * np.sin(90), np.cos(90)], [np.cos(90), 0]]),
        (lambda p: np.log(p[0]) * p[1], [0.01, 1.0], [[-1e4, 100], [100, 0]]),
        (lambda p: math.log(p[0]) * p[1], [0.01, 1.0], [[-1e4, 100], [100, 0]]),
    ],
)
def test_a_hessian_climbs_no_further_than_f_is_wide(f, x, exact):
    np.testing.assert_allclose(hessian(f, x), exact, atol=1e-3 * np.abs(exact).max())


def test_a_hessian_in_blocks():
    sizes = []

    def f(p):
        sizes.append(p.size)
        return (p[1:] * p[:-1] ** 2).sum(axis=0)

    x = np.linspace(0.5, 1.5, 60)
    exact = 2 * np.diag(np.append(x[1:], 0)) + np.diag(2 * x[:-1], 1) + np.diag(2 * x[:-1], -1)
    np.testing.assert_allclose(hessian(f, x), exact, atol=1e-9)
    assert max(sizes) <= BATCH


@pytest.mark.parametrize("rule", [complex_step, lambda f, x: derivative(f, x).value])
def test_what_f_writes_on_its_numbers_harms_nothing(rule):
    def f(x):
        x *= 2
        return x**2

    assert rule(f, np.array([1.0, 2.0])) == pytest.approx([8.0, 16.0])


def test_what_f_writes_on_its_point_harms_nothing():
    def f(p):
        p *= p
        return p.sum(axis=0)

    def alone(p):
        p *= p
        return p @ np.ones(2)

    for g in (f, alone):
        assert gradient(g, [1.0, 2.0]) == pytest.approx([2, 4])


# Every refusal

plain = lambda p: p[0] ** 2  # noqa: E731
BAD_STEPS = [
    (0, ValueError, "step must be a positive finite number, got 0; try 1e-6"),
    (-0.1, ValueError, "step must be a positive finite number, got -0.1; try 1e-6"),
    (np.nan, ValueError, "step must be a positive finite number, got nan"),
    (np.inf, ValueError, "step must be a positive finite number, got inf"),
    ("h", TypeError, "step must be a real number or an array of real numbers, got 'h'"),
]


@pytest.mark.parametrize(("step", "error", "message"), BAD_STEPS)
@pytest.mark.parametrize(
    "rule",
    [
        lambda h: forward_difference(np.sin, 1.0, h),
        lambda h: central_difference(np.sin, 1.0, h),
        lambda h: complex_step(np.sin, 1.0, h),
        lambda h: gradient(plain, [1.0, 2.0], step=h),
        lambda h: gradient(plain, [1.0, 2.0], step=h, method="complex"),
        lambda h: jacobian(lambda p: p, [1.0, 2.0], step=h),
        lambda h: hessian(plain, [1.0, 2.0], step=h),
    ],
)
def test_bad_steps(rule, step, error, message):
    with pytest.raises(error, match=message):
        rule(step)


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        (lambda: derivative(np.sin, np.nan), ValueError, "x must be finite, got nan"),
        (lambda: derivative(np.sin, [1.0, np.inf]), ValueError, "x must be finite"),
        (lambda: derivative(np.sin, "1"), TypeError, "x must be a real number or an array of real numbers, got '1'"),
        (lambda: derivative(np.sin, 1j), TypeError, "x must be a real number"),
        (lambda: derivative(np.sin, []), ValueError, "x is empty; give it at least one number"),
        (lambda: derivative(np.sin, 1.0, rtol=0), ValueError, "rtol must be a positive number, got 0; try rtol=1e-10"),
        (lambda: derivative(np.sqrt, 0.0), ValueError, "not finite on both sides of x = 0; choose x inside the domain"),
        (lambda: derivative(lambda x: 1 / x, 0.0), ValueError, "not finite on both sides of x = 0"),
        (lambda: derivative(lambda x: x * np.nan, [1.0, 2.0]), ValueError, "not finite on both sides of x = 1"),
        (lambda: derivative(math.sqrt, -1.0), ValueError, "math domain error|nonnegative"),
        (lambda: derivative(lambda x: [x, x], 1.0), TypeError, r"f must return one real number, .*, got \["),
        (lambda: derivative(lambda x: None, 1.0), TypeError, "one real number, .*, got None at x = "),
        (lambda: derivative(lambda x: x * 1j, 1.0), TypeError, "f must return one real number"),
        (lambda: forward_difference(np.log, 0.0, 1e-6), ValueError, "f is not finite next to x = 0; choose another x"),
        (lambda: central_difference(np.log, [1.0, 0.0], 0.1), ValueError, "f is not finite next to x = 0"),
        (
            lambda: central_difference(lambda x: np.array([1, 2]) * x, 1.0, 0.1),
            ValueError,
            r"f must return one number for each x, shape \(\), got shape \(2,\)",
        ),
        (lambda: complex_step(np.log, 0.0), ValueError, "f is not finite"),
        (lambda: gradient(plain, []), ValueError, r"x must be a point of shape \(n,\), n >= 1, got shape \(0,\)"),
        (lambda: gradient(plain, 1.0), ValueError, r"x must be a point of shape \(n,\), n >= 1, got shape \(\)"),
        (lambda: hessian(plain, [[1.0]]), ValueError, r"x must be a point of shape \(n,\), n >= 1, got shape \(1, 1\)"),
        (lambda: gradient(plain, [1.0, np.nan]), ValueError, "x must be finite"),
        (lambda: gradient(plain, [1.0], method="x"), ValueError, 'method must be "central" or "complex", got'),
        (lambda: gradient(plain, [1.0], step=[1.0, 2]), ValueError, r"have the shape \(1,\) of x, got shape \(2,\)"),
        (lambda: gradient(plain, [1e20], step=1.0), ValueError, r"step is lost beside x = 1e\+20; make it larger"),
        (
            lambda: gradient(lambda p: p, [1.0, 2.0]),
            TypeError,
            "one real number, or try `jacobian`, got array",
        ),
        (lambda: gradient(lambda p: p[0] * 1j, [1.0]), TypeError, "f must return one real number"),
        (lambda: gradient(lambda p: None, [1.0]), TypeError, "f must return one real number.*, got None at x = "),
        (
            lambda: jacobian(plain, [1.0, 2.0]),
            TypeError,
            "real numbers of shape .k,., or try `gradient`, got",
        ),
        (lambda: gradient(lambda p: np.log(p[0]), [1e-9]), ValueError, r"f is not finite at \[-.*or a smaller step"),
        (lambda: hessian(lambda p: np.log(p[0]), [1e-9]), ValueError, r"f is not finite at \[-.*or a smaller step"),
        (lambda: hessian(plain, [1.0, 2.0], method="x"), ValueError, 'method must be "central" or "complex", got'),
        (lambda: gradient(lambda p: p[2], [1.0, 2.0]), IndexError, "out of bounds"),
    ],
)
def test_refusals(rule, error, message):
    with pytest.raises(error, match=message):
        rule()
