"""Calculus for machine learning: the small package behind the lesson's notebooks."""

from calc_core.worked_examples import chain_rule_derivative, numerical_gradient, symbolic_derivative

__all__ = ["chain_rule_derivative", "numerical_gradient", "symbolic_derivative"]
