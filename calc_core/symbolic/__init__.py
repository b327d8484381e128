"""Derivatives of expressions, rule by rule: a derivation that can be read, and what follows from it."""

from calc_core.symbolic.derivation import Step
from calc_core.symbolic.derivatives import directional_derivative, explain, gradient, hessian, tangent_line

__all__ = ["Step", "directional_derivative", "explain", "gradient", "hessian", "tangent_line"]
