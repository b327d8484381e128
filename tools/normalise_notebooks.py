"""Rewrites notebooks so that two runs give the same file: ``python -m tools.normalise_notebooks FILE...``.

What is kept: sources, outputs, execution counts, tags, folded headings, alt texts. What goes: the widget views (a
viewer without a kernel then shows the picture or the text that stands beside them), the widgets' state (GitHub refuses
to render a notebook that has the one without the other), timings, and the versions of the machine that ran it.

A picture of pyplot has no alt text of its own: it gets the one in its cell's metadata, under mystnb.image.alt, where
the site looks for it as well.
"""

import sys
from pathlib import Path
from typing import Any

import nbformat

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT = ("tags", "mystnb", "jp-MarkdownHeadingCollapsed")


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with nothing left in it that differs from run to run; changes its argument."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in KEPT if key in cell.metadata})
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET_VIEW, None)
                output.pop("transient", None)
                _describe(output, cell.metadata)
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """The outputs, with what one stream has printed in several messages as one: where it is cut is chance."""
    joined: list[Any] = []
    for output in outputs:
        if joined and output.get("name") and output.get("name") == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _describe(output: Any, metadata: Any) -> None:
    """Give a picture without an alt text the one of its cell."""
    alt = metadata.get("mystnb", {}).get("image", {}).get("alt")
    if alt and "image/png" in output.get("data", {}):
        output.metadata.setdefault("image/png", {})["alt"] = alt


def main(paths: list[str]) -> None:
    """Normalises each file in place."""
    for path in map(Path, paths):
        notebook = normalise(nbformat.read(path, as_version=4))
        nbformat.validate(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
