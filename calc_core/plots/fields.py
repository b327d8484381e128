"""Functions of two numbers as pictures: contours, gradient fields, directions, and paths downhill."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.patches import FancyArrowPatch
from matplotlib.quiver import Quiver

from calc_core import numeric
from calc_core.plots import canvas
from calc_core.plots.canvas import unit_style
from calc_core.plots.curves import Range
from calc_core.plots.sampling import Array, Function, Picture, number, pair, sample

LEVELS = 9  # contours in a picture
COLUMNS = 9  # of arrows
LEVEL = 1e-9  # a gradient this much smaller than what surrounds it is nothing but rounding


@unit_style()
def contours(axes: Axes, f: Function, x_range: Range, y_range: Range, *, bowl: bool = False) -> QuadContourSet:
    """Return the labelled contours of f, drawn on axes whose limits become the two ranges.

    f takes a point of shape (2,) or points of shape (2, m). Levels are spread evenly over the heights in the picture;
    `bowl=True` packs them towards the lowest, as suits a loss surface: evenly spaced rings.
    ValueError where f has no finite value in the picture.
    """
    x, y = np.meshgrid(np.linspace(*x_range, 61), np.linspace(*y_range, 61))
    heights = np.ma.masked_invalid(sample(f, np.array([x.ravel(), y.ravel()])).reshape(x.shape))
    rings = _rings(heights) if bowl and np.ptp(heights) else LEVELS
    drawn = axes.contour(x, y, heights, levels=rings, colors=canvas.CONTEXT, linewidths=0.8, alpha=0.8, zorder=1)
    axes.set(xlim=x_range, ylim=y_range)
    for words in axes.clabel(drawn, fmt=number, inline=False, zorder=4):
        words.set(fontsize=11, alpha=1, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
        place = axes.transAxes.inverted().transform(axes.transData.transform(words.get_position()))
        words.set_visible(bool(np.abs(place - 0.5).max() < 0.46))  # at the edge it would be cut off
    return drawn


def _rings(heights: Array) -> list[float]:
    """Return ascending levels that are evenly spaced rings on a bowl, rounded so that their labels are short."""
    low, high = float(heights.min()), float(heights.max())
    exact = low + (high - low) * (np.arange(LEVELS + 1) / (LEVELS + 1)) ** 2
    units = 10.0 ** np.floor(np.log10(np.diff(exact) / 2.5))
    return sorted({float(level) for level in np.round(exact[1:] / units) * units})


def gradient_arrows(axes: Axes, f: Function, x_range: Range, y_range: Range) -> Quiver:
    """Return the gradient of f as arrows at the middles of square cells; the longest is one cell long.

    An arrow's middle stands at its point. Points at which f has no gradient get none.
    """
    cell = (x_range[1] - x_range[0]) / COLUMNS
    rows = max(round((y_range[1] - y_range[0]) / cell), 1)
    middles = [
        low + (high - low) * (np.arange(n) + 0.5) / n for (low, high), n in ((x_range, COLUMNS), (y_range, rows))
    ]
    points = np.stack(np.meshgrid(*middles)).reshape(2, -1)
    slopes = np.array([gradient_at(f, point) for point in points.T]).T
    lengths = np.hypot(*slopes)
    seen = np.isfinite(lengths)
    if not seen.any():
        raise ValueError("f has no gradient anywhere in the picture; try another range, or another function")
    longest = lengths[seen].max() or 1.0
    return axes.quiver(
        *points[:, seen],
        *slopes[:, seen],
        color=canvas.GRADIENT,
        angles="xy",
        scale_units="xy",
        scale=longest / cell,
        pivot="mid",
        width=0.0045,
        zorder=2,
    )


def gradient_at(f: Function, point: Array) -> Array:
    """Return the gradient at a point of shape (2,), nan where f has none."""
    try:
        with np.errstate(all="ignore"):
            return numeric.gradient(f, point)
    except Exception:
        return np.full(2, np.nan)


def direction(angle: float | Array) -> Array:
    """Return the unit vector at an angle in degrees from the x axis towards the y axis, shape (2,) or (2, m)."""
    turn = np.deg2rad(angle)
    unit: Array = np.round(np.array([np.cos(turn), np.sin(turn)]), 15)  # so that a right angle is one
    return unit


@unit_style()
def gradient_field(
    f: Function,
    x_range: Range,
    y_range: Range,
    *,
    at: tuple[float, float] | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
    title: str = "The gradient points uphill, across the contours",
) -> Picture:
    """Return the gradient field of f over its contours, with one point and its gradient in numbers if `at` is given."""
    figure, axes = canvas.new_figure(width=6.0, height=5.4)
    field = draw_field(axes, f, x_range, y_range)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.set_title(title, pad=10 if at is None else 30)
    alt = f"Contours and gradient arrows for {xlabel} from {number(x_range[0])} to {number(x_range[1])} and {ylabel} "
    alt += (
        f"from {number(y_range[0])} to {number(y_range[1])}: each arrow crosses its contour at a right angle, uphill."
    )
    if at is not None:
        slope = numeric.gradient(f, np.asarray(at, dtype=float))
        said = f"at {pair(at)} the gradient is {pair(slope)}"
        sign = _draw_gradient(axes, field, np.asarray(at, dtype=float), slope)
        axes.text(0, 1.02, f"{sign}: {said}", transform=axes.transAxes, va="bottom", color=canvas.INK)
        alt += f" {said[0].upper()}{said[1:]}."
    return Picture(figure, alt)


def _draw_gradient(axes: Axes, field: Quiver, at: Array, slope: Array) -> str:
    """Return what marks the gradient at one point: an arrow of its own, from which the field's arrows make way."""
    axes.plot(*at, marker="o", markersize=6, color=canvas.INK, zorder=6)
    middles = np.asarray(field.get_offsets())
    longest, steepest = np.hypot(field.U, field.V).max(), np.hypot(*slope)
    if steepest <= LEVEL * longest:
        return "black dot"
    cell = longest / field.scale
    tip = at + 1.7 * cell * slope / steepest
    along = at + np.linspace(0, 1, 9)[:, None] * (tip - at)
    near = np.hypot(*(middles[:, None] - along).T).min(axis=0) < 0.75 * cell
    field.set_UVC(np.where(near, np.nan, field.U), np.where(near, np.nan, field.V))
    point_along(arrow(axes, canvas.GRADIENT), at, tip - at)
    return "thick arrow"


def arrow(axes: Axes, color: str) -> FancyArrowPatch:
    """Return a thick arrow that has no place yet."""
    patch = FancyArrowPatch((0, 0), (0, 0), arrowstyle="-|>", mutation_scale=16, shrinkA=0, shrinkB=0, color=color)
    patch.set(linewidth=2.6, zorder=5)
    axes.add_patch(patch)
    return patch


def point_along(patch: FancyArrowPatch, start: Array, way: Array) -> None:
    """Nothing; lets the arrow begin at the start and go all the way."""
    (x, y), (right, up) = start, way
    patch.set_positions((x, y), (x + right, y + up))


def draw_field(axes: Axes, f: Function, x_range: Range, y_range: Range) -> Quiver:
    """Return the arrows of f's gradient, drawn over its contours, with equal scales so that right angles look right."""
    contours(axes, f, x_range, y_range)
    axes.set_aspect("equal")
    axes.grid(visible=False)
    return gradient_arrows(axes, f, x_range, y_range)
