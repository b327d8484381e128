"""The slope that a picture of a learner's function shows as the right one, and what there is to say against it."""

from typing import NamedTuple

import numpy as np

from calc_core import automatic, numeric
from calc_core.sampling import Function, attempt, value_at
from calc_core.style import number

ENOUGH = 1e-6  # of the slope: where two ways agree as well as this, both are right


class Slope(NamedTuple):
    """The slope, nan where there is none; how far it may be off; and a sentence where it must not simply be trusted."""

    value: float
    doubt: float = 0.0
    remark: str = ""


def exact_slope(f: Function, x: float) -> Slope:
    """The slope of f at x: by the chain rule if f is made of known operations, else the best of many differences.

    Where the two disagree, the remark says so: f then moves faster than differences can follow. ValueError where f has
    no value.

    >>> exact_slope(abs, 0.0).remark
    'The curve has a kink at 0: it has no tangent there, however small h is.'
    """
    value, here = value_at(f, x), number(x)
    if value_at(f, x) != value:
        raise ValueError(f"f gives another value each time it is asked at {here}; try a function without chance")
    exact, _ = attempt(automatic.grad(f), x)
    unknown = np.isnan(exact)
    try:
        found = numeric.derivative(f, x)
    except (ArithmeticError, TypeError, ValueError):  # f breaks off close to x
        return Slope(exact, remark=f"No slope of f can be found at {here}." if unknown else "")
    if found.kink:
        return Slope(np.nan, remark=f"The curve has a kink at {here}: it has no tangent there, however small h is.")
    slope, doubt = found.value, found.error
    if not unknown and abs(exact - slope) <= max(10 * doubt, ENOUGH * abs(exact)):
        return Slope(exact)
    if not unknown:
        ways = f"{number(exact)} by the chain rule, {number(slope)} by differences"
        reason = "The first is taken; f may move too fast for the second."
        return Slope(exact, remark=f"Two ways to the slope at {here} disagree: {ways}. {reason}")
    if doubt > ENOUGH * (abs(slope) + abs(value)):
        return Slope(slope, doubt, f"The slope at {here} is only known to within {number(doubt, 1)}.")
    return Slope(0.0 if abs(slope) <= doubt else slope, doubt)
