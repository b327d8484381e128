"""Derivatives of expressions, rule by rule: a table of rules, and `explain`, which applies it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sympy as sp
from sympy.core.function import AppliedUndef

from calc_core.derivation import Piece, Step
from calc_core.notation import to_text

Problem = tuple[sp.Expr, sp.Symbol]


class Parts(NamedTuple):
    """What a rule makes of an expression: the parts it keeps, and the parts it asks the derivative of."""

    kept: tuple[Any, ...] = ()
    problems: tuple[Problem, ...] = ()


class Rule(NamedTuple):
    """One rule. `whole` puts the parts together again, `derivative` says what their derivative is."""

    name: str
    split: Callable[[sp.Expr, sp.Symbol], Parts | None]
    letters: tuple[str, str]
    whole: Callable[..., Any]
    derivative: Callable[..., Any]


# ---- When a rule applies, and to which parts


def _constant(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if x not in e.free_symbols else None


def _variable(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if e == x else None


def _sum(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((), tuple((term, x) for term in e.as_ordered_terms())) if e.is_Add else None


def _log_to_base(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    if e.is_Mul and len(e.args) == 2:
        for top, bottom in (e.args, e.args[::-1]):
            if top == sp.log(x) and bottom.is_Pow and bottom.exp == -1 and isinstance(bottom.base, sp.log):
                return Parts((x, bottom.base.args[0], bottom.base))
    return None


def _constant_multiple(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    if not e.is_Mul:
        return None
    varying = [a for a in e.args if x in a.free_symbols]
    constants = [a for a in e.args if x not in a.free_symbols]
    if len(varying) == 1 and isinstance(varying[0], sp.log):  # ln(u)/ln(b) stays together: a logarithm to base b
        bases = [c for c in constants if c.is_Pow and c.exp == -1 and isinstance(c.base, sp.log)]
        constants = [c for c in constants if c not in bases[:1]]
        varying += bases[:1]
    return Parts((sp.Mul(*constants),), ((sp.Mul(*varying), x),)) if constants else None


def _quotient(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    if not e.is_Mul:
        return None
    below = [a for a in e.args if a.is_Pow and a.exp.is_Rational and a.exp.is_negative and x in a.free_symbols]
    above = sp.Mul(*(a for a in e.args if a not in below))
    return Parts((), ((above, x), (1 / sp.Mul(*below), x))) if below else None


def _product(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    several = e.is_Mul and sum(x in factor.free_symbols for factor in e.args) > 1
    return Parts((), tuple((factor, x) for factor in e.as_ordered_factors())) if several else None


def _power(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((x, e.exp)) if e.is_Pow and e.base == x and x not in e.exp.free_symbols else None


def _exponential(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e.base, x, sp.log(e.base))) if e.is_Pow and e.exp == x and x not in e.base.free_symbols else None


def _reciprocal(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((), ((e.base, x),)) if e.is_Pow and e.exp == -1 else None


def _general_power(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    both = e.is_Pow and x in e.base.free_symbols and x in e.exp.free_symbols
    return Parts((sp.log(e.base),), ((e.base, x), (e.exp, x))) if both else None


def _elementary(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if e.func in ELEMENTARY and e.args == (x,) else None


def _unknown(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if isinstance(e, AppliedUndef) and e.args == (x,) else None


def _chain(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    u = next(sp.Symbol(name) for name in _INNER_NAMES if sp.Symbol(name) not in e.free_symbols)
    if e.func in ELEMENTARY or (isinstance(e, AppliedUndef) and len(e.args) == 1):
        outer, inner = e.func(u), e.args[0]
    elif e.is_Pow:
        outer, inner = (u**e.exp, e.base) if x in e.base.free_symbols else (e.base**u, e.exp)
    elif e.is_Mul and (logarithm := next((a for a in e.args if isinstance(a, sp.log) and x in a.free_symbols), None)):
        outer, inner = e.xreplace({logarithm: sp.log(u)}), logarithm.args[0]
    else:
        return None
    return Parts((), ((outer, u), (inner, x)))


_INNER_NAMES = ("u", "v", "w", "s", "t", "p", "q", "r", "z")

# ---- What a rule gives


def _sum_of(*fs: Any) -> Any:
    return _total(fs)


def _product_of(*fs: Any) -> Any:
    return functools.reduce(operator.mul, fs)


def _total(pieces: tuple[Any, ...]) -> Any:
    return functools.reduce(operator.add, pieces)


def _sum_of_derivatives(*parts: Any) -> Any:
    return _total(parts[len(parts) // 2 :])


def _one_factor_at_a_time(*parts: Any) -> Any:
    f, df = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    return _total(tuple(functools.reduce(operator.mul, (*f[:i], df[i], *f[i + 1 :])) for i in range(len(f))))


#: The functions whose derivative is simply known.
ELEMENTARY: dict[Any, Callable[[sp.Expr], sp.Expr]] = {
    sp.exp: sp.exp,
    sp.log: lambda u: 1 / u,
    sp.sin: sp.cos,
    sp.cos: lambda u: -sp.sin(u),
    sp.tan: lambda u: 1 / sp.cos(u) ** 2,
    sp.cot: lambda u: -1 / sp.sin(u) ** 2,
    sp.sec: lambda u: sp.sec(u) * sp.tan(u),
    sp.csc: lambda u: -sp.csc(u) * sp.cot(u),
    sp.asin: lambda u: 1 / sp.sqrt(1 - u**2),
    sp.acos: lambda u: -1 / sp.sqrt(1 - u**2),
    sp.atan: lambda u: 1 / (1 + u**2),
    sp.acot: lambda u: -1 / (1 + u**2),
    sp.asec: lambda u: 1 / (u**2 * sp.sqrt(1 - 1 / u**2)),
    sp.acsc: lambda u: -1 / (u**2 * sp.sqrt(1 - 1 / u**2)),
    sp.sinh: sp.cosh,
    sp.cosh: sp.sinh,
    sp.tanh: lambda u: 1 - sp.tanh(u) ** 2,
    sp.coth: lambda u: -1 / sp.sinh(u) ** 2,
    sp.sech: lambda u: -sp.sech(u) * sp.tanh(u),
    sp.csch: lambda u: -sp.csch(u) * sp.coth(u),
    sp.asinh: lambda u: 1 / sp.sqrt(u**2 + 1),
    sp.acosh: lambda u: 1 / (sp.sqrt(u - 1) * sp.sqrt(u + 1)),
    sp.atanh: lambda u: 1 / (1 - u**2),
    sp.acoth: lambda u: 1 / (1 - u**2),
    sp.erf: lambda u: 2 * sp.exp(-(u**2)) / sp.sqrt(sp.pi),
    sp.erfc: lambda u: -2 * sp.exp(-(u**2)) / sp.sqrt(sp.pi),
}

#: The rules, in the order in which they are tried: name, when it applies, letters (of the parts it keeps; of the parts
#: it asks the derivative of), the whole made from the parts, the derivative made from the parts and their derivatives.
RULES: tuple[Rule, ...] = (
    Rule("constant rule", _constant, ("c", ""), lambda c: c, lambda c: 0),
    Rule("variable rule", _variable, ("x", ""), lambda x: x, lambda x: 1),
    Rule("sum rule", _sum, ("", "f,g"), _sum_of, _sum_of_derivatives),
    Rule(
        "logarithm to base b",
        _log_to_base,
        ("", ""),
        lambda x, b, ln_b: sp.log(x, b),
        lambda x, b, ln_b: 1 / (x * ln_b),
    ),
    Rule("constant multiple rule", _constant_multiple, ("c", "f"), lambda c, f: c * f, lambda c, f, df: c * df),
    Rule("quotient rule", _quotient, ("", "f,g"), lambda f, g: f / g, lambda f, g, df, dg: (df * g - f * dg) / g**2),
    Rule("product rule", _product, ("", "f,g"), _product_of, _one_factor_at_a_time),
    Rule("power rule", _power, ("x,n", ""), lambda x, n: x**n, lambda x, n: n * x ** (n - 1)),
    Rule("exponential rule", _exponential, ("a,x,ln a", ""), lambda a, x, ln_a: a**x, lambda a, x, ln_a: a**x * ln_a),
    Rule("reciprocal rule", _reciprocal, ("", "g"), lambda g: 1 / g, lambda g, dg: -dg / g**2),
    Rule(
        "general power rule",
        _general_power,
        ("ln f", "f,g"),
        lambda ln_f, f, g: f**g,
        lambda ln_f, f, g, df, dg: f**g * (dg * ln_f + g * df / f),
    ),
    Rule("derivative of", _elementary, ("", ""), lambda e: e, lambda e: ELEMENTARY[e.func](e.args[0])),
    Rule("unknown function", _unknown, ("", ""), lambda e: e, lambda e: sp.Derivative(e, *e.args)),
    Rule("chain rule", _chain, ("", "f,g"), lambda f, g: f(g), lambda f, g, df, dg: df(g) * dg),
)


def explain(expr: sp.Expr | str | float, x: sp.Symbol | str = "x") -> Step:
    """The derivative of the expression with respect to x, rule by rule.

    The expression is SymPy's or what a person types; all other symbols are constants. A part that no rule covers
    raises a ValueError that names the part.
    """
    return _step(as_expression(expr), sp.Symbol(x) if isinstance(x, str) else x)


def as_expression(expr: Any) -> sp.Expr:
    """The SymPy expression for an expression, a number or typed text."""
    if isinstance(expr, str):
        from calc_core import reading  # noqa: PLC0415

        return reading.read(expr)
    if not isinstance(made := sp.sympify(expr), sp.Expr):
        raise TypeError(f"expected an expression, got {type(expr).__name__}; try 'x^2' or SymPy's x**2")
    return made


def _step(e: sp.Expr, x: sp.Symbol) -> Step:
    for rule in RULES:
        parts = rule.split(e, x)
        if parts is not None:
            return _apply(rule, parts, e, x)
    raise ValueError(
        f"no rule here covers {to_text(e)}, so its derivative in {x} cannot be explained; sympy.diff may know it"
    )


def _apply(rule: Rule, parts: Parts, e: sp.Expr, x: sp.Symbol) -> Step:
    steps = tuple(_step(*problem) for problem in parts.problems)
    arguments = operands(parts, steps, x)
    result = sp.sympify(rule.derivative(*arguments))
    if rule.split in (_elementary, _unknown):
        name = f"derivative of {_NAMES.get(e.func, e.func.__name__)}"
        return Step(name, e, x, result)
    pieces = Piece.of(rule.derivative(*map(_as_piece, arguments)))
    return Step(rule.name, e, x, result, steps, "", _formula(rule, len(steps)), pieces)


def operands(parts: Parts, steps: Sequence[Step], x: sp.Symbol) -> tuple[Any, ...]:
    """What a rule's `derivative` is called with: parts kept, parts to be differentiated, their derivatives."""
    fs = (_operand(step.expression, step.variable, x) for step in steps)
    dfs = (_operand(step.result, step.variable, x) for step in steps)
    return (*parts.kept, *fs, *dfs)


def _operand(e: sp.Expr, u: sp.Symbol, x: sp.Symbol) -> Any:
    """The expression itself, or a function of u where the rule needs it at another place."""
    return e if u == x else lambda g: e.subs(u, g)


def _as_piece(operand: Any) -> Any:
    if isinstance(operand, sp.Basic):
        return Piece.of(operand)
    # Unevaluated, so that 2(2x + 1) does not become 4x + 2.
    return lambda g: Piece.of(operand(sp.UnevaluatedExpr(g.expression)))


@functools.cache
def _formula(rule: Rule, count: int) -> tuple[Piece, Piece] | None:
    """The rule in letters: what stands in (...)', and what that is."""
    kept, inner = ([Piece.of(letter) for letter in letters.split(",") if letter] for letters in rule.letters)
    if count > 2:
        inner = [Piece.of(letter) for letter in "fghklmnpqrst"[:count]]
    if not kept + inner:
        return None
    slopes = [Piece.of(f"{f.text}'") for f in inner]
    return rule.whole(*kept, *inner), Piece.of(rule.derivative(*kept, *inner, *slopes))


_NAMES = {sp.exp: "e^x", sp.log: "ln", sp.Abs: "|x|"}
