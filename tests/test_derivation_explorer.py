"""The derivation explorer: the next rule is asked for, lines appear one by one, results when all below is done."""

import re

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_lab.derivation import ASK, KNOWN, NEEDS, SPECIAL_CASES, derivation_explorer, rule_of
from calc_tutor import explain
from calc_tutor.rules import RULES

FUNCTIONS = ["x^2 sin(3x)", "(2x+1)^2", "e^(-x^2/2)", "ln(x)/x", "x^x", "sigmoid(2x)", "max(0, x)", "log_2(x)", "7"]


def guess(explorer, rule):
    explorer.controls["rule"].value = rule
    explorer.buttons["Check"].click()


def formulas(explorer):
    return explorer._formulas.value


def rows(explorer):
    return formulas(explorer).count("</div>")


def test_every_rule_can_be_named():
    assert {SPECIAL_CASES.get(rule.name, rule.name) for rule in RULES} - {"derivative of"} | {KNOWN} == set(NEEDS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_naming_every_rule_shows_the_whole_derivation(function):
    explorer = derivation_explorer(function)
    steps = explain(function).walk()
    offered = explorer.controls["rule"].named.options
    assert {rule_of(step) for step in steps} <= set(offered)
    assert 6 <= len(offered) <= 10
    for count, step in enumerate(steps):
        assert rows(explorer) == count + 1  # and the question
        guess(explorer, rule_of(step))
        assert explorer.sentence.startswith("Yes: ")
        assert explorer.controls["rule"].value == ASK
    assert rows(explorer) == len(steps)
    assert "Complete: " in explorer.sentence
    assert not re.search(r"{\?}|\\ldots", formulas(explorer))
    assert all(explorer.buttons[name].disabled for name in ("Check", "Show next", "Show all"))
    assert not re.search("variable rule|reciprocal rule", explorer.sentence + formulas(explorer))


@pytest.mark.parametrize(
    ("function", "rule", "first", "then"),
    [
        (
            "x e^x",
            "sum rule",
            "Not the sum rule: that needs terms that are added or subtracted.",
            "Look at what is done last in x·e^x.",
        ),
        ("x e^x", ASK, "Choose a rule first,", "then press Check."),
        (
            "x e^x",
            "product rule",
            "Yes: product rule: (f · g)' = f' · g + f · g'.",
            "Which rule comes next, for d/dx [x]?",
        ),
        (
            "1/(1+x)",
            "quotient rule",
            "Yes: quotient rule: (1 / g)' = -g' / g^2.",
            "Which rule comes next, for d/dx [x + 1]?",
        ),
        ("x", "power rule", "Yes: power rule: (x)' = 1.", "Complete: d/dx [x] = 1."),
        ("sin x", KNOWN, "Yes: derivative of sin.", "Complete: d/dx [sin(x)] = cos(x)."),
    ],
)
def test_an_answer_is_told_whether_it_is_right(function, rule, first, then):
    explorer, sentence = derivation_explorer(function), f"{first} {then}"
    before = formulas(explorer)
    guess(explorer, rule)
    assert explorer.sentence == sentence
    assert sentence in explorer._status.value.replace("&#x27;", "'")
    assert (formulas(explorer) == before) == (not sentence.startswith("Yes"))


def test_a_result_appears_when_all_below_it_is_shown():
    explorer = derivation_explorer("(2x+1)^2")
    result, lines = sp.latex(explain("(2x+1)^2").result), len(explain("(2x+1)^2").walk())
    for shown in range(1, lines):
        explorer.buttons["Show next"].click()
        assert explorer.sentence.startswith("It was this: ")
        assert rows(explorer) == shown + 1
        assert result not in formulas(explorer)
    explorer.buttons["Show next"].click()
    assert result in formulas(explorer)
    assert re.findall(r"margin-left:(\d+)em", formulas(explorer)) == ["0", "2", "2", "4", "6", "4"]


def test_show_all_and_start_over():
    explorer = derivation_explorer()
    start = formulas(explorer), explorer.sentence
    explorer.buttons["Show all"].click()
    assert explorer.sentence == "Complete: d/dx [x^2·e^x] = x^2·e^x + 2·x·e^x."
    explorer.buttons["Start over"].click()
    assert (formulas(explorer), explorer.sentence) == start
    assert not explorer.buttons["Check"].disabled


def test_the_learners_own_function():
    explorer = derivation_explorer()
    explorer.buttons["Show all"].click()
    explorer.controls["function"].value = "t e^t"
    assert explorer.sentence == "Which rule comes next, for d/dt [t·e^t]?"
    assert rows(explorer) == 1


@pytest.mark.parametrize("typed", ["x^^2", "", "1/2x", "2,5x", "Heaviside(x)", "__import__('os')", "9**9**9**9"])
def test_what_cannot_be_read_is_said_in_one_line_and_the_derivation_stays(typed):
    explorer = derivation_explorer()
    explorer.buttons["Show next"].click()
    before = formulas(explorer)
    explorer.controls["function"].value = typed
    assert explorer.sentence.endswith("The derivation above stays.")
    assert not any(odd in explorer.sentence for odd in ("\n", "?."))
    assert formulas(explorer) == before
    explorer.controls["function"].value = "x^2"
    assert "[x^2]" in explorer.sentence


def test_whatever_goes_wrong_is_a_sentence(monkeypatch):
    explorer = derivation_explorer()
    monkeypatch.setattr("calc_lab.derivation.explain", lambda *_: 1 / 0)
    explorer.controls["function"].value = "x^3"
    assert explorer.sentence == "This cannot be explained: division by zero. The derivation above stays."


@pytest.mark.parametrize("given", ["x +", ["x"], None, float("nan")])
def test_a_function_given_in_the_notebook_must_be_readable(given):
    with pytest.raises((ValueError, TypeError), match=r"missing|expected a"):
        derivation_explorer(given)


def test_the_variable():
    x, y = sp.symbols("x y")
    assert "∂/∂x" in derivation_explorer(x * y**2).sentence
    assert "∂/∂y" in derivation_explorer(x * y**2, "y").sentence
    assert "d/da" in derivation_explorer("a^2").sentence


def test_a_saved_notebook_shows_the_whole_derivation(monkeypatch):
    shown = []
    monkeypatch.setattr("calc_lab.derivation.display", lambda data, raw: shown.append(data))
    explorer = derivation_explorer()
    explorer._ipython_display_()
    assert shown[0]["text/plain"] == str(explain("x^2 e^x"))
    assert shown[0]["text/latex"] == explain("x^2 e^x")._repr_latex_()
    assert shown[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id


def test_what_is_shown_is_escaped():
    explorer = derivation_explorer("max(0, x)")
    explorer.buttons["Show all"].click()
    assert "<" not in re.sub(r"</?div[^>]*>", "", formulas(explorer))
    explorer.controls["function"].value = "<script>alert(1)</script>"
    assert "<script>" not in explorer._status.value
    assert 'role="status"' in explorer._status.value


@settings(deadline=None, max_examples=10)
@given(st.randoms(use_true_random=False))
def test_any_order_of_clicks_is_answered(chance):
    explorer = derivation_explorer(chance.choice(FUNCTIONS))
    for _ in range(12):
        if chance.random() < 0.4:
            guess(explorer, chance.choice(explorer.controls["rule"].named.options))
        else:
            chance.choice(list(explorer.buttons.values())).click()
        assert explorer.sentence
