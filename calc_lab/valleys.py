"""Descent on a curve with two valleys and a terrace: the start and the learning rate decide where it ends."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from calc_core.descent import descend
from calc_core.style import BACKGROUND, CONTEXT, ESTIMATE, FUNCTION, number, unit_style
from calc_lab.controls import integer_slider, log_slider, slider
from calc_lab.figure import LiveFigure, moving

MOST_STEPS = 40
PLACES = {-4: "terrace", 0: "wide valley", 3: "hill", 6: "deep valley"}


def valleys(x: Any) -> Any:
    """A curve with a terrace at −4, a wide valley at 0, a hill at 3, and at 6 a narrow and deeper valley."""
    return 2 * x**2 / 5 - 19 * x**4 / 720 - x**5 / 1800 + x**6 / 2160


def valleys_slope(x: Any) -> Any:
    """The derivative of the curve, in the form that shows its zeros."""
    return x * (x - 3) * (x - 6) * (x + 4) ** 2 / 360


@unit_style()
def valleys_explorer(start: float = -5.0) -> LiveFigure:
    """A live figure of descent on the curve of two valleys and a terrace, and of its height at each step.

    >>> valleys_explorer(start=4.0).sentence
    'From 4 with learning rate 0.3, at step 40: x = 6, height −2.52; it rests in the deep valley.'
    """
    figure = Figure(figsize=(8.4, 4.4))
    land, record = figure.subplots(1, 2, width_ratios=[1.7, 1], sharey=True)
    x = np.linspace(-5.7, 7.25, 300)
    land.plot(x, valleys(x), color=FUNCTION)
    land.set(xlim=(-5.9, 7.5), ylim=(-3.9, 4.3), xlabel="x", ylabel="height f(x)", title="Where does it come to rest?")
    record.set(xlim=(-1, MOST_STEPS + 1), xlabel="step", title="Its height at each step")
    for place, name in PLACES.items():
        beside = 0.7 if name in ("terrace", "hill") else -0.9
        land.text(place, valleys(place) + beside, name, ha="center", color=CONTEXT)
        record.axhline(valleys(place), color=CONTEXT, linewidth=1, linestyle=":")
    trail = moving(land, "o-", color=ESTIMATE, linewidth=0.9, markersize=5)
    first = moving(land, "o", color="white", markeredgecolor=ESTIMATE, markeredgewidth=2)
    ball = moving(land, "o", color=ESTIMATE, markersize=13)
    heights = moving(record, "o-", color=ESTIMATE, linewidth=0.9, markersize=4)
    words = land.text(0.5, 0.97, "", transform=land.transAxes, ha="center", va="top", bbox=BACKGROUND, animated=True)

    def update(start: float, rate: float, steps: int) -> str:
        walk = descend(lambda p: valleys(p[0]), [start], rate, steps, gradient=valleys_slope)
        x, high = walk.points[:, 0], walk.values
        trail.set_data(x, high)
        first.set_data(x[:1], high[:1])
        ball.set_data(x[-1:], high[-1:])
        heights.set_data(range(len(x)), high)
        end = _end_of(*x[-2:])
        words.set_text(end)
        return (
            f"From {number(start)} with learning rate {number(rate)}, at step {len(x) - 1}: "
            f"x = {number(round(x[-1], 6))}, height {number(round(high[-1], 6))}; {end}."
        )

    controls = {
        "start": slider("start", start, -5.5, 7.0, 0.1),
        "rate": log_slider("learning rate", 0.3, 0.01, 4.0),
        "steps": integer_slider("steps", MOST_STEPS, 1, MOST_STEPS),
    }
    return LiveFigure("Descent in two valleys", figure, controls, update, {"start": 6, "rate": 14})


def _end_of(before: float, last: float) -> str:
    """Where a walk on the curve ends, in words, by its last two points."""
    if abs(last) > 12:
        return "it has left the picture"
    moved = abs(last - before)
    for place, name in PLACES.items():
        if abs(last - place) < 0.01 and moved < 0.001:
            return f"it rests {'in' if 'valley' in name else 'on'} the {name}"
    if abs(last + 4) < 0.3 and moved < 0.02:
        return "it has all but stopped on the terrace"
    return "it still moves"
