"""The derivation explorer: the next rule is asked for, lines appear one by one, results when all below is done."""

import re

import pytest
import sympy as sp

from calc_lab.derivation import ASK, KNOWN, NEEDS, derivation_explorer, rule_of
from calc_tutor import explain
from calc_tutor.rules import RULES


def guess(explorer, rule):
    explorer.controls["rule"].value = rule
    explorer.buttons["Check"].click()


def rows(explorer):
    return explorer._formulas.value.count("</div>")


def test_every_rule_can_be_named():
    assert {rule.name for rule in RULES} - {"derivative of"} | {KNOWN} == set(NEEDS)


@pytest.mark.parametrize("function", ["x^2 sin(3x)", "(2x+1)^2", "1/(1+e^(-x))", "ln(x)/x", "x^x", "max(0, x)", "7"])
def test_naming_every_rule_shows_the_whole_derivation(function):
    explorer = derivation_explorer(function)
    steps, offered = explain(function).walk(), explorer.controls["rule"].options
    assert {rule_of(step) for step in steps} <= set(offered)
    assert 8 <= len(offered) <= 11
    for count, step in enumerate(steps):
        assert rows(explorer) == count + 1  # and the question
        guess(explorer, rule_of(step))
        assert explorer.sentence.startswith(f"Yes: {step.rule}")  # as `explain` says it
        assert explorer.controls["rule"].value == ASK
    for name in ("Check", "Show next", "Show all"):
        assert explorer.buttons[name].disabled
        explorer.buttons[name].click()  # as a script may
    assert rows(explorer) == len(steps)
    assert "Complete: " in explorer.sentence
    assert not re.search(r"{\?}|\\ldots", explorer.sentence + explorer._formulas.value)
    assert "<" not in re.sub(r"</?div[^>]*>", "", explorer._formulas.value)


ANSWERS = [
    ("x e^x", "sum rule", "Not the sum rule: that needs terms that are added or subtracted. Look at what is done last "
     "in x·e^x."),
    ("x e^x", ASK, "Choose a rule first, then press Check."),
    ("x e^x", "product rule", "Yes: product rule: (f · g)' = f' · g + f · g'. Which rule comes next, for d/dx [x]?"),
    ("1/(1+x)", "quotient rule", "Yes, in its simplest case: reciprocal rule: (1 / g)' = -g' / g^2. Which rule comes "
     "next, for d/dx [x + 1]?"),
    ("x", "power rule", "Yes, in its simplest case: variable rule: (x)' = 1. Complete: d/dx [x] = 1."),
    ("x", "variable rule", "Yes: variable rule: (x)' = 1. Complete: d/dx [x] = 1."),
    ("sin x", KNOWN, "Yes: derivative of sin. Complete: d/dx [sin(x)] = cos(x)."),
]  # fmt: skip


@pytest.mark.parametrize(("function", "rule", "sentence"), ANSWERS)
def test_an_answer_is_told_whether_it_is_right(function, rule, sentence):
    explorer = derivation_explorer(function)
    before = explorer._formulas.value
    guess(explorer, rule)
    assert explorer.sentence == sentence
    assert sentence in explorer._status.value.replace("&#x27;", "'")
    assert (explorer._formulas.value == before) == (not sentence.startswith("Yes"))


def test_a_result_appears_when_all_below_it_is_shown():
    explorer, result = derivation_explorer("(2x+1)^2"), sp.latex(explain("(2x+1)^2").result)
    start = explorer._formulas.value, explorer.sentence
    for _ in range(5):
        assert explorer._formulas.value.count("nowrap;border-left") == explorer._formulas.value.count(r"{?}") == 1
        explorer.buttons["Show next"].click()
        assert explorer.sentence.startswith("It was this: ")
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


@pytest.mark.parametrize("typed", ["x^^2", "", "1/2x", "Heaviside(x)", "9**9**9**9", "<b>"])
def test_what_cannot_be_read_is_said_in_one_line_and_the_derivation_stays(typed):
    explorer = derivation_explorer()
    explorer.buttons["Show next"].click()
    before = explorer._formulas.value
    explorer.controls["function"].value = typed
    assert re.fullmatch(r"[^a-z].*(\?|[^?]\.) The derivation above stays\.", explorer.sentence)
    assert "<b>" not in explorer._status.value
    assert explorer._formulas.value == before
    explorer.controls["function"].value = "t e^t"
    assert (explorer.sentence, rows(explorer)) == ("Which rule comes next, for d/dt [t·e^t]?", 1)


@pytest.mark.parametrize(
    ("given", "asked"),
    [(("x y^2",), "∂/∂x [x·y^2]"), (("x y^2", "y"), "∂/∂y"), (("a^2 b",), "/∂a"), (("a+x",), "/∂x"), (("7",), "/dx")],
)  # fmt: skip
def test_the_variable(given, asked):
    explorer = derivation_explorer(*given)
    assert asked in explorer.sentence
    assert explorer.controls["function"].value == given[0]


def test_a_saved_notebook_shows_the_whole_derivation(monkeypatch):
    shown = []
    monkeypatch.setattr("calc_lab.display.display", lambda data, raw, metadata: shown.append(data))
    explorer = derivation_explorer(sp.sympify("x**2*exp(x)"))
    assert explorer.controls["function"].value == "x^2·e^x"
    explorer._ipython_display_()
    assert shown[0].pop("application/vnd.jupyter.widget-view+json")["model_id"] == explorer.model_id
    assert shown == [explain("x^2 e^x")._repr_mimebundle_()]
