"""What the package holds as data, each in a TOML file whose head tells how it is written; what the notebooks ask."""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


def packaged(name: str) -> dict[str, Any]:
    """What stands in one of the TOML files of this package.

    >>> packaged("drill.toml")["product rule"][0]
    ['x^n sin(x)', 'x^n e^x', 'x^n cos(x)']
    """
    return tomllib.loads(resources.files("calc_tutor").joinpath(name).read_text(encoding="utf-8"))


class Mistake(NamedTuple):
    """An answer that is recognised as a certain mistake, and the message it gets."""

    answer: Any
    message: str


class Exercise(NamedTuple):
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
    choices: Mapping[str, str] = {}
    accepted: Sequence[str] = ()
    mistakes: Sequence[Mistake] = ()


@cache
def exercises() -> Mapping[str, Exercise]:
    """All exercises by name, in the order of the lesson's parts.

    >>> exercises()["product_rule"].of
    'x^2 sin x'
    """
    found = {}
    for entry in packaged("exercises.toml")["exercise"]:
        mistakes = [Mistake(**mistake) for mistake in entry.pop("mistakes", ())]
        found[entry["name"]] = Exercise(**entry, mistakes=mistakes)
    return found


class Choice(NamedTuple):
    """What may be predicted, and the reply to whoever predicts it."""

    text: str
    reply: str


class Prediction(NamedTuple):
    """A question to commit to before the answer is seen, with its choices by their letters."""

    part: int
    question: str
    right: str
    choices: Mapping[str, Choice]


@cache
def predictions() -> Mapping[str, Prediction]:
    """All predictions by name, in the order of the lesson's parts.

    >>> predictions()["secant_settles"].choices["c"].text
    'It settles on a number'
    """
    found = {}
    for name, entry in packaged("predictions.toml").items():
        choices = [Choice(**choice) for choice in entry.pop("choices")]
        found[name] = Prediction(choices=dict(zip("abcd", choices, strict=False)), **entry)
    return found


def named(kind: str, entries: Mapping[str, Any], name: Any) -> Any:
    """The entry called `name`. Raises ValueError that names the nearest ones, or all.

    >>> named("exercise", exercises(), "quotient")
    Traceback (most recent call last):
    ValueError: no exercise is called 'quotient'; did you mean 'quotient_rule'?
    """
    if isinstance(name, str) and name in entries:
        return entries[name]
    near = get_close_matches(str(name), entries, n=2) or entries
    raise ValueError(f"no {kind} is called {name!r}; did you mean {' or '.join(map(repr, near))}?")
