"""Other places where the notebooks run: Notebook 7, Voila, and Python in the reader's own browser."""

import hashlib
import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from servers import JUPYTER, Lab, running, serving, write_notebook

import calc_lab
from calc_tutor import exercises
from tools import ROOT, npm
from tools.build_lite import LITE

playwright = pytest.importorskip("playwright.sync_api")

PATIENCE = 30_000  # milliseconds
EXERCISE = exercises()["product_rule"]
PROBE = ['from calc_lab import exercise, secant_explorer\nexercise("product_rule")', "secant_explorer()"]
READY = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
PROBE_ALL = [
    *(f"from calc_lab import {name}\n{name}()" for name in calc_lab.__all__ if name.endswith("_explorer")),
    'from calc_lab import predict\npredict("secant_settles")',
    "from calc_lab import drill\ndrill(seed=1)",
]


def answer(page):
    """Answer the product rule's exercise as a reader does, and wait until it is called right."""
    title = page.get_by_text(EXERCISE.title, exact=False).first
    title.wait_for(timeout=4 * PATIENCE)
    field = title.locator("xpath=following::input[@type='text'][1]")
    field.fill(EXERCISE.accepted[0])
    field.press("Enter")
    verdict = field.locator("xpath=following::*[@role='status'][1]")
    playwright.expect(verdict).to_contain_text("Right.", timeout=PATIENCE)


def test_notebook_7_runs_an_exercise_and_a_figure(browser, tmp_path):
    with running(tmp_path, "notebook", *JUPYTER, "--JupyterNotebookApp.expose_app_in_browser=True") as url:
        place = Lab(tmp_path, url, browser.new_page())
        place.write("probe.ipynb", PROBE)
        place.open("probe.ipynb", "notebooks")
        place.run_all()
        answer(place.page)
        # Arrow keys move between cells there and never reach a slider: a number can be typed instead.
        step = place.page.get_by_label("h", exact=True)
        step.fill("0.5")
        step.press("Enter")
        sentence = place.page.get_by_role("status").filter(has_text="secant")
        playwright.expect(sentence).to_contain_text("0.5", timeout=PATIENCE)


def test_axe_finds_nothing_of_ours_in_jupyterlab_in_either_theme(lab, axe):
    lab.write("probe.ipynb", PROBE + PROBE_ALL)
    lab.open("probe.ipynb")
    lab.run_all()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        lab.command("apputils:change-theme", theme=theme)
        lab.page.wait_for_function(f"document.body.dataset.jpThemeName === '{theme}'")
        # ipywidgets names neither handles nor the buttons of Play; the number field beside them has a name.
        assert axe(lab.page, ".jp-Cell-outputArea", [".noUi-handle", ".widget-play"]) == []


def test_voila_shows_practice_and_judges_an_answer(browser, tmp_path):
    shutil.copy(ROOT / "notebooks" / "practice.ipynb", tmp_path)
    with running(tmp_path, "voila", *JUPYTER[:2], "practice.ipynb", "--Voila.ip=127.0.0.1") as address:
        page = browser.new_page()
        page.goto(address, timeout=4 * PATIENCE)
        answer(page)
    assert "product_rule" in (tmp_path / "progress.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lite():
    if not LITE.exists():
        pytest.skip("There is no edition for the browser: run make lite first.")
    return LITE


def test_the_notebooks_of_the_browser_edition_are_notebooks(lite):
    for path in (lite / "files").glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))


# All that can be had of Pyodide without its own server: its core from npm, packages in pure Python from PyPI. numpy and
# matplotlib are not among them, so the unit is installed here without them, and a widget answers that is not ours.
IN_THE_BROWSER = [
    "import piplite\nawait piplite.install('calc-core', deps=False)\n"
    "import importlib.metadata\nprint('installed', importlib.metadata.version('calc-core'))",
    "%pip install -q ipywidgets\nimport ipywidgets\nslider = ipywidgets.IntSlider(value=5)\n"
    "said = ipywidgets.HTML()\n"
    "slider.observe(lambda change: setattr(said, 'value', f'<p role=status>at {change.new}</p>'), 'value')\n"
    "ipywidgets.VBox([slider, said])",
]


@pytest.fixture
def lite_with_pyodide(lite, tmp_path):
    """The edition with what there is of Pyodide beside it, and a notebook that asks for no more."""
    folder = shutil.copytree(lite, tmp_path / "lite")
    settings = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = settings["jupyter-config-data"]["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    kernel["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    settings["jupyter-config-data"]["exposeAppInBrowser"] = True
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    write_notebook(folder / "files" / "practice.ipynb", IN_THE_BROWSER, kernel="python")
    pyodide = shutil.copytree(npm("pyodide@314.0.6", tmp_path), folder / "static" / "pyodide", dirs_exist_ok=True)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    wanted, found = ["micropip", "ipython", "jedi", "pyodide-http"], {}
    while wanted:
        package = lock["packages"][wanted.pop().lower().replace("_", "-")]
        if package["name"] not in found:
            found[package["name"]] = package
            wanted += package["depends"]
    pins = [f"{name}=={package['version']}" for name, package in found.items()]
    pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "--python-version", "3.14", "--dest", pyodide, *pins], check=True)
    for package in found.values():  # built again by Pyodide there, as their authors have it here
        package["sha256"] = hashlib.sha256((pyodide / package["file_name"]).read_bytes()).hexdigest()
    lock["packages"] = {re.sub(r"[-_.]+", "-", name).lower(): package for name, package in found.items()}
    (pyodide / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return folder


def test_the_browser_edition_starts_python_installs_the_unit_and_hears_arrow_keys(lite_with_pyodide, browser):
    with serving(lite_with_pyodide.parent, lite_with_pyodide) as address:
        place = Lab(lite_with_pyodide, address, browser.new_page())
        place.page.goto(f"{address}/lab/index.html?path=practice.ipynb")
        place.page.wait_for_function(READY, timeout=6 * PATIENCE)
        place.command("notebook:run-all-cells")
        playwright.expect(place.page.get_by_text("installed 0.")).to_be_visible(timeout=4 * PATIENCE)
        handle = place.page.locator(".noUi-handle")
        handle.wait_for(timeout=4 * PATIENCE)
        handle.press("ArrowRight")
        playwright.expect(place.page.locator("[role=status]", has_text="at 6")).to_be_visible(timeout=PATIENCE)
