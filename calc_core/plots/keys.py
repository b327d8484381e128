"""The key of a moving picture: where it says its numbers, in a place that the curve avoids."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from calc_core.plots import canvas
from calc_core.plots.curves import GROUND


def key(axes: Axes, curve: Line2D, lines: Sequence[Line2D]) -> list[Text]:
    """Return texts, still empty, one to a line, in the place the curve avoids, each behind a sample of its line."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    begin, height = empty_place(axes, curve)
    x = left + (begin + np.array([0.0, 0.06, 0.075])) * (right - left)
    texts = []
    for row, line in enumerate(lines):
        y = bottom + (height - 0.075 * row) * (top - bottom)
        (sample_of,) = axes.plot(x[:2], [y, y], zorder=5)
        sample_of.update_from(line)
        texts.append(axes.text(x[2], y, "", va="center_baseline", color=canvas.INK, zorder=6, bbox=GROUND))
    return texts


def empty_place(axes: Axes, curve: Line2D) -> tuple[float, float]:
    """Return where words of half the width may begin: the left end and the height of a place without curve."""
    x, y = (np.asarray(data, dtype=float) for data in curve.get_data())
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    x, y = (x - left) / (right - left), (y - bottom) / (top - bottom)
    places = [(left, top) for top in (0.94, 0.14) for left in (0.03, 0.46, 0.25)]

    def room(place: tuple[float, float]) -> float:
        near = y[(x > place[0] - 0.03) & (x < place[0] + 0.54) & np.isfinite(y)]
        return float(np.min(np.abs(near - place[1]), initial=1.0))

    return max(places, key=room)
