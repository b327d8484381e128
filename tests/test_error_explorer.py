"""The error explorer: the curves, the marks of the best steps and the causes are what the methods give."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import numeric
from calc_core.style import number
from calc_lab.error import EPS, METHODS, POWERS, STEPS, best_found, both_errors, error_explorer, wave

EXACT = math.cos(1.3) * math.exp(math.sin(1.3))
RULES = {name: rule for name, (rule, _, _) in METHODS.items()}


def lines(live, marker, count):
    """The lines of one marker with so many points."""
    marked = [line for line in live.figure.axes[0].lines if line.get_marker() == marker]
    return [line for line in marked if len(line.get_xdata()) == count]


def moved(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    assert not live.error
    return live


@pytest.mark.parametrize(("method", "marker"), [(name, marker) for name, (_, _, marker) in METHODS.items()])
def test_curves_and_cursor_stand_at_the_errors_of_the_method(method, marker):
    live = moved(error_explorer(), complex_step=True)
    (curve,) = lines(live, marker, len(STEPS))
    expected = [max(abs(RULES[method](wave, 1.3, h) - EXACT), EPS * EXACT) for h in STEPS]
    np.testing.assert_allclose(curve.get_ydata(), expected, rtol=1e-9, atol=2 * EPS)
    np.testing.assert_allclose(curve.get_xdata(), STEPS)
    for h in (1e-12, 3e-5, 0.7):
        moved(live, h=h)
        (dot,) = (line for line in lines(live, marker, 1) if line.get_animated())
        missed = abs(RULES[method](wave, 1.3, h) - EXACT)
        assert dot.get_xydata()[0] == pytest.approx((h, max(missed, EPS * EXACT)), rel=1e-6)
        assert f"{method} {number(missed, 2) if missed > EPS * EXACT else 0}" in live.sentence
        assert dot.get_color() == curve.get_color()
        assert any(list(line.get_xdata()) == [h, h] for line in live.figure.axes[0].lines)


def test_every_mark_has_a_name():
    (legend,) = error_explorer().figure.legends
    best = ["best step, predicted", "best step, found"]
    assert [text.get_text() for text in legend.get_texts()] == [*METHODS, "predicted, at most", *best]


def test_the_complex_step_waits_for_its_switch():
    live = error_explorer()
    for line in lines(live, "^", len(STEPS)) + [line for line in lines(live, "^", 1) if line.get_animated()]:
        assert not line.get_visible()
        assert line.get_animated()
    assert "complex step" not in live.sentence
    assert "complex step" in moved(live, complex_step=True).sentence


def test_the_best_steps_are_marked_as_predicted_and_as_found():
    live = error_explorer()
    diamonds, stars = lines(live, "D", 1), lines(live, "*", 1)
    for (method, power), diamond, star, marker in zip(POWERS.items(), diamonds, stars, "os", strict=True):
        best = numeric.best_step(wave, 1.3, method.split()[0])
        least = sum(both_errors(best, best, power, wave(1.3)))
        assert diamond.get_xydata()[0] == pytest.approx((best, least))
        step, error = star.get_xydata()[0]
        (curve,) = lines(live, marker, len(STEPS))
        assert curve.get_ydata()[np.flatnonzero(step == STEPS)[0]] == error
        assert best / 10 < step < 10 * best
        assert f"{method} {number(step, 2)}" in live.sentence.partition("Best steps found: ")[2]
        for h, cause in ((1.5 * best, "truncation: h is too large"), (best / 2, "round-off: h is too small")):
            assert cause in moved(live, h=h).sentence.split("difference")[power]


@given(st.floats(1e-9, 1e-3), st.sampled_from([1, 2]), st.floats(0.1, 10), st.floats(0.1, 10))
def test_the_predicted_error_is_least_at_the_best_step(best, power, size, ratio):
    truncation, round_off = both_errors(ratio * best, best, power, size)
    assert truncation + round_off >= sum(both_errors(best, best, power, size)) * (1 - 1e-12)
    assert round_off == pytest.approx((2 if power == 1 else 1) * EPS * size / (ratio * best))
    assert truncation == pytest.approx(ratio**power * both_errors(best, best, power, size)[0])


def test_one_lucky_step_is_not_the_best():
    assert best_found(np.array([9.0, 0.0, 9.0, 9.0, *9 * [2.0], 5.0, np.nan])) == 8


def test_the_prediction_holds():
    live = error_explorer()
    predicted = [line for line in live.figure.axes[0].lines if line.get_linestyle() == "--"]
    for marker, dashed in zip("os", predicted, strict=False):
        (curve,) = lines(live, marker, len(STEPS))
        small = STEPS < 1e-2  # beyond, Taylor's next terms count
        assert np.all(curve.get_ydata()[small] <= 1.1 * dashed.get_ydata()[small])
        assert dashed.get_color() == curve.get_color()


@pytest.mark.parametrize(
    ("f", "at", "h", "words"),
    [
        (math.sin, 1.0, 0.01, "complex step no number"),
        (lambda x: 3 * x + 1, 1.3, 1e-16, "complex step 0."),
        (lambda x: 1 / x, 1.0, 1.0, "central difference no number"),
        (lambda x: x**2, 0.0, 1.0, "forward difference 1, central difference 0, complex step 0."),
        (lambda x: np.sin(2e4 * x), 1.0, 0.01, "Best steps found: forward difference"),
        (lambda x: 1e-300 * x**3, 1.0, 0.01, "central difference 0"),
    ],
)
def test_errors_of_a_learners_function(f, at, h, words):
    live = moved(error_explorer(f, at), complex_step=True, h=h)
    assert words in live.sentence
    low, high = live.figure.axes[0].get_ylim()
    dots = [line.get_ydata()[0] for marker in "os^" for line in lines(live, marker, 1) if line.get_animated()]
    assert all(low < height <= high or np.isnan(height) for height in dots)


@pytest.mark.parametrize(
    ("f", "at", "message"),
    [
        (abs, 0.0, "kink at 0"),
        (np.sqrt, 0.0, "No slope of f can be found at 0"),
        (lambda x: random.random(), 1.0, "f gives another value each time"),
        (lambda x: None, 1.0, "is there a return in it"),
        (lambda x: 1e308 * x, 1.0, "too large to be drawn"),
    ],
)
def test_without_a_slope_there_is_no_error(f, at, message):
    with pytest.raises(ValueError, match=message):
        error_explorer(f, at)
