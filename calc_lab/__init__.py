"""What moves: figures that answer their controls, and the explorers made of them."""

from calc_lab.cut import cut_explorer
from calc_lab.exponential import exponential_explorer
from calc_lab.figure import LiveFigure, moving
from calc_lab.function_and_slope import function_and_slope_explorer
from calc_lab.network import network_explorer
from calc_lab.valleys import valleys_explorer

__all__ = [
    "LiveFigure",
    "cut_explorer",
    "exponential_explorer",
    "function_and_slope_explorer",
    "moving",
    "network_explorer",
    "valleys_explorer",
]
