"""The training explorer: each step it shows is the network that `train` found, and never one ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import network
from calc_core.households import Households, load
from calc_lab.training import training_explorer

ENGEL = Households(load().income / 1000, load().food / 1000)
LESSON = training_explorer()
CLOUD, LOSS = LESSON.figure.axes
START = "After 0 steps the loss is 0.926, not yet below the straight line's 0.17."


def move(**values):
    """The explorer's sentence with these values, and all others at their start."""
    for name, control in LESSON.controls.items():
        control.value = values.get(name, control.initial)
    assert LESSON.error == ""
    return LESSON.sentence


def moving_lines(axes):
    return [line.get_xydata() for line in axes.lines if line.get_animated()]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 300), st.sampled_from([(4, 0.1, 0.9), (1, 0.01, 0.0), (8, 0.05, 0.5)]))
def test_each_step_is_the_network_that_train_found(step, setting):
    width, rate, momentum = setting
    move(width=width, learning_rate=rate, momentum=momentum, step=step)
    trained = network.train(ENGEL.income, ENGEL.food, width=width, learning_rate=rate, momentum=momentum)
    (fit,), (losses, now) = moving_lines(CLOUD), moving_lines(LOSS)
    assert fit[[0, -1], 0].tolist() == [ENGEL.income.min(), ENGEL.income.max()]
    assert fit[:, 1].tolist() == trained(fit[:, 0], step).tolist()
    assert losses.tolist() == [[at, loss] for at, loss in enumerate(trained.history.values[: step + 1])]
    assert now.tolist() == losses[-1:].tolist()
    assert all(LOSS.viewLim.contains(*point) for point in losses)


FAST = {"width": 16, "momentum": 0.0, "learning_rate": 2.0}
WORDS = [
    ({}, "", START),
    ({"step": 1}, "", "After 1 step the loss is 0.816, not yet below the straight line's 0.17."),
    ({"step": 300}, "", "After 300 steps the loss is 0.128, below the straight line's 0.17."),
    ({"step": 300, "width": 1}, "", "After 300 steps the loss is 0.134, below the straight line's 0.17."),
    ({"step": 4, "width": 8, "momentum": 0.0, "learning_rate": 0.5}, "rises", "After 4 steps the loss is 34.6, "
     "higher than at the start: the learning rate 0.5 is too large."),
    ({"step": 300, **FAST}, "diverges", "After 4 steps the loss is 1.53e9, and then leaves all bounds: the learning "
     "rate 2 is too large."),
    ({"step": 4, **FAST}, "rises", "After 4 steps the loss is 1.53e9, higher than at the start: the learning rate 2 "
     "is too large."),
]  # fmt: skip


@pytest.mark.parametrize(("values", "word", "sentence"), WORDS)
def test_how_training_goes_in_words(values, word, sentence):
    assert move(**values) == sentence
    assert [text.get_text() for text in LOSS.texts] == [word]


def test_the_straight_line_is_what_it_must_beat_and_nothing_covers_the_richest_family():
    slope, intercept = np.polyfit(ENGEL.income, ENGEL.food, 1)
    line, level = (next(line for line in axes.lines if line.get_linestyle() == "--") for axes in (CLOUD, LOSS))
    assert line.get_ydata() == pytest.approx(intercept + slope * line.get_xdata())
    errors = intercept + slope * ENGEL.income - ENGEL.food
    assert level.get_ydata() == pytest.approx([np.mean(errors**2) / np.var(ENGEL.food)] * 2)
    (cloud,) = CLOUD.collections
    assert cloud.get_offsets().tolist() == np.c_[ENGEL.income, ENGEL.food].tolist()
    assert [text.get_text() for text in CLOUD.get_legend().get_texts()] == ["straight line", "network"]
    richest = CLOUD.transData.transform([ENGEL.income.max(), ENGEL.food[ENGEL.income.argmax()]])
    assert CLOUD.bbox.contains(*richest)
    assert not CLOUD.get_legend().get_window_extent().contains(*richest)


def test_the_controls_reach_what_the_lesson_asks_for():
    tracks = {name: control.children[-1] for name, control in LESSON.controls.items()}
    ends = {name: (LESSON.controls[name].initial, track.min, track.max) for name, track in tracks.items()}
    assert ends.pop("learning_rate") == pytest.approx((0.1, -3, np.log10(2)))
    assert ends == {"step": (0, 0, 300), "momentum": (0.9, 0, 0.99), "width": (4, 1, 16)}
