"""The drill: nice problems, harder after right answers, back to what went wrong."""

from itertools import pairwise
from random import Random

import pytest
import sympy as sp

from calc_tutor import explain, read
from calc_tutor.drill import LEVELS, PATTERNS, Drill, problem


def derivative(posed):
    return sp.diff(posed.expression, posed.variable)


@pytest.mark.parametrize("topic", PATTERNS)
def test_problems_have_nice_answers_that_tell_mistakes_apart_and_take_more_steps_at_higher_levels(topic):
    steps = []
    for level in range(1, LEVELS + 1):
        posed = [problem(topic, level, Random(seed)) for seed in range(15)]
        assert {(each.topic, each.level) for each in posed} == {(topic, level)}
        assert len({each.expression for each in posed}) >= 6
        for each in posed:
            e, slope = each.expression, derivative(each)
            assert slope.has(each.variable)
            assert not {e, -e} & {slope, sp.expand(slope)}
            assert max(max(abs(r.p), r.q) for r in slope.atoms(sp.Rational)) <= 200
            assert max(abs(r) for r in e.atoms(sp.Rational)) <= 6
            assert all(power.exp <= 4 for power in e.atoms(sp.Pow) if power.exp.is_Integer)
            assert len(str(e)) <= 40
            assert read(str(e)) == e  # it can be typed
        steps.append(sum(len(explain(each.expression, "x").walk()) for each in posed))
    assert steps[0] < steps[-1] == max(steps) or topic in ("power rule", "exponential or power")


def test_the_same_seed_gives_the_same_problems_of_all_topics_each_another_than_before():
    drills = [Drill(seed=7), Drill(seed=7), Drill(seed=8)]
    one, same, other = ([drill.problem, *(drill.next() for _ in range(20))] for drill in drills)
    assert one == same != other
    assert {posed.topic for posed in one} == set(PATTERNS) == set(drills[0].topics)
    for topic in PATTERNS:
        drill = Drill(topic, seed=1)
        posed = [drill.problem, *(drill.next() for _ in range(30))]
        assert all(before.expression != after.expression for before, after in pairwise(posed))


@pytest.mark.parametrize(
    ("answers", "levels", "progress"),
    [([True] * 8, [1, 1, 2, 2, 3, 3, 3, 3], (3, 4, 8, 8)), ([True, False, True, False], [1] * 4, (1, 0, 2, 4))],
)
def test_two_right_answers_in_a_row_make_it_harder(answers, levels, progress):
    drill = Drill(" Chain", seed=1)
    posed = []
    for right in answers:
        posed.append(drill.problem.level)
        assert drill.answer(derivative(drill.problem) if right else "cosh(9x)").correct is right
        drill.next()
    assert posed == levels
    assert drill.progress == {"chain rule": progress}


@pytest.mark.parametrize("wrong", [1, 2])
def test_a_topic_that_went_wrong_comes_back_after_another_one(wrong):
    drill = Drill(seed=3)
    topics = []
    for number in range(6):
        topics.append(drill.problem.topic)
        drill.answer("1" if number < wrong else derivative(drill.problem))
        drill.next()
    assert topics[2 : 2 + wrong] == topics[:wrong]
    assert len({*topics}) == 6 - wrong  # all others are new


@pytest.mark.parametrize("reveal", [False, True])
def test_only_the_first_try_counts_and_the_rule_that_was_broken_is_remembered(reveal):
    drill = Drill("product rule", seed=4)
    assert "product rule" in drill.hint()
    for nothing in ("1/2x", "", None):
        with pytest.raises((ValueError, TypeError)):
            drill.answer(nothing)
    assert drill.progress["product rule"].posed == 0
    first, second = drill.problem.expression.as_two_terms()
    if reveal:
        assert sp.simplify(drill.reveal().result - derivative(drill.problem)) == 0
    broken = drill.answer(sp.diff(first, "x") * sp.diff(second, "x")).broken_rules
    assert drill.answer(derivative(drill.problem)).correct
    assert drill.progress["product rule"] == (1, 0, 0, 1)
    assert drill.broken == dict.fromkeys(broken, 1) != {}


@pytest.mark.parametrize("topic", ["p", "integrals", "", 99, ["chain rule"]])
def test_an_unknown_topic_is_an_error_that_lists_them(topic):
    with pytest.raises(ValueError, match=r"topic must be one of 'power rule', .*, got "):
        Drill(topic)
