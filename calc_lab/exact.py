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
    doubt: float
    remark: str = ""


def exact_slope(f: Function, x: float) -> Slope:
    """The slope of f at x: by the chain rule if f is made of known operations, else the best of many differences.

    Where the two disagree, the remark says so: f then moves faster than differences can follow. ValueError where f has
    no value.

    >>> exact_slope(lambda x: x**3, 2.0).value
    12.0
    >>> exact_slope(abs, 0.0).remark
    'The curve has a kink at 0: it has no tangent there, however small h is.'
    """
    value = value_at(f, x)
    if value_at(f, x) != value:
        raise ValueError(f"f gives another value each time it is asked at {number(x)}; try a function without chance")
    by_chain_rule, _ = attempt(automatic.grad(f), x)
    try:
        with np.errstate(all="ignore"):
            differences = numeric.derivative(f, x)
    except (ArithmeticError, TypeError, ValueError):  # f breaks off close to x
        if np.isnan(by_chain_rule):
            return Slope(np.nan, np.nan, f"No slope of f can be found at {number(x)}.")
        return Slope(by_chain_rule, 0.0)
    if differences.kink:
        kink = f"The curve has a kink at {number(x)}: it has no tangent there, however small h is."
        return Slope(np.nan, np.nan, kink)
    slope, doubt = float(differences.value), float(differences.error)
    if np.isnan(by_chain_rule):
        unsure = doubt > ENOUGH * (abs(slope) + abs(value))
        remark = f"The slope at {number(x)} is only known to within {number(doubt, 1)}." if unsure else ""
        return Slope(0.0 if abs(slope) <= doubt and not unsure else slope, doubt, remark)
    if abs(by_chain_rule - slope) <= max(10 * doubt, ENOUGH * abs(by_chain_rule)):
        return Slope(by_chain_rule, 0.0)
    remark = (
        f"Two ways to the slope at {number(x)} disagree: {number(by_chain_rule)} by the chain rule, "
        f"{number(slope)} by differences. The first is taken; f may move too fast for the second."
    )
    return Slope(by_chain_rule, 0.0, remark)
