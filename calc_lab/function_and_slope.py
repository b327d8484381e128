"""A function over its derivative: one point moves through both, and the slope above is the height below."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calc_core.pictures import Range, draw_curve
from calc_core.sampling import Function, sample, slope_at, value_at
from calc_core.style import BACKGROUND, CONTEXT, INK, TANGENT, number, unit_style
from calc_lab.controls import slider, switch
from calc_lab.figure import LiveFigure, moving


def cubic(x: Any) -> Any:
    """x³ − 2x² + 5, the lesson's polynomial: level at 0 and 4/3, steepest downwards at 2/3."""
    return x**3 - 2 * x**2 + 5


@unit_style()
def function_and_slope_explorer(f: Function = cubic, at: float = -0.5, x_range: Range = (-1.0, 2.6)) -> LiveFigure:
    """A live figure of f over f', drawn as far as the point has come; ValueError where f cannot be drawn.

    >>> function_and_slope_explorer(lambda x: x**2, at=1.5, x_range=(-3, 3)).sentence
    'At x = 1.5 the curve above has height 2.25 and rises: its slope 3 is the height of the curve below.'
    """
    figure = Figure(figsize=(8.4, 6.4))
    grid: Any = figure.add_gridspec(2)
    above, below = grid.subplots(sharex=True)
    above.set(title="The slope above is the height below", ylabel="f(x)")
    below.set(xlabel="x", ylabel="slope f′(x)")
    figure.align_ylabels()
    draw_curve(above, f, x_range)
    x = np.linspace(*x_range, 201)
    slopes = _slopes_with_gaps(f, x)
    derivative = draw_curve(below, lambda at: np.interp(at, x, slopes), x_range)
    derivative.set(color=TANGENT, animated=True)
    below.axhline(0, color=CONTEXT, linewidth=1)
    _make_room(above, below)
    ratio = np.ptp(below.get_ylim()) / np.ptp(above.get_ylim())
    grid.set_height_ratios([1, float(np.clip(ratio, 0.7, 1.5))])  # where it can be, one unit is as long in both
    tangent = moving(above, color=TANGENT, linewidth=1.8)
    run_line = moving(above, color=CONTEXT, linewidth=1.2)
    rise = moving(above, color=TANGENT, linewidth=4.5, solid_capstyle="butt")  # no longer than the slope
    thread = moving(below, ":", color=CONTEXT, linewidth=1)
    bar = moving(below, color=TANGENT, linewidth=4.5, solid_capstyle="butt", clip_on=False)
    rims = moving(below, "o", color="white", markeredgecolor=TANGENT, markersize=7)
    point = moving(above, "o", color=INK, clip_on=False, zorder=5)
    dot = moving(below, "o", color=INK, clip_on=False, zorder=5)
    words = below.text(0, 0, "", ha="center", va="center", color=TANGENT, bbox=BACKGROUND, animated=True)
    broken = np.flatnonzero(np.isnan(slopes[1:-1])) + 1
    beside_gaps = np.unique([broken - 1, broken + 1])
    bottom, top = below.get_ylim()
    room = 0.09 * np.ptp(x_range)

    def update(x_now: float, whole: bool) -> str:
        height, slope = value_at(f, x_now), slope_at(f, x_now)
        run = 1.0 if x_now + 1 <= x_range[1] else -1.0
        end = x_now + run
        tangent.set_data([x_now - 0.35 * run, end], [height - 0.35 * run * slope, height + run * slope])
        run_line.set_data([x_now, end], [height, height])
        run_line.set_visible(np.isfinite(slope))
        rise.set_data([end, end], [height, height + run * slope])
        bar.set_data([x_now, x_now], [0, slope])
        thread.set_data([x_now, x_now], [slope, top])
        drawn = np.where(whole | (x <= x_now + 1e-9), slopes, np.nan)
        derivative.set_data(x, drawn)
        rims.set_data(x[beside_gaps], drawn[beside_gaps])
        point.set_data([x_now], [height])
        dot.set_data([x_now], [slope])
        side = -0.06 if slope >= 0 else 0.06  # the side of zero on which the derivative is not
        words.set_position((np.clip(x_now, x_range[0] + room, x_range[1] - room), side * (top - bottom)))
        place = f"At x = {number(x_now)} the curve above has height {number(height)} and"
        if np.isnan(slope):
            words.set_text("a kink: no slope")
            return f"{place} a kink: no tangent, and a gap in the curve below."
        words.set_text(f"slope {number(slope)}")
        trend = "rises" if slope > 0 else "falls" if slope < 0 else "is level"
        return f"{place} {trend}: its slope {number(slope)} is the height of the curve below."

    controls = {
        "x_now": slider("x", at, *x_range, 10.0 ** np.floor(np.log10(np.ptp(x_range) / 100))),
        "whole": switch("draw the whole derivative"),
    }
    return LiveFigure("A function over its derivative", figure, controls, update, {"x_now": 46, "whole": 2})


def _slopes_with_gaps(f: Function, x: Any) -> Any:
    """The slopes of f at the ascending points x, shape (n,); nan where there is none, and at a jump between two."""
    slopes = sample(lambda at: slope_at(f, at), x)
    jumps = np.abs(np.diff(slopes))
    low, high = np.nanmin(slopes), np.nanmax(slopes)
    large = 0.1 * (high - low) + 1e-6 * max(-low, high)  # more than rounding on a straight line
    slopes[:-1][(jumps > large) & (jumps > 20 * np.nanmedian(jumps))] = np.nan
    return slopes


def _make_room(above: Axes, below: Axes) -> None:
    """Widen the axes above for the rise of a steep tangent, and below for words on either side of zero."""
    bottom, top = above.get_ylim()
    room = 0.3 * (top - bottom)
    above.set_ylim(bottom - room, top + room)
    bottom, top = below.get_ylim()
    below.set_ylim(min(bottom, -0.12 * top), max(top, -0.12 * bottom))
