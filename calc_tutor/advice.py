"""What is said where a text cannot be read: a sentence that fits, the place, and what to type instead."""

import difflib
import re
import unicodedata
from fractions import Fraction

#: The names that people mean when they type others, the frequent ones first.
FREQUENT_NAMES = ("sin", "cos", "tan", "ln", "exp", "sqrt", "log", "arctan", "arcsin", "arccos", "tanh", "sinh", "cosh")

_LIBRARY = "a point is read only inside a number; a function is typed without its library, sin(x) instead of np.sin(x)"
_UNIT = "type the number alone"
_CUBE_ROOT = "write x^(1/3) for the cube root of x"
_BY_CHARACTER = {
    "=": "type only what stands to the right of the equals sign",
    ".": _LIBRARY,
    ";": "several answers are separated by commas or semicolons, and only where several are asked for",
    "%": _UNIT,
    "$": "type the formula without dollar signs",
    ":": "write / for divided by",
    "∛": _CUBE_ROOT,
    "∜": "write x^(1/4) for the fourth root of x",
    "\\": "LaTeX commands are not read here; type sqrt(x), sin(x), x^2, 1/x",
    "'": "a prime is not read here; type the derivative itself",
    "!": "factorials are not read here",
    "_": "an underscore may only be followed by one letter or a number, as in x_1",
    "∂": "type the derivative itself, without what stands before it",
    "∫": "type the formula itself, without the integral sign",
}
_BY_WORD = {
    "cbrt": _CUBE_ROOT,
    "root": "write sqrt(x), or x^(1/3) for the cube root of x",
    "pow": "write x^2 for a power",
}
#: What letter by letter would mean little: `I don't know`, `d/dx sin x`, `pow(x, 2)`.
NO_FORMULA = re.compile(
    r"(?i:\bdo(n.?| no)t know\b|\bno idea\b|\bidk\b|\bhelp\b)|(?<!\w)(?:(?:cbrt|root|pow)\b|[d∂]\w*/[d∂][a-z]\b)"
)


class ReadingError(ValueError):
    """The text could not be read. `message` says why, `position` is the index of the character it is about."""

    def __init__(self, text: str, position: int, message: str) -> None:
        """Keep the parts; `str(error)` is the message, the text around the place, and a caret under it."""
        self.text, self.position, self.message = text, position, message
        first = max(0, position - 40)
        shown = "".join(c if c.isprintable() else " " for c in text[first : position + 30])
        place = f"\n    {shown}\n    {' ' * (position - first)}^" if text.strip() else ""
        super().__init__(message + place)


def about_no_formula(found: str) -> str:
    """What to type instead of what `NO_FORMULA` found."""
    if found in _BY_WORD or "/" in found:
        return f"{found!r} is not read here: {_BY_WORD.get(found, _BY_CHARACTER['∂'])}"
    return "this is no formula yet; the hint says where to begin"


def about_character(character: str, plain: str) -> str:
    """What is wrong with a character, and what to type instead; `plain` is its usual form."""
    name = unicodedata.name(character, "")
    value = unicodedata.numeric(character, None)
    if "CYRILLIC" in name:
        return f"this {character} is a Cyrillic letter; type the Latin one, x"
    if name.startswith("VULGAR FRACTION") and value:
        return f"write ({Fraction(value).limit_denominator(10)}) for {character}"
    advice = _BY_CHARACTER.get(plain, "")
    return f"the character {character!r} is not understood" + (f": {advice}" if advice else "")


def about_word(word: str, before: str, after: str) -> str:
    """What to type instead of a word that is none of the names read here."""
    if after.startswith("."):
        advice = _LIBRARY
    elif re.search("[0-9] *$", before):
        advice = _UNIT
    else:
        near = nearest_name(word)
        advice = f"did you mean {near}?" if near else "type letters, x or x_1"
    return f"the word {word!r} is not known here; {advice}"


def nearest_name(word: str) -> str:
    """The function that is most likely meant by a word, such as sin by sim or ln by In; empty if none is near."""
    lower = word.replace("I", "l").lower()
    likeness = {name: difflib.SequenceMatcher(None, lower, name).ratio() for name in FREQUENT_NAMES}
    best = max(likeness, key=lambda name: likeness[name])
    return best if likeness[best] > 0.6 else ""  # two letters of three
