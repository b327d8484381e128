"""The secant explorer: what is drawn is what the functions say."""

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import households, numeric
from calc_core.style import number
from calc_lab import exact
from calc_lab.secant import bending, households_secant, secant_explorer


def drawn(live, label):
    (line,) = (line for line in live.figure.axes[0].lines if line.get_label() == label)
    return line


def points(live):
    return next(line for line in live.figure.axes[0].lines if line.get_marker() == "o").get_xydata()


def moved(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    assert not live.error
    return live


def height(line, x):
    (left, low), (right, high) = line.get_xydata()
    return low + (high - low) * (x - left) / (right - left)


EXPLORER = secant_explorer()


@given(st.floats(-0.9, 2.0), st.floats(2e-3, 1.6))
@settings(deadline=None, max_examples=20)
def test_points_lie_on_the_curve_and_lines_go_through_them(x, h):
    live = moved(EXPLORER, x=x, h=h, show_tangent=True)
    assert points(live) == pytest.approx(np.array([(x, bending(x)), (x + h, bending(x + h))]))
    triangle = np.array([points(live)[0], (x + h, bending(x)), points(live)[1]])
    assert drawn(live, "run h and rise").get_xydata() == pytest.approx(triangle)
    secant, tangent = drawn(live, "secant"), drawn(live, "tangent")
    for line, slope in ((secant, numeric.forward_difference(bending, x, h)), (tangent, 3 * x**2 - 4 * x)):
        assert height(line, x) == pytest.approx(bending(x))
        assert height(line, x + 1) - height(line, x) == pytest.approx(slope, abs=1e-9)
        assert number(slope) in live.sentence
    assert height(secant, x + h) == pytest.approx(bending(x + h))
    curve = max(live.figure.axes[0].lines, key=lambda line: len(line.get_xdata()))
    assert curve.get_ydata() == pytest.approx(bending(curve.get_xdata()))


def test_the_tangent_waits_for_its_switch():
    live = secant_explorer()
    assert live.sentence == "With h = 1.5, the secant from 2 has slope 12.25."
    assert not drawn(live, "tangent").get_visible()
    assert "tangent" not in live.svg
    moved(live, show_tangent=True)
    assert live.sentence.endswith("slope 12.25, the tangent 4: a difference of 8.25.")
    assert drawn(live, "tangent").get_visible()
    assert drawn(live, "tangent").get_color() != drawn(live, "secant").get_color()


@pytest.mark.parametrize("make", [secant_explorer, households_secant, lambda: secant_explorer(lambda x: -(x**3), -2.0)])
def test_points_and_words_stay_in_the_picture(make):
    live = make()
    (axes,) = live.figure.axes
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for x in (-1e9, 1e9):
        for h in (1e-9, 1e9):
            moved(live, x=x, h=h, show_tangent=True)
            assert np.all((points(live) > (left, bottom)) & (points(live) < (right, top)))
            words = axes.texts[-1].get_window_extent()
            assert axes.bbox.y0 < words.y0 < words.y1 < axes.bbox.y1
            assert words.x1 < live.figure.bbox.x1


def test_a_kink_has_no_tangent():
    live = moved(secant_explorer(abs, 0.0), show_tangent=True)
    assert live.sentence.endswith("The curve has a kink at 0: it has no tangent there, however small h is.")
    assert np.isnan(drawn(live, "tangent").get_ydata()).all()
    assert live.figure.axes[0].texts[-1].get_text() == "secant 1\nno tangent"
    moved(live, x=0.5, h=0.25)
    assert live.sentence.endswith("the tangent 1: a difference of 0.")


def test_the_tangent_follows_when_something_that_f_uses_changes():
    factor = [2.0]
    live = moved(secant_explorer(lambda x: factor[0] * x, 1.0), show_tangent=True)
    factor[0] = 5.0
    moved(live, h=0.5)
    assert live.sentence.endswith("has slope 5, the tangent 5: a difference of 0.")


def test_where_two_ways_to_the_slope_disagree_it_says_so(monkeypatch):
    wrong = numeric.Derivative(7.366, 3e-5, 9, kink=False)
    monkeypatch.setattr(exact.numeric, "derivative", lambda f, x: wrong)
    live = moved(secant_explorer(lambda x: np.sin(2000 * x), 1.0), show_tangent=True)
    assert "the tangent −734.9:" in live.sentence
    assert "Two ways to the slope at 1 disagree: −734.9 by the chain rule, 7.366 by differences." in live.sentence
    unsure = numeric.Derivative(3.0, 5.0, 9, kink=False)
    monkeypatch.setattr(exact.numeric, "derivative", lambda f, x: unsure)
    assert "only known to within 5" in exact.exact_slope(float, 1.0).remark


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: None, "is there a return in it?"),
        (lambda x: 1e308 * x, "f is too large to be drawn"),
        (3, "f must be a function, such as lambda x: x**2; got 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(f, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        secant_explorer(f, 1.0)
    with pytest.raises(ValueError, match="two finite numbers around 1"):
        secant_explorer(at=1.0, x_range=(2.0, 3.0))


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        (lambda x: random.random(), 1.0, "f gives another value each time it is asked at 1"),
        (np.log, -0.5, "f has no finite value at −0.5"),
        (lambda x: np.sqrt(np.abs(x)) if x >= 0 else np.nan, 0.0, "No slope of f can be found at 0."),
        (lambda x: 7.0, 1.0, "the tangent 0: a difference of 0."),
        (lambda x: float(x) ** 2, 0.5, "the tangent 1:"),
        (lambda x: np.sin(2e4 * x), 1.0, "the tangent 16,260"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence_and_the_figure_stays_usable(f, x, words):
    live = secant_explorer(f, 1.0, x_range=(-1.0, 3.0))
    live.controls["show_tangent"].value = True
    live.controls["x"].value = x
    assert words in live.error + live.sentence
    live.reset()
    assert not live.error


def test_the_households_are_drawn_with_their_curve():
    live, families = households_secant(), households.load()
    assert live.sentence == "With h = 400, the secant from 900 has slope 0.5386."
    cloud = np.asarray(live.figure.axes[0].collections[0].get_offsets())
    assert cloud == pytest.approx(np.column_stack([families.income, families.food]))
    assert live.figure.axes[0].get_xlabel() == "income (francs a year)"
    assert live.figure.axes[0].get_ylabel() == "food (francs a year)"
    assert moved(live, show_tangent=True).sentence.endswith("the tangent 0.5539: a difference of −0.01529.")
