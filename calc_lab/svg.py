"""The moving artists of a figure as one small SVG element, written by matplotlib's own renderer for SVG."""

from __future__ import annotations

import html
import io
import re
import zlib
from collections.abc import Iterable

from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

_PLACES = re.compile(r' (?:d|x|y|transform)="[^"]*"')
_TOO_FINE = re.compile(r"(\.\d)\d+")  # no screen shows more than a tenth of a point
_MARKERS = re.compile(r'(?:<use [^>]*?( style="[^"]*")/>\s*)(?:<use [^>]*?\1/>\s*)+')  # each repeats its colours


class Overlay(RendererSVG):
    """A renderer that keeps the SVG of each artist until the artist changes.

    The figure must have 72 dots an inch: matplotlib's SVG counts in points. ``name`` makes the ids in it the only ones
    of a page. Draw under ``unit_style()``, which writes text as text. Of an annotation that moves matplotlib notices
    nothing; a text will do.
    """

    def __init__(self, figure: Figure, name: str):
        self._name, self._file = name, io.StringIO()
        self._place = 0  # of the artist that is drawn, among the artists
        self._cached: dict[Artist, str] = {}
        super().__init__(*figure.bbox.size, self._file, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
        self.finalize()  # what a file begins with is not for a page: its style would change all other pictures

    def svg(self, artists: Iterable[Artist], label: str) -> str:
        """An SVG element of the figure's size with the visible artists; ``label`` is its accessible name."""
        body = ""
        for self._place, artist in enumerate(artists):
            if artist.get_visible():
                body += self._drawn(artist)
        self._file.truncate(self._file.seek(0))
        self.finalize()  # writes the clips
        return (
            f"<svg role='img' aria-label='{html.escape(label)}' class='live-moving' "
            f"viewBox='0 0 {self.width:g} {self.height:g}'>{body}{self._file.getvalue()}</svg>"
        )

    def _drawn(self, artist: Artist) -> str:
        box = isinstance(artist, Text) and artist.get_bbox_patch()
        drawn = self._cached.get(artist, "")
        if not drawn or artist.stale or (box and box.stale):
            self._file.truncate(self._file.seek(0))
            self._markers.clear()  # matplotlib writes a marker once for each picture, and this is another one
            artist.draw(self)
            artist.stale = False
            drawn = self._file.getvalue().replace("xlink:href", "href")
            drawn = _PLACES.sub(lambda places: _TOO_FINE.sub(r"\1", places[0]), drawn)
            drawn = _MARKERS.sub(lambda run: f"<g{run[1]}>{run[0].replace(run[1], '')}</g>", drawn)
            self._cached[artist] = drawn
        return drawn

    def _make_id(self, kind: str, content: object) -> str:
        owner = self._place if kind == "m" else ""  # clips are shared, a marker is written with its artist
        return f"{self._name}{kind}{owner}-{zlib.crc32(str(content).encode()):x}"

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Ignore groups: their ids would stand in a page more than once."""

    close_group = open_group
