"""The error of a difference against its step h: the U that shows why smaller is not always better."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from calc_core import automatic, numeric
from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.sampling import Array, Function, Picture, number, value_at

# Where the error is 0 a logarithmic scale has no place for it: it is drawn at the bottom.
STEPS = np.logspace(-16, 0, 129)
EPS = np.finfo(float).eps
METHODS = {"forward": "forward_difference", "central": "central_difference", "complex": "complex_step"}
MARKERS = {"forward": "o", "central": "s", "complex": "^"}
NAMES = {"forward": "forward difference", "central": "central difference", "complex": "complex step"}


class Errors(NamedTuple):
    """How far each method is from the exact slope at each step: arrays of shape (m,), by the method's name.

    `predicted` holds truncation plus round-off, and `best` the step at which their sum is least, for the methods
    "forward" and "central"; a method is missing where Taylor's next term vanishes, and "complex" where f refuses it.
    """

    steps: Array
    observed: dict[str, Array]
    predicted: dict[str, Array]
    best: dict[str, float]

    def best_found(self, method: str) -> float:
        """Return the step with the least error; where several have it, the largest."""
        error = self.observed[method]
        return float(self.steps[np.flatnonzero(error == np.nanmin(error))[-1]])


def estimate(f: Function, x: float, h: float, method: str) -> float:
    """Return the slope of f at x by the method "forward", "central" or "complex"."""
    return float(getattr(numeric, METHODS[method])(f, x, h))


def difference_errors(f: Function, x: float, exact: float, steps: Array = STEPS) -> Errors:
    """Return the errors of the three methods at x, observed and predicted."""
    value_at(f, x)
    observed = {}
    for method in METHODS:
        try:
            observed[method] = np.array([abs(estimate(f, x, float(h), method) - exact) for h in steps])
        except (TypeError, ValueError):  # a function that refuses complex numbers
            if method != "complex":
                raise
    best, predicted = {}, {}
    for method in ("forward", "central"):
        try:
            best[method] = float(numeric.best_step(f, x, method))
        except ValueError:  # the next term of Taylor's formula vanishes: no U
            continue
        truncation, round_off = predicted_parts(f, x, steps, best[method], method)
        predicted[method] = truncation + round_off
    return Errors(steps, observed, predicted, best)


def predicted_parts(f: Function, x: float, h: Array, best: float, method: str) -> tuple[Array, Array]:
    """Return truncation and round-off at the steps h, which the best step alone decides.

    Round-off is c*eps*|f|/h with c = 2 (forward) or 1 (central); truncation grows like h or h^2, and at the best step
    their sum is least: there truncation equals round-off (forward) or half of it (central).
    """
    count, power = (2, 1) if method == "forward" else (1, 2)
    least = count * EPS * abs(value_at(f, x)) / best
    return least / power * (h / best) ** power, least * best / h


def draw_errors(axes: Axes, errors: Errors, floor: float) -> None:
    """Nothing; draws each method's error against its step, beside the sum predicted, with the best steps marked.

    Errors below the floor are drawn on it: a logarithm has no place for 0.
    """
    highest = floor
    for method, error in errors.observed.items():
        highest = max(highest, float(np.nanmax(error)))
        (line,) = axes.loglog(
            errors.steps, np.maximum(error, floor), color=canvas.SECANT, label=NAMES[method], zorder=2
        )
        line.set(linewidth=0.9, marker=MARKERS[method], markersize=4.5, markevery=2)
    for i, (method, error) in enumerate(errors.predicted.items()):
        label = None if i else "truncation + round-off, predicted"
        axes.loglog(errors.steps, error, color=canvas.CONTEXT, linestyle="--", linewidth=1.6, zorder=3, label=label)
        best = errors.best[method]
        least = np.exp(np.interp(np.log(best), np.log(errors.steps), np.log(error)))
        style = {"linestyle": "", "color": canvas.INK, "zorder": 4}
        axes.loglog(best, least, marker="D", markersize=7, label=None if i else "best step, predicted", **style)
        found, least = errors.best_found(method), max(np.nanmin(errors.observed[method]), floor)
        axes.loglog(found, least, marker="*", markersize=12, label=None if i else "best step, found", **style)
    axes.set(xlim=(errors.steps[0], errors.steps[-1]), ylim=(floor / 5, 3e4 * highest))
    axes.legend(loc="upper center", ncols=2, columnspacing=1.2, handletextpad=0.5)


@unit_style()
def error_curve(f: Function, at: float, *, title: str = "A smaller step is better, until it is worse") -> Picture:
    """Return the error of forward and central difference and complex step against h, beside what theory predicts."""
    figure, axes = canvas.new_figure(height=4.8)
    exact, floor = exact_slope(f, at)
    errors = difference_errors(f, at, exact)
    draw_errors(axes, errors, floor)
    axes.set(xlabel="step h", ylabel="error of the slope", title=title)
    alt = f"The error of the slope at {number(at)} against the step h."
    for method, error in errors.observed.items():
        alt += f" The {NAMES[method]} errs least, by {number(np.nanmin(error), 2)}, at "
        alt += f"h = {number(errors.best_found(method), 2)}"
        alt += f" (predicted: {number(errors.best[method], 2)})." if method in errors.best else "."
    return Picture(figure, alt)


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
