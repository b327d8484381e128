"""A matplotlib figure that answers its controls as fast as a message can travel.

The still part of the scene is drawn once, as a picture; the artists that move are drawn over it as a small SVG, which is
all that is sent when a control moves. An author writes plain matplotlib::

    figure, axes = new_figure()
    axes.plot(x, f(x), color=FUNCTION)               # still
    (tangent,) = axes.plot([], [], color=TANGENT)    # moves

    def update(at: float) -> tuple[dict[str, float], str]:
        slope = derivative(f, at).value
        tangent.set_data(x, f(at) + slope * (x - at))
        return {"slope": slope}, f"At {at:.2f} the slope is {slope:.3f}."

    LiveFigure("tangent", figure, [tangent], {"at": slider("x", 1, -2, 2, 0.05)}, update)

What to know:

* ``update`` gets the value of every control by its name. It may set anything of the artists named as moving: data, text,
  colour, visibility. They lie above the still picture, in the order of their ``zorder``; a label on a busy ground wants a
  ``bbox`` of white. Moving text is cheapest without mathtext (write ``h²`` rather than ``$h^2$``).
* ``update`` may also change anything else of the figure: axis limits, titles, contours, artists added or removed (an
  added one belongs to the still picture; add it under ``unit_style()``). The figure notices by itself, by matplotlib's
  own ``stale`` mark, and draws the still picture anew. That takes about 0.1 s, so set limits only when they change.
* To say that something cannot be shown, raise ``ValueError`` with a sentence for the learner: it stands under the figure,
  the last good picture stays, and the controls still work. NaN leaves a gap in a line.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets
import numpy as np
from IPython.display import display
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from calc_core.controls import Control
from calc_core.overlay import to_svg
from calc_core.plots.canvas import png_bundle, to_png

Update = Callable[..., tuple[dict[str, Any], str]]

_TEXT = 'role="status" style="line-height:1.4;padding:4px 0;white-space:normal;'
_READOUT = _TEXT + 'color:var(--jp-content-font-color1,inherit)"'
_ERROR = _TEXT + 'color:var(--jp-content-font-color1,inherit);border-left:4px solid #C24E00;padding-left:8px"'


class LiveFigure(ipywidgets.VBox):
    """A figure with controls: ``controls`` by name, the current ``values``, and the ``readout``, one sentence.

    ``error`` is the message under the figure when the last update failed, and empty otherwise.
    """

    def __init__(
        self, name: str, figure: Figure, moving: Sequence[Artist], controls: Mapping[str, Control], update: Update
    ):
        self.name, self.figure, self.controls = name, figure, dict(controls)
        self.values: dict[str, Any] = {}
        self.readout = self.error = self._svg = ""
        self._moving, self._update = sorted(moving, key=Artist.get_zorder), update
        for artist in moving:
            artist.set_animated(True)  # so that it does not make the still picture stale
            artist.set_in_layout(False)
        width = f"{figure.bbox.width:.0f}px"
        self._still = ipywidgets.Image(format="png", layout={"grid_area": "1/1/2/2", "width": "100%"})
        self._overlay = ipywidgets.HTML(layout={"grid_area": "1/1/2/2", "width": "100%", "margin": "0"})
        self._scene = ipywidgets.GridBox([self._still, self._overlay], layout={"width": width, "max_width": "100%"})
        reset = ipywidgets.Button(description="Reset", tooltip="Back to the starting point", layout={"width": "6em"})
        reset.on_click(lambda _button: self.reset())
        rows = ipywidgets.VBox([*self.controls.values(), reset], layout={"width": width, "max_width": "100%"})
        super().__init__([rows, self._scene])
        self._draw()
        for control in self.controls.values():
            control.observe(self._draw, "value")

    def reset(self) -> None:
        """Nothing; every control goes back to its initial value."""
        for control in self.controls.values():
            control.reset()

    def _draw(self, _change: Any = None) -> None:
        try:
            with np.errstate(all="ignore"):  # a gap in the picture says it better than a warning in the log
                self.values, self.readout = self._update(**{name: c.value for name, c in self.controls.items()})
            self.error = ""
        except Exception as problem:  # whatever a learner's function raises
            self.error = str(problem) if isinstance(problem, ValueError) else f"{type(problem).__name__}: {problem}"
            self._overlay.value = f"{self._svg}<div {_ERROR}>{html.escape(self.error)}</div>"
            return
        if self.figure.stale or not self._still.value:
            self._draw_still()
        self._svg = to_svg(self.figure, self._moving, self.readout, self.model_id[:8])
        self._overlay.value = f"{self._svg}<div {_READOUT}>{html.escape(self.readout)}</div>"

    def _draw_still(self) -> None:
        shown = [artist for artist in self._moving if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        self._still.value = to_png(self.figure)
        for artist in shown:
            artist.set_visible(True)
        self.figure.stale = False

    def _ipython_display_(self) -> None:
        data, metadata = png_bundle(self.figure, f"{self.name}: {self.readout}", self.name)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display(data | {"application/vnd.jupyter.widget-view+json": view}, metadata=metadata, raw=True)
