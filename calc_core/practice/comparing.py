"""Whether two expressions are the same function: compared at fixed random points, never by rewriting them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.piecewise import ExprCondPair

Values = NDArray[np.complex128]

# Ranges the points are drawn from, so that roots, logarithms and inverse functions meet points where they are real;
# one more goes beyond the largest number of the question, where the graph may have a kink.
RANGES = ((1 / 16, 15 / 16), (1 / 16, 3), (17 / 16, 3), (-3, 3))
NEAR, FAR = 12, 10**4
POINTS_EACH = 12
ENOUGH = 4
TOLERANCE = 1e-8
FLOOR = 1e-5
ROUNDED = 0.005
FAR_APART = 0.1


class Comparison:
    """Compares expressions where all expressions of a domain are real, at points for the symbols of all of them."""

    def __init__(self, *domain: sp.Expr, symbols: frozenset[sp.Symbol] = frozenset()) -> None:
        """Choose the points; `symbols` are those that may appear besides the domain's own."""
        known = [_concrete(e) for e in domain]
        names = sorted(symbols.union(*(e.free_symbols for e in known)), key=str)
        numbers = (2 * abs(number) for e in known for number in e.atoms(sp.Number))
        reach = float(min(max([NEAR, *numbers]), FAR))
        self._points: dict[sp.Basic, Values] = {symbol: _column(i, reach) for i, symbol in enumerate(names)}
        self._memo: dict[sp.Basic, Any] = {}
        values = [self._values(e) for e in known]
        real = functools.reduce(np.logical_and, map(_is_real, values))
        self.is_real = bool(np.count_nonzero(real) >= ENOUGH)
        finite = functools.reduce(np.logical_and, map(np.isfinite, values))
        self._compared = real if self.is_real else finite

    def agree(self, first: sp.Expr, second: sp.Expr) -> bool:
        """True if both have the same values; points where one is not defined are passed over, up to a limit."""
        first, second = _concrete(first), _concrete(second)
        places, gap = self._gaps(first, second)
        if not places.size or np.median(gap) > FAR_APART:
            return False
        # Where large terms cancel, a value is only as exact as the terms. More digits decide there: at the widest gaps,
        # and at the smallest value, where a small difference shows.
        doubtful = np.flatnonzero(gap > TOLERANCE)
        size = np.abs(self._values(first)[places[doubtful]])
        chosen = {*doubtful[np.argsort(-gap[doubtful])[:2]], *doubtful[np.argsort(size)[:1]]}
        return all(self._agree_exactly(first, second, int(places[i])) for i in chosen)

    def close(self, first: sp.Expr, second: sp.Expr) -> bool:
        """True if both have nearly the same values at nearly all points, as a rounded answer has."""
        places, gap = self._gaps(_concrete(first), _concrete(second))
        return bool(places.size) and bool(np.quantile(gap, 0.9) < ROUNDED)

    def _gaps(self, first: sp.Expr, second: sp.Expr) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Where both have values, and how far these lie apart; nowhere, if that is at too few of the points."""
        if not first.free_symbols | second.free_symbols <= set(self._points):
            return np.empty(0, np.intp), np.empty(0)
        a, b = self._values(first), self._values(second)
        places = np.flatnonzero(self._compared & np.isfinite(a) & np.isfinite(b))
        if places.size < max(ENOUGH, np.count_nonzero(self._compared) / 4):
            return np.empty(0, np.intp), np.empty(0)
        floor, a, b = self._floor(first, second)[places], a[places], b[places]
        return places, np.abs(a - b) / (np.abs(a) + np.abs(b) + floor)

    def _floor(self, first: sp.Expr, second: sp.Expr) -> NDArray[np.float64]:
        """The size below which values count as 0, at each point."""
        with np.errstate(all="ignore"):
            return FLOOR * np.maximum(self._size(first), self._size(second)) + np.finfo(float).tiny

    def _size(self, e: sp.Expr) -> NDArray[np.float64]:
        """How large the terms are that a value comes from, and with them its error: 1 for sin^2 + cos^2 - 1."""
        if e.is_Add or e.is_Mul:
            return functools.reduce(np.maximum if e.is_Add else np.multiply, map(self._size, e.args))
        return np.abs(self._values(e))

    def _agree_exactly(self, first: sp.Expr, second: sp.Expr, i: int) -> bool:
        place = {symbol: sp.Rational(column[i].real) for symbol, column in self._points.items()}
        a, b = (complex(sp.N(e.xreplace(place), 30)) for e in (first, second))
        return abs(a - b) <= TOLERANCE * (abs(a) + abs(b) + float(self._floor(first, second)[i]))

    def _values(self, expression: sp.Expr) -> Values:
        with np.errstate(all="ignore"):  # points where something is not defined are left out
            values = np.asarray(_evaluate(expression, self._points, self._memo), complex)
            return np.broadcast_to(values, ((len(RANGES) + 1) * POINTS_EACH,))


def same(a: sp.Expr, b: sp.Expr) -> bool:
    """True if both expressions are the same function, in whatever form, wherever the second one is real."""
    return Comparison(b, symbols=frozenset(a.free_symbols)).agree(a, b)


def _is_real(values: Values) -> NDArray[np.bool_]:
    return np.isfinite(values) & (np.abs(values.imag) <= 1e-9 * (1 + np.abs(values.real)))


@functools.cache
def _column(index: int, reach: float) -> Values:
    """One coordinate of the points: rational numbers, the same in every session."""
    random = np.random.default_rng([39, index])
    ranges = (*RANGES, (-reach, reach))
    parts = [np.round(random.uniform(low, high, POINTS_EACH) * 128 + 0.25) / 128 for low, high in ranges]
    return np.concatenate(parts).astype(complex)


def _concrete(expression: sp.Expr) -> sp.Expr:
    """The expression with sums written out for three data points, and a definite function for every unknown one."""
    expression = sp.sympify(expression)
    if expression.has(sp.Sum, sp.Indexed):
        lengths = {limit[2]: 3 for total in expression.atoms(sp.Sum) for limit in total.limits if limit[2].is_Symbol}
        expression = expression.subs(lengths).doit()
        expression = expression.replace(sp.Indexed, lambda *parts: sp.Symbol("_".join(map(str, parts))))
    if expression.has(AppliedUndef):
        expression = expression.replace(sp.Derivative, _at_a_symbol)
        expression = expression.replace(lambda e: isinstance(e, AppliedUndef), _stand_in).doit()
    return expression


def _at_a_symbol(function: sp.Expr, *by: Any) -> sp.Expr:
    """SymPy's derivative of f(g(x)) with respect to g(x), as the derivative of f(u) at u = g(x)."""
    variable, u = by[0][0], sp.Dummy()
    if len(by) > 1 or variable.is_Symbol:
        return sp.Derivative(function, *by)
    return sp.Subs(sp.Derivative(function.subs(variable, u), (u, by[0][1])), u, variable)


def _stand_in(function: AppliedUndef) -> sp.Expr:
    seed = sum(map(ord, function.func.__name__)) % 7 + 2
    inner = sum(((k + 1) * argument for k, argument in enumerate(function.args)), sp.S.Zero)
    return sp.exp(inner / seed) + inner**2 / 5


def _real(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function on real numbers, undefined elsewhere."""
    return lambda *zs: np.where(
        functools.reduce(np.logical_and, map(_is_real, zs)), function(*(z.real for z in zs)), np.nan
    )


_RECIPROCAL = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh", "sech": "cosh", "csch": "sinh"}
_erf = _real(np.vectorize(math.erf, otypes=[float]))
_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    sp.Add: lambda *zs: functools.reduce(np.add, zs),
    sp.Mul: lambda *zs: functools.reduce(np.multiply, zs),
    sp.Pow: np.power,
    **{getattr(sp, name): getattr(np, name) for name in ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"]},
    **{getattr(sp, f"a{name}"): getattr(np, f"arc{name}") for name in ["sin", "cos", "tan", "sinh", "cosh", "tanh"]},
    **{getattr(sp, f): lambda z, g=g: 1 / getattr(np, g)(z) for f, g in _RECIPROCAL.items()},
    **{getattr(sp, f"a{f}"): lambda z, g=g: getattr(np, f"arc{g}")(1 / z) for f, g in _RECIPROCAL.items()},
    **{sp.erf: _erf, sp.erfc: lambda z: 1 - _erf(z), sp.Abs: np.abs, sp.re: np.real, sp.sign: _real(np.sign)},
    **{sp.floor: _real(np.floor), sp.ceiling: _real(np.ceil), sp.Heaviside: lambda z, _: _real(np.heaviside)(z, 0.5)},
    sp.Max: _real(lambda *rs: functools.reduce(np.maximum, np.broadcast_arrays(*rs))),
    sp.Min: _real(lambda *rs: functools.reduce(np.minimum, np.broadcast_arrays(*rs))),
    **{sp.Gt: np.greater, sp.Ge: np.greater_equal, sp.Eq: np.equal},  # complex numbers are ordered by their real parts
    **{sp.Lt: np.less, sp.Le: np.less_equal, sp.Ne: np.not_equal},
    **{sp.And: lambda *cs: np.logical_and.reduce(np.broadcast_arrays(*cs))},
    **{sp.Or: lambda *cs: np.logical_or.reduce(np.broadcast_arrays(*cs))},
    ExprCondPair: lambda value, holds: (value, holds),
    sp.Piecewise: lambda *cases: np.select([np.asarray(holds) for _, holds in cases], [v for v, _ in cases], np.nan),
}


def _evaluate(e: sp.Basic, points: dict[sp.Basic, Values], memo: dict[sp.Basic, Any]) -> Any:
    """The values of the expression at all points; what cannot be evaluated is nan."""
    if e in points:
        return points[e]
    if not e.args:
        return bool(e) if e in (sp.true, sp.false) else complex(e) if e.is_number and e.is_finite else np.nan
    if e not in memo:
        known = next((_FUNCTIONS[kind] for kind in type(e).__mro__ if kind in _FUNCTIONS), lambda *_: np.nan)
        memo[e] = known(*(_evaluate(a, points, memo) for a in e.args))
    return memo[e]
