"""How well derivations and diagnoses do on expressions that nobody chose by hand."""

import operator
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import sympy as sp

from benchmarks.report import Row, no_more, timed
from calc_tutor import diagnose, explain
from calc_tutor.diagnosis import Comparison
from calc_tutor.mistakes import MISTAKES, wrong_derivatives

X, Y = sp.Symbol("x"), sp.Symbol("y")
OUTER: tuple[Callable[[Any], Any], ...] = (
    sp.sin, sp.cos, sp.tan, sp.exp, sp.log, sp.sqrt, sp.atan, sp.asin, sp.sinh, sp.cosh, sp.tanh, sp.asinh, sp.erf,
    lambda u: u**2, lambda u: u**3, lambda u: 1 / u, lambda u: u**-2, lambda u: 2**u, lambda u: sp.log(u, 10),
    lambda u: 1 / (1 + sp.exp(-u)), lambda u: sp.log(1 + sp.exp(u)),
)  # fmt: skip
TWO: tuple[Callable[[Any, Any], Any], ...] = (
    operator.add, operator.sub, operator.mul, operator.mul, operator.truediv, operator.pow,
)  # fmt: skip


def composition(random: Random, depth: int) -> sp.Expr:
    """A random expression in x, sometimes with y in it."""
    choice = random.random()
    if depth == 0 or choice < 0.12:
        n = random.randint(2, 5)
        return random.choice((X, X, n * X, X**n, X + n, X**2 + n, n - X, X + Y, sp.Integer(n)))
    if choice < 0.5:
        return random.choice(OUTER)(composition(random, depth - 1))
    f, g = composition(random, depth - 1), composition(random, depth - 1)
    operation = random.choice(TWO)
    return f * g if operation is operator.pow and f.is_number and g.is_number else operation(f, g)


def compositions(count: int, seed: int, depth: int = 3) -> Iterator[sp.Expr]:
    """Random expressions that depend on x, are real somewhere, and hold nothing infinite."""
    random, found = Random(seed), 0
    while found < count:
        e = composition(random, random.randint(1, depth))
        if X in e.free_symbols and not e.has(sp.zoo, sp.nan, sp.oo, sp.I) and Comparison(e).is_real:
            found += 1
            yield e


def disguised(e: sp.Expr, random: Random) -> sp.Expr:
    """The same function in another form."""
    a, b = random.choice((X, X + 1, X**2 + 2)), random.randint(2, 5)
    forms: tuple[Callable[[], sp.Expr], ...] = (
        lambda: sp.expand(e),
        lambda: sp.together(e),
        lambda: sp.expand_trig(e),
        lambda: sp.powsimp(e),
        lambda: e.rewrite(sp.tan, sp.sin),
        lambda: e + sp.sin(a) ** 2 + sp.cos(a) ** 2 - 1,
        lambda: e * (X**2 + b) / sp.Add(X**2, b, 1, -1, evaluate=False),
        lambda: sp.Mul(sp.Rational(1, b), sp.Add(*(e for _ in range(b)), evaluate=False), evaluate=False),
        lambda: e + sp.log(sp.exp(a, evaluate=False)) - a,
        lambda: sp.Add(e, a**2 - sp.expand(a**2) + b, -b, evaluate=False),
    )
    return random.choice(forms)()


def measure() -> list[Row]:
    """All rows."""
    return [*derivations(), *recognised(), *right_answers(), *unrelated_answers()]


def derivations() -> list[Row]:
    """Every node against SymPy's own derivative."""
    times: list[float] = []
    nodes, wrong = 0, 0
    for e in compositions(500, seed=1):
        for node in timed(times, explain, e).walk():
            nodes += 1
            expected = sp.diff(node.expression, node.variable)
            wrong += not Comparison(node.expression, symbols=frozenset({node.variable})).agree(expected, node.result)
    how = f"{nodes} steps of 500 random compositions, compared at random points"
    return [no_more("steps that disagree with sympy.diff", wrong, 0, how), *_times("one derivation", times, 5, 200)]


def recognised() -> list[Row]:
    """Every broken rule, and every pair of frequent ones, on functions where breaking it changes the answer."""
    cases: dict[tuple[str, ...], list[tuple[sp.Expr, sp.Expr]]] = defaultdict(list)
    for e in compositions(600, seed=2, depth=2):
        step = explain(e)
        points = Comparison(e, step.result)
        for mistakes, result in wrong_derivatives(step):
            of_rules = cases[tuple(dict.fromkeys(mistake.name for mistake in mistakes))]
            defined = len(of_rules) < 25 and points.agree(result, result)
            if defined and not points.agree(step.result, result) and all(e != f for f, _ in of_rules):
                of_rules.append((e, result))
    singles = {names[0]: pairs for names, pairs in cases.items() if len(names) == 1}
    two = [(names, e, answer) for names, pairs in cases.items() if len(names) == 2 for e, answer in pairs[:4]]
    times: list[float] = []

    def named(e: sp.Expr, answer: sp.Expr) -> tuple[str, ...]:
        return timed(times, diagnose, answer, e).broken_rules

    shares = {name: statistics.mean(name in named(e, a) for e, a in pairs) for name, pairs in singles.items()}
    # Two at once may give what another single mistake gives: then that one is named.
    share_of_two = statistics.mean(bool(named(e, answer)) for _, e, answer in two)
    worst = min(shares, key=lambda name: shares[name])
    how = f"{len(shares)} rules, {min(map(len, singles.values()))} to 25 random functions each; lowest: {worst}"
    met = sum(name in shares for name in MISTAKES)
    return [
        Row("broken rules met", met, f"all {len(MISTAKES)}", met == len(MISTAKES)),
        Row("share of broken answers with the rule named", shares[worst], "at least 0.95", shares[worst] >= 0.95, how),
        Row("two at once: share with a rule named", share_of_two, "at least 0.9", share_of_two >= 0.9, f"{len(two)}"),
        *_times("one wrong answer, recognised", times, 50, 500),
    ]


def right_answers() -> list[Row]:
    """Right answers in other forms."""
    random, refused, accused = Random(3), 0, 0
    times: list[float] = []
    for e in compositions(2000, seed=3, depth=2):
        verdict = timed(times, diagnose, disguised(explain(e).result, random), e)
        refused += not verdict.correct
        accused += bool(verdict.broken_rules)
    how = "2000 derivatives, expanded, joined, rewritten or with a hidden zero or one"
    return [
        no_more("right answers taken for a broken rule", accused, 0, how),
        no_more("right answers refused", refused, 0, how),
        *_times("one right answer", times, 50, 500),
    ]


def unrelated_answers() -> list[Row]:
    """Wrong answers that have nothing to do with the question."""
    named, asked = 0, 0
    times: list[float] = []
    answers = compositions(4000, seed=5, depth=2)
    for e in compositions(2000, seed=4, depth=2):
        verdict = timed(times, diagnose, next(a for a in answers if a.free_symbols <= e.free_symbols), e)
        asked += not verdict.correct
        named += bool(verdict.broken_rules)
    return [
        no_more("unrelated wrong answers with a rule named", named / asked, 0.02, f"{asked}"),
        *_times("one unrelated answer", times, 50, 500),
    ]


def _times(what: str, milliseconds: list[float], median: float, most: float) -> list[Row]:
    return [
        no_more(f"{what}: median time (ms)", statistics.median(milliseconds), median),
        no_more(f"{what}: longest time (ms)", max(milliseconds), most),
    ]
