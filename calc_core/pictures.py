"""Still pictures of the lesson, and the curves, contours and arrows that the moving ones are drawn with too."""

from collections.abc import Mapping, Sequence
from itertools import cycle
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
from calc_core.sampling import Function, sample, slope_at, value_at
from calc_core.style import (
    BACKGROUND,
    CONTEXT,
    ESTIMATE,
    FUNCTION,
    GRADIENT,
    INK,
    TANGENT,
    Picture,
    number,
    pair,
    unit_style,
)

Range = tuple[float, float]


def draw_curve(axes: Axes, f: Function, span: Range) -> Line2D:
    """The line of f over the span; the limits show a tame curve whole, and the greater part of one with poles."""
    x = np.linspace(*span, 401)
    y = sample(f, x)
    low, high = np.nanpercentile(y, [2, 98])
    room = (high - low) / 3
    if room:
        low = max(low - room, np.nanmin(y))
        high = min(high + room, np.nanmax(y))
    margin = 0.06 * (high - low)
    if margin <= 1e-9 * abs(high):  # a level line, but for rounding
        margin = 0.5 * max(abs(high), 1.0)
    y[1:][np.abs(np.diff(y)) > high - low + 2 * margin] = np.nan  # a pole is no part of the curve
    axes.set(xlim=span, ylim=(low - margin, high + margin))
    return axes.plot(x, y, color=FUNCTION, zorder=2)[0]


def draw_contours(axes: Axes, f: Function, spans: tuple[Range, Range], *, bowl: bool = False) -> QuadContourSet:
    """The heights of f as shades between contours, darker is higher; `bowl` packs them towards the lowest: rings.

    f takes a point of shape (2,); `spans` are the ranges of its two coordinates.
    """
    x, y = np.meshgrid(*(np.linspace(*span, 61) for span in spans))
    heights = sample(f, np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    low, high = np.nanmin(heights), np.nanmax(heights)
    high = high if high > low else low + 1
    levels = MaxNLocator(10).tick_values(low, high)
    if bowl:
        levels = low + (high - low) * np.linspace(0, 1, 11) ** 2
    shades = matplotlib.colormaps["Blues"](np.linspace(0.0, 0.45, len(levels) - 1))
    axes.contour(x, y, heights, levels, colors=CONTEXT, linewidths=0.6, zorder=1)
    axes.set(xlim=spans[0], ylim=spans[1])
    axes.grid(visible=False)
    return axes.contourf(x, y, heights, levels, colors=shades, zorder=0)


def draw_arrows(axes: Axes, f: Function, spans: tuple[Range, Range], count: int = 9) -> Quiver:
    """The gradient of f as arrows at the middles of square cells, the longest one cell long; none where f has none."""
    cell = (spans[0][1] - spans[0][0]) / count
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
def scatter(
    x: Any,
    y: Any,
    curves: Mapping[str, Function] | None = None,
    *,
    labels: tuple[str, str] = ("income (francs a year)", "food (francs a year)"),
    title: str = "Families that earn more spend more on food",
) -> Picture:
    """The cloud of the points (x, y), both of shape (n,), and curves through it under their names.

    >>> scatter([1.0, 2.0], [3.0, 5.0], {"line": lambda x: 1 + 2 * x}, labels=("x", "y"))
    2 points: x up to 2, y up to 5; line: from 3 to 5.
    """
    figure = Figure(figsize=(8.4, 4.6))
    axes = figure.subplots()
    axes.scatter(x, y, s=16, color=FUNCTION, alpha=0.4, linewidths=0)
    axes.set(xlim=(0, None), ylim=(0, None), xlabel=labels[0], ylabel=labels[1], title=title)
    sentence = f"{len(x)} points: {labels[0]} up to {number(max(x))}, {labels[1]} up to {number(max(y))}"
    grid = np.linspace(min(x), max(x), 201)
    styles = cycle([(ESTIMATE, "-"), (INK, "--"), (GRADIENT, "-.")])
    for (name, curve), (colour, line) in zip((curves or {}).items(), styles, strict=False):
        heights = sample(curve, grid)
        axes.plot(grid, heights, color=colour, linestyle=line, label=name)
        sentence += f"; {name}: from {number(heights[0])} to {number(heights[-1])}"
    if curves:
        axes.legend(loc="upper left", handlelength=3)
    return Picture(figure, f"{sentence}.")


@unit_style()
def tangent_line(
    f: Function,
    at: float | Sequence[float],
    x_range: Range,
    *,
    predict_to: float | None = None,
    labels: tuple[str, str] = ("x", "f(x)"),
    title: str = "The tangent has the slope of the curve at one point",
) -> Picture:
    """f with its tangent at one point or at several, and at `predict_to` the gap between the first one and f.

    At a kink there is no tangent. ValueError where f has no value.

    >>> tangent_line(lambda x: x**2, 3.0, (0.0, 5.0), predict_to=4.0)
    The curve f(x); at 3: slope 6; at 4 the tangent gives 15, the curve 16: gap 1.
    """
    figure = Figure(figsize=(8.4, 4.8))
    axes = figure.subplots()
    draw_curve(axes, f, x_range).set_label(labels[1])
    bottom, top = axes.get_ylim()
    room = 0.2 * (top - bottom)
    axes.set(ylim=(bottom - room, top + room), xlabel=labels[0], ylabel=labels[1], title=title)
    half = (0.09 if np.ndim(at) else 1) * (x_range[1] - x_range[0])
    sentence = f"The curve {labels[1]}"
    for x in np.atleast_1d(at):
        height, slope = value_at(f, x), slope_at(f, x)
        words = "a kink: no tangent" if np.isnan(slope) else f"slope {number(slope)}"
        ends = np.array([x - half, x + half])
        (tangent,) = axes.plot(ends, height + slope * (ends - x), color=TANGENT)
        axes.plot(x, height, "o", color=TANGENT, zorder=4)
        bends_up = sample(f, x + np.array([-half, half]) / 50).mean() > height
        _beside(axes, words, (x, height), slope, -1 if bends_up else 1)
        sentence += f"; at {number(x)}: {words}"
    tangent.set_label("tangent")
    if predict_to is not None:
        first = np.atleast_1d(at)[0]
        true, predicted = value_at(f, predict_to), value_at(f, first) + slope_at(f, first) * (predict_to - first)
        gap = f"gap {number(abs(predicted - true))}"
        axes.plot([predict_to, predict_to], [true, predicted], "_-", color=INK, linewidth=1.6, label=gap)
        sentence += f"; at {number(predict_to)} the tangent gives {number(predicted)}, the curve {number(true)}: {gap}"
    figure.legend(loc="outside lower center", ncols=3)
    return Picture(figure, f"{sentence}.")


def _beside(axes: Axes, words: str, point: tuple[float, float], slope: float, up: int) -> None:
    # The side from which the curve bends away is free: above a hill (up is 1) or below a valley (up is -1).
    right = -up * np.sign(np.nan_to_num(slope))
    axes.annotate(
        words,
        point,
        (9 * right, 9 * up),
        textcoords="offset points",
        ha={-1: "right", 0: "center", 1: "left"}[right],
        va="bottom" if up > 0 else "top",
        color=TANGENT,
        bbox=BACKGROUND,
    )


@unit_style()
def gradient_field(
    f: Function,
    x_range: Range,
    y_range: Range,
    *,
    at: tuple[float, float] | None = None,
    title: str = "The gradient points uphill, across the contours",
) -> Picture:
    """The gradients of f, a function of a point of shape (2,), as arrows over its contours; in numbers at one point.

    >>> gradient_field(lambda p: p[0] ** 2 * p[1] + p[1] ** 3, (0.5, 3.5), (1.5, 4.5), at=(2.0, 3.0))
    Arrows uphill across the contours of f; at (2, 3) the gradient is (12, 31).
    """
    figure = Figure(figsize=(6.4, 5.8))
    axes = figure.subplots()
    draw_contours(axes, f, (x_range, y_range))
    arrows = draw_arrows(axes, f, (x_range, y_range))
    axes.set(xlabel="x", ylabel="y", title=title, aspect="equal")
    sentence = "Arrows uphill across the contours of f"
    if at is not None:
        slopes = numeric.gradient(f, np.array(at))
        tip = at + 1.7 * slopes / arrows.scale
        axes.annotate("", tip, at, arrowprops={"color": GRADIENT, "width": 3, "headwidth": 12})
        axes.plot(*at, "o", color=INK)
        words = f"at {pair(at)} the gradient is {pair(slopes)}"
        axes.annotate(words, at, (0, -10), textcoords="offset points", ha="center", va="top", bbox=BACKGROUND)
        sentence += f"; {words}"
    return Picture(figure, f"{sentence}.")


@unit_style()
def product_rule(u: float = 3.0, v: float = 2.0, du: float = 0.7, dv: float = 0.4) -> Picture:
    """The rectangle with sides u and v, and what its area gains when they grow by du and dv; all four are positive.

    >>> product_rule(du=0.1, dv=0.2)
    A rectangle of area u · v = 6 gains the strips v · du = 0.2 and u · dv = 0.6 and the corner du · dv = 0.02.
    """
    figure = Figure(figsize=(6.4, 4.4))
    axes = figure.subplots()
    areas = {"u · v": u * v, "v · du": v * du, "u · dv": u * dv, "du · dv": du * dv}
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
    axes.set(
        xlim=(0, u + du), ylim=(0, v + dv), aspect="equal", title="A product grows by two strips and a tiny corner"
    )
    axes.grid(visible=False)
    area, right, upper, corner = (f"{name} = {number(area)}" for name, area in areas.items())
    return Picture(figure, f"A rectangle of area {area} gains the strips {right} and {upper} and the corner {corner}.")


@unit_style()
def chain_rule(
    inner: Function = lambda x: 2 * x + 1,
    outer: Function = lambda u: u**2,
    at: float = 0.3,
    names: tuple[str, str, str] = ("x", "u = 2x + 1", "y = u²"),
) -> Picture:
    """A step dx, the step it makes on the u axis and the one that makes on the y axis: their slopes multiply.

    A negative slope turns the step round.

    >>> chain_rule(at=1.0)
    At x = 1, u = 2x + 1 = 3, y = u² = 9 a step dx is stretched 2 times, then 6 times: 12 times in all.
    """
    values = [at, value_at(inner, at)]
    values.append(value_at(outer, values[1]))
    slopes = [slope_at(inner, at), slope_at(outer, values[1])]
    steps = np.cumprod([1.0, *slopes])
    rows = np.array([0, -1, -2])
    figure = Figure(figsize=(8.4, 4.0))
    axes = figure.subplots()
    axes.plot([0, 0, 0], rows, ":", color=CONTEXT)
    axes.plot(steps, rows, ":", color=CONTEXT)
    axes.quiver([0, 0, 0], rows, steps, [0, 0, 0], angles="xy", scale_units="xy", scale=1, color=FUNCTION, width=0.008)
    for step, row in zip(steps, rows, strict=True):
        axes.text(step, row - 0.12, f"{number(step)} dx", ha="center", va="top", bbox=BACKGROUND)
    for slope, middle, row in zip(slopes, (steps[:-1] + steps[1:]) / 4, rows, strict=False):
        axes.text(middle, row - 0.5, f"× {number(slope)}", ha="center", va="center", color=TANGENT, bbox=BACKGROUND)
    said = [f"{name} = {number(value)}" for name, value in zip(names, values, strict=True)]
    axes.set_yticks(rows, said)
    axes.set(xticks=[], ylim=(-2.5, 0.3), title="Two stretches in a row multiply")
    axes.spines[:].set_visible(False)
    times = [f"{number(factor)} times" for factor in (*slopes, steps[2])]
    stretches = "a step dx is stretched {}, then {}: {} in all".format(*times)
    return Picture(figure, f"At {', '.join(said)} {stretches}.")


@unit_style()
def momentum_counted(hessian: Any, start: Any, momenta: Sequence[float] = (0.0, 0.37, 0.8, 0.9)) -> Picture:
    """The steps of descent on a bowl to a millionth of its first distance, for each momentum at its best learning rate.

    `hessian` has shape (n, n), `start` has shape (n,) and is seen from the bottom.

    >>> momentum_counted(np.diag([1.0, 9.0]), np.array([1.0, 1.0]), [0.0, 0.25])
    To a millionth of the first distance: momentum 0: 62 steps, momentum 0.25: 24 steps.
    """
    figure = Figure(figsize=(8.4, 5.0))
    axes = figure.subplots()
    counts = []
    styles = cycle([(CONTEXT, "-"), (ESTIMATE, "-"), (INK, "--"), (INK, ":")])
    for momentum, (colour, line) in zip(momenta, styles, strict=False):
        rates = np.linspace(0, 2 * (1 + momentum) / np.linalg.eigvalsh(hessian)[-1], 2001)[1:-1]
        distances = _distances(hessian, np.outer(start, np.ones(len(rates))), rates, momentum)
        outside = np.arange(1, len(distances) + 1)[:, np.newaxis] * (distances > 1e-6)
        steps = outside.max(axis=0)  # after the last one outside, for the distance ripples
        best = steps.argmin()
        counts.append(f"momentum {number(momentum)}: {steps[best]} steps")
        axes.semilogy(distances[: steps[best] + 1, best], color=colour, linestyle=line, label=counts[-1])
        axes.plot(steps[best], 1e-6, "o", color=colour, clip_on=False)
    axes.set(xlabel="step", ylabel="distance to the bottom", title="A little momentum is fast; a lot is not")
    axes.set_yticks([1, 1e-2, 1e-4, 1e-6], ["1", "1/100", "1/10,000", "1/1,000,000"])
    axes.minorticks_off()
    figure.legend(loc="outside lower center", ncols=2, handlelength=3)
    return Picture(figure, f"To a millionth of the first distance: {', '.join(counts)}.")


def _distances(hessian: Any, place: Any, rates: Any, momentum: float) -> Any:
    # One row a step, one column a learning rate; the distance at the start is 1.
    velocity, distances = 0.0, []
    for _ in range(400):
        distances.append(np.linalg.norm(place, axis=0))
        velocity = momentum * velocity + hessian @ place
        place = place - rates * velocity
    return np.array(distances) / distances[0]
