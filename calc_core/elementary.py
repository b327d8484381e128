"""The elementary operations and their local slopes: one table, from which reverse and forward mode are both read.

A line is an operation: its name, numpy's function, then dz/dx and dz/dy, written with the result z and the arguments
x and y. `StandIn` lets numpy's own functions find their line.

At a corner the table takes the middle of the two one-sided slopes, as a central difference does: 0 for ``abs`` at 0,
and one half each for ``maximum`` and ``minimum`` of two equal numbers.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Slope = Callable[..., Any]

LOG_2, LOG_10 = np.log(2.0), np.log(10.0)


def _absolute(x: Any) -> Any:
    """|x|, written so that a complex step passes through it (numpy's own gives the modulus)."""
    return x * np.sign(x.real)


def _power_by_base(z: Any, x: Any, y: Any) -> Any:
    """y * x^(y - 1), and 0 for y = 0 even at x = 0."""
    return y * x ** np.where(y == 0, 1.0, y - 1.0)


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
    "expm1": (np.expm1, lambda z, x: z + 1.0),
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
}

FLAT: set[Callable[..., Any]] = {
    np.sign, np.floor, np.ceil, np.trunc, np.rint, np.isfinite, np.isnan, np.isinf, np.signbit,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor,
}  # fmt: skip
"""Constant between their jumps: what they return is a plain array, through which no slope flows."""


class StandIn(NDArrayOperatorsMixin):
    """What stands in for a number or an array in numpy code, so that its slope can be followed.

    A subclass has a `value`, and says in `_combine` what an operation of the table gives. What would lose the slope
    on the way, or has no line in the table, is refused by name.
    """

    __slots__ = ()
    value: Any

    def _combine(self, name: str, inputs: tuple[Any, ...]) -> Any:
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if self.ndim == 0 and options.get("out") == (self,):
            options = {}  # a += b rebinds a for numbers, which have no places to write to
        if ufunc in FLAT and method == "__call__" and not options:
            return ufunc(*(plain(x).real for x in inputs))
        if method != "__call__" or ufunc not in NAME_OF:
            name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
            raise TypeError(f"np.{name} has no derivative here; write it with {', '.join(OPERATIONS)}")
        if "out" in options:
            raise TypeError(f"np.{ufunc.__name__} cannot write in place, the old value is needed later; try a = a + b")
        if options:
            raise TypeError(f"np.{ufunc.__name__} takes no {', '.join(options)} here; try np.where")
        return self._combine(NAME_OF[ufunc], inputs)

    def __float__(self) -> float:
        raise _lost(self, "float()", "np.exp instead of math.exp")

    def __complex__(self) -> complex:
        raise _lost(self, "complex()", "np.exp instead of cmath.exp")

    def __int__(self) -> int:
        raise _lost(self, "int()", ".value for the number")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise _lost(self, "np.array", "np.stack([a, b]) instead of np.array([a, b])")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise _lost(self, "assigning to a part", "np.where or np.concatenate")

    def __bool__(self) -> bool:
        return bool(self.value.real != 0)

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        shape: tuple[int, ...] = self.value.shape
        return shape

    @property
    def ndim(self) -> int:
        """How many axes the value has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers the value has."""
        return int(self.value.size)


def plain(x: Any) -> Any:
    """The value of a stand-in, or else x itself, as an array or a numpy number."""
    return x.value if isinstance(x, StandIn) else np.asarray(x)


def floats(x: Any) -> Any:
    """A copy of x in floating point (complex stays complex): an array, or a numpy number for a single one."""
    if isinstance(x, StandIn):
        raise _lost(x, "nesting", "hessian for second derivatives")
    try:
        return np.array(x, dtype=complex if np.iscomplexobj(x) else float)[()]
    except (TypeError, ValueError):
        raise TypeError(f"expected a number or an array of numbers, got {x!r}") from None


def _lost(x: StandIn, what: str, instead: str) -> TypeError:
    return TypeError(f"{what} would lose the slope of a {type(x).__name__}; try {instead}")
