"""The error of a difference against its step h: the U that shows why smaller is not always better."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from numpy.lib.stride_tricks import sliding_window_view

from calc_core import automatic, numeric
from calc_core.plots import canvas
from calc_core.plots.curves import note
from calc_core.plots.sampling import Array, Function, number, sample, value_at

DECADE = 8
STEPS = np.logspace(-16, 0, 16 * DECADE + 1)
EPS = float(np.finfo(float).eps)
METHODS = {
    "forward": numeric.forward_difference,
    "central": numeric.central_difference,
    "complex": numeric.complex_step,
}
NAMES = {"forward": "forward difference", "central": "central difference", "complex": "complex step"}
MARKERS = {"forward": "o", "central": "s", "complex": "^"}
_PLACES = {"forward": (1e-4, 1), "central": (1e-4, -1), "complex": (1e-13, 1)}  # of the names: the step, above or below


class Errors(NamedTuple):
    """How far each method is from the exact slope at each of `STEPS`, and what theory says of it.

    `observed` has an array of shape (129,) for each method, nan where it gives no number; "complex" is missing if f
    refuses complex numbers or they mislead it. `best` has the step at which a difference should err least, where there
    is one. `size` is |f(x)|, which decides the rounding.
    """

    observed: dict[str, Array]
    best: dict[str, float]
    size: float

    def found(self, method: str) -> tuple[float, float]:
        """Return the step that is best, and its error: the step around which the worst error within a decade is least.

        One step alone may be right by luck. Where several are best, the largest is returned.
        """
        error = self.observed[method]
        known = np.where(np.isnan(error), np.inf, error)
        worst = sliding_window_view(np.pad(known, DECADE // 2, mode="edge"), DECADE + 1).max(axis=1)
        best = np.flatnonzero(worst == worst.min())[-1]
        return float(STEPS[best]), float(error[best])

    def predicted(self, method: str, h: Array | float) -> tuple[Array, Array]:
        """Return truncation and round-off at the step h, for a method that has a best step: it alone decides both.

        Round-off is c*eps*|f|/h with c = 2 (forward) or 1 (central). Truncation grows like h or h^2, and where their
        sum is least it is all of round-off (forward) or half of it (central).
        """
        count, power = (2, 1) if method == "forward" else (1, 2)
        ratio = np.asarray(h) / self.best[method]
        least = count * EPS * self.size / self.best[method]
        return least / power * ratio**power, least / ratio


def slope_by(method: str, f: Function, x: float, h: float) -> float:
    """Return the slope of f at x by the method "forward", "central" or "complex", nan where it gives no number."""
    try:
        return float(METHODS[method](f, x, h))
    except (ArithmeticError, ValueError):
        return np.nan


def difference_errors(f: Function, x: float, exact: float) -> Errors:
    """Return the errors of the three methods at x. ValueError for a function too slow for a picture."""
    observed, best = {}, {}
    for method in METHODS:
        try:
            observed[method] = np.abs(sample(partial(slope_by, method, f, x), STEPS) - exact)
        except ValueError:
            if method != "complex":
                raise
    for method in ("forward", "central"):
        try:
            best[method] = numeric.best_step(f, x, method)
        except ValueError:  # one of the two errors is absent: no step is best
            continue
    return Errors(observed, best, abs(value_at(f, x)))


def draw_errors(figure: Figure, axes: Axes, errors: Errors, floor: float) -> list[Annotation]:
    """Return the methods' names, written beside the errors of each against its step; best steps are marked.

    Errors below the floor are drawn on it: a logarithm has no place for 0.
    """
    marks: dict[str, Any] = {"linestyle": "", "color": canvas.INK, "zorder": 4}
    highest, names = floor, []
    for method, error in errors.observed.items():
        highest = max(highest, float(np.nanmax(error)))
        (line,) = axes.loglog(STEPS, np.maximum(error, floor), color=canvas.SECANT, zorder=2)
        line.set(linewidth=0.9, marker=MARKERS[method], markersize=4.5, markevery=2)
        step, side = _PLACES[method]
        here, further = (max(float(error[np.abs(STEPS - h).argmin()]), floor) for h in (step, 100 * step))
        side = side if here > 100 * floor else 1  # below there would be no room
        names.append(note(axes, step, here, NAMES[method], side=(-side if further > here else side, side)))
    for method, step in errors.best.items():
        highest = max(highest, float(sum(errors.predicted(method, STEPS[0]))))
        axes.loglog(STEPS, sum(errors.predicted(method, STEPS)), color=canvas.CONTEXT, linestyle="--", linewidth=1.6)
        axes.loglog(step, sum(errors.predicted(method, step)), marker="D", markersize=7, **marks)
    for method in errors.best:
        step, least = errors.found(method)
        axes.loglog(step, max(least, floor), marker="*", markersize=12, **marks)
    axes.set(xlim=(STEPS[0], STEPS[-1]), ylim=(floor / 30, 3 * highest), xlabel="step h", ylabel="error of the slope")
    axes.set_title("A smaller step is better, until it is worse" if errors.best else "Here no step is best")
    if errors.best:
        axes.plot([], [], "--", color=canvas.CONTEXT, linewidth=1.6, label="predicted, at most")
        axes.plot([], [], marker="D", markersize=7, label="best step, predicted", **marks)
        axes.plot([], [], marker="*", markersize=12, label="best step, found", **marks)
        figure.legend(loc="outside lower center", ncols=3)
    return names


def exact_slope(f: Function, x: float) -> tuple[float, float]:
    """Return the slope of f at x, from a way that takes no step, and the least error that means anything beside it.

    The way is the chain rule, step by step, where f is made of operations that it knows; else the best of many
    differences, with its own estimate of its error. ValueError at a kink, and where f has no value.
    """
    value_at(f, x)
    differences = numeric.derivative(f, x)
    if differences.kink:
        raise ValueError(f"f has a kink at {number(x)}: there is no slope to compare with; try another point")
    slope, doubt = float(differences.value), float(differences.error)
    try:
        by_chain_rule = float(automatic.grad(f)(x))
    except Exception:  # f does something that is no chain of operations
        by_chain_rule = np.nan
    if abs(by_chain_rule - slope) <= max(10 * doubt, 1e-6 * abs(slope)):
        slope, doubt = by_chain_rule, 0.0
    return slope, max(doubt, EPS * abs(slope), EPS * 1e-3)
