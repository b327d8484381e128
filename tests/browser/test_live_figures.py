"""Live figures as a person meets them: by mouse and keyboard in JupyterLab, in both themes, and with no kernel."""

import math
import re

import ipywidgets
import nbformat
import pytest

import calc_lab
from calc_lab.frames import frames

playwright = pytest.importorskip("playwright.sync_api")

NAMES = [name for name in calc_lab.__all__ if name.endswith("_explorer") and name != "derivation_explorer"]
CELLS = [f"from calc_lab import {name}\n{name}()" for name in NAMES]
PATIENCE = 20_000  # milliseconds to wait for a figure, on a busy machine

# Whether an output shows a figure: the same words, and the same drawing (element ids aside).
SHOWS = """([output, expected]) => {
    const parsed = document.createElement('div');
    parsed.innerHTML = expected;
    const shown = output.querySelector('.live-layer svg[role=img]')?.parentElement;
    const bare = element => element?.innerHTML.replace(/live[0-9a-f]{8}/g, '');
    return bare(shown) === bare(parsed);
}"""


@pytest.fixture(scope="module")
def shown(lab):
    """A notebook that shows every explorer, each in a cell of its own, at its place in NAMES."""
    lab.write("explorers.ipynb", CELLS)
    lab.open("explorers.ipynb")
    lab.run_all()
    assert lab.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts() == []
    assert lab.page.get_by_text("Error displaying widget").count() == 0
    return lab


def assert_shown(lab, name, live):
    """Wait until an explorer's output shows what the same explorer, computed here, shows."""
    output, expected = lab.output(NAMES.index(name)), live._overlay.value
    try:
        lab.page.wait_for_function(SHOWS, arg=[output.element_handle(), expected], timeout=PATIENCE)
    except playwright.TimeoutError:
        values = {key: control.value for key, control in live.controls.items()}
        pytest.fail(f"{name} with {values} shows\n{output.inner_text()}\ninstead of\n{live.sentence} {live.error}")


def parts(lab, name, control):
    """The named input of a control, found as a screen reader finds it, and its row."""
    named = lab.output(NAMES.index(name)).get_by_label(control.label, exact=True)
    return named, named.locator("xpath=ancestor::div[contains(@class, 'widget-hbox')][1]")


def move(control, steps, start=None):
    """Move a slider by some steps, from where a browser puts its handle."""
    track, start = control.children[-1], control.value if start is None else start
    is_logarithmic = isinstance(track, ipywidgets.FloatLogSlider)
    place = math.log10(start) if is_logarithmic else start
    place = min(max(track.min + (round((place - track.min) / track.step) + steps) * track.step, track.min), track.max)
    track.value = 10**place if is_logarithmic else place


def obey(lab, name, live, control):
    """Use one control by keyboard, here and there."""
    named, row = parts(lab, name, control)
    track = control.children[-1]
    if isinstance(track, ipywidgets.Checkbox):
        named.press("Space")
        control.value = not control.value
    elif isinstance(track, ipywidgets.Dropdown):
        control.value = track.options[(track.options.index(control.value) + 1) % len(track.options)]
        named.select_option(control.value)
    elif isinstance(track, ipywidgets.Text):
        control.value = f"{control.initial} + 1"
        named.fill(control.value)
        named.press("Enter")
    else:
        forward = control.value < (10**track.max if isinstance(track, ipywidgets.FloatLogSlider) else track.max)
        row.locator(".noUi-handle").focus()
        for _ in range(2):
            lab.page.keyboard.press("ArrowRight" if forward else "ArrowLeft")
        move(control, 2 if forward else -2)
    assert_shown(lab, name, live)


def type_number(lab, name, live, control, number):
    named, _ = parts(lab, name, control)
    named.fill(f"{number:.17g}")
    named.press("Enter")
    control.named.value = number
    assert_shown(lab, name, live)
    lab.page.wait_for_timeout(200)  # a browser may answer by putting the handle on its grid
    assert float(named.input_value()) == pytest.approx(control.value)


@pytest.mark.parametrize("name", NAMES)
def test_every_control_obeys_the_keyboard(shown, name):
    live = getattr(calc_lab, name)()
    assert_shown(shown, name, live)
    for control in live.controls.values():
        obey(shown, name, live, control)
    shown.output(NAMES.index(name)).get_by_role("button", name="Reset", exact=True).press("Enter")
    live.reset()
    assert_shown(shown, name, live)


def test_a_typed_number_stays_exact_and_one_beyond_the_end_is_said(shown):
    live = calc_lab.secant_explorer()
    for key in ("x", "h"):
        for number in (0.123456, 1e6, 1e7, 0.3333):
            type_number(shown, "secant_explorer", live, live.controls[key], number)
            assert ("at most" in live._overlay.value) == (number > 1e5)


def test_a_drag_and_a_burst_of_keys_end_on_the_exact_value(shown):
    live = calc_lab.secant_explorer()
    h = live.controls["h"]
    named, row = parts(shown, "secant_explorer", h)
    shown.output(NAMES.index("secant_explorer")).get_by_role("button", name="Reset", exact=True).click()
    handle, mouse = row.locator(".noUi-handle"), shown.page.mouse
    box = handle.bounding_box()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] - 150, box["y"], steps=15)
    mouse.up()
    shown.page.wait_for_timeout(1000)
    h.value = float(named.input_value())
    assert h.value < h.initial / 2
    assert_shown(shown, "secant_explorer", live)
    handle.focus()
    shown.page.keyboard.press("Home")
    for _ in range(30):
        shown.page.keyboard.press("ArrowRight")
    move(h, 30, start=10 ** h.children[-1].min)
    assert_shown(shown, "secant_explorer", live)


def test_a_menu_and_a_slider_at_once_end_on_what_they_say(shown):
    name, live = "descent_explorer", calc_lab.descent_explorer()
    unit, rate = live.controls["unit"], live.controls["learning_rate"]
    menu, _ = parts(shown, name, unit)
    _, row = parts(shown, name, rate)
    for choice in [*unit.named.options[1:], unit.initial]:
        menu.select_option(choice)  # draws the still picture for a while, and on another thread
        row.locator(".noUi-handle").focus()
        for _ in range(5):
            shown.page.keyboard.press("ArrowRight")
        unit.value = choice
        move(rate, 5)
        assert_shown(shown, name, live)


def test_running_a_cell_again_leaves_one_figure_that_works(shown):
    name, live = "secant_explorer", calc_lab.secant_explorer()
    code = shown.page.locator(".jp-CodeCell").nth(NAMES.index(name))
    before = code.locator(".jp-InputPrompt").inner_text()
    code.locator(".cm-content").click()
    shown.command("notebook:run-cell")
    ran = "([prompt, old]) => prompt.innerText !== old && /\\d/.test(prompt.innerText)"
    shown.page.wait_for_function(ran, arg=[code.locator(".jp-InputPrompt").element_handle(), before])
    assert_shown(shown, name, live)
    obey(shown, name, live, live.controls["h"])


CONTRAST = """e => {
    let under = e;
    while (under && getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)') under = under.parentElement;
    const luminance = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0.05);
    const [low, high] = [getComputedStyle(e).color, getComputedStyle(under).backgroundColor].map(luminance).sort();
    return high / low;
}"""


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_words_can_be_read_layers_fit_and_tracks_are_long_in_both_themes(shown, theme):
    shown.command("apputils:change-theme", theme=theme)
    shown.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    shown.page.wait_for_timeout(300)
    for cell, name in enumerate(NAMES):
        output = shown.output(cell)
        words = [output.locator("[role=status]"), *output.locator(".live-panel label").all()]
        assert all(word.evaluate(CONTRAST) > 4.5 for word in words if word.is_visible()), name
        overlay = output.locator(".live-layer svg[role=img]").bounding_box()
        assert output.locator(".live-layer img").bounding_box() == pytest.approx(overlay, abs=1), name  # pixels
        assert all(track.bounding_box()["width"] >= 220 for track in output.locator(".noUi-target").all()), name
        output.screenshot(path=shown.folder.parent / f"{name} {theme}.png")


def test_where_no_kernel_is_alive_the_same_scene_is_a_picture(shown):
    shown.command("docmanager:save")
    shown.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=PATIENCE)
    notebook = nbformat.read(shown.folder / "explorers.ipynb", as_version=4)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.outputs:
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
            assert output["metadata"]["image/png"]["alt"] == output["data"]["text/plain"]
    nbformat.write(notebook, shown.folder / "copy.ipynb")  # changed, so that Jupyter does not trust it
    shown.open("copy.ipynb")
    pictures = shown.page.locator(".jp-RenderedImage img")
    playwright.expect(pictures).to_have_count(len(NAMES), timeout=PATIENCE)
    for picture in pictures.all():
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 500)")


def test_frames_answer_without_a_kernel_and_ask_for_nothing(lab, tmp_path):
    live = calc_lab.secant_explorer()
    live.sweep = {"h": 4, "show_tangent": 2}
    (tmp_path / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{frames(live)}{frames(live)}")
    page, requests = lab.page.context.browser.new_page(viewport={"width": 390, "height": 800}), []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())
    one, other = page.locator(".frames").all()
    slider = one.get_by_role("slider", name="h", exact=True)
    slider.press("Home")
    one.get_by_role("checkbox", name=live.controls["show_tangent"].label).press("Space")
    h = live.controls["h"]
    h.value, live.controls["show_tangent"].value = 10 ** h.children[-1].min, True
    playwright.expect(one.get_by_role("status")).to_have_text(live.sentence)
    playwright.expect(one.get_by_role("img", name=live.sentence)).to_have_count(1)
    assert re.fullmatch(r"[−\d.e]+", slider.get_attribute("aria-valuetext"))
    live.reset()
    playwright.expect(other.get_by_role("status")).to_have_text(live.sentence)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert len([url for url in requests if not url.startswith("data:")]) == 1
    page.close()
