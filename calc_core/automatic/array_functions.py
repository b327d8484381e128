"""Numpy's functions of whole arrays, and how a gradient is pulled back through each.

A rule takes what numpy's function takes and gives the value and, for each array that went in, a pull: from g, the
gradient with respect to the value z, and the arrays to the gradient with respect to this one. What is written with
other functions needs no rule.
"""

from collections.abc import Callable
from functools import reduce
from operator import mul
from types import EllipsisType, NoneType
from typing import Any

import numpy as np

Pulls = tuple[Any, *tuple[Callable[..., Any], ...]]
Rule = Callable[..., Pulls]


def index(x: Any, key: Any) -> Pulls:
    """x[key]; a place that is read twice collects both slopes."""
    parts = key if isinstance(key, tuple) else (key,)
    is_view = all(type(part) in (int, slice, NoneType, EllipsisType) for part in parts)

    def pull(g: Any, *_: Any) -> Any:
        back = np.zeros(x.shape, g.dtype)
        if is_view:
            back[key] = g
        else:
            np.add.at(back, key, g)
        return back

    return x[key], pull


def pull_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    """From x @ y to x. A vector counts as a row on the left and as a column on the right."""
    g = _as_matrix(g, x, y)
    back = g * y if y.ndim == 1 else g @ y.swapaxes(-1, -2)
    return back[..., 0, :] if x.ndim == 1 else back


def pull_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    """From x @ y to y."""
    g = _as_matrix(g, x, y)
    back = x[:, None] * g if x.ndim == 1 else x.swapaxes(-1, -2) @ g
    return back[..., 0] if y.ndim == 1 else back


def _as_matrix(g: Any, x: Any, y: Any) -> Any:
    g = g[..., None] if y.ndim == 1 else g
    return g[..., None, :] if x.ndim == 1 else g


def total(x: Any, axis: Any = None, *, keepdims: bool = False) -> Pulls:
    """The sum over the axes given: each term gets the whole gradient."""
    return x.sum(axis, keepdims=keepdims), lambda g, *_: np.full(x.shape, _kept(g, x, axis, keepdims))


def mean(x: Any, axis: Any = None, *, keepdims: bool = False) -> Pulls:
    """The mean over the axes given: each of n terms gets an n-th of the gradient."""
    value = x.mean(axis, keepdims=keepdims)
    share = value.size / x.size
    return value, lambda g, *_: np.full(x.shape, _kept(g, x, axis, keepdims) * share)


def extreme(function: Callable[..., Any]) -> Rule:
    """np.max or np.min: the gradient goes to the winner, in equal parts to several."""

    def rule(x: Any, axis: Any = None, *, keepdims: bool = False) -> Pulls:
        value = function(x, axis, keepdims=keepdims)

        def pull(g: Any, *_: Any) -> Any:
            won = x.real == _kept(value, x, axis, keepdims).real
            return won * _kept(g, x, axis, keepdims) / won.sum(axis, keepdims=True)

        return value, pull

    return rule


def concatenate(*arrays: Any, axis: int = 0) -> Pulls:
    """Arrays joined along an axis: each gets its own stretch of the gradient."""
    ends = np.cumsum([array.shape[axis] for array in arrays])

    def pull_to(k: int) -> Callable[..., Any]:
        part = slice(ends[k] - arrays[k].shape[axis], ends[k])
        return lambda g, *_: g.swapaxes(0, axis)[part].swapaxes(0, axis)

    return np.concatenate(arrays, axis), *map(pull_to, range(len(arrays)))


def rearranged(function: Callable[..., Any]) -> Rule:
    """A function that only moves, repeats or drops the elements of one array, or fills in zeros.

    Doing the same to the elements' numbers, counted from 1, tells where each one went; a 0 came from nowhere.
    """

    def rule(x: Any, *args: Any, **options: Any) -> Pulls:
        def pull(g: Any, *_: Any) -> Any:
            came_from = function(np.arange(1, x.size + 1).reshape(x.shape), *args, **options)
            back = np.zeros(x.size + 1, g.dtype)
            np.add.at(back, came_from, g)
            return back[1:].reshape(x.shape)

        return function(x, *args, **options), pull

    return rule


def _kept(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """g so that it broadcasts against x again, from which it was reduced over these axes."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


RULES: dict[Callable[..., Any], Rule] = {
    np.sum: total,
    np.mean: mean,
    np.max: extreme(np.max),
    np.min: extreme(np.min),
    **{
        function: rearranged(function)
        for function in (
            np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.squeeze, np.copy,
            np.broadcast_to, np.repeat, np.tile, np.roll, np.flip, np.take, np.diag, np.diagonal, np.tril, np.triu,
            np.atleast_1d, np.atleast_2d,
        )
    },
}  # fmt: skip


def _variance(x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    off = x - np.mean(x, axis, keepdims=True)
    count = x.size / np.mean(x.value, axis).size
    return (off * off).sum(axis, keepdims=keepdims) / (count - ddof)


def _dot(x: Any, y: Any) -> Any:
    if max(np.ndim(x), np.ndim(y)) > 2:
        raise TypeError("np.dot of arrays with three axes or more has no derivative here; try @ or np.sum(x * y, axis)")
    return x * y if min(np.ndim(x), np.ndim(y)) == 0 else x @ y


def _clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = a_min if min is None else min, a_max if max is None else max
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def _select(conditions: Any, choices: Any, default: Any = 0.0) -> Any:
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        default = np.where(condition, choice, default)
    return default


COMPOSED: dict[Callable[..., Any], Callable[..., Any]] = {
    np.var: _variance,
    np.std: lambda x, axis=None, **options: np.sqrt(_variance(x, axis, **options)),
    np.dot: _dot,
    np.inner: lambda x, y: _dot(x, np.transpose(y)),
    np.outer: lambda x, y: np.ravel(x)[:, None] * np.ravel(y),
    np.clip: _clip,
    np.prod: lambda x, axis=None: reduce(mul, np.ravel(x) if axis is None else np.moveaxis(x, axis, 0), 1.0),
    np.select: _select,
    np.linalg.norm: lambda x, *, axis=None, keepdims=False: np.sqrt(np.sum(x * x, axis, keepdims=keepdims)),
    np.trace: lambda x: np.sum(np.diagonal(x)),
    np.diff: lambda x: x[..., 1:] - x[..., :-1],
    np.stack: lambda arrays, axis=0: np.concatenate([np.expand_dims(x, axis) for x in arrays], axis),
    np.vstack: lambda arrays: np.concatenate([np.atleast_2d(x) for x in arrays]),
    np.hstack: lambda arrays: np.concatenate([np.atleast_1d(x) for x in arrays], min(1, np.ndim(arrays[0]) - 1)),
}

FROM_VALUES: set[Callable[..., Any]] = {
    np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.argmax, np.argmin, np.argsort,
    np.any, np.all, np.allclose, np.isclose, np.array_equal, np.iscomplexobj, np.isrealobj, np.count_nonzero,
}  # fmt: skip
"""Functions whose results do not move with their arguments, or only in jumps."""

# So that an argument too many is reported under the name that the learner wrote.
for _function, _rule in (*RULES.items(), *COMPOSED.items()):
    _rule.__qualname__ = f"np.{_function.__name__}"
