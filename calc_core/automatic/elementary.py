"""The elementary operations and their slopes: one table, from which reverse and forward mode are both read.

A line is an operation: its name, numpy's function, then g * dz/dx and g * dz/dy, written with the result z and the
arguments x and y. In reverse mode g is how fast the output of a program moves with z, and g * dz/dx what that gives x;
in forward mode g is how fast x moves, and g * dz/dx what that gives z.

At a corner the table takes the middle of the two one-sided slopes, as a central difference does: 0 for `abs` at 0,
and one half each for `maximum` and `minimum` of two equal numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Pull = Callable[..., Any]

LOG_2, LOG_10 = np.log(2.0), np.log(10.0)


def _absolute(x: Any) -> Any:
    """|x|, written so that a complex step passes through it (numpy's own gives the modulus)."""
    return x * np.sign(x.real)


def _power_by_base(g: Any, z: Any, x: Any, y: Any) -> Any:
    """dz/dx = y * x^(y - 1), and 0 for y = 0 even at x = 0."""
    return g * (y * x ** (y - (y != 0)))


def _power_by_exponent(g: Any, z: Any, x: Any, y: Any) -> Any:
    """dz/dy = x^y * log(x), and 0 at x = 0, where 0^y does not move with y > 0."""
    return g * (z * np.log(np.where(x == 0, 1.0, x)))


def _share(wins: Any, loses: Any) -> Any:
    """1 where the first is chosen, 0 where the second is, one half each at a tie."""
    return 0.5 * (np.sign(wins.real - loses.real) + 1.0)


# fmt: off
OPERATIONS: dict[str, tuple[Callable[..., Any], *tuple[Pull, ...]]] = {
    "+": (np.add, lambda g, z, x, y: g, lambda g, z, x, y: g),
    "-": (np.subtract, lambda g, z, x, y: g, lambda g, z, x, y: -g),
    "*": (np.multiply, lambda g, z, x, y: g * y, lambda g, z, x, y: g * x),
    "/": (np.divide, lambda g, z, x, y: g / y, lambda g, z, x, y: g * (-z / y)),
    "**": (np.power, _power_by_base, _power_by_exponent),
    "neg": (np.negative, lambda g, z, x: -g),
    "pos": (np.positive, lambda g, z, x: g),
    "abs": (_absolute, lambda g, z, x: g * np.sign(x.real)),
    "square": (np.square, lambda g, z, x: 2.0 * g * x),
    "reciprocal": (np.reciprocal, lambda g, z, x: g * (-z * z)),
    "sqrt": (np.sqrt, lambda g, z, x: 0.5 * g / z),
    "cbrt": (np.cbrt, lambda g, z, x: g / (3.0 * z * z)),
    "exp": (np.exp, lambda g, z, x: g * z),
    "exp2": (np.exp2, lambda g, z, x: g * z * LOG_2),
    "expm1": (np.expm1, lambda g, z, x: g * np.exp(x)),
    "log": (np.log, lambda g, z, x: g / x),
    "log2": (np.log2, lambda g, z, x: g / (x * LOG_2)),
    "log10": (np.log10, lambda g, z, x: g / (x * LOG_10)),
    "log1p": (np.log1p, lambda g, z, x: g / (1.0 + x)),
    "sin": (np.sin, lambda g, z, x: g * np.cos(x)),
    "cos": (np.cos, lambda g, z, x: -g * np.sin(x)),
    "tan": (np.tan, lambda g, z, x: g * (1.0 + z * z)),
    "arcsin": (np.arcsin, lambda g, z, x: g / np.sqrt((1.0 - x) * (1.0 + x))),
    "arccos": (np.arccos, lambda g, z, x: -g / np.sqrt((1.0 - x) * (1.0 + x))),
    "arctan": (np.arctan, lambda g, z, x: g / (1.0 + x * x)),
    "sinh": (np.sinh, lambda g, z, x: g * np.cosh(x)),
    "cosh": (np.cosh, lambda g, z, x: g * np.sinh(x)),
    "tanh": (np.tanh, lambda g, z, x: g * (1.0 - z * z)),
    "arcsinh": (np.arcsinh, lambda g, z, x: g / np.sqrt(x * x + 1.0)),
    "arccosh": (np.arccosh, lambda g, z, x: g / np.sqrt((x - 1.0) * (x + 1.0))),
    "arctanh": (np.arctanh, lambda g, z, x: g / ((1.0 - x) * (1.0 + x))),
    "maximum": (np.maximum, lambda g, z, x, y: g * _share(x, y), lambda g, z, x, y: g * _share(y, x)),
    "minimum": (np.minimum, lambda g, z, x, y: g * _share(y, x), lambda g, z, x, y: g * _share(x, y)),
    "where": (
        np.where, lambda g, z, c, x, y: 0.0 * g, lambda g, z, c, x, y: g * (c != 0), lambda g, z, c, x, y: g * (c == 0),
    ),
    "hypot": (np.hypot, lambda g, z, x, y: g * (x / z), lambda g, z, x, y: g * (y / z)),
    "arctan2": (np.arctan2, lambda g, z, y, x: g * x / (x * x + y * y), lambda g, z, y, x: -g * y / (x * x + y * y)),
    "logaddexp": (np.logaddexp, lambda g, z, x, y: g * np.exp(x - z), lambda g, z, x, y: g * np.exp(y - z)),
}
# fmt: on

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
