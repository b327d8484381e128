"""Functions of two numbers as pictures: contours, gradient fields, directions, and paths downhill."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D
from matplotlib.quiver import Quiver

from calc_core import numeric
from calc_core.plots import canvas
from calc_core.plots.sampling import Array, Function, Picture, number, sample, value_at

Range = tuple[float, float]


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
    drawn = axes.contour(x, y, heights, levels=rings, colors=canvas.CONTEXT, linewidths=0.8, alpha=0.75, zorder=1)
    axes.clabel(drawn, fmt=number, fontsize=9, inline_spacing=3)
    axes.set(xlim=x_range, ylim=y_range)
    return drawn


def _levels(heights: Array, levels: int | Sequence[float], bowl: bool) -> Array:
    """Return ascending contour levels, rounded to two digits so that their labels are short."""
    if not isinstance(levels, int):
        return np.sort(np.asarray(levels, dtype=float))
    low, high = float(heights.min()), float(heights.max())
    if low == high:
        return np.array([low])
    share = np.arange(1, levels + 1) / (levels + 1)
    even = low + (high - low) * (share**2 if bowl else share)
    unit = 10.0 ** (np.floor(np.log10((even[1:] - even[:-1]).min())) - bowl)
    return np.unique(np.round(even / unit) * unit)


def descent_path(axes: Axes, points: Array) -> tuple[Line2D, Line2D, Line2D]:
    """Return the path, its start and its end as three lines; points has shape (steps + 1, 2)."""
    x, y = np.asarray(points, dtype=float).T
    (path,) = axes.plot(x, y, color=canvas.PATH, linewidth=1.6, marker="o", markersize=3.5, zorder=3)
    (start,) = axes.plot(
        x[:1], y[:1], linestyle="", marker="o", markersize=8, color=canvas.PATH, markerfacecolor="white", zorder=4
    )
    (end,) = axes.plot(x[-1:], y[-1:], linestyle="", marker="o", markersize=8, color=canvas.PATH, zorder=4)
    return path, start, end


def loss_per_step(axes: Axes, losses: Array, *, label: str = "loss") -> Line2D:
    """Return the line of the losses against the step number, on a logarithmic scale where all are positive."""
    losses = np.asarray(losses, dtype=float)
    (line,) = axes.plot(losses, color=canvas.PATH, linewidth=1.6, marker="o", markersize=3.5)
    seen = losses[np.isfinite(losses)]
    if seen.size and seen.min() > 0:
        axes.set_yscale("log")
    axes.set(xlabel="step", ylabel=label)
    return line
