"""Builds the edition that runs in the reader's own browser into ``_site/lite``: ``python -m tools.build_lite``.

A JupyterLab whose kernel is Python in the browser (JupyterLite with Pyodide). The unit's wheel and ipywidgets are
served by the site; Python, numpy, SymPy and matplotlib come from Pyodide's own server.
"""

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tools import ROOT
from tools.my_copies import without_outputs

BUILD, LITE = ROOT / "build" / "lite", ROOT / "_site" / "lite"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension")  # and no others
WIDGETS = ("ipywidgets", "jupyterlab_widgets", "comm")  # the versions whose front end is in this environment
INSTALL = "    %pip install -q calc-core\n"
# An older matplotlib there tells every reader that it looks for fonts.
QUIET = '    import logging\n    logging.getLogger("matplotlib.font_manager").setLevel("ERROR")\n'
WHERE_WORK_LIVES = """\
**You are in the browser edition.** Python runs in this page: nothing is installed on your computer, and nothing you
type leaves it. The first cell takes up to a minute. *Your work lives in this browser only*, on this device; clearing
the browser's data deletes it. To keep it, choose **File → Download**, or right-click a file on the left. To go on
elsewhere, drag the downloaded notebook into the list of files there; `progress.json` keeps your answers."""


def copy_for_browsers(text: str) -> str:
    """A notebook without outputs and badges, which says at its beginning where the reader's work lives."""
    notebook = json.loads(without_outputs(text))
    for cell in notebook["cells"]:
        cell["source"] = re.sub(r"(?m)^\[!\[.*\n", "", "".join(cell["source"]))
        if cell["cell_type"] == "code":
            cell["source"] = f"{cell['source']}\n".replace(INSTALL, QUIET + INSTALL).removesuffix("\n")
    notice = {"cell_type": "markdown", "id": "browser-edition", "metadata": {}, "source": WHERE_WORK_LIVES}
    notebook["cells"].insert(1, notice)
    return json.dumps(notebook)


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
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    settings = {
        "LiteBuildConfig": {
            "apps": ["lab"],
            "contents": ["contents"],
            "output_dir": str(LITE),
            "ignore_sys_prefix": True,
            "federated_extensions": [str(extensions / name) for name in EXTENSIONS],
            "settings_overrides": [str(ROOT / "tools" / "overrides.json")],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        },
        "PipliteAddon": {"piplite_urls": [str(wheel) for wheel in make_wheels(BUILD / "wheels")]},
    }
    (BUILD / "jupyter_lite_config.json").write_text(json.dumps(settings), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "jupyterlite_core.app", "build"], cwd=BUILD, check=True)


if __name__ == "__main__":
    build()
