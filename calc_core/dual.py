"""Derivatives of programs, forward: a number that carries its slope along."""

from typing import Any

import numpy as np

from calc_core.elementary import OPERATIONS, StandIn, floats


class Dual(StandIn):
    """A value and its slope, value + slope * d with d * d = 0; plain numpy code carries both along.

    f(Dual(x, 1.0)).slope is f'(x). With arrays, f(Dual(p, v)).slope is the slope of f at p in the direction v.
    """

    def __init__(self, value: Any, slope: Any = 0.0) -> None:
        self.value, self.slope = floats(value), floats(slope)

    def _combine(self, name: str, inputs: tuple[Any, ...]) -> "Dual":
        forward, *slopes = OPERATIONS[name]
        duals = [x if isinstance(x, Dual) else Dual(x) for x in inputs]
        values = [dual.value for dual in duals]
        z = forward(*values)
        return Dual(
            z, sum(slope(z, *values) * x.slope for slope, x in zip(slopes, duals, strict=True) if np.any(x.slope))
        )

    def __getitem__(self, key: Any) -> "Dual":
        return Dual(self.value[key], self.slope[key])

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.slope})"
