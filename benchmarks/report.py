"""What every benchmark shares: a row of the report, and the page that they go to."""

import importlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

PACKAGES = ("numpy", "scipy", "sympy", "matplotlib", "ipywidgets", "numdifftools", "mpmath")


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


def no_more(claim: str, measured: float, most: float, detail: str = "") -> Row:
    """The row of a claim that a number is at most `most`."""
    return Row(claim, measured, f"at most {most:g}", bool(measured <= most), detail)


def at_least(claim: str, ratio: Ratio, target: float, detail: str = "") -> Row:
    """The row of a claim that a peer takes at least `target` times as long."""
    return Row(claim, str(ratio), f"at least {target:g}", ratio.median >= target, detail)


def at_most(claim: str, ratio: Ratio, target: float, detail: str = "") -> Row:
    """The row of a claim that something takes at most `target` times as long."""
    return Row(claim, str(ratio), f"at most {target:g}", ratio.median <= target, detail)


def page(sections: Iterable[tuple[str, Sequence[Row]]]) -> str:
    """The report as Markdown: where it ran, then one table for each topic."""
    lines = [
        "# Measured results",
        "",
        "Written by `python -m benchmarks`; every table comes from one run.",
        "A time is a ratio of medians within its run; in brackets, the middle half of the rounds.",
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
