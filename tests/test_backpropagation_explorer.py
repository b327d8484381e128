"""The backpropagation explorer: the right walk ends at the gradient, and each broken habit goes wrong as it should."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_graph import graphs

from calc_core.style import GRADIENT, TANGENT
from calc_lab.backpropagation import HABITS, backpropagation_explorer, walk_back
from calc_lab.drawing import arrange
from calc_lab.graph import Graph

RIGHT = dict.fromkeys(HABITS, True)


@settings(deadline=None, max_examples=60)
@given(graphs(), st.sampled_from(list(product((True, False), repeat=3))))
def test_every_walk_uses_each_edge_once_and_the_right_one_ends_at_the_gradient(case, kept):
    _, graph, point = case
    _, local = graph.run(point)
    right = graph.pull_back(local)
    moments = walk_back(graph, local, right, **dict(zip(HABITS, kept, strict=True)))
    assert sorted(moment.edge for moment in moments[1:]) == list(range(len(graph.edges)))
    assert moments[-1].done == frozenset(range(len(graph.boxes)))
    for moment in walk_back(graph, local, right, **RIGHT):
        for box in moment.done:
            assert moment.slopes[box] == pytest.approx(right[box], rel=1e-9, abs=1e-12)


def at(step, typed="x*y*sin(x*y)", start=None, **habits):
    live = backpropagation_explorer(typed, start)
    for name, value in habits.items():
        live.controls[name].value = value
    live.controls["step"].value = step
    assert not live.error
    return live


def in_boxes(live, sign):
    words = [text.get_text() for text in live.figure.axes[0].texts]
    return [word.removeprefix(sign) for word in words if word.startswith(sign)]


def moving(live, **style):
    """The points of the moving line of this style."""
    lines = [line for line in live.figure.axes[0].lines if line.get_animated()]
    (line,) = (line for line in lines if all(getattr(line, f"get_{name}")() == value for name, value in style.items()))
    points = line.get_xydata()
    return points[~np.isnan(points).any(axis=1)]


def test_it_opens_before_the_first_step():
    live = backpropagation_explorer()
    assert live.sentence == "Step 0 of 5: the slope of f with respect to itself is 1, and the others start from 0."
    assert in_boxes(live, "← ") == ["0", "0", "0", "0", "1"]
    assert in_boxes(live, "→ ") == ["1.3", "0.7", "0.91", "0.7895", "0.7184"]
    assert not len(moving(live, linewidth=4.5))


def test_the_edge_in_use_is_drawn_thick_with_its_head_at_the_box_that_receives():
    live, graph = at(3), Graph("x*y*sin(x*y)")
    width, height = (box := live.figure.axes[0].patches[0]).get_width() + 0.1, box.get_height() + 0.1
    _, routes = arrange(graph, width, height)
    first, second, third = (routes[edge] for edge in (3, 4, 2))
    assert moving(live, linewidth=4.5, color=GRADIENT) == pytest.approx(third)
    assert moving(live, linewidth=2.2, marker="None") == pytest.approx(np.concatenate([first, second, third]))
    assert moving(live, marker="<")[0] == pytest.approx(third[0], abs=0.12)
    assert moving(live, marker="<")[0, 0] > third[0, 0]
    assert not len(moving(live, linestyle="--"))


@pytest.mark.parametrize(
    ("habits", "slopes", "wrong", "why"),
    [
        ({}, ["0.9436", "1.752", "1.348", "0.91", "1"], [], ""),
        (
            {"order": False},
            ["0.5527", "1.026", "1.348", "0.91", "1"],
            [0, 1],
            "a, used more than once, passed a slope on before all of it had arrived",
        ),
        (
            {"accumulation": False},
            ["0.391", "0.7261", "0.5585", "0.91", "1"],
            [0, 1, 2],
            "a, used more than once, kept only the last slope that arrived",
        ),
        (
            {"zeroing": False},
            ["3.222", "5.983", "3.255", "1.82", "1"],
            [0, 1, 2, 3],
            "the boxes still held the slopes of the last backward walk",
        ),
    ],
)
def test_the_end_of_the_walk_with_and_without_its_habits(habits, slopes, wrong, why):
    live, right = at(99, **habits), ["0.9436", "1.752", "1.348", "0.91"]
    assert in_boxes(live, "← ") == slopes
    assert in_boxes(live, "right: ") == [right[box] for box in wrong]
    names = ["x", "y", "a", "b"]
    said = ", ".join(f"{names[box]} has {slopes[box]} (right: {right[box]})" for box in wrong)
    end = f" Wrong: {said}. Why: {why}." if wrong else " Every slope is complete (x: 0.9436, y: 1.752)."
    assert live.sentence.endswith(end)
    frames = moving(live, linestyle="--", color=TANGENT).reshape(-1, 5, 2)
    (axes,) = live.figure.axes
    boxes = [box.get_window_extent().transformed(axes.transData.inverted()) for box in axes.patches]
    for frame, box in zip(frames, wrong, strict=True):
        assert frame.min(axis=0) == pytest.approx(boxes[box].min, abs=0.1)
        assert frame.max(axis=0) == pytest.approx(boxes[box].max, abs=0.1)
        sides = np.diff(frame, axis=0)
        assert np.ptp(abs(sides), axis=0) == pytest.approx(boxes[box].size, abs=0.2)
        assert np.prod(sides, axis=1) == pytest.approx(np.zeros(4))
        assert sides.sum(axis=0) == pytest.approx(np.zeros(2))


def test_each_step_says_what_is_passed_on():
    passed = "b passes 0.91 · 0.6137 = 0.5585 back to a, which now holds 0.7895 + 0.5585 = 1.348."
    assert at(3).sentence == f"Step 3 of 5: {passed}"
    replaced = at(3, accumulation=False).sentence
    assert "b passes 0.91 · 0.6137 = 0.5585 back to a, which held 0.7895 and now holds 0.5585." in replaced
    assert "the others still hold what the last walk left" in at(0, zeroing=False).sentence


def test_where_nothing_is_used_twice_order_and_adding_do_no_harm():
    for habit in ("order", "accumulation"):
        assert at(3, "sin(x y)", **{habit: False}).sentence.endswith("does no harm: every slope has come out right.")
    both = at(3, "sin(x y)", zeroing=False, order=False).sentence
    assert both.endswith("Why: the boxes still held the slopes of the last backward walk.")


def test_tiny_slopes_can_be_wrong_and_rounding_is_not():
    assert len(in_boxes(at(4, "x^2 sin(x^2)", {"x": 1e-5}, accumulation=False), "right: ")) == 2
    for x in (0.7, 1.3, 1.5, 2.7, 2.9):
        assert not in_boxes(at(6, "exp(3 ln x) - x^3", {"x": x}), "right: ")
        assert in_boxes(at(6, "exp(3 ln x) - x^3", {"x": x}, accumulation=False), "right: ")


def test_a_point_without_a_value_is_refused():
    with pytest.raises(ValueError, match="no finite value at x = −1"):
        backpropagation_explorer("x ln x", at={"x": -1.0})
