"""Two rules as pictures that prove them: the product rule as an area, the chain rule as stretches that multiply."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.curves import note, tangent_slope
from calc_core.plots.sampling import Function, Picture, number, value_at


@unit_style()
def product_rule(u: float = 3.0, v: float = 2.0, du: float = 0.7, dv: float = 0.4) -> Picture:
    """Return the rectangle with sides u and v, and what is added to its area when the sides grow by du and dv.

    All four lengths are positive.
    """
    if not min(u, v, du, dv) > 0:
        raise ValueError(f"all four lengths must be positive, got {u}, {v}, {du}, {dv}; try u=3, v=2, du=0.7, dv=0.4")
    figure, axes = canvas.new_figure(width=6.4, height=4.4)
    _tile(axes, 0, 0, u, v, canvas.FUNCTION, f"u · v = {number(u * v)}")
    _tile(axes, u, 0, du, v, canvas.TANGENT, f"v · du\n= {number(v * du)}")
    _tile(axes, 0, v, u, dv, canvas.TANGENT, f"u · dv = {number(u * dv)}")
    _tile(axes, u, v, du, dv, canvas.CONTEXT, f"du · dv\n= {number(du * dv)}")
    for middle, name in ((u / 2, f"u = {number(u)}"), (u + du / 2, f"du = {number(du)}")):
        axes.text(middle, -0.03 * (v + dv), name, ha="center", va="top")
    for middle, name in ((v / 2, f"v = {number(v)}"), (v + dv / 2, f"dv = {number(dv)}")):
        axes.text(-0.015 * (u + du), middle, name, ha="right", va="center")
    axes.set(xlim=(0, u + du), ylim=(0, v + dv), title="A product grows by two strips and a tiny corner")
    axes.set_aspect("equal")
    axes.set_axis_off()
    return Picture(
        figure,
        f"A rectangle with sides u = {number(u)}, v = {number(v)}, grown by du = {number(du)} and dv = {number(dv)}: "
        f"its area {number(u * v)} gains the strips v · du = {number(v * du)} and u · dv = {number(u * dv)} and "
        f"the corner du · dv = {number(du * dv)}, which shrinks faster than the strips.",
    )


def _tile(axes: Axes, x: float, y: float, width: float, height: float, color: str, words: str) -> None:
    axes.add_patch(Rectangle((x, y), width, height, facecolor=color, alpha=0.18, edgecolor="none"))
    axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=color, linewidth=1.6))
    axes.text(x + width / 2, y + height / 2, words, ha="center", va="center")


@unit_style()
def chain_rule(
    inner: Function = lambda x: 2 * x + 1,
    outer: Function = lambda u: u**2,
    at: float = 0.3,
    *,
    names: tuple[str, str, str] = ("x", "u = 2x + 1", "y = u²"),
) -> Picture:
    """Return a short piece of the x axis, its image on the u axis and the image of that on the y axis, on one scale.

    A negative slope turns the piece round. ValueError at a kink, where there is no one factor.
    """
    middle = value_at(inner, at)
    factors = tangent_slope(inner, at), tangent_slope(outer, middle)
    if np.isnan(factors).any():
        raise ValueError(f"there is a kink on the way from x = {number(at)}: no one factor; try another point")
    lengths = np.cumprod([1.0, *factors])
    starts = (at, middle, value_at(outer, middle))
    figure, axes = canvas.new_figure(height=4.2)
    low, high = min(0.0, *lengths), max(lengths)
    room = high - low
    colors = (canvas.INK, canvas.FUNCTION, canvas.FUNCTION)
    thick = {"arrowstyle": "-|>", "linewidth": 4, "mutation_scale": 18, "shrinkA": 0, "shrinkB": 0}
    for row, (length, start, name, color) in enumerate(zip(lengths, starts, names, colors, strict=True)):
        axes.plot([low - 0.03 * room, high + 0.05 * room], [-row, -row], color=canvas.CONTEXT, linewidth=1)
        axes.annotate("", (length, -row), xytext=(0, -row), arrowprops={"color": color, **thick})
        axes.plot(0, -row, marker="|", markersize=16, color=canvas.INK)
        note(axes, 0, -row, number(start))
        note(axes, length, -row, "dx" if row == 0 else f"{number(length)} · dx", side=(0, -1))
        axes.text(low - 0.06 * room, -row, name, ha="right", va="center")
    for row, factor in enumerate(factors):
        axes.plot([0, 0], [-row, -row - 1], color=canvas.CONTEXT, linewidth=1, linestyle=":")
        axes.plot(lengths[row : row + 2], [-row, -row - 1], color=canvas.CONTEXT, linewidth=1, linestyle=":")
        half_way = lengths[row : row + 2].mean() / 2
        note(axes, half_way, -row - 0.5, f"× {number(factor)}", color=canvas.TANGENT, side=(0, 0))
    axes.set(xlim=(low - 0.03 * room, high + 0.05 * room), ylim=(-2.4, 0.4))
    axes.set_title("Two stretches in a row multiply")
    axes.set_axis_off()
    return Picture(
        figure,
        f"Three number lines. A short piece at {names[0]} = {number(at)} is stretched {number(factors[0])} times on "
        f"the way to {names[1]} = {number(middle)}, then {number(factors[1])} times on the way to {names[2]} = "
        f"{number(starts[2])}: {number(lengths[2])} times in all.",
    )
