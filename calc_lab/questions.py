"""What a notebook asks: an exercise of `exercises.toml`, a prediction to commit to, the drill's endless problems."""

import html
from functools import partial
from typing import Any

import ipywidgets

from calc_lab.field import AnswerField, Card, Choices, button, fold, listed, message, typeset
from calc_tutor import check, progress
from calc_tutor.data import exercises, named, predictions
from calc_tutor.drill import LEVELS, Drill

_typed: dict[str, str] = {}  # what stands in the field of each exercise, for when its cell runs again


def exercise(name: str) -> AnswerField:
    """The exercise called `name`, to be answered in the notebook; ValueError that names the nearest if there is none.

    In its field stands what was typed there before, or the right answer of an earlier day.

    >>> exercise("quotient_rule").field.placeholder
    'such as 2x cos(x^2)'
    """
    asked = named("exercise", exercises(), name)
    formula = "2x cos(x^2)" if len(asked.variables) < 2 else "(2xy, x^2)"
    numbers = ", ".join(("2", "-0.5", "1/4")[: len(asked.reference or "")])
    examples = {"number": "1/3 or 0.25", "vector": f"({numbers})"}
    card = AnswerField(
        judge=partial(check, asked.name),  # which also records the answer
        hint=lambda: asked.hint,
        solution=lambda: asked.solution,
        example=examples.get(asked.kind, formula),
        choices=asked.choices,
    )
    card.name = f"exercise: {asked.name}"
    card.question = f"**Exercise: {asked.title}**\n\n{asked.statement.strip()}"
    card.fallback = listed(asked.choices), fold("Hint", asked.hint), fold("Solution", asked.solution)
    answered = progress.done(asked.name)
    card.field.value = _typed.get(asked.name, answered)
    card.field.observe(lambda change: _typed.update({asked.name: change["new"]}), "value")
    if answered and card.field.value == answered:
        card.choices.mark(answered)
        card.submit()
    return card


def predict(name: str) -> Card:
    """The prediction called `name`; ValueError that names the nearest if there is none.

    A choice unlocks its reply, and another may be chosen afterwards.

    >>> predict("secant_settles").name
    'prediction: secant_settles'
    """
    asked = named("prediction", predictions(), name)
    texts = {letter: choice.text for letter, choice in asked.choices.items()}
    replies = {letter: choice.reply for letter, choice in asked.choices.items()}

    def choose(letter: str) -> None:
        choices.mark(letter)
        look = "right" if letter == asked.right else "help"
        text = f"{replies[letter]} {progress.record(name, letter)}"
        reply.value = message(look, f"You predicted: {texts[letter]}.", text.strip())

    choices, reply = Choices(texts, choose), ipywidgets.HTML()
    card = Card(choices, reply)
    card.name, card.question = f"prediction: {name}", f"**Predict.** {asked.question}"
    card.fallback = listed(texts), fold("What comes of each", listed(replies))
    if (before := progress.done(name)) in texts:
        choose(before)
    return card


class DrillField(AnswerField):
    """The field of one `Drill`, its problem above and what was practised below."""

    question = "**Drill.** Differentiate. Two right answers in a row raise the level."
    fallback = ("*The drill poses its problems where a kernel is running: run this cell.*",)

    def __init__(self, drill: Drill):
        self.drill, self.problem, self.practised = drill, ipywidgets.HTMLMath(), ipywidgets.HTML()
        self.name = f"drill: {', '.join(drill.topics)}"
        super().__init__(
            judge=lambda answer: self._counted(drill.answer(answer)),
            hint=drill.hint,
            solution=lambda: self._counted(drill.reveal())._repr_latex_(),  # its topic will come back
            more=[button("Next", "calc-quiet", self.next)],
        )
        self.children: tuple[ipywidgets.Widget, ...] = (self.problem, *self.children, self.practised)
        self._pose()

    def next(self) -> None:
        """Pose the next problem."""
        self.drill.next()
        self.start_again()
        self._pose()
        if hasattr(self.field, "focus"):  # ipywidgets 7 cannot
            self.field.focus()

    def _pose(self) -> None:
        problem = self.drill.problem
        formula = f"{typeset(problem.expression)} with respect to {typeset(problem.variable)}"
        title = f"<b>{problem.topic.capitalize()}, level {problem.level}.</b>"
        self.problem.value = f'<div class="calc-question">{title} Differentiate {formula}.</div>'

    def _counted(self, result: Any) -> Any:
        """The result, after how far the reader is has been written anew."""
        rows = ""
        for topic, now in self.drill.progress.items():
            if now.posed:
                dots = f'<span aria-hidden="true">{"●" * now.level}{"○" * (LEVELS - now.level)}</span>'
                told = f"level {now.level}, {now.right} of {now.posed} right"
                rows += f'<span class="calc-topic">{topic} {dots} {told}</span> '
        if self.drill.broken:
            watch = ", ".join(f"{rule} ({count})" for rule, count in self.drill.broken.items())
            rows += f"<div>To watch: {html.escape(watch)}</div>"
        self.practised.value = rows and f'<div class="calc-muted">{rows}</div>'
        return result


def drill(topic: str | None = None, seed: int | None = None) -> DrillField:
    """A drill over all topics, or over the one whose name begins so; ValueError that lists them if none does.

    >>> drill("chain", seed=1).drill.problem.topic
    'chain rule'
    """
    return DrillField(Drill(topic, seed))
