"""What a learner answers, as expressions or numbers: SymPy, text, numbers, lists, arrays, functions."""

import itertools
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from calc_core.reading import read


def as_expression(answer: Any, variables: Sequence[str] = ("x",)) -> sp.Expr:
    """Return the answer as one SymPy expression in plain symbols.

    Text is read as people type it; a Python function is called with the symbols of `variables`. Raises ValueError or
    TypeError with a message for the learner.
    """
    if isinstance(answer, str):
        return read(answer)
    if isinstance(answer, np.ndarray | sp.MatrixBase | list | tuple) and np.size(answer) == 1:
        return as_expression(np.ravel(np.array(answer, dtype=object))[0], variables)
    if isinstance(answer, sp.Expr):
        return _plain(answer)
    if isinstance(answer, numbers.Real | np.number) and not isinstance(answer, bool):
        return _number(answer)
    if callable(answer) and not isinstance(answer, type):
        return as_expression(_called(answer, variables), variables)
    several = isinstance(answer, list | tuple | np.ndarray | sp.MatrixBase)
    got = f"{np.size(answer)} values" if several else f"a value of type {type(answer).__name__}"
    got = "nothing" if answer is None else got
    raise TypeError(f"expected a formula or a number, got {got}; try text, such as '3x^2 - 4x'")


def as_expressions(answer: Any, variables: Sequence[str] = ("x",)) -> tuple[sp.Expr, ...]:
    """Return the answer as several expressions: a list, a tuple, an array, or text such as `(2xy, x^2)`."""
    if isinstance(answer, str):
        return tuple(read(piece) for piece in _split(answer))
    if callable(answer) and not isinstance(answer, type | sp.Basic):
        answer = _called(answer, variables)
    if isinstance(answer, np.ndarray | sp.MatrixBase | sp.Tuple | list | tuple):
        return tuple(as_expression(piece, variables) for piece in np.ravel(np.array(answer, dtype=object)))
    return (as_expression(answer, variables),)


def as_number(expression: sp.Expr) -> float:
    """Return a constant expression as a finite float. Raises ValueError when it is none."""
    if expression.free_symbols:
        names = ", ".join(sorted(str(s) for s in expression.free_symbols))
        raise ValueError(
            f"expected a number, got a formula with {names} in it; put in the values and type the number alone"
        )
    value = complex(expression.evalf())
    if value.imag or not np.isfinite(value.real):
        raise ValueError(f"expected a finite real number, got {expression}")
    return value.real


def _plain(expression: sp.Expr) -> sp.Expr:
    """Return the expression with symbols that are known by their names alone, whatever was assumed about them."""
    return expression.xreplace({s: sp.Symbol(s.name) for s in expression.atoms(sp.Symbol)})


def _number(answer: Any) -> sp.Expr:
    if not np.isfinite(float(answer)):
        raise ValueError(f"expected a finite number, got {answer}")
    if isinstance(answer, numbers.Rational):
        return sp.Rational(int(answer.numerator), int(answer.denominator))
    return sp.Float(float(answer))


def _called(answer: Any, variables: Sequence[str]) -> Any:
    try:
        return answer(*(sp.Symbol(name) for name in variables))
    except Exception as error:  # a learner's function may raise anything
        raise ValueError(
            f"the function could not be applied to {', '.join(variables)} ({error}); try text, such as '3x^2 - 4x'"
        ) from None


def _split(text: str) -> list[str]:
    """Return the pieces of `(a, b)`, `[a, b]` or `a, b`: what stands between the commas outside parentheses."""
    text = text.strip()
    depths = list(itertools.accumulate((c in "([{") - (c in ")]}") for c in text))
    inside = (
        1 if depths and depths[-1] == 0 < min(depths[:-1], default=0) else 0
    )  # one pair of parentheses around everything
    ends = [i for i, c in enumerate(text) if c == "," and depths[i] == inside]
    return [text[i + 1 : j] for i, j in itertools.pairwise([inside - 1, *ends, len(text) - inside])]
