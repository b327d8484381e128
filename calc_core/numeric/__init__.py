"""Derivatives from function values alone.

A function of one variable takes a number or an array, elementwise. A function of several takes a point of shape (n,);
it is fast if it also takes many at once, coordinates on the first axis, points trailing: shape (n, m) in, (m,) out, as
`lambda p: p[0] ** 2 * p[1] + p[1] ** 3` does. One that cannot is called point by point.
"""

from calc_core.numeric.curvature import hessian
from calc_core.numeric.differences import best_step, central_difference, complex_step, forward_difference
from calc_core.numeric.extrapolation import Derivative, derivative
from calc_core.numeric.partials import gradient, jacobian

__all__ = ["Derivative", "best_step", "central_difference", "complex_step", "derivative", "forward_difference"]
__all__ += ["gradient", "hessian", "jacobian"]
