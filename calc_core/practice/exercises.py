"""The exercises, as they stand in `exercises.toml`, which tells what each kind asks for."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

PARTS = ("Start", "Slope", "Rules", "Numbers", "Gradient", "Chain rule", "Descent", "Backpropagation", "Together")


class Mistake(NamedTuple):
    """An answer that is recognised as a certain mistake, and the message it gets."""

    answer: Any
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise, as it stands in `exercises.toml`; formulas are text."""

    name: str
    title: str
    part: int
    kind: str
    statement: str
    hint: str
    solution: str
    right: str = ""
    reference: Any = None
    of: str = ""
    variables: Sequence[str] = ()
    at: Mapping[str, str] = field(default_factory=dict)
    learning_rate: str = ""
    tolerance: float = 1e-6
    mistakes: tuple[Mistake, ...] = field(default=(), repr=False)


@cache
def exercises() -> MappingProxyType[str, Exercise]:
    """Return all exercises by name, in the order of the lesson's parts."""
    text = resources.files("calc_core.practice").joinpath("exercises.toml").read_text(encoding="utf-8")
    found = {}
    for entry in tomllib.loads(text)["exercise"]:
        mistakes = tuple(Mistake(**mistake) for mistake in entry.pop("mistakes", ()))
        found[entry["name"]] = Exercise(**entry, mistakes=mistakes)
    return MappingProxyType(found)


def exercise_named(name: str) -> Exercise:
    """Return the exercise called `name`. Raises ValueError that names the nearest ones."""
    if name in exercises():
        return exercises()[name]
    near = get_close_matches(str(name), exercises(), n=2)
    known = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else "check() lists them all"
    raise ValueError(f"no exercise is called {name!r}; {known}")
