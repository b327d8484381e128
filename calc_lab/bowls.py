"""Losses to walk down: that of a line through the households, with income in three units, or a learner's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from calc_core import households, numeric
from calc_core.descent import stability_limit
from calc_core.sampling import Function, attempt, value_at
from calc_core.style import number
from calc_lab.ranges import Range, check_window

Array = Any


@dataclass(frozen=True)
class Bowl:
    """A loss f of a point of shape (2,), the window in which it is drawn, and where a walk on it begins.

    A quadratic also knows its Hessian and its lowest point. The sliders choose a line in thousands of francs, which
    `to_point` turns into the point of another unit; the learning rate on the slider counts in `rate_unit`.
    """

    f: Function
    window: tuple[Range, Range]
    labels: tuple[str, str]
    start: Sequence[float] = (1.0, 0.3)
    rate: float = 0.4
    rates: Range = (0.005, 5.0)
    rate_unit: float = 1.0
    to_point: Array = field(default_factory=lambda: np.eye(2))
    hessian: Array = None
    lowest: Array = None

    def gradient(self, point: Array) -> Array:
        """The gradient at the point, shape (2,): exact for a quadratic, from differences otherwise."""
        if self.hessian is None:
            return numeric.gradient(self.f, point)
        return self.hessian @ (point - self.lowest)

    def limit(self, point: Array, momentum: float = 0.0, nesterov: bool = False) -> float:
        """The largest stable learning rate, for a learner's own f that at the point; nan where that is no bowl."""
        try:
            hessian = numeric.hessian(self.f, point) if self.hessian is None else self.hessian
            return stability_limit(hessian, momentum=momentum, nesterov=nesterov)
        except ValueError:
            return np.nan

    def rings(self) -> str:
        """The shape of the contours of a quadratic in words: they are as long as the root of its condition number."""
        longer = number(np.sqrt(np.linalg.cond(self.hessian)), 3)
        return "round" if longer == "1" else f"{longer} times as long as wide"


def own_bowl(f: Function, window: tuple[Range, Range]) -> Bowl:
    """A learner's loss, with half the limit at the start for a learning rate; ValueError where it has no value there.

    >>> own_bowl(lambda p: p[0] ** 2 + 3 * p[1] ** 2, ((-2, 2), (-2, 2))).rate
    0.17
    """
    check_window(window)
    start = tuple(round(0.2 * low + 0.8 * high, 6) for low, high in window)
    value_at(f, np.array(start))
    bowl = Bowl(lambda p: attempt(f, p)[0], window, ("p[0]", "p[1]"), start, 0.1, (1e-4, 10.0))
    limit = bowl.limit(np.array(start))
    return bowl if np.isnan(limit) else replace(bowl, rate=float(f"{limit / 2:.2g}"))


def line_bowl(income: Array, food: Array, **drawing: Any) -> Bowl:
    """The mean squared error of a line a + b * income, as a function of (a, b)."""
    inputs = np.column_stack([np.ones_like(income), income])
    hessian = 2 * inputs.T @ inputs / len(food)
    lowest = np.linalg.lstsq(inputs, food)[0]
    return Bowl(lambda p: np.mean((inputs @ p - food) ** 2), hessian=hessian, lowest=lowest, **drawing)


def household_bowls() -> dict[str, Bowl]:
    """The loss of a line through the households, with income in three units.

    >>> [float(f"{bowl.limit(bowl.lowest):.4g}") for bowl in household_bowls().values()]
    [0.4748, 8.106e-07, 1.0]
    """
    francs = households.load()
    income, food = francs.income / 1000, francs.food / 1000
    mean, spread = income.mean(), income.std()
    return {
        "thousands of francs": line_bowl(
            income,
            food,
            window=((-0.8, 1.2), (-0.6, 1.4)),
            labels=("intercept a (thousand francs)", "slope b (per thousand)"),
        ),
        "francs (learning rate in millionths)": line_bowl(
            francs.income,
            francs.food,
            window=((-800.0, 1200.0), (-1000.0, 1000.0)),
            labels=("intercept a (francs)", "slope b (per franc)"),
            rate_unit=1e-6,
            to_point=np.diag([1000.0, 1.0]),
        ),
        "standard deviations": line_bowl(
            (income - mean) / spread,
            food,
            window=((-1.5, 2.7), (-1.85, 2.35)),
            labels=("food at mean income (thousand francs)", "slope b (per standard deviation)"),
            to_point=np.array([[1.0, mean], [0.0, spread]]),
        ),
    }
