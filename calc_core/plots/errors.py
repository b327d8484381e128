"""The error of a difference against its step h: the U that shows why smaller is not always better."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from calc_core import numeric
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

    def best_observed(self, method: str) -> float:
        """Return the step with the least error."""
        return float(self.steps[np.nanargmin(self.observed[method])])


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


def draw_errors(axes: Axes, errors: Errors, scale: float) -> None:
    """Nothing; draws each method's error against its step, with the sum predicted and the best step, predicted and found.

    `scale` is the size of the slope: errors under scale * 1e-17 stand at the bottom, where a logarithm ends.
    """
    bottom = 1e-17 * scale
    for method, error in errors.observed.items():
        seen = np.maximum(error, bottom)
        axes.loglog(
            errors.steps, seen, color=canvas.SECANT, linewidth=0.9, marker=MARKERS[method], markersize=4, markevery=2
        )
    for method, error in errors.predicted.items():
        axes.loglog(errors.steps, error, color=canvas.CONTEXT, linestyle="--", linewidth=1.6, zorder=3)
    axes.set(xlim=(errors.steps[0], errors.steps[-1]), ylim=(bottom, 1e3 * scale))


@unit_style()
def error_curve(
    f: Function, at: float, exact: float, *, title: str = "A smaller step is better, until it is worse"
) -> Picture:
    """Return the error of forward and central difference and complex step against h, beside what theory predicts.

    exact: the slope of f at `at`, from a way that takes no step (a formula or the chain rule).
    """
    figure, axes = canvas.new_figure()
    errors = difference_errors(f, at, exact)
    draw_errors(axes, errors, max(abs(exact), EPS))
    axes.set(xlabel="step h", ylabel="error of the slope", title=title)
    said = [
        f"the {NAMES[m]} errs least, by {number(np.nanmin(e))}, at h = {number(errors.best_observed(m))}"
        for m, e in errors.observed.items()
    ]
    return Picture(figure, "")
