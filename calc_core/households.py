"""Engel's 235 households: what each earned and what each spent on food, in francs a year.

Belgian working-class families of Ernst Engel's study of 1857, as Koenker and Bassett (1982) use them:
"Robust tests of heteroscedasticity based on regression quantiles", Econometrica 50, 43-61.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

COLUMNS = ("income", "foodexp")
COUNT = 235


@dataclass(frozen=True, eq=False)
class Households:
    """Income and food expenditure, one entry to a household: two read-only arrays of the same shape (n,)."""

    income: Floats
    food: Floats
    unit: str = "francs a year"

    def in_thousands(self) -> "Households":
        """The same households in thousands of francs, so that both numbers lie between 0 and 5."""
        return Households(_frozen(self.income / 1000), _frozen(self.food / 1000), "thousand francs a year")

    def __len__(self) -> int:
        """How many households there are."""
        return len(self.income)

    def __repr__(self) -> str:
        """The number of households and the unit, since 235 pairs of numbers say little."""
        return f"Households({len(self)} households, {self.unit})"


class Line(NamedTuple):
    """A straight line, food = intercept + slope * income; call it to get the food for an income."""

    intercept: float
    slope: float

    def __call__(self, income: ArrayLike) -> Any:
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
    """The 235 households in francs a year. Raises ValueError if the file that ships with the package is damaged."""
    try:
        text = resources.files("calc_core").joinpath("data", "engel.csv").read_bytes().decode(errors="replace")
    except FileNotFoundError:
        raise ValueError(
            "the households' file calc_core/data/engel.csv is missing; install calc-core again to restore it"
        ) from None
    return _parse(text)


def mean_squared_error(income: ArrayLike, food: ArrayLike) -> Callable[[Any], Any]:
    """The loss L(p) of the line with p = (a, b): the mean of (a + b * income - food)**2 over the households.

    p has shape (2,) and gives a number; p of shape (2, m), one line to a column, gives shape (m,). The loss is plain
    arithmetic, so it can be handed to `numeric`, to `automatic` or to a complex step as it is.
    """
    income, food = _pairs(income, food)

    def loss(p: Any) -> Any:
        a, b = p[0], p[1]
        # Several lines at once: households run down the rows, lines along the columns.
        several = (-1,) + (1,) * np.ndim(a)
        error = a + b * income.reshape(several) - food.reshape(several)
        return (error * error).mean(axis=0)

    return loss


def standardised(values: ArrayLike) -> Floats:
    """The values shifted to mean 0 and scaled to standard deviation 1 (dividing by n, as NumPy's `std` does)."""
    values = np.asarray(values, dtype=np.float64)
    if not (values.size and np.isfinite(values).all() and (spread := values.std()) > 0):
        raise ValueError("values must be finite and not all the same, or there is no spread to divide by")
    scaled: Floats = (values - values.mean()) / spread
    return scaled


def least_squares_line(income: ArrayLike, food: ArrayLike) -> Line:
    """The line with the least mean squared error, in closed form: slope = covariance / variance of income.

    On logarithms the same formula gives the elasticity: the slope of log food against log income.
    """
    income, food = _pairs(income, food)
    deviation = income - income.mean()
    variance = deviation @ deviation
    if variance == 0:
        raise ValueError("all incomes are the same, so no slope fits best; give at least two different incomes")
    slope = float(deviation @ (food - food.mean()) / variance)
    return Line(float(food.mean() - slope * income.mean()), slope)


def engel_curve(income: ArrayLike, food: ArrayLike) -> EngelCurve:
    """The curve that is the least-squares line on logarithms: log food = log scale + elasticity * log income.

    Both arrays must be positive amounts of one shape (n,), or a ValueError says so.
    """
    income, food = _pairs(income, food)
    if not (income.min() > 0 and food.min() > 0):
        raise ValueError("a logarithm needs positive amounts, got one that is not; leave households without income out")
    line = least_squares_line(np.log(income), np.log(food))
    return EngelCurve(float(np.exp(line.intercept)), line.slope)


def _parse(text: str) -> Households:
    """The households in the text of the CSV file, each line of it checked."""
    header, *lines = text.strip().splitlines() or [""]
    if tuple(name.strip(' "') for name in header.split(",")) != COLUMNS:
        raise _damaged(f"its first line should name the columns {', '.join(COLUMNS)}, got {header[:60]!r}")
    rows = []
    for number, line in enumerate(lines, start=2):
        try:
            income, food = (float(field) for field in line.split(","))
        except ValueError:
            raise _damaged(f"line {number} should be two numbers, got {line[:60]!r}") from None
        if not (0 < income < np.inf and 0 < food < np.inf):
            raise _damaged(f"line {number} should be two positive amounts of money, got {line[:60]!r}")
        rows.append((income, food))
    if len(rows) != COUNT:
        raise _damaged(f"it should hold {COUNT} households, got {len(rows)}")
    incomes, foods = np.array(rows).T
    return Households(_frozen(incomes), _frozen(foods))


def _damaged(what: str) -> ValueError:
    return ValueError(f"the households' file calc_core/data/engel.csv is damaged: {what}; install calc-core again")


def _frozen(values: Floats) -> Floats:
    """A contiguous copy that can't be written to: everybody who loads the households reads the same numbers."""
    values = np.array(values)
    values.flags.writeable = False
    return values


def _pairs(income: ArrayLike, food: ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one shape (n,)."""
    income, food = np.asarray(income, dtype=np.float64), np.asarray(food, dtype=np.float64)
    if income.ndim != 1 or income.shape != food.shape or not income.size:
        raise ValueError(
            f"income and food must be two lists of the same length, got shapes {income.shape} and {food.shape}; "
            "try households.income and households.food"
        )
    return income, food
