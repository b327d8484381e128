"""Reads what people type, explains derivatives rule by rule, and checks answers."""

from calc_tutor.advice import ReadingError
from calc_tutor.check import check, hint, solution
from calc_tutor.data import exercises
from calc_tutor.derivation import explain
from calc_tutor.diagnosis import diagnose
from calc_tutor.reading import read

__all__ = ["ReadingError", "check", "diagnose", "exercises", "explain", "hint", "read", "solution"]
