"""The secant explorer: what is drawn is what the functions say."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import households, numeric
from calc_core.style import number
from calc_lab.exact import exact_slope
from calc_lab.secant import secant_explorer

FAMILIES = households.load()
SPENDING = households.engel_curve(FAMILIES.income, FAMILIES.food)
NO_TANGENT = "The curve has a kink at 0: it has no tangent there, however small h is."


def drawn(live, label):
    """The points of the line of this name, or with this marker."""
    lines = live.figure.axes[0].lines
    return next(line for line in lines if label in (line.get_label(), line.get_marker())).get_xydata()


def moved(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    return live


def polynomial(x):
    return x**3 - 2 * x**2 + 5


EXPLORER = secant_explorer()


@given(st.floats(-0.9, 2.0), st.floats(2e-3, 1.6))
@settings(deadline=None, max_examples=20)
def test_points_lie_on_the_curve_and_lines_go_through_them(x, h):
    live, here = moved(EXPLORER, x=x, h=h, show_tangent=True), polynomial(x)
    corners = np.array([(x, here), (x + h, here), (x + h, polynomial(x + h))])
    assert drawn(live, "run h and rise") == pytest.approx(corners)
    assert drawn(live, "o") == pytest.approx(corners[[0, 2]])
    for label, slope in (("secant", numeric.forward_difference(polynomial, x, h)), ("tangent", 3 * x**2 - 4 * x)):
        ends, heights = drawn(live, label).T
        assert heights == pytest.approx(here + slope * (ends - x), abs=1e-9)
        assert tuple(ends) == live.figure.axes[0].get_xlim()
        assert f"{label} {number(slope)}" in live.figure.axes[0].texts[-1].get_text()
        assert number(slope) in live.sentence


def test_the_tangent_waits_for_its_switch():
    live = secant_explorer()
    assert live.sentence == "With h = 1.5, the secant from 2 has slope 12.25."
    assert "tangent" not in live.svg
    moved(live, show_tangent=True)
    assert live.sentence.endswith("slope 12.25, the tangent 4: a difference of 8.25.")
    assert "tangent" in live.svg


@pytest.mark.parametrize(
    ("f", "at", "rest"),
    [
        (polynomial, 2.0, {}),
        (SPENDING, 900.0, {"h": 400.0, "x_range": (0.0, 5000.0), "labels": ("x", "money"), "cloud": FAMILIES}),
        (lambda x: -(x**3), -2.0, {}),
    ],
)
def test_points_and_words_stay_in_the_picture(f, at, rest):
    live = secant_explorer(f, at, **rest)
    (axes,) = live.figure.axes
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert left == pytest.approx(rest.get("x_range", (at - max(2, abs(at) + 1),))[0])
    assert (axes.get_xlabel(), axes.get_ylabel()) == rest.get("labels", ("x", "f(x)"))
    for x in (-1e9, 1e9):
        for h in (1e-9, 1e9):
            moved(live, x=x, h=h, show_tangent=True)
            assert not live.error
            assert np.all((drawn(live, "o") > (left, bottom)) & (drawn(live, "o") < (right, top)))
            words = axes.texts[-1].get_window_extent()
            assert axes.bbox.y0 < words.y0 < words.y1 < axes.bbox.y1
            assert words.x1 < live.figure.bbox.x1
    if "cloud" in rest:
        cloud = np.asarray(axes.collections[0].get_offsets())
        assert cloud == pytest.approx(np.column_stack([FAMILIES.income, FAMILIES.food]))


def test_the_tangent_follows_when_something_that_f_uses_changes():
    factor = [2.0]
    live = moved(secant_explorer(lambda x: factor[0] * x, 1.0), show_tangent=True)
    factor[0] = 5.0
    assert moved(live, h=0.5).sentence.endswith("has slope 5, the tangent 5: a difference of 0.")


def test_where_two_ways_to_the_slope_disagree_it_says_so(monkeypatch):
    monkeypatch.setattr(numeric, "derivative", lambda f, x: numeric.Derivative(7.366, 3e-5, 9, kink=False))
    ways = "Two ways to the slope at 1 disagree: −734.9 by the chain rule, 7.366 by differences."
    assert ways in moved(secant_explorer(lambda x: np.sin(2000 * x), 1.0), show_tangent=True).sentence
    assert exact_slope(float, 1.0) == (7.366, 3e-5, "The slope at 1 is only known to within 3e−5.")
    assert exact_slope(lambda x: 7.36605 * x, 1.0) == (7.36605, 0.0, "")
    assert exact_slope(lambda x: 7.367 * x, 1.0).remark.startswith("Two ways")
    assert exact_slope(lambda x: float(x) + 29.999, 1.0).remark == ""
    monkeypatch.setattr(numeric, "derivative", lambda f, x: numeric.Derivative(1e-9, 3e-9, 9, kink=False))
    assert exact_slope(lambda x: float(1), 1.0).value == 0


@pytest.mark.parametrize(
    ("f", "x_range", "message"),
    [
        (lambda x: None, None, "is there a return in it"),
        (lambda x: 1e300, None, "the numbers in it become too large"),
        (3, None, "f must be a function, such as lambda x"),
        (np.sin, (2.0, 3.0), "two finite numbers around 1"),
        (np.sin, (-np.inf, 3.0), "two finite numbers around 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(f, x_range, message):
    with pytest.raises((ValueError, TypeError), match=message):
        secant_explorer(f, 1.0, x_range=x_range)


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        (lambda x: random.random(), 1.0, "f gives another value each time it is asked at 1"),
        (np.log, -0.5, "f has no finite value at −0.5"),
        (lambda x: np.sqrt(np.abs(x)) if x >= 0 else np.nan, 0.0, "No slope of f can be found at 0."),
        (abs, 0.0, f"has slope 1. {NO_TANGENT}"),
        (abs, 0.5, "the tangent 1: a difference of 0."),
        (lambda x: float(x) ** 2, 0.5, "the tangent 1:"),
        (lambda x: np.sin(2e4 * x), 1.0, "the tangent 16,260"),
    ],
)
def test_what_can_be_said_of_any_function_is_a_sentence_and_the_figure_stays_usable(f, x, words):
    live = moved(secant_explorer(f, 1.0, x_range=(-1.0, 3.0)), show_tangent=True, x=x)
    assert words in live.error + live.sentence
    assert ("no tangent" in words or "No slope" in words) == live.figure.axes[0].texts[-1].get_text().endswith(
        "no tangent"
    )
    live.reset()
    assert not live.error
