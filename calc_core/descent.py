"""Paths that follow a gradient downhill.

Each method says in one line how it goes from a point to the next; `_follow` takes the steps. The gradient comes from
`gradient(point)`, for instance `automatic.grad(f)`; where none is given it is computed from values of f.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calc_core import numeric

Array = NDArray[np.float64]
Function = Callable[[Any], Any]

SMALL = 1e-6  # a gradient this much smaller than the first one is at the bottom
HUGE = 1e12  # a loss this much larger than the first one does not come back


@dataclass(frozen=True, eq=False)
class Descent:
    """A path: `points` of shape (steps taken + 1, n), the first one the start; f's `values` and `gradient_norms` there.

    `outcome` is "converged" where the last gradient is at most a millionth of the first, "diverged" where the path
    left all bounds or ends at its highest value, else "ran out of steps". A path that leaves all bounds ends before
    it does, so it may be shorter than asked for, and every number in it is finite.
    """

    points: Array
    values: Array
    gradient_norms: Array
    outcome: str

    def __repr__(self) -> str:
        """How it went, in a line."""
        return f"Descent(steps={len(self.values) - 1}, value={self.values[-1]:.6g}, outcome={self.outcome!r})"


def descend(
    f: Function,
    start: ArrayLike,
    learning_rate: float,
    steps: int,
    *,
    gradient: Function | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> Descent:
    """The path of gradient descent: x <- x - learning_rate * velocity.

    The velocity is the gradient g, plus `momentum` times the velocity before (heavy ball; Polyak 1964). With `nesterov`
    the step is g + momentum * velocity: the slope as it will be felt after the momentum (Nesterov 1983, in the form
    that torch uses).
    """
    rate, keep = _positive(learning_rate, "learning_rate"), _fraction(momentum, "momentum")
    velocity: Any = 0.0

    def move(x: Array, g: Array) -> Array:
        nonlocal velocity
        velocity = keep * velocity + g
        step = g + keep * velocity if nesterov else velocity
        return np.asarray(x - rate * step)

    return _follow(f, start, steps, gradient, move)


def adam(
    f: Function,
    start: ArrayLike,
    learning_rate: float,
    steps: int,
    *,
    gradient: Function | None = None,
    betas: tuple[float, float] = (0.9, 0.999),
    epsilon: float = 1e-8,
) -> Descent:
    """The path of Adam: steps along the mean of the gradients so far, each coordinate divided by its typical size.

    Both means forget the past at the rates `betas`; dividing by 1 - beta^t makes up for their start at zero (Kingma
    and Ba 2015, algorithm 1).
    """
    rate, small = _positive(learning_rate, "learning_rate"), _positive(epsilon, "epsilon")
    beta_1, beta_2 = (_fraction(beta, "betas") for beta in betas)
    mean: Any = 0.0
    mean_square: Any = 0.0
    t = 0

    def move(x: Array, g: Array) -> Array:
        nonlocal mean, mean_square, t
        t += 1
        mean = beta_1 * mean + (1 - beta_1) * g
        mean_square = beta_2 * mean_square + (1 - beta_2) * g * g
        return np.asarray(x - rate * (mean / (1 - beta_1**t)) / (np.sqrt(mean_square / (1 - beta_2**t)) + small))

    return _follow(f, start, steps, gradient, move)


def newton(
    f: Function, start: ArrayLike, steps: int, *, gradient: Function | None = None, hessian: Function | None = None
) -> Descent:
    """The path of Newton's method: each step goes to where the gradient of the quadratic that fits best is zero.

    That is a minimum only where the Hessian is positive definite: near a saddle or a maximum it goes there. Where
    the Hessian is singular there is no such step (ValueError).
    """
    curvature = hessian or (lambda x: numeric.hessian(f, x))

    def move(x: Array, g: Array) -> Array:
        try:
            return x - np.linalg.solve(_checked(curvature(x), (x.size, x.size), "hessian", x), g)
        except np.linalg.LinAlgError:
            raise ValueError(f"the Hessian at {x} is singular, so Newton has no step; try another start") from None

    return _follow(f, start, steps, gradient, move)


def stability_limit(hessian: ArrayLike, *, momentum: float = 0.0, nesterov: bool = False) -> float:
    """The learning rate above which descent on a quadratic with this Hessian, shape (n, n), diverges.

    With L the largest eigenvalue: 2/L; with momentum b, 2(1 + b)/L; with Nesterov's, 2(1 + b)/((1 + 2b)L). There the
    steepest direction neither shrinks nor grows, but changes sign at every step.
    """
    b = _fraction(momentum, "momentum")
    matrix = np.asarray(hessian, dtype=float)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] > 0
    if not (square and np.allclose(matrix, matrix.T)):
        raise ValueError(f"hessian must be a symmetric matrix, got {matrix.tolist()}; try (H + H.T) / 2")
    curvatures = np.linalg.eigvalsh(matrix)
    if curvatures[-1] <= 0 or curvatures[0] < -1e-9 * curvatures[-1]:
        raise ValueError(f"the quadratic has no minimum, its curvatures are {curvatures}; try a bowl")
    return float(2 * (1 + b) / ((1 + 2 * b if nesterov else 1) * curvatures[-1]))


def _follow(
    f: Function, start: ArrayLike, steps: int, gradient: Function | None, move: Callable[[Array, Array], Array]
) -> Descent:
    """The path that `move` takes from a point and the gradient there to the next point, as long as it stays finite."""
    slope = gradient or (lambda x: numeric.gradient(f, x))
    x = np.array(start, dtype=float)
    if x.ndim != 1 or x.size == 0 or not np.isfinite(x).all():
        raise ValueError(f"start must be a point of shape (n,) with finite numbers, got {start!r}; try [1.0, 2.0]")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps must be a whole number from 0 up, got {steps}; try steps=100")
    value = _value(f, x)
    if not math.isfinite(value):
        raise ValueError(f"f must be finite at the start, got {value} at {x}; try another start")
    limit, escaped = HUGE * (1 + abs(value)), False
    g = _checked(slope(x.copy()), x.shape, "gradient", x)
    points, values, norms = [x], [value], [np.linalg.norm(g)]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(steps):
            x = move(x, g)
            value = _value(f, x) if np.isfinite(x).all() else math.inf
            escaped = not abs(value) <= limit  # so that nan escapes too
            if escaped:
                break
            g = _checked(slope(x.copy()), x.shape, "gradient", x)
            points.append(x)
            values.append(value)
            norms.append(np.linalg.norm(g))
    outcome = "diverged" if escaped else _outcome(values, norms)
    return Descent(np.array(points), np.array(values), np.array(norms), outcome)


def _outcome(values: Sequence[float], norms: Sequence[Any]) -> str:
    if norms[-1] <= SMALL * norms[0]:
        return "converged"
    return "diverged" if values[0] < values[-1] == max(values) else "ran out of steps"


def _value(f: Function, x: Array) -> float:
    try:
        value = np.asarray(f(x.copy()), dtype=float)  # f may write on what it is given
    except OverflowError:  # from Python's own numbers, where numpy says inf
        return math.inf
    if value.shape != ():
        raise ValueError(f"f must return one number, got shape {value.shape}; try .sum() or .mean() at its end")
    return float(value)


def _checked(result: Any, shape: tuple[int, ...], name: str, x: Array) -> Array:
    array = np.asarray(result, dtype=float)
    if array.shape != shape:
        raise ValueError(f"{name} must return shape {shape}, got {array.shape}; try None, for numeric.{name}")
    if not np.isfinite(array).all():
        raise ValueError(f"the {name} at {x} must be finite, got {array}; try another start")
    return array


def _positive(number: float, name: str) -> float:
    if not (isinstance(number, Real) and math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a positive number, got {number!r}; try {name}=0.1")
    return float(number)


def _fraction(number: float, name: str) -> float:
    if not (isinstance(number, Real) and 0 <= number < 1):
        raise ValueError(f"{name} must lie in 0 <= {name} < 1, got {number!r}; try {name}=0.9")
    return float(number)
