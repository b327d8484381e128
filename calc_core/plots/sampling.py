"""What every drawing needs: a learner's function as numbers, numbers as words, and the picture that is handed over."""

import math
import warnings
from collections.abc import Callable, Sequence
from copy import copy
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Array = NDArray[np.float64]
Function = Callable[[Any], Any]

PATIENCE = 10.0  # seconds that a learner may wait for one picture

_COORDINATE = "it asks for a coordinate, such as p[0], that its input does not have"
_IN_WORDS = (  # a kind of error, a part of its message, and what it means to a learner
    (IndexError, "", _COORDINATE),
    (TypeError, "not subscriptable", _COORDINATE),
    (TypeError, "positional argument", "it is given one input: a number x, or a point p with p[0] and p[1]"),
    (ZeroDivisionError, "", "it divides by zero"),
    (OverflowError, "", "the numbers in it become too large"),
)


class Picture(NamedTuple):
    """A figure and the sentence that says what is drawn in it: `show(*picture)` displays both."""

    figure: Figure
    alt: str


def sample(f: Function, points: Array) -> Array:
    """Return f at every point, as floats of shape (m,); nan where f has no finite real value.

    points: shape (m,) for a function of one number, (n, m) for a function of a point of shape (n,).
    f may take all points at once or one at a time; a point at which it raises is left out of the drawing.
    ValueError where nothing can be drawn: no finite value at all, or a function too slow for a picture.
    """
    _check_function(f)
    points = np.asarray(points, dtype=float)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = _together(f, points)
        trouble = ""
        if values is None:
            values, trouble = _one_by_one(f, points)
    values = np.where(np.isfinite(values), values, np.nan)
    if np.isnan(values).all():
        spans = ", ".join(f"{number(axis.min())} to {number(axis.max())}" for axis in np.atleast_2d(points))
        raise ValueError(f"f has no finite value from {spans}{trouble}; try a range in which f is defined")
    return values


def _check_function(f: Function) -> None:
    if not callable(f):
        raise TypeError(f"f must be a function, got {f!r}; try lambda x: x**2")


def _together(f: Function, points: Array) -> Array | None:
    """Return f(points) if it really is f point by point, else None.

    The right shape is no proof (a sum along the wrong axis can have it), so single points are compared.
    """
    try:
        values = np.asarray(f(points.copy()))  # f may write on what it is given
        if values.shape != points.shape[-1:] or np.iscomplexobj(values):
            return None
        probes = sorted({0, len(values) // 3, len(values) - 1})
        alone = [float(f(points[..., i].copy())) for i in probes]
        return values.astype(float) if np.allclose(values[probes], alone, rtol=1e-9, equal_nan=True) else None
    except Exception:  # whatever a learner's function does with an array, it may still work on one number
        return None


def _one_by_one(f: Function, points: Array) -> tuple[Array, str]:
    """Return f at each point by itself, and what the last point that raised said."""
    values, trouble = np.full(points.shape[-1], np.nan), ""
    begin = perf_counter()
    for i in range(len(values)):
        try:
            value = f(points[..., i].copy() if points.ndim > 1 else float(points[i]))
            values[i] = np.nan if isinstance(value, complex) else float(value)
        except Exception as error:
            trouble = f": {in_words(error)}"
        took = perf_counter() - begin
        if took > PATIENCE:
            raise ValueError(
                f"f is too slow to draw: {i + 1} of {len(values)} values took {took:.0f} s; "
                "try a faster function, or one that takes a whole array at once"
            )
    return values, trouble


def value_at(f: Function, point: Any) -> float:
    """Return f at one point as a float; ValueError where f raises there or has no finite real value."""
    _check_function(f)
    place = pair(point) if np.ndim(point) else number(point)
    try:
        with np.errstate(all="ignore"):
            value = f(copy(point))
        if not np.iscomplexobj(value) and math.isfinite(float(value)):
            return float(value)
        trouble = f"it gives {value}"
    except Exception as error:
        trouble = in_words(error)
    raise ValueError(f"f has no finite value at {place}: {trouble}; try another point")


def in_words(error: Exception) -> str:
    """Return what went wrong in a learner's function, in plain words where the error has them."""
    for kind, message, words in _IN_WORDS:
        if isinstance(error, kind) and message in str(error):
            return words
    return f'it stops with the message "{error}"'


def number(value: float, digits: int = 4) -> str:
    """Return the value as a reader writes it, to 4 significant digits: 1,300 and not 1.3e+03; 3.2e−9 when tiny.

    The minus is the real one, which screen readers say.
    """
    value = float(f"{value:.{digits - 1}e}")
    size = abs(value)
    if size and math.isfinite(size) and not 1e-4 <= size < 1e7:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        text = f"{trimmed(mantissa)}e{int(exponent)}"
    else:
        places = max(digits - 1 - math.floor(math.log10(size)), 0) if 0 < size < math.inf else 0
        text = trimmed(f"{size and value:,.{places}f}")
    return text.replace("-", "−")


def trimmed(decimal: str) -> str:
    """Return the decimal without the zeros that end it."""
    return decimal.rstrip("0").rstrip(".") if "." in decimal else decimal


def pair(point: Sequence[float] | Array) -> str:
    """Return a point as words: (2, 3)."""
    return f"({', '.join(map(number, point))})"
