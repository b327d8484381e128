"""The chain rule on a computation graph: values flow forward, slopes flow back, and the paths add up."""

from collections.abc import Mapping
from math import prod
from typing import Any

import sympy as sp
from matplotlib.text import Text

from calc_core.explorers.expressions import defined, in_variables, run, written
from calc_core.live import LiveFigure
from calc_core.live.controls import Control, slider
from calc_core.plots.boxes import Graph, factor, short
from calc_core.plots.canvas import GRADIENT, INK, TANGENT
from calc_core.plots.graphs import FONT_SIZE, MARGIN, GraphArtists, draw_graph, text_width

LESSON_EXAMPLE = "x^2 sin(x*y)"

_MOST_PATHS = 8  # that are written out, shared by the variables
_LINE_HEIGHT = 0.24
_DIGIT_WIDTH = 0.097
_REACH = 5.0

Path = tuple[int, ...]


def chain_explorer(expression: str | sp.Expr = LESSON_EXAMPLE, at: Mapping[str, float] | None = None) -> LiveFigure:
    """Return a live computation graph of an expression in one or two variables, with a slider for each.

    The expression is SymPy's or what a person types; `at` says where its variables start, `{"x": 2}`. For each path
    from a variable to the result, the product of the slopes along it stands under the graph; the derivative adds them.
    `values` holds the variables, the result as "f" and each derivative as "df/dx". Raises ValueError for an expression
    that cannot be drawn.
    """
    expr, start = in_variables(expression, at)
    first = run(expr, start)
    paths = {name: paths_to_result(first, name) for name in start}
    most = _MOST_PATHS // len(start)
    lines = sum(min(most, len(found)) + 1.4 for found in paths.values())
    artists = draw_graph(first.nodes, "Values flow forward (→), slopes flow back (←)", room_below=_LINE_HEIGHT * lines)
    products, sums = _draw_paths(artists, first, paths, most)

    def update(**point: float) -> tuple[dict[str, float], str]:
        graph = defined(run(expr, point), point)
        artists.write(graph.values, graph.slopes, graph.local_slopes)
        for path, text in products.items():
            text.set_text(_written(path, graph.local_slopes))
        result = graph.nodes[-1].name
        values = {name: float(value) for name, value in point.items()} | {result: graph.values[-1]}
        said = [f"{written(name)} = {short(value)}" for name, value in values.items()]
        for name, text in sums.items():
            slope = graph.slopes[_position(graph, name)]
            values[f"d{result}/d{name}"] = slope
            said.append(f"{_derivative(graph, name)} = {short(slope)}")
            terms = [factor(product_along(path, graph.local_slopes)) for path in paths[name]]
            added = f"{' + '.join(terms)} = {short(slope)}"
            room = artists.axes.get_xlim()[1] - text.get_position()[0]
            text.set_text(added if len(terms) > 1 and len(added) * _DIGIT_WIDTH < room else short(slope))
        return values, ", ".join(said) + "."

    controls: dict[str, Control] = {
        name: slider(name, value, min(-_REACH, value), max(_REACH, value), 0.05) for name, value in start.items()
    }
    moving = [*artists.values, *artists.slopes, *artists.edges, *products.values(), *sums.values()]
    return LiveFigure("Computation graph", artists.figure, moving, controls, update)


def paths_to_result(graph: Graph, name: str) -> list[Path]:
    """Return every way from a variable to the result, as positions in `graph.edges`; the same box used twice is two."""
    last = len(graph.nodes) - 1
    ways: dict[int, list[Path]] = {last: [()]}
    for box in reversed(range(last)):
        ways[box] = [
            (edge, *rest) for edge, (parent, child) in enumerate(graph.edges) if parent == box for rest in ways[child]
        ]
    return ways[_position(graph, name)]


def product_along(path: Path, local_slopes: tuple[float, ...]) -> float:
    """Return the product of the local slopes on a path."""
    return prod(local_slopes[edge] for edge in path)


def _draw_paths(
    artists: GraphArtists, graph: Graph, paths: Mapping[str, list[Path]], most: int
) -> tuple[dict[Path, Text], dict[str, Text]]:
    """Return the texts, still blank, for the products along the paths and for the sums; what precedes them is drawn."""
    style: dict[str, Any] = {"fontsize": FONT_SIZE, "va": "center"}
    products: dict[Path, Text] = {}
    sums: dict[str, Text] = {}
    words = {path: _route(graph, path) for found in paths.values() for path in found[:most]}
    ends = {name: _total(graph, name, len(found), most) for name, found in paths.items()}
    left, y = artists.axes.get_xlim()[0] + MARGIN, -0.3
    aside = left + 0.3 + max(map(text_width, [*words.values(), *ends.values()]))
    for name, found in paths.items():
        for path in found[:most]:
            artists.axes.text(left, y, words[path], color=INK, **style)
            products[path] = artists.axes.text(aside, y, "", color=TANGENT, **style)
            y -= _LINE_HEIGHT
        artists.axes.text(left, y, ends[name], color=INK, **style)
        sums[name] = artists.axes.text(aside, y, "", color=GRADIENT, **style)
        y -= 1.4 * _LINE_HEIGHT
    return products, sums


def _position(graph: Graph, name: str) -> int:
    return next(i for i, node in enumerate(graph.nodes) if node.name == written(name))


def _derivative(graph: Graph, name: str) -> str:
    d = "d" if sum(not node.parents for node in graph.nodes) == 1 else "∂"
    return f"{d}{graph.nodes[-1].name}/{d}{written(name)}"


def _route(graph: Graph, path: Path) -> str:
    names = [graph.nodes[graph.edges[edge][0]].name for edge in path]
    return " → ".join([*names, graph.nodes[-1].name])


def _total(graph: Graph, name: str, count: int, most: int) -> str:
    more = f", {count - most} more paths added" if count > most else ""
    return f"{_derivative(graph, name)}{more}"


def _written(path: Path, local_slopes: tuple[float, ...]) -> str:
    factors = [factor(local_slopes[edge]) for edge in path]
    result = f" = {short(product_along(path, local_slopes))}" if len(path) > 1 else ""
    return " · ".join(factors) + result
