"""Gradient descent, live: how long a step may be, what momentum changes, and why the unit of income matters."""

from typing import Any

import numpy as np

from calc_core.descent import Descent, descend
from calc_core.explorers.surfaces import Surface, household_surfaces, own_surface
from calc_core.live import LiveFigure, controls
from calc_core.plots import canvas, curves, fields
from calc_core.plots.curves import Range
from calc_core.plots.sampling import Array, Function, number, sample, value_at

STEPS, USUAL_STEPS = 100, 40
FAR = 1e6  # in windows: a path that has come so far has diverged, and there is nothing more to draw


class Scene:
    """The three pictures: the path on the surface, the loss at each step, the learning rate beside its limit."""

    def __init__(self, rates: Range):
        self.surface: Surface | None = None
        self.contours: Any = None
        with canvas.unit_style():
            # Placed by hand: the automatic layout moves square axes a little every time it draws.
            places = {"left": 0.115, "right": 0.985, "bottom": 0.315, "top": 0.935, "wspace": 0.32}
            self.figure, (self.plane, self.curve) = canvas.new_figure(8.0, 5.0, 1, 2, gridspec_kw=places)
            self.figure.set_layout_engine("none")
            self.strip = self.figure.add_axes((0.115, 0.12, 0.87, 0.09))
            self.plane.set_title("Do the steps arrive?")
            self.curve.set_title("Does the loss fall?")
            self.curve.set(xlabel="step", box_aspect=1)
            self.strip.set(xscale="log", xlim=(rates[0] / 1.2, rates[1] * 1.2), ylim=(0, 1), yticks=[])
            self.strip.xaxis.set_major_formatter(_plainly)
            self.strip.grid(False)
            self.strip.minorticks_off()
            self.strip.spines["left"].set_visible(False)
            self.least = self.curve.axhline(1, color=canvas.CONTEXT, linestyle="--", linewidth=1.2)
            across = self.curve.get_yaxis_transform()
            self.least_text = self.curve.text(0.98, 1, "", transform=across, va="top", color=canvas.CONTEXT)
            self.least_text.set_ha("right")
            (self.bottom,) = self.plane.plot([], [], "*", color=canvas.INK, markersize=16, zorder=5)
            self.bottom_text = curves.note(self.plane, 0, 0, "bottom", side=(-1, -1))
            line: dict[str, Any] = {"color": canvas.PATH, "linewidth": 1.6}
            (walk,) = self.plane.plot([], [], marker="o", markersize=3.5, zorder=3, **line)
            (start,) = self.plane.plot([], [], "o", markerfacecolor="white", clip_on=False, zorder=4, **line)
            (end,) = self.plane.plot([], [], "o", zorder=4, **line)
            self.path = walk, start, end
            (self.losses,) = self.curve.plot([], [], **line)
            corner = {"transform": self.curve.transAxes, "ha": "right", "va": "top"}
            self.condition = self.curve.text(0.98, 0.99, "", color=canvas.CONTEXT, **corner)
            self.warning = self.curve.text(0.98, 0.9, "", **corner)
            self.warning.set(color=canvas.PATH, weight="bold", fontsize=13)
            (self.beyond,) = self.strip.fill([1, 1, 2, 2], [0, 1, 1, 0], facecolor="#F1DCE7", zorder=0)
            (self.limit,) = self.strip.plot([1, 1], [0, 1], color=canvas.INK, linewidth=2)
            (self.rate,) = self.strip.plot([1], [0.25], "o", color=canvas.PATH, markersize=9, clip_on=False)
            self.limit_text = self.strip.text(1, 0.7, "", va="center")
        self.moving = [*self.path, self.losses, self.warning, self.beyond, self.limit, self.limit_text, self.rate]

    def show_surface(self, surface: Surface) -> None:
        """Draw another surface's contours and axes; nothing when it is there already."""
        if surface is self.surface:
            return
        across, up = surface.window
        corners = np.array(np.meshgrid(np.linspace(*across, 41), np.linspace(*up, 41))).reshape(2, -1)
        heights = sample(surface.height, corners)
        low, high = np.nanmin(heights), np.nanmax(heights)
        if surface.lowest is not None:
            low = surface.height(surface.lowest)
        with canvas.unit_style():
            ratio = np.ptp(up) / np.ptp(across)
            self.plane.set_box_aspect(ratio if 0.5 <= ratio <= 2 else 1)  # equal scales where one picture can hold them
            self.plane.set(xlabel=surface.labels[0], ylabel=surface.labels[1], xlim=across, ylim=up)
            drawn = fields.contours(self.plane, surface.height, across, up, bowl=True)
            if self.contours is not None:
                self.contours.remove()
            self.contours = drawn
            if high > low >= 0:
                self.curve.set(yscale="log", ylim=(max(low / 2, 1e-6 * high), high * 4))
            else:
                room = high - low or 1.0
                self.curve.set(yscale="linear", ylim=(low - 0.1 * room, high + 0.3 * room))
            self.curve.yaxis.set_major_formatter(_plainly)
            self.curve.minorticks_off()
            self.curve.set_ylabel(surface.labels[2])
            known = surface.lowest is not None
            if surface.lowest is not None:
                self.bottom.set_data(*surface.lowest[:, None])
                self.bottom_text.xy = tuple(surface.lowest)
                for words in drawn.labelTexts:  # "bottom" would cover a part of them
                    apart = np.abs(words.get_position() - surface.lowest) / np.ptp(surface.window, axis=1)
                    words.set_visible(words.get_visible() and apart.max() > 0.22)
            self.bottom_text.set_visible(known)
            self.least.set(ydata=[low, low], visible=known)
            self.least_text.set(y=0.88 * low, text=f"the least: {number(low, 3)}", visible=known)
            self.condition.set_text(f"condition number {number(surface.condition, 3)}" if known else "")
            self.strip.set_xlabel(f"{surface.rate_label}; above the limit it is shaded")
        self.surface = surface

    def show_walk(self, walk: Descent, steps: int, rate: float, limit: float, warning: str) -> None:
        """Move the path, the losses and the marks on the strip; rate and limit in the unit of the slider."""
        assert self.surface is not None
        last = USUAL_STEPS if steps <= USUAL_STEPS else STEPS
        if self.curve.get_xlim()[1] != last + 1:
            self.curve.set_xlim(-1, last + 1)
        points = walk.points[: _drawable(walk.points, self.surface.window)]
        path, start, end = self.path
        path.set_data(*points.T)
        start.set_data(*points[:1].T)
        end.set_data(*points[-1:].T)
        self.losses.set_data(np.arange(len(points)), walk.values[: len(points)] / self.surface.loss_unit)
        self.warning.set_text(warning)

        low, high = self.strip.get_xlim()
        mark = float(np.clip(limit, low, high)) if np.isfinite(limit) else high
        self.rate.set_data([rate], [0.25])
        self.limit.set_data([mark, mark], [0, 1])
        self.limit.set_visible(low <= limit <= high)
        self.beyond.set_xy([(mark, 0), (mark, 1), (high, 1), (high, 0)])
        room_on_the_right = mark * mark < low * high
        aside = (high / low) ** (0.01 if room_on_the_right else -0.01)
        self.limit_text.set(position=(mark * aside, 0.7), ha="left" if room_on_the_right else "right")
        self.limit_text.set_text(f"limit {number(limit, 3)}" if np.isfinite(limit) else "no limit here")


def descent_explorer(
    f: Function | None = None, *, window: tuple[Range, Range] = ((-2.0, 2.0), (-2.0, 2.0))
) -> LiveFigure:
    """A live figure of gradient descent: the path across the contours, the loss at each step, the stability limit.

    Without `f` it walks down the loss of a line through Engel's households, in a unit to choose. `f` is a function of a
    point of shape (2,), drawn over `window`, the ranges of its two coordinates; ValueError where it can't be drawn.
    """
    if f is None:
        surfaces = household_surfaces()
        ranges, start, rates = ((-0.8, 1.2), (-0.6, 1.4)), (1.0, 0.3), (0.4, 0.005, 5.0)
        names = ("start a", "start b")
        panel = {"unit": controls.choice("income in", list(surfaces), next(iter(surfaces)))}
    else:
        surfaces = {"": own_surface(f, window)}
        ranges = window
        start_a, start_b = (round(0.2 * low + 0.8 * high, 6) for low, high in window)
        start = start_a, start_b
        value_at(f, np.array(start))
        limit = surfaces[""].limit(np.array(start), 0.0, nesterov=False)
        rates = (float(f"{np.nan_to_num(limit / 2, nan=0.1):.2g}"), 1e-4, 10.0)
        names, panel = ("start p[0]", "start p[1]"), {}
    panel |= {
        "learning_rate": controls.log_slider("learning rate", *rates),
        "momentum": controls.slider("momentum", 0.0, 0.0, 0.99, 0.01),
        "nesterov": controls.switch("Nesterov's momentum"),
        "steps": controls.integer_slider("steps", USUAL_STEPS, 1, STEPS),
        "start_a": controls.slider(names[0], start[0], *ranges[0], np.ptp(ranges[0]) / 100),
        "start_b": controls.slider(names[1], start[1], *ranges[1], np.ptp(ranges[1]) / 100),
    }
    scene = Scene(rates[1:])

    def update(
        *,
        learning_rate: float,
        momentum: float,
        nesterov: bool,
        steps: int,
        start_a: float,
        start_b: float,
        unit: str = "",
    ) -> tuple[dict[str, Any], str]:
        surface = surfaces[unit]
        begin = surface.from_line @ (start_a, start_b)
        value_at(surface.loss, begin)
        scene.show_surface(surface)
        limit = surface.limit(begin, momentum, nesterov)
        rate = learning_rate * surface.rate_unit
        walk = descend(
            surface.loss, begin, rate, steps, gradient=surface.gradient, momentum=momentum, nesterov=nesterov
        )
        warning, sentence = describe(walk, surface, rate, limit, escaped=len(walk.points) <= steps)
        scene.show_walk(walk, steps, learning_rate, limit / surface.rate_unit, warning)
        values = {
            "learning_rate": rate,
            "limit": limit,
            "steps": len(walk.points) - 1,
            "loss": float(walk.values[-1]),
            "end": tuple(map(float, walk.points[-1])),
        }
        return values, sentence

    return LiveFigure("Gradient descent", scene.figure, scene.moving, panel, update)


def describe(walk: Descent, surface: Surface, rate: float, limit: float, escaped: bool) -> tuple[str, str]:
    """A word for the picture, empty where all is well, and the sentence for the readout."""
    steps, first, last = len(walk.points) - 1, walk.values[0], walk.values[-1]
    begin = f"The learning rate {number(rate)}"
    if np.isfinite(limit):
        side = "on" if np.isclose(rate, limit, rtol=1e-4) else "above" if rate > limit else "below"
        begin += f" is {side} the limit {number(limit)}{' at the start' if surface.lowest is None else ''}"
    else:
        side, begin = "beside", f"{begin} has no limit here, for the surface is no bowl at the start"
    after = f"after {_steps(steps)} the loss is {number(last)}"
    if escaped:
        return "diverges", f"{begin}: the descent diverges, and after {_steps(steps + 1)} it has left all bounds."
    if surface.lowest is None:
        return "rises" if last > first else "", f"{begin}: {after}, at the start it was {number(first)}."
    if side == "above":
        return "diverges", f"{begin}: every swing is wider than the one before, it diverges; {after}."
    if side == "on":
        return "swings", f"{begin}: the path swings to and fro and never settles; {after}."
    left = np.linalg.norm(walk.points - surface.lowest, axis=1)
    arrived = int(np.max(np.flatnonzero(left > 1e-3 * left[0]), initial=-1)) + 1
    if arrived <= steps:
        return "", f"{begin}: {_steps(arrived)} to the bottom, where the loss is {number(last)}."
    walked = np.linalg.norm(np.diff(walk.points, axis=0), axis=1).sum()
    return "crawls" if walked < left[-1] else "", f"{begin}: {after}, and {left[-1] / left[0]:.1%} of the way is left."


def _drawable(points: Array, window: tuple[Range, Range]) -> int:
    """How many points come before the first that is too far away for matplotlib's arithmetic."""
    ranges = np.array(window)
    near = np.all(abs(points - ranges.mean(axis=1)) < FAR * np.ptp(ranges, axis=1), axis=1)
    return len(near) if near.all() else int(near.argmin())


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _plainly(value: float, _position: float) -> str:
    """A tick's number as a reader writes it: 0.01 rather than a power of ten."""
    return number(value)
