"""The sheet that every figure of the unit is drawn on: its style, its colours, and how it is shown.

Figures are made without pyplot, so nothing global changes. matplotlib reads its style when an artist is made as well as
when it is drawn, so a function that draws says so with a decorator::

    @unit_style()
    def tangent_figure(...):
        figure, axes = new_figure()
        axes.plot(x, y, color=FUNCTION)
        return figure
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import matplotlib
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image  # what matplotlib itself writes PNG with

# One colour, one meaning. After Okabe and Ito, darkened until each is at least 4.5:1 on white (the secant's orange
# 3.8:1: for dashed lines, not for text). Colour is never alone: a line style, a marker or a label says the same.
FUNCTION = "#0072B2"
TANGENT = "#C24E00"
SECANT = "#B87300"
GRADIENT = "#007A58"
PATH = "#A8487F"
CONTEXT = "#595959"
INK = "#1A1A1A"

_STYLE = matplotlib.rc_params_from_file(Path(__file__).with_name("unit.mplstyle"), use_default_template=False)
_DPI = 200  # twice the size shown, so that a picture is sharp on a dense screen

#: Whoever draws has this: widgets may be told of a change on two threads, and matplotlib's settings are everybody's.
DRAWING = RLock()


@contextmanager
def unit_style() -> Iterator[None]:
    """A context in which matplotlib has the unit's style; as ``@unit_style()`` it decorates a drawing function.

    One thread at a time is in it.
    """
    with DRAWING, matplotlib.rc_context(_STYLE):
        yield


@unit_style()
def new_figure(
    width: float = 7.2, height: float = 4.2, nrows: int = 1, ncols: int = 1, **subplots: Any
) -> tuple[Figure, Any]:
    """A figure in the unit's style, and its axes (one Axes, or an array of them when there are several).

    ``width`` and ``height`` are in inches, shown at 100 pixels an inch. Further keywords go to ``Figure.subplots``.
    """
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure, figure.subplots(nrows, ncols, **subplots)


def to_png(figure: Figure) -> bytes:
    """The figure as PNG, drawn in the unit's style at twice the size shown; the same figure gives the same bytes.

    256 colours are enough for a drawing, and take a third of the bytes: on the wire, and in a notebook's file.
    """
    drawn, reduced = io.BytesIO(), io.BytesIO()
    with unit_style():
        figure.savefig(drawn, format="png", dpi=_DPI, pil_kwargs={"compress_level": 0})
    picture = Image.open(drawn).convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.putpalette([255 if level == 254 else level for level in picture.getpalette() or []])  # white stays white
    picture.save(reduced, "png")
    return reduced.getvalue()


def png_bundle(figure: Figure, alt: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The display data of a figure and its metadata: a PNG with its size and alt text, and ``name`` as plain text."""
    width, height = (round(size) for size in figure.bbox.size)
    data = {"image/png": to_png(figure), "text/plain": name}
    return data, {"image/png": {"alt": alt, "width": width, "height": height}}


def show(figure: Figure, alt: str) -> None:
    """Nothing; displays the figure with ``alt``, the sentence for those who do not see it (also its plain text)."""
    if not alt.strip():
        raise ValueError("alt must say what the figure shows, got an empty text; try one sentence")
    data, metadata = png_bundle(figure, alt, alt)
    display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]  # IPython's display has no types
