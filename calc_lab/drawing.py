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
LABEL = (0.5, 0.2)  # the room of a number on an edge
WIDEST = "→ −1.234e−10"


def arrange(graph: Graph, width: float, height: float) -> tuple[Array, list[Array]]:
    """The middle of each box, shape (n, 2), and each edge as points from left to right.

    An edge that passes over a column gets a slot of its own there, so that it never runs through a box.
    """
    heights = [height + ROW] * len(graph.boxes)
    columns = list(graph.columns)
    chains = []
    for parent, child in graph.edges:
        passed = range(columns[parent] + 1, columns[child])
        lanes = range(len(heights), len(heights) + len(passed))
        columns.extend(passed)
        heights.extend(LANE for _ in lanes)
        chains.append([parent, *lanes, child])
    y = stacked(chains, columns, heights)
    x = (width + GAP) * np.array(columns)

    leaving = ports([(chain[0], y[chain[1]]) for chain in chains], SPREAD / 2)
    arriving = ports([(chain[-1], y[chain[-2]]) for chain in chains], SPREAD)
    routes = []
    for chain, leaves, arrives in zip(chains, leaving, arriving, strict=True):
        levels = y[chain]
        levels[0] += leaves
        levels[-1] += arrives
        bends = [
            bend((left + width / 2, low), (right - width / 2, high))
            for (left, low), (right, high) in pairwise(zip(x[chain], levels, strict=True))
        ]
        routes.append(np.concatenate(bends))
    return np.column_stack([x, y])[: len(graph.boxes)], routes


def stacked(chains: list[list[int]], columns: list[int], heights: list[float]) -> Array:
    """The y of each slot: in sweeps to and fro, each column is ordered by the mean height of its slots' neighbours."""
    beside: list[list[int]] = [[] for _ in columns]
    for chain in chains:
        for left, right in pairwise(chain):
            beside[left].append(right)
            beside[right].append(left)
    rows = [[slot for slot, place in enumerate(columns) if place == column] for column in range(max(columns) + 1)]
    y = np.zeros(len(columns))
    for sweep in range(9):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            if sweep:
                row.sort(key=lambda slot: -np.mean(y[beside[slot]]))
            tall = np.array([heights[slot] for slot in row])
            y[row] = tall.sum() / 2 - np.cumsum(tall) + tall / 2
    return y


def ports(ends: list[tuple[int, float]], spread: float) -> list[float]:
    """How far above the middle of its box each edge ends, in the order of where the edges go or come from."""
    result = []
    for i, (box, _) in enumerate(ends):
        here = sorted((level, other) for other, (where, level) in enumerate(ends) if where == box)
        place = [other for _, other in here].index(i)
        result.append(spread * (place - (len(here) - 1) / 2))
    return result


def bend(start: tuple[float, float], end: tuple[float, float]) -> Array:
    """A curve that leaves and arrives level, shape (21, 2)."""
    t = np.linspace(0, 1, 21)
    rise = t * t * (3 - 2 * t)
    return np.column_stack([start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * rise])


def label_places(routes: list[Array]) -> list[Array]:
    """A point on each edge for its number: behind the middle, where edges have spread, and away from other numbers."""
    places: list[Array] = []
    for route in routes:
        candidates = [route[i] for i in (-10, -8, -12, -7, -13)]
        free = [here for here in candidates if all(np.any(abs(here - there) > LABEL) for there in places)]
        places.append((free or candidates)[0])
    return places


class Drawing:
    """A graph drawn, its numbers still blank: the texts that change, and where boxes and edges are.

    A `remark` of this width has room in each box as a last line. To be made in the unit's style.
    """

    def __init__(self, graph: Graph, title: str, *, remark: str = "", lines_below: int = 0):
        lines = 4 if remark else 3
        self.height = lines * LINE + 0.1
        self.width = 0.14 + max(map(text_width, [WIDEST, remark, *(box.label for box in graph.boxes)]))
        self.centres, self.routes = arrange(graph, self.width, self.height)
        points = np.concatenate([self.centres, *self.routes])
        (left, low), (right, high) = points.min(axis=0), points.max(axis=0)
        wide = max(8.4, right - left + self.width + 2 * MARGIN)
        self.left = (left + right - wide) / 2 + MARGIN
        self.low = low - self.height / 2 - MARGIN
        bottom = self.low - LINE * lines_below
        top = high + self.height / 2 + 0.55

        self.figure = Figure(figsize=(wide, top - bottom))
        self.axes = self.figure.subplots()
        self.axes.set_position((0, 0, 1, 1))
        self.axes.axis("off")
        self.axes.set(xlim=(self.left - MARGIN, self.left - MARGIN + wide), ylim=(bottom, top))
        self.axes.text(self.left, top - 0.3, title, fontsize=12.5, fontweight="bold")
        for route in self.routes:
            self.axes.plot(*route.T, color=CONTEXT, linewidth=1.2, zorder=1)
            self.axes.plot(*(route[-1] - (0.04, 0)), ">", color=CONTEXT, markersize=6, zorder=1)
        for (x, y), box in zip(self.centres, graph.boxes, strict=True):
            self._frame(x, y, "white" if box.parents else "#EEF4F8")
            self.text(x, y + (lines - 1) / 2 * LINE, animated=False).set_text(box.label)

        self.values = self._line((lines - 3) / 2, FUNCTION)
        self.slopes = self._line((lines - 5) / 2, GRADIENT)
        self.remarks = self._line((lines - 7) / 2, TANGENT)
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        self.along = [self.text(*place, color=TANGENT, bbox=white) for place in label_places(self.routes)]

    def _frame(self, x: float, y: float, color: str) -> None:
        corner = (x - self.width / 2 + 0.05, y - self.height / 2 + 0.05)
        box = FancyBboxPatch(corner, self.width - 0.1, self.height - 0.1, boxstyle="round,pad=0.05")
        box.set(facecolor=color, edgecolor=INK, zorder=2)
        self.axes.add_patch(box)

    def _line(self, lift: float, color: str) -> list[Text]:
        """A line of text in every box, so many lines above its middle."""
        return [self.text(x, y + lift * LINE, color=color) for x, y in self.centres]

    def text(self, x: float, y: float, *, animated: bool = True, **style: Any) -> Text:
        """A text at a point, centred, that moves unless told otherwise."""
        middle: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 4}
        return self.axes.text(x, y, "", animated=animated, **middle | style)

    def write(self, values: Sequence[float], slopes: Sequence[float], local: Sequence[float]) -> None:
        """Write the numbers into the boxes and on the edges."""
        for sign, texts, numbers in (("→ ", self.values, values), ("← ", self.slopes, slopes), ("", self.along, local)):
            for text, value in zip(texts, numbers, strict=True):
                text.set_text(f"{sign}{number(value)}")


def text_width(text: str) -> float:
    """The width of a text in inches, as it stands in a drawing."""
    return float(TextPath((0, 0), text, size=11).get_extents().width) / 72 if text else 0.0
