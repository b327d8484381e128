"""Expressions as LaTeX and as plain text, in the notation of the lesson."""
# ruff: noqa: N802 # SymPy's printers look their methods up by the names of SymPy's classes

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter


class LogBase(sp.Function):
    """A logarithm to a base, only for printing: SymPy itself turns log(x, 2) into log(x)/log(2)."""


def _with_log_base(product: sp.Mul) -> sp.Expr | None:
    """The product with ln(u)/ln(b) written as a logarithm to base b, or None."""
    for bottom in product.args:
        if isinstance(bottom, sp.Pow) and bottom.exp == -1 and isinstance(bottom.base, sp.log):
            base = bottom.base.args[0]
            for top in product.args:
                if isinstance(top, sp.log) and base.is_Atom:
                    rest = sp.Mul(*(a for a in product.args if a not in (top, bottom)))
                    return rest * LogBase(top.args[0], base)
    return None


class _Shared:
    """What both printers do in the same way."""

    def _print_Mul(self, expr: sp.Mul) -> str:
        renamed = _with_log_base(expr)
        return str(super()._print_Mul(expr) if renamed is None else self._print(renamed))  # type: ignore[misc,attr-defined] # mixed into SymPy's printers

    def _print_Subs(self, expr: sp.Subs) -> str:
        inner, (point,) = expr.expr, expr.point[:1]
        if len(expr.point) == 1 and isinstance(inner, sp.Derivative) and _is_plain(inner):
            return self._prime(inner.expr, point)
        return str(super()._print_Subs(expr))  # type: ignore[misc] # as above

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        return self._prime(expr.expr, expr.expr.args[0]) if _is_plain(expr) else str(super()._print_Derivative(expr))  # type: ignore[misc] # as above

    def _prime(self, function: AppliedUndef, point: sp.Expr) -> str:
        return str(self._print(sp.Function(f"{function.func.__name__}'")(point)))  # type: ignore[attr-defined] # as above


def _is_plain(derivative: sp.Derivative) -> bool:
    """True for d/du f(u), which is written f'(u)."""
    function = derivative.expr
    return isinstance(function, AppliedUndef) and function.args == derivative.variables


class _Latex(_Shared, LatexPrinter):
    def _print_LogBase(self, expr: sp.Expr, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\log_{{{self._print(expr.args[1])}}}{power}{{\left({self._print(expr.args[0])} \right)}}"


class _Text(_Shared, StrPrinter):
    def _print_LogBase(self, expr: sp.Expr) -> str:
        return f"log_{self._print(expr.args[1])}({self._print(expr.args[0])})"

    def _print_log(self, expr: sp.log) -> str:
        return f"ln({self._print(expr.args[0])})"

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_exp(self, expr: sp.exp) -> str:
        return f"e^{self.parenthesize(expr.args[0], PRECEDENCE['Pow'] + 1)}"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "e"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        cases = (f"{self._print(e)} {'otherwise' if c == True else f'if {self._print(c)}'}" for e, c in expr.args)  # noqa: E712 # SymPy's true
        return "{" + "; ".join(cases) + "}"


def to_latex(expression: sp.Expr) -> str:
    """The expression as LaTeX: ln for the natural logarithm, logarithms to a base as such."""
    settings = {"ln_notation": True, "inv_trig_style": "full"}
    # A bare < or > in an output can be taken for HTML on its way to the reader.
    return str(_Latex(settings).doprint(expression)).replace("<", r"\lt ").replace(">", r"\gt ")


def to_text(expression: sp.Expr) -> str:
    """The expression as a person would type it: x^2·sin(x)."""
    return str(_Text().doprint(expression)).replace("**", "^").replace("*", "·")
