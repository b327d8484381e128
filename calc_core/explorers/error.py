"""The error explorer: why the step of a difference must be small, but not too small."""

from typing import Any

import numpy as np

from calc_core.controls import log_slider
from calc_core.live import LiveFigure
from calc_core.plots import canvas
from calc_core.plots.canvas import new_figure, unit_style
from calc_core.plots.errors import (
    MARKERS,
    NAMES,
    STEPS,
    difference_errors,
    draw_errors,
    estimate,
    exact_slope,
    predicted_parts,
)
from calc_core.plots.sampling import Function, number


def wave(x: Any) -> Any:
    """Return exp(sin x), on which no difference is right by accident."""
    return np.exp(np.sin(x))


@unit_style()
def error_explorer(f: Function = wave, at: float = 0.7) -> LiveFigure:
    """Return a live figure of the errors of forward difference, central difference and complex step at a point.

    f takes a number; written with NumPy's functions it also takes the complex numbers that the complex step needs.
    `values` has h, the slopes and the errors by method (`forward`, `forward_error`, ...), and for the differences the
    best step as predicted and as found (`forward_best`, `forward_found`). ValueError where f has no slope.
    """
    at = float(at)
    exact, floor = exact_slope(f, at)
    errors = difference_errors(f, at, exact)
    figure, axes = new_figure(height=4.8)
    draw_errors(axes, errors, floor)
    axes.set(xlabel="step h", ylabel="error of the slope", title="A smaller step is better, until it is worse")
    (line,) = axes.plot([], [], color=canvas.TANGENT, linewidth=1.2, zorder=5)
    dots = {}
    for method in errors.observed:
        (dots[method],) = axes.plot([], [], linestyle="", marker=MARKERS[method], color=canvas.TANGENT, zorder=6)
    best = {f"{method}_best": step for method, step in errors.best.items()}
    best |= {f"{method}_found": errors.best_found(method) for method in ("forward", "central")}

    def update(h: float) -> tuple[dict[str, float], str]:
        line.set_data([h, h], axes.get_ylim())
        values, said = {"h": h, "exact": exact}, []
        for method, dot in dots.items():
            slope = estimate(f, at, h, method)
            error = abs(slope - exact)
            dot.set_data([h], [max(error, floor)])
            values |= {method: slope, f"{method}_error": error}
            said.append(f"the {NAMES[method]} by {number(error, 2)}")
        return values | best, f"At h = {number(h, 3)}, {_listed(said)}. {_regime(f, at, h, errors.best)}"

    controls = {"h": log_slider("h", 1e-2, float(STEPS[0]), float(STEPS[-1]))}
    return LiveFigure("Error of a difference against its step", figure, [line, *dots.values()], controls, update)


def _regime(f: Function, x: float, h: float, best: dict[str, float]) -> str:
    """Return which of the two errors rules each difference at this step."""
    said = []
    for method, step in best.items():
        truncation, round_off = predicted_parts(f, x, np.array([h]), step, method)
        ruler = "truncation (h is too large)" if truncation[0] > round_off[0] else "round-off (h is too small)"
        said.append(f"most of the {method} one's error is {ruler}")
    if not said:
        return "Taylor's next term vanishes here, so no best step is predicted."
    return f"By prediction, {' and '.join(said)}."


def _listed(parts: list[str]) -> str:
    first, *rest = parts
    return ", ".join([first.replace(" by ", " errs by ", 1), *rest])
