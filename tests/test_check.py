"""Answers computed in Python are judged as well as typed ones; what cannot be read is said and never raised."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from calc_tutor import check, exercises, progress

x, y, w, v, b = sp.symbols("x y w v b")
real = sp.Symbol("x", real=True)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_session", {})


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("slope_between_two_households", Fraction(5512, 12125)), ("slope_between_two_households", np.float64(0.455)),
        ("secant_slope", sp.Rational(61, 4)), ("secant_slope", np.array([15.25])), ("secant_slope", np.array(15.25)),
        ("tangent_line", 5 * real - 9), ("symbolic_derivative", np.array([3 * x**2 - 4 * x])),
        ("symbolic_derivative", (x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x)),
        ("quotient_rule", sp.together(sp.diff((3 * real + 1) / (real**2 + 2), real))), ("flat_but_no_minimum", "C"),
        ("numerical_gradient", np.array([12.0, 31.00001])), ("numerical_gradient", sp.Matrix([12, 31])),
        ("gradient_by_hand", ["3x^2 y^2", 2 * (x**3 * y - 1)]),
        ("gradient_by_hand", sp.Array([3 * x**2 * y**2, 2 * x**3 * y - 2])),
        ("tanh_unit", sp.diff(v * sp.tanh(w * x + b), w)), ("count_parameters", np.int64(19)),
    ],
)  # fmt: skip
def test_values_of_python_are_accepted(name, answer):
    verdict, asked = check(name, answer), exercises()[name]
    assert verdict.correct
    assert verdict.message == asked.right or verdict.message.startswith("This is the derivative of")
    kept = progress.done(name)  # as it would be typed
    assert check(name, kept).correct
    assert kept in (asked.choices or {kept})


@pytest.mark.parametrize(
    ("name", "answer", "tone", "told"),
    [
        ("secant_slope", 15.7, "almost", "not close enough"), ("used_twice", [49, 144], "look again", "This is not"),
        ("secant_slope", "f = 12", "almost", "the tangent"), ("one_step", (-0.9, 2.5), "almost", "in the wrong order"),
        ("one_step", [2.45, -0.9], "almost", "not close enough"), ("one_step", [2.49, -0.9], "almost", "the new y"),
        ("tangent_line", "x^2", "look again", "This is not it."), ("tangent_line", 5, "look again", "This is not it."),
        ("symbolic_derivative", x**3 - 2 * x**2 + 5, "almost", "function itself"),
        ("symbolic_derivative", "x^4 + 7x", "look again", "This is not the derivative"),
        ("gradient_by_hand", ["3x^2y^2 - 2y", "2x^3y - 2"], "almost", "For x: Look at -2·y: it does not change"),
        ("gradient_by_hand", ["3x^2y^2", "cosh x"], "look again", "For y: This is not the derivative"),
        ("gradient_by_hand", ["x^2y^2", "2x^3y"], "almost", "For y: "),
        ("too_small_a_step", "d) infinity", "look again", "quotient stays bounded"),
    ],
)  # fmt: skip
def test_wrong_answers_are_told_why(name, answer, tone, told):
    verdict = check(name, answer)
    assert (verdict.tone, verdict.correct) == (tone, False)
    assert told in verdict.message
    assert verdict.hint == (exercises()[name].hint if tone == "look again" else "")


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("product_rule", "1/2x", "two ways"), ("product_rule", None, "got nothing"), ("secant_slope", 1j, "complex"),
        ("product_rule", [], "got 0"), ("product_rule", [2, 3], "type list"), ("product_rule", np.sin, "type ufunc"),
        ("gradient_by_hand", [1, 2, 3], "one formula for each of x, y, got 3"),
        ("secant_slope", "15,25", "did you mean 15.25?"), ("secant_slope", [12, 3], "Expected 1 number, got 2"),
        ("secant_slope", "(15,25)", "Expected 1 number, got 2; a decimal number needs a point"),
        ("predict_with_the_slope", "63 francs", "the number alone"), ("secant_slope", "15; 25", "got 2; a decimal"),
        ("secant_slope", "x + y", "formula with x, y in it"), ("secant_slope", "(f(2.5) - f(2))/0.5", "What is f?"),
        ("secant_slope", float("nan"), "finite number"), ("secant_slope", 10**400, "finite real number"),
        ("secant_slope", sp.I, "finite real number"), ("used_twice", [1] * 100_000, "got 100000"),
        ("used_twice", "2", "Expected 2 numbers, got 1"), ("one_step", ["x", "y"], "put in the values"),
        ("one_step", "(2,5, -0,9)", "Expected 2 numbers, got 4; a decimal number needs a point"),
        ("one_step", [2, 5, 0, 9], "Expected 2 numbers, got 4"), ("one_step", "(2,5; -0,9)", "did you mean 2.5?"),
        ("flat_but_no_minimum", "e", "one of the letters a, b, c, d"), ("flat_but_no_minimum", 3, "one of the letters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_never_raised(name, answer, told):
    verdict = check(name, answer)
    assert verdict.tone == "not read"
    assert told in verdict.message
    assert verdict.message[0].isupper()
    assert isinstance(answer, str) or not verdict.message.endswith("point")


def test_a_verdict_is_shown_as_markdown_with_its_caret():
    assert "\n\n    2 3\n      ^" in check("secant_slope", "2 3")._repr_markdown_()
    assert check("product_rule", "2x sin 2x")._repr_markdown_().endswith("Your answer is read as `2·x·sin(2·x)`.")
    assert (check("tangent_line", "x^2").reading, check("gradient_by_hand", "x, y").reading) == ("x^2", "x, y")
    both = check("gradient_by_hand", ["3x^2y^2 - 2y", "2x^3y"]).broken_rules
    assert both == ("constant kept", "variable taken for a constant", "term left out")


@pytest.mark.parametrize("name", [["a"], None, 3, "chain_rule"])
def test_a_name_that_is_none_is_an_error_that_names_the_nearest_or_all(name):
    with pytest.raises(ValueError, match=r"no exercise is called .*; did you mean .*'chain_rule_derivative'"):
        check(name, 1)
