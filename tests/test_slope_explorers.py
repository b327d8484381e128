"""The explorers of slopes, secant, error, Taylor and gradient: what is drawn and said is what the formulas say."""

import itertools
import math
import random
import re

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calc_core import households, numeric
from calc_core.style import number
from calc_lab.error import EPS, METHODS, POWERS, STEPS, best_found, error_explorer
from calc_lab.gradient import gradient_explorer, valley
from calc_lab.secant import exact_slope, secant_explorer
from calc_lab.taylor import taylor_explorer

pytestmark = pytest.mark.usefixtures("without_stills")

FAMILIES = households.load()
MONEY = {"h": 400.0, "x_range": (0.0, 5000.0), "labels": ("income", "food"), "cloud": FAMILIES}
SECANTS = [  # with their still pictures, in which the axes find their places
    secant_explorer(),
    secant_explorer(households.engel_curve(FAMILIES.income, FAMILIES.food), 900.0, **MONEY),
    secant_explorer(lambda x: -(x**3), -2.0),
]
TAYLOR, GRADIENT, ERROR = taylor_explorer(), gradient_explorer(), error_explorer()


def lines(axes, form):
    """The lines of this name, marker or style, the longest first."""
    found = [line for line in axes.lines if form in (line.get_label(), line.get_marker(), line.get_linestyle())]
    return sorted(found, key=lambda line: -len(line.get_xdata()))


def points(axes, form):
    return lines(axes, form)[0].get_xydata()


def moved(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    return live


def track(live, name):
    slider = live.controls[name].children[-1]
    return slider.min, slider.max, slider.step


def polynomial(x):
    return x**3 - 2 * x**2 + 5


@given(st.floats(-0.9, 2.0), st.floats(2e-3, 1.6))
@settings(max_examples=15)
def test_points_lie_on_the_curve_and_lines_go_through_them(x, h):
    live, here = moved(SECANTS[0], x=x, h=h, show_tangent=True), polynomial(x)
    (axes,) = live.figure.axes
    corners = np.array([(x, here), (x + h, here), (x + h, polynomial(x + h))])
    assert points(axes, "run h and rise") == pytest.approx(corners)
    assert points(axes, "o") == pytest.approx(corners[[0, 2]])
    assert axes.texts[-1].get_position() == pytest.approx(corners[1], abs=0.05 * np.ptp(axes.get_ylim()))
    for label, slope in (("secant", numeric.forward_difference(polynomial, x, h)), ("tangent", 3 * x**2 - 4 * x)):
        ends, heights = points(axes, label).T
        assert heights == pytest.approx(here + slope * (ends - x), abs=1e-9)
        assert tuple(ends) == axes.get_xlim()
        assert f"{label} {number(slope)}" in axes.texts[-1].get_text()
        assert number(slope) in live.sentence


@pytest.mark.parametrize("live", SECANTS)
def test_points_and_words_stay_in_the_picture(live):
    (axes,) = live.figure.axes
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for x, h in itertools.product((-1e9, 1e9), (1e-9, 1e9)):
        moved(live, x=x, h=h, show_tangent=True)
        assert not live.error
        assert np.all((points(axes, "o") > (left, bottom)) & (points(axes, "o") < (right, top)))
        words = axes.texts[-1].get_window_extent()
        assert axes.bbox.y0 < words.y0 < words.y1 < axes.bbox.y1
        assert words.x1 < live.figure.bbox.x1


@pytest.mark.parametrize("live", [*SECANTS, ERROR, TAYLOR, GRADIENT])
def test_every_picture_has_a_title_and_names_at_its_axes(live):
    for axes in live.figure.axes[:2]:
        words = axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()
        assert all(re.fullmatch(r"[txy]|.{4,}", word) for word in words)


def test_what_is_given_sets_the_ranges_of_picture_and_sliders():
    assert [live.figure.axes[0].get_xlim()[0] for live in SECANTS] == [-1, 0, -5]
    assert not secant_explorer(np.sin, 1.0, x_range=(1.0, 3.0)).error
    assert track(SECANTS[0], "x") == (-0.906, 2.03, 0.01)
    assert track(SECANTS[0], "h")[:2] == pytest.approx(np.log10((1.6e-4, 1.6)))
    (axes,) = SECANTS[1].figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("income", "food")
    assert np.array_equal(axes.collections[0].get_offsets(), np.c_[FAMILIES.income, FAMILIES.food])
    far = taylor_explorer("sin t", -4.0)
    assert (far.figure.axes[0].get_xlim(), far.figure.axes[0].get_xlabel()) == ((-8, 0), "t")
    assert (track(far, "at"), track(far, "order")[:2]) == ((-8, 0, 0.01), (0, 12))
    assert track(TAYLOR, "at")[:2] == pytest.approx((-2.3, 3.7))
    wide = gradient_explorer(at=(3, 12), window=((2, 10), (8, 24)))  # no step of an eighth leaves the picture
    assert (wide.figure.axes[0].get_xlim(), wide.figure.axes[0].get_ylim()) == ((2, 10), (8, 24))
    assert track(wide, "x") + track(wide, "y") == (3, 9, 0.01, 10, 22, 0.01)
    assert np.hypot(*(points(wide.figure.axes[0], "s")[0] - [3, 12])) == pytest.approx(1)


def test_the_tangent_waits_for_its_switch_and_follows_when_something_that_f_uses_changes():
    factor = [2.0]
    live = secant_explorer(lambda x: factor[0] * x, 1.0)
    assert live.sentence == "With h = 1.4, the secant from 1 has slope 2."
    assert "tangent" not in live.svg
    assert "tangent 2" in moved(live, show_tangent=True).svg
    factor[0] = 5.0
    assert moved(live, h=0.5).sentence.endswith("has slope 5, the tangent 5: a difference of 0.")
    assert "no tangent" in moved(secant_explorer(abs, 0.0), show_tangent=True).svg


def test_where_two_ways_to_the_slope_disagree_it_says_so(monkeypatch):
    monkeypatch.setattr(numeric, "derivative", lambda f, x: numeric.Derivative(7.366, 3e-5, 9, kink=False))
    ways = "Two ways to the slope at 1 disagree: −734.9 by the chain rule, 7.366 by differences."
    assert ways in moved(secant_explorer(lambda x: np.sin(2000 * x), 1.0), show_tangent=True).sentence
    assert exact_slope(float, 1.0) == (7.366, 3e-5, "The slope at 1 is only known to within 3e−5.")
    assert exact_slope(lambda x: 7.36605 * x, 1.0) == (7.36605, 0.0, "")
    assert exact_slope(lambda x: 7.367 * x, 1.0)[2].startswith("Two ways")
    assert exact_slope(lambda x: float(x) + 29.999, 1.0) == (7.366, 3e-5, "")
    monkeypatch.setattr(numeric, "derivative", lambda f, x: numeric.Derivative(1e-9, 3e-9, 9, kink=False))
    assert exact_slope(lambda x: 1 + 0 * float(x), 1.0) == (0, 3e-9, "")


REFUSED = [
    (secant_explorer, (np.sin, 1.0, 1.0), {"x_range": (1.1, 3.0)}, "two finite numbers around 1"),
    (secant_explorer, (np.sin, 1.0, 1.0), {"x_range": (-np.inf, 3.0)}, "two finite numbers around 1"),
    (secant_explorer, (np.sin, 1.0, 1.0), {"x_range": (0.0, 1.0)}, "two finite numbers around 1"),
    (error_explorer, (abs, 0.0), {}, r"kink at 0.* There is no slope to compare with; try another point"),
    (taylor_explorer, ("x*y",), {}, "expected an expression in one variable, got x, y in x·y"),
]


@pytest.mark.parametrize(("explorer", "given", "more", "message"), REFUSED)
def test_what_cannot_be_drawn_is_refused(explorer, given, more, message):
    with pytest.raises(ValueError, match=message):
        explorer(*given, **more)


def wave(x):
    return np.exp(np.sin(x))


@pytest.mark.parametrize("method", METHODS)
def test_curves_and_cursor_stand_at_the_errors_of_the_method(method):
    live, (rule, color, marker), exact = error_explorer(), METHODS[method], math.cos(1.3) * wave(1.3)
    (axes,) = live.figure.axes
    curve, dot, *_ = lines(axes, marker)
    for line in (curve, dot):
        assert (line.get_color(), line.get_animated()) == (color, line is dot or method not in POWERS)
        assert line.get_visible() == (method in POWERS) == (method in live.sentence)
    moved(live, complex_step=True)
    expected = [max(abs(rule(wave, 1.3, h) - exact), EPS * exact) for h in STEPS]
    np.testing.assert_allclose(curve.get_ydata(), expected, rtol=1e-9, atol=2 * EPS)
    np.testing.assert_allclose(curve.get_xdata(), np.geomspace(1e-16, 1, 129))
    for h in (1e-12, 3e-5, 0.7):
        moved(live, h=h)
        missed = abs(rule(wave, 1.3, h) - exact)
        assert dot.get_xydata()[0] == pytest.approx((h, max(missed, EPS * exact)), rel=1e-6)
        assert f"{method} {number(missed, 2) if missed > EPS * exact else 0}" in live.sentence
        assert [line.get_ydata() for line in axes.lines if list(line.get_xdata()) == [h, h]] == [axes.get_ylim()]


def test_the_best_steps_wait_for_their_switch_and_are_marked_as_predicted_and_as_found():
    live = error_explorer()
    (axes,) = live.figure.axes
    (diamonds,), (stars,) = lines(axes, "D"), lines(axes, "*")
    assert (diamonds.get_visible(), stars.get_visible(), "Best" in live.sentence) == (False, False, False)
    words = moved(live, show_best=True).sentence.partition(" Best steps found: ")[2]
    assert (diamonds.get_visible(), stars.get_visible()) == (True, True)
    for place, (method, power) in enumerate(POWERS.items()):
        best, dashed = numeric.best_step(wave, 1.3, method.split()[0]), lines(axes, "--")[place]
        round_off = 2 / power * EPS * wave(1.3)  # divided by h; at the best step truncation is all or half of it
        predicted = round_off / STEPS + round_off / best / power * (STEPS / best) ** power
        assert dashed.get_color() == METHODS[method][1]
        np.testing.assert_allclose(dashed.get_ydata(), predicted)
        assert diamonds.get_xydata()[place] == pytest.approx((best, round_off / best * (1 + 1 / power)))
        step, error = stars.get_xydata()[place]
        assert (step, error) == best_found(lines(axes, METHODS[method][2])[0].get_ydata())
        assert best / 10 < step < 10 * best
        assert f"{method} {number(step, 2)}" in words
        for h, cause in ((1.1 * best, "truncation: h is too large"), (0.9 * best, "round-off: h is too small")):
            assert f"({cause})" in moved(live, h=h).sentence.split("difference")[power]


def test_every_mark_has_a_name():
    best = ["best step, predicted", "best step, found"]
    names = [text.get_text() for text in ERROR.figure.legends[0].get_texts()]
    assert names == [*METHODS, "predicted, at most", *best]


def test_one_lucky_step_is_not_the_best():
    assert STEPS[8] == pytest.approx(10 * STEPS[0])  # four steps on either side are a decade
    assert best_found(np.array([9.0, 0.0, 9.0, 9.0, *9 * [2.0], 5.0, np.nan])) == (STEPS[8], 2)
    assert best_found(np.array([9.0, 0.0, 9.0, 4.0, 3.0, *7 * [2.0], 5.0, 6.0])) == (STEPS[7], 2)


@pytest.mark.parametrize("f", [lambda x: 1 / x, lambda x: 1e249 * x**3, lambda x: np.sin(2e4 * x)])
def test_dots_stay_in_the_picture(f):
    (axes,) = moved(error_explorer(f, 1.0), complex_step=True, h=0.5).figure.axes
    heights = [lines(axes, marker)[1].get_ydata()[0] for marker in "os^"]
    assert axes.get_ylim()[0] < np.nanmin(heights) <= np.nanmax(heights) <= axes.get_ylim()[1]


X = sp.Symbol("x")
SLOPES = [sp.diff(sp.exp(sp.sin(X)), X, k) for k in range(13)]  # exact, where the explorer takes differences


@settings(max_examples=15)
@given(st.integers(0, 12), st.floats(-2.3, 3.7))
def test_the_polynomial_is_taylors_and_good_where_it_is_called_good(order, at):
    (axes,) = moved(TAYLOR, order=order, at=at).figure.axes
    f, whole, good, ends, here = (line.get_xydata() for line in axes.lines)
    x = f[:, 0]
    slopes = [float(slope.subs(X, sp.Float(at, 30))) for slope in SLOPES[: order + 1]]
    follows = sum(slope / math.factorial(k) * (x - at) ** k for k, slope in enumerate(slopes))
    within = np.abs(follows - wave(x)) <= 0.01 * np.ptp(axes.get_ylim())
    assert TAYLOR.error == ""
    assert whole == pytest.approx(np.c_[x, follows][::2], rel=1e-6, abs=1e-6)
    assert here[0] == pytest.approx([at, wave(at)])
    first, last = np.searchsorted(x, good[[0, -1], 0])
    assert within[first : last + 1].all()
    assert first == 0 or not within[first - 1]  # one point further it is good no more, or there is none
    assert last == len(x) - 1 or not within[last + 1]
    assert good == pytest.approx(np.c_[x, follows][first : last + 1], abs=1e-6)
    assert ends.tolist() == good[[0, -1]].tolist()
    assert good[0, 0] - 0.016 < at < good[-1, 0] + 0.016


def unit(degrees):
    return np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])


@settings(max_examples=15)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 360))
def test_all_that_is_drawn_follows_from_the_gradient(x, y, angle):
    point, gradient = np.array([x, y]), np.array([2 * x * y, x**2 + 3 * y**2])
    length = np.hypot(*gradient)
    assume(length > 1e-3)
    left, right, _ = moved(GRADIENT, x=x, y=y, angle=angle, mark=True).figure.axes
    close = {"rel": 1e-6, "abs": 1e-6 * max(1, length)}
    assert lines(left, "o")[1].get_xydata()[0] == pytest.approx(point)
    assert points(left, "o") == pytest.approx(np.array([point, point + unit(angle)]), **close)
    assert points(left, "^") == pytest.approx(np.array([point, point + gradient / length]), **close)
    directions, slopes = points(right, "None").T
    assert (directions[0], directions[-1], len(directions) > 90) == (0, 360, True)
    assert slopes == pytest.approx(gradient @ unit(directions), **close)
    assert points(right, "o")[0] == pytest.approx([angle, gradient @ unit(angle)], **close)
    best, top = points(right, "^")[0]
    assert (top, *unit(best)) == pytest.approx((length, *gradient / length), **close)
    level = np.sort((best + np.array([90, 270])) % 360)
    assert points(right, "s") == pytest.approx(np.c_[level, [0, 0]])
    assert points(left, "s") == pytest.approx(np.array([point + unit(way) for way in level]))
    low, high = right.get_ylim()
    assert 1.04 * length < high == -low < 1.6 * length


def test_the_field_is_the_gradient_and_one_mark_means_the_same_in_both_panels():
    left, right, bar = GRADIENT.figure.axes
    assert (left.get_xlim(), left.get_ylim(), bar.get_xlabel()) == ((-4, 4), (-4, 4), "height of f")
    assert left.get_position().x1 < right.get_position().x0
    (arrows,) = (artist for artist in left.collections if hasattr(artist, "U"))
    x, y = arrows.get_offsets().T
    assert np.c_[arrows.U, arrows.V] == pytest.approx(np.c_[2 * x * y, x**2 + 3 * y**2], rel=1e-6, abs=1e-6)
    assert (left.get_aspect(), right.get_xlim(), right.get_xticks().tolist()) == (1, (0, 360), [0, 90, 180, 270, 360])
    for shown, handle in zip("o^s", GRADIENT.figure.legends[0].get_lines(), strict=True):
        both = lines(left, handle.get_label()) + lines(right, handle.get_label())
        assert [(mark.get_marker(), mark.get_color()) for mark in both] == 2 * [(shown, handle.get_color())]


@pytest.mark.parametrize(("x", "y", "mark", "seen"), [(2, 3, False, False), (2, 3, True, True), (0, 0, True, False)])
def test_the_steepest_and_the_level_ways_wait_to_be_asked_for(x, y, mark, seen):
    axes = moved(GRADIENT, x=x, y=y, mark=mark).figure.axes[:2]
    assert {line.get_visible() for panel in axes for marker in "^s" for line in lines(panel, marker)} == {seen}


TANGENT = {"show_tangent": True}
SAID = [
    (secant_explorer, (lambda x: random.random(), 1), TANGENT, "time it is asked at 1; try a function without chance"),
    (secant_explorer, (lambda x: math.sqrt(x) if x >= 0 else math.nan, 0), TANGENT, "No slope of f can be found at 0."),
    (secant_explorer, (abs, 0), TANGENT, "1. The curve has a kink at 0: it has no tangent there, however small h is."),
    (secant_explorer, (lambda x: float(x) ** 2, 0.5), TANGENT | {"h": 0.1},
     "With h = 0.1, the secant from 0.5 has slope 1.1, the tangent 1: a difference of 0.1."),
    (error_explorer, (math.sin, 1), {"complex_step": True}, "complex step no number."),
    (error_explorer, (lambda x: 3 * x + 1, 1), {"complex_step": True, "show_best": True, "h": 1e-16},
     "complex step 0. No step is best here."),
    (error_explorer, (lambda x: 1 / x, 1), {"h": 1.0}, "central difference no number."),
    (error_explorer, (lambda x: x**2, 0), {"h": 1.0}, "forward difference 1, central difference 0."),
    (error_explorer, (lambda x: round(float(x) ** 2, 5), 1), {}, ". The slope at 1 is only known to within 0.6."),
    (taylor_explorer, ("sin t", -4), {}, "Around −4, the polynomial of order 3 is within 0.022 of f, 1% of the "
     "picture's height, from −4.88 to −3.04, and leaves f further left and right."),
    (taylor_explorer, ("abs(x+1)", 1), {}, " to 4, and leaves f further left."),
    (taylor_explorer, ("abs(x-3)", 1), {}, "from −2 to 3.02, and leaves f further right."),
    (taylor_explorer, ("abs(x)", 0), {}, "a kink at 0: no polynomial follows it to both sides; try another point"),
    (taylor_explorer, ("abs(x)", 0), {"order": 0}, "from −0.03 to 0.03, and leaves f further left and right."),
    (taylor_explorer, ("tanh(200x)", 0), {"order": 0, "at": 0.005}, " 0 to 0, and leaves f further left and right."),
    (taylor_explorer, ("7", -1), {"order": 12}, "from −4 to 2, which is the whole picture."),
    (taylor_explorer, ("sqrt x", 0), {}, "sqrt(x) has no Taylor polynomial of order 3 at 0; try another point"),
    (taylor_explorer, ("1/x", 0), {}, "f has no finite value at 0: it divides by zero; try another point"),
    (gradient_explorer, (), {}, "At (−1.5, 1), walking towards 60°, f has slope 3.047."),
    (gradient_explorer, (valley, (2, 3)), {"angle": 180.0, "mark": True}, "At (2, 3), walking towards 180°, f has "
     "slope −12. It is steepest, 33.24, towards 68.84°, along the gradient (12, 31); and level along the contour, "
     "towards 158.8° and 338.8°."),
    (gradient_explorer, (valley, (0, 0)), {}, "At (0, 0) the gradient is (0, 0): f is level in every direction."),
    (gradient_explorer, (lambda p: p[1] + 1e-12 * p[0],), {"mark": True}, "the contour, towards 0° and 180°."),
    (gradient_explorer, (lambda p: p[0] - p[1] / 3,), {"angle": np.rad2deg(np.arctan(3))}, "°, f has slope 0."),
    (gradient_explorer, (lambda p: abs(p[0] - p[1]), (1, 1)), {}, "at (1, 1): there is no gradient; try another point"),
    (gradient_explorer, (lambda p: abs(p[0] + p[1]), (1, -1)), {}, "there is no gradient; try another point"),
    (gradient_explorer, (lambda p: abs(p[0]) + p[1], (0, 1)), {}, "there is no gradient; try another point"),
    (gradient_explorer, (lambda p: p[0] + abs(p[1]), (1, 0)), {}, "there is no gradient; try another point"),
    (gradient_explorer, (lambda p: 1 / p[0], (0, 1)), {}, "no finite value at (0, 1): it gives inf; try another point"),
]  # fmt: skip


@pytest.mark.parametrize(("explorer", "given", "values", "ending"), SAID)
def test_what_is_said_of_any_function(explorer, given, values, ending):
    live = moved(explorer(*given), **values)
    assert (live.error or live.sentence).endswith(ending)
