"""What a person types, as a SymPy expression: `2x`, `3 x²`, `e^x sin x`, `|x|`, `2(2x+1)2`; nothing is ever evaluated.

    sum      = product (("+" | "-") product)*
    product  = run (("*" | "/") run)*
    run      = signed power*                  factors side by side are multiplied
    signed   = ("+" | "-")* power
    power    = atom ("^" signed)?             x² is read as x^(2)
    atom     = number | name | function argument | "(" sum ")" | "|" sum "|"

Length, nesting, exponents and numbers are bounded, so that any string is answered at once: by an expression, or by a
`ReadingError` that points at the place.
"""

import itertools
import numbers
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, NoReturn

import numpy as np
import sympy as sp
from sympy.core.alphabets import greeks

from calc_tutor.advice import NO_FORMULA, ReadingError, about_character, about_no_formula, about_word

Expr = Any  # SymPy ships no types

MAX_LENGTH = 200
MAX_DEPTH = 30
MAX_DIGITS = 30
MAX_SEVERAL = 20  # values in one answer
MAX_EXPONENT = 100
MAX_BITS = 400  # about 120 decimal digits
MAX_SIZE = 10**100

# ---- What can be built: the operations, and the functions by their names


def _evaluated_up_to(function: Any, deepest: int) -> Callable[..., Expr]:
    """`function`, left unevaluated on deep arguments, where SymPy would think for seconds about their signs."""
    return lambda *u: function(*u, evaluate=all(_nesting(v) <= deepest for v in u))


def _nesting(u: Expr) -> int:
    """How many functions and powers are nested in each other; powers of a symbol do not count."""
    own = u.is_Function or (u.is_Pow and not (u.base.is_Atom and u.exp.is_Rational))
    return int(own) + max(map(_nesting, u.args), default=0)


def power(base: Expr, exponent: Expr) -> Expr:
    """The power; e^u is the exponential of u."""
    return FUNCTIONS["exp"](exponent) if base == sp.E else _evaluated_up_to(sp.Pow, 1)(base, exponent)


def _joined(operation: Any, *parts: Expr) -> Expr:
    """The sum or product: flat, its numbers gathered; deep parts are otherwise left unevaluated."""
    flat = [each for part in parts for each in operation.make_args(part)]
    number = operation(*(each for each in flat if each.is_Rational))
    others = [each for each in flat if not each.is_Rational]
    first = [] if number == operation.identity else [number]
    return operation(*first, *others, evaluate=all(_nesting(each) <= 2 for each in flat))


_plus, _times = partial(_joined, sp.Add), partial(_joined, sp.Mul)


def _minus(term: Expr) -> Expr:
    return _times(sp.S.NegativeOne, term)


def _quotient(above: Expr, below: Expr) -> Expr:
    return _times(above, power(below, sp.S.NegativeOne))


_INVERTED = ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch"]
_SYMPYS = {name: getattr(sp, name) for name in (*_INVERTED, "exp", "log", "erf", "sign")}
_SYMPYS |= {"abs": sp.Abs, "max": sp.Max, "min": sp.Min}
_SYMPYS |= {f"{ar}{name}": getattr(sp, f"a{name}") for name in _INVERTED for ar in ("a", "ar", "arc")}
FUNCTIONS: dict[str, Callable[..., Expr]] = {name: _evaluated_up_to(made, 0) for name, made in _SYMPYS.items()}
_OTHER_NAMES = {"ln": "log", "sgn": "sign", "cosec": "csc", "sen": "sin", "tg": "tan", "ctg": "cot", "cotg": "cot"}
_OTHER_NAMES |= {"arctg": "atan", "arcctg": "acot"}
FUNCTIONS |= {other: FUNCTIONS[name] for other, name in _OTHER_NAMES.items()}
FUNCTIONS |= {
    "lg": lambda u: _quotient(FUNCTIONS["log"](u), sp.log(10)),
    "sqrt": lambda u: power(u, sp.S.Half),
    "√": lambda u: power(u, sp.S.Half),
    "sigmoid": lambda u: _quotient(sp.S.One, _plus(sp.S.One, FUNCTIONS["exp"](_minus(u)))),
    "softplus": lambda u: FUNCTIONS["log"](_plus(sp.S.One, FUNCTIONS["exp"](u))),
    "gelu": lambda u: _times(sp.S.Half, u, _plus(sp.S.One, FUNCTIONS["erf"](_times(u, 1 / sp.sqrt(2))))),
    "relu": lambda u: FUNCTIONS["max"](sp.S.Zero, u),
}
SEVERAL = ("max", "min")
CONSTANTS = {"e": sp.E, "E": sp.E, "pi": sp.pi}


def symbol(name: str, subscript: str = "") -> Expr:
    """The number or the constant of that name, or else a plain symbol, as in x_1."""
    if name.isdecimal():
        return sp.Integer(name)
    return sp.Symbol(f"{name}_{subscript}") if subscript else CONSTANTS.get(name, sp.Symbol(name))


# ---- What is typed, as tokens

_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", greeks, strict=True)) | {"µ": "mu", "ϕ": "phi"}
_SAME = str.maketrans("·⋅∙•×∗−–÷∕[{]}∣’′\t\n\u00a0\u2009", "******--//(())|''    ")
_LOW = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉", "0123456789+-n0123456789")
_FORMS = {form: name for name in FUNCTIONS for form in (name, name.capitalize(), name.upper())}  # Sin, SIN
_FUNCTION = "|".join(sorted(_FORMS, key=len, reverse=True))
_NAME = "|".join(sorted([*_LETTERS.values(), *_LETTERS], key=len, reverse=True))
_TOKEN = re.compile(
    r"(?P<space> +)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<superscript>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|ⁿ)"
    rf"|(?P<unknown>(?:(?!{_FUNCTION}|{_NAME})[A-Za-z]){{4,}})"
    rf"|(?P<function>{_FUNCTION})(?:_(?P<base>[0-9]+|[A-Za-z])|(?<=[lL][oO][gG])(?P<old>[0-9]+)(?= *\())?"
    rf"|(?P<name>{_NAME}|[A-Za-z])(?:_(?P<index>[0-9]+|[A-Za-z])|(?P<low>[₀-₉]+))?|(?P<symbol>\*\*|[-+*/^()|,])"
)
# What may stand to the left of an equals sign: y, f(x), f'(x), L(a, b), dy/dx, d/dx f(x); x = 2 is no expression.
_LEFT = re.compile(r"\s*(?:[d∂]\w*(?:\(\w\))?/[d∂]\w+\s*)?(?:y|[^\W\d](?=['(])'*(?:\([\w, ]+\))?)?\s*=(?!=)")
_ENDING = " .,;?"  # what may end a sentence says nothing about the formula


class Token(NamedTuple):
    """A piece of the text: its kind, its name or value, where it stands, and the 1 of x_1 or the 2 of log_2."""

    kind: str  # "number", "name", "function", "end", or the symbol itself, such as "+"
    value: Any
    start: int
    end: int
    subscript: str = ""


def _tokens(text: str) -> Iterator[Token]:
    if len(text) > MAX_LENGTH:
        raise ReadingError(text, MAX_LENGTH, f"this is too long: {len(text)} characters, at most {MAX_LENGTH} are read")
    plain = text.translate(_SAME)
    left = _LEFT.match(plain)
    place = left.end() if left else 0
    end = len(plain.rstrip(_ENDING))
    no_formula = NO_FORMULA.search(text, place)
    if no_formula:
        raise ReadingError(text, no_formula.start(), about_no_formula(no_formula[0]))
    while place < end:
        piece = _TOKEN.match(plain, place, end)
        if piece is None:
            raise ReadingError(text, place, about_character(text[place], plain[place]))
        span, found = piece.span(), {kind: part for kind, part in piece.groupdict().items() if part}
        match found:
            case {"unknown": word}:
                raise ReadingError(text, place, about_word(word, text[:place], text[piece.end() :]))
            case {"number": digits}:
                exponent = re.split("[eE]", digits)[1:]
                if len(digits) > MAX_DIGITS or any(abs(int(e)) > MAX_DIGITS for e in exponent):
                    raise ReadingError(text, place, f"this number is too long; at most {MAX_DIGITS} digits are read")
                yield Token("number", sp.Rational(digits), *span)
            case {"superscript": digits}:
                value = sp.Symbol("n") if digits == "ⁿ" else sp.Integer(digits.translate(_LOW))
                yield from (Token(kind, value, *span) for kind in ("^", "(", "number", ")"))
            case {"function": name}:
                yield Token("function", _FORMS[name], *span, found.get("base") or found.get("old", ""))
            case {"name": name}:
                index = found.get("index") or found.get("low", "").translate(_LOW)
                yield Token("name", _LETTERS.get(name, name), *span, index)
            case {"symbol": sign}:
                yield Token(sign.replace("**", "^"), None, *span)
        place = piece.end()
    yield Token("end", None, len(text), len(text))


def read(text: str) -> Expr:
    """The SymPy expression that `text` means, with plain symbols, `e` and `pi` as constants, exact numbers.

    `2x` is 2*x, `sin 2x` is sin(2*x), `sin x cos x` is a product, `sin^2 x` is (sin x)^2, `log` and `ln` are the
    natural logarithm. Of `f'(x) = 2x` the right side is read. What has two readings, such as `1/2x`, is refused with
    both. For any text it raises `ReadingError` or nothing; for what is not text, `TypeError`.

    >>> read("3x^2 sin 2x")
    3*x**2*sin(2*x)
    """
    if not isinstance(text, str):
        raise TypeError(f"expected text such as 'x^2 sin(x)', got {type(text).__name__}")
    reader = _Reader(text)
    if reader.next.kind == "end":
        reader.fail("there is nothing to read yet")
    value = reader.sum()
    return value if reader.next.kind == "end" else reader.unexpected()


def as_expression(value: Any) -> Expr:
    """The expression for typed text, a number, or a SymPy expression; nothing else is looked into.

    SymPy would run the text inside a list as a program, so the kind of the value is asked before SymPy sees it.
    """
    if isinstance(value, str):
        return read(value)
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        value = sp.sympify(value, strict=True)
    if not isinstance(value, sp.Expr) or value.is_Matrix:
        got = "nothing" if value is None else f"a value of type {type(value).__name__}"
        raise TypeError(f"expected a formula or a number, got {got}; try text, such as '3x^2 - 4x'")
    if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise ValueError(f"expected a finite number, got {value}; try another one")
    return value


def as_expressions(value: Any) -> tuple[Expr, ...]:
    """Several expressions: of a list, a tuple, an array, or of text such as `(2xy, x^2)` or `2xy; x^2`."""
    if isinstance(value, str) and len(value) < MAX_LENGTH * MAX_SEVERAL:
        value = _parts(value)
    elif isinstance(value, np.ndarray | sp.MatrixBase | sp.NDimArray):
        value = np.ravel(value).tolist()
    if not isinstance(value, list | tuple):
        return (as_expression(value),)
    if not 0 < len(value) <= MAX_SEVERAL:
        raise ValueError(f"expected a few values, got {len(value)} of them; try text, such as '(2xy, x^2)'")
    return tuple(as_expression(each) for each in value)


def _parts(text: str) -> list[str]:
    text = text.strip(_ENDING)
    depths = list(itertools.accumulate((c in "([{") - (c in ")]}") for c in text))
    inside = int(bool(depths) and depths[-1] == 0 < min(depths[:-1], default=0))  # one pair around everything
    separator = ";" if ";" in text else ","
    ends = [i for i, c in enumerate(text) if c == separator and depths[i] == inside]
    return [text[i + 1 : j] for i, j in itertools.pairwise([inside - 1, *ends, len(text) - inside])]


class _Reader:
    """One reading of one text: the tokens, and how far we are."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens = text, list(_tokens(text))
        self.at = self.depth = self.bars = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def last(self) -> Token:
        return self.tokens[self.at - 1]

    @property
    def adjacent(self) -> bool:
        return self.next.start == self.last.end

    def take(self) -> Token:
        self.at += 1
        return self.last

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        raise ReadingError(self.text, self.next.start if position is None else position, message)

    def two_readings(self, first: str, second: str, position: int | None = None) -> NoReturn:
        self.fail(f"this can be read in two ways; write {first} or {second}", position)

    def between(self, start: int, end: int) -> str:
        return self.text[start:end].strip()

    def built(self, position: int, function: Callable[..., Expr], *arguments: Expr) -> Expr:
        """The function of its arguments; what is no real number of a bearable size is refused, at its place."""
        if function is power and arguments[1].is_number and abs(arguments[1].evalf(5)) > MAX_EXPONENT:
            self.fail(f"this exponent is too large; at most {MAX_EXPONENT} is read", position)
        try:
            value = function(*arguments)
            size = value.evalf(5) if value.is_number and not value.is_Rational else sp.S.Zero
        except (TypeError, ValueError, ArithmeticError, AttributeError, NotImplementedError, RecursionError):
            self.fail("this has no value: there may be a division by zero in it", position)
        if value.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
            self.fail("this has no value: it divides by zero, or leaves where the function is defined", position)
        if value.has(sp.I) or not (size == 0 or size.is_Float):
            self.fail("this is not a real number", position)
        if abs(size) > MAX_SIZE or any(max(abs(r.p), r.q).bit_length() > MAX_BITS for r in value.atoms(sp.Rational)):
            self.fail("this number is too large to be read", position)
        if any(p.exp.is_Rational and abs(p.exp) > MAX_EXPONENT for p in value.atoms(sp.Pow)):
            self.fail(f"powers of powers grow too large here; at most {MAX_EXPONENT} is read", position)
        return value

    def unexpected(self) -> NoReturn:
        if self.next.kind == ",":
            numbers = [self.between(t.start, t.end) for t in (self.last, self.tokens[self.at + 1])]
            if all(map(str.isdecimal, numbers)) and self.adjacent:
                self.fail(f"a decimal number needs a point; did you mean {'.'.join(numbers)}?")
            self.fail("one formula is expected here, without a comma; a base is written log_2(x)")
        self.fail("this closes nothing that was opened")

    def sum(self) -> Expr:
        value = self.product()
        while self.next.kind in ("+", "-"):
            sign, right = self.take(), self.product()
            value = self.built(sign.start, _plus, value, right if sign.kind == "+" else _minus(right))
        return value

    def product(self) -> Expr:
        start = self.next.start
        value, _ = self.run()
        while self.next.kind in ("*", "/"):
            sign = self.take()
            right, second = self.run()
            if sign.kind == "/" and second:
                top, bottom = self.between(start, sign.start), self.between(sign.end, second)
                rest = self.between(second, self.last.end)
                self.two_readings(f"({top}/{bottom})*{rest}", f"{top}/({bottom}*{rest})", sign.start)
            value = self.built(sign.start, _times if sign.kind == "*" else _quotient, value, right)
        return value

    def run(self) -> tuple[Expr, int]:
        """The product of the factors that stand side by side, and where the second one starts, if there is one."""
        value, second = self.signed(), 0
        while self.next.kind in ("number", "name", "function", "(") or (self.next.kind == "|" and not self.bars):
            raised = not self.adjacent and self.tokens[self.at + 1].kind == "^"  # as in x 3^x
            if self.next.kind == "number" and self.last.kind not in (")", "|") and not raised:
                self.fail("what joins this number to what stands before it? write * for times, ^ for a power")
            second = second or self.next.start
            value = self.built(self.next.start, _times, value, self.power())
        return value, second

    def signed(self) -> Expr:
        if self.next.kind in ("+", "-"):
            return self.signed() if self.take().kind == "+" else _minus(self.signed())
        return self.power()

    def power(self) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"this is nested too deeply; at most {MAX_DEPTH} levels are read")
        start, value = self.next.start, self.atom()
        while self.next.kind == "^":
            sign, above = self.take(), self.next
            exponent = self.signed()
            open_ended = self.adjacent and self.last.kind not in (")", "|")  # e^2x, but neither e^(2x)y nor e^xsinx
            below, upper = self.between(start, sign.start), self.between(above.start, self.next.start)
            unclear = self.next.kind == "name" or (self.next.kind == "function" and not exponent.free_symbols)
            if unclear and open_ended and not value.free_symbols:
                rest = self.between(self.next.start, self.next.end) + "..." * (self.next.kind == "function")
                self.two_readings(f"{below}^({upper})*{rest}", f"{below}^({upper}*{rest})")
            if abs(exponent) == 1 and self.next.kind == "/" and self.tokens[self.at + 1].kind == "number":  # x^-1/2
                bottom = self.between(self.next.end, self.tokens[self.at + 1].end)
                self.two_readings(f"({below}^({upper}))/{bottom}", f"{below}^({upper}/{bottom})")
            value = self.built(sign.start, power, value, exponent)
        self.depth -= 1
        return value

    def atom(self) -> Expr:
        token = self.take()
        match token.kind:
            case "number":
                return token.value
            case "name":
                return self.name(token)
            case "function":
                return self.function(token)
            case "(":
                return self.inside(token)[0]
            case "|":
                self.bars += 1
                value = self.sum()
                if self.take().kind != "|":
                    self.fail("the bar | that was opened is not closed", token.start)
                self.bars -= 1
                return self.built(token.start, FUNCTIONS["abs"], value)
        return self.fail("something is missing here: a number, a name or a parenthesis", token.start)

    def name(self, token: Token) -> Expr:
        name, touching = token.value, self.next.kind if self.adjacent else ""
        if name == "sigma" and touching == "(":
            return self.function(token._replace(value="sigmoid"))
        if name in ("f", "g") and touching == "(":
            self.fail(
                f"what is {name}? Type the formula that it stands for, or {name}*(...) for a product", token.start
            )
        if touching == "number":
            number = self.between(self.next.start, self.next.end)
            self.fail(f"what is {name}{number}? Write {name}^{number}, {number}{name} or {name}_{number}")
        return symbol(name, token.subscript)

    def inside(self, opening: Token, *, several: bool = False) -> list[Expr]:
        """What stands between the parenthesis just taken and the one that closes it."""
        outer, self.bars = self.bars, 0
        values = [self.sum()]
        while several and self.next.kind == ",":
            self.take()
            values.append(self.sum())
        if self.next.kind == "end":
            self.fail("the parenthesis that was opened here is not closed", opening.start)
        if self.next.kind != ")":
            self.unexpected()
        self.take()
        self.bars = outer
        return values

    def function(self, token: Token) -> Expr:
        """A function of its argument: sin x, sin(x), sin^2 x, log_2(x), max(0, x)."""
        name, exponent = token.value, sp.S.One
        if token.subscript and name != "log":
            self.fail(f"{name} with an index is not known here", token.start)
        if self.next.kind == "^":  # without what follows it, as in sin^2 x
            self.take()
            exponent = _minus(self.atom()) if self.next.kind == "-" and self.take() else self.atom()
            if exponent == -1:
                self.two_readings(f"1/{name}(...)", f"arc{name}(...)", token.start)
        if self.next.kind == "(":
            values = self.inside(self.take(), several=name in SEVERAL)
        elif name in SEVERAL:
            self.fail(f"{name} needs its arguments in parentheses, as in {name}(0, x)")
        else:
            values = [self.argument(token)]
        value = self.built(token.start, FUNCTIONS[name], *values)
        if token.subscript:
            value = self.built(token.start, _quotient, value, FUNCTIONS["log"](symbol(token.subscript)))
        return value if exponent == 1 else self.built(token.start, power, value, exponent)

    def argument(self, token: Token) -> Expr:
        """The argument of a function without parentheses: it ends at a space, an operator or a function."""
        log = token.value in ("ln", "log")
        glued = token.value == "log" and self.adjacent and self.next.kind == "number"  # log2x
        start, value = self.next.start, self.signed()
        closed = glued or token.value in ("sqrt", "√")  # ln 2 e^x, sqrt 2x
        while self.next.kind == "name" and not closed and (self.adjacent or (value.is_Number and not log)):  # 2x, 2 x
            value = self.built(self.next.start, _times, value, self.power())
        bare = self.next.kind == "name" and self.tokens[self.at + 1].kind != "^"  # sin w x, but not sin x e^x
        touching = self.next.kind == "(" and self.adjacent
        constant = not value.free_symbols and self.next.kind in ("name", "function")  # sin pi x
        divided = not value.free_symbols and not value.is_Number and self.next.kind == "/"  # cos pi/4
        if bare or touching or constant or divided:
            name, first = self.between(token.start, token.end), self.between(start, self.next.start)
            sign = "/" if self.next.kind == "/" else "*"
            alone = f"log_{first}(...)" if glued else f"{name}({first}){sign}..."
            self.two_readings(alone, f"{name}({first}{sign}...)")
        return value
