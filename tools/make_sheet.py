"""Makes the page to print, docs/sheet/sheet.pdf: ``python -m tools.make_sheet``, where there is Chromium.

Its one source is docs/sheet/template.html, an ordinary page with its formulas in LaTeX between dollar signs. The page
that is printed has them as MathML, which browsers draw themselves.
"""

import html
import re
import subprocess
from pathlib import Path

from latex2mathml.converter import convert

from tools import CHROMIUM, ROOT

SHEET = ROOT / "docs" / "sheet"


def page() -> str:
    """The page, with every ``$formula$`` of the template as MathML."""
    template = (SHEET / "template.html").read_text(encoding="utf-8")
    return re.sub(r"\$([^$]+)\$", lambda formula: convert(html.unescape(formula[1])), template)


def print_pdf(source: Path, target: Path) -> None:
    """Print a page as Chromium does when asked to by a person."""
    options = ["--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={target}"]
    subprocess.run([str(CHROMIUM), *options, source.as_uri()], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    source = ROOT / "build" / "sheet.html"
    source.parent.mkdir(exist_ok=True)
    source.write_text(page(), encoding="utf-8")
    print_pdf(source, SHEET / "sheet.pdf")
