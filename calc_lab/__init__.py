"""The laboratory: figures that answer their controls, fields for answers, questions to commit to."""

from calc_lab.backpropagation import backpropagation_explorer
from calc_lab.chain import chain_explorer
from calc_lab.cut import cut_explorer
from calc_lab.derivation import derivation_explorer
from calc_lab.descent import descent_explorer
from calc_lab.drill import drill
from calc_lab.error import error_explorer
from calc_lab.exercise import exercise
from calc_lab.exponential import exponential_explorer
from calc_lab.figure import LiveFigure, moving
from calc_lab.function_and_slope import function_and_slope_explorer
from calc_lab.gradient import gradient_explorer
from calc_lab.network import network_explorer
from calc_lab.predict import predict
from calc_lab.progress import progress
from calc_lab.secant import secant_explorer
from calc_lab.taylor import taylor_explorer
from calc_lab.training import training_explorer
from calc_lab.valleys import valleys_explorer

__all__ = [
    "LiveFigure",
    "backpropagation_explorer",
    "chain_explorer",
    "cut_explorer",
    "derivation_explorer",
    "descent_explorer",
    "drill",
    "error_explorer",
    "exercise",
    "exponential_explorer",
    "function_and_slope_explorer",
    "gradient_explorer",
    "moving",
    "network_explorer",
    "predict",
    "progress",
    "secant_explorer",
    "taylor_explorer",
    "training_explorer",
    "valleys_explorer",
]
