"""Builds the site into ``_site``: ``python -m tools.build_site``, run by ``make site``.

The notebooks are run once more, so that each live figure leaves a fragment of HTML that answers its controls without a
kernel; predictions and exercises leave their folded replies. Sphinx makes pages of it all. Everything comes from PyPI
and npm: MathJax is unpacked from its npm package and served by the site.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
BUILD, SITE = ROOT / "build" / "site", ROOT / "_site"
MATHJAX = "mathjax@3.2.2"
NOTEBOOKS = ("calculus", "practice", "solutions")
# Runs before the first cell, and is no part of the page: a live figure displays itself as it will be without a kernel.
WITHOUT_KERNEL = """
from IPython.display import display
from calc_lab.figure import LiveFigure
from calc_lab.frames import frames
LiveFigure._ipython_display_ = lambda live: display({"text/html": frames(live), "text/plain": live.sentence}, raw=True)
"""


def page_of(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook run in ``folder``, its figures as fragments of HTML, its pictures with their alt text."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT_KERNEL))
    folder.mkdir(parents=True, exist_ok=True)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    del notebook.cells[0]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop("application/vnd.jupyter.widget-view+json", None)
            if alt := output.get("metadata", {}).get("image/png", {}).get("alt"):
                cell.metadata["mystnb"] = {"image": {"alt": alt}}
    notebook.metadata.pop("widgets", None)
    return notebook


def front_page() -> str:
    """The front page with its links and times: the times are those that the lesson itself names."""
    address = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
    owner, name = address.split("/")[-2:]
    lesson = "notebooks/calculus.ipynb"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    links = {
        "repository": address,
        "binder": f"[Binder](https://mybinder.org/v2/gh/{owner}/{name}/v{version}?urlpath=lab/tree/{lesson})",
        "colab": f"[Colab](https://colab.research.google.com/github/{owner}/{name}/blob/v{version}/{lesson})",
        "lite": '<a href="lite/lab/index.html?path=calculus.ipynb">JupyterLite</a>',
        "times": "five sittings of about 35 minutes",
    }
    text = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: links[match[1]], text)


def unpack_mathjax(target: Path) -> None:
    """Put MathJax's program and fonts into ``target``, from its npm package."""
    archive = subprocess.run(
        ["npm", "pack", "--silent", MATHJAX], cwd=BUILD, check=True, capture_output=True, text=True
    ).stdout.strip()
    wanted = re.compile(r"package/es5/(tex-chtml\.js|output/chtml/fonts/woff-v2/[\w-]+\.woff)")
    with tarfile.open(BUILD / archive) as package:
        for member in package.getmembers():
            if match := wanted.fullmatch(member.name):
                path = target / match[1]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(package.extractfile(member).read())  # type: ignore[union-attr]  # it is a file


def build() -> None:
    """Make the site anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    pages = BUILD / "pages"
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns("*.gif", "*.png"))
    shutil.copy(ROOT / "pyproject.toml", BUILD)  # which docs/conf.py reads one folder up
    (pages / "index.md").write_text(front_page(), encoding="utf-8")
    (pages / "notebooks").mkdir()
    for name in NOTEBOOKS:
        page = page_of(ROOT / "notebooks" / f"{name}.ipynb", BUILD / "run")
        nbformat.write(page, pages / "notebooks" / f"{name}.ipynb")
    unpack_mathjax(pages / "_static" / "mathjax")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(pages), str(SITE)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    build()
