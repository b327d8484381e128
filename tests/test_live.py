"""Live figures: what moves is where matplotlib would put it, and the figure survives whatever happens to it."""

import gc
import re
import sys
import tracemalloc
from itertools import cycle, product
from xml.etree import ElementTree

import ipywidgets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle, FancyArrowPatch, Polygon
from sweep import check_frame, sweep

from calc_core.explorers import derivation_explorer
from calc_core.live import LiveFigure, replace_predecessor, rerun
from calc_core.live import figure as live_module
from calc_core.live import twin as display_module
from calc_core.live.controls import choice, integer_slider, log_slider, play, slider, switch, text_field
from calc_core.live.overlay import Overlay
from calc_core.live.renderer import Renderer
from calc_core.plots.canvas import new_figure
from calc_core.practice import drill


@pytest.fixture
def axes():
    figure, axes = new_figure()
    axes.set(xlim=(-2, 2), ylim=(-5, 5))
    figure.draw_without_rendering()
    return axes


def pixels(axes, x, y):
    """Where matplotlib puts a point, in SVG's coordinates."""
    across, up = axes.transData.transform((x, y))
    return across, axes.figure.bbox.height - up


def to_svg(figure, artists):
    return Overlay(figure, "id").svg(artists, "label")


def elements(*artists):
    """The SVG elements of artists, the clips left out."""
    svg = ElementTree.fromstring(to_svg(artists[0].figure, artists))
    return [element for element in svg.iter() if element.tag not in {"svg", "g", "clipPath", "rect"}]


def path_points(element):
    """The points of a path in pixels; the file counts in tenths, and a line by its steps."""
    points, letter = [], ""
    for letter_before, x, y in re.findall(r"([MlQC]?) ?(-?\d+)[ ]?(-?\d+)", element.get("d").replace("h0", "")):
        letter = letter_before or letter
        points.append(np.array([x, y], dtype=float) + (points[-1] if letter == "l" else 0))
    return np.array(points) / 10


coordinates = st.tuples(st.floats(-2, 2), st.floats(-5, 5))


@settings(deadline=None, max_examples=25)
@given(st.lists(coordinates, min_size=2, max_size=5, unique_by=lambda p: (round(p[0], 1), round(p[1], 1))))
def test_a_line_passes_through_its_points(points):
    figure, axes = new_figure()
    axes.set(xlim=(-2, 2), ylim=(-5, 5))
    figure.draw_without_rendering()
    (line,) = axes.plot(*zip(*points, strict=True))
    (element,) = elements(line)
    np.testing.assert_allclose(path_points(element), [pixels(axes, *point) for point in points], atol=0.051)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([0, 1], [1, 2]),
        (np.ma.array([0.0, 1.0, 0.5], mask=[0, 0, 1]), [1.0, 2.0, 9.0]),
        (np.array(["2026-01-01", "2026-01-02"], "M8[D]"), [1.0, 2.0]),
        ([0.0, 1.0], 1.5),
        (np.float32([0.1, 1]), [[1.0, 2.0]]),
    ],
    ids=["integers", "masked", "dates", "one height", "other shapes"],
)
def test_a_line_of_other_than_plain_numbers_is_matplotlibs(axes, x, y):
    (line,) = axes.plot([], [], "o-")
    axes.xaxis.update_units(x)
    line.set_data(x, y if np.ndim(y) else [y])
    axes.set(xlim=(line.get_xdata(orig=False)[0] - 2, line.get_xdata(orig=False)[0] + 2))
    path, dots = elements(line)
    expected = axes.transData.transform(line.get_xydata()) * [1, -1] + [0, axes.figure.bbox.height]
    expected = expected[np.isfinite(expected).all(axis=1)]
    np.testing.assert_allclose(path_points(path), expected, atol=0.051)
    np.testing.assert_allclose(path_points(dots), expected, atol=0.051)


def test_a_gap_in_the_data_is_a_gap_in_the_line(axes):
    for gap in (np.nan, np.inf, -np.inf):
        (line,) = axes.plot([-2, -1, 0, 1, 2], [0, 1, gap, 1, 2])
        (element,) = elements(line)
        assert element.get("d").count("M") == 2
        assert len(path_points(element)) == 4


def test_a_line_that_leaves_the_axes_is_cut(axes):
    (line,) = axes.plot([-1, 0, 1], [-1e300, 0, 1e12])
    (element,) = elements(line)
    assert np.abs(path_points(element)).max() < 1000


def test_a_filled_shape_that_leaves_the_axes_is_cut(axes):
    shape = axes.add_patch(Polygon([(-1, -1e9), (0, 1e9), (1, -1e9)]))
    (element,) = elements(shape)
    assert np.abs(path_points(element)).max() < 1000


def test_what_is_far_away_is_not_sent(axes):
    polygon = axes.add_patch(Polygon([(1e9, 1e9), (2e9, 1e9), (1e9, 2e9)]))
    (dots,) = axes.plot([1e200, np.nan, -1e7], [1e200, 0, 0], "o")
    assert elements(polygon, dots, axes.text(1e200, 0, "far")) == []
    assert len(elements(axes.scatter([1e200, 0], [1e200, 0], s=20))) == 2


def test_nothing_to_draw_is_nothing(axes):
    (empty,) = axes.plot([], [])
    (no_markers,) = axes.plot([np.nan], [0.0], "o")
    assert elements(empty, no_markers, axes.text(0, 0, "")) == []


@pytest.mark.parametrize("marker", ["o", "s", "^", "x", "D", "*"])
def test_markers_lie_on_their_points(axes, marker):
    (line,) = axes.plot([-1, 0, 1], [1, np.nan, 2], marker, markersize=10)
    shapes = [middle(shape) for shape in elements(line)] if marker != "o" else path_points(*elements(line))
    expected = [pixels(axes, -1, 1), pixels(axes, 1, 2)]
    np.testing.assert_allclose(shapes, expected, atol=1 if marker in "^*" else 0.11)


def middle(element):
    points = path_points(element)
    return (points.min(axis=0) + points.max(axis=0)) / 2


@pytest.mark.parametrize("face", ["#0072b2", "#ffffff"])
def test_round_markers_keep_size_and_colours(axes, face):
    (line,) = axes.plot([0, 1], [0, 1], "o", color="#0072b2", markerfacecolor=face, markersize=7.2, markeredgewidth=1.8)
    dots = [(dot.get("stroke"), float(dot.get("stroke-width"))) for dot in elements(line)]
    one = [("#0072b2", 125)] if face == "#0072b2" else [("#0072b2", 125), ("#ffffff", 75)]  # a face on its edge
    assert dots == one * (1 if face == "#0072b2" else 2)


def test_a_scatter_keeps_places_sizes_and_colours(axes):
    dots = axes.scatter([-1, 0, 1], [0, 1, 2], s=[20, 40, 80], c=["#ff0000", "#00ff00", "#0000ff"], linewidths=0)
    circles = elements(dots)
    assert [c.get("fill") for c in circles] == ["#ff0000", "#00ff00", "#0000ff"]
    for circle, x, y, area in zip(circles, [-1, 0, 1], [0, 1, 2], [20, 40, 80], strict=True):
        np.testing.assert_allclose(middle(circle), pixels(axes, x, y), atol=0.11)
        assert np.ptp(path_points(circle), axis=0) == pytest.approx(np.sqrt(area) * 100 / 72, abs=0.11)


def draw(artist):
    artist.draw(renderer := Renderer(artist.figure, "id"))
    return renderer.elements


LINES = [
    {},
    {"linestyle": "--", "linewidth": 3, "alpha": 0.5},
    {"linestyle": ":", "color": "red", "solid_capstyle": "butt"},
    {"linestyle": "-.", "dash_capstyle": "projecting", "clip_on": False},
]


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("style", LINES)
def test_a_common_line_is_written_as_matplotlib_draws_it(axes, style, scale):
    axes.set(xscale=scale, xlim=(0.1, 2))
    (line,) = axes.plot([-1, 0.5, 0.7, np.nan, 1, 1e9], [0, 1, 2, 3, 4, -1e9], **style)
    overlay = Overlay(axes.figure, "id")
    overlay.svg([line], "")
    assert overlay.elements == draw(line)


def test_common_dots_lie_where_matplotlib_draws_markers(axes):
    (line,) = axes.plot([-1, 0, np.nan, 1], [0.123, 1, 1, 2], "o")
    markers = [middle(ElementTree.fromstring(shape)) for _, shape in draw(line)]
    np.testing.assert_allclose(path_points(*elements(line)), markers, atol=0.11)


@pytest.mark.parametrize(
    "style",
    [{"alpha": 0.5}, {"markerfacecolor": "none"}, {"fillstyle": "left"}, {"markevery": 2}, {"drawstyle": "steps"}],
)
def test_a_line_that_is_not_common_draws_itself(axes, style):
    (line,) = axes.plot([0, 1, 2], [0, 2, 1], "-o", **style)
    overlay = Overlay(axes.figure, "id")
    overlay.svg([line], "")
    assert overlay.elements == draw(line)


BOXES = [None, {"boxstyle": "round,pad=0.15", "alpha": 0.85}, {"pad": 1.0}, {"facecolor": "none", "edgecolor": "red"}]


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("box", BOXES)
def test_a_common_text_is_written_as_matplotlib_draws_it(axes, box, scale):
    axes.set(xscale=scale, xlim=(0.1, 2))
    places = product(("left", "center", "right"), ("bottom", "baseline", "center", "center_baseline", "top"))
    words = cycle(["slope", "a = \u22122.5", "\u00c4g(x)\u00b2", "1"])
    for (across, down), word, size in zip(places, words, cycle([11, 13, 16]), strict=False):
        style = {"ha": across, "va": down, "fontsize": size, "fontweight": "bold", "clip_on": down == "top"}
        text = axes.text(0.3, 1.234, word, bbox=box, alpha=0.5, **style)
        overlay = Overlay(axes.figure, "id")
        overlay.svg([text], "")
        drawn = [(clip, element.replace(" stroke-linecap='butt'", "")) for clip, element in draw(text)]
        assert len(drawn) == (1 if box is None else 2)
        for (clip, written), (expected_clip, expected) in zip(overlay.elements, drawn, strict=True):
            assert clip == expected_clip
            assert re.sub(r"-?\d+", "", written) == re.sub(r"-?\d+", "", expected)
            numbers, wanted = (np.array(re.findall(r"-?\d+", e), dtype=float) for e in (written, expected))
            np.testing.assert_allclose(numbers, wanted, atol=1)  # a tenth of a pixel


def test_what_has_not_changed_is_not_written_again(axes, monkeypatch):
    (line,), text = axes.plot([0, 1], [0, 1]), axes.text(0, 0, "one", bbox={"facecolor": "white"})
    overlay, written = Overlay(axes.figure, "id"), []
    for name in ("_add_line", "_add_text"):
        add = getattr(overlay, name)
        monkeypatch.setattr(overlay, name, lambda artist, add=add: (written.append(artist), add(artist)))
    changes = {
        lambda: None: [line, text],
        lambda: text.set_text("one"): [],
        lambda: text.set_text("two"): [text],
        lambda: text.get_bbox_patch().set_facecolor("red"): [text],
        lambda: line.set_data([0, 1], [0, 2]): [line],
        overlay.start: [line, text],
        lambda: text.set_text("$a$"): [],  # draws itself
        lambda: text.set_text("one"): [text],
    }
    for change, expected in changes.items():
        change()
        svg = overlay.svg([line, text], "label")
        assert written == expected
        assert svg == to_svg(axes.figure, [line, text])
        written.clear()


def test_a_polygon_a_fill_and_a_circle(axes):
    corners = [(-1, 0), (1, 0), (0, 2)]
    polygon, fill = axes.add_patch(Polygon(corners)), axes.fill_between([-1, 1], [0, 0], [1, 2], alpha=0.3)
    drawn, filled = elements(polygon, fill)
    np.testing.assert_allclose(path_points(drawn)[:3], [pixels(axes, *corner) for corner in corners], atol=0.051)
    assert filled.get("opacity") == "0.3" or filled.get("fill-opacity") == "0.3"
    for corner in [(-1, 0), (1, 0), (-1, 1), (1, 2)]:
        assert np.abs(path_points(filled) - pixels(axes, *corner)).max(axis=1).min() < 0.06
    stretched = elements(axes.add_patch(Circle((0, 0), 1)))  # the axes are not equal, so it is an ellipse
    assert [element.tag for element in stretched] == ["path"]


def test_arrows_point_where_they_should(axes):
    arrow = FancyArrowPatch((-1, -1), (1, 2), arrowstyle="-|>", mutation_scale=15, shrinkA=0, shrinkB=0)
    axes.add_patch(arrow)
    shaft, head = elements(arrow)
    np.testing.assert_allclose(path_points(shaft)[0], pixels(axes, -1, -1), atol=0.06)
    assert np.linalg.norm(path_points(head) - pixels(axes, 1, 2), axis=1).min() < 5  # a mitred tip stops just short
    field = axes.quiver([0, 1], [0, 1], [1, 0], [0, 1], angles="xy", scale_units="xy", scale=1)
    first, second = elements(field)
    for element, tip in [(first, (1, 0)), (second, (1, 2))]:
        assert np.linalg.norm(path_points(element) - pixels(axes, *tip), axis=1).min() < 0.2


def test_an_annotation_has_its_arrow_and_its_text(axes):
    note = axes.annotate("a < b & c", xy=(0, 0), xytext=(1, 3), arrowprops={"arrowstyle": "->", "shrinkB": 0})
    *arrow, text = elements(note)
    assert text.text == "a < b & c"
    ends = np.concatenate([path_points(element) for element in arrow])
    assert np.linalg.norm(ends - pixels(axes, 0, 0), axis=1).min() < 3


@pytest.mark.parametrize(("align", "share"), [("left", 0), ("center", 0.5), ("right", 1)])
def test_text_is_where_it_was_measured(axes, align, share):
    (element,) = elements(axes.text(0.5, 1, "slope 2.5", ha=align, va="baseline", fontsize=12, color="#0072b2"))
    x, y = pixels(axes, 0.5, 1)
    left, base, width, size = (int(element.get(name)) / 10 for name in ("x", "y", "textLength", "font-size"))
    assert (left, base, size) == pytest.approx((x - share * width, y, 12 * 100 / 72), abs=0.11)
    assert element.get("fill") == "#0072b2"


def test_mathtext_is_drawn_as_outlines_and_two_lines_are_two(axes):
    outlines = elements(axes.text(0, 0, r"$\frac{1}{2}$"))
    assert outlines
    assert {element.tag for element in outlines} == {"path"}
    assert [element.text for element in elements(axes.text(0, 0, "one\ntwo"))] == ["one", "two"]


def test_the_paint_is_kept(axes):
    (line,) = axes.plot([0, 1], [0, 1], linestyle=(0, (4, 2)), linewidth=3.6, color="#c24e00", alpha=0.5)
    (element,) = elements(line)
    assert element.get("stroke") == "#c24e00"
    assert element.get("fill") is None
    assert float(element.get("stroke-width")) == 50
    assert element.get("stroke-dasharray").split() == ["200", "100"]
    assert "0.5" in {element.get("opacity"), element.get("stroke-opacity")}
    line.set_visible(False)
    assert elements(line) == []


def test_what_is_in_the_axes_is_clipped_to_them(axes):
    (line,) = axes.plot([-9, 9], [0, 0])
    svg = to_svg(axes.figure, [line])
    clip = ElementTree.fromstring(svg).find("clipPath/rect")
    left, top = pixels(axes, -2, 5)
    assert [int(clip.get("x")) / 10, int(clip.get("y")) / 10] == pytest.approx([left, top], abs=0.06)
    assert "clip-path='url(#id-0)'" in svg
    line.set_clip_path(Circle((0.5, 0.5), 0.2, transform=axes.transAxes))
    assert "<clipPath" in to_svg(axes.figure, [line])


def test_a_picture_cannot_move(axes):
    with pytest.raises(TypeError, match="leave it out of the moving"):
        to_svg(axes.figure, [axes.imshow(np.zeros((2, 2)))])


def make(update=None, **controls):
    """A live figure with a point on a parabola; ``update`` may do more, with the axes and the point."""
    figure, axes = new_figure(3, 2)
    axes.set(xlim=(-2, 2), ylim=(-1, 5))
    (point,) = axes.plot([], [], "o")
    label = axes.text(0, 0, "")

    def draw(x, **others):
        point.set_data([x], [x * x])
        label.set_text(f"f(x) = {x * x:.2f}")
        if update:
            update(axes, x, **others)
        return {"height": x * x}, f'At {x:.2f} the height is {x * x:.2f}, < 5 & "more".'

    return LiveFigure("parabola", figure, [point, label], {"x": slider("x", 1, -2, 2, 0.1), **controls}, draw)


def test_a_move_changes_values_readout_and_overlay_but_not_the_still_picture():
    live = make()
    still, before = live._still.value, live.svg
    live.controls["x"].value = 0.5
    assert live.values == {"height": 0.25}
    assert live.readout.startswith("At 0.50 the height is 0.25")
    assert live._still.value is still
    assert live.svg != before
    assert live._overlay.value.startswith(live.svg)


def test_every_word_is_escaped():
    live = make()
    root = ElementTree.fromstring(f"<div>{live._overlay.value}</div>")
    assert root.find("svg").get("aria-label") == live.readout == root.find("div").text
    assert root.find("div").get("role") == "status"


@pytest.mark.parametrize(
    "change",
    [
        lambda axes, x: axes.set_xlim(-3, 3),
        lambda axes, x: axes.set_title(f"x = {x}"),
        lambda axes, x: axes.contour(np.outer([1, 2, 3], [1, x, 3])),
        lambda axes, x: axes.lines[0].remove() if len(axes.lines) > 1 else axes.axhline(x),
    ],
    ids=["limits", "title", "contours", "artists"],
)
def test_whatever_else_changes_is_drawn_anew(change):
    live = make(lambda axes, x: change(axes, x) if x == 0.5 else None)
    still = live._still.value
    live.controls["x"].value = 0.4
    assert live._still.value is still
    live.controls["x"].value = 0.5
    assert live._still.value != still
    check_frame(live)


def test_new_limits_move_the_overlay_with_the_picture():
    live = make(lambda axes, x: axes.set_xlim(-x, x))
    (_, axes), live.controls["x"].value = (None, live.figure.axes[0]), 1.5
    dot = ElementTree.fromstring(live.svg).find(".//path")
    np.testing.assert_allclose(path_points(dot), [pixels(axes, 1.5, 1.5**2)], atol=0.06)


def test_the_still_picture_leaves_out_what_moves():
    visible, hidden = make(), make()
    hidden._moving[0].set_visible(False)
    assert visible._still.value == hidden._still.value


def fail(problem):
    def update(axes, x):
        if x > 1.5:
            raise problem

    return update


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (ValueError("f is not defined at <0>; try x > 0"), "f is not defined at <0>; try x > 0"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (np.linalg.LinAlgError("Singular matrix"), "Singular matrix"),
    ],
)
def test_a_problem_is_one_line_and_the_figure_stays_usable(problem, line):
    live = make(fail(problem))
    good = live.svg
    live.controls["x"].value = 2
    assert live.error == line
    assert live.svg == good
    assert line in "".join(ElementTree.fromstring(f"<div>{live._overlay.value}</div>").itertext())
    live.controls["x"].value = 0.5
    assert live.error == ""
    assert line not in live._overlay.value
    check_frame(live)


def test_a_problem_at_the_start_is_said_too():
    live = make(lambda axes, x: 1 / 0 if x == 1 else None)
    assert live.error == "ZeroDivisionError: division by zero"
    assert bytes(live._still.value[:4]) == b"\x89PNG"
    assert live._overlay.value.startswith("<svg")  # so that the line stands below the picture
    live.controls["x"].value = 0.5
    check_frame(live)


def test_the_ends_of_a_slider_are_short_numbers_that_leave_its_value_inside():
    ends = slider("x", 1 / 3, -0.1 - 0.2, 0.1 + 0.2, 0.02)
    assert (ends.named.min, ends.named.max, ends.value) == (-0.3, 1 / 3, 1 / 3)


def test_values_that_are_not_finite_leave_a_gap():
    figure, axes = new_figure()
    axes.set(xlim=(-1, 1), ylim=(-1, 1))
    (line,) = axes.plot([], [])

    def update(x):
        line.set_data([-1, 0, 1], np.array([1.0, 1.0, 1.0]) / np.array([1, x, 1]))  # no warning at x = 0 either
        return {}, "A pole."

    live = LiveFigure("pole", figure, [line], {"x": slider("x", 1, -1, 1, 0.5)}, update)
    sweep(live)


def test_two_figures_never_share_an_id():
    ids = [set(re.findall("id='(.*?)'", live.svg)) for live in (make(), make())]
    assert all(ids)
    assert ids[0].isdisjoint(ids[1])


def test_two_figures_do_not_disturb_each_other():
    one, two = make(), make()
    before = two._overlay.value
    one.controls["x"].value = 2
    assert two._overlay.value == before
    assert two.controls["x"].value == 1


def test_reset_returns_to_the_start_and_draws_once():
    drawn = []
    live = make(lambda axes, x, n: drawn.append((x, n)), n=integer_slider("n", 3, 0, 9))
    live.controls["x"].value, live.controls["n"].value = 0.3, 7
    drawn.clear()
    live.reset()
    assert drawn == [(1, 3)]


def test_the_static_twin(monkeypatch):
    shown = []
    monkeypatch.setattr(display_module, "display", lambda data, metadata, raw: shown.append((data, metadata)))
    live = make()
    live.controls["x"].value = 0.5
    still = live._still.value
    live._ipython_display_()
    ((data, metadata),) = shown
    assert data["text/plain"] == "parabola"
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == live.model_id
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["image/png"] != still  # the moving parts are in it
    assert metadata["image/png"] == {"alt": f"parabola: {live.readout}", "width": 300, "height": 200}
    live.controls["x"].value = 0.6
    assert live._still.value is still  # displaying made nothing stale


class Shell:
    """As much of a kernel as tells which cell is running."""

    def __init__(self):
        self.parent, self.runs = {}, 0

    def get_parent(self):
        return self.parent

    def run(self, cell, code):
        """Run a cell, of which the kernel is told the id (or not)."""
        self.runs += 1
        self.parent = {"header": {"msg_id": self.runs}, "metadata": {"cellId": cell} if cell else {}}
        return code()


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(rerun, "get_ipython", lambda: shell)
    yield shell
    for _, figures in rerun._made.values():
        for figure in figures:
            figure.close()
    rerun._made.clear()


def is_open(live):
    return live.comm is not None


def test_a_cell_run_again_closes_what_it_made_at_the_same_place(shell):
    first, second = shell.run("one", lambda: (make(), make()))
    other = shell.run("two", make)
    unknown = shell.run(None, make)
    again, again_too = shell.run("one", lambda: (make(), make()))
    shell.run(None, make)
    assert [is_open(live) for live in (first, second, other, unknown, again, again_too)] == [False] * 2 + [True] * 4


def test_a_cell_that_makes_fewer_closes_the_rest_too(shell):
    first, second = shell.run("one", lambda: (make(), make()))
    again = shell.run("one", make)
    assert [is_open(live) for live in (first, second, again)] == [False, False, True]


def test_any_widget_can_replace_the_one_before_it(shell):
    first, second, third = (
        shell.run("cell", lambda: replace_predecessor(ipywidgets.VBox([ipywidgets.Text(value="x")]))) for _ in range(3)
    )
    assert [is_open(widget) for widget in (first, second, third)] == [False, False, True]
    assert first.children == ()


@pytest.mark.parametrize("make_widget", [derivation_explorer, drill])
def test_the_widgets_that_are_no_figures_replace_the_one_before_them_too(shell, make_widget):
    first, second = (shell.run("cell", make_widget) for _ in range(2))
    assert [is_open(first), is_open(second)] == [False, True]


def test_a_closed_figure_leaves_no_widget_behind(shell):
    registry = getattr(ipywidgets.widgets.widget, "_instances", None)
    if registry is None:  # ipywidgets 7
        registry = ipywidgets.Widget.widgets
    shell.run("cell", make)
    count = len(registry)
    for _ in range(3):
        live = shell.run("cell", make)
    assert len(registry) == count
    live.close()
    live.close()
    assert not is_open(live)


@pytest.mark.parametrize("make_widget", [make, derivation_explorer, drill])
def test_what_was_closed_can_still_be_displayed_and_reset(make_widget, monkeypatch):
    shown = []
    monkeypatch.setattr(display_module, "display", lambda data, metadata, raw: shown.append(data))
    widget = make_widget()
    widget.close()
    getattr(widget, "reset", list)()
    if widget._ipython_display_ is None:  # ipywidgets 7: IPython shows the widget's repr
        return
    widget._ipython_display_()
    assert shown[0]["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" not in shown[0]


def test_a_thousand_moves_leave_memory_flat():
    live = make()

    def blocks_after(moves):
        for x in np.random.default_rng(0).uniform(-2, 2, moves).round(1):
            live.controls["x"].value = float(x)
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks_after(300)  # matplotlib has met every text by now, and remembers its size
    assert blocks_after(1000) - before < 500  # not even one object for two moves


def test_running_a_cell_fifty_times_leaves_memory_flat(shell, monkeypatch):
    monkeypatch.setattr(live_module, "to_png", lambda figure: bytes(300_000))  # a large one, drawn in no time
    history = [shell.run("cell", make)]  # as a notebook's own history keeps every result
    gc.collect()
    tracemalloc.start()
    for _ in range(50):
        history.append(shell.run("cell", make))
    gc.collect()
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    assert megabytes < 5


def test_a_sweep_over_every_kind_of_control():
    live = make(
        lambda axes, x, **others: None,
        h=log_slider("step h", 0.1, 1e-16, 1, "m"),
        n=integer_slider("n", 3, 0, 9),
        k=play("step", 5),
        which=choice("which", ["a", "b"], "a"),
        on=switch("on", True),
        text=text_field("f(x) =", "x^2"),
    )
    sweep(live, count=5, jumps=3)
    assert {name: control.value for name, control in live.controls.items()} == {
        "x": 1, "h": 0.1, "n": 3, "k": 0, "which": "a", "on": True, "text": "x^2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("control", "typed", "value"),
    [
        (log_slider("h", 0.1, 1e-16, 1), 0.012345678, 0.012345678),
        (log_slider("h", 0.1, 1e-16, 1), 7, 1),
        (slider("x", 0, -1, 1, 0.1), 0.123456, 0.123456),
        (slider("x", 0, -1, 1, 0.1), -3, -1),
        (integer_slider("n", 1, 0, 5), 9, 5),
    ],
)
def test_a_typed_number_counts_exactly_and_stays_in_range(control, typed, value):
    control.named.value = typed
    assert control.value == value == control.named.value
    assert control.children[-1].value == pytest.approx(value)


@pytest.mark.parametrize(
    ("control", "moved", "value"),
    [
        (log_slider("h", 0.1, 1e-16, 1), 10**-1.75, 0.0178),
        (slider("x", 0, -1, 1, 0.1), 0.30000000000000004, 0.3),
        (slider("x", 0, -1, 1, 0.05), 0.15000000000000002, 0.15),
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


def test_a_value_that_is_set_moves_all_parts_and_is_checked():
    control = slider("x", 0, -1, 1, 0.1)
    control.value = 0.123456
    assert control.value == control.named.value == control.children[-1].value == 0.123456
    with pytest.raises(ValueError, match="x must be a finite number, got nan"):
        control.value = float("nan")
    with pytest.raises(ValueError, match="which must be one of a, b, got 'c'"):
        choice("which", ["a", "b"], "a").value = "c"
    with pytest.raises(ValueError, match="must be positive numbers in order"):
        log_slider("h", 0.1, 0, 1)


def test_reset_stops_playing():
    control = play("step", 9)
    button = next(part for part in control.children if isinstance(part, ipywidgets.Play))
    name = "playing" if button.has_trait("playing") else "_playing"
    setattr(button, name, True)
    button.value = 4
    assert control.value == 4
    control.reset()
    assert control.value == 0
    assert not getattr(button, name)
