"""What the reader has done, in one small file beside the notebooks: for each exercise or prediction what was answered.

    {"product_rule": {"answer": "2x sin x + x^2 cos x", "right": true, "tries": 2, "broken": {"(fg)' = f'g'": 1}}}

`tries` counts up to the first right answer. Where no file can be written, all of it lasts for the session.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from calc_tutor.data import exercises

FILE = Path("progress.json")
PARTS = ("Start", "Slope", "Rules", "Numbers", "Gradient", "Chain rule", "Descent", "Backpropagation", "Together")
NOT_KEPT = "(Nothing can be kept in this folder: your progress lasts for this session.)"
IN_BROWSER = "(Your progress is kept in this browser, not on another computer.)"
LONGEST = 300  # characters of an answer, and exercises or predictions in a file that is believed

Record = dict[str, Any]
_session: dict[str, Record] = {}  # what was answered since the kernel started
_mentioned: set[str] = set()  # what was said once


def answers() -> dict[str, Record]:
    """For each exercise or prediction that was tried: the answer, whether it was right, the tries, the broken rules."""
    found = _in_file()
    for name, record in _session.items():
        if record["right"] or not found.get(name, record)["right"]:  # what was right in another notebook stays
            found[name] = record
    return found


def done(name: str) -> str:
    """The right answer to an exercise, or the choice of a prediction; empty if there is none yet."""
    record = answers().get(name, {})
    return str(record["answer"]) if record.get("right") else ""


def record(name: str, answer: str, right: bool = True, broken: Iterable[str] = ()) -> str:
    """Keep an answer for all notebooks of this folder.

    Gives what the reader should know, once: that it is kept in this browser, or not at all; otherwise nothing. A right
    answer stays the one that is kept, whatever is tried after it.
    """
    before = answers().get(name, {})
    if before.get("right") and (not right or before["answer"] == answer):
        return ""
    counts: Counter[str] = Counter(before.get("broken", {}))
    counts.update(broken)
    tries = before.get("tries", 0) + (0 if before.get("right") else 1)
    _session[name] = {"answer": answer[:LONGEST], "right": right, "tries": tries, "broken": dict(counts)}
    note = NOT_KEPT if not _written() else IN_BROWSER if sys.platform == "emscripten" else ""
    if note in _mentioned:
        return ""
    _mentioned.add(note)
    return note


def records(path: Path) -> dict[str, Record]:
    """What a progress file holds, a record that is none passed over; ValueError where it holds no record."""
    found = json.loads(path.read_text(encoding="utf-8"))
    entries = found.items() if isinstance(found, dict) else ()
    kept = {name: _sound(entry) for name, entry in entries if isinstance(entry, dict) and "answer" in entry}
    if not kept:
        raise ValueError("no record")
    return kept


def _in_file() -> dict[str, Record]:
    try:
        return records(FILE)
    except (OSError, ValueError, RecursionError):  # none yet, or none that can be read
        return {}


def _sound(entry: Record) -> Record:
    broken, tries = entry.get("broken"), entry.get("tries")
    counts = broken.items() if isinstance(broken, dict) else ()
    return {
        "answer": str(entry["answer"])[:LONGEST],
        "right": entry.get("right") is True,
        "tries": tries if isinstance(tries, int) and tries > 0 else 1,
        "broken": {rule: count for rule, count in counts if isinstance(count, int)},
    }


def _written() -> bool:
    """Whether the answers could be written: another notebook's are merged in, and a damaged file is moved away."""
    if "google.colab" in sys.modules:  # the folder vanishes with the machine
        return False
    try:
        together = answers()
        if FILE.exists() and not _in_file():
            os.replace(FILE, FILE.with_suffix(".damaged.json"))
        new = FILE.with_suffix(f".{os.getpid()}.tmp")
        new.write_text(json.dumps(together, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        os.replace(new, FILE)
    except OSError:
        return False
    return True


class Overview:
    """How many exercises of each part are done: bars in a notebook, text elsewhere."""

    def __init__(self) -> None:
        right = {name for name, record in answers().items() if record["right"]}
        left = [exercise for exercise in exercises().values() if exercise.name not in right]
        self.total = Counter(exercise.part for exercise in exercises().values())
        self.done = self.total - Counter(exercise.part for exercise in left)
        self.next = left[0] if left else None

    def sentence(self) -> str:
        """How many are done, and which comes next."""
        after = f"; next: {self.next.title} (part {self.next.part})" if self.next else ""
        return f"{self.done.total()} of {self.total.total()} exercises done{after}."

    def __repr__(self) -> str:
        """A line to each part."""
        rows = [
            f"{part} {PARTS[part]:<16} {'■' * self.done[part]}{'□' * (n - self.done[part])} {self.done[part]} of {n}"
            for part, n in self.total.items()
        ]
        return "\n".join([*rows, self.sentence()])

    def _repr_html_(self) -> str:
        bar = "display:block;height:8px;border-radius:4px;background:#8884;overflow:hidden;width:14em;max-width:30vw"
        full = "display:block;height:8px;background:#0B8A66;width:"
        left = 'style="text-align:left"'
        rows = "".join(
            f'<tr><th scope="row" {left}>{part} {PARTS[part]}</th><td><span aria-hidden="true" style="{bar}">'
            f'<span style="{full}{100 * self.done[part] / n:.0f}%"></span></span></td>'
            f"<td {left}>{self.done[part]} of {n}</td></tr>"
            for part, n in self.total.items()
        )
        return f'<p>{self.sentence()}</p><table aria-label="Exercises done in each part">{rows}</table>'
