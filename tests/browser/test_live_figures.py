"""Live figures as a person meets them: by mouse and keyboard in JupyterLab, in both themes, and with no kernel."""

import re

import ipywidgets
import pytest
from servers import CONTRAST

import calc_lab
from calc_lab.frames import frames

playwright = pytest.importorskip("playwright.sync_api")

NAMES = [name for name in calc_lab.__all__ if name.endswith("_explorer") and name != "derivation_explorer"]
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
    lab.write("explorers.ipynb", [f"from calc_lab import {name}\n{name}()" for name in NAMES])
    lab.open("explorers.ipynb")
    lab.run_all()
    assert lab.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts() == []
    assert lab.page.get_by_text("Error displaying widget").count() == 0
    return lab


def output_of(lab, name):
    return lab.output(NAMES.index(name))


def assert_shown(lab, name, live):
    """Wait until an explorer's output shows what the same explorer, computed here, shows."""
    arg = [output_of(lab, name).element_handle(), live._overlay.value]
    lab.page.wait_for_function(SHOWS, arg=arg, timeout=PATIENCE)


def parts(lab, name, control):
    """The named input of a control, found as a screen reader finds it, and the handle beside it."""
    named = output_of(lab, name).get_by_label(control.label, exact=True)
    return named, named.locator("xpath=ancestor::div[contains(@class, 'widget-hbox')][1]").locator(".noUi-handle")


def step_from_the_start(lab, name, control, steps):
    """Put a slider some steps from its least value by keyboard, here and there."""
    _, handle = parts(lab, name, control)
    handle.focus()
    for key in ["Home", *["ArrowRight"] * steps]:
        lab.page.keyboard.press(key)
    track = control.inputs[-1]
    place = track.min + steps * track.step
    track.value = 10**place if isinstance(track, ipywidgets.FloatLogSlider) else place


@pytest.mark.parametrize("name", NAMES)
def test_every_control_obeys_the_keyboard(shown, name):
    live = getattr(calc_lab, name)()
    assert_shown(shown, name, live)
    for control in live.controls.values():
        named, _ = parts(shown, name, control)
        if isinstance(control.named, ipywidgets.Checkbox):
            named.press("Space")
            control.value = not control.value
        elif isinstance(control.named, ipywidgets.Dropdown):
            control.value = control.named.options[-1]
            named.select_option(control.value)
        else:
            step_from_the_start(shown, name, control, 2)
        assert_shown(shown, name, live)
    output_of(shown, name).get_by_role("button", name="Reset", exact=True).press("Enter")
    live.reset()
    assert_shown(shown, name, live)


def test_a_typed_number_stays_exact_and_one_beyond_the_end_is_said(shown):
    name, live = "secant_explorer", calc_lab.secant_explorer()
    for key in ("x", "h"):
        control = live.controls[key]
        named, _ = parts(shown, name, control)
        for number in (0.123456, 1e6, 1e7, control.inputs[-1].min + 10.5 * control.inputs[-1].step, 0.3333):
            named.fill(f"{number:.17g}")
            named.press("Enter")
            control.named.value = number
            assert_shown(shown, name, live)
            assert ("at most" in live._overlay.value) == (number > 1e5)
            shown.page.wait_for_timeout(200)  # a browser may answer by putting the handle on its grid
            assert float(named.input_value()) == pytest.approx(control.value)


def test_a_drag_and_a_burst_of_keys_end_on_the_exact_value(shown):
    name, live = "secant_explorer", calc_lab.secant_explorer()
    h, mouse = live.controls["h"], shown.page.mouse
    named, handle = parts(shown, name, h)
    output_of(shown, name).get_by_role("button", name="Reset", exact=True).click()
    box = handle.bounding_box()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] - 150, box["y"], steps=15)
    mouse.up()
    shown.page.wait_for_timeout(1000)
    h.value = float(named.input_value())
    assert h.value < h.initial / 2
    assert_shown(shown, name, live)
    step_from_the_start(shown, name, h, 30)
    assert_shown(shown, name, live)


def test_a_menu_and_a_slider_at_once_end_on_what_they_say(shown):
    name, live = "descent_explorer", calc_lab.descent_explorer()
    unit = live.controls["unit"]
    menu, _ = parts(shown, name, unit)
    for choice in [*unit.named.options[1:], unit.initial]:
        menu.select_option(choice)  # draws the still picture for a while, and on another thread
        unit.value = choice
        step_from_the_start(shown, name, live.controls["learning_rate"], 5)
        assert_shown(shown, name, live)


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_words_can_be_read_layers_fit_and_tracks_are_long_and_aligned_in_both_themes(shown, theme):
    shown.show_theme(theme)
    for name in NAMES:
        output = output_of(shown, name)
        assert output.evaluate(CONTRAST) > 4.5, name
        overlay = output.locator(".live-layer svg[role=img]").bounding_box()
        assert output.locator(".live-layer img").bounding_box() == pytest.approx(overlay, abs=1), name  # pixels
        tracks = [track.bounding_box() for track in output.locator(".noUi-target").all()]
        assert all(track["width"] >= 220 for track in tracks), name
        assert len({round(track["x"] + track["width"]) for track in tracks}) == 1, name
        assert len({field.bounding_box()["x"] for field in output.locator("input[type=number]").all()}) == 1, name
        output.screenshot(path=shown.folder.parent / f"{name} {theme}.png")


def test_where_no_kernel_is_alive_the_same_scene_is_a_picture(shown):
    shown.open_without_kernel("explorers.ipynb")
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
    playwright.expect(other.get_by_role("status")).to_have_text(live.sentence)
    slider, h, tangent = one.get_by_role("slider", name="h", exact=True), *(live.controls[name] for name in live.sweep)
    slider.press("Home")
    one.get_by_role("checkbox", name=tangent.label).press("Space")
    h.value, tangent.value = 10 ** h.inputs[-1].min, True
    playwright.expect(one.get_by_role("status")).to_have_text(live.sentence)
    playwright.expect(one.get_by_role("img", name=live.sentence)).to_have_count(1)
    assert re.fullmatch(r"[−\d.e]+", slider.get_attribute("aria-valuetext"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert len([url for url in requests if not url.startswith("data:")]) == 1
    page.close()
