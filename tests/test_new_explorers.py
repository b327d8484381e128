"""f over f', the exponential, the cut surface, the two valleys, the network: what is drawn against mathematics."""

from functools import cache

import numpy as np
import pytest
from mpl_toolkits.mplot3d.proj3d import proj_transform

from calc_core import network
from calc_core.style import ESTIMATE, GRADIENT, INK, number
from calc_lab.cut import cut_explorer
from calc_lab.exponential import exponential_explorer
from calc_lab.function_and_slope import function_and_slope_explorer
from calc_lab.network import network_explorer, one_family, signed
from calc_lab.valleys import valleys, valleys_explorer, valleys_slope

opened = cache(lambda explorer: explorer())  # drawing one takes long; every test says all that it needs


def at(live, **values):
    """The explorer's axes, after its controls were moved."""
    still = live.still
    for name, value in values.items():
        live.controls[name].value = value
    assert not live.error
    assert live.still is still  # all that moves is said to move
    return live.figure.axes


def data(axes):
    """The points of the moving lines, in the order in which they were made."""
    return [line.get_xydata() for line in axes.lines if line.get_animated()]


RISES = [(-1.0, 1, "rises"), (0.0, 1, "is level"), (0.3, 1, "falls"), (1.6, 1, "rises"), (1.61, -1, "rises")]


@pytest.mark.parametrize(("x", "run", "trend"), RISES)
def test_the_rise_above_is_the_bar_below(x, run, trend):
    live = opened(function_and_slope_explorer)
    above, below = at(live, x_now=x, whole=False)
    height, slope = x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x
    tangent, run_line, rise, point = data(above)
    derivative, bar, thread, _, dot = data(below)
    bottom, top = below.get_ylim()
    for line, points in (
        (tangent, [(x + a * run, height + a * run * slope) for a in (-0.35, 1)]),
        (run_line, [(x, height), (x + run, height)]),
        (rise, [(x + run, height), (x + run, height + run * slope)]),
        (bar, [(x, 0), (x, slope)]),
        (thread, [(x, slope), (x, top)]),
        (point, [(x, height)]),
        (dot, [(x, slope)]),
    ):
        assert line == pytest.approx(np.array(points))
    (words,) = below.texts
    assert words.get_text() == f"slope {number(slope)}"
    assert live.sentence.endswith(
        f"has height {number(height)} and {trend}: its slope {number(slope)} is the height of the curve below."
    )
    assert np.sign(words.get_position()[1]) == (-1 if slope >= 0 else 1)
    assert abs(words.get_position()[0] - x) < 0.4
    assert (np.isfinite(derivative[:, 1]) == (derivative[:, 0] <= x + 1e-9)).all()
    at(live, whole=True)
    x, slopes = data(below)[0].T
    assert slopes == pytest.approx(3 * x**2 - 4 * x, abs=1e-6)
    assert bottom < -4 / 3 < 9.88 < top
    unit_above, unit_below = (axes.bbox.height / np.ptp(axes.get_ylim()) for axes in (above, below))
    assert unit_above == pytest.approx(unit_below, rel=0.05)  # so the bars are seen to be equally long


def test_at_a_kink_the_derivative_has_a_gap_with_open_rims():
    live = function_and_slope_explorer(lambda x: abs(x - 0.003), 0.5, (-2, 2))
    _, below = at(live, whole=True)
    derivative, *_, rims, _ = data(below)
    assert np.isnan(derivative[:, 1]).sum() == 1
    assert rims[:, 1].tolist() == [-1, 1]
    assert np.abs(rims[:, 0]).max() <= 0.04
    at(live, x_now=0.003)
    assert live.sentence.endswith("height 0 and a kink: no tangent, and a gap in the curve below.")
    assert below.texts[0].get_text() == "a kink: no slope"
    at(live, whole=False, x_now=-1.0)
    assert not np.isfinite(data(below)[3][:, 1]).any()


@pytest.mark.parametrize("f", [lambda x: 2 * x + 1, np.exp, lambda x: x**5])
def test_a_smooth_derivative_has_no_gap(f):
    live = function_and_slope_explorer(f, 0.0, (-2, 2))
    assert np.isfinite(data(at(live, whole=True)[1])[0]).all()


SIZES = [(1.2, "less than"), (np.e, "the same as"), (2.72, "the same as"), (4, "more than")]


@pytest.mark.parametrize(("a", "size"), SIZES)
def test_the_slope_of_a_power_is_ln_a_times_its_height(a, size):
    live = opened(exponential_explorer)
    (axes,) = at(live, a=a)
    curve, slope, ends = data(axes)
    x = curve[:, 0]
    assert curve[:, 1] == pytest.approx(a**x)
    assert slope == pytest.approx(np.c_[x, np.log(a) * a**x], abs=1e-7)
    assert ends == pytest.approx(np.array([[0, 1], [0, np.log(a)]]), abs=1e-7)
    assert axes.texts[0].get_text() == f"a = {number(a, 6)}\nslope ÷ height = {number(np.log(a))}, at every x"
    assert live.sentence.endswith(f"{number(np.log(a))} times the height: {size} the height.")


@pytest.mark.parametrize(("x", "y"), [(2.0, 3.0), (-3.0, -1.0), (0.4, 0.0)])
@pytest.mark.parametrize("hold", ["x", "y"])
def test_the_cut_is_a_curve_on_the_surface_and_its_slope_a_partial_derivative(x, y, hold):
    live = opened(cut_explorer)
    space, plan = at(live, x=x, y=y, hold=hold)
    axis, slope = (1, x**2 + 3 * y**2) if hold == "x" else (0, 2 * x * y)
    moved, point = "xy"[axis], [x, y, x**2 * y + y**3]
    assert (space.get_xlim(), space.get_ylim()) == (plan.get_xlim(), plan.get_ylim()) == ((-3, 3), (-1, 4))
    (u, v, heights), ends, spot = (np.array(line.get_data_3d()) for line in space.lines)
    assert heights == pytest.approx(u**2 * v + v**3)
    assert (np.ptp((u, v)[1 - axis]), np.ptp((u, v)[axis])) == (0, (6, 5)[axis])
    assert spot.ravel() == pytest.approx(point) == ends.mean(axis=1)
    assert np.diff(ends[2]) == pytest.approx(slope * np.diff(ends[axis]))
    assert 0.5 < np.diff(ends[axis]) <= 3.3
    (pane,) = (part for part in space.collections if part.get_animated())
    lower, upper = np.split(pane.get_paths()[0].vertices[: 2 * len(u)], 2)  # it hides nothing of the surface
    for edge, high in ((lower, heights), (upper[::-1], np.maximum(heights, space.get_zlim()[1]))):
        assert edge == pytest.approx(np.transpose(proj_transform(u, v, high, space.get_proj())[:2]))
    line, place = data(plan)
    assert line == pytest.approx(np.c_[u, v])
    assert place.tolist() == [[x, y]]
    assert plan.texts[0].get_text() == f"slope along {moved}: {number(slope)}"
    begin = f"With {hold} held still at {number(point[1 - axis])}, f is a curve in {moved} alone"
    end = f"at {moved} = {number(point[axis])} it has height {number(point[2])} and slope {number(slope)}."
    assert live.sentence == f"{begin}; {end}"


def test_the_valleys_slope_is_the_derivative_of_the_valleys():
    x, h = np.linspace(-5.5, 7, 50), 1e-6
    assert valleys_slope(x) == pytest.approx((valleys(x + h) - valleys(x - h)) / (2 * h), abs=1e-6)
    assert not valleys_slope(np.array([-4, 0, 3, 6])).any()


ENDS = [  # from formulas: 9/11 lands on the terrace, 2.5 and 0.4 are the limits of the two valleys, 0.42503 of the hill
    (-5, 0.3, "has all but stopped on the terrace"),
    (-5, 9 / 11, "rests on the terrace"),
    (2, 0.3, "rests in the wide valley"),
    (2, 2.51, "still moves"),
    (3, 0.3, "rests on the hill"),
    (3.005, 0.02, "still moves"),
    (5, 0.3, "rests in the deep valley"),
    (5, 0.42, "still moves"),
    (5, 0.7, "rests in the wide valley"),
    (7, 0.4251, "rests in the wide valley"),
    (7, 4.0, "has left the picture"),
    (-1, 0.01, "still moves"),
]


@pytest.mark.parametrize(("start", "rate", "end"), ENDS)
def test_start_and_learning_rate_decide_where_it_ends(start, rate, end):
    live = opened(valleys_explorer)
    land, record = at(live, start=start, rate=rate)
    walk = [start]
    while len(walk) <= 40 and abs(walk[-1]) < 12:
        walk.append(walk[-1] - rate * valleys_slope(walk[-1]))
    x = np.array(walk)
    trail, first, ball = data(land)
    assert record.get_ylim() == land.get_ylim()
    assert land.lines[0].get_ydata() == pytest.approx(valleys(land.lines[0].get_xdata()))
    assert trail == pytest.approx(np.c_[x, valleys(x)])
    assert (first.tolist(), ball.tolist()) == (trail[:1].tolist(), trail[-1:].tolist())
    assert data(record)[0] == pytest.approx(np.c_[range(len(x)), valleys(x)])
    place = f"x = {number(round(x[-1], 6))}, height {number(round(valleys(x[-1]), 6))}; it {end}."
    begin = f"From {number(start)} with learning rate {number(rate)}, at step {len(x) - 1}"
    assert live.sentence == f"{begin}: {place}"
    assert land.texts[-1].get_text() == f"it {end}"


def test_what_stands_at_the_network_is_what_backward_computes():
    live = opened(network_explorer)
    assert (signed(-1.234), signed(0.5)) == ("−1.23", "+0.50")
    parameters, x, y = one_family()
    p, slopes = (network.layers(v) for v in (parameters, network.backward(parameters, np.array([x]), np.array([y]))))
    inside = x * p.weights + p.biases
    error, to_output = (network.predict(parameters, np.array([x])) - y)[0], slopes.output_bias
    hidden, to_hidden, to_inside = np.tanh(inside), to_output * p.output_weights, slopes.biases
    assert slopes.output_weights == pytest.approx(to_output * hidden)
    bent = [f"tanh({signed(u)})\n= {signed(h)}" for u, h in zip(inside, hidden, strict=True)]
    back = [f"hidden {signed(h)}\nto_hidden {signed(s)}" for h, s in zip(hidden, to_hidden, strict=True)]
    through = [f"hidden {signed(h)}\nto_inside {signed(s)}" for h, s in zip(hidden, to_inside, strict=True)]
    out = f"error {signed(error)}\nto_output {signed(to_output)}"
    table = [
        (["tanh"] * 4, "food", [x, y]),
        (bent, "food", hidden),
        (bent, f"food {signed(error + y)}\nerror {signed(error)}", [error]),
        (bent, out, [to_output]),
        (back, out, to_hidden),
        (through, out, to_inside),
        (through, out, [*slopes.weights, *slopes.output_weights]),
    ]
    for line, (units, output, told) in enumerate(table):
        (axes,) = at(live, line=line)
        texts = [text.get_text() for text in axes.texts]
        assert texts[:6] == [f"income\n{signed(x)}", *units, output]
        assert all(signed(value) in live.sentence for value in told)
        now, last = (slopes, True) if line == 6 else (p, False)
        assert texts[6:11] == [f"{'slope' if last else 'bias'} {signed(b)}" for b in [*now.biases, now.output_bias]]
        weights = np.append(now.weights, now.output_weights)
        boxes = [patch.get_bbox() for patch in axes.patches]
        for text, edge, weight in zip(axes.texts[11:19], axes.lines, weights, strict=False):
            (x0, y0), (x1, y1) = edge.get_xydata()
            assert any(box.x1 == pytest.approx(x0) and box.y0 < y0 < box.y1 for box in boxes)
            assert any(box.x0 == pytest.approx(x1) and box.y0 < y1 < box.y1 for box in boxes)
            share = (text.get_position()[0] - x0) / (x1 - x0)
            assert text.get_position()[1] == pytest.approx(y0 + share * (y1 - y0))
            assert (text.get_text(), edge.is_dashed(), 0.3 < share < 0.7) == (signed(weight), weight < 0, True)
            assert edge.get_linewidth() == pytest.approx(0.8 + 5 * abs(weight) / np.abs(weights).max())
            assert edge.get_color() == (GRADIENT if last else ESTIMATE if weight < 0 else INK)
        mark = axes.lines[-1]
        assert mark.get_visible() == (line > 0)
        code = [text for text in axes.texts if text.get_family() == ["monospace"]]
        low = code[max(line, 1) - 1].get_position()[1]
        assert line == 0 or low - 0.2 < mark.get_ydata()[0] < low
    starts = ["hidden", "error", "to_output", "to_hidden", "to_inside", "return"]
    assert [text.get_text().split()[0] for text in code] == starts
    assert max(len(row) for text in code for row in text.get_text().split("\n")) <= 88
