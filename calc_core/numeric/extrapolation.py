"""A derivative from function values, with an estimate of its error: Richardson extrapolation of central differences.

A central difference with step h is D(h) = f'(x) + a h^2 + b h^4 + ..., so that (4 D(h/2) - D(h)) / 3 has lost its h^2,
and so on: L. F. Richardson and J. A. Gaunt, "The deferred approach to the limit", Phil. Trans. R. Soc. A 226 (1927)
299-361. Small steps suffer from rounding, large ones from the curvature of f; `derivative` looks for the step between
the two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calc_core.numeric.sampling import EPS, Floats, Sampler, finite, natural_scale

RUNGS = 5
HALVES = 0.5 ** np.arange(RUNGS)[:, None]
PLACES = np.concatenate([[[0.0]], HALVES, -HALVES])  # where f is evaluated: x, x + h, x + h/2, ..., x - h, ...
# The first step as a part of min(|x|, 1). Not a round number, so that a period of f is hardly ever a multiple of h.
FIRST = 0.1493
# A step below this part of |x| leaves the difference of x + h and x - h too few bits.
SHORTEST = 2.0**-42
# A relative error above this leaves no digit to rely on.
NO_DIGIT = 0.3


@dataclass(frozen=True)
class Derivative:
    """A derivative, an estimate of its error, the number of points where f was evaluated, and whether f has a kink.

    `value`, `error` and `kink` are numbers, or arrays with the shape of x. At a kink (or a jump) the slopes on the left
    and on the right disagree: there is no derivative, `value` is their mean and `error` at least half their distance.
    """

    value: Any
    error: Any
    evaluations: int
    kink: Any

    def __repr__(self) -> str:
        """Ten digits of the value and one of the error: the rest differs from one machine to the next."""
        value, error = (_text(number, style) for number, style in ((self.value, "{:.10g}"), (self.error, "{:.0e}")))
        return f"Derivative(value={value}, error={error}, evaluations={self.evaluations}, kink={self.kink})"


def _text(number: Any, style: str) -> str:
    return np.array2string(np.asarray(number), formatter={"float_kind": style.format}, threshold=8, separator=", ")


def _richardson() -> tuple[Floats, Floats]:
    """The weights on D(h), D(h/2), ... of each extrapolated cell, and of its distance to the coarser of its parents."""
    column = np.eye(RUNGS)
    cells, distances = [], []
    for order in range(1, RUNGS):
        coarse, fine = column[:-1], column[1:]
        column = (4.0**order * fine - coarse) / (4.0**order - 1)
        cells += list(column)
        distances += list(column - coarse)
    return np.array(cells), np.array(distances)


CELLS, DISTANCES = _richardson()
# A value wrong by 1 makes D(h) wrong by 1 / h at most, and a cell by this, divided by the first h.
ROUNDING = np.abs(CELLS) @ (1 / HALVES)
# The last cell also takes the means of f(x + h) and f(x - h) to their limit. If f has a kink, that is not f(x); scaled
# so that, divided by the first h, the distance is the difference of the slopes on the two sides.
BENT = np.concatenate([[-2.0], CELLS[-1], CELLS[-1]]) / (CELLS[-1] @ HALVES)
BENT_NOISE = float(np.abs(BENT).sum() / ROUNDING.min())


def derivative(f: Callable[[Any], Any], x: ArrayLike, *, rtol: float = 1e-10) -> Derivative:
    """The derivative of f at x, with an error estimate; elementwise, in the shape of x.

    f maps a number to a number. If it also maps an array to an array, elementwise, it is called once for many points.
    Steps are chosen until the estimate is below `rtol` times the value, or no step gives a smaller one: an `error` not
    much smaller than `value` means that no derivative was found (a vertical tangent, say). The estimate knows the
    rounding of x and of f(x), not a cancellation inside f (log(1 + x**2) near 0, an expanded (x - 1)**7), nor a detail
    of f much narrower than min(|x|, 1).

    Raises ValueError where f is not finite on both sides of x, TypeError where it does not return one number.
    """
    at = np.asarray(finite(x, "x"))
    if at.size == 0:
        raise ValueError("x is empty; give it at least one number")
    if not rtol > 0:
        raise ValueError(f"rtol must be a positive number, got {rtol!r}; try rtol=1e-10")
    points = at.ravel()
    with np.errstate(all="ignore"):  # what is not finite is looked for, and said, below
        sample = Sampler(f)
        value, error, kink = _flag_kinks(sample, points, _search(sample, points, rtol))
    if at.ndim == 0:
        return Derivative(float(value[0]), float(error[0]), sample.evaluations, bool(kink[0]))
    return Derivative(value.reshape(at.shape), error.reshape(at.shape), sample.evaluations, kink.reshape(at.shape))


def _search(sample: Sampler, x: Floats, rtol: float) -> Floats:
    """The best rows of `_ladder`, shape (4, m): smaller steps where f bends, larger ones where rounding rules."""
    size = np.abs(x)
    first = np.maximum(FIRST * natural_scale(x), SHORTEST * size)
    best = _ladder(sample, x, first)
    if not (missed := _missed(best, rtol)).any():
        return best

    # Smaller steps, unless rounding is the larger part of the error.
    h, going = first.copy(), missed & ~(best[1] < 2 * best[2])
    for _ in range(12):
        if not (i := np.nonzero(going & (h > SHORTEST * size))[0]).size:
            break
        h[i] /= 8
        old, new = best[:, i], _ladder(sample, x[i], h[i])
        better = _closer(new, old)
        # Without a digit yet (f oscillates faster, or a pole is near), or against an estimate that proves wrong, go on.
        going[i] = (better | (_relative(old) > NO_DIGIT) | ~_consistent(new, old)) & ~(new[1] < 2 * new[2])
        best[:, i] = np.where(better, new, old)
        going &= _missed(best, rtol)

    # Larger steps, where smaller ones have not been enough.
    h, going, top = first.copy(), _missed(best, rtol), FIRST * np.maximum(size, 1.0)
    while (i := np.nonzero(going & (h < top))[0]).size:
        old = best[:, i]
        # Rounding falls as 1 / h: this h is predicted to be large enough.
        h[i] = np.minimum(h[i] * np.maximum(8.0, _relative(old) / rtol), top[i])
        new = _ladder(sample, x[i], h[i])
        # Far out, a peak looks like a perfect zero: believe only what agrees with the smaller steps.
        going[i] = (new[1] < old[1]) & _consistent(new, old)
        best[:, i] = np.where(going[i], new, old)
        going &= _missed(best, rtol)
    if (lost := np.isinf(best[1])).any():
        where = x[lost][0]
        sample.f(where)  # may say more itself
        raise ValueError(f"f is not finite on both sides of x = {where:g}; choose x inside the domain of f")
    return best


def _ladder(sample: Sampler, x: Floats, h: Floats) -> Floats:
    """Four rows, an entry for each x: value, error, the rounding in that error, and the gap between the two sides."""
    points = x + h * PLACES
    values = sample(points.ravel()).reshape(points.shape)
    run = points[1 : RUNGS + 1] - points[RUNGS + 1 :]  # as stored, which is not quite 2h
    slopes = (values[1 : RUNGS + 1] - values[RUNGS + 1 :]) / run
    # f(x) is rounded, and so is x inside f.
    grain = EPS * (np.abs(values).max(axis=0) + np.abs(x * slopes[-1]))
    rounding = ROUNDING * (grain / h)
    errors = np.abs(DISTANCES @ slopes) + rounding
    best = errors.argmin(axis=0), np.arange(x.size)
    return np.array([(CELLS @ slopes)[best], np.fmin(errors[best], np.inf), rounding[best], BENT @ values / h])


def _missed(rows: Floats, rtol: float) -> Any:
    return ~(rows[1] <= rtol * np.abs(rows[0]))


def _relative(rows: Floats) -> Any:
    """The error as a part of the value; infinite where nothing is known."""
    return np.fmin(rows[1] / np.abs(rows[0]), np.inf)


def _consistent(new: Floats, old: Floats) -> Any:
    """Whether the values differ by no more than their errors."""
    return np.abs(new[0] - old[0]) <= new[1] + old[1]


def _closer(new: Floats, old: Floats) -> Any:
    """Whether smaller steps gave a better row: in digits, or in its error where neither has a digit."""
    digits, digits_before = _relative(new), _relative(old)
    hopeless = np.minimum(digits, digits_before) > NO_DIGIT
    disproves = (digits <= NO_DIGIT) & ~_consistent(new, old)
    return np.where(hopeless, new[1] < old[1], (digits < digits_before) | disproves)


def _flag_kinks(sample: Sampler, x: Floats, rows: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Value, error, and whether the two sides still disagree very close to x, where they do further out."""
    value, error, rounding, gap = rows
    kink = np.zeros(x.shape, dtype=bool)
    i = np.nonzero(np.abs(gap) > BENT_NOISE * rounding)[0]
    if i.size:
        at, gap = x[i], np.abs(gap[i])
        h = np.maximum(2.0**-24 * natural_scale(at), 2.0**-40 * np.abs(at)) * np.array([[1.0], [8.0]])
        ahead, behind = at + h, at - h
        values = sample(np.concatenate([at[None], ahead, behind]).ravel()).reshape(-1, at.size)
        here = values[0]
        near, off = np.abs((values[1:3] - here) / (ahead - at) - (here - values[3:]) / (at - behind))
        noise = 8 * EPS * (np.abs(here) + np.abs(at * value[i])) / h[0] + 1e-6 * np.abs(value[i])
        jump = (_relative(rows[:, i]) > NO_DIGIT) & (near > gap / 2)
        # Where f only bends, the two sides would come together as h falls.
        kink[i] = (near > noise) & (near > off / 2) & (jump | (np.abs(near - gap) < gap / 2))
        error[i] = np.where(kink[i], np.maximum(error[i], near / 2), error[i])
    return value, error, kink
