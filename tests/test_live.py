"""Live figures: what moves is where matplotlib would put it, and nothing that happens to a figure breaks it."""

import gc
import io
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from types import SimpleNamespace
from unittest import mock
from xml.etree import ElementTree

import ipywidgets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon
from PIL import Image

from calc_core.style import DRAWING, to_png, unit_style
from calc_lab import LiveFigure, display, moving
from calc_lab.controls import choice, integer_slider, log_slider, panel, play, slider, switch, text_field
from calc_lab.svg import Overlay


@unit_style()
def still_axes():
    axes = Figure(figsize=(3, 2), layout="constrained").subplots()
    axes.set(xlim=(-2, 2), ylim=(-1, 5))
    axes.plot([-2, 2], [4, 4])
    return axes


@unit_style()
def make(update=None, **controls):
    """A live figure with a point on a parabola and a word that leaves the axes; `update` may do more, with the axes."""
    axes = still_axes()
    above, point = moving(axes, "o", color="#000001", zorder=5), moving(axes, "o", zorder=4)
    axes.figure.tail = moving(axes)
    label = axes.text(0, 0, "", bbox={"pad": 1}, animated=True)

    def draw(x, **others):
        point.set_data([x], [x * x])
        above.set_data([x], [x * x])
        label.set_position((x, x * x))
        label.set_text("x" * 40 if x > 1 else "x")
        if update:
            update(axes, x, **others)
        return f'At {x:.2f} the height is {x * x:.2f}, < 5 & "more".'

    return LiveFigure("Parabola", axes.figure, {"x": slider("x", 1, -2, 2, 0.1), **controls}, draw)


def pixels(axes, *points):
    """Where matplotlib puts points, in SVG's coordinates."""
    return axes.transData.transform(points) * [1, -1] + [0, axes.figure.bbox.height]


def elements(svg, tag):
    return [element for element in ElementTree.fromstring(svg).iter() if element.tag == tag]


def places(element, *names):
    """The numbers in some attributes of an element of SVG, as points."""
    text = " ".join(element.get(name) for name in names)
    return np.array([float(n) for n in re.findall(r"-?\d+\.?\d*", text)]).reshape(-1, 2)


def line_of(live):
    """The line under a figure."""
    return ElementTree.fromstring(f"<div>{live._overlay.value}</div>").find("div")


@unit_style()
def drawn(*artists):
    return Overlay(artists[0].figure, "id").svg(artists, "label")


# --- the overlay ---

POINTS = st.tuples(st.floats(-2, 2), st.floats(-1, 5))


@settings(deadline=None, max_examples=10)
@given(st.lists(POINTS, min_size=3, max_size=5, unique_by=lambda p: round(p[0])))
def test_all_that_moves_lies_where_matplotlib_puts_it(points):
    axes = still_axes()
    (line,) = axes.plot(*zip(*points, strict=True))
    (marks,) = axes.plot(*zip(*points, strict=True), "o", color="#a8487f")
    shape = axes.add_patch(Polygon(points, facecolor="#123456", alpha=0.5))
    arrow = axes.add_patch(FancyArrowPatch(*points[:2], shrinkA=0, shrinkB=0, arrowstyle="->", mutation_scale=9))
    words = axes.text(*points[0], "a < b & c", fontsize=12, color="#c24e00", ha="center")
    axes.figure.draw_without_rendering()
    axes.figure.set_layout_engine("none")
    expected, svg = pixels(axes, *points), drawn(line, marks, shape, arrow, words)
    paths = [element for element in elements(svg, "path") if element.get("id") is None]
    assert len(paths) == 4, "line, polygon, and shaft and head of the arrow"
    np.testing.assert_allclose(places(paths[0], "d"), expected, atol=0.1)
    np.testing.assert_allclose(places(paths[1], "d")[: len(points)], expected, atol=0.1)
    np.testing.assert_allclose(places(paths[2], "d")[0], expected[0], atol=0.1)
    assert "fill: #123456; opacity: 0.5" in paths[1].get("style")
    np.testing.assert_allclose([places(use, "x", "y")[0] for use in elements(svg, "use")], expected, atol=0.1)
    assert svg.count("#a8487f") < 5, "equal marks say their colour once"
    (text,) = elements(svg, "text")
    np.testing.assert_allclose(places(text, "x", "y")[0], expected[0], atol=0.1)
    assert text.text == "a < b & c"
    assert all(word in text.get("style") for word in ("12px", "middle", "#c24e00"))
    line.set_data([-2, -1, 0, 1, 2], [0, 1, np.nan, 1, 2])
    assert elements(drawn(line), "path")[0].get("d").count("M") == 2, "a gap"
    line.set_visible(False)
    assert elements(drawn(line), "path") == []


def test_an_artist_is_drawn_again_when_it_has_changed_and_only_then():
    axes = still_axes()
    note = axes.text(1, 2, "one", bbox={"facecolor": "white"})
    axes.figure.draw_without_rendering()
    overlay = Overlay(axes.figure, "id")
    for change, times in (
        (lambda: None, 1),
        (lambda: note.set_text("one"), 0),
        (lambda: note.set_text("two"), 1),
        (lambda: note.get_bbox_patch().set_facecolor("red"), 1),
        (lambda: note.set_position((0, 1)), 1),
    ):
        change()
        with unit_style(), mock.patch.object(note, "draw", wraps=note.draw) as draw:
            svg = overlay.svg([note], "label")
            assert draw.call_count == times
            assert svg == Overlay(axes.figure, "id").svg([note], "label")


# --- the figure ---


def test_a_move_sends_a_small_named_overlay_whose_ids_are_its_own_and_nothing_else():
    one, two = make(), make()
    still, before, other = one.still, one.svg, two._overlay.value
    one.controls["x"].value = 0.5
    assert one.still is still
    assert (one.svg != before, two._overlay.value, two.controls["x"].value) == (True, other, 1)
    ids = [set(re.findall('id="(.*?)"', live.svg)) for live in (one, two)]
    assert all(ids)
    assert ids[0].isdisjoint(ids[1])
    assert all(one.svg.count(f'id="{used}"') == 1 for used in re.findall(r'(?:url\(|href=")#([^")]+)', one.svg))
    assert not re.search(r"<style|<metadata|<!DOCTYPE|<\?xml|xlink|\d\.\d\d\d* [LMQC]", one.svg)
    assert len(one.svg) < 2000
    root = ElementTree.fromstring(one.svg)
    assert (root.get("viewBox"), root.get("role")) == ("0 0 216 144", "img")
    assert root.get("aria-label") == line_of(one).text == one.sentence == 'At 0.50 the height is 0.25, < 5 & "more".'
    assert line_of(one).get("role") == "status"
    assert one._background.value.startswith('<img alt="" src="data:image/png;base64,iVBOR')
    assert one.width == 300


@pytest.mark.parametrize(
    "change",
    [
        lambda axes, there: axes.set_xlim(-3 if there else -2, 2),
        lambda axes, there: axes.set_title("two\nlines" if there else ""),
        lambda axes, there: axes.lines[0].set_visible(not there),
    ],
    ids=["limits", "title", "artists"],
)
def test_whatever_else_changes_is_drawn_anew_without_what_moves_and_the_overlay_lies_on_it(change):
    live, alone = make(lambda axes, x: change(axes, x == 0.5)), still_axes().figure
    live.figure.tail.set_visible(False)
    alone.dpi = 72
    still = live.still
    assert still == to_png(alone) != live.to_png()
    live.controls["x"].value = 0.5
    assert live.still != still
    below, above = elements(live.svg, "use")
    assert "#000001" in above.get("style"), "artists lie in their order"
    for dot in (below, above):
        np.testing.assert_allclose(places(dot, "x", "y"), pixels(live.figure.axes[0], (0.5, 0.25)), atol=0.1)
    live.controls["x"].value = 1.5
    assert live.still == still, "the axes have their place again, though a word is longer"
    assert not live.figure.tail.get_visible()


def test_the_fallback_is_the_whole_scene_with_its_sentence(monkeypatch):
    shown = []
    monkeypatch.setattr(display, "display", lambda data, metadata, raw: shown.append((data, metadata)[: 2 * raw]))
    live = make()
    live.controls["x"].value = 0.5
    still = live.still
    live._ipython_display_()
    ((data, metadata),) = shown
    assert data["text/plain"] == live.sentence == metadata["image/png"]["alt"]
    view = {"version_major": 2, "version_minor": 0, "model_id": live.model_id}
    assert data["application/vnd.jupyter.widget-view+json"] == view
    live.controls["x"].value = 0.6
    assert live.still is still, "displaying made nothing stale"
    before, now = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int) for png in (still, live.to_png()))
    changed = np.argwhere(abs(before - now).max(axis=2) > 30)[:, ::-1] * 72 / 200  # from pixels to points
    assert np.abs(changed - pixels(live.figure.axes[0], (0.6, 0.36))).max() < 15, "marks and a word, and nothing else"
    live.close()
    live.close()
    live.reset()
    assert (live.still, hasattr(live, "figure")) == (b"", False)
    live._ipython_display_()
    assert shown[1][0] == {"text/plain": "Parabola, closed; run its cell again to get a new one"}


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ValueError("f is not defined at <0>; try x > 0"), "f is not defined at <0>; try x > 0"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (MemoryError(), "MemoryError: "),
    ],
)
def test_a_problem_is_one_sentence_and_the_figure_stays_usable_also_from_the_start(problem, words):
    def update(axes, x):
        if x >= 1:
            raise problem

    live = make(update)
    assert live.still.startswith(b"\x89PNG")
    assert elements(live.svg, "use") == []
    for x, is_good in ((0.5, True), (2, False), (0.5, True)):
        good = live.svg
        live.controls["x"].value = x
        assert (live.error, bool(elements(live.svg, "use"))) == ("" if is_good else words, True)
        assert is_good or live.svg == good, "what could be drawn stays"
        bold = line_of(live).find("b")
        assert (line_of(live).text is None) == (not is_good)
        assert (bold is None) if is_good else (bold.text, bold.tail.strip()) == ("Not drawn.", words.strip())


def test_what_could_not_be_drawn_is_tried_again_at_the_next_move():
    live = make(lambda axes, x: axes.set_title(r"$\unknown$") if x == 0.5 else None)
    for x in (0.5, 0.6):
        live.controls["x"].value = x
        assert "unknown" in live.error, "the title is still there"


def test_picture_and_sentence_of_a_display_are_of_one_moment(monkeypatch):
    monkeypatch.setattr(display, "display", lambda data, metadata, raw: None)
    free = []

    def bundle(png, sentence):
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(lambda: DRAWING.acquire(blocking=False) and DRAWING.release()).result())
        return {}, {}

    monkeypatch.setattr("calc_lab.figure.png_bundle", bundle)
    make()._ipython_display_()
    assert free == [False], "no other thread draws meanwhile"


def test_reset_draws_once_and_a_notice_stands_until_the_next_move():
    seen = []
    live = make(lambda axes, x, n: seen.append((x, n)), n=integer_slider("n", 3, 0, 9))
    for typed, said in ((5, "x is at most 2 here. At 2.00"), (5, "x is at most 2 here. At 2.00"), (1.5, "At 1.50")):
        live.controls["x"].named.value = typed
        assert line_of(live).text.startswith(said)
    assert live.sentence.startswith("At 1.50")
    live.controls["n"].value = 7
    seen.clear()
    live.children[0].children[1].children[-1].click()
    assert seen == [(1, 3)]


def test_hundreds_of_moves_leave_memory_flat():
    live = make()

    def blocks_after(rounds):
        for x in [*np.linspace(-2, 2, 21)] * rounds:
            live.controls["x"].value = float(x)
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks_after(8)  # matplotlib has met every text by now, and remembers its size
    assert blocks_after(8) - before < 300  # not two objects a move


def test_a_cell_run_again_closes_what_it_made_before_and_leaves_nothing_behind(monkeypatch):
    number = count()

    def run(cell, code):
        parent = {"header": {"msg_id": next(number)}, "metadata": {"cellId": cell} if cell else {}}
        monkeypatch.setattr(display, "get_ipython", lambda: SimpleNamespace(get_parent=lambda: parent))
        return code()

    def both():
        card = ipywidgets.VBox([ipywidgets.Text(value="x")])
        display.replace_predecessor(card)
        return card, make()

    monkeypatch.setattr(display, "_made", {})
    first, second = run("one", both)
    other, unknown = run("two", make), run(None, make)
    count_before = len(ipywidgets.Widget.get_manager_state()["state"])
    for _ in range(3):
        again = run("one", both)
    run(None, make).close()
    assert len(ipywidgets.Widget.get_manager_state()["state"]) == count_before
    is_open = [widget.comm is not None for widget in (first, second, other, unknown, *again)]
    assert is_open == [False, False, True, True, True, True]


# --- the controls ---


@pytest.mark.parametrize(
    ("control", "place", "given", "value", "notice"),
    [
        (slider("x", 1 / 3, -0.1 - 0.2, 0.1 + 0.2, 0.02), 0, -0.3, -0.3, ""),
        (slider("x", 0, -1, 1, 0.1), 0, 0.123456, 0.123456, ""),
        (slider("x", 0, -1, 1, 0.1), 0, -3, -1, "x is at least −1 here."),
        (slider("x", 1, -1, 1, 0.1), 0, 3, 1, "x is at most 1 here."),  # where it was already
        (slider("x", 0, -1, 1, 0.1), -1, 0.30000000000000004, 0.3, ""),
        (slider("x", 0, -1, 1, 0.05), -1, 0.15000000000000002, 0.15, ""),
        (slider("x", 0, -40, 40, 20), -1, 20.4, 20, ""),
        (log_slider("h", 0.1, 1e-16, 1), 0, 0.012345678, 0.012345678, ""),
        (log_slider("h", 0.1, 1e-3, 1), 0, -7, 1e-3, "h is at least 0.001 here."),
        (log_slider("h", 0.1, 1e-16, 1), 0, 7, 1, "h is at most 1 here."),
        (log_slider("h", 0.1, 1e-16, 1), -1, 10**-1.75, 0.0178, ""),
        (integer_slider("n", 1, 0, 5), 0, 9, 5, "n is at most 5 here."),
        (play("step", 5, 60), -1, 4, 4, ""),
        (play("step", 5, 60), 1, 3, 3, ""),
        (play("step", 5, 60), 0, -9, 0, "step is at least 0 here."),
        (choice("which", ["a", "b"], "a"), 0, "b", "b", ""),
        (switch("on", True), 0, False, False, ""),
        (text_field("f(x) =", "x^2"), 0, "x^3", "x^3", ""),
    ],
)
def test_one_input_moves_all_of_a_control_and_reset_brings_them_back(control, place, given, value, notice):
    assert [widget.value for widget in control.inputs] == [control.initial] * len(control.inputs)
    seen, players = [], [widget for widget in control.inputs if isinstance(widget, ipywidgets.Play)]
    for player in players:
        playing = "playing" if player.has_trait("playing") else "_playing"
        player.set_trait(playing, True)
    control.observe(lambda change: seen.append(change["new"]), "value")
    control.inputs[place].value = given
    assert (control.value, control.named.value, control.notice) == (value, value, notice)
    assert all(widget.value == pytest.approx(value, rel=0.03) for widget in control.inputs[1:])
    assert type(control.value) is type(control.initial)
    assert seen == [value] * (value != control.initial)
    control.reset()
    assert [widget.value for widget in control.inputs] == [control.initial] * len(control.inputs)
    assert (control.notice, control.named.description) == ("", control.label)
    assert not any(getattr(player, playing) for player in players)
    for widget in control.inputs[1:]:
        assert ("value" in widget.get_state(), widget.trait_metadata("value", "echo_update")) == (True, False)
        assert isinstance(widget, ipywidgets.Play) or not widget.readout, "the number stands in its own field"


@pytest.mark.parametrize(
    ("control", "typed", "steps", "step"),
    [
        (log_slider("h", 400, 0.2, 2000), 350, 32, 0.1),
        (log_slider("h", 400, 1e-6, 2000), 350, 34, 0.25),
        (log_slider("h", 0.1, 1e-5, 10), 0.2, 43, 0.1),
        (slider("x", 0, -1, 1, 0.1), 0.123456, 11, 0.1),
        (slider("x", 0, -1, 1, 0.1), 0.05, 11, 0.1),  # halfway
        (slider("x", 0, -1, 1, 0.3), 0.99, 7, 0.3),  # the last step is a shorter one
        (slider("x", 0.123, -1, 1, 0.1), 0.0001, 10, 0.1),
    ],
)
def test_a_typed_number_stays_though_the_browser_puts_the_handle_on_its_grid(control, typed, steps, step):
    track = control.inputs[-1]
    places = [min(track.min + n * step, track.max) for n in (steps, steps - 1)]
    if isinstance(track, ipywidgets.FloatLogSlider):
        places = [10**place for place in places]
    control.named.value = typed
    track.value = places[0] * (1 + 1e-15)
    assert (control.value, control.named.value, track.step) == (typed, typed, step)
    track.value = places[1]
    assert control.value == pytest.approx(places[1], rel=0.01)
    for near in (typed, typed + 0.01 * step):
        control.named.value = near
        assert control.value == control.named.value == near, "what is typed counts, however near it is"


def test_a_number_that_is_none_is_refused():
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"x must be a finite number, got {value}; try another"):
            slider("x", 0, -1, 1, 0.1).value = value


def test_sliders_stand_in_rows_and_all_else_in_one_line_with_reset():
    sliders = [slider("x", 0, -1, 1, 0.1, "francs"), play("step", 9, 60)]
    others, reset = [switch("on"), choice("which", ["a"], "a"), text_field("f", "x")], ipywidgets.Button()
    rows, line = panel([others[0], *sliders, *others[1:]], reset, "840px").children
    assert list(rows.children) == sliders
    assert list(line.children) == [*others, reset]
    assert not others[0].named.indent
    assert not others[2].named.continuous_update, "a text is read when it is complete"
    assert (sliders[0].children[1].value, sliders[1].children[1].interval, len(sliders[1].children)) == (
        "francs",
        60,
        3,
    )
