"""What the launch buttons promise: one list of dependencies, and services that would build what we mean."""

import json
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


def test_conda_file_holds_the_dependencies_of_pyproject():
    lines, people = conda_file("environment.yml")
    tools = {name: version for name, version in requirements(EXTRAS["test"]).items() if name in {"nbval", "pytest"}}
    wanted = requirements(PROJECT["dependencies"]) | requirements(EXTRAS["lab"]) | tools
    given = requirements(line for line in lines if line != "pip" and not line.startswith("python="))
    assert given == wanted
    assert {"pip": ["-e .[test]"]} in people["dependencies"]


def test_binder_has_pins_for_all_that_is_needed_and_one_python():
    lines = (ROOT / "binder/requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    for name, version in (requirements(PROJECT["dependencies"]) | requirements(EXTRAS["lab"])).items():
        floor = re.match(r">=([\d.]+)", version)[1]
        assert [int(part) for part in pins[name].split(".")] >= [int(part) for part in floor.split(".")]
    python = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8")
    assert re.fullmatch(r"python-3\.\d+\n", python)
    assert int(python.split(".")[1]) >= int(PROJECT["requires-python"].split(".")[1])
    post_build = ROOT / "binder" / "postBuild"
    assert "pip install --no-deps -e ." in post_build.read_text(encoding="utf-8")
    if os.name == "posix":
        assert post_build.stat().st_mode & stat.S_IXUSR


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


def test_the_placeholder_owner_is_one_that_nobody_can_register():
    """Until a real address is set, code from somebody else's repository must not reach a learner's Colab."""
    owner = repoint_links.repository().split("/")[0]
    if owner.startswith("your"):
        assert "." in owner, "a name with a dot is none that GitHub grants"
        for name in ("calculus", "practice", "solutions"):
            notebook = json.loads(text_of(ROOT / f"notebooks/{name}.ipynb"))
            cells = ["".join(cell["source"]) for cell in notebook["cells"]]
            (colab,) = [source for source in cells if "google.colab" in source]
            assert f"git+https://github.com/{owner}/" in colab
            assert any("repository was not found" in source for source in cells), (
                f"{name}: what to do about the address is not said"
            )


# --- the commands


def project(folder, python='#!/bin/sh\ncase "$*" in *place*) cat .venv/place;; *) echo "$@";; esac\n'):
    """A folder with the Makefile and an environment that it has made, whose Python says what it was asked to do."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "tools").mkdir()
    (folder / "tools" / "overrides.json").write_bytes((ROOT / "tools" / "overrides.json").read_bytes())
    (folder / ".venv" / "bin" / "python").write_text(python)
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    (folder / ".venv" / "place").write_text(str(folder))
    for stamp in ("has-lab", "has-site", "has-test"):
        (folder / ".venv" / stamp).touch()
    return folder


def make(*arguments, cwd):
    # What the make that runs these tests was given is not for this one.
    given = ("MAKE", "MFLAGS", "VENV", "PYTHON", "PYTEST_OPTIONS", "PLACEHOLDER")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(given)}
    return subprocess.run(["make", *arguments], cwd=cwd, env=outside, capture_output=True, text=True, check=False)


def test_make_lab_copies_without_outputs_and_asks_no_server(tmp_path):
    folder = project(tmp_path)
    started = make("lab", cwd=folder).stdout
    assert "tools.my_copies notebooks my-notebooks" in started
    assert "default_url=/lab/tree/calculus.ipynb" in started
    settings = json.loads((folder / ".venv/share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_a_second_make_does_not_reinstall(tmp_path):
    again = make("--dry-run", "test", cwd=project(tmp_path)).stdout
    assert "pip install" not in again
    for tool in ("pytest", "ruff check", "mypy"):
        assert tool in again


@pytest.mark.parametrize("name", ["renamed", "with a blank"])
def test_a_moved_folder_gets_its_environment_again(tmp_path, name):
    folder = project(tmp_path / "before").rename(tmp_path / name)
    again = make("--dry-run", "test", cwd=folder).stdout
    assert "rm -rf .venv" in again
    assert again.index("-m venv .venv") < again.index("pip install --quiet --editable") < again.index("-m pytest")


@pytest.mark.parametrize("failing", ["mypy", "ruff format", "pytest"])
def test_lint_and_tests_are_both_reported_and_either_fails(tmp_path, failing):
    script = (
        f'#!/bin/sh\ncase "$*" in *place*) cat .venv/place;; *"{failing}"*) echo "$@"; exit 1;; *) echo "$@";; esac\n'
    )
    run = make("test", cwd=project(tmp_path, script))
    assert run.returncode != 0
    for tool in ("-m ruff check", "-m ruff format", "-m mypy", "-m pytest"):
        assert tool in run.stdout


@pytest.mark.parametrize("failing", ["", "pytest", "-m build", "tools.build_site", "tools.release_check"])
def test_release_check_runs_all_parts_and_each_can_stop_it(tmp_path, failing):
    fails = f'*"{failing}"*) echo "$@"; exit 1;;' if failing else ""
    folder = project(tmp_path, f'#!/bin/sh\ncase "$*" in *venv/place*) cat .venv/place;; {fails} *) echo "$@";; esac\n')
    run = make("release-check", "PLACEHOLDER=1", cwd=folder)
    for part in (
        "-m ruff check",
        "-m pytest",
        "-m build",
        "-m tools.build_site",
        "-m tools.release_check --placeholder",
    ):
        assert part in run.stdout
    assert bool(run.returncode) == bool(failing)
    assert "--placeholder" not in make("release-check", cwd=folder).stdout


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
        "from calc_core import households, pictures; from calc_tutor import check, exercises;"
        "from calc_lab import secant_explorer, exercise, predict;"
        "print(len(households.load().income)); secant_explorer(); [exercise(name) for name in exercises()]"
    )
    found = subprocess.run([python, "-c", look], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.startswith("235")
