"""The Taylor explorer: what it draws is the Taylor polynomial, and the stretch that it calls good is."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_lab.taylor import HIGHEST, taylor_coefficients, taylor_explorer

X = sp.Symbol("x")
LESSON = taylor_explorer()


def exact(expression, at, order):
    """The coefficients of Taylor's formula by SymPy's exact derivatives."""
    slopes = [sp.diff(expression, X, k).subs(X, sp.Float(at, 30)) for k in range(order + 1)]
    return [float(slope / sp.factorial(k)) for k, slope in enumerate(slopes)]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, HIGHEST), st.floats(-2.3, 3.7))
def test_the_polynomial_is_taylors_and_good_where_it_is_called_good(order, at):
    LESSON.controls["order"].value, LESSON.controls["at"].value = order, at
    (axes,) = LESSON.figure.axes
    f, whole, good, ends, here = (line.get_xydata() for line in axes.lines)
    bottom, top = axes.get_ylim()
    coefficients = exact(sp.exp(sp.sin(X)), at, order)
    follows = np.polyval(coefficients[::-1], f[:, 0] - at)
    within = np.abs(follows - np.exp(np.sin(f[:, 0]))) <= 0.01 * (top - bottom)
    assert LESSON.error == ""
    assert whole[:, 0].tolist() == f[::2, 0].tolist()
    assert np.allclose(whole[:, 1], np.clip(follows, 2 * bottom - top, 2 * top - bottom)[::2], atol=1e-6)
    assert here[0] == pytest.approx([at, np.exp(np.sin(at))])
    first, last = np.searchsorted(f[:, 0], good[[0, -1], 0])
    assert within[first : last + 1].all()
    assert first == 0 or not within[first - 1]  # one point further it is good no more, or there is none
    assert last == len(f) - 1 or not within[last + 1]
    assert np.allclose(good[:, 1], follows[first : last + 1], atol=1e-6)
    assert ends.tolist() == good[[0, -1]].tolist()
    assert good[0, 0] - 0.016 < at < good[-1, 0] + 0.016


@pytest.mark.parametrize("expression", [sp.exp(sp.sin(X)), sp.log(1 + X), X**3 - 2 * X**2 + 5, sp.Integer(7)])
def test_the_coefficients_are_sympys(expression):
    assert taylor_coefficients(expression, 0.7, 6) == pytest.approx(exact(expression, 0.7, 6), rel=1e-12, abs=1e-12)
    f, *_ = taylor_explorer(expression, 0.7).figure.axes[0].lines
    assert f.get_ydata()[300] == pytest.approx(float(expression.subs(X, f.get_xdata()[300])))


@pytest.mark.parametrize(
    ("text", "at", "span", "ending"),
    [
        ("exp(sin x)", 0.7, None, " order 3 is within 0.026 of f, 1% of the picture's height, "
         "from 0.115 to 1.45, and leaves f further left and right."),
        ("x^3 - 2x^2 + 5", 2.0, None, "from −1 to 5, which is the whole picture."),
        ("sin t", -4.0, None, "Around −4, the polynomial of order 3 is within 0.022 of f, 1% of the picture's height, "
         "from −4.88 to −3.04, and leaves f further left and right."),
        ("sin x", 0.0, (0, 6), "from 0 to 1.21, and leaves f further right."),
        ("sin x", 0.0, (-6, 0), "from −1.21 to 0, and leaves f further left."),
    ],
)  # fmt: skip
def test_how_far_it_is_good_in_words(text, at, span, ending):
    explorer = taylor_explorer(text, at, x_range=span)
    assert explorer.sentence.endswith(ending)
    (axes,) = explorer.figure.axes
    low, high = span or (at - max(3.0, abs(at)), at + max(3.0, abs(at)))
    assert axes.get_xlim() == pytest.approx((low, high))
    assert axes.get_xlabel() == ("t" if "t" in text else "x")
    track = explorer.controls["at"].children[-1]
    assert (track.min, track.max, track.step) == pytest.approx((low, high, 0.01))
    order = explorer.controls["order"].children[-1]
    assert (order.min, order.max, order.value) == (0, 12, 3)


@pytest.mark.parametrize(
    ("text", "at", "order", "words"),
    [
        ("abs(x)", 0.0, 1, "f has a kink at 0: no polynomial follows it to both sides; try another point"),
        ("abs(x)", 0.0, 0, ""),
        ("sqrt x", 0.0, 3, "sqrt(x) has no Taylor polynomial of order 3 at 0; try another point"),
        ("1/x", 0.0, 3, "f has no finite value at 0: it gives inf; try another point"),
        ("ln x", -1.0, 3, "f has no finite value at −1: it gives nan; try another point"),
    ],
)
def test_where_there_is_no_polynomial_it_says_so(text, at, order, words):
    explorer = taylor_explorer(text, at)
    explorer.controls["order"].value = order
    assert explorer.error == words


@pytest.mark.parametrize(
    ("expression", "span", "words"),
    [
        ("x*y", None, "expected an expression in one variable, got x, y in x·y"),
        (["__import__('os').abort()"], None, "expected a formula or a number"),
        ("sin x", (2, 3), "expected a point between 2 and 3, got 0.7"),
        ("sin x", (1, np.inf), "a range is two finite numbers in order, got"),
    ],
)
def test_what_is_no_expression_or_range_is_refused_in_words(expression, span, words):
    with pytest.raises((ValueError, TypeError), match=words):
        taylor_explorer(expression, x_range=span)


def test_the_words_around_the_picture_and_its_width():
    explorer = taylor_explorer()
    words = [(axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()) for axes in explorer.figure.axes]
    assert words == [
        ("How far does the polynomial stay close?", "x", "f(x)"),
    ]
    assert ", ".join(control.label for control in explorer.controls.values()) == "order, at"
    names = [text.get_text() for text in explorer.figure.legends[0].get_texts()]
    assert names == ["f", "polynomial", "polynomial within 1% of the height"]
    assert explorer.figure.get_figwidth() == 8.4
