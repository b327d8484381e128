"""What is said where a text cannot be read: a sentence that fits, the place, and what to type instead."""

import difflib
import re
import unicodedata
from fractions import Fraction

from calc_tutor.data import packaged

_ADVICE = packaged("advice.toml")
#: The names that people mean when they type others.
FREQUENT_NAMES = ("sin", "cos", "tan", "ln", "exp", "sqrt", "log", "arctan", "arcsin", "arccos", "tanh", "sinh", "cosh")
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
    advice = _ADVICE.get("∂" if "/" in found else found)
    return f"{found!r} is not read here: {advice}" if advice else "this is no formula yet; the hint says where to begin"


def about_character(character: str, plain: str) -> str:
    """What is wrong with a character, and what to type instead; `plain` is its usual form."""
    name = unicodedata.name(character, "")
    if "CYRILLIC" in name:
        return f"this {character} is a Cyrillic letter; type the Latin one, x"
    if name.startswith("VULGAR FRACTION") and unicodedata.numeric(character):
        return f"write ({Fraction(unicodedata.numeric(character)).limit_denominator(10)}) for {character}"
    advice = _ADVICE.get(plain, "")
    return f"the character {character!r} is not understood" + (f": {advice}" if advice else "")


def about_word(word: str, before: str, after: str) -> str:
    """What to type instead of a word that is none of the names read here."""
    if after.startswith("."):
        advice = _ADVICE["."]
    elif re.search("[0-9] *$", before):
        advice = _ADVICE["%"]
    else:
        near = nearest_name(word)
        advice = f"did you mean {near}?" if near else "type letters, x or x_1"
    return f"the word {word!r} is not known here; {advice}"


def nearest_name(word: str) -> str:
    """The function that is most likely meant by a word, such as sin by sim or ln by In; empty if none is near."""
    lower = word.replace("I", "l").lower()
    near = difflib.get_close_matches(lower, FREQUENT_NAMES, n=1, cutoff=0.65)  # two letters of three
    return near[0] if near else ""
