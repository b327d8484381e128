"""Move every control of a live figure everywhere, and look at every frame."""

import math
import re
from xml.etree import ElementTree

import ipywidgets
import numpy as np

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)", re.IGNORECASE)
_WORDS = {
    "aria-label",
    "font-family",
    "style",
    "id",
    "clip-path",
    "fill",
    "stroke",
    "role",
    "font-weight",
    "font-style",
}


def places(control, count=9):
    """Values over the whole range of a control, its two ends among them."""
    named, kinds = control.named, {type(widget).__mro__[1] for widget in control.children}
    if isinstance(named, ipywidgets.Checkbox):
        return [True, False]
    if isinstance(named, ipywidgets.Dropdown):
        return list(named.options)
    if isinstance(named, ipywidgets.Text):
        return [control.value]
    if ipywidgets.FloatLogSlider in kinds:
        return np.geomspace(named.min, named.max, count).tolist()
    values = np.linspace(named.min, named.max, count)
    return sorted({int(v) for v in values}) if isinstance(named, ipywidgets.BoundedIntText) else values.tolist()


def check_frame(live):
    """Assert that the latest frame was drawn without an error, and that all it shows is finite."""
    assert live.error == "", live.error
    svg = live.svg
    for element in ElementTree.fromstring(svg).iter():
        for name, text in element.attrib.items():
            if name not in _WORDS:
                numbers = [float(number) for number in _NUMBER.findall(text)]
                assert all(map(math.isfinite, numbers)), (name, text)
    assert live.readout
    assert not re.search(r"\b(nan|inf|None)\b", live.readout), live.readout


def sweep(live, count=9, jumps=20, seed=0):
    """Move each control over its range with the others at their start, then all at random, checking every frame."""
    check_frame(live)
    for control in live.controls.values():
        for value in places(control, count):
            control.value = value
            check_frame(live)
        control.reset()
    random = np.random.default_rng(seed)
    for _ in range(jumps):
        for control in live.controls.values():
            values = places(control, count=50)
            control.value = values[random.integers(len(values))]
            check_frame(live)
    live.reset()
    check_frame(live)
