"""What a learner answers, as expressions or numbers: SymPy, text, numbers, lists, arrays, functions."""

import itertools
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from calc_core.reading import read
from calc_core.symbolic.rules import names


def as_expression(answer: Any, variables: Sequence[str] = ("x",)) -> sp.Expr:
    """Return the answer as one SymPy expression in plain symbols.

    Text is read as people type it; a Python function is called with the symbols of `variables`. Raises ValueError or
    TypeError with a message for the learner.
    """
    pieces = (read(answer),) if isinstance(answer, str) else as_expressions(answer, variables)
    if len(pieces) != 1:
        raise _not_understood(f"{len(pieces)} values")
    return pieces[0]


def as_expressions(answer: Any, variables: Sequence[str] = ("x",)) -> tuple[sp.Expr, ...]:
    """Return the answer as several expressions: a list, a tuple, an array, or text such as `(2xy, x^2)`."""
    if isinstance(answer, str):
        return tuple(read(piece) for piece in _split(answer))
    if callable(answer) and not isinstance(answer, type | sp.Basic):
        answer = _called(answer, variables)
    pieces = np.array(answer, dtype=object)
    if pieces.ndim:
        return tuple(as_expression(piece, variables) for piece in pieces.flat)
    if isinstance(answer, sp.Expr):  # symbols are known by their names alone, whatever was assumed about them
        return (answer.xreplace({s: sp.Symbol(s.name) for s in answer.atoms(sp.Symbol)}),)
    if not isinstance(answer, numbers.Real | np.number) or isinstance(answer, bool):
        raise _not_understood("nothing" if answer is None else f"a value of type {type(answer).__name__}")
    number = sp.sympify(answer)
    if not number.is_finite:
        raise ValueError(f"expected a finite number, got {answer}")
    return (number,)


def as_number(expression: sp.Expr) -> float:
    """Return a constant expression as a finite float. Raises ValueError when it is none."""
    letters = ", ".join(sorted(names(expression)))
    if letters:
        raise ValueError(
            f"expected a number, got a formula with {letters} in it; put in the values and type the number alone"
        )
    value = complex(expression.evalf())
    if value.imag or not np.isfinite(value.real):
        raise ValueError(f"expected a finite real number, got {expression}")
    return value.real


def in_letters_of(known: frozenset[sp.Symbol], answer: sp.Expr) -> sp.Expr:
    """Return the answer with X read as x where the question knows an x and no X."""
    by_small_letter = {str(s).lower(): s for s in known}
    return answer.xreplace({s: by_small_letter.get(str(s).lower(), s) for s in answer.free_symbols - known})


def _not_understood(got: str) -> TypeError:
    return TypeError(f"expected a formula or a number, got {got}; try text, such as '3x^2 - 4x'")


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
    # One pair of parentheses may stand around everything.
    inside = 1 if depths and depths[-1] == 0 < min(depths[:-1], default=0) else 0
    ends = [i for i, c in enumerate(text) if c == "," and depths[i] == inside]
    return [text[i + 1 : j] for i, j in itertools.pairwise([inside - 1, *ends, len(text) - inside])]
