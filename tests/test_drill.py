"""The drill: nice problems, harder after right answers, back to what went wrong; and its widget."""

import warnings
from itertools import islice, pairwise
from random import Random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import practice
from calc_core.practice.drill_widget import DrillWidget
from calc_core.practice.problems import LEVELS, PATTERNS, problem
from calc_core.reading import read

TOPICS = list(PATTERNS)


def derivative(posed):
    return sp.diff(posed.expression, posed.variable)


# -------------------------------------------------------------------------------------------------- problems


@pytest.mark.parametrize("topic", TOPICS)
@given(level=st.integers(1, LEVELS), seed=st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_every_problem_has_a_nice_answer_that_tells_mistakes_apart(topic, level, seed):
    posed = problem(topic, level, Random(seed))
    slope = derivative(posed)
    assert slope.has(posed.variable)
    assert (slope - posed.expression).subs({"x": 1.7, "y": 0.6}).n() != 0
    assert max(max(abs(r.p), r.q) for r in slope.atoms(sp.Rational)) <= 200
    assert len(str(posed.expression)) <= 40
    assert read(str(posed.expression)) == posed.expression  # it can be typed


@pytest.mark.parametrize("topic", TOPICS)
def test_every_pattern_gives_problems(topic):
    """A pattern that is never accepted would be asked for and rejected for ever."""
    for level in range(1, LEVELS + 1):
        posed = {problem(topic, level, Random(seed)).expression for seed in range(30)}
        assert len(posed) >= 8, (topic, level, posed)


def test_mistakes_are_recognised_on_what_the_drill_poses():
    """For each topic the typical mistake: the rule is named."""
    typical = {
        "product rule": lambda f, x: sp.Mul(*(sp.diff(factor, x) for factor in f.as_ordered_factors())),
        "power rule": lambda f, x: f,
        "exponential or power": lambda f, x: f,
        "partial derivative": lambda f, x: sp.diff(f, x) + sp.diff(f, sp.Symbol("y")),
    }
    for topic, mistake in typical.items():
        session = practice.Drill(topic, seed=5)
        for posed in islice(session, 6):
            found = session.answer(mistake(posed.expression, posed.variable))
            assert not found.correct
            assert found.broken_rules, posed


# --------------------------------------------------------------------------------------------------- session


def test_the_same_seed_gives_the_same_problems():
    one, other = (list(islice(practice.Drill(seed=7), 20)) for _ in range(2))
    assert one == other
    assert one != list(islice(practice.Drill(seed=8), 20))
    assert len({posed.topic for posed in one}) > 1


def test_right_answers_make_it_harder_and_wrong_ones_do_not():
    session = practice.Drill("chain rule", seed=1)
    levels = []
    for posed in islice(session, 8):
        levels.append(posed.level)
        assert session.answer(derivative(posed)).correct
    assert levels == [1, 1, 2, 2, 3, 3, 3, 3]
    assert session.progress["chain rule"] == (3, 4, 8, 8)
    session = practice.Drill("chain rule", seed=1)
    for posed in islice(session, 8):
        assert posed.level == 1
        session.answer(posed.expression)
    assert session.progress["chain rule"].right == 0


def test_a_topic_that_went_wrong_comes_back_soon():
    session = practice.Drill(seed=3)
    wrong = session.problem.topic
    session.answer("1")
    topics = []
    for _ in range(4):
        topics.append(session.next().topic)
        session.answer(derivative(session.problem))
    assert wrong in topics[1:3]
    assert wrong != topics[0]


def test_all_topics_come_up():
    session = practice.Drill(seed=2)
    topics = []
    for posed in islice(session, len(TOPICS)):
        topics.append(posed.topic)
        session.answer(derivative(posed))
    assert sorted(topics) == sorted(TOPICS)


def test_only_the_first_try_counts_and_the_rule_that_was_broken_is_remembered():
    session = practice.Drill("product rule", seed=4)
    posed = session.problem
    first, second = posed.expression.as_two_terms()
    assert session.answer(sp.diff(first, "x") * sp.diff(second, "x")).broken_rules
    assert session.answer(derivative(posed)).correct
    assert session.progress["product rule"][2:] == (0, 1)
    assert sum(session.broken.values()) >= 1


def test_what_cannot_be_read_counts_for_nothing():
    session = practice.Drill("power rule", seed=4)
    for answer in ("1/2x", "", None, "2 3"):
        with pytest.raises((ValueError, TypeError)):
            session.answer(answer)
    assert session.progress["power rule"].posed == 0


def test_hint_and_steps():
    session = practice.Drill("quotient rule", seed=1)
    assert "quotient rule" in session.hint()
    assert sp.simplify(session.steps().result - derivative(session.problem)) == 0
    session.reveal()
    assert session.answer(derivative(session.problem)).correct
    assert session.progress["quotient rule"][2:] == (0, 1)


def test_the_next_problem_is_another_one():
    for topic in TOPICS:
        posed = list(islice(practice.Drill(topic, seed=1), 30))
        assert all(a.expression != b.expression for a, b in pairwise(posed))


def test_the_beginning_of_a_topic_is_enough():
    assert practice.Drill("Chain").topics == ("chain rule",)
    assert (repr(practice.Drill("Chain")), repr(practice.Drill())) == ("Drill(chain rule)", "Drill(all topics)")
    with pytest.raises(ValueError, match=r"topic must be one of 'power rule', .*, got 'p'"):
        practice.Drill("p")


def test_an_unknown_topic_is_an_error_that_lists_them():
    with pytest.raises(ValueError, match=r"topic must be one of 'power rule', .*, got 'integrals'"):
        practice.drill("integrals")


# ---------------------------------------------------------------------------------------------------- widget


@pytest.fixture
def widget():
    return practice.drill("product rule", seed=1)


def press_enter(widget):
    widget.field._handle_custom_msg({"event": "submit"}, [])


def test_the_widget_checks_on_enter_and_says_what_it_sees(widget):
    widget.field.value = "2x"
    assert widget.feedback.value == ""
    assert "2 x" in widget.preview.value
    press_enter(widget)
    assert "Look again" in widget.feedback.value or "Almost" in widget.feedback.value
    widget.field.value = str(derivative(widget.drill.problem))
    widget.buttons["Check"].click()
    assert "<b>Right.</b>" in widget.feedback.value
    assert "0 of 1 right" in widget.progress.value


def test_the_widget_says_where_it_did_not_understand(widget):
    widget.field.value = "1/2x <b>"
    assert widget.preview.value == ""
    press_enter(widget)
    assert "Not read" in widget.feedback.value
    assert "&lt;b&gt;" in widget.feedback.value
    assert widget.drill.progress["product rule"].posed == 0


def test_hint_steps_and_next(widget):
    before = widget.question.value
    assert r"\frac{d}{d x}" in before
    widget.buttons["Hint"].click()
    assert "product rule" in widget.feedback.value
    widget.buttons["Steps"].click()
    assert r"\begin{array}" in widget.steps.value
    widget.field.value = "2x"
    widget.buttons["Next"].click()
    assert widget.question.value != before
    assert (widget.field.value, widget.feedback.value, widget.steps.value) == ("", "", "")


def test_a_failure_inside_ends_in_a_sentence_not_in_a_traceback(widget, monkeypatch):
    def broken(*_args):
        raise RuntimeError("out of <chalk>")

    monkeypatch.setattr(practice.Drill, "answer", broken)
    monkeypatch.setattr(practice.Drill, "hint", broken)
    monkeypatch.setattr(practice.Drill, "next", broken)
    monkeypatch.setattr(practice.Drill, "reveal", broken)
    for button in widget.buttons.values():
        widget.feedback.value = ""
        button.click()
        assert "out of &lt;chalk&gt;" in widget.feedback.value


def test_the_widget_shows_the_rules_to_watch(widget):
    first, second = widget.drill.problem.expression.as_two_terms()
    widget.field.value = str(sp.diff(first, "x") * sp.diff(second, "x"))
    press_enter(widget)
    assert "To watch" in widget.progress.value


def test_the_display_is_stable_and_says_something_without_a_kernel(monkeypatch):
    shown = []
    monkeypatch.setattr("calc_core.live.twin.display", lambda data, metadata, raw: shown.append(data))
    for seed in (1, 2):
        practice.drill(seed=seed)._ipython_display_()
    view = "application/vnd.jupyter.widget-view+json"
    assert all(data.pop(view)["model_id"] for data in shown)
    assert shown[0] == shown[1]
    assert "kernel" in shown[0]["text/markdown"]


def test_no_warning_from_any_supported_ipywidgets():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # ipywidgets 7 uses a class that newer releases of ipykernel have deprecated: not ours to mend.
        warnings.filterwarnings("ignore", message=".*ipykernel.comm.Comm")
        assert isinstance(practice.drill(), DrillWidget)
