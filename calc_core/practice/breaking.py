"""The wrong derivatives that people give: the real rules, with one of them broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sympy as sp

from calc_core.practice.broken_rules import INSTEAD, MISTAKES
from calc_core.symbolic import explain
from calc_core.symbolic.derivation import Step
from calc_core.symbolic.rules import operands, rule_for


class Wrong(NamedTuple):
    """A wrong derivative, the mistake it comes from, the step where, and what that step's variable stands for."""

    mistake: str
    step: Step
    inside: dict[sp.Symbol, sp.Expr]
    result: sp.Expr


def wrong_derivatives(step: Step) -> Iterator[Wrong]:
    """Every wrong derivative that comes from breaking one rule, the most specific rules first."""
    once = list(_broken_once(step, {}))
    for mistake in MISTAKES:
        yield from (wrong for wrong in once if wrong.mistake == mistake)
        places = [below for below in step.walk() if mistake in INSTEAD.get(below.rule, {})]
        if len(places) > 1:
            yield Wrong(mistake, places[0], {}, _broken_everywhere(step, mistake))
    yield from _as_a_whole(step)


def _broken_once(step: Step, inside: dict[sp.Symbol, sp.Expr]) -> Iterator[Wrong]:
    """One rule broken at one place, this step or one below; the rest of the derivation follows from it."""
    rule, parts = rule_for(step.expression, step.variable)
    yield from _broken_here(step, inside, operands(parts, [below.result for below in step.steps], step.variable))
    if step.rule == "constant multiple rule" and step.steps[0].rule == "product rule":
        yield from _regrouped(parts.kept[0], step.steps[0], inside)
    for i, below in enumerate(step.steps):
        inner = inside if below.variable == step.variable else {below.variable: step.steps[1].expression.subs(inside)}
        for wrong in _broken_once(below, inner):
            results = [wrong.result if j == i else other.result for j, other in enumerate(step.steps)]
            yield wrong._replace(result=sp.sympify(rule.derivative(*operands(parts, results, step.variable))))


def _broken_here(step: Step, inside: dict[sp.Symbol, sp.Expr], arguments: tuple[Any, ...]) -> Iterator[Wrong]:
    for mistake in INSTEAD.get(step.rule, {}):
        yield from (Wrong(mistake, step, inside, result) for result in _results(mistake, step, arguments))


def _regrouped(c: sp.Expr, product: Step, inside: dict[sp.Symbol, sp.Expr]) -> Iterator[Wrong]:
    """The product rule broken by someone who counts the coefficient to a factor: (3x) sin(x), not 3 (x sin(x))."""
    fs, dfs = [step.expression for step in product.steps], [step.result for step in product.steps]
    for i in range(len(fs)):
        f, df = ([*some[:i], c * some[i], *some[i + 1 :]] for some in (fs, dfs))
        yield from _broken_here(product, inside, (*f, *df))


def _broken_everywhere(step: Step, mistake: str) -> sp.Expr:
    """One rule broken wherever it is used: in the first way, where there are several."""
    rule, parts = rule_for(step.expression, step.variable)
    below = [_broken_everywhere(under, mistake) for under in step.steps]
    arguments = operands(parts, below, step.variable)
    results = _results(mistake, step, arguments)
    return results[0] if results else sp.sympify(rule.derivative(*arguments))


def _results(mistake: str, step: Step, arguments: tuple[Any, ...]) -> list[sp.Expr]:
    instead = INSTEAD.get(step.rule, {}).get(mistake)
    given = instead(*arguments) if instead else None
    return [sp.sympify(result) for result in (given if isinstance(given, list) else [given]) if result is not None]


def _as_a_whole(step: Step) -> Iterator[Wrong]:
    """Mistakes that have no place of their own."""
    e, others = step.expression, sorted(step.expression.free_symbols - {step.variable}, key=str)
    mistakes = [("handed back undifferentiated", e), ("sign turned around", -step.result)]
    if others and not e.has(sp.Indexed):
        partials = [explain(e, other).result for other in others]
        mistakes += [
            ("other variables set to 0", step.result.subs(dict.fromkeys(others, 0))),
            ("partials added up", sp.Add(step.result, *partials)),
            *(("other variable", partial) for partial in partials),
            *(("other variable too", step.result.diff(other)) for other in others),
        ]
    yield from (Wrong(mistake, step, {}, result) for mistake, result in mistakes)
