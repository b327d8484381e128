"""A surface and its cuts: hold one input still, and a function of two numbers is a curve with a slope."""

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

    >>> valley((2, 3))
    39
    """
    x, y = point
    return x**2 * y + y**3


@unit_style()
def cut_explorer(
    f: Function = valley, at: tuple[float, float] = (2.0, 3.0), window: tuple[Range, Range] = ((-3, 3), (-1, 4))
) -> LiveFigure:
    """A live figure of the surface of f, cut where one input is held still: the cut's slope is a partial derivative.

    f takes a point of shape (2,); `window` has the ranges of its two coordinates. ValueError where f cannot be drawn.

    >>> cut_explorer().sentence
    'With y held still at 3, f is a curve in x alone; at x = 2 it has height 39 and slope 12.'
    """
    figure = Figure(figsize=(8.4, 4.6))
    figure.set_layout_engine("none")  # a computed layout moves axes in three dimensions from one drawing to the next
    space: Any = figure.add_axes((0.02, 0.13, 0.40, 0.78), projection="3d", computed_zorder=False)
    plan = figure.add_axes((0.6, 0.13, 0.385, 0.78))
    _draw_surface(space, f, window)
    draw_contours(plan, f, window)
    plan.set(xlabel="x", ylabel="y", title="… and on the map a line")
    bottom, top = space.get_zlim()
    pane = Poly3DCollection([np.zeros((3, 3))], facecolor=CONTEXT, alpha=0.16, edgecolor="none", animated=True)
    space.add_collection3d(pane, autolim=False)
    (cut,) = space.plot([], [], [], color=FUNCTION, linewidth=3, animated=True)
    (tangent,) = space.plot([], [], [], color=TANGENT, linewidth=2.4, animated=True)
    (spot,) = space.plot([], [], [], "o", color=INK, animated=True)
    line = moving(plan, color=FUNCTION, linewidth=3, clip_on=False)
    place = moving(plan, "o", color=INK, clip_on=False)
    words = plan.text(0, 0, "", color=TANGENT, ha="center", bbox=BACKGROUND, animated=True)

    def update(x: float, y: float, hold: str) -> str:
        axis, other = (1, "y") if hold == "x" else (0, "x")
        point = np.array([x, y])
        moves = np.eye(2)[axis]  # a step along the input that is not held
        height, slope = value_at(f, point), slope_at(lambda step: f(point + step * moves), 0.0)
        steps = np.linspace(*window[axis], 41) - point[axis]
        path = point + np.outer(steps, moves)
        heights = sample(f, path)
        outline = np.r_[np.c_[path, heights], np.c_[path, np.maximum(heights, top)][::-1]]
        pane.set_verts([outline])  # only what stands above the surface
        pane.do_3d_projection()  # which matplotlib does when it draws the axes, and they stand still
        cut.set_data_3d(*path.T, heights)
        reach = min(0.27 * np.ptp(window[axis]), 0.4 * (top - bottom) / (abs(slope) + 1e-9))
        ends = np.array([-reach, reach])
        tangent.set_data_3d(*(point + np.outer(ends, moves)).T, height + slope * ends)
        spot.set_data_3d([x], [y], [height])
        line.set_data(*path.T)
        place.set_data([x], [y])
        beside = 0.04 if y < np.mean(window[1]) else -0.09
        words.set_position((np.clip(x, *np.array(window[0]) / 2), y + beside * np.ptp(window[1])))
        steepness = "a kink: no slope" if np.isnan(slope) else f"slope {number(slope)}"
        words.set_text(f"{steepness} along {other}")
        return (
            f"With {hold} held still at {number(point[1 - axis])}, f is a curve in {other} alone; "
            f"at {other} = {number(point[axis])} it has height {number(height)} and {steepness}."
        )

    controls = {
        "x": slider("x", at[0], *window[0], 0.05),
        "y": slider("y", at[1], *window[1], 0.05),
        "hold": choice("hold still", ["y", "x"], "y"),
    }
    return LiveFigure("A surface and a cut", figure, controls, update, {"x": 7, "y": 6, "hold": 2})


def _draw_surface(axes: Any, f: Function, spans: tuple[Range, Range]) -> None:
    """Draw f over a plane as a see-through net, looked at from where it is low; the axes have projection "3d"."""
    x, y = np.meshgrid(*(np.linspace(*span, 21) for span in spans))
    heights = sample(f, np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    net = {"color": "#e9edf1", "edgecolor": "#a6a6a6", "linewidth": 0.5}
    axes.plot_surface(x, y, heights, shade=False, rcount=21, ccount=21, **net)
    axes.set(xlim=spans[0], ylim=spans[1], xlabel="x", ylabel="y", zlabel="f(x, y)", title="The cut is a curve …")
    axes.view_init(elev=28, azim=-62)
    axes.set_box_aspect((1, 1, 0.75), zoom=1.08)
    axes.M = axes.get_proj()  # what moves is projected before the axes are drawn for the first time
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.pane.set_visible(False)
