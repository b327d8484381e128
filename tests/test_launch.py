"""What the launch buttons promise: one list of dependencies, and services that would build what we mean."""

import os
import re
import stat
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from tools import repoint_links

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def requirements(lines):
    """Requirement strings as {name: version range}, extras of our own left out."""
    pairs = (re.fullmatch(r"([\w-]+)(.*)", line).groups() for line in lines if "[" not in line)
    return dict(pairs)


def conda_file(name):
    environment = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return [line for line in environment["dependencies"] if isinstance(line, str)], environment


@pytest.mark.parametrize("name", ["environment.yml", "binder/environment.yml"])
def test_conda_files_hold_the_dependencies_of_pyproject(name):
    lines, _ = conda_file(name)
    test_tools = {
        tool: version for tool, version in requirements(EXTRAS["test"]).items() if tool in {"nbval", "pytest"}
    }
    wanted = requirements(PROJECT["dependencies"]) | requirements(EXTRAS["lab"]) | test_tools
    given = requirements(line for line in lines if line != "pip" and not line.startswith("python="))
    assert given == wanted


@pytest.mark.parametrize("name", ["environment.yml", "binder/environment.yml"])
def test_python_is_pinned_the_one_way_that_binder_understands(name):
    lines, _ = conda_file(name)
    pin = next(line for line in lines if line.startswith("python"))
    assert re.fullmatch(r"python=3\.\d+", pin)
    assert int(pin.split(".")[1]) >= int(PROJECT["requires-python"].split(".")[1])


def test_conda_users_get_the_package_and_binder_gets_it_in_post_build():
    _, people = conda_file("environment.yml")
    _, binder = conda_file("binder/environment.yml")
    assert {"pip": ["-e .[test]"]} in people["dependencies"]
    assert all(isinstance(line, str) for line in binder["dependencies"])
    post_build = ROOT / "binder" / "postBuild"
    assert "pip install --no-deps -e ." in post_build.read_text(encoding="utf-8")
    if os.name == "posix":
        assert post_build.stat().st_mode & stat.S_IXUSR


def test_binder_would_build_what_we_mean(monkeypatch):
    conda = pytest.importorskip("repo2docker.buildpacks.conda", reason="repo2docker is not installed")
    monkeypatch.chdir(ROOT)
    pack = conda.CondaBuildPack("buildpack-deps:24.04")
    pack.platform = "linux/amd64"
    assert pack.detect()
    lines, _ = conda_file("binder/environment.yml")
    assert f"python={pack.python_version}" in lines
    dockerfile = pack.render()
    environment, sources = dockerfile.index("binder/environment.yml"), dockerfile.index("COPY --chown=1000:1000 src/ ")
    assert environment < sources < dockerfile.index("binder/postBuild")


def test_constraints_of_the_oldest_versions_are_the_floors_we_claim():
    lines = (ROOT / "tests/constraints/oldest.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    floors = {
        name: re.match(r">=([\d.]+)", version)[1] for name, version in requirements(PROJECT["dependencies"]).items()
    }
    assert pinned.keys() == floors.keys()
    for name, version in pinned.items():
        assert f"{version}.".startswith(f"{floors[name]}."), f"{name}: {version} is not the floor {floors[name]}"


def test_the_floors_admit_the_versions_of_colab():
    lines = (ROOT / "tests/constraints/colab.txt").read_text(encoding="utf-8").splitlines()
    colab = dict(line.split("==") for line in lines if "==" in line)
    for name, version in requirements(PROJECT["dependencies"]).items():
        floor = re.match(r">=([\d.]+)", version)[1]
        assert [int(part) for part in colab[name].split(".")] >= [int(part) for part in floor.split(".")]


# --- links


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_every_link_to_the_repository_agrees_with_pyproject():
    ours = repoint_links.repository()
    others = re.compile(r"github\.com/(jupyter|actions|sponsors)/")
    seen = 0
    for path in repoint_links.linking_files():
        if path.parent.name in {"tests", "tools"} or path.suffix == ".py":
            continue
        for line in text_of(path).splitlines():
            for match in repoint_links.LINK.finditer(line):
                if others.search(match.group(0) + "/"):
                    continue
                assert match.group(1) == ours, f"{path.name}: {match.group(0)}"
                seen += 1
    assert seen >= 10


def test_repointing_rewrites_every_link(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("[run](https://mybinder.org/v2/gh/old/unit/main) and https://github.com/old/unit.git\n")
    monkeypatch.setattr(repoint_links, "linking_files", lambda: [page])
    assert repoint_links.repoint("old/unit", "new-owner/calculus") == [page]
    assert {match.group(1) for match in repoint_links.LINK.finditer(page.read_text())} == {"new-owner/calculus"}


@pytest.mark.parametrize("address", ["github.com/a/b", "https://gitlab.com/a/b", "https://github.com/only-owner"])
def test_repointing_refuses_what_is_no_repository(address):
    with pytest.raises(ValueError, match="expected an address such as"):
        repoint_links.slug_of(address)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_relative_links_of_the_pages_resolve(name):
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text_of(ROOT / name))
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), f"{name} links to {target}, which is not there"


# --- the commands


def dry_run(*arguments, cwd=ROOT):
    command = ["make", "--dry-run", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_make_lab_never_overwrites_a_learners_copy(tmp_path):
    lesson = tmp_path / "notebooks" / "calculus.ipynb"
    lesson.parent.mkdir()
    lesson.write_text("the lesson, newer")
    (lesson.parent / "practice.ipynb").write_text("practice")
    mine = tmp_path / "my-notebooks" / "calculus.ipynb"
    mine.parent.mkdir()
    mine.write_text("what the learner wrote")
    jupyter = tmp_path / ".venv" / "bin" / "jupyter"
    jupyter.parent.mkdir(parents=True)
    jupyter.write_text('#!/bin/sh\necho "$@"\n')
    jupyter.chmod(0o755)
    for stamp in ("Makefile", "pyproject.toml"):
        (tmp_path / stamp).write_bytes((ROOT / stamp).read_bytes())
    for stamp in ("python", "has-lab"):
        (tmp_path / ".venv" / stamp).touch()
    started = subprocess.run(["make", "lab"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert mine.read_text() == "what the learner wrote"
    assert (mine.parent / "practice.ipynb").read_text() == "practice"
    assert "default_url=/lab/tree/calculus.ipynb" in started


def test_a_second_make_does_not_reinstall(tmp_path):
    for name in ("Makefile", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    assert "pip install" in dry_run("test", cwd=tmp_path)
    (tmp_path / ".venv").mkdir()
    for stamp in ("python", "has-test"):
        (tmp_path / ".venv" / stamp).touch()
    again = dry_run("test", cwd=tmp_path)
    assert "pip install" not in again
    assert "pytest" in again
    assert "ruff check" in again
    assert "mypy" in again


# --- the wheel


@pytest.mark.packaging
def test_the_built_wheel_carries_the_data_and_the_style(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.startswith(("tests", "notebooks", "tools", "benchmarks"))]
    empty = tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", empty], check=True)
    python = empty / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", wheel], check=True)
    look = (
        "from calc_core import households; from calc_core.practice import check;"
        "from calc_core.explorers import secant_explorer; from calc_core.plots import new_figure;"
        "print(len(households.load().income)); new_figure(); secant_explorer(); check()"
    )
    found = subprocess.run([python, "-c", look], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.startswith("235")
