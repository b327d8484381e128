"""What moves and answers: exercises, predictions, the drill, and how far the reader has come."""

from calc_lab.drill import drill
from calc_lab.exercise import exercise
from calc_lab.predict import predict
from calc_lab.progress import progress

__all__ = ["drill", "exercise", "predict", "progress"]
