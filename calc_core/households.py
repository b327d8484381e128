"""Engel's 235 households: what each earned and what each spent on food, and what fits them.

Belgian working-class families of Ernst Engel's study of 1857, as Koenker and Bassett (1982) use them:
"Robust tests for heteroscedasticity based on regression quantiles", Econometrica 50, 43-61.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Households:
    """Income and food expenditure in francs a year, one entry to a household: two arrays of the same shape (n,)."""

    income: Floats
    food: Floats

    def __len__(self) -> int:
        """How many households there are."""
        return len(self.income)

    def __repr__(self) -> str:
        """The number of households and the unit, since 235 pairs of numbers say little."""
        return f"Households({len(self)} households, francs a year)"


class Line(NamedTuple):
    """A straight line, food = intercept + slope * income; call it to get the food for an income."""

    intercept: float
    slope: float

    def __call__(self, income: Any) -> Any:
        """The height of the line above `income`, of the shape of `income`."""
        return self.intercept + self.slope * np.asarray(income)

    def __repr__(self) -> str:
        """Both numbers to six digits."""
        return f"Line(intercept={self.intercept:.6g}, slope={self.slope:.6g})"


@dataclass(frozen=True)
class EngelCurve:
    """A curve that bends, food = scale * income**elasticity; call it to get the food for an income."""

    scale: float
    elasticity: float

    def __call__(self, income: Any) -> Any:
        """The height of the curve above `income`: a number, an array, or whatever else can be raised to a power."""
        return self.scale * income**self.elasticity

    def __repr__(self) -> str:
        """Both numbers to five digits."""
        return f"EngelCurve(scale={self.scale:.5g}, elasticity={self.elasticity:.5g})"


def load() -> Households:
    """The 235 households, in arrays that can't be written to: nobody changes the numbers by accident.

    >>> load()
    Households(235 households, francs a year)
    """
    text = resources.files("calc_core").joinpath("data", "engel.csv").read_text(encoding="utf-8")
    table = np.loadtxt(text.splitlines(), delimiter=",", skiprows=1)
    table.flags.writeable = False
    return Households(table[:, 0], table[:, 1])


def standardised(values: Any) -> Floats:
    """The values shifted to mean 0 and scaled to standard deviation 1 (dividing by n, as NumPy's `std` does).

    >>> standardised([1.0, 5.0])
    array([-1.,  1.])
    """
    values = np.asarray(values, dtype=float)
    if not (np.isfinite(values).all() and np.ptp(values) > 0):
        raise ValueError("values must be finite and not all the same, or there is no spread to divide by")
    return (values - values.mean()) / values.std()


def least_squares_line(income: Any, food: Any) -> Line:
    """The line with the least mean squared error, in closed form: slope = covariance / variance of income.

    On logarithms the same formula gives the elasticity: the slope of log food against log income.

    >>> least_squares_line([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    Line(intercept=1, slope=2)
    """
    income, food = pairs(income, food)
    deviation = income - income.mean()
    variance = deviation @ deviation
    if variance == 0:
        raise ValueError("all incomes are the same, so no slope fits best; give at least two different incomes")
    slope = float(deviation @ (food - food.mean()) / variance)
    return Line(float(food.mean() - slope * income.mean()), slope)


def engel_curve(income: Any, food: Any) -> EngelCurve:
    """The curve that is the least-squares line on logarithms: log food = log scale + elasticity * log income.

    >>> engel_curve([1.0, 4.0], [0.5, 1.0])
    EngelCurve(scale=0.5, elasticity=0.5)
    """
    income, food = pairs(income, food)
    if not (income.min() > 0 and food.min() > 0):
        raise ValueError("a logarithm needs positive amounts, got one that is not; leave households without income out")
    line = least_squares_line(np.log(income), np.log(food))
    return EngelCurve(float(np.exp(line.intercept)), line.slope)


def pairs(income: Any, food: Any) -> tuple[Floats, Floats]:
    """Both as float arrays of one shape (n,).

    >>> pairs([1, 2], [3, 4])
    (array([1., 2.]), array([3., 4.]))
    """
    income, food = np.asarray(income, dtype=float), np.asarray(food, dtype=float)
    if income.ndim != 1 or income.shape != food.shape:
        shapes = f"shapes {income.shape} and {food.shape}"
        raise ValueError(f"income and food must be two lists of the same length, got {shapes}; try families.income")
    return income, food


def cross_validate(
    fit: Callable[[Floats, Floats], Callable[[Floats], Any]],
    income: Any,
    food: Any,
    *,
    folds: int = 5,
    repeats: int = 10,
    seed: int = 39,
) -> Floats:
    """How well a fit predicts what it has not seen: its root mean squared error on each fold, (repeats * folds,).

    The households are cut into folds; each is left out once, predicted from the others, and compared; and all that
    again with other cuts, so that luck evens out. `fit(income, food)` gives a function that predicts food, such as
    `least_squares_line` or `network.train`. The same seed gives the same cuts, so that two fits meet the same.

    >>> cross_validate(least_squares_line, [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0], folds=2, repeats=1).round(9)
    array([0., 0.])
    """
    income, food = pairs(income, food)
    if not 2 <= folds <= len(income):
        raise ValueError(f"folds must be from 2 to {len(income)}, the number of households, got {folds}; try folds=5")
    random = np.random.default_rng(seed)
    errors = []
    for _ in range(repeats):
        for left_out in np.array_split(random.permutation(len(income)), folds):
            predict = fit(np.delete(income, left_out), np.delete(food, left_out))
            errors.append(np.sqrt(np.mean((predict(income[left_out]) - food[left_out]) ** 2)))
    return np.array(errors)
