"""Derivatives from one step: the formulas as they stand, and the step that suits them best."""

from copy import copy
from typing import Any

import numpy as np

from calc_core.numeric.extrapolation import derivative
from calc_core.numeric.sampling import EPS, Function, finite, natural_scale, positive

Numbers = Any  # a number or an array of numbers


@np.errstate(all="ignore")  # `checked` says in words what is not finite
def forward_difference(f: Function, x: Numbers, h: Numbers) -> Any:
    """The slope of the secant from x to x + h: the derivative, wrong by about h f''(x) / 2.

    x and h are numbers or arrays that broadcast. With h so small that x + h is x again, the slope comes out as 0.
    """
    x, h = finite(x, "x"), positive(h)
    slope = (f(x + h) - f(x)) / h
    return checked(slope, x, h)


@np.errstate(all="ignore")
def central_difference(f: Function, x: Numbers, h: Numbers) -> Any:
    """The slope of the secant from x - h to x + h: the derivative, wrong by about h^2 f'''(x) / 6.

    x and h are numbers or arrays that broadcast. With h so small that x + h is x again, the slope comes out as 0.
    """
    x, h = finite(x, "x"), positive(h)
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return checked(slope, x, h)


@np.errstate(all="ignore")
def complex_step(f: Function, x: Numbers, h: Numbers | None = None) -> Any:
    """The derivative from one value at a complex number: f(x + ih) = f(x) + ih f'(x) - h^2 f''(x) / 2 - ...

    Nothing is subtracted, so h can be so small that only rounding is left: by default 1e-30 |x|. It works for functions
    made of sums, products, powers, exp, log, sin and the like. With abs, max or comparisons inside it is often wrong
    without a sign of it, so a tiny step is first compared with `derivative`, which uses real numbers only.

    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
    (1998) 110-112. Raises TypeError if f refuses complex numbers, ValueError if the two results disagree.
    """
    x = finite(x, "x")
    h = tiny(x) if h is None else positive(h)
    compare_with_real_numbers(f, x, tiny(x))
    slope = f(x + 1j * h).imag / h
    return checked(slope, x, h)


def best_step(f: Function, x: float, method: str) -> float:
    """The step h at which the rounding of f(x) and the bend of f are predicted to do the least harm at the number x.

    "forward": h = 2 sqrt(eps |f(x)| / |f''(x)|); "central": h = (3 eps |f(x)| / |f'''(x)|)^(1/3); eps = 2.2e-16. Each
    makes the sum of the two errors least: 2 eps |f| / h + h |f''| / 2, and eps |f| / h + h^2 |f'''| / 6.

    Raises ValueError where one of the two errors is absent, f(x) = 0 or no such derivative: then no h is the best.
    """
    if method not in ("forward", "central"):
        raise ValueError(f'method must be "forward" or "central", got {method!r}')
    x, order, bend = float(x), 2 if method == "forward" else 3, f
    for _ in range(order):
        bend = _slope_of(bend)
    bent, size = abs(bend(x)), abs(f(x))
    if size == 0:
        raise ValueError(f"no step is best at x = {x:g}, where f is 0 and not rounded: the smaller, the better")
    if bent * max(abs(x), 1.0) ** order < 1e-9 * size:
        raise ValueError(f"no step is best at x = {x:g}, where derivative {order} of f is 0: the larger, the better")
    return float(2 * np.sqrt(EPS * size / bent) if method == "forward" else np.cbrt(3 * EPS * size / bent))


def _slope_of(f: Function) -> Function:
    return lambda x: derivative(f, x).value


def checked(slope: Any, x: Numbers, h: Numbers) -> Any:
    """The slope in the shape of x and h, a float or an array; ValueError where it is not finite."""
    shape = np.broadcast_shapes(np.shape(x), np.shape(h))
    if np.shape(slope) not in ((), shape):
        raise ValueError(f"f must return one number for each x, shape {shape}, got shape {np.shape(slope)}")
    slopes, points = np.broadcast_to(slope, shape), np.broadcast_to(x, shape)
    if not np.isfinite(slopes).all():
        where = points[~np.isfinite(slopes)][0]
        raise ValueError(f"f is not finite next to x = {where:g}; choose another x or step")
    return slopes.copy() if shape else float(slope)


def tiny(x: Numbers) -> Any:
    """A step for complex numbers: far below rounding beside x, far above the smallest number."""
    return 1e-30 * np.maximum(np.abs(x), 1e-230)


def compare_with_real_numbers(f: Function, x: Numbers, h: Numbers) -> None:
    """Nothing; TypeError if f refuses complex numbers, ValueError if a tiny step h along them misleads."""
    try:
        slope = np.imag(f(x + 1j * h)) / h
    except (TypeError, np.exceptions.ComplexWarning) as error:
        raise TypeError(f"f refuses complex numbers ({error}); use numpy functions, or central differences") from error
    real, far = derivative(f, x), 0.1 * natural_scale(x)
    # A cancellation inside f, which no error estimate sees, is a small part of how f changes further out.
    rise = np.abs(f(x + far) - f(copy(x))) / far  # f may write on what it is given
    tolerance = 1e-6 * np.abs(real.value) + 10 * real.error + np.fmax(1e-10 * rise, 1e-280)
    if np.any(real.kink | (np.abs(slope - real.value) > tolerance)):
        both = f"the complex step gives {slope}, real numbers give {real.value}"
        raise ValueError(f"{both}: f has a kink, or abs, max or a comparison inside; use central differences")
