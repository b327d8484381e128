"""The drill: problems without end, harder as answers are right, and back to the rules that were broken."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from calc_core.practice.diagnosis import diagnose
from calc_core.practice.problems import LEVELS, PATTERNS, Problem, problem
from calc_core.practice.verdicts import Diagnosis, hint_for
from calc_core.symbolic import explain
from calc_core.symbolic.derivation import Step

RIGHT_ANSWERS_TO_RISE = 2
PROBLEMS_UNTIL_RETURN = 2


class Progress(NamedTuple):
    """How a topic is going: its level, right answers in a row at this level, and right answers of all problems."""

    level: int = 1
    streak: int = 0
    right: int = 0
    posed: int = 0


class Drill:
    """One session: the current `problem`, the `progress` of each topic, and the rules `broken` so far, counted.

    Iterating poses problem after problem. `practice.drill` shows a session as a widget; this is the same without one.
    """

    def __init__(self, topic: str | None = None, seed: int | None = None) -> None:
        """Pose the first problem; the same seed and the same answers give the same problems."""
        begin = (topic or "").strip().lower()
        self.topics = tuple(name for name in PATTERNS if name.startswith(begin))
        if len(self.topics) != 1 and begin:
            raise ValueError(f"topic must be one of {', '.join(map(repr, PATTERNS))}, got {topic!r}")
        self.progress = {name: Progress() for name in self.topics}
        self.broken: Counter[str] = Counter()
        self._random = Random(seed)
        self._posed = 0
        self._due: list[tuple[int, str]] = []  # when to come back to which topic: the problem's number
        self._tried = False
        self.problem = self._new()

    def __iter__(self) -> Iterator[Problem]:
        """Return an iterator without end: the current problem, then the next ones."""
        yield self.problem
        while True:
            yield self.next()

    def answer(self, answer: Any) -> Diagnosis:
        """Return what is to be said to an answer, and remember it. Only the first try at a problem counts.

        Raises ValueError (ReadingError) or TypeError, with a message for the learner, when it cannot be read; then
        nothing is remembered.
        """
        diagnosis = diagnose(answer, self.problem.expression, self.problem.variable)
        self.broken.update(diagnosis.broken_rules)
        self._count(diagnosis.correct)
        return diagnosis

    def hint(self) -> str:
        """Return the rule to begin with, and nothing more."""
        return hint_for(self.steps())

    def steps(self) -> Step:
        """Return the whole derivation of the current problem; whoever has seen it gets no credit for it."""
        return explain(self.problem.expression, self.problem.variable)

    def reveal(self) -> Step:
        """Return the whole derivation, and let the topic come back as after a wrong answer."""
        self._count(False)
        return self.steps()

    def next(self) -> Problem:
        """Pose the next problem and return it."""
        previous = self.problem
        while self.problem.expression == previous.expression:
            self.problem = self._new()
        self._tried = False
        return self.problem

    def _new(self) -> Problem:
        self._posed += 1
        topic = self._next_topic()
        return problem(topic, self.progress[topic].level, self._random)

    def _next_topic(self) -> str:
        """Return a topic that is due again, or else one of those posed least."""
        if self._due and self._due[0][0] <= self._posed:
            return self._due.pop(0)[1]
        fewest = min(progress.posed for progress in self.progress.values())
        return self._random.choice([topic for topic, progress in self.progress.items() if progress.posed == fewest])

    def _count(self, right: bool) -> None:
        if self._tried:
            return
        self._tried, topic = True, self.problem.topic
        level, streak, total, posed = self.progress[topic]
        streak = streak + 1 if right else 0
        if streak == RIGHT_ANSWERS_TO_RISE and level < LEVELS:
            level, streak = level + 1, 0
        self.progress[topic] = Progress(level, streak, total + right, posed + 1)
        if not right:
            self._due.append((self._posed + PROBLEMS_UNTIL_RETURN, topic))

    def __repr__(self) -> str:
        """Return which topics are drilled."""
        return f"Drill({self.topics[0] if len(self.topics) == 1 else 'all topics'})"
