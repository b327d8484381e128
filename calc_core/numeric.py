"""Derivatives from function values alone.

A function of one variable takes a number or an array, elementwise. A function of several takes a point of shape (n,);
it is fast if it also takes many at once, coordinates on the first axis, points trailing: shape (n, m) in, (m,) out, as
`lambda p: p[0] ** 2 * p[1] + p[1] ** 3` does. One that cannot is called point by point.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from calc_core.extrapolation import EPS, Derivative, Floats, derivative, finite_numbers, natural_scale

__all__ = ["Derivative", "best_step", "central_difference", "complex_step", "derivative", "forward_difference"]
__all__ += ["gradient", "hessian", "jacobian"]

Function = Callable[[Any], Any]
Numbers = Any  # a number or an array of numbers

# Doubles in one batch of points. Larger batches leave the processor's cache: 4 MB at once take five times as long.
BATCH = 32_000


@np.errstate(all="ignore")  # what is not finite becomes an error in _slopes
def forward_difference(f: Function, x: Numbers, h: Numbers) -> Any:
    """The slope of the secant from x to x + h: the derivative, wrong by about h f''(x) / 2.

    x and h are numbers or arrays that broadcast. With h so small that x + h is x again, the slope comes out as 0.
    """
    x, h = _number(x, "x"), _positive(h)
    return _slopes((f(x + h) - f(x)) / h, x, h)


@np.errstate(all="ignore")
def central_difference(f: Function, x: Numbers, h: Numbers) -> Any:
    """The slope of the secant from x - h to x + h: the derivative, wrong by about h^2 f'''(x) / 6.

    x and h are numbers or arrays that broadcast. With h so small that x + h is x again, the slope comes out as 0.
    """
    x, h = _number(x, "x"), _positive(h)
    return _slopes((f(x + h) - f(x - h)) / (2 * h), x, h)


@np.errstate(all="ignore")
def complex_step(f: Function, x: Numbers, h: Numbers | None = None) -> Any:
    """The derivative from one value at a complex number: f(x + ih) = f(x) + ih f'(x) - h^2 f''(x) / 2 - ...

    Nothing is subtracted, so h can be so small that only rounding is left: by default 1e-30 |x|. It works for functions
    made of sums, products, powers, exp, log, sin and the like. With abs, max or comparisons inside it is often wrong
    without a sign of it, so a tiny step is first compared with `derivative`, which uses real numbers only.

    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
    (1998) 110-112. Raises TypeError if f refuses complex numbers, ValueError if the two results disagree.
    """
    x = _number(x, "x")
    h = _tiny(x) if h is None else _positive(h)
    _check_complex(f, x, _tiny(x))
    return _slopes(f(x + 1j * h).imag / h, x, h)


def best_step(f: Function, x: float, method: str) -> float:
    """The step h at which the rounding of f(x) and the bend of f are predicted to do the least harm at the number x.

    "forward": h = 2 sqrt(eps |f(x)| / |f''(x)|); "central": h = (3 eps |f(x)| / |f'''(x)|)^(1/3); eps = 2.2e-16. Each
    makes the sum of the two errors least: 2 eps |f| / h + h |f''| / 2, and eps |f| / h + h^2 |f'''| / 6.

    Raises ValueError where one of the two errors is absent, f(x) = 0 or no such derivative: then no h is the best.
    """
    if method not in ("forward", "central"):
        raise ValueError(f'method must be "forward" or "central", got {method!r}')
    x, order, bend = float(x), 2 if method == "forward" else 3, f
    for _ in range(order):
        bend = _slope_of(bend)
    bent, size = abs(bend(x)), abs(f(x))
    if size == 0:
        raise ValueError(f"no step is best at x = {x:g}, where f is 0 and not rounded: the smaller, the better")
    if bent * max(abs(x), 1.0) ** order < 1e-9 * size:
        raise ValueError(f"no step is best at x = {x:g}, where derivative {order} of f is 0: the larger, the better")
    return float(2 * np.sqrt(EPS * size / bent) if method == "forward" else np.cbrt(3 * EPS * size / bent))


def _slope_of(f: Function) -> Function:
    return lambda x: derivative(f, x).value


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


def hessian(f: Function, x: Numbers, *, method: str = "central", step: Numbers | None = None) -> Floats:
    """The Hessian of f at the point x, shape (n, n), symmetric: the Jacobian of the gradient.

    All else is as in `gradient`, with eps^(1/4) max(|x|, 1) as the default step. "complex" takes the gradient by the
    complex step and its Jacobian by central differences.
    """
    if step is None:
        step = EPS ** (1 / 4 if method == "central" else 1 / 3) * np.maximum(np.abs(finite_numbers(x, "x")), 1.0)
    slopes = jacobian(lambda p: gradient(f, p, method=method, step=step if method == "central" else None), x, step=step)
    return (slopes + slopes.T) / 2


def _partials(f: Function, point: Numbers, method: str, step: Numbers | None, outputs: int) -> Floats:
    """The partial derivatives on the last axis: in blocks of coordinates, each block in one call of f if possible."""
    x = finite_numbers(point, "x")
    if x.ndim != 1 or x.size == 0:
        raise ValueError(f"x must be a point of shape (n,), n >= 1, got shape {x.shape}; try np.array([1.0, 2.0])")
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if step is not None:
        h = np.asarray(_positive(step))
    else:
        h = EPS ** (1 / 3) * np.maximum(np.abs(x), 1.0) if method == "central" else _tiny(x).min()
    h = np.full(x.shape, h) if h.ndim == 0 else h
    if h.shape != x.shape:
        raise ValueError(f"step must be a number or have the shape {x.shape} of x, got shape {h.shape}")
    width = max(1, (BATCH // x.size - 1) // 2)
    blocks = [slice(start, start + width) for start in range(0, x.size, width)]
    if method == "complex":
        _check_along_a_line(f, x, outputs)
    with np.errstate(all="ignore"):  # what is not finite becomes an error in _values
        return np.concatenate([METHODS[method](f, x, h, block, outputs) for block in blocks], axis=-1)


def _central(f: Function, x: Floats, h: Floats, block: slice, outputs: int) -> Any:
    ahead, behind = x[block] + h[block], x[block] - h[block]
    run = ahead - behind  # as stored, which is not quite 2h
    if not run.all():
        raise ValueError(f"step is lost beside x = {x[block][run == 0][0]:g}; make it larger")
    count = run.size
    points = _copies(x, 2 * count, h)
    np.fill_diagonal(points[block, :count], ahead)
    np.fill_diagonal(points[block, count:-1], behind)
    values = _values(f, points, outputs)
    return (values[..., :count] - values[..., count:]) / run


def _complex_steps(f: Function, x: Floats, h: Floats, block: slice, outputs: int) -> Any:
    points = _copies(x, h[block].size, 1j * h)
    np.fill_diagonal(points[block, :-1], x[block] + 1j * h[block])
    return _values(f, points, outputs).imag / h[block]


def _copies(x: Floats, count: int, h: Any) -> Any:
    """The point x, `count` times, and a probe: between the points that are a step away, but not their mean."""
    points = np.repeat(x[None].astype(h.dtype), count + 1, axis=0).T  # a point's numbers side by side add up best
    points[:, -1] += 0.6 * h / x.size
    return points


METHODS = {"central": _central, "complex": _complex_steps}


def _values(f: Function, points: Any, outputs: int) -> Any:
    """f at points of shape (n, m + 1) but the last: shape (m,), or (k, m) if f has k outputs. In one call if possible.

    A batch can have the right shape and mix the points all the same: with as many points as coordinates, even
    (w * p).sum(-1) ** 2 does. So the last point, where every coordinate has moved, is the probe: f alone must agree.
    """
    probe = np.asarray(f(points[:, -1].copy()))
    if probe.ndim != outputs or probe.dtype.kind not in ("biufc" if points.dtype == complex else "biuf"):
        wanted = "real numbers of shape (k,); try `gradient`" if outputs else "one real number; try `jacobian`"
        raise TypeError(f"f returned {probe!r} for a point, not {wanted}")
    try:
        values = np.asarray(f(points))
    except Exception:  # whatever it is: f was written for one point
        values = probe
    if values.shape == (*probe.shape, points.shape[1]) and _agree(values[..., -1], probe):
        values = values[..., :-1]
    else:
        values = np.stack([np.asarray(f(point)) for point in points.T[:-1]], axis=-1)
    if not np.isfinite(values).all():
        lost = ~np.isfinite(values).reshape(-1, values.shape[-1]).all(axis=0)
        where = np.array2string(points[:, :-1][:, lost][:, 0].real, precision=6, threshold=6)
        raise ValueError(f"f is not finite at {where}; choose x inside the domain of f, or a smaller step")
    return values


def _agree(one: Any, other: Any) -> bool:
    if np.iscomplexobj(other):  # the tiny imaginary part is what counts, so it is compared for itself
        return _agree(one.real, other.real) and _agree(one.imag, other.imag)
    return bool((np.abs(one - other) <= 1e-13 * np.abs(other)).all())


def _check_complex(f: Function, x: Any, h: Any) -> None:
    try:
        slope = np.imag(f(x + 1j * h)) / h
    except (TypeError, np.exceptions.ComplexWarning) as error:
        raise TypeError(f"f refuses complex numbers ({error}); use numpy functions, or central differences") from error
    real, far = derivative(f, x), 0.1 * natural_scale(np.abs(x))
    # A cancellation inside f, which no error estimate sees, is a small part of how f changes further out.
    tolerance = 1e-6 * np.abs(real.value) + 10 * real.error + np.fmax(1e-10 * np.abs(f(x + far) - f(x)) / far, 1e-280)
    if np.any(real.kink | (np.abs(slope - real.value) > tolerance)):
        both = f"the complex step gives {slope}, real numbers give {real.value}"
        raise ValueError(f"{both}: f has a kink, or abs, max or a comparison inside; use central differences")


def _check_along_a_line(f: Function, x: Floats, outputs: int) -> None:
    """The same in one direction and for one sum of the outputs, neither of them special."""
    direction = natural_scale(np.abs(x)) / np.sqrt(np.arange(1, x.size + 1))

    def along(t: Any) -> Any:
        values = np.asarray(f((x + np.multiply.outer(t, direction)).T))
        return np.dot(np.sqrt(np.arange(1, len(values) + 1)), values) if outputs else values

    _check_complex(along, 0.0, 1e-30)


def _number(x: Numbers, name: str) -> Any:
    numbers = finite_numbers(x, name)
    return float(numbers) if numbers.ndim == 0 else numbers


def _positive(step: Numbers) -> Any:
    h = _number(step, "step")
    if np.any(np.less_equal(h, 0)):
        raise ValueError(f"step must be a positive number, got {step!r}; try 1e-6")
    return h


def _tiny(x: Any) -> Any:
    return 1e-30 * np.maximum(np.abs(x), 1e-230)


def _slopes(slopes: Any, x: Any, h: Any) -> Any:
    """The slopes in the shape of x and h, all of them finite."""
    shape = np.broadcast_shapes(np.shape(x), np.shape(h))
    if np.shape(slopes) not in ((), shape):
        raise ValueError(f"f must return one number for each x, shape {shape}, got shape {np.shape(slopes)}")
    if not np.isfinite(slopes).all():
        where = np.broadcast_to(x, shape)[np.broadcast_to(~np.isfinite(slopes), shape)][0]
        raise ValueError(f"f is not finite next to x = {where:g}; choose another x or step")
    return float(slopes) if shape == () else np.broadcast_to(slopes, shape).copy()
