"""The predictions, as they stand in `predictions.toml`, which tells how they are written."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

LETTERS = "abcd"


class Choice(NamedTuple):
    """What may be predicted, and the reply to whoever predicts it."""

    text: str
    reply: str


@dataclass(frozen=True)
class Prediction:
    """A question to commit to before the answer is seen."""

    name: str
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
    text = resources.files("calc_tutor").joinpath("predictions.toml").read_text(encoding="utf-8")
    found = {}
    for name, entry in tomllib.loads(text).items():
        choices = [Choice(**choice) for choice in entry.pop("choices")]
        found[name] = Prediction(name, choices=dict(zip(LETTERS, choices, strict=False)), **entry)
    return MappingProxyType(found)
