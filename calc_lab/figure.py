"""A matplotlib figure that answers its controls as fast as a message can travel.

The still part of the scene is drawn once, as a picture; what moves, made with `moving` or as any artist with
``animated=True``, is drawn over it as a small SVG, which is all that is sent when a control moves::

    @unit_style()
    def tangent_explorer(f: Function, ends: Range) -> LiveFigure:
        figure = Figure()
        axes = figure.subplots()
        draw_curve(axes, f, ends)                       # still
        tangent = moving(axes, color=TANGENT)           # moves

        def update(at: float) -> str:
            slope = slope_at(f, at)
            tangent.set_data(ends, [f(at) + slope * (end - at) for end in ends])
            return f"At {number(at)} the slope is {number(slope)}."

        return LiveFigure("Tangent", figure, {"at": slider("x", 1, *ends, 0.05)}, update)

``update`` gives the sentence that is read and shown. It may change whatever it likes, but what is not ``animated`` is
drawn anew in 0.1 to 0.4 s: set limits only when they change. ``ValueError`` with a sentence for the learner says that
something cannot be shown. A legend's text cannot move: legends are placed in pixels, and the still picture has more.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from calc_core.style import DRAWING, SHOWN, png_bundle, to_png, unit_style
from calc_lab.controls import Control, panel
from calc_lab.display import close_all, display_with_fallback, packaged, replace_predecessor
from calc_lab.svg import Overlay

#: Of a figure's own width: its 11 points are 11 pixels then.
NARROWEST = 0.72


def moving(axes: Axes, *form: str, **style: Any) -> Line2D:
    """A line or marks that move, still empty, in matplotlib's short form: ``moving(axes, "o", color=INK)``."""
    (line,) = axes.plot([], [], *form, animated=True, **style)
    return line


class LiveFigure(ipywidgets.VBox):
    """A figure with controls: ``controls`` by name, and ``sentence``, which says what is seen.

    ``error`` is what stands under the figure when the last update failed, and empty otherwise; ``svg`` is the overlay;
    ``sweep`` names the controls that the same figure keeps where no kernel is alive, and how many values each takes, or
    which.
    """

    def __init__(
        self,
        name: str,
        figure: Figure,
        controls: Mapping[str, Control],
        update: Callable[..., str],
        sweep: Mapping[str, Any] | None = None,
    ):
        self.name, self.figure, self.controls, self.sweep = name, figure, dict(controls), dict(sweep or {})
        self.sentence = self.error = self.svg = ""
        self.still = b""
        self.width = round(figure.get_figwidth() * SHOWN)  # pixels of the page, where there is room
        self.ids = f"live{uuid4().hex[:8]}"  # what all ids in the overlay begin with
        self._update, self._resetting = update, False
        figure.dpi = 72  # matplotlib's SVG counts in points
        self._layout = figure.get_layout_engine()
        self._places = {axes: axes.get_position(original=True).frozen() for axes in figure.axes}
        self._moving = sorted(figure.findobj(lambda artist: artist.get_animated()), key=Artist.get_zorder)
        for artist in self._moving:
            artist.set_in_layout(False)
        layer = {"width": "100%", "min_width": f"{NARROWEST * self.width:.0f}px"}
        self._background, self._overlay = ipywidgets.HTML(layout=layer), ipywidgets.HTML(layout=layer)
        for widget in (self._background, self._overlay):
            widget.add_class("live-layer")
        style = ipywidgets.HTML(f"<style>{packaged('figure.css')}</style>", layout={"display": "none"})
        size = {"width": f"{self.width}px", "max_width": "100%"}
        scene = ipywidgets.GridBox([self._background, self._overlay, style], layout=size)
        scene.add_class("live-scene")
        reset = ipywidgets.Button(description="Reset", tooltip="Back to the starting point", layout={"width": "6em"})
        reset.on_click(lambda _button: self.reset())
        super().__init__([panel([*self.controls.values()], reset, size["width"]), scene])
        self._draw()
        for control in self.controls.values():
            control.observe(self._draw, ["value", "notice"])
        replace_predecessor(self)

    def reset(self) -> None:
        """Set every control back to its initial value, and draw once."""
        with DRAWING:
            self._resetting = True
            for control in self.controls.values():
                control.reset()
            self._resetting = False
            self._draw()

    def close(self) -> None:
        """Take the figure and all its parts from the page and from memory."""
        with DRAWING:
            if self.comm is None:  # closed already
                return
            super().close()
            for part in (*self.children, self.layout):
                close_all(part)
            # A notebook's history may keep this object; it must not keep the scene.
            self.children: tuple[ipywidgets.Widget, ...] = ()
            self.__dict__.pop("_ipython_display_", None)  # with which ipywidgets 7 would hide the method below
            self._moving, self.still = [], b""
            del self.figure, self._places, self._renderer, self._update

    def to_png(self) -> bytes:
        """The figure as it stands, with what moves."""
        return to_png(self.figure, self._moving, self.still)

    def _draw(self, _change: Any = None) -> None:
        with unit_style():  # one thread at a time, and it reads the controls after it has its turn
            if self._resetting or self.comm is None:
                return
            self.error = self._problem()
            if not self.still:
                self._draw_still()
                self.svg = self._renderer.svg([], self.error)
            notices = " ".join(control.notice for control in self.controls.values() if control.notice)
            words = html.escape(f"{notices} {self.error or self.sentence}".strip())
            look, title = (" live-problem", "<b>Not drawn.</b> ") if self.error else ("", "")
            self._overlay.value = f'{self.svg}<div role="status" class="live-line{look}">{title}{words}</div>'

    def _problem(self) -> str:
        """Update and draw; what the learner should know if that cannot be done, otherwise nothing."""
        try:
            with np.errstate(all="ignore"):  # a gap in the picture says it better than a warning in the log
                self.sentence = self._update(**{name: control.value for name, control in self.controls.items()})
            if self.figure.stale or not self.still:
                self._draw_still()
            self.svg = self._renderer.svg(self._moving, self.sentence)
        except ValueError as problem:
            return str(problem)
        except Exception as problem:  # whatever a learner's function raises
            return f"{type(problem).__name__}: {problem}"
        return ""

    def _draw_still(self) -> None:
        self.figure.set_layout_engine(self._layout)
        for axes, place in self._places.items():  # a layout that began elsewhere would end elsewhere
            axes.set_position(place)
            axes.set_in_layout(True)
        self.still = to_png(self.figure)
        # The axes keep the place they have in this picture: another layout could move them by a hair.
        self.figure.set_layout_engine("none")
        address = f"data:image/png;base64,{base64.b64encode(self.still).decode()}"
        self._background.value = f'<img alt="" src="{address}">'
        self._renderer = Overlay(self.figure, self.ids)

    def _ipython_display_(self) -> None:
        if self.comm is None:
            gone = {"text/plain": f"{self.name}, closed; run its cell again to get a new one"}
            return display_with_fallback(self, gone)
        with DRAWING:  # the picture and the sentence are of one moment
            data, metadata = png_bundle(self.to_png(), self.error or self.sentence)
        return display_with_fallback(self, data, metadata)
