"""The slopes that are simply known: of the elementary functions, and of those that have kinks or jumps."""

from collections.abc import Callable
from typing import Any

import sympy as sp

#: For each function with one argument, its slope.
SLOPES: dict[Any, Callable[[sp.Expr], sp.Expr]] = {
    sp.exp: sp.exp,
    sp.log: lambda u: 1 / u,
    sp.sin: sp.cos,
    sp.cos: lambda u: -sp.sin(u),
    sp.tan: lambda u: 1 / sp.cos(u) ** 2,
    sp.cot: lambda u: -1 / sp.sin(u) ** 2,
    sp.sec: lambda u: sp.sec(u) * sp.tan(u),
    sp.csc: lambda u: -sp.csc(u) * sp.cot(u),
    sp.asin: lambda u: 1 / sp.sqrt(1 - u**2),
    sp.acos: lambda u: -1 / sp.sqrt(1 - u**2),
    sp.atan: lambda u: 1 / (1 + u**2),
    sp.acot: lambda u: -1 / (1 + u**2),
    sp.asec: lambda u: 1 / (u**2 * sp.sqrt(1 - 1 / u**2)),
    sp.acsc: lambda u: -1 / (u**2 * sp.sqrt(1 - 1 / u**2)),
    sp.sinh: sp.cosh,
    sp.cosh: sp.sinh,
    sp.tanh: lambda u: 1 - sp.tanh(u) ** 2,
    sp.coth: lambda u: -1 / sp.sinh(u) ** 2,
    sp.sech: lambda u: -sp.sech(u) * sp.tanh(u),
    sp.csch: lambda u: -sp.csch(u) * sp.coth(u),
    sp.asinh: lambda u: 1 / sp.sqrt(u**2 + 1),
    sp.acosh: lambda u: 1 / (sp.sqrt(u - 1) * sp.sqrt(u + 1)),
    sp.atanh: lambda u: 1 / (1 - u**2),
    sp.acoth: lambda u: 1 / (1 - u**2),
    sp.asech: lambda u: -1 / (u * sp.sqrt(1 - u**2)),
    sp.acsch: lambda u: -1 / (u**2 * sp.sqrt(1 + 1 / u**2)),
    sp.Abs: sp.sign,
    sp.sign: lambda u: sp.S.Zero,
    sp.floor: lambda u: sp.S.Zero,
    sp.ceiling: lambda u: sp.S.Zero,
    sp.Heaviside: lambda u: sp.S.Zero,
    sp.erf: lambda u: 2 * sp.exp(-(u**2)) / sp.sqrt(sp.pi),
    sp.erfc: lambda u: -2 * sp.exp(-(u**2)) / sp.sqrt(sp.pi),
}
