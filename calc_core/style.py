"""The look of every figure: its colours, its style, numbers as words, and a picture that displays itself.

Figures are made without pyplot, so nothing global changes. matplotlib reads its style when an artist is made and again
when it is drawn, so a function that draws says so with a decorator::

    @unit_style()
    def parabola() -> Picture:
        figure = Figure()
        x = np.linspace(-2, 2)
        figure.subplots().plot(x, x**2, color=FUNCTION)
        return Picture(figure, "The parabola has its lowest point at 0.")
"""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image  # what matplotlib itself writes PNG with

# One colour, one meaning. After Okabe and Ito, darkened until each is at least 4.5:1 on white. Colour is never alone:
# a line style, a marker or a label says the same.
FUNCTION = "#0072B2"
TANGENT = "#C24E00"
GRADIENT = "#007A58"
ESTIMATE = "#A8487F"
CONTEXT = "#595959"
INK = "#1A1A1A"
BACKGROUND: dict[str, Any] = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}

#: Pixels of the page to an inch of a figure, whatever the figure's own dpi.
SHOWN = 100
_SHARPNESS = 2  # pixels of a picture to each pixel shown, so that it is sharp on a dense screen

#: Whoever draws has this lock: matplotlib's settings are global, and a kernel may answer on several threads.
DRAWING = threading.RLock()

_STYLE = dict(matplotlib.rc_params_from_file(Path(__file__).with_name("unit.mplstyle"), use_default_template=False))


@contextmanager
def unit_style() -> Iterator[None]:
    """A context in which matplotlib has the unit's style and one thread draws; as ``@unit_style()`` a decorator.

    >>> with unit_style():
    ...     matplotlib.rcParams["figure.dpi"]
    100.0
    """
    settings = matplotlib.rcParams
    with DRAWING:
        before = {name: dict.__getitem__(settings, name) for name in _STYLE}
        dict.update(settings, _STYLE)  # checked when it was read; to check it at every move would cost 0.3 ms
        try:
            yield
        finally:
            dict.update(settings, before)


def number(value: float, digits: int = 4) -> str:
    """The value as a reader writes it: 1,300 and not 1.3e+03; the minus is the real one, which screen readers say.

    >>> number(1300), number(2 / 3), number(-3.2e-9)
    ('1,300', '0.6667', '−3.2e−9')
    """
    rounded = float(f"{value:.{digits - 1}e}") + 0.0  # + 0.0 makes −0 a 0
    text = f"{rounded:,.{max(digits, 7)}g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.replace("-", "−").replace("inf", "∞")


def pair(point: Sequence[float]) -> str:
    """A point as words.

    >>> pair((2.0, -3.0))
    '(2, −3)'
    """
    return f"({', '.join(map(number, point))})"


@unit_style()
def to_png(figure: Figure, moving: Iterable[Artist] = (), still: bytes = b"") -> bytes:
    """The figure without what is animated as PNG, at twice the size shown; made anew, it gives the same bytes.

    ``still``, if given, is that picture, and only the ``moving`` artists are drawn, over it. 256 colours are enough for
    a drawing, and take a third of the bytes: on the wire, and in a notebook's file.
    """
    dpi, stale = figure.dpi, bool(still) and figure.stale
    try:
        figure.dpi = _SHARPNESS * SHOWN
        width, height = map(round, figure.bbox.size)
        renderer = RendererAgg(width, height, figure.dpi)  # `savefig` would draw all twice, and what moves
        if still:
            renderer.draw_image(renderer.new_gc(), 0, 0, np.array(Image.open(io.BytesIO(still)).convert("RGBA"))[::-1])
        else:
            figure.draw(renderer)
        for artist in moving:
            artist.draw(renderer)
    finally:
        figure.dpi = dpi  # which makes the figure stale, and so it stays if it could not be drawn
        for text in figure.findobj(Text):
            vars(text)["_renderer"] = None  # each would keep the renderer, with 7 MB of pixels
    figure.stale = stale
    drawn, reduced = Image.fromarray(np.asarray(renderer.buffer_rgba())).convert("RGB"), io.BytesIO()
    picture = drawn.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.putpalette([255 if level == 254 else level for level in picture.getpalette() or []])  # white stays white
    picture.save(reduced, "png")
    return reduced.getvalue()


def png_bundle(png: bytes, sentence: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A picture and its sentence as a notebook takes them, data and metadata, at the size shown."""
    width, height = (pixels // _SHARPNESS for pixels in Image.open(io.BytesIO(png)).size)
    text = base64.b64encode(png).decode()  # which a kernel in the browser needs
    data = {"image/png": text, "text/plain": sentence}
    return data, {"image/png": {"alt": sentence, "width": width, "height": height}}


@dataclass(frozen=True, repr=False)
class Picture:
    """A figure and the sentence that says what is seen in it; as the last line of a cell it displays itself."""

    figure: Figure
    sentence: str

    def __post_init__(self) -> None:
        """Refuse a picture without words."""
        if not self.sentence.strip():
            raise ValueError("sentence must say what the figure shows, got an empty text; try one sentence")

    def __repr__(self) -> str:
        """The sentence: what a picture is where none can be seen."""
        return self.sentence

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        return png_bundle(to_png(self.figure), self.sentence)
