"""Derivatives from function values alone.

The three rules of one step are their formulas: f may take one number or an array of them, and the step is the h of the
formula. The others choose their steps themselves and ask f for one number, or one point of shape (n,), at a time.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Function = Callable[[Any], Any]
Floats = NDArray[np.float64]

EPS = 2.0**-52  # numbers next to 1 lie this far apart


def forward_difference(f, x, step):
    """The slope of the secant from x to x + h: the derivative, wrong by about h f''(x) / 2.

    >>> forward_difference(lambda x: x**2, 3.0, step=0.5)
    6.5
    """
    return (f(x + step) - f(x)) / step


def central_difference(f, x, step):
    """The slope of the secant from x - h to x + h: the derivative, wrong by about h^2 f'''(x) / 6.

    >>> central_difference(lambda x: x**3, 2.0, step=0.5)
    12.25
    """
    return (f(x + step) - f(x - step)) / (2 * step)


def complex_step(f, x, step=1e-30):
    """The derivative from one value at a complex number: f(x + ih) = f(x) + ih f'(x) - h^2 f''(x) / 2 - ...

    Nothing is subtracted, so that h may be so small that only rounding is left (W. Squire and G. Trapp, SIAM Review 40,
    1998). But abs, max and comparisons drop the imaginary part and spoil the slope without a word: that of x |x| at 1.5
    is 3.

    >>> complex_step(lambda x: x**3, 2.0)
    12.0
    >>> complex_step(lambda x: x * abs(x), 1.5)
    1.5
    """
    return np.imag(f(x + 1j * step)) / step


class Derivative(NamedTuple):
    """A derivative, an estimate of its error, how many values of f it took, and whether f has a kink.

    At a kink (or a jump) the slopes on the left and on the right disagree: there is no derivative, `value` is their
    mean and `error` at least half their distance.
    """

    value: float
    error: float
    evaluations: int
    kink: bool

    def __repr__(self) -> str:
        """Ten digits of the value and one of the error: the rest differs from one machine to the next."""
        evaluations, kink = self.evaluations, self.kink
        return f"Derivative(value={self.value:.10g}, error={self.error:.0e}, evaluations={evaluations}, kink={kink})"


def derivative(f: Function, x: float, *, rtol: float = 1e-10) -> Derivative:
    """The derivative of f at the number x, with an estimate of its error.

    Steps are chosen until the estimate is below `rtol` times the value, or no step gives a smaller one: an `error` not
    much smaller than `value` means that no derivative was found (a vertical tangent, say). The estimate cannot know of
    a cancellation inside f (an expanded (x - 1)**7), nor of a detail much narrower than a 250,000th of min(|x|, 1).
    f may itself return a `Derivative`, whose error then counts as rounding.

    >>> round(derivative(lambda x: x**3, 2.0).value, 9)
    12.0
    >>> derivative(abs, 0.0)
    Derivative(value=0, error=1e+00, evaluations=15, kink=True)
    """
    check_function(f)
    x = _number(x)
    values = _Values(f)
    with np.errstate(all="ignore"):  # what is not finite is looked for, and said
        if not math.isfinite(values[x]):
            f(np.float64(x))  # may say more itself
            raise ValueError(f"f is not finite at x = {x:g}; choose x inside the domain of f")
        best = _search(values, x, _step(x, FIRST), rtol)
        best = _second_look(values, x, best, rtol)
        if best.error == math.inf:
            raise ValueError(f"f is not finite on both sides of x = {x:g}; choose x inside the domain of f")
        gap = _gap_at_kink(values, x, best)
    return Derivative(best.value, max(best.error, gap / 2), len(values), gap > 0)


def best_step(f: Function, x: float, method: str) -> float:
    """The step h that makes the rounding of f(x) and the bend of f together do the least harm at the number x.

    "forward": 2 eps |f| / h + h |f''| / 2 is least at h = 2 sqrt(eps |f| / |f''|), with eps = 2.2e-16; "central":
    eps |f| / h + h^2 |f'''| / 6 at h = (3 eps |f| / |f'''|)^(1/3). ValueError where one of the two is absent.

    >>> round(best_step(np.exp, 0.0, "forward"), 10)
    2.98e-08
    """
    check_function(f)
    x = _number(x)
    value, again = f(x), f(x)
    size = abs(_real(value, f"{x:g}"))
    if size == 0:
        raise ValueError(f"no step is best at x = {x:g}, where f is 0 and not rounded: the smaller, the better")
    if value != again:  # three derivatives inside one another would look for digits for ever
        raise ValueError(f"f gives {value} and then {again} at x = {x:g}; fix the seed of its random numbers")

    def second(t):
        return derivative(lambda s: derivative(f, s, rtol=1e-8), t, rtol=1e-5)

    if method == "forward":
        order, bend = 2, abs(second(x).value)
    elif method == "central":
        order, bend = 3, abs(derivative(second, x, rtol=1e-2).value)
    else:
        raise ValueError(f'method must be "forward" or "central", got {method!r}')
    if bend * max(abs(x), 1.0) ** order < 1e-9 * size:
        raise ValueError(f"no step is best at x = {x:g}, where derivative {order} of f is 0: the larger, the better")
    return 2 * math.sqrt(EPS * size / bend) if order == 2 else math.cbrt(3 * EPS * size / bend)


def gradient(f: Function, x: ArrayLike, *, method: str = "central", step: float | None = None) -> Floats:
    """The gradient of f at the point x, shape (n,): the slope along each coordinate.

    method: "central" differences, or "complex" steps, exact to rounding if f takes complex numbers; ValueError where
    the two disagree. step: of central differences, by default 6e-6 max(|x|, 1). At a kink they give the mean of the
    slopes on its two sides without a word; only `derivative` can tell.

    >>> gradient(lambda p: p[0] ** 2 * p[1], [3.0, 2.0], step=0.5)
    array([12.,  9.])
    """
    check_function(f)
    point = _point(x)
    _real(f(point.copy()), point)
    slices = [_along(f, point, i) for i in range(point.size)]
    if method == "central":
        steps = EPS ** (1 / 3) * np.maximum(np.abs(point), 1.0) if step is None else np.full(point.size, step)
        if not np.all((point < point + steps) & (steps < math.inf)):
            raise ValueError(f"step must be positive, finite and not lost beside {point}, got {step!r}; try without it")
        slopes = [central_difference(along, point[i], steps[i]) for i, along in enumerate(slices)]
    elif method == "complex":
        slopes = [complex_step(along, point[i]) for i, along in enumerate(slices)]
        for i, along in enumerate(slices):
            real = derivative(along, point[i])
            if real.kink or abs(slopes[i] - real.value) > SAME * abs(real.value) + 10 * real.error + 1e-12:
                both = f"the complex step gives {slopes[i]:g}, real numbers give {real.value:g}"
                raise ValueError(f"{both}: f has a kink, or abs, max or a comparison inside; use central differences")
    else:
        raise ValueError(f'method must be "central" or "complex", got {method!r}')
    result = np.array(slopes, dtype=float)
    if not np.isfinite(result).all():
        raise ValueError(f"f is not finite next to {point}; choose another point or step")
    return result


def check_function(f: Any) -> None:
    """Raise a TypeError that tells what a function is, unless f is one.

    >>> check_function("x^2")
    Traceback (most recent call last):
    TypeError: f must be a function, such as lambda x: x**2; got 'x^2'
    """
    if not callable(f):
        got = "a SymPy expression" if hasattr(f, "free_symbols") else repr(f)
        raise TypeError(f"f must be a function, such as lambda x: x**2; got {got}")


# How `derivative` chooses its steps: on a ladder of five, each half as long as the one before (`_extrapolated`); on
# ladders further up or down, while they help (`_search`); with one step far below, since f may oscillate between the
# steps (`_second_look`). A last look at the two sides of x, one by one, finds a kink (`_gap_at_kink`).

RUNGS = 5
FIRST = 0.0573  # the first step, as a part of min(|x|, 1): not round, hence hardly ever a multiple of a period
NEAR = 2.0**-18  # the step of the second look, as a part of min(|x|, 1)
SHORTEST = 2.0**-40  # a step below this part of |x| leaves the difference of x + h and x - h too few bits
NO_DIGIT = 0.3  # a relative error above this leaves no digit to rely on
SAME = 1e-3  # slopes closer than this may differ by rounding inside f; wrong ones differ by much more


class _Values(dict):
    """The values of f that were asked for, by x; nan where f has none."""

    def __init__(self, f):
        self.f = f
        self.noise = 0.0  # the error of f itself, where f is a derivative

    def __missing__(self, x):
        try:
            value = self.f(np.float64(x))
        except (ArithmeticError, ValueError):  # math.log(0.0), 1 / 0
            value = math.nan
        if isinstance(value, Derivative):
            self.noise = max(self.noise, value.error)
            value = value.value
        self[x] = _real(value, f"{x:g}")
        return self[x]


class _Estimate(NamedTuple):
    value: float
    truncation: float  # the part of the error that shorter steps make smaller
    rounding: float  # the part that they make larger
    step: float

    @property
    def error(self):
        return self.truncation + self.rounding

    @property
    def relative(self):
        return self.error / abs(self.value) if self.value else math.inf


def _step(x, part):
    """A step of this part of min(|x|, 1), or of 1 where x is 0 or next to it; but never one that is lost beside x."""
    scale = min(abs(x), 1.0) if abs(x) > 1e-290 else 1.0
    return max(part * scale, SHORTEST * abs(x))


def _central(f, x, h):
    """The central difference and the rounding in it: that of f(x), and that of x inside f."""
    ahead, behind = x + h, x - h
    slope = (f[ahead] - f[behind]) / (ahead - behind)  # as stored, which is not quite 2h
    rounded = EPS * max(abs(f[ahead]), abs(f[behind])) + EPS * abs(x * slope)  # one by one, as a sum may overflow
    return slope, (rounded + f.noise) / h


def _extrapolated(f, x, h, rtol):
    """The best of the central differences D with steps h, h/2, ..., freed of their errors in h^2, h^4, and so on.

    D(h) = f'(x) + a h^2 + b h^4 + ..., so that D(h/2) + (D(h/2) - D(h)) / 3 has lost its h^2: L. F. Richardson and
    J. A. Gaunt, "The deferred approach to the limit", Phil. Trans. R. Soc. A 226 (1927) 299-361.
    """
    best = _Estimate(math.nan, math.inf, 0.0, h)
    above: list[float] = []
    for _ in range(RUNGS):
        slope, rounding = _central(f, x, h)
        row = [slope]
        for order, coarse in enumerate(above, 1):
            slope += (slope - coarse) / (4**order - 1)
            row.append(slope)
            new = _Estimate(slope, abs(slope - coarse), 2 * rounding, h)  # the sums at most double the rounding
            if new.error < best.error:
                best = new
        if best.relative <= rtol:
            break
        above, h = row, h / 2
    return best


def _search(f, x, h, rtol):
    """The best estimate: from longer ladders if rounding is most of the first one's error, else from shorter ones."""
    best = _extrapolated(f, x, h, rtol)
    factor = 8 if best.rounding > best.truncation else 1 / 8
    h *= factor
    while best.relative > rtol and _step(x, SHORTEST) <= h <= FIRST * max(abs(x), 1.0):
        new = _extrapolated(f, x, h, rtol)
        no_digit = best.relative > NO_DIGIT
        better = new.error < best.error if no_digit else new.relative < best.relative
        agrees = factor < 1 or abs(new.value - best.value) <= new.error + best.error  # far out, a peak looks level
        if better and agrees:
            best = new
        elif not no_digit:  # else f may oscillate faster, or a pole may be near: go on
            break
        h *= factor
    return best


def _second_look(f, x, best, rtol):
    """The estimate itself if a step far smaller than all others agrees; else f may oscillate between the steps."""
    near = _step(x, NEAR)
    slope, rounding = _central(f, x, near)
    off = abs(slope - best.value)
    if off <= best.error + 16 * rounding + SAME * abs(best.value):
        return best
    closer = _search(f, x, near, rtol)
    return closer if closer.relative < NO_DIGIT else best._replace(truncation=max(best.truncation, off))


def _gap_at_kink(f, x, best):
    """How far the slopes on the two sides of x are apart, if they stay so very close to x; else 0."""
    near = min(_step(x, NEAR), best.step / 8)
    _, rounding = _central(f, x, near)

    def gap(h):
        ahead, behind = x + h, x - h
        return (f[ahead] - f[x]) / (ahead - x) - (f[x] - f[behind]) / (x - behind)

    def jump(h):
        return abs(gap(h) - h / best.step * gap(best.step))  # where f is smooth, the gap is f''(x) times the step

    if not jump(near) > 1e-6 * abs(best.value) + 128 * rounding:  # nan too
        return 0.0
    closer = jump(near / 8)
    shrinks = closer < jump(near) / 2  # as what a narrow bend leaves
    grows = closer > 2 * jump(near) and best.relative < NO_DIGIT  # only at a jump or a cusp is no digit found
    return 0.0 if shrinks or grows else closer


def _along(f, x, i):
    """f as a function of coordinate i alone, the others as in x."""

    def along(t):
        point = x.astype(np.result_type(t))
        point[i] = t
        return f(point)

    return along


def _number(x):
    if np.asarray(x).dtype.kind not in "iuf" or np.ndim(x):
        raise TypeError(f"x must be one real number, got {x!r}; try x = 2.0")
    if not math.isfinite(x):
        raise ValueError(f"x must be finite, got {x!r}")
    return float(x)


def _point(x):
    point = np.asarray(x, dtype=float)
    if point.ndim != 1 or point.size == 0:
        raise ValueError(f"x must be a point of shape (n,), n >= 1, got shape {point.shape}; try np.array([1.0, 2.0])")
    if not np.isfinite(point).all():
        raise ValueError(f"x must be finite, got {x!r}")
    return point


def _real(value, where):
    """A value of f as a float, also a number of SymPy's; TypeError if it is not one real number."""
    if value is None:
        raise TypeError(f"f returned None at x = {where}: is there a return?")
    if np.ndim(value) or np.asarray(value).dtype.kind not in "biufO":
        raise TypeError(f"f must return one real number, got {value!r} at x = {where}")
    return float(value)
