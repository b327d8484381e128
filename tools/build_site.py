"""Builds the site into ``_site``: ``python -m tools.build_site``, run by ``make site``.

The notebooks are run once more, so that each live figure leaves a fragment of HTML that answers its controls without a
kernel; predictions and exercises leave their folded replies. Sphinx makes pages of it all. Everything comes from PyPI
and npm: MathJax is unpacked from its npm package and served by the site.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from calc_lab import secant_explorer
from calc_lab.frames import frames
from tools import ROOT, make_sheet, npm

BUILD, SITE = ROOT / "build" / "site", ROOT / "_site"
PAGES = BUILD / "pages"
# Runs before the first cell, and is no part of the page: a live figure displays itself as it will be without a kernel.
WITHOUT_KERNEL = """
from IPython.display import display
from calc_lab.figure import LiveFigure
from calc_lab.frames import frames
LiveFigure._ipython_display_ = lambda live: display({"text/html": frames(live), "text/plain": live.sentence}, raw=True)
"""
# Stands for the badges, so that a page asks no other server for anything.
RUN_IT = """
*On this page nothing runs, but the figures answer their sliders.* To run the cells and to have your answers checked:
<a href="../lite/lab/index.html?path={name}">in this browser</a>, or with the rocket above on Binder or Colab.
"""
PICTURE = re.compile(r'src="data:image/(png|webp);base64,([^"]+)"')


def page_of(path: Path) -> nbformat.NotebookNode:
    """The notebook run anew, its figures as fragments of HTML, its pictures with their alt text."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT_KERNEL))
    folder = BUILD / "run"
    folder.mkdir(parents=True, exist_ok=True)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    del notebook.cells[0]
    title = notebook.cells[0]
    title.source = re.sub(r"(?m)(^\[!\[.*\n)+", lambda _badges: RUN_IT.format(name=path.name), title.source)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # Sphinx gives "## Glossary" the id glossary itself
            cell.source = re.sub(r'(?mi)^<a id="([\w-]+)"></a>\n(?=#+ \1$)', "", cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop("application/vnd.jupyter.widget-view+json", None)
            if "text/html" in data:
                data["text/html"] = with_pictures_as_files(data["text/html"], "../_static")
            if alt := output.get("metadata", {}).get("image/png", {}).get("alt"):
                cell.metadata["mystnb"] = {"image": {"alt": alt}}
    notebook.metadata.pop("widgets", None)
    return notebook


def with_pictures_as_files(fragment: str, static: str) -> str:
    """The fragment with its pictures as files of the site, which a browser fetches when they come into view."""

    def written(picture: re.Match[str]) -> str:
        content = base64.b64decode(picture[2])
        path = PAGES / "_static" / "figures" / f"{hashlib.sha256(content).hexdigest()[:12]}.{picture[1]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f'loading="lazy" src="{static}/figures/{path.name}"'

    return PICTURE.sub(written, fragment)


def build() -> None:
    """Build the site anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", PAGES)
    (PAGES / "_static" / "sheet").mkdir()
    (PAGES / "_static" / "sheet" / "index.html").write_text(make_sheet.page(), encoding="utf-8")
    shutil.copy(make_sheet.SHEET / "sheet.pdf", PAGES / "_static" / "sheet")
    (PAGES / "secant.html").write_text(with_pictures_as_files(frames(secant_explorer()), "_static"), encoding="utf-8")
    (PAGES / "notebooks").mkdir()
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        nbformat.write(page_of(path), PAGES / "notebooks" / path.name)
    mathjax = npm("mathjax@3.2.2", BUILD) / "es5"
    fonts = Path("output", "chtml", "fonts", "woff-v2")
    shutil.copytree(mathjax / fonts, PAGES / "_static" / "mathjax" / fonts)
    shutil.copy(mathjax / "tex-chtml.js", PAGES / "_static" / "mathjax")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    subprocess.run([*command, "-d", BUILD / "doctrees", PAGES, BUILD / "html"], cwd=ROOT, check=True)
    shutil.copytree(BUILD / "html", SITE)  # not built there: beside its pages MyST-NB leaves what it has read
    for path in notebooks:  # what a reader downloads is the notebook, not the page
        shutil.copy(path, SITE / "_sources" / "notebooks")


if __name__ == "__main__":
    build()
