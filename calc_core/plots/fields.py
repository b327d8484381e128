"""Functions of two numbers as pictures: contours, gradient fields, directions, and paths downhill."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.quiver import Quiver

from calc_core import numeric
from calc_core.descent import Descent
from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.curves import Range, note
from calc_core.plots.sampling import Array, Function, Picture, number, sample, value_at

LEVEL = 1e-9  # a gradient this much smaller than what surrounds it is nothing but rounding
ANGLES = np.linspace(0, 360, 121)


@unit_style()
def contours(
    axes: Axes, f: Function, x_range: Range, y_range: Range, *, levels: int | Sequence[float] = 9, bowl: bool = False
) -> QuadContourSet:
    """Return the labelled contours of f, drawn on axes whose limits become the two ranges.

    f takes a point of shape (2,) or points of shape (2, m). A number of levels spreads them evenly over the heights in
    the picture; `bowl=True` packs them towards the lowest, as suits a loss surface: evenly spaced rings.
    ValueError where f has no finite value in the picture.
    """
    x, y = np.meshgrid(np.linspace(*x_range, 61), np.linspace(*y_range, 61))
    heights = np.ma.masked_invalid(sample(f, np.array([x.ravel(), y.ravel()])).reshape(x.shape))
    rings = _levels(heights, levels, bowl)
    drawn = axes.contour(x, y, heights, levels=rings, colors=canvas.CONTEXT, linewidths=0.8, alpha=0.8, zorder=1)
    axes.set(xlim=x_range, ylim=y_range)
    for words in axes.clabel(drawn, fmt=number, inline_spacing=3, zorder=4):
        words.set(fontsize=11, alpha=1, path_effects=[withStroke(linewidth=3, foreground="white")])
        place = axes.transAxes.inverted().transform(axes.transData.transform(words.get_position()))
        words.set_visible(bool(np.abs(place - 0.5).max() < 0.46))  # at the edge it would be cut off
    return drawn


def _levels(heights: Array, levels: int | Sequence[float], bowl: bool) -> int | list[float]:
    """Return ascending levels, or how many matplotlib shall choose; rounded so that their labels are short."""
    if not isinstance(levels, int):
        return sorted(levels)
    low, high = float(heights.min()), float(heights.max())
    if not bowl or low == high:
        return levels
    exact = low + (high - low) * (np.arange(levels + 1) / (levels + 1)) ** 2
    units = 10.0 ** np.floor(np.log10(np.diff(exact) / 2.5))
    return sorted({float(level) for level in np.round(exact[1:] / units) * units})


@unit_style()
def descent_path(axes: Axes, points: Array) -> tuple[Line2D, Line2D, Line2D]:
    """Return the path, its start and its end as three lines; points has shape (steps + 1, 2)."""
    x, y = np.asarray(points, dtype=float).T
    (path,) = axes.plot(x, y, color=canvas.PATH, linewidth=1.6, marker="o", markersize=3.5, zorder=3)
    (start,) = axes.plot(
        x[:1], y[:1], linestyle="", marker="o", markersize=8, color=canvas.PATH, markerfacecolor="white", zorder=4
    )
    (end,) = axes.plot(x[-1:], y[-1:], linestyle="", marker="o", markersize=8, color=canvas.PATH, zorder=4)
    return path, start, end


@unit_style()
def loss_per_step(axes: Axes, losses: Array, *, label: str = "loss") -> Line2D:
    """Return the line of the losses against the step number, on a logarithmic scale where all are positive."""
    losses = np.asarray(losses, dtype=float)
    (line,) = axes.plot(losses, color=canvas.PATH, linewidth=1.6, marker="o", markersize=3.5)
    seen = losses[np.isfinite(losses)]
    if seen.size and seen.min() > 0:
        axes.set_yscale("log")
    axes.set(xlabel="step", ylabel=label)
    return line


def gradient_arrows(axes: Axes, f: Function, x_range: Range, y_range: Range, *, columns: int = 9) -> Quiver:
    """Return the gradient of f as arrows at the middles of square cells; the longest is one cell long.

    An arrow's middle stands at its point. Points at which f has no gradient get none.
    """
    cell = (x_range[1] - x_range[0]) / columns
    rows = max(round((y_range[1] - y_range[0]) / cell), 1)
    middles = [
        low + (high - low) * (np.arange(n) + 0.5) / n for (low, high), n in ((x_range, columns), (y_range, rows))
    ]
    points = np.stack(np.meshgrid(*middles)).reshape(2, -1)
    slopes = np.array([gradient_at(f, point) for point in points.T]).T
    lengths = np.hypot(*slopes)
    seen = np.isfinite(lengths)
    if not seen.any():
        raise ValueError("f has no gradient anywhere in the picture; try another range, or another function")
    longest = lengths[seen].max() or 1.0
    return axes.quiver(
        *points[:, seen],
        *slopes[:, seen],
        color=canvas.GRADIENT,
        angles="xy",
        scale_units="xy",
        scale=longest / cell,
        pivot="mid",
        width=0.0045,
        zorder=2,
    )


def gradient_at(f: Function, point: Array) -> Array:
    """Return the gradient at a point of shape (2,), nan where f has none."""
    try:
        with np.errstate(all="ignore"):
            return numeric.gradient(f, point)
    except Exception:
        return np.full(2, np.nan)


def direction(angle: float | Array) -> Array:
    """Return the unit vector at an angle in degrees from the x axis towards the y axis, shape (2,) or (2, m)."""
    turn = np.deg2rad(angle)
    unit: Array = np.round(np.array([np.cos(turn), np.sin(turn)]), 15)  # so that a right angle is one
    return unit


@unit_style()
def gradient_field(
    f: Function,
    x_range: Range,
    y_range: Range,
    *,
    at: tuple[float, float] | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
    title: str = "The gradient points uphill, across the contours",
) -> Picture:
    """Return the gradient field of f over its contours, with one point and its gradient in numbers if `at` is given."""
    figure, axes = canvas.new_figure(width=6.0, height=5.2)
    draw_field(axes, f, x_range, y_range)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    alt = f"Contours and gradient arrows for {xlabel} from {number(x_range[0])} to {number(x_range[1])} and {ylabel} "
    alt += (
        f"from {number(y_range[0])} to {number(y_range[1])}: each arrow crosses its contour at a right angle, uphill."
    )
    if at is not None:
        slope = numeric.gradient(f, np.asarray(at, dtype=float))
        axes.plot(*at, marker="o", color=canvas.INK, zorder=5)
        said = f"at {pair(at)}: gradient {pair(slope)}"
        note(axes, *at, said, side=(0, -1 if slope[1] > 0 else 1))  # not on its arrow
        alt += f" {said[0].upper()}{said[1:]}."
    return Picture(figure, alt)


def draw_field(axes: Axes, f: Function, x_range: Range, y_range: Range) -> Quiver:
    """Return the arrows of f's gradient, drawn over its contours, with equal scales so that right angles look right."""
    contours(axes, f, x_range, y_range)
    axes.set_aspect("equal")
    axes.grid(visible=False)
    return gradient_arrows(axes, f, x_range, y_range)


@unit_style()
def directional_slopes(
    f: Function, at: tuple[float, float], *, title: str = "Steepest along the gradient, level across it"
) -> Picture:
    """Return the slope of f at one point against the direction walked in."""
    slope = numeric.gradient(f, np.asarray(at, dtype=float))
    steepest = float(np.hypot(*slope))
    figure, axes = canvas.new_figure()
    draw_compass(axes, 1.3 * max(steepest, LEVEL)).set_data(ANGLES, slope @ direction(ANGLES))
    axes.set_title(title)
    if steepest <= LEVEL * max(1.0, abs(value_at(f, at))):
        return Picture(figure, f"At {pair(at)} the gradient is (0, 0): f is level in every direction.")
    uphill = float(np.rad2deg(np.arctan2(slope[1], slope[0])) % 360)
    for angle, words in ((uphill, f"steepest: {number(steepest)}"), ((uphill + 180) % 360, number(-steepest))):
        height = float(slope @ direction(angle))
        axes.plot(angle, height, marker="o", color=canvas.GRADIENT, zorder=4)
        inwards = 1 if angle < 60 else -1 if angle > 300 else 0
        note(axes, angle, height, words, side=(inwards, 1 if height > 0 else -1))
    return Picture(
        figure,
        f"The slope at {pair(at)} against the direction: a wave that is highest, {number(steepest)}, at "
        f"{number(uphill)}°, along the gradient {pair(slope)}, and zero at right angles to it.",
    )


def draw_compass(axes: Axes, height: float) -> Line2D:
    """Return the line of the slope against the direction, still empty, on axes from 0° to 360°."""
    (wave,) = axes.plot([], [], color=canvas.TANGENT)
    axes.axhline(0, color=canvas.CONTEXT, linewidth=1)
    axes.set(xlim=(0, 360), ylim=(-height, height), xticks=range(0, 361, 90))
    axes.set(xlabel="direction walked in (degrees from the x axis)", ylabel="slope in that direction")
    return wave


def pair(point: Sequence[float] | Array) -> str:
    """Return a point as words: (2, 3)."""
    return f"({', '.join(map(number, point))})"


@unit_style()
def descent(
    f: Function,
    walk: Descent,
    x_range: Range | None = None,
    y_range: Range | None = None,
    *,
    xlabel: str = "x",
    ylabel: str = "y",
    losslabel: str = "loss",
    title: str = "Downhill, step by step",
) -> Picture:
    """Return the path of a descent in two dimensions over the contours of f, beside the loss after each step.

    Without ranges, the picture holds the whole path with some room around it.
    """
    spans = [given or _around(along) for given, along in zip((x_range, y_range), walk.points.T, strict=True)]
    figure, (left, right) = canvas.new_figure(9.2, 4.2, ncols=2)
    contours(left, f, spans[0], spans[1], bowl=True)
    descent_path(left, walk.points)
    left.set(xlabel=xlabel, ylabel=ylabel, title=title)
    left.grid(visible=False)
    loss_per_step(right, walk.values, label=losslabel)
    right.set_title(f"{losslabel.capitalize()} after each step")
    ends = f"from {pair(walk.points[0])} to {pair(walk.points[-1])}; it {walk.outcome}"
    fall = f"The {losslabel} goes from {number(walk.values[0])} to {number(walk.values[-1])}"
    return Picture(figure, f"A path of {len(walk.values) - 1} steps over contours, {ends}. {fall}.")


def _around(along: Array) -> Range:
    """Return a range that holds all the numbers, with room on both sides."""
    low, high = float(along.min()), float(along.max())
    room = 0.3 * (high - low) or 1.0
    return low - room, high + room
