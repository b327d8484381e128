"""Still pictures: what is drawn, held against the mathematics it stands for."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from calc_core.pictures import chain_rule, draw_arrows, draw_contours, draw_curve, product_rule
from calc_core.style import CONTEXT, FUNCTION

WINDOW = ((-1.0, 2.0), (0.5, 2.5))
CURVES = [(1.0, -1.0, 0.24), (-5.0, 3.0, 1.2), (0.0, 0.0, 0.5), (1e-12, 3.0, 1.5), (0.01, -1e9, 5e8)]


@pytest.mark.parametrize(("bend", "height", "room"), CURVES, ids=["up", "down", "level", "rounding", "far down"])
def test_a_tame_curve_is_the_function_and_is_seen_whole(bend, height, room):
    curve = draw_curve(Figure().subplots(), lambda x: bend * x**2 + height, (-1.5, 2.0))
    x, y = curve.get_data()
    assert y == pytest.approx(bend * x**2 + height)
    assert curve.get_color() == FUNCTION
    assert (x[0], x[-1]) == curve.axes.get_xlim() == (-1.5, 2.0)
    assert curve.axes.get_ylim() == pytest.approx((y.min() - room, y.max() + room), rel=1e-5)


def test_a_pole_is_a_gap_and_does_not_flatten_the_rest():
    curve = draw_curve(Figure().subplots(), lambda x: 1 / (x - 0.503), (-2.0, 2.0))
    x, y = curve.get_data()
    gap = np.isnan(y)
    assert x[gap] == pytest.approx([0.5, 0.51, 0.52])
    assert y[~gap] == pytest.approx(1 / (x[~gap] - 0.503))
    assert curve.axes.get_ylim() == pytest.approx((-22.25, 21.7), abs=0.01)


def field(p):
    return p[0] ** 2 * p[1] + p[1] ** 3


def plain(p):
    return 3.0


RINGS = np.linspace(0, 1, 11) ** 2
LOW, HIGH = field([0.0, 0.5]), field([2.0, 2.5])
LEVELS = [
    (field, False, np.arange(0, 28, 3)),
    (field, True, LOW + (HIGH - LOW) * RINGS),
    (plain, False, np.linspace(3, 4, 11)),
    (plain, True, 3 + RINGS),
]


@pytest.mark.parametrize(("f", "bowl", "levels"), LEVELS)
def test_contours_run_where_f_has_their_height_and_darker_is_higher(f, bowl, levels):
    axes = Figure().subplots()
    shades = draw_contours(axes, f, WINDOW, bowl=bowl)
    lines = axes.collections[0]
    assert (lines.levels, shades.levels) == (pytest.approx(levels), pytest.approx(levels))
    bands = [*zip(levels, levels, lines.get_paths(), strict=True)]
    bands += zip(levels[:-1], levels[1:], shades.get_paths(), strict=True)
    for low, high, path in bands:
        assert all(low - 0.05 <= f(point) <= high + 0.05 for point in path.vertices)
    assert np.diff(shades.get_facecolor()[:, 0]).max() < 0
    assert (axes.get_xlim(), axes.get_ylim()) == WINDOW
    assert shades.zorder < lines.zorder < draw_arrows(axes, f, WINDOW).zorder


def test_arrows_are_gradients_and_the_longest_is_as_long_as_a_cell():
    arrows = draw_arrows(Figure().subplots(), lambda p: field(p) if p[0] < 1 else 1 / 0, WINDOW)
    x, y = arrows.get_offsets().T
    assert sorted(set(x)) == pytest.approx(-1 + np.arange(1, 18, 2) / 6)
    assert sorted(set(y)) == pytest.approx(0.5 + np.arange(1, 13, 2) / 6)
    seen = ~np.ma.getmaskarray(arrows.U) & ~np.broadcast_to(arrows.Umask, x.shape)
    assert seen.tolist() == (x < 1).tolist()
    assert np.c_[arrows.U, arrows.V][seen] == pytest.approx(np.c_[2 * x * y, x**2 + 3 * y**2][seen], abs=1e-7)
    assert np.hypot(arrows.U, arrows.V)[seen].max() / arrows.scale == pytest.approx(1 / 3)
    assert (arrows.pivot, arrows.angles, arrows.scale_units) == ("middle", "xy", "xy")
    with pytest.raises(ValueError, match="f has no gradient anywhere in the picture; try another range"):
        draw_arrows(Figure().subplots(), lambda p: 1 / 0, WINDOW)


def words(texts):
    return [text.get_text() for text in texts]


def test_the_grown_rectangle_is_tiled_and_each_tile_says_its_area():
    u, v, du, dv = 0.3, 5.0, 1.1, 2.3
    (axes,) = product_rule(u, v, du, dv).figure.axes
    axes.figure.draw_without_rendering()
    assert axes.get_title(loc="left") == "A product grows by two strips and a tiny corner"
    bounds = [(0, 0, u, v), (u, 0, du, v), (0, v, u, dv), (u, v, du, dv)]
    assert [tile.get_bbox().bounds for tile in axes.patches] == [pytest.approx(tile) for tile in bounds]
    assert (axes.get_xlim(), axes.get_ylim(), axes.get_aspect()) == ((0, u + du), (0, v + dv), 1)
    assert words(axes.texts) == ["u · v\n= 1.5", "v · du\n= 5.5", "u · dv\n= 0.69", "du · dv\n= 2.53"]
    for text, tile in zip(axes.texts, axes.patches, strict=True):
        middle, *rest = (box.get_window_extent().get_points().mean(axis=0) for box in (text, tile))
        assert rest == [pytest.approx(middle, abs=5)]
    assert axes.get_xticks().tolist() == [u / 2, u + du / 2]
    assert axes.get_yticks().tolist() == [v / 2, v + dv / 2]
    assert words(axes.get_xticklabels() + axes.get_yticklabels()) == ["u = 0.3", "du = 1.1", "v = 5", "dv = 2.3"]
    assert not any(line.get_visible() for line in axes.get_xgridlines())


def test_a_step_is_stretched_twice_and_turned_round_by_a_negative_slope():
    (axes,) = chain_rule(-1.3).figure.axes
    assert axes.get_title(loc="left") == "Two stretches in a row multiply"
    (arrows,) = axes.collections
    ends = np.array([[1, 0], [2, -1], [-6.4, -2]])
    assert arrows.get_offsets() == pytest.approx(ends * [0, 1])
    assert np.c_[arrows.U / arrows.scale, arrows.V] == pytest.approx(ends * [1, 0])
    assert (arrows.angles, arrows.scale_units) == ("xy", "xy")
    assert [line.get_xydata() for line in axes.lines] == [pytest.approx(ends * [0, 1]), pytest.approx(ends)]
    assert {line.get_color() for line in axes.lines} == {CONTEXT}
    assert words(axes.texts) == ["1 dx", "2 dx", "−6.4 dx", "× 2", "× −3.2"]
    assert all(text.get_bbox_patch() for text in axes.texts)  # readable on the lines
    places = [*ends - [0, 0.12], (0.75, -0.5), (-1.1, -1.5)]
    assert [text.get_position() for text in axes.texts] == [pytest.approx(place) for place in places]
    assert axes.get_yticks().tolist() == [0, -1, -2]
    assert words(axes.get_yticklabels()) == ["x = −1.3", "u = 2x + 1 = −1.6", "y = u² = 2.56"]
