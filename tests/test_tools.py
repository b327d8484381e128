"""The tools around the unit: copies, links, releases, workflows."""

import io
import json
import re
import runpy
import subprocess
import urllib.error
import urllib.request
from http.client import BadStatusLine
from pathlib import Path

import pytest
import yaml

from tools import check_links, my_copies, release_check, repoint_links

ROOT = Path(__file__).parents[1]
FILES = {
    "pyproject.toml": '[project]\nversion = "1.2.0"\nurls = { Repository = "https://github.com/maths/unit" }\n',
    "CHANGELOG.md": "# Changelog\n\n## 1.2.0 (2026-11-24)\n\n- More.\n\n## 1.1.0\n\n- Some.\n",
    "README.md": "[Binder](https://mybinder.org/v2/gh/maths/unit/v1.2.0?urlpath=lab) https://github.com/maths/unit/blob/v1.2.0/a",
    "CITATION.cff": 'version: 1.2.0\ndate-released: "2026-11-24"\n',
}


def run(tool, monkeypatch, *arguments):
    """The tool as its command runs it."""
    monkeypatch.setattr("sys.argv", [tool, *map(str, arguments)])
    runpy.run_path(str(ROOT / "tools" / f"{tool}.py"), run_name="__main__")


def git(folder, *arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        ("CITATION.cff", "x", "y", ""),
        ("pyproject.toml", "1.2.0", "1.3.0", "CHANGELOG.md begins with 1.2.0, pyproject.toml says 1.3.0; write"),
        ("CHANGELOG.md", " (2026-11-24)", "", "lacks its date"),
        ("CHANGELOG.md", "- More.\n\n", "", "or a line of text"),
        ("CHANGELOG.md", "11-24", "11-25", "another date than CHANGELOG.md, 2026-11-25"),
        ("CITATION.cff", "1.2.0", "1.1.0", "CITATION.cff does not say version: 1.2.0"),
        ("README.md", "unit/v1.2.0", "unit/v1.1.0", "README.md links to the tag v1.1.0; put v1.2.0 there."),
        ("README.md", "blob/v1.2.0", "blob/v1.2.0rc1", "README.md links to the tag v1.2.0rc1"),
        ("pyproject.toml", "maths/unit", "your.place/unit", "The address is the placeholder"),
    ],
)
def test_a_release_is_refused_for_what_does_not_agree(name, old, new, finding, tmp_path, monkeypatch):
    for module in (release_check, repoint_links):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    for file, text in FILES.items():
        (tmp_path / file).write_text(text.replace(old, new) if file == name else text, encoding="utf-8")
    assert any("no clone" in found for found in release_check.findings())
    git(tmp_path, "init")
    assert any("uncommitted changes" in found for found in release_check.findings())
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "All")
    found = release_check.findings()
    with pytest.raises(SystemExit, match="True" if found else "False"):
        run("release_check", monkeypatch)
    assert finding in "".join(found)
    assert bool(found) == bool(finding)
    if "placeholder" in finding:
        assert release_check.findings(placeholder_allowed=True) == []
    if not finding:
        assert release_check.findings(tag="v1.2.0") == []
        assert release_check.findings(tag="v1.2") == ["The tag is v1.2, the version 1.2.0; tag v1.2.0 instead."]


@pytest.mark.parametrize("path", [*(ROOT / ".github/workflows").glob("*.yml")], ids=lambda path: path.stem)
def test_actions_are_pinned_by_hash_and_may_only_read(path):
    text = path.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)*", used) for used in uses), uses
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    wider = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert wider == ({"deploy": {"pages": "write", "id-token": "write"}} if path.stem == "publish" else {})
    assert "secrets." not in text
    if path.stem == "publish":
        assert text.index("tools.release_check --tag") < text.index("make release-check") < text.index("upload-pages")


def test_links_are_found_and_only_those_that_are_gone_are_reported(tmp_path, monkeypatch):
    own = f"https://github.com/{check_links.repository()}/issues"
    page = tmp_path / "page.md"
    page.write_text(f"[a](https://a.org/b_(c)) {own} https://github.com/OWNER/NAME <https://b.org/x?y=1>.", "utf-8")
    assert check_links.addresses([page]) == {"https://a.org/b_": "page.md", "https://b.org/x?y=1": "page.md"}

    def answering(result):
        def urlopen(request, timeout):
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)
        return check_links.trouble("https://a.org")

    assert answering(io.BytesIO()) == ""
    for code, words in {404: "answers 404", 410: "answers 410", 403: "", 503: ""}.items():
        assert answering(urllib.error.HTTPError("https://a.org", code, "", {}, None)) == words
    monkeypatch.setattr(repoint_links, "linking_files", lambda: [page])
    with pytest.raises(SystemExit, match=r"^0$"):
        run("check_links", monkeypatch)
    assert answering(urllib.error.HTTPError("https://a.org", 404, "", {}, None))
    with pytest.raises(SystemExit, match=r"page.md: https://a.org/b_ answers 404\npage.md: https://b"):
        run("check_links", monkeypatch)
    for error in (urllib.error.URLError("no such host"), TimeoutError("slow"), BadStatusLine("odd")):
        assert answering(error).startswith("cannot be reached (")


def test_a_learner_gets_copies_without_answers_keeps_hers_and_hears_of_newer_ones(tmp_path, monkeypatch, capsys):
    source, target = tmp_path / "notebooks", tmp_path / "mine"
    source.mkdir()

    def lesson(text, outputs=()):
        cell = {"cell_type": "code", "source": text, "outputs": list(outputs), "execution_count": 7}
        cells = [cell, {"cell_type": "markdown", "source": "ä"}]
        (source / "calculus.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")

    lesson("1", outputs=["582.48"])
    assert my_copies.copy_notebooks(source, target) == []
    copy = target / "calculus.ipynb"
    first = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    assert (first[0]["outputs"], first[0]["execution_count"], first[1]["source"]) == ([], None, "ä")
    copy.write_text("what she wrote", encoding="utf-8")
    lesson("1", outputs=["another output is no newer lesson"])
    assert my_copies.copy_notebooks(source, target) == []
    lesson("2")
    for _ in range(2):  # until she has it
        run("my_copies", monkeypatch, source, target)
        news = capsys.readouterr().out
        assert "A newer calculus.ipynb is here" in news
    assert copy.read_text(encoding="utf-8") == "what she wrote"
    old, new = re.search(r'mv "(.*)" "(.*)",', news).groups()
    Path(old).rename(new)
    assert my_copies.copy_notebooks(source, target) == []
    assert '"2"' in copy.read_text(encoding="utf-8")
    assert (target / "my-calculus.ipynb").read_text(encoding="utf-8") == "what she wrote"
