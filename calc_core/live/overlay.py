"""The moving artists of a figure as one small SVG element.

Lines with round markers and texts, the most common ones, are written directly, since a move should take no longer than
it must; any other artist draws itself. Both ways give the same picture.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import BboxBase, IdentityTransform, Transform

from calc_core.live.renderer import Renderer, is_near

#: How the elements look that are sent at every move; sent once.
STYLE = """<style>
.live-moving {display: block; width: 100%; fill: none; stroke-linejoin: round; stroke-linecap: round;
    font-family: DejaVu Sans, Verdana, sans-serif}
.live-moving text {white-space: pre}
</style>"""

_HERE = IdentityTransform()
# What makes an artist a common one: what these methods give is among these.
_COMMON: dict[type[Artist], dict[str, tuple[Any, ...]]] = {
    Line2D: {
        "get_marker": ("None", "", None, "o"),
        "get_fillstyle": ("full",),
        "get_drawstyle": ("default",),
        "get_gapcolor": (None,),
        "get_markevery": (None,),
        "get_path_effects": ([],),
    },
    Text: {"get_rotation": (0,), "get_usetex": (False,), "get_wrap": (False,), "get_path_effects": ([],)},
}
_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}


class Overlay(Renderer):
    """What of a figure moves, as SVG."""

    def __init__(self, figure: Figure, ids: str):
        self._reaches: dict[Any, tuple[float, float]] = {}
        super().__init__(figure, ids)

    def start(self) -> None:
        """Nothing; begins anew, as is needed when the axes have moved or an update has failed."""
        super().start()
        self._kept: dict[Artist, list[tuple[str, str]]] = {}
        self._affine: dict[Any, Transform] = {}  # by axes
        self._clip: dict[Any, str] = {}  # by box

    def svg(self, artists: Iterable[Artist], label: str) -> str:
        """An SVG element of the figure's size with the artists in it; ``label`` is its accessible name."""
        self.elements = []
        for artist in artists:
            if artist.get_visible():
                self._add(artist)
        groups = [(name, [part for _, part in group]) for name, group in groupby(self.elements, lambda e: e[0])]
        used = {name for name, _ in groups}
        clips = (f"<clipPath id='{name}'>{shape}</clipPath>" for shape, name in self.clips.items() if name in used)
        parts = (f"<g clip-path='url(#{name})'>{''.join(g)}</g>" if name else "".join(g) for name, g in groups)
        return (
            f"<svg role='img' aria-label='{html.escape(label)}' class='live-moving' "
            f"viewBox='0 0 {10 * self.width:.0f} {10 * self.height:.0f}'>{''.join(clips)}{''.join(parts)}</svg>"
        )

    def _add(self, artist: Artist) -> None:
        """Nothing; adds an artist. A common one that has not been changed is added as it was the last time."""
        first, kept = len(self.elements), self._kept.pop(artist, None)
        if not _is_stale(artist) and kept is not None:
            self.elements += kept
        elif not _is_common(artist):
            artist.draw(self)
            return
        elif isinstance(artist, Text):
            self._add_text(artist)
        elif isinstance(artist, Line2D):
            self._add_line(artist)
        self._kept[artist] = self.elements[first:]

    def _ground(self, artist: Artist) -> tuple[Transform, BboxBase | None, str]:
        """The affine part of an artist's transform, its clip's box and id; what the axes give is worked out once."""
        transform, axes = artist.get_transform(), artist.axes
        box = artist.get_clip_box() if artist.get_clip_on() else None
        if box not in self._clip:
            self._clip[box] = self.clip(box)
        if axes is None or transform is not axes.transData:
            return transform.get_affine(), box, self._clip[box]
        if axes not in self._affine:
            self._affine[axes] = transform.get_affine()
        return self._affine[axes], box, self._clip[box]

    def _add_line(self, line: Line2D) -> None:
        affine, box, clip = self._ground(line)
        path, alpha = line.get_transform().transform_path_non_affine(_path(line)), line.get_alpha()
        data = self.data(path, affine, box) if line.get_linestyle() != "None" else ""
        if data:
            dashed = line.is_dashed()
            dashes = line._dash_pattern[1] if dashed else None  # type: ignore[attr-defined]  # nothing public tells
            cap = line.get_dash_capstyle() if dashed else line.get_solid_capstyle()
            paint = self.paint(to_rgba(line.get_color(), alpha), line.get_linewidth(), dashes=dashes, cap=cap)
            self.elements.append((clip, f"<path d='{data}'{paint}/>"))
        if line.get_marker() == "o":
            self._add_dots(line, affine.transform(path.vertices).tolist(), clip)

    def _add_dots(self, line: Line2D, places: list[tuple[float, float]], clip: str) -> None:
        """Nothing; adds round markers. In SVG a dot is a line of no length with round ends."""
        far = max(self.width, self.height)  # from the middle; NaN is never near
        near = [(x, y) for x, y in places if abs(x - self.width / 2) < far and abs(y - self.height / 2) < far]
        # Each once, and in order: a path that has arrived has all its last points in one place.
        dots = [f"M{x} {y}h0" for x, y in dict.fromkeys(self.tenths(*place) for place in near)]
        size, width = line.get_markersize(), line.get_markeredgewidth()
        edge, face = to_rgba(line.get_markeredgecolor()), to_rgba(line.get_markerfacecolor())
        paints = [self.paint(edge, size + width), self.paint(face, size - width)]
        if edge == face:
            dots, paints = ["".join(dots)], paints[:1]
        self.elements += [(clip, f"<path d='{dot}'{paint}/>") for dot in dots if dot for paint in paints]

    def _add_text(self, text: Text) -> None:
        s, prop = text.get_text(), text.get_fontproperties()
        affine, _, clip = self._ground(text)
        place = text.get_transform().transform_non_affine(np.array([text.get_unitless_position()]))
        ((x, y),) = affine.transform(place).tolist()
        if not s or not is_near(x, y):
            return
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath=False)
        up, down = self._reach(text, y, height - descent, descent)
        left = x - _ACROSS[text.get_horizontalalignment()] * width
        lifts = {"bottom": down, "top": -up, "center": (down - up) / 2, "baseline": 0, "center_baseline": -up / 2}
        base = self.height - y - lifts[text.get_verticalalignment()]
        if (box := text.get_bbox_patch()) is not None:
            low, size = self.height - base - down, self.points_to_pixels(prop.get_size_in_points())
            outline = box.get_boxstyle()(left, low, width, up + down, size)  # type: ignore[operator]  # styles are
            stroke, fill = to_rgba(box.get_edgecolor()), to_rgba(box.get_facecolor())
            paint = self.paint(stroke, box.get_linewidth() if stroke[3] else 0, fill if fill[3] else None)
            self.elements.append((clip, f"<path d='{self.data(outline, _HERE, None)}'{paint}/>"))
        self.add_text((left, base, width), s, prop, to_rgba(text.get_color(), text.get_alpha()), clip)

    def _reach(self, text: Text, y: float, up: float, down: float) -> tuple[float, float]:
        """How far a line of text reaches up and down, by matplotlib's own rules, which change and take long."""
        key = text, self.font(text.get_fontproperties()), up, down
        if key not in self._reaches:
            place = text.get_verticalalignment()
            text.set_verticalalignment("baseline")
            box = text.get_window_extent(self)
            text.set_verticalalignment(place)
            text.stale = False  # it is as it was
            self._reaches[key] = box.y1 - y, y - box.y0
        return self._reaches[key]


def _is_common(artist: Artist) -> bool:
    """Whether an artist is one of those that are written directly."""
    rules = _COMMON.get(type(artist))
    if rules is None or (artist.get_clip_on() and artist.get_clip_path() is not None):
        return False
    if not all(getattr(artist, name)() in allowed for name, allowed in rules.items()):
        return False
    if isinstance(artist, Text):
        box = artist.get_bbox_patch()
        return not set("$\\\n") & set(artist.get_text()) and (box is None or box.get_linestyle() == "solid")
    if isinstance(artist, Line2D) and artist.get_marker() == "o":
        colours = artist.get_markeredgecolor(), artist.get_markerfacecolor()
        return all(to_rgba(colour, artist.get_alpha())[3] == 1 for colour in colours)
    return True


def _path(line: Line2D) -> Path:
    """The points of a line. Plain numbers are used as they are: matplotlib, with masks and units, takes longer."""
    x, y = map(np.asanyarray, line.get_data(orig=True))
    plain = type(x) is type(y) is np.ndarray and x.dtype == y.dtype == float and x.shape == y.shape == (x.size,)
    return Path(np.array([x, y]).T) if plain else line.get_path()


def _is_stale(artist: Any) -> bool:
    """Whether an artist, or the box around a text, has been changed since the last time that this was asked."""
    parts = [artist, artist.get_bbox_patch() or artist] if isinstance(artist, Text) else [artist]
    stale = any(part.stale for part in parts)
    for part in parts:
        part.stale = False
    return stale
