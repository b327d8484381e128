"""The gradient explorer: how fast a function of two numbers rises in every direction."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from calc_core import numeric
from calc_core.controls import slider
from calc_core.live import LiveFigure
from calc_core.plots import canvas
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.curves import Range, tidy_step
from calc_core.plots.fields import ANGLES, direction, draw_compass, draw_field, pair
from calc_core.plots.sampling import Array, Function, number


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
    figure, (left, right) = new_figure(9.2, 4.7, ncols=2)
    field = draw_field(left, f, x_range, y_range)
    left.set(xlabel=xlabel, ylabel=ylabel, title="One step, in any direction")
    longest = float(np.hypot(field.U, field.V).max())
    wave = draw_compass(right, 1.35 * longest or 1.0)
    right.set_ylim(top=2 * longest or 1.5)  # room for the legend above the highest wave
    right.set_title("How steep it is that way")
    cell = (x_range[1] - x_range[0]) / 9
    (level,) = left.plot([], [], color=canvas.CONTEXT, linestyle=":", zorder=4)
    uphill, heading = arrow(left, canvas.GRADIENT), arrow(left, canvas.TANGENT)
    (here,) = left.plot([], [], linestyle="", marker="o", color=canvas.INK, zorder=7)
    (best,) = right.plot([], [], linestyle="", marker="^", color=canvas.GRADIENT, zorder=5)
    (flat,) = right.plot([], [], linestyle="", marker="s", markersize=6, color=canvas.CONTEXT, zorder=4)
    (now,) = right.plot([], [], linestyle="", marker="o", color=canvas.TANGENT, zorder=6)

    def update(x: float, y: float, angle: float) -> tuple[dict[str, float], str]:
        here_now = np.array([x, y])
        gradient = numeric.gradient(f, here_now)
        steepest = float(np.hypot(*gradient))
        best_angle = math.degrees(math.atan2(gradient[1], gradient[0])) % 360
        slope = float(gradient @ direction(angle))
        wave.set_data(ANGLES, gradient @ direction(ANGLES))
        here.set_data([x], [y])
        now.set_data([angle], [slope])
        point_along(heading, here_now, 1.5 * cell * direction(angle))
        values = {"x": x, "y": y, "angle": angle, "slope": slope, "steepest": steepest}
        values |= {"gradient_x": float(gradient[0]), "gradient_y": float(gradient[1]), "gradient_angle": best_angle}
        level_angles = np.sort((best_angle + np.array([90, 270])) % 360)
        for artist in (level, uphill, best, flat):
            artist.set_visible(steepest > 0)
        if steepest == 0:
            return (
                values,
                f"At {pair((x, y))} the gradient is (0, 0): f is level in every direction.",
            )
        point_along(uphill, here_now, 2 * cell * gradient / longest)
        level.set_data(*(here_now[:, None] + 1.5 * cell * direction(level_angles)))
        best.set_data([best_angle], [steepest])
        flat.set_data(level_angles, [0, 0])
        return values, (
            f"At {pair((x, y))}, walking towards {number(angle)}°, f has slope {number(slope)}. It is steepest, "
            f"{number(steepest)}, towards {number(best_angle)}°, along the gradient {pair(gradient)}; and zero along "
            f"the level curve, towards {number(level_angles[0])}° and {number(level_angles[1])}°."
        )

    right.legend(
        [best, flat, now], ["along the gradient", "along the contour", "the direction chosen"], loc="upper right"
    )
    moving = [wave, level, uphill, heading, here, best, flat, now]
    controls = {
        "x": slider("x", at[0], *x_range, tidy_step(x_range)),
        "y": slider("y", at[1], *y_range, tidy_step(y_range)),
        "angle": slider("direction", 20.0, 0.0, 360.0, 1.0, "°"),
    }
    return LiveFigure("Slope in every direction", figure, moving, controls, update)


def arrow(axes: Axes, color: str) -> FancyArrowPatch:
    """Return an arrow that has no place yet."""
    patch = FancyArrowPatch((0, 0), (0, 0), arrowstyle="-|>", mutation_scale=16, shrinkA=0, shrinkB=0, color=color)
    patch.set(linewidth=2.6, zorder=5)
    axes.add_patch(patch)
    return patch


def point_along(patch: FancyArrowPatch, start: Array, way: Array) -> None:
    """Nothing; lets the arrow begin at the start and go all the way."""
    (x, y), (right, up) = start, way
    patch.set_positions((x, y), (x + right, y + up))
