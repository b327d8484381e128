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
from tools import ROOT, make_loop, make_sheet, repoint_links
from tools.normalise_notebooks import KERNEL, WIDGET_VIEW

FILES = {
    "pyproject.toml": '[project]\nversion = "1.2.0"\nurls = { Repository = "https://github.com/maths/unit" }\n',
    "CHANGELOG.md": "# Changelog\n\nNews.\n\n## 1.2.0 (2026-11-24)\n\n- More.\n\n## 1.1.0\n\n- Some.\n",
    "README.md": "[Binder](https://mybinder.org/v2/gh/maths/unit/v1.2.0?urlpath=lab) https://github.com/maths/unit/blob/v1.2.0/a",
    "CITATION.cff": 'cff-version: 1.2.0\nversion: 1.2.0\ndate-released: "2026-11-24"\n',
    "docs/sheet/template.html": "<p>$x^2 &lt; 1$ and $y$</p>",
    "docs/sheet/sheet.pdf": "",
}


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """The folder of a small unit, in which the tools work."""
    for module in (tools, repoint_links):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(make_sheet, "SHEET", tmp_path / "docs/sheet")
    (tmp_path / "docs/sheet").mkdir(parents=True)
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


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (io.BytesIO(), ""),
        *((urllib.error.HTTPError("", code, "", {}, None), "") for code in (403, 503)),
        *((urllib.error.HTTPError("", code, "", {}, None), f"answers {code}") for code in (404, 410)),
        *((error("odd"), "cannot be reached (") for error in (urllib.error.URLError, TimeoutError, BadStatusLine)),
    ],
)
def test_links_are_found_and_only_those_that_are_gone_are_reported(answer, why, unit, run, monkeypatch):
    words = f"[a](https://a.org/b_(c)) {FILES['README.md']} https://github.com/OWNER/NAME <https://b.org/x?y=1>."
    (unit / "README.md").write_text(words, encoding="utf-8")

    def urlopen(request, timeout):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    found = run("check_links").splitlines()
    assert len(found) == 2 * bool(why)
    for address, line in zip(("https://a.org/b_", "https://b.org/x?y=1"), found, strict=False):
        assert line.startswith(f"README.md: {address} {why}")


@pytest.fixture
def programs(monkeypatch):
    """A list of the other programs that a tool runs, whose stand-in in a test is appended to it."""
    stand_ins = []

    def run(command, *, check, **_):
        assert check
        for stand_in in stand_ins:
            stand_in(*command)

    monkeypatch.setattr(subprocess, "run", run)
    return stand_ins


def test_the_sheet_is_printed_with_its_formulas_as_mathml(unit, run, programs):
    commands = []
    programs.append(lambda *command: commands.append(command))
    for _ in range(2):
        run("make_sheet")
    pdf, page = (unit / name for name in ("docs/sheet/sheet.pdf", "build/sheet.html"))
    assert [command[-2:] for command in commands] == [(f"--print-to-pdf={pdf}", page.as_uri())] * 2
    math = r"<math.*<msup>.*&#x0003C;.*</math> and <math.*<mi>y</mi>.*</math>"
    assert re.fullmatch(f"<p>{math}</p>", page.read_text(encoding="utf-8"))


def test_the_loop_has_one_palette_in_which_white_stays_white():
    first, last = make_loop.pictures(2)
    assert first.size == last.size
    assert first.palette.palette == last.palette.palette
    assert first.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert first.tobytes() != last.tobytes()


FIGURE = '<img src="data:image/webp;base64,UklGRg==">'


@pytest.fixture
def lesson(unit):
    """The path of a lesson with badges and anchors; its cells print and show figures and pictures."""
    new = nbformat.v4
    title = "# A\n\n[![Binder](b.svg)](https://b.org)\n[![Colab](c.svg)](https://c.org)\n\nWords."
    heads = '<a id="rules"></a>\n## Rules\n\n<a id="part-1"></a>\n## Part 1'
    printed = [new.new_output("stream", text=text) for text in ("a\n", "b\n")]
    live = new.new_output("display_data", data={"text/html": FIGURE, WIDGET_VIEW: {}})
    bare = new.new_output("display_data", data={"image/png": ""})
    described = new.new_output("display_data", data={"image/png": ""}, metadata={"image/png": {"alt": "two lines"}})
    kept = {"mystnb": {"image": {"alt": "a line"}}, "tags": ["extra"]}
    first = new.new_code_cell("if colab:\n    %pip install -q calc-core", outputs=[*printed, live, bare])
    first.metadata = nbformat.from_dict(kept | {"collapsed": True})
    second = new.new_code_cell("2", outputs=[described])
    cells = [new.new_markdown_cell(title), new.new_markdown_cell(heads), first, second]
    (unit / "notebooks").mkdir()
    nbformat.write(new.new_notebook(cells=cells, metadata={"widgets": {}}), unit / "notebooks/calculus.ipynb")
    return unit / "notebooks/calculus.ipynb"


def read(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_normalising_joins_what_was_printed_describes_pictures_and_drops_what_differs(lesson, run):
    run("normalise_notebooks", lesson)
    notebook = read(lesson)
    printed, live, picture = notebook.cells[2].outputs
    assert printed.text == "a\nb\n"
    assert {*live.data} == {"text/html"}
    assert picture.metadata["image/png"].alt == "a line"
    assert notebook.cells[3].outputs[0].metadata["image/png"].alt == "two lines"
    assert {*notebook.cells[2].metadata} == {"mystnb", "tags"}
    assert [cell.id for cell in notebook.cells] == ["cell-000", "cell-001", "cell-002", "cell-003"]
    assert notebook.metadata == {"kernelspec": KERNEL, "language_info": {"name": "python"}}


def test_the_site_is_made_of_notebooks_run_anew_with_pictures_as_files(unit, lesson, run, programs, monkeypatch):
    pages, fonts = unit / "build/site/pages", "output/chtml/fonts/woff-v2"
    (unit / "docs/_static").mkdir()
    (lesson.parent / "practice.ipynb").write_bytes(lesson.read_bytes())

    def npm_or_sphinx(*command):
        if command[0] == "npm":
            (command[-2] / "node_modules/mathjax/es5" / fonts).mkdir(parents=True)
            (command[-2] / "node_modules/mathjax/es5/tex-chtml.js").touch()
        else:
            assert (*command[1:3], command[-2]) == ("-m", "sphinx", pages)
            (command[-1] / "_sources/notebooks").mkdir(parents=True)

    def kernel(notebook, *, resources, **_):
        return SimpleNamespace(execute=Path(resources["metadata"]["path"], "progress.json").touch)

    programs.append(npm_or_sphinx)
    monkeypatch.setattr(frames, "frames", lambda live: FIGURE)
    monkeypatch.setattr(nbclient, "NotebookClient", kernel)
    for _ in range(2):  # in a fresh clone, and over what was built before
        run("build_site")
    assert (unit / "_site/_sources/notebooks/calculus.ipynb").read_bytes() == lesson.read_bytes()
    title, heads, figures, picture = read(pages / "notebooks/calculus.ipynb").cells
    assert re.fullmatch(r'# A\n\n\n\*On this page[^!]*path=calculus.ipynb">in this.*\n\nWords.', title.source)
    assert heads.source == '## Rules\n\n<a id="part-1"></a>\n## Part 1'
    assert picture.metadata.mystnb.image.alt == "two lines"
    assert "widget" not in (pages / "notebooks/calculus.ipynb").read_text(encoding="utf-8")
    embedded = (pages / "secant.html").read_text(encoding="utf-8")
    for place, fragment in (("../", figures.outputs[2].data["text/html"]), ("", embedded)):
        (name,) = re.findall(rf'<img loading="lazy" src="{place}_static/figures/(\w+\.webp)">', fragment)
        assert (pages / "_static/figures" / name).read_bytes() == b"RIFF"
    assert "<math" in (pages / "_static/sheet/index.html").read_text(encoding="utf-8")
    assert {path.name for path in (pages / "_static").rglob("*.*")} == {name, "index.html", "sheet.pdf", "tex-chtml.js"}
    assert (pages / "_static/mathjax" / fonts).exists()


def test_the_browser_edition_has_the_wheels_and_tells_where_work_lives(unit, lesson, run, programs, monkeypatch):
    def pip(*command):
        if "wheel" in command:
            command[-2].mkdir()
            (command[-2] / "calc_core.whl").touch()

    programs.append(pip)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1")  # ipywidgets 7, as on Colab, has no comm
    run("build_lite")
    settings = json.loads((unit / "build/lite/jupyter_lite_config.json").read_text(encoding="utf-8"))
    assert settings["PipliteAddon"]["piplite_urls"] == [str(unit / "build/lite/wheels/calc_core.whl")]
    assert all(settings["LiteBuildConfig"].values())
    title, notice, _, install, _ = read(unit / "build/lite/contents/calculus.ipynb").cells
    assert title.source == "# A\n\n\nWords."
    assert "Your work lives in this browser only" in notice.source
    assert install.outputs == []
    assert re.fullmatch(r"if colab:\n    import logging\n    logging.*\n    %pip install -q calc-core", install.source)


def test_a_learner_gets_copies_without_answers_keeps_hers_and_hears_of_newer_ones(unit, lesson, run):
    target, copy = unit / "mine", unit / "mine/calculus.ipynb"
    first = lesson.read_text(encoding="utf-8")
    assert run("my_copies", lesson.parent, target) == ""
    assert "%pip" in copy.read_text(encoding="utf-8")
    assert not any(cell.get("outputs") for cell in read(copy).cells)
    copy.write_text("what she wrote", encoding="utf-8")
    lesson.write_text(first.replace("two lines", "another output is no newer lesson"), encoding="utf-8")
    assert run("my_copies", lesson.parent, target) == ""
    lesson.write_text(first.replace("Words", "Wörter"), encoding="utf-8")
    for _ in range(2):  # until she has it
        news = run("my_copies", lesson.parent, target)
        assert "A newer calculus.ipynb is here" in news
    assert copy.read_text(encoding="utf-8") == "what she wrote"
    old, new = re.search(r'mv "(.*)" "(.*)",', news).groups()
    Path(old).rename(new)
    assert run("my_copies", lesson.parent, target) == ""
    assert "Wörter" in copy.read_text(encoding="utf-8")
    assert (target / "my-calculus.ipynb").read_text(encoding="utf-8") == "what she wrote"
