"""What every benchmark shares: a row of the report, and the page that they go to."""

import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

PACKAGES = ("numpy", "scipy", "sympy", "matplotlib", "ipywidgets", "numdifftools", "mpmath")


class Row(NamedTuple):
    """One claim: what was measured, what it should be, whether it is, and how it was measured.

    `reached` is None where there is nothing to reach: a figure for comparison, or what cannot be measured here.
    """

    claim: str
    measured: float | str
    target: str
    reached: bool | None
    detail: str = ""


def no_more(claim: str, measured: float, most: float, detail: str = "") -> Row:
    """The row of a claim that a number is at most `most`."""
    return Row(claim, measured, f"at most {most:g}" if most else "0", bool(measured <= most), detail)


def timed(times: list[float], function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function gives, or its error. To `times` go the milliseconds of this thread, not of other programs."""
    start = time.thread_time()
    try:
        return function(*arguments)
    finally:
        times.append(1000 * (time.thread_time() - start))


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
