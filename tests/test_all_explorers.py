"""Every explorer of calc_lab: each control everywhere, two threads at once, and nothing left behind."""

import itertools
import random
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import ipywidgets
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import calc_lab

NAMES = [name for name in calc_lab.__all__ if name.endswith("_explorer") and name != "derivation_explorer"]
REDRAWN = [("descent_explorer", "income in"), ("gradient_explorer", "x"), ("gradient_explorer", "y")]
UNNAMED = {"backpropagation": 3, "chain": 3, "cut": 1, "descent": 2, "exponential": 1, "function_and_slope": 2,
           "gradient": 2, "network": 3, "valleys": 1}  # fmt: skip
opened = cache(lambda name: getattr(calc_lab, name)())  # drawing one takes long; every test says all that it needs


def moved(name, **values):
    """The sentence and the axes of the explorer, with these values, and all other controls at their start."""
    live = opened(name)
    for key, control in live.controls.items():
        control.value = values.get(key, control.initial)
    assert not live.error
    return live.sentence, *live.figure.axes


def data(axes):
    """The points of the moving lines, in the order in which they were made."""
    return [line.get_xydata() for line in axes.lines if line.get_animated()]


def places(control):
    """Values over the whole range of a control, its ends and its middle among them."""
    track = control.inputs[-1]
    if isinstance(track, ipywidgets.Checkbox):
        return [True, False]
    if isinstance(track, ipywidgets.Dropdown):
        return list(track.options)
    spread = np.linspace(track.min, track.max, 5)
    spread = 10**spread if isinstance(track, ipywidgets.FloatLogSlider) else spread
    return [type(control.initial)(value) for value in spread]


def shown(live):
    """The sentence, the overlay and the picture, as they are now; clips of what moved once may stay in the overlay."""
    return live.sentence, re.sub(r"(?s)<defs>.*?</defs>\s*", "", live.svg), live.still


def check(live):
    """What is shown now is words and finite numbers, all in sight, and light enough to travel while a hand moves."""
    assert (live.error, live.sentence[-1], len(live.svg.encode()) <= 11_000) == ("", ".", True)
    assert not re.search(r"\b(nan|inf|None|e[+-]\d+)\b", live.svg)  # the sentence is in it, as a label
    renderer = FigureCanvasAgg(live.figure).get_renderer()
    texts = [text for axes in live.figure.axes for text in axes.texts if text.get_visible() and text.get_text()]
    boxes = [text.get_window_extent(renderer).padded(-1.5) for text in texts]
    assert all(live.figure.bbox.contains(*corner) for box in boxes for corner in (box.min, box.max))
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("name", NAMES)
def test_every_place_gives_a_sentence_and_finite_numbers_and_leaves_nothing_behind(name):
    live = opened(name)
    live.reset()
    check(live)
    at_first = shown(live)
    assert set(live.sweep) <= set(live.controls)
    assert (840 <= live.width <= 860, 2.8 < live.figure.get_figheight() < 7) == (True, True)  # as the lesson's column
    named = [(axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()) for axes in live.figure.axes]
    assert sum(named, ()).count("") == UNNAMED.get(
        name.removesuffix("_explorer"), 0
    )  # titles and axes say what is seen
    for control in live.controls.values():
        still = live.still
        for value in places(control):
            control.value = value
            check(live)
        assert live.still is still or (name, control.label) in REDRAWN  # what moves is said to move
        control.reset()
    chance = random.Random(0)
    for _ in range(8):
        both = chance.sample(list(live.controls.values()), min(2, len(live.controls)))
        values = [chance.choice(places(control)) for control in both]
        with ThreadPoolExecutor() as threads:
            list(threads.map(setattr, both, itertools.repeat("value"), values))
        check(live)
        at_end = shown(live)
        live._draw()
        assert shown(live) == at_end  # what the controls say
    live.reset()
    assert shown(live) == at_first
    assert live.to_png() != live.still  # something moves
