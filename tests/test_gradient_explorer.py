"""The gradient explorer: every arrow, mark and number follows from the gradient (2xy, x² + 3y²) of the lesson's f."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calc_lab.gradient import gradient_explorer, valley

LESSON = gradient_explorer()
LEFT, RIGHT, BAR = LESSON.figure.axes


def move(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    return explorer


def marks(axes, marker):
    """The points of the one moving line with that marker."""
    (line,) = (line for line in axes.lines if line.get_marker() == marker and line.get_animated())
    return line.get_xydata()


def visible(explorer):
    """The markers that are seen in both panels."""
    left, right, _ = ({line.get_marker() for line in axes.lines if line.get_visible()} for axes in explorer.figure.axes)
    return left & right


def unit(degrees):
    return np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])


@settings(max_examples=15, deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 360))
def test_all_that_is_drawn_follows_from_the_gradient(x, y, angle):
    gradient = np.array([2 * x * y, x**2 + 3 * y**2])
    length = np.hypot(*gradient)
    assume(length > 1e-3)
    move(LESSON, x=x, y=y, angle=angle, mark=True)
    point, close = np.array([x, y]), {"rel": 1e-6, "abs": 1e-6}
    here, heading = (line.get_xydata() for line in LEFT.lines if line.get_marker() == "o" and line.get_animated())
    here, heading = sorted((here, heading), key=len)
    assert here[0] == pytest.approx(point)
    assert heading == pytest.approx(np.array([point, point + unit(angle)]), **close)
    assert marks(LEFT, "^") == pytest.approx(np.array([point, point + gradient / length]), **close)
    one, other = marks(LEFT, "s") - point
    assert one == pytest.approx(-other, **close)
    assert np.hypot(*one) == pytest.approx(1)
    assert one @ gradient / length == pytest.approx(0, abs=1e-6)
    (wave,) = (line.get_xydata() for line in RIGHT.lines if line.get_animated() and line.get_marker() == "None")
    assert wave[[0, -1], 0].tolist() == [0, 360]
    assert len(wave) > 90
    assert wave[:, 1] == pytest.approx(gradient @ unit(wave[:, 0]), rel=1e-6, abs=1e-6 * length)
    assert marks(RIGHT, "o")[0] == pytest.approx([angle, gradient @ unit(angle)], rel=1e-6, abs=1e-6 * length)
    best, top = marks(RIGHT, "^")[0]
    assert top == pytest.approx(length)
    assert unit(best) == pytest.approx(gradient / length, **close)
    (one, zero), (other, naught) = marks(RIGHT, "s")
    assert (zero, naught) == (0, 0)
    assert 0 <= one < 180 <= other == pytest.approx(one + 180)
    assert unit(one) @ gradient / length == pytest.approx(0, abs=1e-6)
    low, high = RIGHT.get_ylim()
    assert 1.04 * length < high == -low < 1.6 * length


def test_the_field_is_the_gradient_and_the_shades_are_the_height():
    (arrows,) = (artist for artist in LEFT.collections if hasattr(artist, "U"))
    x, y = arrows.get_offsets().T
    field = np.column_stack([arrows.U, arrows.V])
    assert field == pytest.approx(np.column_stack([2 * x * y, x**2 + 3 * y**2]), rel=1e-6, abs=1e-6)
    assert [text.get_text() for text in BAR.get_xticklabels()] == ["−150", "−90", "−30", "30", "90", "150"]
    assert LEFT.get_aspect() == 1
    assert RIGHT.get_xlim() == (0, 360)
    assert len(max(LEFT.lines, key=lambda line: line.get_zorder()).get_xydata()) == 1  # the point lies above its arrows
    assert valley((2, 3)) == 39


def test_it_opens_without_the_answer():
    opened = gradient_explorer()
    assert opened.sentence == "At (−1.5, 1), walking towards 60°, f has slope 3.047."
    assert not {"^", "s"} & visible(opened)
    assert move(opened, x=2.0, y=3.0, angle=180.0, mark=True).sentence == (
        "At (2, 3), walking towards 180°, f has slope −12. It is steepest, 33.24, towards 68.84°, along the gradient "
        "(12, 31); and level along the contour, towards 158.8° and 338.8°."
    )


@pytest.mark.parametrize(
    ("f", "at", "values", "words"),
    [
        (valley, (0, 0), {"mark": True}, "At (0, 0) the gradient is (0, 0): f is level in every direction."),
        (lambda p: p[0], (1, 1), {"angle": 90}, "At (1, 1), walking towards 90°, f has slope 0."),
        (lambda p: p[0] + 1e-12 * p[1], (1, 1), {"mark": True}, "At (1, 1), walking towards 60°, f has slope 0.5. It "
         "is steepest, 1, towards 0°, along the gradient (1, 0); and level along the contour, towards 90° and 270°."),
        (lambda p: abs(p[0] - p[1]), (1, 1), {}, "f has a kink at (1, 1): there is no gradient; try another point"),
        (lambda p: abs(p[0] + p[1]), (1, -1), {}, "f has a kink at (1, −1): there is no gradient; try another point"),
        (lambda p: abs(p[0]) + p[1], (0, 1), {}, "f has a kink at (0, 1): there is no gradient; try another point"),
        (lambda p: p[0] + abs(p[1]), (1, 0), {}, "f has a kink at (1, 0): there is no gradient; try another point"),
        (lambda p: 1 / p[0], (0, 1), {}, "f has no finite value at (0, 1): it gives inf; try another point"),
    ],
)  # fmt: skip
def test_special_points_in_words(f, at, values, words):
    explorer = move(gradient_explorer(f, at), **values)
    assert (explorer.error or explorer.sentence) == words
    if "level in every" in words:
        assert not any(
            line.get_visible() for axes in explorer.figure.axes for line in axes.lines if line.get_marker() in "^s"
        )


def test_the_point_keeps_away_from_the_edge_and_a_step_is_an_eighth_of_the_smaller_range():
    explorer = gradient_explorer(at=(3.0, 12.0), x_range=(2.0, 10.0), y_range=(8.0, 24.0), xlabel="a", ylabel="b")
    left, *_ = explorer.figure.axes
    assert (left.get_xlim(), left.get_ylim()) == ((2, 10), (8, 24))
    assert (left.get_xlabel(), left.get_ylabel()) == ("a", "b")
    assert np.hypot(*(marks(left, "s")[0] - [3, 12])) == pytest.approx(1)
    x, y = (explorer.controls[name].children[-1] for name in "xy")
    assert ((x.min, x.max), (y.min, y.max)) == ((3, 9), (10, 22))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"f": lambda p: None}, "is there a return in it"),
        ({"f": 3}, "f must be a function, such as"),
        ({"at": 3.0}, r"expected a point of two numbers, got 3.0; try \(1.0, 0.5\)"),
        ({"at": (1, 9)}, "expected a point between -4 and 4, got 9"),
        ({"y_range": (4, -4)}, r"a range is two finite numbers in order, got \(4, -4\)"),
    ],
)
def test_what_is_no_function_point_or_range_is_refused_in_words(given, words):
    with pytest.raises((ValueError, TypeError), match=words):
        gradient_explorer(**given)


def test_the_words_around_the_picture_and_its_width():
    explorer = gradient_explorer()
    words = [(axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()) for axes in explorer.figure.axes]
    assert words == [
        ("One step, in any direction", "x", "y"),
        ("How steep it is that way", "direction (degrees from the x axis)", "slope in that direction"),
        ("", "height of f", ""),
    ]
    assert (
        ", ".join(control.label for control in explorer.controls.values())
        == "x, y, direction, mark the steepest and the level directions"
    )
    assert explorer.figure.get_figwidth() == 8.4
