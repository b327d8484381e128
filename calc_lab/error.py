"""The error explorer: why the step of a difference must be small, but not too small."""

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
METHODS = {
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
    exact = exact_slope(f, at)
    if np.isnan(exact.value):
        raise ValueError(f"{exact.remark} There is no slope to compare with; try another point")
    floor = max(exact.doubt, EPS * abs(exact.value), EPS * 1e-3)  # a logarithm has no place for 0
    size = abs(value_at(f, at))

    def error(method: str, h: float) -> float:
        """How far the method is from the exact slope, nan where it gives no number."""
        slope, _ = attempt(lambda step: METHODS[method][0](f, at, step), h)
        return float(np.maximum(abs(slope - exact.value), floor))

    figure = Figure(figsize=(8.4, 5.2))
    axes = figure.subplots()
    axes.set(xscale="log", yscale="log", xlabel="step h", ylabel="error of the slope")
    axes.set(xlim=(1e-16, 1), title="Is a smaller step better?")
    errors = {method: np.array([error(method, h) for h in STEPS]) for method in METHODS}
    highest = max(np.nanmax(errors[method], initial=floor) for method in POWERS)
    lines, dots, best, found = {}, {}, {}, {}
    for method, (_, color, marker) in METHODS.items():
        style: dict[str, Any] = {"color": color, "marker": marker}
        (lines[method],) = axes.plot(STEPS, errors[method], linewidth=0.9, markersize=4.5, markevery=2, **style)
        dots[method] = moving(axes, markersize=11, clip_on=False, zorder=6, **style)
    lines["complex step"].set_animated(True)  # it waits for its switch
    marks: dict[str, Any] = {"linestyle": "", "color": INK, "zorder": 4}
    for method, power in POWERS.items():
        step, _ = attempt(lambda x, kind=method.split()[0]: numeric.best_step(f, x, kind), at)
        if np.isnan(step):  # no step is best on a straight line
            continue
        best[method] = step
        predicted = sum(both_errors(STEPS, step, power, size))
        color = METHODS[method][1]
        axes.plot(STEPS, predicted, "--", color=color, linewidth=1.6, alpha=0.7, zorder=1)
        axes.plot(step, sum(both_errors(step, step, power, size)), "D", markersize=7, **marks)
        place = best_found(errors[method])
        found[method] = STEPS[place]
        axes.plot(STEPS[place], errors[method][place], "*", markersize=13, **marks)
        highest = max(highest, predicted[0])
    highest = 3 * min(highest, 1e250)  # matplotlib's ticks overflow beyond
    axes.set_ylim(floor / 30, highest)
    keys = [axes.plot([], [], linewidth=0.9, color=c, marker=m, label=name)[0] for name, (_, c, m) in METHODS.items()]
    keys += axes.plot([], [], "--", color=CONTEXT, linewidth=1.6, label="predicted, at most")
    keys += axes.plot([], [], "D", markersize=7, label="best step, predicted", **marks)
    keys += axes.plot([], [], "*", markersize=13, label="best step, found", **marks)
    figure.legend(handles=keys, loc="outside lower center", ncols=3)
    cursor = moving(axes, color=INK, linewidth=1.2)

    def update(h: float, complex_step: bool) -> str:
        cursor.set_data([h, h], axes.get_ylim())
        lines["complex step"].set_visible(complex_step)
        dots["complex step"].set_visible(complex_step)
        facts = []
        for method in METHODS if complex_step else POWERS:
            missed = error(method, h)
            dots[method].set_data([h], [min(missed, highest)])
            cause = ""
            if method in best and missed > floor:
                truncation, round_off = both_errors(h, best[method], POWERS[method], size)
                cause = " (truncation: h is too large)" if truncation > round_off else " (round-off: h is too small)"
            facts.append(f"{method} {in_words(missed, floor)}{cause}")
        words = [f"The errors at h = {number(h, 3)}: {', '.join(facts)}."]
        if found:
            steps = [f"{method} {number(step, 2)}" for method, step in found.items()]
            words.append(f"Best steps found: {', '.join(steps)}.")
        return " ".join(filter(None, [*words, exact.remark]))

    controls = {"h": log_slider("h", 1e-2, 1e-16, 1.0), "complex_step": switch("complex step")}
    return LiveFigure("Error against step", figure, controls, update, sweep={"h": 65, "complex_step": 2})


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
