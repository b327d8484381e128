"""calc_core.automatic: plain numpy code gives its slopes, and whatever would give a wrong one is refused."""

import math
import operator

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import numeric
from calc_core.automatic import Dual, Var, grad, hessian, value_and_grad
from calc_core.elementary import OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_slope_of_the_table_forward_and_back(name):
    function, *slopes = OPERATIONS[name]
    at = np.array([0.3, 0.7][: len(slopes)])
    for i, e in enumerate(np.eye(at.size)):
        measured = numeric.derivative(lambda t, e=e: function(*(at + t * e)), 0.0).value
        assert function(*map(Dual, at, e)).slope == pytest.approx(measured, rel=1e-9)
        assert grad(lambda p: function(*p))(at)[i] == pytest.approx(measured, rel=1e-9)


def test_a_graph_is_in_the_order_of_making_and_every_backward_starts_from_zero():
    x, y = Var(2.0), Var(3.0)
    z = np.sin(x * y) + 4 * x
    for output, factor in ((z, 1), (z, 1), (z * 2, 2)):  # x is used twice, and collects both slopes
        output.backward()
        assert (x.gradient, z.gradient) == (pytest.approx(factor * (3 * math.cos(6) + 4)), factor)
    assert [v.operation for v in z.walk()] == ["leaf", "leaf", "*", "sin", "constant", "*", "+"]
    product = z.walk()[2]
    passed_on = {parent.number: float(slope) for parent, slope in product.contributions()}
    assert passed_on == pytest.approx({x.number: 6 * math.cos(6), y.number: 4 * math.cos(6)})
    assert repr(product) == "Var(6.0, '*')"


def test_a_long_chain_needs_no_recursion():
    x = y = Var(1.0)
    for _ in range(100_000):
        y = y * 1.00001
    y.backward()
    assert x.gradient == pytest.approx(1.00001**100_000, rel=1e-9)


def test_an_inner_gradient_takes_the_outer_variable_for_a_constant():
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x**2 * y**3)(x))(2.0) == 3 * 4 * 8.0
    assert grad(lambda x: grad(lambda y: 5.0)(x) + x)(2.0) == 1.0
    assert value_and_grad(lambda x: grad(lambda y: x)(2.0) + 3 * x)(4.0) == (12.0, 3.0)
    assert grad(grad(grad(lambda x: np.exp(2 * x))))(0.3) == pytest.approx(8 * math.exp(0.6), rel=1e-12)


HESSIANS = [
    (lambda p: np.maximum(p[0], p[1]) ** 2, [1.0, 2.0], [[0, 0], [0, 2]]),
    (lambda p: np.cos(1e4 * p[0]), [0.3], [[-1e8 * math.cos(3e3)]]),
    *[(lambda p: np.log(p[0]), [x], [[-1 / x**2]]) for x in (1e-150, 1e-8, 1e8, 1e100)],
]


@pytest.mark.parametrize(("f", "x", "exact"), HESSIANS)
def test_a_hessian_at_tiny_and_huge_places(f, x, exact):
    np.testing.assert_allclose(hessian(f)(x), exact, rtol=1e-9)


# Functions of arrays

MATRIX = np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]])
ROW = np.array([0.7, -0.2, 1.1])
CUBE = np.linspace(-1, 1, 24).reshape(2, 3, 4)
PROGRAMS = [
    (lambda x: (x.sum(axis=(0, 2), keepdims=True) * x).sum(), CUBE),
    (lambda x: (x.mean(axis=0) ** 3).sum() + x.mean() ** 2 + (np.exp(x.mean(-1, keepdims=True)) * x).sum(), MATRIX),
    (lambda x: (np.max(x, axis=1, keepdims=True) * x).sum() + x.max() ** 2 + (x.min(axis=0) ** 2).sum(), MATRIX),
    (lambda x: np.linalg.norm(x) + (np.linalg.norm(x, axis=1, keepdims=True) * x).sum(), MATRIX),
    (lambda x: x[0, 1] * x[-1] @ x[0] + (x[:, None, 1] ** 2)[1, 0], MATRIX),
    (lambda x: (x[np.array([0, 0, 2])] ** 2).sum() + (x[x > 0] ** 3).sum(), ROW),
    (lambda x: (x[1:] * x[:-1]).sum() + math.prod(list(x)) + len(x), ROW),
    (lambda x: (x.reshape(3, 2) @ x).sum() + x.ravel()[2] ** 2 + (np.stack([x, x * x], axis=-1) ** 3).sum(), MATRIX),
    (lambda x: (x @ ROW) * (ROW @ x) + ((MATRIX @ x) ** 2).sum(), ROW),
    (lambda x: np.dot(x, ROW) * np.dot(2.0, x)[0] + np.dot(MATRIX, x)[0] ** 2, ROW),
    (lambda x: np.where(x > 0, x**2, -3 * x).sum() + np.where(x < 0.9, 2.0, x * x).sum(), MATRIX),
    (lambda x: np.where(x, 1, 2)[0, 0] * x[0, 1], MATRIX),
    (lambda x: np.maximum(x, 0.0) @ np.minimum(x, 1.0) + (np.clip(x, -0.1, 1.2) ** 2).sum(), ROW),
    (lambda x: (np.clip(x, None, 1.2) * x.clip(0, None) * x).sum(), MATRIX),
    (lambda x: (np.stack([x[0], x[1] * x[2], 3.0]) ** 2).sum(), ROW),
    (lambda x: (np.concatenate([x, MATRIX, x * x], axis=1) ** 3)[:, 1:8].sum(), MATRIX),
    (lambda x: (np.vstack([x, x * x]) * np.vstack([np.hstack([x[:2], x[2:]]), x])).sum(), ROW),
    (lambda x: (np.hstack([x, 2 * x]) ** 3)[:, 2:5].sum() + np.vstack([x, x * x])[1].sum(), MATRIX),
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
        expected = [numeric.gradient(lambda p, k=k: grad(f)(p)[k], x) for k in range(x.size)]
        np.testing.assert_allclose(hessian(f)(x), expected, rtol=1e-6, atol=1e-6)


PRODUCTS = [(np.multiply, {"num_shapes": 2}), (np.matmul, {"signature": np.matmul.signature})]


@pytest.mark.parametrize(("product", "rules"), PRODUCTS)
@given(data=st.data())
def test_broadcasting_is_undone_in_products_of_all_shapes(product, rules, data):
    shapes = data.draw(arrays.mutually_broadcastable_shapes(**rules, max_dims=3, max_side=4))
    random = np.random.default_rng(39)
    x, y, step_x, step_y = (random.normal(size=shape) for shape in 2 * shapes.input_shapes)
    weights = random.normal(size=shapes.result_shape)
    f = lambda x, y: (weights * product(x, y)).sum()  # noqa: E731
    to_x, to_y = grad(f)(x, y), grad(lambda y: f(x, y))(y)
    assert (np.shape(to_x), np.shape(to_y)) == (x.shape, y.shape)
    # A product is linear in each factor, so a whole step is exact.
    assert np.sum(to_x * step_x) == pytest.approx(f(step_x, y), rel=1e-9, abs=1e-11)
    assert np.sum(to_y * step_y) == pytest.approx(f(x, step_y), rel=1e-9, abs=1e-11)


def test_whole_numbers_constants_and_corners_where_the_slope_is_the_middle():
    assert grad(lambda x: x**-1)(2) == -0.25
    assert type(grad(lambda x: x * x)(2)) is float
    np.testing.assert_array_equal(grad(lambda p: (2 ** np.arange(3) * p).sum())(np.arange(3)), [1.0, 2.0, 4.0])
    np.testing.assert_array_equal(grad(lambda p: 5.0)([1.0, 2.0]), [0.0, 0.0])
    assert grad(np.abs)(0.0) == grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: np.maximum(x, 0.0))(0.0) == grad(lambda x: np.minimum(x, 0.0))(0.0) == 0.5
    np.testing.assert_array_equal(grad(np.max)([1.0, 3.0, 3.0]), [0.0, 0.5, 0.5])
    assert grad(lambda x: np.sign(x) * x + np.floor(x) + np.ceil(x))(-1.5) == -1.0
    assert (Dual(-2.0, 1.0) ** 2).slope == -4.0
    assert Dual([2.0, 3.0], [1.0, 4.0])[1].slope == 4


def test_other_arguments_are_passed_on_and_a_gradient_is_no_view_of_the_point():
    point = np.array([1.0, 2.0])
    result = grad(lambda p, a, b: (a * p).sum() + b)(point, 3.0, b=1.0)
    result += 1.0
    np.testing.assert_array_equal([result, point], [[4.0, 4.0], [1.0, 2.0]])


POINT = np.array([1.0, 2.0])
REFUSED = [
    (lambda p: p, r"f must return one number, got shape \(2,\); try \.sum\(\)"),
    (lambda p: None, r"f returned None: is there a return\?"),
    (lambda p: p.sum() * 1j, "expected a number or an array of numbers, got 1j"),
    (lambda p: np.cumsum(p)[0], r"np\.cumsum has no rule for its derivative here; .*numeric\.gradient"),
    (lambda p: (p // 2).sum(), r"np\.floor_divide has no rule"),
    (lambda p: np.add.reduce(p, axis=0), r"np\.add\.reduce"),
    (lambda p: np.exp(p, where=np.array([True, False])).sum(), r"np\.exp with where has no rule"),
    (lambda p: np.dot(p, np.ones((2, 2, 2))).sum(), r"np\.dot of arrays with three axes"),
    (lambda p: np.multiply(p[0], 2, out=np.ones(())) * p[0], r"np\.multiply cannot write"),
    (lambda p: operator.iadd(np.zeros(2), p).sum(), "np.add cannot write into .* slope is followed; try a = a"),
    (lambda p: math.exp(p[0]), r"float\(Var\) would lose the slope; try np\.exp\(x\) for math\.exp\(x\)"),
    (lambda p: np.array([p[0], p[1]]).sum(), r"np\.array\(Var\) would lose the slope; try np\.stack"),
    (lambda p: p[0] if p > 0 else p[1], "ambiguous"),
    (lambda p: np.sum(Dual(POINT)), r"np\.sum has no rule for its derivative here"),
    (lambda p: grad("x^2"), r"f must be a function, such as lambda x: x\*\*2; got 'x\^2'"),
    (lambda p: Var(POINT).backward(), r"backward starts from one number, got shape \(2,\); try .sum\(\)"),
    (lambda p: hessian(lambda q: 1e6 + np.abs(q[1] - q[0]))([1.0, 1.0]), "no Hessian at .*: f or its gradient has"),
    (lambda p: hessian(lambda q: q[0] ** 2.5 + np.maximum(q[1], 0) ** 2)([1.0, 0.0]), "no Hessian at"),
    (lambda p: hessian(lambda q: np.sqrt(q[0]))([0.0, 0.0]), "no Hessian at"),
    (lambda p: hessian(np.sum)(np.ones((2, 2))), r"x must be a point of shape \(n,\)"),
]


@pytest.mark.parametrize(("f", "message"), REFUSED)
def test_what_would_be_wrong_is_a_clear_error(f, message):
    with pytest.raises((TypeError, ValueError), match=message):
        grad(f)(POINT)
