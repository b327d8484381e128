import dataclasses
import math

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calc_core import automatic
from calc_core.descent import Descent, adam, descend, newton, stability_limit

curvatures = st.lists(st.floats(0.1, 10.0), min_size=1, max_size=4).map(np.array)


def bowl(eigenvalues, seed=0):
    """A quadratic with its minimum at zero, its gradient and its Hessian."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(eigenvalues.size, eigenvalues.size)))
    hessian = q @ np.diag(eigenvalues) @ q.T
    hessian = (hessian + hessian.T) / 2
    start = q @ np.ones(eigenvalues.size)  # every curvature takes part
    return (lambda p: p @ hessian @ p / 2), (lambda p: hessian @ p), hessian, start


@settings(deadline=None, max_examples=40)
@given(curvatures, st.floats(0.0, 0.9), st.booleans(), st.integers(0, 100))
def test_below_the_limit_it_converges_above_it_diverges(eigenvalues, momentum, nesterov, seed):
    f, gradient, hessian, start = bowl(eigenvalues, seed)
    limit = stability_limit(hessian, momentum=momentum, nesterov=nesterov)
    options = {"gradient": gradient, "momentum": momentum, "nesterov": nesterov}
    below = descend(f, start, 0.9 * limit, 1500, **options)
    above = descend(f, start, 1.05 * limit, 1500, **options)
    assert below.outcome == "converged"
    assert above.outcome == "diverged"
    assert np.isfinite(above.points).all()
    assert np.isfinite(above.values).all()
    assert np.isfinite(above.gradient_norms).all()
    assert len(above.points) == len(above.values) == len(above.gradient_norms) <= 1501


@given(curvatures, st.floats(0.0, 0.9), st.booleans())
def test_at_the_limit_the_steepest_direction_changes_sign_at_every_step(eigenvalues, momentum, nesterov):
    steepest = eigenvalues.max()
    limit = stability_limit(np.diag(eigenvalues), momentum=momentum, nesterov=nesterov)
    felt = 1 + 2 * momentum if nesterov else 1.0
    assert limit * steepest * felt == pytest.approx(2 * (1 + momentum))
    # -1 is a root of the recurrence that the coordinate follows.
    rest = 1 - limit * steepest
    middle = (1 + momentum) * rest if nesterov else 1 + momentum - limit * steepest
    last = momentum * rest if nesterov else momentum
    assert 1 + middle + last == pytest.approx(0, abs=1e-12)


@given(arrays.arrays(float, st.integers(1, 5), elements=st.floats(-10, 10)), st.floats(1e-3, 0.9))
def test_one_plain_step_is_the_formula(start, learning_rate):
    def f(p):
        return (p**2 / 2 + np.sin(p)).sum()

    path = descend(f, start, learning_rate, 1, gradient=automatic.grad(f))
    np.testing.assert_allclose(path.points, [start, start - learning_rate * (start + np.cos(start))], atol=1e-14)
    assert path.values[0] == f(start)


def test_momentum_by_hand():
    def steps(nesterov):
        found = descend(lambda p: p[0] ** 2 / 2, [1.0], 0.1, 2, gradient=lambda p: p, momentum=0.5, nesterov=nesterov)
        return found.points[:, 0]

    # Heavy ball: v = 1, x = 0.9; v = 0.5 + 0.9 = 1.4, x = 0.76.
    np.testing.assert_allclose(steps(nesterov=False), [1.0, 0.9, 0.76], rtol=1e-15)
    # Nesterov: v = 1, x = 1 - 0.1 * 1.5 = 0.85; v = 1.35, x = 0.85 - 0.1 * (0.85 + 0.675) = 0.6975.
    np.testing.assert_allclose(steps(nesterov=True), [1.0, 0.85, 0.6975], rtol=1e-15)


def test_adam_by_hand():
    path = adam(lambda p: 3 * p[0], [1.0], 0.1, 2, gradient=lambda p: np.array([3.0]), epsilon=1e-12)
    np.testing.assert_allclose(path.points[:, 0], [1.0, 0.9, 0.8], rtol=1e-12)
    gradients = iter([np.array([1.0]), np.array([2.0]), np.array([2.0])])
    path = adam(lambda p: p[0], [0.0], 1.0, 2, gradient=lambda p: next(gradients), betas=(0.5, 0.75), epsilon=1e-300)
    # m = 0.5, v = 0.25, both 1 when corrected; m = 1.25 / 0.75, v = (0.1875 + 1) / 0.4375.
    np.testing.assert_allclose(path.points[:, 0], [0.0, -1.0, -1.0 - (5 / 3) / math.sqrt(19 / 7)], rtol=1e-14)


@settings(deadline=None)
@given(curvatures, st.integers(0, 100))
def test_newton_reaches_the_bottom_of_a_bowl_in_one_step(eigenvalues, seed):
    f, gradient, hessian, start = bowl(eigenvalues, seed)
    path = newton(f, start, 1, gradient=gradient, hessian=lambda p: hessian)
    np.testing.assert_allclose(path.points[1], 0, atol=1e-12)
    assert path.outcome == "converged"


def test_newton_doubles_its_digits():
    def f(p):
        return np.exp(p[0]) - 2 * p[0]

    path = newton(f, [0.0], 6, gradient=automatic.grad(f), hessian=automatic.hessian(f))
    errors = np.abs(path.points[:, 0] - math.log(2))
    assert (errors[2:5] < errors[1:4] ** 2).all()
    assert errors[5] < 1e-12
    assert path.outcome == "converged"


def test_without_a_gradient_it_comes_from_values():
    f, gradient, _, start = bowl(np.array([1.0, 3.0]))
    given_one = descend(f, start, 0.2, 60, gradient=gradient)
    from_values = descend(f, start, 0.2, 60)
    np.testing.assert_allclose(from_values.points, given_one.points, atol=1e-9)
    assert newton(f, start, 2).values[-1] < 1e-12
    assert adam(f, start, 0.1, 300).outcome == "converged"


def test_outcomes():
    f, gradient, _, start = bowl(np.array([1.0, 2.0]))
    assert descend(f, start, 0.5, 5, gradient=gradient).outcome == "ran out of steps"
    assert descend(f, [0.0, 0.0], 0.5, 5, gradient=gradient).outcome == "converged"
    assert descend(f, start, 1.2, 10, gradient=gradient).outcome == "diverged"
    assert descend(f, start, 1e200, 10, gradient=gradient).outcome == "diverged"
    assert descend(lambda p: -(p[0] ** 2), [1.0], 0.5, 10_000, gradient=lambda p: -2 * p).outcome == "diverged"
    assert descend(f, start, 0.5, 0, gradient=gradient).points.shape == (1, 2)


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

    expected = descend(lambda p: ((p + 1) ** 2).sum(), [0.0, 0.5], 0.1, 20, gradient=lambda p: 2 * (p + 1))
    np.testing.assert_array_equal(descend(f, [0.0, 0.5], 0.1, 20, gradient=gradient).points, expected.points)


def test_the_start_is_copied_and_the_result_is_frozen():
    start = np.array([1.0, 2.0])
    path = descend(lambda p: (p**2).sum(), start, 0.1, 3, gradient=lambda p: 2 * p)
    start[0] = 99.0
    assert path.points[0, 0] == 1.0
    assert repr(path) == "Descent(steps=3, value=1.31072, outcome='ran out of steps')"
    assert isinstance(path, Descent)
    with pytest.raises(dataclasses.FrozenInstanceError):
        path.outcome = "converged"


@settings(deadline=None)
@given(curvatures.filter(lambda e: e.size > 1), st.integers(0, 100))
def test_small_steps_only_go_down(eigenvalues, seed):
    f, gradient, hessian, start = bowl(eigenvalues, seed)
    values = descend(f, start, 0.4 * stability_limit(hessian), 50, gradient=gradient).values
    assume(values[-1] > 1e-250)
    assert (np.diff(values) < 0).all()


def f(p):
    return (p**2).sum()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: descend(f, [1.0], -0.1, 5), "learning_rate must be a positive number, got -0.1"),
        (lambda: descend(f, [1.0], 0, 5), "learning_rate .* got 0"),
        (lambda: descend(f, [1.0], math.nan, 5), "learning_rate .* got nan"),
        (lambda: descend(f, [1.0], None, 5), "learning_rate .* got None"),
        (lambda: descend(f, [1.0], "fast", 5), "learning_rate .* got 'fast'"),
        (lambda: adam(f, [1.0], math.inf, 5), "learning_rate .* got inf"),
        (lambda: descend(f, [1.0], 0.1, 5, momentum=1.0), "momentum .* got 1.0"),
        (lambda: descend(f, [1.0], 0.1, 5, momentum=-0.1), "momentum .* got -0.1"),
        (lambda: descend(f, [1.0], 0.1, -1), "steps .* got -1"),
        (lambda: descend(f, [1.0], 0.1, 2.5), "steps .* got 2.5"),
        (lambda: newton(f, [1.0], True), "steps .* got True"),
        (lambda: descend(f, 1.0, 0.1, 5), "start must be a point"),
        (lambda: descend(f, [], 0.1, 5), "start must be a point"),
        (lambda: descend(f, [math.nan], 0.1, 5), "start must be a point"),
        (lambda: descend(lambda p: p, [1.0, 2.0], 0.1, 5), r"one number, got shape \(2,\)"),
        (lambda: descend(lambda p: math.inf, [1.0], 0.1, 5), "finite at the start, got inf"),
        (
            lambda: descend(f, [1.0, 2.0], 0.1, 5, gradient=lambda p: 1.0),
            r"gradient must return shape \(2,\), got \(\)",
        ),
        (lambda: descend(f, [1.0], 0.1, 5, gradient=lambda p: p * math.nan), "gradient at .* must be finite"),
        (lambda: adam(f, [1.0], 0.1, 5, betas=(0.9, 1.0)), "betas .* got 1.0"),
        (lambda: adam(f, [1.0], 0.1, 5, epsilon=0.0), "epsilon .* got 0.0"),
        (lambda: newton(f, [1.0], 5, hessian=lambda p: [[0.0]]), "singular"),
        (lambda: newton(f, [1.0, 2.0], 5, hessian=lambda p: [[1.0]]), r"hessian must return shape \(2, 2\)"),
        (lambda: stability_limit([[1.0, 2.0], [0.0, 1.0]]), "symmetric"),
        (lambda: stability_limit([1.0, 2.0]), "symmetric"),
        (lambda: stability_limit(np.zeros((0, 0))), "symmetric"),
        (lambda: stability_limit([[math.nan]]), "symmetric"),
        (lambda: stability_limit([[1.0, 0.0], [0.0, -1.0]]), "no minimum"),
        (lambda: stability_limit([[0.0]]), "no minimum"),
        (lambda: stability_limit([[1.0]], momentum=2.0), "momentum"),
    ],
)
def test_bad_input(call, named):
    with pytest.raises(ValueError, match=named):
        call()
