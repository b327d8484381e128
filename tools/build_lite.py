"""Builds the edition that runs in the reader's own browser into ``_site/lite``: ``python -m tools.build_lite``.

A JupyterLab whose kernel is Python in the browser (JupyterLite with Pyodide). The unit's wheel and ipywidgets are served
by the site; Python, numpy, SymPy and matplotlib come from Pyodide's own server, since no package registry has them for
browsers. ``JUPYTERLITE_PYODIDE_URL`` names another place for them.
"""

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tools.my_copies import without_outputs

ROOT = Path(__file__).parents[1]
BUILD, LITE = ROOT / "build" / "lite", ROOT / "_site" / "lite"
WIDGETS = ("ipywidgets", "jupyterlab_widgets", "comm")  # the versions whose front end is in this environment
INSTALL = "    %pip install -q calc-core\n"
# An older matplotlib there tells every reader that it looks for fonts.
QUIET = '    import logging\n    logging.getLogger("matplotlib.font_manager").setLevel("ERROR")\n'
WHERE_WORK_LIVES = """\
**You are in the browser edition.** Python runs in this page: nothing is installed on your computer, and nothing you type
leaves it. The first cell takes up to a minute. *Your work lives in this browser only*, on this device; clearing
the browser's data deletes it. To keep it, choose **File → Download**, or right-click a file on the left. To go on
elsewhere, drag the downloaded notebook into the list of files there; `progress.json` keeps your answers."""


def copy_for_browsers(text: str) -> str:
    """A notebook without outputs, which begins with where the reader's work lives."""
    notebook = json.loads(without_outputs(text))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])  # as one string, which all versions read
        if cell["cell_type"] == "code":
            cell["source"] = f"{cell['source']}\n".replace(INSTALL, QUIET + INSTALL).removesuffix("\n")
    notice = {"cell_type": "markdown", "id": "browser-edition", "metadata": {}, "source": WHERE_WORK_LIVES}
    notebook["cells"].insert(1, notice)
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def make_wheels(folder: Path) -> list[Path]:
    """The unit's wheel, and those of ipywidgets that go with the front end."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    pinned = [f"{name}=={version(name)}" for name in WIDGETS]
    subprocess.run([*pip, "download", "--no-deps", "--only-binary", ":all:", "--dest", folder, *pinned], check=True)
    return sorted(folder.glob("*.whl"))


def build() -> None:
    """Build the edition anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.rmtree(LITE, ignore_errors=True)
    contents = BUILD / "contents"
    contents.mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        (contents / path.name).write_text(copy_for_browsers(path.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core.app", "build", "--lite-dir", BUILD, "--contents", contents]
    command += ["--output-dir", LITE, "--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"]
    command += ["--settings-overrides", ROOT / "tools" / "overrides.json"]
    for wheel in make_wheels(BUILD / "wheels"):
        command += ["--piplite-wheels", wheel]
    subprocess.run([*map(str, command)], cwd=BUILD, check=True)


if __name__ == "__main__":
    build()
