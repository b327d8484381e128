"""The lesson and every explorer as a person meets them: in JupyterLab, by keyboard, in both themes, with no kernel."""

import math
import re

import ipywidgets
import nbformat
import pytest
from nbconvert import HTMLExporter

from calc_core import explorers
from calc_core.live import LiveFigure
from calc_core.live.controls import Control

playwright = pytest.importorskip("playwright.sync_api")

NAMES = explorers.__all__
PATIENCE = 20_000  # milliseconds to wait for a figure, on a busy machine

# Whether an output shows a figure: the same words, and the same drawing to a tenth of a pixel (element ids aside).
SHOWS = """([output, expected]) => {
    const parsed = document.createElement('div');
    parsed.innerHTML = expected;
    const shown = output.querySelector('.widget-html-content > svg[role=img]')?.parentElement;
    if (!shown || shown.textContent !== parsed.textContent) return false;
    if (shown.firstChild.ariaLabel !== parsed.firstChild.ariaLabel) return false;
    const [is, want] = [shown, parsed].map(e => e.innerHTML.replace(/[0-9a-f]{8}-(\\d+)/g, '$1'));
    const number = /-?\\d+(\\.\\d+)?/g;
    const numbers = want.match(number);
    return is.replace(number, '') === want.replace(number, '')
        && is.match(number).every((text, k) => Math.abs(text - numbers[k]) < 0.15);
}"""


def assert_no_error(page):
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts() == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts() == []
    assert page.get_by_text("Error displaying widget").count() == 0


def test_the_lesson_runs_without_an_error(lab):
    lab.open("calculus.ipynb")
    lab.run_all()
    assert_no_error(lab.page)
    cells = nbformat.read(lab.folder / "calculus.ipynb", as_version=4).cells
    used = {name for name in NAMES for cell in cells if cell.cell_type == "code" and f"{name}(" in cell.source}
    assert lab.page.locator(".jp-OutputArea .widget-vbox svg[role=img]").count() >= len(used - {"derivation_explorer"})


@pytest.fixture(scope="module")
def shown(lab):
    """A notebook that shows every explorer, each in a cell of its own, at its place in NAMES."""
    lab.write("explorers.ipynb", [f"from calc_core.explorers import {name}\n{name}()" for name in NAMES])
    lab.open("explorers.ipynb")
    lab.run_all()
    assert_no_error(lab.page)
    return lab


def assert_shown(lab, cell, twin):
    """Wait until a cell's output shows what the same explorer, computed here without a kernel, shows."""
    output = lab.output(cell)
    if not isinstance(twin, LiveFigure):
        playwright.expect(output.locator("[role=status]")).to_have_text(twin.readout, timeout=PATIENCE)
        return
    expected = twin.children[1].children[1].value
    try:
        lab.page.wait_for_function(SHOWS, arg=[output.element_handle(), expected], timeout=PATIENCE)
    except playwright.TimeoutError:
        shown = output.locator(".widget-html-content:has(svg)").inner_html()
        values = {name: control.value for name, control in twin.controls.items()}
        pytest.fail(f"{twin.name} with {values} shows\n{shown}\ninstead of\n{expected}")


def parts(lab, cell, control):
    """The named input of a control, found as a screen reader finds it, and its row."""
    named = lab.output(cell).get_by_label(control.label, exact=True)
    return named, named.locator("xpath=ancestor::div[contains(@class, 'widget-hbox')][1]")


def follow(lab, cell, twin, control, key):
    """Press a key on a slider three times; the number beside it and the figure follow."""
    named, row = parts(lab, cell, control)
    row.locator(".noUi-handle").focus()
    for _ in range(3):
        lab.page.keyboard.press(key)
    move(control, -3 if key == "ArrowLeft" else 3)
    assert_shown(lab, cell, twin)
    playwright.expect(named).to_have_value(re.compile(rf"^{control.value:g}\.?0*$"), timeout=PATIENCE)


def move(control, steps, start=None):
    """Move the slider of a twin by some steps, from where a browser puts its handle."""
    track, start = control.children[-1], control.value if start is None else start
    is_logarithmic = isinstance(track, ipywidgets.FloatLogSlider)
    place = math.log10(start) if is_logarithmic else start
    place = track.min + (round((place - track.min) / track.step) + steps) * track.step
    place = min(max(place, track.min), track.max)
    track.value = 10**place if is_logarithmic else place


def settle(lab, cell, twin, control, named):
    """Wait until the number field is still, and compare the figure at that number."""
    value = None
    while value != (value := named.input_value()):
        lab.page.wait_for_timeout(150)
    control.value = type(control.value)(float(value))
    assert_shown(lab, cell, twin)


@pytest.mark.parametrize("name", NAMES)
def test_every_control_obeys_the_keyboard(shown, name):
    cell, twin = NAMES.index(name), getattr(explorers, name)()
    assert_shown(shown, cell, twin)
    for control in twin.controls.values():
        HANDS[type(control.named)](shown, cell, twin, control)
    if isinstance(twin, LiveFigure):
        control = next(control for control in twin.controls.values() if hasattr(control.named, "max"))
        type_number(shown, cell, twin, control, control.named.max)
        shown.output(cell).get_by_role("button", name="Reset", exact=True).focus()
        shown.page.keyboard.press("Enter")
        twin.reset()
        assert_shown(shown, cell, twin)


def move_number(lab, cell, twin, control: Control):
    named, row = parts(lab, cell, control)
    low, high = control.named.min, control.named.max
    follow(lab, cell, twin, control, "ArrowRight" if control.value < high else "ArrowLeft")
    if row.locator(".widget-play").count():
        button = row.locator(".widget-play button").first
        before = named.input_value()
        button.focus()
        lab.page.keyboard.press("Enter")
        lab.page.wait_for_function("([field, old]) => field.value !== old", arg=[named.element_handle(), before])
        lab.page.keyboard.press("Enter")
        settle(lab, cell, twin, control, named)
    between = type(control.value)(low + (high - low) / math.e)  # where no slider's step leads
    for number in (high + 1, low, between, control.initial):  # the first is out of range, and goes to the end
        type_number(lab, cell, twin, control, number)
        if number == between:
            settle(lab, cell, twin, control, named)
            assert float(named.input_value()) == pytest.approx(between)


def type_number(lab, cell, twin, control, number):
    named, _ = parts(lab, cell, control)
    named.fill(f"{number:.17g}")
    named.press("Enter")
    control.value = number
    assert_shown(lab, cell, twin)
    assert float(named.input_value()) == pytest.approx(control.value)


def choose_next(lab, cell, twin, control):
    named, _ = parts(lab, cell, control)
    named.focus()
    for option in control.named.options[1:3]:
        for key in ("Space", "ArrowDown", "Enter"):  # JupyterLab takes the arrows unless the menu is open
            lab.page.keyboard.press(key)
        control.value = option
        assert_shown(lab, cell, twin)


def toggle(lab, cell, twin, control):
    named, _ = parts(lab, cell, control)
    named.focus()
    for _ in range(2):
        lab.page.keyboard.press("Space")
        control.value = not control.value
        assert_shown(lab, cell, twin)


def rewrite(lab, cell, twin, control):
    """Type a text that may or may not make sense here, and the first one again."""
    named, _ = parts(lab, cell, control)
    for text in (f"{control.initial} + 1", "2 +* x", control.initial):
        named.fill(text)
        named.press("Enter")
        control.value = text
        assert_shown(lab, cell, twin)


HANDS = {
    ipywidgets.BoundedFloatText: move_number,
    ipywidgets.BoundedIntText: move_number,
    ipywidgets.Dropdown: choose_next,
    ipywidgets.Checkbox: toggle,
    ipywidgets.Text: rewrite,
}


@pytest.mark.parametrize(("name", "which"), [("secant_explorer", "h"), ("descent_explorer", "learning_rate")])
def test_a_burst_of_keys_ends_on_the_exact_value(shown, name, which):
    cell, twin = NAMES.index(name), getattr(explorers, name)()
    control = twin.controls[which]
    named, row = parts(shown, cell, control)
    row.locator(".noUi-handle").focus()
    shown.page.keyboard.press("Home")
    for _ in range(30):
        shown.page.keyboard.press("ArrowRight")
    move(control, 30, start=control.named.min)
    assert_shown(shown, cell, twin)
    assert float(named.input_value()) == control.value
    twin.reset()
    shown.output(cell).get_by_role("button", name="Reset", exact=True).click()
    assert_shown(shown, cell, twin)


def test_running_a_cell_again_leaves_one_figure_that_works(shown):
    cell, twin = NAMES.index("secant_explorer"), explorers.secant_explorer()
    code = shown.page.locator(".jp-CodeCell").nth(cell)
    prompt = code.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    code.locator(".cm-content").click()
    shown.command("notebook:run-cell")
    ran = "([prompt, old]) => prompt.innerText !== old && /\\d/.test(prompt.innerText)"
    shown.page.wait_for_function(ran, arg=[prompt.element_handle(), before])
    assert_shown(shown, cell, twin)
    follow(shown, cell, twin, twin.controls["h"], "ArrowLeft")


def contrast(page, element):
    """The contrast of an element's text with the page under it, as WCAG counts it."""
    colours = element.evaluate(
        """e => {
            let under = e;
            while (under && getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)') under = under.parentElement;
            return [getComputedStyle(e).color, getComputedStyle(under).backgroundColor];
        }"""
    )
    text, ground = ([float(n) for n in re.findall(r"[\d.]+", colour)] for colour in colours)
    opacity = text[3] if len(text) > 3 else 1
    mixed = [opacity * t + (1 - opacity) * g for t, g in zip(text[:3], ground, strict=False)]

    def luminance(rgb):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb[:3])]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(mixed), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_words_can_be_read_and_layers_lie_upon_each_other_in_both_themes(shown, theme):
    shown.command("apputils:change-theme", theme=theme)
    shown.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    shown.page.wait_for_timeout(300)
    for cell, name in enumerate(NAMES):
        output = shown.output(cell)
        assert contrast(shown.page, output.locator("[role=status]").first) > 7, name
        pictures = output.locator("img.widget-image")
        if pictures.count():
            overlay = output.locator("svg[role=img]").first.bounding_box()
            assert pictures.first.bounding_box() == pytest.approx(overlay, abs=1), name  # pixels
        output.screenshot(path=shown.folder.parent / f"{name} {theme}.png")


def test_where_no_kernel_is_alive_the_same_scene_is_a_picture(shown):
    live = [name for name in NAMES if isinstance(getattr(explorers, name)(), LiveFigure)]
    shown.command("docmanager:save")
    shown.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=PATIENCE)
    notebook = nbformat.read(shown.folder / "explorers.ipynb", as_version=4)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.outputs:
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    nbformat.write(notebook, shown.folder / "copy.ipynb")  # changed, so that Jupyter does not trust it

    exported, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    (shown.folder.parent / "exported.html").write_text(exported)
    page = shown.page.context.browser.new_page()
    page.route(re.compile("^https?://"), lambda route: route.abort())  # no script from anywhere
    page.goto((shown.folder.parent / "exported.html").as_uri(), wait_until="domcontentloaded")
    assert page.locator("img").count() == len(live)
    for picture in page.locator("img").all():
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 500)")
        assert len(picture.get_attribute("alt")) > 20
    page.close()

    shown.open("copy.ipynb")
    shown.page.wait_for_function(
        f"document.querySelectorAll('.jp-RenderedImage img').length === {len(live)}", timeout=PATIENCE
    )
    for picture in shown.page.locator(".jp-RenderedImage img").all():
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 500)")
    assert shown.page.get_by_text("Loading widget").count() == 0
