"""calc_core.descent: the path is the formula's, and the limit is where it stops to converge."""

import dataclasses
import math

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import automatic
from calc_core.descent import Descent, descend, stability_limit

unhurried = settings(deadline=None)

curvatures = st.lists(st.floats(0.1, 10.0), min_size=1, max_size=4).map(np.array)


def bowl(eigenvalues, seed=0):
    """A quadratic with its minimum at zero, its gradient, its Hessian, and a start in which every curvature counts."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(eigenvalues.size, eigenvalues.size)))
    hessian = q @ np.diag(eigenvalues) @ q.T
    hessian = (hessian + hessian.T) / 2
    return (lambda p: p @ hessian @ p / 2), (lambda p: hessian @ p), hessian, q @ np.ones(eigenvalues.size)


@settings(deadline=None, max_examples=40)
@given(curvatures, st.floats(0.0, 0.9), st.booleans(), st.integers(0, 100))
def test_below_the_limit_it_converges_above_it_diverges(eigenvalues, momentum, nesterov, seed):
    f, gradient, hessian, start = bowl(eigenvalues, seed)
    limit = stability_limit(hessian, momentum=momentum, nesterov=nesterov)
    options = {"gradient": gradient, "momentum": momentum, "nesterov": nesterov}
    assert descend(f, start, 0.9 * limit, 1500, **options).outcome == "converged"
    above = descend(f, start, 1.05 * limit, 1500, **options)
    assert above.outcome == "diverged"
    for numbers in (above.points, above.values, above.gradient_norms):
        assert len(numbers) == len(above.points) <= 1501
        assert np.isfinite(numbers).all()


def test_the_limit_is_its_formula():
    hessian = [[8.0, 0.0], [0.0, 2.0]]
    assert stability_limit(hessian) == 0.25
    assert stability_limit(hessian, momentum=0.5) == 0.375
    assert stability_limit(hessian, momentum=0.5, nesterov=True) == 0.1875
    assert stability_limit([[2.0, 0.0], [0.0, 0.0]]) == 1.0


@unhurried
@given(arrays.arrays(float, st.integers(1, 5), elements=st.floats(-10, 10)), st.floats(1e-3, 0.9))
def test_one_plain_step_is_the_formula(start, learning_rate):
    def f(p):
        return (p**2 / 2 + np.sin(p)).sum()

    path = descend(f, start, learning_rate, 1, gradient=automatic.grad(f))
    np.testing.assert_allclose(path.points, [start, start - learning_rate * (start + np.cos(start))], atol=1e-14)
    assert path.values == pytest.approx([f(point) for point in path.points], rel=1e-15)
    assert path.gradient_norms[0] == pytest.approx(np.linalg.norm(start + np.cos(start)))


def test_momentum_by_hand():
    def steps(nesterov):
        found = descend(lambda p: p[0] ** 2 / 2, [1.0], 0.1, 2, gradient=lambda p: p, momentum=0.5, nesterov=nesterov)
        return found.points[:, 0]

    # Heavy ball: v = 1, x = 0.9; v = 0.5 + 0.9 = 1.4, x = 0.76.
    np.testing.assert_allclose(steps(nesterov=False), [1.0, 0.9, 0.76], rtol=1e-15)
    # Nesterov: v = 1, x = 1 - 0.1 * 1.5 = 0.85; v = 1.35, x = 0.85 - 0.1 * (0.85 + 0.675) = 0.6975.
    np.testing.assert_allclose(steps(nesterov=True), [1.0, 0.85, 0.6975], rtol=1e-15)


def test_without_a_gradient_it_comes_from_values():
    f, gradient, _, start = bowl(np.array([1.0, 3.0]))
    found, expected = (descend(f, start, 0.2, 60, gradient=g) for g in (None, gradient))
    np.testing.assert_allclose(found.points, expected.points, atol=1e-9)


def test_outcomes():
    f, gradient, _, start = bowl(np.array([1.0, 2.0]))
    outcome = lambda *args, **options: descend(*args, gradient=gradient, **options).outcome  # noqa: E731
    assert outcome(f, start, 0.5, 5) == "ran out of steps"
    assert outcome(f, start, 0.5, 200) == "converged"
    assert outcome(f, [0.0, 0.0], 0.5, 5) == "converged"
    assert outcome(f, start, 1.2, 10) == "diverged"
    assert outcome(f, start, 1e200, 10) == "diverged"
    assert descend(lambda p: -(p[0] ** 2), [1.0], 0.5, 10_000, gradient=lambda p: -2 * p).outcome == "diverged"
    assert descend(f, start, 0.5, np.int64(0), gradient=gradient).points.shape == (1, 2)
    # It rose and came back: neither.
    assert descend(lambda p: p[0] ** 2, [1.0], 0.9, 3, momentum=0.9).outcome == "ran out of steps"


def test_what_counts_as_converged_and_as_lost():
    shrinking = lambda factor: descend(lambda p: p[0] ** 2, [1.0], (1 - factor) / 2, 1, gradient=lambda p: 2 * p)  # noqa: E731
    assert [shrinking(factor).outcome for factor in (0.9e-6, 1.1e-6)] == ["converged", "ran out of steps"]
    rising = lambda height: descend(lambda p: 1 + height * (p[0] < 0), [1.0], 1.0, 3, gradient=lambda p: 2 + 0 * p)  # noqa: E731
    assert [len(rising(height).points) for height in (1.9e12, 2.1e12)] == [4, 1]


def test_leaving_the_domain_is_an_outcome_and_no_warning():
    path = descend(lambda p: p[0] + np.log(p[0]) * 1e-3, [1.0], 0.6, 50, gradient=lambda p: 1 + 1e-3 / p)
    assert path.outcome == "diverged"
    assert (path.points > 0).all()
    overflow = descend(lambda p: math.exp(p[0] ** 2), [1.0], 10.0, 50, gradient=lambda p: 2 * p * np.exp(p**2))
    assert overflow.outcome == "diverged"
    assert np.isfinite(overflow.values).all()


def test_f_and_its_gradient_may_write_on_what_they_are_given():
    def f(p):
        p += 1
        return (p**2).sum()

    def gradient(p):
        p += 1
        return 2 * p

    start = np.array([0.0, 0.5])
    expected = descend(lambda p: ((p + 1) ** 2).sum(), start, 0.1, 20, gradient=lambda p: 2 * (p + 1))
    np.testing.assert_array_equal(descend(f, start, 0.1, 20, gradient=gradient).points, expected.points)
    assert start.tolist() == [0.0, 0.5]
    start[0] = 99.0
    assert expected.points[0, 0] == 0.0


def test_the_result_is_frozen_and_short():
    path = descend(lambda p: (p**2).sum(), [1.0, 2.0], 0.1, 3, gradient=lambda p: 2 * p)
    assert isinstance(path, Descent)
    assert repr(path) == "Descent(steps=3, value=1.31072, outcome='ran out of steps')"
    with pytest.raises(dataclasses.FrozenInstanceError):
        path.outcome = "converged"


def f(p):
    return (p**2).sum()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: descend(sp.Symbol("x") ** 2, [1.0], 0.1, 5), "f must be a function, .* got a SymPy expression"),
        (lambda: descend(lambda p: None, [1.0], 0.1, 5), r"f returned None at x = \[1.\]: is there a return\?"),
        (lambda: descend(f, [1.0], -0.1, 5), "learning_rate must be a positive number, got -0.1; try"),
        (lambda: descend(f, [1.0], 0, 5), "learning_rate .* got 0"),
        (lambda: descend(f, [1.0], math.nan, 5), "learning_rate .* got nan"),
        (lambda: descend(f, [1.0], math.inf, 5), "learning_rate .* got inf"),
        (lambda: descend(f, [1.0], 0.1, 5, momentum=1.0), "momentum must lie in 0 <= momentum < 1, got 1.0; try"),
        (lambda: descend(f, [1.0], 0.1, 5, momentum=-0.1), "momentum .* got -0.1"),
        (lambda: descend(f, [1.0], 0.1, -1), "steps must be a whole number from 0 up, got -1; try steps=100"),
        (lambda: descend(f, 1.0, 0.1, 5), "start must be a point"),
        (lambda: descend(f, [], 0.1, 5), "start must be a point"),
        (lambda: descend(f, [math.nan], 0.1, 5), "start must be a point"),
        (lambda: descend(lambda p: p, [1.0, 2.0], 0.1, 5), r"f must return one number, got shape \(2,\); try .sum"),
        (lambda: descend(lambda p: math.inf, [1.0], 0.1, 5), r"f must be finite at the start, got inf at \[1.\]"),
        (lambda: descend(f, [1.0, 2.0], 0.1, 5, gradient=lambda p: 1.0), r"must return shape \(2,\), got \(\)"),
        (lambda: descend(f, [1.0], 0.1, 5, gradient=lambda p: p * math.nan), "gradient at .* must be finite"),
        (lambda: stability_limit([[1.0, 2.0], [0.0, 1.0]]), "hessian must be a symmetric matrix of finite numbers"),
        (lambda: stability_limit([1.0, 2.0]), "symmetric"),
        (lambda: stability_limit(np.zeros((0, 0))), "symmetric"),
        (lambda: stability_limit([[math.nan]]), "symmetric"),
        (lambda: stability_limit([[math.inf]]), "symmetric matrix of finite numbers, got .*inf"),
        (lambda: stability_limit([[1.0, 0.0], [0.0, -1.0]]), "no minimum, its curvatures are .*; try a bowl"),
        (lambda: stability_limit([[0.0]]), "no minimum"),
        (lambda: stability_limit([[1.0]], momentum=2.0), "momentum"),
    ],
)
def test_what_a_learner_is_told(call, named):
    with pytest.raises((TypeError, ValueError), match=named):
        call()
