"""Expressions as LaTeX and as plain text, in the notation of the lesson."""
# ruff: noqa: N802 # SymPy's printers look their methods up by the names of SymPy's classes

from __future__ import annotations

import decimal

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.functions.elementary.hyperbolic import InverseHyperbolicFunction
from sympy.functions.elementary.trigonometric import InverseTrigonometricFunction
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter


class LogBase(sp.Function):
    """A logarithm to a base, only for printing: SymPy itself turns log(x, 2) into log(x)/log(2)."""


class Held(sp.UnevaluatedExpr):
    """An expression that stays together: 2·Held(2x + 1) is not multiplied out."""

    is_commutative = True


class Decimal(sp.Symbol):
    """A number that is written with a decimal point, only for printing: SymPy keeps 0.8559 exactly, as 8559/10000."""

    @classmethod
    def class_key(cls) -> tuple[int, int, str]:
        """SymPy's order of writing: where numbers stand."""
        return (1, 0, "Number")


def to_latex(expression: sp.Basic) -> str:
    """The expression as LaTeX: ln for the natural logarithm, logarithms to a base as such."""
    # A bare < or > in an output can be taken for HTML on its way to the reader.
    return str(_LATEX.doprint(with_decimals(expression))).replace("<", r"\lt ").replace(">", r"\gt ")


def to_text(expression: sp.Basic) -> str:
    """The expression as a person would type it: x^2·sin(x)."""
    return str(_TEXT.doprint(with_decimals(expression))).replace("**", "^").replace("*", "·")


def with_decimals(expression: sp.Basic) -> sp.Basic:
    """The expression with its fractions as decimals, where they end as such and one of them is none of the small."""
    ending = {r for r in expression.atoms(sp.Rational) if r.q > 1 and 10**12 % r.q == 0}
    if all(r.q in (2, 4, 5, 8, 16) for r in ending):
        return expression
    written = {r: format(decimal.Decimal(abs(r.p)) / r.q, "f") for r in ending}
    return expression.xreplace({r: sp.sign(r) * Decimal(text, positive=True) for r, text in written.items()})


def function_name(function: type[sp.Basic]) -> str:
    """The name that people write: ln, arctan, arsinh."""
    name: str = {sp.log: "ln", sp.Abs: "|x|"}.get(function, function.__name__)
    inverse = issubclass(function, InverseTrigonometricFunction | InverseHyperbolicFunction)
    return ("ar" if name.endswith("h") else "arc") + name[1:] if inverse else name


def is_log_below(factor: sp.Basic) -> bool:
    """Whether the factor is 1/ln(b), as in a logarithm to base b."""
    return isinstance(factor, sp.Pow) and factor.exp == -1 and isinstance(factor.base, sp.log)


def _with_log_base(product: sp.Mul) -> sp.Expr | None:
    """The product with ln(u)/ln(b) written as a logarithm to base b, or None."""
    for bottom in product.args:
        if is_log_below(bottom):
            base = bottom.base.args[0]
            for top in product.args:
                if isinstance(top, sp.log) and base.is_Atom:
                    return sp.Mul(*(a for a in product.args if a not in (top, bottom))) * LogBase(top.args[0], base)
    return None


def _primed(derivative: sp.Basic) -> str:
    """The name f' for d/du f(u), or an empty text for any other derivative."""
    if not isinstance(derivative, sp.Derivative) or not isinstance(derivative.expr, AppliedUndef):
        return ""
    return f"{derivative.expr.func.__name__}'" if derivative.expr.args == derivative.variables else ""


def _inside(expression: sp.Expr) -> sp.Expr:
    return expression.args[0] if isinstance(expression, Held) else expression


class _Latex(LatexPrinter):
    def _print_AppliedUndef(self, expr: AppliedUndef, exp: str | None = None) -> str:
        written = super()._print_Function(expr)
        return rf"\left({written}\right)^{{{exp}}}" if exp else str(written)  # f^2(x) may be read as f(f(x))

    def _print_Pow(self, expr: sp.Pow) -> str:
        if isinstance(expr.base, Held) and isinstance(_inside(expr.base), sp.exp | sp.Pow) and expr.exp.is_positive:
            return rf"\left({self._print(expr.base)}\right)^{{{self._print(expr.exp)}}}"
        return str(super()._print_Pow(expr))

    def _print_Mul(self, expr: sp.Mul) -> str:
        renamed = _with_log_base(expr)
        return str(super()._print_Mul(expr) if renamed is None else self._print(renamed))

    def _print_LogBase(self, expr: LogBase, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\log_{{{self._print(expr.args[1])}}}{power}{{\left({self._print(expr.args[0])} \right)}}"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        name, inner = _primed(expr), self._print(expr.variables[0])
        return rf"{name}\left({inner}\right)" if name else str(super()._print_Derivative(expr))

    def _print_Subs(self, expr: sp.Subs) -> str:
        name, inner = _primed(expr.expr), self._print(expr.point[0])
        return rf"{name}\left({inner}\right)" if name else str(super()._print_Subs(expr))


class _Text(StrPrinter):
    def _print_Mul(self, expr: sp.Mul) -> str:
        renamed = _with_log_base(expr)
        return str(super()._print_Mul(expr) if renamed is None else self._print(renamed))

    def _print_LogBase(self, expr: LogBase) -> str:
        return f"log_{self._print(expr.args[1])}({self._print(expr.args[0])})"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        name = _primed(expr)
        if name:
            return f"{name}({self._print(expr.variables[0])})"
        return " ".join([*(f"∂/∂{v}" for v in expr.variables), self._print(expr.expr)])

    def _print_Subs(self, expr: sp.Subs) -> str:
        name = _primed(expr.expr)
        if name:
            return f"{name}({self._print(expr.point[0])})"
        return f"[{self._print(expr.expr)} at {self._print(expr.variables[0])} = {self._print(expr.point[0])}]"

    def _print_Function(self, expr: sp.Function) -> str:
        return f"{function_name(expr.func)}({self.stringify(expr.args, ', ')})"

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_MinMaxBase(self, expr: sp.Max | sp.Min) -> str:
        return f"{type(expr).__name__.lower()}({', '.join(map(self._print, expr.args))})"

    def _print_exp(self, expr: sp.exp) -> str:
        return f"e^{self.parenthesize(expr.args[0], PRECEDENCE['Pow'] + 1)}"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "e"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        if isinstance(_inside(expr.base), sp.exp) and not (expr.exp.is_Rational and expr.exp.is_negative):
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
