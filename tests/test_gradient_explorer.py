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
    """The points of the moving lines with that marker, the shortest line first."""
    lines = [line.get_xydata() for line in axes.lines if line.get_marker() == marker and line.get_animated()]
    return sorted(lines, key=len)


def marked(explorer):
    """How many marks of the steepest way and of the level ones are seen."""
    lines = [line for axes in explorer.figure.axes for line in axes.lines]
    return sum(line.get_visible() for line in lines if line.get_marker() in ("^", "s"))


def unit(degrees):
    return np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])


@settings(max_examples=15, deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 360))
def test_all_that_is_drawn_follows_from_the_gradient(x, y, angle):
    point, gradient = np.array([x, y]), np.array([2 * x * y, x**2 + 3 * y**2])
    length = np.hypot(*gradient)
    assume(length > 1e-3)
    move(LESSON, x=x, y=y, angle=angle, mark=True)
    close = {"rel": 1e-6, "abs": 1e-6 * max(1, length)}
    here, heading = marks(LEFT, "o")
    assert here[0] == pytest.approx(point)
    assert heading == pytest.approx(np.array([point, point + unit(angle)]), **close)
    assert marks(LEFT, "^")[0] == pytest.approx(np.array([point, point + gradient / length]), **close)
    one, other = marks(LEFT, "s")[0] - point
    assert one == pytest.approx(-other, **close)
    assert np.hypot(*one) == pytest.approx(1)
    assert one @ gradient / length == pytest.approx(0, abs=1e-6)
    wave = marks(RIGHT, "None")[0]
    assert (wave[0, 0], wave[-1, 0], len(wave) > 90) == (0, 360, True)
    assert wave[:, 1] == pytest.approx(gradient @ unit(wave[:, 0]), **close)
    assert marks(RIGHT, "o")[0][0] == pytest.approx([angle, gradient @ unit(angle)], **close)
    best, top = marks(RIGHT, "^")[0][0]
    assert (top, *unit(best)) == pytest.approx((length, *gradient / length), **close)
    (one, *zero), (other, *naught) = marks(RIGHT, "s")[0]
    assert zero == naught == [0]
    assert 0 <= one < 180 <= other == pytest.approx(one + 180)
    assert unit(one) @ gradient / length == pytest.approx(0, abs=1e-6)
    low, high = RIGHT.get_ylim()
    assert 1.04 * length < high == -low < 1.6 * length


def test_the_field_is_the_gradient_and_the_shades_are_the_height():
    (arrows,) = (artist for artist in LEFT.collections if hasattr(artist, "U"))
    x, y = arrows.get_offsets().T
    assert np.c_[arrows.U, arrows.V] == pytest.approx(np.c_[2 * x * y, x**2 + 3 * y**2], rel=1e-6, abs=1e-6)
    assert [text.get_text() for text in BAR.get_xticklabels()] == ["−150", "−90", "−30", "30", "90", "150"]
    assert (LEFT.get_aspect(), RIGHT.get_xlim(), RIGHT.get_xticks().tolist()) == (1, (0, 360), [0, 90, 180, 270, 360])
    assert len(max(LEFT.lines, key=lambda line: line.get_zorder()).get_xydata()) == 1  # the point lies above its arrows
    words = [(axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()) for axes in LESSON.figure.axes]
    assert words == [
        ("One step, in any direction", "x", "y"),
        ("How steep it is that way", "direction (degrees from the x axis)", "slope in that direction"),
        ("", "height of f", ""),
    ]
    legend = LESSON.figure.legends[0]
    names = [label.get_text() for label in legend.get_texts()]
    assert names == ["the direction chosen", "the steepest", "level"]
    for line, shown in zip(legend.get_lines(), "o^s", strict=True):  # one mark, one colour in both panels
        both = [mark for mark in (*LEFT.lines, *RIGHT.lines) if mark.get_label() == line.get_label()]
        assert {(mark.get_marker(), mark.get_color()) for mark in both} == {(shown, line.get_color())}
        assert len(both) == 2


def no_gradient(point):
    return f"f has a kink at {point}: there is no gradient; try another point"


WORDS = [
    (valley, (-1.5, 1.0), {}, "At (−1.5, 1), walking towards 60°, f has slope 3.047.", 0),
    (valley, (2.0, 3.0), {"angle": 180.0, "mark": True}, "At (2, 3), walking towards 180°, f has slope −12. It is "
     "steepest, 33.24, towards 68.84°, along the gradient (12, 31); and level along the contour, towards 158.8° and "
     "338.8°.", 4),
    (valley, (0, 0), {"mark": True}, "At (0, 0) the gradient is (0, 0): f is level in every direction.", 0),
    (lambda p: p[0], (1, 1), {"angle": 90}, "At (1, 1), walking towards 90°, f has slope 0.", 0),
    (lambda p: p[0] - p[1] / 3, (1, 1), {"angle": np.rad2deg(np.arctan(3))}, "towards 71.57°, f has slope 0.", 0),
    (lambda p: abs(p[0] - p[1]), (1, 1), {}, no_gradient("(1, 1)"), 0),
    (lambda p: abs(p[0] + p[1]), (1, -1), {}, no_gradient("(1, −1)"), 0),
    (lambda p: abs(p[0]) + p[1], (0, 1), {}, no_gradient("(0, 1)"), 0),
    (lambda p: p[0] + abs(p[1]), (1, 0), {}, no_gradient("(1, 0)"), 0),
    (lambda p: 1 / p[0], (0, 1), {}, "f has no finite value at (0, 1): it gives inf; try another point", 0),
]  # fmt: skip


@pytest.mark.parametrize(("f", "at", "values", "words", "count"), WORDS)
def test_what_is_seen_in_words_and_no_answer_before_it_is_asked_for(f, at, values, words, count):
    explorer = move(gradient_explorer(f, at), **values)
    assert (explorer.error or explorer.sentence).endswith(words)
    assert explorer.error or marked(explorer) == count


def test_the_point_keeps_away_from_the_edge_and_a_step_is_an_eighth_of_the_smaller_range():
    explorer = gradient_explorer(at=(3, 12), window=((2, 10), (8, 24)))
    left = explorer.figure.axes[0]
    assert (left.get_xlim(), left.get_ylim()) == ((2, 10), (8, 24))
    assert np.hypot(*(marks(left, "s")[0][0] - [3, 12])) == pytest.approx(1)
    x, y = (explorer.controls[name].children[-1] for name in "xy")
    assert (x.min, x.max, x.step, y.min, y.max, y.step) == (3, 9, 0.01, 10, 22, 0.01)
