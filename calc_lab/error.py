"""The error explorer: why the step of a difference must be small, but not too small."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from calc_core import numeric
from calc_core.sampling import Function, attempt, value_at
from calc_core.style import CONTEXT, FUNCTION, GRADIENT, INK, TANGENT, number, unit_style
from calc_lab.controls import log_slider, switch
from calc_lab.exact import exact_slope
from calc_lab.figure import LiveFigure, moving

DECADE = 8
STEPS = np.logspace(-16, 0, 16 * DECADE + 1)
EPS = float(np.finfo(float).eps)
HUGE = 1e250  # beyond it, matplotlib's own sums overflow
DASHED: dict[str, Any] = {"linestyle": "--", "linewidth": 1.6}
DIAMOND: dict[str, Any] = {"linestyle": "", "marker": "D", "markersize": 7, "color": INK, "zorder": 4}
STAR = DIAMOND | {"marker": "*", "markersize": 13}
METHODS: dict[str, tuple[Callable[..., Any], str, str]] = {
    "forward difference": (numeric.forward_difference, FUNCTION, "o"),
    "central difference": (numeric.central_difference, TANGENT, "s"),
    "complex step": (numeric.complex_step, GRADIENT, "^"),
}
POWERS = {"forward difference": 1, "central difference": 2}  # of h, with which truncation grows


def wave(x: Any) -> Any:
    """exp(sin x), on which no difference is right by accident."""
    return np.exp(np.sin(x))


@unit_style()
def error_explorer(f: Function = wave, at: float = 1.3) -> LiveFigure:
    """A live figure of the errors of forward difference, central difference and, on demand, complex step at a point.

    f takes a number; written with NumPy's functions it also takes the complex numbers that the complex step needs. The
    step that is best is marked twice: as predicted from f and its bend, and as found. ValueError where f has no slope.

    >>> error_explorer(np.exp, 1.0).sentence[:54]
    'The errors at h = 0.01: forward difference 0.014 (trun'
    """
    at = float(at)
    exact = exact_slope(f, at)
    if np.isnan(exact.value):
        raise ValueError(f"{exact.remark} There is no slope to compare with; try another point")
    floor = max(exact.doubt, EPS * abs(exact.value), EPS * 1e-3)  # a logarithm has no place for 0
    size = abs(value_at(f, at))

    def error(method: str, h: float) -> float:
        """How far the method is from the exact slope, nan where it gives no number."""
        slope, _ = attempt(lambda step: METHODS[method][0](f, at, step), h)
        return float(np.maximum(abs(slope - exact.value), floor))

    errors = {method: np.array([error(method, h) for h in STEPS]) for method in METHODS}
    best = predicted_steps(f, at)
    found = {method: best_found(errors[method]) for method in best}
    predictions = {method: sum(both_errors(STEPS, step, POWERS[method], size)) for method, step in best.items()}
    drawn = [*(errors[method] for method in POWERS), *predictions.values()]
    highest = max(np.nanmax(curve, initial=floor) for curve in drawn)
    if highest > HUGE:
        raise ValueError(f"the errors of f at {number(at)} are too large to be drawn; try another point")

    figure = Figure(figsize=(8.4, 5.2))
    axes = figure.subplots()
    axes.set(xscale="log", yscale="log", xlabel="step h", ylabel="error of the slope")
    axes.set(xlim=(1e-16, 1), ylim=(floor / 30, 3 * highest), autoscale_on=False, title="Is a smaller step better?")
    lines, dots = {}, {}
    for method, (_, color, marker) in METHODS.items():
        style: dict[str, Any] = {"color": color, "marker": marker}
        (lines[method],) = axes.plot(
            STEPS, errors[method], linewidth=0.9, markersize=4.5, markevery=2, label=method, **style
        )
        dots[method] = moving(axes, markersize=11, clip_on=False, zorder=6, **style)
    lines["complex step"].set_animated(True)  # it waits for its switch
    for method, step in best.items():
        axes.plot(STEPS, predictions[method], color=METHODS[method][1], alpha=0.7, zorder=1, **DASHED)
        axes.plot(step, sum(both_errors(step, step, POWERS[method], size)), **DIAMOND)
        axes.plot(STEPS[found[method]], errors[method][found[method]], **STAR)
    axes.plot([], [], color=CONTEXT, label="predicted, at most", **DASHED)
    axes.plot([], [], label="best step, predicted", **DIAMOND)
    axes.plot([], [], label="best step, found", **STAR)
    figure.legend(loc="outside lower center", ncols=3)
    cursor = moving(axes, color=INK, linewidth=1.2)

    def update(h: float, complex_step: bool) -> str:
        cursor.set_data([h, h], axes.get_ylim())
        lines["complex step"].set_visible(complex_step)
        dots["complex step"].set_visible(complex_step)
        facts = []
        for method in METHODS if complex_step else POWERS:
            missed = error(method, h)
            dots[method].set_data([h], [min(missed, 3 * highest)])
            facts.append(f"{method} {in_words(missed, floor)}")
            if method in best and missed > floor:
                truncation, round_off = both_errors(h, best[method], POWERS[method], size)
                facts[-1] += (
                    " (truncation: h is too large)" if truncation > round_off else " (round-off: h is too small)"
                )
        steps = ", ".join(f"{method} {number(STEPS[place], 2)}" for method, place in found.items())
        words = f"The errors at h = {number(h, 3)}: {', '.join(facts)}."
        return " ".join(filter(None, [words, f"Best steps found: {steps}." if found else "", exact.remark]))

    controls = {"h": log_slider("h", 1e-2, 1e-16, 1.0), "complex_step": switch("complex step")}
    return LiveFigure("Error against step", figure, controls, update, sweep={"h": 65, "complex_step": 2})


def predicted_steps(f: Function, x: float) -> dict[str, float]:
    """The step of each difference that should be best; a difference is missing where none is, as on a straight line.

    >>> predicted_steps(lambda x: 3 * x, 1.0)
    {}
    """
    steps = {method: attempt(partial(numeric.best_step, f, method=method.split()[0]), x)[0] for method in POWERS}
    return {method: step for method, step in steps.items() if not np.isnan(step)}


def both_errors(h: Any, best: float, power: int, size: float) -> tuple[Any, Any]:
    """Truncation and round-off at the step h; `power` is 1 for the forward difference and 2 for the central one.

    Round-off is 2*eps*|f|/h or, central, eps*|f|/h. Truncation grows like h**power, and at the best step it is all of
    round-off or, central, half of it.
    """
    least = 2 / power * EPS * size / best
    return least / power * (h / best) ** power, least / (h / best)


def best_found(errors: NDArray[np.float64]) -> int:
    """The place of the step around which even the worst error within a decade is least: one alone may be right by luck.

    Where several are as good, the largest.

    >>> best_found(np.array([9.0, 0.0, 9.0, 4.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 5.0, 6.0]))
    7
    """
    known = np.where(np.isnan(errors), np.inf, errors)
    half = DECADE // 2
    worst = [known[max(place - half, 0) : place + half + 1].max() for place in range(len(known))]
    return len(worst) - 1 - int(np.argmin(worst[::-1]))


def in_words(error: float, floor: float) -> str:
    """An error in words."""
    if np.isnan(error):
        return "no number"
    return "0" if error <= floor else number(error, 2)
