"""What moves: figures that answer their controls, and the explorers made of them."""

from calc_lab.descent import descent_explorer
from calc_lab.figure import LiveFigure, moving
from calc_lab.gradient import gradient_explorer
from calc_lab.taylor import taylor_explorer
from calc_lab.training import training_explorer

__all__ = [
    "LiveFigure",
    "descent_explorer",
    "gradient_explorer",
    "moving",
    "taylor_explorer",
    "training_explorer",
]
