"""Expressions as LaTeX and as plain text, in the notation of the lesson."""
# ruff: noqa: N802 # SymPy's printers look their methods up by the names of SymPy's classes

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter


class LogBase(sp.Function):
    """A logarithm to a base, only for printing: SymPy itself turns log(x, 2) into log(x)/log(2)."""


class Held(sp.UnevaluatedExpr):
    """An expression that stays together: 2·Held(2x + 1) is not multiplied out."""

    is_commutative = True


def to_latex(expression: sp.Basic) -> str:
    """The expression as LaTeX: ln for the natural logarithm, logarithms to a base as such."""
    # A bare < or > in an output can be taken for HTML on its way to the reader.
    return str(_LATEX.doprint(expression)).replace("<", r"\lt ").replace(">", r"\gt ")


def to_text(expression: sp.Basic) -> str:
    """The expression as a person would type it: x^2·sin(x)."""
    return str(_TEXT.doprint(expression)).replace("**", "^").replace("*", "·")


def _with_log_base(product: sp.Mul) -> sp.Expr | None:
    """The product with ln(u)/ln(b) written as a logarithm to base b, or None."""
    for bottom in product.args:
        if isinstance(bottom, sp.Pow) and bottom.exp == -1 and isinstance(bottom.base, sp.log):
            base = bottom.base.args[0]
            for top in product.args:
                if isinstance(top, sp.log) and base.is_Atom:
                    return sp.Mul(*(a for a in product.args if a not in (top, bottom))) * LogBase(top.args[0], base)
    return None


def _primed(derivative: sp.Basic, point: sp.Expr | None = None) -> sp.Expr | None:
    """A printable f'(u) for d/du f(u), at the point if one is given; None for any other derivative."""
    function = derivative.expr if isinstance(derivative, sp.Derivative) else None
    if not isinstance(function, AppliedUndef) or function.args != derivative.variables:
        return None
    return sp.Function(f"{function.func.__name__}'")(function.args[0] if point is None else point)


class _Latex(LatexPrinter):
    def _print_Mul(self, expr: sp.Mul) -> str:
        renamed = _with_log_base(expr)
        return str(super()._print_Mul(expr) if renamed is None else self._print(renamed))

    def _print_LogBase(self, expr: LogBase, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\log_{{{self._print(expr.args[1])}}}{power}{{\left({self._print(expr.args[0])} \right)}}"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        return str(self._print(_primed(expr)) if _primed(expr) else super()._print_Derivative(expr))

    def _print_Subs(self, expr: sp.Subs) -> str:
        primed = _primed(expr.expr, expr.point[0])
        return str(self._print(primed) if primed else super()._print_Subs(expr))


class _Text(StrPrinter):
    def _print_Mul(self, expr: sp.Mul) -> str:
        renamed = _with_log_base(expr)
        return str(super()._print_Mul(expr) if renamed is None else self._print(renamed))

    def _print_LogBase(self, expr: LogBase) -> str:
        return f"log_{self._print(expr.args[1])}({self._print(expr.args[0])})"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        return str(self._print(_primed(expr)) if _primed(expr) else super()._print_Derivative(expr))

    def _print_Subs(self, expr: sp.Subs) -> str:
        primed = _primed(expr.expr, expr.point[0])
        return str(self._print(primed) if primed else super()._print_Subs(expr))

    def _print_log(self, expr: sp.log) -> str:
        return f"ln({self._print(expr.args[0])})"

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_exp(self, expr: sp.exp) -> str:
        return f"e^{self.parenthesize(expr.args[0], PRECEDENCE['Pow'] + 1)}"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "e"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        if isinstance(expr.base, sp.exp) and expr.exp != -1:
            return f"({self._print(expr.base)})^{self.parenthesize(expr.exp, PRECEDENCE['Pow'])}"
        if expr.exp.is_Integer and expr.exp < -1:
            return f"1/{self._print(1 / expr)}"
        return str(super()._print_Pow(expr, rational))

    def _print_Relational(self, expr: Relational) -> str:
        sign = {"==": "=", "<=": "≤", ">=": "≥", "!=": "≠"}.get(expr.rel_op, expr.rel_op)
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        cases = (f"{self._print(e)} {'otherwise' if c == sp.true else f'if {self._print(c)}'}" for e, c in expr.args)
        return "{" + "; ".join(cases) + "}"


_LATEX = _Latex({"ln_notation": True, "inv_trig_style": "full"})
_TEXT = _Text({"full_prec": False})
