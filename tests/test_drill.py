"""The drill: nice problems, harder after right answers, back to what went wrong."""

from itertools import pairwise
from random import Random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_tutor import explain, read
from calc_tutor.drill import LEVELS, PATTERNS, Drill, problem

TOPICS = list(PATTERNS)


def derivative(posed):
    return sp.diff(posed.expression, posed.variable)


def problems(drill, count):
    return [drill.problem, *(drill.next() for _ in range(count - 1))]


@pytest.mark.parametrize("topic", TOPICS)
@given(level=st.integers(1, LEVELS), seed=st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_every_problem_has_a_nice_answer_that_tells_mistakes_apart(topic, level, seed):
    posed = problem(topic, level, Random(seed))
    slope = derivative(posed)
    assert (posed.topic, posed.level) == (topic, level)
    assert slope.has(posed.variable)
    assert not {posed.expression, -posed.expression} & {slope, sp.expand(slope)}
    assert max(max(abs(r.p), r.q) for r in slope.atoms(sp.Rational)) <= 200
    assert max(abs(r) for r in posed.expression.atoms(sp.Rational)) <= 6
    assert all(power.exp <= 4 for power in posed.expression.atoms(sp.Pow) if power.exp.is_Integer)
    assert len(str(posed.expression)) <= 40
    assert read(str(posed.expression)) == posed.expression  # it can be typed


@pytest.mark.parametrize("topic", TOPICS)
def test_every_pattern_gives_problems(topic):
    """A pattern that is never accepted would be asked for and rejected for ever."""
    for level in range(1, LEVELS + 1):
        posed = {problem(topic, level, Random(seed)).expression for seed in range(30)}
        assert len(posed) >= 8, (topic, level, posed)


@pytest.mark.parametrize("topic", ["product rule", "quotient rule", "chain rule", "partial derivative"])
def test_higher_levels_take_more_steps(topic):
    posed = ([problem(topic, level, Random(seed)) for seed in range(30)] for level in range(1, LEVELS + 1))
    steps = [sum(len(explain(p.expression, p.variable).walk()) for p in level) for level in posed]
    assert steps[0] < steps[-1] == max(steps)


def test_a_problem_is_shown_as_a_question():
    partial = problem("partial derivative", 1, Random(1))
    assert partial.latex.startswith(r"\frac{\partial}{\partial x} \left[ ")
    assert problem("power rule", 1, Random(1)).latex.startswith(r"\frac{d}{d x} \left[ ")
    assert partial.latex.endswith(r" \right] = \;?")


def test_the_same_seed_gives_the_same_problems():
    one, other = (problems(Drill(seed=7), 20) for _ in range(2))
    assert one == other
    assert one != problems(Drill(seed=8), 20)
    assert len({posed.topic for posed in one}) > 1


def test_right_answers_make_it_harder_and_wrong_ones_do_not():
    drill = Drill("chain rule", seed=1)
    levels = []
    for _ in range(8):
        levels.append(drill.problem.level)
        assert drill.answer(derivative(drill.problem)).correct
        drill.next()
    assert levels == [1, 1, 2, 2, 3, 3, 3, 3]
    assert drill.progress["chain rule"] == (3, 4, 8, 8)
    drill = Drill("chain rule", seed=1)
    for right in (True, False, True, False):
        assert drill.problem.level == 1
        drill.answer(derivative(drill.problem) if right else "cosh(9x)")
        drill.next()
    assert drill.progress["chain rule"] == (1, 0, 2, 4)


def test_a_topic_that_went_wrong_comes_back_soon():
    drill = Drill(seed=3)
    wrong = drill.problem.topic
    drill.answer("1")
    topics = []
    for _ in range(4):
        topics.append(drill.next().topic)
        drill.answer(derivative(drill.problem))
    assert topics.index(wrong) == 1


def test_all_topics_come_up():
    drill = Drill(seed=2)
    topics = []
    for _ in TOPICS:
        topics.append(drill.problem.topic)
        drill.answer(derivative(drill.problem))
        drill.next()
    assert sorted(topics) == sorted(TOPICS)


def test_only_the_first_try_counts_and_the_rule_that_was_broken_is_remembered():
    drill = Drill("product rule", seed=4)
    first, second = drill.problem.expression.as_two_terms()
    broken = drill.answer(sp.diff(first, "x") * sp.diff(second, "x")).broken_rules
    assert broken
    assert drill.answer(derivative(drill.problem)).correct
    assert drill.progress["product rule"] == (1, 0, 0, 1)
    assert drill.broken == dict.fromkeys(broken, 1)


@pytest.mark.parametrize("answer", ["1/2x", "", None, "2 3"])
def test_what_cannot_be_read_counts_for_nothing(answer):
    drill = Drill("power rule", seed=4)
    with pytest.raises((ValueError, TypeError)):
        drill.answer(answer)
    assert drill.progress["power rule"].posed == 0


def test_hint_and_derivation():
    drill = Drill("quotient rule", seed=1)
    assert "quotient rule" in drill.hint()
    assert drill.progress["quotient rule"].posed == 0
    assert sp.simplify(drill.reveal().result - derivative(drill.problem)) == 0
    assert drill.answer(derivative(drill.problem)).correct
    assert drill.progress["quotient rule"] == (1, 0, 0, 1)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_next_problem_is_another_one(topic):
    assert all(one.expression != other.expression for one, other in pairwise(problems(Drill(topic, seed=1), 30)))


def test_the_beginning_of_a_topic_is_enough():
    assert Drill(" Chain").topics == ("chain rule",)
    assert Drill().topics == tuple(TOPICS)


@pytest.mark.parametrize("topic", ["p", "integrals", "", 99, ["chain rule"]])
def test_an_unknown_topic_is_an_error_that_lists_them(topic):
    with pytest.raises(ValueError, match=r"topic must be one of 'power rule', .*, got "):
        Drill(topic)


@pytest.mark.parametrize("level", [0, LEVELS + 1, 99, -1, "1", 1.5])
def test_an_unknown_level_is_an_error_that_says_which_there_are(level):
    with pytest.raises(ValueError, match=f"level must be a whole number from 1 to 3, got {level!r}"):
        problem("chain rule", level, Random(1))
