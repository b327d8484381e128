"""The error explorer: why the step of a difference must be small, but not too small."""

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
DASHED: dict[str, Any] = {"linestyle": "--", "linewidth": 1.6}
DIAMOND: dict[str, Any] = {"linestyle": "", "marker": "D", "markersize": 7, "color": INK, "zorder": 4}
STAR = DIAMOND | {"marker": "*", "markersize": 13}
METHODS: dict[str, Any] = {  # how it is computed, its colour and its marker
    "forward difference": (numeric.forward_difference, FUNCTION, "o"),
    "central difference": (numeric.central_difference, TANGENT, "s"),
    "complex step": (numeric.complex_step, GRADIENT, "^"),
}
POWERS = {"forward difference": 1, "central difference": 2}  # of h, with which truncation grows


@unit_style()
def error_explorer(f: Function = lambda x: np.exp(np.sin(x)), at: float = 1.3) -> LiveFigure:
    """A live figure of the errors of forward difference, central difference and, on demand, complex step at a point.

    f takes a number; written with NumPy's functions it also takes the complex numbers that the complex step needs. The
    best step is marked twice, once it is asked for: as predicted from f and its bend, and as found. ValueError where f
    has no slope.

    >>> error_explorer(np.exp, 1.0).sentence[:54]
    'The errors at h = 0.01: forward difference 0.014 (trun'
    """
    at = float(at)
    exact, doubt, remark = exact_slope(f, at)
    if np.isnan(exact):
        raise ValueError(f"{remark} There is no slope to compare with; try another point")
    floor = max(doubt, EPS * abs(exact), EPS * 1e-3)  # a logarithm has no place for 0
    size = abs(value_at(f, at))

    def error(method: str, h: float) -> float:
        slope, _ = attempt(lambda step: METHODS[method][0](f, at, step), h)
        return float(np.maximum(abs(slope - exact), floor))

    figure = Figure(figsize=(8.4, 5.2))
    axes = figure.subplots()
    lines, dots, best, found, marks = {}, {}, {}, [], []
    for method, (_, color, marker) in METHODS.items():
        errors = np.array([error(method, h) for h in STEPS])
        [lines[method]] = axes.plot(
            STEPS, errors, label=method, color=color, linewidth=0.9, marker=marker, markersize=4.5, markevery=2
        )
        dots[method] = moving(axes, marker, color=color, markersize=11, clip_on=False, zorder=6)
        step, nothing = attempt(partial(numeric.best_step, f, method=method.split(maxsplit=1)[0]), at)
        if nothing:  # no step is best, as on a straight line, or for the complex step
            continue
        best[method] = step
        place = best_found(errors)
        found.append(f"{method} {number(STEPS[place], 2)}")
        predicted, least = (sum(both_errors(h, step, POWERS[method], size)) for h in (STEPS, step))
        axes.plot(STEPS, predicted, color=color, alpha=0.7, zorder=1, **DASHED)
        marks += axes.plot(step, least, animated=True, **DIAMOND)
        marks += axes.plot(STEPS[place], errors[place], animated=True, **STAR)
    lines["complex step"].set_animated(True)  # it waits for its switch
    highest = max(
        np.nanmax(np.asarray(line.get_ydata(), float), initial=floor) for line in axes.lines if not line.get_animated()
    )
    axes.set(xscale="log", yscale="log", xlim=(1e-16, 1), ylim=(floor / 30, 3 * highest))
    axes.set(xlabel="step h", ylabel="error of the slope", title="Is a smaller step better?")
    axes.plot([], [], color=CONTEXT, label="predicted, at most", **DASHED)
    axes.plot([], [], label="best step, predicted", **DIAMOND)
    axes.plot([], [], label="best step, found", **STAR)
    figure.legend(loc="outside lower center", ncols=3)
    cursor = moving(axes, color=INK, linewidth=1.2)
    best_steps = f"Best steps found: {', '.join(found)}." if found else "No step is best here."

    def update(h: float, show_best: bool, complex_step: bool) -> str:
        cursor.set_data([h, h], axes.get_ylim())
        lines["complex step"].set_visible(complex_step)
        dots["complex step"].set_visible(complex_step)
        for mark in marks:  # they wait for their switch, too: where the best step lies is asked first
            mark.set_visible(show_best)
        facts = []
        for method in METHODS if complex_step else POWERS:
            missed = error(method, h)
            dots[method].set_data([h], [min(missed, 3 * highest)])
            words = "no number" if np.isnan(missed) else number(missed, 2)
            if missed == floor:
                words = "0"
            elif method in best and not np.isnan(missed):
                truncation, round_off = both_errors(h, best[method], POWERS[method], size)
                words += " (truncation: h is too large)" if truncation > round_off else " (round-off: h is too small)"
            facts.append(f"{method} {words}")
        said = f"The errors at h = {number(h, 3)}: {', '.join(facts)}."
        return " ".join(filter(None, [said, best_steps if show_best else "", remark]))

    controls = {
        "h": log_slider("h", 1e-2, 1e-16, 1.0),
        "show_best": switch("show the best steps"),
        "complex_step": switch("complex step"),
    }
    return LiveFigure(
        "Error against step", figure, controls, update, sweep={"h": 65, "show_best": 2, "complex_step": 2}
    )


def both_errors(h: Any, best: float, power: int, size: float) -> tuple[Any, Any]:
    """Truncation and round-off at the step h; `power` is 1 for the forward difference and 2 for the central one.

    Round-off is 2*eps*|f|/h or, central, eps*|f|/h. Truncation grows like h**power, and at the best step it is all of
    round-off or, central, half of it.
    """
    round_off = 2 / power * EPS * size / h
    return round_off / power * (h / best) ** (power + 1), round_off


def best_found(errors: NDArray[np.float64]) -> int:
    """The place of the step around which even the worst error within a decade is least: one alone may be right by luck.

    Where several are as good, the largest.
    """
    known = np.where(np.isnan(errors), np.inf, errors)
    half = DECADE // 2
    return min(reversed(range(len(known))), key=lambda place: known[max(place - half, 0) : place + half + 1].max())
