"""Derivatives of programs: the chain rule in reverse, over plain numpy code.

A `Var` stands in for a number or an array. What numpy does with it is computed as always, and remembered: the result
knows its parents, and how to pull a gradient back to each. `backward` goes from the last value made to the first, so
that every value has collected all its slopes before it passes them on. The order in which values were made is such an
order already, for nothing is made before the things it is made from: no recursion, however long the chain.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from calc_core.automatic import array_functions
from calc_core.automatic.elementary import OPERATIONS
from calc_core.automatic.stand_in import StandIn, floats, no_rule, plain

Function = Callable[..., Any]

ZERO = 0.0  # the gradient of a value that no slope has reached
_clock = itertools.count()
_TABLE: dict[str, Any] = {**OPERATIONS, "@": (np.matmul, array_functions.pull_left, array_functions.pull_right)}


class Var(StandIn):
    """A number or an array that remembers how it was made; `Var(3.0)` starts a graph.

    `value` is what numpy computed; `operation` its name ("*", "exp", "sum"; "leaf" or "constant" where a graph
    begins); `parents` the Vars it was made from; `pulls` how a gradient goes back to each of them. `gradient`, in the
    shape of `value`, says how fast the output of the last `backward` that came by grows with it; it is 0.0 until one
    does, and may be shared with another Var, so it is to be read, not written into.
    """

    __slots__ = ("gradient", "number", "operation", "parents", "pulls")

    def __init__(
        self, value: Any, operation: str = "leaf", parents: "tuple[Var, ...]" = (), pulls: Sequence[Function] = ()
    ) -> None:
        self.value = value if parents else floats(value)
        self.operation, self.parents, self.pulls = operation, parents, pulls
        self.gradient: Any = ZERO
        self.number = next(_clock)

    def backward(self) -> None:
        """Fill in the gradient of this number with respect to every value that leads to it, starting from zero."""
        if self.shape != ():
            raise ValueError(f"backward starts from one number, got shape {self.shape}; try .sum() or .mean() first")
        pull_back(self)

    def walk(self) -> "tuple[Var, ...]":
        """This Var and all that lead to it, in the order in which they were made."""
        found, waiting = {self.number: self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent.number not in found:
                    found[parent.number] = parent
                    waiting.append(parent)
        return tuple(found[number] for number in sorted(found))

    @property
    def local_slopes(self) -> tuple[Any, ...]:
        """How fast this value moves with each parent, in their order; 0.0 for a constant, which does not move.

        These are what a gradient of ones is pulled back to: for numbers, the derivatives of the one operation.
        """
        ones, values = np.ones(self.shape)[()], [parent.value for parent in self.parents]
        return tuple(
            0.0 if parent.operation == "constant" else pull(ones, self.value, *values)
            for parent, pull in zip(self.parents, self.pulls, strict=True)
        )

    def _combine(self, name: str, inputs: tuple[Any, ...]) -> "Var":
        forward, *pulls = _TABLE[name]
        parents, values = _parents(inputs)
        return Var(forward(*values), name, parents, pulls)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Numpy calls this for its functions of whole arrays."""
        if function is np.where and len(args) == 3:
            return self._combine("where", args)
        if function is np.concatenate:
            return _concatenate(*args, **options)
        if function in array_functions.RULES and not any(isinstance(arg, Var) for arg in args[1:]):
            return _apply(function.__name__, array_functions.RULES[function], args[:1], *args[1:], **options)
        if function in array_functions.COMPOSED:
            return array_functions.COMPOSED[function](*args, **options)
        if function in array_functions.FROM_VALUES:
            return function(*map(plain, args), **options)
        raise no_rule(f"{function.__module__.replace('numpy', 'np')}.{function.__name__}")

    def __getitem__(self, key: Any) -> "Var":
        """The part that numpy's indexing gives."""
        return _apply("index", array_functions.index, (self,), key)

    def reshape(self, *shape: Any) -> Any:
        """The same elements in another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    @property
    def T(self) -> Any:  # noqa: N802 (numpy's name)
        """The transpose."""
        return np.transpose(self)

    # Almost every loss ends in one of these two: straight to the rule, where the others go round through numpy.
    def sum(self, axis: Any = None, *, keepdims: bool = False) -> "Var":
        """The sum over the axes given."""
        return _apply("sum", array_functions.total, (self,), axis, keepdims=keepdims)

    def mean(self, axis: Any = None, *, keepdims: bool = False) -> "Var":
        """The mean over the axes given."""
        return _apply("mean", array_functions.mean, (self,), axis, keepdims=keepdims)

    prod, max, min, std, var = np.prod, np.max, np.min, np.std, np.var
    dot, clip, ravel, squeeze, transpose, swapaxes = np.dot, np.clip, np.ravel, np.squeeze, np.transpose, np.swapaxes

    def __repr__(self) -> str:
        """The value, and how it was made."""
        return f"Var({self.value}, {self.operation!r})"


def _parents(inputs: Any) -> tuple[tuple[Var, ...], list[Any]]:
    parents, values = [], []
    for x in inputs:
        parent = x if isinstance(x, Var) else Var(x, "constant")
        parents.append(parent)
        values.append(parent.value)
    return tuple(parents), values


def _apply(name: str, rule: Any, inputs: Any, *args: Any, **options: Any) -> Var:
    parents, values = _parents(inputs)
    value, *pulls = rule(*values, *args, **options)
    return Var(value, name, parents, pulls)


def _concatenate(arrays: Any, axis: int = 0) -> Var:
    return _apply("concatenate", array_functions.concatenate, arrays, axis=axis)


def pull_back(output: Var) -> None:
    """Fill in the gradients, from the output back: a value collects from all that use it before it passes on."""
    order = output.walk()
    for var in order:
        var.gradient = ZERO
    output.gradient = np.ones(output.shape)[()]
    for var in reversed(order):
        values = [parent.value for parent in var.parents]
        for parent, pull in zip(var.parents, var.pulls, strict=True):
            if parent.operation != "constant":
                slope = _unbroadcast(pull(var.gradient, var.value, *values), parent.value.shape)
                parent.gradient = slope if parent.gradient is ZERO else parent.gradient + slope


def _unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """g summed over the axes along which a value of this shape was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    stretched = tuple([extra + axis for axis, length in enumerate(shape) if length == 1])
    return np.add.reduce(g, axis=(*range(extra), *stretched)).reshape(shape)


def value_and_grad(f: Function, argnum: int | tuple[int, ...] = 0) -> Function:
    """The function that returns f's value and its gradient, from one run forward and one back.

    f returns one number. The gradient is with respect to the argument numbered `argnum` and has its shape (a float
    for a number); for a tuple of argument numbers it is a tuple. Other arguments are passed on as they are.
    """
    numbers = (argnum,) if isinstance(argnum, int) else argnum

    def value_and_gradient(*args: Any, **options: Any) -> Any:
        if not 0 <= min(numbers) <= max(numbers) < len(args):
            raise ValueError(f"argnum must count one of the {len(args)} arguments from 0, got {argnum}; try argnum=0")
        leaves = [Var(args[n]) for n in numbers]
        inputs = list(args)
        for n, leaf in zip(numbers, leaves, strict=True):
            inputs[n] = leaf
        output = f(*inputs, **options)
        value = plain(output) if isinstance(output, Var) else floats(output)
        if value.shape != () or value.dtype.kind == "c":
            got = f"{value.dtype} of shape {value.shape}"
            raise ValueError(f"f must return one real number, got {got}; try .sum() or .mean() at its end")
        if isinstance(output, Var):
            output.backward()
        gradients = tuple([as_gradient(leaf) for leaf in leaves])
        return float(value), gradients[0] if isinstance(argnum, int) else gradients

    return value_and_gradient


def grad(f: Function, argnum: int | tuple[int, ...] = 0) -> Function:
    """The function that returns the gradient of f, as `value_and_grad` describes it."""
    both = value_and_grad(f, argnum)
    return lambda *args, **options: both(*args, **options)[1]


def as_gradient(leaf: Var) -> Any:
    """The gradient that a leaf collected, of the shape of its value; zeros where it was not used."""
    if leaf.gradient is ZERO:
        return np.zeros(leaf.shape) if leaf.shape else 0.0
    return leaf.gradient.copy() if leaf.shape else leaf.gradient.item()
