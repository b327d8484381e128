"""Where a rule does not hold: kinks, jumps, and what a remark beside a derivation says about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

Words = tuple[Any, ...]
Part = tuple[sp.Expr, sp.Expr]  # an expression and its derivative


def remark(e: sp.Expr, x: sp.Symbol, parts: Sequence[Part], chained: bool) -> Words:
    """Words and formulas on what the rule needs in order to hold for e; empty where there is nothing to say.

    `parts` are what the rule asks the derivative of; `chained`: the first of them is the outer function.
    """
    if x not in e.free_symbols:
        return ()  # a constant has no kinks, however it is written
    function, gap, slope = (parts[0][0].func, *parts[1]) if chained else (e.func, x, sp.S.One)
    words: Words = ()
    if function is sp.Abs:
        words = _at("kink", gap, x, slope)
    elif function in (sp.sign, sp.Heaviside):
        words = _at("jump", gap, x)
    elif function in (sp.floor, sp.ceiling):
        words = ("jumps wherever ", gap, " is a whole number, and has no derivative there")
    elif isinstance(e, sp.Max | sp.Min):
        (f, df), (g, dg), *more = parts
        words = (
            _at("kink", f - g, x, df - dg)
            if not more
            else ("kinks where another part takes over: no derivative there, unless both sides have one slope",)
        )
    elif isinstance(e, sp.Piecewise):
        words = _edges(e, parts, x)
    elif e.is_Pow and x in e.exp.free_symbols and not e.base.is_positive:
        words = ("for ", sp.Gt(e.base, 0, evaluate=False))
    elif e.is_Pow and e.exp == -1 and isinstance(e.base - 1, sp.exp):
        sigma, inner = sp.Symbol("sigma"), -(e.base - 1).args[0]
        words = ("the sigmoid of ", inner, ": ", sigma * (1 - sigma), " times the slope of ", inner)
    return words


def _zeros(gap: sp.Expr, x: sp.Symbol) -> list[sp.Expr] | None:
    """The real zeros, where they are quickly found: of polynomials up to degree 2 with numbers for coefficients."""
    if gap.free_symbols != {x} or not gap.is_polynomial(x) or sp.degree(gap, x) > 2:
        return None
    return sorted(root for root in sp.roots(sp.Poly(gap, x)) if root.is_real)


def _at(what: str, gap: sp.Expr, x: sp.Symbol, slope: sp.Expr | None = None) -> Words:
    """A jump is where a gap closes; so is a kink, unless the gap's slope is 0 there: it closes without crossing."""
    zeros = _zeros(gap, x)
    if zeros is None:
        unless = ", unless both sides have one slope" if slope is not None else ""
        return (f"{what} where ", sp.Eq(gap, 0, evaluate=False), f": no derivative there{unless}")
    sharp = [zero for zero in zeros if slope is None or slope.subs(x, zero) != 0]
    places = [word for zero in sharp for word in (" and ", sp.Eq(x, zero, evaluate=False))]
    return (f"{what} at ", *places[1:], ": no derivative there") if places else ()


def _edges(e: sp.Piecewise, parts: Sequence[Part], x: sp.Symbol) -> Words:
    """Kinks and jumps where one case ends and the next begins."""
    edges: set[sp.Expr] = set()
    for relation in e.atoms(sp.core.relational.Relational):
        zeros = _zeros(relation.lhs - relation.rhs, x)
        if zeros is None:
            return ("at an edge, there is a derivative only if both sides agree in value and slope",)
        edges.update(zeros)
    words: Words = ()
    for edge in sorted(edges):
        left, here, right = (_case(e, parts, x, edge + sp.Rational(side, 10**9)) for side in (-1, 0, 1))
        if here is not left and here is not right:
            words += (
                "; " if words else "",
                "the rule says nothing at the single point ",
                sp.Eq(x, edge, evaluate=False),
            )
        elif left is not right and left and right:
            jump, bend = (abs(sp.N((a - b).subs(x, edge))) > 1e-9 for a, b in zip(left, right, strict=True))
            what = "jump" if jump else "kink" if bend else "smooth"
            end = "" if what == "smooth" else ": no derivative there"
            words += ("; " if words else "", f"{what} at ", sp.Eq(x, edge, evaluate=False), end)
    return words


def _case(e: sp.Piecewise, parts: Sequence[Part], x: sp.Symbol, at: sp.Expr) -> Part | None:
    return next((part for part, (_, holds) in zip(parts, e.args, strict=True) if holds.subs(x, at) == sp.true), None)
