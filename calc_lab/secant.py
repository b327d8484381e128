"""The secant explorer: a slope between two points becomes the slope at one."""

import numpy as np
from matplotlib.figure import Figure

from calc_core import automatic, numeric
from calc_core.households import Households
from calc_core.pictures import draw_curve
from calc_core.sampling import Function, attempt, value_at
from calc_core.style import BACKGROUND, CONTEXT, ESTIMATE, FUNCTION, INK, TANGENT, number, unit_style
from calc_lab.controls import log_slider, slider, switch
from calc_lab.figure import LiveFigure, moving

ENOUGH = 1e-6  # of the slope: where two ways agree as well as this, both are right


@unit_style()
def secant_explorer(
    f: Function = lambda x: x**3 - 2 * x**2 + 5,
    at: float = 2.0,
    h: float = 1.5,
    *,
    x_range: tuple[float, float] | None = None,
    labels: tuple[str, str] = ("x", "f(x)"),
    cloud: Households | None = None,
) -> LiveFigure:
    """A live figure of f in which a secant leans on the tangent at a point as its step h shrinks.

    f takes a number; `at` is the point and `h` the step at first, `cloud` families to draw beside f. The tangent waits
    for its switch, so that a reader can first predict. ValueError where f cannot be drawn.

    >>> secant_explorer().sentence
    'With h = 1.5, the secant from 2 has slope 12.25.'
    """
    low, high = x_range or (at - max(2.0, abs(at) + 1.0), at + 1.7)
    if not -np.inf < low <= at < high < np.inf:
        raise ValueError(f"expected a range of two finite numbers around {number(at)}, got {(low, high)}; try (-2, 2)")
    ends = np.array([low, high])
    figure = Figure(figsize=(8.4, 4.8))
    axes = figure.subplots()
    draw_curve(axes, f, (low, high))
    bottom, top = axes.get_ylim()
    room = 0.12 * (top - bottom)  # for the words, above or below the lowest point
    axes.set_ylim(bottom - room, top + room)
    if cloud is not None:
        axes.scatter(cloud.income, cloud.food, s=16, color=FUNCTION, alpha=0.35, linewidths=0, zorder=1)
    axes.set(xlabel=labels[0], ylabel=labels[1], title="What becomes of the slope as h shrinks?")
    tangent = moving(axes, color=TANGENT, linewidth=5, alpha=0.45, label="tangent")
    secant = moving(axes, color=ESTIMATE, linestyle="--", zorder=3, label="secant")
    triangle = moving(axes, color=CONTEXT, linewidth=1, label="run h and rise")
    points = moving(axes, "o", color=INK, zorder=4)
    words = axes.text(0, 0, "", bbox=BACKGROUND, animated=True)
    figure.legend(handles=[secant, triangle, tangent], loc="outside lower center", ncols=3, handlelength=3)

    def update(x: float, h: float, show_tangent: bool) -> str:
        here, there = value_at(f, x), value_at(f, x + h)
        slope = (there - here) / h
        secant.set_data(ends, here + slope * (ends - x))
        triangle.set_data([x, x + h, x + h], [here, here, there])
        points.set_data([x, x + h], [here, there])
        tangent.set_visible(show_tangent)
        # In the corner of the triangle, where neither curve nor line runs.
        words.set(x=x + h, ha="left" if x + h < low + 0.76 * (high - low) else "right", text=f"slope {number(slope)}")
        words.set(y=here - 0.2 * room if slope > 0 else here + 0.2 * room, va="top" if slope > 0 else "bottom")
        said = f"With h = {number(h)}, the secant from {number(x)} has slope {number(slope)}"
        if not show_tangent:
            return f"{said}."
        exact, _, remark = exact_slope(f, x)  # anew at each move: what f uses may have changed
        tangent.set_data(ends, here + exact * (ends - x))
        if np.isnan(exact):
            words.set_text(f"secant {number(slope)}\nno tangent")
            return f"{said}. {remark}"
        words.set_text(f"secant {number(slope)}\ntangent {number(exact)}")
        gap = slope - exact
        gap = gap if abs(gap) > 1e-12 * abs(exact) else 0.0  # no more digits are known
        return f"{said}, the tangent {number(exact)}: a difference of {number(gap)}. {remark}".rstrip()

    longest = float(f"{0.97 * min(0.4 * (high - low), 0.96 * (high - at)):.1e}")  # both points stay in the picture
    step = 10.0 ** np.floor(np.log10((high - low) / 200))  # some hundred of them
    furthest = np.floor((high - longest / 0.96) / step) * step
    controls = {
        "x": slider("x", at, min(at, low + 0.02 * (high - low)), max(at, float(furthest)), float(step)),
        "h": log_slider("h", min(h, longest), 1e-4 * longest, longest),
        "show_tangent": switch("show the tangent"),
    }
    return LiveFigure("Secant and tangent", figure, controls, update, sweep={"x": 10, "h": 24, "show_tangent": 2})


def exact_slope(f: Function, x: float) -> tuple[float, float, str]:
    """The slope of f at x, nan where there is none; how far it may be off; and words where it must not be trusted.

    It comes by the chain rule if f is made of known operations, else it is the best of many differences. Where the two
    disagree, the words say so: f then moves faster than differences can follow. ValueError where f has no value.

    >>> exact_slope(abs, 0.0)
    (nan, 0.0, 'The curve has a kink at 0: it has no tangent there, however small h is.')
    """
    value, here = value_at(f, x), number(x)
    if value_at(f, x) != value:
        raise ValueError(f"f gives another value each time it is asked at {here}; try a function without chance")
    exact, unknown = attempt(automatic.grad(f), x)
    try:
        found = numeric.derivative(f, x)
    except (ArithmeticError, TypeError, ValueError):  # f breaks off close to x
        return exact, 0.0, f"No slope of f can be found at {here}." if unknown else ""
    if found.kink:
        return np.nan, 0.0, f"The curve has a kink at {here}: it has no tangent there, however small h is."
    slope, doubt = found.value, found.error
    if abs(exact - slope) <= max(10 * doubt, ENOUGH * abs(exact)):
        return exact, 0.0, ""
    if not unknown:
        ways = f"{number(exact)} by the chain rule, {number(slope)} by differences"
        reason = "The first is taken; f may move too fast for the second."
        return exact, 0.0, f"Two ways to the slope at {here} disagree: {ways}. {reason}"
    if doubt > ENOUGH * (abs(slope) + abs(value)):
        return slope, doubt, f"The slope at {here} is only known to within {number(doubt, 1)}."
    return 0.0 if abs(slope) <= doubt else slope, doubt, ""
