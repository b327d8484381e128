"""Second derivatives of programs: a complex step through reverse mode."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calc_core.automatic.reverse import Function, Var, as_gradient, pull_back, value_and_grad
from calc_core.automatic.stand_in import floats, plain

Array = NDArray[np.float64]

BLOCK = 16_000  # complex numbers in one batch of points: more than that leaves the cache


def hessian(f: Function) -> Callable[[ArrayLike], Any]:
    """The function that returns the Hessian of f at a point of shape (n,): shape (n, n), or a float for a number.

    A complex step through reverse mode: column k is the imaginary part of the gradient at x + ih*e_k, over h, and h
    can be so small that nothing is rounded away (Squire and Trapp 1998). All gradients come from one run where f takes
    points of shape (n, m), else one by one. Code that is not analytic can mislead a complex step; so the matrix is
    compared with real differences of the gradient, and refused (ValueError) where they disagree, as at a kink.
    """

    def hessian_at(x: ArrayLike) -> Any:
        point = floats(x)
        if point.ndim == 0:
            return hessian(lambda p: f(p[0]))(point[None]).item()
        if point.ndim > 1 or point.size == 0 or np.iscomplexobj(point):
            raise ValueError(f"x must be a real number or a point of shape (n,), got {x!r}; try np.array([1.0, 2.0])")
        h = 1e-30 * np.maximum(np.abs(point), 1e-200)
        aside = 1e-5 * np.where(point == 0, 1.0, np.abs(point)) * np.cos(np.arange(point.size))
        real_steps = np.column_stack([aside, -aside, aside / 10, -aside / 10])
        points = point[:, None] + np.hstack([1j * np.diag(h), real_steps])
        value, alone = value_and_grad(f)(point + aside)
        # Rounding in f comes to some eps * |f| / |x| in its gradient; the last term is for an f that cancels to zero.
        noise = 1e-10 * np.abs(alone).max() + 1e-17 * np.abs(value / aside) + 1e-14
        for gradients in (_gradients_together, _gradients_one_by_one):
            try:
                slopes = gradients(f, points)
            except Exception as error:
                problem: Exception = error
            else:
                matrix, checks = slopes[:, :-4].imag / h, slopes[:, -4:].real
                if np.all(np.abs(checks[:, 0] - alone) <= noise) and _agree(matrix, checks, aside, noise):
                    return (matrix + matrix.T) / 2
                problem = ValueError("a complex step and a real difference disagree, as they do at a kink")
        raise ValueError(f"no Hessian at {point}: {problem}; try numeric.hessian") from problem

    return hessian_at


def _gradients_together(f: Function, points: Any) -> Any:
    blocks = np.array_split(points, -(-points.size // BLOCK), axis=1)
    return np.hstack([_gradients(f, block) for block in blocks])


def _gradients_one_by_one(f: Function, points: Any) -> Any:
    return np.column_stack([_gradients(f, point) for point in points.T])


def _gradients(f: Function, points: Any) -> Any:
    leaf = Var(points)
    output = f(leaf)
    if plain(output).shape != leaf.shape[1:]:
        raise ValueError(f"f returns shape {plain(output).shape} for points of shape {leaf.shape}")
    if isinstance(output, Var):
        pull_back(output)
    return as_gradient(leaf)


def _agree(matrix: Array, checks: Array, aside: Array, noise: Array) -> bool:
    """Whether differences of gradients are what the matrix says, for a small step or at least more so for a smaller."""
    expected = 2 * matrix @ aside
    tolerance = 1e-4 * np.abs(matrix) @ np.abs(aside) + noise
    off = np.abs(checks[:, 0] - checks[:, 1] - expected)
    off_closer = np.abs(10 * (checks[:, 2] - checks[:, 3]) - expected)
    return bool(np.all((off <= tolerance) | (off_closer <= np.maximum(off / 5, 10 * tolerance))))
