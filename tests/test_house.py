"""The house stays thin, its arrows run one way, and every public name says what it is."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("calc_core", "calc_tutor", "calc_lab")
ALLOWED = {
    "calc_core": {"numpy", "sympy", "mpmath", "matplotlib", "PIL", "calc_core"},
    "calc_tutor": {"numpy", "sympy", "mpmath", "calc_tutor"},
    "calc_lab": {
        "numpy",
        "sympy",
        "mpmath",
        "matplotlib",
        "mpl_toolkits",
        "PIL",
        "ipywidgets",
        "traitlets",
        "IPython",
        *PACKAGES,
    },
}
# What the lesson prints is what a learner would write: no type in sight.
PRINTED = {
    "calc_core.automatic.pull_back",
    "calc_core.network.backward",
    "calc_core.network.loss",
    "calc_core.network.predict",
    "calc_core.numeric.central_difference",
    "calc_core.numeric.complex_step",
    "calc_core.numeric.forward_difference",
}
STANDARD = set(__import__("sys").stdlib_module_names)


def files(package):
    return sorted((ROOT / package).rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_run_one_way(package):
    for path in files(package):
        assert set(imported(path)) <= ALLOWED[package] | STANDARD, path.name


def test_the_house_is_thin():
    lines = {
        package: sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files(package))
        for package in PACKAGES
    }
    assert lines["calc_core"] <= 1800, lines
    assert sum(lines.values()) <= 7200, lines
    assert sum(len(files(package)) for package in PACKAGES) <= 52


def public():
    for package in PACKAGES:
        for info in pkgutil.iter_modules([str(ROOT / package)]):
            if info.name.startswith("__"):
                continue
            module = importlib.import_module(f"{package}.{info.name}")
            for name, thing in vars(module).items():
                if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__:
                    yield f"{package}.{info.name}.{name}", thing


@pytest.mark.parametrize(("name", "thing"), [*public()])
def test_public_names_are_documented_and_typed(name, thing):
    words = inspect.getdoc(thing) if inspect.isfunction(thing) or inspect.isclass(thing) else "."
    assert words, f"{name} has no docstring"
    assert not words.startswith(("Nothing", "Return ", "Returns ")), name
    if inspect.isfunction(thing) and name not in PRINTED:
        untyped = [p.name for p in inspect.signature(thing).parameters.values() if p.annotation is p.empty]
        assert not untyped, f"{name} says no type for {untyped}"
        assert inspect.signature(thing).return_annotation is not inspect.Signature.empty, f"{name} says no result type"
