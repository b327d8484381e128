"""The three worked examples of the unit: a derivative by formula, a gradient by numbers, the chain rule."""

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from calc_core import numeric


def symbolic_derivative() -> tuple[sp.Expr, sp.Expr]:
    """The polynomial x³ - 2x² + 5 and its derivative 3x² - 4x, as SymPy expressions in x.

    >>> symbolic_derivative()
    (x**3 - 2*x**2 + 5, 3*x**2 - 4*x)
    """
    x = sp.Symbol("x")
    polynomial = x**3 - 2 * x**2 + 5
    return polynomial, sp.diff(polynomial, x)


def numerical_gradient(x_val: float = 2.0, y_val: float = 3.0, step: float = 1e-6) -> NDArray[np.float64]:
    """The central-difference gradient of f(x, y) = x²y + y³ at (x_val, y_val), an array of shape (2,).

    `step` is the h of (f(x + h) - f(x - h)) / 2h, one coordinate at a time. The exact gradient is (2xy, x² + 3y²):
    (12, 31) at the default point. ValueError for a step that is not positive and finite, and for a point that is not
    finite.

    >>> numerical_gradient().round(6)
    array([12., 31.])
    """
    return numeric.gradient(lambda p: p[0] ** 2 * p[1] + p[1] ** 3, np.array([x_val, y_val]), step=step)


def chain_rule_derivative() -> tuple[sp.Expr, sp.Expr]:
    """The composite (2x + 1)² expanded, 4x² + 4x + 1, and its derivative expanded, 8x + 4.

    >>> chain_rule_derivative()
    (4*x**2 + 4*x + 1, 8*x + 4)
    """
    x = sp.Symbol("x")
    composite = (2 * x + 1) ** 2
    return sp.expand(composite), sp.expand(sp.diff(composite, x))


def printout() -> str:
    """The three worked examples as text, the analytical gradient beside the numerical one."""
    polynomial, derivative = symbolic_derivative()
    numerical = numerical_gradient()
    x, y = sp.symbols("x y")
    function = x**2 * y + y**3
    analytical = [sp.diff(function, variable).subs({x: 2, y: 3}) for variable in (x, y)]
    composite, composite_derivative = chain_rule_derivative()
    return f"""\
1. A derivative by formula
   f(x)  = {polynomial}
   f'(x) = {derivative}

2. A gradient by numbers: f(x, y) = {function} at (2, 3)
   numerical  ({numerical[0]:.6f}, {numerical[1]:.6f})
   analytical ({analytical[0]}, {analytical[1]})

3. The chain rule: (2x + 1)**2
   expanded   = {composite}
   derivative = {composite_derivative}"""
