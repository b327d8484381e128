"""Derivatives of expressions, with every rule that was used, and what follows from them: tangents and gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Number
from typing import Any

import sympy as sp

from calc_core.reading import read
from calc_core.symbolic.derivation import Step
from calc_core.symbolic.notation import function_name, to_text
from calc_core.symbolic.rules import operands, rule_for


def explain(expr: sp.Expr | str | float, x: sp.Symbol | str | None = None) -> Step:
    """The derivative of the expression with respect to x, rule by rule.

    The expression is SymPy's or what a person types; all other symbols are constants. Without a variable it is x, or
    the only letter there is. A part that no rule covers raises a ValueError that names the part.
    """
    expression = as_expression(expr)
    return _step(expression, as_symbol(x, expression))


def tangent_line(expr: sp.Expr | str, x: sp.Symbol | str, at: Any) -> sp.Expr:
    """The line f(a) + f'(a) (x - a) that touches the graph at x = a, as an expression in x.

    A ValueError says why where there is none: no value, a kink, a jump, a vertical tangent, an end of the domain.
    """
    f, (variable,), (a,) = _at_point(expr, [x], [at])
    slope = _value(explain(f, variable).result, {variable: a})
    _check_slope(f, {variable: a}, {variable: slope})
    return f.subs(variable, a) + slope * (variable - a)


def gradient(expr: sp.Expr | str, variables: Sequence[Any], at: Sequence[Any] | None = None) -> sp.Array:
    """The partial derivatives in the order of the variables, as an array of shape (n,); their values, if `at` is given.

    A ValueError says why where the gradient does not exist at that point.
    """
    f, symbols, point = _at_point(expr, variables, at)
    partials = [explain(f, symbol).result for symbol in symbols]
    if not point:
        return sp.Array(partials)
    place = dict(zip(symbols, point, strict=True))
    slopes = [_value(partial, place) for partial in partials]
    _check_slope(f, place, dict(zip(symbols, slopes, strict=True)))
    return sp.Array(slopes)


def hessian(expr: sp.Expr | str, variables: Sequence[Any], at: Sequence[Any] | None = None) -> sp.Matrix:
    """The second derivatives as a matrix of shape (n, n): row i holds the gradient of the i-th partial derivative.

    With `at`, their values; a ValueError says why where they do not exist at that point.
    """
    f, symbols, _ = _at_point(expr, variables, at)
    if at is not None:
        gradient(f, symbols, at)
    return sp.Matrix([list(gradient(partial, symbols, at)) for partial in gradient(f, symbols)])


def directional_derivative(
    expr: sp.Expr | str, variables: Sequence[Any], direction: Sequence[Any], at: Sequence[Any] | None = None
) -> sp.Expr:
    """The slope per unit of length in the direction, which is scaled to length 1: the gradient times the direction."""
    step = [as_expression(part) for part in direction]
    wrong = len(step) != len(variables) or any(part.has(sp.nan, sp.oo, -sp.oo, sp.zoo) for part in step)
    if wrong or all(part == 0 for part in step):
        wanted = f"a direction with {len(variables)} entries, finite and not all 0"
        raise ValueError(f"expected {wanted}, got {list(direction)}; try {[1] * len(variables)}")
    length = sp.sqrt(sum(part**2 for part in step))
    return sum((g * part / length for g, part in zip(gradient(expr, variables, at), step, strict=True)), sp.S.Zero)


def _at_point(
    expr: Any, variables: Iterable[Any], at: Sequence[Any] | None
) -> tuple[sp.Expr, list[sp.Symbol], list[sp.Expr]]:
    f = as_expression(expr)
    symbols = [as_symbol(variable, f) for variable in variables]
    point = [as_expression(value) for value in at] if at is not None else []
    if at is not None and len(point) != len(symbols):
        raise ValueError(f"expected one value for each of {', '.join(map(str, symbols))}, got {list(at)}")
    return f, symbols, point


def _value(slope: sp.Expr, place: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """The slope at the place; where two cases meet, that of one of them, for `_check_slope` to confirm or not."""
    value = slope.subs(place)
    return slope.replace(sp.Gt, sp.Ge).replace(sp.Lt, sp.Le).subs(place) if value.has(sp.nan) else value


def _check_slope(f: sp.Expr, place: dict[sp.Symbol, sp.Expr], slope: dict[sp.Symbol, sp.Expr]) -> None:
    """Raise a ValueError unless difference quotients from both sides agree with the slope at that place."""
    if f.free_symbols - set(place) or any(value.free_symbols for value in place.values()):
        return  # other letters stand for any number
    where = f"{to_text(f)} at {', '.join(f'{x} = {to_text(a)}' for x, a in place.items())}"
    exact = _exact(f)

    def value(direction: Mapping[sp.Symbol, int]) -> sp.Expr | None:
        """The value of f a tiny way off in that direction, to 60 digits; None where there is no real one."""
        number = sp.N(exact.subs({x: _exact(a) + direction[x] * STEP for x, a in place.items()}), 60)
        return number if number.is_real and number.is_finite else None

    here = value(dict.fromkeys(place, 0))
    if here is None:
        raise ValueError(f"expected a point where the function has a real value, got {where}; try another point")
    # Along each axis, and across: a function can have all partial derivatives and yet no tangent plane.
    along = [{x: int(x == axis) for x in place} for axis in place]
    for direction in (*along, {x: 2 + i for i, x in enumerate(place)}, dict.fromkeys(place, 1)):
        ahead, behind = value(direction), value({x: -part for x, part in direction.items()})
        if ahead is None or behind is None:
            raise ValueError(f"no derivative for {where}: the graph is vertical there, or not defined on both sides")
        right, left = (ahead - here) / STEP, (here - behind) / STEP
        if max(abs(right), abs(left)) > VERTICAL:
            raise ValueError(f"no derivative for {where}: the graph is vertical there, or jumps")
        if abs(right - left) > 1e-6 * (1 + abs(right)):
            sides = f"slope {float(left):.4g} on one side and {float(right):.4g} on the other"
            raise ValueError(f"no derivative for {where}: a kink, {sides}")
        expected = sp.N(sum(slope[x] * part for x, part in direction.items()))
        if not expected.is_real or abs(expected - right) > 1e-6 * (1 + abs(right)):
            raise ValueError(f"no derivative for {where} can be read off the formula; try a point close by")


STEP = sp.Rational(1, 10**20)
VERTICAL = 1e7


def _exact(e: sp.Expr) -> sp.Expr:
    return e.replace(lambda part: part.is_Float, sp.Rational)


def as_expression(expr: Any) -> sp.Expr:
    """The SymPy expression for an expression, a number or typed text; every symbol stands for a real number."""
    if not isinstance(expr, str | sp.Basic | Number):  # SymPy would run text inside a list as Python
        raise TypeError(f"expected an expression, got {type(expr).__name__}; try 'x^2' or SymPy's x**2")
    made = read(expr) if isinstance(expr, str) else sp.sympify(expr)
    if not isinstance(made, sp.Expr) or getattr(made, "is_Matrix", False):
        raise TypeError(f"expected an expression, got {type(expr).__name__}; try 'x^2' or SymPy's x**2")
    return made.replace(sp.re, lambda z: z) if made.has(sp.re) else made


def as_symbol(x: sp.Symbol | str | None, expr: sp.Expr) -> sp.Symbol:
    """The symbol of that name as it stands in the expression, whatever is assumed about it there.

    None stands for x, or for the only letter there is; where several others might be meant, it is a ValueError.
    """
    if not isinstance(x, sp.Symbol | str | None):
        raise TypeError(f"expected the variable's name or symbol, got {x!r}; try 'x'")
    known = {s.name: s for s in expr.free_symbols if isinstance(s, sp.Symbol)}
    if x is None and len(known) > 1 and "x" not in known:
        raise ValueError(f"expected a variable, since each of {', '.join(sorted(known))} may move; try {min(known)!r}")
    name = str(x) if x is not None else next(iter(known)) if len(known) == 1 else "x"
    return known.get(name, sp.Symbol(name))


def _step(e: sp.Expr, x: sp.Symbol) -> Step:
    rule, parts = rule_for(e, x)
    steps = tuple(_step(*problem) for problem in parts.problems)
    result = sp.sympify(rule.derivative(*operands(parts, [step.result for step in steps], x)))
    name = f"{rule.name} {function_name(e.func)}" if rule.name == "derivative of" else rule.name
    return Step(name, e, x, result, steps)
