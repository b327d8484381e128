"""Derivatives of expressions, rule by rule: a derivation that can be read, and what follows from it."""

from calc_core.symbolic.derivation import Step
from calc_core.symbolic.derivatives import (
    as_expression,
    as_symbol,
    directional_derivative,
    explain,
    gradient,
    hessian,
    tangent_line,
)
from calc_core.symbolic.notation import to_text

__all__ = [
    "Step",
    "as_expression",
    "as_symbol",
    "directional_derivative",
    "explain",
    "gradient",
    "hessian",
    "tangent_line",
    "to_text",
]
