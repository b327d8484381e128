"""The chain explorer: an expression as a graph, the slopes along its paths, and what is refused."""

import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from sweep import sweep

from calc_core.explorers.chain import chain_explorer, paths_to_result, product_along
from calc_core.explorers.expressions import in_variables, run
from calc_core.live import LiveFigure
from calc_core.plots.boxes import MOST_BOXES, Graph

X, Y = sp.symbols("x y")
UNARY = (sp.sin, sp.cos, sp.exp, sp.tanh, lambda u: u**2, lambda u: u**3, lambda u: -u, lambda u: 1 / (2 + u**2))
BINARY = (lambda u, v: u + v, lambda u, v: u - v, lambda u, v: u * v, lambda u, v: u / (3 + v**2))

expressions = st.recursive(
    st.sampled_from([X, Y, sp.Integer(2), sp.Rational(3, 2)]),
    lambda inner: (
        st.builds(lambda f, u: f(u), st.sampled_from(UNARY), inner)
        | st.builds(lambda f, u, v: f(u, v), st.sampled_from(BINARY), inner, inner)
    ),
    max_leaves=5,
)
numbers = st.floats(-1.5, 1.5).map(lambda value: round(value, 3))


def drawn(expression: sp.Expr, point: dict[str, float]) -> Graph:
    """The graph at a point; an expression with too many boxes or without an operation is put aside."""
    names = {symbol.name for symbol in expression.free_symbols}
    assume(names)
    try:
        return run(expression, {name: value for name, value in point.items() if name in names})
    except ValueError as refusal:
        assume("room" not in str(refusal) and "nothing to draw" not in str(refusal))
        raise


@settings(deadline=None, max_examples=50)
@given(expressions, numbers, numbers)
def test_the_sum_over_all_paths_is_the_gradient(expression: sp.Expr, x: float, y: float) -> None:
    graph = drawn(expression, {"x": x, "y": y})
    assert len(graph.nodes) <= MOST_BOXES
    assume(np.all(np.isfinite(graph.slopes)))
    assert graph.values[-1] == pytest.approx(float(expression.subs({X: x, Y: y})), rel=1e-9, abs=1e-9)
    for box, node in enumerate(graph.nodes):
        if node.parents:
            continue
        total = math.fsum(product_along(path, graph.local_slopes) for path in paths_to_result(graph, node.name))
        expected = float(sp.diff(expression, sp.Symbol(node.name)).subs({X: x, Y: y}))
        assert total == pytest.approx(graph.slopes[box], rel=1e-9, abs=1e-9)
        assert total == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_the_lessons_example_has_a_different_slope_on_every_edge() -> None:
    expression, start = in_variables("x^2 sin(x*y)", None)
    slopes = run(expression, start).local_slopes
    assert min(abs(a - b) for i, a in enumerate(slopes) for b in slopes[:i]) > 0.05
    assert min(abs(abs(a) - b) for a in slopes for b in (0, 1)) > 0.05


def test_values_and_readout_at_the_start() -> None:
    live = chain_explorer()
    assert isinstance(live, LiveFigure)
    x, y = 1.3, 0.7
    expected = {
        "x": x,
        "y": y,
        "f": x**2 * math.sin(x * y),
        "df/dx": 2 * x * math.sin(x * y) + x**2 * y * math.cos(x * y),
        "df/dy": x**3 * math.cos(x * y),
    }
    assert live.values == pytest.approx(expected)
    assert live.readout == "x = 1.3, y = 0.7, f = 1.334, ∂f/∂x = 2.779, ∂f/∂y = 1.348."
    assert live.error == ""


def test_moving_a_slider_moves_every_number() -> None:
    live = chain_explorer()
    before = dict(live.values)
    live.controls["x"].value = -2.0
    assert live.values["df/dy"] == pytest.approx(-8 * math.cos(-1.4))
    assert all(live.values[name] != before[name] for name in ("x", "f", "df/dx", "df/dy"))
    live.reset()
    assert live.values == before


def words(live: LiveFigure) -> list[str]:
    return [text.get_text() for text in live.figure.axes[0].texts]


def test_products_and_their_sum_stand_under_the_graph() -> None:
    shown = words(chain_explorer())
    assert {"x → a → f", "x → b → c → f", "y → b → c → f"} <= set(shown)
    assert {"2.6 · 0.7895 = 2.053", "0.7 · 0.6137 · 1.69 = 0.7261", "2.053 + 0.7261 = 2.779"} <= set(shown)


def test_a_box_used_twice_by_the_same_box_gives_two_paths() -> None:
    expression, start = in_variables(sp.Mul(sp.sin(X), sp.sin(X), evaluate=False), None)
    assert len(paths_to_result(run(expression, start), "x")) == 2


def test_what_is_computed_twice_is_one_box() -> None:
    expression, start = in_variables("x*y*exp(x*y) + (x*y)^2", None)
    formulas = [node.formula for node in run(expression, start).nodes]
    assert formulas.count("x·y") == 1


@pytest.mark.parametrize(
    ("typed", "formulas"),
    [
        ("(2x+1)^2", ["2·x", "a + 1", "b²"]),
        ("x/y", ["x / y"]),
        ("1/(x y)", ["x·y", "1 / a"]),
        ("y - x", ["y − x"]),
        ("-x y", ["x·y", "−a"]),
        ("sqrt(x)/3", ["√x", "a / 3"]),
        ("2x/(3y)", ["2·x", "a / y", "b / 3"]),
        ("3/x", ["3 / x"]),
        ("-2 x y", ["x·y", "−2·a"]),
        ("x/sqrt(2)", ["0.7071·x"]),
        ("(-2)^x", ["(−2)^x"]),
        ("x^(-3/2)", ["x^1.5", "1 / a"]),
        ("e^(-x)", ["−x", "exp a"]),
        ("2^x", ["2^x"]),
        ("max(0, x)", ["max(0, x)"]),
        ("|x|", ["|x|"]),
        ("x^(3/2)", ["x^1.5"]),
        ("ln x", ["ln x"]),
        ("sin(1) x", ["0.8415·x"]),
    ],
)
def test_an_expression_becomes_the_operations_one_would_write(typed: str, formulas: list[str]) -> None:
    expression, start = in_variables(typed, None)
    assert [node.formula for node in run(expression, start).nodes if node.parents] == formulas


def test_names_are_written_as_in_a_book() -> None:
    live = chain_explorer("alpha*x_1")
    assert {"α", "x₁", "f = α·x₁"} <= set(words(live))
    assert set(live.controls) == {"alpha", "x_1"}
    assert "df/dx_1" in live.values


def test_starting_point_and_range() -> None:
    live = chain_explorer("x^2 y", at={"x": 12.5})
    assert live.values["x"] == 12.5
    live.controls["x"].value = -5.0
    assert live.values["df/dx"] == pytest.approx(2 * -5 * 0.7)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("sin(3)", "no variable"),
        ("x y z", "3 variables"),
        ("x", "nothing to draw"),
        ("x +", "missing"),
        ("erf(x)", "no operation for erf"),
        ("f(x)^2", "no operation for f"),
        ("x+x^2+x^3+x^4+x^5+x^6+x^7+x^8+x^9", "room for 16"),
        ("sin(sin(sin(sin(sin(sin(sin(sin(x))))))))", "room for 7"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(typed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chain_explorer(typed)


def test_a_constant_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="not a real number"):
        chain_explorer(X * sp.sqrt(-2))
    with pytest.raises(ValueError, match="not a real number"):
        chain_explorer(X * sp.Integer(10) ** 400)


def test_two_copies_do_not_disturb_each_other() -> None:
    first, second = chain_explorer(), chain_explorer()
    before = dict(second.values)
    first.controls["x"].value = 3.0
    assert second.values == before
    assert "→ 3" not in words(second)


def test_a_wrong_start_is_refused() -> None:
    with pytest.raises(ValueError, match=r"z is not in x\*y"):
        chain_explorer("x y", at={"z": 1.0})
    with pytest.raises(ValueError, match="finite number, got nan"):
        chain_explorer("x y", at={"x": math.nan})
    with pytest.raises(ValueError, match="expected an expression"):
        chain_explorer(sp.Eq(X, Y))


def test_a_point_without_a_value_is_named_and_the_figure_stays_usable() -> None:
    live = chain_explorer("ln(x)/y")
    kept = dict(live.values)
    live.controls["x"].value = -1.0
    assert live.error == "a = ln x has no finite value at x = −1, y = 0.7; move to another point"
    assert live.values == kept
    live.controls["x"].value = 2.0
    assert live.error == ""
    assert live.values["f"] == pytest.approx(math.log(2) / 0.7)


def test_a_slope_that_is_not_finite_is_named() -> None:
    live = chain_explorer("sqrt(x)*y", at={"x": 0.0})
    assert "a = √x has no finite slope along x at x = 0" in live.error


def test_a_graph_may_open_where_it_has_no_value() -> None:
    live = chain_explorer("ln(x - 3)")
    assert "no finite value" in live.error
    live.controls["x"].value = 4.0
    assert live.error == ""


def test_every_control_over_its_full_range() -> None:
    sweep(chain_explorer(), jumps=10)


@pytest.mark.parametrize("typed", ["x/y", "e^(x^3) y", "sqrt(x y)"])
def test_sweep_of_every_control_gives_finite_numbers_or_a_sentence(typed: str) -> None:
    live = chain_explorer(typed)
    for control in live.controls.values():
        for value in (-5.0, -1e-9, 0.0, 1e-9, 0.333, 5.0):
            control.value = value
            assert "Error" not in live.error
            assert np.all(np.isfinite(list(live.values.values())))


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("x^2 sin(x*y)", {"x": -1e-10, "y": -1.234e12}),
        ("(x - y)^2/(x - y - x*y)", {"x": -1.234e-10, "y": 1.234e-10}),
        ("x/(-1-x) - x/(-2-x) + x/(-3-x)", {"x": -1.234e-10}),
        ("theta_1*theta_2 - theta_1/theta_2", {"theta_1": -1.234e-10, "theta_2": -1.234e10}),
    ],
)
def test_wide_numbers_stay_on_the_page_and_out_of_the_boxes(typed: str, at: dict[str, float]) -> None:
    live = chain_explorer(typed, at=at)
    assert live.error == ""
    page, renderer = live.figure.bbox, FigureCanvasAgg(live.figure).get_renderer()
    boxes = [patch.get_window_extent(renderer) for patch in live.figure.axes[0].patches]
    for text in live.figure.axes[0].texts:
        place = text.get_window_extent(renderer)
        assert page.x0 < place.x0, text.get_text()
        assert place.x1 < page.x1, text.get_text()
        assert page.y0 < place.y0, text.get_text()
        on_an_edge = text.get_bbox_patch() is not None
        assert not (on_an_edge and any(place.overlaps(box) for box in boxes)), text.get_text()


def test_many_paths_are_counted() -> None:
    live = chain_explorer("(x + x^2)^2 + (x + x^2)*sin(x + x^2) + exp(x + x^2)/(x + x^2)")
    assert any("more paths added" in text for text in words(live))
