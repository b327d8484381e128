"""Run all benchmarks, or the named ones, and write RESULTS.md: `python -m benchmarks [topic ...]`."""

import importlib
import pkgutil
import sys
from pathlib import Path

from benchmarks.report import Row, page

HERE = Path(__file__).parent
ELSEWHERE = {"__main__", "report", "classroom"}  # a class takes minutes, and has a command of its own
TOPICS = sorted({module.name for module in pkgutil.iter_modules([str(HERE)])} - ELSEWHERE)


def measure(topic: str) -> tuple[str, list[Row]]:
    """The title and the rows of a topic; one row that says so if a peer or program that it needs is missing."""
    try:
        module = importlib.import_module(f"benchmarks.{topic}")
        return str(module.__doc__).strip().removesuffix("."), module.measure()
    except (ImportError, FileNotFoundError) as error:
        return topic, [Row(f"all of `{topic}`", "skipped", "", None, str(error))]


def main(topics: list[str]) -> None:
    """Measure, write the page, print it, and name what was missed: a report, so that a missed target is no failure."""
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown:
        sys.exit(f"no benchmark is called {unknown[0]!r}; there are: {', '.join(TOPICS)}")
    sections = []
    for topic in topics or TOPICS:
        print(f"measuring {topic} ...", file=sys.stderr, flush=True)
        sections.append(measure(topic))
    report = page(sections)
    (HERE / "RESULTS.md").write_text(report, encoding="utf-8")
    print(report)
    missed = [row for _, rows in sections for row in rows if row.reached is False]
    print(f"{len(missed)} of the targets missed")
    for row in missed:
        print(f"MISSED: {row.claim}: {row.measured}, target {row.target}")


if __name__ == "__main__":
    main(sys.argv[1:])
