"""A learner's own copies of the notebooks, without outputs: ``python -m tools.my_copies notebooks my-notebooks``.

A copy that exists is never touched. Where the lesson has changed since a copy was made, a line says so, and how to get
the newer one without losing what she wrote.
"""

import hashlib
import json
import sys
from pathlib import Path

RECORD = ".made-from.json"  # which version of each notebook a copy was made from


def without_outputs(text: str) -> str:
    """The notebook with no outputs and no execution counts, so that no answer stands under its question.

    >>> without_outputs('{"cells": [{"cell_type": "code", "outputs": [1], "execution_count": 3}]}')
    '{"cells": [{"cell_type": "code", "outputs": [], "execution_count": null}]}'
    """
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, ensure_ascii=False)


def copy_notebooks(source: Path, target: Path) -> list[str]:
    """Copy the notebooks that ``target`` lacks, and give what the learner should know of the others, a line each."""
    target.mkdir(exist_ok=True)
    record = target / RECORD
    made_from = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    news = []
    for path in sorted(source.glob("*.ipynb")):
        text, copy = path.read_text(encoding="utf-8"), target / path.name
        version = hashlib.sha256(without_outputs(text).encode()).hexdigest()[:12]
        if not copy.exists():
            copy.write_text(without_outputs(text), encoding="utf-8")
            made_from[path.name] = version
        elif made_from.get(path.name) != version:
            news.append(
                f"A newer {path.name} is here than your copy. To get it and keep yours: "
                f'mv "{copy}" "{copy.with_name("my-" + path.name)}", then "make lab" again.'
            )
    record.write_text(json.dumps(made_from, indent=1), encoding="utf-8")
    return news


if __name__ == "__main__":
    for line in copy_notebooks(Path(sys.argv[1]), Path(sys.argv[2])):
        print(line)
