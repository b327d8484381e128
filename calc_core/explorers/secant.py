"""The secant explorer: a slope between two points becomes the slope at one."""

import math
from functools import lru_cache, partial

import numpy as np

from calc_core import households
from calc_core.live import LiveFigure
from calc_core.live.controls import log_slider, slider, switch
from calc_core.plots import canvas
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.curves import Range, check_range, draw_cloud, draw_function, tangent_slope, tidy_step
from calc_core.plots.keys import key
from calc_core.plots.sampling import Function, number, value_at


@unit_style()
def secant_explorer(
    f: Function | None = None,
    at: float | None = None,
    *,
    x_range: Range | None = None,
    xlabel: str = "x",
    ylabel: str = "f(x)",
    unit: str = "",
) -> LiveFigure:
    """Return a live figure of f in which a secant leans on the tangent at a point as its step h shrinks.

    f takes a number; without it, food spending against income shows. The tangent waits for its switch, so that a reader
    can first predict. `values` has x, h, the slopes `secant` and `tangent`, and their `difference`; at a kink `tangent`
    and `difference` are nan. ValueError where f cannot be drawn.
    """
    families = None
    if f is None:
        families, at = households.load(), 900.0 if at is None else float(at)
        f, step = households.engel_curve(families.income, families.food), 400.0
        x_range, unit = x_range or (0.0, 5000.0), "francs"
        xlabel, ylabel = "income (francs a year)", "food (francs a year)"
    else:
        at = 1.0 if at is None else float(at)
        # Zero and a little more are in the picture.
        x_range = x_range or (at - max(2.0, abs(at) + 1), at + max(2.0, abs(at)))
        step = 0.3 * (x_range[1] - x_range[0])
    check_range(x_range, at)
    low, high = x_range
    span = high - low
    figure, axes = new_figure()
    curve = draw_function(axes, f, x_range)
    (tangent,) = axes.plot([], [], color=canvas.TANGENT, linewidth=1.8, zorder=3)
    (secant,) = axes.plot([], [], color=canvas.SECANT, linewidth=1.8, linestyle="--", zorder=3)
    (triangle,) = axes.plot([], [], color=canvas.CONTEXT, linewidth=1.0, zorder=2)
    (points,) = axes.plot([], [], linestyle="", marker="o", markersize=7, color=canvas.INK, zorder=4)
    secant_words, tangent_words = key(axes, curve, (secant, tangent))
    if families is not None:
        draw_cloud(axes, families.income, families.food)
    axes.set(xlabel=xlabel, ylabel=ylabel, title="What becomes of the slope as h shrinks?")
    ends = np.array([low, high])
    slope_at = lru_cache(maxsize=1)(partial(tangent_slope, f))  # x stands still while h moves

    def update(x: float, h: float, show_tangent: bool) -> tuple[dict[str, float], str]:
        here, there, exact = value_at(f, x), value_at(f, x + h), slope_at(x)
        slope = (there - here) / h
        secant.set_data(ends, here + slope * (ends - x))
        triangle.set_data([x, x + h, x + h], [here, here, there])
        points.set_data([x, x + h], [here, there])
        tangent.set_data(ends, here + exact * (ends - x))
        tangent.set_visible(show_tangent)
        secant_words.set_text(f"secant: slope {number(slope)}")
        values = {"x": x, "h": h, "secant": slope, "tangent": exact, "difference": slope - exact}
        said = f"With h = {number(h)}, the secant from {number(x)} has slope {number(slope)}"
        if not show_tangent:
            tangent_words.set_text("tangent: not shown yet")
            return values, f"{said}."
        if math.isnan(exact):
            tangent_words.set_text("no tangent: a kink")
            return values, f"{said}. The curve has a kink there: it has no tangent, however small h is."
        tangent_words.set_text(f"tangent: slope {number(exact)}")
        gap = slope - exact if abs(slope - exact) > 1e-12 * abs(exact) else 0.0  # no more digits are known
        return values, f"{said}, the tangent {number(exact)}: a difference of {number(gap)}."

    controls = {
        "x": slider("x", at, min(at, low + 0.02 * span), max(at, low + 0.58 * span), tidy_step(x_range), unit),
        "h": log_slider("h", min(step, 0.4 * span), 4e-5 * span, 0.4 * span, unit),
        "show_tangent": switch("show the tangent"),
    }
    moving = [tangent, secant, triangle, points, tangent_words, secant_words]
    return LiveFigure("Secant and tangent", figure, moving, controls, update)
