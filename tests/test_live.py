"""Live figures: what moves is where matplotlib would put it, on any thread, and nothing that happens breaks them."""

import gc
import io
import re
import sys
from xml.etree import ElementTree

import ipywidgets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon
from PIL import Image

from calc_core.style import to_png, unit_style
from calc_lab import LiveFigure, display, moving
from calc_lab.controls import choice, integer_slider, log_slider, panel, play, slider, switch, text_field
from calc_lab.svg import Overlay


@unit_style()
def empty_axes():
    axes = Figure(figsize=(3, 2)).subplots()
    axes.set(xlim=(-2, 2), ylim=(-1, 5))
    return axes


@unit_style()
def make(update=None, **controls):
    """A live figure with a point on a parabola; `update` may do more, with the axes."""
    axes = empty_axes()
    axes.plot([-2, 2], [4, 4])
    point, axes.figure.tail = moving(axes, "o"), moving(axes)
    label = axes.text(0, 0, "", bbox={"pad": 1}, animated=True)

    def draw(x, **others):
        point.set_data([x], [x * x])
        label.set_position((x, x * x))
        if update:
            update(axes, x, **others)
        return f'At {x:.2f} the height is {x * x:.2f}, < 5 & "more".'

    return LiveFigure("Parabola", axes.figure, {"x": slider("x", 1, -2, 2, 0.1), **controls}, draw)


def pixels(axes, *points):
    """Where matplotlib puts points, in SVG's coordinates."""
    return axes.transData.transform(points) * [1, -1] + [0, axes.figure.bbox.height]


def elements(svg, tag):
    return [element for element in ElementTree.fromstring(svg).iter() if element.tag == tag]


def corners(path):
    """The points of a path."""
    return np.array([float(n) for n in re.findall(r"-?\d+\.?\d*", path.get("d"))]).reshape(-1, 2)


@unit_style()
def drawn(*artists):
    axes = artists[0].axes
    axes.figure.draw_without_rendering()
    return Overlay(axes.figure, "id").svg(artists, "label")


# --- the overlay ---


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-1, 5)), min_size=2, max_size=5, unique_by=lambda p: round(p[0])))
def test_lines_and_marks_lie_where_matplotlib_puts_them(points):
    axes = empty_axes()
    (line,) = axes.plot(*zip(*points, strict=True))
    (marks,) = axes.plot(*zip(*points, strict=True), "o", color="#a8487f")
    svg, expected = drawn(line, marks), pixels(axes, *points)
    np.testing.assert_allclose(corners(elements(svg, "path")[0]), expected, atol=0.1)
    uses = [(float(use.get("x")), float(use.get("y"))) for use in elements(svg, "use")]
    np.testing.assert_allclose(uses, expected, atol=0.1)
    assert svg.count("#a8487f") < 5, "equal marks say their colour once"
    line.set_data([-2, -1, 0, 1, 2], [0, 1, np.nan, 1, 2])
    assert elements(drawn(line), "path")[0].get("d").count("M") == 2, "a gap"
    line.set_visible(False)
    assert elements(drawn(line), "path") == []


def test_shapes_words_and_arrows_lie_where_matplotlib_puts_them():
    axes = empty_axes()
    polygon = axes.add_patch(Polygon([(-1, 0), (1, 0), (0, 2)], facecolor="#123456", alpha=0.5))
    arrow = axes.add_patch(FancyArrowPatch((-1, 1), (1, 3), shrinkA=0, shrinkB=0, arrowstyle="->", mutation_scale=9))
    words = axes.text(0.5, 1, "a < b & c", fontsize=12, color="#c24e00", ha="center")
    svg = drawn(polygon, arrow, words)
    shape, shaft, *_ = elements(svg, "path")
    np.testing.assert_allclose(corners(shape)[:3], pixels(axes, (-1, 0), (1, 0), (0, 2)), atol=0.1)
    assert "fill: #123456; opacity: 0.5" in shape.get("style")
    np.testing.assert_allclose(corners(shaft)[0], pixels(axes, (-1, 1))[0], atol=0.1)
    (text,) = elements(svg, "text")
    assert text.text == "a < b & c"
    assert (float(text.get("x")), float(text.get("y"))) == pytest.approx(pixels(axes, (0.5, 1))[0], abs=0.1)
    assert all(word in text.get("style") for word in ("12px", "middle", "#c24e00"))


def test_the_overlay_is_a_small_named_picture_and_shares_no_id():
    one, two = make(), make()
    ids = [set(re.findall('id="(.*?)"', live.svg)) for live in (one, two)]
    assert all(ids)
    assert ids[0].isdisjoint(ids[1])
    assert all(one.svg.count(f'id="{used}"') == 1 for used in re.findall(r'(?:url\(|href=")#([^")]+)', one.svg))
    root = ElementTree.fromstring(one.svg)
    assert (root.get("viewBox"), root.get("role")) == ("0 0 216 144", "img")
    assert not re.search(r"<style|<metadata|<!DOCTYPE|<\?xml|xlink|\d\.\d\d\d* [LMQC]", one.svg)
    assert len(one.svg) < 1500
    before = two._overlay.value
    one.controls["x"].value = 2
    assert (two._overlay.value, two.controls["x"].value) == (before, 1)


def test_what_has_not_changed_is_not_drawn_again(monkeypatch):
    axes = empty_axes()
    (line,), note = axes.plot([0, 1], [0, 1]), axes.text(1, 2, "one", bbox={"facecolor": "white"})
    axes.figure.draw_without_rendering()
    overlay, again = Overlay(axes.figure, "id"), []
    for artist in (line, note):
        draw = type(artist).draw
        monkeypatch.setattr(artist, "draw", lambda r, a=artist, draw=draw: (again.append(a), draw(a, r)))
    changes = {
        lambda: None: [line, note],
        lambda: note.set_text("one"): [],
        lambda: note.set_text("two"): [note],
        lambda: note.get_bbox_patch().set_facecolor("red"): [note],
        lambda: note.set_position((0, 1)): [note],
        lambda: line.set_data([0, 1], [0, 2]): [line],
    }
    for change, expected in changes.items():
        change()
        with unit_style():
            svg = overlay.svg([line, note], "label")
            assert again == expected
            assert svg == Overlay(axes.figure, "id").svg([line, note], "label")
        again.clear()


# --- the figure ---


def test_a_move_changes_sentence_and_overlay_but_not_the_still_picture():
    live = make()
    still, before = live.still, live.svg
    live.controls["x"].value = 0.5
    assert live.sentence.startswith("At 0.50 the height is 0.25")
    assert live.still is still
    assert live.svg != before
    root = ElementTree.fromstring(f"<div>{live._overlay.value}</div>")
    assert root.find("svg").get("aria-label") == root.find("div").text == live.sentence
    assert root.find("div").get("role") == "status"
    assert live._background.value.startswith('<img alt="" src="data:image/png;base64,iVBOR')


def test_artists_that_move_lie_in_their_order_and_the_still_picture_leaves_them_out():
    axes = empty_axes()
    alone = to_png(axes.figure)
    above, below = moving(axes, zorder=5, color="#000001"), moving(axes, "o--", zorder=3, color="#000002")

    def update(x):
        above.set_data([0, x], [0, 1])
        below.set_data([0, x], [0, 2])
        return "Two lines."

    live = LiveFigure("Lines", axes.figure, {"x": slider("x", 1, -2, 2, 0.1)}, update)
    assert live.svg.index("#000002") < live.svg.index("#000001")
    assert len(re.findall("<path(?! id)", live.svg)) == 2
    assert live.still == alone != live.to_png()


@pytest.mark.parametrize(
    "change",
    [
        lambda axes, x: axes.set_xlim(-3, 3),
        lambda axes, x: axes.set_title(f"x = {x}"),
        lambda axes, x: axes.lines[0].remove() if len(axes.lines) > 1 else axes.axhline(x),
    ],
    ids=["limits", "title", "artists"],
)
def test_whatever_else_changes_is_drawn_anew_and_the_overlay_lies_on_it(change):
    live = make(lambda axes, x: change(axes, x) if x == 0.5 else None)
    still, axes = live.still, live.figure.axes[0]
    live.controls["x"].value = 0.4
    assert live.still is still
    live.controls["x"].value = 0.5
    assert live.still != still
    (dot,) = elements(live.svg, "use")
    assert (float(dot.get("x")), float(dot.get("y"))) == pytest.approx(pixels(axes, (0.5, 0.25))[0], abs=0.1)


def test_the_fallback_is_the_whole_scene_with_its_sentence(monkeypatch):
    shown = []
    monkeypatch.setattr(display, "display", lambda data, metadata, raw: shown.append((data, metadata)))
    live = make()
    live.controls["x"].value = 0.5
    still = live.still
    live._ipython_display_()
    ((data, metadata),) = shown
    assert data["text/plain"] == live.sentence == metadata["image/png"]["alt"]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == live.model_id
    live.controls["x"].value = 0.6
    assert live.still is still, "displaying made nothing stale"
    before, now = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) for png in (still, live.to_png()))
    changed = np.argwhere((before != now).any(axis=2))[:, ::-1] * 72 / 200  # from pixels to points
    assert np.abs(changed - pixels(live.figure.axes[0], (0.6, 0.36))).max() < 5, "a mark, and nothing else"
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
        (MemoryError(), "MemoryError"),
    ],
)
def test_a_problem_is_one_sentence_and_the_figure_stays_usable(problem, words):
    def update(axes, x):
        if x > 1.5:
            raise problem

    live = make(update)
    good = live.svg
    live.controls["x"].value = 2
    assert live.error.startswith(words)
    assert live.svg == good
    assert words in ElementTree.fromstring(f"<div>{live._overlay.value}</div>").find("div").find("b").tail
    live.controls["x"].value = 0.5
    assert live.error == ""
    assert words not in live._overlay.value


def test_a_problem_at_the_start_is_said_too():
    live = make(lambda axes, x: 1 / 0 if x == 1 else None)
    assert live.error == "ZeroDivisionError: division by zero"
    assert live.error in live.svg
    assert live.still.startswith(b"\x89PNG")
    assert "<use" not in live.svg
    live.controls["x"].value = 0.5
    assert "<use" in live.svg


def test_reset_returns_to_the_start_and_draws_once():
    seen = []
    live = make(lambda axes, x, n: seen.append((x, n)), n=integer_slider("n", 3, 0, 9))
    live.controls["x"].value, live.controls["n"].value = 0.3, 7
    seen.clear()
    live.reset()
    assert seen == [(1, 3)]


def test_a_thousand_moves_leave_memory_flat():
    live = make()

    def blocks_after(moves):
        for x in np.random.default_rng(0).uniform(-2, 2, moves).round(1):
            live.controls["x"].value = float(x)
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks_after(300)  # matplotlib has met every text by now, and remembers its size
    assert blocks_after(1000) - before < 500  # not even one object for two moves


# --- a cell that runs again ---


class Shell:
    """As much of a kernel as tells which cell is running."""

    runs = 0

    def get_parent(self):
        return self.parent

    def run(self, cell, code):
        self.runs += 1
        self.parent = {"header": {"msg_id": self.runs}, "metadata": {"cellId": cell} if cell else {}}
        return code()


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(display, "get_ipython", lambda: shell)
    monkeypatch.setattr(display, "_made", {})
    return shell


def test_a_cell_run_again_closes_what_it_made_before_and_leaves_nothing_behind(shell):
    registry = getattr(ipywidgets.widgets.widget, "_instances", None)
    if registry is None:  # ipywidgets 7
        registry = ipywidgets.Widget.widgets

    def both():
        card = ipywidgets.VBox([ipywidgets.Text(value="x")])
        display.replace_predecessor(card)
        return card, make()

    first, second = shell.run("one", both)
    other, unknown, count = shell.run("two", make), shell.run(None, make), len(registry)
    for _ in range(3):
        again = shell.run("one", both)
    shell.run(None, make).close()
    assert len(registry) == count
    is_open = [widget.comm is not None for widget in (first, second, other, unknown, *again)]
    assert is_open == [False, False, True, True, True, True]


# --- the controls ---


def test_every_kind_of_control_moves_all_its_inputs_and_comes_back():
    controls = {
        slider("x", 1 / 3, -0.1 - 0.2, 0.1 + 0.2, 0.02): -0.3,
        log_slider("step h", 0.1, 1e-16, 1, "m"): 1e-3,
        integer_slider("n", 3, 0, 9): 9,
        play("step", 5): 4,
        choice("which", ["a", "b"], "a"): "b",
        switch("on", True): False,
        text_field("f(x) =", "x^2"): "x^3",
    }
    for control, value in controls.items():
        initial, seen = control.value, []
        control.observe(lambda change, seen=seen: seen.append(change["new"]), "value")
        control.named.value = value
        assert [widget.value for widget in control.inputs] == [value] * len(control.inputs)
        assert control.named.description == control.label
        control.reset()
        assert [widget.value for widget in control.inputs] == [initial] * len(control.inputs)
        assert seen == [value, initial]


@pytest.mark.parametrize(
    ("control", "typed", "value", "notice"),
    [
        (log_slider("h", 0.1, 1e-16, 1), 0.012345678, 0.012345678, ""),
        (log_slider("h", 0.1, 1e-16, 1), 7, 1, "h is at most 1 here."),
        (log_slider("h", 0.1, 1e-3, 1), -7, 1e-3, "h is at least 0.001 here."),
        (slider("x", 0, -1, 1, 0.1), 0.123456, 0.123456, ""),
        (slider("x", 0, -1, 1, 0.1), -3, -1, "x is at least −1 here."),
        (slider("x", 1, -1, 1, 0.1), 3, 1, "x is at most 1 here."),  # where it was already
        (integer_slider("n", 1, 0, 5), 9, 5, "n is at most 5 here."),
        (play("step", 5), 9, 5, "step is at most 5 here."),
    ],
)
def test_a_typed_number_counts_exactly_and_one_out_of_range_is_said(control, typed, value, notice):
    control.named.value = typed
    assert control.value == value == control.named.value
    assert control.children[-1].value == pytest.approx(value)
    assert control.notice == notice
    control.reset()
    assert control.notice == ""


def test_a_notice_stands_in_the_line_until_the_next_move():
    live = make()
    for typed, said in ((5, True), (5, True), (1.5, False)):
        live.controls["x"].named.value = typed
        assert ("x is at most 2 here. At 2.00 the height is" in live._overlay.value) == said
    assert live.sentence.startswith("At 1.50")


@pytest.mark.parametrize(
    ("control", "moved", "value"),
    [
        (log_slider("h", 0.1, 1e-16, 1), 10**-1.75, 0.0178),
        (slider("x", 0, -1, 1, 0.1), 0.30000000000000004, 0.3),
        (slider("x", 0, -1, 1, 0.05), 0.15000000000000002, 0.15),
        (slider("x", 0, -4, 4, 2), 2, 2),
        (play("step", 9), 4, 4),
    ],
)
def test_a_moved_slider_gives_a_short_number(control, moved, value):
    control.children[-1].value = moved
    assert control.value == value == control.named.value


@pytest.mark.parametrize(
    ("control", "typed", "handle", "right"),
    [
        (log_slider("h", 400, 0.2, 2000), 350, 0.2 * 10**3.2, 0.2 * 10**3.3),
        (log_slider("h", 400, 1e-6, 2000), 350, 1e-6 * 10**8.5, 1e-6 * 10**8.75),
        (slider("x", 0, -1, 1, 0.1), 0.123456, 0.1, 0.2),
        (slider("x", 0, -1, 1, 0.3), 0.99, 1, 0.8),  # the last step is a shorter one
        (slider("x", 0.123, -1, 1, 0.1), 0.0001, -1e-17, 0.1),
    ],
)
def test_a_typed_number_stays_though_the_browser_puts_the_handle_on_its_grid(control, typed, handle, right):
    control.named.value = typed
    control.children[-1].value = handle * (1 + 1e-15)
    assert control.value == typed == control.named.value
    control.children[-1].value = right
    assert control.value == pytest.approx(right, rel=0.01)


def test_a_value_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="x must be a finite number, got nan; try one from -1 to 1"):
        slider("x", 0, -1, 1, 0.1).value = float("nan")
    with pytest.raises(ValueError, match="which must be one of a, b, got 'c'"):
        choice("which", ["a", "b"], "a").value = "c"
    for ends in ((0, 1), (2, 1)):
        with pytest.raises(ValueError, match="must be positive numbers in order"):
            log_slider("h", 0.1, *ends)


def test_reset_stops_playing():
    control = play("step", 9)
    button = next(part for part in control.children if isinstance(part, ipywidgets.Play))
    name = "playing" if button.has_trait("playing") else "_playing"
    button.set_trait(name, True)
    button.value = 4
    control.reset()
    assert (control.value, getattr(button, name)) == (0, False)


def test_sliders_align_and_all_else_stands_in_one_line_with_reset():
    sliders = [slider("x", 0, -1, 1, 0.1), slider("learning rate", 0, -1, 1, 0.1, "francs")]
    others, reset = [switch("on"), choice("which", ["a"], "a"), text_field("f", "x")], ipywidgets.Button()
    grid, line = panel([others[0], *sliders, *others[1:]], reset, "840px").children
    assert list(grid.children) == sliders
    assert list(line.children) == [*others, reset]
    for part in (0, 1):
        assert len({control.children[part].layout.width for control in sliders}) == 1
    assert grid.layout.grid_template_columns == "minmax(0, 1fr)"
    four, _ = panel(sliders * 2, reset, "840px").children
    assert "auto-fit" in four.layout.grid_template_columns
