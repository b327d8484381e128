"""`numeric.derivative` beside numdifftools, scipy and fixed steps: how many slopes are right, at fresh points."""

import statistics
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np

from benchmarks.report import Row, peer
from calc_core import numeric

TITLE = "derivative(f, x): from function values, with an error estimate"

FAMILY = (
    "x**2", "x**3 - 2*x + 1", "x**7", "1/x", "x**-2.5", "sqrt(x)", "x**0.375", "x**1.5", "sqrt(1 + x**2)",
    "1/(1 + x**2)", "1/(1 + 25*x**2)", "x/(1 + x**2)", "exp(x)", "exp(-x)", "exp(-x**2)", "x*exp(-x)", "exp(-1/x)",
    "exp(sin(x))", "exp(-x/8)*cos(3*x)", "1/(1 + exp(-x))", "log(x)", "x*log(x)", "log(x)/x", "log(1 + x)",
    "log(1 + x**2)", "x**x", "sin(x)", "cos(x)", "tan(x)", "sin(x)**2", "sin(x)/x", "x*sin(x)", "cos(10*x)",
    "sin(1/x)", "atan(x)", "tanh(x)",
)  # fmt: skip
NAMES = ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan")
MAGNITUDES = 40
SEEDS = 3


class Case(NamedTuple):
    f: Callable[[Any], Any]
    x: float
    slope: float


class Answer(NamedTuple):
    value: float
    error: float | None
    evaluations: int


class Score(NamedTuple):
    right: float
    covered: float
    evaluations: float


def cases(seed: int) -> Iterator[Case]:
    """Every function at every magnitude, where value and slope are normal doubles; the slope from 100 digits."""
    scatter = np.random.default_rng(seed).uniform(0.8, 1.25, (len(FAMILY), MAGNITUDES))
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


def central(f: Callable[[Any], Any], x: float) -> Answer:
    return Answer(numeric.central_difference(f, x, 6e-6 * max(x, 1)), None, 2)


def forward(f: Callable[[Any], Any], x: float) -> Answer:
    return Answer(numeric.forward_difference(f, x, 1e-6), None, 2)


def complex_step(f: Callable[[Any], Any], x: float) -> Answer:
    return Answer(float(numeric.complex_step(f, x)), None, 1)


def numdifftools(f: Callable[[Any], Any], x: float) -> Answer:
    sizes: list[int] = []

    def counted(x: Any) -> Any:
        sizes.append(np.size(x))
        return f(x)

    result = peer("numdifftools").Derivative(counted, full_output=True)(x)
    return Answer(float(result[0]), float(result.error_estimate), sum(sizes))


def scipy(f: Callable[[Any], Any], x: float) -> Answer:
    result = peer("scipy.differentiate").derivative(f, x)
    return Answer(float(result.df), float(result.error), int(result.nfev))


RULES = {
    "calc_core": ours,
    "numdifftools": numdifftools,
    "scipy.differentiate": scipy,
    "central difference, h = 6e-6 max(|x|, 1)": central,
    "forward difference, h = 1e-6": forward,
    "complex step": complex_step,
}


def measure() -> list[Row]:
    """Means over a few seeds that nobody chose; the peers that are not installed are left out."""
    seeds = np.random.SeedSequence().generate_state(SEEDS).tolist()
    families = [list(cases(seed)) for seed in seeds]
    where = f"{len(families[0])} points, {len(FAMILY)} functions, |x| from 1e-6 to 1e4; mean of the seeds {seeds}"
    rows = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, rule in RULES.items():
            if name in ("numdifftools", "scipy.differentiate") and peer(name) is None:
                continue
            scores = [score(rule, family) for family in families]
            right, covered, evaluations = (statistics.mean(each) for each in zip(*scores, strict=True))
            wanted = name == "calc_core"
            target = ("at least 97 %", "at least 97 %", "at most 12") if wanted else ("", "", "")
            reached = (right >= 0.97, covered >= 0.97, evaluations <= 12) if wanted else (None, None, None)
            rows.append(Row(f"{name}: within 1e-8 of the slope", f"{right:.1%}", target[0], reached[0], where))
            if rule in (ours, numdifftools, scipy):
                rows.append(Row(f"{name}: the estimate covers the error", f"{covered:.1%}", target[1], reached[1]))
            rows.append(Row(f"{name}: evaluations, median", evaluations, target[2], reached[2]))
            where = ""
    return rows


def score(rule: Callable[..., Answer], family: list[Case]) -> Score:
    """The share within 1e-8, the share that the estimate covers, and the median of the evaluations."""
    right, covered, evaluations = [], [], []
    for f, x, slope in family:
        try:
            answer = rule(f, x)
        except Exception:  # a refusal is no answer: neither right nor covered
            answer = Answer(np.nan, None, 0)
        error = abs(answer.value - slope)
        right.append(float(error <= 1e-8 * abs(slope)))
        covered.append(float(answer.error is not None and error <= answer.error))
        evaluations.append(answer.evaluations)
    return Score(statistics.mean(right), statistics.mean(covered), statistics.median(evaluations))
