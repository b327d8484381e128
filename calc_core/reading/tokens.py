"""The pieces of what a person types: numbers, names, functions, signs; and the error that points at a place."""

import re
from typing import Any, NamedTuple

import sympy as sp

from calc_core.reading.vocabulary import FUNCTIONS, Expr

MAX_LENGTH = 200


class ReadingError(ValueError):
    """The text could not be read. `message` says why, `position` is the index of the character it is about."""

    def __init__(self, text: str, position: int, message: str) -> None:
        """Keep the parts; `str(error)` is the message, the text around the place, and a caret under it."""
        self.text, self.position, self.message = text, position, message
        first = max(0, position - 40)
        shown = "".join(c if c.isprintable() else " " for c in text[first : position + 30])
        super().__init__(f"{message}\n    {shown}\n    {' ' * (position - first)}^")


class Token(NamedTuple):
    """A piece of the text: its kind, its name or value, and where it stands."""

    kind: str  # "number", "name", "function", "superscript", "end", or the symbol itself, such as "+"
    value: Any
    start: int
    end: int
    subscript: str = ""  # what follows an underscore: the 1 of x_1, the 2 of log_2


_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
)
_GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK.split(), strict=True)) | {"µ": "mu", "ϕ": "phi"}
_SAME = str.maketrans("·⋅∙•×∗−–÷∕[{]}∣’′\t\n\u00a0\u2009", "******--//(())|''    ")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

_LETTERS = "".join(_GREEK_LETTERS)
_FORMS = {form: name for name in FUNCTIONS for form in (name, name.capitalize(), name.upper())}  # Sin, SIN
_PIECES = sorted([*_FORMS, *_GREEK.split()], key=len, reverse=True)
_NAMES = _GREEK_LETTERS | _FORMS
_PIECE = re.compile("|".join(_PIECES) + f"|[A-Za-z{_LETTERS}]")
_TOKEN = re.compile(
    r"(?P<space> +)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<word>[A-Za-z√{_LETTERS}]+)(?:_(?P<index>[0-9]+|[A-Za-z])|(?P<low>[₀-₉]+)"
    r"|(?<=[lL][oO][gG])(?P<base>[0-9]+)(?= *\())?"  # log2(x)
    r"|(?P<superscript>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|ⁿ)|(?P<symbol>\*\*|[-+*/^()|,])"
)
_HELP = {
    "=": "type only what stands to the right of the equals sign",
    ".": "a point is read only inside a number; a function is typed without its library, sin(x) instead of np.sin(x)",
    ";": "several answers are separated by commas",
    "%": "type the number alone",
    "\\": "LaTeX commands are not read here; type sqrt(x), sin(x), x^2, 1/x",
    "'": "a prime is not read here; type the derivative itself",
    "!": "factorials are not read here",
    "_": "an underscore may only be followed by one letter or a number, as in x_1",
}


# What may stand to the left of an equals sign: y, f(x), f'(x), L(a, b), dy/dx, d/dx f(x); x = 2 is no expression.
_LEFT = re.compile(r"\s*(?:[d∂]\w*(?:\(\w\))?/[d∂]\w+\s*)?(?:y|[^\W\d](?=['(])'*(?:\([\w, ]+\))?)?\s*=(?!=)")


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of `text`, the last of kind "end"; `ReadingError` at a character that is not understood."""
    if len(text) > MAX_LENGTH:
        raise ReadingError(text, MAX_LENGTH, f"this is too long: {len(text)} characters, at most {MAX_LENGTH} are read")
    plain, tokens = text.translate(_SAME), []
    left = _LEFT.match(plain)
    place = left.end() if left else 0
    while place < len(text):
        match = _TOKEN.match(plain, place)
        if match is None:
            help_text = _HELP.get(plain[place], "")
            known = f": {help_text}" if help_text else ""
            raise ReadingError(text, place, f"the character {text[place]!r} is not understood{known}")
        kind = str(match.lastgroup if match.lastgroup not in ("index", "low", "base") else "word")
        start, end = match.span()
        if kind == "word":
            tokens += _names(text, match)
        elif kind == "number":
            tokens.append(Token(kind, _number(text, match), start, end))
        elif kind == "superscript":
            value = sp.Symbol("n") if match[0] == "ⁿ" else sp.Integer(match[0].translate(_SUPERSCRIPTS))
            tokens.append(Token(kind, value, start, end))
        elif kind == "symbol":
            tokens.append(Token(match[0].replace("**", "^"), None, start, end))
        place = end
    return [*tokens, Token("end", None, len(text), len(text))]


def _number(text: str, match: re.Match[str]) -> Expr:
    exponent = re.split("[eE]", match[0])[1:]
    if len(match[0]) > 30 or (exponent and abs(int(exponent[0])) > 30):
        raise ReadingError(text, match.start(), "this number is too long; at most 30 digits are read")
    return sp.Rational(match[0])


def _names(text: str, match: re.Match[str]) -> list[Token]:
    """Return the names that a run of letters is made of: `xsinx` is x, sin, x."""
    pieces = _PIECE.findall(match["word"])
    if sum(len(piece) == 1 for piece in pieces) > 3:
        unit = re.search("[0-9] *$", text[: match.start()])
        advice = _HELP["."] if text.startswith(".", match.end()) else _HELP["%"] if unit else "type letters, x or x_1"
        raise ReadingError(text, match.start(), f"the word {match['word']!r} is not known here; {advice}")
    tokens, start = [], match.start()
    for piece in pieces:
        kind = "function" if piece in _FORMS else "name"
        tokens.append(Token(kind, _NAMES.get(piece, piece), start, start + len(piece)))
        start += len(piece)
    subscript = match["index"] or match["base"] or (match["low"] or "").translate(_SUBSCRIPTS)
    return [*tokens[:-1], tokens[-1]._replace(subscript=subscript, end=match.end())]
