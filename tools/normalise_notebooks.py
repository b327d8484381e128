"""Rewrites notebooks so that two runs give the same file: ``python -m tools.normalise_notebooks FILE...``.

What is kept: sources, outputs, execution counts, cell tags, alt texts. What goes: the widget views (a viewer
without a kernel then shows the picture that stands beside them), the widgets' state (GitHub refuses to render
a notebook that has the one without the other), timings, and the versions of the machine that ran it.
"""

import sys
from pathlib import Path

import nbformat

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with nothing left in it that differs from run to run; changes its argument."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
        cell.metadata = nbformat.from_dict({"tags": cell.metadata.tags} if cell.metadata.get("tags") else {})
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.pop("transient", None)
    return notebook


def main(paths: list[str]) -> None:
    """Normalises each file in place."""
    for path in map(Path, paths):
        notebook = normalise(nbformat.read(path, as_version=4))
        nbformat.validate(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
