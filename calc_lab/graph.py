"""Computation graphs: an expression as boxes of one operation each, what is in them, and how slopes flow back."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from sympy.printing.pretty.pretty_symbology import pretty_symbol

from calc_core.sampling import attempt
from calc_core.style import number
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression
from calc_tutor.rules import SLOPES

MOST_BOXES = 16
MOST_COLUMNS = 8
GENERIC = (1.3, 0.7)  # starting points at which nothing cancels
OPERATIONS = {*SLOPES, sp.Max, sp.Min} - {sp.sign, sp.floor, sp.ceiling, sp.Heaviside}  # not those with jumps
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Box(NamedTuple):
    """One operation: its name, what it computes in words, the boxes it uses and its column, right of all of them.

    `functions` of what is in the boxes it uses give its value and the slope along each of its edges.
    """

    name: str
    words: str
    parents: list[int]
    column: int
    functions: list[Callable[..., Any]]

    @property
    def label(self) -> str:
        """The first line of the box, such as "a = 2·x"; a variable shows its name alone."""
        return f"{self.name} = {self.words}" if self.parents else self.name


class Graph:
    """The boxes of an expression, parents first, and the edges as (parent, child): each use of a box by another.

    `start` says where the variables are by name: generic points, or what is given in `at`. ValueError for an expression
    that cannot be drawn.

    >>> [box.label for box in Graph("x^2 sin(x*y)").boxes]
    ['x', 'y', 'a = x²', 'b = x·y', 'c = sin(b)', 'f = a·c']
    """

    def __init__(self, expression: str | sp.Expr, at: Mapping[str, float] = {}):
        expr = as_expression(expression)
        names = sorted({symbol.name for symbol in expr.free_symbols})
        if not 1 <= len(names) <= 2 or expr.is_Symbol:
            found = f"{len(names)} variables ({', '.join(names)})" if len(names) > 2 else expr
            raise ValueError(f"expected operations on one or two variables, got {found}; try x^2 sin(x*y)")
        if not isinstance(at, Mapping) or not at.keys() <= {*names} or not all(map(math.isfinite, at.values())):
            example = ", ".join(f'"{name}": 2' for name in names)
            raise ValueError(f"expected a finite number for some of the variables, such as {{{example}}}, got {at!r}")
        self.start = dict(zip(names, GENERIC, strict=False)) | dict(at)
        self.result = "result" if "f" in names else "f"
        self.boxes = [Box(pretty_symbol(name), "", [], 0, []) for name in names]
        # The name of the box for each operation.
        self._symbols = {sp.Symbol(name): sp.Symbol(pretty_symbol(name), real=True) for name in names}
        self._spare = iter([letter for letter in "abcdghjkmnpqrstuvw" if letter not in names])
        self._place(expr)
        self.boxes[-1] = self.boxes[-1]._replace(name=self.result)
        self.edges = [(parent, child) for child, box in enumerate(self.boxes) for parent in box.parents]
        if len(self.boxes) > MOST_BOXES or self.boxes[-1].column >= MOST_COLUMNS:
            raise ValueError(f"the graph of {expr} is too large to draw; try a shorter expression")

    def _place(self, expr: sp.Expr) -> sp.Expr:
        """The symbol of the box that computes the expression, or the number that it is."""
        if not expr.free_symbols:
            return expr
        if expr.is_Symbol:
            return self._symbols[sp.Symbol(expr.name)]
        top, bottom = sp.fraction(expr, exact=True)
        if bottom != 1:
            return self._box(self._place(top) / self._place(bottom))
        if expr.is_Add:
            first, *terms = sorted(expr.as_ordered_terms(), key=lambda term: term.could_extract_minus_sign())
            total = self._place(first)
            for term in terms:
                minus = term.could_extract_minus_sign()
                total = self._box(total - self._place(-term) if minus else total + self._place(term))
            return total
        if expr.is_Mul:
            constant, rest = expr.as_coeff_Mul()
            product, *factors = map(self._place, sp.Mul.make_args(rest))
            for factor in [*factors, constant]:
                product = product if factor == 1 else self._box(product * factor)
            return product
        if not expr.is_Pow and expr.func not in OPERATIONS:
            raise ValueError(f"the graph has no operation for {expr}; try exp, ln, sin, tanh, abs, max or a power")
        return self._box(expr.func(*map(self._place, expr.args)))

    def _box(self, formula: sp.Expr) -> sp.Expr:
        """The symbol of the box for an operation on other boxes; the same operation is made only once."""
        if formula in self._symbols:
            return self._symbols[formula]
        boxes = list(self._symbols.values())
        parents = [symbol for symbol in boxes if formula.has(symbol)]
        if not parents:  # numbers, as in x + cos(2) + 1
            return formula
        name = next(self._spare, "z")
        used = [boxes.index(parent) for parent in parents]
        column = 1 + max(self.boxes[parent].column for parent in used)
        parts = [formula, *(sp.diff(formula, parent) for parent in parents)]
        functions = [sp.lambdify([parents], part, [{"erf": math.erf}, "numpy"]) for part in parts]
        self.boxes.append(Box(name, written(formula), used, column, functions))
        self._symbols[formula] = sp.Symbol(name, real=True)
        return self._symbols[formula]

    def run(self, point: Mapping[str, float]) -> tuple[list[float], list[float]]:
        """The value of each box and the local slope of each edge; ValueError names the first that is not finite."""
        values = [float(point[name]) for name in self.start]
        local: list[float] = []
        for box in self.boxes[len(values) :]:
            inputs = [np.float64(values[parent]) for parent in box.parents]
            value, *slopes = (attempt(function, inputs)[0] for function in box.functions)
            if not np.isfinite([value, *slopes]).all():
                where = ", ".join(f"{pretty_symbol(name)} = {number(value)}" for name, value in point.items())
                what = "slope" if math.isfinite(value) else "value"
                raise ValueError(f"{box.label} has no finite {what} at {where}; move to another point")
            values.append(value)
            local.extend(slopes)
        return values, local

    def pull_back(self, local: Sequence[float]) -> list[float]:
        """The slope of the result with respect to each box: the chain rule, from the end."""
        slopes = [0.0] * (len(self.boxes) - 1) + [1.0]
        for (parent, child), slope in zip(reversed(self.edges), reversed(local), strict=True):
            slopes[parent] += slopes[child] * slope
        return slopes


def written(formula: sp.Expr) -> str:
    """An operation as a person writes it: x², 2·a, y − x."""
    text = to_text(formula)
    if formula.is_Add and text.startswith("-"):  # y − x, not −x + y
        text = " - ".join(reversed(text[1:].split(" + ")))
    text = re.sub(r"\^(\d+)(?![\d./])", lambda power: power[1].translate(RAISED), text)
    return re.sub(r"\bpi\b", "π", text).replace("-", "−")


def parenthesised(value: float) -> str:
    """A number as it stands behind an operation sign: (−2)."""
    word = number(value)
    return f"({word})" if word.startswith("−") else word
