"""Computation graphs drawn: where boxes and edges stand, from left to right, and the texts in them; all in inches.

Values flow forward in blue. The number on an edge is the slope of that one operation, in vermilion. The slope of the
last box with respect to a box, which flows back, is green.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from calc_core.style import CONTEXT, FUNCTION, GRADIENT, INK, TANGENT, number
from calc_lab.graph import Graph

Array = NDArray[np.float64]

LINE = 0.215  # from a line of text to the next
GAP = 1.0  # between two columns
SPREAD = 0.24  # between two edges at a box
ROW, LANE = 0.2, 0.3  # between two boxes, and the height of an edge that passes between them
MARGIN = 0.2
WIDEST = "→ −1.234e−10"
T = np.linspace(0, 1, 21)
EASED = T * T * (3 - 2 * T)  # level at both ends


def arrange(graph: Graph, width: float, height: float) -> tuple[Array, list[Array]]:
    """The middle of each box, shape (n, 2), and each edge as points from left to right.

    An edge that passes over a column gets a slot of its own there, so that it never runs through a box.
    """
    columns = [box.column for box in graph.boxes]
    chains = []
    for parent, child in graph.edges:
        between = range(columns[parent] + 1, columns[child])
        chains.append([parent, *range(len(columns), len(columns) + len(between)), child])
        columns.extend(between)
    heights = np.full(len(columns), LANE)
    heights[: len(graph.boxes)] = height + ROW
    x, y = (width + GAP) * np.array(columns), stacked(chains, columns, heights)

    routes = []
    for *slots, child in chains:
        arriving = sorted(y[chain[-2]] for chain in chains if chain[-1] == child)
        side = arriving.index(y[slots[-1]]) - (len(arriving) - 1) / 2
        levels = [*y[slots], y[child] + SPREAD * side]
        bends = [
            np.column_stack([x[slot] + width / 2 + GAP * T, low + (high - low) * EASED])
            for slot, (low, high) in zip(slots, pairwise(levels), strict=True)
        ]
        routes.append(np.concatenate(bends))
    return np.column_stack([x, y])[: len(graph.boxes)], routes


def stacked(chains: list[list[int]], columns: list[int], heights: Array) -> Array:
    """The y of each slot: in sweeps to and fro, each column is ordered by the mean height of its slots' neighbours."""
    beside: list[list[int]] = [[] for _ in columns]
    for chain in chains:
        for left, right in pairwise(chain):
            beside[left].append(right)
            beside[right].append(left)
    rows = [[slot for slot, place in enumerate(columns) if place == column] for column in range(max(columns) + 1)]
    y = np.zeros(len(columns))
    for row in [*rows, *4 * [*reversed(rows), *rows]]:
        row.sort(key=lambda slot: -np.mean(y[beside[slot]]))
        y[row] = heights[row].sum() / 2 - np.cumsum(heights[row]) + heights[row] / 2
    return y


class Drawing:
    """A graph drawn, its numbers still blank: the texts that change, and where boxes and edges are.

    A `remark` of this width has room in each box as a last line. To be made in the unit's style.
    """

    def __init__(self, graph: Graph, title: str, *, remark: str = "", lines_below: int = 0):
        lines = 4 if remark else 3
        widest = max(map(text_width, [WIDEST, remark, *(box.label for box in graph.boxes)]))
        self.size = np.array([widest + 0.14, lines * LINE + 0.1])  # of a box
        self.first = (lines - 1) / 2 * LINE  # the height of the first line in a box
        self.centres, self.routes = arrange(graph, *self.size)
        points = np.concatenate([self.centres, *self.routes])
        self.left, self.low = points.min(axis=0) - self.size / 2 - (0, MARGIN)
        right, top = points.max(axis=0) + self.size / 2 + (0, 0.55)
        edge, bottom = self.left - MARGIN, self.low - LINE * lines_below
        wide = max(8.4, right - edge + MARGIN)
        self.figure = Figure(figsize=(wide, top - bottom))
        self.axes = self.figure.subplots()
        self.axes.set_position((0, 0, 1, 1))
        self.axes.axis("off")
        self.axes.set(xlim=(edge, edge + wide), ylim=(bottom, top))
        self.axes.text(self.left, top - 0.3, title, fontsize=12.5, fontweight="bold")
        for route in self.routes:
            self.axes.plot(*route.T, color=CONTEXT, linewidth=1.2, zorder=1)
            self.axes.plot(*(route[-1] - (0.04, 0)), ">", color=CONTEXT, markersize=6, zorder=1)
        inside = self.size - 0.1
        for centre, box in zip(self.centres, graph.boxes, strict=True):
            frame = FancyBboxPatch(centre - inside / 2, inside[0], inside[1], boxstyle="round,pad=0.05")
            frame.set(facecolor="white" if box.parents else "#EEF4F8", edgecolor=INK, zorder=2)
            self.axes.add_patch(frame)
            self.text(centre[0], centre[1] + self.first, box.label)
        self.values = self._line(1, FUNCTION)
        self.slopes = self._line(2, GRADIENT)
        self.remarks = self._line(3, TANGENT)
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        # Just behind the middle of an edge: where edges have spread, and clear of the arrow.
        self.along = [self.text(*route[-10], color=TANGENT, bbox=white) for route in self.routes]

    def _line(self, place: int, color: str) -> list[Text]:
        """A line of text in every box, so many lines below its first."""
        return [self.text(x, y + self.first - place * LINE, color=color) for x, y in self.centres]

    def text(self, x: float, y: float, words: str = "", **style: Any) -> Text:
        """A text at a point, centred; one that has no words yet moves."""
        middle: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 4}
        return self.axes.text(x, y, words, animated=not words, **middle | style)

    def write(self, values: Sequence[float], slopes: Sequence[float], local: Sequence[float]) -> None:
        """Write the numbers into the boxes and on the edges."""
        for sign, texts, numbers in (("→ ", self.values, values), ("← ", self.slopes, slopes), ("", self.along, local)):
            for text, value in zip(texts, numbers, strict=True):
                text.set_text(f"{sign}{number(value)}")


def text_width(text: str) -> float:
    """The width of a text in inches."""
    return float(TextPath((0, 0), text, size=11).get_extents().width) / 72 if text else 0.0
