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
    slopes = graph.pull_back(local)
    variables = [Var(value) for value in point.values()]
    for box in graph.boxes[len(variables) :]:
        variables.append(box.value([variables[parent] for parent in box.parents]))
    variables[-1].backward()
    assert values == pytest.approx([float(variable.value) for variable in variables], rel=1e-12)
    assert slopes == pytest.approx([float(variable.gradient) for variable in variables], rel=1e-9, abs=1e-12)
    assert values[-1] == pytest.approx(float(expression.subs(point)), rel=1e-9, abs=1e-9)
    for (parent, child), slope in zip(graph.edges, local, strict=True):
        inputs = [Var(values[i]) for i in graph.boxes[child].parents]
        graph.boxes[child].value(inputs).backward()
        gradient = inputs[graph.boxes[child].parents.index(parent)].gradient
        assert slope == pytest.approx(float(gradient), rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_boxes_stand_apart_and_no_edge_runs_through_one(case):
    _, graph, _ = case
    size = np.array([1.2, 0.7])
    centres, routes = arrange(graph, *size)
    for one, other in combinations(centres, 2):
        assert np.any(abs(one - other) >= size)
    for (parent, child), route in zip(graph.edges, routes, strict=True):
        for end, box, side in ((route[0], parent, 0.6), (route[-1], child, -0.6)):
            assert end[0] == pytest.approx(centres[box, 0] + side)
            assert abs(end[1] - centres[box, 1]) < 0.35
        assert np.all((np.diff(route[:, 0]) >= 0) & (np.diff(route[:, 0]) < 1.3))
        assert not any(np.all(abs(point - centre) < size / 2 - 1e-9) for point in route for centre in centres)


@pytest.mark.parametrize(
    "typed",
    ["x^2 sin(x*y)", "sin(x)+sin(y)+x*y+exp(x*y)+x^2", "(x + x^2)^2 + (x + x^2)*sin(x + x^2) + exp(x + x^2)/(x + x^2)"],
)
def test_no_two_words_touch_and_all_are_on_the_page(typed):
    graph = Graph(typed)
    with unit_style():
        drawing = Drawing(graph, "title", remark="right: −1.2e−10")
        drawing.write([-1.234e-10] * len(graph.boxes), [-1.234e-10] * len(graph.boxes), [-0.7061] * len(graph.edges))
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


@pytest.mark.parametrize(
    ("typed", "formulas"),
    [
        ("(2x+1)^2", ["2·x", "a + 1", "b²"]),
        ("x/y", ["x/y"]),
        ("1/(x y)", ["x·y", "1/a"]),
        ("y - x", ["y − x"]),
        ("-2 x y", ["x·y", "−2·a"]),
        ("sqrt(x)/3", ["sqrt(x)", "a/3"]),
        ("2x/(3y)", ["2·x", "3·y", "a/b"]),
        ("x^(-3/2)", ["x^(3/2)", "1/a"]),
        ("pi e^(-x)", ["−x", "exp(a)", "π·b"]),
        ("max(0, x)", ["max(0, x)"]),
        ("|ln x|", ["ln(x)", "abs(a)"]),
        ("x*y*exp(x*y)", ["x·y", "exp(a)", "a·b"]),
        (X**2.5, ["x^2.5"]),
        (-X - 0.5, ["−x", "a − 0.5"]),
    ],
)
def test_an_expression_becomes_the_operations_one_would_write(typed, formulas):
    graph = Graph(typed)
    assert [box.words for box in graph.boxes if box.parents] == formulas
    assert [box.name for box in graph.boxes][-1] == "f"


def test_names_are_written_as_in_a_book():
    assert [box.name for box in Graph("alpha*x_1").boxes] == ["α", "x₁", "f"]
    assert [box.name for box in Graph("f*x").boxes] == ["f", "x", "result"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("sin(3)", "one or two variables"),
        ("x y z", "got 3 variables (x, y, z)"),
        ("x", "operations on one or two variables, got x"),
        ("x +", "missing"),
        (sp.gamma(X), "no operation for gamma(x)"),
        (sp.floor(X), "no operation for floor(x)"),
        ("x+x^2+x^3+x^4+x^5+x^6+x^7+x^8+x^9", "too large to draw"),
        ("sin(sin(sin(sin(sin(sin(sin(sin(x))))))))", "too large to draw"),
        (["print('typed text was run')"], "expected a formula"),
        (None, "expected a formula"),
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
