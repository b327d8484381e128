"""The ranges of a picture: checked where a learner gives them, and divided into a slider's steps."""

from collections.abc import Sequence

import numpy as np

Range = tuple[float, float]


def check_range(span: Range, at: float | None = None) -> None:
    """Refuse what is not two finite numbers in order, with `at` between them.

    >>> check_range((2, -2))
    Traceback (most recent call last):
    ValueError: a range is two finite numbers in order, got (2, -2); try (-2, 2)
    """
    if np.shape(span) != (2,) or not -np.inf < span[0] < span[1] < np.inf:
        raise ValueError(f"a range is two finite numbers in order, got {span}; try (-2, 2)")
    if at is not None and not span[0] <= at <= span[1]:
        raise ValueError(f"expected a point between {span[0]:g} and {span[1]:g}, got {at}; try another range")


def check_window(spans: Sequence[Range], at: Sequence[float] | None = None) -> None:
    """Refuse what is not two ranges, with the two coordinates of the point `at` in them.

    >>> check_window(((-2, 2), (-2, 2)), (1, 2, 3))
    Traceback (most recent call last):
    ValueError: expected a point of two numbers, got (1, 2, 3); try (1.0, 0.5)
    """
    if not hasattr(spans, "__len__") or len(spans) != 2:
        raise ValueError(f"expected two ranges, got {spans}; try ((-2, 2), (-2, 2))")
    if at is not None and np.shape(at) != (2,):
        raise ValueError(f"expected a point of two numbers, got {at}; try (1.0, 0.5)")
    for i, span in enumerate(spans):
        check_range(span, None if at is None else at[i])


def tidy(span: Range) -> float:
    """A power of ten of which a slider takes some hundred steps over the range.

    >>> tidy((-4, 4))
    0.01
    """
    return float(10.0 ** np.floor(np.log10((span[1] - span[0]) / 200)))
