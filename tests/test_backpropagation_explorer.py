"""The backpropagation explorer: the right walk ends at the gradient, and each broken habit goes wrong as it should."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from test_graph import graphs

from calc_lab.backpropagation import HABITS, backpropagation_explorer, walk_back
from calc_lab.drawing import arrange
from calc_lab.graph import Graph


@settings(deadline=None, max_examples=60)
@given(graphs(), st.sampled_from(list(product((True, False), repeat=3))))
def test_every_walk_uses_each_edge_once_and_the_right_one_ends_at_the_gradient(case, kept):
    _, graph, point = case
    _, local = graph.run(point)
    right = graph.pull_back(local)
    edges, history = walk_back(graph, local, right, **dict(zip(HABITS, kept, strict=True)))
    assert sorted(edges) == list(range(len(graph.edges)))
    assert len(history) == len(edges) + 1
    if all(kept):
        for edge, slopes in zip(edges, history, strict=False):  # a box passes on what is complete
            child = graph.edges[edge][1]
            assert slopes[child] == pytest.approx(right[child], rel=1e-9, abs=1e-12)
        assert history[-1] == pytest.approx(right, rel=1e-9, abs=1e-12)


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


def drawn(live):
    """The edges used, the frames of wrong boxes, and the arrow head."""
    (axes,) = live.figure.axes
    used, frames = (artist for artist in axes.collections if isinstance(artist, LineCollection))
    (head,) = (line for line in axes.lines if line.get_animated())
    return used, frames.get_segments(), head.get_xydata()


def test_the_edge_in_use_is_drawn_thick_with_its_head_at_the_box_that_receives():
    live, graph = at(3), Graph("x*y*sin(x*y)")
    box = live.figure.axes[0].patches[0]
    _, routes = arrange(graph, box.get_width() + 0.1, box.get_height() + 0.1)
    used, frames, head = drawn(live)
    for segment, edge in zip(used.get_segments(), (3, 4, 2), strict=True):
        assert segment == pytest.approx(routes[edge])
    assert list(used.get_linewidths()) == [2.2, 2.2, 4.5]
    assert head - routes[2][:1] == pytest.approx(np.array([[0.11, 0]]))
    assert not frames
    live.reset()
    used, frames, head = drawn(live)
    assert not used.get_segments() + frames + head.tolist()
    assert in_boxes(live, "→ ") == ["1.3", "0.7", "0.91", "0.7895", "0.7184"]
    assert in_boxes(live, "← ") == ["0", "0", "0", "0", "1"]


NAMES, RIGHT = ["x", "y", "a", "b"], ["0.9436", "1.752", "1.348", "0.91"]


@pytest.mark.parametrize(
    ("habit", "slopes", "wrong", "why"),
    [
        ("", ["0.9436", "1.752", "1.348", "0.91", "1"], [], ""),
        (
            "order",
            ["0.5527", "1.026", "1.348", "0.91", "1"],
            [0, 1],
            "a, used more than once, passed a slope on before all of it had arrived",
        ),
        (
            "accumulation",
            ["0.391", "0.7261", "0.5585", "0.91", "1"],
            [0, 1, 2],
            "a, used more than once, kept only the last slope that arrived",
        ),
        (
            "zeroing",
            ["3.222", "5.983", "3.255", "1.82", "1"],
            [0, 1, 2, 3],
            "the boxes still held the slopes of the last backward sweep",
        ),
    ],
)
def test_the_end_of_the_walk_with_and_without_its_habits(habit, slopes, wrong, why):
    live = at(99, **({habit: False} if habit else {}))
    assert in_boxes(live, "← ") == slopes
    assert in_boxes(live, "right: ") == [RIGHT[box] for box in wrong]
    said = ", ".join(f"{NAMES[box]} has {slopes[box]} (right: {RIGHT[box]})" for box in wrong)
    end = f" Wrong: {said}. Why: {why}." if wrong else " Every slope is complete (x: 0.9436, y: 1.752)."
    assert live.sentence.endswith(end)
    (axes,) = live.figure.axes
    boxes = [box.get_window_extent().transformed(axes.transData.inverted()) for box in axes.patches]
    for frame, box in zip(drawn(live)[1], wrong, strict=True):
        (left, low), (right, high) = boxes[box].min, boxes[box].max
        corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
        assert frame == pytest.approx(np.array(corners), abs=0.1)
        assert np.ptp(frame, axis=0).min() > np.ptp(corners, axis=0).min()


FIRST = "the slope of f with respect to itself is 1, and the others"


@pytest.mark.parametrize(
    ("step", "typed", "dropped", "words"),
    [
        (0, "x*y*sin(x*y)", "", f"Step 0 of 5: {FIRST} start from 0."),
        (0, "x*y*sin(x*y)", "zeroing", f"Step 0 of 5: {FIRST} still hold what the last sweep left."),
        (3, "x*y*sin(x*y)", "", "3 of 5: b passes 0.91 · 0.6137 = 0.5585 back to a, which now holds 0.7895 + 0.5585 ="),
        (3, "x*y*sin(x*y)", "accumulation", "0.6137 = 0.5585 back to a, which held 0.7895 and now holds 0.5585."),
        (1, "y - x^2", "", "f passes 1 · 1 = 1 back to y, which now holds 0 + 1 = 1."),
        (2, "y - x^2", "", "f passes 1 · (−1) = −1 back to a, which now holds 0 + (−1) = −1."),
        (3, "y - x^2", "", "a passes (−1) · 2.6 = −2.6 back to x, which now holds 0 + (−2.6) = −2.6."),
        (3, "sin(x y)", "order", "does no harm: every slope has come out right."),
        (3, "sin(x y)", "accumulation", "does no harm: every slope has come out right."),
        (3, "sin(x y)", "zeroing order", "Why: the boxes still held the slopes of the last backward sweep."),
        (9, "x^2 y + x", "order", "does no harm: every slope has come out right."),
        (9, "sin(x)*y + x", "accumulation", "Why: x, used more than once, kept only the last slope that arrived."),
    ],
)
def test_each_step_says_what_is_passed_on(step, typed, dropped, words):
    assert words in at(step, typed, **dict.fromkeys(dropped.split(), False)).sentence


def test_tiny_slopes_can_be_wrong_and_rounding_is_not():
    assert len(in_boxes(at(4, "x^2 sin(x^2)", {"x": 1e-5}, accumulation=False), "right: ")) == 2
    for x in (0.7, 1.3, 1.5, 2.7, 2.9):
        assert not in_boxes(at(6, "exp(3 ln x) - x^3", {"x": x}), "right: ")
        assert in_boxes(at(6, "exp(3 ln x) - x^3", {"x": x}, accumulation=False), "right: ")
