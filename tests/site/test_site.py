"""The site as a reader without a kernel meets it: every figure answers, every page can be read by everybody."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot as plt
from nbconvert import HTMLExporter

from calc_lab.figure import LiveFigure
from tools import ROOT
from tools.build_lite import LITE
from tools.build_site import SITE

PAGES = ["index", "notebooks/calculus", "notebooks/practice", "notebooks/solutions", "sheet", "teaching"]
LESSON = "notebooks/calculus.html"
# Findings of the theme, and of formulas in a table's head, which axe does not read: docs/accessibility.md names them.
NOT_OURS = (".sidebar-primary-item", "th:has(mjx-container)")
TYPESET = "!document.querySelector('.math') || document.querySelectorAll('.math:not(:has(mjx-container))').length === 0"
# An overlay without its ids, which differ from build to build, without its clips, of which one that nothing uses any
# more may be left from before, and its paths as points on their way: its start, middle and end, and its length. The
# page may tell a path by its steps where the figure tells places.
DRAWN = r"""overlay => {
    const points = [...overlay.querySelectorAll('path')].flatMap(path => {
        const length = path.getTotalLength();
        const on_the_way = length ? [0, length / 2, length].map(at => path.getPointAtLength(at)) : [];
        return [length / 20, ...on_the_way.flatMap(point => [point.x, point.y])];
    });
    const words = overlay.innerHTML.replace(/(live|frames-)[0-9a-f]{8}/g, 'id').replace(/ d="[^"]*"/g, '');
    return [words.replace(/<defs>.*?<\/defs>/gs, '').replace(/\s+/g, ' '), points];
}"""
PARSED = "svg => { const parsed = document.createElement('div'); parsed.innerHTML = svg; return parsed; }"
# What axe-core lets pass: an id that stands twice, a picture without words that is no figure's background.
FAULTS = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    const bare = [...document.images].filter(img => !img.alt && !img.closest('.frames-scene'));
    return [...ids.filter((id, k) => ids.indexOf(id) !== k), ...bare.map(img => img.outerHTML.slice(0, 120))];
}"""


@pytest.fixture(scope="module")
def reader(browser, address):
    """A function that opens a page of the site; whatever it asks of others, or complains about, fails the test."""
    complaints = []

    def open_page(name, *, width=1280, theme="light", scripts=True):
        viewport = {"width": width, "height": 900}
        page = browser.new_page(viewport=viewport, color_scheme=theme, java_script_enabled=scripts)
        page.on("request", lambda asked: asked.url.startswith((address, "data:")) or complaints.append(asked.url))
        page.on("response", lambda answer: answer.status >= 400 and complaints.append(f"{page.url} lacks {answer.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/{name}")
        if scripts:
            page.wait_for_function(TYPESET, timeout=60_000)
        return page

    yield open_page
    assert [words for words in complaints if "favicon.ico" not in words] == []  # which a browser asks for by itself


@pytest.fixture(scope="module")
def figures_of_the_lesson():
    """Every live figure of the lesson, in order, made here by the lesson's own cells."""
    figures = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveFigure, "_ipython_display_", lambda live: figures.append(live))  # noqa: PLW0108
        patch.setattr(plt, "show", lambda: plt.close("all"))
        for cell in nbformat.read(ROOT / LESSON.replace("html", "ipynb"), as_version=4).cells:
            if cell.cell_type == "code":
                InteractiveShell.instance().run_cell(cell.source, silent=False).raise_error()
    return figures


def number_of(text):
    """The number in an announced value such as '−0.35 francs'."""
    return float(re.match(r"[-−\d.,e]+", text)[0].replace("−", "-").replace(",", ""))


def fields_of(figure, live):
    """The inputs of a figure, in the order of its sweep."""
    return [figure.locator(f"[id$='-{k}']") for k in range(len(live.sweep))]


def assert_shows_what_is_computed(page, figure, live):
    """Set the same figure, made here, to the values that the page announces, and compare words and drawing."""
    for name, field in zip(live.sweep, fields_of(figure, live), strict=True):
        control = live.controls[name]
        kind = field.evaluate("field => field.type")
        if kind == "checkbox":
            control.value = field.is_checked()
        elif kind == "range":
            control.value = type(control.value)(number_of(field.get_attribute("aria-valuetext")))
        else:
            control.value = field.locator("option:checked").inner_text()
    sentence = figure.locator("[role=status]").inner_text()
    assert sentence == (f"Not drawn. {live.error}" if live.error else live.sentence)
    words, points = figure.locator(".frames-overlay").evaluate(DRAWN)
    expected_words, expected_points = page.evaluate_handle(PARSED, live.svg).evaluate(DRAWN)
    assert words == expected_words, f"{live.name}: {sentence}"
    assert points == pytest.approx(expected_points, abs=0.5), f"{live.name}: {sentence}"
    return str(points) + words


def middle(field):
    """The keys that take a slider to its middle, a switch to its other side, and a menu to its second choice."""
    kind = field.evaluate("field => field.type")
    if kind == "checkbox":
        return ["Space"]
    return ["Home", *["ArrowRight" if kind == "range" else "ArrowDown"] * (int(field.get_attribute("max") or 2) // 2)]


def press(page, field, keys):
    field.focus()
    for key in keys:
        page.keyboard.press(key)


def test_every_slider_answers_the_keyboard_with_what_the_packages_compute(reader, figures_of_the_lesson):
    page = reader(LESSON)
    figures = page.locator("figure.frames").all()
    assert [figure.get_attribute("aria-label") for figure in figures] == [live.name for live in figures_of_the_lesson]
    for figure, live in zip(figures, figures_of_the_lesson, strict=True):
        figure.locator(".frames-panel").wait_for(timeout=20_000)
        assert live.sweep, f"{live.name} answers nothing"
        assert_shows_what_is_computed(page, figure, live)
        fields = fields_of(figure, live)
        for field in fields:  # where every control has something to change
            press(page, field, middle(field))
        for field in fields:
            seen = set()
            for keys in (["End"], ["Home"], middle(field)):
                press(page, field, keys)
                seen.add(assert_shows_what_is_computed(page, figure, live))
            assert len(seen) > 1, f"{live.name}: {field} changes nothing"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_pages_can_be_read_by_everybody(reader, axe, name, theme, width):
    page = reader(f"{name}.html", theme=theme, width=width)
    assert axe(page, exclude=NOT_OURS) == []
    assert page.evaluate(FAULTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_links_within_the_site_arrive(reader, address):
    targets, ids = set(), {}
    for name in [*PAGES, "search", "genindex", "_static/sheet/index"]:
        page = reader(f"{name}.html")
        targets |= {*page.evaluate("[...document.links].map(a => a.href)")}
        ids[f"{address}/{name}.html"] = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    within = {target for target in targets if target.startswith(f"{address}/")}
    assert len(within) > 50
    for target in within:
        place, _, anchor = target.partition("#")
        path = SITE / urlsplit(place).path.removeprefix("/")
        assert path.exists() or path.is_relative_to(LITE), target
        assert not anchor or anchor in ids.get(place, [anchor]), target


@pytest.mark.parametrize(("name", "least"), [("calculus", 15), ("practice", 60)])
def test_replies_and_solutions_are_folded_and_open_by_keyboard(reader, name, least):
    page = reader(f"notebooks/{name}.html")
    folds = page.locator("details:not(.toctree-toggle):has(> summary)")
    assert folds.count() >= least
    for fold in folds.all()[:5]:
        assert not fold.evaluate("fold => fold.open")
        fold.locator("summary").focus()
        page.keyboard.press("Enter")
        assert fold.evaluate("fold => fold.open && fold.innerText.length > fold.firstElementChild.innerText.length")


def test_without_javascript_picture_and_sentence_stand_there(reader):
    page = reader(LESSON, scripts=False)
    figure = page.locator("figure.frames").first
    figure.scroll_into_view_if_needed()
    assert figure.locator("svg.live-moving").is_visible()
    assert "slope 12.25" in figure.locator("[role=status]").inner_text()
    assert not figure.locator(".frames-panel").is_visible()


def test_the_printed_page_has_open_replies_and_no_machinery(reader):
    page = reader(LESSON)
    page.emulate_media(media="print")
    assert page.locator("details").first.locator("xpath=*[last()]").bounding_box()["height"] > 0
    assert not page.locator(".frames-panel").first.is_visible()


@pytest.mark.parametrize("name", PAGES[1:4])
def test_exported_html_keeps_the_alt_texts(browser, axe, tmp_path, name):
    exporter = HTMLExporter(template_file=str(ROOT / "tools" / "export.html.j2"))
    path = tmp_path / "exported.html"
    path.write_text(exporter.from_filename(str(ROOT / f"{name}.ipynb"))[0], encoding="utf-8")
    page = browser.new_page()
    page.route("http*://**", lambda route: route.abort())  # badges, and MathJax from its own server
    page.goto(path.as_uri())
    assert axe(page) == []
    assert [fault for fault in page.evaluate(FAULTS) if fault.startswith("<img")] == []
    page.close()


def test_the_lesson_is_light():
    page = Path(SITE / LESSON).read_bytes()
    assert len(page) <= 4_000_000
    assert len(gzip.compress(page)) <= 700_000
