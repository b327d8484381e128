"""The gradient explorer: how fast a function of two numbers rises in every direction."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from calc_core import numeric
from calc_core.live import LiveFigure
from calc_core.live.controls import slider
from calc_core.plots import canvas
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.curves import Range, check_range, tidy_step
from calc_core.plots.fields import COLUMNS, LEVEL, arrow, direction, draw_field, point_along
from calc_core.plots.sampling import Array, Function, number, pair, value_at

ANGLES = np.linspace(0, 360, 121)


def valley(point: Any) -> Any:
    """Return x²y + y³ at a point (x, y): the lesson's field, whose gradient at (2, 3) is (12, 31)."""
    x, y = point
    return x**2 * y + y**3


@unit_style()
def gradient_explorer(
    f: Function = valley,
    at: tuple[float, float] = (2.0, 3.0),
    *,
    x_range: Range = (-4.0, 4.0),
    y_range: Range = (-4.0, 4.0),
    xlabel: str = "x",
    ylabel: str = "y",
) -> LiveFigure:
    """Return a live figure of f's contours and gradient, with the slope at one point against the direction walked in.

    f takes a point of shape (2,). `values` has x, y, `angle` in degrees, the `slope` in that direction, `steepest` (the
    length of the gradient) and `gradient_x`, `gradient_y`. ValueError where f cannot be drawn.
    """
    for span, start in zip((x_range, y_range), at, strict=True):
        check_range(span, start)
    figure, (left, right) = new_figure(8.0, 4.4, ncols=2)
    field = draw_field(left, f, x_range, y_range)
    left.set(xlabel=xlabel, ylabel=ylabel, title="One step, in any direction")
    longest = float(np.hypot(field.U, field.V).max())
    (wave,) = right.plot([], [], color=canvas.TANGENT)
    right.axhline(0, color=canvas.CONTEXT, linewidth=1)
    right.set(xlim=(0, 360), xticks=range(0, 361, 90), title="How steep it is that way")
    right.set(xlabel="direction (degrees from the x axis)", ylabel="slope in that direction")
    step = 1.2 / COLUMNS * (x_range[1] - x_range[0])
    (level,) = left.plot([], [], color=canvas.CONTEXT, linestyle=":", zorder=4)
    uphill = arrow(left, canvas.GRADIENT)
    (heading,) = left.plot([], [], color=canvas.TANGENT, linewidth=2.6, marker="o", markevery=[1], zorder=6)
    (here,) = left.plot([], [], linestyle="", marker="o", color=canvas.INK, zorder=7)
    (best,) = right.plot([], [], linestyle="", marker="^", color=canvas.GRADIENT, zorder=5)
    (flat,) = right.plot([], [], linestyle="", marker="s", markersize=6, color=canvas.CONTEXT, zorder=4)
    (now,) = right.plot([], [], linestyle="", marker="o", color=canvas.TANGENT, zorder=6)
    signs = [
        Line2D([], [], color=canvas.GRADIENT, marker="^"),
        Line2D([], [], color=canvas.CONTEXT, marker="s", linestyle=":"),
        Line2D([], [], color=canvas.TANGENT, marker="o"),
    ]
    names = ["along the gradient", "along the contour", "the direction chosen"]
    figure.legend(signs, names, loc="outside lower center", ncols=3, handlelength=3)

    def update(x: float, y: float, angle: float) -> tuple[dict[str, float], str]:
        point = np.array([x, y])
        gradient = gradient_without_kink(f, point, direction(angle))
        steepest = float(np.hypot(*gradient))
        slope = float(settled(np.array([gradient @ direction(angle), steepest]))[0])
        best_angle = float(np.rad2deg(np.arctan2(gradient[1], gradient[0])) % 360)
        level_angles = np.sort((best_angle + np.array([90, 270])) % 360)
        here.set_data([x], [y])
        heading.set_data(*(point + np.outer([0, step], direction(angle))).T)
        point_along(uphill, point, step * direction(best_angle))
        level.set_data(*(point[:, None] + step * direction(level_angles)))
        wave.set_data(ANGLES, gradient @ direction(ANGLES))
        now.set_data([angle], [slope])
        best.set_data([best_angle], [steepest])
        flat.set_data(level_angles, [0, 0])
        hug(right, steepest)
        values = {"x": x, "y": y, "angle": angle, "slope": slope, "steepest": steepest, "gradient_angle": best_angle}
        values |= {"gradient_x": float(gradient[0]), "gradient_y": float(gradient[1])}
        is_level = steepest <= LEVEL * longest
        for artist in (level, uphill, best, flat):
            artist.set_visible(not is_level)
        if is_level:
            return values, f"At {pair(point)} the gradient is (0, 0): f is level in every direction."
        return values, (
            f"At {pair(point)}, walking towards {number(angle)}°, f has slope {number(slope)}. It is steepest, "
            f"{number(steepest)}, towards {_degrees(best_angle)}, along the gradient {pair(gradient)}; and zero along "
            f"the contour, towards {' and '.join(map(_degrees, level_angles))}."
        )

    controls = {
        "x": slider("x", at[0], *_inner(x_range, at[0]), tidy_step(x_range)),
        "y": slider("y", at[1], *_inner(y_range, at[1]), tidy_step(y_range)),
        "angle": slider("direction", 20.0, 0.0, 360.0, 1.0, "°"),
    }
    moving = [wave, level, uphill, heading, here, best, flat, now]
    for artist in moving:
        artist.set_clip_on(False)  # at the edge of the picture they still show
    return LiveFigure("Gradient and direction", figure, moving, controls, update)


def gradient_without_kink(f: Function, point: Array, heading: Array) -> Array:
    """Return the gradient of f, shape (2,); ValueError where f has a kink along an axis or along the heading."""
    value_at(f, point)
    for way in (np.array([1.0, 0.0]), np.array([0.0, 1.0]), heading):

        def along(t: Any, way: Array = way) -> Any:
            return f((point + np.multiply.outer(t, way)).T)

        if numeric.derivative(along, 0.0).kink:
            raise ValueError(f"f has a kink at {pair(point)}: there is no gradient; try another point")
    return settled(numeric.gradient(f, point))


def settled(slopes: Array) -> Array:
    """Return the slopes with those made 0 that are, beside the largest, nothing but rounding."""
    return np.where(np.abs(slopes) <= LEVEL * np.abs(slopes).max(), 0.0, slopes)


def hug(axes: Axes, height: float) -> None:
    """Nothing; lets the axes hold a wave of this height with little room, and redraws them only when they must."""
    limit = 1.05 * 1.5 ** np.ceil(np.log(height) / np.log(1.5)) if height > LEVEL else 1.0
    if limit != axes.get_ylim()[1]:
        axes.set_ylim(-limit, limit)


def _degrees(angle: float) -> str:
    return f"{number(round(angle, 4) % 360)}°"  # a full turn is none


def _inner(span: Range, start: float) -> Range:
    """Return the part of the range in which a point has room for its arrows."""
    margin = 0.1 * (span[1] - span[0])
    return min(span[0] + margin, start), max(span[1] - margin, start)
