"""Whether an answer is right, and if not, which rule was broken: derivatives, gradients, steps downhill."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from calc_core.practice.answers import as_expression, as_expressions, as_number, in_letters_of
from calc_core.practice.breaking import wrong_derivatives
from calc_core.practice.comparing import Comparison
from calc_core.practice.verdicts import ALMOST, LOOK_AGAIN, MORE_DIGITS, RIGHT, Diagnosis, hint_for, message_for
from calc_core.symbolic import explain
from calc_core.symbolic.derivation import Step
from calc_core.symbolic.notation import to_text

Floats = NDArray[np.float64]
ORDER = "but they stand in the wrong order: it should be"
UNKNOWN = "It fits no single mistake we know: take it apart rule by rule."


def diagnose(answer: Any, expr: Any, x: sp.Symbol | str | None = None) -> Diagnosis:
    """What is to be said to an answer to "differentiate expr with respect to x".

    Answer and expression may be SymPy's, numbers, or text as people type it; without a variable it is x, or the only
    letter there is. An answer that cannot be read raises ValueError or TypeError with a message for the learner.
    """
    function = as_expression(expr)
    step = explain(function, x)
    letters = function.free_symbols | {step.variable}
    given = in_letters_of(letters, as_expression(answer, [step.variable.name]))
    points = Comparison(function, step.result, symbols=letters | given.free_symbols)
    if points.agree(step.result, given):
        return Diagnosis(RIGHT, f"This is the derivative of {to_text(function)}.", (), hint_for(step), step)
    found = _explanations(given, step, points)
    # The first, most specific explanation alone: a second one would bury it.
    message = next(iter(found.values()), f"This is not the derivative of {to_text(function)}. {UNKNOWN}")
    return Diagnosis(ALMOST if found else LOOK_AGAIN, message, tuple(found), hint_for(step), step)


def _explanations(given: sp.Expr, step: Step, points: Comparison) -> dict[str, str]:
    """The mistakes that give this answer and not the right one, the first the most specific, each with what to say."""
    strange = sorted(given.free_symbols - step.expression.free_symbols - {step.variable}, key=str)
    if strange:
        return _explained_letter(strange[0], given, step, points) if len(strange) == 1 else {}
    found: dict[str, str] = {}
    for wrong in wrong_derivatives(step):
        if wrong.mistake not in found and points.agree(wrong.result, given):
            found[wrong.mistake] = message_for(wrong)
    found |= _once_too_often(given, step, points)
    typed_decimals = any(not number.is_Integer for number in given.atoms(sp.Rational, sp.Float))
    if not found and typed_decimals and points.close(step.result, given):
        found["rounded"] = "This is close, but rounded: keep exact numbers, such as ln(3), or give more digits."
    return found


def _explained_letter(letter: sp.Symbol, given: sp.Expr, step: Step, points: Comparison) -> dict[str, str]:
    """What a letter may mean that the question does not have: an inner function, a step, a constant of integration."""
    x, function = step.variable, step.expression
    chains = [below.steps[1].expression for below in step.walk() if below.rule == "chain rule"]
    for inner in [*chains, x]:
        if points.agree(step.result, given.subs(letter, inner)):
            return {"inner function not put back": f"Right so far; now write {to_text(inner)} again for {letter}."}
    if points.agree((function.subs(x, x + letter) - function) / letter, given):
        return {"limit not taken": f"This is the slope of a secant: let {letter} go to 0."}
    if points.agree(step.result, given.subs(letter, 0)):
        return {"constant of integration": f"A constant such as {letter} belongs to an antiderivative, not to a slope."}
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


def diagnose_gradient(answer: Any, expr: Any, variables: Sequence[Any]) -> Diagnosis:
    """What is to be said to the partial derivatives of expr, given in the order of the variables.

    The answer may be text such as "(2xy, x^2)", a list, a tuple or an array.
    """
    names = [str(v) for v in variables]
    function = as_expression(expr)
    steps = [explain(function, name) for name in names]
    letters = function.free_symbols.union(step.variable for step in steps)
    given = [in_letters_of(letters, e) for e in as_expressions(answer, names)]
    partials = [step.result for step in steps]
    points = Comparison(function, *partials, symbols=letters.union(*(e.free_symbols for e in given)))

    def verdict(tone: str, message: str, *rules: str) -> Diagnosis:
        hint = f"Let one letter move at a time. For {names[0]}: {hint_for(steps[0])}"
        return Diagnosis(tone, message, rules, hint, tuple(steps))

    def agrees(expected: Sequence[sp.Expr]) -> bool:
        return len(expected) == len(given) and all(map(points.agree, expected, given))

    if agrees(partials):
        return verdict(RIGHT, f"This is the gradient of {to_text(function)}.")
    total = sp.Add(*partials)
    known: list[tuple[str, str, Iterable[Sequence[sp.Expr]]]] = [
        ("wrong sign", "Check the sign: the gradient points uphill.", [[-p for p in partials]]),
        ("partials added up", "Keep one slope for each variable, not their sum.", [[total] * len(names), [total]]),
        ("wrong order", f"The slopes are right, {ORDER} {', '.join(names)}.", itertools.permutations(partials)),
    ]
    for name, says, answers in known:
        if any(map(agrees, answers)):
            return verdict(ALMOST, says, name)
    if len(given) != len(names):
        wanted = f"A gradient has one entry for each variable, here {len(names)}; this has {len(given)}."
        return verdict(LOOK_AGAIN, wanted)
    wrong = [i for i, partial in enumerate(partials) if not points.agree(partial, given[i])]
    found = {names[i]: _explanations(given[i], steps[i], points) for i in wrong}
    said = [f"For {name}: {next(iter(f.values()), f'this is not the slope. {UNKNOWN}')}" for name, f in found.items()]
    rules = dict.fromkeys(rule for f in found.values() for rule in f)
    return verdict(ALMOST if rules else LOOK_AGAIN, " ".join(said), *rules)


def diagnose_step(answer: Any, expr: Any, at: Mapping[Any, Any] | Sequence[Any], learning_rate: Any) -> Diagnosis:
    """What is to be said to the point that one step of gradient descent reaches from `at`.

    `at` maps each variable to its value; a sequence means the variables in alphabetical order.
    """
    function = as_expression(expr)
    if not isinstance(at, Mapping):
        at = dict(zip(sorted(s.name for s in function.atoms(sp.Symbol)), at, strict=True))
    names = [str(name) for name in at]
    steps = [explain(function, name) for name in names]
    here = np.array([as_number(as_expression(value)) for value in at.values()])
    rate = as_number(as_expression(learning_rate))
    given = np.array([as_number(e) for e in as_expressions(answer, names)])
    formula = "The step: new point = old point - learning rate · gradient."

    def slope(i: int, point: Floats) -> float:
        return as_number(steps[i].result.subs({step.variable: value for step, value in zip(steps, point, strict=True)}))

    def one_after_the_other(order: Iterable[int]) -> Floats:
        point = here.copy()
        for i in order:
            point[i] -= rate * slope(i, point)
        return point

    def near(expected: Floats, tolerance: float = 1e-6) -> bool:
        return given.shape == expected.shape and np.allclose(given, expected, rtol=tolerance, atol=1e-12)

    def verdict(tone: str, message: str, *rules: str) -> Diagnosis:
        return Diagnosis(tone, message, rules, formula, tuple(steps))

    places = range(len(names))
    gradient = np.array([slope(i, here) for i in places])
    step = rate * gradient
    new = here - step
    if near(new):
        return verdict(RIGHT, "This is where the step leads.")
    in_turn = [one_after_the_other(places), one_after_the_other(reversed(places))]
    known = [
        ("plus for minus", "This step goes uphill: check the sign.", [here + step]),
        ("learning rate forgotten", "Where is the learning rate?", [here - gradient]),
        ("step instead of the new point", "This is the step alone; it starts at the old point.", [-step, step]),
        ("gradient instead of the new point", "This is the gradient, not yet a new point.", [gradient]),
        (
            "coordinates updated one after the other",
            "Take all slopes at the old point, before any coordinate moves.",
            in_turn,
        ),
        (
            "gradient summed to a number",
            "Each coordinate moves by its own slope, not by their sum.",
            [here - step.sum()],
        ),
        ("wrong order", f"The numbers are right, {ORDER} {', '.join(names)}.", [new[::-1]]),
    ]
    found = {name: says for name, says, answers in known if any(map(near, answers))}
    if found:
        return verdict(ALMOST, next(iter(found.values())), *found)
    if given.shape != new.shape:
        wanted = f"A point has one number for each variable, here {new.size}; this has {given.size}."
        return verdict(LOOK_AGAIN, wanted)
    if near(new, 1e-3):
        return verdict(ALMOST, f"This is close: {MORE_DIGITS}")
    return verdict(LOOK_AGAIN, f"This is not where the step leads. {formula}")
