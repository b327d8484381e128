"""The look of a figure: colours that can be told apart, numbers as words, pictures with a sentence, one lock."""

import base64
import io
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

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
from calc_core.sampling import sample, slope_at, value_at
from calc_core.style import Picture, number, to_png, unit_style

COLOURS = [style.FUNCTION, style.TANGENT, style.GRADIENT, style.ESTIMATE, style.CONTEXT, style.INK]
#: How linear RGB changes where one kind of cone is missing: Machado, Oliveira and Fernandes, "A Physiologically-based
#: Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009).
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]


def test_every_colour_can_be_read_on_white_and_told_apart_by_every_eye():
    linear = np.array([[((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)] for colour in COLOURS])
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (luminance + 0.05)).min() >= 4.5
    for eye in (PROTANOPIA, DEUTERANOPIA):
        for a, b in combinations(linear[:4] @ np.transpose(eye), 2):
            assert np.linalg.norm(a - b) > 0.1


@given(st.floats(-1e12, 1e12), st.integers(1, 7))
def test_a_number_is_written_as_a_reader_writes_it_and_can_be_read_back_to_its_digits(value, digits):
    values = 9999.6, 1234567, 12345678, 0.00012345, -5e-5, 2e300, -0.0, -np.inf
    assert " ".join(map(number, values)) == "10,000 1,235,000 1.235e7 0.0001234 −5e−5 2e300 0 −∞"
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
    assert data["text/plain"] == repr(picture) == "A line rises."
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


COORDINATE = "it asks for a coordinate, such as p[0], that its input does not have"
TROUBLE = [
    (lambda x: None, 1.0, "f has no finite value at 1: it gives None: is there a return in it?; try another point"),
    (lambda x: x**1000, 10.0, "the numbers in it become too large"),
    (lambda x: np.sqrt(x + 0j), -1.0, "it gives 1j"),
    (lambda x: x * np.ones(2), 1.0, "it gives several numbers where one is expected"),
    (lambda p: p[0], 1.0, COORDINATE),
    (lambda p: p[2], (1.0, -2.0), f"f has no finite value at (1, −2): {COORDINATE}"),
    (lambda: 1, 1.0, "it is given one input: a number x, or a point p with p[0] and p[1]"),
    (lambda x: int("x"), 1.0, "it stops with the message \"invalid literal for int() with base 10: 'x'\""),
    (endless, 1.0, "it calls itself without end"),
    ("x^2", 1.0, "f must be a function, such as lambda x: x**2; got 'x^2'"),
    (sympy.Symbol("x"), 1.0, "got a SymPy expression"),
]


@pytest.mark.parametrize(("f", "point", "words"), TROUBLE)
def test_trouble_in_a_learners_function_is_said_in_words(f, point, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        value_at(f, point)


def test_a_sample_has_gaps_and_a_slope_no_rounding():
    np.testing.assert_array_equal(sample(np.sqrt, [-1.0, 0.0, 4.0]), [np.nan, 0.0, 2.0])
    with pytest.raises(ValueError, match="anywhere in the picture: it gives nan; try another range"):
        sample(np.log, [-1.0, -2.0])
    assert slope_at(lambda x: x**2, 3.0) == pytest.approx(6)
    assert slope_at(lambda x: 7.0, 3.0) == 0
