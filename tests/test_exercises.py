"""The exercises test themselves: accepted forms are accepted, mistakes get their messages, texts are whole."""

import re
from math import log

import numpy as np
import pytest
import sympy as sp

from calc_core import households
from calc_tutor import check, exercises, explain, hint, read, solution
from calc_tutor.check import JUDGES, THREE_DIGITS
from calc_tutor.progress import PARTS

NAMES = list(exercises())
x = sp.Symbol("x")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def as_typed(answer):
    return answer if isinstance(answer, str) else f"({', '.join(answer)})"


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_and_every_accepted_form_are_accepted(name):
    exercise = exercises()[name]
    reference = exercise.reference or [str(explain(exercise.of, v).result) for v in exercise.variables]
    assert len(set(exercise.accepted)) >= 3
    for answer in (as_typed(reference), *exercise.accepted):
        assert check(name, answer).correct, answer


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_gets_its_own_message(name):
    """Also none of them lies within the tolerance of the right answer, and no two of them hide each other."""
    exercise = exercises()[name]
    for mistake in exercise.mistakes:
        for answer in (mistake.answer, as_typed(mistake.answer)):
            verdict = check(name, answer)
            assert verdict.message == mistake.message, answer
            assert verdict.tone == ("look again" if exercise.kind == "choice" else "almost")
            assert verdict.hint == (exercise.hint if exercise.kind == "choice" else "")


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_complete(name):
    exercise = exercises()[name]
    texts = (exercise.statement, exercise.hint, exercise.solution, exercise.right)
    assert re.fullmatch("[a-z_]+", name)
    assert exercise.kind in JUDGES
    assert min(map(len, (exercise.title, *texts[:3]))) > 5
    assert bool(exercise.of) == (exercise.kind == "derivative") != bool(exercise.reference)
    assert exercise.kind == "derivative" or (exercise.right and len(exercise.mistakes) >= 3)
    for text in (*texts, *exercise.choices.values(), *(m.message for m in exercise.mistakes)):
        assert "!" not in text
        assert text.count("$") % 2 == 0
    assert "answer =" not in exercise.statement
    told = " ".join(m.message for m in exercise.mistakes)
    assert not re.search(r"[$\\`*]", told + "".join(exercise.choices.values()))
    # The answer is not given away, unless it is a letter or a single digit.
    assert not any(len(answer) >= 4 and answer in told + exercise.hint for answer in exercise.accepted)


@pytest.mark.parametrize("name", [n for n in NAMES if exercises()[n].kind in ("number", "vector")])
def test_three_digits_are_enough_and_the_statement_says_so(name):
    exercise = exercises()[name]
    texts = [exercise.reference] if isinstance(exercise.reference, str) else exercise.reference
    right = [float(read(text)) for text in texts]
    whole = all(value == round(value) for value in right)
    assert whole or "Three digits are enough." in " ".join(exercise.statement.split())
    assert check(name, [float(f"{value:.3g}") for value in right]).correct
    assert not check(name, [value * (1 + 1.1 * THREE_DIGITS) for value in right]).correct
    assert not check(name, [value * (1 - 1.1 * THREE_DIGITS) for value in right]).correct


@pytest.mark.parametrize("name", [n for n in NAMES if exercises()[n].kind == "choice"])
def test_a_choice_has_a_reply_to_every_letter(name):
    exercise = exercises()[name]
    answers = sorted([exercise.reference, *(m.answer for m in exercise.mistakes)])
    assert answers == list(exercise.choices) == list("abcd")
    assert f"**{exercise.reference}.**" in exercise.solution
    assert min(map(len, exercise.choices.values())) >= 9


def test_there_are_exercises_for_every_part():
    parts = [exercise.part for exercise in exercises().values()]
    assert set(parts) == set(range(1, 9))
    assert parts == sorted(parts)
    assert len(PARTS) == 9


def test_hint_and_solution_are_shown_as_markdown():
    assert hint("secant_slope")._repr_markdown_() == exercises()["secant_slope"].hint
    assert solution("too_small_a_step")._repr_markdown_().startswith("**b.** $f(2 + h)$")
    assert not solution("too_small_a_step").endswith("\n")


# ---- The numbers of the statements, by a second method


def after_one_step(start, rate, steps, slope):
    for _ in range(steps):
        start = start - rate * slope(start)
    return start


def largest_stable(slope, high, momentum=0.0):
    """The largest learning rate at which plain or heavy-ball descent from 1 stays bounded, by trying."""
    low = 0.0
    for _ in range(20):
        rate, place, before = (low + high) / 2, 1.0, 1.0
        for _ in range(2000):
            place, before = place - rate * slope * place + momentum * (place - before), place
        low, high = (rate, high) if abs(place) < 1 else (low, rate)
    return low


def gradient(formula, **at):
    return [float(sp.diff(read(formula), name).subs(at)) for name in at]


SECOND_METHOD = {
    "secant_slope": lambda: ((2 + 0.5) ** 3 - 2**3) / 0.5,
    "forward_difference_error": lambda: 6 * 0.01 + 0.01**2,
    "central_difference": lambda: 12 + 0.5**2,
    "numerical_gradient": lambda: gradient("x^2 y + y^3", x=2, y=3),
    "directional_derivative": lambda: np.dot([12, 9], [5, 12]) / np.hypot(5, 12),
    "steepest_slope": lambda: np.hypot(*gradient("x^2 + 3xy", x=1, y=2)),
    "chain_with_numbers": lambda: gradient("ln((3x - 1)^2)", x=2),
    "elasticity": lambda: gradient("630 (x/987)^0.8559", x=987),
    "gradient_of_one_household": lambda: gradient("(a + 1.5b - 0.7)^2", a=0.1, b=0.5),
    "one_step": lambda: np.array([3, -1]) - 0.1 * np.array(gradient("x^2 + xy + 2y^2", x=3, y=-1)),
    "overshoot": lambda: after_one_step(2.0, 0.4, 2, lambda t: 6 * t),
    "largest_learning_rate": lambda: largest_stable(14, 1.0),
    "momentum_moves_the_limit": lambda: largest_stable(8, 1.0, momentum=0.6),
    "used_twice": lambda: gradient("(xy + x)^2", x=2, y=5),
    "backward_pass": lambda: gradient("((wx + b)^2 - 5)^2", w=2, b=-7, x=5),
}


@pytest.mark.parametrize("name", SECOND_METHOD)
def test_numbers_agree_with_a_second_method(name):
    assert check(name, SECOND_METHOD[name]()).correct


def test_the_tangent_touches_and_the_second_derivative_bends():
    f, tangent = x**2 - x, read(exercises()["tangent_line"].reference)
    assert (f.subs(x, 3), sp.diff(f, x).subs(x, 3)) == (tangent.subs(x, 3), sp.diff(tangent, x))
    assert check("second_derivative", sp.diff(read("x^4 - 3x^2 + 2x"), x, 2)).correct
    assert sp.factor(sp.diff(read("x^3 - 3x^2 + 3x"), x)) == 3 * (x - 1) ** 2


def test_rounding_eats_the_digits_as_the_exercise_says():
    assert f"{((2 + 1e-15) ** 3 - 8) / 1e-15:.2f}" == "10.66"
    assert "10.66" in solution("too_small_a_step")
    assert log(0.0013 / 0.000052, 5) == pytest.approx(2)


def test_the_numbers_in_the_statements_are_those_of_the_households():
    families = households.load()
    line = households.least_squares_line(families.income, families.food)
    on_logarithms = households.least_squares_line(np.log(families.income), np.log(families.food))
    on_the_line = np.exp(on_logarithms.intercept + on_logarithms.slope * np.log(987))
    statements = {name: exercise.statement for name, exercise in exercises().items()}
    assert f"{line.intercept:.3f} + {line.slope:.5f}" in statements["predict_with_the_slope"]
    assert f"slope {on_logarithms.slope:.4f}" in statements["elasticity"]
    assert f"earns 987 francs and spends {on_the_line:.0f} of" in statements["elasticity"]
    for values in (families.income[:2], families.food[:2]):
        assert all(f"{value:.2f}" in statements["slope_between_two_households"] for value in values)
