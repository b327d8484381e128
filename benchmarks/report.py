"""What every benchmark shares: a row of the report, times as ratios within one run, and the page they go to."""

import importlib
import importlib.metadata
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

PACKAGES = (
    "numpy", "scipy", "sympy", "matplotlib", "ipywidgets", "numdifftools", "autograd", "torch", "micrograd", "mpmath",
)  # fmt: skip


class Row(NamedTuple):
    """One claim: what was measured, what it should be, whether it is, and how it was measured.

    `reached` is None where there is nothing to reach: a figure for comparison, or a peer that is not installed.
    """

    claim: str
    measured: float | str
    target: str
    reached: bool | None
    detail: str = ""


class Ratio(NamedTuple):
    """How many times longer a peer takes: the ratio of the medians, and the middle half of the rounds' ratios."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """Three significant digits, with the spread."""
        return f"{self.median:.3g} ({self.low:.3g} to {self.high:.3g})"


def peer(name: str) -> Any:
    """The peer's module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def skipped(claim: str, target: str, name: str) -> Row:
    """The row of a claim that cannot be measured here."""
    return Row(claim, "skipped", target, None, f"{name} is not installed")


def no_more(claim: str, measured: float, most: float, detail: str = "") -> Row:
    """The row of a claim that a number is at most `most`."""
    return Row(claim, measured, f"at most {most:g}", bool(measured <= most), detail)


def at_least(claim: str, ratio: Ratio, target: float, detail: str = "") -> Row:
    """The row of a claim that a peer takes at least `target` times as long."""
    return Row(claim, str(ratio), f"at least {target:g}", ratio.median >= target, detail)


def at_most(claim: str, ratio: Ratio, target: float, detail: str = "") -> Row:
    """The row of a claim that something takes at most `target` times as long."""
    return Row(claim, str(ratio), f"at most {target:g}", ratio.median <= target, detail)


def ratios(
    base: Callable[[], object],
    others: dict[str, Callable[[], object]],
    rounds: int = 15,
    seconds: float = 0.01,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Ratio]:
    """How many times longer than `base` each of the others takes.

    In every round each one runs in turn for about `seconds`, so that a busy moment of the machine meets all of them.
    What runs in one thread may be timed with `time.process_time`, which does not count the waiting for other programs.
    """
    # The base has no name of its own, so that no name can collide with it.
    runs = [base, *others.values()]
    counts = [max(1, round(seconds / _warm_time(run, clock))) for run in runs]
    rounds_of_all = [[_time(run, count, clock) for run, count in zip(runs, counts, strict=True)] for _ in range(rounds)]
    base_times, *other_times = zip(*rounds_of_all, strict=True)
    return {name: _ratio(times, base_times) for name, times in zip(others, other_times, strict=True)}


def _warm_time(run: Callable[[], object], clock: Callable[[], float]) -> float:
    run()
    return max(_time(run, 1, clock), 1e-7)


def _time(run: Callable[[], object], count: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(count):
        run()
    return (clock() - start) / count


def _ratio(times: Sequence[float], base: Sequence[float]) -> Ratio:
    quartiles = statistics.quantiles([a / b for a, b in zip(times, base, strict=True)], n=4)
    return Ratio(statistics.median(times) / statistics.median(base), quartiles[0], quartiles[2])


def page(sections: Iterable[tuple[str, Sequence[Row]]]) -> str:
    """The report as Markdown: where it ran, then one table for each topic."""
    lines = [
        "# Measured results",
        "",
        "Written by `python -m benchmarks`; everything below comes from that one run.",
        "A time is a ratio of medians within the run; in brackets, the middle half of the rounds.",
        "",
        _machine(),
    ]
    for title, rows in sections:
        lines += ["", f"## {title}", "", "| claim | measured | target | reached | how |", "|---|---|---|---|---|"]
        lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    measured = row.measured if isinstance(row.measured, str) else f"{row.measured:.3g}"
    reached = {True: "yes", False: "**no**", None: ""}[row.reached]
    cells = (row.claim, measured, row.target, reached, row.detail)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _machine() -> str:
    used = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES if name in sys.modules]
    where = f"{os.cpu_count()} CPUs ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    return f"{where}; {', '.join(used)}."
