"""Gradient descent, live: how long a step may be, what momentum changes, and why the unit of income matters."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calc_core.descent import Descent, descend, stability_limit
from calc_core.pictures import draw_contours
from calc_core.style import BACKGROUND, CONTEXT, ESTIMATE, INK, number, unit_style
from calc_lab import controls
from calc_lab.bowls import Bowl, household_bowls
from calc_lab.figure import LiveFigure, moving

STEPS = 60
RATES = (0.005, 5.0)
WALKED: dict[str, Any] = {"color": ESTIMATE, "linewidth": 1.6}


@unit_style()
def descent_explorer() -> LiveFigure:
    """A live figure of gradient descent: the path across the contours, the loss at each step, the limit on demand.

    It walks down the loss of a line through Engel's households, in a unit of income to choose.
    """
    bowls = household_bowls()
    opening, first = next(iter(bowls.items()))
    figure = Figure(figsize=(8.4, 5.0))
    axes = figure.subplot_mosaic([["plane", "loss"], ["strip", "strip"]], height_ratios=[9, 1])
    plane, loss, strip = axes["plane"], axes["loss"], axes["strip"]
    plane.set(title="Do the steps arrive?", box_aspect=1)
    loss.set(xlabel="step", xlim=(-2, STEPS + 2), yscale="log", ylabel="mean squared error")
    loss.set_title("Does the loss fall?")
    strip.set(xscale="log", xlim=(RATES[0] / 1.2, RATES[1] * 1.2), ylim=(0, 1.2), yticks=[])
    strip.grid(visible=False)
    strip.spines["left"].set_visible(False)
    for powers in (loss.yaxis, strip.xaxis):  # powers of ten, as a reader writes them
        powers.set_major_formatter(lambda value, _place: number(value))
        powers.minorticks_off()
    path = moving(plane, "o-", markersize=3.5, **WALKED)
    begin = moving(plane, "o", markerfacecolor="white", **WALKED)
    end = moving(plane, "o", **WALKED)
    losses = moving(loss, **WALKED)
    now = moving(loss, "o", **WALKED)
    warning = loss.text(1, 1.04, "", weight="bold", fontsize=13, color=ESTIMATE, animated=True, ha="right")
    warning.set_transform(loss.transAxes)  # in line with the title, where no curve comes
    here = moving(strip, "o", markersize=9, **WALKED)
    beyond = strip.axvspan(1, 2, 0, 0.36, facecolor="#F1DCE7", edgecolor=INK, animated=True)
    limit_text = strip.text(1, 0.75, "", ha="center", animated=True)

    def update(
        unit: str, learning_rate: float, start_a: float, start_b: float, steps: int, show_limit: bool, **habits: Any
    ) -> str:
        bowl = bowls[unit]
        if plane.get_xlabel() != bowl.labels[0]:  # another one is in the picture
            _draw_bowl(plane, loss, bowl)
            strip.set_xlabel("learning rate" if bowl.rate_unit == 1 else "learning rate (millionths)")
        rate = learning_rate * bowl.rate_unit
        start = bowl.to_point @ (start_a, start_b)
        walk = descend(bowl.loss, start, rate, steps, gradient=lambda p: bowl.hessian @ (p - bowl.lowest), **habits)
        path.set_data(*walk.points.T)
        begin.set_data(*walk.points[:1].T)
        end.set_data(*walk.points[-1:].T)
        losses.set_data(range(len(walk.values)), walk.values)
        now.set_data([len(walk.values) - 1], walk.values[-1:])

        limit = stability_limit(bowl.hessian, **habits)
        mark = limit / bowl.rate_unit
        here.set_data([learning_rate], [0.22])
        beyond.set(x=mark, width=10, visible=show_limit)
        limit_text.set(x=mark, text=f"limit {number(mark)}", visible=show_limit)
        word, ending = _how_it_went(walk, bowl, steps)
        warning.set_text(word)
        side = "on" if np.isclose(rate, limit, rtol=1e-4) else "above" if rate > limit else "below"
        beside = f" is {side} the limit {number(limit)}" if show_limit else ""
        return f"The learning rate {number(rate)}{beside}: {ending}. The rings are {bowl.rings}."

    panel = {
        "unit": controls.choice("income in", list(bowls), opening),
        "learning_rate": controls.log_slider("learning rate", 0.4, *RATES),
        "momentum": controls.slider("momentum", 0.0, 0.0, 0.99, 0.01),
        "start_a": controls.slider("start a", 1.0, *first.window[0], 0.01),
        "start_b": controls.slider("start b", 0.3, *first.window[1], 0.01),
        "steps": controls.play("steps", STEPS, 120),
        "nesterov": controls.switch("Nesterov's momentum"),
        "show_limit": controls.switch("show the limit"),
    }
    panel["steps"].value = panel["steps"].initial = STEPS  # the whole walk; Play begins again at 0
    sweep = {"learning_rate": 16, "momentum": [0.0, 0.37, 0.8, 0.9], "show_limit": 2}
    return LiveFigure("Gradient descent", figure, panel, update, sweep=sweep)


def _draw_bowl(plane: Axes, loss: Axes, bowl: Bowl) -> None:
    """Draw what stands still anew; at one scale for both coordinates, since a step knows no other."""
    for artist in (*plane.collections, *plane.lines, *loss.lines, *loss.texts):
        if not artist.get_animated():
            artist.remove()
    draw_contours(plane, bowl.loss, bowl.window, bowl=True)
    plane.plot(*bowl.lowest, "*", color=INK, markersize=13, zorder=1)
    plane.set(xlabel=bowl.labels[0], ylabel=bowl.labels[1])
    least = bowl.loss(bowl.lowest)
    loss.set_ylim(least / 2, 2000 * least)
    loss.axhline(least, color=CONTEXT, linestyle="--", linewidth=1.2)
    loss.text(1, 0.9 * least, f"the least: {number(least, 3)}", va="top", color=CONTEXT)
    shape = f"rings: {bowl.rings}\n(condition number {number(np.linalg.cond(bowl.hessian), 3)})"
    loss.text(0.98, 0.97, shape, transform=loss.transAxes, bbox=BACKGROUND, color=CONTEXT, ha="right", va="top")


def _how_it_went(walk: Descent, bowl: Bowl, steps: int) -> tuple[str, str]:
    """A word for the picture, empty where all is well, and how near the walk came to the bottom."""
    taken = len(walk.points) - 1
    loss = number(walk.values[-1])
    after = f"after {_counted(taken)} the loss is {loss}"
    left = np.linalg.norm(walk.points - bowl.lowest, axis=1)
    arrived = int(max(np.flatnonzero(left > 1e-3 * left[0]), default=-1)) + 1
    if taken < steps:
        return "diverges", f"it diverges, and after {_counted(taken + 1)} it has left all bounds"
    if walk.outcome == "diverged":
        return "diverges", f"{after}, more than ever before: it diverges"
    if arrived <= taken:
        return "", f"{_counted(arrived)} to the bottom, where the loss is {loss}"
    share = left[-1] / left[0]
    if share > 0.995 and taken >= 20:  # before that, it has only begun
        return "crawls", f"{after}, and nearly all of the way is left"
    return "", f"{after}, and {share:.1%} of the way is left"


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"
