"""The backpropagation explorer: the right walk is `Var.backward`, and each broken habit goes wrong as it should."""

from itertools import product

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep import sweep
from test_chain_explorer import drawn, expressions, numbers

from calc_core.explorers.backpropagation import backpropagation_explorer, walk_back
from calc_core.explorers.expressions import in_variables, run
from calc_core.plots.boxes import Graph

HABITS = ("order", "accumulation", "zeroing")


def graph_of(typed: str) -> Graph:
    return run(*in_variables(typed, None))


@settings(deadline=None, max_examples=60)
@given(expressions, numbers, numbers)
def test_with_all_habits_the_walk_ends_at_the_gradient(expression: sp.Expr, x: float, y: float) -> None:
    graph = drawn(expression, {"x": x, "y": y})
    moments = walk_back(graph)
    assert len(moments) == len(graph.edges) + 1
    np.testing.assert_allclose(moments[-1].slopes, graph.slopes, rtol=1e-12, atol=1e-300)
    for moment in moments:
        for box in moment.complete:
            assert moment.slopes[box] == pytest.approx(graph.slopes[box], rel=1e-12)


@settings(deadline=None, max_examples=60)
@given(expressions, numbers, numbers, st.sampled_from(list(product((True, False), repeat=3))))
def test_every_walk_uses_each_edge_once(expression: sp.Expr, x: float, y: float, kept: tuple[bool, bool, bool]) -> None:
    graph = drawn(expression, {"x": x, "y": y})
    moments = walk_back(graph, **dict(zip(HABITS, kept, strict=True)))
    assert sorted(moment.edge for moment in moments[1:]) == list(range(len(graph.edges)))
    assert moments[-1].complete == frozenset(range(len(graph.nodes)))


def end(habit: str | None = None, typed: str = "x*y*sin(x*y)") -> dict[str, float]:
    live = backpropagation_explorer(typed)
    if habit:
        live.controls[habit].value = False
    live.controls["step"].value = 99
    assert live.error == ""
    return live.values


X, Y = 1.3, 0.7
A = X * Y
RIGHT_A = np.sin(A) + A * np.cos(A)  # f = a·sin a, with a = x·y used twice


def test_it_opens_where_slopes_flow() -> None:
    live = backpropagation_explorer()
    assert live.values["step"] == 3
    assert live.values["df/da"] == pytest.approx(RIGHT_A)


def test_the_right_walk_of_the_lessons_example() -> None:
    values = end()
    assert values["step"] == 5
    assert values["wrong"] == 0
    assert values["df/da"] == pytest.approx(RIGHT_A)
    assert values["df/dx"] == pytest.approx(RIGHT_A * Y)
    assert values["df/dy"] == pytest.approx(RIGHT_A * X)


def test_the_naive_order_passes_on_the_first_slope_only() -> None:
    values = end("order")
    assert values["df/da"] == pytest.approx(RIGHT_A)  # complete at last, but too late
    assert values["df/dx"] == pytest.approx(np.sin(A) * Y)
    assert values["df/dy"] == pytest.approx(np.sin(A) * X)
    assert values["wrong"] == 2


def test_overwriting_keeps_the_last_slope_only() -> None:
    values = end("accumulation")
    assert values["df/da"] == pytest.approx(A * np.cos(A))
    assert values["df/dx"] == pytest.approx(A * np.cos(A) * Y)
    assert values["wrong"] == 3


def test_not_starting_from_zero_adds_to_the_last_walk() -> None:
    values = end("zeroing")
    assert values["df/db"] == pytest.approx(2 * A)
    again = RIGHT_A + np.sin(A) + 2 * A * np.cos(A)
    assert values["df/da"] == pytest.approx(again)
    assert values["df/dx"] == pytest.approx((RIGHT_A + again) * Y)
    assert values["wrong"] == 4


@pytest.mark.parametrize(
    ("habit", "why"),
    [
        ("order", "a, used more than once, passed a slope on before all of it had arrived"),
        ("accumulation", "a, used more than once, kept only the last slope that arrived"),
        ("zeroing", "the boxes still held the slopes of the last backward walk"),
    ],
)
def test_the_figure_names_the_wrong_number_the_right_one_and_why(habit: str, why: str) -> None:
    live = backpropagation_explorer()
    live.controls[habit].value = False
    live.controls["step"].value = 5
    assert f"Why: {why}." in live.readout
    assert "(right: 0.9436)" in live.readout
    assert "right: 0.9436" in [text.get_text() for text in live.figure.axes[0].texts]


def test_a_right_walk_marks_nothing() -> None:
    live = backpropagation_explorer()
    for step in range(6):
        live.controls["step"].value = step
        assert live.values["wrong"] == 0
        assert "Wrong" not in live.readout
        assert not any("right:" in text.get_text() for text in live.figure.axes[0].texts)
    assert live.readout.endswith("Every slope is complete (x: 0.9436, y: 1.752).")


def test_where_nothing_is_used_twice_order_and_adding_do_no_harm() -> None:
    for habit in ("order", "accumulation"):
        live = backpropagation_explorer("sin(x y)")
        live.controls[habit].value = False
        live.controls["step"].value = 3
        assert live.values["wrong"] == 0
        assert "does no harm" in live.readout


def test_only_what_did_harm_is_named() -> None:
    live = backpropagation_explorer("sin(x y)")
    for habit in HABITS:
        live.controls[habit].value = False
    live.controls["step"].value = 3
    assert live.values["wrong"] == 0  # what arrives replaces what was left over
    live.controls["accumulation"].value = True
    assert live.readout.endswith("Why: the boxes still held the slopes of the last backward walk.")


def test_tiny_slopes_can_be_wrong_too() -> None:
    live = backpropagation_explorer("x^2 sin(x^2)", at={"x": 1e-5})
    live.controls["accumulation"].value = False
    live.controls["step"].value = 4
    assert live.values["wrong"] == 2


@pytest.mark.parametrize("x", [0.7, 1.3, 1.5, 2.7, 2.9])
def test_what_rounding_leaves_of_a_slope_that_cancels_is_not_wrong(x: float) -> None:
    live = backpropagation_explorer("exp(3 ln x) - x^3", at={"x": x})
    live.controls["step"].value = 6
    assert live.values["wrong"] == 0
    live.controls["accumulation"].value = False
    assert live.values["wrong"] == 1


def test_reset_mends_what_was_broken() -> None:
    live = backpropagation_explorer()
    start = dict(live.values)
    for habit in HABITS:
        live.controls[habit].value = False
    live.controls["step"].value = 4
    live.reset()
    assert live.values == start


def test_every_control_over_its_full_range() -> None:
    sweep(backpropagation_explorer(), jumps=10)


def test_every_switch_at_every_step_is_answered() -> None:
    live = backpropagation_explorer("(x-y)^2*exp((x-y)^2)", at={"x": -1.234, "y": 1e-9})
    for kept in product((True, False), repeat=3):
        for habit, value in zip(HABITS, kept, strict=True):
            live.controls[habit].value = value
        for step in (0, 4, 7):
            live.controls["step"].value = step
            assert live.error == ""
            assert np.all(np.isfinite(list(live.values.values())))


def test_a_point_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="no finite value at x = −1"):
        backpropagation_explorer("x ln x", at={"x": -1.0})
