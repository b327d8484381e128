"""Functions of one number as pictures: the households' cloud, curves and their tangents."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from numpy.lib.stride_tricks import sliding_window_view

from calc_core import numeric
from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.sampling import Array, Function, Picture, number, sample, value_at

Range = tuple[float, float]

# Under words that stand on lines.
GROUND: dict[str, Any] = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
# Of the curves through a cloud: the straight line is context, the network the path that training took.
STYLES = ((canvas.CONTEXT, "--"), (canvas.PATH, "-"), (canvas.FUNCTION, "-."))


@unit_style()
def scatter(
    x: Array,
    y: Array,
    *,
    curves: Mapping[str, Function] | None = None,
    xlabel: str = "income (francs a year)",
    ylabel: str = "food (francs a year)",
    title: str = "Families that earn more spend more on food",
) -> Picture:
    """Return the cloud of points (x, y), both of shape (n,), with any curves drawn through it.

    A curve is a function of one number, given under its name: `curves={"straight line": line}`.
    """
    figure, axes = canvas.new_figure()
    draw_cloud(axes, x, y)
    span = (float(np.min(x)), float(np.max(x)))
    alt = f"{len(x)} households: {xlabel} from {number(span[0])} to {number(span[1])}, "
    alt += f"{ylabel} from {number(np.min(y))} to {number(np.max(y))}."
    grid = np.linspace(*span, 201)
    styles = cycle(STYLES) if len(curves or {}) > 1 else [(canvas.FUNCTION, "-")]
    for (name, curve), (color, style) in zip((curves or {}).items(), styles, strict=False):
        heights = sample(curve, grid)
        axes.plot(grid, heights, color=color, linestyle=style, label=name)
        alt += f" Through them runs a curve, {name}, from {number(heights[0])} to {number(heights[-1])}."
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=(0, None), ylim=(0, None))
    if curves:
        axes.legend(loc="upper left", handlelength=3)
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
    predict_to: float | None = None,
    x_range: Range | None = None,
    xlabel: str = "x",
    ylabel: str = "f(x)",
    title: str = "The tangent has the slope of the curve at one point",
) -> Picture:
    """Return f with its tangent at one point or at several; at a kink, the point without a tangent.

    `predict_to` is a second point, at which the gap between the curve and the first tangent is marked.
    """
    points = [float(a) for a in np.atleast_1d(at)]
    shown = points if predict_to is None else [*points, predict_to]
    x_range = x_range or (min(shown) - 2, max(shown) + 2)
    figure, axes = canvas.new_figure()
    curve = draw_function(axes, f, x_range)
    bottom, top = axes.get_ylim()
    reach = 0.13 * (x_range[1] - x_range[0]) if len(points) > 1 else x_range[1] - x_range[0]
    x = np.asarray(curve.get_xdata(), dtype=float)
    said, tangents = [], np.full((len(points), len(x)), np.nan)
    for a, heights in zip(points, tangents, strict=True):
        height, slope = value_at(f, a), tangent_slope(f, a)
        up = -1 if _bends_up(f, a, reach / 50) else 1  # words stand where neither curve nor tangent runs
        words = label = "a kink: no tangent" if np.isnan(slope) else f"slope {number(slope)}"
        if np.isfinite(slope):
            label = f"tangent:{' ' if slope == 0 else chr(10)}{words}"
        heights[:] = np.where(abs(x - a) <= reach, height + slope * (x - a), np.nan)
        ends = np.array([a - reach, a + reach])
        axes.plot(ends, height + slope * (ends - a), color=canvas.TANGENT, zorder=3)
        axes.plot(a, height, marker="o", markersize=8, color=canvas.TANGENT, zorder=4)
        note(axes, a, height, label, color=canvas.TANGENT, side=(up * int((slope < 0) - (slope > 0)), up))
        said.append(f"at {number(a)}: {words}")
    room = 0.12 * (top - bottom)
    axes.set(xlim=x_range, ylim=(bottom - room, top + room), xlabel=xlabel, ylabel=ylabel, title=title)
    span = f"from {number(x_range[0])} to {number(x_range[1])}"
    alt = f"The curve {ylabel} for {xlabel} {span}, and its tangent {', '.join(said)}."
    _name_curve(axes, curve, tangents)
    axes.set_ylim(bottom=bottom - 1.4 * room)  # for two lines of words under a lowest point
    if predict_to is not None:
        alt += _mark_gap(axes, f, points[0], predict_to)
    return Picture(figure, alt)


def _name_curve(axes: Axes, curve: Line2D, tangents: Array) -> None:
    """Nothing; writes "curve" beside the curve where it is farthest from all tangents."""
    x, y = (np.asarray(data, dtype=float) for data in curve.get_data())
    bottom, top = axes.get_ylim()
    gaps = np.where(np.isnan(tangents), np.inf, y - tangents)
    nearest = gaps[abs(gaps).argmin(axis=0), np.arange(len(x))]
    room = 0.15 * (top - bottom)
    clear = np.where((y < bottom + room) | (y > top - room), 0.0, np.minimum(abs(nearest), room))
    place = int(sliding_window_view(np.pad(np.nan_to_num(clear), 35), 71).min(axis=1).argmax())
    up = 1 if nearest[place] > 0 else -1
    rising = y[place + 1] > y[place - 1]
    note(axes, x[place], y[place], "curve", color=canvas.FUNCTION, side=(-up if rising else up, up))


def _mark_gap(axes: Axes, f: Function, at: float, to: float) -> str:
    """Return what the tangent at one point predicts for another, said in a sentence and marked in the picture."""
    if np.isnan(tangent_slope(f, at)):
        raise ValueError(f"f has a kink at {number(at)}: no tangent predicts anything there; try another point")
    check_range(axes.get_xlim(), to)
    true = value_at(f, to)
    predicted = value_at(f, at) + tangent_slope(f, at) * (to - at)
    bottom, top = axes.get_ylim()
    axes.set_ylim(min(bottom, predicted), max(top, predicted))
    axes.plot([to, to], [true, predicted], color=canvas.INK, linewidth=1.6, marker="_", markersize=12, clip_on=False)
    below = true + predicted > bottom + top  # words go where there is room
    axes.annotate(
        f"gap {number(abs(predicted - true))}",
        (to, min(true, predicted) if below else max(true, predicted)),
        xytext=(0, -55 if below else 55),
        textcoords="offset points",
        ha="right",
        arrowprops={"arrowstyle": "-", "color": canvas.CONTEXT, "relpos": (1, below)},
    )
    return f" At {number(to)} the tangent predicts {number(predicted)}, and the curve has {number(true)}."


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
) -> Annotation:
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
