"""Whether an answer is right, and if not, which rule was broken: derivatives, gradients, steps downhill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from calc_tutor.advice import nearest_name
from calc_tutor.comparing import Comparison
from calc_tutor.derivation import Step, explain
from calc_tutor.mistakes import INSTEAD, MISTAKES, Mistake, wrong_derivatives
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression
from calc_tutor.rules import rule_for

RIGHT = "right"
ALMOST = "almost"
LOOK_AGAIN = "look again"
NOT_READ = "not read"
UNKNOWN = "It fits no mistake we know: take it apart rule by rule."


@dataclass(frozen=True, repr=False)
class Verdict:
    """What is said to an answer: a notebook shows it as Markdown, everything else as plain text.

    `tone` is "right", "almost" (a mistake was recognised), "look again", or "not read". `hint` says where to begin,
    where no mistake was recognised; `reading` is the answer as it was read. `broken_rules` names the rules whose
    breaking explains the answer, the most specific first.
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
        # After a blank line, the indented lines with the caret are a code block, which keeps the caret in its place.
        paragraphs = [f"**{self.tone.capitalize()}.** {_escaped(first)}".strip(), *below]
        if self.hint:
            paragraphs.append(f"*Hint:* {self.hint}")
        if self.reading and not self.correct:
            paragraphs.append(f"Your answer is read as `{self.reading}`.")
        return "\n\n".join(paragraphs)


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_`$<|#~])", r"\\\1", text)


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
    """What the letters of the rule stand for in this step."""
    kept, problems = rule_for(step.expression, step.variable)[1]
    return [to_text(part.subs(inside)) for part in (*kept, *(e for e, _ in problems))]


def diagnose(answer: Any, expr: Any, x: sp.Symbol | str | None = None) -> Verdict:
    """Judge an answer to "differentiate expr with respect to x", and name the rules that were broken.

    Answer and expression may be SymPy's, numbers, or text as people type it; without a variable it is x, or the only
    letter there is. An answer that cannot be read raises ValueError or TypeError with a message for the learner.

    >>> diagnose("cos(x^2)", "sin(x^2)").broken_rules
    ('inner derivative forgotten',)
    """
    function = plain(as_expression(expr))
    step = explain(function, x if x is None else str(x))
    known = function.free_symbols | {step.variable}
    given = in_symbols_of(known, plain(as_expression(answer)))
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
    if _is_rounded(given) and points.close(step.result, given):
        return Verdict(ALMOST, "This is close, but rounded: keep exact numbers, or give more digits.", reading=reading)
    message = (
        f"This is not the derivative of {to_text(function)}. It fits no mistake we know: take it apart rule by rule."
    )
    return Verdict(LOOK_AGAIN, message, hint_for(step), reading)


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


def _is_rounded(given: sp.Expr) -> bool:
    return any(not number.is_Integer for number in given.atoms(sp.Rational, sp.Float))


def _about_symbols(strange: Sequence[sp.Symbol], answer: Any) -> str:
    """Which symbols the question does not have, and the name that was probably meant by the word they stand in."""
    names = [str(symbol) for symbol in strange]
    question = f"What is {', '.join(names)}? The question does not have {'them' if len(names) > 1 else 'it'}."
    words = re.findall("[A-Za-z]{2,}", answer) if isinstance(answer, str) else []
    for word in words:
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
    try:
        slope, bend = (explain(e, step.variable).result for e in (given, step.result))
    except ValueError:  # nobody comes to what has no rule here
        return {}
    if points.agree(bend, given):
        return {"differentiated twice": "This is the slope of the slope. The question asks for the slope itself."}
    if points.agree(slope, step.expression) and not points.agree(bend, step.expression):
        return {"integrated instead": "This is an antiderivative: its slope is the function, not the other way round."}
    return {}


def in_symbols_of(known: frozenset[sp.Symbol], answer: sp.Expr) -> sp.Expr:
    """The answer with X read as x where the question knows an x and no X."""
    by_small_letter = {str(s).lower(): s for s in known}
    return answer.xreplace({s: by_small_letter.get(str(s).lower(), s) for s in answer.free_symbols - known})


def plain(expression: sp.Expr) -> sp.Expr:
    """The expression in plain symbols: they are known by their names alone, whatever was assumed about them."""
    return expression.xreplace({s: sp.Symbol(s.name) for s in expression.atoms(sp.Symbol)})
