"""A JupyterLab of its own, on a copy of the notebooks, for the browser tests and for the benchmark of latency."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SETTINGS = {
    # Every cell is in the page at once, whether it is in view or not.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
}
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
    """A running JupyterLab: ``folder`` holds its notebooks, ``open`` shows one of them."""

    def __init__(self, folder, url, page):
        self.folder, self.url, self.page = folder, url, page

    def write(self, name, sources):
        """Write a notebook of these code cells."""
        cells = [
            {
                "cell_type": "code",
                "id": f"cell-{k}",
                "metadata": {},
                "source": s,
                "outputs": [],
                "execution_count": None,
            }
            for k, s in enumerate(sources)
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (self.folder / name).write_text(json.dumps(notebook))

    def open(self, name):
        """Show a notebook, alone, with its kernel ready."""
        self.page.goto(f"{self.url}/lab/tree/{name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        session = "jupyterapp.shell.currentWidget?.sessionContext"
        self.page.wait_for_function(f"{session}?.isReady && {session}.session?.kernel?.status == 'idle'")

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


@contextmanager
def running_lab(home: Path) -> Iterator[tuple[Path, str]]:
    """A JupyterLab of its own while the context lasts: the folder of its notebooks, and its address."""
    folder = shutil.copytree(
        ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints")
    )
    for name, values in SETTINGS.items():
        path = home / f"settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    options = {
        "ServerApp.root_dir": folder,
        "ServerApp.port": port,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
        "LabApp.user_settings_dir": home / "settings",
        "LabApp.workspaces_dir": home / "workspaces",
    }
    # No configuration of the person who runs the tests gets in the way.
    places = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())],
            env=os.environ | places | {"IPYTHONDIR": str(home / "ipython")},
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        try:
            _wait_for(f"{url}/api", server, home / "log.txt")
            yield folder, url
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(url, server, log):
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"JupyterLab did not answer in a minute:\n{log.read_text()}")
