"""Functions of one number as pictures: the households' cloud, curves and their tangents."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from calc_core import numeric
from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.sampling import Array, Function, Picture, number, sample, value_at

Range = tuple[float, float]

# Under words that stand on lines.
GROUND: dict[str, Any] = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


@unit_style()
def scatter(
    x: Array,
    y: Array,
    *curves: Function,
    xlabel: str = "income (francs a year)",
    ylabel: str = "food (francs a year)",
    title: str = "Families that earn more spend more on food",
    things: str = "households",
) -> Picture:
    """Return the cloud of points (x, y), both of shape (n,), with any curves drawn through it.

    A curve is a function of one number; one that has a `slope`, as the households' line has, is named by it.
    """
    figure, axes = canvas.new_figure()
    draw_cloud(axes, x, y)
    span = (float(np.min(x)), float(np.max(x)))
    alt = f"{len(x)} {things}: {xlabel} from {number(span[0])} to {number(span[1])}, {ylabel} from {number(np.min(y))} "
    alt += f"to {number(np.max(y))}."
    for curve, style in zip(curves, cycle(("-", "--", ":")), strict=False):
        grid = np.linspace(*span, 201)
        heights = sample(curve, grid)
        axes.plot(grid, heights, color=canvas.TANGENT, linestyle=style)
        slope = getattr(curve, "slope", None)
        name = "a curve" if slope is None else f"a line with slope {number(slope)}"
        alt += f" Through them runs {name}, from {number(heights[0])} to {number(heights[-1])}."
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=(0, None), ylim=(0, None))
    return Picture(figure, alt)


def draw_cloud(axes: Axes, x: Array, y: Array) -> Line2D:
    """Return the points (x, y), drawn so that one sees where they are dense."""
    (cloud,) = axes.plot(x, y, linestyle="", marker="o", markersize=4, alpha=0.4, color=canvas.FUNCTION, zorder=1)
    cloud.set_markeredgewidth(0)
    return cloud


def draw_function(axes: Axes, f: Function, x_range: Range) -> Line2D:
    """Return the line of f over the range; the axes' limits are set so that poles do not flatten the rest."""
    grid = np.linspace(*x_range, 401)
    heights = sample(f, grid)
    bottom, top = height_range(heights)
    heights[1:][np.abs(np.diff(heights)) > top - bottom] = np.nan  # a pole is no part of the curve
    (line,) = axes.plot(grid, heights, color=canvas.FUNCTION, zorder=2)
    axes.set(xlim=x_range, ylim=(bottom, top))
    return line


def height_range(heights: Array) -> Range:
    """Return limits that show all of a tame curve, and the greater part of one that runs off to infinity."""
    low, high = np.nanmin(heights), np.nanmax(heights)
    almost_low, almost_high = np.nanpercentile(heights, [2, 98])
    room = almost_high - almost_low
    if room:
        low, high = max(low, almost_low - room / 3), min(high, almost_high + room / 3)
    margin = 0.06 * (high - low) or 0.5 * max(abs(high), 1.0)
    return float(low - margin), float(high + margin)


def tidy_step(span: Range) -> float:
    """Return a power of ten of which a slider takes some hundred steps over the span."""
    return float(10.0 ** np.floor(np.log10((span[1] - span[0]) / 200)))


def check_range(span: Range, at: float) -> None:
    """Nothing, if the ends of the range are two finite numbers in order with `at` between them; else ValueError."""
    low, high = span
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"a range must be two finite numbers in order, got {span}; try (-2, 2)")
    if not low <= at <= high:
        raise ValueError(f"the picture from {number(low)} to {number(high)} must hold the point, got {number(at)}")


@unit_style()
def tangent_line(
    f: Function,
    at: float | Sequence[float],
    *,
    x_range: Range | None = None,
    xlabel: str = "x",
    ylabel: str = "f(x)",
    title: str = "The tangent has the slope of the curve at one point",
) -> Picture:
    """Return f with its tangent at one point or at several; at a kink, the point without a tangent."""
    points = [float(a) for a in np.atleast_1d(at)]
    x_range = x_range or (min(points) - 2, max(points) + 2)
    figure, axes = canvas.new_figure()
    draw_function(axes, f, x_range)
    bottom, top = axes.get_ylim()
    room = 0.08 * (top - bottom)  # for words under a lowest point
    reach = 0.22 * (x_range[1] - x_range[0]) if len(points) > 1 else x_range[1] - x_range[0]
    said = []
    for a in points:
        height, slope = value_at(f, a), tangent_slope(f, a)
        up = -1 if _bends_up(f, a, reach / 50) else 1  # words stand where neither curve nor tangent runs
        words, side = f"slope {number(slope)}", (up if slope < 0 else -up, up)
        if np.isnan(slope):
            words, side = "a kink: no tangent", (0, up)
        ends = np.array([a - reach, a + reach])
        axes.plot(ends, height + slope * (ends - a), color=canvas.TANGENT, zorder=3)
        axes.plot(a, height, marker="o", markersize=8, color=canvas.TANGENT, zorder=4)
        note(axes, a, height, words, color=canvas.TANGENT, side=side)
        said.append(f"at {number(a)}: {words}")
    axes.set(xlim=x_range, ylim=(bottom - room, top + room), xlabel=xlabel, ylabel=ylabel, title=title)
    span = f"from {number(x_range[0])} to {number(x_range[1])}"
    return Picture(figure, f"The curve {ylabel} for {xlabel} {span}, and its tangent {', '.join(said)}.")


def tangent_slope(f: Function, x: float) -> float:
    """Return the slope of f at x: 0 where it is nothing but rounding, nan at a kink."""
    slope = numeric.derivative(f, x)
    if slope.kink:
        return np.nan
    return 0.0 if abs(slope.value) <= slope.error else float(slope.value)


def _bends_up(f: Function, x: float, h: float) -> bool:
    left, middle, right = sample(f, np.array([x - h, x, x + h]))
    return bool(left + right > 2 * middle)


def note(
    axes: Axes, x: float, y: float, words: str, *, color: str = canvas.INK, side: tuple[int, int] = (0, 1)
) -> Text:
    """Return the words written beside the point (x, y), on a ground that keeps them legible.

    side: (1, -1) is to the right and below, (0, 1) straight above.
    """
    return axes.annotate(
        words,
        (x, y),
        xytext=(9 * side[0], 9 * side[1]),
        textcoords="offset points",
        ha=("right", "center", "left")[side[0] + 1],
        va=("top", "center", "bottom")[side[1] + 1],
        color=color,
        zorder=6,
        bbox=GROUND,
    )
