"""How well a fit predicts what it has not seen: cross-validation, repeated so that luck in one split evens out."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Predictor = Callable[[Floats], Floats]


def cross_validate(
    fit: Callable[[Floats, Floats], Predictor],
    x: ArrayLike,
    y: ArrayLike,
    *,
    folds: int = 5,
    repeats: int = 10,
    seed: int = 39,
) -> Floats:
    """The root mean squared error on each fold left out, in the unit of y: shape (repeats * folds,).

    `fit(x, y)` gives a function that predicts y from x; `least_squares_line` and `network.train` are such fits. The
    same seed gives the same splits, so that two fits can be compared split by split.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"x and y must have the same length, got shapes {x.shape} and {y.shape}")
    if not 2 <= folds <= len(x):
        raise ValueError(f"folds must be between 2 and the {len(x)} points, got {folds}; try folds=5")
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, got {repeats}; try repeats=10")
    shuffle = np.random.default_rng(seed).permutation
    errors = []
    for _ in range(repeats):
        for left_out in np.array_split(shuffle(len(x)), folds):
            seen = np.ones(len(x), dtype=bool)
            seen[left_out] = False
            predicted = fit(x[seen], y[seen])(x[left_out])
            errors.append(np.sqrt(np.mean((predicted - y[left_out]) ** 2)))
    return np.array(errors)
