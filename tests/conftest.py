"""Hypothesis without a clock, and a browser, alone or with JupyterLab in it, for the tests that ask for it."""

import pytest
from hypothesis import settings
from servers import Lab, running_lab

from tools import CHROMIUM

# On a busy machine one slow example is no bug.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="module")
def without_stills():
    """Live figures make no still picture, which is most of their work; all that moves is drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("calc_lab.figure.to_png", lambda figure: b"no picture")
        yield


def pytest_collection_modifyitems(items):
    """Mark what opens a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("NO BROWSER FOUND: install chromium to run these tests")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab")) as (folder, url):
        yield Lab(folder, url, browser.new_page(viewport={"width": 1280, "height": 900}))
