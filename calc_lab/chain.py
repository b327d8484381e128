"""The chain rule on a computation graph: values flow forward, slopes flow back, and the paths add up."""

from collections.abc import Mapping
from math import prod

import sympy as sp

from calc_core.style import GRADIENT, TANGENT, number, unit_style
from calc_lab.controls import slider, switch
from calc_lab.drawing import LINE, Drawing, text_width
from calc_lab.figure import LiveFigure
from calc_lab.graph import Graph, parenthesised

MOST_PATHS = 8  # that are written out, shared by the variables
REACH = 5.0


@unit_style()
def chain_explorer(expression: str | sp.Expr = "x^2 sin(x*y)", at: Mapping[str, float] = {}) -> LiveFigure:
    """A live computation graph of an expression in one or two variables, with a slider for each.

    The expression is SymPy's or what a person types; `at` says where its variables start, `{"x": 2}`. On demand the
    product of the slopes along each path stands under the graph, and their sum. ValueError for an expression that
    cannot be drawn.

    >>> chain_explorer("x^2 y").sentence
    'x = 1.3, y = 0.7, f = 1.183.'
    """
    graph = Graph(expression, at)
    names = [box.name for box in graph.boxes if not box.parents]
    d = "d" if len(names) == 1 else "∂"
    derivatives = [f"{d}{graph.result}/{d}{name}" for name in names]
    paths = [paths_to_result(graph, box) for box in range(len(names))]
    most = MOST_PATHS // len(names)
    rows = []  # under the graph: the paths from a variable, with their products, and the slope that is their sum
    for derivative, found in zip(derivatives, paths, strict=True):
        for path in found[:most]:
            passed = [graph.boxes[graph.edges[edge][0]].name for edge in path]
            rows.append((" → ".join([*passed, graph.result]), TANGENT))
        more = len(found) - most
        added = f", {more} more {'path' if more == 1 else 'paths'} added" if more > 0 else ""
        rows.append((derivative + added, GRADIENT))
    drawing = Drawing(graph, "Values flow forward (→), slopes flow back (←)", lines_below=len(rows) + 1)
    aside = drawing.left + 0.4 + max(text_width(words) for words, _ in rows)
    answers = []
    for i, (words, color) in enumerate(rows):
        y = drawing.low - i * LINE
        drawing.text(drawing.left, y, words, va="top", ha="left")
        answers.append(drawing.text(aside, y, color=color, va="top", ha="left"))

    def update(show: bool, **point: float) -> str:
        values, local = graph.run(point)
        slopes = graph.pull_back(local)
        drawing.write(values, slopes, local)
        facts = [*zip(names, values, strict=False), (graph.result, values[-1])]
        if show:
            facts += zip(derivatives, slopes, strict=False)
        else:
            for text in drawing.slopes[:-1]:
                text.set_text("← ?")  # to be predicted first
        written = []
        for slope, found in zip(slopes, paths, strict=False):
            factors = [[local[edge] for edge in path] for path in found]
            terms = [prod(numbers) for numbers in factors]
            for numbers, term in zip(factors[:most], terms, strict=False):
                product = " · ".join(map(parenthesised, numbers))
                written.append(f"{product} = {number(term)}" if len(numbers) > 1 else number(term))
            total = " + ".join(map(parenthesised, terms))
            written.append(f"{total} = {number(slope)}" if 1 < len(terms) <= most else number(slope))
        for text, words in zip(answers, written, strict=True):
            text.set_text(words if show else "?")
        return ", ".join(f"{name} = {number(value)}" for name, value in facts) + "."

    controls = {
        symbol: slider(name, value, min(-REACH, value), max(REACH, value), 0.05)
        for name, (symbol, value) in zip(names, graph.start.items(), strict=True)
    }
    controls["show"] = switch("show the slopes that flow back")
    sweep = dict(zip(graph.start, (21, 7), strict=False)) | {"show": 2}
    return LiveFigure("Computation graph", drawing.figure, controls, update, sweep=sweep)


def paths_to_result(graph: Graph, box: int) -> list[tuple[int, ...]]:
    """Every way from a box to the result, as positions in `graph.edges`."""
    if box == len(graph.boxes) - 1:
        return [()]
    leaving = [(edge, child) for edge, (parent, child) in enumerate(graph.edges) if parent == box]
    return [(edge, *rest) for edge, child in leaving for rest in paths_to_result(graph, child)]
