"""Controls for live figures: a slider with a number field beside it, a choice, a switch, a text, a play button.

Each is a row with a ``value`` that can be read, set and observed, and an ``initial`` value to come back to. Screen
readers find no name on a slider, so its number field carries the name; there a value can also be typed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import traitlets

from calc_core.style import DRAWING, number

_Read = Callable[[Any], Any]


class Control(ipywidgets.HBox):
    """A row of inputs that share one value: ``named``, which carries the label, and the sliders and buttons beside it.

    Setting ``value`` moves them all, moving one sets ``value``. ``check`` gives a value as it counts, or raises
    ValueError; ``read`` gives the value that a slider stands for. ``notice`` says in a sentence that the latest value
    was out of range and was moved to the end.
    """

    value = traitlets.Any()
    notice = traitlets.Unicode()

    def __init__(
        self, named: ipywidgets.Widget, *others: ipywidgets.Widget, check: _Read, read: _Read = int, unit: str = ""
    ):
        self.named, self.label, self.unit = named, named.description, unit
        self.inputs, self.read, self._check = (named, *others), read, check
        units = [ipywidgets.Label(unit)] if others else []
        super().__init__([named, *units, *others], layout={"align_items": "center", "width": "auto"})
        self.value = self.initial = check(named.value)
        for widget in self.inputs:
            widget.observe(self._moved, "value")

    def reset(self) -> None:
        """Go back to the initial value, and stop playing."""
        for widget in self.inputs:
            if isinstance(widget, ipywidgets.Play):
                widget.set_trait("playing" if widget.has_trait("playing") else "_playing", False)
        self.value = self.initial

    @traitlets.validate("value")
    def _checked(self, proposal: Any) -> Any:
        value = self._check(proposal["value"])
        out_of_range = isinstance(value, float | int) and value != proposal["value"]
        end = "most" if value < proposal["value"] else "least"
        self.notice = f"{self.label} is at {end} {number(value)} here." if out_of_range else ""
        return value

    def _told(self, widget: ipywidgets.Widget) -> Any:
        return widget.value if widget is self.named else self.read(widget.value)

    @traitlets.observe("value")
    def _follow(self, _change: Any = None) -> None:
        for widget in self.inputs:
            if self._told(widget) != self.value:  # a handle that a person drags is left alone
                widget.value = self.value

    def _moved(self, change: Any) -> None:
        widget = change["owner"]
        with DRAWING:
            if self.value not in (widget.value, self._told(widget)) and not _rounds(widget, widget.value, self.value):
                self.value = self._told(widget)
                self._follow()  # the value may have stood at this end already


def slider(label: str, value: float, low: float, high: float, step: float, unit: str = "") -> Control:
    """A control for a number between ``low`` and ``high``; the slider moves by ``step``, any number can be typed."""
    decimals = max(0, 1 - math.floor(math.log10(step)))
    low, high = min(value, float(f"{low:.12g}")), max(value, float(f"{high:.12g}"))  # 0.32, not 0.31999999999999995
    track = _FloatSlider(value=value, min=low, max=high, step=step, **_TRACK)
    field = ipywidgets.FloatText(value=value, step=step, **_named(label))
    return _numeric(field, track, low=low, high=high, read=lambda moved: round(float(moved), decimals), unit=unit)


def log_slider(label: str, value: float, low: float, high: float, unit: str = "") -> Control:
    """A control for a positive number over many decades; ``low``, ``high`` and ``value`` are the numbers themselves.

    The slider takes ten steps a decade (four where there are more than six decades), rounded to three digits.
    """
    if not 0 < low < high:
        raise ValueError(f"{label}: low and high must be positive numbers in order, got {low} and {high}")
    exponents = math.log10(low), math.log10(high)
    step = 0.1 if exponents[1] - exponents[0] <= 6 else 0.25
    track = _FloatLogSlider(value=value, min=exponents[0], max=exponents[1], step=step, **_TRACK)
    field = ipywidgets.FloatText(value=value, step=None, **_named(label))
    return _numeric(field, track, low=low, high=high, read=lambda moved: float(f"{moved:.3g}"), unit=unit)


def integer_slider(label: str, value: int, low: int, high: int, unit: str = "") -> Control:
    """A control for a whole number between ``low`` and ``high``."""
    track = _IntSlider(value=value, min=low, max=high, **_TRACK)
    return _numeric(ipywidgets.IntText(value=value, **_named(label)), track, low=low, high=high, unit=unit)


def play(label: str, last: int, interval_ms: int = 200) -> Control:
    """A control for a whole number from 0 to ``last`` that can also run by itself, a step every ``interval_ms``."""
    button = _Play(value=0, min=0, max=last, interval=interval_ms)
    track = _IntSlider(value=0, min=0, max=last, **_TRACK)
    return _numeric(ipywidgets.IntText(value=0, **_named(label)), button, track, low=0, high=last)


def _numeric(field: ipywidgets.Widget, *others: ipywidgets.Widget, low: float, high: float, **more: Any) -> Control:
    """A control whose value is moved to the nearest end when it is out of range."""
    label, kind = field.description, type(field.value)

    def check(value: Any) -> Any:
        if not math.isfinite(value):
            raise ValueError(f"{label} must be a finite number, got {value}; try one from {low:g} to {high:g}")
        return kind(min(max(value, low), high))

    return Control(field, *others, check=check, **more)


def choice(label: str, options: Sequence[str], value: str) -> Control:
    """A control for one of several texts; by keyboard its menu opens with the space bar."""

    def check(chosen: Any) -> str:
        if chosen not in options:
            raise ValueError(f"{label} must be one of {', '.join(options)}, got {chosen!r}")
        return str(chosen)

    menu = ipywidgets.Dropdown(options=list(options), value=value, **_named(label))
    return Control(menu, check=check)


def switch(label: str, value: bool = False) -> Control:
    """A control that is on or off."""
    box = ipywidgets.Checkbox(value=value, description=label, indent=False, layout={"width": "auto"})
    return Control(box, check=bool)


def text_field(label: str, value: str) -> Control:
    """A control for a text, read when Enter is pressed or the field is left."""
    field = ipywidgets.Text(value=value, continuous_update=False, **_named(label, width="100%"))
    return Control(field, check=str)


def panel(controls: Sequence[Control], reset: ipywidgets.Button, width: str) -> ipywidgets.VBox:
    """The sliders with their parts aligned, each a track of 240 pixels at least; below, in one line, all the others."""
    sliders = [control for control in controls if len(control.inputs) > 1]
    others = [control for control in controls if len(control.inputs) == 1]
    label = max((len(control.label) for control in sliders), default=0) + 1
    unit = max((len(control.unit) for control in sliders), default=0)
    for control in sliders:
        control.named.style.description_width = f"{label}ch"
        control.named.layout.width = f"calc({label}ch + 6.5em)"
        control.children[1].layout.width = f"{unit}ch"
    least = f"min(100%, calc({label + unit}ch + 6.5em + 260px))"
    columns = "minmax(0, 1fr)" if len(sliders) < 4 else f"repeat(auto-fit, minmax({least}, 1fr))"
    grid = ipywidgets.GridBox(sliders, layout={"grid_template_columns": columns, "grid_gap": "0 1.5em"})
    line = ipywidgets.HBox([*others, reset], layout={"flex_flow": "row wrap", "align_items": "center"})
    line.add_class("live-others")
    box = ipywidgets.VBox([grid, line], layout={"width": width, "max_width": "100%", "margin": "0 0 8px"})
    box.add_class("live-panel")
    return box


# The kernel need not tell the browser what the browser has just told it: that halves what a move of a slider costs.
def _quiet(kind: Any, trait: Any) -> Any:
    return type(f"Quiet{kind.__name__}", (kind,), {"value": trait(0).tag(sync=True, echo_update=False)})


def _rounds(track: ipywidgets.Widget, moved: Any, value: Any) -> bool:
    """Whether a slider was not moved: a browser puts its handle on its grid, and tells the kernel that place."""
    if not isinstance(track, ipywidgets.FloatSlider | ipywidgets.FloatLogSlider):
        return False
    if isinstance(track, ipywidgets.FloatLogSlider):
        moved, value = math.log10(moved), math.log10(value)
    place = track.min + round((value - track.min) / track.step) * track.step
    return math.isclose(moved, min(place, track.max), rel_tol=1e-9, abs_tol=1e-9 * track.step)


_FloatSlider = _quiet(ipywidgets.FloatSlider, traitlets.CFloat)
_FloatLogSlider = _quiet(ipywidgets.FloatLogSlider, traitlets.CFloat)
_IntSlider = _quiet(ipywidgets.IntSlider, traitlets.CInt)
_Play = _quiet(ipywidgets.Play, traitlets.CInt)
_TRACK: dict[str, Any] = {
    "readout": False,
    "style": {"handle_color": "#0072B2"},
    "layout": {"flex": "1 1 240px", "min_width": "8em", "width": "auto"},
}


def _named(label: str, width: str = "auto") -> dict[str, Any]:
    return {"description": label, "style": {"description_width": "initial"}, "layout": {"width": width}}
