"""The sheet that figures are drawn on: one look, no global state, and words for those who cannot see the picture."""

import io
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from calc_core import explorers, plots
from calc_core.plots import canvas

#: How linear RGB changes where one kind of cone is missing: Machado, Oliveira and Fernandes, "A Physiologically-based
#: Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009).
CONES_MISSING = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])


def linear(colour):
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


def luminance(colour):
    return XYZ[1] @ linear(colour)


def lab(rgb):
    """CIE L*a*b* of linear RGB, relative to white."""
    share = XYZ @ np.clip(rgb, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    ("colour", "least"),
    [("FUNCTION", 4.5), ("TANGENT", 4.5), ("SECANT", 3), ("GRADIENT", 4.5), ("PATH", 4.5), ("CONTEXT", 7), ("INK", 7)],
)
def test_colours_stand_out_from_white(colour, least):
    assert 1.05 / (luminance(getattr(canvas, colour)) + 0.05) >= least


def two_curves():
    x = np.linspace(0.1, 3, 9)
    return plots.scatter(x, x**2, curves={"straight": lambda x: x, "bent": np.sin}).figure


FIGURES = {"two_curves": two_curves, "tangent": lambda: plots.tangent_line(np.sin, 1.0).figure} | {
    name: lambda name=name: getattr(explorers, name)().figure
    for name in explorers.__all__
    if name != "derivation_explorer"
}


@pytest.fixture(scope="module", params=FIGURES)
def figure(request):
    return FIGURES[request.param]()


def test_no_two_lines_are_told_apart_by_hue_alone(figure):
    for axes in figure.axes:
        for one, other in combinations(axes.lines, 2):
            a, b = (linear(line.get_color()) for line in (one, other))
            styles = [(line.get_linestyle(), line.get_marker()) for line in (one, other)]
            thin, thick = sorted(line.get_linewidth() for line in (one, other))
            if (a == b).all() or styles[0] != styles[1] or thick > 1.5 * thin:
                continue
            for missing, matrix in CONES_MISSING.items():
                distance = np.linalg.norm(lab(matrix @ a) - lab(matrix @ b))
                assert distance > 20, (one.get_color(), other.get_color(), missing)  # about 2 is just noticeable


def test_words_are_eleven_pixels_high_in_a_narrow_cell(figure):
    cell, words = 584, 11 * 100 / 72  # pixels: the output of a window 700 wide; 11 points at the size drawn
    assert words * cell / figure.bbox.width >= 11


def test_no_text_is_smaller_than_eleven_points():
    figure, axes = canvas.new_figure()
    axes.set(title="Title", xlabel="x (m)", ylabel="f(x)")
    figure.draw_without_rendering()
    texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels(), *axes.get_yticklabels()]
    assert len(texts) > 8
    assert min(text.get_fontsize() for text in texts) >= 11


def test_nothing_global_changes():
    before = dict(matplotlib.rcParams)
    figure, _ = canvas.new_figure()
    canvas.to_png(figure)
    assert dict(matplotlib.rcParams) == before


def test_a_learners_own_style_does_not_leak_in():
    @canvas.unit_style()
    def draw():
        figure, axes = canvas.new_figure()
        axes.set_title("Title")
        return canvas.to_png(figure)

    plain = draw()
    with matplotlib.rc_context({"axes.facecolor": "black", "text.color": "white", "font.size": 30}):
        assert draw() == plain


def test_a_picture_is_white_and_twice_the_size_shown():
    figure, axes = canvas.new_figure(5, 3, ncols=2)
    assert axes.shape == (2,)
    pixels = imread(io.BytesIO(canvas.to_png(figure)))
    assert pixels.shape[:2] == (600, 1000)
    assert (pixels[0] == 1).all()


def test_show_gives_a_picture_with_its_words(monkeypatch):
    shown = []
    monkeypatch.setattr(canvas, "display", lambda data, metadata, raw: shown.append((data, metadata)))
    figure, _ = canvas.new_figure()
    canvas.show(figure, "A line that rises.")
    ((data, metadata),) = shown
    assert data == {"image/png": canvas.to_png(figure), "text/plain": "A line that rises."}
    assert metadata["image/png"] == {"alt": "A line that rises.", "width": 720, "height": 420}
    with pytest.raises(ValueError, match="alt must say what the figure shows"):
        canvas.show(figure, " ")
