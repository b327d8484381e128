"""What stands in for a number or an array in numpy code, so that its slope can be followed."""

from collections.abc import Iterator
from numbers import Real
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from calc_core.automatic.elementary import FLAT, NAME_OF


class StandIn(NDArrayOperatorsMixin):
    """A number or an array whose slope is followed: the part that forward and reverse mode share.

    A subclass has a `value`, and says in `_combine` what an elementary operation gives. Whatever would lose the slope
    on the way, or has no rule, is refused by name: no derivative is better than a wrong one.
    """

    __slots__ = ("value",)
    value: Any

    def _combine(self, name: str, inputs: tuple[Any, ...]) -> Any:
        """What the operation of this name gives for stand-ins, numbers and arrays."""
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Numpy calls this for every operator and every elementwise function."""
        if method == "__call__" and not options and ufunc in NAME_OF:
            return self._combine(NAME_OF[ufunc], inputs)
        if method == "__call__" and not options and ufunc in FLAT:
            return ufunc(*(plain(x).real for x in inputs))
        name = f"np.{ufunc.__name__}" if method == "__call__" else f"np.{ufunc.__name__}.{method}"
        if "out" in options:
            raise TypeError(f"{name} cannot write into an array whose slope is followed; try a = a + b")
        if options and method == "__call__":
            raise TypeError(f"{name} has no {', '.join(options)} where a slope is followed; try np.where")
        raise no_rule(name)

    def __float__(self) -> float:
        """Refused."""
        raise self._lost("float", "np.exp(x) instead of math.exp(x), or x.value")

    def __complex__(self) -> complex:
        """Refused."""
        raise self._lost("complex", "np.exp(x) instead of cmath.exp(x), or x.value")

    def __int__(self) -> int:
        """Refused."""
        raise self._lost("int", "x.value")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Refused."""
        raise self._lost("np.array", "np.stack([a, b]) instead of np.array([a, b])")

    def __setitem__(self, key: Any, value: Any) -> None:
        """Refused."""
        raise TypeError(f"x[{key}] = ... cannot write into an array whose slope is followed; try np.where or np.stack")

    def _lost(self, what: str, instead: str) -> TypeError:
        return TypeError(f"{what}({type(self).__name__}) would lose the slope; try {instead}")

    def __bool__(self) -> bool:
        """Whether the number is not zero, so that `if` works; an array is ambiguous, as in numpy."""
        return bool(self.value.real != 0)

    def __hash__(self) -> int:
        """By identity, since == compares values."""
        return object.__hash__(self)

    def __len__(self) -> int:
        """The length of the first axis."""
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        """The parts along the first axis."""
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        """The part that numpy's indexing gives."""
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


def _operator(symbol: str) -> tuple[Any, Any, Any]:
    """What a + b, with a stand-in on the left or on the right, and a += b do.

    The mixin's own way round, through numpy and back, takes longer than a sum of a few numbers. In place, a number is
    rebound, as Python does it; an array is not written into.
    """

    def method(self: StandIn, other: Any) -> Any:
        return self._combine(symbol, (self, other))

    def reflected(self: StandIn, other: Any) -> Any:
        return self._combine(symbol, (other, self))

    def in_place(self: StandIn, other: Any) -> Any:
        if self.ndim:
            raise TypeError(f"{symbol}= would write into an array whose slope is followed; try a = a {symbol} b")
        return method(self, other)

    return method, reflected, in_place


for _name, _symbol in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@"}.items():
    for _kind, _method in zip(("", "r", "i"), _operator(_symbol), strict=True):
        setattr(StandIn, f"__{_kind}{_name}__", _method)


def plain(x: Any) -> Any:
    """The value of a stand-in; anything else as an array."""
    return x.value if isinstance(x, StandIn) else np.asarray(x)


def floats(x: Any) -> Any:
    """A copy of x in floating point (complex stays complex): an array, or numpy's number for a single one."""
    if isinstance(x, StandIn):
        raise TypeError(f"a derivative of a derivative is not followed, got {x}; try automatic.hessian")
    array = np.array(x)
    if array.dtype.char in "dD":
        return array[()]
    if array.dtype.kind not in "biufc" and not all(isinstance(part, Real) for part in array.flat):
        raise TypeError(f"expected a number or an array of numbers, got {x!r}")
    return array.astype(complex if array.dtype.kind == "c" else float)[()]


def no_rule(name: str) -> TypeError:
    """The error for a function of numpy that cannot be differentiated here."""
    return TypeError(f"{name} has no rule for its derivative here; try simpler functions of numpy, or numeric.gradient")
