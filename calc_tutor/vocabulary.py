"""What can be built from text: the functions by their names, and operations whose results stay of a bearable size."""

from collections.abc import Callable
from typing import Any

import sympy as sp

Expr = Any  # SymPy ships no types

MAX_EXPONENT = 100
MAX_BITS = 400  # about 120 decimal digits
MAX_SIZE = 10**100


def built(function: Callable[..., Expr], *arguments: Expr) -> Expr:
    """The function of its arguments. Raises ValueError when that is no real expression of a bearable size."""
    if function is power and arguments[1].is_number and abs(arguments[1].evalf(5)) > MAX_EXPONENT:
        raise ValueError(f"this exponent is too large; at most {MAX_EXPONENT} is read")
    try:
        value = function(*arguments)
        size = value.evalf(5) if value.is_number and not value.is_Rational else sp.S.Zero
    except (TypeError, ValueError, ArithmeticError, AttributeError, NotImplementedError, RecursionError):
        raise ValueError("this has no value: there may be a division by zero in it") from None
    if value.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
        raise ValueError("this has no value: it divides by zero, or leaves where the function is defined")
    if value.has(sp.I) or not (size == 0 or size.is_Float):
        raise ValueError("this is not a real number")
    if abs(size) > MAX_SIZE or any(max(abs(r.p), r.q).bit_length() > MAX_BITS for r in value.atoms(sp.Rational)):
        raise ValueError("this number is too large to be read")
    if any(p.exp.is_Rational and abs(p.exp) > MAX_EXPONENT for p in value.atoms(sp.Pow)):
        raise ValueError(f"powers of powers grow too large here; at most {MAX_EXPONENT} is read")
    return value


def evaluated_up_to(function: Any, deepest: int) -> Callable[..., Expr]:
    """`function`, left unevaluated on deep arguments, where SymPy would think for seconds about their signs."""
    return lambda *u: function(*u, evaluate=all(nesting(v) <= deepest for v in u))


def nesting(u: Expr) -> int:
    """How many functions and powers are nested in each other; powers of a symbol do not count."""
    own = u.is_Function or (u.is_Pow and not (u.base.is_Atom and u.exp.is_Rational))
    return int(own) + max(map(nesting, u.args), default=0)


def power(base: Expr, exponent: Expr) -> Expr:
    """The power; e^u is the exponential of u."""
    return FUNCTIONS["exp"](exponent) if base == sp.E else evaluated_up_to(sp.Pow, 1)(base, exponent)


def plus(*terms: Expr) -> Expr:
    """The sum."""
    return _joined(sp.Add, terms)


def times(*factors: Expr) -> Expr:
    """The product."""
    return _joined(sp.Mul, factors)


def _joined(operation: Any, parts: tuple[Expr, ...]) -> Expr:
    """The sum or product: flat, its numbers gathered; deep parts are otherwise left unevaluated."""
    flat = [each for part in parts for each in operation.make_args(part)]
    number = operation(*(each for each in flat if each.is_Rational))
    others = [each for each in flat if not each.is_Rational]
    if number == 0 and operation is sp.Mul:
        return number
    first = [] if number == operation.identity else [number]
    return operation(*first, *others, evaluate=all(nesting(each) <= 2 for each in flat))


def minus(term: Expr) -> Expr:
    """The negative."""
    return times(sp.S.NegativeOne, term)


def quotient(above: Expr, below: Expr) -> Expr:
    """The first divided by the second."""
    return times(above, power(below, sp.S.NegativeOne))


_INVERTED = ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch"]
_SYMPYS = {name: getattr(sp, name) for name in (*_INVERTED, "exp", "log", "erf", "sign")}
_SYMPYS |= {"abs": sp.Abs, "max": sp.Max, "min": sp.Min}
_SYMPYS |= {f"{ar}{name}": getattr(sp, f"a{name}") for name in _INVERTED for ar in ("a", "ar", "arc")}
FUNCTIONS: dict[str, Callable[..., Expr]] = {name: evaluated_up_to(made, 0) for name, made in _SYMPYS.items()}
_OTHER_NAMES = {"ln": "log", "sgn": "sign", "cosec": "csc", "sen": "sin", "tg": "tan", "ctg": "cot", "cotg": "cot"}
_OTHER_NAMES |= {"arctg": "atan", "arcctg": "acot"}
FUNCTIONS |= {other: FUNCTIONS[name] for other, name in _OTHER_NAMES.items()}


def _sigmoid(u: Expr) -> Expr:
    return power(plus(sp.S.One, FUNCTIONS["exp"](minus(u))), sp.S.NegativeOne)


FUNCTIONS |= {
    "lg": lambda u: quotient(FUNCTIONS["log"](u), sp.log(10)),
    "sqrt": lambda u: power(u, sp.S.Half),
    "√": lambda u: power(u, sp.S.Half),
    "sigmoid": _sigmoid,
    "softplus": lambda u: FUNCTIONS["log"](plus(sp.S.One, FUNCTIONS["exp"](u))),
    "gelu": lambda u: times(sp.S.Half, u, plus(sp.S.One, FUNCTIONS["erf"](times(u, 1 / sp.sqrt(2))))),
    "relu": lambda u: FUNCTIONS["max"](sp.S.Zero, u),
}
SEVERAL = ("max", "min")
CONSTANTS = {"e": sp.E, "E": sp.E, "pi": sp.pi}
APPLIED = {"sigma": _sigmoid}  # only straight before a parenthesis


def symbol(name: str, subscript: str = "") -> Expr:
    """The number or the constant of that name, or else a plain symbol, as in x_1."""
    if name.isdecimal():
        return sp.Integer(name)
    return sp.Symbol(f"{name}_{subscript}") if subscript else CONSTANTS.get(name, sp.Symbol(name))
