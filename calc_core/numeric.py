"""Derivatives from function values alone.

A function of one variable takes a number or an array, elementwise. A function of several variables takes a point of
shape (n,); to be fast it should also take many points at once, coordinates on the first axis, points trailing: shape
(n, m) in, (m,) out, so that `lambda p: p[0] ** 2 * p[1] + p[1] ** 3` needs no change. One that cannot is called point
by point.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calc_core.extrapolation import Derivative, derivative

Function = Callable[[Any], Any]
Array = NDArray[np.float64]

EPS = float(np.finfo(float).eps)
BLOCK = 32_000  # doubles in one batch of points: more than that leaves the cache, and the time goes up five times


def forward_difference(f: Function, x: ArrayLike, h: ArrayLike) -> Any:
    """The slope of the secant from x to x + h: (f(x + h) - f(x)) / h, wrong by about h * f''(x) / 2.

    x and h are numbers or arrays that broadcast; h must be positive.
    """
    x, h = _numbers(x, "x"), _positive(h)
    return (f(x + h) - f(x)) / h


def central_difference(f: Function, x: ArrayLike, h: ArrayLike) -> Any:
    """The slope of the secant from x - h to x + h: (f(x + h) - f(x - h)) / (2h), wrong by about h^2 * f'''(x) / 6.

    x and h are numbers or arrays that broadcast; h must be positive.
    """
    x, h = _numbers(x, "x"), _positive(h)
    return (f(x + h) - f(x - h)) / (2 * h)


def gradient(f: Function, x: ArrayLike, *, method: str = "central", step: float | None = None) -> Array:
    """The gradient of f at the point x, shape (n,): how fast f grows along each coordinate.

    f maps a point of shape (n,) to a number.
    """
    return _partials(f, x, method, step, outputs=0)


def jacobian(f: Function, x: ArrayLike, *, method: str = "central", step: float | None = None) -> Array:
    """The Jacobian of f at the point x, shape (k, n): row i is the gradient of output i.

    f maps a point of shape (n,) to k numbers, shape (k,); points of shape (n, m) to (k, m).
    """
    return _partials(f, x, method, step, outputs=1)


def hessian(f: Function, x: ArrayLike, *, method: str = "central", step: float | None = None) -> Array:
    """The Hessian of f at the point x, shape (n, n): the second derivatives, symmetric."""
    if step is None and method == "central":
        step = EPS**0.25 * max(1.0, float(np.abs(x).max()))
    slopes = jacobian(lambda p: gradient(f, p, method=method, step=step), x, step=None if method == "complex" else step)
    return (slopes + slopes.T) / 2


def _partials(f: Function, point: ArrayLike, method: str, step: float | None, outputs: int) -> Array:
    x = np.asarray(point, dtype=float)
    if x.ndim != 1 or x.size == 0:
        raise ValueError(f"x must be a point of shape (n,) with n >= 1, got shape {x.shape}; try np.array([1.0, 2.0])")
    if method not in ("central", "complex"):
        raise ValueError(f'method must be "central" or "complex", got {method!r}')
    if method == "central":
        h = np.full(x.shape, _positive(step)) if step is not None else EPS ** (1 / 3) * np.maximum(1.0, np.abs(x))
    else:
        h = 1e-30 * np.maximum(np.abs(x), 1e-100)
    columns = []
    width = max(1, BLOCK // (2 * x.size))
    for start in range(0, x.size, width):
        block = np.arange(start, min(start + width, x.size))
        if method == "central":
            ahead, behind = _moved(x, block, h[block]), _moved(x, block, -h[block])
            values = _values(f, np.hstack([ahead, behind]), outputs)
            run = ahead[block, block - start] - behind[block, block - start]
            columns.append((values[..., : block.size] - values[..., block.size :]) / run)
        else:
            columns.append(_values(f, _moved(x, block, 1j * h[block]), outputs).imag / h[block])
    return np.concatenate(columns, axis=-1)


def _moved(x: Array, coordinates: Any, steps: Any) -> Any:
    points = np.repeat(x[:, None], coordinates.size, axis=1).astype(steps.dtype)
    points[coordinates, np.arange(coordinates.size)] += steps
    return points


def _values(f: Function, points: Any, outputs: int) -> Any:
    alone = np.asarray(f(points[:, -1]))
    if alone.ndim != outputs:
        wanted = "one number" if outputs == 0 else "k numbers, shape (k,)"
        raise ValueError(f"f must return {wanted}, got shape {alone.shape}")
    try:
        values = np.asarray(f(points))
    except Exception:
        values = alone
    agrees = values.shape == (*alone.shape, points.shape[1]) and np.allclose(values[..., -1], alone, 1e-13, 0)
    if not agrees:
        values = np.stack([np.asarray(f(point)) for point in points.T], axis=-1)
    if not np.isfinite(values).all():
        raise ValueError("f is not finite near x")
    return values


def _numbers(x: ArrayLike, name: str) -> Any:
    values = np.asarray(x, dtype=float)
    return float(values) if values.ndim == 0 else values


def _positive(h: ArrayLike) -> Any:
    values = _numbers(h, "h")
    if not (np.all(np.isfinite(values)) and np.all(np.asarray(values) > 0)):
        raise ValueError(f"step must be a positive number, got {h}; try 1e-6")
    return values
