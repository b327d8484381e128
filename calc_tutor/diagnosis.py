"""Whether an answer is right, and if not, which rule was broken; compared at points, never by rewriting."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from calc_tutor.advice import nearest_name
from calc_tutor.derivation import Step, explain
from calc_tutor.mistakes import INSTEAD, MISTAKES, Mistake, wrong_derivatives
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression
from calc_tutor.rules import SLOPES, rule_for

RIGHT = "right"
ALMOST = "almost"
LOOK_AGAIN = "look again"
NOT_READ = "not read"


class Verdict(NamedTuple):
    """What is said to an answer: a notebook shows it as Markdown, everything else as plain text.

    `tone` is "right", "almost" (a mistake was recognised), "look again", or "not read"; `reading` is the answer as it
    was read; `broken_rules` names the rules whose breaking explains the answer, the most specific first.
    """

    tone: str
    message: str
    hint: str = ""
    reading: str = ""
    broken_rules: tuple[str, ...] = ()

    @property
    def correct(self) -> bool:
        """Whether the answer was right."""
        return self.tone == RIGHT

    def __repr__(self) -> str:
        """The tone, the message, the hint and the reading, in one line."""
        hint = f"Hint: {self.hint}" if self.hint else ""
        reading = f"(Your answer is read as {self.reading}.)" if self.reading and not self.correct else ""
        return " ".join(filter(None, [f"{self.tone.capitalize()}.", self.message, hint, reading]))

    def _repr_markdown_(self) -> str:
        first, *below = self.message.split("\n", 1)
        escaped = re.sub(r"([\\*_`$<|#~])", r"\\\1", first)
        # After a blank line, the indented lines with the caret are a code block, which keeps the caret in its place.
        paragraphs = [f"**{self.tone.capitalize()}.** {escaped}".strip(), *below]
        if self.hint:
            paragraphs.append(f"*Hint:* {self.hint}")
        if self.reading and not self.correct:
            paragraphs.append(f"Your answer is read as `{self.reading}`.")
        return "\n\n".join(paragraphs)


def sentence(error: Exception) -> str:
    """The message of an error as a sentence."""
    return str(error)[:1].upper() + str(error)[1:]


def message_for(mistakes: Iterable[Mistake]) -> str:
    """Where to look, on this function, and the rule in letters; never the right answer."""
    first, *more = dict.fromkeys(map(_message, mistakes))
    return f"Two things. First: {first} Then: {more[0]}" if more else first


def _message(mistake: Mistake) -> str:
    step = mistake.step
    place = to_text(step.expression.subs(mistake.inside))
    letters = ",".join(filter(None, rule_for(step.expression, step.variable)[0].symbols or ())).split(",")
    parts = dict(zip(letters, _parts(step, mistake.inside), strict=False))
    says = MISTAKES[mistake.name].format(**parts | {"x": to_text(step.variable)})
    broken = mistake.name in INSTEAD.get(step.rule, {})
    rule = f" The {step.rule}: {step.formula.text}." if step.formula and broken else ""
    return f"Look at {place}: {says}.{rule}"


def hint_for(step: Step) -> str:
    """The rule to begin with, and what its letters stand for here."""
    if not step.formula:
        return f"Begin with the {step.rule}." if step.steps else f"One rule is enough here: the {step.rule}."
    inner = next((f"({below.variable})" for below in step.steps if below.variable != step.variable), "")
    kept, (outer, *others) = step.symbols[0], step.symbols[1] or [""]
    named = zip([*kept, outer + inner, *others], _parts(step, {}), strict=False)
    where = ", ".join(f"{letter} = {part}" for letter, part in named if letter != "x" and not letter.startswith("ln"))
    return f"Begin with the {step.rule}, {step.formula.text}" + (f", where {where}." if where else ".")


def _parts(step: Step, inside: Mapping[sp.Symbol, sp.Expr]) -> list[str]:
    kept, problems = rule_for(step.expression, step.variable)[1]
    return [to_text(part.subs(inside)) for part in (*kept, *(e for e, _ in problems))]


def diagnose(answer: Any, expr: Any, x: sp.Symbol | str | None = None) -> Verdict:
    """Judge an answer to "differentiate expr with respect to x", and name the rules that were broken.

    Answer and expression may be SymPy's, numbers, or text as people type it; without a variable it is x, or the only
    letter there is. An answer that cannot be read raises ValueError or TypeError with a message for the learner.

    >>> diagnose("cos(x^2)", "sin(x^2)").broken_rules
    ('inner derivative forgotten',)
    """
    function = _plain(as_expression(expr))
    step = explain(function, x if x is None else str(x))
    known = function.free_symbols | {step.variable}
    given = as_answer(answer, known)
    points = Comparison(function, step.result, symbols=known | given.free_symbols)
    reading = to_text(given) if isinstance(answer, str) else ""
    if points.agree(step.result, given):
        return Verdict(RIGHT, f"This is the derivative of {to_text(function)}.", reading=reading)
    strange = sorted(given.free_symbols - known, key=str)
    found = _with_a_symbol(strange[0], given, step, points) if strange else _explanations(given, step, points)
    if found:  # the first, most specific explanation alone: a second one would bury it
        return Verdict(ALMOST, next(iter(found.values())), reading=reading, broken_rules=tuple(found))
    if strange:
        return Verdict(LOOK_AGAIN, _about_symbols(strange, answer), hint_for(step), reading)
    rounded = any(not number.is_Integer for number in given.atoms(sp.Rational, sp.Float))
    if rounded and points.close(step.result, given):
        return Verdict(ALMOST, "This is close, but rounded: keep exact numbers, or give more digits.", reading=reading)
    unknown = "It fits no mistake we know: take it apart rule by rule."
    return Verdict(LOOK_AGAIN, f"This is not the derivative of {to_text(function)}. {unknown}", hint_for(step), reading)


def _explanations(given: sp.Expr, step: Step, points: Comparison) -> dict[str, str]:
    """The mistakes that give this answer and not the right one, the first the most specific, each with what to say."""
    found: dict[str, str] = {}
    for mistakes, result in wrong_derivatives(step):
        names = tuple(dict.fromkeys(m.name for m in mistakes))
        if len(names) > 1 and found:
            break
        if not set(names) <= set(found) and points.agree(result, given):
            found |= dict.fromkeys(names, message_for(mistakes if len(names) > 1 else mistakes[:1]))
    return found | _once_too_often(given, step, points)


def _about_symbols(strange: Sequence[sp.Symbol], answer: Any) -> str:
    """Which symbols the question does not have, and the name that was probably meant by the word they stand in."""
    names = [str(symbol) for symbol in strange]
    question = f"What is {', '.join(names)}? The question does not have {'them' if len(names) > 1 else 'it'}."
    for word in re.findall("[A-Za-z]{2,}", str(answer)):
        if word == "dx":
            return f"{question} A derivative is typed without dx."
        if set(word) & set(names) and nearest_name(word):
            return f"{question} Did you mean {nearest_name(word)}?"
    return f"{question} Functions read here: sin, tan, ln, sqrt and others."


def _with_a_symbol(symbol: sp.Symbol, given: sp.Expr, step: Step, points: Comparison) -> dict[str, str]:
    """What a symbol may mean that the question does not have: an inner function, a step, a constant of integration."""
    x, function = step.variable, step.expression
    chains = [below.steps[1].expression for below in step.walk() if below.rule == "chain rule"]
    for inner in [*chains, x]:
        if points.agree(step.result, given.subs(symbol, inner)):
            return {"inner function not put back": f"Right so far; now write {to_text(inner)} again for {symbol}."}
    if symbol.name.lower() != "h" and points.agree(step.result, given.subs(symbol, 0)):
        return {"constant of integration": f"A constant such as {symbol} belongs to an antiderivative, not to a slope."}
    if points.agree((function.subs(x, x + symbol) - function) / symbol, given):
        return {"limit not taken": f"This is the slope of a secant: let {symbol} go to 0."}
    return {}


def _once_too_often(given: sp.Expr, step: Step, points: Comparison) -> dict[str, str]:
    """An answer that is the slope of the slope, or an antiderivative where the right answer is none, unlike e^x."""
    slope, bend = given.diff(step.variable), step.result.diff(step.variable)
    if points.agree(bend, given):
        return {"differentiated twice": "This is the slope of the slope. The question asks for the slope itself."}
    if points.agree(slope, step.expression) and not points.agree(bend, step.expression):
        return {"integrated instead": "This is an antiderivative: its slope is the function, not the other way round."}
    return {}


def as_answer(value: Any, known: frozenset[sp.Symbol]) -> sp.Expr:
    """The answer in plain symbols, with X read as x where the question knows an x and no X."""
    answer = _plain(as_expression(value))
    by_small_letter = {str(s).lower(): s for s in known}
    return answer.xreplace({s: by_small_letter.get(str(s).lower(), s) for s in answer.free_symbols - known})


def _plain(expression: sp.Expr) -> sp.Expr:
    """The expression with symbols that are known by their names alone, whatever was assumed about them."""
    return expression.xreplace({s: sp.Symbol(s.name) for s in expression.atoms(sp.Symbol)})


# ---- Whether two expressions are the same function: compared at fixed random points

Values = NDArray[Any]  # one for each point

# Ranges the points are drawn from, so that roots, logarithms and inverse functions meet points where they are real;
# one more goes beyond the largest number of the question, where the graph may have a kink.
RANGES = ((1 / 16, 15 / 16), (1 / 16, 3), (17 / 16, 3), (-3, 3))
NEAR, FAR = 12, 10**4
POINTS_EACH = 12
POINTS = (len(RANGES) + 1) * POINTS_EACH
ENOUGH = 4
TOLERANCE = 1e-8
FLOOR = 1e-5
ROUNDED = 0.005
FAR_APART = 0.1


class Comparison:
    """Compares expressions where all expressions of a domain are real, at points for the symbols of all of them.

    `is_real` says whether there are such points; where there are none, the values may be complex.
    """

    def __init__(self, *domain: sp.Expr, symbols: frozenset[sp.Symbol] = frozenset()) -> None:
        """Choose the points; `symbols` are those that may appear besides the domain's own."""
        names = sorted(symbols.union(*(e.free_symbols for e in domain)), key=str)
        numbers = (2 * abs(number) for e in domain for number in e.atoms(sp.Number))
        reach = float(min(max([NEAR, *numbers]), FAR))
        self._points = {symbol: _column(i, reach) for i, symbol in enumerate(names)}
        for kind in (float, complex):
            self._known: dict[sp.Basic, Values] = {x: column.astype(kind) for x, column in self._points.items()}
            self._compared = np.all([np.isfinite(self._values(e)) for e in domain], axis=0)
            self.is_real = kind is float
            if np.count_nonzero(self._compared) >= ENOUGH:
                break

    def agree(self, first: sp.Expr, second: sp.Expr) -> bool:
        """True if both have the same values; points where one is not defined are passed over, up to a limit."""
        places, gap = self._gaps(first, second)
        if not places.size or np.median(gap) > FAR_APART:
            return False
        # Where large terms cancel, a value is only as exact as the terms. More digits decide there: at the widest gaps,
        # and at the smallest value, where a small difference shows.
        doubtful = np.flatnonzero(gap > TOLERANCE)
        size = np.abs(self._values(first)[places[doubtful]])
        chosen = {*doubtful[np.argsort(-gap[doubtful])[:2]], *doubtful[np.argsort(size)[:1]]}
        return all(self._agree_exactly(first, second, int(places[i])) for i in chosen)

    def close(self, first: sp.Expr, second: sp.Expr) -> bool:
        """True if both have nearly the same values at nearly all points, as a rounded answer has."""
        places, gap = self._gaps(first, second)
        return bool(places.size) and bool(np.quantile(gap, 0.9) < ROUNDED)

    def _gaps(self, first: sp.Expr, second: sp.Expr) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Where both have values, and how far these lie apart; nowhere, if that is at too few of the points."""
        a, b = self._values(first), self._values(second)
        places = np.flatnonzero(self._compared & np.isfinite(a) & np.isfinite(b))
        if places.size < max(ENOUGH, np.count_nonzero(self._compared) / 4):
            return np.empty(0, np.intp), np.empty(0)
        floor, a, b = self._floor(first, second)[places], a[places], b[places]
        return places, np.abs(a - b) / (np.abs(a) + np.abs(b) + floor)

    @np.errstate(all="ignore")
    def _floor(self, first: sp.Expr, second: sp.Expr) -> NDArray[np.float64]:
        """The size below which values count as 0, at each point."""
        return FLOOR * np.maximum(self._size(first), self._size(second)) + np.finfo(float).tiny

    def _size(self, e: sp.Expr) -> NDArray[np.float64]:
        """How large the terms are that a value comes from, and with them its error: 1 for sin^2 + cos^2 - 1."""
        if e.is_Add or e.is_Mul:
            return functools.reduce(np.maximum if e.is_Add else np.multiply, map(self._size, e.args))
        return np.abs(self._values(e))

    def _agree_exactly(self, first: sp.Expr, second: sp.Expr, i: int) -> bool:
        place = {symbol: sp.Rational(column[i]) for symbol, column in self._points.items()}
        a, b = (complex(e.evalf(30, subs=place)) for e in (first, second))
        return abs(a - b) <= TOLERANCE * (abs(a) + abs(b) + float(self._floor(first, second)[i]))

    def _values(self, e: sp.Basic) -> Values:
        """The value at each point; nan where there is none, and for what is not computed here."""
        if e not in self._known:
            parts = [part for case in e.args for part in case.args] if e.func is sp.Piecewise else e.args
            with np.errstate(all="ignore"):
                if parts and e.func in COMPUTED:
                    self._known[e] = _in_numpy(e.func, len(parts))(*map(self._values, parts))
                else:
                    value = bool(e) if e in (sp.true, sp.false) else float(e) if e.is_number and e.is_real else np.nan
                    self._known[e] = np.full(POINTS, value)
        return self._known[e]


def same(a: sp.Expr, b: sp.Expr) -> bool:
    """True if both expressions are the same function, in whatever form, wherever the second one is real."""
    return Comparison(b, symbols=frozenset(a.free_symbols)).agree(a, b)


@functools.cache
def _column(index: int, reach: float) -> Values:
    """One coordinate of the points: rational numbers, the same in every session."""
    random = np.random.default_rng([39, index])
    ranges = (*RANGES, (-reach, reach))
    parts = [np.round(random.uniform(low, high, POINTS_EACH) * 128 + 0.25) / 128 for low, high in ranges]
    return np.concatenate(parts)


COMPUTED = {*SLOPES, sp.Add, sp.Mul, sp.Pow, sp.Max, sp.Min, sp.Heaviside, sp.Piecewise, sp.And, sp.Or}
COMPUTED |= {sp.Gt, sp.Ge, sp.Lt, sp.Le}
_erf, _erfc = (np.vectorize(lambda z, function=f: function(z.real)) for f in (math.erf, math.erfc))


@functools.cache
def _in_numpy(kind: Any, count: int) -> Callable[..., Values]:
    """What SymPy names, such as a sum of three terms, as numpy computes it."""
    names = sp.symbols(f"u:{count}")
    parts = zip(names[::2], names[1::2], strict=True) if kind is sp.Piecewise else names
    return sp.lambdify(names, kind(*parts), [{"erf": _erf, "erfc": _erfc}, "numpy"])
