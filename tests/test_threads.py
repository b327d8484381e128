"""Widget messages may arrive on two threads at once: what was drawn last is what the controls say, at its own scale."""

import re
import threading

import pytest
from sweep import places

from calc_core import explorers

ROUNDS = 20
NAMES = [name for name in explorers.__all__ if name not in {"derivation_explorer", "households_secant_explorer"}]


def view_box(live):
    return re.search(r"viewBox='([^']*)'", live.svg)[1]


@pytest.mark.parametrize("name", NAMES)
def test_two_threads_leave_what_the_controls_say(name):
    live = getattr(explorers, name)() if name != "taylor_explorer" else explorers.taylor_explorer("sin x")
    controls, scale = [*live.controls.values()], view_box(live)

    def move(control):
        for value in places(control, 4):
            control.value = value

    for turn in range(ROUNDS):
        pair = controls[turn % len(controls)], controls[(turn + 1) % len(controls)]
        threads = [threading.Thread(target=move, args=[control]) for control in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert live.figure.dpi == 100
        drawn = live.error, live.readout, live.svg, live._still.value
        live._draw()
        assert drawn == (live.error, live.readout, live.svg, live._still.value)
        assert live.error or view_box(live) == scale
