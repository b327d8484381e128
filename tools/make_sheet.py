"""Makes the page to print, docs/sheet: ``python -m tools.make_sheet``; where there is Chromium, as a PDF too.

Its one source is docs/sheet/template.html, an ordinary page with its formulas between dollar signs in a shorthand:
``^`` raises and ``_`` lowers what follows, ``//`` makes a fraction, braces group; the page has them as MathML, which
browsers draw themselves.
"""

import html
import re
import shutil
import subprocess
from pathlib import Path

SHEET = Path(__file__).parents[1] / "docs" / "sheet"
WORDS = ("lim", "ln", "sin", "cos", "tanh", "max", "Im")
TOKEN = re.compile(rf"[{{}}^_]|//|{'|'.join(WORDS)}|[^\W\d_]|\d+(?:[.,]\d+)*|\S")
BINDING = {"^": "msup", "_": "munder", "//": "mfrac"}
SPECIAL = {sign: f'<mo stretchy="false">{sign}</mo>' for sign in "()|"}  # as high as a letter
SPECIAL |= {"⟮": "<mo>(</mo>", "⟯": "<mo>)</mo>"}  # as high as what is between them
SPECIAL |= {prime: f"<mtext>{prime}</mtext>" for prime in "′″‴"}  # as an operator it stands far from its letter


def page() -> str:
    """The page, with every ``$formula$`` of the template as MathML."""
    template = (SHEET / "template.html").read_text(encoding="utf-8")
    return re.sub(r"\$([^$]+)\$", lambda formula: mathml(formula[1]), template)


def mathml(formula: str) -> str:
    """A formula in shorthand as a MathML element.

    >>> mathml("x^2")
    '<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    tokens = TOKEN.findall(html.unescape(formula))
    return f"<math>{_row(tokens)}</math>"


def _row(tokens: list[str]) -> str:
    # What stands before a closing brace, or before the end.
    parts = []
    while tokens and tokens[0] != "}":
        part = _part(tokens)
        while tokens and tokens[0] in BINDING:
            element = BINDING[tokens.pop(0)]
            part = f"<{element}>{part}{_part(tokens)}</{element}>"
        parts.append(part)
    return f"<mrow>{''.join(parts)}</mrow>"


def _part(tokens: list[str]) -> str:
    token = tokens.pop(0)
    if token == "{":
        row = _row(tokens)
        tokens.pop(0)
        return row
    if token in SPECIAL:
        return SPECIAL[token]
    space = '<mspace width="0.2em"/>' if token in WORDS and tokens and tokens[0] not in "(^_" else ""
    element = "mn" if token[0].isdigit() else "mi" if token.isalpha() or token == "∂" else "mo"
    return f"<{element}>{html.escape(token)}</{element}>{space}"


def print_pdf(source: Path, target: Path, chromium: str) -> None:
    """Print a page as Chromium does when asked to by a person."""
    options = ["--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={target}"]
    subprocess.run([chromium, *options, source.as_uri()], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    (SHEET / "index.html").write_text(page(), encoding="utf-8", newline="\n")
    if chromium := shutil.which("chromium") or shutil.which("google-chrome"):
        print_pdf(SHEET / "index.html", SHEET / "sheet.pdf", chromium)
