"""Backpropagation one step at a time, and what goes wrong when one of its three habits is dropped."""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import isclose

import sympy as sp
from matplotlib.collections import LineCollection

from calc_core.style import GRADIENT, TANGENT, number, unit_style
from calc_lab.controls import play, switch
from calc_lab.drawing import Drawing
from calc_lab.figure import LiveFigure, moving
from calc_lab.graph import Graph, parenthesised

HABITS = ("order", "accumulation", "zeroing")


@unit_style()
def backpropagation_explorer(expression: str | sp.Expr = "x*y*sin(x*y)", at: Mapping[str, float] = {}) -> LiveFigure:
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
    sizes = graph.pull_back([abs(slope) for slope in local])  # of what arrives, if nothing cancels
    remarks = [f"right: {number(slope)}" for slope in right]
    drawing = Drawing(graph, "When may a box pass its slope on?", remark=max(remarks, key=len))
    drawing.write(values, right, local)
    used = LineCollection([], colors=GRADIENT, zorder=1.5, animated=True)
    frames = LineCollection([], colors=TANGENT, linewidths=3, linestyles="--", zorder=3, animated=True)
    drawing.axes.add_collection(used)
    drawing.axes.add_collection(frames)
    head = moving(drawing.axes, "<", color=GRADIENT, markersize=13, zorder=3.5)
    outline = (drawing.size + 0.1) / 2 * [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]

    def update(step: int, **habits: bool) -> str:
        edges, history = walk_back(graph, local, right, **habits)
        slopes, walked = history[step], edges[:step]
        used.set_segments([drawing.routes[edge] for edge in walked])
        used.set_linewidth([2.2] * (step - 1) + [4.5])
        head.set_visible(step > 0)
        passed = {graph.edges[edge][1] for edge in walked}
        awaited = {graph.edges[edge][0] for edge in edges[step:]}
        wrong = []
        for i, slope in enumerate(slopes):
            meant_to_be_right = i in passed or i not in awaited
            if meant_to_be_right and not isclose(slope, right[i], abs_tol=1e-12 * sizes[i]):
                wrong.append(i)
            drawing.slopes[i].set_text(f"← {number(slope)}")
            drawing.remarks[i].set_text(remarks[i] if i in wrong else "")
        frames.set_segments([drawing.centres[i] + outline for i in wrong])
        others = "start from 0" if habits["zeroing"] else "still hold what the last sweep left"
        words = f"the slope of {graph.result} with respect to itself is 1, and the others {others}."
        if step:
            x, y = drawing.routes[walked[-1]][0]
            head.set_data([x + 0.11], [y])
            parent, child = graph.edges[walked[-1]]
            before, slope = history[step - 1], local[walked[-1]]
            arrived = before[child] * slope
            product = f"{parenthesised(before[child])} · {parenthesised(slope)} = {number(arrived)}"
            added = f"now holds {number(before[parent])} + {parenthesised(arrived)} ="
            change = added if habits["accumulation"] else f"held {number(before[parent])} and now holds"
            receiver = f"{graph.boxes[parent].name}, which {change} {number(slopes[parent])}"
            words = f"{graph.boxes[child].name} passes {product} back to {receiver}."
        words = f"Step {step} of {len(edges)}: {words}"
        if wrong:
            numbers = [f"{graph.boxes[i].name} has {number(slopes[i])} ({remarks[i]})" for i in wrong]
            reasons = [why(graph, habit) for habit in HABITS if not habits[habit]]
            return f"{words} Wrong: {', '.join(numbers)}. Why: {'; '.join(filter(None, reasons))}."
        if step < len(edges):
            return words
        if not all(habits.values()):
            return f"{words} In this graph that does no harm: every slope has come out right."
        found = [f"{box.name}: {number(slope)}" for box, slope in zip(graph.boxes, right, strict=True)]
        return f"{words} Every slope is complete ({', '.join(found[: len(graph.start)])})."

    controls = {"step": play("step", len(graph.edges), 1500)} | {habit: switch(habit, True) for habit in HABITS}
    sweep = {"step": len(graph.edges) + 1} | dict.fromkeys(HABITS, 2)
    return LiveFigure("Backpropagation", drawing.figure, controls, update, sweep=sweep)


def walk_back(
    graph: Graph, local: list[float], right: list[float], *, order: bool, accumulation: bool, zeroing: bool
) -> tuple[list[int], list[list[float]]]:
    """The walk from the result back to the variables: its edges, and the slopes in all boxes before and after each.

    Without the right order a box passes its slope on as soon as something has arrived; without accumulation a slope
    that arrives replaces what was there; without zeroing the boxes still hold what the last right walk has left.
    """
    result = len(right) - 1
    edges = list(edges_as_they_come(graph, result, set()))
    if order:  # all edges that leave a box backwards come after all that arrive there
        edges.sort(key=lambda edge: -graph.edges[edge][1])
    history = [[0.0] * result + [1.0] if zeroing else right]
    for edge in edges:
        parent, child = graph.edges[edge]
        slopes = history[-1].copy()
        slopes[parent] = slopes[child] * local[edge] + (slopes[parent] if accumulation else 0.0)
        history.append(slopes)
    return edges, history


def edges_as_they_come(graph: Graph, box: int, seen: set[int]) -> Iterator[int]:
    """The edges in the naive order: a box that is reached for the first time passes on at once."""
    for edge, (parent, child) in enumerate(graph.edges):
        if child == box:
            yield edge
            if parent not in seen:
                seen.add(parent)
                yield from edges_as_they_come(graph, parent, seen)


def why(graph: Graph, habit: str) -> str:
    """What dropping a habit does in this graph; nothing where it does no harm."""
    if habit == "zeroing":
        return "the boxes still held the slopes of the last backward sweep"
    what = "kept only the last slope that arrived"
    if habit == "order":
        what = "passed a slope on before all of it had arrived"
    uses = Counter(parent for parent, _ in graph.edges)
    several = [box.name for i, box in enumerate(graph.boxes) if uses[i] > 1 and (box.parents or habit != "order")]
    return f"{' and '.join(several)}, used more than once, {what}" if several else ""
