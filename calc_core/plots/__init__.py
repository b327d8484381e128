"""Figures of the unit: numbers in, matplotlib out; no widget, no global state.

Every function returns a picture that ``show(*picture)`` displays with its alt text.
"""

from calc_core.plots.canvas import new_figure, show
from calc_core.plots.curves import scatter, tangent_line
from calc_core.plots.fields import gradient_field
from calc_core.plots.proofs import chain_rule, product_rule

__all__ = ["chain_rule", "gradient_field", "new_figure", "product_rule", "scatter", "show", "tangent_line"]
