"""Artists as SVG: a matplotlib renderer that writes few bytes, so that whatever matplotlib draws can move.

matplotlib's artists draw themselves on whatever renderer they are given. This one writes SVG elements, cut at the edge,
in whole tenths of a pixel. Pictures excepted, it knows everything; `overlay` writes the most common artists faster.
"""

from __future__ import annotations

import html
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Bbox, BboxBase, Transform

Colour = tuple[float, float, float, float]

# By matplotlib's codes of MOVETO, LINETO, CURVE3, CURVE4 and CLOSEPOLY, as Python's numbers: NumPy's take longer.
_LETTERS = {1: "M", 2: "l", 3: "Q", 4: "C", 79: "Z"}
_STRAIGHT = np.array([Path.MOVETO] + 19 * [Path.LINETO])  # the codes of a short path that has none
_MARGIN = 20  # pixels beyond the clip's edge where a line is cut: wide enough that no cut is seen
_FAR = 1e4  # pixels: what reaches further is cut or left out, before a browser loses precision


class Renderer(RendererBase):
    """A renderer for a figure; what it draws is in ``elements``. ``ids`` begins its ids, unique in a page."""

    def __init__(self, figure: Figure, ids: str):
        super().__init__()
        self._figure, self._ids = figure, ids
        self._glyphs: dict[Any, tuple[float, float, float]] = {}
        self.start()

    def start(self) -> None:
        """Nothing; begins anew, with the size that the figure has now."""
        self.elements: list[tuple[str, str]] = []  # the id of a clip, or nothing, and an element
        self.clips: dict[str, str] = {}  # a shape, and the id under which elements refer to it
        self.width, self.height = map(float, self._figure.bbox.size)
        self._tenth = 10 * self._figure.dpi / 72  # a point, in tenths of a pixel

    def get_canvas_width_height(self) -> tuple[float, float]:
        """The size of the figure, in pixels."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """A length in pixels."""
        return points * self._figure.dpi / 72

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:  # noqa: N803
        """Nothing; adds a path, filled if there is a colour for its face."""
        box = gc.get_clip_rectangle()
        if data := self.data(path, transform, box, filled=rgbFace is not None):
            if rgbFace is not None and gc.get_forced_alpha():
                rgbFace = (*rgbFace[:3], gc.get_alpha())  # noqa: N806
            dashes, cap = gc.get_dashes()[1], gc.get_capstyle()
            paint = self.paint(gc.get_rgb(), gc.get_linewidth(), rgbFace, dashes, str(cap))
            self.elements.append((self.clip(box, *gc.get_clip_path()), f"<path d='{data}'{paint}/>"))

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Nothing; adds a line of text, mathtext as outlines."""
        if ismath:  # the default draws outlines
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        elif is_near(x, y):
            clip = self.clip(gc.get_clip_rectangle(), *gc.get_clip_path())
            width, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
            self.add_text((float(x), float(y), width), s, prop, gc.get_rgb(), clip, angle)

    def add_text(
        self,
        place: tuple[float, float, float],
        s: str,
        prop: FontProperties,
        colour: Colour,
        clip: str,
        angle: float = 0,
    ) -> None:
        """Nothing; adds a line of text; its place is x and y from the upper left corner, and its width, in pixels."""
        x, y, width = (round(10 * number) for number in place)
        bold = " font-weight='bold'" if prop.get_weight() in {"bold", 700} else ""
        slanted = " font-style='italic'" if prop.get_style() != "normal" else ""
        turned = f" transform='rotate({-angle:g} {x} {y})'" if angle else ""
        # The browser's font may be another one: the width that matplotlib measured keeps the text in its place.
        size = f"font-size='{prop.get_size_in_points() * self._tenth:.0f}' textLength='{width}'"
        paint = f"{bold}{slanted}{turned}{_colour('fill', tuple(colour))}"
        self.elements.append((clip, f"<text x='{x}' y='{y}' {size}{paint}>{html.escape(s)}</text>"))

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """The size of a text from its letters' sizes: measuring it as a whole takes longer than all the rest."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        font = self.font(prop)
        sizes = [self._glyphs.get((font, letter)) or self._measure(font, letter, prop) for letter in s]
        up, down = max((size[1] for size in sizes), default=0), max((size[2] for size in sizes), default=0)
        return sum(size[0] for size in sizes), up + down, down

    def font(self, prop: FontProperties) -> tuple[Any, ...]:
        """All that a letter's size depends on."""
        return *prop.get_family(), prop.get_style(), prop.get_weight(), prop.get_size_in_points(), self._tenth

    def _measure(self, font: Any, letter: str, prop: FontProperties) -> tuple[float, float, float]:
        """How far a letter moves the next one, and how far it reaches up and down."""
        alone, between, nothing = (
            super(Renderer, self).get_text_width_height_descent(text, prop, False)
            for text in (letter, f"x{letter}x", "xx")
        )
        size = self._glyphs[font, letter] = between[0] - nothing[0], alone[1] - alone[2], alone[2]
        return size

    def draw_image(self, *_args: Any) -> None:
        """Nothing; says that this cannot be done."""
        raise TypeError("a picture cannot move: leave it out of the moving artists, and it is redrawn when it changes")

    def data(self, path: Path, transform: Transform, box: BboxBase | None, *, filled: bool = False) -> str:
        """The path as SVG writes it, cut near the box (the figure, if there is none); empty if none of it is near."""
        if len(points := np.asarray(path.vertices)) <= len(_STRAIGHT):
            points = transform.transform(points)
            if all(is_near(x, y) for x, y in points.tolist()):
                return self._written(points, _STRAIGHT[: len(points)] if path.codes is None else path.codes)
        x0, y0, x1, y1 = (0, 0, self.width, self.height) if box is None else map(float, box.extents)
        cut = x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN
        shape = path.cleaned(transform, remove_nans=True, clip=None if filled else cut, curves=True)
        if filled and _reaches_far(shape):
            shape = shape.clip_to_bbox(Bbox.from_extents(*cut))
        # Without codes, all of it is cut away.
        return "" if shape.codes is None else self._written(shape.vertices, shape.codes)

    def _written(self, vertices: Any, codes: Any) -> str:
        """A path in pixels, in SVG's letters and tenths. A line goes by steps, those too small to be seen left out."""
        data: list[str] = []
        before, x, y = "", 0, 0
        for (across, up), code in zip(vertices.tolist(), codes.tolist(), strict=True):
            if code not in _LETTERS:  # STOP
                break
            letter, from_x, from_y = _LETTERS[code], x, y
            x, y = self.tenths(across, up)
            mark = " " if letter == before != "M" else letter
            if letter == "Z":
                data.append("Z")
            elif letter != "l":
                data.append(f"{mark}{x} {y}")
            elif mark == "l" or x != from_x or y != from_y:
                data.append(f"{mark}{x - from_x} {y - from_y}")
            before = letter
        return "".join(data).replace(" -", "-")

    def tenths(self, x: float, y: float) -> tuple[int, int]:
        """Where a point of matplotlib's is in the SVG, which counts downwards, in tenths of a pixel."""
        return round(10 * x), round(10 * (self.height - y))

    def paint(self, stroke: Any, points: float, fill: Any = None, dashes: Any = None, cap: str = "round") -> str:
        """The attributes for a stroke so many points wide, and for a fill; both colours with their opacity."""
        paint = "" if fill is None else _colour("fill", tuple(fill))
        if points > 0:
            paint += f"{_colour('stroke', tuple(stroke))} stroke-width='{points * self._tenth:.3g}'"
            if dashes is not None:
                paint += f" stroke-dasharray='{' '.join(f'{length * self._tenth:.3g}' for length in dashes)}'"
            if cap != "round":
                paint += f" stroke-linecap='{'square' if cap == 'projecting' else cap}'"
        return paint

    def clip(self, box: BboxBase | None, outline: Any = None, transform: Any = None) -> str:
        """The id of a clip to an outline or else to a box; empty if there is neither."""
        if outline is not None:
            path = outline.cleaned(transform, curves=True)
            shape = f"<path d='{self._written(path.vertices, path.codes)}'/>"
        elif box is not None:
            left, low, right, high = map(float, box.extents)
            (x0, y0), (x1, y1) = self.tenths(left, high), self.tenths(right, low)
            shape = f"<rect x='{x0}' y='{y0}' width='{x1 - x0}' height='{y1 - y0}'/>"
        else:
            return ""
        return self.clips.setdefault(shape, f"{self._ids}-{len(self.clips)}")


@lru_cache(maxsize=1000)
def _colour(attribute: str, colour: Colour) -> str:
    opacity = "" if len(colour) == 3 or colour[3] == 1 else f" {attribute}-opacity='{colour[3]:.3g}'"
    return f" {attribute}='{to_hex(colour)}'{opacity}"


def is_near(x: float, y: float) -> bool:
    """Whether a place, in pixels, is one that a browser can draw at; NaN is not."""
    return abs(x) + abs(y) < _FAR


def _reaches_far(path: Path) -> bool:
    """Whether a filled path must be cut. One with curves cannot be; it is left to the browser."""
    far = np.abs(np.asarray(path.vertices)).max() > _FAR
    return bool(far) and not np.isin(np.asarray(path.codes), (Path.CURVE3, Path.CURVE4)).any()
