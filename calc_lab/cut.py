"""A surface and its cuts: hold one input still, and a function of two numbers is a curve with a slope."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from calc_core.pictures import Range, draw_contours
from calc_core.sampling import Function, sample, slope_at, value_at
from calc_core.style import BACKGROUND, CONTEXT, FUNCTION, INK, TANGENT, number, unit_style
from calc_lab.controls import choice, slider
from calc_lab.figure import LiveFigure, moving


def valley(point: Any) -> Any:
    """x²y + y³ at a point (x, y): the lesson's function of two numbers.

    >>> valley((2.0, 3.0))
    39.0
    """
    x, y = point
    return x**2 * y + y**3


@unit_style()
def cut_explorer(
    f: Function = valley,
    at: tuple[float, float] = (2.0, 3.0),
    x_range: Range = (-3.0, 3.0),
    y_range: Range = (-1.0, 4.0),
) -> LiveFigure:
    """A live figure of the surface of f, cut where one input is held still: the cut's slope is a partial derivative.

    f takes a point of shape (2,). ValueError where f cannot be drawn.

    >>> cut_explorer().sentence
    'With y held still at 3, f is a curve in x alone; at x = 2 it has height 39 and slope 12.'
    """
    spans = (x_range, y_range)
    figure = Figure(figsize=(8.4, 4.6))
    space = figure.add_subplot(1, 2, 1, projection="3d", computed_zorder=False)
    plan = figure.add_subplot(1, 2, 2)
    figure.set_layout_engine("constrained", wspace=0.09)
    draw_surface(space, f, spans)
    draw_contours(plan, f, spans)
    space.set_title("The cut is a curve …")
    plan.set(xlabel="x", ylabel="y", title="… and on the map a line")

    top = space.get_zlim()[1]
    pane = Poly3DCollection([np.zeros((3, 3))], facecolor=CONTEXT, alpha=0.16, edgecolor="none", animated=True)
    space.add_collection3d(pane, autolim=False)
    (cut,) = space.plot([], [], [], color=FUNCTION, linewidth=3, animated=True)
    (tangent,) = space.plot([], [], [], color=TANGENT, linewidth=2.4, animated=True)
    (spot,) = space.plot([], [], [], "o", color=INK, animated=True)
    line = moving(plan, color=FUNCTION, linewidth=3, clip_on=False)
    place = moving(plan, "o", color=INK, clip_on=False)
    words = plan.text(0, 0, "", color=TANGENT, ha="center", bbox=BACKGROUND, animated=True)

    def update(x: float, y: float, hold: str) -> str:
        point, axis = np.array([x, y]), 1 if hold == "x" else 0

        def curve(moved: float) -> Any:
            return f(np.array([moved, y] if axis == 0 else [x, moved]))

        height, slope = value_at(f, point), slope_at(curve, point[axis])
        path = np.tile(point, (41, 1))
        path[:, axis] = np.linspace(*spans[axis], 41)
        heights = sample(curve, path[:, axis])
        upper = np.maximum(heights, top)
        outline = np.r_[np.c_[path, heights], np.c_[path, upper][::-1]]  # only what stands above the surface
        pane.set_verts([outline])
        pane.do_3d_projection()  # which matplotlib does when it draws the axes, and they stand still
        cut.set_data_3d(*path.T, heights)
        reach = min(0.27 * np.ptp(spans[axis]), 0.4 * (top - space.get_zlim()[0]) / (abs(slope) + 1e-9))
        ends = np.tile(point, (2, 1))
        ends[:, axis] += [-reach, reach]
        tangent.set_data_3d(*ends.T, [height - reach * slope, height + reach * slope])
        spot.set_data_3d([x], [y], [height])
        line.set_data(*path.T)
        place.set_data([x], [y])
        middle = np.clip(x, *np.array(x_range) * 0.5)
        words.set_position((middle, y + (0.04 if y < np.mean(y_range) else -0.09) * np.ptp(y_range)))
        words.set_text(f"slope along {'xy'[axis]}: {number(slope)}")
        held = f"With {hold} held still at {number(point[1 - axis])}, f is a curve in {'xy'[axis]} alone"
        return (
            f"{held}; at {'xy'[axis]} = {number(point[axis])} it has height {number(height)} and slope {number(slope)}."
        )

    controls = {
        "x": slider("x", at[0], *x_range, 0.05),
        "y": slider("y", at[1], *y_range, 0.05),
        "hold": choice("hold still", ["y", "x"], "y"),
    }
    return LiveFigure("A surface and a cut", figure, controls, update, {"x": 7, "y": 6, "hold": 2})


def draw_surface(axes: Any, f: Function, spans: tuple[Range, Range]) -> None:
    """Draw f over a plane as a see-through net, looked at from where it is low; the axes have projection "3d"."""
    x, y = np.meshgrid(*(np.linspace(*span, 21) for span in spans))
    heights = sample(f, np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    axes.plot_surface(
        x, y, heights, color="#e9edf1", edgecolor="#a6a6a6", linewidth=0.5, shade=False, rcount=21, ccount=21
    )
    axes.set(xlim=spans[0], ylim=spans[1], xlabel="x", ylabel="y", zlabel="f(x, y)")
    axes.view_init(elev=28, azim=-62)
    axes.set_box_aspect((1, 1, 0.75), zoom=1.08)
    axes.M = axes.get_proj()  # what moves is projected before the axes are drawn for the first time
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.pane.set_visible(False)
