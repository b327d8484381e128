"""The error explorer: the curves, the marks of the best steps and the causes are what the methods give."""

import math
import random

import numpy as np
import pytest

from calc_core import numeric
from calc_core.style import number
from calc_lab.error import EPS, METHODS, POWERS, STEPS, best_found, error_explorer

EXACT, SIZE = math.cos(1.3) * math.exp(math.sin(1.3)), math.exp(math.sin(1.3))


def marked(live, marker):
    """The lines of this marker by how many points they have and whether they move."""
    lines = [line for line in live.figure.axes[0].lines if line.get_marker() == marker]
    return {len(line.get_xdata()): line for line in lines if len(line.get_xdata()) > 1 or line.get_animated()}


def moved(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    assert not live.error
    return live


def wave(x):
    return np.exp(np.sin(x))


@pytest.mark.parametrize("method", METHODS)
def test_curves_and_cursor_stand_at_the_errors_of_the_method(method):
    live, (rule, color, marker) = error_explorer(), METHODS[method]
    lines = marked(live, marker).values()
    assert all(line.get_color() == color for line in lines)
    assert all(line.get_visible() == (method in POWERS) == (method in live.sentence) for line in lines)
    moved(live, complex_step=True)
    curve, dot = (marked(live, marker)[count] for count in (len(STEPS), 1))
    expected = [max(abs(rule(wave, 1.3, h) - EXACT), EPS * EXACT) for h in STEPS]
    np.testing.assert_allclose(curve.get_ydata(), expected, rtol=1e-9, atol=2 * EPS)
    np.testing.assert_allclose(curve.get_xdata(), STEPS)
    for h in (1e-12, 3e-5, 0.7):
        moved(live, h=h)
        missed = abs(rule(wave, 1.3, h) - EXACT)
        assert dot.get_xydata()[0] == pytest.approx((h, max(missed, EPS * EXACT)), rel=1e-6)
        assert f"{method} {number(missed, 2) if missed > EPS * EXACT else 0}" in live.sentence
        cursor = [line.get_ydata() for line in live.figure.axes[0].lines if list(line.get_xdata()) == [h, h]]
        assert cursor == [live.figure.axes[0].get_ylim()]


def test_every_mark_has_a_name():
    (legend,) = error_explorer().figure.legends
    best = ["best step, predicted", "best step, found"]
    assert [text.get_text() for text in legend.get_texts()] == [*METHODS, "predicted, at most", *best]


def test_the_best_steps_are_marked_as_predicted_and_as_found():
    live = moved(error_explorer(), show_best=True)
    lines = live.figure.axes[0].lines
    dashed = [line for line in lines if line.get_linestyle() == "--"]
    diamonds, stars = ([line for line in lines if line.get_marker() == marker] for marker in "D*")
    for method, line, diamond, star in zip(POWERS, dashed, diamonds, stars, strict=False):
        _, color, marker = METHODS[method]
        best, power = numeric.best_step(wave, 1.3, method.split()[0]), POWERS[method]
        round_off = 2 / power * EPS * SIZE  # divided by h; at the best step truncation is all or half of it
        predicted = round_off / STEPS + round_off / best / power * (STEPS / best) ** power
        assert line.get_color() == color
        np.testing.assert_allclose(line.get_ydata(), predicted)
        assert diamond.get_xydata()[0] == pytest.approx((best, round_off / best * (1 + 1 / power)))
        assert diamond.get_ydata()[0] <= predicted.min() * (1 + 1e-9)
        errors = marked(live, marker)[len(STEPS)].get_ydata()
        assert np.all(errors[STEPS < 1e-2] <= 1.1 * predicted[STEPS < 1e-2])  # beyond, Taylor's next terms count
        step, error = star.get_xydata()[0]
        assert errors[step == STEPS] == error
        assert best / 10 < step < 10 * best
        assert f"{method} {number(step, 2)}" in live.sentence.partition("Best steps found: ")[2]
        for h, cause in ((1.5 * best, "truncation: h is too large"), (best / 2, "round-off: h is too small")):
            assert f"({cause})" in moved(live, h=h).sentence.split("difference")[power]


def test_the_best_steps_wait_until_they_are_asked_for():
    live = error_explorer()
    marks = [line for line in live.figure.axes[0].lines if line.get_marker() in "D*" and len(line.get_xdata())]
    assert len(marks) == 4
    assert not any(line.get_visible() for line in marks)
    assert "Best" not in live.sentence


def test_one_lucky_step_is_not_the_best():
    assert STEPS[8] == pytest.approx(10 * STEPS[0])  # four steps on either side are a decade
    assert best_found(np.array([9.0, 0.0, 9.0, 9.0, *9 * [2.0], 5.0, np.nan])) == 8
    assert best_found(np.array([9.0, 0.0, 9.0, 4.0, 3.0, *7 * [2.0], 5.0, 6.0])) == 7


@pytest.mark.parametrize(
    ("f", "at", "h", "words"),
    [
        (math.sin, 1.0, 0.01, "complex step no number. Best"),
        (lambda x: 3 * x + 1, 1.3, 1e-16, "complex step 0."),
        (lambda x: 1 / x, 1.0, 1.0, "central difference no number"),
        (lambda x: x**2, 0.0, 1.0, "forward difference 1, central difference 0, complex step 0."),
        (lambda x: np.sin(2e4 * x), 1.0, 0.01, "Best steps found: forward difference"),
        (lambda x: 1e-300 * x**3, 1.0, 0.01, "central difference 0"),
        (lambda x: 1e249 * x**3, 1.0, 0.01, "forward difference 3e247"),
    ],
)
def test_errors_of_a_learners_function(f, at, h, words):
    live = moved(error_explorer(f, at), complex_step=True, show_best=True, h=h)
    assert words in live.sentence
    low, high = live.figure.axes[0].get_ylim()
    dots = [marked(live, marker)[1].get_ydata()[0] for marker in "os^"]
    assert all(low < height <= high or np.isnan(height) for height in dots)


@pytest.mark.parametrize(
    ("f", "at", "message"),
    [
        (abs, 0.0, "kink at 0"),
        (np.sqrt, 0.0, "No slope of f can be found at 0"),
        (lambda x: random.random(), 1.0, "f gives another value each time"),
        (lambda x: 1e308 * x, 1.0, "too large"),
    ],
)
def test_without_a_slope_there_is_no_error(f, at, message):
    with pytest.raises(ValueError, match=message):
        error_explorer(f, at)
