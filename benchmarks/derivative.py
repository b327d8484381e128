"""`numeric.derivative` against numdifftools, scipy and fixed steps: accuracy on a family of functions, and time."""

import functools
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np

from benchmarks.report import Ratio, Row, at_least, peer, ratios, skipped
from calc_core import numeric

TITLE = "derivative(f, x): from function values, with an error estimate"

cpu_ratios = functools.partial(ratios, clock=time.process_time)  # all of it runs in one thread

FAMILY = (
    "x**2", "x**3 - 2*x + 1", "x**7", "1/x", "x**-2.5", "sqrt(x)", "x**0.375", "x**1.5", "sqrt(1 + x**2)",
    "1/(1 + x**2)", "1/(1 + 25*x**2)", "x/(1 + x**2)", "exp(x)", "exp(-x)", "exp(-x**2)", "x*exp(-x)", "exp(-1/x)",
    "exp(sin(x))", "exp(-x/8)*cos(3*x)", "1/(1 + exp(-x))", "log(x)", "x*log(x)", "log(x)/x", "log(1 + x)",
    "log(1 + x**2)", "x**x", "sin(x)", "cos(x)", "tan(x)", "sin(x)**2", "sin(x)/x", "x*sin(x)", "cos(10*x)",
    "sin(1/x)", "atan(x)", "tanh(x)",
)  # fmt: skip
NAMES = ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan")
MAGNITUDES = 40


class Case(NamedTuple):
    f: Callable[[Any], Any]
    x: float
    slope: float


class Answer(NamedTuple):
    value: float
    error: float | None
    evaluations: int


def cases() -> Iterator[Case]:
    """Every function at every magnitude, where value and slope are normal doubles; the slope from 100 digits."""
    scatter = np.random.default_rng(0).uniform(0.9, 1.1, (len(FAMILY), MAGNITUDES))
    points = np.logspace(-6, 4, MAGNITUDES) * scatter
    doubles = {name: getattr(np, name) for name in NAMES}
    digits = {name: getattr(mpmath, name) for name in NAMES}
    for text, row in zip(FAMILY, points.tolist(), strict=True):
        f, exact = (eval(f"lambda x: {text}", dict(names)) for names in (doubles, digits))
        for x in row:
            with mpmath.workdps(100):
                h = mpmath.mpf(min(x, 1 / x)) * x * mpmath.mpf(10) ** -35
                slope, value = (exact(x + h) - exact(x - h)) / (2 * h), exact(mpmath.mpf(x))
                if 1e-290 < abs(slope) < 1e290 and abs(value) < 1e290:
                    yield Case(f, x, float(slope))


def ours(f: Callable[[Any], Any], x: float) -> Answer:
    found = numeric.derivative(f, x)
    return Answer(found.value, found.error, found.evaluations)


def complex_step(f: Callable[[Any], Any], x: float) -> Answer:
    return Answer(float(np.imag(f(x + 1e-30j * x)) / (1e-30 * x)), None, 1)


def counted(f: Callable[[Any], Any]) -> tuple[Callable[[Any], Any], list[int]]:
    sizes: list[int] = []

    def g(x: Any) -> Any:
        sizes.append(np.size(x))
        return f(x)

    return g, sizes


def peers() -> dict[str, Callable[..., Answer]]:
    """The adaptive peers that are installed, with their default settings."""
    found: dict[str, Callable[..., Answer]] = {}
    if numdifftools := peer("numdifftools"):

        def by_numdifftools(f: Callable[[Any], Any], x: float) -> Answer:
            g, sizes = counted(f)
            result = numdifftools.Derivative(g, full_output=True)(x)
            return Answer(float(result[0]), float(result.error_estimate), sum(sizes))

        found["numdifftools"] = by_numdifftools
    if scipy := peer("scipy.differentiate"):

        def by_scipy(f: Callable[[Any], Any], x: float) -> Answer:
            result = scipy.derivative(f, x)
            return Answer(float(result.df), float(result.error), int(result.nfev))

        found["scipy.differentiate"] = by_scipy
    return found


def measure() -> list[Row]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return accuracy() + speed()


def accuracy() -> list[Row]:
    family = list(cases())
    rules = {"calc_core": ours, **peers()}
    rules["central difference, h = 6e-6 max(|x|, 1)"] = lambda f, x: Answer(
        numeric.central_difference(f, x, 6e-6 * max(x, 1)), None, 2
    )
    rules["forward difference, h = 1e-6"] = lambda f, x: Answer(numeric.forward_difference(f, x, 1e-6), None, 2)
    rules["complex step"] = complex_step
    scores = {name: score(rule, family) for name, rule in rules.items()}
    rows = []
    where = f"{len(family)} points: {len(FAMILY)} functions, |x| from 1e-6 to 1e4, mpmath as the oracle"
    for name, (right, covered, evaluations) in scores.items():
        own = name == "calc_core"
        target = "at least 97 %" if own else ""
        rows.append(
            Row(f"{name}: within 1e-8 of the slope", f"{right:.1%}", target, right >= 0.97 if own else None, where)
        )
        if covered is not None:
            target = "at least 93 %" if own else ""
            reached = covered >= 0.93 if own else None
            rows.append(Row(f"{name}: the error estimate covers the error", f"{covered:.1%}", target, reached))
        rows.append(Row(f"{name}: evaluations, median", evaluations, "", None))
    if "numdifftools" in scores:
        part = scores["calc_core"][2] / scores["numdifftools"][2]
        rows.append(
            Row("evaluations as a part of numdifftools'", f"{part:.2f}", "at most 0.45", part <= 0.45, "medians")
        )
    return rows


def score(rule: Callable[..., Answer], family: list[Case]) -> tuple[float, float | None, float]:
    """The share within 1e-8, the share that the estimate covers, and the median of the evaluations."""
    right, covered, evaluations = [], [], []
    for f, x, slope in family:
        try:
            answer = rule(f, x)
        except Exception:  # a refusal is no answer: neither right nor covered
            right.append(False)
            covered.append(False)
            continue
        error = abs(answer.value - slope)
        right.append(error <= 1e-8 * abs(slope))
        covered.append(answer.error is not None and error <= answer.error)
        evaluations.append(answer.evaluations)
    share = statistics.mean(covered) if answer.error is not None else None
    return statistics.mean(right), share, statistics.median(evaluations)


def speed() -> list[Row]:
    rows = []
    family = list(cases())[::17]
    at = np.linspace(0.1, 9, 40)
    for name in ("numdifftools", "scipy.differentiate"):
        other = peer(name)
        if other is None:
            rows.append(skipped(f"time of {name} / ours", "at least 10", name))
            continue
        theirs = plain(name, other)
        each = over_points(theirs, family)
        rows.append(
            at_least(
                f"time of {name} / ours, one x at a time",
                each,
                10,
                f"median over {len(family)} points of the family",
            )
        )
        one = cpu_ratios(lambda: numeric.derivative(np.sin, 1.0), {name: lambda: theirs(np.sin, 1.0)})[name]  # noqa: B023
        rows.append(at_least(f"time of {name} / ours, sin at 1", one, 10))
        many = cpu_ratios(lambda: numeric.derivative(np.sin, at), {name: lambda: theirs(np.sin, at)})[name]  # noqa: B023
        rows.append(Row(f"time of {name} / ours, sin at {at.size} points in one call", str(many), "", None))
    return rows


def plain(name: str, module: Any) -> Callable[..., object]:
    return (lambda f, x: module.Derivative(f)(x)) if name == "numdifftools" else module.derivative


def over_points(theirs: Callable[..., object], family: list[Case]) -> Ratio:
    """The ratio at every point: its median and the middle half of the points."""
    found = []
    for f, x, _ in family:
        pair = cpu_ratios(lambda: numeric.derivative(f, x), {"peer": lambda: theirs(f, x)}, rounds=5, seconds=0.002)  # noqa: B023
        found.append(pair["peer"].median)
    low, middle, high = statistics.quantiles(found, n=4)
    return Ratio(middle, low, high)
