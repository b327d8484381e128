"""The error explorer: why the step of a difference must be small, but not too small."""

import math
from typing import Any

import numpy as np

from calc_core.live import LiveFigure
from calc_core.live.controls import log_slider
from calc_core.plots import canvas
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.errors import (
    MARKERS,
    NAMES,
    STEPS,
    Errors,
    difference_errors,
    draw_errors,
    exact_slope,
    slope_by,
)
from calc_core.plots.sampling import Function, number


def wave(x: Any) -> Any:
    """Return exp(sin x), on which no difference is right by accident."""
    return np.exp(np.sin(x))


@unit_style()
def error_explorer(f: Function = wave, at: float = 1.3) -> LiveFigure:
    """Return a live figure of the errors of forward difference, central difference and complex step at a point.

    f takes a number; written with NumPy's functions it also takes the complex numbers that the complex step needs.
    `values` has h, the slopes and the errors by method (`forward`, `forward_error`, ...), and for the differences the
    best step as predicted and as found (`forward_best`, `forward_found`). ValueError where f has no slope.
    """
    at = float(at)
    exact, floor = exact_slope(f, at)
    errors = difference_errors(f, at, exact)
    figure, axes = new_figure(height=4.8)
    names = draw_errors(figure, axes, errors, floor)
    (line,) = axes.plot([], [], color=canvas.INK, linewidth=1.2, zorder=5)
    dots = {}
    for method in errors.observed:
        (dots[method],) = axes.plot([], [], MARKERS[method], color=canvas.INK, clip_on=False, zorder=6)
    if "central" in dots:  # a frame, in which another method's mark still shows
        dots["central"].set(markersize=13, markerfacecolor="none", markeredgewidth=2)
    best = {f"{method}_best": step for method, step in errors.best.items()}
    best |= {f"{method}_found": errors.found(method)[0] for method in errors.observed}

    def update(h: float) -> tuple[dict[str, float], str]:
        line.set_data([h, h], axes.get_ylim())
        values, said = {"h": h, "exact": exact}, []
        for method, dot in dots.items():
            slope = slope_by(method, f, at, h)
            error = abs(slope - exact)
            dot.set_data([h], [np.maximum(error, floor)])
            values |= {method: slope, f"{method}_error": error}
            said.append(f"{NAMES[method]} {_size(error)}{_cause(errors, method, h) if error else ''}")
        return values | best, f"The errors at h = {number(h, 3)}: {', '.join(said)}."

    controls = {"h": log_slider("h", 1e-2, float(STEPS[0]), float(STEPS[-1]))}
    return LiveFigure("Error against step", figure, [line, *names, *dots.values()], controls, update)


def _size(error: float) -> str:
    return "no number" if math.isnan(error) else number(error, 2)


def _cause(errors: Errors, method: str, h: float) -> str:
    """Return which of the two predicted errors is the larger at this step, in brackets, for a method that has both."""
    if method not in errors.best:
        return ""
    truncation, round_off = errors.predicted(method, h)
    return " (truncation: h is too large)" if truncation > round_off else " (round-off: h is too small)"
