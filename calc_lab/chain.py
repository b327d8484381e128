"""The chain rule on a computation graph: values flow forward, slopes flow back, and the paths add up."""

from collections.abc import Mapping
from math import prod
from typing import Any

import sympy as sp

from calc_core.style import GRADIENT, TANGENT, number, unit_style
from calc_lab.controls import slider, switch
from calc_lab.drawing import Drawing, text_width
from calc_lab.figure import LiveFigure
from calc_lab.graph import Graph, parenthesised

MOST_PATHS = 8  # that are written out, shared by the variables
REACH = 5.0


@unit_style()
def chain_explorer(expression: str | sp.Expr = "x^2 sin(x*y)", at: Mapping[str, float] | None = None) -> LiveFigure:
    """A live computation graph of an expression in one or two variables, with a slider for each.

    The expression is SymPy's or what a person types; `at` says where its variables start, `{"x": 2}`. On demand the
    product of the slopes along each path stands under the graph, and their sum. ValueError for an expression that
    cannot be drawn.

    >>> chain_explorer("x^2 y").sentence
    'x = 1.3, y = 0.7, f = 1.183.'
    """
    graph = Graph(expression, at)
    names = [box.name for box in graph.variables]
    d = "d" if len(names) == 1 else "∂"
    derivatives = [f"{d}{graph.result}/{d}{name}" for name in names]
    paths = [paths_to_result(graph, box) for box in range(len(names))]
    most = MOST_PATHS // len(names)
    routes = []
    for derivative, found in zip(derivatives, paths, strict=True):
        routes += [route(graph, path) for path in found[:most]]
        routes.append(derivative + (f", {len(found) - most} more paths added" if len(found) > most else ""))

    drawing = Drawing(graph, "Values flow forward (→), slopes flow back (←)", lines_below=len(routes) + 1)
    style: dict[str, Any] = {"va": "top", "ha": "left", "linespacing": 1.35}
    drawing.text(drawing.left, drawing.low, animated=False, **style).set_text("\n".join(routes))
    aside = drawing.left + 0.4 + max(map(text_width, routes))
    products = drawing.text(aside, drawing.low, color=TANGENT, **style)
    sums = drawing.text(aside, drawing.low, color=GRADIENT, **style)

    def update(show: bool, **point: float) -> str:
        values, local = graph.run(point)
        slopes = graph.pull_back(local)
        drawing.write(values, slopes, local)
        for text in drawing.slopes[:-1] if not show else ():
            text.set_text("← ?")  # to be predicted first
        multiplied, added = [], []  # each has a blank line where the other has words
        for slope, found in zip(slopes, paths, strict=False):
            terms = [number(prod(local[edge] for edge in path)) for path in found]
            for path, term in zip(found[:most], terms, strict=False):
                product = " · ".join(parenthesised(local[edge]) for edge in path)
                multiplied.append(f"{product} = {term}" if len(path) > 1 else term)
            total = " + ".join(f"({term})" if term.startswith("−") else term for term in terms)
            multiplied.append("")
            added += [""] * len(found[:most])
            added.append(f"{total} = {number(slope)}" if 1 < len(terms) <= most else number(slope))
        products.set_text("\n".join(multiplied))
        sums.set_text("\n".join(added))
        products.set_visible(show)
        sums.set_visible(show)
        facts = [*zip(names, values, strict=False), (graph.result, values[-1])]
        facts += zip(derivatives, slopes, strict=False) if show else []
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


def route(graph: Graph, path: tuple[int, ...]) -> str:
    """The names of the boxes on a path: x → a → f."""
    return " → ".join([*(graph.boxes[graph.edges[edge][0]].name for edge in path), graph.result])
