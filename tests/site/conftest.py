"""The built site behind a small server of its own, and axe-core from npm."""

import pytest
from servers import serving

from tools import npm
from tools.build_site import SITE


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where the site is served."""
    if not (SITE / "index.html").exists():
        pytest.fail("There is no site yet: run make site first.")
    with serving(tmp_path_factory.mktemp("site"), SITE) as address:
        yield address


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """What axe-core finds in a part of a page outside of some elements, a line each."""
    script = (npm("axe-core@4.14.1", tmp_path_factory.mktemp("axe")) / "axe.min.js").read_text(encoding="utf-8")

    def findings(page, include="html", exclude=()):
        page.evaluate(script)
        context = {"include": [[include]], "exclude": [[selector] for selector in exclude]}
        found = page.evaluate("context => axe.run(context, {resultTypes: ['violations']})", context)["violations"]
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]

    return findings
