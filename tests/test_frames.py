"""A figure without a kernel: every place of its sliders shows what the kernel would have shown there."""

import base64
import io
import itertools
import json
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from test_live import make

from calc_lab.controls import choice, integer_slider, log_slider, switch
from calc_lab.frames import frames


class Page(HTMLParser):
    """The elements of a fragment: their tags, attributes and texts."""

    def __init__(self, fragment):
        super().__init__()
        self.elements = []
        self.feed(fragment)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))

    def handle_data(self, data):
        if self.elements:
            self.elements[-1][2].append(data)

    def all(self, *tags):
        return [(attributes, "".join(text)) for tag, attributes, text in self.elements if tag in tags]

    def ids(self):
        return [attributes["id"] for _, attributes, _ in self.elements if "id" in attributes]


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


@pytest.fixture(scope="module")
def live():
    def change(axes, x, h, which, on, n):
        if n == 2 and on:
            raise ValueError("two & on")
        axes.figure.tail.set_data([0, 1, 1, x, x + 1], [0, 1, np.nan, x, 1])
        axes.set_title(f"{h:.4g}" if which == "<b>" else "")

    controls = {
        "h": log_slider("h", 0.3, 1e-3, 10),
        "which": choice("which & what", ["a", "<b>"], "a"),
        "on": switch("on"),
        "n": integer_slider("n", 2, 0, 3),
    }
    live = make(change, **controls)
    live.sweep = {"x": [-2.0, 2.0], "h": 3, "which": 2, "on": 2}
    live.controls["x"].value = 0.7
    return live


def test_every_place_of_the_inputs_shows_what_a_kernel_would_show(live):
    before = live.sentence, live.svg, live.still
    page = Page(frames(live))
    assert (live.sentence, live.svg, live.still) == before
    ((_, packed), _) = page.all("script")
    data = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert data["sizes"] == [3, 4, 2, 2]
    places = itertools.product([-2, 0.7, 2], [0.001, 0.1, 0.3, 10], ["a", "<b>"], [False, True])
    for (still, svg, sentence), values in zip(data["frames"], places, strict=True):
        assert sentence == "Not drawn. two & on" or not values[3]
        if values[0] == 0.7 and not values[3]:
            for control, value in zip(live.sweep, values, strict=True):
                live.controls[control].value = value
            assert (sentence, svg) == (live.sentence, live.svg.replace(live.ids, page.all("figure")[0][0]["id"]))
            address = data["stills"][still] or page.all("img")[0][0]["src"]
            np.testing.assert_array_equal(pixels(base64.b64decode(address.split(",")[1])), pixels(live.still))
    assert len(data["stills"]) == 5  # a title for each h where which is <b>, and none elsewhere
    live.reset()
    live.controls["x"].value = 0.7


def test_the_fragment_is_native_named_and_complete_without_its_script(live):
    live.controls["x"].unit = "m"
    page = Page(frames(live))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    assert [label["for"] for label, _ in page.all("label")] == [each["id"] for each, _ in page.all("input", "select")]
    assert [text for _, text in page.all("label")] == ["x", "h", "which & what", "on"]
    (x, _), (h, _), (on, _) = page.all("input")
    assert (x["value"], x["data-shown"]) == ("1", "−2 m|0.7 m|2 m")
    assert (h["value"], h["min"], h["max"], h["data-shown"]) == ("2", "0", "3", "0.001|0.1|0.3|10")
    assert (on["type"], "checked" in on) == ("checkbox", False)
    assert [("selected" in option, text) for option, text in page.all("option")] == [(True, "a"), (False, "<b>")]
    ((image, _),) = page.all("img")
    assert (image["src"][:23], image["alt"]) == ("data:image/webp;base64,", "")
    (svg, _), (status, said) = *page.all("svg"), page.all("figcaption", "span")[-1]
    assert svg["aria-label"] == said.strip() == 'At 0.70 the height is 0.49, < 5 & "more".'
    assert status == {"role": "status"}
    assert page.all("small")[0][1] == "With a running kernel it also has: n."
    assert "hidden" in page.all("div")[0][0]  # until the script answers
    assert not any("src" in script for script, _ in page.all("script"))
    live.controls["on"].value, live.controls["which"].value = True, "<b>"
    page = Page(frames(live))
    assert ("checked" in page.all("input")[2][0], "selected" in page.all("option")[1][0]) == (True, True)
    assert page.all("figcaption", "span")[-1][1].strip() == "Not drawn. two & on"


def test_two_fragments_share_no_id_and_without_a_sweep_there_is_a_picture_alone():
    live = make()
    pages = [Page(frames(live)) for _ in range(2)]
    assert set(pages[0].ids()).isdisjoint(pages[1].ids())
    assert pages[0].all("input") == []
    assert pages[0].all("small")[0][1] == "With a running kernel it also has: x."
