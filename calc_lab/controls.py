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
        units = [ipywidgets.Label(unit)] if len(others) == 1 else []  # buttons to play with take their place
        super().__init__([named, *units, *others])
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
        given, value = proposal["value"], self._check(proposal["value"])
        end = "most" if value < given else "least"
        self.notice = f"{self.label} is at {end} {number(value)} here." if value != given else ""
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
            was_set_here = self.value in (change["old"], widget.value)
            if self._told(widget) != self.value and not (was_set_here and self._is_nearest(widget)):
                self.value = self._told(widget)
                self._follow()  # the value may have stood at this end already

    def _is_nearest(self, widget: ipywidgets.Widget) -> bool:
        """Whether a browser puts a slider there for the value: it has a grid, and tells the kernel the place on it."""
        place, value = widget.value, self.value
        if isinstance(widget, ipywidgets.FloatLogSlider):
            place, value = math.log10(place), math.log10(value)
        return widget is not self.named and abs(place - value) < 0.501 * widget.step


def slider(label: str, value: float, low: float, high: float, step: float, unit: str = "") -> Control:
    """A control for a number between ``low`` and ``high``; the slider moves by ``step``, any number can be typed."""
    decimals = max(0, 1 - math.floor(math.log10(step)))
    low, high = min(value, float(f"{low:.12g}")), max(value, float(f"{high:.12g}"))  # 0.32, not 0.31999999999999995
    track = _FloatSlider(value=value, min=low, max=high, step=step, **_TRACK)
    field = ipywidgets.FloatText(value=value, step=step, description=label)
    return _numeric(field, track, low=low, high=high, read=lambda moved: round(float(moved), decimals), unit=unit)


def log_slider(label: str, value: float, low: float, high: float) -> Control:
    """A control for a positive number over many decades; ``low``, ``high`` and ``value`` are the numbers themselves.

    The slider takes ten steps a decade (four where there are more than six decades), rounded to three digits.
    """
    least, most = math.log10(low), math.log10(high)
    step = 0.1 if most - least <= 6 else 0.25
    track = _FloatLogSlider(value=value, min=least, max=most, step=step, **_TRACK)
    field = ipywidgets.FloatText(value=value, step=None, description=label)
    return _numeric(field, track, low=low, high=high, read=lambda moved: float(f"{moved:.3g}"))


def integer_slider(label: str, value: int, low: int, high: int, *buttons: ipywidgets.Widget) -> Control:
    """A control for a whole number between ``low`` and ``high``."""
    track = _IntSlider(value=value, min=low, max=high, **_TRACK)
    return _numeric(ipywidgets.IntText(value=value, description=label), *buttons, track, low=low, high=high)


def play(label: str, last: int, interval_ms: int) -> Control:
    """A control for a whole number from 0 to ``last`` that can also run by itself, a step every ``interval_ms``."""
    return integer_slider(label, 0, 0, last, _Play(max=last, interval=interval_ms))


def _numeric(field: ipywidgets.Widget, *others: ipywidgets.Widget, low: float, high: float, **more: Any) -> Control:
    """A control whose value is moved to the nearest end when it is out of range."""
    label, kind = field.description, type(field.value)

    def check(value: Any) -> Any:
        if not math.isfinite(value):
            raise ValueError(f"{label} must be a finite number, got {value}; try another")
        return kind(min(max(value, low), high))

    return Control(field, *others, check=check, **more)


def choice(label: str, options: Sequence[str], value: str) -> Control:
    """A control for one of several texts; by keyboard its menu opens with the space bar."""
    return Control(ipywidgets.Dropdown(options=list(options), value=value, description=label), check=str)


def switch(label: str, value: bool = False) -> Control:
    """A control that is on or off."""
    return Control(ipywidgets.Checkbox(value=value, description=label, indent=False), check=bool)


def text_field(label: str, value: str) -> Control:
    """A control for a text, read when Enter is pressed or the field is left."""
    form: dict[str, Any] = {"style": {"description_width": "initial"}, "layout": {"width": "100%"}}
    return Control(ipywidgets.Text(value=value, description=label, continuous_update=False, **form), check=str)


def panel(controls: Sequence[Control], reset: ipywidgets.Button, width: str) -> ipywidgets.VBox:
    """The sliders in rows; below, in one line, all the others. How they are aligned stands in ``figure.css``."""
    sliders = ipywidgets.VBox([control for control in controls if len(control.inputs) > 1])
    others = ipywidgets.HBox([*(control for control in controls if len(control.inputs) == 1), reset])
    box = ipywidgets.VBox([sliders, others], layout={"width": width})
    box.add_class("live-panel")
    return box


# The kernel need not tell the browser what the browser has just told it: that halves what a move of a slider costs.
def _quiet(kind: Any, trait: Any) -> Any:
    return type(f"Quiet{kind.__name__}", (kind,), {"value": trait(0).tag(sync=True, echo_update=False)})


_FloatSlider = _quiet(ipywidgets.FloatSlider, traitlets.CFloat)
_FloatLogSlider = _quiet(ipywidgets.FloatLogSlider, traitlets.CFloat)
_IntSlider = _quiet(ipywidgets.IntSlider, traitlets.CInt)
_Play = _quiet(ipywidgets.Play, traitlets.CInt)
_TRACK: dict[str, Any] = {"readout": False, "style": {"handle_color": "#0072B2"}}
