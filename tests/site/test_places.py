"""Other places where the notebooks run: Notebook 7, Voila, and Python in the reader's own browser."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

import nbformat
import pytest

import calc_lab
from calc_tutor import exercises
from tools.build_lite import LITE, WIDGETS
from tools.build_site import ROOT, unpack

playwright = pytest.importorskip("playwright.sync_api")

PATIENCE = 30_000  # milliseconds
EXERCISE = exercises()["product_rule"]
PROBE = ['from calc_lab import exercise, secant_explorer\nexercise("product_rule")', "secant_explorer()"]
PYODIDE = "pyodide@314.0.6", r"package/(pyodide[\w.-]*\.(?:mjs|wasm|json)|python_stdlib\.zip)"
READY = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "void jupyterapp.commands.execute('notebook:run-all-cells')"


@contextlib.contextmanager
def served(home, module, *options):
    """The address of a server that runs as a module of Python, while the context lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | places | {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", module, "--no-browser", *options, f"--port={port}"]
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
        try:
            for _ in range(600):
                assert server.poll() is None, (home / "log.txt").read_text()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def write_notebook(path, sources, kernel="python3"):
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{place}") for place, source in enumerate(sources)]
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


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
    write_notebook(tmp_path / "probe.ipynb", PROBE)
    options = ["--allow-root", "--IdentityProvider.token=", "--JupyterNotebookApp.expose_app_in_browser=True"]
    with served(tmp_path, "notebook", *options) as address:
        page = browser.new_page()
        page.goto(f"{address}/notebooks/probe.ipynb")
        page.wait_for_function(READY, timeout=2 * PATIENCE)
        page.evaluate(RUN_ALL)
        answer(page)
        # Arrow keys move between cells there and never reach a slider: a number can be typed instead.
        step = page.get_by_label("h", exact=True)
        step.fill("0.5")
        step.press("Enter")
        playwright.expect(page.get_by_role("status").filter(has_text="secant")).to_contain_text("0.5", timeout=PATIENCE)
        page.close()


def test_axe_finds_nothing_of_ours_in_jupyterlab_in_either_theme(browser, axe, tmp_path):
    names = [name for name in calc_lab.__all__ if name.endswith("_explorer")]
    cells = [f"from calc_lab import {name}\n{name}()" for name in names]
    cells += ['from calc_lab import predict\npredict("secant_settles")', "from calc_lab import drill\ndrill(seed=1)"]
    write_notebook(tmp_path / "probe.ipynb", [*PROBE, *cells])
    options = ["--allow-root", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    with served(tmp_path, "jupyterlab", *options) as address:
        page = browser.new_page()
        page.goto(f"{address}/lab/tree/probe.ipynb?reset")
        page.wait_for_function(READY, timeout=2 * PATIENCE)
        page.evaluate(RUN_ALL)
        for card in ["Hint", "Next"]:
            page.get_by_role("button", name=card).first.wait_for(timeout=2 * PATIENCE)
        for theme in ("JupyterLab Light", "JupyterLab Dark"):
            page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
            page.wait_for_function(f"document.body.dataset.jpThemeName === '{theme}'")
            # ipywidgets names neither handles nor the buttons of Play; the number field beside them has a name.
            exclude = [".noUi-handle", ".widget-play"]
            assert axe(page, include=[".jp-Cell-outputArea"], exclude=exclude) == []
        page.close()


def test_voila_shows_practice_and_judges_an_answer(browser, tmp_path):
    shutil.copy(ROOT / "notebooks" / "practice.ipynb", tmp_path)
    with served(tmp_path, "voila", "practice.ipynb", "--Voila.ip=127.0.0.1") as address:
        page = browser.new_page()
        page.goto(address, timeout=4 * PATIENCE)
        answer(page)
        page.close()
    assert "product_rule" in (tmp_path / "progress.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lite():
    if not LITE.exists():
        pytest.skip("There is no edition for the browser: run make lite first.")
    return LITE


def test_the_browser_edition_serves_the_wheels_and_tells_where_work_lives(lite):
    wheels = json.loads((lite / "pypi" / "all.json").read_text(encoding="utf-8"))
    assert {"calc-core", *(name.replace("_", "-") for name in WIDGETS)} <= {name.replace("_", "-") for name in wheels}
    for path in (lite / "files").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert "Your work lives in this browser only" in notebook.cells[1].source
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert not any(cell.outputs for cell in code)
        assert code[0].source.index("font_manager") < code[0].source.index("pip install -q calc-core")


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
    folder = tmp_path / "lite"
    shutil.copytree(lite, folder)
    settings = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = settings["jupyter-config-data"]["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    kernel["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    settings["jupyter-config-data"]["exposeAppInBrowser"] = True
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    write_notebook(folder / "files" / "practice.ipynb", IN_THE_BROWSER, kernel="python")
    pyodide = folder / "static" / "pyodide"
    unpack(*PYODIDE, pyodide)
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


def test_the_browser_edition_starts_python_installs_the_unit_and_hears_arrow_keys(lite_with_pyodide, browser, serve):
    page = browser.new_page()
    with serve(lite_with_pyodide) as address:
        page.goto(f"{address}/lab/index.html?path=practice.ipynb")
        page.wait_for_function(READY, timeout=6 * PATIENCE)
        page.evaluate(RUN_ALL)
        playwright.expect(page.get_by_text("installed 0.")).to_be_visible(timeout=4 * PATIENCE)
        handle = page.locator(".noUi-handle")
        handle.wait_for(timeout=4 * PATIENCE)
        handle.focus()
        page.keyboard.press("ArrowRight")
        playwright.expect(page.locator("[role=status]", has_text="at 6")).to_be_visible(timeout=PATIENCE)
    page.close()
