"""What a class has done, from the files that its learners hand in: ``python -m calc_tutor report FOLDER``.

Each learner is a folder in FOLDER, or a file that has her name. Read are progress files, and what `progress()` said in
notebooks as they were saved. All of it is data: nothing in them is run.
"""

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path

from calc_tutor.data import exercises
from calc_tutor.progress import records

ROW = re.compile(r"^(\d) [\w ]+[■□]* (\d{1,3}) of \d+$", re.MULTILINE)  # of what progress() prints
FORMULA = tuple("=+-@＝＋－＠")  # a spreadsheet runs a cell that begins so
IN_ALL = Counter(exercise.part for exercise in exercises().values())  # how many exercises each part has

Learner = tuple[Counter[int], Counter[str]]  # the exercises done, by part, and the rules broken, with how often


def read_file(path: Path) -> Learner:
    """What a progress file or a notebook tells of its learner. Raises all sorts of errors where it is neither."""
    done: Counter[int] = Counter()
    broken: Counter[str] = Counter()
    if path.suffix == ".ipynb":
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                rows = ROW.findall("".join(output.get("data", {}).get("text/plain", "")))
                done |= Counter({int(part): int(count) for part, count in rows})
        return done & IN_ALL, broken
    for name, record in records(path).items():
        broken.update({neutral(rule): count for rule, count in record["broken"].items()})
        if record["right"] and name in exercises():
            done[exercises()[name].part] += 1
    return done, broken


def read_class(folder: Path) -> tuple[dict[str, Learner], list[str]]:
    """The learners by name, and a line for each file that cannot be read."""
    learners: dict[str, Learner] = {}
    skipped = []
    for path in sorted([*folder.rglob("*.json"), *folder.rglob("*.ipynb")]):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts):
            continue
        try:
            done, broken = read_file(path)
        except Exception as error:  # whatever somebody hands in
            skipped.append(f"{neutral(inside)}: cannot be read ({type(error).__name__})")
            continue
        name = neutral(inside.parts[0] if len(inside.parts) > 1 else path.stem)
        done_before, broken_before = learners.get(name, (Counter(), Counter()))
        learners[name] = done_before | done, broken_before | broken
    return learners, skipped


def neutral(text: object) -> str:
    """Text for a terminal or a spreadsheet: one short line that starts no formula, wherever it may be cut into cells.

    >>> neutral("=1+1;x")
    "'=1+1 x"
    """
    line = "".join(sign if sign.isprintable() and sign != ";" else " " for sign in str(text)[:80]).strip()
    return f"'{line}" if line.startswith(FORMULA) else line


def report(folder: Path) -> str:
    """Write the table of a class into its folder, for a spreadsheet; the same to be read, and what was skipped."""
    learners, skipped = read_class(folder)
    rows: list[list[object]] = [["learner", *(f"part {part}" for part in IN_ALL), "done", "rules broken"]]
    for name, (done, broken) in learners.items():
        rules = " / ".join(rule for rule, _ in broken.most_common())
        rows.append([name, *(done[part] for part in IN_ALL), done.total(), rules])
    with (folder / "report.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    rows.insert(1, ["(there are)", *IN_ALL.values(), IN_ALL.total(), ""])
    lines = [f"{name!s:16.16}" + "".join(f"{n!s:>7}" for n in counts) for name, *counts, _rules in rows]
    by_learners = Counter(rule for _, broken in learners.values() for rule in broken)
    lines += ["", "Rules broken, by how many learners:"]
    lines += [f"{count:3}  {rule}" for rule, count in by_learners.most_common(10)]
    return "\n".join([*lines, "", "Skipped:", *(skipped or ["nothing"])])


if __name__ == "__main__":
    folder = Path(*sys.argv[2:3])
    if sys.argv[1:2] != ["report"] or len(sys.argv) != 3 or not folder.is_dir():
        sys.exit("expected python -m calc_tutor report FOLDER, with the folder that holds what the learners handed in")
    print(report(folder))
