"""The boxes of a computation graph, read from the `Var` at its end: names, formulas, and what is in them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from calc_core.plots.layers import columns
from calc_core.plots.sampling import trimmed

MOST_BOXES = 16
MOST_COLUMNS = 8
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
        return f"{self.name} = {self.formula}" if self.formula else self.name


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
    """Return a number in at most nine characters: about four digits, a real minus sign, powers of ten as e."""
    if not np.isfinite(value):
        return "undefined" if np.isnan(value) else f"{value}".replace("-", "−").replace("inf", "∞")
    size = abs(value)
    if size != 0 and not 0.001 <= size < 99999.5:
        digits, exponent = f"{value:.1e}".split("e")
        text = f"{trimmed(digits)}e{int(exponent)}"
    elif size >= 1000:
        text = f"{value:.0f}"
    else:
        text = trimmed(f"{value:.4f}" if size < 1 else f"{value:.4g}")
    return text.replace("-", "−") if size else "0"


def factor(value: float) -> str:
    """Return a number as it stands behind an operation sign: (−2)."""
    return _bracketed(short(value))


def _bracketed(word: str) -> str:
    return f"({word})" if word.startswith("−") else word


def graph_of(output: Any, names: Mapping[str, Any] | None = None) -> Graph:
    """Return the graph that leads to a `Var`, its boxes named.

    `names` says what the variables are called, `{"x": x}`; others are called x₁, x₂ and so on, what is computed on the
    way a, b, c and the result f. Raises ValueError where there is nothing to draw or too much, TypeError for no `Var`.
    """
    if not hasattr(output, "walk"):
        raise TypeError(f"expected a Var, which knows how it was made, got {type(output).__name__}; try Var(3.0) ** 2")
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
        exponent = words[1].translate(_RAISED) if words[1].lstrip("−").isdigit() else f"^{_bracketed(words[1])}"
        return _bracketed(words[0]) + exponent
    if operation in _FORMULAS:
        return _FORMULAS[operation].format(words[0], *map(_bracketed, words[1:]))
    return f"{operation} {words[0]}" if len(words) == 1 else f"{operation}({', '.join(words)})"
