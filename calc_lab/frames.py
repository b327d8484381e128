"""A live figure where no kernel is alive: a fragment of HTML that answers its controls from frames drawn beforehand.

The still picture once, the small overlay and the sentence for each combination of the controls that are swept; fifteen
lines of JavaScript put the right one in place. No library and no request; without JavaScript, or in a browser older
than 2023, the picture and the sentence stand there alone.
"""

from __future__ import annotations

import base64
import functools
import html
import io
import itertools
import json
import re
import zlib
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import ipywidgets
import numpy as np
from PIL import Image

from calc_core.style import number
from calc_lab.controls import Control
from calc_lab.figure import NARROWEST, LiveFigure
from calc_lab.svg import STYLE

_STYLE = f"""<style>{STYLE}
.frames {{max-width: var(--frames-width); margin: 1em 0}}
.frames-panel[hidden] {{display: none}}
.frames-panel {{display: grid; grid-template-columns: auto minmax(0, 1fr) minmax(5em, auto);
    gap: .2em 1em; align-items: center; margin-bottom: .5em}}
.frames-panel select, .frames-panel input[type=checkbox] {{justify-self: start}}
.frames-panel input {{accent-color: #0072B2; min-height: 24px}}
.frames-scroll {{overflow-x: auto}}
.frames-scene {{display: grid; min-width: calc({NARROWEST} * var(--frames-width))}}
.frames-scene > * {{grid-area: 1 / 1}}
.frames figcaption {{min-height: 2.8em; line-height: 1.4}}
</style>"""

_SCRIPT = """<script>(async () => {
const figure = document.getElementById("%s"), find = selector => figure.querySelector(selector);
const packed = Uint8Array.from(atob(find("script").textContent), letter => letter.charCodeAt(0));
const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
const {sizes, stills, frames} = await new Response(unpacked).json();
const inputs = [...figure.querySelectorAll("input, select")];
const place = input => input.type === "checkbox" ? +input.checked : input.selectedIndex ?? +input.value;
const show = () => {
    const [still, svg, sentence] = frames[inputs.reduce((row, input, k) => row * sizes[k] + place(input), 0)];
    if (find("img").src !== stills[still]) find("img").src = stills[still];
    find(".frames-overlay").innerHTML = svg;
    find("[role=status]").textContent = sentence;
    for (const input of inputs.filter(input => input.type === "range")) {
        input.ariaValueText = input.nextElementSibling.textContent = input.dataset.shown.split("|")[input.value];
    }
};
stills[0] = find("img").src;
inputs.forEach(input => input.addEventListener("input", show));
show();
find(".frames-panel").hidden = false;
})()</script>"""


def frames(live: LiveFigure) -> str:
    """A fragment of HTML that shows the figure as it stands and answers the controls that its ``sweep`` names."""
    fragment = f"frames-{uuid4().hex[:8]}"
    swept = {name: live.controls[name] for name in live.sweep}
    opening = {name: control.value for name, control in swept.items()}
    values = {name: _spread(control, live.sweep[name]) for name, control in swept.items()}
    first = _frame(live)
    stills = [first[0]]
    drawn = []
    for combination in itertools.product(*values.values()):
        for control, value in zip(swept.values(), combination, strict=True):
            control.value = value
        still, svg, sentence = _frame(live)
        if still not in stills:
            stills.append(still)
        drawn.append((stills.index(still), svg.replace(live.ids, fragment), sentence))
    for control, value in zip(swept.values(), opening.values(), strict=True):
        control.value = value
    data = {"sizes": [len(choices) for choices in values.values()], "stills": ["", *stills[1:]], "frames": drawn}
    packed = base64.b64encode(zlib.compress(json.dumps(data, ensure_ascii=False).encode(), 9)).decode()
    panel = "".join(_input(f"{fragment}-{name}", swept[name], values[name]) for name in swept)
    others = [control.label for name, control in live.controls.items() if name not in swept]
    more = f"<small>With a running kernel it also has: {html.escape(', '.join(others))}.</small>" if others else ""
    name, (still, svg, sentence) = html.escape(live.name), first
    return (
        f'{_STYLE}<figure class="frames" id="{fragment}" aria-label="{name}" style="--frames-width: {live.width}px">'
        f'<div class="frames-panel" hidden>{panel}</div>'
        f'<div class="frames-scroll" tabindex="0" role="group" aria-label="{name}: picture">'
        f'<div class="frames-scene live-layer"><img alt="" src="{still}">'
        f'<div class="frames-overlay">{svg.replace(live.ids, fragment)}</div></div></div>'
        f'<figcaption><span role="status">{html.escape(sentence)}</span> {more}</figcaption>'
        f'<script type="text/plain">{packed}</script></figure>{_SCRIPT % fragment}'
    )


def _frame(live: LiveFigure) -> tuple[str, str, str]:
    svg = re.sub(r' d="(M[^"QCz]*)"', _steps, live.svg)
    return _address(live.still), svg, f"Not drawn. {live.error}" if live.error else live.sentence


@functools.lru_cache(maxsize=64)
def _address(png: bytes) -> str:
    """A picture as an address for a page, as WebP without loss: two thirds of the bytes."""
    webp = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(webp, "webp", lossless=True, quality=100, method=6)
    return f"data:image/webp;base64,{base64.b64encode(webp.getvalue()).decode()}"


def _steps(path: re.Match[str]) -> str:
    """A path of straight lines told by its steps: they repeat where places do not, and deflate well."""
    steps, before = "", np.zeros(2, int)
    for letter, x, y in re.findall(r"([ML]) (\S+) (\S+)", path[1]):
        place = np.array([round(10 * float(x)), round(10 * float(y))])
        dx, dy = (place - before) / 10
        steps += f"{letter.lower()}{dx:g} {dy:g}"
        before = place
    return f' d="{steps}"'


def _spread(control: Control, count: int) -> list[Any]:
    """Values over the whole range of a control, and its present one."""
    track = control.children[-1]
    if isinstance(track, ipywidgets.Checkbox):
        return [False, True]
    if isinstance(track, ipywidgets.Dropdown):
        return list(track.options)
    places = np.linspace(track.min, track.max, count)
    if isinstance(track, ipywidgets.FloatLogSlider):
        places = 10**places
    return sorted({control.value, *(control.inputs[track](place) for place in places)})


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
