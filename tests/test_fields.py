"""The drawings of functions of two numbers: contours, gradients, directions, paths."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import FancyArrowPatch
from matplotlib.quiver import Quiver
from test_curves import check_words

from calc_core import households, plots
from calc_core.plots.canvas import new_figure
from calc_core.plots.fields import contours, direction, gradient_arrows

SQUARE = ((-4.0, 4.0), (-4.0, 4.0))


def field(p):
    x, y = p
    return x**2 * y + y**3


def bowl(p):
    return p[0] ** 2 + 9 * p[1] ** 2


def test_the_field_points_uphill_and_its_longest_arrow_is_a_cell():
    figure, alt = plots.gradient_field(field, *SQUARE, at=(2, 3))
    check_words(figure)
    assert alt.endswith("At (2, 3) the gradient is (12, 31).")
    axes = figure.axes[0]
    assert axes.get_aspect() == 1
    (arrows,) = axes.findobj(Quiver)
    x, y = arrows.get_offsets().T
    seen = ~arrows.Umask
    assert arrows.U[seen] == pytest.approx((2 * x * y)[seen], abs=1e-8)
    assert arrows.V[seen] == pytest.approx((x**2 + 3 * y**2)[seen], abs=1e-8)
    assert np.hypot(arrows.U, arrows.V).max() / arrows.scale == pytest.approx(8 / 9)
    (thick,) = axes.findobj(FancyArrowPatch)
    start, tip = np.array(thick._posA_posB)
    assert (tip - start) @ [31, -12] == pytest.approx(0, abs=1e-6)
    assert all(np.hypot(*(np.array([x, y]).T[seen] - start).T) > 0.5)  # the field makes way


def test_a_flat_field_has_arrows_of_no_length():
    figure, _ = plots.gradient_field(lambda p: 5.0, *SQUARE)
    check_words(figure)
    (arrows,) = figure.axes[0].findobj(Quiver)
    assert not arrows.U.any()


def test_where_there_is_no_gradient_there_is_no_arrow():
    _, axes = new_figure()
    arrows = gradient_arrows(axes, lambda p: np.log(p[0]), *SQUARE)
    assert (arrows.get_offsets()[:, 0] > 0).all()
    with pytest.raises(ValueError, match="no gradient anywhere"):
        gradient_arrows(axes, lambda p: math.nan, *SQUARE)


@given(st.floats(-720, 720))
def test_directions_are_unit_vectors(angle):
    assert math.hypot(*direction(angle)) == pytest.approx(1)


def test_right_angles_are_right():
    assert direction(np.array([0, 90, 180, 270, 360])).T.tolist() == [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]]


@settings(deadline=None, max_examples=20)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.booleans())
def test_contours_are_few_and_at_their_heights(low, height, deep):
    _, axes = new_figure()
    drawn = contours(axes, lambda p: low + height * bowl(p), *SQUARE, bowl=deep)
    assert 4 <= len(drawn.levels) <= 14
    assert (np.diff(drawn.levels) > 0).all()
    for level, paths in zip(drawn.levels, drawn.get_paths(), strict=True):
        if len(paths.vertices):
            heights = low + height * bowl(paths.vertices.T)
            assert heights == pytest.approx(level, abs=0.02 * 160 * height)


def test_no_contour_has_a_gap():
    _, axes = new_figure()
    drawn = contours(axes, lambda p: p[0] + 0.1 * p[1], *SQUARE)
    assert sum(not words.get_visible() for words in drawn.labelTexts) < len(drawn.labelTexts)
    assert all(len(path.to_polygons(closed_only=False)) == 1 for path in drawn.get_paths() if len(path))


def test_contours_of_a_loss_and_of_a_plain():
    families = households.load().in_thousands()
    _, axes = new_figure()
    contours(axes, households.mean_squared_error(families.income, families.food), (-1, 1), (-1, 1), bowl=True)
    contours(axes, lambda p: 5.0, (-1, 1), (-1, 1), bowl=True)
