"""The loss of a line through Engel's households as a function of its two numbers, with income in three units."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from calc_core import households
from calc_core.pictures import Range
from calc_core.style import number


@dataclass(frozen=True, eq=False)
class Bowl:
    """The mean squared error of a line a + b * income at a point (a, b), and the window in which it is drawn.

    `to_point` turns a line in thousands of francs into the point; learning rates on the slider count in `rate_unit`.
    """

    income: Any
    food: Any
    window: tuple[Range, Range]
    labels: tuple[str, str]
    to_point: Any
    rate_unit: float = 1.0

    def loss(self, point: Any) -> float:
        """The mean squared error of the line."""
        return float(np.mean((point[0] + point[1] * self.income - self.food) ** 2))

    def gradient(self, point: Any) -> Any:
        """The two slopes of the loss."""
        return self.hessian @ (point - self.lowest)

    @cached_property
    def hessian(self) -> Any:
        """The second derivatives of the loss, the same everywhere."""
        mean = self.income.mean()
        return 2 * np.array([[1, mean], [mean, np.mean(self.income**2)]])

    @cached_property
    def lowest(self) -> Any:
        """The point of the best line."""
        return np.array(households.least_squares_line(self.income, self.food))

    def rings(self) -> str:
        """The shape of the contours in words: they are as long as the root of the condition number."""
        longer = number(np.sqrt(np.linalg.cond(self.hessian)), 3)
        return "round" if longer == "1" else f"{longer} times as long as wide"


def household_bowls() -> dict[str, Bowl]:
    """The bowl for each unit of income."""
    francs = households.load()
    income, food = francs.income / 1000, francs.food / 1000
    mean, spread = income.mean(), income.std()
    return {
        "thousands of francs": Bowl(
            income,
            food,
            window=((-0.8, 1.2), (-0.6, 1.4)),
            labels=("intercept a (thousand francs)", "slope b (per thousand)"),
            to_point=np.eye(2),
        ),
        "francs (learning rate in millionths)": Bowl(
            francs.income,
            francs.food,
            window=((-800.0, 1200.0), (-1000.0, 1000.0)),
            labels=("intercept a (francs)", "slope b (per franc)"),
            to_point=np.diag([1000.0, 1.0]),
            rate_unit=1e-6,
        ),
        "standard deviations": Bowl(
            (income - mean) / spread,
            food,
            window=((-1.5, 2.7), (-1.85, 2.35)),
            labels=("food at mean income (thousand francs)", "slope b (per standard deviation)"),
            to_point=np.array([[1.0, mean], [0.0, spread]]),
        ),
    }
