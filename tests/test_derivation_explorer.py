"""The derivation explorer: the next rule is asked for, lines appear one by one, results when all below is done."""

import re

import pytest
import sympy as sp

from calc_lab.derivation import ASK, KNOWN, NEEDS, SPECIAL_CASES, derivation_explorer, rule_of
from calc_tutor import explain
from calc_tutor.rules import RULES

X, Y = sp.symbols("x y")
FUNCTIONS = ["x^2 sin(3x)", "(2x+1)^2", "1/(1+e^(-x))", "ln(x)/x", "x^x", "max(0, x)", "log_2(x)", "7"]


def guess(explorer, rule):
    explorer.controls["rule"].value = rule
    explorer.buttons["Check"].click()


def rows(explorer):
    return explorer._formulas.value.count("</div>")


def test_every_rule_can_be_named():
    assert {SPECIAL_CASES.get(rule.name, rule.name) for rule in RULES} - {"derivative of"} | {KNOWN} == set(NEEDS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_naming_every_rule_shows_the_whole_derivation(function):
    explorer = derivation_explorer(function)
    steps, offered = explain(function).walk(), explorer.controls["rule"].named.options
    assert {rule_of(step) for step in steps} <= set(offered)
    assert 6 <= len(offered) <= 10
    for count, step in enumerate(steps):
        assert rows(explorer) == count + 1  # and the question
        guess(explorer, rule_of(step))
        assert explorer.sentence.startswith("Yes: ")
        assert explorer.controls["rule"].value == ASK
    for name in ("Check", "Show next", "Show all"):
        assert explorer.buttons[name].disabled
        explorer.buttons[name].click()  # as a script may
    assert rows(explorer) == len(steps)
    assert "Complete: " in explorer.sentence
    assert not re.search(r"{\?}|\\ldots|variable rule|reciprocal rule", explorer.sentence + explorer._formulas.value)
    assert "<" not in re.sub(r"</?div[^>]*>", "", explorer._formulas.value)


@pytest.mark.parametrize(
    ("function", "rule", "sentence"),
    [
        (
            "x e^x",
            "sum rule",
            "Not the sum rule: that needs terms that are added or subtracted. Look at what is done last",
        ),
        ("x e^x", ASK, "Choose a rule first, then press Check."),
        (
            "x e^x",
            "product rule",
            "Yes: product rule: (f · g)' = f' · g + f · g'. Which rule comes next, for d/dx [x]?",
        ),
        ("1/(1+x)", "quotient rule", "Yes: quotient rule: (1 / g)' = -g' / g^2. Which rule comes next,"),
        ("x", "power rule", "Yes: power rule: (x)' = 1. Complete: d/dx [x] = 1."),
        ("sin x", KNOWN, "Yes: derivative of sin. Complete: d/dx [sin(x)] = cos(x)."),
    ],
)
def test_an_answer_is_told_whether_it_is_right(function, rule, sentence):
    explorer = derivation_explorer(function)
    before = explorer._formulas.value
    guess(explorer, rule)
    assert explorer.sentence.startswith(sentence)
    assert sentence in explorer._status.value.replace("&#x27;", "'")
    assert (explorer._formulas.value == before) == (not sentence.startswith("Yes"))


def test_a_result_appears_when_all_below_it_is_shown():
    explorer, result = derivation_explorer("(2x+1)^2"), sp.latex(explain("(2x+1)^2").result)
    start = explorer._formulas.value, explorer.sentence
    for shown in range(1, 6):
        explorer.buttons["Show next"].click()
        assert explorer.sentence.startswith("It was this: ")
        assert rows(explorer) == shown + 1
        assert result not in explorer._formulas.value
    explorer.buttons["Show next"].click()
    whole = explorer._formulas.value
    assert result in whole
    assert re.findall(r"margin-left:(\d+)em", whole) == ["0", "2", "2", "4", "6", "4"]
    explorer.buttons["Start over"].click()
    assert (explorer._formulas.value, explorer.sentence) == start
    assert not explorer.buttons["Check"].disabled
    explorer.buttons["Show all"].click()
    assert explorer._formulas.value == whole


@pytest.mark.parametrize("typed", ["x^^2", "", "1/2x", "Heaviside(x)", "__import__('os')", "9**9**9**9", "<b>"])
def test_what_cannot_be_read_is_said_in_one_line_and_the_derivation_stays(typed):
    explorer = derivation_explorer()
    explorer.buttons["Show next"].click()
    before = explorer._formulas.value
    explorer.controls["function"].value = typed
    assert explorer.sentence.endswith("The derivation above stays.")
    assert not re.search(r"\n|\?\.", explorer.sentence)
    assert "<b>" not in explorer._status.value
    assert explorer._formulas.value == before
    explorer.controls["function"].value = "t e^t"
    assert explorer.sentence == "Which rule comes next, for d/dt [t·e^t]?"
    assert rows(explorer) == 1


def test_whatever_goes_wrong_is_a_sentence(monkeypatch):
    explorer = derivation_explorer()
    monkeypatch.setattr("calc_lab.derivation.explain", lambda *_: 1 / 0)
    explorer.controls["function"].value = "x^3"
    assert explorer.sentence == "This cannot be explained: division by zero. The derivation above stays."


@pytest.mark.parametrize("given", ["x +", ["x"], None, float("nan")])
def test_a_function_given_in_the_notebook_must_be_readable(given):
    with pytest.raises((ValueError, TypeError), match=r"missing|expected a"):
        derivation_explorer(given)


@pytest.mark.parametrize(
    ("given", "asked"), [((X * Y**2,), "∂/∂x"), ((X * Y**2, "y"), "∂/∂y"), (("a^2 b",), "∂/∂a"), (("7",), "d/dx")]
)
def test_the_variable(given, asked):
    assert asked in derivation_explorer(*given).sentence


def test_a_saved_notebook_shows_the_whole_derivation(monkeypatch):
    shown = []
    monkeypatch.setattr("calc_lab.display.display", lambda data, raw, metadata: shown.append(data))
    explorer = derivation_explorer()
    explorer._ipython_display_()
    assert shown[0]["text/plain"] == str(explain("x^2 e^x"))
    assert shown[0]["text/latex"] == explain("x^2 e^x")._repr_latex_()
    assert shown[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
