"""The drill as a widget: problems without end, on the same field as the exercises."""

import html

import ipywidgets

from calc_lab.field import AnswerField, button, show, typeset
from calc_tutor.diagnosis import Verdict
from calc_tutor.drill import LEVELS, Drill, Progress


class DrillField(AnswerField):
    """The field of one `Drill`."""

    def __init__(self, drill: Drill):
        self.drill, self.question, self.topics = drill, ipywidgets.HTMLMath(), ipywidgets.HTML()
        more = [button("Next", "calc-quiet", self.next)]
        super().__init__(self._judge, drill.hint, self._solution, more=more)
        self.children: tuple[ipywidgets.Widget, ...] = (self.question, *self.children, self.topics)
        self._pose()

    def next(self) -> None:
        """Pose the next problem."""
        self.drill.next()
        self.start_again()
        self._pose()
        if hasattr(self.field, "focus"):  # ipywidgets 7 cannot
            self.field.focus()

    def _judge(self, answer: str) -> Verdict:
        verdict = self.drill.answer(answer)
        self._count()
        return verdict

    def _solution(self) -> str:
        derivation = self.drill.reveal()  # its topic will come back
        self._count()
        return derivation._repr_latex_()

    def _pose(self) -> None:
        problem = self.drill.problem
        formula = f"{typeset(problem.expression)} with respect to {typeset(problem.variable)}"
        title = f"<b>{problem.topic.capitalize()}, level {problem.level}.</b>"
        self.question.value = f'<div class="calc-question">{title} Differentiate {formula}.</div>'
        self._count()

    def _count(self) -> None:
        rows = [_row(topic, progress) for topic, progress in self.drill.progress.items() if progress.posed]
        if self.drill.broken:
            watch = ", ".join(f"{rule} ({count})" for rule, count in self.drill.broken.items())
            rows.append(f"<div>To watch: {html.escape(watch)}</div>")
        self.topics.value = f'<div class="calc-muted">{"".join(rows)}</div>' if rows else ""

    def _ipython_display_(self) -> None:
        question = "**Drill.** Differentiate. Two right answers in a row raise the level."
        fallback = "*The drill poses its problems where a kernel is running: run this cell.*"
        show(self, f"drill: {', '.join(self.drill.topics)}", question, fallback)


def _row(topic: str, progress: Progress) -> str:
    dots = "●" * progress.level + "○" * (LEVELS - progress.level)
    told = f"level {progress.level}, {progress.right} of {progress.posed} right"
    return f'<span class="calc-topic">{topic} <span aria-hidden="true">{dots}</span> {told}</span> '


def drill(topic: str | None = None, seed: int | None = None) -> DrillField:
    """A drill over all topics, or over the one whose name begins so; ValueError that lists them if none does.

    >>> drill("chain", seed=1).drill.problem.topic
    'chain rule'
    """
    return DrillField(Drill(topic, seed))
