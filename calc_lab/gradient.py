"""The gradient explorer: how fast a function of two numbers rises in every direction."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from calc_core.pictures import Range, draw_arrows, draw_contours
from calc_core.sampling import Function, slope_at, value_at
from calc_core.style import CONTEXT, GRADIENT, INK, TANGENT, number, pair, unit_style
from calc_lab.controls import slider, switch
from calc_lab.cut import valley
from calc_lab.figure import LiveFigure, moving

ANGLES = np.linspace(0, 360, 121)
SMALL = 1e-9  # a slope this much smaller than the steepest is nothing but rounding


@unit_style()
def gradient_explorer(
    f: Function = valley, at: tuple[float, float] = (-1.5, 1.0), window: tuple[Range, Range] = ((-4, 4), (-4, 4))
) -> LiveFigure:
    """A live figure of f and its gradients, with the slope at one point in every direction to walk in.

    f takes a point of shape (2,); `window` has the ranges of its two coordinates. ValueError where f cannot be drawn.
    """
    figure = Figure(figsize=(8.4, 5.4))
    left, right = figure.subplots(1, 2)
    heights: Any = draw_contours(left, f, window)
    draw_arrows(left, f, window)
    left.set(aspect="equal", title="One step, in any direction", xlabel="x", ylabel="y")
    bar = figure.colorbar(heights, ax=left, location="bottom", aspect=40, label="height of f")
    bar.set_ticks(heights.levels[::2], labels=[number(level, 3) for level in heights.levels[::2]])
    right.axhline(0, color=CONTEXT, linewidth=1)
    right.set(xlim=(0, 360), xticks=range(0, 361, 90), title="How steep it is that way")
    right.set(xlabel="direction (degrees from the x axis)", ylabel="slope in that direction")
    chosen: dict[str, Any] = {"color": TANGENT, "clip_on": False, "label": "the direction chosen"}
    steepest: dict[str, Any] = {"color": GRADIENT, "clip_on": False, "label": "the steepest"}
    level: dict[str, Any] = {"color": INK, "clip_on": False, "label": "level"}
    along_contour = moving(left, "s:", zorder=4, **level)
    uphill = moving(left, "^-", linewidth=3, markevery=[1], zorder=5, **steepest)
    heading = moving(left, "o-", linewidth=3, markevery=[1], zorder=6, **chosen)
    here = moving(left, "o", color=INK, clip_on=False, zorder=7)
    wave = moving(right, color=TANGENT, clip_on=False)
    zeros = moving(right, "s", **level)
    highest = moving(right, "^", **steepest)
    now = moving(right, "o", **chosen)
    figure.legend(handles=[heading, uphill, along_contour], loc="outside lower center", ncols=3, handlelength=3)
    edges = np.ptp(window, axis=1, keepdims=True) / 8
    stride = edges.min()  # of a step
    (x_low, x_high), (y_low, y_high) = window + edges * [1, -1]  # so that no step leaves the picture
    tick = 10.0 ** np.floor(np.log10(stride / 50))

    def update(x: float, y: float, angle: float, mark: bool) -> str:
        point: Any = np.array([x, y])
        gradient: Any = _gradient_at(f, point)
        length = np.hypot(*gradient)
        slope = gradient @ _direction(angle)
        slope = 0.0 if abs(slope) <= SMALL * length else slope
        best = np.round(np.rad2deg(np.arctan2(gradient[1], gradient[0])), 6) % 360  # 0, and not 359.9999999
        flat = np.sort((best + np.array([90, 270])) % 360)
        here.set_data([x], [y])
        heading.set_data(*np.column_stack([point, point + stride * _direction(angle)]))
        uphill.set_data(*np.column_stack([point, point + stride * _direction(best)]))
        along_contour.set_data(*(point[:, np.newaxis] + stride * _direction(flat)))
        wave.set_data(ANGLES, gradient @ _direction(ANGLES))
        now.set_data([angle], [slope])
        highest.set_data([best], [length])
        zeros.set_data(flat, [0, 0])
        for artist in (along_contour, uphill, highest, zeros):
            artist.set_visible(mark and length > 0)
        top = 1.05 * 1.5 ** np.ceil(np.log(length) / np.log(1.5)) if length else 1.0
        if top != right.get_ylim()[1]:  # new limits cost a new still picture, so they come in steps
            right.set_ylim(-top, top)
        if not length:
            return f"At {pair(point)} the gradient is (0, 0): f is level in every direction."
        sentence = f"At {pair(point)}, walking towards {number(angle)}°, f has slope {number(slope)}."
        if not mark:
            return sentence
        return (
            f"{sentence} It is steepest, {number(length)}, towards {number(best)}°, along the gradient "
            f"{pair(gradient)}; and level along the contour, towards {number(flat[0])}° and {number(flat[1])}°."
        )

    controls = {
        "x": slider("x", at[0], x_low, x_high, tick),
        "y": slider("y", at[1], y_low, y_high, tick),
        "angle": slider("direction", 60.0, 0.0, 360.0, 1.0, "°"),
        "mark": switch("mark the steepest and the level directions"),
    }
    return LiveFigure("Gradient and direction", figure, controls, update, sweep={"angle": 25, "mark": 2})


def _direction(angle: Any) -> Any:
    """The unit vector at an angle in degrees from the x axis towards the y axis, shape (2,) or (2, m)."""
    turn = np.deg2rad(angle)
    return np.round([np.cos(turn), np.sin(turn)], 15)  # so that a right angle is one


def _gradient_at(f: Function, point: Any) -> Any:
    """The gradient of f, shape (2,); ValueError where f has no value, and at a kink along an axis or a diagonal."""
    value_at(f, point)

    def slope_along(way: Any) -> float:
        return slope_at(lambda t: f(point + t * way), 0.0)

    slopes = np.array([*map(slope_along, np.array([(1, 0), (0, 1), (1, 1), (1, -1)]))])
    if np.isnan(slopes).any():
        raise ValueError(f"f has a kink at {pair(point)}: there is no gradient; try another point")
    return slopes[:2]
