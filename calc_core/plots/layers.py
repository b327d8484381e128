"""Where the boxes and edges of a computation graph go: columns from left to right, all lengths in inches.

A box stands one column to the right of its latest parent. An edge that passes over a column gets a lane there, as high
as a line of text, so that it never runs through a box. Boxes are ordered and
moved as close to the middle of their neighbours as the others allow, so that edges cross little.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

LABEL_WIDTH, LABEL_HEIGHT = 0.76, 0.20
_LANE_HEIGHT = 0.16
_ROW_GAP = 0.22
_COLUMN_GAP = 0.87
_PORT_GAP = 0.23
_PORTS = 0.67  # the part of a box's side on which edges end


class Route(NamedTuple):
    """An edge from a parent to the child that uses it: its curve, shape (k, 2), and the middle of its label."""

    parent: int
    child: int
    points: Points
    label: tuple[float, float]


class Layout(NamedTuple):
    """The middles of the boxes, shape (n, 2), their sizes, the edges in the parents' order, the size of all."""

    centres: Points
    widths: Points
    box_height: float
    routes: tuple[Route, ...]
    width: float
    height: float


def columns(parents: Sequence[Sequence[int]]) -> list[int]:
    """Return each box's column: one more than its latest parent's; a box without parents stands in column 0."""
    result: list[int] = []
    for mine in parents:
        result.append(1 + max((result[parent] for parent in mine), default=-1))
    return result


def arrange(parents: Sequence[Sequence[int]], widths: Sequence[float], box_height: float) -> Layout:
    """Return where everything goes, for boxes in an order in which parents come first.

    `parents[i]` names the boxes that box i uses, once for each use; `widths[i]` is the width of box i.
    """
    column = columns(parents)
    rows: list[list[int]] = [[] for _ in range(max(column) + 1)]
    for box, place in enumerate(column):
        rows[place].append(box)
    heights = [box_height] * len(parents)
    chains = []
    for child, mine in enumerate(parents):
        for parent in mine:
            lanes = []
            for place in range(column[parent] + 1, column[child]):
                lanes.append(len(heights))
                rows[place].append(len(heights))
                heights.append(_LANE_HEIGHT)
            chains.append([parent, *lanes, child])
    links = [link for chain in chains for link in pairwise(chain)]
    y = _placed(rows, links, heights)
    column_widths = [max((widths[slot] for slot in row if slot < len(parents)), default=0.0) for row in rows]
    between = [sum(start in row for start, _ in links) for row in rows]  # many edges in one gap need room for labels
    gaps = [_COLUMN_GAP + min(0.15 * max(count - 2, 0), 0.9) for count in between]
    left = np.cumsum([0.0, *(width + gap for width, gap in zip(column_widths[:-1], gaps, strict=False))])
    spans = {slot: (left[i], left[i] + column_widths[i]) for i, row in enumerate(rows) for slot in row}
    centres = np.array([[sum(spans[box]) / 2, y[box]] for box in range(len(parents))])
    for box, width in enumerate(widths):
        spans[box] = (centres[box, 0] - width / 2, centres[box, 0] + width / 2)
    curves = _curves(chains, spans, y)
    labels = _labels(curves, centres, [np.array([width, box_height]) for width in widths])
    ends = [(chain[0], chain[-1]) for chain in chains]
    routes = tuple(Route(*end, curve, label) for end, curve, label in zip(ends, curves, labels, strict=True))
    height = float(max(y[slot] + heights[slot] / 2 for slot in range(len(heights))))
    return Layout(
        centres, np.asarray(widths, dtype=float), box_height, routes, float(left[-1] + column_widths[-1]), height
    )


def _placed(rows: list[list[int]], links: list[tuple[int, int]], heights: list[float]) -> Points:
    """Return the y of each slot: as near to the mean of its neighbours as the slots above and below allow.

    In the first sweeps, to and fro, each column is also put into the order that its neighbours ask for.
    """
    before: dict[int, list[int]] = {slot: [] for row in rows for slot in row}
    after: dict[int, list[int]] = {slot: [] for row in rows for slot in row}
    for left, right in links:
        after[left].append(right)
        before[right].append(left)
    y = np.zeros(len(heights))
    for row in rows:
        y[row] = np.arange(len(row)) - (len(row) - 1) / 2
    last = 40
    for sweep in range(last + 1):
        for row in reversed(rows) if sweep % 2 else rows:
            if sweep < 6:
                one_side = after if sweep % 2 else before
                row.sort(key=lambda slot: fmean([y[n] for n in one_side[slot]] or [y[slot]]))
            # The last sweep looks back only: a chain then runs straight on from where it starts.
            sides = [before[slot] if sweep == last and before[slot] else before[slot] + after[slot] for slot in row]
            wanted = np.array([fmean([y[n] for n in side] or [0.0]) for side in sides])
            half = np.array([heights[slot] / 2 for slot in row])
            offset = np.cumsum([0.0, *(half[:-1] + half[1:] + _ROW_GAP)])
            y[row] = _increasing(wanted - offset) + offset
    lowest = max(y[slot] + heights[slot] / 2 for slot in range(len(heights)))
    return np.asarray(lowest - y)  # what comes first stands on top


def _increasing(wanted: Points) -> Points:
    """Return the nondecreasing numbers nearest to those wanted (least squares, by pooling neighbours out of order)."""
    blocks: list[tuple[float, int]] = []
    for value in wanted:
        total, size = float(value), 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            previous, count = blocks.pop()
            total, size = total + previous, size + count
        blocks.append((total, size))
    return np.concatenate([np.full(size, total / size) for total, size in blocks])


def _curves(chains: list[list[int]], spans: dict[int, tuple[float, float]], y: Points) -> list[Points]:
    """Return each edge as points: level where it leaves, passes and arrives, and spread over the side of a box."""
    leaving = _ports([(chain[0], y[chain[1]]) for chain in chains])
    arriving = _ports([(chain[-1], y[chain[-2]]) for chain in chains])
    t = np.linspace(0.0, 1.0, 21)
    bend = t * t * (3 - 2 * t)
    curves = []
    for chain, start, end in zip(chains, leaving, arriving, strict=True):
        levels = [y[chain[0]] + start, *(y[lane] for lane in chain[1:-1]), y[chain[-1]] + end]
        pieces = []
        for (a, ya), (b, yb) in pairwise(zip(chain, levels, strict=True)):
            x0, x1 = spans[a][1], spans[b][0]
            pieces.append(np.column_stack([x0 + (x1 - x0) * t, ya + (yb - ya) * bend]))
        curves.append(np.concatenate(pieces))
    return curves


def _ports(ends: list[tuple[int, float]]) -> list[float]:
    """Return how far above the middle of its box each edge ends: in the order in which they come from above."""
    result = [0.0] * len(ends)
    for box in {box for box, _ in ends}:
        mine = sorted((i for i, end in enumerate(ends) if end[0] == box), key=lambda i: (ends[i][1], i))
        for place, i in enumerate(mine):
            result[i] = (place - (len(mine) - 1) / 2) * min(_PORT_GAP, _PORTS / len(mine))
    return result


def _labels(curves: list[Points], centres: Points, sizes: Sequence[Points]) -> list[tuple[float, float]]:
    """Return the middle of each edge's label: the point of the curve with the least of anything else under it."""
    label = np.array([LABEL_WIDTH, LABEL_HEIGHT])
    taken, taken_sizes = list(centres), list(sizes)
    for i, curve in enumerate(curves):
        others = np.concatenate([np.zeros((0, 2)), *curves[:i], *curves[i + 1 :]])
        apart = abs(curve[:, None] - np.array(taken))
        overlap = np.clip((label + np.array(taken_sizes)) / 2 + 0.03 - apart, 0, label).prod(axis=2).sum(axis=1)
        under = np.all(abs(curve[:, None] - others) < label / 2 + 0.02, axis=2).sum(axis=1)
        off_middle = abs(np.arange(len(curve)) - 0.45 * len(curve))
        taken.append(curve[np.argmin(1e5 * overlap + under + 0.01 * off_middle)])
        taken_sizes.append(label)
    return [(float(x), float(y)) for x, y in taken[len(centres) :]]
