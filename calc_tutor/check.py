"""What is said to an answer to one of the exercises of `exercises.toml`."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

from calc_tutor import progress
from calc_tutor.data import Exercise, exercises, named
from calc_tutor.diagnosis import ALMOST, LOOK_AGAIN, NOT_READ, RIGHT, Verdict, as_answer, diagnose, same, sentence
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression, as_expressions, read

THREE_DIGITS = 0.005  # relative: rounding to three digits changes 1.005 to 1.00 at worst
NEARLY = 0.03
_NAMED_NUMBER = re.compile(r"^\s*[^\W\d]\w*\s*=")  # h = 0.1


class Markdown(str):
    """Text that a notebook shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def hint(name: str) -> Markdown:
    """The hint of the exercise called `name`."""
    return Markdown(named("exercise", exercises(), name).hint)


def solution(name: str) -> Markdown:
    """The worked solution of the exercise called `name`."""
    return Markdown(named("exercise", exercises(), name).solution.strip())


def check(name: str, value: Any) -> Verdict:
    """Judge an answer to the exercise called `name`, and keep it in the progress file.

    The answer may be text as people type it, a SymPy expression, a number, or a list, tuple or array of these. What
    cannot be read is said in the verdict; only a name that no exercise has raises a ValueError.

    >>> print(check("secant_slope", "15,25").message.splitlines()[0])
    A decimal number needs a point; did you mean 15.25?
    """
    exercise = named("exercise", exercises(), name)
    try:
        verdict = JUDGES[exercise.kind](exercise, value)
    except (ValueError, TypeError) as error:
        return Verdict(NOT_READ, sentence(error))
    if verdict.tone == LOOK_AGAIN:
        verdict = verdict._replace(hint=exercise.hint)
    note = progress.record(name, _as_text(exercise, value), verdict.correct, verdict.broken_rules)
    return verdict._replace(message=f"{verdict.message} {note}".strip())


def _as_text(exercise: Exercise, value: Any) -> str:
    if exercise.kind == "choice":
        return _letter(exercise, value)
    if isinstance(value, str):
        return value.strip()
    asked_for = as_expressions(value)[-len(exercise.variables) :]  # of a function and its derivative the second
    return ", ".join(map(to_text, asked_for))


def _numbers(exercise: Exercise, value: Any) -> Verdict:
    """Judge one number or several: of the right answer and the mistakes that agree to three digits, the nearest."""
    right = _values(exercise.reference)
    given = _given_numbers(value, len(right))
    known = [(right, Verdict(RIGHT, exercise.right))]
    known += [(_values(mistake.answer), Verdict(ALMOST, mistake.message)) for mistake in exercise.mistakes]
    numbers, verdict = min(known, key=lambda pair: _distance(pair[0], given))
    if _distance(numbers, given) <= THREE_DIGITS:
        return verdict
    if _distance(sorted(right), sorted(given)) <= THREE_DIGITS:
        return Verdict(ALMOST, "The numbers are right, in the wrong order: look at what is asked for first.")
    if _distance(right, given) <= NEARLY:
        return Verdict(ALMOST, "This is close, but not close enough: round only at the end, and give more digits.")
    if len(given) != len(right):
        point = "; a decimal number needs a point" if isinstance(value, str) and len(given) == 2 * len(right) else ""
        raise ValueError(f"expected {len(right)} number{'s' * (len(right) > 1)}, got {len(given)}{point}")
    return Verdict(LOOK_AGAIN, "This is not it.")


def _given_numbers(value: Any, count: int) -> list[float]:
    """The numbers of an answer. A comma in text may be meant as a decimal point, where one number is asked for."""
    if isinstance(value, str):
        value = _NAMED_NUMBER.sub("", value)
        if count == 1 and value.lstrip()[:1] not in ("(", "[") and ";" not in value:
            return [_number(as_expression(value))]
    return _values(value)


def _values(several: Any) -> list[float]:
    return [_number(expression) for expression in as_expressions(several)]


def _number(expression: sp.Expr) -> float:
    symbols = ", ".join(sorted(map(str, expression.free_symbols)))
    if symbols:
        advice = "put in the values and type the number alone"
        raise ValueError(f"expected a number, got a formula with {symbols} in it; {advice}")
    value = complex(expression.evalf())
    if value.imag or not math.isfinite(value.real):
        raise ValueError("expected a finite real number; this is none")
    return value.real


def _distance(expected: Sequence[float], given: Sequence[float]) -> float:
    """The largest relative distance of the numbers; infinite if there are not equally many."""
    if len(expected) != len(given):
        return math.inf
    return max(abs(a - b) / max(abs(b), 1e-9) for a, b in zip(given, expected, strict=True))


def _expression(exercise: Exercise, value: Any) -> Verdict:
    right = read(exercise.reference)
    given = as_answer(value, right.free_symbols)
    if same(given, right):
        return Verdict(RIGHT, exercise.right)
    reading = to_text(given) if isinstance(value, str) else ""
    return _recognised(exercise, lambda text: same(given, read(text)))._replace(reading=reading)


def _derivative(exercise: Exercise, value: Any) -> Verdict:
    """Judge a derivative, or one for each variable; of the pair (function, derivative) the second part counts."""
    if len(exercise.variables) > 1:
        return _gradient(exercise, value)
    if not isinstance(value, str):
        given = as_expressions(value)
        pair = len(given) == 2 and same(given[0], read(exercise.of))
        value = given[-1] if pair or len(given) == 1 else value
    return diagnose(value, exercise.of, exercise.variables[0])


def _gradient(exercise: Exercise, value: Any) -> Verdict:
    given, variables = as_expressions(value), exercise.variables
    verdict = _recognised(exercise, lambda texts: len(texts) == len(given) and all(map(same, given, map(read, texts))))
    if verdict.tone == ALMOST:
        return verdict
    if len(given) != len(variables):
        raise ValueError(f"expected one formula for each of {', '.join(variables)}, got {len(given)}")
    verdicts = {x: diagnose(e, exercise.of, x) for x, e in zip(variables, given, strict=True)}
    wrong = {x: verdict for x, verdict in verdicts.items() if not verdict.correct}
    if not wrong:
        return Verdict(RIGHT, exercise.right)
    broken = tuple(rule for verdict in wrong.values() for rule in verdict.broken_rules)
    message = " ".join(f"For {x}: {verdict.message}" for x, verdict in wrong.items())
    return Verdict(
        ALMOST if broken else LOOK_AGAIN, message, reading=", ".join(map(to_text, given)), broken_rules=broken
    )


def _choice(exercise: Exercise, value: Any) -> Verdict:
    """Judge a letter. A wrong one is not nearly right, even where its reply knows why it was chosen."""
    given = _letter(exercise, value)
    if given == exercise.reference:
        return Verdict(RIGHT, exercise.right)
    return _recognised(exercise, lambda letter: bool(letter == given))._replace(tone=LOOK_AGAIN)


def _letter(exercise: Exercise, value: Any) -> str:
    chosen = re.match(r"[\s(]*([a-z])(?:[\s.)]*$|[.):])", str(value).lower())
    if not chosen or chosen[1] not in exercise.choices:
        raise ValueError(f"expected one of the letters {', '.join(exercise.choices)}; try 'a'")
    return chosen[1]


def _recognised(exercise: Exercise, is_it: Callable[[Any], bool]) -> Verdict:
    for mistake in exercise.mistakes:
        if is_it(mistake.answer):
            return Verdict(ALMOST, mistake.message)
    return Verdict(LOOK_AGAIN, "This is not it.")


JUDGES: dict[str, Callable[[Exercise, Any], Verdict]] = {
    "number": _numbers,
    "vector": _numbers,
    "expression": _expression,
    "derivative": _derivative,
    "choice": _choice,
}
