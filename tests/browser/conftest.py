"""One JupyterLab and one page for the tests of a module."""

from pathlib import Path

import pytest
from lab_server import CHROMIUM, Lab, running_lab


def pytest_collection_modifyitems(items):
    """Mark all tests here, and say loudly why they are skipped where there is no browser."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="NO BROWSER FOUND: install chromium to run these tests"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    playwright = pytest.importorskip("playwright.sync_api")
    with running_lab(tmp_path_factory.mktemp("lab")) as (folder, url), playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Lab(folder, url, browser.new_page(viewport={"width": 1280, "height": 900}))
        browser.close()
