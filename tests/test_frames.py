"""A figure without a kernel: every place of its sliders shows what the kernel would have shown there."""

import base64
import io
import itertools
import json
import zlib

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from test_live import make

from calc_lab.controls import choice, integer_slider, log_slider, switch
from calc_lab.frames import frames


def page_of(live):
    return BeautifulSoup(frames(live), "html.parser")


def ids(page):
    return [element["id"] for element in page.select("[id]")]


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


@pytest.fixture
def live():
    def change(axes, x, h, which, on, n):
        if n == 2 and on:
            raise ValueError("two & on")
        axes.figure.tail.set_data([0, 1, 1, x, x + 1], [0, 1, np.nan, x, 1])
        title = f"{h:.4g}" if which == "<b>" else ""
        if title != axes.get_title("left"):  # which draws the still picture anew
            axes.set_title(title)

    live = make(
        change,
        h=log_slider("h", 0.3, 1e-3, 10),
        which=choice("which & what", ["a", "<b>"], "a"),
        on=switch("on"),
        n=integer_slider("n", 2, 0, 3),
    )
    live.sweep = {"x": [-2.0], "h": 2, "which": 2, "on": 2}
    live.controls["x"].value, live.controls["x"].unit = 0.7, "m"
    return live


def test_every_place_of_the_inputs_shows_what_a_kernel_would_show(live):
    before = live.sentence, live.svg, live.still
    page = page_of(live)
    assert (live.sentence, live.svg, live.still) == before
    data = json.loads(zlib.decompress(base64.b64decode(page.script.text)))
    assert data["sizes"] == [2, 3, 2, 2]
    places = itertools.product([-2, 0.7], [0.001, 0.3, 10], ["a", "<b>"], [False, True])
    for (still, svg, sentence), values in zip(data["frames"], places, strict=True):
        assert sentence == "Not drawn. two & on" or not values[3]
        if values[0] == 0.7 and not values[3]:
            for control, value in zip(live.sweep, values, strict=True):
                live.controls[control].value = value
            assert (sentence, svg) == (live.sentence, live.svg.replace(live.ids, page.figure["id"]))
            address = data["stills"][still] or page.img["src"]
            np.testing.assert_array_equal(pixels(base64.b64decode(address.split(",")[1])), pixels(live.still))
    assert len(data["stills"]) == 4  # a title for each h where which is <b>, and none elsewhere


def test_the_fragment_is_native_named_and_complete_without_its_script(live):
    page = page_of(live)
    assert len(ids(page)) == len(set(ids(page)))
    assert [label["for"] for label in page.select("label")] == [each["id"] for each in page.select("input, select")]
    assert [label.text for label in page.select("label")] == ["x", "h", "which & what", "on"]
    x, h, on = page.select("input")
    assert (x["value"], x["data-shown"]) == ("1", "−2 m|0.7 m")
    assert (h["value"], h["min"], h["max"], h["data-shown"]) == ("1", "0", "2", "0.001|0.3|10")
    assert (on["type"], on.has_attr("checked")) == ("checkbox", False)
    assert [(option.text, option.has_attr("selected")) for option in page.select("option")] == [
        ("a", True),
        ("<b>", False),
    ]
    assert (page.img["src"][:23], page.img["alt"]) == ("data:image/webp;base64,", "")
    status = page.select_one("[role=status]").text
    assert page.svg["aria-label"] == status == 'At 0.70 the height is 0.49, < 5 & "more".'
    assert page.small.text == "With a running kernel it also has: n."
    assert page.div.has_attr("hidden"), "until the script answers"
    assert not page.select("script[src]")
    assert all(
        part in page.style.text + page.select("script")[1].text for part in (".live-layer", ".frames-panel", "=>")
    )
    live.sweep = {"which": 2, "on": 2}
    live.controls["on"].value, live.controls["which"].value = True, "<b>"
    page = page_of(live)
    assert (page.input.has_attr("checked"), page.select("option")[1].has_attr("selected")) == (True, True)
    assert page.select_one("[role=status]").text == "Not drawn. two & on"


def test_two_fragments_share_no_id_and_without_a_sweep_there_is_a_picture_alone():
    live = make()
    one, two = page_of(live), page_of(live)
    assert set(ids(one)).isdisjoint(ids(two))
    assert one.select("input, select") == []
    assert one.small.text == "With a running kernel it also has: x."
