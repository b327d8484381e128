"""An expression as a program of single operations, run on `Var`s, so that its computation graph can be drawn."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from numbers import Number
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.pretty.pretty_symbology import pretty_symbol

from calc_core.automatic import Var
from calc_core.plots.boxes import Graph, graph_of, short
from calc_core.reading import read

_GENERIC = (1.3, 0.7)  # starting points at which nothing cancels

_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{f: getattr(np, f.__name__) for f in (sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh)},
    **{f: getattr(np, f"arc{f.__name__[1:]}") for f in (sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh)},
    sp.Abs: np.abs,
    sp.Max: lambda *parts: reduce(np.maximum, parts),
    sp.Min: lambda *parts: reduce(np.minimum, parts),
    sp.cot: lambda u: 1 / np.tan(u),
    sp.sec: lambda u: 1 / np.cos(u),
    sp.csc: lambda u: 1 / np.sin(u),
    sp.coth: lambda u: 1 / np.tanh(u),
}


def as_expression(expression: str | sp.Expr) -> sp.Expr:
    """Return the expression, read if it is text; ValueError for text that cannot be read, and for anything else."""
    if isinstance(expression, str):
        return read(expression)
    if isinstance(expression, sp.Expr):  # text inside a list, say, must not reach SymPy, which would run it
        return expression
    if isinstance(expression, Number):
        return sp.sympify(expression)
    raise ValueError(f"expected an expression such as 'x^2 sin(x*y)', got {expression!r}")


def in_variables(expression: str | sp.Expr, at: Mapping[str, float] | None) -> tuple[sp.Expr, dict[str, float]]:
    """Return the expression, read if it is text, and where each of its variables starts, by name in alphabetical order.

    Raises ValueError for text that cannot be read, for no variable or more than two, and for a start that is no number.
    """
    expr = as_expression(expression)
    names = sorted({symbol.name for symbol in expr.free_symbols})
    if not 1 <= len(names) <= 2:
        found = f"{len(names)} variables ({', '.join(names)})" if names else "no variable"
        raise ValueError(f"expected an expression in one or two variables, got {found} in {expr}; try x^2 sin(x*y)")
    start = dict(zip(names, _GENERIC, strict=False))
    for name, value in (at or {}).items():
        if name not in start:
            raise ValueError(f"{name} is not in {expr}, whose variables are {', '.join(names)}")
        if not np.isfinite(value):
            raise ValueError(f"{name} must start at a finite number, got {value}; try {name}={start[name]}")
        start[name] = float(value)
    return expr, start


def written(name: str) -> str:
    """Return the name of a variable as it is written in a drawing: x₁ for x_1, α for alpha."""
    return str(pretty_symbol(name))


@np.errstate(all="ignore")  # what is not finite is said in words, see `defined`
def run(expression: sp.Expr, point: Mapping[str, float]) -> Graph:
    """Return the graph of the expression at a point, with all slopes in it, the same operation made only once.

    Raises ValueError where the graph cannot be drawn.
    """
    leaves = {name: Var(float(value)) for name, value in point.items()}
    output = _Program(leaves).value(expression)
    graph = graph_of(output, {written(name): leaf for name, leaf in leaves.items()})
    output.backward()
    return graph


def defined(graph: Graph, point: Mapping[str, float]) -> Graph:
    """Return the graph if every number in it is finite; else raise a ValueError that names the first that is not."""
    where = ", ".join(f"{written(name)} = {short(value)}" for name, value in point.items())
    for node, variable in zip(graph.nodes, graph.variables, strict=True):
        if not np.isfinite(variable.value):
            raise ValueError(f"{node.label} has no finite value at {where}; move to another point")
    for (parent, child), slope in zip(graph.edges, graph.local_slopes, strict=True):
        if not np.isfinite(slope):
            child_label, name = graph.nodes[child].label, graph.nodes[parent].name
            raise ValueError(f"{child_label} has no finite slope along {name} at {where}; move to another point")
    return graph


class _Program:
    """Operations on the leaves; what has been computed once is used again, as a careful programmer would."""

    def __init__(self, leaves: Mapping[str, Var]):
        self._leaves = leaves
        self._made: dict[tuple[Any, ...], Any] = {}

    def _do(self, operation: Callable[..., Any], *parts: Any) -> Any:
        key = (operation, *(id(part) if isinstance(part, Var) else part for part in parts))
        if key not in self._made:
            self._made[key] = operation(*parts)
        return self._made[key]

    def value(self, expression: sp.Expr) -> Any:
        """Return the Var for an expression, or a float where no variable is in it."""
        if expression.is_Symbol:
            return self._leaves[expression.name]
        if not expression.free_symbols:
            return _number(expression)
        if expression.is_Add:
            return self._sum(expression)
        if expression.is_Mul:
            return self._product(expression)
        if expression.is_Pow:
            return self._power(expression)
        if expression.func not in _FUNCTIONS:
            raise ValueError(
                f"the graph has no operation for {expression}; try exp, log, sin, cos, tanh, abs, max or a power"
            )
        return self._do(_FUNCTIONS[expression.func], *map(self.value, expression.args))

    def _sum(self, expression: sp.Expr) -> Any:
        terms = sorted(expression.as_ordered_terms(), key=lambda term: term.could_extract_minus_sign())
        total = self.value(terms[0])
        for term in terms[1:]:
            less = term.could_extract_minus_sign()
            total = self._do(np.subtract if less else np.add, total, self.value(-term if less else term))
        return total

    def _product(self, expression: sp.Expr) -> Any:
        constant, rest = expression.as_independent(*expression.free_symbols, as_Add=False)
        if constant == -1:
            return self._do(np.negative, self.value(rest))
        if constant.is_Rational and constant.q != 1:
            return self._do(np.divide, self.value(constant.p * rest), float(constant.q))
        factors = rest.as_ordered_factors()
        below = [1 / factor for factor in factors if _is_divided_by(factor)]
        above = [factor for factor in factors if not _is_divided_by(factor)]
        top = self._multiplied(above) if above else _number(constant)
        if above and constant != 1:
            top = self._do(np.multiply, _number(constant), top)
        return self._do(np.divide, top, self._multiplied(below)) if below else top

    def _multiplied(self, factors: Sequence[sp.Expr]) -> Any:
        return reduce(lambda a, b: self._do(np.multiply, a, b), map(self.value, factors))

    def _power(self, expression: sp.Expr) -> Any:
        base, exponent = expression.args
        if _is_divided_by(expression):
            return self._do(np.divide, 1.0, self.value(1 / expression))
        if exponent == sp.Rational(1, 2):
            return self._do(np.sqrt, self.value(base))
        return self._do(np.power, self.value(base), self.value(exponent))


def _is_divided_by(factor: sp.Expr) -> bool:
    return bool(factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative)


def _number(constant: sp.Expr) -> float:
    try:
        number = complex(constant)
    except (TypeError, OverflowError):
        number = complex(np.nan)
    if number.imag or not np.isfinite(number.real):
        raise ValueError(f"{constant} is not a real number that can be computed with; try another constant")
    return number.real
