"""The exercises: their data, the forms in which a right answer is accepted, the words that a wrong one gets."""

import re
import sys
from fractions import Fraction
from math import log, sqrt
from pathlib import Path

import nbformat
import numpy as np
import pytest
import sympy as sp

from calc_core import automatic, chain_rule_derivative, households, network, numeric, numerical_gradient, practice
from calc_core import symbolic_derivative as symbolic_example
from calc_core.practice.answers import as_number
from calc_core.practice.check import JUDGES
from calc_core.practice.exercises import PARTS
from calc_core.reading import read
from calc_core.symbolic import explain

NAMES = list(practice.exercises())
x, y, w, v, b = sp.symbols("x y w v b")
real = sp.Symbol("x", real=True)

RIGHT = {
    "slope_between_two_households": [0.4546, "55.12/121.25", Fraction(5512, 12125), np.float64(0.455)],
    "secant_slope": [15.25, "61/4", sp.Rational(61, 4), np.array([15.25])],
    "tangent_line": [5 * x - 9, "6 + 5(x-3)", "5x − 9", "5X - 9", lambda x: 5 * x - 9, 5 * real - 9],
    "predict_with_the_slope": [63.07, "0.48518·130", 0.48518 * 130],
    "symbolic_derivative": [3 * x**2 - 4 * x, "3x² − 4x", "x(3x - 4)", symbolic_example(), lambda x: 3 * x**2 - 4 * x],
    "product_rule": ["2x sin x + x^2 cos x", x * (2 * sp.sin(x) + x * sp.cos(x)), "x(2sin(x) + x cos(x))"],
    "quotient_rule": [
        "(6 - 2x - 3x^2)/(x^2+2)^2",
        "3/(x²+2) − 2x(3x+1)/(x²+2)²",
        sp.diff((3 * x + 1) / (x**2 + 2), x),
        sp.together(sp.diff((3 * real + 1) / (real**2 + 2), real)),
    ],
    "power_or_exponential": ["3x^2 + 3^x ln 3", "3x^2 + ln(3) e^(x ln 3)", 3 * x**2 + 3**x * sp.log(3)],
    "second_derivative": ["12x^2 - 6", 6 * (2 * x**2 - 1), lambda x: 12 * x**2 - 6],
    "flat_but_no_minimum": ["c", "C", "c)", " (c) "],
    "forward_difference_error": [
        0.0601,
        "6·0.01 + 0.01^2",
        0.06,
        numeric.forward_difference(lambda t: t**3, 2, 0.01) - 12,
    ],
    "central_difference": [12.01, "(9.261 - 6.859)/0.2", numeric.central_difference(lambda t: t**3, 2, 0.1)],
    "order_of_the_error": [0.000052, "5.2e-5", "0.0013/25", 0.0013 / 25],
    "too_small_a_step": ["b", "B", "b)", "b) a number with hardly one right digit", "(b) a number"],
    "numerical_gradient": [[12, 31], np.array([12.0, 31.00001]), "(12, 31)", sp.Matrix([12, 31]), numerical_gradient()],
    "gradient_by_hand": [
        ["3x^2 y^2", "2x^3 y - 2"],
        "(3x²y², 2x³y − 2)",
        (3 * x**2 * y**2, 2 * (x**3 * y - 1)),
        sp.Matrix([3 * x**2 * y**2, 2 * x**3 * y - 2]),
        lambda x, y: (3 * x**2 * y**2, 2 * x**3 * y - 2),
    ],
    "directional_derivative": [168 / 13, "168/13", 12.9, np.dot([12, 9], [5, 12]) / 13],
    "steepest_slope": [sqrt(73), "sqrt(73)", 8.54, np.linalg.norm([8, 3])],
    "chain_rule_derivative": ["8x + 4", 4 * (2 * x + 1), "2(2x+1)2", chain_rule_derivative()[1]],
    "chain_with_numbers": [1.2, "6/5", "3·10/25", Fraction(6, 5)],
    "softplus_derivative": [
        "2e^(2x)/(1+e^(2x))",
        "2/(1+e^(-2x))",
        "2 sigmoid(2x)",
        2 * sp.exp(2 * x) / (1 + sp.exp(2 * x)),
    ],
    "elasticity": [0.5463, "0.8559·630/987", 0.8559 * 630 / 987, 0.546],
    "gradient_of_one_household": [[0.3, 0.45], "(0.3, 0.45)", np.array([0.3, 0.45])],
    "one_step": [[2.5, -0.9], (2.5, -0.9), np.array([3, -1]) - 0.1 * np.array([5, -1]), "(2.5, -0.9)"],
    "overshoot": [3.92, "2·1.4^2", 2 * 1.4**2],
    "largest_learning_rate": ["1/7", 2 / 14, sp.Rational(1, 7), 0.143],
    "momentum_moves_the_limit": [0.4, "2/5", 2 * 1.6 / 8],
    "used_twice": [[144, 48], "144, 48", np.array([144.0, 48.0])],
    "backward_pass": [[240, 48, 96], (240, 48, 96), "(240, 48, 96)", np.array([240.0, 48, 96])],
    "passes_needed": ["b", "B", "b)"],
    "tanh_unit": [
        "v x (1 - tanh^2(w x + b))",
        "v x/cosh(wx+b)^2",
        v * x * (1 - sp.tanh(w * x + b) ** 2),
        sp.diff(v * sp.tanh(w * x + b), w),
    ],
    "count_parameters": [19, 19.0, "3·6+1", len(network.initial_parameters(6))],
    "gradient_check": [0.0275, "0.0145/0.5279", abs(0.5134 - 0.5279) / 0.5279],
    "fair_comparison": ["c", "C", "c)"],
}

WRONG = {
    "slope_between_two_households": [
        (2.2, "income for each franc of food"),
        (55.12, "Divide"),
        (0.609, "a change over a change"),
        (-0.4546, "same order"),
    ],
    "secant_slope": [
        (12, "the tangent"),
        (7.625, "Divide it by the run"),
        (12.25, "starts at 2"),
        (3.8125, "multiplied by h"),
        (15.3, "close"),
    ],
    "tangent_line": [
        ("5x + 6", "too high"),
        ("5x", "the origin"),
        ("6x - 13", "changed places"),
        (2 * x - 1, "derivative"),
        ("x^2", "This is not it"),
        (5, "This is not it"),
    ],
    "predict_with_the_slope": [
        (210.55, "drops out"),
        (0.485, "one franc"),
        (267.9, "Divided instead of multiplied"),
        (-63.07, "positive"),
    ],
    "symbolic_derivative": [
        ("3x^2 - 4x + 5", "does not change when x does"),
        ("x^2 - 2x", "comes down"),
        (x**3 - 2 * x**2 + 5, "function itself"),
        ("3x^2 + 4x", "sign between the terms"),
        ("x^2 + 4x", "Hint"),
    ],
    "product_rule": [
        ("2x cos x", "not the product of the slopes"),
        ("2x sin x", "each factor takes its turn"),
        ("2x sin x - x^2 cos x", "check the sign"),
        ("x sin x", "Hint"),
    ],
    "quotient_rule": [
        ("3/(2x)", "not the quotient of the slopes"),
        ("(2x(3x+1) - 3(x^2+2))/(x^2+2)^2", "the order matter"),
        ("(6 - 2x - 3x^2)/(x^2+2)", "below the line"),
        ("3(x^2+2)/(x^2+2)^2", ""),
    ],
    "power_or_exponential": [
        ("3x^2 + x 3^(x-1)", "exponential rule"),
        ("3x^2 + 3^x", "logarithm of the base"),
        ("x^2 + 3^x ln 3", "comes down"),
    ],
    "second_derivative": [
        ("4x^3 - 6x + 2", "Differentiate once more"),
        ("12x^2", "got lost"),
        ("12x^2 + 6", "sign has flipped"),
        ("24x", "third derivative"),
    ],
    "flat_but_no_minimum": [("a", "graph falls before"), ("b", "graph falls after"), ("d", "does exist")],
    "forward_difference_error": [
        (12.0601, "itself"),
        (0.0001, "central difference"),
        (0.12, "twice too much"),
        (-0.0601, "larger than 12"),
    ],
    "central_difference": [
        (12.61, "forward difference"),
        (11.41, "backward difference"),
        (24.02, "2h apart"),
        (12, "exact slope"),
        (12.02, "close"),
    ],
    "order_of_the_error": [
        (0.00026, "forward difference"),
        (0.0325, "grew"),
        (1.04e-5, "h^3"),
        (25, "factor by which"),
        ("0.00005", "give two digits"),
    ],
    "too_small_a_step": [("a", "exact numbers"), ("c", "rounding"), ("d", "top is almost nothing")],
    "numerical_gradient": [
        ([31, 12], "wrong order"),
        ([-12, -31], "uphill"),
        ([12, 27], "lacks a part"),
        ([39, 31], "drops out"),
        (43, "Expected 2 numbers, got 1"),
    ],
    "gradient_by_hand": [
        (["2x^3y - 2", "3x^2y^2"], "wrong order"),
        (["-3x^2y^2", "2 - 2x^3y"], "uphill"),
        (["3x^2y^2 - 2y", "2x^3y - 2"], "does not change when x does"),
        ("3x^2y^2 + 2x^3y - 2", "not their sum"),
    ],
    "directional_derivative": [
        (168, "length 13"),
        (14.54, "wrong partners"),
        (15, "length of the gradient"),
        ([60, 108], "Add the two parts, then divide by 13."),
        (-48 / 13, "adds the two products"),
    ],
    "steepest_slope": [
        (11, "added"),
        (73, "Take the root"),
        ([8, 3], "asks for its length"),
        ("(8, 3)", "asks for its length"),
        (8, "along x alone"),
        (-8.544, "way down"),
        (5, "3xy gives 3y"),
    ],
    "chain_rule_derivative": [
        ("2(2x+1)", "inner function"),
        (4, "inner function"),
        ("2(2x+1)^2", "outer function"),
        ("8x + 2", "Hint"),
    ],
    "chain_with_numbers": [
        (0.4, "first step"),
        (0.04, "last step alone"),
        (30, "last step, y = ln v, is missing"),
        (0.12, "middle step"),
        (0.48, "taken at x = 2"),
        (750, "1/v"),
    ],
    "softplus_derivative": [
        ("1/(1+e^(2x))", "e^(2·x) + 1 is missing"),
        ("e^(2x)/(1+e^(2x))", "2·x is missing"),
        ("1/(2e^(2x))", "below the line"),
        ("2/(1+e^(2x))", "Hint"),
    ],
    "elasticity": [
        (0.8559, "per cent"),
        (1.3409, "upside down"),
        (0.6383, "share of income"),
        (0.000867, "chain rule on the left"),
        (539.2, "logarithm on the right"),
    ],
    "gradient_of_one_household": [
        ([0.15, 0.225], "what is its slope"),
        ([0.3, 0.3], "inner slope along b"),
        ([0.45, 0.3], "wrong order"),
        ([-0.3, -0.45], "signs"),
    ],
    "one_step": [
        ([3.5, -1.1], "uphill"),
        ([-2, 0], "learning rate"),
        ([2.5, -0.85], "old point"),
        ([-0.5, 0.1], "step alone"),
        ([2.6, -1.4], "its own slope"),
        ([-0.9, 2.5], "in the wrong order"),
    ],
    "overshoot": [
        (-2.8, "after one step"),
        (23.12, "Plus for minus"),
        (50, "learning rate is missing"),
        (0.08, "3x was used"),
        (-7.6, "new slope"),
    ],
    "largest_learning_rate": [
        (1 / 3, "along x alone"),
        (1 / 14, "1/L"),
        (2 / 7, "not 7"),
        (0.1, "largest that counts"),
        (14, "2/L"),
    ],
    "momentum_moves_the_limit": [
        (0.25, "without momentum"),
        (0.1, "Plus, not minus"),
        (3.2 / 17.6, "Nesterov"),
        (0.2, "without momentum"),
    ],
    "used_twice": [
        ([120, 48], "missing"),
        ([24, 48], "direct path"),
        ([48, 144], "wrong order"),
        ([6, 2], "2v"),
        ([72, 24], "v was used"),
    ],
    "backward_pass": [
        ([96, 48, 240], "changed places"),
        ([48, 240, 96], "in the wrong order"),
        ([40, 8, 16], "2z"),
        ([30, 6, 12], "2(p - t)"),
        ([-240, -48, -96], "signs"),
        ([240, 48], "Expected 3 numbers"),
    ],
    "passes_needed": [("a", "other way round"), ("c", "work is not"), ("d", "share the way back")],
    "tanh_unit": [
        ("v(1 - tanh(w x+b)^2)", "inner function"),
        ("x(1 - tanh(w x+b)^2)", "constant factor stays"),
        ("v x tanh(w x+b)", "outer function"),
        ("v w (1 - tanh(w x+b)^2)", "only w moves"),
    ],
    "count_parameters": [(12, "biases"), (18, "bias of its own"), (38, "half as many"), (6, "several parameters")],
    "gradient_check": [
        (0.0145, "difference itself"),
        (0.0145 / 0.5134, "smaller"),
        (-0.0275, "no sign"),
        (2.7467, "per cent"),
    ],
    "fair_comparison": [("a", "left out"), ("b", "not even"), ("d", "No grouping is the right one")],
}


@pytest.mark.parametrize("name", NAMES)
def test_right_forms_are_accepted(name):
    assert len(RIGHT[name]) >= 3
    for answer in RIGHT[name]:
        feedback = practice.check(name, answer)
        assert feedback.correct, (answer, feedback)


@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers_get_the_right_message(name):
    assert len(WRONG[name]) >= 3
    for answer, told in WRONG[name]:
        feedback = practice.check(name, answer)
        assert not feedback.correct, (answer, feedback)
        assert told in feedback.message, (answer, feedback)


def test_no_message_gives_the_answer_away():
    """Of numbers with several digits and of formulas; a letter or a single digit may well occur."""
    for name, exercise in practice.exercises().items():
        told = " ".join(m.message for m in exercise.mistakes) + exercise.hint
        for right in RIGHT[name]:
            for text in (str(right), f"{right:.4g}" if isinstance(right, float) else str(right)):
                assert len(text) < 4 or text not in told, (name, text)


# ---------------------------------------------------------------------------------------------------- the data


def test_there_are_exercises_for_every_part():
    assert len(NAMES) >= 24
    assert {e.part for e in practice.exercises().values()} == set(range(1, 9))
    assert [e.part for e in practice.exercises().values()] == sorted(e.part for e in practice.exercises().values())
    assert len(PARTS) == 9


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_complete(name):
    exercise = practice.exercises()[name]
    assert re.fullmatch("[a-z_]+", name)
    assert exercise.kind in JUDGES
    assert min(map(len, (exercise.title, exercise.statement, exercise.hint, exercise.solution))) > 5
    assert bool(exercise.of) == (exercise.kind in ("derivative", "gradient", "step"))
    for text in (exercise.statement, exercise.hint, exercise.solution, *(m.message for m in exercise.mistakes)):
        assert "!" not in text
        assert text.count("$") % 2 == 0


def test_every_recognised_mistake_gets_its_own_message():
    """Also none of them lies within the tolerance of the right answer, and no two of them hide each other."""
    for name, exercise in practice.exercises().items():
        for mistake in exercise.mistakes:
            feedback = practice.check(name, mistake.answer)
            told = feedback.message.split(" (Your answer is read as ")[0]
            assert (feedback.tone, told) == ("almost", mistake.message), (name, mistake.answer)


def test_references_are_read_not_evaluated():
    for exercise in practice.exercises().values():
        if exercise.kind in ("number", "vector"):
            texts = [exercise.reference] if isinstance(exercise.reference, str) else exercise.reference
            assert all(np.isfinite(as_number(read(text))) for text in texts)


# ------------------------------------------------------------------------- every number, by a second method


def _after_one_step(start, rate, steps, slope):
    for _ in range(steps):
        start = start - rate * slope(start)
    return start


def _largest_stable(slope, high, momentum=0.0):
    """The largest learning rate at which plain or heavy-ball descent from 1 stays bounded, by trying."""
    low = 0.0
    for _ in range(40):
        rate, place, before = (low + high) / 2, 1.0, 1.0
        for _ in range(4000):
            place, before = place - rate * slope * place + momentum * (place - before), place
        low, high = (rate, high) if abs(place) < 1 else (low, rate)
    return low


def cube(t):
    return t**3


def backward_pass(p):
    z = p[0] * p[2] + p[1]
    return (z * z - 5) ** 2


def used_twice(p):
    u = p[0] * p[1]
    return (u + p[0]) ** 2


GRADIENT = np.array([12.0, 9.0])
families = households.load()
SECOND_METHOD = {
    "slope_between_two_households": lambda: np.diff(families.food[:2])[0] / np.diff(families.income[:2])[0],
    "secant_slope": lambda: numeric.forward_difference(cube, 2, 0.5),
    "predict_with_the_slope": lambda: 130 * households.least_squares_line(families.income, families.food).slope,
    "forward_difference_error": lambda: numeric.forward_difference(cube, 2, 0.01) - numeric.derivative(cube, 2.0).value,
    "central_difference": lambda: numeric.central_difference(cube, 2, 0.1),
    "numerical_gradient": lambda: automatic.grad(lambda p: p[0] ** 2 * p[1] + p[1] ** 3)(np.array([2.0, 3.0])),
    "directional_derivative": lambda: numeric.derivative(lambda t: GRADIENT @ np.array([5, 12]) * t / 13, 0.0).value,
    "steepest_slope": lambda: max(
        numeric.gradient(lambda p: p[0] ** 2 + 3 * p[0] * p[1], np.array([1.0, 2.0]))
        @ np.array([np.cos(angle), np.sin(angle)])
        for angle in np.linspace(0, 2 * np.pi, 2001)
    ),
    "chain_with_numbers": lambda: numeric.derivative(lambda t: np.log((3 * t - 1) ** 2), 2.0).value,
    "elasticity": lambda: numeric.derivative(lambda t: 630 * (t / 987) ** 0.8559, 987.0).value,
    "gradient_of_one_household": lambda: numeric.gradient(
        households.mean_squared_error(np.array([1.5]), np.array([0.7])), np.array([0.1, 0.5])
    ),
    "overshoot": lambda: _after_one_step(2.0, 0.4, 2, lambda t: numeric.derivative(lambda s: 3 * s**2, t).value),
    "largest_learning_rate": lambda: _largest_stable(14, 1.0),
    "momentum_moves_the_limit": lambda: _largest_stable(8, 1.0, momentum=0.6),
    "used_twice": lambda: automatic.grad(used_twice)(np.array([2.0, 5.0])),
    "backward_pass": lambda: numeric.gradient(backward_pass, np.array([2.0, -7.0, 5.0])),
    "count_parameters": lambda: network.initial_parameters(6).size,
}


@pytest.mark.parametrize("name", SECOND_METHOD)
def test_numbers_agree_with_a_second_method(name):
    assert practice.check(name, SECOND_METHOD[name]()).correct


def test_the_numbers_in_the_statements_are_those_of_the_households():
    line = households.least_squares_line(families.income, families.food)
    on_logarithms = households.least_squares_line(np.log(families.income), np.log(families.food))
    statement = practice.exercises()["predict_with_the_slope"].statement
    assert f"{line.intercept:.3f}" in statement
    assert f"{line.slope:.5f}" in statement
    assert f"{on_logarithms.slope:.4f}" in practice.exercises()["elasticity"].statement
    on_the_line = np.exp(on_logarithms.intercept + on_logarithms.slope * np.log(987))
    assert f"earns 987 francs and spends {on_the_line:.0f} of" in practice.exercises()["elasticity"].statement
    for values in (families.income[:2], families.food[:2]):
        for value in values:
            assert f"{value:.2f}" in practice.exercises()["slope_between_two_households"].statement


def test_the_tangent_touches_and_the_second_derivative_bends():
    f, tangent = x**2 - x, read(practice.exercises()["tangent_line"].reference)
    assert (f.subs(x, 3), sp.diff(f, x).subs(x, 3)) == (tangent.subs(x, 3), sp.diff(tangent, x))
    second = explain(explain("x^4 - 3x^2 + 2x").result).result
    assert practice.check("second_derivative", second).correct
    assert sp.factor(sp.diff(read("x^3 - 3x^2 + 3x"), x)) == 3 * (x - 1) ** 2


def test_rounding_eats_the_digits_as_the_exercise_says():
    assert f"{((2 + 1e-15) ** 3 - 8) / 1e-15:.2f}" == "10.66"
    assert "10.66" in practice.solution("too_small_a_step")
    assert log(0.0013 / 0.000052, 5) == pytest.approx(2)


# --------------------------------------------------------------------------------------------- the checker


def test_an_untouched_answer_gets_a_hint():
    feedback = practice.check("secant_slope", ...)
    assert feedback.tone == "not answered yet"
    assert practice.hint("secant_slope") in feedback.message
    assert practice.check("secant_slope") == feedback


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("product_rule", "1/2x", "two ways"),
        ("product_rule", None, "got nothing"),
        ("product_rule", {"a": 1}, "type dict"),
        ("product_rule", [1, 2, 3], "got 3 values"),
        ("product_rule", True, "type bool"),
        ("product_rule", np.sin, "could not be applied"),
        ("secant_slope", "15,25", "did you mean 15.25?"),
        ("secant_slope", [12, 3], "Expected 1 number, got 2"),
        ("predict_with_the_slope", "63 francs", "type the number alone"),
        ("predict_with_the_slope", "63 fr", "type the number alone"),
        ("secant_slope", "x + 1", "formula with x in it"),
        ("secant_slope", "(f(2.5) - f(2))/0.5", "formula with f in it"),
        ("secant_slope", "15.25.", "a point is read only inside a number"),
        ("symbolic_derivative", "3x2 - 4x", "What is x2? Write x^2, 2x or x_2"),
        ("secant_slope", float("nan"), "finite number"),
        ("secant_slope", 1j, "type complex"),
        ("used_twice", [1, 2, 3], "Expected 2 numbers, got 3"),
        ("used_twice", "(144; 48)", "';' is not understood: several answers are separated by commas"),
        ("one_step", ["x", "y"], "put in the values"),
        ("flat_but_no_minimum", "e", "one of the letters a, b, c, d"),
        ("flat_but_no_minimum", 3, "one of the letters a, b, c, d"),
    ],
)
def test_what_cannot_be_read_is_said_and_never_raised(name, answer, told):
    feedback = practice.check(name, answer)
    assert feedback.tone == "not read"
    assert told in feedback.message


@pytest.mark.parametrize("answer", ["x = 15.25", "slope=61/4", "m_1 = 15.25"])
def test_a_number_may_come_with_its_name(answer):
    assert practice.check("secant_slope", answer).correct


def test_an_empty_answer_is_not_told_what_to_type():
    assert practice.check("secant_slope", "").message.startswith("There is nothing to read yet\n")


def test_a_wrong_formula_is_shown_as_it_was_read():
    told = practice.check("product_rule", "2x sin 2x").message
    assert told.endswith("(Your answer is read as 2·x·sin(2·x).)")


def test_an_unknown_name_is_an_error_that_names_the_nearest():
    with pytest.raises(ValueError, match=r"no exercise is called 'chain_rule'; did you mean .*'chain_rule_derivative'"):
        practice.check("chain_rule", 1)
    with pytest.raises(ValueError, match=r"check\(\) lists them all"):
        practice.check("zzz", 1)


def test_the_list_remembers_what_is_done(monkeypatch):
    monkeypatch.setattr(sys.modules["calc_core.practice.check"], "_done", set())
    assert repr(practice.check()).startswith(f"0 of {len(NAMES)} exercises done")
    practice.check("used_twice", [144, 48])
    practice.check("backward_pass", [1, 1, 1])
    assert repr(practice.check()).startswith(f"1 of {len(NAMES)} exercises done")
    assert "x 7 used_twice" in repr(practice.check())
    assert (
        "| 7 Backpropagation | A value that is used twice | `used_twice` | done |" in practice.check()._repr_markdown_()
    )


def test_feedback_shows_itself_the_same_every_time():
    feedback = practice.check("secant_slope", 12)
    assert repr(feedback).startswith("Almost. This is the slope of the tangent")
    assert feedback._repr_markdown_().startswith("**Almost.** This is")
    unread = practice.check("secant_slope", "2 3")._repr_markdown_()
    assert "\n\n    2 3\n      ^" in unread


# ------------------------------------------------------------------------------------------- the notebooks

FOLDER = Path(__file__).parents[1] / "notebooks"


def cells(notebook):
    return nbformat.read(FOLDER / notebook, as_version=4).cells


@pytest.mark.parametrize("notebook", ["solutions.ipynb", "practice.ipynb"])
def test_the_notebooks_carry_the_statements_word_for_word(notebook):
    sources = [cell.source for cell in cells(notebook)]
    for name, exercise in practice.exercises().items():
        place = sources.index(f"### {exercise.title}\n\n{exercise.statement.strip()}")
        assert sources[place + 1].startswith("answer = ...")
        assert any(f'check("{name}", answer)' in source for source in sources[place + 2 : place + 5])


def test_the_solutions_are_right_and_come_with_their_reasons():
    sources = {cell.source: cell.metadata.get("tags", []) for cell in cells("solutions.ipynb")}
    for exercise in practice.exercises().values():
        assert sources[exercise.solution.strip()] == ["solution"]
    checked = [cell for cell in cells("solutions.ipynb") if cell.source.startswith("check(") and cell.outputs]
    assert len(checked) >= len(NAMES)
    for cell in checked[:-1]:
        assert "Right." in cell.outputs[0].data["text/plain"], cell.source
