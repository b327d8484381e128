"""Still pictures of two rules, and the curves, contours and arrows that moving pictures are drawn with."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.quiver import Quiver
from matplotlib.ticker import MaxNLocator

from calc_core import numeric
from calc_core.sampling import Function, sample
from calc_core.style import BACKGROUND, CONTEXT, FUNCTION, GRADIENT, TANGENT, Picture, number, unit_style

Range = tuple[float, float]


def draw_curve(axes: Axes, f: Function, span: Range) -> Line2D:
    """The line of f over the span; the limits show a tame curve whole, and the greater part of one with poles."""
    x = np.linspace(*span, 401)
    y = sample(f, x)
    low, high = np.nanpercentile(y, [2, 98])
    room = (high - low) / 3
    low = max(low - room, np.nanmin(y))
    high = min(high + room, np.nanmax(y))
    margin = 0.06 * (high - low)
    if margin <= 1e-9 * max(abs(low), abs(high)):  # a level line, but for rounding
        margin = 0.5 * max(abs(high), 1.0)
    bottom, top = low - margin, high + margin
    y[1:][np.abs(np.diff(y)) > top - bottom] = np.nan  # a pole is no part of the curve
    axes.set(xlim=span, ylim=(bottom, top))
    return axes.plot(x, y, color=FUNCTION)[0]


def draw_contours(axes: Axes, f: Function, spans: tuple[Range, Range], *, bowl: bool = False) -> QuadContourSet:
    """The heights of f as shades between contours, darker is higher; `bowl` packs them towards the lowest: rings.

    f takes a point of shape (2,); `spans` are the ranges of its two coordinates.
    """
    x, y = np.meshgrid(*(np.linspace(*span, 61) for span in spans))
    heights = sample(f, np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    low, high = np.nanmin(heights), np.nanmax(heights)
    high = high if high > low else low + 1
    rings = low + (high - low) * np.linspace(0, 1, 11) ** 2
    levels = rings if bowl else MaxNLocator(10).tick_values(low, high)
    shades = matplotlib.colormaps["Blues"](np.linspace(0.0, 0.45, len(levels) - 1))
    axes.contour(x, y, heights, levels, colors=CONTEXT, linewidths=0.6, zorder=1)
    axes.set(xlim=spans[0], ylim=spans[1])
    axes.grid(visible=False)
    return axes.contourf(x, y, heights, levels, colors=shades, zorder=0)


def draw_arrows(axes: Axes, f: Function, spans: tuple[Range, Range]) -> Quiver:
    """The gradient of f as arrows in square cells, nine in a row, the longest one cell long; none where f has none."""
    cell = (spans[0][1] - spans[0][0]) / 9
    middles = np.meshgrid(*(np.arange(low + cell / 2, high, cell) for low, high in spans))
    points = np.column_stack([middle.ravel() for middle in middles])
    slopes = np.array([_gradient(f, point) for point in points])
    if np.isnan(slopes).all():
        raise ValueError("f has no gradient anywhere in the picture; try another range, or another function")
    longest = np.nanmax(np.hypot(*slopes.T)) or 1.0
    return axes.quiver(
        *points.T,
        *slopes.T,
        color=GRADIENT,
        angles="xy",
        scale_units="xy",
        scale=longest / cell,
        pivot="mid",
        width=0.0045,
        zorder=2,
    )


def _gradient(f: Function, point: Any) -> Any:
    try:
        with np.errstate(all="ignore"):
            return numeric.gradient(f, point)
    except Exception:  # a learner's function may raise anything where it has no gradient
        return np.full(2, np.nan)


@unit_style()
def product_rule(u: float = 3.0, v: float = 2.0, du: float = 0.7, dv: float = 0.4) -> Picture:
    """The rectangle with sides u and v, and what its area gains when they grow by du and dv; all four are positive.

    >>> product_rule()
    A rectangle of area u · v = 6 gains the strips v · du = 1.4 and u · dv = 1.2 and the corner du · dv = 0.28.
    """
    figure = Figure(figsize=(6.4, 4.4))
    axes = figure.subplots()
    areas = {
        "u · v": u * v,
        "v · du": v * du,
        "u · dv": u * dv,
        "du · dv": du * dv,
    }
    tiles = axes.bar(
        [0, u, 0, u],
        [v, v, dv, dv],
        [u, du, u, du],
        [0, 0, v, v],
        align="edge",
        color=[FUNCTION, TANGENT, TANGENT, CONTEXT],
        edgecolor="white",
        alpha=0.2,
    )
    axes.bar_label(tiles, [f"{name}\n= {number(area)}" for name, area in areas.items()], label_type="center")
    axes.set_xticks([u / 2, u + du / 2], [f"u = {number(u)}", f"du = {number(du)}"])
    axes.set_yticks([v / 2, v + dv / 2], [f"v = {number(v)}", f"dv = {number(dv)}"])
    axes.set(xlim=(0, u + du), ylim=(0, v + dv), aspect="equal")
    axes.set_title("A product grows by two strips and a tiny corner")
    axes.grid(visible=False)
    area, right, upper, corner = (f"{name} = {number(area)}" for name, area in areas.items())
    return Picture(figure, f"A rectangle of area {area} gains the strips {right} and {upper} and the corner {corner}.")


@unit_style()
def chain_rule(at: float = 0.3) -> Picture:
    """A step dx, the step it makes on the axis of u = 2x + 1 and that on the axis of y = u²: their slopes multiply.

    A negative slope turns the step round.

    >>> chain_rule()
    At x = 0.3, u = 2x + 1 = 1.6, y = u² = 2.56 a step dx is stretched 2 times, then 3.2 times: 6.4 times in all.
    """
    u = 2 * at + 1
    values = {"x": at, "u = 2x + 1": u, "y = u²": u**2}
    slopes = 2.0, 2 * u
    steps = np.cumprod([1.0, *slopes])
    rows = np.array([0, -1, -2])
    figure = Figure(figsize=(8.4, 4.0))
    axes = figure.subplots()
    axes.plot([0, 0, 0], rows, ":", color=CONTEXT)
    axes.plot(steps, rows, ":", color=CONTEXT)
    axes.quiver(
        [0, 0, 0],
        rows,
        steps,
        [0, 0, 0],
        color=FUNCTION,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.008,
    )
    for step, row in zip(steps, rows, strict=True):
        axes.text(step, row - 0.12, f"{number(step)} dx", ha="center", va="top", bbox=BACKGROUND)
    for slope, place, row in zip(slopes, (steps[:-1] + steps[1:]) / 4, rows[:-1], strict=True):
        axes.text(place, row - 0.5, f"× {number(slope)}", ha="center", va="center", color=TANGENT, bbox=BACKGROUND)
    said = [f"{name} = {number(value)}" for name, value in values.items()]
    axes.set_yticks(rows, said)
    axes.set(xticks=[], ylim=(-2.5, 0.3), title="Two stretches in a row multiply")
    axes.margins(x=0.08)
    axes.spines[:].set_visible(False)
    first, second, both = (f"{number(factor)} times" for factor in (*slopes, steps[2]))
    return Picture(figure, f"At {', '.join(said)} a step dx is stretched {first}, then {second}: {both} in all.")
