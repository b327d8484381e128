"""The Taylor explorer: how far a polynomial follows a function from one point."""

from typing import Any

import mpmath
import numpy as np
import sympy as sp

from calc_core import numeric
from calc_core.explorers.expressions import as_expression
from calc_core.live import LiveFigure
from calc_core.live.controls import integer_slider, slider
from calc_core.plots import canvas
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.curves import Range, check_range, draw_function, tidy_step
from calc_core.plots.keys import key
from calc_core.plots.sampling import Array, number, value_at

HIGHEST = 12
GOOD = 0.01  # of the picture's height: some three pixels


def taylor_coefficients(expression: sp.Expr, at: float, order: int) -> Array:
    """Return f(a), f'(a), f''(a)/2, ..., f^(n)(a)/n!: shape (order + 1,), for an expression in one variable.

    The derivatives are differences, taken by mpmath (which SymPy computes with) to as many digits as they need.
    """
    (x,) = expression.free_symbols or {sp.Symbol("x")}
    try:
        terms = mpmath.taylor(sp.lambdify(x, expression, "mpmath"), at, order)
        coefficients = np.array([float(term) for term in terms])
    except (TypeError, ZeroDivisionError, ValueError):  # complex beside the point, or no value there
        coefficients = np.array([np.nan])
    if not np.isfinite(coefficients).all():
        raise ValueError(f"{expression} has no Taylor polynomial of order {order} at {number(at)}; try another point")
    return coefficients


@unit_style()
def taylor_explorer(
    expression: str | sp.Expr = "exp(sin x)", at: float = 0.7, *, x_range: Range | None = None
) -> LiveFigure:
    """Return a live figure of an expression in one variable, its Taylor polynomial, and where that stops being good.

    The expression is text, read as a person types it, or SymPy's. `values` has `order`, `at`, `left` and `right` (how
    far the polynomial stays within 1% of the picture's height) and `coefficients`. ValueError where it cannot be read
    or drawn.
    """
    expr = as_expression(expression)
    names = sorted(symbol.name for symbol in expr.free_symbols)
    if len(names) > 1:
        raise ValueError(f"expected an expression in one variable, got {', '.join(names)} in {expr}; try exp(sin x)")
    name = names[0] if names else "x"
    f = sp.lambdify(sp.Symbol(name), expr, "numpy")
    reach = max(3.0, abs(at))
    low, high = x_range or (at - reach, at + reach)
    check_range((low, high), at)
    figure, axes = new_figure()
    curve = draw_function(axes, f, (low, high))
    axes.set(xlabel=name, ylabel="f(x)", title="How far does the polynomial stay close?")
    grid, heights = (np.asarray(data, dtype=float) for data in curve.get_data())
    bottom, top = axes.get_ylim()
    enough = GOOD * (top - bottom)
    (whole,) = axes.plot([], [], color=canvas.TANGENT, linestyle="--", linewidth=1.6, zorder=3)
    (good,) = axes.plot([], [], color=canvas.TANGENT, linewidth=3.5, zorder=4)
    (ends,) = axes.plot([], [], color=canvas.TANGENT, linestyle="", marker="|", markersize=16, zorder=5)
    (here,) = axes.plot([], [], linestyle="", marker="o", color=canvas.INK, clip_on=False, zorder=6)
    (words,) = key(axes, curve, (good,))

    def update(order: int, at: float) -> tuple[dict[str, Any], str]:
        height = value_at(f, at)
        if order and numeric.derivative(f, at).kink:
            raise ValueError(f"f has a kink at {number(at)}: no polynomial follows it to both sides; try another point")
        coefficients = taylor_coefficients(expr, at, order)
        polynomial = np.polynomial.polynomial.polyval(grid - at, coefficients)
        close = np.abs(polynomial - heights) <= enough
        first, last = stretch(close, int(np.abs(grid - at).argmin()))
        left, right = float(grid[first]), float(grid[last])
        whole.set_data(grid[::2], np.clip(polynomial, 2 * bottom - top, 2 * top - bottom)[::2])
        good.set_data(grid[first : last + 1], polynomial[first : last + 1])
        ends.set_data([left, right], [polynomial[first], polynomial[last]])
        here.set_data([at], [height])
        words.set_text(f"order {order}: good {number(left, 3)} to {number(right, 3)}")
        values = {"order": order, "at": at, "left": left, "right": right, "coefficients": tuple(coefficients.tolist())}
        return values, (
            f"Around {number(at)}, the polynomial of order {order} is within {number(enough, 2)} of f, 1% of the "
            f"picture's height, from {number(left, 3)} to {number(right, 3)}{_beyond(first, last, len(grid))}."
        )

    controls = {
        "order": integer_slider("order", 3, 0, HIGHEST),
        "at": slider("at", at, low, high, tidy_step((low, high))),
    }
    return LiveFigure("Taylor polynomial", figure, [whole, good, ends, here, words], controls, update)


def stretch(good: Any, middle: int) -> tuple[int, int]:
    """Return the first and the last index of the stretch around the middle in which all is good."""
    bad = np.flatnonzero(~good)
    return int(bad[bad < middle].max(initial=-1)) + 1, int(bad[bad > middle].min(initial=len(good))) - 1


def _beyond(first: int, last: int, count: int) -> str:
    return ", which is the whole picture" if (first, last) == (0, count - 1) else "; beyond, it leaves f"
