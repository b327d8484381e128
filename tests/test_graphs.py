"""The drawing of a computation graph: what is in it, that nothing overlaps, and what is refused."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from calc_core.automatic import Var
from calc_core.plots.boxes import MOST_BOXES, MOST_COLUMNS, graph_of, short
from calc_core.plots.graphs import GraphArtists, draw_graph
from calc_core.plots.layers import arrange, columns


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    """The parents of each box: one or two variables, then operations on one or two of the boxes before."""
    parents: list[list[int]] = [[] for _ in range(draw(st.integers(1, 2)))]
    for box in range(len(parents), draw(st.integers(3, MOST_BOXES))):
        parents.append(draw(st.lists(st.integers(0, box - 1), min_size=1, max_size=2)))
    return parents


def overlap(a: np.ndarray, b: np.ndarray, size: np.ndarray) -> bool:
    return bool(np.all(abs(a - b) < size - 1e-9))


@settings(deadline=None, max_examples=25)
@given(graphs())
def test_boxes_stand_apart_and_right_of_their_parents(parents: list[list[int]]) -> None:
    layout = arrange(parents, [1.0] * len(parents), 0.7)
    for a, b in combinations(layout.centres, 2):
        assert not overlap(a, b, np.array([1.0, 0.7]))
    for route in layout.routes:
        assert layout.centres[route.parent, 0] + 1.0 < layout.centres[route.child, 0]
    half = np.array([0.5, 0.35])
    assert np.all(layout.centres - half > -1e-9)
    assert np.all(layout.centres + half < np.array([layout.width, layout.height]) + 1e-9)


@settings(deadline=None, max_examples=25)
@given(graphs())
def test_each_use_has_an_edge_that_passes_through_no_box(parents: list[list[int]]) -> None:
    layout = arrange(parents, [1.0] * len(parents), 0.7)
    uses = [(parent, child) for child, mine in enumerate(parents) for parent in mine]
    assert [(route.parent, route.child) for route in layout.routes] == uses
    for route in layout.routes:
        for centre in layout.centres:
            assert not any(overlap(point, centre, np.array([0.5, 0.35])) for point in route.points)
        assert min(np.hypot(*(route.points - route.label).T)) < 1e-9


def test_a_column_is_one_more_than_the_latest_parents() -> None:
    assert columns([[], [], [0, 1], [2, 2], [0], [4, 3]]) == [0, 0, 1, 2, 1, 3]


def test_two_edges_between_the_same_boxes_lie_apart() -> None:
    layout = arrange([[], [0, 0]], [1.0, 1.0], 0.7)
    first, second = (route.points for route in layout.routes)
    assert np.all(abs(first[:, 1] - second[:, 1]) > 0.2)


def drawn_words(artists: GraphArtists) -> list[str]:
    return [text.get_text() for text in artists.axes.texts if text.get_text()]


def worst_case(name: str = "learning_rate") -> GraphArtists:
    """A graph with long labels, a box used three times, x·x, and the widest numbers everywhere."""
    x, y = Var(-1.234e-10), Var(1e12)
    a = x * x
    b = np.maximum(a, y) - 0.000123456 * y
    graph = graph_of(np.sin(a * b) * a + b / y, {name: x, "y": y})
    artists = draw_graph(graph.nodes, "the widest numbers", widest_remark="right: −1.2e−10")
    artists.write([-1.23e-10] * len(graph.nodes), [-1.23e-10] * len(graph.nodes), [-0.0706] * len(graph.edges))
    for text in artists.remarks:
        text.set_text("right: −1.2e−10")
    return artists


def test_no_two_texts_overlap_and_none_is_cut_off() -> None:
    artists = worst_case()
    renderer = FigureCanvasAgg(artists.figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in artists.axes.texts]
    words = [text.get_text() for text in artists.axes.texts]
    page = artists.figure.bbox
    for (i, a), (j, b) in combinations(enumerate(boxes), 2):
        assert not a.overlaps(b) or min(a.x1, b.x1) - max(a.x0, b.x0) < 1, (words[i], words[j])
    assert all(page.x0 < box.x0 and box.x1 < page.x1 and page.y0 < box.y0 and box.y1 < page.y1 for box in boxes)


def test_text_in_a_box_stays_inside() -> None:
    artists = worst_case("a_very_long_name_of_a_variable")
    renderer = FigureCanvasAgg(artists.figure).get_renderer()
    to_inches = artists.axes.transData.inverted()
    centres, widths = artists.layout.centres, artists.layout.widths
    inside = [*artists.values, *artists.slopes, *artists.remarks]
    for text, centre, width in zip(inside, [*centres] * 3, [*widths] * 3, strict=True):
        box = text.get_window_extent(renderer).transformed(to_inches)
        assert abs(box.x0 - centre[0]) < width / 2
        assert abs(box.x1 - centre[0]) < width / 2


@pytest.mark.parametrize(
    ("compute", "formula"),
    [
        (lambda x, y: x + y, "x + y"),
        (lambda x, y: x - y, "x − y"),
        (lambda x, y: y / x, "y / x"),
        (lambda x, y: -x, "−x"),
        (lambda x, y: x**3, "x³"),
        (lambda x, y: x**-2, "x⁻²"),
        (lambda x, y: x**0.5, "x^0.5"),
        (lambda x, y: x**y, "x^y"),
        (lambda x, y: 2**x, "2^x"),
        (lambda x, y: abs(x), "|x|"),
        (lambda x, y: np.sqrt(x), "√x"),
        (lambda x, y: np.log(x), "ln x"),
        (lambda x, y: np.tanh(x), "tanh x"),
        (lambda x, y: np.maximum(0, x), "max(0, x)"),
        (lambda x, y: x * -1.5, "x·(−1.5)"),
        (lambda x, y: (-1.5) ** 2 * x - -1, "a − (−1)"),
    ],
)
def test_formulas_read_as_one_writes_them(compute, formula) -> None:
    x, y = Var(1.3), Var(0.7)
    assert graph_of(compute(x, y), {"x": x, "y": y}).nodes[-1].formula == formula


def test_names_never_meet() -> None:
    a, f = Var(1.3), Var(0.7)
    names = [node.name for node in graph_of(np.sin(a * f) + f, {"a": a, "f": f}).nodes]
    assert names[:2] == ["a", "f"]
    assert len(set(names)) == len(names)


def test_a_variable_without_a_name_gets_one() -> None:
    assert [node.name for node in graph_of(Var(1.0) * Var(2.0)).nodes] == ["x₁", "x₂", "f"]


@given(st.floats(-1e300, 1e300) | st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_short_number_is_short_and_close(value: float) -> None:
    text = short(value)
    assert len(text) <= 9
    assume(np.isfinite(value))
    assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.05, abs=1e-4 * (abs(value) > 1e-3))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1e-9, "1e−9"),
        (-1.234e-10, "−1.2e−10"),
        (0.8415, "0.8415"),
        (-3.0, "−3"),
        (12345.6, "12346"),
    ],
)
def test_short_numbers(value: float, text: str) -> None:
    assert short(value) == text


@settings(max_examples=10, deadline=None)
@given(graphs())
def test_any_graph_that_fits_is_drawn_and_any_other_is_refused_in_words(parents: list[list[int]]) -> None:
    made: list[Var] = []
    for mine in parents:
        made.append(sum((made[p] * 0.9 for p in mine[1:]), np.sin(made[mine[0]])) if mine else Var(0.5))
    boxes = [var for var in made[-1].walk() if var.operation != "constant"]
    position = {var.number: i for i, var in enumerate(boxes)}
    depth = 1 + max(columns([[position[p.number] for p in var.parents if p.number in position] for var in boxes]))
    if len(boxes) > MOST_BOXES or depth > MOST_COLUMNS:
        with pytest.raises(ValueError, match=r"there is room for .*; try"):
            graph_of(made[-1])
        return
    nodes = graph_of(made[-1]).nodes
    assert len(nodes) == len(boxes)
    assert {node.label for node in nodes} <= set(drawn_words(draw_graph(nodes, "")))


def test_what_cannot_be_drawn_is_named() -> None:
    x = Var(1.0)
    with pytest.raises(TypeError, match=r"expected a Var, .* got float"):
        graph_of(9.0)
    with pytest.raises(ValueError, match="nothing to draw"):
        graph_of(x)
    with pytest.raises(ValueError, match="arrays"):
        graph_of((Var(np.ones(3)) * 2).sum())
    long = x
    for _ in range(8):
        long = np.sin(long)
    with pytest.raises(ValueError, match="8 operations in a row and there is room for 7"):
        graph_of(long)
    wide = sum(np.sin(x * k) for k in range(1, 9))
    with pytest.raises(ValueError, match="boxes and there is room for 16"):
        graph_of(wide)
