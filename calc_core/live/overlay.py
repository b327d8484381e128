"""Artists as SVG: a matplotlib renderer that writes few bytes, for the parts of a figure that move.

matplotlib's artists draw themselves on whatever renderer they are given. This one writes SVG elements, with coordinates
rounded to a tenth of a pixel and cut at the edge, so whatever matplotlib draws can move (pictures excepted).
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, Transform
from numpy.typing import NDArray

#: How the elements look that are sent at every move; sent once.
STYLE = """<style>
.live-moving {display: block; width: 100%; fill: none; stroke-linejoin: round; stroke-linecap: round;
    font-family: DejaVu Sans, Verdana, sans-serif}
.live-moving text {white-space: pre}
</style>"""

_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
_MARGIN = 20  # pixels beyond the clip's edge where a line is cut: wide enough that no cut is seen
_FAR = 1e4  # pixels: what reaches further is cut or left out, before a browser loses precision
_CIRCLE = np.asarray(Path.unit_circle().vertices)


class Overlay(RendererBase):
    """What of a figure moves, as SVG. ``ids`` begins its element ids, and is to be unique in a page."""

    def __init__(self, figure: Figure, ids: str):
        super().__init__()
        self._figure, self._ids = figure, ids
        self._glyphs: dict[Any, tuple[float, float, float]] = {}
        self._start()

    def svg(self, artists: Iterable[Artist], label: str) -> str:
        """An SVG element of the figure's size with the artists in it; ``label`` is its accessible name."""
        self._start()
        for artist in artists:
            artist.draw(self)
        clips = "".join(f'<clipPath id="{name}">{shape}</clipPath>' for shape, name in self._clips.items())
        return (
            f'<svg role="img" aria-label="{html.escape(label)}" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'class="live-moving">{clips}{"".join(self._elements)}</svg>'
        )

    def _start(self) -> None:
        self._elements: list[str] = []
        self._clips: dict[str, str] = {}  # a shape, and the id under which elements refer to it
        self._dpi = self._figure.dpi
        self.width, self.height = self._figure.bbox.size
        self._flip = Affine2D().scale(1, -1).translate(0, self.height)  # SVG counts downwards

    def get_canvas_width_height(self) -> tuple[float, float]:
        """The size of the figure, in pixels."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """A length in pixels."""
        return points * self._dpi / 72

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:  # noqa: N803
        """Nothing; adds a path, filled if there is a colour for its face."""
        if shape := self._shape(gc, path, transform, filled=rgbFace is not None):
            self._elements.append(shape.replace("/>", f"{self._paint(gc, rgbFace)}/>"))

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Nothing; adds a marker at every point of the path."""
        places = trans.transform(path.vertices)
        near = np.all(np.abs(places - np.array([self.width, self.height]) / 2) < max(self.width, self.height), axis=1)
        moved = (marker_trans + Affine2D().translate(x, y) for x, y in places[near])  # NaN is never near
        shapes = {self._shape(gc, marker_path, place, filled=rgbFace is not None): None for place in moved}
        if any(shapes):  # each once, and in order: a path that has arrived has all its last points in one place
            self._elements.append(f"<g{self._paint(gc, rgbFace)}>{''.join(shapes)}</g>")

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
            return
        if max(abs(x), abs(y)) > _FAR:
            return
        # The browser's font may be another one: the length that matplotlib measured keeps the text in its place.
        length, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
        bold = ' font-weight="bold"' if prop.get_weight() in {"bold", 700} else ""
        slanted = ' font-style="italic"' if prop.get_style() != "normal" else ""
        turned = f' transform="rotate({-angle:g} {x:.1f} {y:.1f})"' if angle else ""
        self._elements.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{self.points_to_pixels(prop.get_size_in_points()):.1f}" '
            f'textLength="{length:.1f}"{bold}{slanted}{turned} fill="{to_hex(gc.get_rgb())}"'
            f"{_opacity('opacity', gc.get_rgb()[3])}{self._clip(gc)}>{html.escape(s)}</text>"
        )

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """The size of a text from its letters' sizes: measuring it as a whole takes longer than all the rest."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        font = (*prop.get_family(), prop.get_style(), prop.get_weight(), prop.get_size_in_points(), self._dpi)
        sizes = [self._glyphs.get((font, letter)) or self._measure(font, letter, prop) for letter in s]
        up, down = max((size[1] for size in sizes), default=0), max((size[2] for size in sizes), default=0)
        return sum(size[0] for size in sizes), up + down, down

    def _measure(self, font: Any, letter: str, prop: FontProperties) -> tuple[float, float, float]:
        """How far a letter moves the next one, and how far it reaches up and down."""
        alone, between, nothing = (
            super(Overlay, self).get_text_width_height_descent(text, prop, False)
            for text in (letter, f"x{letter}x", "xx")
        )
        size = self._glyphs[font, letter] = between[0] - nothing[0], alone[1] - alone[2], alone[2]
        return size

    def draw_image(self, *_args: Any) -> None:
        """Nothing; says that this cannot be done."""
        raise TypeError("a picture cannot move: leave it out of the moving artists, and it is redrawn when it changes")

    def _shape(self, gc: GraphicsContextBase, path: Path, transform: Transform, *, filled: bool) -> str:
        """An SVG shape without its paint, or nothing when there is none to be seen."""
        transform = transform + self._flip
        if circle := _as_circle(path, transform):
            return circle
        edge = gc.get_clip_rectangle() or Bbox.from_bounds(0, 0, self.width, self.height)
        x0, y0, x1, y1 = edge.padded(_MARGIN).extents
        box = (x0, self.height - y1, x1, self.height - y0)
        shape = path.cleaned(transform, remove_nans=True, clip=None if filled else box, curves=True)
        if filled and _reaches_far(shape):
            shape = shape.clip_to_bbox(Bbox.from_extents(*box))
        data = _path_data(shape) if shape.codes is not None else ""  # no codes: all of it is cut away
        return f'<path d="{data}"/>' if data else ""

    def _paint(self, gc: GraphicsContextBase, face: Any) -> str:
        """The attributes for a shape's fill, stroke, dashes and clip."""
        forced = gc.get_forced_alpha()
        paint = _opacity("opacity", gc.get_alpha() or 0) if forced else ""
        if face is not None:
            paint += (
                f' fill="{to_hex(face)}"{_opacity("fill-opacity", face[3] if len(face) == 4 and not forced else 1)}'
            )
        width = self.points_to_pixels(gc.get_linewidth())
        if width > 0:
            paint += f' stroke="{to_hex(gc.get_rgb())}" stroke-width="{width:.3g}"'
            paint += _opacity("stroke-opacity", 1 if forced else gc.get_rgb()[3])
            _, dashes = gc.get_dashes()
            if dashes is not None:
                lengths = self.points_to_pixels(np.asarray(dashes, dtype=float))
                paint += f' stroke-dasharray="{" ".join(f"{length:.3g}" for length in lengths)}"'
            if (cap := gc.get_capstyle()) != "round":
                paint += f' stroke-linecap="{"square" if cap == "projecting" else cap}"'
        return paint + self._clip(gc)

    def _clip(self, gc: GraphicsContextBase) -> str:
        rectangle, (outline, transform) = gc.get_clip_rectangle(), gc.get_clip_path()
        if outline is not None and transform is not None:
            outline = outline.cleaned(transform + self._flip, curves=True)  # type: ignore[attr-defined]  # it is a Path
            shape = f'<path d="{_path_data(outline)}"/>'
        elif rectangle is not None:
            x, y, width, height = rectangle.x0, self.height - rectangle.y1, rectangle.width, rectangle.height
            shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
        else:
            return ""
        name = self._clips.setdefault(shape, f"{self._ids}-{len(self._clips)}")
        return f' clip-path="url(#{name})"'


def _opacity(attribute: str, alpha: float) -> str:
    return "" if alpha == 1 else f' {attribute}="{alpha:.3g}"'


def _as_circle(path: Path, transform: Transform) -> str:
    """The path as an SVG circle when it is one (a marker most often is), in a tenth of the bytes, or nothing."""
    vertices = np.asarray(path.vertices)
    if vertices.shape != _CIRCLE.shape or not transform.is_affine:
        return ""
    radius = -vertices[0, 1]
    (a, b, x), (c, d, y), _ = transform.get_matrix()
    is_round = b == c == 0 and abs(abs(a) - abs(d)) < 1e-6 * abs(a)
    if not is_round or np.abs(vertices - radius * _CIRCLE).max() > 1e-6 * abs(radius):
        return ""
    if not np.isfinite(x + y):
        return ""
    x, y = np.clip([x, y], -_FAR, _FAR)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{abs(radius * a):.1f}"/>'


def _reaches_far(path: Path) -> bool:
    """Whether a filled path must be cut. One with curves cannot be; it is left to the browser."""
    far = np.abs(np.asarray(path.vertices)).max() > _FAR
    return bool(far) and not np.isin(np.asarray(path.codes), (Path.CURVE3, Path.CURVE4)).any()


def _path_data(path: Path) -> str:
    """The path as SVG writes it: a letter only where the kind of segment changes, a line after a move having none."""
    vertices: NDArray[np.float64] = np.round(np.asarray(path.vertices, dtype=float), 1) + 0.0  # no minus zero
    data: list[str] = []
    letter = point = ""
    for (x, y), code in zip(vertices.tolist(), np.asarray(path.codes).tolist(), strict=True):
        if code == Path.STOP:
            break
        if code == Path.CLOSEPOLY:
            letter = "Z"
            data.append(letter)
            continue
        before, letter = letter, _LETTERS[code]
        behind, point = point, f"{x:g},{y:g}"
        follows = letter != "M" and (before == letter or (before == "M" and letter == "L"))
        if not (follows and letter == before == "L" and point == behind):  # a step too small to be seen is left out
            data.append(f"{' ' if follows else letter}{point}")
    return "".join(data)
