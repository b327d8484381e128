"""The house stays thin, its arrows run one way, and every public name says what it is."""

import ast
import importlib
import inspect
import pkgutil
import sys

import pytest

from tools import ROOT

PACKAGES = ("calc_core", "calc_tutor", "calc_lab")
MATHEMATICS, PICTURES = {"numpy", "sympy", "mpmath"}, {"matplotlib", "mpl_toolkits", "PIL"}
ALLOWED = {
    "calc_core": {"calc_core"} | MATHEMATICS | PICTURES,
    "calc_tutor": {"calc_tutor"} | MATHEMATICS,
    "calc_lab": {*PACKAGES, "ipywidgets", "traitlets", "IPython"} | MATHEMATICS | PICTURES,
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


def lines(folder):
    return {path: path.read_text(encoding="utf-8").splitlines() for path in (ROOT / folder).rglob("*.py")}


def test_the_house_is_thin():
    count = {folder: sum(map(len, lines(folder).values())) for folder in (*PACKAGES, "tests")}
    assert count["calc_core"] <= 1800, count
    assert sum(count[package] for package in PACKAGES) <= 6800, count
    assert sum(len(lines(package)) for package in PACKAGES) <= 50
    assert count["tests"] <= 5600, count


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_run_one_way(package):
    for path, source in lines(package).items():
        nodes = [*ast.walk(ast.parse("\n".join(source)))]
        names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
        assert {name.split(".")[0] for name in names} <= ALLOWED[package] | sys.stdlib_module_names, path.name


def public():
    for package in PACKAGES:
        for info in pkgutil.iter_modules([str(ROOT / package)], f"{package}."):
            if not info.name.endswith("__main__"):
                for name, thing in vars(importlib.import_module(info.name)).items():
                    if not name.startswith("_") and getattr(thing, "__module__", None) == info.name:
                        yield f"{info.name}.{name}", thing


@pytest.mark.parametrize(("name", "thing"), [*public()])
def test_public_names_are_documented_and_typed(name, thing):
    if inspect.isfunction(thing) or inspect.isclass(thing):
        assert not (inspect.getdoc(thing) or "Nothing").startswith(("Nothing", "Return ", "Returns "))
    if inspect.isfunction(thing) and name not in PRINTED:
        signature = inspect.signature(thing)
        untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty]
        assert not untyped, f"{name} says no type for {untyped}"
        assert signature.return_annotation is not signature.empty, f"{name} says no result type"
