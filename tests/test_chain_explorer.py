"""The chain explorer: what stands in the boxes, on the edges and under the graph, and what waits to be asked for."""

from math import cos, prod, sin

import pytest
from hypothesis import given, settings
from matplotlib.backends.backend_agg import FigureCanvasAgg
from test_graph import graphs

from calc_core.style import GRADIENT, TANGENT, number
from calc_lab.chain import chain_explorer, paths_to_result


def asked(typed="x^2 sin(x*y)", **start):
    live = chain_explorer(typed, start or None)
    live.controls["show"].value = True
    assert not live.error
    return live


def words(live):
    return [text.get_text() for text in live.figure.axes[0].texts]


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_the_products_along_all_paths_add_up_to_the_slope(case):
    _, graph, point = case
    _, local = graph.run(point)
    for box, slope in enumerate(graph.pull_back(local)):
        products = [prod(local[edge] for edge in path) for path in paths_to_result(graph, box)]
        assert sum(products) == pytest.approx(slope, rel=1e-9, abs=1e-12)


def test_slopes_wait_to_be_asked_for():
    live = chain_explorer()
    assert live.sentence == "x = 1.3, y = 0.7, f = 1.334."
    assert words(live).count("← ?") == 5
    assert {"→ 1.334", "← 1", "x → a → f", "∂f/∂y"} <= set(words(live))
    assert not {"2.779", "2.053", "1.348"} & set(live.svg.replace("<", " ").split())
    live.controls["show"].value = True
    assert live.sentence == "x = 1.3, y = 0.7, f = 1.334, ∂f/∂x = 2.779, ∂f/∂y = 1.348."
    assert "← 2.779" in words(live)
    assert "← ?" not in words(live)


def test_a_slider_moves_every_number():
    live = asked()
    live.controls["x"].value, live.controls["y"].value = -2.0, 0.5
    slopes = [number(-4 * sin(-1) + 2 * cos(-1)), number(-8 * cos(-1))]
    assert live.sentence.endswith(f"∂f/∂x = {slopes[0]}, ∂f/∂y = {slopes[1]}.")
    assert {f"→ {number(4 * sin(-1))}", *(f"← {slope}" for slope in slopes)} <= set(words(live))
    along = [text.get_text() for text in live.figure.axes[0].texts if text.get_bbox_patch()]
    assert along == ["−4", "0.5", "−2", "0.5403", "−0.8415", "4"]


@pytest.mark.parametrize(
    ("typed", "start", "rows"),
    [
        (
            "x^2 sin(x*y)",
            {"x": -2.0, "y": 0.5},
            {
                "x → a → f": "(−4) · (−0.8415) = 3.366",
                "x → b → c → f": "0.5 · 0.5403 · 4 = 1.081",
                "∂f/∂x": "3.366 + 1.081 = 4.446",
                "y → b → c → f": "(−2) · 0.5403 · 4 = −4.322",
                "∂f/∂y": "−4.322",
            },
        ),
        ("x^2", {"x": 0.05}, {"x → f": "0.1", "df/dx": "0.1"}),
        ("x - x^2", {"x": 1.0}, {"x → a → f": "2 · (−1) = −2", "x → f": "1", "df/dx": "(−2) + 1 = −1"}),
        ("(x + x^2)^2 + (x + x^2)*sin(x + x^2) + exp(x + x^2)/(x + x^2)", {}, {"df/dx, 2 more paths added": "27.37"}),
    ],
)
def test_products_stand_beside_their_paths(typed, start, rows):
    live = asked(typed, **start)
    texts, renderer = live.figure.axes[0].texts, FigureCanvasAgg(live.figure).get_renderer()
    places = {text: text.get_window_extent(renderer) for text in texts if text.get_va() == "top"}
    found = {}
    for left, right in zip([*places][::2], [*places][1::2], strict=True):
        found[left.get_text()] = right.get_text()
        assert places[left].x1 < places[right].x0
        assert abs(left.get_position()[1] - right.get_position()[1]) < 1e-9
        assert right.get_color() == (TANGENT if "→" in left.get_text() else GRADIENT)
    boxes = [box.get_window_extent(renderer) for box in live.figure.axes[0].patches]
    heights = [place.y1 for place in [*places.values()][::2]]
    assert sorted(heights, reverse=True) == heights
    assert min(place.y0 for place in places.values()) > 0
    assert heights[0] < min(box.y0 for box in boxes)
    assert rows.items() <= found.items()
    assert len(found) == (9 if "more" in "".join(rows) else len(rows))


def test_sliders_start_where_they_are_told_and_where_there_is_no_value_a_sentence_stands():
    live = asked("x^2 y", x=12.5)
    assert live.sentence.startswith("x = 12.5, y = 0.7,")
    live.controls["x"].value = -99
    assert live.sentence.startswith("x = −5,")
    assert [control.label for control in asked("alpha*x_1").controls.values()][:2] == ["α", "x₁"]
    live = chain_explorer("ln(x - 3)")
    assert "no finite value at x = 1.3" in live.error
    live.controls["x"].value = 4.0
    assert live.sentence == "x = 4, f = 0."
    assert not live.error
