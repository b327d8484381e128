"""The gradient explorer: how fast a function of two numbers rises in every direction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calc_core import numeric, pictures
from calc_core.sampling import Function, value_at
from calc_core.style import CONTEXT, GRADIENT, INK, TANGENT, number, pair, unit_style
from calc_lab.controls import slider, switch
from calc_lab.figure import LiveFigure, moving
from calc_lab.ranges import Range, check_window, tidy

ANGLES = np.linspace(0, 360, 121)
SMALL = 1e-9  # a slope this much smaller than what surrounds it is nothing but rounding


def valley(point: Any) -> Any:
    """x²y + y³ at a point (x, y): the lesson's field.

    >>> valley((2, 3))
    39
    """
    x, y = point
    return x**2 * y + y**3


@unit_style()
def gradient_explorer(
    f: Function = valley,
    at: Sequence[float] = (-1.5, 1.0),
    *,
    x_range: Range = (-4.0, 4.0),
    y_range: Range = (-4.0, 4.0),
    xlabel: str = "x",
    ylabel: str = "y",
) -> LiveFigure:
    """A live figure of f and its gradients, with the slope at one point in every direction to walk in.

    f takes a point of shape (2,). The steepest way and the level ones are marked when asked for. ValueError where f
    cannot be drawn.
    """
    check_window((x_range, y_range), at)
    figure = Figure(figsize=(8.4, 5.4))
    left, right = figure.subplots(1, 2)
    longest = _draw_map(left, f, (x_range, y_range))
    left.set(xlabel=xlabel, ylabel=ylabel)
    right.axhline(0, color=CONTEXT, linewidth=1)
    right.set(xlim=(0, 360), xticks=range(0, 361, 90), title="How steep it is that way")
    right.set(xlabel="direction (degrees from the x axis)", ylabel="slope in that direction")

    chosen: dict[str, Any] = {"color": TANGENT, "marker": "o", "clip_on": False, "label": "the direction chosen"}
    steepest: dict[str, Any] = {"color": GRADIENT, "marker": "^", "clip_on": False, "label": "the steepest"}
    level: dict[str, Any] = {"color": INK, "marker": "s", "clip_on": False, "label": "level", "linestyle": ":"}
    along_contour = moving(left, zorder=4, **level)
    uphill = moving(left, linewidth=3, markevery=[1], zorder=5, **steepest)
    heading = moving(left, linewidth=3, markevery=[1], zorder=6, **chosen)
    here = moving(left, "o", color=INK, clip_on=False, zorder=7)
    wave = moving(right, color=TANGENT, clip_on=False)
    zeros = moving(right, **level | {"linestyle": ""})
    highest = moving(right, **steepest)
    now = moving(right, **chosen)
    figure.legend(handles=[heading, uphill, along_contour], loc="outside lower center", ncols=3, handlelength=3)
    edges = np.ptp((x_range, y_range), axis=1) / 8
    stride = min(edges)

    def update(x: float, y: float, angle: float, mark: bool) -> str:
        point: Any = np.array([x, y])
        gradient = _gradient_at(f, point)
        length = np.hypot(*gradient)
        slope = gradient @ _direction(angle)
        slope = 0.0 if abs(slope) <= SMALL * length else slope
        best = np.rad2deg(np.arctan2(gradient[1], gradient[0])) % 360
        level_ways = np.sort((best + np.array([90, 270])) % 360)
        here.set_data([x], [y])
        heading.set_data(*np.column_stack([point, point + stride * _direction(angle)]))
        uphill.set_data(*np.column_stack([point, point + stride * _direction(best)]))
        along_contour.set_data(*(point[:, None] + stride * _direction(level_ways)))
        wave.set_data(ANGLES, gradient @ _direction(ANGLES))
        now.set_data([angle], [slope])
        highest.set_data([best], [length])
        zeros.set_data(level_ways, [0, 0])
        is_level = length <= SMALL * longest
        _make_room(right, 0.0 if is_level else length)
        for artist in (along_contour, uphill, highest, zeros):
            artist.set_visible(mark and not is_level)
        if is_level:
            return f"At {pair(point)} the gradient is (0, 0): f is level in every direction."
        sentence = f"At {pair(point)}, walking towards {number(angle)}°, f has slope {number(slope)}."
        if not mark:
            return sentence
        return (
            f"{sentence} It is steepest, {number(length)}, towards {_degrees(best)}, along the gradient "
            f"{pair(gradient)}; and level along the contour, towards {' and '.join(map(_degrees, level_ways))}."
        )

    controls = {
        "x": slider("x", at[0], x_range[0] + edges[0], x_range[1] - edges[0], tidy(x_range)),
        "y": slider("y", at[1], y_range[0] + edges[1], y_range[1] - edges[1], tidy(y_range)),
        "angle": slider("direction", 60.0, 0.0, 360.0, 1.0, "°"),
        "mark": switch("mark the steepest and the level directions"),
    }
    return LiveFigure("Gradient and direction", figure, controls, update, sweep={"angle": 25, "mark": 2})


def _draw_map(axes: Axes, f: Function, spans: tuple[Range, Range]) -> float:
    """Draw f as shades, its gradients as arrows; what is given is the length of the longest gradient."""
    heights: Any = pictures.draw_contours(axes, f, spans)
    field = pictures.draw_arrows(axes, f, spans)
    axes.set(aspect="equal", title="One step, in any direction")
    bar = axes.figure.colorbar(heights, ax=axes, location="bottom", aspect=40, label="height of f")
    bar.set_ticks(heights.levels[::2], labels=[number(level, 3) for level in heights.levels[::2]])
    return float(np.nanmax(np.hypot(field.U, field.V)))


def _make_room(axes: Axes, height: float) -> None:
    """Let the axes hold a wave of this height; new limits cost a new still picture, so they come in steps."""
    top = 1.05 * 1.5 ** np.ceil(np.log(height) / np.log(1.5)) if height else 1.0
    if top != axes.get_ylim()[1]:
        axes.set_ylim(-top, top)


def _direction(angle: Any) -> Any:
    """The unit vector at an angle in degrees from the x axis towards the y axis, shape (2,) or (2, m).

    >>> _direction(90)
    array([0., 1.])
    """
    turn = np.deg2rad(angle)
    return np.round(np.array([np.cos(turn), np.sin(turn)]), 15)  # so that a right angle is one


def _degrees(angle: float) -> str:
    return f"{number(round(angle, 4) % 360)}°"


def _gradient_at(f: Function, point: Any) -> Any:
    """The gradient of f, shape (2,); ValueError where f has no value, and at a kink along an axis or a diagonal."""
    value_at(f, point)
    for way in np.array([(1, 0), (0, 1), (1, 1), (1, -1)]):

        def along(t: Any, way: Any = way) -> Any:
            return f(point + t * way)

        if numeric.derivative(along, 0.0).kink:
            raise ValueError(f"f has a kink at {pair(point)}: there is no gradient; try another point")
    gradient = numeric.gradient(f, point)
    return np.where(np.abs(gradient) <= SMALL * np.abs(gradient).max(), 0.0, gradient)
