"""The chain explorer: what stands in the boxes, on the edges and under the graph, and what waits to be asked for."""

from math import cos, sin

import pytest
import sympy as sp
from hypothesis import given, settings
from matplotlib.backends.backend_agg import FigureCanvasAgg
from test_graph import graphs

from calc_core.style import number
from calc_lab.chain import chain_explorer, paths_to_result


def words(live):
    """The texts that are seen; the lines of a text with several are words of their own."""
    texts = [text for text in live.figure.axes[0].texts if text.get_visible()]
    return [line for text in texts for line in text.get_text().split("\n") if line]


def asked(typed="x^2 sin(x*y)", **start):
    live = chain_explorer(typed, start or None)
    live.controls["show"].value = True
    assert not live.error
    return live


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_the_products_along_all_paths_add_up_to_the_slope(case):
    _, graph, point = case
    _, local = graph.run(point)
    for box, slope in enumerate(graph.pull_back(local)):
        products = [sp.prod(local[edge] for edge in path) for path in paths_to_result(graph, box)]
        assert float(sum(products)) == pytest.approx(slope, rel=1e-9, abs=1e-12)


def test_slopes_wait_to_be_asked_for():
    live = chain_explorer()
    assert live.sentence == "x = 1.3, y = 0.7, f = 1.334."
    assert words(live).count("← ?") == 5
    assert {"→ 1.334", "← 1", "x → a → f", "x → b → c → f", "y → b → c → f", "∂f/∂x", "∂f/∂y"} <= set(words(live))
    assert "2.779" not in "".join(words(live)) + live.svg
    live.controls["show"].value = True
    assert live.sentence == "x = 1.3, y = 0.7, f = 1.334, ∂f/∂x = 2.779, ∂f/∂y = 1.348."
    assert "← ?" not in words(live)
    assert {"← 2.779", "0.7 · 0.6137 · 1.69 = 0.7261", "2.053 + 0.7261 = 2.779"} <= set(words(live))


def test_a_slider_moves_every_number():
    live = asked()
    live.controls["x"].value, live.controls["y"].value = -2.0, 0.5
    slope_x, slope_y = -4 * sin(-1) + 2 * cos(-1), -8 * cos(-1)
    assert live.sentence.endswith(f"∂f/∂x = {number(slope_x)}, ∂f/∂y = {number(slope_y)}.")
    value, product = number(4 * sin(-1)), number(-4 * sin(-1))
    assert {f"→ {value}", f"← {number(slope_x)}", f"(−4) · (−0.8415) = {product}"} <= set(words(live))
    along = [text.get_text() for text in live.figure.axes[0].texts if text.get_bbox_patch()]
    assert along == ["−4", "0.5", "−2", "0.5403", "−0.8415", "4"]


def test_products_stand_beside_their_paths():
    live = asked()
    routes, products, sums = [text for text in live.figure.axes[0].texts if "\n" in text.get_text()]
    rows = list(zip(*(text.get_text().split("\n") for text in (routes, products, sums)), strict=False))
    assert rows[0] == ("x → a → f", "2.6 · 0.7895 = 2.053", "")
    assert rows[2] == ("∂f/∂x", "", "2.053 + 0.7261 = 2.779")
    assert rows[4] == ("∂f/∂y", "", "1.348")
    renderer = FigureCanvasAgg(live.figure).get_renderer()
    places = [text.get_window_extent(renderer) for text in (routes, products, sums)]
    assert places[0].x1 < places[1].x0
    assert places[0].y1 == pytest.approx(places[1].y1, abs=2)
    assert places[0].y0 > 0
    assert places[0].y1 < min(box.get_window_extent(renderer).y0 for box in live.figure.axes[0].patches)


def test_one_variable_and_many_paths():
    assert "0.1" in words(asked("x^2", x=0.05))  # a path of one edge is no product
    assert "0.1 = 0.1" not in words(asked("x^2", x=0.05))
    live = asked("(x + x^2)^2 + (x + x^2)*sin(x + x^2) + exp(x + x^2)/(x + x^2)")
    assert "df/dx, 2 more paths added" in words(live)
    assert words(live)[-1] == live.sentence.rpartition("df/dx = ")[2].rstrip(".") == "27.37"
    assert sum(" · " in word and "=" in word and "f" not in word for word in words(live)) == 8


def test_sliders_start_where_they_are_told():
    live = asked("x^2 y", x=12.5)
    assert live.sentence.startswith("x = 12.5, y = 0.7,")
    live.controls["x"].value = -99
    assert live.sentence.startswith("x = −5,")
    assert [control.label for control in asked("alpha*x_1").controls.values()][:2] == ["α", "x₁"]


def test_where_there_is_no_value_a_sentence_stands_and_the_sliders_work():
    live = chain_explorer("ln(x - 3)")
    assert "no finite value at x = 1.3" in live.error
    live.controls["x"].value = 4.0
    assert not live.error
    assert live.sentence == "x = 4, f = 0."
