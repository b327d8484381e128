"""`numeric.derivative` beside numdifftools, scipy and fixed steps: how many slopes are right, at fresh points."""

import statistics
import warnings
from collections.abc import Callable, Iterator
from math import nan
from typing import Any

import mpmath
import numdifftools
import numpy as np
from scipy import differentiate

from benchmarks.report import Row, no_more
from calc_core import numeric

FAMILY = (
    "x**2", "x**3 - 2*x + 1", "x**7", "1/x", "x**-2.5", "sqrt(x)", "x**0.375", "x**1.5", "sqrt(1 + x**2)",
    "1/(1 + x**2)", "1/(1 + 25*x**2)", "x/(1 + x**2)", "exp(x)", "exp(-x)", "exp(-x**2)", "x*exp(-x)", "exp(-1/x)",
    "exp(sin(x))", "exp(-x/8)*cos(3*x)", "1/(1 + exp(-x))", "log(x)", "x*log(x)", "log(x)/x", "log(1 + x)",
    "log(1 + x**2)", "x**x", "sin(x)", "cos(x)", "tan(x)", "sin(x)**2", "sin(x)/x", "x*sin(x)", "cos(10*x)",
    "sin(1/x)", "atan(x)", "tanh(x)",
)  # fmt: skip
MAGNITUDES = 40
SEEDS = 3

Function = Callable[[Any], Any]


def cases(seed: int) -> Iterator[tuple[Function, float, float]]:
    """Every function at every magnitude, where value and slope are normal doubles; the slope from 100 digits."""
    scatter = np.random.default_rng(seed).uniform(0.8, 1.25, (len(FAMILY), MAGNITUDES))
    points = np.logspace(-6, 4, MAGNITUDES) * scatter
    for text, row in zip(FAMILY, points.tolist(), strict=True):
        f, exact = (eval(f"lambda x: {text}", vars(module)) for module in (np, mpmath))
        for x in row:
            with mpmath.workdps(100):
                h = mpmath.mpf(min(x, 1 / x)) * x * mpmath.mpf(10) ** -35
                slope, value = (exact(x + h) - exact(x - h)) / (2 * h), exact(mpmath.mpf(x))
                if 1e-290 < abs(slope) < 1e290 and abs(value) < 1e290:
                    yield f, x, float(slope)


def ours(f: Function, x: float) -> tuple[float, float]:
    found = numeric.derivative(f, x)
    return found.value, found.error


def ladder(f: Function, x: float) -> tuple[float, float]:
    result = numdifftools.Derivative(f, full_output=True)(x)
    return float(result[0]), float(result.error_estimate)


def scipy_differentiate(f: Function, x: float) -> tuple[float, float]:
    result = differentiate.derivative(f, x)
    return float(result.df), float(result.error)


# Each gives the slope, and how far off it says that it may be: nan where it says nothing.
RULES: dict[str, Callable[[Function, float], tuple[float, float]]] = {
    "calc_core": ours,
    "numdifftools": ladder,
    "scipy.differentiate": scipy_differentiate,
    "central difference, h = 6e-6 max(|x|, 1)": lambda f, x: (numeric.central_difference(f, x, 6e-6 * max(x, 1)), nan),
    "forward difference, h = 1e-6": lambda f, x: (numeric.forward_difference(f, x, 1e-6), nan),
    "complex step": lambda f, x: (float(numeric.complex_step(f, x)), nan),
}


def measure() -> list[Row]:
    """Means over a few seeds that nobody chose."""
    seeds = np.random.SeedSequence().generate_state(SEEDS).tolist()
    families = [list(cases(seed)) for seed in seeds]
    where = f"{len(families[0])} points, {len(FAMILY)} functions, |x| from 1e-6 to 1e4; mean of the seeds {seeds}"
    rows = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, rule in RULES.items():
            scores = [score(rule, family) for family in families]
            right, covered, evaluations = (statistics.mean(each) for each in zip(*scores, strict=True))
            found = [Row("within 1e-8 of the slope", f"{right:.1%}", "at least 97 %", right >= 0.97, where)]
            if covered:
                found.append(Row("the estimate covers the error", f"{covered:.1%}", "at least 97 %", covered >= 0.97))
            found.append(no_more("evaluations, median", evaluations, 12))
            if name != "calc_core":  # a figure to compare with
                found = [row._replace(target="", reached=None, detail="") for row in found]
            rows += [row._replace(claim=f"{name}: {row.claim}") for row in found]
    return rows


def score(rule: Callable[[Function, float], tuple[float, float]], family: list[Any]) -> tuple[float, float, float]:
    """The share within 1e-8, the share that the estimate covers, and the median of the evaluations."""
    right, covered, evaluations = [], [], []
    for f, x, slope in family:
        sizes: list[int] = []

        def counted(x: Any, f: Function = f, sizes: list[int] = sizes) -> Any:
            sizes.append(np.size(x))
            return f(x)

        try:
            value, estimate = rule(counted, x)
        except Exception:  # a refusal is no answer: neither right nor covered
            value, estimate = nan, nan
        error = abs(value - slope)
        right.append(float(error <= 1e-8 * abs(slope)))
        covered.append(float(error <= estimate))
        evaluations.append(sum(sizes))
    return statistics.mean(right), statistics.mean(covered), statistics.median(evaluations)
