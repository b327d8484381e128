"""Derivatives of programs: the chain rule in reverse, over plain numpy code.

A `Var` stands in for a number or an array. What numpy does with it is computed as always, and remembered: the result
knows its parents, and how to pull a gradient back to each. `backward` goes from the last value made to the first, so
that every value has collected all its slopes before it passes them on. The order in which values were made is such an
order already, for nothing is made before the things it is made from: no recursion, however long the chain.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from calc_core import array_functions
from calc_core.dual import Dual
from calc_core.elementary import OPERATIONS, StandIn, floats, plain

__all__ = ["Dual", "Var", "grad", "hessian", "value_and_grad"]

_clock = itertools.count()


class Var(StandIn):
    """A number or an array that remembers how it was made.

    `Var(3.0)` starts a graph. `value` is what numpy computed; `operation` its name ("*", "exp", "sum"; "leaf" and
    "constant" where a graph begins); `parents` the Vars it was made from; `gradient` the slope of the last output on
    which `backward` was called, with respect to this value and of its shape.
    """

    __slots__ = ("gradient", "number", "operation", "parents", "pull", "value")

    def __init__(self, value: Any, operation: str = "leaf", parents: "tuple[Var, ...]" = (), pull: Any = None) -> None:
        self.value = value if parents else floats(value)
        self.operation, self.parents, self.pull = operation, parents, pull
        self.gradient: Any = 0.0
        self.number = next(_clock)

    def backward(self) -> None:
        """Fill in the gradient of this number with respect to every value that leads to it, starting from zero."""
        if self.shape != ():
            raise ValueError(f"backward starts from one number, got shape {self.shape}; try .sum() or .mean() first")
        _pull_back(self)

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
        ones = np.ones(self.shape)[()]
        return tuple(0.0 if p.operation == "constant" else self.pull(ones, k) for k, p in enumerate(self.parents))

    def _combine(self, name: str, inputs: tuple[Any, ...]) -> "Var":
        forward, *slopes = OPERATIONS[name]
        parents = _vars(inputs)
        values = [parent.value for parent in parents]
        z = forward(*values)
        return Var(z, name, parents, lambda g, k: g * slopes[k](z, *values))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc is np.matmul and method == "__call__" and not options:
            return _apply("@", array_functions.matmul, _vars(inputs))
        return super().__array_ufunc__(ufunc, method, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        name = function.__name__
        if function is np.where and len(args) == 3:
            return self._combine(name, args)
        if function is np.concatenate:
            return _apply(name, array_functions.concatenate, _vars(args[0]), *args[1:], **options)
        if function in array_functions.RULES:
            return _apply(name, array_functions.RULES[function], _vars(args[:1]), *args[1:], **options)
        if function in array_functions.COMPOSED:
            return array_functions.COMPOSED[function](*args, **options)
        if function in array_functions.FROM_VALUES:
            return function(*map(plain, args), **options)
        raise TypeError(
            f"{function.__module__}.{name} has no derivative here; write it with simpler functions of numpy"
        )

    def __getitem__(self, key: Any) -> "Var":
        return _apply("index", array_functions.index, (self,), key)

    def reshape(self, *shape: Any) -> Any:
        """The same elements in another shape, as `ndarray.reshape`."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    @property
    def T(self) -> Any:  # noqa: N802 (numpy's name)
        """The transpose."""
        return np.transpose(self)

    sum, mean, max, min = np.sum, np.mean, np.max, np.min
    std, var, dot, ravel, transpose = np.std, np.var, np.dot, np.ravel, np.transpose

    def __repr__(self) -> str:
        return f"Var({self.value}, operation={self.operation!r})"


def _vars(inputs: Any) -> tuple[Var, ...]:
    return tuple(x if isinstance(x, Var) else Var(x, "constant") for x in inputs)


def _apply(name: str, rule: Any, parents: tuple[Var, ...], *args: Any, **options: Any) -> Var:
    value, pull = rule(*(parent.value for parent in parents), *args, **options)
    return Var(value, name, parents, pull)


def _pull_back(output: Var) -> None:
    order = output.walk()
    for var in order:
        var.gradient = 0.0
    output.gradient = np.ones(output.shape)[()]
    for var in reversed(order):
        for k, parent in enumerate(var.parents):
            if parent.operation != "constant":
                parent.gradient = parent.gradient + _unbroadcast(var.pull(var.gradient, k), parent.shape)


def _unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """g summed over the axes along which a value of this shape was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    stretched = tuple(extra + axis for axis, length in enumerate(shape) if length == 1)
    return g.sum(axis=(*range(extra), *stretched)).reshape(shape)


def value_and_grad(f: Callable[..., Any], argnum: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function that returns f's value and its gradient, from one run forward and one back.

    The gradient is with respect to the argument numbered `argnum` and has its shape (a float for a number); for a
    tuple of argument numbers it is a tuple. f returns one number; other arguments are passed on as they are.
    """
    numbers = (argnum,) if isinstance(argnum, int) else argnum

    def value_and_gradient(*args: Any, **options: Any) -> Any:
        leaves = {n: Var(args[n]) for n in numbers}
        output = f(*(leaves.get(n, arg) for n, arg in enumerate(args)), **options)
        value = _one_number(output)
        if isinstance(output, Var):
            output.backward()
        gradients = tuple(_shaped(leaves[n]) for n in numbers)
        return value, gradients[0] if isinstance(argnum, int) else gradients

    return value_and_gradient


def grad(f: Callable[..., Any], argnum: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function that returns the gradient of f, as `value_and_grad` has it."""
    both = value_and_grad(f, argnum)
    return lambda *args, **options: both(*args, **options)[1]


def _one_number(output: Any) -> float:
    value = output.value if isinstance(output, Var) else floats(output)
    if value.shape != ():
        raise ValueError(f"f must return one number, got shape {value.shape}; try .sum() or .mean() at its end")
    return float(value)


def _shaped(leaf: Var) -> Any:
    gradient = np.zeros(leaf.shape) + leaf.gradient
    return gradient.item() if leaf.shape == () else gradient


def hessian(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function that returns the Hessian of f."""
    raise NotImplementedError
