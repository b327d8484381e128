"""Backpropagation one step at a time, and what goes wrong when one of its three habits is dropped."""

from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from calc_core.explorers.expressions import defined, in_variables, run
from calc_core.live import LiveFigure
from calc_core.live.controls import Control, play, switch
from calc_core.plots.boxes import Graph, factor, short
from calc_core.plots.canvas import GRADIENT, TANGENT
from calc_core.plots.graphs import GraphArtists, draw_graph

LESSON_EXAMPLE = "x*y*sin(x*y)"

_SECONDS_A_STEP = 1.5


class Moment(NamedTuple):
    """The walk after one step: the slope in each box, the edge just used, whose slopes count as complete, and words."""

    slopes: tuple[float, ...]
    edge: int | None
    complete: frozenset[int]
    words: str


def backpropagation_explorer(
    expression: str | sp.Expr = LESSON_EXAMPLE, at: Mapping[str, float] | None = None
) -> LiveFigure:
    """Return a live computation graph on which slopes are passed back one edge at a time.

    The expression is SymPy's or what a person types, in one or two variables; `at` says where they are, `{"x": 2}`.
    Three switches turn off what makes the walk right: the order, accumulation, and zeroing. Where a number is wrong,
    the right one stands beside it. It opens in the middle of the walk, where slopes are seen to flow. `values` holds
    the step, the slopes as "df/da", and how many are "wrong".
    Raises ValueError for an expression that cannot be drawn.
    """
    expr, point = in_variables(expression, at)
    graph = defined(run(expr, point), point)
    last, right, noise = len(graph.edges), graph.slopes, _rounding(graph)
    remarks = [f"right: {short(slope)}" for slope in right]
    artists = draw_graph(graph.nodes, "When may a box pass its slope on?", widest_remark=max(remarks, key=len))
    artists.write(graph.values, graph.slopes, graph.local_slopes)
    (used,) = artists.axes.plot([], [], color=GRADIENT, linewidth=2.2, zorder=1.5)
    (now,) = artists.axes.plot([], [], color=GRADIENT, linewidth=4.5, zorder=1.6)
    (head,) = artists.axes.plot([], [], color=GRADIENT, linestyle="none", marker="<", markersize=13, zorder=3.5)
    (frames,) = artists.axes.plot([], [], color=TANGENT, linewidth=3, linestyle="--", zorder=3)

    before_box = np.array([0.11, 0.0])

    def update(step: int, **habits: bool) -> tuple[dict[str, float], str]:
        moments = walk_back(graph, **habits)
        moment = moments[step]
        wrong = [i for i in sorted(moment.complete) if not isclose(moment.slopes[i], right[i], abs_tol=noise[i])]
        for box, text in enumerate(artists.slopes):
            text.set_text(f"← {short(moment.slopes[box])}")
            artists.remarks[box].set_text(remarks[box] if box in wrong else "")
        routes = artists.layout.routes
        used.set_data(*_joined([routes[m.edge].points for m in moments[: step + 1] if m.edge is not None]))
        current = [] if moment.edge is None else [routes[moment.edge].points]
        now.set_data(*_joined(current))
        head.set_data(*_joined([points[:1] + before_box for points in current]))
        frames.set_data(*_joined([_frame(artists, box) for box in wrong]))
        result = graph.nodes[-1].name
        values = {f"d{result}/d{node.name}": slope for node, slope in zip(graph.nodes, moment.slopes, strict=True)}
        said = f"Step {step} of {last}: {moment.words} {_verdict(graph, moment, wrong, step == last, habits)}"
        return {"step": step, **values, "wrong": len(wrong)}, said.strip()

    controls: dict[str, Control] = {
        "step": play("step", last, round(1000 * _SECONDS_A_STEP)),
        "order": switch("order", True),
        "accumulation": switch("accumulation", True),
        "zeroing": switch("zeroing", True),
    }
    controls["step"].value = controls["step"].initial = last // 2 + 1
    # The labels of the edges stay the same, but have to lie above the lines that move.
    moving = [used, now, head, frames, *artists.edges, *artists.slopes, *artists.remarks]
    return LiveFigure("Backpropagation", artists.figure, moving, controls, update)


def walk_back(graph: Graph, *, order: bool = True, accumulation: bool = True, zeroing: bool = True) -> list[Moment]:
    """Return the walk from the result back to the variables, a moment for each edge and one before the first.

    With all three habits it is what `Var.backward` does. Without the right order a box passes its slope on as soon as
    something has arrived; without accumulation, a slope that arrives replaces what was there; without zeroing, the
    boxes still hold what the last right walk has left in them.
    """
    result, edges, local_slopes = len(graph.nodes) - 1, graph.edges, graph.local_slopes
    slopes = [0.0] * result if zeroing else list(graph.slopes[:-1])
    slopes.append(1.0)
    queue = _edges_from_the_end(graph) if order else _edges_as_they_come(graph, result, set())
    start = f"the slope of {graph.nodes[-1].name} with respect to itself is 1" + (
        ", and the others start from 0." if zeroing else ", and the others still hold what the last walk left."
    )
    moments = [Moment(tuple(slopes), None, frozenset({result}), start)]
    started: set[int] = set()
    for place, edge in enumerate(queue):
        parent, child = edges[edge]
        started.add(child)
        passed, before = slopes[child] * local_slopes[edge], slopes[parent]
        slopes[parent] = before + passed if accumulation else passed
        awaited = {edges[later][0] for later in queue[place + 1 :]}
        complete = started | (set(range(result + 1)) - awaited)
        arrives = (
            f"now holds {short(before)} + {factor(passed)} =" if accumulation else f"held {short(before)} and now holds"
        )
        words = (
            f"{graph.nodes[child].name} passes {factor(slopes[child])} · {factor(local_slopes[edge])} = "
            f"{short(passed)} back to {graph.nodes[parent].name}, which {arrives} {short(slopes[parent])}."
        )
        moments.append(Moment(tuple(slopes), edge, frozenset(complete), words))
    return moments


def _rounding(graph: Graph) -> list[float]:
    """Return for each box what rounding may do to its slope: a tiny part of what would arrive if nothing cancelled."""
    edges, local_slopes = graph.edges, graph.local_slopes
    sizes = [*(len(graph.nodes) - 1) * [0.0], 1.0]
    for edge in _edges_from_the_end(graph):
        parent, child = edges[edge]
        sizes[parent] += sizes[child] * abs(local_slopes[edge])
    return [1e-12 * size for size in sizes]


def _edges_from_the_end(graph: Graph) -> list[int]:
    """Return the edges in the right order: all that leave a box backwards come after all that arrive there."""
    return [edge for box in reversed(range(len(graph.nodes))) for edge in _edges_into(graph, box)]


def _edges_as_they_come(graph: Graph, box: int, seen: set[int]) -> list[int]:
    """Return the edges in the naive order: a box that is reached for the first time passes on at once."""
    queue = []
    for edge in _edges_into(graph, box):
        queue.append(edge)
        parent = graph.edges[edge][0]
        if parent not in seen:
            seen.add(parent)
            queue += _edges_as_they_come(graph, parent, seen)
    return queue


def _edges_into(graph: Graph, box: int) -> list[int]:
    return [edge for edge, (_, child) in enumerate(graph.edges) if child == box]


def _verdict(graph: Graph, moment: Moment, wrong: Sequence[int], at_end: bool, habits: Mapping[str, bool]) -> str:
    """Return which numbers are wrong and why; at the end, if none is, the derivatives."""
    if wrong:
        numbers = [
            f"{graph.nodes[i].name} holds {short(moment.slopes[i])} (right: {short(graph.slopes[i])})" for i in wrong
        ]
        reasons = [_why(graph, habit) for habit, kept in habits.items() if not kept]
        return f"Wrong: {', '.join(numbers)}. Why: {'; '.join(filter(None, reasons))}."
    if not at_end:
        return ""
    if not all(habits.values()):
        return "In this graph that does no harm: every slope has come out right."
    found = (
        f"{graph.nodes[i].name}: {short(graph.slopes[i])}"
        for i in range(len(graph.nodes))
        if not graph.nodes[i].parents
    )
    return f"Every slope is complete ({', '.join(found)})."


def _why(graph: Graph, habit: str) -> str:
    """Return what dropping a habit does in this graph; nothing where it does no harm."""
    if habit == "zeroing":
        return "the boxes still held the slopes of the last backward walk"
    uses = [parent for parent, _ in graph.edges]
    adds = habit == "accumulation"
    several = [i for i in sorted(set(uses)) if uses.count(i) > 1 and (adds or graph.nodes[i].parents)]
    if not several:
        return ""
    names = " and ".join(graph.nodes[i].name for i in several)
    if adds:
        return f"{names}, used more than once, kept only the last slope that arrived"
    return f"{names}, used more than once, passed a slope on before all of it had arrived"


def _joined(curves: Sequence[Any]) -> tuple[Any, Any]:
    """Return x and y of several curves as one line with gaps."""
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([gap, *(part for curve in curves for part in (curve, gap))])
    return points[:, 0], points[:, 1]


def _frame(artists: GraphArtists, box: int) -> Any:
    """Return the outline of a box as points, shape (5, 2)."""
    width, height = artists.layout.widths[box] + 0.1, artists.layout.box_height + 0.1
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) / 2
    return artists.layout.centres[box] + corners * (width, height)
