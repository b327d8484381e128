"""Still pictures of the lesson, and the curves, contours and arrows that the moving ones are drawn with too."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D
from matplotlib.quiver import Quiver
from matplotlib.ticker import MaxNLocator

from calc_core import numeric
from calc_core.sampling import Function, sample
from calc_core.style import CONTEXT, FUNCTION, GRADIENT

Range = tuple[float, float]


def draw_curve(axes: Axes, f: Function, span: Range) -> Line2D:
    """The line of f over the span; the limits show a tame curve whole, and the greater part of one with poles."""
    x = np.linspace(*span, 401)
    y = sample(f, x)
    low, high = np.nanpercentile(y, [2, 98])
    room = (high - low) / 3
    if room:
        low = max(low - room, np.nanmin(y))
        high = min(high + room, np.nanmax(y))
    margin = 0.06 * (high - low) or 0.5 * max(abs(high), 1.0)
    y[1:][np.abs(np.diff(y)) > high - low + 2 * margin] = np.nan  # a pole is no part of the curve
    axes.set(xlim=span, ylim=(low - margin, high + margin))
    return axes.plot(x, y, color=FUNCTION, zorder=2)[0]


def draw_contours(axes: Axes, f: Function, spans: tuple[Range, Range], *, bowl: bool = False) -> QuadContourSet:
    """The heights of f as shades between contours, darker is higher; `bowl` packs them towards the lowest: rings.

    f takes a point of shape (2,); `spans` are the ranges of its two coordinates.
    """
    x, y = np.meshgrid(*(np.linspace(*span, 61) for span in spans))
    heights = sample(f, np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    low, high = np.nanmin(heights), np.nanmax(heights)
    high = high if high > low else low + 1
    levels = MaxNLocator(10).tick_values(low, high)
    if bowl:
        levels = low + (high - low) * np.linspace(0, 1, 11) ** 2
    shades = matplotlib.colormaps["Blues"](np.linspace(0.0, 0.45, len(levels) - 1))
    axes.contour(x, y, heights, levels, colors=CONTEXT, linewidths=0.6, zorder=1)
    axes.set(xlim=spans[0], ylim=spans[1])
    axes.grid(visible=False)
    return axes.contourf(x, y, heights, levels, colors=shades, zorder=0)


def draw_arrows(axes: Axes, f: Function, spans: tuple[Range, Range], count: int = 9) -> Quiver:
    """The gradient of f as arrows at the middles of square cells, the longest one cell long; none where f has none."""
    cell = (spans[0][1] - spans[0][0]) / count
    middles = np.meshgrid(*(np.arange(low + cell / 2, high, cell) for low, high in spans))
    points = np.column_stack([middle.ravel() for middle in middles])
    slopes = np.array([_gradient(f, point) for point in points])
    if np.isnan(slopes).all():
        raise ValueError("f has no gradient anywhere in the picture; try another range, or another function")
    longest = np.nanmax(np.hypot(*slopes.T)) or 1.0
    return axes.quiver(
        *points.T,
        *slopes.T,
        color=GRADIENT,
        angles="xy",
        scale_units="xy",
        scale=longest / cell,
        pivot="mid",
        width=0.0045,
        zorder=2,
    )


def _gradient(f: Function, point: Any) -> Any:
    try:
        with np.errstate(all="ignore"):
            return numeric.gradient(f, point)
    except Exception:  # a learner's function may raise anything where it has no gradient
        return np.full(2, np.nan)
