"""The drill: problems without end, harder as answers are right, and back to the rules that were broken."""

from collections import Counter
from random import Random
from typing import Any, NamedTuple

import sympy as sp

from calc_tutor.data import packaged
from calc_tutor.derivation import Step, explain
from calc_tutor.diagnosis import Verdict, diagnose, hint_for
from calc_tutor.reading import read

LEVELS = 3

#: For each topic the patterns of each level; see `drill.toml`.
PATTERNS: dict[str, list[list[str]]] = packaged("drill.toml")
RIGHT_ANSWERS_TO_RISE = 2


class Problem(NamedTuple):
    """Differentiate `expression` with respect to `variable`; all other symbols are constants."""

    topic: str
    level: int  # 1, 2 or 3
    expression: sp.Expr
    variable: sp.Symbol


def problem(topic: str, level: int, random: Random) -> Problem:
    """A new problem, whose derivative hides no mistake: it moves with x, and is neither the function nor its negative.

    >>> problem("chain rule", 1, Random(1)).expression
    (6*x + 2)**3
    """
    while True:
        pattern = random.choice(PATTERNS[topic][level - 1])
        values = dict(zip((sp.Symbol(c) for c in "abcmn"), random.sample(range(2, 7), 5), strict=True))
        # The exponents stay small, so that the numbers of the answer do.
        values[sp.Symbol("n")], values[sp.Symbol("m")] = random.sample(range(2, 5), 2)
        expression, x = read(pattern).xreplace(values), sp.Symbol("x")
        slope = sp.diff(expression, x)
        if slope.has(x) and 0 not in (sp.expand(slope - expression), sp.expand(slope + expression)):
            return Problem(topic, level, expression, x)


def _topic_beginning(text: Any) -> str:
    found = [name for name in PATTERNS if name.startswith(str(text).strip().lower())]
    if len(found) != 1:
        raise ValueError(f"topic must be one of {', '.join(map(repr, PATTERNS))}, got {text!r}")
    return found[0]


class Progress(NamedTuple):
    """How a topic is going: its level, right answers in a row at this level, and right answers of all problems."""

    level: int = 1
    streak: int = 0
    right: int = 0
    posed: int = 0


class Drill:
    """One session: the current `problem`, the `progress` of each topic, and the rules `broken` so far, counted.

    `topic` is one of the drill's topics or the beginning of its name, or None for all; the same seed and the same
    answers give the same problems.

    >>> drill = Drill("chain rule", seed=1)
    >>> drill.answer("5").tone, drill.progress["chain rule"].posed
    ('look again', 1)
    """

    def __init__(self, topic: str | None = None, seed: int | None = None) -> None:
        self.topics = tuple(PATTERNS) if topic is None else (_topic_beginning(topic),)
        self.progress = {name: Progress() for name in self.topics}
        self.broken: Counter[str] = Counter()
        self._random = Random(seed)
        self._coming: list[str | None] = []  # the topics of the next problems, where something went wrong
        self._tried = False
        self.problem = self._new()

    def answer(self, answer: Any) -> Verdict:
        """Judge an answer, and count the first try at a problem. What cannot be read is an error and counts nothing."""
        verdict = diagnose(answer, self.problem.expression, self.problem.variable)
        self.broken.update(verdict.broken_rules)
        self._count(verdict.correct)
        return verdict

    def hint(self) -> str:
        """The rule to begin with, and nothing more."""
        return hint_for(explain(self.problem.expression, self.problem.variable))

    def reveal(self) -> Step:
        """Give the whole derivation, and let the topic come back as after a wrong answer."""
        self._count(False)
        return explain(self.problem.expression, self.problem.variable)

    def next(self) -> Problem:
        """Pose the next problem, which is another one than before."""
        previous = self.problem
        while self.problem.expression == previous.expression:
            self.problem = self._new()
        self._tried = False
        return self.problem

    def _new(self) -> Problem:
        """A problem of the topic that is due to come back, or else of one that was asked for least."""
        topic = self._coming.pop(0) if self._coming else None
        if topic is None:
            fewest = min(now.posed for now in self.progress.values())
            topic = self._random.choice([topic for topic, now in self.progress.items() if now.posed == fewest])
        return problem(topic, self.progress[topic].level, self._random)

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
            self._coming = [*(self._coming or [None]), topic]  # after one of another topic
