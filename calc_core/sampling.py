"""A learner's function as numbers: whatever it does, it gives a float, or words that say why it gives none."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calc_core import numeric
from calc_core.style import number, pair

Function = Callable[[Any], Any]

_HUGE = 1e250  # beyond it, matplotlib's own sums overflow
_COORDINATE = "it asks for a coordinate, such as p[0], that its input does not have"
_IN_WORDS = (  # a kind of error, a part of its message, and what it means to a learner
    (IndexError, "", _COORDINATE),
    (TypeError, "not subscriptable", _COORDINATE),
    (TypeError, "NoneType", "it gives None: is there a return in it?"),
    (TypeError, "only ", "it gives several numbers where one is expected"),
    (TypeError, "positional argument", "it is given one input: a number x, or a point p with p[0] and p[1]"),
    (ZeroDivisionError, "", "it divides by zero"),
    (OverflowError, "", "the numbers in it become too large"),
    (RecursionError, "", "it calls itself without end"),
)


def attempt(f: Function, point: Any) -> tuple[float, str]:
    """The value of f at a point and an empty text; or nan, and in words why f has no finite real value there.

    TypeError if f is no function at all.

    >>> attempt(lambda x: x**2, 3.0)
    (9.0, '')
    >>> attempt(lambda x: 1 / x, 0.0)
    (nan, 'it divides by zero')
    """
    numeric.check_function(f)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            result = f(point)
        if np.iscomplexobj(result) or not np.isfinite(float(result)):
            return np.nan, f"it gives {result}"
        if abs(float(result)) > _HUGE:
            raise OverflowError
        return float(result), ""
    except Exception as error:  # whatever a learner's function raises
        for kind_of_error, message, words in _IN_WORDS:
            if isinstance(error, kind_of_error) and message in str(error):
                return np.nan, words
        return np.nan, f'it stops with the message "{error}"'


def value_at(f: Function, point: Any) -> float:
    """The value of f at one point, a number or an array; ValueError where f has no finite real value.

    >>> value_at(lambda p: p[0] * p[1], (2.0, 3.0))
    6.0
    """
    value, trouble = attempt(f, point)
    if trouble:
        place = pair(point) if np.ndim(point) else number(point)
        raise ValueError(f"f has no finite value at {place}: {trouble}; try another point")
    return value


def sample(f: Function, points: Iterable[Any]) -> NDArray[np.float64]:
    """The values of f at m points, shape (m,), nan where f has none; ValueError where it has none at all.

    >>> sample(lambda x: 1 / x, [0.0, 2.0])
    array([nan, 0.5])
    """
    attempts = [attempt(f, point) for point in points]
    values = np.array([value for value, _ in attempts])
    if np.isnan(values).all():
        raise ValueError(f"f has no finite value anywhere in the picture: {attempts[-1][1]}; try another range")
    return values


def slope_at(f: Function, x: float) -> float:
    """The slope of f at x: 0 where it is nothing but rounding, nan at a kink; ValueError where f has no value.

    >>> slope_at(abs, 0.0)
    nan
    """
    value_at(f, x)
    slope = numeric.derivative(f, x)
    if slope.kink:
        return np.nan
    return 0.0 if abs(slope.value) <= slope.error else float(slope.value)
