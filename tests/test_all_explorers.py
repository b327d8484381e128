"""Every explorer of calc_lab: each control everywhere, two threads at once, still pictures without ghosts."""

import math
import random
import re
import threading

import ipywidgets
import numpy as np
import pytest

import calc_lab
from calc_core.style import to_png
from calc_lab import LiveFigure

NAMES = [name for name in calc_lab.__all__ if name.endswith("_explorer")]


def make(name):
    widget = getattr(calc_lab, name)()
    return widget if isinstance(widget, LiveFigure) else pytest.skip(f"{name} is no figure")


@pytest.fixture(scope="module", params=NAMES)
def live(request):
    return make(request.param)


def places(control):
    """Values over the whole range of a control, its ends and its middle among them; also a text without sense."""
    track = control.children[-1]
    if isinstance(track, ipywidgets.Checkbox):
        return [True, False]
    if isinstance(track, ipywidgets.Dropdown):
        return list(track.options)
    if isinstance(track, ipywidgets.Text):
        return [f"{control.initial} + 1", "2 +* x", control.initial]
    spread = np.linspace(track.min, track.max, 5)
    spread = 10**spread if isinstance(track, ipywidgets.FloatLogSlider) else spread
    return [type(control.initial)(value) for value in spread]


def check(live):
    """What is shown now is words and finite numbers, and light enough to travel while a hand moves."""
    shown = live.error or live.sentence
    assert shown.endswith((".", "?", "…")), shown
    assert not re.match(r"\w*(Error|Exception|Warning)\b", shown), shown
    assert not re.search(r"\b(nan|inf|None|e[+-]\d+)\b", f"{shown} {live.svg}"), shown
    assert len(live.svg.encode()) <= 11_000


def test_every_place_of_every_control_gives_a_sentence_and_finite_numbers(live):
    check(live)
    assert not live.error
    assert len(live.name) > 3
    for control in live.controls.values():
        for value in places(control):
            control.value = value
            check(live)
        control.reset()
    chance = random.Random(0)
    for _ in range(12):
        for control in chance.sample(list(live.controls.values()), 2 if len(live.controls) > 1 else 1):
            control.value = chance.choice(places(control))
            check(live)
    live.reset()


def test_nothing_that_moves_is_burned_into_the_still_picture(live):
    moving = live.figure.findobj(lambda artist: artist.get_animated() and artist.get_visible())
    assert moving
    for artist in moving:
        artist.set_visible(False)
    assert to_png(live.figure) == live.still
    for artist in moving:
        artist.set_visible(True)
    live.reset()


def test_what_moves_in_two_threads_ends_on_what_the_controls_say(live):
    again = make(next(name for name in NAMES if getattr(calc_lab, name).__module__ == live._update.__module__))
    chance = random.Random(1)
    # The controls that change most: those whose places are many, and menus, which change the still picture.
    pair = sorted(live.controls, key=lambda name: isinstance(live.controls[name].named, ipywidgets.Checkbox))[:2]

    def move(control, values):
        for value in values:
            control.value = value

    for _ in range(20):
        threads = [
            threading.Thread(target=move, args=(live.controls[name], [chance.choice(places(live.controls[name]))]))
            for name in pair
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shown = live.sentence, live.error, live.svg, live.still
        live._draw()
        assert shown == (live.sentence, live.error, live.svg, live.still)
    for name, control in again.controls.items():
        control.value = live.controls[name].value
    assert (live.error or live.sentence) == (again.error or again.sentence)
    assert live.error or live.svg.replace(live.ids, "") == again.svg.replace(again.ids, "")
    assert live.error or live.still == again.still
    live.reset()


def test_what_is_swept_without_a_kernel_can_be_swept(live):
    assert set(live.sweep) <= set(live.controls)
    assert math.prod(live.sweep.values()) <= 700
