"""First derivatives along each coordinate: points a step away from x, many of them in one call."""

from typing import Any

import numpy as np

from calc_core.numeric.differences import Numbers, compare_with_real_numbers, tiny
from calc_core.numeric.sampling import EPS, Floats, Function, Sampler, finite, natural_scale, positive

# Doubles in one batch of points. Larger batches leave the processor's cache: 4 MB at once take five times as long.
BATCH = 32_000


def gradient(f: Function, x: Numbers, *, method: str = "central", step: Numbers | None = None) -> Floats:
    """The gradient of f at the point x, shape (n,): the slope along each coordinate.

    f maps a point to a number. method: "central" differences, or "complex" (see `complex_step`), exact to rounding if f
    allows it. step: a number, or one for each coordinate; by default eps^(1/3) max(|x|, 1), complex: 1e-30 min |x|.

    At a kink a central difference is the mean of the slopes on its two sides; only `derivative` can tell.
    Raises ValueError or TypeError, never gives nan: for a step that is not positive, a point that is empty or not of
    shape (n,), values of f that are not finite or not one number, and where the complex step is wrong.
    """
    return _partials(f, x, method, step, outputs=0)


def jacobian(f: Function, x: Numbers, *, method: str = "central", step: Numbers | None = None) -> Floats:
    """The Jacobian of f at the point x, shape (k, n): row i is the gradient of output i.

    f maps a point to k numbers, shape (k,), and points of shape (n, m) to (k, m). All else is as in `gradient`.
    """
    return _partials(f, x, method, step, outputs=1)


def _partials(f: Function, x: Numbers, method: str, step: Numbers | None, outputs: int) -> Floats:
    """The partial derivatives on the last axis: in blocks of coordinates, each block in one call of f if possible."""
    x = point_for(x, method)
    if method == "central":
        h = EPS ** (1 / 3) * np.maximum(np.abs(x), 1.0) if step is None else steps_for(step, x)
        sample, slopes = Sampler(f, outputs), _central
    else:
        h = np.full(x.shape, tiny(x).min()) if step is None else steps_for(step, x)
        sample, slopes = Sampler(lambda p: np.imag(f(p)), outputs), _complex
        _check_along_a_line(f, x, outputs)
    width = max(1, (BATCH // x.size - 1) // 2)
    with np.errstate(all="ignore"):  # what is not finite is said below
        blocks = [slopes(sample, x, h, k, min(k + width, x.size)) for k in range(0, x.size, width)]
    result: Floats = np.concatenate(blocks, axis=-1)
    if not np.isfinite(result).all():
        raise not_finite(f, x, h, result)
    return result


def _central(sample: Sampler, x: Floats, h: Floats, start: int, stop: int) -> Any:
    """The slopes along the coordinates from start to stop; the last point is for the Sampler's check."""
    m = stop - start
    ahead, behind = (x + h)[start:stop], (x - h)[start:stop]
    points = np.empty((2 * m + 1, x.size))  # a point's numbers side by side add up best
    points[:] = x
    np.fill_diagonal(points[:m, start:stop], ahead)
    np.fill_diagonal(points[m:-1, start:stop], behind)
    points[-1] += 0.6 * h
    values = sample(points.T)
    return (values[..., :m] - values[..., m:-1]) / (ahead - behind)  # as stored, which is not quite 2h


def _complex(sample: Sampler, x: Floats, h: Floats, start: int, stop: int) -> Any:
    moves = np.eye(stop - start, x.size, start) * h
    points = x + 1j * np.concatenate([moves, 0.6 * h[None]])
    return sample(points.T)[..., :-1] / h[start:stop]


def _check_along_a_line(f: Function, x: Floats, outputs: int) -> None:
    """Complex and real numbers compared in one direction and for one sum of the outputs, neither of them special."""
    direction = natural_scale(x) / np.sqrt(np.arange(1, x.size + 1))

    def along(t: Any) -> Any:
        values = np.asarray(f((x + np.multiply.outer(t, direction)).T))
        return np.dot(np.sqrt(np.arange(1, len(values) + 1)), values) if outputs else values

    with np.errstate(all="ignore"):
        compare_with_real_numbers(along, 0.0, 1e-30)


def point_for(x: Numbers, method: str) -> Floats:
    """x as an array of shape (n,); ValueError if it is none, or if there is no such method."""
    point = np.asarray(finite(x, "x"))
    if point.ndim != 1 or point.size == 0:
        raise ValueError(f"x must be a point of shape (n,), n >= 1, got shape {point.shape}; try np.array([1.0, 2.0])")
    if method not in ("central", "complex"):
        raise ValueError(f'method must be "central" or "complex", got {method!r}')
    return point


def steps_for(step: Numbers, x: Floats) -> Floats:
    """A step for each coordinate of x."""
    h = np.asarray(positive(step))
    if h.shape not in ((), x.shape):
        raise ValueError(f"step must be a number or have the shape {x.shape} of x, got shape {h.shape}")
    return np.broadcast_to(h, x.shape)


def not_finite(f: Function, x: Floats, h: Floats, result: Floats) -> ValueError:
    """What to say of a result, coordinates on its last axis, that is not finite."""
    i = int(np.isfinite(result).reshape(-1, x.size).all(axis=0).argmin())
    if x[i] + h[i] == x[i] - h[i]:
        return ValueError(f"step is lost beside x = {x[i]:g}; make it larger")
    away = h * (np.arange(x.size) == i)
    with np.errstate(all="ignore"):
        point = x - away if np.isfinite(f(x + away)).all() else x + away
        f(point)  # may say more itself
    text = np.array2string(point, precision=6, threshold=6)
    return ValueError(f"f is not finite at {text}; choose x inside the domain of f, or a smaller step")
