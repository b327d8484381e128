"""The descent explorer: the path is the one that gradient descent walks, and nothing is said before it is asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.descent import descend, stability_limit
from calc_core.households import least_squares_line, load
from calc_core.style import ESTIMATE
from calc_lab.bowls import household_bowls
from calc_lab.descent import descent_explorer

THOUSANDS, FRANCS, STANDARD = household_bowls()
LESSON = descent_explorer()
PLANE, LOSS, STRIP = LESSON.figure.axes


def move(**values):
    """The explorer's sentence with these values, and all others at their start."""
    for name, control in LESSON.controls.items():
        control.value = values.get(name, control.initial)
    assert not LESSON.error
    return LESSON.sentence


def moving(axes):
    return [line.get_xydata() for line in axes.lines if line.get_animated()]


def data(unit):
    """Income, food, and the start on the sliders and the learning rate as they are in that unit."""
    francs = load()
    income, food = francs.income / 1000, francs.food / 1000
    mean, spread = income.mean(), income.std()
    return {
        THOUSANDS: (income, food, lambda a, b: (a, b), 1),
        FRANCS: (francs.income, francs.food, lambda a, b: (1000 * a, b), 1e-6),
        STANDARD: ((income - mean) / spread, food, lambda a, b: (a + b * mean, b * spread), 1),
    }[unit]


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([THOUSANDS, FRANCS, STANDARD]), st.floats(0.005, 0.9), st.floats(0, 0.99), st.booleans(),
    st.integers(0, 12), st.floats(-0.8, 1.2), st.floats(-0.6, 1.4),
)  # fmt: skip
def test_the_path_the_losses_and_the_limit_are_those_of_gradient_descent(unit, rate, momentum, nesterov, steps, a, b):
    where = {"unit": unit, "start_a": a, "start_b": b, "show_limit": True}
    move(learning_rate=rate, momentum=momentum, nesterov=nesterov, steps=steps, **where)
    income, food, start, rate_unit = data(unit)
    habits = {"momentum": momentum, "nesterov": nesterov}
    inputs = np.c_[np.ones_like(income), income]
    walk = descend(
        lambda p: np.mean((inputs @ p - food) ** 2),
        start(a, b),
        rate * rate_unit,
        steps,
        gradient=lambda p: 2 * (inputs @ p - food) @ inputs / len(food),
        **habits,
    )
    path, begin, end = moving(PLANE)
    assert path == pytest.approx(walk.points, rel=1e-6, abs=1e-8)
    assert (begin.tolist(), end.tolist()) == (path[:1].tolist(), path[-1:].tolist())
    curve, now = moving(LOSS)
    assert curve == pytest.approx(np.c_[range(len(path)), walk.values], rel=1e-6)
    assert now.tolist() == curve[-1:].tolist()
    assert {line.get_color() for axes in LESSON.figure.axes for line in axes.lines if line.get_animated()} == {ESTIMATE}
    limit = stability_limit(2 * inputs.T @ inputs / len(food), **habits) / rate_unit
    (text,), (beyond,) = STRIP.texts, STRIP.patches
    ((x, y),) = moving(STRIP)[0]
    assert x == rate
    assert beyond.get_y() < y / STRIP.get_ylim()[1] < beyond.get_y() + beyond.get_height()
    assert text.get_position()[0] == beyond.get_x() == pytest.approx(limit, rel=1e-6)
    assert beyond.get_x() + beyond.get_width() > STRIP.get_xlim()[1] == 6
    assert float(text.get_text().removeprefix("limit ")) == pytest.approx(limit, rel=1e-3)


WORDS = [
    ({}, "", "The learning rate 0.4: after 60 steps the loss is 0.01291, and 0.1% of the way is left. The rings are "
     "4.07 times as long as wide."),
    ({"steps": 1}, "", " is below the limit 0.4748: after 1 step the loss is 0.2531, and 85.2% of the way is"),
    ({"steps": 0}, "", "The learning rate 0.4: after 0 steps the loss is 0.4718"),
    ({"learning_rate": 0.48}, "diverges", ": after 60 steps the loss is 5.259, more than ever before: it div"),
    ({"learning_rate": 4.0}, "diverges", ": it diverges, and after 6 steps it has left all bounds. The rings"),
    ({"learning_rate": 0.4747770602}, "", " is on the limit 0.4748: after 60 steps the loss is 0.3981, and 49.0%"),
    ({"learning_rate": 0.6116, "momentum": 0.3662}, "", ": 20 steps to the bottom, where the loss is 0.01291. The"),
    ({"unit": FRANCS}, "crawls", "The learning rate 4e−7 is below the limit 8.106e−7: after 60 steps the loss is "
     "171,100, and nearly all of the way is left. The rings are 2,380 times as long as wide."),
    ({"unit": FRANCS, "steps": 19}, "", "19 steps the loss is 171,100, and 100.0% of the way is left."),
    ({"unit": FRANCS, "steps": 20}, "crawls", "20 steps the loss is 171,100, and nearly all of the way is left."),
    ({"unit": STANDARD, "learning_rate": 0.5}, "", ": 1 step to the bottom, where the loss is 0.01291. The rings"),
    ({"unit": STANDARD, "learning_rate": 2.0, "steps": 3}, "diverges", "is above the limit 1: after 3 steps"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "word", "sentence"), WORDS)
def test_how_a_walk_goes_in_words_and_no_limit_before_it_is_asked_for(values, word, sentence):
    asked = "limit" in sentence
    assert sentence in move(**values, show_limit=asked)
    assert [text.get_text() for text in LOSS.texts if text.get_animated()] == [word]
    assert {artist.get_visible() for artist in (*STRIP.texts, *STRIP.patches)} == {asked}
    assert ("limit" in LESSON.sentence) == asked


UNITS = [
    (FRANCS, "2,380", "intercept a (francs)", "slope b (per franc)", "learning rate (millionths)"),
    (STANDARD, "round", "food at mean income (thousand francs)", "slope b (per standard deviation)", "learning rate"),
    (THOUSANDS, "4.07", "intercept a (thousand francs)", "slope b (per thousand)", "learning rate"),
]


def test_the_unit_is_drawn_at_one_scale_and_leaves_nothing_behind():
    move()
    before = [len(axes.get_children()) for axes in LESSON.figure.axes]
    for unit, rings, across, up, along in UNITS:
        move(unit=unit)
        income, food, *_ = data(unit)
        line = least_squares_line(income, food)
        least = np.mean((line(income) - food) ** 2)
        assert [len(axes.get_children()) for axes in LESSON.figure.axes] == before
        assert np.ptp(PLANE.get_xlim()) == pytest.approx(np.ptp(PLANE.get_ylim()))  # in a square
        assert PLANE.get_box_aspect() == 1
        assert (PLANE.get_xlabel(), PLANE.get_ylabel(), STRIP.get_xlabel()) == (across, up, along)
        (star,) = (mark.get_xydata()[0] for mark in PLANE.lines if mark.get_marker() == "*")
        assert star == pytest.approx(line)
        assert any(f"rings: {rings}" in text.get_text() for text in LOSS.texts)
        (still,) = (level.get_ydata() for level in LOSS.lines if not level.get_animated())
        assert still == pytest.approx([least, least])
        assert LOSS.get_ylim()[0] < least < 1000 * least < LOSS.get_ylim()[1]
        assert (LOSS.get_yscale(), STRIP.get_xscale(), len(STRIP.get_yticks())) == ("log", "log", 0)
        assert PLANE.collections[0].get_paths()


def test_the_controls_reach_what_the_lesson_asks_for_and_it_opens_with_the_whole_walk():
    LESSON.reset()
    assert len(moving(PLANE)[0]) == 61
    assert LOSS.get_xlim() == (-2, 62)
    tracks = {name: control.children[-1] for name, control in LESSON.controls.items()}
    ends = {name: (track.value, track.min, track.max) for name, track in tracks.items() if hasattr(track, "min")}
    assert ends.pop("learning_rate") == pytest.approx((0.4, np.log10(0.005), np.log10(5)))
    assert ends.pop("steps") == (60, 0, 60)
    assert ends == {"momentum": (0, 0, 0.99), "start_a": (1, -0.8, 1.2), "start_b": (0.3, -0.6, 1.4)}
