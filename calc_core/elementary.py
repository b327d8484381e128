"""The elementary functions with their slopes, in one table; and what stands in for a number to follow its slope.

A line of the table is a function: its name, numpy's function, then dz/dx and dz/dy, written with the result z and the
arguments x and y. Forward and reverse mode both read it: they differ in the order in which they multiply.
"""

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

LOG_10 = np.log(10.0)


def chosen(winner: Any, loser: Any) -> Any:
    """1 where the first is chosen, 0 where the second is, one half each at a tie: the middle, as at every corner."""
    return 0.5 * (np.sign(winner - loser) + 1.0)


OPERATIONS = {
    "+": (np.add, lambda z, x, y: 1.0, lambda z, x, y: 1.0),
    "-": (np.subtract, lambda z, x, y: 1.0, lambda z, x, y: -1.0),
    "*": (np.multiply, lambda z, x, y: y, lambda z, x, y: x),
    "/": (np.divide, lambda z, x, y: 1.0 / y, lambda z, x, y: -z / y),
    # y x^(y - 1), but 0 for x = y = 0; and x^y log x, but 0 at x = 0.
    "**": (
        np.power,
        lambda z, x, y: y * x ** (y - ((x != 0) | (y != 0))),
        lambda z, x, y: z * np.log(np.where(x == 0, 1.0, x)),
    ),
    "neg": (np.negative, lambda z, x: -1.0),
    "pos": (np.positive, lambda z, x: 1.0),
    "abs": (np.absolute, lambda z, x: np.sign(x)),
    "square": (np.square, lambda z, x: 2.0 * x),
    "sqrt": (np.sqrt, lambda z, x: 0.5 / z),
    "cbrt": (np.cbrt, lambda z, x: 1.0 / (3.0 * z * z)),
    "exp": (np.exp, lambda z, x: z),
    "expm1": (np.expm1, lambda z, x: np.exp(x)),
    "log": (np.log, lambda z, x: 1.0 / x),
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
    "maximum": (np.maximum, lambda z, x, y: chosen(x, y), lambda z, x, y: chosen(y, x)),
    "minimum": (np.minimum, lambda z, x, y: chosen(y, x), lambda z, x, y: chosen(x, y)),
    "logaddexp": (np.logaddexp, lambda z, x, y: np.exp(x - z), lambda z, x, y: np.exp(y - z)),
}
NAMES = {function: name for name, (function, *_) in OPERATIONS.items()}

# Constant between their jumps: what they give is a plain array, through which no slope flows.
COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
FLAT = {np.sign, np.floor, np.ceil} | COMPARISONS


class StandIn(NDArrayOperatorsMixin):
    """A number or an array whose slope is followed: what forward and reverse mode share.

    A subclass has a `value`, and tells in `apply(name, inputs)` what a function of the table gives. Whatever would lose
    the slope on the way, or has no rule, is refused by name: no derivative is better than a wrong one.
    """

    value: Any
    apply: Any
    __getitem__: Any
    names = NAMES
    __hash__ = object.__hash__  # by identity, since == compares values

    shape = property(lambda self: np.shape(plain(self)))
    ndim = property(lambda self: np.ndim(plain(self)))
    size = property(lambda self: np.size(plain(self)))

    def __array_ufunc__(self, function, method, *inputs, **options):
        """What numpy calls for every operator and every elementwise function."""
        if "out" in options and options["out"][0] is inputs[0] is self and self.shape == ():
            options = {}  # total += x: a number is rebound, as Python does it
        if "out" in options:
            raise TypeError(f"np.{function.__name__} cannot write into an array whose slope is followed; try a = a + b")
        if method == "__call__" and not options and function in self.names:
            return self.apply(self.names[function], inputs)
        if method == "__call__" and not options and function in FLAT:
            return function(*map(plain, inputs))
        raise no_rule(function.__name__ if method == "__call__" else f"{function.__name__}.{method}", options)

    def __array_function__(self, function, types, args, options):
        """What numpy calls for its functions of whole arrays."""
        raise no_rule(function.__name__)

    def __float__(self):
        """Refused."""
        raise TypeError(f"float({type(self).__name__}) would lose the slope; try np.exp(x) for math.exp(x), or x.value")

    def __array__(self, dtype=None, copy=None):
        """Refused."""
        raise TypeError(f"np.array({type(self).__name__}) would lose the slope; try np.stack([a, b]), or x.value")

    def __bool__(self):
        """Whether the number is not zero, so that `if` works; an array is ambiguous, as in numpy."""
        return bool(plain(self) != 0)

    def __len__(self):
        """The length of the first axis."""
        return len(plain(self))

    def __iter__(self):
        """The parts along the first axis."""
        return (self[i] for i in range(len(self)))


def plain(x: Any) -> Any:
    """The value of a stand-in, also of one that stands in for another; anything else as it is."""
    while isinstance(x, StandIn):
        x = x.value
    return x


def floats(x: Any) -> Any:
    """A copy of x in floating point: an array, or numpy's number for a single one. A stand-in stays what it is."""
    if isinstance(x, StandIn):
        return x
    array = np.asarray(x)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected a number or an array of numbers, got {x!r}")
    return array.astype(float)[()]


def no_rule(name: str, options: Any = ()) -> TypeError:
    """The error for a function of numpy that cannot be differentiated here."""
    what = f"np.{name} with {', '.join(options)}" if options else f"np.{name}"
    return TypeError(f"{what} has no rule for its derivative here; try simpler functions of numpy, or numeric.gradient")
