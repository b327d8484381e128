"""Backpropagation one step at a time, and what goes wrong when one of its three habits is dropped."""

from collections.abc import Mapping
from math import isclose
from typing import NamedTuple

import numpy as np
import sympy as sp

from calc_core.style import GRADIENT, TANGENT, number, unit_style
from calc_lab.controls import play, switch
from calc_lab.drawing import Array, Drawing
from calc_lab.figure import LiveFigure, moving
from calc_lab.graph import Graph, parenthesised

SECONDS_A_STEP = 1.5
HABITS = ("order", "accumulation", "zeroing")


class Moment(NamedTuple):
    """The walk after one step: the slope in each box, the edge just used (at first -1), the boxes done, and words."""

    slopes: tuple[float, ...]
    edge: int
    done: frozenset[int]
    words: str


@unit_style()
def backpropagation_explorer(
    expression: str | sp.Expr = "x*y*sin(x*y)", at: Mapping[str, float] | None = None
) -> LiveFigure:
    """A live computation graph on which slopes are passed back one edge at a time.

    The expression is SymPy's or what a person types, in one or two variables; `at` says where they are, `{"x": 2}`.
    Three switches turn off what makes the walk right: the order, accumulation, and zeroing. Where a number is wrong,
    the right one stands beside it. ValueError for an expression that cannot be drawn.

    >>> backpropagation_explorer("x^2 y").sentence
    'Step 0 of 3: the slope of f with respect to itself is 1, and the others start from 0.'
    """
    graph = Graph(expression, at)
    values, local = graph.run(graph.start)
    right = graph.pull_back(local)
    noise = [
        1e-12 * size for size in graph.pull_back([abs(slope) for slope in local])
    ]  # a part of what arrives if nothing cancels
    remarks = [f"right: {number(slope)}" for slope in right]
    drawing = Drawing(graph, "When may a box pass its slope on?", remark=max(remarks, key=len))
    drawing.write(values, right, local)
    style = {"color": GRADIENT}
    used = moving(drawing.axes, linewidth=2.2, zorder=1.5, **style)
    now = moving(drawing.axes, linewidth=4.5, zorder=1.6, **style)
    head = moving(drawing.axes, "<", markersize=13, zorder=3.5, **style)
    frames = moving(drawing.axes, "--", color=TANGENT, linewidth=3, zorder=3)
    half = np.array([drawing.width + 0.1, drawing.height + 0.1]) / 2
    outline = half * [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    before_box = np.array([0.11, 0])
    last = len(graph.edges)

    def update(step: int, **habits: bool) -> str:
        moments = walk_back(graph, local, right, **habits)
        moment = moments[step]
        wrong = [i for i in sorted(moment.done) if not isclose(moment.slopes[i], right[i], abs_tol=noise[i])]
        for i, slope in enumerate(moment.slopes):
            drawing.slopes[i].set_text(f"← {number(slope)}")
            drawing.remarks[i].set_text(remarks[i] if i in wrong else "")
        walked = [drawing.routes[m.edge] for m in moments[1 : step + 1]]
        used.set_data(*joined(walked))
        now.set_data(*joined(walked[-1:]))
        head.set_data(*joined([route[:1] + before_box for route in walked[-1:]]))
        frames.set_data(*joined([drawing.centres[i] + outline for i in wrong]))
        words = f"Step {step} of {last}: {moment.words}"
        if wrong:
            numbers = [f"{graph.boxes[i].name} has {number(moment.slopes[i])} ({remarks[i]})" for i in wrong]
            reasons = [why(graph, habit) for habit in HABITS if not habits[habit]]
            return f"{words} Wrong: {', '.join(numbers)}. Why: {'; '.join(filter(None, reasons))}."
        if step < last:
            return words
        if not all(habits.values()):
            return f"{words} In this graph that does no harm: every slope has come out right."
        found = ", ".join(f"{box.name}: {number(slope)}" for box, slope in zip(graph.variables, right, strict=False))
        return f"{words} Every slope is complete ({found})."

    controls = {"step": play("step", last, round(1000 * SECONDS_A_STEP))}
    controls |= {habit: switch(habit, True) for habit in HABITS}
    sweep = {"step": last + 1} | dict.fromkeys(HABITS, 2)
    return LiveFigure("Backpropagation", drawing.figure, controls, update, sweep=sweep)


def walk_back(
    graph: Graph, local: list[float], right: list[float], *, order: bool, accumulation: bool, zeroing: bool
) -> list[Moment]:
    """The walk from the result back to the variables, a moment for each edge and one before the first.

    Without the right order a box passes its slope on as soon as something has arrived; without accumulation a slope
    that arrives replaces what was there; without zeroing the boxes still hold what the last right walk has left.
    """
    result = len(graph.boxes) - 1
    slopes = [*([0.0] * result if zeroing else right[:-1]), 1.0]
    queue = edges_in_order(graph) if order else edges_as_they_come(graph, result, set())
    others = "start from 0" if zeroing else "still hold what the last walk left"
    start = f"the slope of {graph.result} with respect to itself is 1, and the others {others}."
    moments = [Moment(tuple(slopes), -1, frozenset({result}), start)]
    passing: set[int] = set()
    for place, edge in enumerate(queue):
        parent, child = graph.edges[edge]
        passing.add(child)
        sent, before = slopes[child], slopes[parent]
        arrived = sent * local[edge]
        slopes[parent] = before + arrived if accumulation else arrived
        awaited = {graph.edges[later][0] for later in queue[place + 1 :]}
        product = f"{parenthesised(sent)} · {parenthesised(local[edge])} = {number(arrived)}"
        kept = f"now holds {number(before)} + {parenthesised(arrived)} ="
        replaced = f"held {number(before)} and now holds"
        words = (
            f"{graph.boxes[child].name} passes {product} back to {graph.boxes[parent].name}, "
            f"which {kept if accumulation else replaced} {number(slopes[parent])}."
        )
        moments.append(Moment(tuple(slopes), edge, frozenset(passing | (set(range(result + 1)) - awaited)), words))
    return moments


def edges_in_order(graph: Graph) -> list[int]:
    """The edges from the end: all that leave a box backwards come after all that arrive there."""
    return sorted(range(len(graph.edges)), key=lambda edge: -graph.edges[edge][1])


def edges_as_they_come(graph: Graph, box: int, seen: set[int]) -> list[int]:
    """The edges in the naive order: a box that is reached for the first time passes on at once."""
    queue = []
    for edge, (parent, child) in enumerate(graph.edges):
        if child == box:
            queue.append(edge)
            if parent not in seen:
                seen.add(parent)
                queue += edges_as_they_come(graph, parent, seen)
    return queue


def why(graph: Graph, habit: str) -> str:
    """What dropping a habit does in this graph; nothing where it does no harm."""
    if habit == "zeroing":
        return "the boxes still held the slopes of the last backward walk"
    uses = [parent for parent, _ in graph.edges]
    several = [i for i in sorted(set(uses)) if uses.count(i) > 1 and (habit != "order" or graph.boxes[i].parents)]
    what = "kept only the last slope that arrived"
    if habit == "order":
        what = "passed a slope on before all of it had arrived"
    return f"{' and '.join(graph.boxes[i].name for i in several)}, used more than once, {what}" if several else ""


def joined(curves: list[Array]) -> tuple[Array, Array]:
    """x and y of several curves as one line with gaps."""
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([gap, *(part for curve in curves for part in (curve, gap))])
    return points[:, 0], points[:, 1]
