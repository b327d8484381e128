"""`numeric.gradient` against scipy's approx_derivative, on Rosenbrock's function in n dimensions."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.report import Row, at_least, peer, ratios, skipped
from calc_core import numeric

TITLE = "gradient(f, x): central differences of Rosenbrock's function, in batches"

# Dimensions, and how many times faster than scipy the gradient should be there.
TARGETS = {2: 10.0, 10: 10.0, 30: 10.0, 100: 10.0, 1000: 3.0}


def rosenbrock(p: Any) -> Any:
    return (100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2).sum(axis=0)


def slope(p: np.ndarray) -> np.ndarray:
    """The gradient of Rosenbrock's function, from its formula."""
    result = np.zeros(p.size)
    result[:-1] = -400 * p[:-1] * (p[1:] - p[:-1] ** 2) - 2 * (1 - p[:-1])
    result[1:] += 200 * (p[1:] - p[:-1] ** 2)
    return result


def measure() -> list[Row]:
    scipy = peer("scipy.optimize._numdiff")
    if scipy is None:
        return [skipped("time of scipy's approx_derivative / ours", "at least 10", "scipy")]
    rows = []
    for n, target in TARGETS.items():
        points = np.random.default_rng(n).uniform(-2, 2, (5, n))
        x = points[0]

        def theirs(x: np.ndarray) -> Any:
            return scipy.approx_derivative(rosenbrock, x, method="3-point")

        def inside(x: np.ndarray, batch: np.ndarray) -> None:
            rosenbrock(batch)
            rosenbrock(x)

        batch = np.repeat(x[None], 2 * n + 1, axis=0).T
        found = ratios(
            lambda: numeric.gradient(rosenbrock, x),  # noqa: B023
            {"scipy": lambda: theirs(x), "f": lambda: inside(x, batch)},  # noqa: B023
            rounds=11,
            clock=time.process_time,  # all of it runs in one thread
        )
        rows.append(at_least(f"time of scipy's approx_derivative (3-point) / ours, n = {n}", found["scipy"], target))
        if n <= 100:  # above, the points do not fit into one batch
            most = found["scipy"].median / found["f"].median
            how = "if all of our time were inside f: one batch, and the point that it is compared with"
            rows.append(Row(f"the same, no more than, n = {n}", f"{most:.3g}", "", None, how))
        own, other, exact = (
            worst(rule, points)
            for rule in (
                lambda x: numeric.gradient(rosenbrock, x),
                theirs,
                lambda x: numeric.gradient(rosenbrock, x, method="complex"),
            )
        )
        rows.append(
            Row(
                f"error as a part of scipy's, n = {n}",
                own / other,
                "at most 1",
                own <= 1.001 * other,
                "worst of 5 points",
            )
        )
        rows.append(Row(f'relative error of method="complex", n = {n}', f"{exact:.1e}", "", None))
    return rows


def worst(rule: Callable[[np.ndarray], np.ndarray], points: np.ndarray) -> float:
    """The largest error, as a part of the largest slope at the point."""
    return max(float(np.abs(rule(x) - slope(x)).max() / np.abs(slope(x)).max()) for x in points)
