"""calc_core.automatic: plain numpy code gives its slopes, and whatever would give a wrong one is refused."""

import math
import operator

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calc_core import numeric
from calc_core.automatic import Dual, Var, grad, hessian, value_and_grad
from calc_core.elementary import OPERATIONS

numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))

# Smooth everywhere and of moderate size, so that any composition of a few of them is.
ONE = (np.sin, np.tanh, np.arctan, lambda u: np.exp(-(u**2)), lambda u: u**3 / 9)
TWO = (operator.add, operator.sub, operator.mul, lambda u, v: u / (1 + v**2), lambda u, v: (2 + v**2) ** (u / 4))
functions = st.recursive(
    st.sampled_from([lambda p: p[0], lambda p: p[1], lambda p: -3 + 0 * p[0]]),
    lambda inner: (
        st.builds(lambda f, u: lambda p: f(u(p)), st.sampled_from(ONE), inner)
        | st.builds(lambda f, u, v: lambda p: f(u(p), v(p)), st.sampled_from(TWO), inner, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=50)
@given(functions, numbers, numbers)
@example(lambda p: (p[0] ** 2 + 2) ** (p[1] / 4), 1.0, 0.0)
@example(lambda p: (2 + p[0] ** 2) ** (p[0] / 4) - (2 + np.tanh(p[1]) ** 2) ** (p[0] / 4), 0.0, 1.0)  # 0 at 0: cancels
@example(lambda p: (2 + p[0] ** 2) ** (p[0] / 4) - (2 + p[0] ** 2) ** (p[0] / 4), 1.0, 0.0)
def test_every_way_agrees_on_random_functions(f, x, y):
    point = np.array([x, y])
    forward = [f(Dual(point, e)).slope for e in np.eye(2)]
    np.testing.assert_allclose(grad(f)(point), forward, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(grad(f)(point), numeric.gradient(f, point), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(hessian(f)(point), numeric.hessian(f, point), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_slope_of_the_table(name):
    function, *slopes = OPERATIONS[name]
    at = np.array([0.3, 0.7][: len(slopes)])
    for slope, e in zip(slopes, np.eye(at.size), strict=True):
        measured = numeric.derivative(lambda t, e=e: function(*(at + t * e)), 0.0).value
        assert slope(function(*at), *at) == pytest.approx(measured, rel=1e-9)


def test_a_value_used_twice_collects_both_slopes_and_a_second_backward_starts_from_zero():
    x = Var(3.0)
    y = x * x + x
    y.backward()
    assert x.gradient == 7.0
    y.backward()
    assert x.gradient == 7.0
    (y * 2).backward()
    assert (x.gradient, y.gradient) == (14.0, 2.0)


def test_the_graph_can_be_walked_in_the_order_in_which_it_was_made():
    x, y = Var(2.0), Var(3.0)
    z = np.sin(x * y) + 4 * x
    z.backward()
    assert [v.operation for v in z.walk()] == ["leaf", "leaf", "*", "sin", "constant", "*", "+"]
    product = z.walk()[2]
    assert [parent.number for parent in product.parents] == [x.number, y.number]
    passed_on = [float(slope) for _, slope in product.contributions()]
    assert passed_on == pytest.approx([3 * math.cos(6.0), 2 * math.cos(6.0)])
    assert all(parent.number < node.number for node in z.walk() for parent in node.parents)
    assert repr(product) == "Var(6.0, '*')"


# Gradients inside gradients


def test_an_inner_gradient_takes_the_outer_variable_for_a_constant():
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x**2 * y**3)(x))(2.0) == 3 * 4 * 8.0
    assert grad(lambda x: grad(lambda y: 5.0)(x) + x)(2.0) == 1.0
    assert value_and_grad(lambda x: grad(lambda y: x)(2.0) + 3 * x)(4.0) == (12.0, 3.0)


@given(st.floats(-2, 2), st.integers(1, 4))
def test_gradients_of_gradients(x, order):
    f = lambda t: np.exp(2 * t)  # noqa: E731
    for _ in range(order):
        f = grad(f)
    assert f(x) == pytest.approx(2**order * math.exp(2 * x), rel=1e-12)


HESSIANS = [
    (lambda p: 3.0, [1.0, 2.0], np.zeros((2, 2))),
    (lambda p: np.sin(p[0]) ** 2 + np.cos(p[0]) ** 2, [1.0, 2.0], np.zeros((2, 2))),
    (lambda p: p[0] ** 4 + p[1] ** 3, [0.0, 0.0], np.zeros((2, 2))),
    (lambda p: np.maximum(p[0], p[1]) ** 2, [1.0, 2.0], [[0, 0], [0, 2]]),
    (lambda p: np.cos(1e4 * p[0]), [0.3], [[-1e8 * math.cos(3e3)]]),
    (lambda x: x**3, 2, 12.0),
]


@pytest.mark.parametrize(("f", "x", "exact"), HESSIANS)
def test_hessians_of_straight_lines_of_flat_places_and_of_one_number(f, x, exact):
    np.testing.assert_allclose(hessian(f)(x), exact, rtol=1e-9, atol=1e-15)
    assert np.ndim(x) or type(hessian(f)(x)) is float


@pytest.mark.parametrize("x", [1e-150, 1e-8, 1e8, 1e100])
def test_hessian_at_tiny_and_huge_points(x):
    assert hessian(lambda p: np.log(p[0]))([x]) * x * x == pytest.approx(-1.0, rel=1e-13)


KINKS = [
    (lambda p: np.abs(p[0]), [0.0, 1.0]),
    (lambda p: 1e6 + np.abs(p[1] - p[0]), [1.0, 1.0]),
    (lambda p: np.maximum(p[0], p[1]), [0.0, 0.0]),
    (lambda p: np.sqrt(p[0]), [0.0, 0.0]),
]


@pytest.mark.parametrize(("f", "x"), KINKS)
def test_a_hessian_at_a_kink_is_refused(f, x):
    with pytest.raises(ValueError, match=r"no Hessian at .*: a difference of two gradients disagrees, as at a kink"):
        hessian(f)(x)


# Functions of arrays

MATRIX = np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]])
ROW = np.array([0.7, -0.2, 1.1])
CUBE = np.linspace(-1, 1, 24).reshape(2, 3, 4)
PROGRAMS = [
    (lambda x: (x.sum(axis=(0, 2), keepdims=True) * x).sum(), CUBE),
    (lambda x: (x.mean(axis=0) ** 3).sum() + x.mean() ** 2 + np.exp(x.mean(-1, keepdims=True)).sum(), MATRIX),
    (lambda x: (np.max(x, axis=1) ** 2).sum() + x.max() ** 2 + (x.min(axis=0) ** 2).sum(), MATRIX),
    (lambda x: np.linalg.norm(x) + (np.linalg.norm(x, axis=1, keepdims=True) * x).sum(), MATRIX),
    (lambda x: x[0, 1] * x[-1] @ x[0] + (x[:, None, 1] ** 2)[1, 0], MATRIX),
    (lambda x: (x[np.array([0, 0, 2])] ** 2).sum() + (x[x > 0] ** 3).sum(), ROW),
    (lambda x: (x[1:] * x[:-1]).sum() + x[::-1][0] ** 2 + math.prod(list(x)) + len(x), ROW),
    (lambda x: ((x + MATRIX) * x.mean(keepdims=True) * CUBE[:, :1, :3]).sum() / (x.size * x.ndim), ROW),
    (lambda x: (x.reshape(3, 2) @ x).sum() + x.ravel()[2] ** 2 + (np.stack([x, x * x], axis=-1) ** 3).sum(), MATRIX),
    (lambda x: (x @ ROW) * (ROW @ x) + ((MATRIX @ x) ** 2).sum() + ((x @ MATRIX.T) ** 2).sum(), ROW),
    (lambda x: ((x @ x.T) ** 2).sum() + ((x @ ROW) ** 2).sum() + ((ROW @ x.T) ** 2).sum(), MATRIX),
    (lambda x: np.dot(x, ROW) * np.dot(2.0, x)[0] + np.dot(MATRIX, x)[0] ** 2, ROW),
    (lambda x: np.where(x > 0, x**2, -3 * x).sum() + np.where(x < 0.9, 2.0, x * x).sum(), MATRIX),
    (lambda x: np.where(x, 1, 2)[0, 0] * x[0, 1], MATRIX),
    (lambda x: np.maximum(x, 0.0) @ np.minimum(x, 1.0) + (np.clip(x, -0.1, 1.2) ** 2).sum(), ROW),
    (lambda x: (np.clip(x, None, 1.2) * x.clip(0, None) * x).sum(), MATRIX),
    (lambda x: (np.stack([x[0], x[1] * x[2], 3.0]) ** 2).sum(), ROW),
    (lambda x: (np.concatenate([x, MATRIX, x * x], axis=1) ** 3)[:, 1:8].sum(), MATRIX),
    (lambda x: (np.vstack([x, x * x]) * np.vstack([np.hstack([x[:2], x[2:]]), x])).sum(), ROW),
    (lambda x: (np.hstack([x, 2 * x]) ** 3)[:, 2:5].sum() + np.vstack([x, x])[1:3].sum(), MATRIX),
    (lambda x: (np.transpose(x, (2, 0, 1)) * np.arange(3)).sum() + x.T[0, 1, 0] ** 2, CUBE),
    (lambda x: (np.squeeze(np.expand_dims(x, 1)) * np.broadcast_to(x, (2, 3)) * MATRIX).sum(), ROW),
    (lambda x: (x**3 + x**-2 + x**0 + 2**x + x**2.5 + x**x).sum(), ROW + 2),
    (lambda x: sum((x[i] * i for i in range(3)), 0.0) if x[0] > 0 else x[1], ROW),
    (lambda x: operator.imul(operator.iadd(x[0], 3.0 * x[1]), x[2]) + operator.iadd(0.5, x[1]), ROW),
]


@pytest.mark.parametrize(("f", "x"), PROGRAMS)
def test_plain_numpy_code_differentiates_unchanged_and_twice(f, x):
    value, gradient = value_and_grad(f)(x)
    assert value == pytest.approx(float(f(x)), rel=1e-14)
    assert gradient.shape == x.shape
    expected = numeric.gradient(lambda p: float(f(p.reshape(x.shape))), x.ravel(), step=1e-5)
    np.testing.assert_allclose(gradient.ravel(), expected, rtol=1e-7, atol=1e-7)
    if x.ndim == 1:
        expected = [(grad(f)(x + 1e-5 * e) - grad(f)(x - 1e-5 * e)) / 2e-5 for e in np.eye(x.size)]
        np.testing.assert_allclose(hessian(f)(x), expected, rtol=1e-6, atol=1e-6)


SHAPES = arrays.mutually_broadcastable_shapes
PRODUCTS = st.tuples(st.just(np.multiply), SHAPES(num_shapes=2, max_dims=4, max_side=4)) | st.tuples(
    st.just(np.matmul), SHAPES(signature=np.matmul.signature, max_dims=2, max_side=4)
)


@settings(max_examples=200)
@given(PRODUCTS)
def test_broadcasting_is_undone_in_products_of_all_shapes(drawn):
    product, shapes = drawn
    random = np.random.default_rng(39)
    x, y, step_x, step_y = (random.normal(size=shape) for shape in 2 * shapes.input_shapes)
    weights = random.normal(size=shapes.result_shape)
    f = lambda x, y: (weights * product(x, y)).sum()  # noqa: E731
    to_x, to_y = grad(f)(x, y), grad(f, argnum=1)(x, y)
    assert (np.shape(to_x), np.shape(to_y)) == (x.shape, y.shape)
    # A product is linear in each factor, so a whole step is exact.
    assert np.sum(to_x * step_x) == pytest.approx(f(step_x, y), rel=1e-9, abs=1e-11)
    assert np.sum(to_y * step_y) == pytest.approx(f(x, step_y), rel=1e-9, abs=1e-11)


def test_inputs_and_outputs():
    assert grad(lambda x: x**-1)(2) == -0.25
    assert type(grad(lambda x: x * x)(2)) is float
    np.testing.assert_array_equal(grad(lambda p: (2 ** np.arange(3) * p).sum())(np.arange(3)), [1.0, 2.0, 4.0])
    np.testing.assert_array_equal(grad(lambda p: 5.0)([1.0, 2.0]), [0.0, 0.0])
    assert grad(lambda x, y, z: x * y + z, argnum=1)(2.0, 3.0, z=1.0) == 2.0
    point = np.array([1.0, 2.0])
    result = grad(lambda p: p.sum())(point)
    result += 1.0
    np.testing.assert_array_equal(point, [1.0, 2.0])


def test_corners_take_the_middle():
    assert grad(np.abs)(0.0) == grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: np.maximum(x, 0.0))(0.0) == grad(lambda x: np.minimum(x, 0.0))(0.0) == 0.5
    np.testing.assert_array_equal(grad(np.max)([1.0, 3.0, 3.0]), [0.0, 0.5, 0.5])
    assert grad(lambda x: np.sign(x) * x + np.floor(x) + np.ceil(x))(-1.5) == -1.0


def test_dual_numbers():
    assert repr(Dual(3.0, 1.0) ** 2) == "Dual(9.0, 6.0)"
    assert (Dual(-2.0, 1.0) ** 2).slope == -4.0
    assert Dual(2.0) > Dual(1.0)
    assert len(Dual([2.0, 3.0])) == 2


NO_FUNCTION = r"f must be a function, such as lambda x: x\*\*2; got "
POINT = np.array([1.0, 2.0])
REFUSED = [
    (lambda p: p, r"f must return one number, got shape \(2,\); try \.sum\(\)"),
    (lambda p: None, r"f returned None: is there a return\?"),
    (lambda p: p.sum() * 1j, "expected a number or an array of numbers, got 1j"),
    (lambda p: p * None, "got None"),
    (lambda p: np.cumsum(p)[0], r"np\.cumsum has no rule for its derivative here; .*numeric\.gradient"),
    (lambda p: (p // 2).sum(), r"np\.floor_divide has no rule"),
    (lambda p: np.add.reduce(p, axis=0), r"np\.add\.reduce"),
    (lambda p: np.exp(p, where=np.array([True, False])).sum(), r"np\.exp with where has no rule"),
    (lambda p: np.dot(p, np.ones((2, 2, 2))).sum(), r"np\.dot of arrays with three axes"),
    (lambda p: np.multiply(p[0], 2, out=np.ones(())) * p[0], r"np\.multiply cannot write"),
    (
        lambda p: operator.iadd(np.zeros(2), p).sum(),
        r"np\.add cannot write into an array whose slope is followed; try a = a \+ b",
    ),
    (lambda p: math.exp(p[0]), r"float\(Var\) would lose the slope; try np\.exp\(x\) for math\.exp\(x\)"),
    (lambda p: np.array([p[0], p[1]]).sum(), r"np\.array\(Var\) would lose the slope; try np\.stack"),
    (lambda p: p[0] if p > 0 else p[1], "ambiguous"),
    (lambda p: float(Dual(1.0)), r"float\(Dual\) would lose the slope"),
    (lambda p: np.array([Dual(1.0)]), r"np\.array\(Dual\) would lose the slope"),
    (lambda p: Dual(POINT) @ POINT, r"np\.matmul has no rule for its derivative here"),
    (lambda p: grad(sympy.Symbol("x") ** 2), NO_FUNCTION + "a SymPy expression"),
    (lambda p: hessian("x^2"), NO_FUNCTION + r"'x\^2'"),
    (lambda p: grad(np.sin, argnum=1)(2.0), "argnum must count one of the 1 arguments from 0, got 1; try argnum=0"),
    (lambda p: grad(np.sin, argnum=-1)(2.0), "argnum must count"),
    (lambda p: Var(POINT).backward(), r"backward starts from one number, got shape \(2,\); try .sum\(\)"),
    (lambda p: hessian(np.sum)(np.ones((2, 2))), r"x must be a real number or a point of shape \(n,\)"),
    (lambda p: hessian(np.sum)([]), "x must be a real number or a point"),
]


@pytest.mark.parametrize(("f", "message"), REFUSED)
def test_what_would_be_wrong_is_a_clear_error(f, message):
    with pytest.raises((TypeError, ValueError), match=message):
        grad(f)(POINT)


def test_a_long_chain_needs_no_recursion():
    x = y = Var(1.0)
    for _ in range(100_000):
        y = y * 1.00001
    y.backward()
    assert x.gradient == pytest.approx(1.00001**100_000, rel=1e-9)
