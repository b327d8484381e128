"""What the launch buttons and the commands promise: one list of dependencies, links that agree, what make does."""

import json
import os
import re
import stat
import subprocess
import sys
import zipfile

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tools import ROOT, project
from tools.repoint_links import linking_files, repository

NEEDED, EXTRAS = project()["dependencies"], project()["optional-dependencies"]
LINK = re.compile(
    r"(?:https://github\.com|mybinder\.org/v2/gh|colab\.research\.google\.com/github|nbviewer\.org/github)"
    r"/([\w-][\w.-]*/[\w.-]*\w)"
)
OTHERS = {"OWNER/NAME", "dequelabs/axe-core"}
PARTS = {"test": ["-m ruff check", "-m ruff format", "-m mypy", "-m pytest"]}
PARTS["release-check"] = [*PARTS["test"], "-m build", "-m tools.build_site", "-m tools.release_check --placeholder"]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_conda_file_holds_the_dependencies_of_pyproject():
    given = yaml.safe_load(text_of("environment.yml"))["dependencies"]
    assert [line for line in given if line in NEEDED + EXTRAS["lab"]] == NEEDED + EXTRAS["lab"]
    assert given[-1] == {"pip": ["-e .[test]"]}


@pytest.mark.parametrize("name", ["binder/requirements", "tests/constraints/colab", "tests/constraints/oldest"])
def test_pinned_versions_are_among_those_we_claim_and_the_oldest_are_the_floors(name):
    pins = dict(re.findall(r"(?m)^([\w-]+)==(\S+)$", text_of(f"{name}.txt")))
    for needed in map(Requirement, NEEDED + EXTRAS["lab"] * name.startswith("binder")):
        assert needed.specifier.contains(pins[needed.name]), needed
        floors = [Version(part.version) for part in needed.specifier if part.operator == ">="]
        assert "oldest" not in name or [Version(pins[needed.name])] == floors, needed


def test_binder_has_a_python_that_we_claim_and_installs_the_unit():
    python = text_of("binder/runtime.txt").strip().removeprefix("python-")
    assert SpecifierSet(project()["requires-python"]).contains(python)
    assert "pip install --no-deps -e ." in text_of("binder/postBuild")
    assert os.name != "posix" or (ROOT / "binder/postBuild").stat().st_mode & stat.S_IXUSR


def test_every_link_to_the_repository_agrees_with_pyproject():
    texts = [path.read_text(encoding="utf-8") for path in linking_files()]
    found = [match[1].removesuffix(".git") for text in texts for match in LINK.finditer(text)]
    assert found.count(repository()) >= 10
    assert {*found} - {repository()} <= OTHERS


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_relative_links_of_the_pages_resolve(name):
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text_of(name))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.fixture
def make(tmp_path):
    """A function that runs make, beside a Python that says what it was asked to do and fails where told."""
    if os.name != "posix":
        pytest.skip("the Makefile is not for Windows")
    folder = tmp_path / "a unit"
    for name in ("Makefile", "pyproject.toml", "tools/overrides.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text_of(name))
    (folder / ".venv/bin").mkdir(parents=True)
    # What the make that runs these tests was given is not for this one.
    given = ("MAKE", "MFLAGS", "VENV", "PYTHON", "PYTEST_OPTIONS", "PLACEHOLDER")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(given)}

    (folder / ".venv/place").write_text(str(folder))

    def run(*arguments, failing="nothing"):
        cases = f'*.venv/place*) cat .venv/place;; *"{failing}"*) echo "$@"; exit 1;; *) echo "$@";;'
        (folder / ".venv/bin/python").write_text(f'#!/bin/sh\ncase "$*" in {cases} esac')
        (folder / ".venv/bin/python").chmod(0o755)
        return subprocess.run(
            ["make", *arguments], cwd=folder, env=outside, capture_output=True, text=True, check=False
        )

    return run


def test_make_lab_copies_without_outputs_and_asks_no_server(make, tmp_path):
    started = make("lab").stdout
    assert "tools.my_copies notebooks my-notebooks" in started
    assert "default_url=/lab/tree/calculus.ipynb" in started
    settings = json.loads((tmp_path / "a unit/.venv/share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_a_second_make_does_not_reinstall_but_in_a_moved_folder_the_environment_is_made_again(make, tmp_path):
    assert "pip install --quiet --editable .[test]" in make("test").stdout
    assert "pip install" not in make("--dry-run", "test").stdout
    (tmp_path / "a unit/.venv/place").write_text("/before")
    again = make("--dry-run", "test").stdout
    order = ["rm -rf .venv", "-m venv .venv", "pip install --quiet --editable", "-m pytest"]
    assert sorted(order, key=again.index) == order


@pytest.mark.parametrize(("target", "failing"), [(t, part) for t in PARTS for part in ["nothing", *PARTS[t]]])
def test_all_parts_are_run_and_each_can_fail_the_command(make, target, failing):
    run = make(target, "PLACEHOLDER=1", failing=failing)
    assert [part for part in PARTS[target] if part not in run.stdout] == []
    assert bool(run.returncode) == (failing != "nothing")
    assert "--placeholder" not in make(target).stdout


@pytest.mark.packaging
def test_the_built_wheel_carries_the_data_and_the_style(tmp_path):
    python = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin") / "python"

    def run(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"calc_core", "calc_tutor", "calc_lab"}
    run(sys.executable, "-m", "venv", "--without-pip", "empty")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", wheel)
    look = (
        "from calc_core import households, pictures; from calc_tutor import check, exercises;"
        "from calc_lab import secant_explorer, exercise, predict;"
        "print(len(households.load().income)); secant_explorer(); [exercise(name) for name in exercises()]"
    )
    assert run(python, "-c", look).startswith("235")
