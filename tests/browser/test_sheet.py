"""The sheet prints on one A4 side, with the fonts of this machine and with wide ones."""

import re

import pytest

from tools.make_sheet import page, print_pdf


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("family", ["inherit", "DejaVu Sans"])
def test_the_sheet_is_one_page(tmp_path, family):
    style = f"<style>body, td, p, li, h1, h2 {{font-family: {family} !important}}</style></head>"
    (tmp_path / "sheet.html").write_text(page().replace("</head>", style), encoding="utf-8")
    print_pdf(tmp_path / "sheet.html", tmp_path / "sheet.pdf")
    printed = (tmp_path / "sheet.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(rb"MediaBox\s*\[0 0 59[45]\.?\d* 84[12]\.?\d*\]", printed)
