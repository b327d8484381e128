"""Interactive figures of the unit, one file each; called with no arguments, each shows the lesson's own example."""

from calc_core.explorers.backpropagation import backpropagation_explorer
from calc_core.explorers.chain import chain_explorer
from calc_core.explorers.derivation import derivation_explorer
from calc_core.explorers.error import error_explorer
from calc_core.explorers.secant import secant_explorer

__all__ = [
    "backpropagation_explorer",
    "chain_explorer",
    "derivation_explorer",
    "error_explorer",
    "secant_explorer",
]
