"""The look of a figure: colours that can be told apart, numbers as words, pictures with a sentence, one lock."""

import base64
import io
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product

import matplotlib
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from calc_core import style
from calc_core.sampling import attempt, sample, slope_at, value_at
from calc_core.style import Picture, number, pair, to_png, unit_style

COLOURS = ["FUNCTION", "TANGENT", "GRADIENT", "ESTIMATE", "CONTEXT", "INK"]
#: How linear RGB changes where one kind of cone is missing: Machado, Oliveira and Fernandes, "A Physiologically-based
#: Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009).
CONES_MISSING = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])


def linear(colour):
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


def lab(rgb):
    """CIE L*a*b* of linear RGB, relative to white."""
    share = XYZ @ np.clip(rgb, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_every_colour_can_be_read_on_white_and_told_apart_by_every_eye():
    for colour in COLOURS:
        assert 1.05 / (XYZ[1] @ linear(getattr(style, colour)) + 0.05) >= 4.5
    for eye, pair_of in product(CONES_MISSING.values(), combinations(COLOURS[:4], 2)):
        a, b = (lab(eye @ linear(getattr(style, colour))) for colour in pair_of)
        assert np.linalg.norm(a - b) > 10, pair_of


WRITTEN = {
    1300: "1,300",
    0.1 + 0.2: "0.3",
    -2 / 3: "−0.6667",
    9999.6: "10,000",
    1234567: "1,235,000",
    12345678: "1.235e7",
    0.00012345: "0.0001234",
    -5e-5: "−5e−5",
    2e300: "2e300",
    -0.0: "0",
    -np.inf: "−∞",
}


@given(st.floats(-1e12, 1e12), st.integers(1, 7))
def test_a_number_is_written_as_a_reader_writes_it_and_can_be_read_back_to_its_digits(value, digits):
    assert [number(value) for value in WRITTEN] == [*WRITTEN.values()]
    assert pair(np.array([2.0, -1 / 3])) == "(2, −0.3333)"
    assert float(number(value, digits).replace(",", "").replace("−", "-")) == float(f"{value:.{digits - 1}e}")


def line(dpi=72):
    with unit_style():
        figure = Figure(figsize=(3, 2), dpi=dpi)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1])
        axes.text(0.5, 0.2, "half-way", bbox=style.BACKGROUND)
    return figure


def test_a_picture_displays_itself_with_its_words_whatever_was_set_before():
    picture = Picture(line(), "A line rises.")
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == str(picture) == repr(picture) == "A line rises."
    assert metadata["image/png"] == {"alt": "A line rises.", "width": 300, "height": 200}
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"], validate=True)))
    assert (image.size, image.format, image.mode) == ((600, 400), "PNG", "P")
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    with pytest.raises(ValueError, match="sentence must say what the figure shows"):
        Picture(line(), " ")
    expected = to_png(line())
    with matplotlib.rc_context({"figure.dpi": 50, "axes.facecolor": "black", "savefig.dpi": 30, "font.size": 30}):
        assert to_png(line(dpi=144)) == expected


def test_a_figure_that_was_drawn_keeps_no_pixels():
    drawn = line()
    to_png(drawn)
    assert not [text for text in drawn.findobj(Text) if isinstance(text._renderer, RendererAgg)]


def test_one_thread_at_a_time_has_the_style_and_leaves_no_trace():
    before, inside, most = dict(matplotlib.rcParams), [], []

    @unit_style()
    def draw():
        inside.append(1)
        most.append((len(inside), matplotlib.rcParams["figure.dpi"], matplotlib.rcParams["svg.fonttype"]))
        to_png(line())  # the same thread may have the lock again
        inside.pop()
        raise ZeroDivisionError

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(draw) for _ in range(4)]
    assert [type(run.exception()) for run in runs] == [ZeroDivisionError] * 4
    assert most == [(1, 100, "none")] * 4
    assert dict(matplotlib.rcParams) == before


def endless(x):
    return endless(x)


@pytest.mark.parametrize(
    ("f", "point", "words"),
    [
        (lambda x: None, 1.0, "it gives None: is there a return in it?"),
        (lambda p: p[1] / p[0], (0, 2), "it divides by zero"),
        (lambda x: x**1000, 10.0, "the numbers in it become too large"),
        (np.log, -0.5, "it gives nan"),
        (lambda x: np.sqrt(x + 0j), -1.0, "it gives 1j"),
        (lambda x: x * np.ones(2), 1.0, "it gives several numbers where one is expected"),
        (lambda p: p[0], 1.0, "it asks for a coordinate, such as p[0], that its input does not have"),
        (lambda p: p[2], (1.0, 2.0), "it asks for a coordinate, such as p[0], that its input does not have"),
        (lambda: 1, 1.0, "it is given one input: a number x, or a point p with p[0] and p[1]"),
        (lambda x: undefined, 1.0, "it stops with the message \"name 'undefined' is not defined\""),  # noqa: F821
        (endless, 1.0, "it calls itself without end"),
    ],
)
def test_trouble_in_a_learners_function_is_said_in_words(f, point, words):
    value, trouble = attempt(f, point)
    assert np.isnan(value)
    assert trouble == words
    place = number(point) if np.ndim(point) == 0 else pair(point)
    with pytest.raises(ValueError, match=re.escape(f"no finite value at {place}: {words}; try another point")):
        value_at(f, point)
    with pytest.raises(ValueError, match=re.escape(f"anywhere in the picture: {words}; try another range")):
        sample(f, [point, point])


@pytest.mark.parametrize("use", [attempt, value_at, slope_at, lambda f, x: sample(f, [x])])
def test_what_is_no_function_is_refused(use):
    for given_, said in {
        "x^2": r"such as lambda x: x\*\*2; got 'x\^2'",
        sympy.Symbol("x"): "got a SymPy expression",
    }.items():
        with pytest.raises(TypeError, match=said):
            use(given_, 1.0)


def test_a_sample_has_gaps_and_a_slope_none_at_a_kink():
    np.testing.assert_array_equal(sample(np.sqrt, [-1.0, 0.0, 4.0]), [np.nan, 0.0, 2.0])
    np.testing.assert_array_equal(sample(lambda p: p[0] * p[1], np.array([[1.0, 2.0], [3.0, 4.0]])), [2.0, 12.0])
    assert value_at(lambda p: p[0] * p[1], (2.0, 3.0)) == 6
    assert slope_at(lambda x: x**2, 3.0) == pytest.approx(6)
    assert slope_at(lambda x: 7.0, 3.0) == 0
    assert np.isnan(slope_at(abs, 0.0))
    with pytest.raises(ValueError, match="at −1: it gives nan"):
        slope_at(np.log, -1.0)
