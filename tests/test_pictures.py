"""Still pictures: what is drawn, held against the mathematics it stands for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from calc_core.pictures import chain_rule, draw_arrows, draw_contours, draw_curve, product_rule
from calc_core.style import number
from tools.make_sheet import SHEET, mathml, page

WINDOW = ((-1.0, 2.0), (0.5, 2.5))


def field(p):
    return p[0] ** 2 * p[1] + p[1] ** 3


def axes():
    return Figure().subplots()


@settings(max_examples=25, deadline=None)
@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_a_tame_curve_is_the_function_and_is_seen_whole(a, b, c):
    sheet = axes()
    x, y = draw_curve(sheet, lambda x: a * x**2 + b * x + c, (-1.5, 2.0)).get_data()
    assert y == pytest.approx(a * x**2 + b * x + c)
    assert (x[0], x[-1]) == sheet.get_xlim() == (-1.5, 2.0)
    bottom, top = sheet.get_ylim()
    assert bottom < y.min() <= y.max() < top
    assert np.ptp(y) < 1e-6 or np.ptp(y) > 0.85 * (top - bottom)


def test_a_pole_is_a_gap_and_does_not_flatten_the_rest():
    sheet = axes()
    x, y = draw_curve(sheet, lambda x: 1 / (x - 0.503), (-2.0, 2.0)).get_data()
    assert np.isnan(y[x > 0.503][0])
    assert y[x < 0.4] == pytest.approx(1 / (x[x < 0.4] - 0.503))
    assert max(np.abs(sheet.get_ylim())) < 60


@pytest.mark.parametrize("height", [0.0, 3.0, -1e9])
def test_a_level_line_runs_in_the_middle_even_with_rounding(height):
    sheet = axes()
    draw_curve(sheet, lambda x: height + 1e-12 * height * x, (0.0, 1.0))
    bottom, top = sheet.get_ylim()
    assert (top - bottom) / 2 == pytest.approx(max(abs(height) / 2, 0.5))
    assert (bottom + top) / 2 == pytest.approx(height)


LOW, HIGH = 0.125, 4 * 2.5 + 2.5**3
RINGS = LOW + (HIGH - LOW) * np.linspace(0, 1, 11) ** 2


@pytest.mark.parametrize(("bowl", "levels"), [(False, np.arange(0, 28, 3)), (True, RINGS)])
def test_contours_run_where_f_has_their_height_and_darker_is_higher(bowl, levels):
    sheet = axes()
    shades = draw_contours(sheet, field, WINDOW, bowl=bowl)
    assert shades.levels == pytest.approx(levels)
    assert np.diff(shades.get_facecolor()[:, 0]).max() < 0
    lines = sheet.collections[0]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        assert [field(point) for point in path.vertices] == pytest.approx([level] * len(path.vertices), abs=0.05)
    assert (sheet.get_xlim(), sheet.get_ylim()) == WINDOW


def test_arrows_are_gradients_and_the_longest_is_as_long_as_a_cell():
    arrows = draw_arrows(axes(), lambda p: field(p) if p[0] < 1 else 1 / 0, WINDOW, count=6)
    x, y = arrows.get_offsets().T
    assert sorted(set(x)) == pytest.approx(-0.75 + 0.5 * np.arange(6))
    assert sorted(set(y)) == pytest.approx(0.75 + 0.5 * np.arange(4))
    seen = ~np.ma.getmaskarray(arrows.U) & ~np.broadcast_to(arrows.Umask, x.shape)
    assert seen.tolist() == (x < 1).tolist()
    assert np.c_[arrows.U, arrows.V][seen] == pytest.approx(np.c_[2 * x * y, x**2 + 3 * y**2][seen], abs=1e-7)
    assert np.hypot(arrows.U, arrows.V)[seen].max() / arrows.scale == pytest.approx(0.5)
    assert (arrows.pivot, arrows.angles, arrows.scale_units) == ("middle", "xy", "xy")


def test_a_plain_that_is_level_and_no_function_at_all():
    level = axes(), lambda p: 3.0, WINDOW
    assert draw_contours(*level).levels[0] <= 3.001
    assert np.diff(draw_contours(*level, bowl=True).levels).min() > 0
    assert draw_arrows(*level).scale > 0
    with pytest.raises(ValueError, match="f has no gradient anywhere in the picture; try another range"):
        draw_arrows(axes(), lambda p: 1 / 0, WINDOW)


@pytest.mark.parametrize(("u", "v", "du", "dv"), [(3.0, 2.0, 0.7, 0.4), (0.3, 5.0, 1.1, 2.3)])
def test_the_grown_rectangle_is_tiled_and_each_tile_says_its_area(u, v, du, dv):
    picture = product_rule(u, v, du, dv)
    picture.figure.draw_without_rendering()
    (sheet,) = picture.figure.axes
    bounds = [(0, 0, u, v), (u, 0, du, v), (0, v, u, dv), (u, v, du, dv)]
    assert np.array([tile.get_bbox().bounds for tile in sheet.patches]) == pytest.approx(np.array(bounds))
    assert (*sheet.get_xlim(), *sheet.get_ylim()) == (0, u + du, 0, v + dv)
    assert sheet.get_aspect() == 1
    names = ("u · v", "v · du", "u · dv", "du · dv")
    for text, name, tile, (*_, width, height) in zip(sheet.texts, names, sheet.patches, bounds, strict=True):
        assert text.get_text() == f"{name}\n= {number(width * height)}"
        middles = [box.get_window_extent().get_points().mean(axis=0) for box in (text, tile)]
        assert middles[0] == pytest.approx(middles[1], abs=5)
        assert text.get_text().replace("\n", " ") in picture.sentence
    ticks = [text.get_text() for text in (*sheet.get_xticklabels(), *sheet.get_yticklabels())]
    assert ticks == [f"u = {number(u)}", f"du = {number(du)}", f"v = {number(v)}", f"dv = {number(dv)}"]
    assert [*sheet.get_xticks(), *sheet.get_yticks()] == [u / 2, u + du / 2, v / 2, v + dv / 2]


@pytest.mark.parametrize(("at", "a", "b"), [(0.3, 2.0, 1.0), (0.2, -2.0, 1.5), (-1.3, 0.6, -2.0)])
def test_a_step_is_stretched_twice(at, a, b):
    middle, slope = a * at + 1, 2 * b * (a * at + 1)
    picture = chain_rule(lambda x: a * x + 1, lambda u: b * u**2, at, ("x", "u", "y"))
    (sheet,) = picture.figure.axes
    (arrows,) = sheet.collections
    ends = np.array([[1, 0], [a, -1], [a * slope, -2]])
    assert arrows.get_offsets().tolist() == [[0, 0], [0, -1], [0, -2]]
    assert np.c_[arrows.U / arrows.scale, arrows.V] == pytest.approx(ends * [1, 0], abs=1e-6)
    straight, slanted = (line.get_xydata() for line in sheet.lines)
    assert (straight, slanted) == (pytest.approx(ends * [0, 1]), pytest.approx(ends, abs=1e-6))
    words = [f"{number(step)} dx" for step in ends[:, 0]] + [f"× {number(a)}", f"× {number(slope)}"]
    places = [*ends - [0, 0.12], ((1 + a) / 4, -0.5), ((a + a * slope) / 4, -1.5)]
    assert [text.get_text() for text in sheet.texts] == words
    assert np.array([text.get_position() for text in sheet.texts]) == pytest.approx(np.array(places), abs=1e-6)
    ticks = [text.get_text() for text in sheet.get_yticklabels()]
    assert ticks == [f"x = {number(at)}", f"u = {number(middle)}", f"y = {number(b * middle**2)}"]
    assert sheet.get_yticks().tolist() == [0, -1, -2]


def test_the_lessons_own_numbers():
    gains = "gains the strips v · du = 1.4 and u · dv = 1.2 and the corner du · dv = 0.28."
    assert str(product_rule()) == f"A rectangle of area u · v = 6 {gains}"
    steps = "a step dx is stretched 2 times, then 3.2 times: 6.4 times in all."
    assert str(chain_rule()) == f"At x = 0.3, u = 2x + 1 = 1.6, y = u² = 2.56 {steps}"


def test_a_kink_has_no_one_factor():
    with pytest.raises(ValueError, match="there is a kink on the way from 0, so no one factor; try another point"):
        chain_rule(lambda x: 3 * x, abs, 0.0)


def test_the_sheet_is_made_from_its_template():
    assert (SHEET / "index.html").read_text(encoding="utf-8") == page()
    assert "$" not in page()
    fraction = "<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>"
    assert mathml("{a+1}//2 ⋅ f′(x)").startswith(f"<math><mrow>{fraction}<mo>⋅</mo><mi>f</mi><mtext>′</mtext><mo str")
