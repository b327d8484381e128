"""Problems for the drill: functions to differentiate, made from patterns, one table row to a topic and a level."""

from functools import cache
from random import Random
from typing import NamedTuple

import sympy as sp

from calc_core.reading import read
from calc_core.symbolic.notation import to_latex

LEVELS = 3

# The letters a, b, c, m, n stand for different whole numbers from 2 to 6, drawn anew for every problem.
PATTERNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "power rule": (
        ("a x^n + b x", "a x^n - b x^m", "x^n - a x + b"),
        ("a/x^n + b x", "a x^n + b sqrt(x)", "a x^n - b/x"),
        ("a x^n - b/x^m", "a sqrt(x) - b/x^n", "(a/b) x^n + c/x"),
    ),
    "product rule": (
        ("x^n sin(x)", "x^n e^x", "x^n cos(x)"),
        ("x^n ln(x)", "(a x + b) cos(x)", "(a x + b) e^x"),
        ("x^n e^x sin(x)", "(a x^n + b) ln(x)", "x^n e^(-a x)"),
    ),
    "quotient rule": (
        ("(a x + b)/(x + c)", "x^n/(x + a)", "x/(x^n + b)"),
        ("(a x + b)/(x^2 + c)", "sin(x)/x^n", "ln(x)/x^n"),
        ("e^(a x)/(x^n + b)", "(x^2 - a)/(b x + c)", "sin(x)/(a + cos(x))"),
    ),
    "chain rule": (
        ("(a x + b)^n", "sin(a x + b)", "e^(a x)"),
        ("e^(-a x^2)", "ln(a x^2 + b)", "sqrt(a x^2 + b)", "cos(x)^n"),
        ("ln(1 + e^(a x))", "sin(a x^2)^n", "e^(a sin(b x))", "1/(1 + e^(-a x))"),
    ),
    "exponential or power": (
        ("a e^x + b x^n", "n^x + a x", "a ln(x) + x^n"),
        ("x^n + n^x", "a^(b x)", "a^x - ln(b x)"),
        ("x a^x", "x^(a x)", "a^(x^2)"),
    ),
    "partial derivative": (
        ("a x^n y + y^m", "x^n y^m - b y", "a x y + b y^2"),
        ("x^n sin(y) + y^m", "y^n e^(a x)", "a x^n ln(y) - b x y"),
        ("e^(a x y)", "ln(x^2 + a y^2)", "x y/(x + a y)"),
    ),
}


class Problem(NamedTuple):
    """Differentiate `expression` with respect to `variable`; all other symbols are constants."""

    topic: str
    level: int  # 1, 2 or 3
    expression: sp.Expr
    variable: sp.Symbol

    @property
    def latex(self) -> str:
        """The question as a formula."""
        d = r"\partial" if len(self.expression.free_symbols) > 1 else "d"
        return rf"\frac{{{d}}}{{{d} {to_latex(self.variable)}}} \left[ {to_latex(self.expression)} \right] = \;?"


def problem(topic: str, level: int, random: Random) -> Problem:
    """Return a new problem. One whose derivative would hide a mistake is never posed; see `_tells_mistakes_apart`."""
    while True:
        pattern = random.choice(PATTERNS[topic][level - 1])
        letters = dict(zip((sp.Symbol(c) for c in "abcmn"), random.sample(range(2, 7), 5), strict=True))
        # The exponents stay small, so that the numbers of the answer do.
        letters[sp.Symbol("n")], letters[sp.Symbol("m")] = random.sample(range(2, 5), 2)
        expression, x = _read(pattern).xreplace(letters), sp.Symbol("x")
        if _tells_mistakes_apart(expression, x):
            return Problem(topic, level, expression, x)


_read = cache(read)


def _tells_mistakes_apart(expression: sp.Expr, x: sp.Symbol) -> bool:
    """Say whether the derivative moves with x and is neither the function, nor its negative."""
    slope = sp.diff(expression, x)
    return slope.has(x) and not any(sp.expand(slope - factor * expression) == 0 for factor in (1, -1))
