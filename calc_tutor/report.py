"""What a class has done, from the files that its learners hand in: ``python -m calc_tutor report FOLDER``.

Each learner is a folder in FOLDER, or a file that has her name. Read are progress files, and what `progress()` said in
notebooks as they were saved. All of it is data: nothing in them is run.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from calc_tutor.check import exercises
from calc_tutor.progress import FILE, records

ROW = re.compile(r"^(\d) [\w ]+[■□]* (\d{1,3}) of \d+$", re.MULTILINE)  # of what progress() prints
FORMULA = tuple("=+-@＝＋－＠")  # a spreadsheet runs a cell that begins so
IN_ALL = Counter(exercise.part for exercise in exercises().values())  # how many exercises each part has


@dataclass
class Learner:
    """The exercises done, counted by part, and the rules broken, with how often."""

    done: Counter[int] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)


def read_class(folder: Path) -> tuple[dict[str, Learner], list[str]]:
    """The learners by name, and a line for each file that cannot be read."""
    learners: dict[str, Learner] = {}
    skipped = []
    for name, path in _handed_in(folder.resolve()):
        try:
            found = READERS[path.suffix](path)
            learner = learners.setdefault(name, Learner())
            learner.done |= found.done & IN_ALL
            learner.broken |= found.broken
        except Exception as error:  # whatever somebody hands in
            skipped.append(f"{neutral(path.relative_to(folder.resolve()))}: cannot be read ({type(error).__name__})")
    return learners, skipped


def _handed_in(folder: Path) -> Iterator[tuple[str, Path]]:
    top = folder.parent if (folder / FILE).exists() else folder  # then it is the folder of one learner
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(top).parts
        if path.suffix in READERS and path.is_file() and not any(part.startswith(".") for part in inside):
            yield neutral(inside[0] if len(inside) > 1 else path.stem), path


def _in_progress_file(path: Path) -> Learner:
    kept = records(path)
    if not kept:
        raise ValueError("no record")
    learner = Learner(Counter(exercises()[name].part for name in kept.keys() & exercises() if kept[name]["right"]))
    for record in kept.values():
        learner.broken.update({neutral(rule): count for rule, count in record["broken"].items()})
    return learner


def _in_notebook(path: Path) -> Learner:
    learner = Learner()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            rows = ROW.findall("".join(output.get("data", {}).get("text/plain", "")))
            learner.done |= Counter({int(part): int(count) for part, count in rows})
    return learner


READERS = {".json": _in_progress_file, ".ipynb": _in_notebook}


def neutral(text: object) -> str:
    """Text for a terminal or a spreadsheet: one short line that starts no formula, wherever it may be cut into cells.

    >>> neutral("=1+1;x")
    "'=1+1 x"
    """
    line = "".join(sign if sign.isprintable() and sign != ";" else " " for sign in str(text)[:80]).strip()
    return f"'{line}" if line.startswith(FORMULA) else line


def table(learners: dict[str, Learner]) -> list[list[object]]:
    """A head, then a row for each learner: exercises done in each part and in all, and the rules broken."""
    rows: list[list[object]] = [["learner", *(f"part {part}" for part in IN_ALL), "done", "rules broken"]]
    for name, learner in learners.items():
        rules = " / ".join(rule for rule, _ in learner.broken.most_common())
        rows.append([name, *(learner.done[part] for part in IN_ALL), learner.done.total(), rules])
    return rows


def summary(learners: dict[str, Learner], skipped: list[str]) -> str:
    """The same to be read, with the rules that most learners broke, and the files that were skipped."""
    everybody = {"(there are)": Learner(IN_ALL)} | learners
    lines = [f"{name!s:16.16}" + "".join(f"{n!s:>7}" for n in counts) for name, *counts, _rules in table(everybody)]
    rules = Counter(rule for learner in learners.values() for rule in learner.broken)
    lines += ["", "Rules broken, by how many learners:", *(f"{n:3}  {rule}" for rule, n in rules.most_common(10))]
    return "\n".join([*lines, "", "Skipped:", *(skipped or ["nothing"])])
