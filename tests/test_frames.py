"""A figure without a kernel: every place of its sliders shows what the kernel would have shown there."""

import base64
import io
import itertools
import json
import re
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image, ImageChops
from test_live import make

from calc_lab.controls import choice, integer_slider, log_slider, switch
from calc_lab.frames import frames


class Page(HTMLParser):
    """The elements of a fragment, as tags with their attributes, and the words of the status line."""

    def __init__(self, fragment):
        super().__init__()
        self.elements, self.text = [], {}
        self.feed(fragment)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements:
            tag, attributes = self.elements[-1]
            self.text.setdefault(attributes.get("role", tag), data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def live():
    def change(axes, x, h, which, on, n):
        if n == 2 and on:
            raise ValueError("two & on")
        axes.figure.tail.set_data([0, 1, 1, x, x + 1], [0, 1, np.nan, x, 1])
        axes.set_title(f"{h:.4g}" if which == "<b>" else "")

    controls = {
        "h": log_slider("h", 0.3, 1e-3, 10, "m"),
        "which": choice("which & what", ["a", "<b>"], "a"),
        "on": switch("on"),
        "n": integer_slider("n", 2, 0, 3),
    }
    live = make(change, **controls)
    live.sweep = {"x": [-2.0, 2.0], "h": 3, "which": 2, "on": 2}
    live.controls["x"].value = 0.7
    return live


@pytest.fixture(scope="module")
def fragment(live):
    before = live.sentence, live.svg, live.still
    fragment = frames(live)
    assert (live.sentence, live.svg, live.still) == before
    return fragment


def assert_same_svg(one, other):
    """The same, but that one tells straight lines by their steps."""
    paths = [re.findall(r' d="([mM][^"QCz]*)"', svg) for svg in (one, other)]
    for pair in zip(*paths, strict=True):
        steps, places = (np.array(re.findall(r"-?\d+\.?\d*", path), dtype=float) for path in pair)
        np.testing.assert_allclose(steps.reshape(-1, 2).cumsum(axis=0), places.reshape(-1, 2), atol=1e-9)
    assert len(paths[0]) >= 1
    assert len({re.sub(r' d="[mM][^"QCz]*"', "", svg) for svg in (one, other)}) == 1


def test_every_place_of_the_inputs_shows_what_a_kernel_would_show(live, fragment):
    page = Page(fragment)
    data = json.loads(zlib.decompress(base64.b64decode(re.search(r'text/plain">(.*?)<', fragment)[1])))
    assert data["sizes"] == [3, 4, 2, 2]
    name = page.all("figure")[0]["id"]
    places = itertools.product([-2, 0.7, 2], [0.001, 0.1, 0.3, 10], ["a", "<b>"], [False, True])
    for (still, svg, sentence), values in zip(data["frames"], places, strict=True):
        assert sentence == "Not drawn. two & on" or not values[3]
        if values[0] == 0.7 and not values[3]:
            for control, value in zip(live.sweep, values, strict=True):
                live.controls[control].value = value
            assert sentence == live.sentence
            assert_same_svg(svg, live.svg.replace(live.ids, name))
            address = data["stills"][still] or page.all("img")[0]["src"]
            webp, png = io.BytesIO(base64.b64decode(address.split(",")[1])), io.BytesIO(live.still)
            assert ImageChops.difference(*(Image.open(file).convert("RGB") for file in (webp, png))).getbbox() is None
    assert len(data["stills"]) == 5  # a title for each h where which is <b>, and none elsewhere
    live.reset()


def test_the_fragment_is_native_named_and_complete_without_its_script(live, fragment):
    page = Page(fragment)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inputs = [*page.all("input"), *page.all("select")]
    assert [label["for"] for label in page.all("label")] == [inputs[k]["id"] for k in (0, 1, 3, 2)]
    x, h, on = page.all("input")
    assert (x["value"], x["data-shown"]) == ("1", "−2|0.7|2")
    assert (h["value"], h["min"], h["max"], h["data-shown"]) == ("2", "0", "3", "0.001 m|0.1 m|0.3 m|10 m")
    assert on["type"] == "checkbox"
    assert "checked" not in on
    assert ["selected" in option for option in page.all("option")] == [True, False]
    (image,) = page.all("img")
    assert image["src"].startswith("data:image/webp;base64,")
    assert image["alt"] == ""
    (svg,) = page.all("svg")
    assert svg["aria-label"] == page.text["status"] == 'At 0.70 the height is 0.49, < 5 & "more".'
    assert page.text["small"] == "With a running kernel it also has: n."
    assert "hidden" in page.all("div")[0]  # until the script answers
    assert not any("src" in script for script in page.all("script"))


def test_two_fragments_share_no_id_and_without_a_sweep_there_is_a_picture_alone():
    live = make()
    pages = [Page(frames(live)) for _ in range(2)]
    ids = [{attributes["id"] for _, attributes in page.elements if "id" in attributes} for page in pages]
    assert ids[0].isdisjoint(ids[1])
    assert pages[0].all("input") == []
    assert pages[0].text["small"] == "With a running kernel it also has: x."
