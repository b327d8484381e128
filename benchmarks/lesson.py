"""What it costs to run the lesson from top to bottom, beside a kernel that only imports its libraries."""

import copy
import time

import nbformat
from nbclient import NotebookClient

from benchmarks.report import Row
from tools import ROOT

LESSON = ROOT / "notebooks" / "calculus.ipynb"
IMPORTS = "import numpy, sympy, matplotlib.figure, ipywidgets"
# The resident memory of the kernel's process, in megabytes, by a package that every kernel has.
MEMORY = "import psutil; print(psutil.Process().memory_info().rss / 2**20)"
ROUNDS = 3


def run(notebook: nbformat.NotebookNode) -> tuple[float, float]:
    """Seconds from the start of the kernel to the last cell's output, and the kernel's megabytes then."""
    notebook = copy.deepcopy(notebook)
    notebook.cells.append(nbformat.v4.new_code_cell(MEMORY))
    start = time.perf_counter()
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return time.perf_counter() - start, float(notebook.cells[-1].outputs[0].text)


def measure() -> list[Row]:
    """The lesson's cost beyond its libraries' import: seconds and megabytes, each the best of a few rounds."""
    lesson = nbformat.read(LESSON, as_version=4)
    libraries = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IMPORTS)])
    ours, floor = (
        [min(figure) for figure in zip(*(run(book) for _ in range(ROUNDS)), strict=True)]
        for book in (lesson, libraries)
    )
    seconds, megabytes, size = ours[0] - floor[0], ours[1] - floor[1], LESSON.stat().st_size / 1e6
    detail = f"the lesson {ours[0]:.1f} s and {ours[1]:.0f} MB; imports alone {floor[0]:.1f} s and {floor[1]:.0f} MB"
    return [
        Row("Run All, seconds beyond the imports", round(seconds, 1), "at most 12", seconds <= 12, detail),
        Row("memory at the end, MB beyond the imports", round(megabytes), "at most 150", megabytes <= 150, detail),
        Row("the file with outputs, MB", round(size, 2), "under 3", size < 3),
    ]
