"""The values of a function at many points, in one call where the function allows it; and the numbers it is given."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[[Any], Any]

EPS = float(np.finfo(float).eps)
# What f returns for a point, by the number of axes.
WANTED = ("one real number, or try `jacobian`", "real numbers of shape (k,), or try `gradient`")


class Sampler:
    """f at many points, which lie on the last axis: in one call if f allows it, otherwise one by one; with a count.

    A batch can have the right shape and mix the points all the same, as x - x.mean() does. So in the first batch f has
    to agree with f alone at the last point, which should be an ordinary one: no mean or maximum of the others.
    """

    def __init__(self, f: Function, outputs: int = 0) -> None:
        """Nothing is evaluated yet. f returns a number for a point, or an array of them if outputs is 1."""
        self.f, self.outputs = f, outputs
        self.evaluations = 0
        self.together: bool | None = None  # not known yet

    def __call__(self, points: Any) -> Any:
        """The values, points on the last axis; nan where f has none."""
        self.evaluations += points.shape[-1]
        values = None if self.together is False else self._batch(points)
        if self.together is None:
            self.together = values is not None and self._agrees(values.T[-1], points.T[-1])
        if values is None or not self.together:
            values = np.stack([self._alone(point) for point in points.T], axis=-1)
        return values

    def _batch(self, points: Any) -> Any:
        try:
            values = np.asarray(self.f(points.copy("K")))  # f may write on what it is given
        except Exception:  # whatever it is: f was written for one point
            return None
        right = values.ndim == self.outputs + 1 and values.shape[-1] == points.shape[-1] and values.dtype.kind in "iuf"
        return values.astype(float, copy=False) if right else None

    def _agrees(self, value: Any, point: Any) -> bool:
        self.evaluations += 1
        alone = self._alone(point)
        same = abs(value - alone) <= 1e-13 * abs(alone)
        return bool(same.all() if self.outputs else same)

    def _alone(self, point: Any) -> Any:
        try:
            value = self.f(point)
        except (ArithmeticError, ValueError):  # math.log(0.0), 1 / 0
            if self.outputs:
                raise
            return np.nan
        array = np.asarray(value)
        if array.ndim == self.outputs and array.dtype.kind in "biuf":
            return array.astype(float) if self.outputs else float(array)
        if array.dtype.kind == "O" and hasattr(value, "__float__"):  # a number of SymPy's, say
            return float(value)
        raise TypeError(f"f must return {WANTED[self.outputs]}, got {value!r} at x = {point}")


def finite(x: Any, name: str) -> Any:
    """x as a float or an array of floats, all of them finite."""
    numbers = np.asarray(x)
    if numbers.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a real number or an array of real numbers, got {x!r}")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} must be finite, got {x!r}")
    return numbers.astype(float) if numbers.ndim else float(numbers)


def positive(step: Any) -> Any:
    """The step as a float or an array of floats, all of them finite and more than 0."""
    h = np.asarray(step)
    if h.dtype.kind in "iuf" and not ((h > 0) & (h < np.inf)).all():
        raise ValueError(f"step must be a positive finite number, got {step!r}; try 1e-6")
    return finite(step, "step")


def natural_scale(x: Any) -> Any:
    """min(|x|, 1), and 1 where x is 0 or next to it: x says nothing about the scale of f there."""
    size = np.abs(x)
    return np.where(size < 1e-290, 1.0, np.minimum(size, 1.0))
