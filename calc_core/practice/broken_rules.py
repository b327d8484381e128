"""The rules people break, as a table: one way to break a rule to a row."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import sympy as sp

from calc_core.symbolic.slopes import SLOPES

Parts = tuple[Any, ...]


class BrokenRule(NamedTuple):
    """A way to break a rule: its name, what a learner should look at, and what comes out of which rule.

    In `says`, {e} is the expression, {x} the variable, and {f}, {g}, {c}, {n} are the parts of the expression. Each of
    `instead` takes what the rule's own `derivative` takes, and gives one wrong derivative, a list, or None.
    """

    name: str
    says: str
    instead: dict[str, Callable[..., Any]]


def _split(parts: Parts) -> tuple[Parts, Parts]:
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]


def _some_terms(*parts: Any) -> list[Any]:
    f, df = _split(parts)
    terms = [sp.Mul(*f[:i], df[i], *f[i + 1 :]) for i in range(len(f))]
    return [sp.Add(*some) for count in range(1, len(f)) for some in itertools.combinations(terms, count)]


def _sums_less(times: int) -> Callable[..., list[Any]]:
    """All sums of the slopes less one of them: taken away once, it is left out; twice, its sign flips."""
    return lambda *parts: [sp.Add(*_split(parts)[1], -times * slope) for slope in _split(parts)[1]]


def _power_rule_outside(f: Any, g: Any, df: Any, dg: Any) -> Any:
    power = f(_U)
    base = sp.E if isinstance(power, sp.exp) else power.base if power.is_Pow and power.exp == _U else None
    return None if base is None else [g * base ** (g - 1), g * base ** (g - 1) * dg]


def _inner_function_changed(f: Any, g: Any, df: Any, dg: Any) -> list[Any]:
    """The slope of the outer function at a part of the inner one, or at the variable itself."""
    terms = g.as_ordered_terms() if g.is_Add else []
    other = [*(g - term for term in terms), *sorted(g.free_symbols - set(terms), key=str)]
    return [df(place) * slope for place in other for slope in (dg, 1)]


def _square_lost(e: Any) -> Any:
    slope = SLOPES[e.func](*e.args)
    return slope.replace(lambda part: part.is_Pow and abs(part.exp) == 2, lambda part: part.base ** (part.exp / 2))


SQUARES = ("tan", "cot", "tanh", "coth", "arcsin", "arccos", "arctan", "arsinh", "artanh")  # have one in their slopes
_U = sp.Symbol("u")

#: What people do instead, the most specific first.
BROKEN_RULES: tuple[BrokenRule, ...] = (
    BrokenRule(
        "(ln u)' = 1/u'",
        "the slope of ln(u) has u itself below the line; the slope of u comes in as a factor",
        {"chain rule": lambda f, g, df, dg: 1 / dg if f(_U) == sp.log(_U) else None},
    ),
    BrokenRule(
        "power rule on an exponential",
        "the variable stands in the exponent, and there the power rule does not hold",
        {
            "exponential rule": lambda a, x, ln_a: x * a ** (x - 1),
            "derivative of exp": lambda e: e.args[0] * sp.E ** (e.args[0] - 1),
            "chain rule": _power_rule_outside,
            "general power rule": lambda ln_f, f, g, df, dg: [g * f ** (g - 1) * slope for slope in (1, df, df * dg)],
        },
    ),
    BrokenRule(
        "exponential rule on a power",
        "the variable stands in the base too, and there the rule for a^x does not hold",
        {"general power rule": lambda ln_f, f, g, df, dg: [f**g * ln_f * dg, f**g * ln_f]},
    ),
    BrokenRule(
        "ln a forgotten",
        "the base is not e, so the logarithm of the base belongs in the slope",
        {"exponential rule": lambda a, x, ln_a: a**x, "logarithm to base b": lambda x, b, ln_b: 1 / x},
    ),
    BrokenRule(
        "sign of a derivative",
        "check the sign of the slope",
        {
            "derivative of sin": lambda e: -sp.cos(*e.args),
            "derivative of cos": lambda e: sp.sin(*e.args),
            "derivative of sinh": lambda e: -sp.cosh(*e.args),
            "derivative of cosh": lambda e: -sp.sinh(*e.args),
        },
    ),
    BrokenRule(
        "inner derivative forgotten",
        "the slope of the inner function {g} is missing as a factor",
        {"chain rule": lambda f, g, df, dg: df(g), "reciprocal rule": lambda g, dg: -1 / g**2},
    ),
    BrokenRule(
        "inner derivative put inside",
        "the inner function {g} stays inside as it is; its slope comes outside, as a factor",
        {"chain rule": lambda f, g, df, dg: df(dg)},
    ),
    BrokenRule(
        "inner function changed",
        "the whole inner function {g} stays inside, as it is",
        {"chain rule": _inner_function_changed},
    ),
    BrokenRule(
        "outer function left alone",
        "the outer function has a slope too, not only the inner function {g}",
        {"chain rule": lambda f, g, df, dg: [f(g) * dg, f(dg)]},
    ),
    BrokenRule(
        "(fg)' = f'g'",
        "the slope of a product is not the product of the slopes",
        {
            "product rule": lambda *parts: sp.Mul(*_split(parts)[1]),
            "quotient rule": lambda f, g, df, dg: -df * dg / g**2,
        },
    ),
    BrokenRule(
        "(fg)' = ff' + gg'",
        "each slope is multiplied by the other factor, not by its own",
        {"product rule": lambda *parts: sp.Add(*map(sp.Mul, *_split(parts)))},
    ),
    BrokenRule(
        "(fg)' = f' + g'",
        "each slope is multiplied by the other factor",
        {"product rule": lambda *parts: sp.Add(*_split(parts)[1])},
    ),
    BrokenRule(
        "one product term only",
        "each factor takes its turn, so there are as many terms as factors",
        {"product rule": _some_terms},
    ),
    BrokenRule(
        "minus in the product rule",
        "the terms are added",
        {"product rule": lambda f, g, df, dg, *more: None if more else [df * g - f * dg, f * dg - df * g]},
    ),
    BrokenRule(
        "(f/g)' = f'/g'",
        "the slope of a quotient is not the quotient of the slopes",
        {
            "quotient rule": lambda f, g, df, dg: df / dg,
            "reciprocal rule": lambda g, dg: 1 / dg,
        },
    ),
    BrokenRule(
        "(f/g)' = f'/g'",
        "this is {x}^({n}), so its slope comes from its own exponent, not from what stands below the line",
        {"power rule": lambda x, n: x ** (1 + n) / -n if n.is_negative else None},
    ),
    BrokenRule(
        "minus of a reciprocal lost",
        "the slope of a reciprocal begins with a minus",
        {"reciprocal rule": lambda g, dg: dg / g**2},
    ),
    BrokenRule(
        "quotient's order swapped",
        "the minus above the line makes the order matter",
        {"quotient rule": lambda f, g, df, dg: (f * dg - df * g) / g**2, "reciprocal rule": lambda g, dg: dg / g**2},
    ),
    BrokenRule(
        "plus in the quotient rule",
        "above the line, one product is taken away from the other",
        {"quotient rule": lambda f, g, df, dg: (df * g + f * dg) / g**2, "reciprocal rule": lambda g, dg: dg / g**2},
    ),
    BrokenRule(
        "denominator not squared",
        "look again at what stands below the line",
        {
            "quotient rule": lambda f, g, df, dg: [(df * g - f * dg) / g, df * g - f * dg],
            "reciprocal rule": lambda g, dg: [-dg / g, -dg],
        },
    ),
    BrokenRule(
        "brackets forgotten in the quotient",
        "all that stands above the line is divided, so it needs brackets",
        {"quotient rule": lambda f, g, df, dg: df * g - f * dg / g**2},
    ),
    BrokenRule(
        "one part of the quotient only",
        "both {f} and {g} change with {x}, so both slopes count",
        {"quotient rule": lambda f, g, df, dg: [df / g, f / dg, -f * dg / g**2]},
    ),
    BrokenRule(
        "power kept",
        "once the exponent has come down as a factor, the power is one less",
        {"power rule": lambda x, n: n * x**n, "reciprocal rule": lambda g, dg: -dg / g},
    ),
    BrokenRule(
        "factor lost",
        "the exponent comes down as a factor",
        {"power rule": lambda x, n: x ** (n - 1)},
    ),
    BrokenRule(
        "negative exponent moved towards zero",
        "one less than a negative exponent is further from zero, not nearer",
        {"power rule": lambda x, n: n * x ** (n + 1) if n.is_negative else None, "reciprocal rule": lambda g, dg: -dg},
    ),
    BrokenRule(
        "power lowered too far",
        "the power is lowered by one, and no further",
        {"power rule": lambda x, n: [n * x ** (n - 2), n]},
    ),
    BrokenRule(
        "square lost",
        "look up its slope once more: there is a square in it",
        {f"derivative of {name}": _square_lost for name in SQUARES},
    ),
    BrokenRule("variable kept", "its slope is the same number everywhere", {"variable rule": lambda x: x}),
    BrokenRule("coefficient dropped", "a constant factor stays", {"constant multiple rule": lambda c, f, df: df}),
    BrokenRule(
        "constant kept", "it does not change when {x} does, so its slope is 0", {"constant rule": lambda c: [c, 1]}
    ),
    BrokenRule("term left out", "every term that changes with {x} counts", {"sum rule": _sums_less(1)}),
    BrokenRule("sign flipped in a sum", "check the sign between the terms", {"sum rule": _sums_less(2)}),
)
