"""The training explorer: each step it shows is the network that `train` found, and moving to and fro is cheap."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep import check_frame

from calc_core import network
from calc_core.explorers.training import STEPS, training_explorer
from calc_core.households import load
from calc_core.plots.canvas import to_png

ENGEL = load().in_thousands()


@cache
def opened():
    """One explorer for the tests that only read it."""
    return training_explorer()


def put(**values):
    """The explorer with these values, and every other control at its start."""
    explorer = opened()
    for name, control in explorer.controls.items():
        control.value = values.get(name, control.initial)
        assert explorer.error == ""
    return explorer


def drawn(explorer, panel):
    """The moving line of a panel: the one that is not dotted."""
    lines = explorer.figure.axes[panel].lines
    (line,) = (line for line in lines if line.get_animated() and line.get_linestyle() == "-")
    return line.get_xydata()


def words(explorer):
    return {text.get_text() for text in explorer.figure.axes[1].texts}


def test_it_opens_on_the_way():
    said = "After {} with momentum 0.9 the loss is {}, not yet below the straight line's 0.17."
    assert put().readout == said.format("6 steps", 0.197)
    assert put(step=0).readout == said.format("0 steps", 0.926)


def test_the_first_steps_are_all_drawn_where_the_loss_swings():
    explorer = put(step=20)
    (ahead,) = (line for line in explorer.figure.axes[1].lines if line.get_linestyle() == ":")
    assert drawn(explorer, 1)[:, 0].tolist() == list(range(21))
    assert ahead.get_xdata()[:20].tolist() == list(range(20, 40))


def test_after_training_it_bends_below_the_line():
    explorer = put(step=STEPS)
    assert explorer.readout == "After 300 steps with momentum 0.9 the loss is 0.128, below the straight line's 0.17."


@settings(max_examples=8, deadline=None)
@given(st.integers(0, STEPS), st.sampled_from([(4, 0.1, 0.9), (1, 0.01, 0.0), (8, 0.05, 0.9)]))
def test_each_step_is_the_network_that_train_found(step, setting):
    width, rate, momentum = setting
    explorer = put(width=width, learning_rate=rate, momentum=momentum, step=step)
    trained = network.train(ENGEL.income, ENGEL.food, width=width, learning_rate=rate, momentum=momentum, steps=STEPS)
    assert explorer.values["loss"] == trained.history.values[step]
    income, food = drawn(explorer, 0).T
    assert np.array_equal(food, trained(income, step))
    steps, losses = drawn(explorer, 1).T
    assert steps[-1] == step
    assert np.array_equal(losses, trained.history.values[steps.astype(int)])


def test_from_the_first_step_the_goal_is_shown():
    explorer = put()
    (goal, *_) = (line for line in explorer.figure.axes[0].lines if line.get_linestyle() == ":")
    assert np.array_equal(goal.get_ydata(), network.train(ENGEL.income, ENGEL.food)(goal.get_xdata()))


def test_a_setting_is_trained_once(monkeypatch):
    explorer, settings_trained = training_explorer(), []
    train = network.train
    monkeypatch.setattr(network, "train", lambda *data, **how: settings_trained.append(how) or train(*data, **how))
    for step in (0, 300, 150, 299, 0):
        explorer.controls["step"].value = step
    assert settings_trained == []
    for width in (5, 6, 5, 6):
        explorer.controls["width"].value = width
    assert [how["width"] for how in settings_trained] == [5, 6]


@pytest.mark.parametrize(("width", "momentum"), [(16, 0.0), (16, 0.9)])
def test_divergence_is_named(width, momentum):
    explorer = put(width=width, momentum=momentum, learning_rate=2.0, step=STEPS)
    assert "leaves all bounds: the learning rate 2 is too large" in explorer.readout
    assert "diverges" in words(explorer)
    assert explorer.values["step"] < STEPS
    assert "diverges" not in words(put())


def test_a_loss_that_rises_is_named_before_it_escapes():
    explorer = put(width=8, momentum=0.0, learning_rate=0.5, step=4)
    assert "higher than at the start: the learning rate 0.5 is too large" in explorer.readout
    assert "rises" in words(explorer)


def test_every_corner_of_the_controls_is_drawn():
    for width, rate, momentum in product((1, 16), (0.001, 2.0), (0.0, 0.99)):
        for step in (0, 1, STEPS):
            explorer = put(width=width, learning_rate=rate, momentum=momentum, step=step)
            check_frame(explorer)


def test_a_move_stays_small():
    assert max(len(put(step=step).svg) for step in (0, 60, 100, 150, 300)) < 3500


def test_reset_returns_to_the_start():
    explorer = put()
    before = (explorer.readout, explorer.svg)
    put(step=200, width=2, learning_rate=0.3)
    explorer.reset()
    assert (explorer.readout, explorer.svg) == before


def test_two_copies_do_not_disturb_each_other():
    first, second = training_explorer(), put()
    before = second.svg
    first.controls["step"].value = 77
    assert second.svg == before


def test_drawing_the_picture_again_moves_nothing():
    explorer = put(step=100)
    before = np.array([axes.get_position().bounds for axes in explorer.figure.axes])
    to_png(explorer.figure)
    after = np.array([axes.get_position().bounds for axes in explorer.figure.axes])
    assert after == pytest.approx(before, abs=1e-4)  # a tenth of a pixel
