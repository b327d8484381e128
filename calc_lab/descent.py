"""Gradient descent, live: how long a step may be, what momentum changes, and why the unit of income matters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calc_core import pictures
from calc_core.descent import Descent, descend
from calc_core.sampling import Function, attempt, value_at
from calc_core.style import BACKGROUND, CONTEXT, ESTIMATE, INK, number, pair, unit_style
from calc_lab import controls
from calc_lab.bowls import Array, Bowl, household_bowls, own_bowl
from calc_lab.figure import LiveFigure, moving
from calc_lab.ranges import Range, tidy

STEPS = 60
FAR = 1e3  # in windows: nothing of a path that has come so far can be seen
WALKED: dict[str, Any] = {"color": ESTIMATE, "linewidth": 1.6}


@unit_style()
def descent_explorer(
    f: Function | None = None, *, window: tuple[Range, Range] = ((-2.0, 2.0), (-2.0, 2.0))
) -> LiveFigure:
    """A live figure of gradient descent: the path across the contours, the loss at each step, the limit on demand.

    Without `f` it walks down the loss of a line through Engel's households, in a unit to choose. `f` is a function of a
    point of shape (2,), drawn over `window`, the ranges of its two coordinates; ValueError where it can't be drawn.
    """
    bowls = household_bowls() if f is None else {"": own_bowl(f, window)}
    opening, first = next(iter(bowls.items()))
    figure = Figure(figsize=(8.4, 5.0))
    axes = figure.subplot_mosaic([["plane", "loss"], ["strip", "strip"]], height_ratios=[9, 1])
    plane, loss, strip = axes["plane"], axes["loss"], axes["strip"]
    _draw_strip(strip, first.rates)
    path = moving(plane, "o-", markersize=3.5, zorder=3, **WALKED)
    begin = moving(plane, "o", markerfacecolor="white", zorder=4, **WALKED)
    end = moving(plane, "o", zorder=4, **WALKED)
    losses = moving(loss, **WALKED)
    now = moving(loss, "o", **WALKED)
    warning = loss.text(1, 1.04, "", weight="bold", fontsize=13, color=ESTIMATE, animated=True, ha="right")
    warning.set_transform(loss.transAxes)  # in line with the title, where no curve comes
    here = moving(strip, "o", markersize=9, **WALKED)
    beyond = strip.axvspan(1, 2, 0, 0.36, facecolor="#F1DCE7", edgecolor=INK, animated=True)
    limit_text = strip.text(1, 0.75, "", ha="center", animated=True)
    drawn: list[Any] = [None]  # the bowl in the picture, and the artists that go with it

    def update(
        learning_rate: float,
        momentum: float,
        nesterov: bool,
        steps: int,
        start_a: float,
        start_b: float,
        show_limit: bool,
        unit: str = opening,
    ) -> str:
        bowl = bowls[unit]
        start = bowl.to_point @ (start_a, start_b)
        value_at(f or bowl.f, start)
        if bowl is not drawn[0]:
            drawn[:] = [bowl, *_draw_bowl(plane, loss, bowl, instead_of=drawn[1:])]
            strip.set_xlabel("learning rate" if bowl.rate_unit == 1 else "learning rate (millionths)")
        rate = learning_rate * bowl.rate_unit
        walk, tried = _walk_down(bowl, start, rate, steps, momentum=momentum, nesterov=nesterov)
        points = _drawable(walk.points, bowl)
        path.set_data(*points.T)
        begin.set_data(*points[:1].T)
        end.set_data(*points[-1:].T)
        losses.set_data(np.arange(len(points)), walk.values[: len(points)])
        now.set_data([len(points) - 1], [walk.values[len(points) - 1]])

        limit = bowl.limit(start, momentum, nesterov)
        low, high = strip.get_xlim()
        mark = np.clip(limit / bowl.rate_unit, low, high)
        here.set_data([learning_rate], [0.22])
        beyond.set(x=mark, width=high - mark, visible=show_limit and not np.isnan(limit))
        limit_text.set(x=mark, text=f"limit {number(limit / bowl.rate_unit)}", visible=beyond.get_visible())
        beginning = f"The learning rate {number(rate)}{_beside_limit(rate, limit) if show_limit else ''}: "
        if f is None:
            word, ending = _how_it_arrived(walk, bowl, steps)
        else:
            word, ending = _how_it_fell(walk, steps, tried, attempt(f, tried)[1])
        warning.set_text(word)
        return beginning + ending

    panel = {"unit": controls.choice("income in", list(bowls), opening)} if f is None else {}
    names = ("a", "b") if f is None else first.labels
    panel |= {
        "learning_rate": controls.log_slider("learning rate", first.rate, *first.rates),
        "momentum": controls.slider("momentum", 0.0, 0.0, 0.99, 0.01),
        "start_a": controls.slider(f"start {names[0]}", first.start[0], *first.window[0], tidy(first.window[0])),
        "start_b": controls.slider(f"start {names[1]}", first.start[1], *first.window[1], tidy(first.window[1])),
        "steps": controls.play("steps", STEPS, 120),
        "nesterov": controls.switch("Nesterov's momentum"),
        "show_limit": controls.switch("show the limit"),
    }
    panel["steps"].value = panel["steps"].initial = STEPS  # the whole walk; Play begins again at 0
    sweep = {"learning_rate": 16, "momentum": [0.0, 0.37, 0.8, 0.9], "show_limit": 2}
    return LiveFigure("Gradient descent", figure, panel, update, sweep=sweep)


def _draw_strip(axes: Axes, rates: Range) -> None:
    axes.set(xscale="log", xlim=(rates[0] / 1.2, rates[1] * 1.2), ylim=(0, 1.2), yticks=[])
    axes.xaxis.set_major_formatter(_plainly)
    axes.minorticks_off()
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


@unit_style()
def _draw_bowl(plane: Axes, loss: Axes, bowl: Bowl, instead_of: Sequence[Artist]) -> list[Artist]:
    """Draw what stands still, at one scale for both coordinates, since a step knows no other; the artists drawn."""
    for artist in (*plane.collections, *instead_of):
        artist.remove()
    shades: Any = pictures.draw_contours(plane, bowl.f, bowl.window, bowl=True)
    across, up = np.ptp(bowl.window, axis=1)
    plane.set(xlabel=bowl.labels[0], ylabel=bowl.labels[1], title="Do the steps arrive?")
    plane.set_box_aspect(np.clip(up / across, 0.5, 2))
    loss.set(xlabel="step", xlim=(-2, STEPS + 2), title="Does the loss fall?")
    if bowl.lowest is None:
        low, high = shades.levels[[0, -1]]
        loss.set(ylabel="f", ylim=(low - 0.1 * (high - low), high))
        if low >= 0:
            loss.set(yscale="log", ylim=(max(low / 2, 1e-6 * high), 2 * high))
        return []
    least = bowl.f(bowl.lowest)
    loss.set(yscale="log", ylim=(least / 2, 2000 * least), ylabel="mean squared error")
    loss.yaxis.set_major_formatter(_plainly)
    loss.minorticks_off()
    shape = f"rings: {bowl.rings()}\n(condition number {number(np.linalg.cond(bowl.hessian), 3)})"
    corner: dict[str, Any] = {"transform": loss.transAxes, "ha": "right", "va": "top"}
    return [
        *plane.plot(*bowl.lowest, "*", color=INK, markersize=13, zorder=2),
        loss.axhline(least, color=CONTEXT, linestyle="--", linewidth=1.2),
        loss.text(1, 0.9 * least, f"the least: {number(least, 3)}", va="top", color=CONTEXT),
        loss.text(0.98, 0.97, shape, bbox=BACKGROUND, color=CONTEXT, **corner),
    ]


def _walk_down(bowl: Bowl, start: Array, rate: float, steps: int, **method: Any) -> tuple[Descent, Array]:
    """The walk, and the last point at which f was asked for: where a walk ends early, that is one more."""
    asked = []

    def watched(point: Array) -> Any:
        asked.append(point)
        return bowl.f(point)

    return descend(watched, start, rate, steps, gradient=bowl.gradient, **method), asked[-1]


def _drawable(points: Array, bowl: Bowl) -> Array:
    window = np.array(bowl.window)
    away = np.abs(points - window.mean(axis=1)) / np.ptp(window, axis=1)
    return points[np.logical_and.accumulate(away.max(axis=1) < FAR)]


def _beside_limit(rate: float, limit: float) -> str:
    """On which side of the limit the learning rate is."""
    if np.isnan(limit):
        return " has no limit, for the surface is no bowl at the start"
    side = "on" if np.isclose(rate, limit, rtol=1e-4) else "above" if rate > limit else "below"
    return f" is {side} the limit {number(limit)}"


def _how_it_arrived(walk: Descent, bowl: Bowl, steps: int) -> tuple[str, str]:
    """A word for the picture, empty where all is well, and how near a walk on a quadratic came to the bottom."""
    taken, word = len(walk.points) - 1, ""
    after = f"after {_counted(taken)} the loss is {number(walk.values[-1])}"
    left = np.linalg.norm(walk.points - bowl.lowest, axis=1)
    share = left[-1] / (left[0] or 1)
    arrived = int(np.max(np.flatnonzero(left > 1e-3 * left[0]), initial=-1)) + 1
    if taken < steps:
        word, ending = "diverges", f"it diverges, and after {_counted(taken + 1)} it has left all bounds"
    elif walk.outcome == "diverged":
        word, ending = "diverges", f"{after}, more than ever before: it diverges"
    elif arrived <= taken:
        ending = f"{_counted(arrived)} to the bottom, where the loss is {number(walk.values[-1])}"
    elif share > 0.995 and taken >= 20:  # before that, it has only begun
        word, ending = "crawls", f"{after}, and nearly all of the way is left"
    else:
        ending = f"{after}, and {share:.1%} of the way is left"
    return word, f"{ending}. The rings are {bowl.rings()}."


def _how_it_fell(walk: Descent, steps: int, tried: Array, trouble: str) -> tuple[str, str]:
    """The same for a learner's own f, of which nobody knows the bottom; `trouble` says why it has no value there."""
    taken = len(walk.points) - 1
    after = f"after {_counted(taken)} the loss is {number(walk.values[-1])}"
    if trouble:
        return "stops", f"{after}. The next point is {pair(tried)}, where f has no value: {trouble}."
    if taken < steps:
        return "diverges", f"it diverges, and after {_counted(taken + 1)} it has left all bounds."
    word = "rises" if walk.outcome == "diverged" else ""
    return word, f"{after}, at the start it was {number(walk.values[0])}."


def _plainly(value: float, _place: float) -> str:
    return number(value)


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"
