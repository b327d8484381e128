"""The rules of differentiation: a table of what each gives, and which of them is the one for an expression."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sympy as sp

from calc_tutor.notation import to_text

_FUNCTIONS = (
    sp.exp, sp.log, sp.sin, sp.cos, sp.sec, sp.csc, sp.asin, sp.acos, sp.atan, sp.acot, sp.asec, sp.acsc, sp.sinh,
    sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch, sp.asinh, sp.acosh, sp.atanh, sp.acoth, sp.asech, sp.acsch, sp.erf,
    sp.erfc, sp.Abs,
)  # fmt: skip
#: For each function with one argument, its slope: as SymPy knows it, except where the course writes another form.
SLOPES: dict[Any, Callable[[sp.Expr], sp.Expr]] = {
    sp.tan: lambda u: 1 / sp.cos(u) ** 2,
    sp.cot: lambda u: -1 / sp.sin(u) ** 2,
    sp.sign: lambda u: sp.S.Zero,
}
SLOPES |= {function: lambda u, function=function: function(u).fdiff() for function in _FUNCTIONS}


class Parts(NamedTuple):
    """What a rule makes of an expression: the parts it keeps, and the parts it asks the derivative of."""

    kept: tuple[Any, ...] = ()
    problems: tuple[tuple[sp.Expr, sp.Symbol], ...] = ()


class Rule(NamedTuple):
    """One rule. `whole` puts the parts together again, `derivative` says what their derivative is.

    Both also work on symbols, which is how a rule writes itself down: `symbols` names the parts it keeps and the parts
    it asks the derivative of. Both are None where the result is the rule itself, as for the sine.
    """

    name: str
    symbols: tuple[str, str] | None
    whole: Callable[..., Any] | None
    derivative: Callable[..., Any]


# ---- What a rule gives

_added = functools.partial(functools.reduce, operator.add)
_multiplied = functools.partial(functools.reduce, operator.mul)


def halves(parts: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The parts, and their derivatives."""
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]


def _one_factor_at_a_time(*parts: Any) -> Any:
    f, df = halves(parts)
    return _added(_multiplied([*f[:i], df[i], *f[i + 1 :]]) for i in range(len(f)))


def _sum_of_slopes(*parts: Any) -> sp.Expr:
    *limits, _, slope = parts
    return sp.Sum(slope, *limits) if slope != 0 else slope


def _slope_of_the_winner(beats: Callable[[Any, Any], Any], *parts: Any) -> sp.Expr:
    """The slope of whichever part beats the others; nothing is said where two parts are equal."""
    f, df = halves(parts)
    wins = [sp.And(*(beats(f[i], other) for other in (*f[:i], *f[i + 1 :]))) for i in range(len(f))]
    return sp.Piecewise(*zip(df, wins, strict=True), evaluate=False)


def _greater(f: sp.Expr, g: sp.Expr) -> sp.Basic:
    relation = sp.Gt(f, g, evaluate=False)
    return relation.reversed if f.is_number else relation


#: The rules: name, letters (of the parts it keeps; of the parts it asks the derivative of), the whole made from the
#: parts, the derivative made from the parts and their derivatives.
RULES: tuple[Rule, ...] = (
    Rule("constant rule", ("c", ""), lambda c: c, lambda c: 0),
    Rule("variable rule", ("x", ""), lambda x: x, lambda x: 1),
    Rule("sum rule", ("", "f,g"), lambda *f: _added(f), lambda *parts: _added(halves(parts)[1])),
    Rule("constant multiple rule", ("c", "f"), lambda c, f: c * f, lambda c, f, df: c * df),
    Rule("reciprocal rule", ("", "g"), lambda g: 1 / g, lambda g, dg: -(dg / g**2)),
    Rule("quotient rule", ("", "f,g"), lambda f, g: f / g, lambda f, g, df, dg: (df * g - f * dg) / g**2),
    Rule("product rule", ("", "f,g"), lambda *f: _multiplied(f), _one_factor_at_a_time),
    Rule("power rule", ("x,n", ""), lambda x, n: x**n, lambda x, n: n * x ** (n - 1)),
    Rule("exponential rule", ("a,x,ln a", ""), lambda a, x, ln_a: a**x, lambda a, x, ln_a: a**x * ln_a),
    Rule(
        "general power rule",
        ("ln f", "f,g"),
        lambda ln_f, f, g: f**g,
        lambda ln_f, f, g, df, dg: f**g * (dg * ln_f + g * df / f),
    ),
    Rule("derivative of", None, None, lambda e: SLOPES[e.func](e.args[0])),
    Rule("maximum rule", None, None, functools.partial(_slope_of_the_winner, _greater)),
    Rule("minimum rule", None, None, functools.partial(_slope_of_the_winner, lambda f, g: _greater(g, f))),
    Rule("sum rule over data", None, None, _sum_of_slopes),
    Rule("chain rule", ("", "f,g"), operator.call, lambda f, g, df, dg: df(g) * dg),
)
_BY_NAME = {rule.name: rule for rule in RULES}


# ---- Which rule applies, and to which parts


@functools.lru_cache(maxsize=1000)
def rule_for(e: sp.Expr, x: sp.Symbol) -> tuple[Rule, Parts]:
    """The rule for what is done last in the expression, and the parts it makes of it."""
    if x not in e.free_symbols:
        name, parts = "constant rule", Parts((e,))
    elif e == x:
        name, parts = "variable rule", Parts((e,))
    elif e.is_Add:
        name, parts = "sum rule", _each(e.as_ordered_terms(), x)
    elif e.is_Mul:
        name, parts = _of_a_product(e, x)
    elif e.is_Pow:
        name, parts = _of_a_power(e, x)
    elif isinstance(e, sp.Max | sp.Min):
        name, parts = "maximum rule" if e.func is sp.Max else "minimum rule", _each(e.args, x)
    elif isinstance(e, sp.Sum) and not any(limit.has(x) for limit in e.limits):
        name, parts = "sum rule over data", Parts(e.limits, ((e.function, x),))
    elif e.func in SLOPES:
        name, parts = ("derivative of", Parts((e,))) if e.args == (x,) else _nested(e, x)
    else:
        advice = "so it cannot be differentiated here; try it without that part"
        raise ValueError(f"no rule here covers {to_text(e)}, {advice}")
    return _BY_NAME[name], parts


def _each(parts: Sequence[sp.Expr], x: sp.Symbol) -> Parts:
    return Parts((), tuple((part, x) for part in parts))


def _of_a_product(e: sp.Expr, x: sp.Symbol) -> tuple[str, Parts]:
    constant, varying = e.as_independent(x, as_Add=False)
    if constant != 1:
        return "constant multiple rule", Parts((constant,), ((varying, x),))
    above, below = sp.fraction(e, exact=True)
    if above == 1:
        return "reciprocal rule", _each([below], x)
    if below != 1:
        return "quotient rule", _each([above, below], x)
    return "product rule", _each(e.as_ordered_factors(), x)


def _of_a_power(e: sp.Expr, x: sp.Symbol) -> tuple[str, Parts]:
    base, exponent = e.args
    if x in exponent.free_symbols and base.is_nonpositive:
        needed = f"the base of a power with {x} in its exponent must be positive"
        raise ValueError(f"no rule here covers {to_text(e)}: {needed}")
    if x in base.free_symbols and x in exponent.free_symbols:
        return "general power rule", Parts((sp.log(base),), ((base, x), (exponent, x)))
    if base == x:
        return "power rule", Parts((x, exponent))
    if exponent == x:
        return "exponential rule", Parts((base, x, sp.log(base)))
    if exponent == -1:
        return "reciprocal rule", _each([base], x)
    return _nested(e, x)


def _nested(e: sp.Expr, x: sp.Symbol) -> tuple[str, Parts]:
    """The outer function, of a symbol that the expression does not have, and the inner one."""
    taken = set(map(str, e.free_symbols))
    u = next((sp.Symbol(name) for name in "uvwstpqrz" if name not in taken), sp.Dummy("u"))
    inner = next(part for part in e.args if x in part.free_symbols)
    return "chain rule", Parts((), ((e.xreplace({inner: u}), u), (inner, x)))


def operands(parts: Parts, results: Sequence[sp.Expr], x: sp.Symbol) -> tuple[Any, ...]:
    """What a rule's `derivative` is called with: parts kept, parts to be differentiated, their derivatives."""
    variables = [u for _, u in parts.problems]
    pairs = [*parts.problems, *zip(results, variables, strict=True)]
    # What has a variable of its own is a function of it, since the rule needs it at another place.
    return (*parts.kept, *(e if u == x else lambda g, e=e, u=u: e.xreplace({u: g}) for e, u in pairs))
