"""The elementary operations and their local slopes: one table, from which reverse and forward mode are both read.

A line is an operation: its name, numpy's function, then dz/dx and dz/dy, written with the result z and the arguments
x and y.

At a corner the table takes the middle of the two one-sided slopes, as a central difference does: 0 for `abs` at 0,
and one half each for `maximum` and `minimum` of two equal numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Slope = Callable[..., Any]

LOG_2, LOG_10 = np.log(2.0), np.log(10.0)


def _absolute(x: Any) -> Any:
    """|x|, written so that a complex step passes through it (numpy's own gives the modulus)."""
    return x * np.sign(x.real)


def _power_by_base(z: Any, x: Any, y: Any) -> Any:
    """y * x^(y - 1), and 0 for y = 0 even at x = 0."""
    return y * x ** (y - (y != 0))


def _power_by_exponent(z: Any, x: Any, y: Any) -> Any:
    """x^y * log(x), and 0 at x = 0, where 0^y does not move with y > 0."""
    return z * np.log(np.where(x == 0, 1.0, x))


def _share(wins: Any, loses: Any) -> Any:
    """1 where the first is chosen, 0 where the second is, one half each at a tie."""
    return 0.5 * (np.sign(wins.real - loses.real) + 1.0)


OPERATIONS: dict[str, tuple[Callable[..., Any], *tuple[Slope, ...]]] = {
    "+": (np.add, lambda z, x, y: 1.0, lambda z, x, y: 1.0),
    "-": (np.subtract, lambda z, x, y: 1.0, lambda z, x, y: -1.0),
    "*": (np.multiply, lambda z, x, y: y, lambda z, x, y: x),
    "/": (np.divide, lambda z, x, y: 1.0 / y, lambda z, x, y: -z / y),
    "**": (np.power, _power_by_base, _power_by_exponent),
    "neg": (np.negative, lambda z, x: -1.0),
    "pos": (np.positive, lambda z, x: 1.0),
    "abs": (_absolute, lambda z, x: np.sign(x.real)),
    "square": (np.square, lambda z, x: 2.0 * x),
    "reciprocal": (np.reciprocal, lambda z, x: -z * z),
    "sqrt": (np.sqrt, lambda z, x: 0.5 / z),
    "cbrt": (np.cbrt, lambda z, x: 1.0 / (3.0 * z * z)),
    "exp": (np.exp, lambda z, x: z),
    "exp2": (np.exp2, lambda z, x: z * LOG_2),
    "expm1": (np.expm1, lambda z, x: np.exp(x)),
    "log": (np.log, lambda z, x: 1.0 / x),
    "log2": (np.log2, lambda z, x: 1.0 / (x * LOG_2)),
    "log10": (np.log10, lambda z, x: 1.0 / (x * LOG_10)),
    "log1p": (np.log1p, lambda z, x: 1.0 / (1.0 + x)),
    "sin": (np.sin, lambda z, x: np.cos(x)),
    "cos": (np.cos, lambda z, x: -np.sin(x)),
    "tan": (np.tan, lambda z, x: 1.0 + z * z),
    "arcsin": (np.arcsin, lambda z, x: 1.0 / np.sqrt((1.0 - x) * (1.0 + x))),
    "arccos": (np.arccos, lambda z, x: -1.0 / np.sqrt((1.0 - x) * (1.0 + x))),
    "arctan": (np.arctan, lambda z, x: 1.0 / (1.0 + x * x)),
    "sinh": (np.sinh, lambda z, x: np.cosh(x)),
    "cosh": (np.cosh, lambda z, x: np.sinh(x)),
    "tanh": (np.tanh, lambda z, x: 1.0 - z * z),
    "arcsinh": (np.arcsinh, lambda z, x: 1.0 / np.sqrt(x * x + 1.0)),
    "arccosh": (np.arccosh, lambda z, x: 1.0 / np.sqrt((x - 1.0) * (x + 1.0))),
    "arctanh": (np.arctanh, lambda z, x: 1.0 / ((1.0 - x) * (1.0 + x))),
    "maximum": (np.maximum, lambda z, x, y: _share(x, y), lambda z, x, y: _share(y, x)),
    "minimum": (np.minimum, lambda z, x, y: _share(y, x), lambda z, x, y: _share(x, y)),
    "where": (np.where, lambda z, c, x, y: 0.0, lambda z, c, x, y: c != 0, lambda z, c, x, y: c == 0),
    "hypot": (np.hypot, lambda z, x, y: x / z, lambda z, x, y: y / z),
    "arctan2": (np.arctan2, lambda z, y, x: x / (x * x + y * y), lambda z, y, x: -y / (x * x + y * y)),
    "logaddexp": (np.logaddexp, lambda z, x, y: np.exp(x - z), lambda z, x, y: np.exp(y - z)),
}

NAME_OF: dict[Callable[..., Any], str] = {
    **{forward: name for name, (forward, *_) in OPERATIONS.items()},
    np.absolute: "abs",
    np.fabs: "abs",
    np.float_power: "**",
    np.matmul: "@",
}

FLAT: set[Callable[..., Any]] = {
    np.sign, np.floor, np.ceil, np.trunc, np.rint, np.isfinite, np.isnan, np.isinf, np.signbit,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor,
}  # fmt: skip
"""Constant between their jumps: what they return is a plain array, through which no slope flows."""
