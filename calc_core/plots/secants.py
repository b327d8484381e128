"""A secant beside a tangent, and the place where a moving picture says its numbers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from calc_core.plots import canvas
from calc_core.plots.curves import GROUND
from calc_core.plots.sampling import Array, number


class Secant(NamedTuple):
    """The artists of a secant beside a tangent, so that a slider can move them."""

    ends: Array
    tangent: Line2D
    secant: Line2D
    triangle: Line2D
    points: Line2D
    tangent_slope: Text
    secant_slope: Text

    def moving(self) -> list[Artist]:
        """Return the artists that a slider moves."""
        return list(self[1:])

    def place(self, x: float, h: float, heights: tuple[float, float], secant: float, tangent: float | None) -> None:
        """Nothing; moves the secant to the points (x, f(x)) and (x + h, f(x + h)), with both slopes as numbers.

        The tangent's slope is nan at a kink, and None while it is not to be shown.
        """
        ends = self.ends
        shown = np.nan if tangent is None else tangent
        self.tangent.set_data(ends, heights[0] + shown * (ends - x))
        self.secant.set_data(ends, heights[0] + secant * (ends - x))
        self.triangle.set_data([x, x + h, x + h], [heights[0], heights[0], heights[1]])
        self.points.set_data([x, x + h], heights)
        missing = "no tangent: a kink" if tangent is not None else "tangent: not shown yet"
        self.tangent_slope.set_text(f"tangent: slope {number(shown)}" if np.isfinite(shown) else missing)
        self.secant_slope.set_text(f"secant: slope {number(secant)}")


def draw_secant(axes: Axes, curve: Line2D) -> Secant:
    """Return the artists of a secant and a tangent, still without a place; the slopes stand where the curve is not."""
    (tangent,) = axes.plot([], [], color=canvas.TANGENT, linewidth=1.8, zorder=3)
    (secant,) = axes.plot([], [], color=canvas.SECANT, linewidth=1.8, linestyle="--", zorder=3)
    (triangle,) = axes.plot([], [], color=canvas.CONTEXT, linewidth=1.0, zorder=2)
    (points,) = axes.plot([], [], linestyle="", marker="o", markersize=7, color=canvas.INK, zorder=4)
    secant_slope, tangent_slope = key(axes, curve, (secant, tangent))
    return Secant(np.array(axes.get_xlim()), tangent, secant, triangle, points, tangent_slope, secant_slope)


def key(axes: Axes, curve: Line2D, lines: Sequence[Line2D]) -> list[Text]:
    """Return texts, still empty, one to a line, in the place the curve avoids, each behind a sample of its line."""
    left, top = empty_place(axes, curve)
    texts = []
    for row, line in enumerate(lines):
        x, y = _across(axes, left + np.array([0.0, 0.06, 0.075]), top - 0.075 * row)
        (sample_of,) = axes.plot(x[:2], [y, y], zorder=5)
        sample_of.update_from(line)
        texts.append(axes.text(x[2], y, "", va="center_baseline", color=canvas.INK, zorder=6, bbox=GROUND))
    return texts


def _across(axes: Axes, x: Array, y: float) -> tuple[Array, float]:
    """Return data coordinates from fractions of the axes' width and height."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return left + x * (right - left), bottom + y * (top - bottom)


def empty_place(axes: Axes, curve: Line2D) -> tuple[float, float]:
    """Return where words of almost half the width may begin: the left end and the height of a place without curve."""
    x, y = (np.asarray(data, dtype=float) for data in curve.get_data())
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    x, y = (x - left) / (right - left), (y - bottom) / (top - bottom)
    places = [(left, top) for top in (0.94, 0.14) for left in (0.03, 0.52, 0.27)]

    def room(place: tuple[float, float]) -> float:
        near = y[(x > place[0] - 0.03) & (x < place[0] + 0.48) & np.isfinite(y)]
        return float(np.min(np.abs(near - place[1]), initial=1.0))

    return max(places, key=room)
