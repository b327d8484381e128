"""Drawings of a computation graph: what was computed, from left to right, with the value and the slope of every box.

Values flow forward in blue. The number on an edge is the slope of that one operation, in vermilion. The slope of the
last box with respect to a box, which flows back, is green. Constants are written inside the formulas and get no box.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from calc_core.plots.canvas import CONTEXT, FUNCTION, GRADIENT, INK, TANGENT, new_figure, unit_style
from calc_core.plots.layers import BOX_HEIGHT, Layout, arrange, columns
from calc_core.plots.sampling import Picture

MOST_BOXES = 16
MOST_COLUMNS = 8
FONT_SIZE = 11.0
_MARGIN = 0.25
_TITLE_HEIGHT = 0.45
_WIDEST_NUMBER = "→ −1.2e−10"
_LINE = 0.215
_FORMULAS = {
    "+": "{} + {}", "-": "{} − {}", "*": "{}·{}", "/": "{} / {}", "neg": "−{}", "pos": "{}", "square": "{}²",
    "abs": "|{}|", "sqrt": "√{}", "reciprocal": "1 / {}", "log": "ln {}", "maximum": "max({}, {})",
    "minimum": "min({}, {})",
}  # fmt: skip
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Node(NamedTuple):
    """One box: its name, what it computes in the names of its parents, and the positions of the parents."""

    name: str
    formula: str
    parents: tuple[int, ...]

    @property
    def label(self) -> str:
        """The first line of the box, such as "a = 2·x"; a variable shows its name alone."""
        return f"{self.name} = {self.formula}" if self.parents else self.name


class Graph(NamedTuple):
    """The boxes with parents first and, beside each, the `Var` it stands for."""

    nodes: tuple[Node, ...]
    variables: tuple[Any, ...]

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Each use of a box by another, as (parent, child), in the order in which the children list them."""
        return tuple((parent, child) for child, node in enumerate(self.nodes) for parent in node.parents)

    @property
    def values(self) -> tuple[float, ...]:
        """The value in each box."""
        return tuple(float(variable.value) for variable in self.variables)

    @property
    def slopes(self) -> tuple[float, ...]:
        """The slope that `backward` has left in each box: how fast the result moves with it."""
        return tuple(float(variable.gradient) for variable in self.variables)

    @property
    def local_slopes(self) -> tuple[float, ...]:
        """The slope of the child along its parent for each edge."""
        return tuple(
            float(slope)
            for variable in self.variables
            for parent, slope in zip(variable.parents, variable.local_slopes, strict=True)
            if parent.operation != "constant"
        )


def short(value: float) -> str:
    """Return a number in at most eight characters: about four digits, a real minus sign, powers of ten as e."""
    if not np.isfinite(value):
        return "undefined" if np.isnan(value) else f"{value}".replace("-", "−").replace("inf", "∞")
    size = abs(value)
    text = f"{value:.4g}" if size == 0 or 0.001 <= size < 99999.5 else f"{value:.1e}"
    if "e" in text:
        digits, exponent = text.split("e")
        text = f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"
    elif size < 1:
        text = f"{value:.4f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def graph_of(output: Any, names: Mapping[str, Any] | None = None) -> Graph:
    """Return the graph that leads to a `Var`, its boxes named.

    `names` says what the variables are called, `{"x": x}`; others are called x₁, x₂ and so on, what is computed on the
    way a, b, c and the result f. Raises ValueError where there is nothing to draw or too much.
    """
    drawn = [variable for variable in output.walk() if variable.operation != "constant"]
    position = {id(variable): i for i, variable in enumerate(drawn)}
    given = {id(variable): name for name, variable in (names or {}).items()}
    spare = (letter for letter in "abcdghjkmnpqrstuvw" if letter not in given.values())
    if not drawn or not drawn[-1].parents:
        raise ValueError(
            "there is nothing to draw: the result is a number or a variable, without an operation on a variable"
        )
    if any(np.shape(variable.value) for variable in drawn):
        raise ValueError(
            "a graph of numbers can be drawn, and there are arrays in this one; try it with single numbers"
        )
    if len(drawn) > MOST_BOXES:
        raise ValueError(
            f"the graph has {len(drawn)} boxes and there is room for {MOST_BOXES}; try a shorter expression"
        )
    nodes: list[Node] = []
    for variable in drawn:
        parents = tuple(position[id(parent)] for parent in variable.parents if id(parent) in position)
        if not variable.parents:
            number = 1 + sum(not node.parents for node in nodes)
            nodes.append(Node(given.get(id(variable), f"x{number}".translate(_LOWERED)), "", ()))
            continue
        words = [nodes[position[id(p)]].name if id(p) in position else short(float(p.value)) for p in variable.parents]
        name = "f" if variable is output and "f" not in given.values() else next(spare)
        nodes.append(Node(name, _formula(variable.operation, words), parents))
    depth = 1 + max(columns([node.parents for node in nodes]))
    if depth > MOST_COLUMNS:
        raise ValueError(
            f"the graph has {depth - 1} operations in a row and there is room for {MOST_COLUMNS - 1}; "
            "try a less nested expression"
        )
    return Graph(tuple(nodes), tuple(drawn))


def _formula(operation: str, words: Sequence[str]) -> str:
    if operation == "**":
        base, exponent = words
        raised = exponent.translate(_RAISED)
        return base + raised if exponent.lstrip("−").isdigit() else f"{base}^{exponent}"
    if operation in _FORMULAS:
        return _FORMULAS[operation].format(*words)
    return f"{operation} {words[0]}" if len(words) == 1 else f"{operation}({', '.join(words)})"


@dataclass(frozen=True)
class GraphArtists:
    """A drawn graph: the texts that change with the numbers, and where boxes and edges are, in inches."""

    figure: Figure
    axes: Axes
    values: tuple[Text, ...]
    slopes: tuple[Text, ...]
    edges: tuple[Text, ...]
    layout: Layout
    floor: float

    def write(self, values: Sequence[float], slopes: Sequence[float | None], local_slopes: Sequence[float]) -> None:
        """Write the numbers into the drawing; a slope of None is not known yet and left blank."""
        for text, value in zip(self.values, values, strict=True):
            text.set_text(f"→ {short(value)}")
        for text, slope in zip(self.slopes, slopes, strict=True):
            text.set_text("" if slope is None else f"← {short(slope)}")
        for text, local in zip(self.edges, local_slopes, strict=True):
            text.set_text(short(local))


@unit_style()
def draw_graph(nodes: Sequence[Node], title: str, *, room_below: float = 0.0) -> GraphArtists:
    """Return a figure with the boxes and edges drawn and their numbers still blank; `room_below` inches stay free."""
    smallest = text_width(_WIDEST_NUMBER)
    widths = [max(smallest, text_width(node.label)) + 0.14 for node in nodes]
    layout = arrange([node.parents for node in nodes], widths)
    width = max(7.2, layout.width + 2 * _MARGIN)
    floor = _MARGIN + room_below
    height = floor + layout.height + _MARGIN + _TITLE_HEIGHT
    figure, axes = new_figure(width, height)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    axes.text(_MARGIN, height - 0.3, title, va="center", color=INK, fontsize=12.5, fontweight="bold")
    shift = np.array([(width - layout.width) / 2, floor])
    layout = layout._replace(
        centres=layout.centres + shift,
        routes=tuple(
            r._replace(points=r.points + shift, label=(r.label[0] + shift[0], r.label[1] + shift[1]))
            for r in layout.routes
        ),
    )
    for route in layout.routes:
        axes.plot(*route.points.T, color=CONTEXT, linewidth=1.2, zorder=1)
        axes.plot(*(route.points[-1] - (0.04, 0)), marker=">", markersize=6, color=CONTEXT, zorder=1)
    for (x, y), box_width, node in zip(layout.centres, widths, nodes, strict=True):
        corner = (x - box_width / 2 + 0.05, y - BOX_HEIGHT / 2 + 0.05)
        axes.add_patch(
            FancyBboxPatch(
                corner,
                box_width - 0.1,
                BOX_HEIGHT - 0.1,
                boxstyle="round,pad=0.05",
                facecolor="white" if node.parents else "#EEF4F8",
                edgecolor=INK,
                linewidth=1.2,
                zorder=2,
            )
        )
        axes.text(x, y + _LINE, node.label, ha="center", va="center", color=INK, fontsize=FONT_SIZE, zorder=3)
    numbers = {"ha": "center", "va": "center", "fontsize": FONT_SIZE, "zorder": 4}
    return GraphArtists(
        figure,
        axes,
        tuple(axes.text(x, y, "", color=FUNCTION, **numbers) for x, y in layout.centres),
        tuple(axes.text(x, y - _LINE, "", color=GRADIENT, **numbers) for x, y in layout.centres),
        tuple(_edge_label(axes, route.label, numbers) for route in layout.routes),
        layout,
        floor,
    )


def _edge_label(axes: Axes, place: tuple[float, float], style: Mapping[str, Any]) -> Text:
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    return axes.text(*place, "", color=TANGENT, bbox=ground, **style)


def text_width(text: str) -> float:
    """Return the width of a text in inches, as it stands in a drawing."""
    return float(TextPath((0, 0), text, size=FONT_SIZE).get_extents().width) / 72


def computation_graph(output: Any, names: Mapping[str, Any] | None = None) -> Picture:
    """Return a picture of the graph that leads to a `Var`, with its values and slopes, and a text that says the same.

    The slopes are those that `backward` has left; before it has run they are left out. `names` and the errors are those
    of `graph_of`.
    """
    graph = graph_of(output, names)
    known = bool(output.gradient)
    slopes = graph.slopes if known else [None] * len(graph.nodes)
    title = "Values flow forward (→), slopes flow back (←)" if known else "Values flow forward (→)"
    artists = draw_graph(graph.nodes, title)
    artists.write(graph.values, slopes, graph.local_slopes)
    return Picture(artists.figure, describe(graph.nodes, graph.values, slopes))


def describe(nodes: Sequence[Node], values: Sequence[float], slopes: Sequence[float | None]) -> str:
    """Return the drawing in words: what each box computes, its value and its slope."""
    words = []
    for node, value, slope in zip(nodes, values, slopes, strict=True):
        back = "" if slope is None else f", slope {short(slope)}"
        words.append(f"{node.label} is {short(value)}{back}")
    return "Computation graph: " + "; ".join(words) + "."
