"""The built site behind a small server of its own, a browser that notices what leaves it, and axe-core from npm."""

import contextlib
import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest

from tools.build_site import SITE, unpack

AXE = "axe-core@4.14.1", r"package/(axe\.min\.js)"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items):
    """Say loudly why tests here are skipped."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="NO BROWSER FOUND: install chromium to run these tests"))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def serving(folder):
    """The address of a folder of pages while the context lasts."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def serve():
    return serving


@pytest.fixture(scope="session")
def address():
    """Where the site is served."""
    if not (SITE / "index.html").exists():
        pytest.fail("There is no site yet: run make site first.")
    with serving(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """What axe-core finds on a page outside of some elements, a line each."""
    folder = tmp_path_factory.mktemp("axe")
    unpack(*AXE, folder)
    script = (folder / "axe.min.js").read_text(encoding="utf-8")

    def findings(page, *, include=(), exclude=()):
        page.evaluate(script)
        context = {"exclude": [[selector] for selector in exclude]}
        if include:
            context["include"] = [[selector] for selector in include]
        run = "context => axe.run(context, {resultTypes: ['violations']})"
        found = page.evaluate(run, context)["violations"]
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]

    return findings
