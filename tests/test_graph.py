"""Computation graphs: their boxes are operations, their slopes those of `Var`, and nothing drawn lies on another."""

import re
from itertools import combinations

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from calc_core.automatic import Var
from calc_core.style import unit_style
from calc_lab.drawing import Drawing, arrange
from calc_lab.graph import Graph

X, Y = sp.symbols("x y")
ONE = (sp.sin, sp.cos, sp.exp, sp.tanh, lambda u: u**2, lambda u: u**3, lambda u: -u, lambda u: 1 / (2 + u**2))
TWO = (lambda u, v: u + v, lambda u, v: u - v, lambda u, v: u * v, lambda u, v: u / (3 + v**2))
numbers = st.floats(-1.5, 1.5).map(lambda value: round(value, 3))


@st.composite
def graphs(draw):
    """A graph of a random expression, and a point; one that is too large, or is no operation, is put aside."""
    atoms = st.sampled_from([X, Y, sp.Integer(2), sp.Rational(3, 2)])

    def larger(part):
        one = st.builds(lambda f, u: f(u), st.sampled_from(ONE), part)
        return one | st.builds(lambda f, u, v: f(u, v), st.sampled_from(TWO), part, part)

    expression = draw(st.recursive(atoms, larger, max_leaves=6))
    try:
        graph = Graph(expression)
    except ValueError as refusal:
        assume("too large" not in str(refusal) and "operations on" not in str(refusal))
        raise
    return expression, graph, {name: draw(numbers) for name in graph.start}


@settings(deadline=None, max_examples=60)
@given(graphs())
def test_values_and_slopes_are_those_of_var(case):
    expression, graph, point = case
    values, local = graph.run(point)
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
    gradients = [float(variable.gradient) for variable in variables]
    assert graph.pull_back(local) == pytest.approx(gradients, rel=1e-9, abs=1e-12)
    assert values[-1] == pytest.approx(float(expression.subs(point)), rel=1e-9, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_boxes_stand_apart_and_no_edge_runs_through_one(case):
    _, graph, _ = case
    size = np.array([1.2, 0.7])
    centres, routes = arrange(graph, *size)
    for one, other in combinations(centres, 2):
        assert np.any(abs(one - other) >= size)
    for (parent, child), route in zip(graph.edges, routes, strict=True):
        assert route[0] == pytest.approx(centres[parent] + (0.6, 0))
        assert route[-1] == pytest.approx(centres[child] - (0.6, 0), abs=0.13)
        assert np.all((np.diff(route[:, 0]) >= 0) & (np.diff(route[:, 0]) < 1.3))
        assert not any(np.all(abs(point - centre) < size / 2 - 1e-9) for point in route for centre in centres)
    for one, other in combinations(range(len(routes)), 2):  # two edges arrive as high as they come
        if graph.edges[one][1] == graph.edges[other][1]:
            gap = routes[one][-21:, 1] - routes[other][-21:, 1]
            assert abs(gap[-1]) >= 0.24 - 1e-9
            assert gap[0] * gap[-1] > 0


@pytest.mark.parametrize(
    "typed",
    ["x^2 sin(x*y)", "sin(x)+sin(y)+x*y+exp(x*y)+x^2", "(x + x^2)^2 + (x + x^2)*sin(x + x^2) + exp(x + x^2)/(x + x^2)"],
)
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
    assert np.concatenate(lines[1::2]) == pytest.approx(np.array([route[-1] for route in drawing.routes]), abs=0.05)


@pytest.mark.parametrize(
    ("typed", "formulas"),
    [
        ("(2x+1)^2", "f = b², b = a + 1, a = 2·x, x"),
        ("1/(x y)", "f = 1/a, a = x·y, y, x"),
        ("y - x", "f = y − x, y, x"),
        ("-2 x y", "f = −2·a, a = x·y, y, x"),
        ("2x/(3y)", "f = a/b, b = 3·y, a = 2·x, y, x"),
        ("sqrt(x)/3", "f = a/3, a = sqrt(x), x"),
        ("x^(-3/2)", "f = 1/a, a = x^(3/2), x"),
        ("pi e^(-x)", "f = π·b, b = e^a, a = −x, x"),
        ("|ln(max(0, x))|", "f = |b|, b = ln(a), a = max(0, x), x"),
        ("x*y*exp(x*y)", "f = a·b, b = e^a, a = x·y, y, x"),
        (X**2.5 - X**10, "f = a − b, b = x¹⁰, a = x^2.5, x"),
        (-X - 0.5, "f = a − 0.5, a = −x, x"),
        ("alpha*x_1", "f = x₁·α, x₁, α"),
        ("f*x - 1", "result = a − 1, a = f·x, x, f"),
    ],
)
def test_an_expression_becomes_the_operations_one_would_write(typed, formulas):
    assert ", ".join(box.label for box in reversed(Graph(typed).boxes)) == formulas


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("sin(3)", "one or two variables"),
        ("x y z", "got 3 variables (x, y, z)"),
        ("x", "operations on one or two variables, got x"),
        (sp.gamma(X), "no operation for gamma(x)"),
        (sp.floor(X), "no operation for floor(x)"),
        ("x+x^2+x^3+x^4+x^5+x^6+x^7+x^8+x^9", "too large to draw"),
        ("sin(sin(sin(sin(sin(sin(sin(sin(x))))))))", "too large to draw"),
        (["print('typed text was run')"], "expected a formula"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(given, message, capsys):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        Graph(given)
    assert not capsys.readouterr().out


@pytest.mark.parametrize("at", [{"z": 1.0}, {"x": np.nan}, {"x": "1"}, 2.0])
def test_a_wrong_start_is_refused(at):
    with pytest.raises(ValueError, match="expected a finite number for some of the variables"):
        Graph("x y", at)


@pytest.mark.parametrize(
    ("typed", "x", "message"),
    [
        ("ln(x)/y", -1.0, "a = ln(x) has no finite value at x = −1, y = 0.7; move to another point"),
        ("sqrt(x)*y", 0.0, "a = sqrt(x) has no finite slope at x = 0"),
        ("(-2)^x", 1.3, "f = (−2)^x has no finite value"),
    ],
)
def test_a_point_without_a_value_is_named(typed, x, message):
    graph = Graph(typed)
    with pytest.raises(ValueError, match=re.escape(message)):
        graph.run(graph.start | {"x": x})
