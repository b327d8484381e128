"""The sheet that figures are drawn on: one look, no global state, and words for those who cannot see the picture."""

import io

import matplotlib
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from calc_core.plots import canvas


def luminance(colour):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


@pytest.mark.parametrize(
    ("colour", "least"),
    [("FUNCTION", 4.5), ("TANGENT", 4.5), ("SECANT", 3), ("GRADIENT", 4.5), ("PATH", 4.5), ("CONTEXT", 7), ("INK", 7)],
)
def test_colours_stand_out_from_white(colour, least):
    assert 1.05 / (luminance(getattr(canvas, colour)) + 0.05) >= least


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
