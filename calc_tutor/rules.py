"""The rules of differentiation as a table, one rule to a line: its name, when it applies, what it gives."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sympy as sp

from calc_tutor.notation import to_text

#: For each function with one argument, its slope: those that the course meets, and those with jumps.
SLOPES: dict[Any, Callable[[sp.Expr], sp.Expr]] = {
    sp.exp: sp.exp,
    sp.log: lambda u: 1 / u,
    sp.sin: sp.cos,
    sp.cos: lambda u: -sp.sin(u),
    sp.tan: lambda u: 1 / sp.cos(u) ** 2,
    sp.cot: lambda u: -1 / sp.sin(u) ** 2,
    sp.asin: lambda u: 1 / sp.sqrt(1 - u**2),
    sp.acos: lambda u: -1 / sp.sqrt(1 - u**2),
    sp.atan: lambda u: 1 / (1 + u**2),
    sp.sinh: sp.cosh,
    sp.cosh: sp.sinh,
    sp.tanh: lambda u: 1 - sp.tanh(u) ** 2,
    sp.erf: lambda u: 2 * sp.exp(-(u**2)) / sp.sqrt(sp.pi),
    sp.Abs: sp.sign,
    sp.sign: lambda u: sp.S.Zero,
}

_RARE = (
    sp.sec, sp.csc, sp.acot, sp.asec, sp.acsc, sp.coth, sp.sech, sp.csch, sp.asinh, sp.acosh, sp.atanh, sp.acoth,
    sp.asech, sp.acsch, sp.erfc,
)  # fmt: skip
SLOPES |= {function: lambda u, function=function: function(u).fdiff() for function in _RARE}  # as SymPy knows them

Problem = tuple[sp.Expr, sp.Symbol]


class Parts(NamedTuple):
    """What a rule makes of an expression: the parts it keeps, and the parts it asks the derivative of."""

    kept: tuple[Any, ...] = ()
    problems: tuple[Problem, ...] = ()


class Rule(NamedTuple):
    """One rule. `whole` puts the parts together again, `derivative` says what their derivative is.

    Both also work on symbols, which is how a rule writes itself down: `symbols` names the parts it keeps and the parts
    it asks the derivative of. Both are None where the result is the rule itself, as for the sine.
    """

    name: str
    split: Callable[[sp.Expr, sp.Symbol], Parts | None]
    symbols: tuple[str, str] | None
    whole: Callable[..., Any] | None
    derivative: Callable[..., Any]


# ---- When a rule applies, and to which parts


def _constant(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if x not in e.free_symbols else None


def _variable(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if e == x else None


def _sum(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((), tuple((term, x) for term in e.as_ordered_terms())) if e.is_Add else None


def _constant_multiple(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    if not e.is_Mul:
        return None
    varying = [a for a in e.args if x in a.free_symbols]
    constants = [a for a in e.args if x not in a.free_symbols]
    return Parts((sp.Mul(*constants),), ((sp.Mul(*varying), x),)) if constants else None


def _fraction(e: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    below = [a for a in sp.Mul.make_args(e) if a.is_Pow and a.exp.is_Rational and a.exp < 0 and x in a.free_symbols]
    return sp.Mul(*(a for a in sp.Mul.make_args(e) if a not in below)), 1 / sp.Mul(*below)


def _quotient(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    above, below = _fraction(e, x)
    return Parts((), ((above, x), (below, x))) if e.is_Mul and below != 1 else None


def _reciprocal(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    above, below = _fraction(e, x)
    return Parts((), ((below, x),)) if above == 1 and not below.is_Symbol and not below.is_Pow else None


def _product(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    several = e.is_Mul and sum(x in factor.free_symbols for factor in e.args) > 1
    return Parts((), tuple((factor, x) for factor in e.as_ordered_factors())) if several else None


def _power(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((x, e.exp)) if e.is_Pow and e.base == x and x not in e.exp.free_symbols else None


def _exponential(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    if e.is_Pow and x in e.exp.free_symbols and e.base.is_nonpositive:
        needed = f"the base of a power with {x} in its exponent must be positive"
        raise ValueError(f"no rule here covers {to_text(e)}: {needed}")
    return Parts((e.base, x, sp.log(e.base))) if e.is_Pow and e.exp == x and x not in e.base.free_symbols else None


def _general_power(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    both = e.is_Pow and x in e.base.free_symbols and x in e.exp.free_symbols
    return Parts((sp.log(e.base),), ((e.base, x), (e.exp, x))) if both else None


def _elementary(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    return Parts((e,)) if e.func in SLOPES and e.args == (x,) else None


def _of_parts(function: Any) -> Callable[[sp.Expr, sp.Symbol], Parts | None]:
    return lambda e, x: Parts((), tuple((part, x) for part in e.args)) if isinstance(e, function) else None


def _sum_over_data(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    fits = isinstance(e, sp.Sum) and not any(limit.has(x) for limit in e.limits)
    return Parts(e.limits, ((e.function, x),)) if fits else None


def _chain(e: sp.Expr, x: sp.Symbol) -> Parts | None:
    taken = set(map(str, e.free_symbols))
    u = next((sp.Symbol(name) for name in "uvwstpqrz" if name not in taken), sp.Dummy("u"))
    if e.func in SLOPES:
        return Parts((), ((e.func(u), u), (e.args[0], x)))
    if e.is_Pow:
        return Parts((), (((u**e.exp, u), (e.base, x)) if x in e.base.free_symbols else ((e.base**u, u), (e.exp, x))))
    return None


# ---- What a rule gives


def halves(parts: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The parts, and their derivatives."""
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]


def _added(*parts: Any) -> Any:
    return functools.reduce(operator.add, parts)


def _multiplied(*parts: Any) -> Any:
    return functools.reduce(operator.mul, parts)


def _one_factor_at_a_time(*parts: Any) -> Any:
    f, df = halves(parts)
    return _added(*(_multiplied(*f[:i], df[i], *f[i + 1 :]) for i in range(len(f))))


def _sum_of_slopes(*parts: Any) -> sp.Expr:
    *limits, _, slope = parts
    return sp.Sum(slope, *limits) if slope != 0 else slope


def _slope_of_the(beats: Callable[[Any, Any], Any]) -> Callable[..., sp.Expr]:
    """The slope of whichever part wins; nothing is said where two parts are equal."""

    def derivative(*parts: Any) -> sp.Expr:
        f, df = parts[: len(parts) // 2], parts[len(parts) // 2 :]
        wins = [sp.And(*(beats(f[i], other) for other in (*f[:i], *f[i + 1 :]))) for i in range(len(f))]
        return sp.Piecewise(*zip(df, wins, strict=True), evaluate=False)

    return derivative


def _greater(f: sp.Expr, g: sp.Expr) -> sp.Basic:
    relation = sp.Gt(f, g, evaluate=False)
    return relation.reversed if f.is_number else relation


#: The rules, in the order in which they are tried: name, when it applies, letters (of the parts it keeps; of the parts
#: it asks the derivative of), the whole made from the parts, the derivative made from the parts and their derivatives.
RULES: tuple[Rule, ...] = (
    Rule("constant rule", _constant, ("c", ""), lambda c: c, lambda c: 0),
    Rule("variable rule", _variable, ("x", ""), lambda x: x, lambda x: 1),
    Rule("sum rule", _sum, ("", "f,g"), _added, lambda *parts: _added(*halves(parts)[1])),
    Rule("constant multiple rule", _constant_multiple, ("c", "f"), lambda c, f: c * f, lambda c, f, df: c * df),
    Rule("reciprocal rule", _reciprocal, ("", "g"), lambda g: 1 / g, lambda g, dg: -(dg / g**2)),
    Rule("quotient rule", _quotient, ("", "f,g"), lambda f, g: f / g, lambda f, g, df, dg: (df * g - f * dg) / g**2),
    Rule("product rule", _product, ("", "f,g"), _multiplied, _one_factor_at_a_time),
    Rule("power rule", _power, ("x,n", ""), lambda x, n: x**n, lambda x, n: n * x ** (n - 1)),
    Rule("exponential rule", _exponential, ("a,x,ln a", ""), lambda a, x, ln_a: a**x, lambda a, x, ln_a: a**x * ln_a),
    Rule(
        "general power rule",
        _general_power,
        ("ln f", "f,g"),
        lambda ln_f, f, g: f**g,
        lambda ln_f, f, g, df, dg: f**g * (dg * ln_f + g * df / f),
    ),
    Rule("derivative of", _elementary, None, None, lambda e: SLOPES[e.func](e.args[0])),
    Rule("maximum rule", _of_parts(sp.Max), None, None, _slope_of_the(_greater)),
    Rule("minimum rule", _of_parts(sp.Min), None, None, _slope_of_the(lambda f, g: _greater(g, f))),
    Rule("sum rule over data", _sum_over_data, None, None, _sum_of_slopes),
    Rule("chain rule", _chain, ("", "f,g"), operator.call, lambda f, g, df, dg: df(g) * dg),
)


@functools.lru_cache(maxsize=1000)
def rule_for(e: sp.Expr, x: sp.Symbol) -> tuple[Rule, Parts]:
    """The first rule of the table that applies, and the parts it makes of the expression."""
    for rule in RULES:
        parts = rule.split(e, x)
        if parts is not None:
            return rule, parts
    raise ValueError(f"no rule here covers {to_text(e)}, so it cannot be differentiated here; try it without that part")


def operands(parts: Parts, results: Sequence[sp.Expr], x: sp.Symbol) -> tuple[Any, ...]:
    """What a rule's `derivative` is called with: parts kept, parts to be differentiated, their derivatives."""
    variables = [u for _, u in parts.problems]
    pairs = [*parts.problems, *zip(results, variables, strict=True)]
    # What has a variable of its own is a function of it, since the rule needs it at another place.
    return (*parts.kept, *(e if u == x else lambda g, e=e, u=u: e.xreplace({u: g}) for e, u in pairs))
