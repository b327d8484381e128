"""The derivation explorer: the next rule is asked for, lines appear one by one, results when all below is done."""

import random
from unittest.mock import patch

import ipywidgets
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.explorers import derivation
from calc_core.explorers.derivation import KNOWN, NEEDS, DerivationExplorer, derivation_explorer
from calc_core.live import twin
from calc_core.symbolic import explain
from calc_core.symbolic.rules import RULES

FUNCTIONS = ["x^2 sin(3x)", "(2x+1)^2", "e^(-x^2/2)", "ln(x)/x", "x^x", "sigmoid(2x)", "max(0, x)", "log_2(x)", "7"]


def guess(explorer: DerivationExplorer, rule: str) -> None:
    explorer.controls["rule"].value = rule
    explorer.buttons["Check"].click()


def label(rule: str) -> str:
    return "derivative of a known function" if rule.startswith(KNOWN) else rule


def test_every_rule_can_be_named() -> None:
    assert {rule.name for rule in RULES} == set(NEEDS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_naming_every_rule_shows_the_whole_derivation(function: str) -> None:
    explorer = derivation_explorer(function)
    steps = explain(function).walk()
    for count, step in enumerate(steps):
        assert explorer.values == {"shown": count, "lines": len(steps), "guesses": count, "right": count}
        guess(explorer, label(step.rule))
        assert explorer.readout.startswith("Yes: ")
    assert explorer.values["shown"] == len(steps)
    assert "Complete: " in explorer.readout
    assert "?" not in explorer._formulas.value
    assert r"\ldots" not in explorer._formulas.value
    assert all(explorer.buttons[name].disabled for name in ("Check", "Show next", "Show all"))


def test_a_wrong_guess_says_what_that_rule_needs_and_shows_nothing() -> None:
    explorer = derivation_explorer()
    before = explorer._formulas.value
    guess(explorer, "sum rule")
    assert explorer.readout == (
        "Not the sum rule: that needs terms that are added or subtracted. Look at what is done last in x^2·e^x."
    )
    assert explorer.values == {"shown": 0, "lines": 3, "guesses": 1, "right": 0}
    assert explorer._formulas.value == before


@pytest.mark.parametrize("function", FUNCTIONS)
def test_few_rules_are_offered_and_those_needed_are_among_them(function: str) -> None:
    explorer = derivation_explorer()
    explorer.controls["function"].value = function
    offered = explorer.controls["rule"].named.options[1:]
    assert {label(step.rule) for step in explain(function).walk()} <= set(offered)
    assert 5 <= len(offered) <= 9


def test_nothing_chosen_is_no_guess() -> None:
    explorer = derivation_explorer()
    explorer.buttons["Check"].click()
    assert explorer.values["guesses"] == 0
    assert explorer.readout.startswith("Choose a rule")


def test_a_result_appears_when_all_below_it_is_shown() -> None:
    explorer = derivation_explorer("(2x+1)^2")
    result = sp.latex(explain("(2x+1)^2").result)
    lines = explorer.values["lines"]
    for shown in range(1, lines):
        explorer.buttons["Show next"].click()
        assert explorer.values["shown"] == shown
        assert result not in explorer._formulas.value
    explorer.buttons["Show next"].click()
    assert result in explorer._formulas.value


def test_show_all_and_start_over() -> None:
    explorer = derivation_explorer()
    start = explorer._formulas.value, explorer.readout
    explorer.buttons["Show all"].click()
    assert explorer.values["shown"] == explorer.values["lines"]
    explorer.buttons["Start over"].click()
    assert (explorer._formulas.value, explorer.readout) == start
    assert not explorer.buttons["Check"].disabled


def test_the_learners_own_function() -> None:
    explorer = derivation_explorer()
    explorer.buttons["Show all"].click()
    explorer.controls["function"].value = "t e^t"
    assert explorer.readout == "Which rule comes next, for d/dt [t·e^t]?"
    assert explorer.values == {"shown": 0, "lines": 3, "guesses": 0, "right": 0}
    explorer.reset()
    assert explorer.controls["function"].value == "x^2 e^x"
    assert "[x^2·e^x]" in explorer.readout


@pytest.mark.parametrize(
    "typed", ["x^^2", "", "1/2x", "2,5x", "Heaviside(x)", "__import__('os')", "9**9**9**9", "(((("]
)
def test_what_cannot_be_read_is_said_in_one_line_and_the_derivation_stays(typed: str) -> None:
    explorer = derivation_explorer()
    explorer.show_next()
    before = explorer._formulas.value
    explorer.controls["function"].value = typed
    assert explorer.readout.endswith("The derivation above stays.")
    assert not any(odd in explorer.readout for odd in ("\n", "?."))
    assert explorer._formulas.value == before
    explorer.controls["function"].value = "x^2"
    assert "[x^2]" in explorer.readout


def test_what_no_rule_covers_is_said() -> None:
    explorer = derivation_explorer()
    with patch.object(derivation, "explain", side_effect=ValueError("no rule here covers that")):
        explorer.controls["function"].value = "x^3"
    assert explorer.readout == "This cannot be explained: no rule here covers that. The derivation above stays."


def test_a_function_given_in_the_notebook_must_be_readable() -> None:
    with pytest.raises(ValueError, match="missing"):
        derivation_explorer("x +")


def test_the_variable() -> None:
    x, y = sp.symbols("x y")
    assert "∂/∂x" in derivation_explorer(x * y**2).readout
    assert "∂/∂y" in derivation_explorer(x * y**2, "y").readout
    assert "d/da" in derivation_explorer("a^2").readout


def test_the_static_twin_is_the_whole_derivation() -> None:
    explorer = derivation_explorer()
    with patch.object(twin, "display") as display:
        explorer._ipython_display_()
    data = display.call_args.args[0]
    assert data["text/plain"] == "Derivation"
    assert data["text/latex"] == explain("x^2 e^x")._repr_latex_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id


def test_what_is_shown_is_escaped() -> None:
    explorer = derivation_explorer("max(0, x)")
    explorer.show_all()
    body = explorer._formulas.value
    for tag in ("<div", "</div>", "<span", "</span>"):
        body = body.replace(tag, "")
    assert "<" not in body
    explorer.controls["function"].value = "<script>alert(1)</script>"
    assert "<script>" not in explorer._status.value


def test_no_output_widget_and_every_input_is_named() -> None:
    explorer = derivation_explorer()
    parts = [explorer]
    for part in parts:
        parts.extend(getattr(part, "children", ()))
    assert not any(isinstance(part, ipywidgets.Output) for part in parts)
    inputs = [part for part in parts if isinstance(part, ipywidgets.Text | ipywidgets.Dropdown | ipywidgets.Button)]
    assert len(inputs) == 6
    assert all(part.description for part in inputs)
    assert 'role="status"' in explorer._status.value


@settings(deadline=None, max_examples=10)
@given(st.randoms(use_true_random=False))
def test_any_order_of_clicks_is_answered(chance: random.Random) -> None:
    explorer = derivation_explorer(chance.choice(FUNCTIONS))
    for _ in range(12):
        if chance.random() < 0.4:
            guess(explorer, chance.choice(explorer.controls["rule"].named.options))
        else:
            chance.choice(list(explorer.buttons.values())).click()
        values = explorer.values
        assert 0 <= values["right"] <= values["guesses"]
        assert 0 <= values["shown"] <= values["lines"]
        assert explorer.readout
