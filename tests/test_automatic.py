"""calc_core.automatic: plain numpy code gives its slopes, and whatever would give a wrong one is refused."""

import inspect
import math
import operator
import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calc_core import automatic, network, numeric
from calc_core.automatic import Dual, Var, grad, hessian, value_and_grad
from calc_core.elementary import OPERATIONS

unhurried = settings(deadline=None)

X, Y = sympy.symbols("x y", real=True)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))

# Smooth everywhere and of moderate size, so that any composition of a few of them is.
UNARY = (sympy.sin, sympy.cos, sympy.tanh, sympy.atan, lambda e: sympy.exp(-(e**2)), lambda e: e**3 / 9)
BINARY = (operator.add, operator.sub, operator.mul, lambda a, b: a / (1 + b**2), lambda a, b: (2 + b**2) ** (a / 4))
expressions = st.recursive(
    st.one_of(st.just(X), st.just(Y), st.integers(-3, 3).map(sympy.Integer)),
    lambda inner: st.one_of(
        st.builds(lambda f, a: f(a), st.sampled_from(UNARY), inner),
        st.builds(lambda f, a, b: f(a, b), st.sampled_from(BINARY), inner, inner),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=50)  # SymPy is slow
@given(expressions, numbers, numbers)
@example((X**2 + 2) ** (Y / 4), 1.0, 0.0)
def test_every_way_agrees_on_random_expressions(expression, x, y):
    in_numpy = sympy.lambdify((X, Y), expression, "numpy")

    def f(p):
        return in_numpy(p[0], p[1]) + 0 * p[0]

    point, at = np.array([x, y]), {X: x, Y: y}
    exact = np.array([float(expression.diff(v).evalf(30, subs=at)) for v in (X, Y)])
    size = 1 + np.abs(exact).max()
    np.testing.assert_allclose(grad(f)(point), exact, rtol=1e-11, atol=1e-11 * size)
    np.testing.assert_allclose(numeric.gradient(f, point), exact, rtol=1e-5, atol=1e-5 * size)
    forward = [f(Dual(point, e)).slope for e in np.eye(2)]
    np.testing.assert_allclose(grad(f)(point), forward, rtol=1e-11, atol=1e-11 * size)
    second = np.array(sympy.hessian(expression, (X, Y)).evalf(30, subs=at), dtype=float)
    np.testing.assert_allclose(hessian(f)(point), second, rtol=1e-10, atol=1e-10 * (1 + np.abs(second).max()))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_slope_of_the_table(name):
    function, *slopes = OPERATIONS[name]
    arguments = [0.3, 0.7][: len(slopes)]
    for k, slope in enumerate(slopes):
        along = numeric.derivative(lambda x, k=k: function(*[x if i == k else a for i, a in enumerate(arguments)]), 0.3)
        at = [0.3 if i == k else a for i, a in enumerate(arguments)]
        assert float(slope(function(*at), *np.array(at))) == pytest.approx(along.value, rel=1e-9)


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


@unhurried
@given(st.floats(-2, 2), st.integers(1, 4))
def test_gradients_of_gradients(x, order):
    f = lambda t: np.exp(2 * t)  # noqa: E731
    for _ in range(order):
        f = grad(f)
    assert f(x) == pytest.approx(2**order * math.exp(2 * x), rel=1e-12)


def rosenbrock(p):
    return (100.0 * (p[1:] - p[:-1] ** 2) ** 2 + (1.0 - p[:-1]) ** 2).sum()


@unhurried
@given(arrays.arrays(float, st.integers(2, 5), elements=numbers))
@example(np.ones(2))
def test_hessian_of_rosenbrock(x):
    exact, i = np.zeros((x.size, x.size)), np.arange(x.size - 1)
    exact[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    exact[i + 1, i + 1] += 200
    exact[i, i + 1] = exact[i + 1, i] = -400 * x[:-1]
    np.testing.assert_allclose(hessian(rosenbrock)(x), exact, rtol=1e-13, atol=1e-13 * np.abs(exact).max())


def test_hessians_of_one_number_of_straight_lines_and_of_flat_places():
    assert hessian(lambda x: x**3)(2) == 12.0
    assert type(hessian(lambda x: x**3)(2)) is float
    for f in (lambda p: 3.0, lambda p: 2 * p[0], lambda p: np.sin(p[0]) ** 2 + np.cos(p[0]) ** 2):
        np.testing.assert_allclose(hessian(f)([1.0, 2.0]), np.zeros((2, 2)), atol=1e-15)
    np.testing.assert_array_equal(hessian(lambda p: p[0] ** 4 + p[1] ** 3)([0.0, 0.0]), np.zeros((2, 2)))
    np.testing.assert_allclose(hessian(lambda p: np.maximum(p[0], p[1]) ** 2)([1.0, 2.0]), [[0, 0], [0, 2]])
    assert hessian(lambda p: np.cos(1e4 * p[0]))([0.3])[0, 0] == pytest.approx(-1e8 * math.cos(3e3), rel=1e-9)


@pytest.mark.parametrize("x", [1e-150, 1e-8, 1e8, 1e100])
def test_hessian_at_tiny_and_huge_points(x):
    assert hessian(lambda p: np.log(p[0]))([x]) * x * x == pytest.approx(-1.0, rel=1e-13)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda p: np.abs(p[0]), [0.0, 1.0]),
        (lambda p: 1e6 + np.abs(p[1] - p[0]), [1.0, 1.0]),
        (lambda p: np.maximum(p[0], p[1]), [0.0, 0.0]),
        (lambda p: np.sqrt(p[0]), [0.0, 0.0]),
    ],
)
def test_a_hessian_at_a_kink_is_refused(f, x):
    with pytest.raises(ValueError, match=r"no Hessian at .*: a difference of two gradients disagrees, as at a kink"):
        hessian(f)(x)


# Functions of arrays

MATRIX = np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]])
ROW = np.array([0.7, -0.2, 1.1])
CUBE = np.linspace(-1, 1, 24).reshape(2, 3, 4)
PROGRAMS = {
    "sum": (lambda x: np.sum(np.sum(x * x, axis=1) ** 2), MATRIX),
    "sum of two axes": (lambda x: (x.sum(axis=(0, 2), keepdims=True) * x).sum(), CUBE),
    "mean": (lambda x: (x.mean(axis=0) ** 3).sum() + x.mean() ** 2 + np.exp(x.mean(-1, keepdims=True)).sum(), MATRIX),
    "max and min": (lambda x: (np.max(x, axis=1) ** 2).sum() + x.max() ** 2 + (x.min(axis=0) ** 2).sum(), MATRIX),
    "norm": (lambda x: np.linalg.norm(x) + np.linalg.norm(x, axis=0).sum(), MATRIX),
    "index": (lambda x: x[0, 1] * x[-1] @ x[0] + (x[:, None, 1] ** 2)[1, 0], MATRIX),
    "index twice": (lambda x: (x[np.array([0, 0, 2])] ** 2).sum() + (x[x > 0] ** 3).sum(), ROW),
    "slices": (lambda x: (x[1:] * x[:-1]).sum() + x[::-1][0] ** 2, ROW),
    "unpacking": (lambda x: math.prod(list(x)) + len(x), ROW),
    "broadcasting": (lambda x: ((x + MATRIX) * x.mean(keepdims=True) * CUBE[:, :1, :3]).sum() / x.size, ROW),
    "vector @": (lambda x: (x @ ROW) * (ROW @ x) + ((MATRIX @ x) ** 2).sum() + ((x @ MATRIX.T) ** 2).sum(), ROW),
    "matrix @": (lambda x: ((x @ x.T) ** 2).sum() + ((x @ ROW) ** 2).sum() + ((ROW @ x.T) ** 2).sum(), MATRIX),
    "stack of matrices @": (lambda x: ((CUBE @ x) ** 2).sum(), np.arange(8.0).reshape(4, 2)),
    "dot": (lambda x: np.dot(x, ROW) * np.dot(2.0, x)[0] + np.dot(MATRIX, x)[0] ** 2, ROW),
    "where": (
        lambda x: np.where(x > 0, x**2, -3 * x).sum() + np.where(x < 0.9, 2.0, x * x).sum() + np.where(x, 1, 2)[0, 0],
        MATRIX,
    ),
    "maximum and clip": (lambda x: np.maximum(x, 0.0) @ np.minimum(x, 1.0) + (np.clip(x, -0.1, 1.2) ** 2).sum(), ROW),
    "clip on one side": (lambda x: (np.clip(x, None, 1.2) * x.clip(0, None) * x).sum(), MATRIX),
    "stack": (lambda x: (np.stack([x[0], x[1] * x[2], 3.0]) ** 2).sum(), ROW),
    "stack on the last axis": (lambda x: (np.stack([x, x * x], axis=-1) @ np.array([1.0, -2.0])).sum(), ROW),
    "concatenate": (lambda x: (np.concatenate([x, MATRIX, x * x], axis=1) ** 3)[:, 1:8].sum(), MATRIX),
    "hstack and vstack": (lambda x: (np.vstack([x, x * x]) * np.vstack([np.hstack([x[:2], x[2:]]), x])).sum(), ROW),
    "hstack of matrices": (lambda x: (np.hstack([x, 2 * x]) ** 3)[:, 2:5].sum() + np.vstack([x, x])[1:3].sum(), MATRIX),
    "reshape and ravel": (lambda x: (x.reshape(3, 2) @ x).sum() + (x.reshape(-1) ** 2)[3] + x.ravel()[2] ** 2, MATRIX),
    "transpose": (lambda x: (np.transpose(x, (2, 0, 1)) * np.arange(3)).sum() + x.T[0, 1, 0] ** 2, CUBE),
    "squeeze": (lambda x: (np.squeeze(np.expand_dims(x, 1)) * np.broadcast_to(x, (2, 3)) * MATRIX).sum(), ROW),
    "powers": (lambda x: (x**3 + x**-2 + x**0 + 2**x + x**2.5 + x**x).sum(), ROW + 2),
    "a branch and a loop": (lambda x: sum((x[i] * i for i in range(3)), 0.0) if x[0] > 0 else x[1], ROW),
    "adding in place": (lambda x: operator.imul(operator.iadd(x[0], 3.0 * x[1]), x[2]) + operator.iadd(0.5, x[1]), ROW),
    "shapes": (lambda x: (x * np.ones_like(x) + np.zeros(x.shape)).sum() / (x.size * x.ndim * len(x)), MATRIX),
    "softmax": (lambda x: np.log(np.exp(x - x.max()).sum()) + x.max() - x[1], ROW),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_plain_numpy_code_differentiates_unchanged(name):
    f, x = PROGRAMS[name]
    value, gradient = value_and_grad(f)(x)
    assert value == pytest.approx(float(f(x)), rel=1e-14)
    assert gradient.shape == x.shape
    expected = numeric.gradient(lambda p: float(f(p.reshape(x.shape))), x.ravel(), step=1e-5)
    np.testing.assert_allclose(gradient.ravel(), expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", [name for name, (_, x) in PROGRAMS.items() if x.ndim == 1])
def test_and_differentiates_twice(name):
    f, x = PROGRAMS[name]
    h = 1e-5
    expected = [(grad(f)(x + h * e) - grad(f)(x - h * e)) / (2 * h) for e in np.eye(x.size)]
    np.testing.assert_allclose(hessian(f)(x), expected, rtol=1e-6, atol=1e-6)


def assert_slopes_of_both(operation, shapes):
    random = np.random.default_rng(39)
    x, y = (random.normal(size=shape) for shape in shapes.input_shapes)
    weights = random.normal(size=shapes.result_shape)
    f = lambda x, y: (weights * operation(x, y)).sum()  # noqa: E731
    to_x, to_y = grad(f)(x, y), grad(f, argnum=1)(x, y)
    assert (np.shape(to_x), np.shape(to_y)) == (x.shape, y.shape)
    # Both operations are linear in each argument, so a whole step is exact.
    step_x, step_y = random.normal(size=x.shape), random.normal(size=y.shape)
    assert np.sum(to_x * step_x) == pytest.approx(f(step_x, y), rel=1e-9, abs=1e-11)
    assert np.sum(to_y * step_y) == pytest.approx(f(x, step_y), rel=1e-9, abs=1e-11)


@unhurried
@given(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4))
def test_broadcasting_is_undone(shapes):
    assert_slopes_of_both(np.multiply, shapes)


@unhurried
@given(arrays.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=4))
def test_matrix_products_of_all_shapes(shapes):
    assert_slopes_of_both(np.matmul, shapes)


def test_inputs_and_outputs():
    assert grad(lambda x: x**-1)(2) == -0.25
    assert type(grad(lambda x: x * x)(2)) is float
    np.testing.assert_array_equal(grad(lambda p: (2 ** np.arange(3) * p).sum())(np.arange(3)), [1.0, 2.0, 4.0])
    np.testing.assert_array_equal(grad(lambda p: 5.0)([1.0, 2.0]), [0.0, 0.0])
    np.testing.assert_array_equal(grad(lambda p: p[0])([1.0, 2.0]), [1.0, 0.0])
    assert grad(lambda x, y, z: x * y + z, argnum=1)(2.0, 3.0, z=1.0) == 2.0
    point = np.array([1.0, 2.0])
    result = grad(lambda p: p.sum())(point)
    result += 1.0
    np.testing.assert_array_equal(point, [1.0, 2.0])


def test_corners_take_the_middle():
    assert grad(np.abs)(0.0) == 0.0
    assert grad(lambda x: np.maximum(x, 0.0))(0.0) == grad(lambda x: np.minimum(x, 0.0))(0.0) == 0.5
    np.testing.assert_array_equal(grad(np.max)([1.0, 3.0, 3.0]), [0.0, 0.5, 0.5])
    assert grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: np.sign(x) * x + np.floor(x) + np.ceil(x))(-1.5) == -1.0


def test_dual_numbers():
    assert repr(Dual(3.0, 1.0) ** 2) == "Dual(9.0, 6.0)"
    assert (Dual(-2.0, 1.0) ** 2).slope == -4.0
    p, along = np.array([2.0, 3.0]), np.array([1.0, -2.0])
    f = lambda p: p[0] ** 2 * p[1] + np.sin(p[1]) / 3  # noqa: E731
    assert f(Dual(p, along)).slope == pytest.approx(grad(f)(p) @ along, rel=1e-15)
    assert Dual(2.0) > Dual(1.0)
    assert len(Dual(p, along)) == 2
    for lost in (lambda: float(Dual(1.0)), lambda: np.array([Dual(1.0)]), lambda: np.sum(Dual(p)), lambda: Dual(p) @ p):
        with pytest.raises(TypeError, match=r"would lose the slope|has no rule for its derivative here"):
            lost()


def assign_in_place(p):
    total = np.zeros(2)
    total += p
    return total.sum()


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda p: p, r"f must return one number, got shape \(2,\); try \.sum\(\)"),
        (lambda p: np.ones(3), r"one number, got shape \(3,\)"),
        (lambda p: None, r"f returned None: is there a return\?"),
        (lambda p: "text", "got 'text'"),
        (lambda p: p.sum() * 1j, "expected a number or an array of numbers, got 1j"),
        (lambda p: p * None, "got None"),
        (lambda p: np.cumsum(p)[0], r"np\.cumsum has no rule for its derivative here; .*numeric\.gradient"),
        (lambda p: np.linalg.det(np.stack([p, p])), r"np\.det has no rule"),
        (lambda p: (p // 2).sum(), r"np\.floor_divide has no rule"),
        (lambda p: np.add.reduce(p, axis=0), r"np\.add\.reduce"),
        (lambda p: np.exp(p, where=np.array([True, False])).sum(), r"np\.exp with where has no rule"),
        (lambda p: np.matmul(p, p, dtype=float), r"np\.matmul with dtype has no rule"),
        (lambda p: np.dot(p, np.ones((2, 2, 2))).sum(), r"np\.dot of arrays with three axes"),
        (lambda p: np.sum(p, dtype=float), "dtype"),
        (lambda p: np.linalg.norm(p, 1), "norm"),
        (lambda p: np.exp(p, out=np.ones(2)).sum(), r"np\.exp cannot write into an array"),
        (lambda p: np.multiply(p[0], 2, out=np.ones(())) * p[0], r"np\.multiply cannot write"),
        (assign_in_place, r"np\.add cannot write into an array whose slope is followed; try a = a \+ b"),
        (lambda p: operator.iadd(p, 1.0).sum(), r"np\.add cannot write"),
        (lambda p: operator.setitem(p, 0, 1.0), "item assignment"),
        (lambda p: math.exp(p[0]), r"float\(Var\) would lose the slope; try np\.exp\(x\) for math\.exp\(x\)"),
        (lambda p: np.array([p[0], p[1]]).sum(), r"np\.array\(Var\) would lose the slope; try np\.stack"),
        (lambda p: np.sum([p[0], p[1]]), r"np\.array\(Var\)"),
        (lambda p: p[0] if p > 0 else p[1], "ambiguous"),
        (lambda p: p.sort(), "sort"),
    ],
)
def test_what_would_be_wrong_is_a_clear_error(f, message):
    with pytest.raises((TypeError, ValueError, AttributeError), match=message):
        grad(f)(np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grad(X**2), "f must be a function, such as lambda x: x[*][*]2; got a SymPy expression"),
        (lambda: hessian("x^2"), r"f must be a function, .* got 'x\^2'"),
        (lambda: grad(np.sin)("1.5"), "expected a number or an array of numbers, got '1.5'"),
        (lambda: grad(np.sin)(1j), "expected a number"),
        (lambda: grad(np.sin, argnum=1)(2.0), "argnum must count one of the 1 arguments from 0, got 1; try argnum=0"),
        (lambda: grad(np.sin, argnum=-1)(2.0), "argnum must count"),
        (lambda: Var([1.0, 2.0]).backward(), r"backward starts from one number, got shape \(2,\); try .sum\(\)"),
        (lambda: hessian(np.sum)(np.ones((2, 2))), r"x must be a real number or a point of shape \(n,\)"),
        (lambda: hessian(np.sum)([]), "x must be a real number or a point"),
    ],
)
def test_what_a_learner_is_told(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_what_the_lesson_prints_is_what_a_learner_would_write():
    rules = [numeric.forward_difference, numeric.central_difference, numeric.complex_step]
    for shown in (*rules, automatic.pull_back, Dual, network.backward):
        source = inspect.getsource(shown)
        assert not re.search(r"@\w|: Any|->", source)
        assert len(source.splitlines()) <= 40
    assert [inspect.getsource(rule).split('"""')[2].count("\n") for rule in rules] == [2, 2, 2]


def test_a_long_chain_needs_no_recursion():
    x = Var(1.0)
    y = x
    for _ in range(100_000):
        y = y * 1.00001
    y.backward()
    assert x.gradient == pytest.approx(1.00001**100_000, rel=1e-9)
