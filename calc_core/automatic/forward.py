"""Derivatives of programs, forward: a number that carries its slope along."""

from typing import Any

import numpy as np

from calc_core.automatic.elementary import OPERATIONS
from calc_core.automatic.stand_in import StandIn, floats


class Dual(StandIn):
    """A value and its slope: value + slope * d, where d * d = 0. Plain numpy code carries both along.

    `f(Dual(x, 1.0)).slope` is f'(x); with arrays, `f(Dual(p, v)).slope` is the slope of f at p along v.
    """

    __slots__ = ("slope",)

    def __init__(self, value: Any, slope: Any = 0.0) -> None:
        self.value = floats(value)
        self.slope = floats(np.broadcast_to(slope, self.shape))

    def _combine(self, name: str, inputs: tuple[Any, ...]) -> "Dual":
        duals = [x if isinstance(x, Dual) else Dual(x) for x in inputs]
        if name == "@":
            x, y = duals
            return Dual(x.value @ y.value, x.slope @ y.value + x.value @ y.slope)
        forward, *pulls = OPERATIONS[name]
        values = [dual.value for dual in duals]
        z = forward(*values)
        moving = [(pull, dual.slope) for pull, dual in zip(pulls, duals, strict=True) if np.any(dual.slope)]
        return Dual(z, sum(pull(slope, z, *values) for pull, slope in moving))

    def __getitem__(self, key: Any) -> "Dual":
        """The same part of the value and of the slope."""
        return Dual(self.value[key], self.slope[key])

    def __repr__(self) -> str:
        """Both numbers."""
        return f"Dual({self.value}, {self.slope})"
