"""A function over its derivative: one point moves through both, and the slope above is the height below."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from calc_core.pictures import Range, draw_curve
from calc_core.sampling import Function, attempt, slope_at, value_at
from calc_core.style import BACKGROUND, CONTEXT, INK, TANGENT, number, unit_style
from calc_lab.controls import slider, switch
from calc_lab.figure import LiveFigure, moving


def cubic(x: Any) -> Any:
    """x³ − 2x² + 5, the lesson's polynomial: level at 0 and 4/3, steepest downwards at 2/3.

    >>> cubic(2.0)
    5.0
    """
    return x**3 - 2 * x**2 + 5


@unit_style()
def function_and_slope_explorer(f: Function = cubic, at: float = -0.5, x_range: Range = (-1.0, 2.6)) -> LiveFigure:
    """A live figure of f over f': the rise over a run of 1 above is the height below.

    The derivative is drawn as far as the point has come, until the whole is asked for. ValueError where f cannot be
    drawn.

    >>> function_and_slope_explorer(lambda x: x**2, at=1.5, x_range=(-3, 3)).sentence
    'At x = 1.5 the curve above has height 2.25 and rises: its slope 3 is the height of the curve below.'
    """
    figure = Figure(figsize=(8.4, 6.4))
    above, below, derivative = draw_still(figure, f, x_range)
    x, slopes = np.array(derivative.get_data())
    tangent = moving(above, color=TANGENT, linewidth=1.8)
    run_line = moving(above, color=CONTEXT, linewidth=1.2)
    rise = moving(above, color=TANGENT, linewidth=4.5, zorder=3)
    bar = moving(below, color=TANGENT, linewidth=4.5, clip_on=False, zorder=3)
    for thick in (rise, bar):
        thick.set_solid_capstyle("butt")  # as long as the slope, and no longer
    thread = moving(below, ":", color=CONTEXT, linewidth=1, zorder=1)
    rims = moving(below, "o", color="white", markeredgecolor=TANGENT, markersize=7, zorder=4)
    point = moving(above, "o", color=INK, clip_on=False, zorder=5)
    dot = moving(below, "o", color=INK, clip_on=False, zorder=5)
    words = below.text(0, 0, "", ha="center", va="center", animated=True)
    words.set(color=TANGENT, bbox=BACKGROUND)
    broken = np.flatnonzero(np.isnan(slopes[1:-1])) + 1
    beside_gaps = np.unique([broken - 1, broken + 1])
    bottom, top = below.get_ylim()

    def update(x_now: float, whole: bool) -> str:
        height = value_at(f, x_now)
        slope = slope_at(f, x_now)
        run = 1.0 if x_now + 1 <= x_range[1] else -1.0
        ends = x_now + np.array([-0.35 * run, run])
        tangent.set_data(ends, height + slope * (ends - x_now))
        run_line.set_data([x_now, x_now + run], height + 0 * slope * ends)  # none at a kink, where the slope is nan
        rise.set_data([x_now + run, x_now + run], [height, height + slope * run])
        bar.set_data([x_now, x_now], [0, slope])
        thread.set_data([x_now, x_now], [max(0, slope), top])
        drawn = np.where(whole | (x <= x_now + 1e-9), slopes, np.nan)
        derivative.set_data(x, drawn)
        rims.set_data(x[beside_gaps], drawn[beside_gaps])
        point.set_data([x_now], [height])
        dot.set_data([x_now], [slope])
        room = 0.09 * (x_range[1] - x_range[0])
        side = -0.06 if slope >= 0 else 0.06  # the side of zero on which the derivative is not
        words.set_x(np.clip(x_now, x_range[0] + room, x_range[1] - room))
        words.set_y(side * (top - bottom))
        words.set_text("a kink: no slope" if np.isnan(slope) else f"slope {number(slope)}")
        return sentence_of(x_now, height, slope)

    step = 10.0 ** np.floor(np.log10((x_range[1] - x_range[0]) / 100))
    controls = {
        "x_now": slider("x", at, *x_range, step),
        "whole": switch("draw the whole derivative"),
    }
    return LiveFigure("A function over its derivative", figure, controls, update, {"x_now": 46, "whole": 2})


def sentence_of(x: float, height: float, slope: float) -> str:
    """What is seen at x; a slope of nan is a kink.

    >>> sentence_of(0.0, 5.0, 0.0)
    'At x = 0 the curve above has height 5 and is level: its slope 0 is the height of the curve below.'
    """
    place = f"At x = {number(x)} the curve above has height {number(height)}"
    if np.isnan(slope):
        return f"{place} and a kink: no tangent, and a gap in the curve below."
    trend = "is level"
    if slope != 0:
        trend = "rises" if slope > 0 else "falls"
    return f"{place} and {trend}: its slope {number(slope)} is the height of the curve below."


def slopes_with_gaps(f: Function, x: Any) -> Any:
    """The slopes of f at the ascending points x, shape (n,); nan where there is none, and at a jump between two.

    >>> slopes_with_gaps(abs, np.array([-2.0, -1.0, 1.0, 2.0, 3.0]))
    array([-1., nan,  1.,  1.,  1.])
    """
    slopes = np.array([attempt(lambda at: slope_at(f, at), at)[0] for at in x])
    jumps = np.abs(np.diff(slopes))
    low, high = np.nanmin(slopes), np.nanmax(slopes)
    large = 0.1 * (high - low) + 1e-6 * max(-low, high)  # more than rounding on a straight line
    slopes[:-1][(jumps > large) & (jumps > 20 * np.nanmedian(jumps))] = np.nan
    return slopes


def draw_still(figure: Figure, f: Function, x_range: Range) -> tuple[Axes, Axes, Line2D]:
    """Draw f and below it the axes of its derivative; gives both axes, and the derivative, which moves.

    Where it can be, one unit up is as long below as above.
    """
    grid = figure.add_gridspec(2)
    above = figure.add_subplot(grid[0], title="The slope above is the height below", ylabel="f(x)")
    below = figure.add_subplot(grid[1], sharex=above, xlabel="x", ylabel="slope f′(x)")
    above.tick_params(labelbottom=False)
    draw_curve(above, f, x_range)
    x = np.linspace(*x_range, 201)
    slopes = slopes_with_gaps(f, x)
    derivative = draw_curve(below, lambda at: np.interp(at, x, slopes), x_range)
    derivative.set(data=(x, slopes), color=TANGENT, animated=True)
    below.axhline(0, color=CONTEXT, linewidth=1)
    bottom, top = above.get_ylim()
    room = 0.3 * (top - bottom)  # for the rise of a steep tangent
    above.set_ylim(bottom - room, top + room)
    bottom, top = below.get_ylim()
    below.set_ylim(min(bottom, -0.12 * top), max(top, -0.12 * bottom))
    ratio = np.ptp(below.get_ylim()) / np.ptp(above.get_ylim())
    grid.set_height_ratios([1, float(np.clip(ratio, 0.7, 1.5))])
    figure.align_ylabels()
    return above, below, derivative
