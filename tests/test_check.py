"""Answers computed in Python are judged as well as typed ones; what cannot be read is said and never raised."""

import dataclasses
import os
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from calc_tutor import check, exercises, read
from calc_tutor.diagnosis import Comparison, same

x, y, w, v, b = sp.symbols("x y w v b")
real = sp.Symbol("x", real=True)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("slope_between_two_households", Fraction(5512, 12125)), ("slope_between_two_households", np.float64(0.455)),
        ("secant_slope", sp.Rational(61, 4)), ("secant_slope", np.array([15.25])), ("secant_slope", np.array(15.25)),
        ("tangent_line", 5 * real - 9), ("symbolic_derivative", 3 * x**2 - 4 * x),
        ("symbolic_derivative", np.array([3 * x**2 - 4 * x])),
        ("symbolic_derivative", (x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x)),
        ("quotient_rule", sp.together(sp.diff((3 * real + 1) / (real**2 + 2), real))), ("flat_but_no_minimum", "C"),
        ("numerical_gradient", np.array([12.0, 31.00001])), ("numerical_gradient", sp.Matrix([12, 31])),
        ("gradient_by_hand", ["3x^2 y^2", 2 * (x**3 * y - 1)]),
        ("gradient_by_hand", sp.Array([3 * x**2 * y**2, 2 * x**3 * y - 2])),
        ("tanh_unit", sp.diff(v * sp.tanh(w * x + b), w)), ("count_parameters", np.int64(19)),
    ],
)  # fmt: skip
def test_values_of_python_are_accepted(name, answer):
    assert check(name, answer).correct


@pytest.mark.parametrize(
    ("name", "answer", "tone", "told"),
    [
        ("secant_slope", 15.7, "almost", "close, but not close enough"),
        ("secant_slope", -3, "look again", "This is not it."),
        ("secant_slope", "f = 12", "almost", "the tangent"),
        ("one_step", (-0.9, 2.5), "almost", "in the wrong order"),
        ("one_step", [2.45, -0.9], "almost", "close, but not close enough"),
        ("one_step", [2.49, -0.9], "almost", "x was moved with the new y"),
        ("used_twice", [49, 144], "look again", "This is not it."),
        ("tangent_line", "x^2", "look again", "This is not it."),
        ("tangent_line", 5, "look again", "This is not it."),
        ("symbolic_derivative", x**3 - 2 * x**2 + 5, "almost", "function itself"),
        ("symbolic_derivative", "x^4 + 7x", "look again", "This is not the derivative"),
        ("product_rule", "2x sin x - x^2 cos x", "almost", "check the sign"),
        ("quotient_rule", "(2x(3x+1) - 3(x^2+2))/(x^2+2)^2", "almost", "the order matter"),
        ("power_or_exponential", "3x^2 + x 3^(x-1)", "almost", "there the power rule does not hold"),
        ("chain_rule_derivative", "2(2x+1)", "almost", "inner function"),
        ("tanh_unit", "v w (1 - tanh(w x+b)^2)", "almost", "only w moves"),
        ("gradient_by_hand", ["3x^2y^2 - 2y", "2x^3y - 2"], "almost", "For x: Look at -2·y: it does not change"),
        ("gradient_by_hand", ["3x^2y^2", "cosh x"], "look again", "For y: This is not the derivative"),
        ("gradient_by_hand", ["x^2y^2", "2x^3y"], "almost", "For y: "),
        ("too_small_a_step", "d) infinity", "look again", "quotient stays bounded"),
    ],
)
def test_wrong_answers_are_told_why(name, answer, tone, told):
    verdict = check(name, answer)
    assert (verdict.tone, verdict.correct) == (tone, False)
    assert told in verdict.message
    assert verdict.hint == (exercises()[name].hint if tone == "look again" else "")


CODE = "__import__('os').environ.__setitem__('WITNESS', 'ran')"


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("product_rule", "1/2x", "two ways"), ("product_rule", None, "got nothing"),
        ("product_rule", ..., "type ellipsis"), ("product_rule", {"a": CODE}, "type dict"),
        ("product_rule", [1, 2, 3], "type list"),
        ("product_rule", [], "got 0"), ("product_rule", [2, 3], "type list"),
        ("product_rule", [CODE], "not understood"),
        ("product_rule", True, "type bool"), ("product_rule", np.sin, "type ufunc"),
        ("gradient_by_hand", [1, 2, 3], "one formula for each of x, y, got 3"),
        ("secant_slope", "15,25", "did you mean 15.25?"),
        ("secant_slope", "(15,25)", "Expected 1 number, got 2; a decimal number needs a point"),
        ("secant_slope", [12, 3], "Expected 1 number, got 2"),
        ("predict_with_the_slope", "63 francs", "type the number alone"),
        ("secant_slope", "x + y", "formula with x, y in it"), ("secant_slope", "(f(2.5) - f(2))/0.5", "what is f?"),
        ("symbolic_derivative", "3x2 - 4x", "what is x2? Write x^2, 2x or x_2"),
        ("secant_slope", float("nan"), "finite number"), ("secant_slope", 10**400, "finite real number"),
        ("secant_slope", sp.I, "finite real number"), ("secant_slope", 1j, "type complex"),
        ("used_twice", [1, 2, 3], "Expected 2 numbers, got 3"), ("used_twice", [1] * 100_000, "got 100000"),
        ("used_twice", "2", "Expected 2 numbers, got 1"),
        ("one_step", "(2,5, -0,9)", "Expected 2 numbers, got 4; a decimal number needs a point"),
        ("one_step", "(2,5; -0,9)", "did you mean 2.5?"), ("one_step", ["x", "y"], "put in the values"),
        ("flat_but_no_minimum", "e", "one of the letters a, b, c, d"),
        ("flat_but_no_minimum", 3, "one of the letters a, b, c, d"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_never_raised(name, answer, told, monkeypatch):
    monkeypatch.delenv("WITNESS", raising=False)
    verdict = check(name, answer)
    assert verdict.tone == "not read"
    assert told.lower() in verdict.message.lower()
    assert verdict.message[0].isupper()
    assert "WITNESS" not in os.environ


def test_a_verdict_is_shown_as_markdown_with_its_caret():
    assert check("secant_slope", "").message == "There is nothing to read yet"
    assert "\n\n    2 3\n      ^" in check("secant_slope", "2 3")._repr_markdown_()
    assert check("secant_slope", 15.25)._repr_markdown_().startswith("**Right.** It is steeper")
    verdict = check("product_rule", "2x sin 2x")
    assert verdict.reading == "2·x·sin(2·x)"
    assert verdict._repr_markdown_().endswith("Your answer is read as `2·x·sin(2·x)`.")
    assert check("tangent_line", "x^2").reading == "x^2"
    assert check("gradient_by_hand", "x, y").reading == "x, y"
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.tone = "right"


def test_the_rules_that_were_broken_are_named():
    assert check("product_rule", "2x cos x").broken_rules == ("(fg)' = f'g'",)
    both = check("gradient_by_hand", ["3x^2y^2 - 2y", "2x^3y"]).broken_rules
    assert both == ("constant kept", "variable taken for a constant", "term left out")


@pytest.mark.parametrize("name", [["a"], None, 3])
def test_a_name_that_is_none(name):
    with pytest.raises(ValueError, match=r"no exercise is called .*; exercises\(\) has them all"):
        check(name, 1)


def test_an_unknown_name_is_an_error_that_names_the_nearest():
    with pytest.raises(ValueError, match=r"no exercise is called 'chain_rule'; did you mean .*'chain_rule_derivative'"):
        check("chain_rule", 1)


# ---- Comparing


@pytest.mark.parametrize(
    ("one", "other"),
    [("sin(x)^2 + cos(x)^2", "1"), ("ln(x^2)", "2 ln x"), ("sqrt(x^2)", "|x|"), ("(x+1)^2 - x^2 - 2x", "1"),
     ("e^(x ln 3)", "3^x"), ("tanh x", "(e^(2x) - 1)/(e^(2x) + 1)"), ("relu(x)", "(x + |x|)/2")],
)  # fmt: skip
def test_the_same_function_in_another_form(one, other):
    assert same(read(one), read(other))
    assert not same(read(one) + sp.Rational(1, 10**6), read(other))
    assert not same(2 * read(one), read(other))


def test_other_symbols_and_other_domains_are_not_the_same():
    assert not same(y, x)
    assert not same(sp.log(x - 10**6), sp.log(x))
    assert not same(sp.Function("f")(x), sp.Function("f")(x))
    assert Comparison(sp.log(x)).is_real
    assert not Comparison(sp.sqrt(-1 - x**2)).is_real
    assert Comparison(x).close(sp.Rational(1001, 1000) * x, x)
    assert not Comparison(x).close(sp.Rational(102, 100) * x, x)
