"""A live figure where no kernel is alive: a fragment of HTML that answers its controls from frames drawn beforehand.

The still picture once, the small overlay and the sentence for each combination of the controls that are swept; a few
lines of JavaScript put the right one in place. No library and no request; without JavaScript, or in a browser older
than 2023, the picture and the sentence stand there alone.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import json
import zlib
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import ipywidgets
import numpy as np
from PIL import Image

from calc_core.style import number
from calc_lab.controls import Control
from calc_lab.display import packaged
from calc_lab.figure import NARROWEST, LiveFigure


def frames(live: LiveFigure) -> str:
    """A fragment of HTML that shows the figure as it stands and answers the controls that its ``sweep`` names."""
    fragment = f"frames-{uuid4().hex[:8]}"
    swept = [live.controls[name] for name in live.sweep]
    values = [_spread(control, live.sweep[name]) for name, control in zip(live.sweep, swept, strict=True)]
    stills, drawn = [live.still], []
    for combination in [*itertools.product(*values), [control.value for control in swept]]:  # ends as it stood
        for control, value in zip(swept, combination, strict=True):
            control.value = value
        if live.still not in stills:
            stills.append(live.still)
        svg = live.svg.replace(live.ids, fragment)
        sentence = f"Not drawn. {live.error}" if live.error else live.sentence
        drawn.append((stills.index(live.still), svg, sentence))
    first, *others = map(_address, stills)
    data = {"sizes": [len(places) for places in values], "stills": ["", *others], "frames": drawn[:-1]}
    packed = base64.b64encode(zlib.compress(json.dumps(data, ensure_ascii=False).encode(), 9)).decode()
    inputs = [_input(f"{fragment}-{k}", swept[k], values[k]) for k in range(len(swept))]
    missing = ", ".join(control.label for control in live.controls.values() if control not in swept)
    more = f"<small>With a running kernel it also has: {html.escape(missing)}.</small>" if missing else ""
    name = html.escape(live.name)
    return (
        f'<style>{packaged("figure.css", "frames.css")}</style><figure class="frames" id="{fragment}" '
        f'aria-label="{name}" style="--frames-width: {live.width}px; --frames-narrowest: {NARROWEST}">'
        f'<div class="frames-panel" hidden>{"".join(inputs)}</div>'
        f'<div class="frames-scroll" tabindex="0" role="group" aria-label="{name}: picture">'
        f'<div class="frames-scene live-layer"><img alt="" src="{first}">'
        f'<div class="frames-overlay">{svg}</div></div></div>'
        f'<figcaption><span role="status">{html.escape(sentence)}</span> {more}</figcaption>'
        f'<script type="text/plain">{packed}</script></figure><script>{packaged("frames.js")}</script>'
    )


def _address(png: bytes) -> str:
    """A picture as an address for a page, as WebP without loss: two thirds of the bytes."""
    webp = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(webp, "webp", lossless=True)
    return f"data:image/webp;base64,{base64.b64encode(webp.getvalue()).decode()}"


def _spread(control: Control, wanted: int | Sequence[Any]) -> list[Any]:
    """Values of a control: those wanted, or as many over its whole range, and its present one."""
    track = control.inputs[-1]
    if isinstance(track, ipywidgets.Checkbox):
        return [False, True]
    if isinstance(track, ipywidgets.Dropdown):
        return list(track.options)
    if isinstance(wanted, int):
        spread = np.logspace if isinstance(track, ipywidgets.FloatLogSlider) else np.linspace
        wanted = [control.read(place) for place in spread(track.min, track.max, wanted)]
    return sorted({control.value, *wanted})


def _input(key: str, control: Control, values: Sequence[Any]) -> str:
    name, now = f'<label for="{key}">{html.escape(control.label)}</label>', values.index(control.value)
    if isinstance(control.named, ipywidgets.Checkbox):
        return f'{name}<input type="checkbox" id="{key}"{" checked" if now else ""}><span></span>'
    if isinstance(control.named, ipywidgets.Dropdown):
        chosen = ["", " selected"]
        options = (f"<option{chosen[value == control.value]}>{html.escape(value)}</option>" for value in values)
        return f'{name}<select id="{key}">{"".join(options)}</select><span></span>'
    shown = html.escape("|".join(f"{number(value)} {control.unit}".strip() for value in values))
    attributes = f'type="range" min="0" max="{len(values) - 1}" value="{now}" data-shown="{shown}"'
    return f'{name}<input {attributes} id="{key}" autocomplete="off"><span aria-hidden="true"></span>'
