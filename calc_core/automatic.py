"""Derivatives of programs: plain numpy code, run once, gives its value and its slopes by the chain rule.

Reverse mode: a `Var` stands in for a number or an array. What numpy does with it is computed as always, and remembered:
the result knows its parents. `backward` goes from the last value made to the first, so that every value has collected
all its slopes before it passes them on. The order in which values were made is such an order already, for nothing is
made before the things it is made from: no recursion, however long the chain.

What goes back is numpy code too. So a gradient can be differentiated again, with `Var`s as the values of other `Var`s.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from calc_core.elementary import OPERATIONS, StandIn, floats, no_rule, plain
from calc_core.numeric import check_function, derivative

Function = Callable[..., Any]

_clock = itertools.count(1)


class Dual(StandIn):
    """Forward mode, a value and its slope: value + slope * d, where d * d = 0. Plain numpy code carries both along.

    `f(Dual(x, 1.0)).slope` is f'(x); with arrays, `f(Dual(p, v)).slope` is the slope of f at p along v.

    >>> Dual(3.0, 1.0) ** 2
    Dual(9.0, 6.0)
    """

    def __init__(self, value, slope=0.0):
        self.value, self.slope = floats(value), floats(slope)

    def apply(self, name, inputs):
        """The chain rule: the slope of each input times the local slope there, added up."""
        function, *local_slopes = OPERATIONS[name]
        values = [plain(x) for x in inputs]
        result = function(*values)
        total = 0.0
        for x, local_slope in zip(inputs, local_slopes, strict=True):
            if isinstance(x, Dual):
                total = total + x.slope * local_slope(result, *values)
        return Dual(result, total)

    def __getitem__(self, key):
        """The same part of the value and of the slope."""
        return Dual(self.value[key], self.slope[key])

    def __repr__(self):
        """Both numbers."""
        return f"Dual({self.value}, {self.slope})"


class Var(StandIn):
    """A number or an array that remembers how it was made; `Var(3.0)` starts a graph.

    `value` is what numpy computed; `operation` its name ("*", "exp", "sum"; "leaf" or "constant" where a graph begins);
    `parents` the Vars it was made from; `pulls` how a gradient goes back to each of them. `gradient`, in the shape of
    `value`, tells how fast the output of the last `backward` that came by grows with it; it is 0.0 until one does.

    A gradient taken inside another has a higher `level`: to its graph, all Vars of lower levels are constants.

    >>> x = Var(3.0)
    >>> (x * x + x).backward()
    >>> print(x.gradient)
    7.0
    """

    names = StandIn.names | {np.matmul: "@"}

    def __init__(self, value, operation="leaf", parents=(), pulls=(), level=0):
        self.value = value if parents else floats(value)
        self.operation = operation
        self.parents = parents
        self.pulls = pulls
        self.level = level
        self.gradient = 0.0
        self.number = next(_clock)

    def backward(self) -> None:
        """Fill in the gradient of this number with respect to every value that leads to it, starting from zero."""
        if self.shape != ():
            raise ValueError(f"backward starts from one number, got shape {self.shape}; try .sum() or .mean() first")
        pull_back(self)

    def walk(self) -> "list[Var]":
        """This Var and all that lead to it, in the order in which they were made."""
        found, waiting = {self.number: self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent.number not in found:
                    found[parent.number] = parent
                    waiting.append(parent)
        return [found[number] for number in sorted(found)]

    def contributions(self):
        """Each parent with what this value passes on to it: the own gradient times the local slope."""
        values = [parent.value for parent in self.parents]
        for parent, value, pull in zip(self.parents, values, self.pulls, strict=True):
            if parent.operation != "constant":
                yield parent, _unbroadcast(pull(self.gradient, self.value, *values), value.shape)

    def apply(self, name, inputs):
        """The result of an elementary function, or of the product of matrices."""
        if name == "@":
            return _matmul(*inputs)
        return _record(name, inputs, OPERATIONS[name][0], PULLS[name])

    def __array_function__(self, function, types, args, options):
        """What numpy calls for its functions of whole arrays."""
        if function in UNMOVED:
            return function(*map(plain, args), **options)
        if function not in RULES:
            raise no_rule(function.__name__)
        return RULES[function](*args, **options)

    def __getitem__(self, key):
        """The part that numpy's indexing gives."""
        return _record("index", [self], lambda x: x[key], [lambda g, z, x: _spread(g, key, np.shape(x))])

    def reshape(self, *shape):
        """The same elements in another shape."""
        return _record("reshape", [self], lambda x: x.reshape(*shape), [lambda g, z, x: np.reshape(g, np.shape(x))])

    sum = np.sum
    mean = np.mean
    max = np.max
    min = np.min
    clip = np.clip
    ravel = np.ravel
    transpose = np.transpose
    T = property(np.transpose)

    def __repr__(self):
        """The value, and how it was made."""
        return f"Var({self.value}, {self.operation!r})"


def pull_back(output):
    """Fill in the gradients, from the output back: a value collects from all that use it before it passes on."""
    order = output.walk()
    for var in order:
        var.gradient = 0.0
    output.gradient = 1.0
    for var in reversed(order):
        for parent, contribution in var.contributions():
            parent.gradient = parent.gradient + contribution


def _record(name, inputs, function, pulls):
    """The result of an operation, in the graph of the highest level that takes part."""
    level = max([x.level for x in inputs if isinstance(x, Var)])
    parents = [x if isinstance(x, Var) and x.level == level else Var(x, "constant") for x in inputs]
    return Var(function(*[parent.value for parent in parents]), name, parents, pulls, level)


def _pull(local_slope):
    return lambda g, z, *inputs: g * local_slope(z, *inputs)


PULLS = {name: [_pull(local) for local in local_slopes] for name, (_, *local_slopes) in OPERATIONS.items()}
PULLS["+"] = [lambda g, z, x, y: g, lambda g, z, x, y: g]  # g * 1.0 would only copy it


def _unbroadcast(g, shape):
    """g summed over the axes along which a value of this shape was repeated."""
    if np.shape(g) == shape:
        return g
    extra = np.ndim(g) - len(shape)
    stretched = [extra + axis for axis, length in enumerate(shape) if length == 1]
    return np.sum(g, axis=(*range(extra), *stretched)).reshape(shape)


def value_and_grad(f: Function) -> Function:
    """The function that gives f's value and its gradient, from one run forward and one back.

    f returns one number. The gradient is with respect to the first argument and has its shape (a float for a number).
    Other arguments are passed on as they are.

    >>> value_and_grad(lambda p: p[0] ** 2 * p[1])([3.0, 2.0])
    (18.0, array([12.,  9.]))
    """
    check_function(f)

    def value_and_gradient(x, *args, **options):
        leaf = Var(x, level=next(_clock))  # above all that is being followed already
        output = f(leaf, *args, **options)
        if output is None:
            raise TypeError("f returned None: is there a return?")
        if np.shape(plain(output)) != ():
            raise ValueError(f"f must return one number, got shape {np.shape(output)}; try .sum() or .mean() in it")
        if isinstance(output, Var) and output.level == leaf.level:
            pull_back(output)
            output = output.value
        return _number_or_array(floats(output)), _number_or_array(np.zeros(leaf.shape) + leaf.gradient)

    return value_and_gradient


def _number_or_array(x):
    """A float for a number; what is still followed stays what it is."""
    return x if isinstance(x, Var) or np.ndim(x) else float(x)


def grad(f: Function) -> Function:
    """The function that gives the gradient of f, as `value_and_grad` describes it; `grad(grad(f))` is f''.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    """
    both = value_and_grad(f)
    return lambda *args, **options: both(*args, **options)[1]


def hessian(f: Function) -> Function:
    """The function that gives the Hessian of f at a point of shape (n,): shape (n, n).

    Row k is the gradient of the gradient's entry k. That knows nothing of kinks, so f and its slope are followed by
    differences too, in a direction along no axis: ValueError where one of them has a kink.

    >>> hessian(lambda p: p[0] ** 2 * p[1])([3.0, 2.0])
    array([[4., 6.],
           [6., 0.]])
    """
    slope = grad(f)

    @np.errstate(all="ignore")  # what is not finite is said in words
    def hessian_at(x):
        point = floats(x)
        if np.ndim(point) != 1:
            raise ValueError(f"x must be a point of shape (n,), got {x!r}; try np.array([1.0, 2.0])")
        matrix = np.array([grad(lambda p, k=k: slope(p)[k])(point) for k in range(point.size)])
        aside = np.where(point == 0, 1.0, np.abs(point)) * np.cos(np.arange(point.size))
        lines = [lambda t: f(point + t * aside), lambda t: slope(point + t * aside) @ aside]
        if not np.isfinite(matrix).all() or any(derivative(line, 0.0).kink for line in lines):
            raise ValueError(f"no Hessian at {point}: f or its gradient has a kink there, or is not finite")
        return matrix

    return hessian_at


# Numpy's functions of whole arrays. What is written with others needs no rule of its own.


def _sum(x, axis=None, *, keepdims=False):
    """Each term gets the whole gradient."""

    def pull(g, z, x):
        column = g if keepdims or axis is None else np.expand_dims(g, axis)
        return column * np.ones(x.shape)

    return _record("sum", [x], lambda x: x.sum(axis, keepdims=keepdims), [pull])


def _spread(g, key, shape):
    """Zeros of this shape with g added at the key; a place that was read twice collects both slopes."""
    if isinstance(g, Var):
        return _record("spread", [g], lambda g: _spread(g, key, shape), [lambda h, z, g: h[key]])
    result = np.zeros(shape)
    np.add.at(result, key, g)
    return result


def _matmul(x, y):
    """x @ y, where a vector on the left is a row and one on the right a column."""
    if np.ndim(x) == 1:
        return _matmul(x[None, :], y)[..., 0, :] if np.ndim(y) > 1 else np.sum(x * y)

    def to_x(g, z, x, y):
        return g[..., None] * y if np.ndim(y) == 1 else g @ np.swapaxes(y, -1, -2)

    def to_y(g, z, x, y):
        return g[..., None] * x if np.ndim(y) == 1 else np.swapaxes(x, -1, -2) @ g

    return _record("@", [x, y], np.matmul, [to_x, to_y])


def _where(condition, x, y):
    holds = plain(condition)
    if not isinstance(x, Var) and not isinstance(y, Var):
        return np.where(holds, x, y)
    pulls = [lambda g, z, x, y: np.where(holds, g, 0.0), lambda g, z, x, y: np.where(holds, 0.0, g)]
    return _record("where", [x, y], lambda x, y: np.where(holds, x, y), pulls)


def _mean(x, axis=None, *, keepdims=False):
    total = x.sum(axis, keepdims=keepdims)
    return total * (np.size(total) / np.size(x))


def _extreme(choose):
    """np.max or np.min, as the mean of the winners: they share the gradient in equal parts."""

    def extreme(x, axis=None, *, keepdims=False):
        won = plain(x) == choose(plain(x), axis, keepdims=True)
        return np.sum(np.where(won, x, 0.0) / won.sum(axis, keepdims=True), axis, keepdims=keepdims)

    return extreme


def _norm(x, *, axis=None, keepdims=False):
    return np.sqrt(np.sum(x * x, axis, keepdims=keepdims))


def _dot(x, y):
    if max(np.ndim(x), np.ndim(y)) > 2:
        raise TypeError("np.dot of arrays with three axes or more has no rule here; try @ or np.sum(x * y, axis)")
    return x * y if min(np.ndim(x), np.ndim(y)) == 0 else x @ y


def _clip(x, a_min=None, a_max=None):
    x = x if a_min is None else np.maximum(x, a_min)
    return x if a_max is None else np.minimum(x, a_max)


def _concatenate(arrays, axis=0):
    ends = np.cumsum([0, *(np.shape(x)[axis] for x in arrays)])

    def pull(start, end):
        return lambda g, *_: np.swapaxes(np.swapaxes(g, 0, axis)[start:end], 0, axis)

    pulls = [pull(start, end) for start, end in itertools.pairwise(ends)]
    return _record("concatenate", arrays, lambda *arrays: np.concatenate(arrays, axis), pulls)


def _moved(function):
    """A function that only moves, repeats or drops elements: the elements' numbers tell where to."""

    def moved(x, *args, **options):
        numbers = function(np.arange(x.size).reshape(x.shape), *args, **options)
        return x.reshape(x.size)[numbers]

    return moved


MOVING = [np.broadcast_to, np.expand_dims, np.ravel, np.squeeze, np.swapaxes, np.transpose]
RULES = {function: _moved(function) for function in MOVING} | {
    np.clip: _clip,
    np.concatenate: _concatenate,
    np.dot: _dot,
    np.hstack: lambda arrays: np.concatenate(arrays, axis=min(1, np.ndim(arrays[0]) - 1)),
    np.linalg.norm: _norm,
    np.max: _extreme(np.max),
    np.mean: _mean,
    np.min: _extreme(np.min),
    np.reshape: Var.reshape,
    np.stack: lambda arrays, axis=0: np.concatenate([np.expand_dims(x, axis) for x in arrays], axis),
    np.sum: _sum,
    np.vstack: lambda arrays: np.concatenate([x if np.ndim(x) > 1 else np.reshape(x, (1, -1)) for x in arrays]),
    np.where: _where,
}
# Functions whose results do not move with their arguments, or only in jumps.
UNMOVED = {np.all, np.any, np.argmax, np.argmin, np.argsort, np.ndim, np.ones_like, np.shape, np.size, np.zeros_like}
