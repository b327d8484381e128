"""Loss surfaces to walk down: that of a line through the households, in three units, or a learner's own."""

from typing import Any, NamedTuple

import numpy as np

from calc_core import households, numeric
from calc_core.descent import stability_limit
from calc_core.plots.curves import Range, check_range
from calc_core.plots.sampling import Array, Function, sample


class Surface(NamedTuple):
    """A loss to walk down, and how it is drawn.

    `from_line` turns the start on the sliders into a point: one line through the cloud has other coordinates in each
    unit. The slider's learning rate counts in `rate_unit`, the picture's heights in `loss_unit`. A quadratic knows its
    Hessian and its lowest point.
    """

    loss: Function
    window: tuple[Range, Range]
    labels: tuple[str, str, str]
    from_line: Array
    loss_unit: float = 1.0
    rate_unit: float = 1.0
    rate_label: str = "learning rate"
    hessian: Array | None = None
    lowest: Array | None = None

    def height(self, p: Array) -> Any:
        """The loss in the unit of the picture."""
        return self.loss(p) / self.loss_unit

    def gradient(self, p: Array) -> Array:
        """The gradient at p: exact for a quadratic, from differences otherwise."""
        if self.hessian is None or self.lowest is None:
            return numeric.gradient(self.loss, p)
        return self.hessian @ (p - self.lowest)

    @property
    def condition(self) -> float:
        """How much steeper the steepest direction of a quadratic bends than the flattest."""
        return float(np.linalg.cond(self.hessian)) if self.hessian is not None else np.nan

    def limit(self, start: Array, momentum: float, nesterov: bool) -> float:
        """The stability limit; for a learner's own f that of its curvature at the start, nan where that is no bowl."""
        try:
            hessian = numeric.hessian(self.loss, start) if self.hessian is None else self.hessian
            return stability_limit(hessian, momentum=momentum, nesterov=nesterov)
        except ValueError:
            return np.nan


def household_surfaces() -> dict[str, Surface]:
    """The mean squared error of a line through the households, with income in three units."""
    raw = households.load()
    thousands = raw.in_thousands()
    mean, spread = thousands.income.mean(), thousands.income.std()
    return {
        "thousands of francs": _line_loss(
            thousands.income,
            thousands.food,
            window=((-0.8, 1.2), (-0.6, 1.4)),
            labels=("intercept a (thousand francs)", "slope b", "loss (thousand francs)²"),
            from_line=np.eye(2),
        ),
        "francs (learning rate in millionths)": _line_loss(
            raw.income,
            raw.food,
            window=((-800.0, 1200.0), (-0.6, 1.4)),
            labels=("intercept a (francs)", "slope b", "loss (million francs²)"),
            from_line=np.diag([1000.0, 1.0]),
            loss_unit=1e6,
            rate_unit=1e-6,
            rate_label="learning rate (millionths)",
        ),
        "standard deviations (standardised)": _line_loss(
            households.standardised(thousands.income),
            thousands.food,
            window=((-1.48, 2.72), (-1.85, 2.35)),
            labels=(
                "food at mean income (thousand francs)",
                "slope b per standard deviation",
                "loss (thousand francs)²",
            ),
            from_line=np.array([[1.0, mean], [0.0, spread]]),
        ),
    }


def own_surface(f: Function, window: tuple[Range, Range]) -> Surface:
    """The surface of a learner's f over a window; ValueError where the window or f can't be drawn."""
    for side in window:
        check_range(side, float(np.mean(side)))
    sample(f, np.array(np.meshgrid(*(np.linspace(*side, 9) for side in window))).reshape(2, -1))
    return Surface(f, window, ("p[0]", "p[1]", "f"), np.eye(2))


def _line_loss(income: Array, food: Array, **drawing: Any) -> Surface:
    """The surface of the mean squared error, with its exact Hessian and lowest point."""
    hessian = 2 * np.array([[1.0, income.mean()], [income.mean(), np.mean(income * income)]])
    lowest = np.array(households.least_squares_line(income, food))
    return Surface(households.mean_squared_error(income, food), hessian=hessian, lowest=lowest, **drawing)
