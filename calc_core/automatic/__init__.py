"""Derivatives of programs: plain numpy code, run once, gives its value and its slopes."""

from calc_core.automatic.curvature import hessian
from calc_core.automatic.forward import Dual
from calc_core.automatic.reverse import Var, grad, pull_back, value_and_grad

__all__ = ["Dual", "Var", "grad", "hessian", "pull_back", "value_and_grad"]
