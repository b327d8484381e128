"""Figures of the unit: numbers in, matplotlib out; no widget, no global state.

Every function returns a picture that ``show(*picture)`` displays with its alt text.
"""

from calc_core.plots.canvas import new_figure, show
from calc_core.plots.curves import scatter, tangent_line
from calc_core.plots.errors import error_curve
from calc_core.plots.fields import descent, directional_slopes, gradient_field
from calc_core.plots.graphs import computation_graph
from calc_core.plots.proofs import chain_rule, product_rule
from calc_core.plots.secants import secant_line

__all__ = [
    "chain_rule",
    "computation_graph",
    "descent",
    "directional_slopes",
    "error_curve",
    "gradient_field",
    "new_figure",
    "product_rule",
    "scatter",
    "secant_line",
    "show",
    "tangent_line",
]
