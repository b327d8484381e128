"""Every explorer of calc_lab: each control everywhere, two threads at once, still pictures without ghosts."""

import random
import re
import threading

import ipywidgets
import numpy as np
import pytest

import calc_lab
from calc_core.style import to_png

NAMES = [name for name in calc_lab.__all__ if name.endswith("_explorer") and name != "derivation_explorer"]


@pytest.fixture(scope="module", params=NAMES)
def pair(request):
    """Two figures of the same explorer."""
    return getattr(calc_lab, request.param)(), getattr(calc_lab, request.param)()


def places(control):
    """Values over the whole range of a control, its ends and its middle among them; also a text without sense."""
    track = control.inputs[-1]
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


def test_every_place_gives_a_sentence_and_finite_numbers_and_leaves_no_ghost(pair):
    live, _ = pair
    check(live)
    assert (live.error, set(live.sweep) <= set(live.controls)) == ("", True)
    assert len(live.name) > 3
    for control in live.controls.values():
        for value in places(control):
            control.value = value
            check(live)
        control.reset()
    chance = random.Random(0)
    for _ in range(12):
        for control in chance.sample(list(live.controls.values()), min(2, len(live.controls))):
            control.value = chance.choice(places(control))
            check(live)
    live.reset()
    moving = live.figure.findobj(lambda artist: artist.get_animated() and artist.get_visible())
    for artist in moving:
        artist.set_visible(False)
    assert moving
    assert to_png(live.figure) == live.still
    for artist in moving:
        artist.set_visible(True)


def test_what_moves_in_two_threads_ends_on_what_the_controls_say(pair):
    live, again = pair
    live.reset()
    chance = random.Random(1)
    # The controls that change most: those whose places are many, and menus, which change the still picture.
    busy = sorted(live.controls.values(), key=lambda control: isinstance(control.named, ipywidgets.Checkbox))[:2]
    for _ in range(20):
        moves = [(control, "value", chance.choice(places(control))) for control in busy]
        threads = [threading.Thread(target=setattr, args=move) for move in moves]
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
    if not live.error:
        assert live.svg.replace(live.ids, "") == again.svg.replace(again.ids, "")
        assert live.still == again.still
