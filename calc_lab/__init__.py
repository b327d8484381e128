"""What moves: figures that answer their controls, and the explorers made of them."""

from calc_lab.backpropagation import backpropagation_explorer
from calc_lab.chain import chain_explorer
from calc_lab.derivation import derivation_explorer
from calc_lab.error import error_explorer
from calc_lab.figure import LiveFigure, moving
from calc_lab.secant import households_secant, secant_explorer

__all__ = [
    "LiveFigure",
    "backpropagation_explorer",
    "chain_explorer",
    "derivation_explorer",
    "error_explorer",
    "households_secant",
    "moving",
    "secant_explorer",
]
