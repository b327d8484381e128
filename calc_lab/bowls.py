"""The loss of a line through Engel's households as a function of its two numbers, with income in three units."""

from typing import Any, NamedTuple

import numpy as np

from calc_core import households
from calc_core.pictures import Range
from calc_core.sampling import Function
from calc_core.style import number


class Bowl(NamedTuple):
    """The mean squared error of a line at a point (intercept, slope), and the window in which it is drawn.

    Its second derivatives are the same everywhere; `lowest` is the point of the best line; `rings` says the shape of
    the contours. `to_point` turns a line in thousands of francs into the point; learning rates count in `rate_unit`.
    """

    loss: Function
    hessian: Any
    lowest: Any
    rings: str
    window: tuple[Range, Range]
    labels: tuple[str, str]
    to_point: Any
    rate_unit: float = 1.0


def household_bowls() -> dict[str, Bowl]:
    """The bowl for each unit of income."""
    francs = households.load()
    income, food = francs.income / 1000, francs.food / 1000
    return {
        "thousands of francs": _bowl(
            income,
            food,
            window=((-0.8, 1.2), (-0.6, 1.4)),
            labels=("intercept a (thousand francs)", "slope b (per thousand)"),
            to_point=np.eye(2),
        ),
        "francs (learning rate in millionths)": _bowl(
            francs.income,
            francs.food,
            window=((-800.0, 1200.0), (-1000.0, 1000.0)),
            labels=("intercept a (francs)", "slope b (per franc)"),
            to_point=np.diag([1000.0, 1.0]),
            rate_unit=1e-6,
        ),
        "standard deviations": _bowl(
            households.standardised(income),
            food,
            window=((-1.5, 2.7), (-1.85, 2.35)),
            labels=("food at mean income (thousand francs)", "slope b (per standard deviation)"),
            to_point=np.array([[1.0, income.mean()], [0.0, income.std()]]),
        ),
    }


def _bowl(income: Any, food: Any, **more: Any) -> Bowl:
    inputs = np.column_stack([np.ones_like(income), income])
    hessian = 2 * inputs.T @ inputs / len(income)
    longer = number(np.sqrt(np.linalg.cond(hessian)), 3)  # a ring is as long as the root of the condition number
    rings = "round" if longer == "1" else f"{longer} times as long as wide"
    lowest = np.array(households.least_squares_line(income, food))
    return Bowl(lambda point: np.mean((inputs @ point - food) ** 2), hessian, lowest, rings, **more)
