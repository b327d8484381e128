"""The Taylor explorer: what it draws is the Taylor polynomial, and the stretch that it calls good is."""

import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_lab.taylor import taylor_explorer

X = sp.Symbol("x")
SLOPES = [sp.diff(sp.exp(sp.sin(X)), X, k) for k in range(13)]  # exact, where the explorer takes differences
LESSON = taylor_explorer()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 12), st.floats(-2.3, 3.7))
def test_the_polynomial_is_taylors_and_good_where_it_is_called_good(order, at):
    LESSON.controls["order"].value, LESSON.controls["at"].value = order, at
    (axes,) = LESSON.figure.axes
    f, whole, good, ends, here = (line.get_xydata() for line in axes.lines)
    x = f[:, 0]
    slopes = [float(slope.subs(X, sp.Float(at, 30))) for slope in SLOPES[: order + 1]]
    follows = sum(slope / math.factorial(k) * (x - at) ** k for k, slope in enumerate(slopes))
    within = np.abs(follows - np.exp(np.sin(x))) <= 0.01 * np.ptp(axes.get_ylim())
    assert LESSON.error == ""
    assert whole == pytest.approx(np.c_[x, follows][::2], rel=1e-6, abs=1e-6)
    assert here[0] == pytest.approx([at, np.exp(np.sin(at))])
    first, last = np.searchsorted(x, good[[0, -1], 0])
    assert within[first : last + 1].all()
    assert first == 0 or not within[first - 1]  # one point further it is good no more, or there is none
    assert last == len(x) - 1 or not within[last + 1]
    assert good == pytest.approx(np.c_[x, follows][first : last + 1], abs=1e-6)
    assert ends.tolist() == good[[0, -1]].tolist()
    assert good[0, 0] - 0.016 < at < good[-1, 0] + 0.016


WORDS = [
    ("exp(sin x)", 0.7, 3, " order 3 is within 0.026 of f, 1% of the picture's height, from 0.115 to 1.45, and leaves "
     "f further left and right."),
    ("x^3 - 2x^2 + 5", 2.0, 3, "from −1 to 5, which is the whole picture."),
    ("sin t", -4.0, 3, "Around −4, the polynomial of order 3 is within 0.022 of f, 1% of the picture's height, "
     "from −4.88 to −3.04, and leaves f further left and right."),
    ("abs(x+1)", 1.0, 3, " to 4, and leaves f further left."),
    ("abs(x-3)", 1.0, 3, "from −2 to 3.02, and leaves f further right."),
    ("abs(x)", 0.0, 1, "f has a kink at 0: no polynomial follows it to both sides; try another point"),
    ("abs(x)", 0.0, 0, "from −0.03 to 0.03, and leaves f further left and right."),
    ("7", -1.0, 12, "from −4 to 2, which is the whole picture."),
    ("sqrt x", 0.0, 3, "sqrt(x) has no Taylor polynomial of order 3 at 0; try another point"),
    ("1/x", 0.0, 3, "f has no finite value at 0: it gives inf; try another point"),
    ("ln x", -1.0, 3, "f has no finite value at −1: it gives nan; try another point"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "order", "ending"), WORDS)
def test_how_far_it_is_good_in_words(text, at, order, ending):
    explorer = taylor_explorer(text, at)
    track = explorer.controls["order"].children[-1]
    assert (track.min, track.max, track.value) == (0, 12, 3)
    explorer.controls["order"].value = order
    assert (explorer.error or explorer.sentence).endswith(ending)
    (axes,) = explorer.figure.axes
    low, high = at - max(3, abs(at)), at + max(3, abs(at))
    track = explorer.controls["at"].children[-1]
    assert (track.min, track.max, track.step) == pytest.approx((low, high, 0.01))
    assert axes.get_xlim() == (low, high)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("t" if "t" in text.removeprefix("sqrt") else "x", "f(x)")
    names = [label.get_text() for label in explorer.figure.legends[0].get_texts()]
    assert names == ["f", "polynomial", "polynomial within 1% of the height"]


def test_what_is_no_expression_in_one_variable_is_refused_in_words():
    with pytest.raises(ValueError, match="expected an expression in one variable, got x, y in x·y"):
        taylor_explorer("x*y")
