"""The descent explorer: the path is the one that gradient descent walks, and nothing is said before it is asked for."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.households import least_squares_line, load
from calc_lab.bowls import household_bowls
from calc_lab.descent import STEPS, descent_explorer

THOUSANDS, FRANCS, STANDARD = household_bowls()
LESSON = descent_explorer()
BOWL = "The rings are 4.07 times as long as wide."


def move(explorer, **values):
    """The explorer with these values, and all others at their start."""
    for name, control in explorer.controls.items():
        control.value = values.get(name, control.initial)
    return explorer


def drawn(explorer, panel, marker):
    (line,) = (line for line in explorer.figure.axes[panel].lines if line.get_marker() == marker)
    return line.get_xydata()


def path(explorer):
    """The points walked over; the first is marked by a white dot, the last by a full one."""
    walked, begin, end = (line.get_xydata() for line in explorer.figure.axes[0].lines if line.get_marker() == "o")
    assert begin.tolist() == walked[:1].tolist()
    assert end.tolist() == walked[-1:].tolist()
    return walked


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


def walk(income, food, point, rate, steps, momentum, nesterov):
    """Descent on the mean squared error, written out: the points and the losses."""
    points, losses, velocity = [np.array(point)], [], 0
    for _ in range(steps + 1):
        error = points[-1][0] + points[-1][1] * income - food
        losses.append(np.mean(error**2))
        gradient = 2 * np.array([np.mean(error), np.mean(error * income)])
        velocity = momentum * velocity + gradient
        points.append(points[-1] - rate * (gradient + momentum * velocity if nesterov else velocity))
    return np.array(points[:-1]), np.array(losses)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([THOUSANDS, FRANCS, STANDARD]), st.floats(0.005, 0.9), st.floats(0, 0.99), st.booleans(),
    st.integers(0, 12), st.floats(-0.8, 1.2), st.floats(-0.6, 1.4),
)  # fmt: skip
def test_the_path_and_the_losses_are_those_of_gradient_descent(unit, rate, momentum, nesterov, steps, a, b):
    place = {"start_a": a, "start_b": b, "unit": unit}
    move(LESSON, learning_rate=rate, momentum=momentum, nesterov=nesterov, steps=steps, show_limit=True, **place)
    income, food, start, rate_unit = data(unit)
    points, losses = walk(income, food, start(a, b), rate * rate_unit, steps, momentum, nesterov)
    assert LESSON.error == ""
    count = len(path(LESSON))
    assert count == steps + 1 or np.abs(points[count]).max() > 1e3  # so far away that nothing is seen
    assert path(LESSON) == pytest.approx(points[:count], rel=1e-6, abs=1e-8)
    shown = next(line for line in LESSON.figure.axes[1].lines if line.get_animated()).get_xydata()
    assert shown == pytest.approx(np.column_stack([np.arange(count), losses[:count]]), rel=1e-6)
    assert drawn(LESSON, 1, "o").tolist() == shown[-1:].tolist()
    assert drawn(LESSON, 0, "*")[0] == pytest.approx(least_squares_line(income, food))
    inputs = np.column_stack([np.ones_like(income), income])
    steepest = 2 * np.linalg.eigvalsh(inputs.T @ inputs / len(food))[-1]
    limit = 2 * (1 + momentum) / steepest / (1 + 2 * momentum if nesterov else 1)
    strip = LESSON.figure.axes[2]
    (text,), (beyond,) = strip.texts, strip.patches
    dot = drawn(LESSON, 2, "o")[0]
    assert dot[0] == rate
    assert beyond.get_y() < dot[1] / strip.get_ylim()[1] < beyond.get_y() + beyond.get_height()
    assert text.get_position()[0] == beyond.get_x() == pytest.approx(limit / rate_unit, rel=1e-6)
    assert beyond.get_x() + beyond.get_width() == pytest.approx(6)
    assert float(text.get_text().removeprefix("limit ")) == pytest.approx(limit / rate_unit, rel=1e-3)
    assert (text.get_visible(), beyond.get_visible()) == (True, True)


@pytest.mark.parametrize(
    ("values", "word", "sentence"),
    [
        ({}, "", ": after 60 steps the loss is 0.01291, and 0.1% of the way is left. The rings are 4.07 times as"),
        ({"steps": 1}, "", " is below the limit 0.4748: after 1 step the loss is 0.2531, and 85.2% of the way is"),
        ({"learning_rate": 0.48}, "diverges", ": after 60 steps the loss is 5.259, more than ever before: it div"),
        ({"learning_rate": 4.0}, "diverges", ": it diverges, and after 6 steps it has left all bounds. The rings"),
        ({"learning_rate": 0.4747770602}, "", " is on the limit 0.4748: after 60 steps the loss is 0.3981, and 49.0%"),
        ({"learning_rate": 0.6116, "momentum": 0.3662}, "", ": 20 steps to the bottom, where the loss is 0.01291. The"),
        ({"unit": FRANCS}, "crawls", "The learning rate 4e−7 is below the limit 8.106e−7: after 60 steps the loss is "
         "171,100, and nearly all of the way is left. The rings are 2,380 times as long as wide."),
        ({"unit": FRANCS, "steps": 19}, "", "19 steps the loss is 171,100, and 100.0% of the way is left."),
        ({"unit": STANDARD, "learning_rate": 0.5}, "", ": 1 step to the bottom, where the loss is 0.01291. The rings"),
        ({"unit": STANDARD, "learning_rate": 2.0, "steps": 3}, "diverges", "is above the limit 1: after 3 steps"),
    ],
)  # fmt: skip
def test_how_a_walk_goes_in_words(values, word, sentence):
    asked = "limit" in sentence
    assert sentence in move(LESSON, **values, show_limit=asked).sentence
    warning = next(text for text in LESSON.figure.axes[1].texts if text.get_animated())
    assert warning.get_text() == word
    assert [artist.get_visible() for artist in (*LESSON.figure.axes[2].texts, *LESSON.figure.axes[2].patches)] == [
        asked
    ] * 2
    assert ("limit" in LESSON.sentence) == asked


def test_the_unit_is_drawn_at_one_scale_and_leaves_nothing_behind():
    before = [len(axes.get_children()) for axes in move(LESSON).figure.axes]
    shapes = ((FRANCS, "2,380", " (millionths)"), (STANDARD, "round", ""), (THOUSANDS, "4.07", ""))
    names = (("intercept", "slope b (per f"), ("food at", "slope b (per s"), ("intercept", "slope b (per t"))
    for (unit, rings, name), (across, up) in zip(shapes, names, strict=True):
        plane, loss, strip = move(LESSON, unit=unit).figure.axes
        assert [len(axes.get_children()) for axes in LESSON.figure.axes] == before
        assert np.ptp(plane.get_xlim()) == pytest.approx(np.ptp(plane.get_ylim()))  # in a square
        assert plane.get_box_aspect() == pytest.approx(1)
        assert (plane.get_xlabel()[: len(across)], plane.get_ylabel()[: len(up)]) == (across, up)
        assert any(f"rings: {rings}" in text.get_text() for text in loss.texts)
        assert len(strip.get_yticks()) == 0
        assert strip.get_xlabel() == f"learning rate{name}"
        income, food, *_ = data(unit)
        least = np.mean((least_squares_line(income, food)(income) - food) ** 2)
        still = next(line for line in loss.lines if line.get_linestyle() == "--")
        assert still.get_ydata() == pytest.approx([least, least])
        assert loss.get_ylim()[0] < least < loss.get_ylim()[1]


def test_play_walks_from_the_start_and_the_whole_walk_is_seen_before():
    assert move(LESSON, steps=0).sentence.startswith("The learning rate 0.4: after 0 steps the loss is 0.4718")
    assert path(LESSON).tolist() == [[1.0, 0.3]]
    LESSON.reset()
    assert len(path(LESSON)) == STEPS + 1
    low, high = LESSON.figure.axes[1].get_xlim()
    assert low < 0 < STEPS < high
    tracks = {name: control.children[-1] for name, control in LESSON.controls.items()}
    reach = {name: (track.value, track.min, track.max) for name, track in tracks.items() if hasattr(track, "min")}
    assert reach.pop("learning_rate") == pytest.approx((0.4, np.log10(0.005), np.log10(5)))
    assert reach.pop("steps") == (60, 0, 60)
    assert reach == {"momentum": (0, 0, 0.99), "start_a": (1, -0.8, 1.2), "start_b": (0.3, -0.6, 1.4)}


@pytest.mark.parametrize(
    ("f", "values", "word", "sentence"),
    [
        (lambda p: p[0] ** 2 + 3 * p[1] ** 2, {}, "", "The learning rate 0.17 is below the limit 0.3333: after 60 "
         "steps the loss is 3.189e−22, at the start it was 5.76."),
        (lambda p: p[0] ** 2 - p[1] ** 2, {"steps": 1}, "", "The learning rate 0.1 has no limit, for the surface is no "
         "bowl at the start: after 1 step the loss is −1.152, at the start it was 0."),
        (lambda p: np.sqrt(p[0]) + p[1] ** 2, {}, "stops", ": after 18 steps the loss is 0.2364. The next point is "
         "(−0.1562, 0.01729), where f has no value: it gives nan."),
        (lambda p: math.log(p[0]) + p[1], {"start_a": 0.1}, "stops", ": after 0 steps the loss is −1.103. The next "
         'point is (−0.9, 1.1), where f has no value: it stops with the message "math domain error".'),
        (lambda p: p[0] ** 4 + p[1] ** 4, {"learning_rate": 10.0}, "diverges", ": it diverges, and after 2 steps it "
         "has left all bounds."),
        (lambda p: p[0] ** 2, {"learning_rate": 2.0, "steps": 1}, "rises", ": after 1 step the loss is 12.96, at the "
         "start it was 1.44."),
    ],
)  # fmt: skip
def test_a_learners_own_function_in_words(f, values, word, sentence):
    explorer = move(descent_explorer(f), **values, show_limit="limit" in sentence)
    assert explorer.sentence.endswith(sentence)
    assert path(explorer)[0].tolist() == [values.get("start_a", 1.2), 1.2]
    assert [text.get_text() for text in explorer.figure.axes[1].texts] == [word]


@pytest.mark.parametrize(
    ("f", "window", "words"),
    [
        (lambda p: None, None, r"f has no finite value at \(1.2, 1.2\): it gives None: is there a return in it"),
        ("x^2", None, "f must be a function, such as"),
        (np.sum, 3, "expected two ranges, got 3"),
        (np.sum, ((1, 1), (0, 1)), r"a range is two finite numbers in order, got \(1, 1\)"),
    ],
)
def test_what_is_no_function_or_window_is_refused_in_words(f, window, words):
    with pytest.raises((ValueError, TypeError), match=words):
        descent_explorer(f, **({"window": window} if window else {}))


def test_a_start_without_a_value_is_named_and_the_losses_of_the_window_fit():
    low, high = descent_explorer(lambda p: p[0] ** 2 - p[1] ** 2).figure.axes[1].get_ylim()
    assert low < -4 < 4 <= high
    explorer = descent_explorer(lambda p: np.sqrt(p[0]) + p[1], window=((-1.0, 3.0), (4.0, 5.0)))
    plane, loss, _ = explorer.figure.axes
    assert (plane.get_xlim(), plane.get_ylim(), plane.get_box_aspect()) == ((-1, 3), (4, 5), 0.5)
    assert loss.get_yscale() == "log"
    assert loss.get_ylim()[0] < 4 < 3**0.5 + 5 < loss.get_ylim()[1]
    explorer.controls["start_a"].value = -0.5
    assert explorer.error == "f has no finite value at (−0.5, 4.8): it gives nan; try another point"


def test_the_words_around_the_picture_and_its_width():
    explorer = move(LESSON)
    words = [(axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()) for axes in explorer.figure.axes]
    assert words == [
        ("Do the steps arrive?", "intercept a (thousand francs)", "slope b (per thousand)"),
        ("Does the loss fall?", "step", "mean squared error"),
        ("", "learning rate", ""),
    ]
    assert (
        ", ".join(control.label for control in explorer.controls.values())
        == "income in, learning rate, momentum, start a, start b, steps, Nesterov's momentum, show the limit"
    )
    assert explorer.figure.get_figwidth() == 8.4
