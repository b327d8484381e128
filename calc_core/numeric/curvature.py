"""Second derivatives along each pair of coordinates, with steps that grow as long as that helps."""

from itertools import chain, pairwise

import numpy as np

from calc_core.numeric.differences import Numbers
from calc_core.numeric.partials import BATCH, gradient, jacobian, not_finite, point_for, steps_for
from calc_core.numeric.sampling import EPS, Floats, Function, Sampler

# Parts of max(|x|, 1). With the first, eps^(1/4), rounding and bend do about the same harm to an f of size and scale 1.
STEPS = 2.0 ** np.arange(-13, 2, 2)


def hessian(f: Function, x: Numbers, *, method: str = "central", step: Numbers | None = None) -> Floats:
    """The Hessian of f at the point x, shape (n, n), symmetric: the Jacobian of the gradient.

    "central" takes central differences of central differences. Without a `step` it begins with eps^(1/4) max(|x|, 1)
    and goes on to steps four times as large as long as two neighbours, rid of their h^2, agree better and better.
    "complex" takes the gradient by the complex step and its Jacobian by central differences, with the step.
    Errors are as in `gradient`.
    """
    x = point_for(x, method)
    if method == "complex":
        slopes = jacobian(lambda p: gradient(f, p, method="complex"), x, step=step)
        return (slopes + slopes.T) / 2
    scale = np.maximum(np.abs(x), 1.0)
    h = STEPS[0] * scale if step is None else steps_for(step, x)
    sample = Sampler(f)
    with np.errstate(all="ignore"):  # what is not finite is said below
        result = _second_differences(sample, x, h)
        if step is None:
            result = _climb(sample, x, scale, result)
    if not np.isfinite(result).all():
        raise not_finite(f, x, 2 * h, result)
    return result


def _climb(sample: Sampler, x: Floats, scale: Floats, best: Floats) -> Floats:
    """The Hessian from the step with the least estimate of its error on the way up; `best` comes from the first."""
    unit, noise = np.outer(scale, scale), 4 * EPS * float(np.abs(sample(x[:, None])[0]))
    rungs = chain([best], (_second_differences(sample, x, t * scale) for t in STEPS[1:]))
    refined = (fine + (fine - coarse) / 15 for fine, coarse in pairwise(rungs))  # the error in h^2 is gone
    # Where the first step has no digit, and not for rounding's sake, f is too narrow for larger ones.
    least = 0.1 * np.abs(best * unit).max() + 2 * noise / STEPS[0] ** 2
    for t, (near, far) in zip(STEPS, pairwise(refined), strict=False):
        error = np.abs((near - far) * unit).max() + noise / t**2
        if not error < least:
            break
        best, least = near, error
    return best


def _second_differences(sample: Sampler, x: Floats, h: Floats) -> Floats:
    """(f(x + a + b) + f(x - a - b) - f(x + a - b) - f(x - a + b)) / (4 |a| |b|) for steps a and b along i and j."""
    result = np.empty((x.size, x.size))
    rows, columns = np.triu_indices(x.size)
    width = max(1, (BATCH // x.size - 1) // 4)
    for start in range(0, rows.size, width):
        i, j = rows[start : start + width], columns[start : start + width]
        a, b = np.eye(x.size)[[i, j]] * h
        values = sample((x + np.concatenate([a + b, -a - b, a - b, b - a, 0.6 * h[None]])).T)
        same, opposite = values[:-1].reshape(2, 2, -1).sum(axis=1)
        result[i, j] = result[j, i] = (same - opposite) / (4 * h[i] * h[j])
    return result
