"""The tools around the unit: copies, links, releases, site, workflows."""

import io
import json
import re
import runpy
import subprocess
import urllib.error
import urllib.request
from http.client import BadStatusLine
from pathlib import Path
from types import SimpleNamespace

import nbclient
import nbformat
import pytest
import yaml

import tools
from calc_lab import frames
from tools import ROOT, check_links, make_loop, make_sheet, my_copies, repoint_links
from tools.normalise_notebooks import WIDGET_VIEW

FILES = {
    "pyproject.toml": '[project]\nversion = "1.2.0"\nurls = { Repository = "https://github.com/maths/unit" }\n',
    "CHANGELOG.md": "# Changelog\n\nNews.\n\n## 1.2.0 (2026-11-24)\n\n- More.\n\n## 1.1.0\n\n- Some.\n",
    "README.md": "[Binder](https://mybinder.org/v2/gh/maths/unit/v1.2.0?urlpath=lab) https://github.com/maths/unit/blob/v1.2.0/a",
    "CITATION.cff": 'cff-version: 1.2.0\nversion: 1.2.0\ndate-released: "2026-11-24"\n',
}


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """The folder of a small unit, in which the tools work."""
    for module in (tools, repoint_links):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(monkeypatch, capsys):
    """A function that runs a tool as its command does, and gives what it says, first its error if it ends with one."""

    def run(tool, *arguments):
        monkeypatch.setattr("sys.argv", [tool, *map(str, arguments)])
        try:
            runpy.run_path(str(ROOT / "tools" / f"{tool}.py"), run_name="__main__")
        except SystemExit as end:
            return f"{end.code or ''}\n{capsys.readouterr().out}".strip()
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize(
    ("name", "old", "new", "options", "said"),
    [
        ("README.md", "", "", "", "Version, changelog, citation, address and tree agree."),
        ("README.md", "", "", "--tag v1.2.0", "Version, changelog, citation, address and tree agree."),
        ("README.md", "", "", "--tag v1.2", "The tag is v1.2, the version 1.2.0; tag v1.2.0 instead."),
        ("pyproject.toml", "1.2.0", "1.3.0", "", "CHANGELOG.md does not begin with ## 1.3.0 (2026-11-24) and a line"),
        ("CHANGELOG.md", "- More.", "", "", "CHANGELOG.md does not begin with ## 1.2.0 (2026-11-24) and a line"),
        ("CHANGELOG.md", "11-24", "11-25", "", "CHANGELOG.md does not begin with ## 1.2.0 (2026-11-24)"),
        ("CITATION.cff", "2026-11-24", "today", "", "CHANGELOG.md does not begin with ## 1.2.0 (YYYY-MM-DD)"),
        ("CITATION.cff", "\nversion: 1.2", "\nversion: 1.1", "", "CITATION.cff does not say version: 1.2.0"),
        ("README.md", "unit/v1.2.0", "unit/v1.1.0", "", "README.md links to the tag v1.1.0; put v1.2.0 there."),
        ("README.md", "blob/v1.2.0", "blob/v1.2.0rc1", "", "README.md links to the tag v1.2.0rc1"),
        ("pyproject.toml", "maths/unit", "your.place/unit", "", "The address is the placeholder"),
        ("pyproject.toml", "maths/unit", "your.place/unit", "--placeholder", "Version, changelog, citation, address"),
    ],
)
def test_a_release_is_refused_for_what_does_not_agree(name, old, new, options, said, unit, run):
    def git(*words):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, *words], cwd=unit, check=True, capture_output=True)

    (unit / name).write_text(FILES[name].replace(old, new), encoding="utf-8")
    assert "no clone" in run("release_check")
    git("init")
    assert "uncommitted changes" in run("release_check")
    git("add", ".")
    git("commit", "-m", "All")
    found = run("release_check", *options.split())
    assert said in found
    assert found.startswith("True") == (not said.startswith("Version"))


def test_repointing_rewrites_every_link_and_refuses_what_is_no_repository(unit, run):
    for address in ("github.com/a/b", "https://gitlab.com/a/b", "https://github.com/only-owner"):
        assert run("repoint_links", address).startswith("expected an address such as https://github.com/OWNER/NAME")
    assert run("repoint_links", "https://github.com/new-owner/calculus.git").split() == ["README.md", "pyproject.toml"]
    for name, text in FILES.items():
        assert (unit / name).read_text(encoding="utf-8") == text.replace("maths/unit", "new-owner/calculus")


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


def test_links_are_found_and_only_those_that_are_gone_are_reported(unit, run, monkeypatch):
    page = unit / "README.md"
    page.write_text(
        f"[a](https://a.org/b_(c)) {FILES['README.md']} https://github.com/OWNER/NAME <https://b.org/x?y=1>."
    )

    def answering(result):
        def urlopen(request, timeout):
            assert timeout <= 60
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)
        return check_links.trouble("https://a.org")

    for error in (urllib.error.URLError("no such host"), TimeoutError("slow"), BadStatusLine("odd")):
        assert answering(error).startswith("cannot be reached (")
    for code, words in {404: "answers 404", 410: "answers 410", 403: "", 503: ""}.items():
        assert answering(urllib.error.HTTPError("https://a.org", code, "", {}, None)) == words
    assert answering(io.BytesIO()) == ""
    assert run("check_links") == ""
    answering(urllib.error.HTTPError("https://a.org", 404, "", {}, None))
    gone = ("https://a.org/b_", "https://b.org/x?y=1")
    assert run("check_links").splitlines() == [f"README.md: {address} answers 404" for address in gone]


FIGURE = '<img src="data:image/webp;base64,UklGRg==">'
INSTALL = "if colab:\n    %pip install -q calc-core"


@pytest.fixture
def lesson(unit):
    """The path of a lesson with badges, anchors, an installation, a live figure and a picture."""
    title = "# A\n\n[![Binder](b.svg)](https://b.org)\n[![Colab](c.svg)](https://c.org)\n\nWords."
    heads = '<a id="rules"></a>\n## Rules\n\n<a id="part-1"></a>\n## Part 1'
    new, bundle = nbformat.v4, {"text/html": FIGURE, WIDGET_VIEW: {}}
    live = new.new_output("display_data", data=bundle)
    picture = new.new_output("display_data", data={"image/png": ""}, metadata={"image/png": {"alt": "a line"}})
    cells = [
        new.new_markdown_cell(title),
        new.new_markdown_cell(heads),
        new.new_code_cell(INSTALL, outputs=[live, picture]),
    ]
    (unit / "notebooks").mkdir()
    nbformat.write(new.new_notebook(cells=cells, metadata={"widgets": {}}), unit / "notebooks/calculus.ipynb")
    return unit / "notebooks/calculus.ipynb"


def test_the_site_is_made_of_notebooks_run_anew_with_pictures_as_files(unit, lesson, run, monkeypatch):
    pages, fonts = unit / "build/site/pages", "output/chtml/fonts/woff-v2"
    for folder in ("_site/notebooks", "docs/_static", f"npm/es5/{fonts}"):
        (unit / folder).mkdir(parents=True)
    (unit / "npm/es5/tex-chtml.js").touch()

    def sphinx(command, **options):
        assert command[-2:] == [pages, unit / "_site"]
        assert not (unit / "_site").exists()
        (unit / "_site/_sources/notebooks").mkdir(parents=True)

    monkeypatch.setattr(frames, "frames", lambda live: FIGURE)
    monkeypatch.setattr(nbclient, "NotebookClient", lambda notebook, **options: SimpleNamespace(execute=lambda: None))
    monkeypatch.setattr(tools, "npm", lambda package, folder: unit / "npm")
    monkeypatch.setattr(subprocess, "run", sphinx)
    run("build_site")
    assert (unit / "_site/_sources/notebooks/calculus.ipynb").read_bytes() == lesson.read_bytes()
    page = nbformat.read(pages / "notebooks/calculus.ipynb", as_version=4)
    title, heads, figures = page.cells
    assert re.fullmatch(r'# A\n\n\n\*On this page[^!]*path=calculus.ipynb">in this.*\n\nWords.', title.source)
    assert heads.source == '## Rules\n\n<a id="part-1"></a>\n## Part 1'
    assert figures.metadata.mystnb.image.alt == "a line"
    assert "widget" not in (pages / "notebooks/calculus.ipynb").read_text()
    for where, fragment in (
        ("../_static", figures.outputs[0].data["text/html"]),
        ("_static", (pages / "secant.html").read_text()),
    ):
        (name,) = re.findall(rf'<img loading="lazy" src="{where}/figures/(\w+\.webp)">', fragment)
        assert (pages / "_static/figures" / name).read_bytes() == b"RIFF"
    assert "<math" in (pages / "_static/sheet/index.html").read_text()
    assert {path.name for path in (pages / "_static").rglob("*.*")} == {name, "index.html", "sheet.pdf", "tex-chtml.js"}
    assert (pages / "_static/mathjax" / fonts).exists()


def test_the_browser_edition_has_the_wheels_and_tells_where_work_lives(unit, lesson, run, monkeypatch):
    commands = []

    def fake(command, **options):
        assert options["check"]
        commands.append([str(word) for word in command])
        (unit / "build/lite/wheels").mkdir(exist_ok=True)
        (unit / "build/lite/wheels/calc_core.whl").touch()

    monkeypatch.setattr(subprocess, "run", fake)
    run("build_lite")
    wheel, widgets, _lite = commands
    assert wheel[-1] == str(unit)
    assert widgets[-3].startswith("ipywidgets==")
    settings = json.loads((unit / "build/lite/jupyter_lite_config.json").read_text())
    assert settings["PipliteAddon"]["piplite_urls"] == [str(unit / "build/lite/wheels/calc_core.whl")]
    assert all(value is True or value for value in settings["LiteBuildConfig"].values())
    assert all(Path(path).exists() for path in settings["LiteBuildConfig"]["federated_extensions"][:1])
    title, notice, _heads, code = nbformat.read(unit / "build/lite/contents/calculus.ipynb", as_version=4).cells
    assert title.source == "# A\n\n\nWords."
    assert "Your work lives in this browser only" in notice.source
    assert code.outputs == []
    assert re.fullmatch(r"if colab:\n    import logging\n    logging.*\n    %pip install -q calc-core", code.source)


def test_formulas_of_the_sheet_are_mathml_and_the_loop_is_of_two_colours_less():
    page = make_sheet.page()
    assert "$" not in page
    assert "<mo>&#x0003C;</mo>" in page
    first, last = make_loop.pictures(2)
    assert first.size == last.size == (840, 480)
    assert first.palette.palette == last.palette.palette
    assert first.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert first.tobytes() != last.tobytes()


def test_a_learner_gets_copies_without_answers_keeps_hers_and_hears_of_newer_ones(tmp_path, run):
    source, target = tmp_path / "notebooks", tmp_path / "mine"
    source.mkdir()

    def lesson(text, outputs=()):
        cell = {"cell_type": "code", "source": text, "outputs": list(outputs), "execution_count": 7}
        cells = [cell, {"cell_type": "markdown", "source": "ä"}]
        (source / "calculus.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return run("my_copies", source, target)

    assert lesson("1", outputs=["582.48"]) == ""
    copy = target / "calculus.ipynb"
    first = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    assert (first[0]["outputs"], first[0]["execution_count"], first[1]["source"]) == ([], None, "ä")
    copy.write_text("what she wrote", encoding="utf-8")
    assert lesson("1", outputs=["another output is no newer lesson"]) == ""
    for _ in range(2):  # until she has it
        news = lesson("2")
        assert "A newer calculus.ipynb is here" in news
    assert copy.read_text(encoding="utf-8") == "what she wrote"
    old, new = re.search(r'mv "(.*)" "(.*)",', news).groups()
    Path(old).rename(new)
    assert my_copies.copy_notebooks(source, target) == []
    assert '"2"' in copy.read_text(encoding="utf-8")
    assert (target / "my-calculus.ipynb").read_text(encoding="utf-8") == "what she wrote"
