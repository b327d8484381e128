"""What is said to an answer: a verdict, and the words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from calc_core.practice.breaking import Wrong
from calc_core.practice.broken_rules import INSTEAD, MISTAKES
from calc_core.symbolic.derivation import Step
from calc_core.symbolic.notation import to_text
from calc_core.symbolic.rules import rule_for

RIGHT, ALMOST, LOOK_AGAIN = "right", "almost", "look again"
MORE_DIGITS = "round only at the end, and give one or two digits more."


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What is said to an answer: a notebook shows it as Markdown, everything else as plain text.

    `tone` is "right", "almost" (a mistake was recognised) or "look again"; `practice.check` also says "not read" and
    "not answered yet". `broken_rules` names the rules whose breaking explains the answer, most specific first; it is
    empty when the answer is right, and when it is wrong in a way that no single broken rule explains. `hint` and
    `solution` are there for whoever asks for them.
    """

    tone: str
    message: str
    broken_rules: tuple[str, ...] = ()
    hint: str = ""
    solution: Any = field(default=None, compare=False)

    @property
    def correct(self) -> bool:
        """Whether the answer was right."""
        return self.tone == RIGHT

    def __repr__(self) -> str:
        """The tone and the message."""
        return f"{self.tone.capitalize()}. {self.message}".strip()

    def _repr_markdown_(self) -> str:
        told, *below = self.message.split("\n", 1)
        marked = re.sub(r"([\\*_`$<|#~])", r"\\\1", told)
        # After a blank line, the indented lines with the caret are a code block, which keeps the caret in its place.
        return "\n\n".join([f"**{self.tone.capitalize()}.** {marked}".strip(), *below])


def sentence(error: Exception) -> str:
    """The message of an error as a sentence."""
    return str(error)[:1].upper() + str(error)[1:]


def message_for(wrong: Wrong) -> str:
    """Where to look, on this function, and the rule in letters; never the right answer."""
    step = wrong.step
    place = to_text(step.expression.subs(wrong.inside))
    letters = ",".join(filter(None, rule_for(step.expression, step.variable)[0].letters or ())).split(",")
    parts = dict(zip(letters, _parts(step, wrong.inside), strict=False))
    says = MISTAKES[wrong.mistake].format(**parts | {"x": to_text(step.variable)})
    broken = wrong.mistake in INSTEAD.get(step.rule, {})
    rule = f" The {step.rule}: {step.formula.text}." if step.formula and broken else ""
    return f"Look at {place}: {says}.{rule}"


def hint_for(step: Step) -> str:
    """The rule to begin with, and what its letters stand for here."""
    if not step.formula:
        return f"Begin with the {step.rule}." if step.steps else f"One rule is enough here: the {step.rule}."
    inner = next((f"({below.variable})" for below in step.steps if below.variable != step.variable), "")
    kept, (outer, *others) = step.letters[0], step.letters[1] or [""]
    named = zip([*kept, outer + inner, *others], _parts(step, {}), strict=False)
    where = ", ".join(f"{letter} = {part}" for letter, part in named if letter != "x" and not letter.startswith("ln"))
    return f"Begin with the {step.rule}, {step.formula.text}" + (f", where {where}." if where else ".")


def _parts(step: Step, inside: Mapping[sp.Symbol, sp.Expr]) -> list[str]:
    """What the letters of the rule stand for in this step."""
    kept, problems = rule_for(step.expression, step.variable)[1]
    return [to_text(part.subs(inside)) for part in (*kept, *(e for e, _ in problems))]
