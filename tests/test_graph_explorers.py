"""Computation graphs, the chain explorer and backpropagation: boxes are operations, and their slopes those of `Var`."""

import re
from itertools import combinations
from math import prod
from operator import call

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection

from calc_core.automatic import Var
from calc_core.style import GRADIENT, TANGENT, unit_style
from calc_lab.backpropagation import backpropagation_explorer, walk_back
from calc_lab.chain import chain_explorer, paths_to_result
from calc_lab.drawing import Drawing, arrange
from calc_lab.graph import Graph

pytestmark = pytest.mark.usefixtures("without_stills")

X, Y = sp.symbols("x y")
ONE = (sp.sin, sp.cos, sp.exp, sp.tanh, lambda u: u**2, lambda u: u**3, lambda u: -u, lambda u: 1 / (2 + u**2))
TWO = (lambda u, v: u + v, lambda u, v: u - v, lambda u, v: u * v, lambda u, v: u / (3 + v**2))
numbers = st.floats(-1.5, 1.5).map(lambda value: round(value, 3))
expressions = st.recursive(
    st.sampled_from([X, Y, sp.Integer(2), sp.Rational(3, 2)]),
    lambda part: st.builds(call, st.sampled_from(ONE), part) | st.builds(call, st.sampled_from(TWO), part, part),
    max_leaves=6,
)


@st.composite
def graphs(draw):
    """A random expression, its graph, a point, and the values and local slopes there; none that is too large."""
    expression = draw(expressions)
    try:
        graph = Graph(expression)
    except ValueError as refusal:
        assume("too large" not in str(refusal) and "operations on" not in str(refusal))
        raise
    point = {name: draw(numbers) for name in graph.start}
    return expression, graph, point, *graph.run(point)


@settings(max_examples=40)
@given(graphs())
def test_values_and_slopes_are_those_of_var_by_all_paths_and_by_walking_back(case):
    expression, graph, point, values, local = case
    variables = [Var(value) for value in point.values()]
    slopes = iter(local)
    for box in graph.boxes[len(variables) :]:
        inputs = [Var(values[parent]) for parent in box.parents]  # for the slopes of this one operation
        box.functions[0](inputs).backward()
        for part in inputs:
            assert next(slopes) == pytest.approx(float(part.gradient), rel=1e-9, abs=1e-12)
        variables.append(box.functions[0]([variables[parent] for parent in box.parents]))
    variables[-1].backward()
    assert values == pytest.approx([float(variable.value) for variable in variables], rel=1e-12)
    assert values[-1] == pytest.approx(float(expression.subs(point)), rel=1e-9, abs=1e-9)
    gradients = pytest.approx([float(variable.gradient) for variable in variables], rel=1e-9, abs=1e-12)
    right = graph.pull_back(local)
    assert right == gradients
    paths = [paths_to_result(graph, box) for box in range(len(values))]
    assert [sum(prod(local[edge] for edge in path) for path in found) for found in paths] == gradients
    edges, history = walk_back(graph, local, right, order=True, accumulation=True, zeroing=True)
    assert sorted(edges) == list(range(len(graph.edges)))
    for edge, before in zip(edges, history, strict=False):  # a box passes on what is complete
        child = graph.edges[edge][1]
        assert before[child] == pytest.approx(right[child], rel=1e-9, abs=1e-12)
    assert history[-1] == gradients


@settings(max_examples=30)
@given(graphs())
def test_boxes_stand_apart_and_no_edge_runs_through_one(case):
    graph, size = case[1], np.array([1.2, 0.7])
    centres, routes = arrange(graph, *size)
    for one, other in combinations(centres, 2):
        assert np.any(abs(one - other) >= size)
    for (parent, child), route in zip(graph.edges, routes, strict=True):
        assert route[0] == pytest.approx(centres[parent] + (0.6, 0))
        assert route[-1] == pytest.approx(centres[child] - (0.6, 0), abs=0.13)
        assert np.all((np.diff(route[:, 0]) >= 0) & (np.diff(route[:, 0]) < 1.3))
        assert not any(np.all(abs(point - centre) < size / 2 - 1e-9) for point in route for centre in centres)
    assert arrange(Graph("x*y"), 1.2, 0.7)[0] == pytest.approx(np.array([(0, 0.45), (0, -0.45), (2.2, 0)]))
    for one, other in combinations(range(len(routes)), 2):  # two edges arrive as high as they come
        if graph.edges[one][1] == graph.edges[other][1]:
            gap = routes[one][-21:, 1] - routes[other][-21:, 1]
            assert abs(gap[-1]) >= 0.24 - 1e-9
            assert gap[0] * gap[-1] > 0


LARGE = "(x + x^2)^2 + (x + x^2)*sin(x + x^2) + exp(x + x^2)/(x + x^2)"


@pytest.mark.parametrize("typed", ["x^2 sin(x*y)", "sin(x)+sin(y)+x*y+exp(x*y)+x^2", LARGE])
@pytest.mark.parametrize("remark", ["", "right: −1.2e−10"])
def test_no_two_words_touch_and_all_are_on_the_page(typed, remark):
    graph = Graph(typed)
    with unit_style():
        drawing = Drawing(graph, "title", remark=remark)
        drawing.write([-1.234e-10] * len(graph.boxes), [-1.234e-10] * len(graph.boxes), [-0.7061] * len(graph.edges))
        for text in drawing.remarks:
            text.set_text(remark)
        renderer = FigureCanvasAgg(drawing.figure).get_renderer()
        places = {text: text.get_window_extent(renderer) for text in drawing.axes.texts if text.get_text()}
    page, frames = drawing.figure.bbox, [box.get_window_extent() for box in drawing.axes.patches]
    for text, place in places.items():
        assert page.contains(*place.min)
        assert page.contains(*place.max)
        around = [frame for frame in frames if frame.overlaps(place)]
        assert (text in drawing.along) == (not around) or text.get_text() == "title"
        assert all(frame.x0 < place.x0 and place.x1 < frame.x1 and frame.y0 < place.y0 < frame.y1 for frame in around)
    for one, other in combinations(places.values(), 2):
        assert not (one.overlaps(other) and min(one.y1, other.y1) - max(one.y0, other.y0) > 1)
    lines = [line.get_xydata() for line in drawing.axes.lines]
    assert all(np.array_equal(line, route) for line, route in zip(lines[::2], drawing.routes, strict=True))
    assert np.concatenate(lines[1::2]) == pytest.approx(np.array([route[-1] - (0.04, 0) for route in drawing.routes]))


FORMULAS = {
    "(2x+1)^2": "f = b², b = a + 1, a = 2·x, x",
    "1/(x y)": "f = 1/a, a = x·y, y, x",
    "y - x": "f = y − x, y, x",
    "-2 x y": "f = −2·a, a = x·y, y, x",
    "2x/(3y)": "f = a/b, b = 3·y, a = 2·x, y, x",
    "x^(-3/2)": "f = 1/a, a = x^(3/2), x",
    "pi e^(-x)": "f = π·b, b = e^a, a = −x, x",
    "|ln(max(0, x))|": "f = |b|, b = ln(a), a = max(0, x), x",
    "x*y*exp(x*y)": "f = a·b, b = e^a, a = x·y, y, x",
    X**2.5 - X**10: "f = a − b, b = x¹⁰, a = x^2.5, x",
    -X - 0.5: "f = a − 0.5, a = −x, x",
    "alpha*x_1": "f = x₁·α, x₁, α",
    "f*x - 1": "result = a − 1, a = f·x, x, f",
}


@pytest.mark.parametrize(("typed", "formulas"), FORMULAS.items())
def test_an_expression_becomes_the_operations_one_would_write(typed, formulas):
    assert ", ".join(box.label for box in reversed(Graph(typed).boxes)) == formulas


START = 'expected a finite number for some of the variables, such as {"x": 2, "y": 2}, got '
REFUSED = [
    ("sin(3)", {}, "one or two variables"),
    ("x y z", {}, "got 3 variables (x, y, z)"),
    ("x", {}, "operations on one or two variables, got x"),
    (sp.gamma(X), {}, "no operation for gamma(x)"),
    (sp.floor(X), {}, "no operation for floor(x)"),
    ("x+x^2+x^3+x^4+x^5+x^6+x^7+x^8+x^9", {}, "too large to draw"),
    ("sin(sin(sin(sin(sin(sin(sin(sin(x))))))))", {}, "too large to draw"),
    ("x y", {"z": 1.0}, START),
    ("x y", {"x": np.nan}, START),
    ("x y", 2.0, START),
    ("ln(x)/y", {"x": -1.0}, "a = ln(x) has no finite value at x = −1, y = 0.7; move to another point"),
    ("sqrt(x)*y", {"x": 0.0}, "a = sqrt(x) has no finite slope at x = 0"),
    ("(-2)^x", {}, "f = (−2)^x has no finite value"),
]


@pytest.mark.parametrize(("typed", "at", "message"), REFUSED)
def test_what_cannot_be_drawn_and_a_point_without_a_value_are_named(typed, at, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        backpropagation_explorer(typed, at)


def words(live):
    return [text.get_text() for text in live.figure.axes[0].texts]


def test_slopes_wait_to_be_asked_for_and_a_slider_moves_every_number():
    live = chain_explorer()
    assert (live.sentence, live.sweep) == ("x = 1.3, y = 0.7, f = 1.334.", {"x": 21, "y": 7, "show": 2})
    assert words(live).count("← ?") == 5
    assert {"→ 1.334", "← 1", "x → a → f", "∂f/∂y"} <= set(words(live))
    assert not {"2.779", "2.053", "1.348"} & set(live.svg.replace("<", " ").split())
    live.controls["show"].value = True
    assert live.sentence == "x = 1.3, y = 0.7, f = 1.334, ∂f/∂x = 2.779, ∂f/∂y = 1.348."
    assert ("← 2.779" in live.svg, "x → a → f" in live.svg, "← ?" in words(live)) == (True, False, False)
    live.controls["x"].value, live.controls["y"].value = -2.0, 0.5
    assert live.sentence == "x = −2, y = 0.5, f = −3.366, ∂f/∂x = 4.446, ∂f/∂y = −4.322."
    assert {"→ −3.366", "← 4.446", "← −4.322"} <= set(words(live))
    along = [text.get_text() for text in live.figure.axes[0].texts if text.get_bbox_patch()]
    assert along == ["−4", "0.5", "−2", "0.5403", "−0.8415", "4"]


ROWS = [
    ("x^2 sin(x*y)", {"x": -2.0, "y": 0.5}, 5, {
        "x → a → f": "(−4) · (−0.8415) = 3.366", "x → b → c → f": "0.5 · 0.5403 · 4 = 1.081",
        "∂f/∂x": "3.366 + 1.081 = 4.446", "y → b → c → f": "(−2) · 0.5403 · 4 = −4.322", "∂f/∂y": "−4.322",
    }),
    ("erf(x)", {"x": 0.5}, 2, {"x → f": "0.8788", "df/dx": "0.8788"}),
    ("x - x^2", {"x": 1.0}, 3, {"x → a → f": "2 · (−1) = −2", "x → f": "1", "df/dx": "(−2) + 1 = −1"}),
    (LARGE, {}, 9, {"df/dx, 2 more paths added": "27.37"}),
    ("x + x^2 + x^3 + sin(x) + exp(x) + y", {"x": 0.0}, 7, {"∂f/∂x, 1 more path added": "3", "∂f/∂y": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "start", "count", "rows"), ROWS)
def test_products_stand_beside_their_paths(typed, start, count, rows):
    live = chain_explorer(typed, start)
    live.controls["show"].value = True
    texts, renderer = live.figure.axes[0].texts, FigureCanvasAgg(live.figure).get_renderer()
    places = {text: text.get_window_extent(renderer) for text in texts if text.get_va() == "top"}
    lefts, rights = [*places][::2], [*places][1::2]
    assert {text.get_ha() for text in places} == {"left"}
    for left, right in zip(lefts, rights, strict=True):
        assert places[left].x1 < places[right].x0
        assert left.get_position()[1] == right.get_position()[1]
        assert right.get_color() == (TANGENT if "→" in left.get_text() else GRADIENT)
    found = {left.get_text(): right.get_text() for left, right in zip(lefts, rights, strict=True)}
    assert rows.items() <= found.items()
    assert len(found) == count
    boxes = [box.get_window_extent(renderer) for box in live.figure.axes[0].patches]
    assert 0 < places[lefts[-1]].y0 < places[lefts[0]].y1 < min(box.y0 for box in boxes)


def test_sliders_start_where_they_are_told_and_where_there_is_no_value_a_sentence_stands():
    live = chain_explorer("ln(alpha - 3) y", {"alpha": 12.5})
    assert [control.label for control in live.controls.values()][:2] == ["α", "y"]
    assert live.sentence.startswith("α = 12.5, y = 0.7,")
    live.controls["alpha"].value = -99
    assert "no finite value at α = −5, y = 0.7" in live.error
    live.controls["alpha"].value = 4.0
    assert (live.sentence, live.error) == ("α = 4, y = 0.7, f = 0.", "")


def at(step, typed="x*y*sin(x*y)", dropped="", **start):
    live = backpropagation_explorer(typed, start)
    for name in dropped.split():
        live.controls[name].value = False
    live.controls["step"].value = step
    assert not live.error
    return live


def after(live, sign):
    """What stands in the boxes behind this sign."""
    return [word.removeprefix(sign) for word in words(live) if word.startswith(sign)]


def test_edges_in_use_are_thick_with_a_head_at_the_box_that_receives_and_wrong_boxes_are_framed():
    live, graph = at(3), Graph("x*y*sin(x*y)")
    (axes,) = live.figure.axes
    used, frames = (artist for artist in axes.collections if isinstance(artist, LineCollection))
    (head,) = (line for line in axes.lines if line.get_animated())
    _, routes = arrange(graph, axes.patches[0].get_width() + 0.1, axes.patches[0].get_height() + 0.1)
    for segment, edge in zip(used.get_segments(), (3, 4, 2), strict=True):
        assert segment == pytest.approx(routes[edge])
    assert (list(used.get_linewidths()), frames.get_segments()) == ([2.2, 2.2, 4.5], [])
    assert head.get_xydata() == pytest.approx(routes[2][:1] + np.array([[0.11, 0]]))
    live.reset()
    assert (used.get_segments(), frames.get_segments(), head.get_visible()) == ([], [], False)
    assert live.sweep == {"step": 6, "order": 2, "accumulation": 2, "zeroing": 2}
    assert after(live, "→ ") == ["1.3", "0.7", "0.91", "0.7895", "0.7184"]
    assert after(live, "← ") == ["0", "0", "0", "0", "1"]
    live.controls["accumulation"].value, live.controls["step"].value = False, 99
    assert after(live, "← ") == ["0.391", "0.7261", "0.5585", "0.91", "1"]
    assert after(live, "right: ") == ["0.9436", "1.752", "1.348"]
    for frame, box in zip(frames.get_segments(), axes.patches[:3], strict=True):
        inside = box.get_path().get_extents(box.get_patch_transform())
        assert frame[[0, 2]] == pytest.approx(inside.get_points(), abs=0.1)
        assert np.all(abs(frame[0] - frame[2]) > inside.size)
        assert frame[:, 0].tolist() == frame[[0, 2, 2, 0, 0], 0].tolist()
        assert frame[:, 1].tolist() == frame[[0, 0, 2, 2, 0], 1].tolist()


FIRST = "the slope of f with respect to itself is 1, and the others"
HARMLESS = "In this graph that does no harm: every slope has come out right."
WORDS = [
    (0, "x*y*sin(x*y)", "", f"Step 0 of 5: {FIRST} start from 0."),
    (0, "x*y*sin(x*y)", "zeroing", f"Step 0 of 5: {FIRST} still hold what the last sweep left."),
    (3, "x*y*sin(x*y)", "", "of 5: b passes 0.91 · 0.6137 = 0.5585 back to a, which now holds 0.7895 + 0.5585 = 1"),
    (2, "x*y*sin(x*y)", "order", "Wrong: x has 0.5527 (right: 0.9436), a has 0.7895 (right: 1.348). Why: a, used more"),
    (3, "x*y*sin(x*y)", "accumulation", "which held 0.7895 and now holds 0.5585. Wrong: a has 0.5585 (right: 1.348)."),
    (2, "y - x^2", "", "f passes 1 · (−1) = −1 back to a, which now holds 0 + (−1) = −1."),
    (3, "y - x^2", "", "a passes (−1) · 2.6 = −2.6 back to x, which now holds 0 + (−2.6) = −2.6."),
    (99, "x*y*sin(x*y)", "", " Every slope is complete (x: 0.9436, y: 1.752)."),
    (99, "x*y*sin(x*y)", "order", " Wrong: x has 0.5527 (right: 0.9436), y has 1.026 (right: 1.752). Why: a, used more "
     "than once, passed a slope on before all of it had arrived."),
    (99, "x*y*sin(x*y)", "accumulation", "Why: a, used more than once, kept only the last slope that arrived."),
    (99, "x*y*sin(x*y)", "zeroing", " Wrong: x has 3.222 (right: 0.9436), y has 5.983 (right: 1.752), a has 3.255 "
     "(right: 1.348), b has 1.82 (right: 0.91). Why: the boxes still held the slopes of the last backward sweep."),
    (3, "sin(x y)", "order", HARMLESS),
    (3, "sin(x y)", "accumulation", HARMLESS),
    (3, "sin(x y)", "zeroing order", "Why: the boxes still held the slopes of the last backward sweep."),
    (9, "x^2 y + x", "order", HARMLESS),
    (9, "sin(x)*y + x", "accumulation", "Why: x, used more than once, kept only the last slope that arrived."),
]  # fmt: skip


@pytest.mark.parametrize(("step", "typed", "dropped", "said"), WORDS)
def test_each_step_says_what_is_passed_on(step, typed, dropped, said):
    assert said in at(step, typed, dropped).sentence


def test_tiny_slopes_can_be_wrong_and_rounding_is_not():
    assert len(after(at(4, "x^2 sin(x^2)", "accumulation", x=1e-5), "right: ")) == 2
    for x in (0.7, 1.5, 2.9):
        assert not after(at(6, "exp(3 ln x) - x^3", x=x), "right: ")
        assert after(at(6, "exp(3 ln x) - x^3", "accumulation", x=x), "right: ")
