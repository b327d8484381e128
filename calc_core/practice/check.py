"""What is said to an answer to an exercise, and which exercises are done."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from calc_core.practice.answers import as_expression, as_expressions, as_number, in_letters_of
from calc_core.practice.comparing import same
from calc_core.practice.diagnosis import diagnose, diagnose_gradient, diagnose_step
from calc_core.practice.exercises import PARTS, Exercise, exercise_named, exercises
from calc_core.practice.verdicts import ALMOST, LOOK_AGAIN, MORE_DIGITS, RIGHT, Diagnosis, sentence
from calc_core.reading import read
from calc_core.symbolic.notation import to_text


@dataclass(frozen=True)
class Overview:
    """The exercises of all parts, and which of them are done."""

    done: tuple[str, ...]

    def _line(self) -> str:
        return f"{len(self.done)} of {len(exercises())} exercises done"

    def __repr__(self) -> str:
        """Return one line to an exercise, with an x before those that are done."""
        rows = [f"{'x' if e.name in self.done else ' '} {e.part} {e.name}" for e in exercises().values()]
        return "\n".join([self._line(), *rows])

    def _repr_markdown_(self) -> str:
        rows = [
            f"| {e.part} {PARTS[e.part]} | {e.title} | `{e.name}` | {'done' if e.name in self.done else ''} |"
            for e in exercises().values()
        ]
        return "\n".join([f"{self._line()}\n", "| part | exercise | name | |", "|---|---|---|---|", *rows])


_done: set[str] = set()


def check(name: str | None = None, answer: Any = ...) -> Diagnosis | Overview:
    """Return what is to be said to an answer; without arguments, the list of all exercises and what is done.

    The answer may be text as people type it, a SymPy expression, a number, or a list, tuple or array of these. `...`
    means not answered yet. Raises ValueError for a name that no exercise has.
    """
    if name is None:
        return Overview(tuple(n for n in exercises() if n in _done))
    exercise = exercise_named(name)
    if answer is ...:
        return Diagnosis("not answered yet", f"Hint: {exercise.hint}")
    try:
        verdict = JUDGES[exercise.kind](exercise, answer)
    except (ValueError, TypeError) as error:
        return Diagnosis("not read", sentence(error))
    if verdict.correct:
        _done.add(name)
        return verdict
    message = verdict.message
    if verdict.tone == LOOK_AGAIN:
        message += f" Hint: {exercise.hint}"
    if isinstance(answer, str) and exercise.kind in ("expression", "derivative", "gradient"):
        message += f" (Your answer is read as {', '.join(map(to_text, as_expressions(answer)))}.)"
    return replace(verdict, message=message)


class Told(str):
    """Text that a notebook shows as Markdown."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def hint(name: str) -> Told:
    """Return the hint of the exercise called `name`."""
    return Told(exercise_named(name).hint)


def solution(name: str) -> Told:
    """Return the worked solution of the exercise called `name`."""
    return Told(exercise_named(name).solution.strip())


def _recognised(exercise: Exercise, is_it: Callable[[Any], bool]) -> Diagnosis:
    """Return the message of the first mistake that the answer matches."""
    for mistake in exercise.mistakes:
        if is_it(mistake.answer):
            return Diagnosis(ALMOST, mistake.message)
    return Diagnosis(LOOK_AGAIN, "This is not it.")


def _numbers(exercise: Exercise, answer: Any) -> Diagnosis:
    """Judge one number or several, each within the exercise's relative tolerance."""

    def values(texts: str | list[str]) -> list[float]:
        return [as_number(read(text)) for text in ([texts] if isinstance(texts, str) else texts)]

    def near(expected: list[float], given: list[float], tolerance: float = exercise.tolerance) -> bool:
        return len(expected) == len(given) and np.allclose(given, expected, rtol=tolerance, atol=1e-12)

    right = values(exercise.reference)
    if isinstance(answer, str):
        answer = re.sub(r"^\s*[^\W\d]\w*\s*=", "", answer)  # a number may be given a name: h = 0.1
    # A comma in text that stands in no parentheses may be meant as a decimal point.
    several = len(right) > 1 or not isinstance(answer, str) or answer.lstrip()[:1] in ("(", "[")
    given = [as_number(e) for e in (as_expressions(answer) if several else [as_expression(answer)])]
    if near(right, given):
        return Diagnosis(RIGHT, exercise.right)
    verdict = _recognised(exercise, lambda texts: near(values(texts), given))
    if verdict.tone == ALMOST:
        return verdict
    if near(sorted(right), sorted(given)):
        order = "The numbers are right, in the wrong order. Look again at what the question asks for first."
        return Diagnosis(ALMOST, order)
    if near(right, given, tolerance=0.03):
        return Diagnosis(ALMOST, f"This is close, but not close enough: {MORE_DIGITS}")
    if len(given) != len(right):
        raise ValueError(f"expected {len(right)} number{'s' if len(right) > 1 else ''}, got {len(given)}")
    return verdict


def _expression(exercise: Exercise, answer: Any) -> Diagnosis:
    """Judge a formula, in any equivalent form."""
    right = read(exercise.reference)
    given = in_letters_of(right.free_symbols, as_expression(answer, exercise.variables))
    if same(given, right):
        return Diagnosis(RIGHT, exercise.right)
    return _recognised(exercise, lambda text: same(given, read(text)))


def _derivative(exercise: Exercise, answer: Any) -> Diagnosis:
    """Judge a derivative; the pair (function, derivative), as SymPy users keep it, counts as its second part."""
    function, variable = read(exercise.of), exercise.variables[0]
    if isinstance(answer, tuple | list) and len(answer) == 2 and same(as_expression(answer[0]), function):
        answer = answer[1]
    return diagnose(answer, function, variable)


def _choice(exercise: Exercise, answer: Any) -> Diagnosis:
    """Judge a letter."""
    letters = sorted([exercise.reference, *(mistake.answer for mistake in exercise.mistakes)])
    choice = re.match(r"[\s(]*([a-z])(?:[\s.)]*$|[.):])", str(answer).lower())
    given = choice[1] if choice else ""
    if given not in letters:
        raise ValueError(f"expected one of the letters {', '.join(letters)}; try answer = {letters[0]!r}")
    if given == exercise.reference:
        return Diagnosis(RIGHT, exercise.right)
    return _recognised(exercise, lambda letter: bool(letter == given))


JUDGES: dict[str, Callable[[Exercise, Any], Diagnosis]] = {
    "number": _numbers,
    "vector": _numbers,
    "expression": _expression,
    "derivative": _derivative,
    "gradient": lambda exercise, answer: diagnose_gradient(answer, exercise.of, exercise.variables),
    "step": lambda exercise, answer: diagnose_step(answer, exercise.of, exercise.at, exercise.learning_rate),
    "choice": _choice,
}
