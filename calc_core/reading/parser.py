"""What a person types, as a SymPy expression: `2x`, `3 x²`, `e^x sin x`, `|x|`, `2(2x+1)2`.

The text is cut into tokens and the expression is built from them by recursive descent. Nothing is ever evaluated as
code, and length, nesting, exponents and numbers are bounded, so that any string is answered at once: by an expression,
or by a `ReadingError` that points at the place.

    sum      = product (("+" | "-") product)*
    product  = run (("*" | "/") run)*
    run      = signed power*                  factors side by side are multiplied
    signed   = ("+" | "-")* power
    power    = atom superscript* ("^" signed)?
    atom     = number | name | function argument | "(" sum ")" | "|" sum "|"
"""

from collections.abc import Callable
from typing import NoReturn

from calc_core.reading.tokens import ReadingError, Token, tokens_of
from calc_core.reading.vocabulary import (
    APPLIED,
    FUNCTIONS,
    SEVERAL,
    Expr,
    built,
    minus,
    plus,
    power,
    quotient,
    symbol,
    times,
)

MAX_DEPTH = 30


def read(text: str) -> Expr:
    """Return the SymPy expression that `text` means, with plain symbols, `e` and `pi` as constants, exact numbers.

    `2x` is 2*x, `sin 2x` is sin(2*x), `sin x cos x` is a product, `sin^2 x` is (sin x)^2, `log` and `ln` are the
    natural logarithm. Of `f'(x) = 2x` the right side is read. What has two readings, such as `1/2x`, is refused with
    both. For any text it raises `ReadingError` or nothing; for what is not text, `TypeError`.
    """
    if not isinstance(text, str):
        raise TypeError(f"expected text such as 'x^2 sin(x)', got {type(text).__name__}")
    return _Reader(text).whole()


class _Reader:
    """One reading of one text: the tokens, and how far we are."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens = text, tokens_of(text)
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

    def two_readings(self, first: str, second: str, position: int) -> NoReturn:
        self.fail(f"this can be read in two ways; write {first} or {second}", position)

    def whole(self) -> Expr:
        if self.next.kind == "end":
            self.fail("there is nothing to read yet")
        value = self.sum()
        if self.next.kind != "end":
            self.unexpected()
        return value

    def unexpected(self) -> NoReturn:
        if self.next.kind == ",":
            after = self.tokens[self.at + 1]
            numbers = [self.text[token.start : token.end] for token in (self.last, after)]
            if all(map(str.isdecimal, numbers)) and self.adjacent:
                self.fail(f"a decimal number needs a point; did you mean {'.'.join(numbers)}?")
            self.fail("one formula is expected here, without a comma; a base is written log_2(x)")
        self.fail("this closes nothing that was opened" if self.next.kind in ")|" else "an operator is missing here")

    def sum(self) -> Expr:
        value = self.product()
        while self.next.kind in ("+", "-"):
            sign, right = self.take(), self.product()
            value = self.checked(sign.start, plus, value, right if sign.kind == "+" else minus(right))
        return value

    def product(self) -> Expr:
        start = self.next.start
        value, _ = self.run()
        while self.next.kind in ("*", "/"):
            sign = self.take()
            right, second_factor = self.run()
            if sign.kind == "/" and second_factor is not None:
                top, bottom = self.text[start : sign.start].strip(), self.text[sign.end : second_factor].strip()
                rest = self.text[second_factor : self.last.end].strip()
                self.two_readings(f"({top}/{bottom})*{rest}", f"{top}/({bottom}*{rest})", sign.start)
            value = self.checked(sign.start, times if sign.kind == "*" else quotient, value, right)
        return value

    def run(self) -> tuple[Expr, int | None]:
        """Return the product of the factors that stand side by side, and where the second one starts."""
        value, second = self.signed(), None
        while self.next.kind in ("number", "name", "function", "(") or (self.next.kind == "|" and not self.bars):
            raised = not self.adjacent and self.tokens[self.at + 1].kind in ("^", "superscript")  # as in x 3^x
            if self.next.kind == "number" and self.last.kind not in (")", "|") and not raised:
                self.fail("what joins this number to what stands before it? write * for times, ^ for a power")
            second = self.next.start if second is None else second
            value = self.checked(self.next.start, times, value, self.power())
        return value, second

    def signed(self) -> Expr:
        negative = False
        while self.next.kind in ("+", "-"):
            negative ^= self.take().kind == "-"
        value = self.power()
        return minus(value) if negative else value

    def power(self) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"this is nested too deeply; at most {MAX_DEPTH} levels are read")
        start, value = self.next.start, self.atom()
        while self.next.kind == "superscript":
            value = self.checked(self.next.start, power, value, self.take().value)
        if self.next.kind == "^":
            sign = self.take()
            above = self.next.start
            exponent = self.signed()
            open_ended = self.adjacent and self.last.kind not in (")", "|")  # e^2x, and not e^(2x)sin(x)
            if not value.free_symbols and self.next.kind in ("name", "function") and open_ended:
                below, upper = self.text[start : sign.start].strip(), self.text[above : self.next.start]
                rest = self.text[self.next.start : self.next.end] + "..." * (self.next.kind == "function")
                self.two_readings(f"{below}^({upper})*{rest}", f"{below}^({upper}*{rest})", self.next.start)
            value = self.checked(sign.start, power, value, exponent)
        self.depth -= 1
        return value

    def atom(self) -> Expr:
        token = self.take()
        if token.kind == "number":
            return token.value
        if token.kind == "name":
            return self.name(token)
        if token.kind == "function":
            return self.function(token)
        if token.kind == "(":
            return self.inside(token)[0]
        if token.kind == "|":
            self.bars += 1
            value = self.sum()
            if self.next.kind != "|":
                self.fail("the bar | that was opened is not closed", token.start)
            self.take()
            self.bars -= 1
            return self.checked(token.start, FUNCTIONS["abs"], value)
        return self.fail("something is missing here: a number, a name or a parenthesis", token.start)

    def name(self, token: Token) -> Expr:
        if token.value in APPLIED and self.next.kind == "(" and self.adjacent:
            return APPLIED[token.value](self.inside(self.take())[0])
        if self.next.kind == "number" and self.adjacent:
            name, number = token.value, self.text[self.next.start : self.next.end]
            self.fail(f"what is {name}{number}? Write {name}^{number}, {number}{name} or {name}_{number}")
        return symbol(token.value, token.subscript)

    def inside(self, opening: Token, *, several: bool = False) -> list[Expr]:
        """Return what stands between the parenthesis just taken and the one that closes it."""
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
        """Return a function of its argument: sin x, sin(x), sin^2 x, log_2(x), max(0, x)."""
        name, exponent, base = token.value, None, token.subscript
        if base and name != "log":
            self.fail(f"{name} with an index is not known here", token.start)
        if self.next.kind in ("superscript", "^"):
            exponent = self.take().value if self.next.kind == "superscript" else self.raised_exponent()
            if exponent == -1:
                self.two_readings(f"1/{name}(...)", f"arc{name}(...)", token.start)
        if self.next.kind == "(":
            values = self.inside(self.take(), several=name in SEVERAL)
        elif name in SEVERAL:
            self.fail(f"{name} needs its arguments in parentheses, as in {name}(0, x)")
        else:
            values = [self.argument(token)]
        value = self.checked(token.start, FUNCTIONS[name], *values)
        if base:
            value = self.checked(token.start, quotient, value, FUNCTIONS["log"](symbol(base)))
        return value if exponent is None else self.checked(token.start, power, value, exponent)

    def raised_exponent(self) -> Expr:
        """Return the exponent of sin^2 x, which is a signed number, a name or a parenthesis, without what follows."""
        self.take()
        if self.next.kind != "-":
            return self.atom()
        self.take()
        return minus(self.atom())

    def argument(self, token: Token) -> Expr:
        """Return the argument of a function without parentheses: it ends at a space, an operator or a function."""
        start, value = self.next.start, self.signed()
        while self.next.kind in ("name", "(", "function") and (
            value.is_Number or (self.adjacent and self.next.kind != "function")
        ):
            clear = self.next.kind == "name" or (self.next.kind == "(" and value.is_Number)
            log_2 = token.value == "log" and start == token.end  # log2x
            ended = token.value in ("ln", "log") and not self.adjacent  # ln 2 e^x
            if not clear or log_2 or ended or token.value in ("sqrt", "√"):
                self.unclear_end(token, start)
            value = self.checked(self.next.start, times, value, self.power())
        bare = self.next.kind == "name" and self.tokens[self.at + 1].kind not in ("^", "superscript")  # sin w x
        if bare or (self.next.kind in ("name", "function", "/") and not (value.free_symbols or value.is_Number)):
            self.unclear_end(token, start)
        return value

    def unclear_end(self, token: Token, start: int) -> NoReturn:
        name, first = self.text[token.start : token.end], self.text[start : self.next.start].strip()
        sign = "/" if self.next.kind == "/" else "*"
        alone = f"log_{first}(...)" if token.value == "log" and start == token.end else f"{name}({first}){sign}..."
        self.two_readings(alone, f"{name}({first}{sign}...)", self.next.start)

    def checked(self, position: int, function: Callable[..., Expr], *arguments: Expr) -> Expr:
        try:
            return built(function, *arguments)
        except ZeroDivisionError:  # SymPy's own, deep inside a constant
            self.fail("this has no value: there is a division by zero in it", position)
        except ValueError as error:
            self.fail(str(error), position)
