"""How a derivation shows itself: as formulas in a notebook, as plain text elsewhere."""
# ruff: noqa: D102, D105 # the operators of Piece say what they do

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import sympy as sp
from sympy.printing.precedence import precedence

from calc_core.symbolic.kinks import remark
from calc_core.symbolic.notation import Held, to_latex, to_text, with_decimals
from calc_core.symbolic.rules import names, operands, rule_for

SUM, PRODUCT, POWER, ATOM = 40, 50, 60, 70  # how tightly a formula holds together, on SymPy's scale
WIDTH = 72  # of the equations in plain text, before the rules' names
INDENT = r"\qquad "


@dataclass(frozen=True)
class Piece:
    """A part of a formula that stays as it was written: 2(2x + 1)·2 does not become 8x + 4.

    Pieces combine with +, -, *, / and **, so the same rule that computes with expressions also writes itself down.
    """

    text: str
    latex: str
    strength: int = ATOM
    expression: sp.Expr | None = None

    @classmethod
    def of(cls, value: Any) -> Piece:
        """The piece for an expression, a number or the name of something."""
        if isinstance(value, Piece):
            return value
        if isinstance(value, str):
            return cls(value, value.replace("ln ", r"\ln "))
        expression = sp.sympify(value)
        text = to_text(expression)
        shown = SUM if text.startswith("-") else PRODUCT if text.startswith("1/") else ATOM
        strength = min(precedence(with_decimals(expression)), shown)
        return cls(text, to_latex(expression), strength, expression)

    @classmethod
    def said(cls, *words: Any) -> Piece:
        """A sentence: strings are words, expressions are formulas."""
        text = "".join(word if isinstance(word, str) else to_text(word) for word in words)
        latex = "".join(rf"\text{{{word}}}" if isinstance(word, str) else to_latex(word) for word in words)
        return cls(text, latex)

    def held(self, strength: int, first: bool = False) -> tuple[str, str]:
        """Text and LaTeX, in brackets where something at least this strong is needed, but not for the -3 of -3 · x."""
        minus = self.text.startswith("-")
        if strength <= SUM or (self.strength >= strength and not minus):
            return self.text, self.latex
        if minus and first and (self.strength >= strength or " " not in self.text):
            return self.text, self.latex
        return f"({self.text})", rf"\left({self.latex}\right)"

    def __add__(self, other: Any) -> Piece:
        return _joined(self, " + ", Piece.of(other), SUM, SUM)

    def __sub__(self, other: Any) -> Piece:
        return _joined(self, " - ", Piece.of(other), SUM, PRODUCT)

    def __neg__(self) -> Piece:
        text, latex = self.held(PRODUCT)
        return Piece(f"-{text}", f"-{latex}", SUM)

    def __mul__(self, other: Any) -> Piece:
        return _joined(self, " · ", Piece.of(other), PRODUCT, PRODUCT)

    def __rmul__(self, other: Any) -> Piece:
        return Piece.of(other) * self

    def __truediv__(self, other: Any) -> Piece:
        below = Piece.of(other)
        text = f"{self.held(PRODUCT, first=True)[0]} / {below.held(POWER)[0]}"
        return Piece(text, rf"\frac{{{self.latex}}}{{{below.latex}}}", PRODUCT)

    def __rtruediv__(self, other: Any) -> Piece:
        return Piece.of(other) / self

    def __pow__(self, other: Any) -> Piece:
        raised = Piece.of(other)
        base, base_latex = self.held(POWER + 1)
        return Piece(f"{base}^{raised.held(ATOM)[0]}", f"{base_latex}^{{{raised.latex}}}", POWER)

    def __call__(self, inner: Piece) -> Piece:
        return Piece(f"{self.text}({inner.text})", rf"{self.latex}\left({inner.latex}\right)")


def _joined(left: Piece, sign: str, right: Piece, left_strength: int, right_strength: int) -> Piece:
    a, b = left.held(left_strength, first=True), right.held(right_strength)
    if sign == " + " and b[0].startswith("-"):
        sign, b = " - ", (b[0][1:], b[1].lstrip("-").lstrip())
    return Piece(a[0] + sign + b[0], a[1] + sign.replace("·", r"\cdot") + b[1], left_strength)


class Line(NamedTuple):
    """One line of a derivation: how deep it stands, which step it shows, what it says and by which rule."""

    depth: int
    step: Step
    equation: Piece
    reason: Piece


@dataclass(frozen=True, repr=False)
class Step:
    """One rule at work: d(expression)/d(variable) = result, made from the results of `steps` alone.

    A step displays itself as a derivation: typeset in a notebook, as plain text elsewhere.
    """

    rule: str
    expression: sp.Expr
    variable: sp.Symbol
    result: sp.Expr
    steps: tuple[Step, ...] = ()

    @property
    def letters(self) -> tuple[list[str], list[str]]:
        """What the rule calls the parts it keeps and those it asks the derivative of: never as the expression does."""
        free = [letter for letter in "fghklmnpqrst" if letter not in names(self.expression)]
        rule, new = rule_for(self.expression, self.variable)[0], str.maketrans("fg", "".join(free[:2]))
        kept, inner = (letters.translate(new).split(",") if letters else [] for letters in rule.letters or ("", ""))
        return kept, inner if len(self.steps) < 3 else free[: len(self.steps)]

    @property
    def formula(self) -> Piece | None:
        """The rule in letters; None where the result is the rule itself, as for the sine."""
        rule = rule_for(self.expression, self.variable)[0]
        if rule.whole is None:
            return None
        kept, inner = ([Piece.of(letter) for letter in letters] for letters in self.letters)
        slopes = [Piece.of(f"{f.text}'") for f in inner]
        whole, slope = rule.whole(*kept, *inner), Piece.of(rule.derivative(*kept, *inner, *slopes))
        return Piece(f"({whole.text})' = {slope.text}", rf"\left({whole.latex}\right)' = {slope.latex}")

    @property
    def pieces(self) -> Piece:
        """The rule filled in and not yet simplified."""
        rule, parts = rule_for(self.expression, self.variable)
        if rule.letters is None:
            return Piece.of(self.result)
        arguments = operands(parts, [step.result for step in self.steps], self.variable)
        return Piece.of(rule.derivative(*map(_as_piece, arguments)))

    @property
    def note(self) -> str:
        """What the rule needs in order to hold here, such as where a kink is; empty where there is nothing to say."""
        return self.remark.text

    @property
    def remark(self) -> Piece:
        """The note, with its formulas."""
        parts = [(step.expression, step.result) for step in self.steps]
        return Piece.said(*remark(self.expression, self.variable, parts, self.rule == "chain rule"))

    def walk(self) -> tuple[Step, ...]:
        """This step and all steps below it, in the order in which they are read."""
        return (self, *(deeper for step in self.steps for deeper in step.walk()))

    def lines(self) -> tuple[Line, ...]:
        """The derivation line by line, in the order of `walk`."""
        return tuple(_line(step, depth, self) for depth, step in _with_depth(self, 0))

    def __repr__(self) -> str:
        return f"Step({self.rule!r}, d/d{self.variable} [{to_text(self.expression)}] = {to_text(self.result)})"

    def __str__(self) -> str:
        left = ["    " * line.depth + line.equation.text for line in self.lines()]
        width = min(WIDTH, max(map(len, left)))
        rows = zip(left, self.lines(), strict=True)
        return "\n".join(f"{equation:{width}}    {line.reason.text}" for equation, line in rows)

    def _repr_latex_(self) -> str:
        rows = (
            rf"{INDENT * line.depth}\displaystyle {line.equation.latex} & {line.reason.latex}" for line in self.lines()
        )
        # Inline, as SymPy does it, so that the derivation starts at the left margin and not in the middle.
        return r"$\displaystyle \begin{array}{ll} " + r" \\ ".join(rows) + r" \end{array}$"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/latex": self._repr_latex_()}


def _with_depth(step: Step, depth: int) -> Iterator[tuple[int, Step]]:
    yield depth, step
    for below in step.steps:
        yield from _with_depth(below, depth + 1)


def _line(step: Step, depth: int, top: Step) -> Line:
    whole = top if step.variable == top.variable else step
    d, d_latex = ("∂", r"\partial ") if len(whole.expression.free_symbols) > 1 else ("d", "d")
    result = Piece.of(step.result)
    shown = step.pieces
    text = f"{d}/{d}{step.variable} [{to_text(step.expression)}] = {shown.text}"
    operator = rf"\frac{{{d_latex}}}{{{d_latex}{to_latex(step.variable)}}}"
    latex = rf"{operator}\left[{to_latex(step.expression)}\right] = {shown.latex}"
    if shown.text.replace(" ", "") != result.text.replace(" ", ""):
        text, latex = f"{text} = {result.text}", f"{latex} = {result.latex}"
    return Line(depth, step, Piece(text, latex), _reason(step))


def _reason(step: Step) -> Piece:
    text, latex = step.rule, rf"\text{{{step.rule}}}"
    if step.formula:
        text, latex = f"{text}: {step.formula.text}", rf"{latex}\colon\ {step.formula.latex}"
    if step.rule == "chain rule":
        outer, inner = step.steps
        stands_for = Piece.said(
            ", with ", sp.Eq(outer.variable, sp.Symbol(step.letters[1][1]), evaluate=False), " = ", inner.expression
        )
        text, latex = text + stands_for.text, latex + stands_for.latex
    note = step.remark
    return Piece(f"{text}; {note.text}", rf"{latex}\text{{; }} {note.latex}") if note.text else Piece(text, latex)


def _as_piece(operand: Any) -> Any:
    if isinstance(operand, sp.Basic):
        return Piece.of(operand)
    # Held, so that 2(2x + 1) does not become 4x + 2.
    return lambda g: Piece.of(operand(Held(g.expression)))
