"""Drawings of a computation graph: what was computed, from left to right, with the value and the slope of every box.

Values flow forward in blue. The number on an edge is the slope of that one operation, in vermilion. The slope of the
last box with respect to a box, which flows back, is green. Constants are written inside the formulas and get no box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from calc_core.plots.boxes import Node, short
from calc_core.plots.canvas import CONTEXT, FUNCTION, GRADIENT, INK, TANGENT, new_figure, unit_style
from calc_core.plots.layers import Layout, arrange

FONT_SIZE = 11.0
MARGIN = 0.25
_TITLE_HEIGHT = 0.45
_LINE = 0.215
_WIDEST_NUMBER = "→ −1.2e−10"
_VARIABLE_GROUND = "#EEF4F8"


@dataclass(frozen=True)
class GraphArtists:
    """A drawn graph: the texts that change with the numbers, and where boxes and edges are.

    Lengths are in inches; the boxes stand above y = 0, right of x = 0. A remark is a last line in a box.
    """

    figure: Figure
    axes: Axes
    layout: Layout
    values: tuple[Text, ...]
    slopes: tuple[Text, ...]
    remarks: tuple[Text, ...]
    edges: tuple[Text, ...]

    def write(self, values: Sequence[float], slopes: Sequence[float], local_slopes: Sequence[float]) -> None:
        """Write the numbers into the drawing."""
        for text, value in zip(self.values, values, strict=True):
            text.set_text(f"→ {short(value)}")
        for text, slope in zip(self.slopes, slopes, strict=True):
            text.set_text(f"← {short(slope)}")
        for text, local in zip(self.edges, local_slopes, strict=True):
            text.set_text(short(local))


@unit_style()
def draw_graph(nodes: Sequence[Node], title: str, *, widest_remark: str = "", room_below: float = 0.0) -> GraphArtists:
    """Return a figure with the boxes and edges drawn and their numbers still blank.

    `widest_remark` makes room for a line more in each box, `room_below` (inches) for something under the graph.
    """
    lines = 4 if widest_remark else 3
    box_height = lines * _LINE + 0.1
    widest = max(text_width(_WIDEST_NUMBER), text_width(widest_remark) if widest_remark else 0.0)
    widths = [max(widest, text_width(node.label)) + 0.14 for node in nodes]
    layout = arrange([node.parents for node in nodes], widths, box_height)
    width = max(7.2, layout.width + 2 * MARGIN)
    top, left = layout.height + MARGIN + _TITLE_HEIGHT, (layout.width - width) / 2
    figure, axes = new_figure(width, top + MARGIN + room_below)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(left, left + width), ylim=(-MARGIN - room_below, top))
    axes.axis("off")
    axes.text(left + MARGIN, top - 0.3, title, va="center", color=INK, fontsize=12.5, fontweight="bold")
    for route in layout.routes:
        axes.plot(*route.points.T, color=CONTEXT, linewidth=1.2, zorder=1)
        axes.plot(*(route.points[-1] - (0.04, 0)), marker=">", markersize=6, color=CONTEXT, zorder=1)
    for (x, y), box_width, node in zip(layout.centres, widths, nodes, strict=True):
        colour = "white" if node.parents else _VARIABLE_GROUND
        axes.add_patch(_box(x, y, box_width, box_height, facecolor=colour, edgecolor=INK, linewidth=1.2, zorder=2))

    def column(line: int, color: str) -> tuple[Text, ...]:
        lift = ((lines - 1) / 2 - line) * _LINE
        return tuple(axes.text(x, y + lift, "", color=color, zorder=4, **centred) for x, y in layout.centres)

    centred: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": FONT_SIZE}
    for text, node in zip(column(0, INK), nodes, strict=True):
        text.set_text(node.label)
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    edges = tuple(axes.text(*r.label, "", color=TANGENT, bbox=ground, zorder=4, **centred) for r in layout.routes)
    remarks = column(3, TANGENT) if widest_remark else ()
    return GraphArtists(figure, axes, layout, column(1, FUNCTION), column(2, GRADIENT), remarks, edges)


def _box(x: float, y: float, width: float, height: float, **style: Any) -> FancyBboxPatch:
    """Return a box with round corners around a point."""
    rounding = 0.05
    corner = (x - width / 2 + rounding, y - height / 2 + rounding)
    inside = (width - 2 * rounding, height - 2 * rounding)
    return FancyBboxPatch(corner, *inside, boxstyle=f"round,pad={rounding}", **style)


def text_width(text: str) -> float:
    """Return the width of a text in inches, as it stands in a drawing."""
    return float(TextPath((0, 0), text, size=FONT_SIZE).get_extents().width) / 72
