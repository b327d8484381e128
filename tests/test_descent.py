"""calc_core.descent: the path is the formula's, and the limit is where it stops to converge."""

import math
import operator

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.descent import descend, stability_limit

curvatures = st.lists(st.floats(0.1, 10.0), min_size=1, max_size=4).map(np.array)
options = st.fixed_dictionaries({"momentum": st.floats(0.0, 0.9), "nesterov": st.booleans()})


@settings(max_examples=40)
@given(curvatures, options, st.integers(0, 100))
def test_below_the_limit_it_converges_above_it_diverges(eigenvalues, options, seed):
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(eigenvalues.size, eigenvalues.size)))
    hessian = q @ np.diag(eigenvalues) @ q.T
    limit = stability_limit(hessian, **options)
    below, above = (
        descend(
            lambda p: p @ hessian @ p / 2,
            q @ np.ones(eigenvalues.size),  # a start in which every curvature counts
            factor * limit,
            1500,
            gradient=lambda p: hessian @ p,
            **options,
        )
        for factor in (0.9, 1.05)
    )
    assert (below.outcome, above.outcome) == ("converged", "diverged")
    for numbers in (above.points, above.values, above.gradient_norms):
        assert len(numbers) == len(above.points) <= 1501
        assert np.isfinite(numbers).all()


def test_the_limit_is_its_formula():
    hessian = [[8.0, 0.0], [0.0, 2.0]]
    assert stability_limit(hessian) == 0.25
    assert stability_limit(hessian, momentum=0.5) == 0.375
    assert stability_limit(hessian, momentum=0.5, nesterov=True) == 0.1875
    assert stability_limit([[2.0, 0.0], [0.0, 0.0]]) == 1.0


@given(arrays.arrays(float, st.integers(1, 5), elements=st.floats(-10, 10)), st.floats(1e-3, 0.9), options)
def test_the_path_is_its_formula_whoever_writes_on_the_points(start, rate, options):
    def f(p):
        p += 1
        return (p**2 / 2 + np.sin(p)).sum()

    path = descend(f, start, rate, 2, gradient=lambda p: operator.iadd(p, 1) + np.cos(p), **options)
    x, v, expected = start, 0, [start]
    for _ in range(2):
        g = x + 1 + np.cos(x + 1)
        v = options["momentum"] * v + g
        x = x - rate * (g + options["momentum"] * v if options["nesterov"] else v)
        expected.append(x)
    np.testing.assert_allclose(path.points, expected, atol=1e-13)
    assert path.values == pytest.approx([f(point.copy()) for point in path.points], rel=1e-15)
    assert path.gradient_norms[0] == pytest.approx(np.linalg.norm(start + 1 + np.cos(start + 1)))
    np.testing.assert_allclose(descend(f, start, rate, 2, **options).points, expected, atol=1e-8)


def square(p):
    return (p**2).sum()


def twice(p):
    return 2 * p


OUTCOMES = [
    (square, [1.0, 2.0], 0.2, 5, "ran out of steps", 6),
    (square, [0.0, 0.0], 0.2, 1, "converged", 2),
    (square, [1.0, 2.0], 1.1, 10, "diverged", 11),
    (square, [1.0], 1e200, 10, "diverged", 1),
    (square, [1.0], 0.2, np.int64(0), "ran out of steps", 1),
    (square, [1.0], (1 - 0.9e-6) / 2, 1, "converged", 2),
    (square, [1.0], (1 - 1.1e-6) / 2, 1, "ran out of steps", 2),
    (lambda p: 1 + 1.9e12 * (p[0] < 0), [1.0], 0.9, 2, "ran out of steps", 3),  # a wall, and how high it may be
    (lambda p: 1 + 2.1e12 * (p[0] < 0), [1.0], 0.9, 3, "diverged", 1),
    (lambda p: p[0] + np.log(p[0]) * 1e-3, [1.0], 0.6, 50, "diverged", 1),  # out of the domain, and no warning
    (lambda p: np.log(p[0]), [1.0], 0.5, 50, "diverged", 1),
    (lambda p: math.exp(1e3 * p[0] ** 2), [0.5], 2.0, 50, "diverged", 1),
]


@pytest.mark.parametrize(("f", "start", "rate", "steps", "outcome", "points"), OUTCOMES)
def test_outcomes(f, start, rate, steps, outcome, points):
    path = descend(f, start, rate, steps, gradient=twice)
    assert (path.outcome, len(path.points)) == (outcome, points)
    assert np.isfinite(path.values).all()


def test_a_path_that_rose_and_came_back_is_not_lost_and_says_so_in_a_line():
    path = descend(square, [1.0], 0.9, 3, momentum=0.9)
    assert repr(path) == "Descent(steps=3, value=0.386884, outcome='ran out of steps')"


NAN, INF = math.nan, math.inf
REFUSED = [
    (lambda: descend(sp.Symbol("x") ** 2, [1.0], 0.1, 5), "f must be a function, .* got a SymPy expression"),
    (lambda: descend(lambda p: None, [1.0], 0.1, 5), r"f returned None at x = \[1.\]: is there a return\?"),
    (lambda: descend(square, [1.0], 0, 5), "learning_rate must be a positive number, got 0; try"),
    (lambda: descend(square, [1.0], NAN, 5), "learning_rate .* got nan"),
    (lambda: descend(square, [1.0], INF, 5), "learning_rate .* got inf"),
    (lambda: descend(square, [1.0], 0.1, 5, momentum=1.0), "momentum must lie in 0 <= momentum < 1, got 1.0; try"),
    (lambda: descend(square, [1.0], 0.1, 5, momentum=-0.1), "momentum .* got -0.1"),
    (lambda: descend(square, [1.0], 0.1, -1), "steps must be a whole number from 0 up, got -1; try steps=100"),
    (lambda: descend(square, 1.0, 0.1, 5), "start must be a point"),
    (lambda: descend(square, [], 0.1, 5), "start must be a point"),
    (lambda: descend(square, [NAN], 0.1, 5), "start must be a point"),
    (lambda: descend(lambda p: p, [1.0, 2.0], 0.1, 5), r"f must return one number, got shape \(2,\); try .sum"),
    (lambda: descend(lambda p: INF, [1.0], 0.1, 5), r"f must be finite at the start, got inf at \[1.\]"),
    (lambda: descend(square, [1.0, 2.0], 0.1, 5, gradient=np.sum), r"must return shape \(2,\), got \(\)"),
    (lambda: descend(square, [1.0], 0.1, 5, gradient=lambda p: p * NAN), "gradient at .* must be finite"),
    (lambda: stability_limit([[1.0, 2.0], [0.0, 1.0]]), "hessian must be a symmetric matrix of finite numbers"),
    (lambda: stability_limit([1.0, 2.0]), "symmetric"),
    (lambda: stability_limit(np.zeros((0, 0))), "symmetric"),
    (lambda: stability_limit([[INF]]), "symmetric matrix of finite numbers, got .*inf"),
    (lambda: stability_limit([[1.0, 0.0], [0.0, -1.0]]), "no minimum, its curvatures are .*; try a bowl"),
    (lambda: stability_limit([[0.0]]), "no minimum"),
    (lambda: stability_limit([[1.0]], momentum=2.0), "momentum"),
]


@pytest.mark.parametrize(("call", "named"), REFUSED)
def test_what_a_learner_is_told(call, named):
    with pytest.raises((TypeError, ValueError), match=named):
        call()
