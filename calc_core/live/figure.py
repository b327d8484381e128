"""A matplotlib figure that answers its controls as fast as a message can travel.

The still part of the scene is drawn once, as a picture; the artists that move are drawn over it as a small SVG, which
is all that is sent when a control moves. An author writes plain matplotlib::

    figure, axes = new_figure()
    axes.plot(x, f(x), color=FUNCTION)               # still
    (tangent,) = axes.plot([], [], color=TANGENT)    # moves

    def update(at: float) -> tuple[dict[str, float], str]:
        slope = derivative(f, at).value
        tangent.set_data(x, f(at) + slope * (x - at))
        return {"slope": slope}, f"At {at:.2f} the slope is {slope:.3f}."

    LiveFigure("tangent", figure, [tangent], {"at": slider("x", 1, -2, 2, 0.05)}, update)

What to know:

* ``update`` gets the value of every control by its name. It may set anything of the artists named as moving: data,
  text, colour, visibility. They lie above the still picture, in the order of their ``zorder``; a label on a busy ground
  wants a white ``bbox``. Lines, round markers and level text without mathtext are the cheapest (write ``h²``
  rather than ``$h^2$``).
* ``update`` may also change anything else of the figure: axis limits, titles, contours, artists added or removed (an
  added one belongs to the still picture; add it under ``unit_style()``). The figure notices by itself, by matplotlib's
  own ``stale`` mark, and draws the still picture anew. That takes 0.1 to 0.4 s: set limits only when they change.
* To say that something cannot be shown, raise ``ValueError`` with a sentence for the learner: it stands under the
  figure, the last good picture stays, and the controls still work. NaN leaves a gap in a line.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from calc_core.live.controls import Control, rows
from calc_core.live.overlay import STYLE, Overlay
from calc_core.live.rerun import close_all, replace_predecessor
from calc_core.live.twin import display_with_twin
from calc_core.plots.canvas import png_bundle, to_png, unit_style

Update = Callable[..., tuple[dict[str, Any], str]]

_NARROWEST = 0.72  # of a figure's own width: its 11 points are 11 pixels then
_READOUT = '<div role="status" class="live-line">{}</div>'
_PROBLEM = '<div role="status" class="live-line live-problem"><b>Not drawn.</b> {}</div>'
_STYLE = f"""{STYLE}<style>
.live-line {{color: var(--jp-content-font-color1, inherit); font-size: 15px; line-height: 1.4; min-height: 2.8em;
    padding: 6px 8px 0; white-space: normal; overflow-wrap: anywhere;
    position: sticky; left: 0; max-width: 100cqw; box-sizing: border-box}}
.live-scene {{container-type: inline-size}}
.live-problem {{border-left: 5px solid #C24E00}}
</style>"""


class LiveFigure(ipywidgets.VBox):
    """A figure with controls: ``controls`` by name, the current ``values``, and the ``readout``, one sentence.

    ``error`` is the message under the figure when the last update failed, and empty otherwise; ``svg`` is the overlay.
    """

    def __init__(
        self, name: str, figure: Figure, moving: Sequence[Artist], controls: Mapping[str, Control], update: Update
    ):
        self.name, self.figure, self.controls = name, figure, dict(controls)
        self.values: dict[str, Any] = {}
        self.readout = self.error = self.svg = ""
        self._moving, self._update = sorted(moving, key=Artist.get_zorder), update
        self._layout = figure.get_layout_engine()
        self._resetting = False
        for artist in moving:
            artist.set_animated(True)  # so that its changes do not make the still picture stale
            artist.set_in_layout(False)
        # In a narrow cell a wide figure shrinks until its words are 11 pixels high; then it can be scrolled.
        narrowest = f"{_NARROWEST * figure.bbox.width:.0f}px"
        layer = {"grid_area": "1 / 1 / 2 / 2", "width": "100%", "min_width": narrowest, "margin": "0"}
        self._still = ipywidgets.Image(format="png", layout=layer)
        self._overlay = ipywidgets.HTML(layout=layer)
        reset = ipywidgets.Button(description="Reset", tooltip="Back to the starting point", layout={"width": "6em"})
        reset.on_click(lambda _button: self.reset())
        size = {"width": f"{figure.bbox.width:.0f}px", "max_width": "100%"}
        style = ipywidgets.HTML(_STYLE, layout={"display": "none"})
        scene = ipywidgets.GridBox([self._still, self._overlay, style], layout=size | {"align_items": "flex-start"})
        scene.add_class("live-scene")
        self._renderer = Overlay(figure, ids=uuid4().hex[:8])
        super().__init__([rows([*self.controls.values()], reset, size), scene])
        self._draw()
        for control in self.controls.values():
            control.observe(self._draw, "value")
        replace_predecessor(self)

    def reset(self) -> None:
        """Nothing; every control goes back to its initial value, and the figure is drawn once."""
        self._resetting = True
        try:
            for control in self.controls.values():
                control.reset()
        finally:
            self._resetting = False
        self._draw()

    def close(self) -> None:
        """Nothing; the figure and all its parts leave the page and the memory."""
        if self.comm is None:  # closed already
            return
        for control in self.controls.values():
            control.unobserve_all()
        close_all(self)
        # A notebook's history may keep this object; it must not keep the scene.
        self._moving, self._still.value = [], b""
        del self.figure, self._renderer, self._update

    @unit_style()
    def _draw(self, _change: Any = None) -> None:
        # All controls are read in here, one thread at a time: what is drawn last is what the controls say.
        if self._resetting or self.comm is None:
            return
        try:
            with np.errstate(all="ignore"):  # a gap in the picture says it better than a warning in the log
                self.values, self.readout = self._update(**{name: c.value for name, c in self.controls.items()})
            if self.figure.stale or not self._still.value:
                self._draw_still()
            self.svg = self._renderer.svg(self._moving, self.readout)
            self.error = ""
            line = _READOUT.format(html.escape(self.readout))
        except Exception as problem:  # whatever a learner's function raises
            self.error = str(problem) if isinstance(problem, ValueError) else f"{type(problem).__name__}: {problem}"
            line = _PROBLEM.format(html.escape(self.error))
            self._renderer.start()
            if not self._still.value:
                self._draw_still()
                self.svg = self._renderer.svg([], "")  # the line stands below the picture, not on it
        self._overlay.value = self.svg + line

    def _draw_still(self) -> None:
        shown = [artist for artist in self._moving if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        self.figure.set_layout_engine(self._layout)
        try:
            self._still.value = to_png(self.figure)
        finally:
            for artist in shown:
                artist.set_visible(True)
        # The axes keep the place they have in this picture: another layout could move them by a hair.
        self.figure.set_layout_engine("none")
        self._renderer.start()
        self.figure.stale = False

    @unit_style()
    def _ipython_display_(self) -> None:
        """Nothing; displays the controls, and for where no kernel is alive the same scene as a picture."""
        if self.comm is None:
            return display_with_twin(self, {"text/plain": f"{self.name}, closed; run its cell again to get a new one"})
        stale = self.figure.stale
        data, metadata = png_bundle(self.figure, f"{self.name}: {self.error or self.readout}", self.name)
        self.figure.stale = stale
        return display_with_twin(self, data, metadata)
