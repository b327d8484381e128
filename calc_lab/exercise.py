"""An exercise of `exercises.toml` as it stands in a notebook: its statement, a field, and what is said."""

from functools import partial

from calc_lab.field import AnswerField, fold, listed, show
from calc_tutor import check, progress
from calc_tutor.check import Exercise, exercise_named

PLACEHOLDERS = {"number": "such as 1/3 or 0.25", "vector": "such as (2, -0.5)"}
_typed: dict[str, str] = {}  # what stands in the field of each exercise, for when its cell runs again


class ExerciseField(AnswerField):
    """The field of one exercise, with what was typed in it before, or the right answer of an earlier day."""

    def __init__(self, exercise: Exercise):
        self.exercise, name = exercise, exercise.name
        formula = "such as 2x cos(x^2)" if len(exercise.variables) < 2 else "such as (2xy, x^2)"
        super().__init__(
            judge=partial(check, name),  # which also records the answer
            hint=lambda: exercise.hint,
            solution=lambda: exercise.solution,
            placeholder=PLACEHOLDERS.get(exercise.kind, formula),
            choices=exercise.choices,
        )
        answered = progress.done(name)
        self.field.value = _typed.get(name, answered)
        self.field.observe(lambda change: _typed.update({name: change["new"]}), "value")
        if answered and self.field.value == answered:
            self.choices.mark(answered)
            self.submit()

    def _ipython_display_(self) -> None:
        e = self.exercise
        question = f"**Exercise: {e.title}**\n\n{e.statement.strip()}"
        fallback = listed(e.choices), fold("Hint", e.hint), fold("Solution", e.solution)
        show(self, f"exercise: {e.name}", question, *fallback)


def exercise(name: str) -> ExerciseField:
    """The exercise called `name`, to be answered in the notebook; ValueError that names the nearest if there is none.

    >>> exercise("quotient_rule").field.placeholder
    'such as 2x cos(x^2)'
    """
    return ExerciseField(exercise_named(name))
