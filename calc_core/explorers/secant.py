"""The secant explorer: a slope between two points becomes the slope at one."""

import math

from calc_core import households, numeric
from calc_core.live import LiveFigure
from calc_core.live.controls import log_slider, slider, switch
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.curves import Range, check_range, draw_cloud, draw_function, tangent_slope, tidy_step
from calc_core.plots.sampling import Array, Function, number, value_at
from calc_core.plots.secants import draw_secant


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
    if f is not None:
        at = 1.0 if at is None else float(at)
        left, right = max(2.0, abs(at) + 1), max(2.0, abs(at))  # 0 and a little more are in the picture
        span = x_range or (at - left, at + right)
        return _explorer(f, at, 0.3 * (span[1] - span[0]), span, (xlabel, ylabel), unit)
    at = 900.0 if at is None else float(at)
    families = households.load()
    labels = ("income (francs a year)", "food (francs a year)")
    cloud = (families.income, families.food)
    return _explorer(households.engel_curve(*cloud), at, 400.0, x_range or (0.0, 5000.0), labels, "francs", cloud)


@unit_style()
def _explorer(
    f: Function,
    at: float,
    step: float,
    x_range: Range,
    labels: tuple[str, str],
    unit: str,
    cloud: tuple[Array, Array] | None = None,
) -> LiveFigure:
    check_range(x_range, at)
    low, high = x_range
    span = high - low
    figure, axes = new_figure()
    artists = draw_secant(axes, draw_function(axes, f, x_range))
    if cloud is not None:
        draw_cloud(axes, *cloud)
    axes.set(xlabel=labels[0], ylabel=labels[1], title="What becomes of the slope as h shrinks?")

    def update(x: float, h: float, show_tangent: bool) -> tuple[dict[str, float], str]:
        heights = value_at(f, x), value_at(f, x + h)
        secant = float(numeric.forward_difference(f, x, h))
        tangent = tangent_slope(f, x)
        artists.place(x, h, heights, secant, tangent if show_tangent else None)
        values = {"x": x, "h": h, "secant": secant, "tangent": tangent, "difference": secant - tangent}
        said = f"With h = {number(h)}, the secant from {number(x)} has slope {number(secant)}"
        if not show_tangent:
            return values, f"{said}."
        if math.isnan(tangent):
            return values, f"{said}. The curve has a kink there: it has no tangent, however small h is."
        return values, f"{said}, the tangent {number(tangent)}: a difference of {number(secant - tangent)}."

    controls = {
        "x": slider("x", at, min(at, low + 0.02 * span), max(at, low + 0.58 * span), tidy_step(x_range), unit),
        "h": log_slider("h", min(step, 0.4 * span), 4e-5 * span, 0.4 * span, unit),
        "show_tangent": switch("show the tangent"),
    }
    return LiveFigure("Secant and tangent", figure, artists.moving(), controls, update)
