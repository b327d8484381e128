"""Exercises, answers that are understood, and a drill."""

from calc_core.practice.check import check, hint, solution
from calc_core.practice.diagnosis import diagnose, diagnose_gradient, diagnose_step
from calc_core.practice.drill import Drill
from calc_core.practice.drill_widget import drill
from calc_core.practice.exercises import Exercise, exercises
from calc_core.practice.verdicts import Diagnosis
from calc_core.reading import ReadingError, read

__all__ = [
    "Diagnosis",
    "Drill",
    "Exercise",
    "ReadingError",
    "check",
    "diagnose",
    "diagnose_gradient",
    "diagnose_step",
    "drill",
    "exercises",
    "hint",
    "read",
    "solution",
]
