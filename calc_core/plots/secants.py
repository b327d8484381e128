"""A secant beside a tangent, and the place where a moving picture says its numbers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from calc_core import numeric
from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.curves import GROUND, Range, draw_function, tangent_slope
from calc_core.plots.sampling import Array, Function, Picture, number, value_at


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

    def place(self, x: float, h: float, heights: tuple[float, float], tangent: float, secant: float) -> None:
        """Nothing; moves the secant to the points (x, f(x)) and (x + h, f(x + h)), with both slopes as numbers."""
        ends = self.ends
        self.tangent.set_data(ends, heights[0] + tangent * (ends - x))
        self.secant.set_data(ends, heights[0] + secant * (ends - x))
        self.triangle.set_data([x, x + h, x + h], [heights[0], heights[0], heights[1]])
        self.points.set_data([x, x + h], heights)
        self.tangent_slope.set_text(
            f"tangent: slope {number(tangent)}" if np.isfinite(tangent) else "no tangent: a kink"
        )
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


@unit_style()
def secant_line(
    f: Function,
    at: float,
    h: float,
    *,
    x_range: Range | None = None,
    xlabel: str = "x",
    ylabel: str = "f(x)",
    title: str = "The secant leans on the tangent as h shrinks",
) -> Picture:
    """Return f with the secant from `at` to `at + h` beside the tangent at `at`."""
    reach = abs(h)
    x_range = x_range or (at - reach, at + abs(h) + reach)
    figure, axes = canvas.new_figure()
    artists = draw_secant(axes, draw_function(axes, f, x_range))
    tangent, secant = tangent_slope(f, at), float(numeric.forward_difference(f, at, h))
    artists.place(at, h, (value_at(f, at), value_at(f, at + h)), tangent, secant)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    alt = f"The secant of {ylabel} from {number(at)} to {number(at + h)} has slope {number(secant)}; "
    slope = "a kink, and so no tangent" if np.isnan(tangent) else f"a tangent with slope {number(tangent)}"
    return Picture(figure, f"{alt}at {number(at)} the curve has {slope}.")
