import math
import operator
from functools import reduce

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import automatic, numeric
from calc_core.automatic import Dual, Var, grad, hessian, value_and_grad
from calc_core.automatic.elementary import OPERATIONS

X, Y = sympy.symbols("x y", real=True)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))
points = arrays.arrays(float, st.integers(1, 6), elements=numbers)

# Smooth everywhere and of moderate size, so that any composition of a few of them is.
UNARY = (sympy.sin, sympy.cos, sympy.tanh, sympy.atan, sympy.asinh, lambda e: sympy.exp(-(e**2)), lambda e: e**3 / 9)
BINARY = (operator.add, operator.sub, operator.mul, lambda a, b: a / (1 + b**2), lambda a, b: (2 + b**2) ** (a / 4))
expressions = st.recursive(
    st.one_of(st.just(X), st.just(Y), st.integers(-3, 3).map(sympy.Integer)),
    lambda inner: st.one_of(
        st.builds(lambda f, a: f(a), st.sampled_from(UNARY), inner),
        st.builds(lambda f, a, b: f(a, b), st.sampled_from(BINARY), inner, inner),
    ),
    max_leaves=6,
)


def rosenbrock(p):
    return (100.0 * (p[1:] - p[:-1] ** 2) ** 2 + (1.0 - p[:-1]) ** 2).sum(axis=0)


@settings(deadline=None, max_examples=50)  # SymPy is slow
@given(expressions, numbers, numbers)
def test_four_ways_agree_on_random_expressions(expression, x, y):
    in_numpy = sympy.lambdify((X, Y), expression, "numpy")

    def f(p):
        return in_numpy(p[0], p[1]) + 0 * p[0]

    point = np.array([x, y])
    exact = np.array([float(expression.diff(v).evalf(30, subs={X: x, Y: y})) for v in (X, Y)])
    size = 1 + np.abs(exact).max()
    np.testing.assert_allclose(grad(f)(point), exact, rtol=1e-11, atol=1e-11 * size)
    np.testing.assert_allclose(numeric.gradient(f, point), exact, rtol=1e-5, atol=1e-5 * size)
    stepped = [f(point + 1e-30j * e).imag / 1e-30 for e in np.eye(2)]
    np.testing.assert_allclose(grad(f)(point), stepped, rtol=1e-11, atol=1e-11 * size)
    forward = [f(Dual(point, e)).slope for e in np.eye(2)]
    np.testing.assert_allclose(grad(f)(point), forward, rtol=1e-11, atol=1e-11 * size)


@settings(deadline=None, max_examples=50)  # SymPy is slow
@given(expressions, numbers, numbers)
def test_hessian_agrees_with_sympy_on_random_expressions(expression, x, y):
    in_numpy = sympy.lambdify((X, Y), expression, "numpy")
    exact = np.array(sympy.hessian(expression, (X, Y)).evalf(30, subs={X: x, Y: y}), dtype=float)
    computed = hessian(lambda p: in_numpy(p[0], p[1]) + 0 * p[0])([x, y])
    np.testing.assert_allclose(computed, exact, rtol=1e-10, atol=1e-10 * (1 + np.abs(exact).max()))


def f_of(p):
    return np.sum(np.sin(p) * p)


def g_of(p):
    return np.exp(-(p @ p)) + p[0]


@given(points, numbers, numbers)
def test_linearity(p, a, b):
    np.testing.assert_allclose(
        grad(lambda p: a * f_of(p) + b * g_of(p))(p), a * grad(f_of)(p) + b * grad(g_of)(p), rtol=1e-12, atol=1e-12
    )


@given(points)
def test_product_rule(p):
    expected = g_of(p) * grad(f_of)(p) + f_of(p) * grad(g_of)(p)
    np.testing.assert_allclose(grad(lambda p: f_of(p) * g_of(p))(p), expected, rtol=1e-12, atol=1e-12)


@given(points)
def test_chain_rule(p):
    inner = f_of(p)
    expected = grad(lambda u: np.tanh(u) * u)(inner) * grad(f_of)(p)
    chained = grad(lambda p: np.tanh(f_of(p)) * f_of(p))(p)
    np.testing.assert_allclose(chained, expected, rtol=1e-11, atol=1e-12)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_gradient_is_orthogonal_to_the_level_curve(x, y):
    def f(p):
        return p[0] ** 2 / 4 + p[1] ** 2

    level = math.sqrt(x * x / 4 + y * y)
    angle = math.atan2(y, x / 2)
    along = np.array([-2 * math.sin(angle), math.cos(angle)])  # of the curve (2 cos t, sin t) * level
    assert abs(grad(f)([x, y]) @ along) <= 1e-12 * (1 + level)


def inside(name):
    """Arguments in the middle of where an operation is defined."""
    start = {"arccosh": 1.7, "where": 1.0}.get(name, 0.3)
    return [start, 0.7, 0.4][: len(OPERATIONS[name]) - 1]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_local_slope_of_the_table(name):
    forward, *pulls = OPERATIONS[name]
    arguments = inside(name)
    for k, pull in enumerate(pulls):

        def along(x, k=k):
            return forward(*[np.float64(x) if i == k else np.float64(a) for i, a in enumerate(arguments)])

        h = 1e-5
        slope = (along(arguments[k] + h) - along(arguments[k] - h)) / (2 * h)
        z = forward(*np.array(arguments))
        for g in (1.0, -3.0):
            assert float(pull(np.float64(g), z, *np.array(arguments))) == pytest.approx(g * slope, rel=1e-7, abs=3e-9)


MATRIX = np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]])
ROW = np.array([0.7, -0.2, 1.1])
CUBE = np.linspace(-1, 1, 24).reshape(2, 3, 4)
PROGRAMS = {
    "sum": (lambda x: np.sum(np.sum(x * x, axis=1) ** 2), MATRIX),
    "sum of two axes": (lambda x: (x.sum(axis=(0, 2), keepdims=True) * x).sum(), CUBE),
    "negative axis": (lambda x: np.exp(x.mean(-1)).sum(), CUBE),
    "mean": (lambda x: (x.mean(axis=0) ** 3).sum() + x.mean() ** 2, MATRIX),
    "max": (lambda x: (np.max(x, axis=1) ** 2).sum() + x.max() ** 2, MATRIX),
    "min": (lambda x: (x.min(axis=0, keepdims=True) * x).sum(), MATRIX),
    "prod": (lambda x: np.prod(x) + np.prod(x, axis=1).sum(), MATRIX),
    "prod with zeros": (np.prod, np.array([0.0, 2.0, 3.0])),
    "var": (lambda x: np.var(x, axis=0, ddof=1).sum() + np.var(x), MATRIX),
    "std": (lambda x: x.std() + np.std(x, axis=1).sum(), MATRIX),
    "norm": (lambda x: np.linalg.norm(x) + np.linalg.norm(x, axis=0).sum(), MATRIX),
    "index": (lambda x: x[0, 1] * x[-1] @ x[0], MATRIX),
    "index twice": (lambda x: (x[np.array([0, 0, 2])] ** 2).sum(), ROW),
    "mask": (lambda x: (x[x > 0] ** 3).sum(), MATRIX),
    "slices": (lambda x: (x[1:] * x[:-1]).sum() + x[::-1][0] ** 2, ROW),
    "new axis": (lambda x: (x[:, None] * x[None, :] ** 2).sum(), ROW),
    "ellipsis": (lambda x: (x[..., 0] * x[..., 1]).sum(), CUBE),
    "unpacking": (lambda x: reduce(operator.mul, x), ROW),
    "broadcast rows": (lambda x: ((x + ROW) * x.mean(axis=1, keepdims=True)).sum(), MATRIX),
    "broadcast a constant out": (lambda x: (MATRIX * x).sum() + (x - MATRIX[:, None]).mean(), ROW),
    "vector @ vector": (lambda x: (x @ ROW) * (ROW @ x), ROW),
    "matrix @ vector": (lambda x: ((MATRIX @ x) ** 2).sum(), ROW),
    "vector @ matrix": (lambda x: ((x @ MATRIX.T) ** 2).sum(), ROW),
    "matrix @ matrix": (lambda x: ((x @ x.T) ** 2).sum() + (x.T @ x).sum(), MATRIX),
    "matrix given @ vector": (lambda x: ((x @ ROW) ** 2).sum() + ((ROW @ x.T) ** 2).sum(), MATRIX),
    "stack of matrices @": (lambda x: ((CUBE @ x) ** 2).sum(), np.arange(8.0).reshape(4, 2)),
    "stacks of matrices @": (lambda x: ((x @ CUBE.swapaxes(1, 2)) ** 2).sum(), CUBE),
    "vector @ stack": (lambda x: ((x @ CUBE) ** 2).sum() + ((CUBE.swapaxes(1, 2) @ x) ** 2).sum(), ROW),
    "stack given @ vector": (lambda x: ((ROW @ x) ** 2).sum() + (np.ones(3) @ (x @ np.arange(4.0)).T).sum(), CUBE),
    "where": (lambda x: np.where(x > 0, x**2, -3 * x).sum(), MATRIX),
    "where with a number": (lambda x: np.where(np.array([True, False, True]), x, 2.0).prod(), ROW + 2),
    "maximum": (lambda x: np.maximum(x, 0.0) @ np.minimum(x, 1.0), ROW),
    "clip": (lambda x: (np.clip(x, -0.6, 1.2) ** 2).sum(), MATRIX),
    "clip on one side": (
        lambda x: (np.clip(x, None, 1.2) * x.clip(0) * x.clip(max=1.1) * x.clip(min=-0.3)).sum(),
        MATRIX,
    ),
    "select": (lambda x: np.select([x < 0, x < 1], [-x, x**2], default=3 * x).sum(), ROW),
    "stack": (lambda x: (np.stack([x[0], x[1] * x[2], 3.0]) ** 2).sum(), ROW),
    "stack on the last axis": (lambda x: (np.stack([x, x * x], axis=-1) @ np.array([1.0, -2.0])).sum(), ROW),
    "concatenate": (lambda x: (np.concatenate([x, ROW, x * 2]) ** 2).sum(), ROW),
    "concatenate columns": (lambda x: (np.concatenate([x, MATRIX, x * x], axis=1) ** 2).sum(axis=0)[1:4].sum(), MATRIX),
    "hstack and vstack": (lambda x: (np.vstack([x, x * x]) * np.vstack([np.hstack([x[:2], x[2:]]), x])).sum(), ROW),
    "reshape": (lambda x: (x.reshape(3, 2) @ x).sum() + (x.reshape(-1) ** 2)[3], MATRIX),
    "transpose": (lambda x: (np.transpose(x, (2, 0, 1)) * np.arange(3)).sum(), CUBE),
    "ravel, roll, flip": (lambda x: (np.roll(np.ravel(x), 2) * np.flip(x.ravel())).sum(), MATRIX),
    "repeat and tile": (lambda x: (np.repeat(x, 2) * np.tile(x, 2)).sum(), ROW),
    "squeeze and expand": (lambda x: (np.squeeze(np.expand_dims(x, 1)) ** 2).sum(), ROW),
    "broadcast_to": (lambda x: (np.broadcast_to(x, (2, 3)) * MATRIX).sum(), ROW),
    "diag and trace": (lambda x: np.trace(np.diag(x) @ np.diag(x)) + np.diagonal(np.outer(x, x)).sum(), ROW),
    "tril": (lambda x: (np.tril(x @ x.T) ** 2).sum(), MATRIX),
    "take": (lambda x: (np.take(x, [2, 0, 2], axis=1) ** 2).sum(), MATRIX),
    "diff": (lambda x: (np.diff(x) ** 2).sum(), MATRIX),
    "dot, inner, outer": (lambda x: np.dot(x, ROW) * np.inner(x, x) + np.outer(x, ROW).sum() + np.dot(x, 2.0)[0], ROW),
    "integer powers": (lambda x: (x**3 + x**-2 + x**0 + x**1).sum(), ROW),
    "power of a number": (lambda x: (2**x + x**2.5).sum(), ROW + 2),
    "power of itself": (lambda x: (x**x).sum(), ROW + 2),
    "a branch": (lambda x: x[0] ** 2 if x[0] > 0 else x[1], ROW),
    "total += x": (lambda x: sum((x[i] * i for i in range(3)), 0.0), ROW),
    "shapes": (lambda x: (x * np.ones_like(x) + np.zeros(x.shape)).sum() / (x.size * x.ndim * len(x)), MATRIX),
    "sigmoid": (lambda x: (1 / (1 + np.exp(-x))).mean(), MATRIX),
    "softmax": (lambda x: np.log(np.exp(x - x.max()).sum()) + x.max() - x[1], ROW),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_plain_numpy_code_differentiates_unchanged(name):
    f, x = PROGRAMS[name]
    value, gradient = value_and_grad(f)(x)
    assert value == pytest.approx(float(f(x)), rel=1e-15)
    assert gradient.shape == x.shape
    h = 1e-5
    for place in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[place] = h
        assert gradient[place] == pytest.approx((f(x + e) - f(x - e)) / (2 * h), rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_programs_carry_a_complex_step(name):
    f, x = PROGRAMS[name]
    if x.ndim == 1:
        h = 1e-5
        expected = [(grad(f)(x + h * e) - grad(f)(x - h * e)) / (2 * h) for e in np.eye(x.size)]
        np.testing.assert_allclose(hessian(f)(x), expected, rtol=1e-6, atol=1e-6)


def assert_slopes_of_both(operation, shapes):
    random = np.random.default_rng(39)
    x, y = (random.normal(size=shape) for shape in shapes.input_shapes)
    weights = random.normal(size=shapes.result_shape)

    def f(x, y):
        return (weights * operation(x, y)).sum()

    to_x, to_y = grad(f, argnum=(0, 1))(x, y)
    assert (np.shape(to_x), np.shape(to_y)) == (x.shape, y.shape)
    # Both operations are linear in each argument, so a whole step is exact.
    step_x, step_y = random.normal(size=x.shape), random.normal(size=y.shape)
    assert np.sum(to_x * step_x) == pytest.approx(f(step_x, y), rel=1e-9, abs=1e-11)
    assert np.sum(to_y * step_y) == pytest.approx(f(x, step_y), rel=1e-9, abs=1e-11)


@given(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4))
def test_broadcasting_is_undone(shapes):
    assert_slopes_of_both(np.multiply, shapes)


@given(arrays.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=4))
def test_matrix_products_of_all_shapes(shapes):
    assert_slopes_of_both(np.matmul, shapes)


def test_a_value_used_twice_collects_both_slopes():
    x = Var(3.0)
    y = x * x + x
    y.backward()
    assert x.gradient == 7.0


def test_a_second_backward_starts_from_zero():
    x = Var(3.0)
    y = x * x
    y.backward()
    y.backward()
    assert x.gradient == 6.0
    (y * 2).backward()
    assert (x.gradient, y.gradient) == (12.0, 2.0)


def test_the_graph_can_be_walked():
    x, y = Var(2.0), Var(3.0)
    z = np.sin(x * y) + 4 * x
    z.backward()
    assert [v.operation for v in z.walk()] == ["leaf", "leaf", "*", "sin", "constant", "*", "+"]
    product = z.walk()[2]
    assert product.parents == (x, y)
    assert product.local_slopes == (3.0, 2.0)
    assert z.walk()[5].local_slopes == (0.0, 4.0)
    assert product.gradient == pytest.approx(math.cos(6.0))
    for node in z.walk():
        for parent in node.parents:
            assert parent.number < node.number


def test_values_are_followed_through_every_kind_of_node_by_their_local_slopes():
    x = Var(0.6)
    z = np.tanh(x * x) / (x - 2.0) ** 3 - np.maximum(x, 0.2)
    z.backward()
    collected = dict.fromkeys(z.walk(), 0.0) | {z: 1.0}
    for node in reversed(z.walk()):
        for parent, slope in zip(node.parents, node.local_slopes, strict=True):
            collected[parent] += collected[node] * slope
    assert collected[x] == pytest.approx(x.gradient, rel=1e-15)


def test_the_gradients_of_two_arguments_are_two_arrays():
    first, second = grad(lambda a, b: (a + b).sum(), argnum=(0, 1))(np.ones(3), np.zeros(3))
    first *= 2.0
    assert second.tolist() == [1.0, 1.0, 1.0]


def test_a_long_chain_needs_no_recursion():
    x = Var(1.0)
    y = x
    for _ in range(100_000):
        y = y * 1.00001
    y.backward()
    assert x.gradient == pytest.approx(1.00001**100_000, rel=1e-9)


def test_inputs():
    assert grad(lambda x: x**2)(3) == 6.0
    assert grad(lambda x: x**-1)(2) == -0.25
    np.testing.assert_array_equal(grad(lambda p: (p**2).sum())([1, 2]), [2.0, 4.0])
    np.testing.assert_array_equal(grad(lambda p: (2 ** np.arange(3) * p).sum())(np.arange(3)), [1.0, 2.0, 4.0])
    np.testing.assert_array_equal(grad(lambda p: p[0] / np.int8(100) ** 1)(np.array([1, 2], dtype=np.int8)), [0.01, 0])
    np.testing.assert_array_equal(grad(lambda p: 5.0)([1.0, 2.0]), [0.0, 0.0])
    np.testing.assert_array_equal(grad(lambda p: p[0])([1.0, 2.0]), [1.0, 0.0])
    assert grad(lambda x, y: x * y, argnum=1)(2.0, 3.0) == 2.0
    assert value_and_grad(lambda x, y, z: x * y, argnum=(0, 1, 2))(2.0, 3.0, 1.0) == (6.0, (3.0, 2.0, 0.0))
    assert type(grad(lambda x: x * x)(2)) is float


@pytest.mark.parametrize(
    ("f", "x", "exact"),
    [
        (np.expm1, -40.0, math.exp(-40)),
        (np.log1p, 1e-20, 1.0),
        (lambda x: np.logaddexp(0.0, x), -50.0, math.exp(-50)),
        (lambda x: np.hypot(x, 1e200), 1e200, math.sqrt(0.5)),
        (lambda x: x / 3.0, 1.0, 1 / 3),
        (lambda x: x**-3, 1e-50, -3e200),
    ],
)
def test_slopes_keep_their_digits_at_the_edges(f, x, exact):
    assert grad(f)(x) == pytest.approx(exact, rel=1e-14)
    assert f(Dual(x, 1.0)).slope == grad(f)(x)


def test_narrow_integers_do_not_overflow():
    small = np.array([100, 100], dtype=np.int8)
    np.testing.assert_allclose(grad(lambda p: (1 / (p * small)).sum())([1.0, 2.0]), [-0.01, -0.0025])


def test_what_is_mutated_later_does_not_change_the_gradient():
    buffer = np.ones(2)

    def f(p):
        total = (p * buffer).sum()
        buffer[:] = 7.0
        return total

    point = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(f)(point), [1.0, 1.0])
    result = grad(lambda p: p.sum())(point)
    result += 1.0
    np.testing.assert_array_equal(point, [1.0, 2.0])


def test_corners_take_the_middle():
    assert grad(np.abs)(0.0) == 0.0
    assert grad(lambda x: np.maximum(x, 0.0))(0.0) == 0.5
    assert grad(lambda x: np.maximum(x, x))(2.0) == 1.0
    np.testing.assert_array_equal(grad(np.max)([1.0, 3.0, 3.0]), [0.0, 0.5, 0.5])
    assert grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: np.sign(x) * x + np.floor(x))(-1.5) == -1.0


def test_adding_in_place_rebinds_a_number():
    def f(p):
        total = 0.0
        for x in p:
            square = x
            square *= x
            total += square
            total -= x
        return total

    np.testing.assert_array_equal(grad(f)([1.0, 2.0]), [1.0, 3.0])


def assign(p):
    p[0] = 1.0
    return p.sum()


def add_in_place(p):
    p += 1.0
    return p.sum()


def add_into_array(p):
    total = np.zeros(2)
    total += p
    return total.sum()


def into_array(p):
    filled = np.zeros(2)
    filled[0] = p[0]
    return filled.sum()


@pytest.mark.parametrize(
    ("f", "error", "named"),
    [
        (lambda p: p, ValueError, r"one real number, got float64 of shape \(2,\)"),
        (lambda p: np.ones(3), ValueError, r"one real number, got float64 of shape \(3,\)"),
        (lambda p: None, TypeError, "number.*got None"),
        (lambda p: "text", TypeError, "got 'text'"),
        (lambda p: p.sum() * 1j, ValueError, "real number, got complex128"),
        (lambda p: np.full_like(p, p[0]).sum(), TypeError, r"np\.full_like"),
        (lambda p: np.linalg.det(np.outer(p, p)), TypeError, r"np\.linalg\.det"),
        (lambda p: np.cumsum(p)[0], TypeError, r"np\.cumsum"),
        (lambda p: np.mod(p, 2).sum(), TypeError, r"np\.remainder"),
        (lambda p: (p // 2).sum(), TypeError, r"np\.floor_divide"),
        (np.add.reduce, TypeError, r"np\.add\.reduce"),
        (lambda p: np.add.reduce(p, axis=0), TypeError, r"np\.add\.reduce has no rule"),
        (lambda p: np.dot(p, np.ones((2, 2, 2))).sum(), TypeError, r"np\.dot of arrays with three axes"),
        (lambda p: np.sum(p, dtype=float), TypeError, r"np\.sum.*dtype"),
        (lambda p: np.sum(p, 0, float), TypeError, r"np\.sum"),
        (lambda p: np.max(p, initial=0), TypeError, r"np\.a?max.*initial"),
        (lambda p: np.linalg.norm(p, 1), TypeError, r"np\.norm"),
        (lambda p: np.exp(p, where=np.array([True, False])).sum(), TypeError, r"np\.exp has no where"),
        (lambda p: np.exp(p, out=np.ones(2)).sum(), TypeError, r"np\.exp cannot write"),
        (lambda p: np.multiply(p[0], 2, out=p[0]) * p[0], TypeError, r"np\.multiply cannot write"),
        (lambda p: float(p[0]), TypeError, r"float\(Var\)"),
        (lambda p: int(p[0]), TypeError, r"int\(Var\)"),
        (lambda p: complex(p[0]), TypeError, r"complex\(Var\)"),
        (lambda p: math.exp(p[0]), TypeError, r"float\(Var\).*np\.exp"),
        (lambda p: np.array([p[0], p[1]]).sum(), TypeError, r"np\.array\(Var\).*np\.stack"),
        (lambda p: np.asarray(p).sum(), TypeError, r"np\.array\(Var\)"),
        (lambda p: np.sum([p[0], p[1]]), TypeError, r"np\.array\(Var\)"),
        (lambda p: [p[0], p[1]], TypeError, r"np\.array\(Var\)"),
        (assign, TypeError, r"x\[0\] = "),
        (add_in_place, TypeError, r"\+= would write"),
        (add_into_array, TypeError, r"np\.add cannot write"),
        (into_array, (TypeError, ValueError), "array element"),
        (lambda p: p.sort(), AttributeError, "sort"),
        (lambda p: p * None, TypeError, "got None"),
        (lambda p: grad(lambda q: q * q)(p[0]), TypeError, "hessian"),
        (lambda p: np.atleast_1d(np.ones(2), p)[1].sum(), TypeError, r"np\.atleast_1d"),
        (lambda p: p[0] if p > 0 else p[1], ValueError, "ambiguous"),
        (lambda p: p[p], TypeError, r"np\.array\(Var\)"),
        (lambda p: sum(p[0]), TypeError, "len"),
    ],
)
def test_what_would_be_wrong_is_a_clear_error(f, error, named):
    with pytest.raises(error, match=named):
        grad(f)(np.array([1.0, 2.0]))


@pytest.mark.parametrize("x", [None, "1.5", [1.0, None], object(), [object()]])
def test_inputs_that_are_no_numbers(x):
    with pytest.raises(TypeError, match="number"):
        grad(lambda p: p * 1)(x)


def test_backward_and_argnum_say_what_they_expect():
    with pytest.raises(ValueError, match=r"one number, got shape \(2,\)"):
        Var([1.0, 2.0]).backward()
    with pytest.raises(ValueError, match="argnum"):
        grad(lambda x: x, argnum=1)(2.0)


def test_hessian_shapes():
    assert hessian(lambda x: x**3)(2.0) == pytest.approx(12.0, rel=1e-15)
    assert type(hessian(lambda x: x**3)(2)) is float
    np.testing.assert_array_equal(hessian(lambda p: p[0] ** 2 * p[1] + p[1] ** 3)([2, 3]), [[6.0, 4.0], [4.0, 18.0]])
    np.testing.assert_array_equal(hessian(lambda p: 3.0)([1.0, 2.0]), np.zeros((2, 2)))
    np.testing.assert_array_equal(hessian(lambda p: 2 * p[0])([1.0, 2.0]), np.zeros((2, 2)))


@given(arrays.arrays(float, st.integers(2, 12), elements=numbers))
def test_hessian_of_rosenbrock(x):
    exact = np.zeros((x.size, x.size))
    i = np.arange(x.size - 1)
    exact[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    exact[i + 1, i + 1] += 200
    exact[i, i + 1] = exact[i + 1, i] = -400 * x[:-1]
    np.testing.assert_allclose(hessian(rosenbrock)(x), exact, rtol=1e-14, atol=1e-13 * np.abs(exact).max())


def test_hessian_of_functions_that_do_not_take_many_points():
    matrix = np.array([[2.0, 1.0, 0.0], [1.0, 5.0, -1.0], [0.0, -1.0, 3.0]])
    x = np.array([0.3, -1.0, 2.0])
    np.testing.assert_allclose(hessian(lambda p: p @ matrix @ p / 2)(x), matrix, rtol=1e-15)
    weights = np.array([1.0, 2.0, -1.0])
    expected = 2 * np.outer(weights, weights)
    # With three points of three coordinates this would have the right shape, and mix points with coordinates.
    np.testing.assert_allclose(hessian(lambda p: (weights * p).sum(-1) ** 2)(x), expected, rtol=1e-15)
    np.testing.assert_allclose(hessian(lambda p: (weights * p).sum(-1) ** 2)(np.ones(3)), expected, rtol=1e-15)


def test_hessian_passes_corners_correctly_away_from_them():
    np.testing.assert_allclose(hessian(lambda p: p[0] * np.abs(p[0]) * p[1])([-1.5, 2.0]), [[-4.0, 3.0], [3.0, 0.0]])
    np.testing.assert_allclose(hessian(lambda p: np.maximum(p[0], p[1]) ** 2)([1.0, 2.0]), [[0.0, 0.0], [0.0, 2.0]])
    np.testing.assert_allclose(
        hessian(lambda p: np.where(p[0] > 0, p[0] ** 3, p[1] ** 3))([1.0, 2.0]), [[6, 0], [0, 0]]
    )


def test_a_hessian_that_cancels_to_zero_is_not_refused():
    np.testing.assert_allclose(hessian(lambda p: np.sin(p[0]) ** 2 + np.cos(p[0]) ** 2)([0.7]), [[0.0]], atol=1e-15)
    np.testing.assert_allclose(
        hessian(lambda p: np.tanh(10 * p).sum(axis=0))([32.0, -7.0]), np.zeros((2, 2)), atol=1e-15
    )


@pytest.mark.parametrize("x", [1e-150, 1e-8, 1e8, 1e100])
def test_hessian_at_tiny_and_huge_points(x):
    assert hessian(lambda p: np.log(p[0]))([x]) * x * x == pytest.approx(-1.0, rel=1e-13)


def test_hessian_at_a_flat_point_is_zero():
    np.testing.assert_array_equal(hessian(lambda p: p[0] ** 4 + p[1] ** 3)([0.0, 0.0]), np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("f", "named"),
    [
        (lambda p: np.abs(p[0]), "disagree"),
        (lambda p: np.maximum(p[0], p[1]), "disagree"),
        (lambda p: p[0] * (p[0].value.real if isinstance(p[0], Var) else p[0]), "disagree"),
        (lambda p: np.hypot(p[0], p[1] + 1), "hypot"),
        (lambda p: np.sqrt(p[0]), "no Hessian"),
        (lambda p: p, "one real number"),
    ],
)
def test_a_hessian_that_cannot_be_trusted_is_refused(f, named):
    with pytest.raises(ValueError, match=named):
        hessian(f)([0.0, 0.0])


def test_hessian_refuses_matrices_and_complex_points():
    with pytest.raises(ValueError, match="shape"):
        hessian(lambda p: p.sum())(np.ones((2, 2)))
    for bad in ([1j], []):
        with pytest.raises(ValueError, match="real number or a point"):
            hessian(lambda p: p.sum())(bad)


def test_dual_numbers():
    assert repr(Dual(3.0, 1.0) ** 2) == "Dual(9.0, 6.0)"
    direction = np.array([1.0, -2.0])
    p = np.array([2.0, 3.0])

    def f(p):
        return p[0] ** 2 * p[1] + np.sin(p[1])

    assert f(Dual(p, direction)).slope == pytest.approx(grad(f)(p) @ direction, rel=1e-15)
    assert (Dual(-2.0, 1.0) ** 2).slope == -4.0
    assert Dual(2.0) > Dual(1.0)
    with pytest.raises(TypeError, match=r"float\(Dual\)"):
        float(Dual(1.0))
    with pytest.raises(TypeError, match=r"np\.array\(Dual\)"):
        np.array([Dual(1.0), Dual(2.0)])
    with pytest.raises(TypeError, match=r"np\.add\.reduce"):
        np.sum(Dual(p, direction))
    matrix = np.array([[1.0, 2.0], [-1.0, 0.5]])
    quadratic = Dual(p, direction) @ matrix @ Dual(p, direction)
    assert quadratic.slope == pytest.approx((matrix + matrix.T) @ p @ direction, rel=1e-15)


def test_the_names_that_others_use():
    assert set(automatic.__all__) == {"Dual", "Var", "grad", "hessian", "pull_back", "value_and_grad"}
    assert repr(Var(2.0) * 3) == "Var(6.0, '*')"
