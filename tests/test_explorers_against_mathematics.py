"""f over f', the exponential, the cut surface, the network, and descent: what is drawn, against mathematics."""

import numpy as np
import pytest
from mpl_toolkits.mplot3d.proj3d import proj_transform
from test_all_explorers import data, moved

from calc_core import network
from calc_core.descent import descend, stability_limit
from calc_core.households import least_squares_line, load, standardised
from calc_core.style import ESTIMATE, GRADIENT, INK, TANGENT, number
from calc_lab.cut import cut_explorer
from calc_lab.function_and_slope import function_and_slope_explorer
from calc_lab.valleys import valleys, valleys_slope

RISES = [(-1.0, 1, "rises"), (0.0, 1, "is level"), (0.3, 1, "falls"), (1.6, 1, "rises"), (2.6, -1, "rises")]


@pytest.mark.parametrize(("x", "run", "trend"), RISES)
def test_the_rise_above_is_the_bar_below(x, run, trend):
    sentence, above, below = moved("function_and_slope_explorer", x_now=x)
    height, slope = x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x
    start, before, end = (np.array([x + step, height + step * slope]) for step in (0, -0.35 * run, run))
    corner = [x + run, height]
    derivative, thread, bar, _, dot = data(below)
    assert np.concatenate(data(above)) == pytest.approx(np.array([before, end, start, corner, corner, end, start]))
    assert np.concatenate([bar, thread, dot])[:, 1] == pytest.approx([0, slope, slope, below.viewLim.y1, slope])
    assert {*bar[:, 0], *thread[:, 0], *dot[:, 0]} == {x}
    assert f"has height {number(height)} and {trend}: its slope {number(slope)} is the height of the" in sentence
    (words,) = below.texts
    assert words.get_text() == f"slope {number(slope)}"
    assert 0 < words.get_position()[1] * (-1 if slope >= 0 else 1) < 1  # beside the bar, on the other side of zero
    assert abs(words.get_position()[0] - np.clip(x, -0.7, 2.3)) < 0.1
    assert [*below.lines[1].get_ydata()] == [0, 0]  # where the bars begin
    assert (np.isfinite(derivative[:, 1]) == (derivative[:, 0] <= x + 1e-9)).all()
    u, slopes = data(moved("function_and_slope_explorer", whole=True)[2])[0].T
    assert slopes == pytest.approx(3 * u**2 - 4 * u, abs=1e-6)
    assert below.viewLim.y0 < -4 / 3 < 9.88 < below.viewLim.y1


def test_at_a_kink_there_is_no_slope_and_the_derivative_has_a_gap_with_open_rims():
    live = function_and_slope_explorer(lambda x: abs(x - 0.003), 0.003, (-2, 2))
    above, below = live.figure.axes
    assert live.sentence.endswith("height 0 and a kink: no tangent, and a gap in the curve below.")
    assert (below.texts[0].get_text(), above.lines[2].get_visible()) == ("a kink: no slope", False)
    assert np.isnan(data(below)[3][-1, 1])  # the right rim is still to come
    live.controls["whole"].value = True
    derivative, *_, rims, _ = data(below)
    assert np.isnan(derivative[:, 1]).sum() == 1
    assert rims == pytest.approx(np.array([(-0.02, -1), (0.02, 1)]))
    for f in (lambda x: 2 * x + 1, lambda x: x**5 / 9 + x, lambda x: x**2 / 2):
        above, below = function_and_slope_explorer(f, 2.0, (-2, 2)).figure.axes
        assert np.isfinite(data(below)[0]).all()
        assert -0.2 < below.viewLim.y0 / below.viewLim.y1 < -0.1 or f(-2) == 2  # room for words
    unit_above, unit_below = (axes.bbox.height / axes.viewLim.height for axes in (above, below))
    assert unit_above == pytest.approx(unit_below, rel=0.05)  # so the bars are seen to be equally long
    live = cut_explorer(lambda p: abs(p[0]) + p[1], (0.0, 1.0))
    assert live.sentence.endswith("at x = 0 it has height 1 and a kink: no slope.")


@pytest.mark.parametrize(("a", "size"), [(1.2, "less than"), (2.72, "the same as"), (4, "more than")])
def test_the_slope_of_a_power_is_ln_a_times_its_height(a, size):
    sentence, axes = moved("exponential_explorer", a=a)
    curve, slope, both = data(axes)
    x = curve[:, 0]
    assert (axes.get_xlim(), curve[:, 1]) == ((x[0], x[-1]), pytest.approx(a**x))
    assert slope == pytest.approx(np.c_[x, np.log(a) * a**x], abs=1e-7)
    assert both == pytest.approx(np.array([[0, 1], [0, np.log(a)]]), abs=1e-7)
    assert axes.texts[0].get_text() == f"a = {number(a, 6)}\nslope ÷ height = {number(np.log(a))}, at every x"
    assert sentence.endswith(f"{number(np.log(a))} times the height: {size} the height.")


@pytest.mark.parametrize(("x", "y"), [(2.0, 3.0), (-3.0, -1.0), (0.4, 0.0)])
@pytest.mark.parametrize("hold", ["x", "y"])
def test_the_cut_is_a_curve_on_the_surface_and_its_slope_a_partial_derivative(x, y, hold):
    sentence, space, plan = moved("cut_explorer", x=x, y=y, hold=hold)
    axis, slope = (1, x**2 + 3 * y**2) if hold == "x" else (0, 2 * x * y)
    along, point = "xy"[axis], [x, y, x**2 * y + y**3]
    assert (space.get_xlim(), space.get_ylim()) == (plan.get_xlim(), plan.get_ylim()) == ((-3, 3), (-1, 4))
    (u, v, heights), tips, spot = (np.array(line.get_data_3d()) for line in space.lines)
    assert heights == pytest.approx(u**2 * v + v**3)
    assert (np.ptp((u, v)[1 - axis]), np.ptp((u, v)[axis])) == (0, (6, 5)[axis])
    assert spot.ravel() == pytest.approx(point) == tips.mean(axis=1)
    assert np.diff(tips[2]) == pytest.approx(slope * np.diff(tips[axis]))
    assert 0.5 < np.diff(tips[axis]) <= 3.3
    (pane,) = (part for part in space.collections if part.get_animated())
    lower, upper = np.split(pane.get_paths()[0].vertices[: 2 * len(u)], 2)  # it hides nothing of the surface
    for edge, high in ((lower, heights), (upper[::-1], np.maximum(heights, space.get_zlim()[1]))):
        assert edge == pytest.approx(np.transpose(proj_transform(u, v, high, space.get_proj())[:2]))
    assert np.concatenate(data(plan)) == pytest.approx(np.array([*zip(u, v, strict=True), (x, y)]))
    assert plan.viewLim.contains(*plan.texts[0].get_position())
    assert plan.texts[0].get_text() == f"slope {number(slope)} along {along}"
    assert f"With {hold} held still at {number(point[1 - axis])}, f is a curve in {along} alone;" in sentence
    assert f"at {along} = {number(point[axis])} it has height {number(point[2])} and slope {number(slope)}." in sentence


BENT, ERRORS = "tanh(+0.05)\n= +0.05", "error −1.52\nto_output −3.04"
WEIGHTS = "bias −1.20 bias +0.38 bias +0.53 bias +2.13 bias +0.15 −0.30 +0.77 +0.16 −0.82 −0.37 +1.06 +0.58 −0.99"
SLOPES = "slope +0.09 slope −0.12 slope −0.82 slope +3.00 slope −3.04 +0.22 −0.31 −2.08 +7.60 +2.91 −2.98 −2.21 −0.15"
LINES = [  # where each begins; after it, what stands in the last hidden unit and at the output, and what is told
    ("", "tanh", "food", "+2.53, food +3.43; nothing has been computed yet"),
    ("hidden", BENT, "food", "−0.96, +0.98, +0.73, +0.05"),
    ("error", BENT, "food +1.91\nerror −1.52", "+1.91: off by −1.52"),
    ("to_output", BENT, ERRORS, "−3.04"),
    ("to_hidden", "hidden +0.05\nto_hidden +3.01", ERRORS, "+1.12, −3.21, −1.75, +3.01"),
    ("to_inside", "hidden +0.05\nto_inside +3.00", ERRORS, "+0.09, −0.12, −0.82, +3.00"),
    ("return", "hidden +0.05\nto_inside +3.00", ERRORS, "+0.22, −0.31, −2.08, +7.60, +2.91, −2.98, −2.21, −0.15"),
]


@pytest.mark.parametrize("line", range(7))
def test_what_stands_at_the_network_is_what_backward_computes(line):
    sentence, axes = moved("network_explorer", line=line)
    question, *numbers = (text.get_text() for text in axes.texts if text.get_animated())
    name, unit, output, told = LINES[line]
    last = name == "return"
    assert question == ("Which number changes most?" if last else "What does the next line need?")
    assert (numbers[3:5], sentence.endswith(f" {told}.")) == ([unit, output], True)
    assert axes.texts[5].get_color() == (TANGENT if "to_" in unit else INK)
    assert " ".join(numbers[5:]) == (SLOPES if last else WEIGHTS)
    frames = [patch.get_bbox() for patch in axes.patches]
    sizes = [float(text.replace("−", "-")) for text in numbers[10:]]
    for edge, text, size in zip(axes.lines[:8], axes.texts[12:20], sizes, strict=True):
        (x0, y0), (x1, y1) = edge.get_xydata()
        assert any(frame.x1 == pytest.approx(x0) and frame.y0 < y0 < frame.y1 for frame in frames)
        assert any(frame.x0 == pytest.approx(x1) and frame.y0 < y1 < frame.y1 for frame in frames)
        assert np.interp(text.get_position()[0], [x0, x1], [y0, y1]) == pytest.approx(text.get_position()[1])
        assert edge.get_linewidth() == pytest.approx(0.8 + 5 * abs(size) / np.abs(sizes).max(), rel=0.02)
        assert edge.is_dashed() == (size < 0)
        assert edge.get_color() == text.get_color() == (GRADIENT if last else ESTIMATE if size < 0 else INK)
    mark, code = axes.lines[-1], [text for text in axes.texts if text.get_family() == ["monospace"]]
    assert [text.get_text().split()[0] for text in code] == [name for name, *_ in LINES[1:]]
    assert mark.get_visible() == (line > 0)
    assert line == 0 or 0 < code[line - 1].get_position()[1] - mark.get_ydata()[0] < 0.2


INCOME, FOOD = load().income / 1000, load().food / 1000
LOWEST = least_squares_line(INCOME, FOOD)
FRANCS, STANDARD = "francs (learning rate in millionths)", "standard deviations"
UNITS = [  # and in each: the size of a rate, income, food, where a line of thousands lies, and the rings
    (FRANCS, 1e-6, 1000 * INCOME, 1000 * FOOD, lambda a, b: (1000 * a, b), "2,380 times as long as wide"),
    (STANDARD, 1, standardised(INCOME), FOOD, lambda a, b: (a + b * INCOME.mean(), b * INCOME.std()), "round"),
    ("thousands of francs", 1, INCOME, FOOD, lambda a, b: (a, b), "4.07 times as long as wide"),
]
WALKS = [(0.4, 0.0, False, 12, 1.0, 0.3), (0.005, 0.9, True, 60, -0.8, 1.4), (0.7, 0.35, False, 5, 1.2, -0.6)]


@pytest.mark.parametrize(("unit", "size", "income", "food", "place", "rings"), UNITS)
def test_the_path_the_losses_and_the_limit_are_those_of_gradient_descent(unit, size, income, food, place, rings):
    _, plane, loss, strip = moved("descent_explorer", unit=unit)
    assert (strip.get_xlabel() == "learning rate", "slope b" in plane.get_ylabel()) == (size == 1, True)
    lowest = least_squares_line(income, food)
    assert [axis.get_major_formatter()(0.05, 0) for axis in (loss.yaxis, strip.xaxis)] == ["0.05", "0.05"]
    (star,) = (mark.get_xydata()[0] for mark in plane.lines if mark.get_marker() == "*")
    assert star == pytest.approx(lowest)
    frame = plane.viewLim  # at one scale
    assert (frame.contains(*star), plane.get_box_aspect(), frame.width) == (True, 1, pytest.approx(frame.height))
    assert (np.diff(plane.collections[-1].levels, 2) > 0).all()  # rings, packed towards the lowest
    (level,) = (line.get_ydata() for line in loss.lines if not line.get_animated())
    assert level == pytest.approx([np.mean((lowest(income) - food) ** 2)] * 2)
    _, floor, shape = loss.texts
    assert loss.get_ylim()[0] < floor.get_position()[1] < level[0] < 1000 * level[0] < loss.get_ylim()[1]
    inputs = np.c_[np.ones_like(income), income]
    hessian = 2 * inputs.T @ inputs / len(food)
    assert floor.get_text() == f"the least: {number(level[0], 3)}"
    assert shape.get_text() == f"rings: {rings}\n(condition number {number(np.linalg.cond(hessian), 3)})"
    for rate, momentum, nesterov, steps, a, b in WALKS:
        habits = {"momentum": momentum, "nesterov": nesterov}
        where = {"unit": unit, "start_a": a, "start_b": b, "steps": steps, "show_limit": True}
        sentence, *_ = moved("descent_explorer", learning_rate=rate, **where, **habits)
        way = place(a, b), rate * size, steps
        walk = descend(
            lambda p: np.mean((inputs @ p - food) ** 2), *way, gradient=lambda p: hessian @ (p - lowest), **habits
        )
        (path, begin, end), (curve, now), ((here,),) = map(data, (plane, loss, strip))
        assert path == pytest.approx(walk.points)
        assert curve == pytest.approx(np.c_[range(len(path)), walk.values])
        assert np.r_[begin, end, now].tolist() == np.r_[path[:1], path[-1:], curve[-1:]].tolist()
        limit = stability_limit(hessian, **habits) / size
        (text,), (beyond,) = strip.texts, strip.patches
        assert text.get_text() == f"limit {number(limit)}"
        assert text.get_position()[0] == beyond.get_x() == pytest.approx(limit, rel=1e-6)
        assert beyond.get_x() + beyond.get_width() > strip.get_xlim()[1] == 6
        assert (here[0], strip.viewLim.contains(*here)) == (rate, True)
        assert 0 == beyond.get_y() < here[1] / strip.get_ylim()[1] < beyond.get_height()
        assert sentence.endswith(f". The rings are {rings}.")


WALKED = [
    ({}, "", "The learning rate 0.4: after 60 steps the loss is 0.01291, and 0.1% of the way is left. The rings"),
    ({"steps": 1}, "", " is below the limit 0.4748: after 1 step the loss is 0.2531, and 85.2% of the way is left."),
    ({"learning_rate": 4.0}, "diverges", ": it diverges, and after 6 steps it has left all bounds. The rings"),
    ({"learning_rate": 0.4747770602}, "", " is on the limit 0.4748: after 60 steps the loss is 0.3981, and 49.0%"),
    ({"learning_rate": 0.6116, "momentum": 0.3662}, "", ": 20 steps to the bottom, where the loss is 0.01291. The"),
    (dict(zip(["start_a", "start_b"], LOWEST, strict=True)), "", ": 0 steps to the bottom, where the loss is 0.01291."),
    ({"unit": FRANCS, "steps": 19}, "", "The learning rate 4e−7: after 19 steps the loss is 171,100, and 100.0% of"),
    ({"unit": FRANCS, "steps": 20}, "crawls", "20 steps the loss is 171,100, and nearly all of the way is left."),
    ({"unit": STANDARD, "learning_rate": 0.5}, "", ": 1 step to the bottom, where the loss is 0.01291. The rings"),
    ({"unit": STANDARD, "learning_rate": 2.0, "steps": 3}, "diverges", "is above the limit 1: after 3 steps"),
]


@pytest.mark.parametrize(("values", "word", "sentence"), WALKED)
def test_how_a_walk_goes_in_words_and_no_limit_before_it_is_asked_for(values, word, sentence):
    asked = "limit" in sentence
    shown, plane, loss, strip = moved("descent_explorer", show_limit=asked, **values)
    assert (sentence in shown, "limit" in shown, loss.texts[0].get_text()) == (True, asked, word)
    assert {line.get_color() for axes in (plane, loss, strip) for line in axes.lines if line.get_animated()} == {
        ESTIMATE
    }
    assert {artist.get_visible() for artist in (*strip.texts, *strip.patches)} == {asked}


FAST = {"width": 16, "momentum": 0.0, "learning_rate": 2.0}
TRAINED = [
    ({}, "", "After 0 steps the loss is 0.926, not yet below the straight line's 0.17."),
    ({"step": 1}, "", "After 1 step the loss is 0.816, not yet below the straight line's 0.17."),
    ({"step": 300, "width": 1}, "", "After 300 steps the loss is 0.134, below the straight line's 0.17."),
    ({"step": 4, **FAST}, "rises", "After 4 steps the loss is 1.53e9, higher than at the start: the learning rate"),
    ({"step": 300, **FAST}, "diverges", "After 4 steps the loss is 1.53e9, and then leaves all bounds: the learning r"),
]


@pytest.mark.parametrize(("values", "word", "sentence"), TRAINED)
def test_each_step_of_training_is_the_network_that_train_found_beside_the_line_to_beat(values, word, sentence):
    shown, cloud, loss = moved("training_explorer", **values)
    assert (shown[: len(sentence)], loss.texts[0].get_text()) == (sentence, word)
    habits = {"step": 0, "width": 4, "learning_rate": 0.1, "momentum": 0.9} | values
    trained = network.train(INCOME, FOOD, steps=habits.pop("step"), **habits)
    (fit,), (losses, now) = data(cloud), data(loss)
    assert fit[[0, -1], 0].tolist() == [INCOME.min(), INCOME.max()]
    assert fit[:, 1].tolist() == trained(fit[:, 0]).tolist()
    assert losses.tolist() == np.c_[range(len(losses)), trained.history.values].tolist()
    assert now.tolist() == losses[-1:].tolist()
    assert word or all(loss.viewLim.contains(*point) for point in losses)
    line, level = (next(line for line in axes.lines if line.get_linestyle() == "--") for axes in (cloud, loss))
    assert line.get_ydata() == pytest.approx(least_squares_line(INCOME, FOOD)(line.get_xdata()))
    assert level.get_ydata() == pytest.approx([1 - np.corrcoef(INCOME, FOOD)[0, 1] ** 2] * 2)
    assert cloud.collections[0].get_offsets().tolist() == np.c_[INCOME, FOOD].tolist()
    assert [text.get_text() for text in cloud.get_legend().get_texts()] == ["straight line", "network"]
    richest = cloud.transData.transform([INCOME.max(), FOOD[INCOME.argmax()]])
    assert (cloud.bbox.contains(*richest), cloud.get_legend().get_window_extent().contains(*richest)) == (True, False)
    assert [float(text.get_text()) for text in loss.get_yticklabels()] == loss.get_yticks().tolist()


PLACES = [("terrace", -4, 1), ("wide valley", 0, -1), ("hill", 3, 1), ("deep valley", 6, -1)]
ENDS = [  # from formulas: 9/11 lands on the terrace, 0.4 is the limit of the deep valley, 0.42503 of the hill
    (-5, 0.3, 40, "has all but stopped on the terrace"),
    (-5, 9 / 11, 40, "rests on the terrace"),
    (-4.5, 0.05, 1, "still moves"),
    (3, 0.3, 40, "rests on the hill"),
    (3.005, 0.02, 40, "still moves"),
    (5, 0.42, 40, "still moves"),
    (7, 0.4251, 40, "rests in the wide valley"),
    (7, 4.0, 40, "has left the picture"),
]


@pytest.mark.parametrize(("start", "rate", "steps", "end"), ENDS)
def test_start_and_learning_rate_decide_where_descent_on_the_valleys_ends(start, rate, steps, end):
    sentence, land, record = moved("valleys_explorer", start=start, rate=rate, steps=steps)
    x = [start]
    while len(x) <= steps and abs(x[-1]) < 12:
        x.append(x[-1] - rate * valleys_slope(x[-1]))
    (trail, first, ball), (heights,) = data(land), data(record)
    assert trail == pytest.approx(np.c_[x, valleys(np.array(x))])
    assert np.r_[first, ball].tolist() == trail[[0, -1]].tolist()
    assert heights == pytest.approx(np.c_[range(len(x)), trail[:, 1]])
    begin = f"From {number(start)} with learning rate {number(rate)}, at step {len(x) - 1}"
    place = f"x = {number(round(x[-1], 6))}, height {number(round(valleys(x[-1]), 6))}"
    assert (sentence, land.texts[-1].get_text()) == (f"{begin}: {place}; it {end}.", f"it {end}")
    at, heights = land.lines[0].get_data()
    assert (heights, record.get_ylim()) == (pytest.approx(valleys(at)), land.get_ylim())
    assert at[0] < -5.5 < 7 < at[-1]
    assert valleys_slope(at) == pytest.approx((valleys(at + 1e-6) - valleys(at - 1e-6)) / 2e-6, abs=1e-6)
    levels = [line.get_ydata()[0] for line in record.lines if line.get_linestyle() == ":"]
    for text, level, (name, place, side) in zip(land.texts[:4], levels, PLACES, strict=True):
        assert (text.get_text(), text.get_position()[0]) == (name, place)
        assert (level, valleys_slope(place)) == (valleys(place), 0)
        assert 0.5 < side * (text.get_position()[1] - level) < 1
