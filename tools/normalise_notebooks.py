"""Rewrites notebooks so that two runs give the same file: ``python -m tools.normalise_notebooks FILE...``.

What is kept: sources, outputs, execution counts, tags, folded headings, alt texts. What goes: the widget views (a
viewer without a kernel then shows the picture or the text that stands beside them), the widgets' state (GitHub refuses
to render a notebook that has the one without the other), timings, and the versions of the machine that ran it.

A picture of pyplot has no alt text of its own: it gets the one in its cell's metadata, under mystnb.image.alt, where
the site looks for it as well.
"""

import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor

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
            # Where what one stream prints is cut into messages is chance.
            CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, number)
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
            for output in cell.outputs:
                data = output.get("data", {})
                data.pop(WIDGET_VIEW, None)
                if alt and "image/png" in data:
                    output.metadata.setdefault("image/png", {})["alt"] = alt
    return notebook


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        notebook = normalise(nbformat.read(path, as_version=4))
        nbformat.validate(notebook)
        nbformat.write(notebook, path)
