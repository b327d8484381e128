"""The drawings of functions of one number, their alt texts, and what happens with functions that cannot be drawn."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axis import Tick
from matplotlib.text import Annotation, Text

from calc_core import households, numeric, plots
from calc_core.plots import sampling
from calc_core.plots.canvas import FUNCTION, unit_style
from calc_core.plots.curves import height_range
from calc_core.plots.errors import difference_errors, exact_slope
from calc_core.plots.keys import empty_place
from calc_core.plots.sampling import number, sample, value_at


def cubic(x):
    return x**3 - 2 * x**2 + 5


def check_words(figure):
    """Assert that all words are inside the picture and that no two of them overlap, nor are they too small."""
    with unit_style():
        figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    ticks = {text for tick in figure.findobj(Tick) for text in tick.findobj(Text)}  # these are matplotlib's to place
    words = [text for text in figure.findobj(Text) if text.get_text().strip() and text not in ticks]
    boxes = [text.get_window_extent(renderer) for text in words]
    whole = figure.bbox.padded(1)
    for text, box in zip(words, boxes, strict=True):
        assert text.get_fontsize() >= 11, text
        assert whole.x0 <= box.x0 <= box.x1 <= whole.x1, text
        assert whole.y0 <= box.y0 <= box.y1 <= whole.y1, text
    for (one, a), (other, b) in combinations(zip(words, boxes, strict=True), 2):
        if (
            isinstance(one, Annotation)
            or isinstance(other, Annotation)
            or one.get_rotation() % 90
            or other.get_rotation() % 90
        ):
            continue  # stands on a ground of its own, or its box is larger than its words
        assert not a.padded(-1).overlaps(b.padded(-1)), (one, other)


@pytest.mark.parametrize(
    "at", [2.0, -1.3, [0.7], [-0.5, 0.7, 1.9], (0.0, 4 / 3)], ids=["rising", "steep", "one", "three", "level"]
)
def test_a_tangent_has_the_slope_that_its_words_say(at):
    figure, alt = plots.tangent_line(cubic, at)
    check_words(figure)
    axes = figure.axes[0]
    tangents = [line for line in axes.lines if len(line.get_xdata()) == 2]
    for a, tangent in zip(np.atleast_1d(at), tangents, strict=True):
        slope = 3 * a**2 - 4 * a
        (x0, x1), (y0, y1) = tangent.get_data()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, abs=1e-8)
        assert y0 + slope * (a - x0) == pytest.approx(cubic(a))
        assert f"at {number(a)}: slope {number(round(slope, 9))}" in alt


def test_words_under_a_tangent_leave_the_axis_free():
    figure, _ = plots.tangent_line(np.tanh, [-2, 0, 1], x_range=(-4, 4))
    (axes,) = figure.axes
    figure.draw_without_rendering()
    assert min(words.get_window_extent().y0 for words in axes.texts) > axes.bbox.y0 + 3  # pixels


def test_at_a_kink_there_is_no_tangent():
    figure, alt = plots.tangent_line(abs, [0.0, 1.0])
    check_words(figure)
    assert "at 0: a kink: no tangent, at 1: slope 1" in alt
    assert sum(np.isfinite(line.get_ydata()).all() for line in figure.axes[0].lines if len(line.get_xdata()) == 2) == 1


def test_the_gap_between_curve_and_tangent_is_marked():
    figure, alt = plots.tangent_line(cubic, 2.0, predict_to=3.0)
    check_words(figure)
    assert alt.endswith("At 3 the tangent predicts 9, and the curve has 14.")
    assert "gap 5" in {text.get_text() for text in figure.axes[0].texts}
    with pytest.raises(ValueError, match="kink at 0"):
        plots.tangent_line(abs, 0.0, predict_to=1.0)
    with pytest.raises(ValueError, match="must hold the point, got 5"):
        plots.tangent_line(cubic, 2.0, predict_to=5.0, x_range=(0, 3))


def test_the_households_with_their_curves():
    families = households.load()
    line = households.least_squares_line(families.income, families.food)
    curves = {"straight line": line, "six tenths": lambda income: 0.6 * income}
    figure, alt = plots.scatter(families.income, families.food, curves=curves)
    check_words(figure)
    assert alt.startswith("235 households: income (francs a year) from 377.1 to 4,958")
    assert "a curve, straight line, from 330.4 to 2,553" in alt
    _, *drawn = figure.axes[0].lines
    assert [drawn_one.get_label() for drawn_one in drawn] == list(curves)
    assert len({(drawn_one.get_color(), drawn_one.get_linestyle()) for drawn_one in drawn}) == 2


def test_a_curve_alone_has_the_colour_of_a_function():
    figure, _ = plots.scatter(np.arange(5.0), np.arange(5.0), curves={"alone": np.sqrt})
    assert figure.axes[0].lines[-1].get_color() == FUNCTION


def test_the_product_rule_is_an_area():
    figure, alt = plots.product_rule(3.0, 2.0, 0.7, 0.4)
    check_words(figure)
    for part in ("area 6", "v · du = 1.4", "u · dv = 1.2", "du · dv = 0.28"):
        assert part in alt
    with pytest.raises(ValueError, match="must be positive"):
        plots.product_rule(3.0, -2.0)


@pytest.mark.parametrize("outer", [np.square, lambda u: -(u**2), lambda u: 1 / u, lambda u: (u - 1.6) ** 2])
def test_the_chain_rule_multiplies_stretches(outer):
    figure, alt = plots.chain_rule(lambda x: 2 * x + 1, outer, 0.3, names=("x", "u", "y"))
    check_words(figure)
    second = float(numeric.derivative(outer, 1.6).value)
    assert f"stretched 2 times on the way to u = 1.6, then {number(second)} times" in alt
    assert f"{number(2 * second)} times in all" in alt


def test_the_chain_rule_has_no_factor_at_a_kink():
    with pytest.raises(ValueError, match="kink"):
        plots.chain_rule(lambda x: x - 1, abs, 1.0)


# errors


def wave(x):
    return np.exp(np.sin(x))


def test_the_slope_that_errors_are_measured_from_is_exact():
    exact, floor = exact_slope(wave, 1.3)
    assert exact == pytest.approx(math.cos(1.3) * math.exp(math.sin(1.3)), rel=4e-16)
    assert floor < 1e-15
    exact, floor = exact_slope(lambda x: math.exp(math.sin(x)), 1.3)  # no operation that the chain rule can follow
    assert exact == pytest.approx(math.cos(1.3) * math.exp(math.sin(1.3)), abs=floor)
    assert 1e-16 < floor < 1e-9
    with pytest.raises(ValueError, match="kink at 0"):
        exact_slope(abs, 0.0)


@pytest.mark.parametrize(("f", "x"), [(wave, 1.3), (np.sin, 2.0), (np.exp, -0.4), (lambda x: 1 / (1 + x * x), 0.8)])
def test_theory_predicts_the_errors(f, x):
    exact, _ = exact_slope(f, x)
    errors = difference_errors(f, x, exact)
    for method, power in (("forward", 1), ("central", 2)):
        best = errors.best[method]
        assert best / 20 < errors.found(method)[0] < best * 20
        h = best * 30
        truncation, round_off = errors.predicted(method, h)
        assert abs(
            {1: numeric.forward_difference, 2: numeric.central_difference}[power](f, x, h) - exact
        ) == pytest.approx(truncation, rel=0.1)
        assert truncation > round_off
        around = sum(errors.predicted(method, best * np.array([0.9, 1.0, 1.1])))
        assert around[1] == min(around)
    assert errors.found("complex")[0] < 1e-7


# a learner's function as numbers


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=20))
def test_however_it_is_written_a_function_has_the_same_values(points):
    points = np.array(points)
    together = sample(lambda x: np.exp(x) - x, points)
    assert together == pytest.approx(sample(lambda x: math.exp(x) - x, points), rel=1e-12)
    assert together == pytest.approx(np.exp(points) - points)


def test_the_right_shape_is_no_proof():
    square = np.array([[0.3, 1.0], [2.0, 5.0]])
    assert sample(lambda p: (p * p).sum(-1), square) == pytest.approx([4.09, 26.0])


@pytest.mark.parametrize(
    "f",
    [
        math.sqrt,
        np.sqrt,
        lambda x: x**0.5,
        lambda x: 1 / 0 if x < 0 else math.sqrt(x),
        lambda x: x**0.5 if x > 0 else None,
    ],
)
def test_where_there_is_no_value_there_is_a_gap(f):
    values = sample(f, np.array([-1.0, -0.5, 0.25, 4.0]))
    assert np.isnan(values[:2]).all()
    assert values[2:] == pytest.approx([0.5, 2.0])


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: np.nan, "no finite value from 1 to 2; try a range"),
        (lambda x: undefined_name + x, "the message \"name 'undefined_name' is not defined\""),  # noqa: F821
        (lambda x: [x], "no finite value"),
        (lambda x: x[0], "asks for a coordinate, such as p.0., that its input"),
        (lambda x, y: x * y, "is given one input: a number x, or a point p"),
        (lambda x: 1 / 0, "it divides by zero"),
        (lambda x: 1j * x, "no finite value"),
        (3, "must be a function"),
    ],
)
def test_a_function_that_cannot_be_drawn_says_why(f, message):
    with pytest.raises((ValueError, TypeError), match=message):
        plots.tangent_line(f, 1.5, x_range=(1, 2))
    with pytest.raises((ValueError, TypeError), match=message):
        sample(f, np.array([1.0, 2.0]))


def test_a_function_may_write_on_what_it_is_given():
    def one_number(x):
        x -= 1
        return x**2

    def two_numbers(p):
        p -= 1
        return (p**2).sum(axis=0)

    assert sample(one_number, np.array([0.0, 1.0, 3.0])) == pytest.approx([1.0, 0.0, 4.0])
    square = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert sample(two_numbers, square) == pytest.approx([2.0, 4.0])
    assert sample(lambda p: float(two_numbers(p)), square) == pytest.approx([2.0, 4.0])
    point = square[:, 0]
    assert value_at(two_numbers, point) == value_at(two_numbers, point) == 2.0


def test_a_slow_function_says_so(monkeypatch):
    monkeypatch.setattr(sampling, "PATIENCE", 0.0)
    with pytest.raises(ValueError, match="too slow to draw: 1 of 2 values"):
        sample(math.exp, np.array([1.0, 2.0]))


def test_a_slow_function_has_no_error_curve(monkeypatch):
    monkeypatch.setattr(sampling, "PATIENCE", 0.0)
    with pytest.raises(ValueError, match="too slow to draw"):
        difference_errors(wave, 1.3, 0.0)


def test_no_value_at_a_point():
    assert value_at(math.exp, 0.0) == 1.0
    with pytest.raises(ValueError, match=r"no finite value at −1: it stops with the message"):
        value_at(math.log, -1.0)
    with pytest.raises(ValueError, match=r"no finite value at \(0, 1\): it gives -inf; try"):
        value_at(lambda p: np.log(p[0]), np.array([0.0, 1.0]))
    with pytest.raises(TypeError, match=r"must be a function, got 'x\^2'"):
        value_at("x^2", 1.0)


@given(st.floats(-1e300, 1e300))
def test_numbers_keep_four_digits(value):
    text = number(value)
    assert float(text.replace(",", "").replace("−", "-")) == pytest.approx(value, rel=5.1e-4, abs=5e-324)
    assert len(text) <= 11


def test_numbers_as_a_reader_writes_them():
    wanted = {
        0.0: "0",
        1300: "1,300",
        -1.33: "−1.33",
        3.2e-9: "3.2e−9",
        999.96: "1,000",
        1e7: "1e7",
        12.5: "12.5",
    }
    assert {value: number(value) for value in wanted} == wanted
    assert number(-0.0) == "0"
    assert (number(math.inf), number(-math.inf), number(math.nan)) == ("inf", "−inf", "nan")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_the_limits_hold_most_of_the_curve(heights):
    low, high = height_range(np.array(heights))
    assert low < high
    inside = (np.array(heights) >= low) & (np.array(heights) <= high)
    assert inside.mean() >= 0.5


def test_a_bump_on_a_plain_is_seen():
    assert height_range(np.where(np.arange(400) == 7, 5.0, 0.0)) == pytest.approx((-0.3, 5.3))


def test_a_pole_does_not_flatten_the_curve():
    x = np.linspace(-3, 3, 400)
    low, high = height_range(1 / x)
    assert -60 < low < -5
    assert 5 < high < 60


@pytest.mark.parametrize("f", [cubic, abs, np.exp, lambda x: -np.exp(x), np.cos])
def test_words_stand_where_the_curve_is_not(f):
    figure, _ = plots.tangent_line(f, 1.0, x_range=(-2, 3))
    axes = figure.axes[0]
    left, height = empty_place(axes, axes.lines[0])
    x, y = axes.transAxes.inverted().transform(axes.transData.transform(axes.lines[0].get_xydata())).T
    under = y[(x > left) & (x < left + 0.4)]
    assert (abs(under - height) > 0.04).all()
