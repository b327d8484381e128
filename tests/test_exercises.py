"""The exercises test themselves: accepted forms are accepted, mistakes get their messages, texts are whole."""

import re

import numpy as np
import pytest
import sympy as sp

from calc_core import descent, households
from calc_tutor import check, exercises, explain, hint, read, solution
from calc_tutor.check import JUDGES, THREE_DIGITS
from calc_tutor.reading import as_expressions

NAMES = list(exercises())
x = sp.Symbol("x")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def as_typed(answer):
    return answer if isinstance(answer, str) else f"({', '.join(answer)})"


@pytest.mark.parametrize("name", NAMES)
def test_right_forms_are_accepted_and_every_mistake_gets_its_own_message(name):
    """Also none of them lies within the tolerance of the right answer, and no two of them hide each other."""
    exercise = exercises()[name]
    reference = exercise.reference or [str(explain(exercise.of, v).result) for v in exercise.variables]
    assert len(set(exercise.accepted)) >= 3
    for answer in (as_typed(reference), *exercise.accepted):
        assert check(name, answer).correct, answer
    for mistake in exercise.mistakes:
        for answer in (mistake.answer, as_typed(mistake.answer)):
            verdict = check(name, answer)
            assert verdict.message == mistake.message, answer
            assert verdict.tone == ("look again" if exercise.kind == "choice" else "almost")
            assert verdict.hint == (exercise.hint if exercise.kind == "choice" else "")


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_complete_and_three_digits_are_enough(name):
    exercise = exercises()[name]
    texts = (exercise.statement, exercise.hint, exercise.solution, exercise.right)
    assert re.fullmatch("[a-z_]+", name)
    assert exercise.kind in JUDGES
    assert min(map(len, (exercise.title, *texts[:3]))) > 5
    assert bool(exercise.of) == (exercise.kind == "derivative") != bool(exercise.reference)
    assert exercise.kind == "derivative" or (exercise.right and len(exercise.mistakes) >= 3)
    told = " ".join([m.message for m in exercise.mistakes])
    assert not re.search(r"[$\\`*]", told + "".join(exercise.choices.values()))
    assert "!" not in " ".join([*texts, told, *exercise.choices.values()])
    assert all(text.count("$") % 2 == 0 for text in texts)
    # The answer is not given away, unless it is a letter or a single digit.
    assert not any(len(answer) >= 4 and answer in told + exercise.hint for answer in exercise.accepted)
    if exercise.kind == "choice":
        answers = sorted([exercise.reference, *(m.answer for m in exercise.mistakes)])
        assert answers == list(exercise.choices) == list("abcd")
        assert f"**{exercise.reference}.**" in exercise.solution
        assert min(map(len, exercise.choices.values())) >= 9
    if exercise.kind in ("number", "vector"):
        right = [float(value) for value in as_expressions(exercise.reference)]
        assert right == [*map(round, right)] or "Three digits are enough." in " ".join(exercise.statement.split())
        assert check(name, [float(f"{value:.3g}") for value in right]).correct
        assert not any(check(name, [v * (1 + far * THREE_DIGITS) for v in right]).correct for far in (1.1, -1.1))


def test_there_are_exercises_for_every_part_shown_as_markdown():
    parts = [exercise.part for exercise in exercises().values()]
    assert (parts, set(parts)) == (sorted(parts), set(range(1, 9)))
    assert hint("secant_slope")._repr_markdown_() == exercises()["secant_slope"].hint
    assert solution("too_small_a_step")._repr_markdown_().startswith("**b.** $f(2 + h)$")
    assert not solution("too_small_a_step").endswith("\n")


# ---- The numbers of the statements, by a second method


def gradient(formula, **at):
    return [float(sp.diff(read(formula), name).subs(at)) for name in at]


@pytest.mark.parametrize(
    ("name", "answer"),
    [("numerical_gradient", gradient("x^2 y + y^3", x=2, y=3)), ("elasticity", gradient("630 (x/987)^0.8559", x=987)),
     ("used_twice", gradient("(xy + x)^2", x=2, y=5)), ("chain_with_numbers", gradient("ln((3x - 1)^2)", x=2)),
     ("steepest_slope", np.hypot(*gradient("x^2 + 3xy", x=1, y=2))),
     ("directional_derivative", np.dot([12, 9], [5, 12]) / np.hypot(5, 12)),
     ("gradient_of_one_household", gradient("(a + 1.5b - 0.7)^2", a=0.1, b=0.5)),
     ("backward_pass", gradient("((wx + b)^2 - 5)^2", w=2, b=-7, x=5)),
     ("one_step", np.array([3, -1]) - 0.1 * np.array(gradient("x^2 + xy + 2y^2", x=3, y=-1))),
     ("overshoot", descent.descend(lambda t: 3 * t[0] ** 2, [2.0], learning_rate=0.4, steps=2).points[-1]),
     ("largest_learning_rate", descent.stability_limit(np.diag([6.0, 14.0]))),
     ("momentum_moves_the_limit", descent.stability_limit([[8.0]], momentum=0.6)),
     ("tangent_line", 6 + sp.diff(x**2 - x, x).subs(x, 3) * (x - 3)),
     ("second_derivative", sp.diff(read("x^4 - 3x^2 + 2x"), x, 2))],
)  # fmt: skip
def test_answers_agree_with_a_second_method(name, answer):
    assert check(name, answer).correct


def test_the_statements_give_the_numbers_of_the_households_and_right_derivatives():
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
    assert f"{((2 + 1e-15) ** 3 - 8) / 1e-15:.2f}" in solution("too_small_a_step")  # rounding eats the digits
    assert sp.factor(sp.diff(read("x^3 - 3x^2 + 3x"), x)) == 3 * (x - 1) ** 2  # of flat_but_no_minimum
