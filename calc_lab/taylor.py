"""The Taylor explorer: how far a polynomial follows a function from one point."""

from typing import Any

import mpmath
import numpy as np
import sympy as sp
from matplotlib.figure import Figure

from calc_core.pictures import draw_curve
from calc_core.sampling import slope_at, value_at
from calc_core.style import INK, TANGENT, number, unit_style
from calc_lab.controls import integer_slider, slider
from calc_lab.figure import LiveFigure, moving
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression

GOOD = 0.01  # of the picture's height: some three pixels


@unit_style()
def taylor_explorer(expression: str | sp.Expr = "exp(sin x)", at: float = 0.7) -> LiveFigure:
    """A live figure of an expression in one variable, its Taylor polynomial, and where that stops being good.

    The expression is text, read as a person types it, or SymPy's. ValueError where it cannot be read or drawn.
    """
    expr = as_expression(expression)
    symbols = sorted(expr.free_symbols, key=str) or [sp.Symbol("x")]
    if len(symbols) > 1:
        names = ", ".join(map(str, symbols))
        raise ValueError(f"expected an expression in one variable, got {names} in {to_text(expr)}; try exp(sin x)")
    f = sp.lambdify(symbols, expr, "numpy")
    half = max(3.0, abs(at))
    span = (at - half, at + half)
    figure = Figure(figsize=(8.4, 4.8))
    axes = figure.subplots()
    curve = draw_curve(axes, f, span)
    curve.set_label("f")
    axes.set(xlabel=symbols[0], ylabel="f(x)", title="How far does the polynomial stay close?")
    x, heights = np.array(curve.get_data())
    enough = GOOD * np.ptp(axes.get_ylim())
    whole = moving(axes, "--", color=TANGENT, linewidth=1.6, zorder=3, label="polynomial")
    good = moving(axes, color=TANGENT, linewidth=5, alpha=0.6, zorder=1, label="polynomial within 1% of the height")
    ends = moving(axes, "|", color=TANGENT, markersize=16, zorder=5)
    here = moving(axes, "o", color=INK, clip_on=False, zorder=6)
    figure.legend(handles=[curve, whole, good], loc="outside lower center", ncols=3, handlelength=3)

    def update(order: int, at: float) -> str:
        here.set_data([at], [value_at(f, at)])
        coefficients = taylor_coefficients(expr, at, order)
        if order and np.isnan(slope_at(f, at)):
            raise ValueError(f"f has a kink at {number(at)}: no polynomial follows it to both sides; try another point")
        polynomial = np.polynomial.polynomial.polyval(x - at, coefficients)
        bad = np.flatnonzero(~(np.abs(polynomial - heights) <= enough))
        middle = np.abs(x - at).argmin()
        first = max(bad[bad < middle], default=-1) + 1
        last = min(bad[bad > middle], default=len(x)) - 1
        whole.set_data(x[::2], polynomial[::2])
        good.set_data(x[first : last + 1], polynomial[first : last + 1])
        ends.set_data(x[[first, last]], polynomial[[first, last]])
        sides = [side for side, leaves in (("left", first > 0), ("right", last < len(x) - 1)) if leaves]
        beyond = f"and leaves f further {' and '.join(sides)}" if sides else "which is the whole picture"
        return (
            f"Around {number(at)}, the polynomial of order {order} is within {number(enough, 2)} of f, 1% of the "
            f"picture's height, from {number(x[first], 3)} to {number(x[last], 3)}, {beyond}."
        )

    controls = {"order": integer_slider("order", 3, 0, 12), "at": slider("at", at, *span, 0.01)}
    return LiveFigure("Taylor polynomial", figure, controls, update, sweep={"order": 13, "at": 7})


def taylor_coefficients(expression: sp.Expr, at: float, order: int) -> Any:
    """f(a), f'(a), f''(a)/2, ..., shape (order + 1,), from differences with enough digits; ValueError if not finite.

    >>> taylor_coefficients(sp.exp(sp.Symbol("x")), 0.0, 3)
    array([1.        , 1.        , 0.5       , 0.16666667])
    """
    f = sp.lambdify([*expression.free_symbols] or [sp.Symbol("x")], expression, "mpmath")
    try:
        coefficients = np.array([float(c) for c in mpmath.taylor(f, at, order)])
        if np.isfinite(coefficients).all():
            return coefficients
    except (TypeError, ZeroDivisionError, ValueError):  # complex beside the point, or no value there
        pass
    missing = f"Taylor polynomial of order {order} at {number(at)}"
    raise ValueError(f"{to_text(expression)} has no {missing}; try another point")
