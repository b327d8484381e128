"""f over f', the exponential, the cut surface, the two valleys, the network: what is drawn against mathematics."""

from functools import cache

import numpy as np
import pytest
from mpl_toolkits.mplot3d.proj3d import proj_transform

from calc_core import network
from calc_core.style import ESTIMATE, GRADIENT, INK, number
from calc_lab.cut import cut_explorer
from calc_lab.exponential import exponential_explorer
from calc_lab.function_and_slope import function_and_slope_explorer, slopes_with_gaps
from calc_lab.network import network_explorer, one_pass, signed, trained
from calc_lab.valleys import PLACES, valleys, valleys_explorer, valleys_slope


def at(live, **values):
    """The explorer's axes, after its controls were moved."""
    still = live.still
    for name, value in values.items():
        live.controls[name].value = value
    assert not live.error
    assert live.still is still  # all that moves is said to move
    return live.figure.axes


opened = cache(lambda explorer: explorer())  # drawing one takes long; every test says all that it needs


def xy(line):
    return np.array(line.get_data()).T


RISES = [(-1.0, 1, "rises"), (0.0, 1, "is level"), (0.3, 1, "falls"), (1.6, 1, "rises"), (1.61, -1, "rises")]


@pytest.mark.parametrize(("x", "run", "trend"), RISES)
def test_the_rise_above_is_the_bar_below(x, run, trend):
    live = opened(function_and_slope_explorer)
    above, below = at(live, x_now=x, whole=False)
    height, slope = x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x
    _, tangent, run_line, rise, point = above.lines
    assert xy(tangent) == pytest.approx(np.array([[x + a * run, height + a * run * slope] for a in (-0.35, 1)]))
    assert xy(run_line) == pytest.approx(np.array([[x, height], [x + run, height]]))
    assert xy(rise) == pytest.approx(np.array([[x + run, height], [x + run, height + run * slope]]))
    derivative, _, bar, thread, _, dot = below.lines
    assert xy(bar) == pytest.approx(np.array([[x, 0], [x, slope]]))
    assert (xy(point)[0], xy(dot)[0]) == (pytest.approx([x, height]), pytest.approx([x, slope]))
    assert xy(thread) == pytest.approx(np.array([[x, max(slope, 0)], [x, below.get_ylim()[1]]]))
    (words,) = below.texts
    assert words.get_text() == f"slope {number(slope)}"
    assert f"has height {number(height)} and {trend}: its slope {number(slope)} is the height" in live.sentence
    assert np.sign(words.get_position()[1]) == (-1 if slope >= 0 else 1)
    assert abs(words.get_position()[0] - x) < 0.4
    drawn = np.isfinite(derivative.get_ydata())
    assert (drawn == (derivative.get_xdata() <= x + 1e-9)).all()
    at(live, whole=True)
    x = derivative.get_xdata()
    assert derivative.get_ydata() == pytest.approx(3 * x**2 - 4 * x, abs=1e-6)
    assert below.get_ylim()[0] < -4 / 3 < 9.88 < below.get_ylim()[1]
    unit_above, unit_below = (axes.bbox.height / np.ptp(axes.get_ylim()) for axes in (above, below))
    assert unit_above == pytest.approx(unit_below, rel=0.05)  # so the bars are seen to be equally long


def test_at_a_kink_the_derivative_has_a_gap_with_open_rims():
    live = function_and_slope_explorer(lambda x: abs(x - 0.003), 0.5, (-2, 2))
    _, below = at(live, whole=True)
    derivative, *_, rims, _ = below.lines
    assert np.isnan(derivative.get_ydata()).sum() == 1
    assert rims.get_ydata().tolist() == [-1, 1]
    assert np.abs(rims.get_xdata()).max() <= 0.04
    at(live, x_now=0.003)
    assert live.sentence.endswith("height 0 and a kink: no tangent, and a gap in the curve below.")
    assert below.texts[0].get_text() == "a kink: no slope"
    at(live, whole=False, x_now=-1.0)
    assert np.isfinite(rims.get_ydata()).sum() == 0


@pytest.mark.parametrize("f", [lambda x: 2 * x + 1, np.sin, np.exp, lambda x: x**5])
def test_a_smooth_derivative_has_no_gap(f):
    assert np.isfinite(slopes_with_gaps(f, np.linspace(-2, 2, 201))).all()


@pytest.mark.parametrize(
    ("a", "size"), [(1.2, "less than"), (np.e, "the same as"), (2.72, "the same as"), (4, "more than")]
)
def test_the_slope_of_a_power_is_ln_a_times_its_height(a, size):
    live = opened(exponential_explorer)
    (axes,) = at(live, a=a)
    _, curve, slope, ends = axes.lines
    x = curve.get_xdata()
    assert curve.get_ydata() == pytest.approx(a**x)
    assert slope.get_ydata() == pytest.approx(np.log(a) * a**x, abs=1e-7)
    assert xy(ends) == pytest.approx(np.array([[0, 1], [0, np.log(a)]]), abs=1e-7)
    assert axes.texts[0].get_text() == f"a = {number(a, 6)}\nslope ÷ height = {number(np.log(a))}, at every x"
    assert live.sentence.endswith(f"{number(np.log(a))} times the height: {size} the height.")


@pytest.mark.parametrize(("x", "y"), [(2.0, 3.0), (-3.0, -1.0), (1.3, 4.0), (0.4, 0.0)])
@pytest.mark.parametrize("hold", ["x", "y"])
def test_the_cut_is_a_curve_on_the_surface_and_its_slope_a_partial_derivative(x, y, hold):
    live = opened(cut_explorer)
    space, plan = at(live, x=x, y=y, hold=hold)
    axis, slope = (1, x**2 + 3 * y**2) if hold == "x" else (0, 2 * x * y)
    assert (space.get_xlim(), space.get_ylim()) == (plan.get_xlim(), plan.get_ylim()) == ((-3, 3), (-1, 4))
    cut, tangent, spot = space.lines
    u, v, heights = cut.get_data_3d()
    assert heights == pytest.approx(u**2 * v + v**3)
    assert np.ptp((u, v)[1 - axis]) == 0
    assert np.ptp((u, v)[axis]) == (6, 5)[axis]
    assert np.ravel(spot.get_data_3d()) == pytest.approx([x, y, x**2 * y + y**3])
    ends = np.array(tangent.get_data_3d())
    assert ends.mean(axis=1) == pytest.approx(np.ravel(spot.get_data_3d()))
    assert np.ptp(ends[2]) == pytest.approx(abs(slope) * np.ptp(ends[axis]))
    assert 0.5 < ends[axis][1] - ends[axis][0] <= 3.3
    assert (ends[2][1] - ends[2][0]) * slope >= 0
    pane = next(part for part in space.collections if part.get_animated())
    lower, upper = np.split(pane.get_paths()[0].vertices[: 2 * len(u)], 2)  # it hides nothing of the surface
    for edge, high in ((lower, heights), (upper[::-1], np.maximum(heights, space.get_zlim()[1]))):
        assert edge == pytest.approx(np.transpose(proj_transform(u, v, high, space.get_proj())[:2]))
    line, place = plan.lines
    assert xy(line) == pytest.approx(np.c_[u, v])
    assert xy(place).tolist() == [[x, y]]
    assert plan.texts[0].get_text() == f"slope along {'xy'[axis]}: {number(slope)}"
    begin = f"With {hold} held still at {number((x, y)[1 - axis])}, f is a curve in {'xy'[axis]} alone"
    end = f"at {'xy'[axis]} = {number((x, y)[axis])} it has height {number(x**2 * y + y**3)} and slope {number(slope)}."
    assert live.sentence == f"{begin}; {end}"


def test_the_valleys_slope_is_the_derivative_of_the_valleys():
    x, h = np.linspace(-5.5, 7, 50), 1e-6
    assert valleys_slope(x) == pytest.approx((valleys(x + h) - valleys(x - h)) / (2 * h), abs=1e-6)
    assert [abs(valleys_slope(place)) for place in PLACES] == [0, 0, 0, 0]


ENDS = [  # from formulas: 9/11 lands on the terrace, 2.5 and 0.4 are the limits of the two valleys, 0.42503 of the hill
    (-5, 0.3, "has all but stopped on the terrace"),
    (-5, 9 / 11, "rests on the terrace"),
    (-5, 0.9, "rests in the wide valley"),
    (2, 0.3, "rests in the wide valley"),
    (2, 2.51, "still moves"),
    (3, 0.3, "rests on the hill"),
    (3.005, 0.02, "still moves"),
    (5, 0.3, "rests in the deep valley"),
    (5, 0.42, "still moves"),
    (5, 0.7, "rests in the wide valley"),
    (7, 0.35, "rests in the deep valley"),
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
    shown = np.array([x for x in walk if abs(x) < 12])
    assert record.get_ylim() == land.get_ylim()
    curve, trail, first, ball = land.lines
    assert curve.get_ydata() == pytest.approx(valleys(curve.get_xdata()))
    assert xy(trail) == pytest.approx(np.c_[shown, valleys(shown)])
    assert (xy(first)[0], xy(ball)[0]) == (pytest.approx(xy(trail)[0]), pytest.approx(xy(trail)[-1]))
    assert xy(record.lines[-1]) == pytest.approx(np.c_[range(len(shown)), valleys(shown)])
    assert live.sentence.startswith(
        f"From {number(start)} with learning rate {number(rate)}, at step {len(walk) - 1}: x = "
    )
    assert f"x = {number(round(walk[-1], 6))}, height {number(round(valleys(walk[-1]), 6))}; it {end}." in live.sentence
    assert land.texts[-1].get_text() == f"it {end}"


@pytest.mark.parametrize("width", [1, 4, 5])
def test_what_stands_at_the_network_is_what_backward_computes(width):
    parameters, x, y = network.initial_parameters(width), 1.3, -0.4
    live = network_explorer(parameters, x, y)
    slopes = network.backward(parameters, np.array([x]), np.array([y]))
    for line, numbers in ((0, parameters), (5, parameters), (6, slopes)):
        (axes,) = at(live, line=line)
        texts = [text.get_text() for text in axes.texts]
        p = network.layers(numbers)
        edges = [*p.weights, *p.output_weights]
        on_edges = [text for text in axes.texts if text.get_text()[:1] in "+−"]
        assert [text.get_text() for text in on_edges] == [signed(value) for value in edges]
        boxes = [patch.get_bbox() for patch in axes.patches]
        assert len({box.x0 for box in boxes}) == 3  # columns: input, hidden units, output
        for text, edge in zip(on_edges, axes.lines, strict=False):
            (x0, y0), (x1, y1) = xy(edge)
            assert any(box.x1 == pytest.approx(x0) and box.y0 < y0 < box.y1 for box in boxes)
            assert any(box.x0 == pytest.approx(x1) and box.y0 < y1 < box.y1 for box in boxes)
            share = (text.get_position()[0] - x0) / (x1 - x0)
            assert (share, text.get_position()[1]) == (
                pytest.approx(0.5, abs=0.2),
                pytest.approx(y0 + share * (y1 - y0)),
            )
        word = "slope" if line == 6 else "bias"
        biases = [f"{word} {signed(bias)}" for bias in [*p.biases, p.output_bias]]
        assert [text for text in texts if text.startswith(word)] == biases
        for edge, value in zip(axes.lines, edges, strict=False):
            assert edge.get_linewidth() == pytest.approx(0.8 + 5 * abs(value) / np.abs(edges).max())
            assert edge.is_dashed() == (value < 0)
            assert edge.get_color() == (GRADIENT if line == 6 else ESTIMATE if value < 0 else INK)
    assert live.sentence.endswith(f": {', '.join(map(signed, edges))}.")


def test_each_line_of_backward_shows_its_numbers():
    live = opened(network_explorer)
    parameters, x, y = trained()
    now = one_pass(parameters, x, y)
    assert network.predict(parameters, np.array([x]))[0] - y == pytest.approx(now.error)
    hidden, to_hidden, to_inside = ([*map(signed, values)] for values in (now.hidden, now.to_hidden, now.to_inside))
    boxes = [
        (["tanh"] * 4, "food"),
        ([f"tanh({signed(u)})\n= {h}" for u, h in zip(now.inside, hidden, strict=True)], "food"),
        (None, f"food {signed(now.error + y)}\nerror {signed(now.error)}"),
        (None, f"error {signed(now.error)}\nto_output {signed(now.to_output)}"),
        ([f"hidden {h}\nto_hidden {s}" for h, s in zip(hidden, to_hidden, strict=True)], None),
        ([f"hidden {h}\nto_inside {s}" for h, s in zip(hidden, to_inside, strict=True)], None),
        (None, None),
    ]
    told = [signed(y), ", ".join(hidden), signed(now.error), signed(now.to_output)]
    told += [", ".join(to_hidden), ", ".join(to_inside), ""]
    units, output = boxes[0]
    for line, (new_units, new_output) in enumerate(boxes):
        (axes,) = at(live, line=line)
        units, output = new_units or units, new_output or output
        texts = [text.get_text() for text in axes.texts]
        assert texts[1:6] == [*units, output]
        assert texts[0] == f"income\n{signed(x)}"
        assert told[line] in live.sentence
        mark = axes.lines[-1]
        assert mark.get_visible() == (line > 0)
        code = [text for text in axes.texts if text.get_family() == ["monospace"]]
        if line:
            assert code[line - 1].get_position()[1] - 0.2 < mark.get_ydata()[0] < code[line - 1].get_position()[1]
    starts = ("hidden", "error", "to_output", "to_hidden", "to_inside", "return")
    assert [text.get_text().split()[0] for text in code] == list(starts)
    assert max(len(row) for text in code for row in text.get_text().split("\n")) <= 88
