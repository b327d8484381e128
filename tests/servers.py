"""What the browser tests look at: a folder of pages, or a Jupyter of its own, as for the benchmark of latency."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import nbformat

from tools import ROOT

JUPYTER = ("--no-browser", "--port={port}", "--allow-root", "--IdentityProvider.token=")
SETTINGS = {
    # Every cell is in the page at once, whether it is in view or not.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
}
# No configuration of the person who runs the tests gets in the way.
PLACES = [f"JUPYTER{kind}_DIR" for kind in ("_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES")]


@contextmanager
def running(home, module, *options):
    """The address of a server that runs as a module of Python at ``{port}``, with all that it keeps in ``home``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: str(home / name) for name in ("IPYTHONDIR", *PLACES)} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", module, *(option.format(port=port) for option in options)]
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | environment, cwd=home, stdout=log, stderr=log)
    try:
        for _ in range(600):
            assert server.poll() is None, (home / "log.txt").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(120)  # on a busy machine it takes its time to end its kernels


def serving(home, folder):
    """The address of a folder of pages while the context lasts."""
    return running(home, "http.server", "{port}", "--bind=127.0.0.1", f"--directory={folder}")


@contextmanager
def running_lab(home):
    """A JupyterLab on a copy of the notebooks: their folder, and its address."""
    folder = shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for name, values in SETTINGS.items():
        path = home / f"JUPYTERLAB_SETTINGS_DIR/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    options = (f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True")
    with running(home, "jupyterlab", *JUPYTER, *options) as url:
        yield folder, url


def write_notebook(path, sources, kernel="python3"):
    """Write a notebook of these code cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


# The least contrast of words in an element with what is behind them, mixed where it is transparent.
CONTRAST = """element => {
    const parse = colour => { const n = colour.match(/[\\d.]+/g).map(Number); return [n.slice(0, 3), n[3] ?? 1]; };
    const luminance = rgb => rgb.map(v => v / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
    const behind = e => {
        if (!e) return [255, 255, 255];
        const [rgb, alpha] = parse(getComputedStyle(e).backgroundColor);
        return alpha === 1 ? rgb : behind(e.parentElement).map((c, k) => c * (1 - alpha) + rgb[k] * alpha);
    };
    const own = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const shown = [...element.querySelectorAll('*')].filter(e => own(e) && e.getClientRects().length
        && e.tagName !== 'STYLE' && !e.closest('svg'));
    return Math.min(...shown.map(e => {
        const ground = behind(e), [rgb, alpha] = parse(getComputedStyle(e).color);
        const text = rgb.map((c, k) => c * alpha + ground[k] * (1 - alpha));
        const [low, high] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    }));
}"""


class Lab:
    """JupyterLab, or a front end like it, in a page: ``folder`` holds its notebooks, ``open`` shows one of them."""

    def __init__(self, folder, url, page):
        self.folder, self.url, self.page = folder, url, page

    def write(self, name, sources):
        """Write a notebook of these code cells."""
        write_notebook(self.folder / name, sources)

    def open(self, name, place="lab/tree"):
        """Show a notebook, alone, with its kernel ready."""
        self.page.goto(f"{self.url}/{place}/{name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        session = "jupyterapp.shell.currentWidget?.sessionContext"
        ready = f"{session}?.isReady && {session}.session?.kernel?.status == 'idle'"
        self.page.wait_for_function(ready, timeout=60_000)

    def command(self, name, **arguments):
        """Give JupyterLab a command, as its menus do."""
        self.page.evaluate("([name, args]) => void jupyterapp.commands.execute(name, args)", [name, arguments])

    def run_all(self):
        """Run all cells, and wait until all widgets are in the page; RuntimeError if a cell fails."""
        self.command("notebook:run-all-cells")
        error = "[data-mime-type='application/vnd.jupyter.error']"
        prompts = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
        done = rf"{prompts}.every(p => /^\[\d+\]:$/.test(p.innerText))"
        self.page.wait_for_function(f'{done} || document.querySelector("{error}")', timeout=120_000)
        if errors := self.page.locator(error).all_inner_texts():
            raise RuntimeError("\n".join(errors))
        self.page.wait_for_function("!document.body.innerText.includes('Loading widget')", timeout=30_000)

    def show_theme(self, name):
        """Show JupyterLab in one of its themes."""
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")
        self.page.wait_for_timeout(500)

    def open_without_kernel(self, name):
        """Show a copy of the notebook that Jupyter does not trust, in which no widget comes alive."""
        self.command("docmanager:save")
        self.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=20_000)
        text = (self.folder / name).read_text()
        (self.folder / f"copy of {name}").write_text(text.replace("widget-view+json", "nothing+json"))
        self.open(f"copy of {name}")

    def output(self, cell):
        """The output of a code cell, by its place."""
        return self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputArea")
