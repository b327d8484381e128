"""The descent explorer: what it says is what `descend` computes, at every setting, for any function."""

import math
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep import check_frame

from calc_core.descent import descend, stability_limit
from calc_core.explorers.descent import STEPS, USUAL_STEPS, descent_explorer
from calc_core.explorers.surfaces import household_surfaces
from calc_core.households import load, mean_squared_error
from calc_core.plots.canvas import to_png

SURFACES = household_surfaces()
THOUSANDS, RAW, STANDARD = SURFACES


@cache
def opened(unit=THOUSANDS):
    """One explorer for each unit: drawing another surface is what takes time."""
    explorer = descent_explorer()
    explorer.controls["unit"].value = unit
    return explorer


def fresh(unit=THOUSANDS):
    """The explorer of that unit with every other control at its start."""
    explorer = opened(unit)
    for name, control in explorer.controls.items():
        control.value = unit if name == "unit" else control.initial
    return explorer


def put(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
        assert explorer.error == ""
    return explorer


def shown_path(explorer):
    """The path as the figure's artist holds it."""
    (path,) = (line for line in explorer.figure.axes[0].lines if line.get_marker() == "o" and line.get_markersize() < 4)
    return path.get_xydata()


def test_the_first_picture_is_the_households_in_thousands():
    explorer = fresh()
    assert explorer.values["limit"] == pytest.approx(0.4748, abs=5e-5)
    assert explorer.values["learning_rate"] == 0.4
    assert explorer.readout == (
        "The learning rate 0.4 is below the limit 0.4748: after 40 steps the loss is 0.01292, "
        "and 1.2% of the way is left."
    )


@pytest.mark.parametrize("unit", SURFACES)
@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_what_is_shown_is_what_descend_computes(unit, momentum, nesterov):
    explorer = put(
        fresh(unit), learning_rate=0.4, momentum=momentum, nesterov=nesterov, steps=12, start_a=-0.4, start_b=0.9
    )
    thousands = load().in_thousands()
    mean, spread = thousands.income.mean(), thousands.income.std()
    income, food, start, rate = {
        THOUSANDS: (thousands.income, thousands.food, [-0.4, 0.9], 0.4),
        RAW: (load().income, load().food, [-400.0, 0.9], 4e-7),
        STANDARD: ((thousands.income - mean) / spread, thousands.food, [-0.4 + 0.9 * mean, 0.9 * spread], 0.4),
    }[unit]
    walk = descend(mean_squared_error(income, food), start, rate, 12, momentum=momentum, nesterov=nesterov)
    assert explorer.values["learning_rate"] == pytest.approx(rate)
    assert explorer.values["loss"] == pytest.approx(walk.values[-1], rel=1e-6)
    assert shown_path(explorer) == pytest.approx(walk.points, rel=1e-5, abs=1e-6)


def test_momentum_moves_the_limit():
    explorer = fresh()
    put(explorer, momentum=0.5)
    assert explorer.values["limit"] == pytest.approx(1.5 * 0.474777, rel=1e-5)
    put(explorer, nesterov=True)
    assert explorer.values["limit"] == pytest.approx(1.5 / 2 * 0.474777, rel=1e-5)
    assert f"the limit {explorer.values['limit']:.4g}" in explorer.readout


def test_divergence_is_named_on_the_far_side_of_the_limit():
    explorer = fresh()
    put(explorer, learning_rate=0.47)
    assert "diverges" not in explorer.readout
    put(explorer, learning_rate=0.48)
    assert "every swing is wider" in explorer.readout
    put(explorer, learning_rate=4.0, steps=40)
    assert "after 6 steps it has left all bounds" in explorer.readout


def test_more_steps_make_divergence_plain():
    explorer = fresh()
    put(explorer, learning_rate=0.48)
    some = explorer.values["loss"]
    put(explorer, steps=STEPS)
    assert explorer.values["loss"] > 10 * some
    assert explorer.figure.axes[1].get_xlim()[1] > STEPS


@pytest.mark.parametrize("unit", SURFACES)
def test_the_bottom_is_marked(unit):
    (bottom,) = (line for line in fresh(unit).figure.axes[0].lines if line.get_marker() == "*")
    assert bottom.get_xydata()[0] == pytest.approx(SURFACES[unit].lowest)


def test_on_the_limit_it_never_settles():
    explorer = fresh()
    put(explorer, learning_rate=explorer.values["limit"], steps=40)
    assert "never settles" in explorer.readout


def test_raw_francs_crawl():
    explorer = put(fresh(RAW), steps=40)
    assert explorer.values["limit"] == pytest.approx(8.106e-7, rel=1e-3)
    assert "100.0% of the way is left" in explorer.readout
    assert "crawls" in {text.get_text() for text in explorer.figure.axes[1].texts}


def test_standardised_income_arrives_in_one_step():
    explorer = put(fresh(STANDARD), learning_rate=0.5)
    assert "1 step to the bottom" in explorer.readout
    assert shown_path(explorer)[1] == pytest.approx(SURFACES[STANDARD].lowest)


def test_units_can_be_changed_to_and_fro():
    explorer = fresh()
    before = (explorer.readout, explorer.values, len(explorer.figure.axes[0].collections))
    for unit in (RAW, STANDARD, THOUSANDS):
        put(explorer, unit=unit)
    assert (explorer.readout, explorer.values, len(explorer.figure.axes[0].collections)) == before


@pytest.mark.parametrize("unit", SURFACES)
def test_every_corner_of_the_controls_is_drawn(unit):
    explorer = fresh(unit)
    corners = product((1, STEPS), (0.005, 5.0), (0.0, 0.99), (False, True), (-0.8, 1.2), (-0.6, 1.4))
    for corner in corners:
        names = ("steps", "learning_rate", "momentum", "nesterov", "start_a", "start_b")
        put(explorer, **dict(zip(names, corner, strict=True)))
        check_frame(explorer)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.005, 5.0), st.floats(0.0, 0.99), st.booleans(), st.integers(1, USUAL_STEPS), st.floats(-0.8, 1.2))
def test_random_jumps_are_drawn(learning_rate, momentum, nesterov, steps, start_a):
    settings = {"learning_rate": learning_rate, "momentum": momentum, "nesterov": nesterov}
    check_frame(put(opened(), **settings, steps=steps, start_a=start_a))


def test_a_move_stays_under_five_kilobytes():
    sizes = []
    for unit, momentum in product(SURFACES, (0.0, 0.9, 0.99)):
        explorer = put(fresh(unit), momentum=momentum, steps=USUAL_STEPS)
        sizes.append(len(explorer.svg) + 2 * len(explorer.readout))
    assert max(sizes) < 5000


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def one_by_one(p):
    x, y = p
    return math.cosh(x) + 2 * math.cosh(y)


def test_a_learners_function_opens_at_half_the_limit_of_its_start():
    explorer = descent_explorer(lambda p: p[0] ** 2 + 3 * p[1] ** 2)
    assert explorer.error == ""
    assert explorer.values["limit"] == pytest.approx(stability_limit([[2, 0], [0, 6]]), rel=1e-4)
    assert explorer.values["learning_rate"] == 0.17
    assert explorer.readout.startswith("The learning rate 0.17 is below the limit 0.3333 at the start: ")


@pytest.mark.parametrize("f", [rosenbrock, one_by_one, lambda p: 0 * p[0] - 7])
def test_a_learners_function_is_drawn_at_the_extremes(f):
    explorer = descent_explorer(f)
    for rate, momentum, a, b in product((1e-4, 10.0), (0.0, 0.99), (-2.0, 2.0), (-2.0, 2.0)):
        put(explorer, learning_rate=rate, momentum=momentum, start_a=a, start_b=b)
        check_frame(explorer)


def test_a_saddle_has_no_limit():
    explorer = descent_explorer(lambda p: p[0] ** 2 - p[1] ** 2)
    assert math.isnan(explorer.values["limit"])
    assert "no limit here" in explorer.readout
    assert explorer.values["loss"] < -1000


def test_at_the_edge_of_the_domain_there_is_no_limit_but_a_path():
    picture = descent_explorer(lambda p: np.sqrt(p[0]) + p[1] ** 2, window=((0.0, 4.0), (-2.0, 2.0)))
    put(picture, start_a=1e-4, learning_rate=1e-4)
    check_frame(picture)
    assert "no limit here" in picture.readout


def test_a_start_where_the_function_is_undefined_is_named():
    explorer = descent_explorer(lambda p: np.log(p[0]) ** 2 + p[1] ** 2, window=((0.5, 3.0), (-1.0, 1.0)))
    assert explorer.error == ""
    picture = descent_explorer(lambda p: np.sqrt(p[0]) + p[1] ** 2)
    picture.controls["start_a"].value = -1.0
    assert "no finite value at (−1, 1.2)" in picture.error
    picture.reset()
    assert picture.error == ""


def test_a_function_that_cannot_be_drawn_is_refused():
    def broken(p):
        raise RuntimeError("not today")

    with pytest.raises(ValueError, match=r"no finite value .*not today"):
        descent_explorer(broken)


@pytest.mark.parametrize("window", [((1.0, 1.0), (0.0, 1.0)), ((0.0, math.inf), (0.0, 1.0)), ((2.0, 1.0), (0.0, 1.0))])
def test_a_window_needs_two_ranges(window):
    with pytest.raises(ValueError, match="two finite numbers in order"):
        descent_explorer(rosenbrock, window=window)


def test_two_copies_do_not_disturb_each_other():
    first, second = descent_explorer(), fresh()
    before = (second.readout, second.svg)
    put(first, unit=RAW, learning_rate=2.0)
    assert (second.readout, second.svg) == before


def test_drawing_the_picture_again_moves_nothing():
    explorer = fresh(STANDARD)
    before = np.array([axes.get_position().bounds for axes in explorer.figure.axes])
    to_png(explorer.figure)
    after = np.array([axes.get_position().bounds for axes in explorer.figure.axes])
    assert after == pytest.approx(before, abs=1e-4)  # a tenth of a pixel
