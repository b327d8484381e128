"""The error explorer: why the step of a difference must be small, but not too small."""

from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from calc_core import numeric
from calc_core.numeric import EPS
from calc_core.sampling import Function, attempt, value_at
from calc_core.style import CONTEXT, FUNCTION, GRADIENT, INK, TANGENT, number, unit_style
from calc_lab.controls import log_slider, switch
from calc_lab.figure import LiveFigure, moving
from calc_lab.secant import exact_slope

DECADE = 8
STEPS = np.logspace(-16, 0, 16 * DECADE + 1)
DASHED: dict[str, Any] = {"linestyle": "--", "linewidth": 1.6}
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
    dots, best, found = {}, {}, {}
    for method, (_, color, marker) in METHODS.items():
        errors = np.array([error(method, h) for h in STEPS])
        [curve] = axes.plot(
            STEPS, errors, f"{marker}-", color=color, linewidth=0.9, markersize=4.5, markevery=2, label=method
        )
        dots[method] = moving(axes, marker, color=color, markersize=11, clip_on=False, zorder=6)
        step, nothing = attempt(partial(numeric.best_step, f, method=method.split(maxsplit=1)[0]), at)
        if nothing:  # no step is best, as on a straight line, or for the complex step
            continue
        best[method] = step, predicted_error(step, step, POWERS[method], size)
        found[method] = best_found(errors)
        axes.plot(STEPS, predicted_error(STEPS, step, POWERS[method], size), color=color, alpha=0.7, zorder=1, **DASHED)
    curve.set_animated(True)  # that of the complex step, which is the last: it waits for its switch
    still = [line.get_ydata() for line in axes.lines if not line.get_animated()]
    highest = np.nanmax(np.concatenate(still), initial=floor)
    axes.set(xscale="log", yscale="log", xlim=(1e-16, 1), ylim=(floor / 30, 3 * highest))
    axes.set(xlabel="step h", ylabel="error of the slope", title="Is a smaller step better?")
    axes.plot([], [], color=CONTEXT, label="predicted, at most", **DASHED)
    diamonds = moving(axes, "D", color=INK, markersize=7, zorder=4, label="best step, predicted")
    stars = moving(axes, "*", color=INK, markersize=13, zorder=4, label="best step, found")
    figure.legend(loc="outside lower center", ncols=3)
    for marks, places in ((diamonds, best), (stars, found)):
        marks.set_data(np.reshape([*places.values()], (-1, 2)).T)
    cursor = moving(axes, color=INK, linewidth=1.2)
    steps = ", ".join(f"{method} {number(step, 2)}" for method, (step, _) in found.items())
    best_steps = f"Best steps found: {steps}." if found else "No step is best here."

    def update(h: float, show_best: bool, complex_step: bool) -> str:
        cursor.set_data([h, h], axes.get_ylim())
        for artist in (curve, dots["complex step"]):
            artist.set_visible(complex_step)
        for artist in (diamonds, stars):  # they wait for their switch, too: where the best step lies is asked first
            artist.set_visible(show_best)
        facts = []
        for method in METHODS if complex_step else POWERS:
            missed = error(method, h)
            dots[method].set_data([h], [min(missed, 3 * highest)])
            words = "no number" if np.isnan(missed) else "0" if missed == floor else number(missed, 2)
            if method in best and missed > floor:
                too_large = h > best[method][0]
                words += " (truncation: h is too large)" if too_large else " (round-off: h is too small)"
            facts.append(f"{method} {words}")
        said = f"The errors at h = {number(h, 3)}: {', '.join(facts)}."
        return " ".join(filter(None, [said, best_steps if show_best else "", remark]))

    controls = {
        "h": log_slider("h", 1e-2, 1e-16, 1.0),
        "show_best": switch("show the best steps"),
        "complex_step": switch("complex step"),
    }
    sweep = {"h": 65, "show_best": 2, "complex_step": 2}
    return LiveFigure("Error against step", figure, controls, update, sweep)


def predicted_error(h: Any, best: float, power: int, size: float) -> Any:
    """Round-off and truncation at the step h, where `best` is the best step and `size` is |f|.

    Round-off is 2*eps*|f|/h for the forward difference, whose `power` is 1, and eps*|f|/h for the central one, whose
    `power` is 2. Truncation grows like h**power, and at the best step it is all of round-off or, central, half of it.
    """
    return 2 / power * EPS * size / h * (1 + (h / best) ** (power + 1) / power)


def best_found(errors: NDArray[np.float64]) -> tuple[float, float]:
    """The step around which even the worst error within a decade is least, and its error: one may be right by luck.

    Where several are as good, the largest.
    """
    known = np.where(np.isnan(errors), np.inf, errors)
    half = DECADE // 2
    place = min(reversed(range(len(known))), key=lambda place: known[max(place - half, 0) : place + half + 1].max())
    return STEPS[place], errors[place]
