"""How soon a figure answers: from a key press to the painted frame, in a real browser and JupyterLab."""

import json
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.report import Row
from tools import CHROMIUM, ROOT

sys.path.insert(0, str(ROOT / "tests"))
from servers import Lab, running_lab  # the same JupyterLab as in the browser tests

FLOOR, INTERACT, OURS, DESCENT = range(4)
# A kernel that is 80 ms away: every message takes half of them each way.
FAR_AWAY = """window.WebSocket = class extends WebSocket {
    send(message) { setTimeout(() => super.send(message), 40); }
    set onmessage(hear) { super.onmessage = message => setTimeout(() => hear(message), 40); }
};"""

# One cell for each way, in the order above. The floor is what a move costs when there is nothing to draw; `interact`
# draws the same scene as ours, with pyplot, as most courses do.
CELLS = [
    """import ipywidgets, json, time
floor, label = ipywidgets.FloatLogSlider(value=1, min=-8, max=0, step=0.1), ipywidgets.Label("1")
floor.observe(lambda change: setattr(label, "value", f"{change.new:.17g}"), "value")
ipywidgets.VBox([floor, label])""",
    """%matplotlib inline
import matplotlib.pyplot as plt, numpy as np
x = np.linspace(-1, 3, 200)
def draw(h):
    figure, axes = plt.subplots(figsize=(7.2, 4.2), dpi=100)
    axes.plot(x, x**2)
    axes.plot(x, 1 + 2 * (x - 1))
    axes.plot(x, 1 + (2 + h) * (x - 1), "--")
    axes.plot([1, 1 + h], [1, (1 + h)**2], "o")
    axes.set(ylim=(-2, 9), title=f"secant {2 + h:.6g}, tangent 2")
    plt.show()
slider = ipywidgets.FloatLogSlider(value=1, min=-8, max=0, step=0.1)
_ = ipywidgets.interact(draw, h=slider)""",
    """from calc_lab import descent_explorer, secant_explorer
secant = secant_explorer()
secant""",
    """descent = descent_explorer()
descent""",
    """import random
ways = {"floor": floor, "interact": slider, "ours": secant.controls["h"].children[-1]}
times = {name: [] for name in ways}
for k in range(32):  # to end where there is room on both sides
    for name, moved in random.Random(k).sample(list(ways.items()), len(ways)):
        place = moved.min + (moved.max - moved.min) * (1 + k % 8) / 10
        start = time.process_time()
        moved.set_state({"value": 10**place})
        time.sleep(0.005)  # meanwhile another thread of the kernel sends what there is to send
        if k >= 4:
            times[name].append(time.process_time() - start)
print(json.dumps(times))""",
]
KERNEL = len(CELLS) - 1


def measure() -> list[Row]:
    """The claims about speed in a browser."""
    if CHROMIUM is None:
        raise FileNotFoundError("no Chromium is installed")
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as (folder, url), sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        rows = []
        for where, network, rounds in (("here", "", 45), ("80 ms away", FAR_AWAY, 20)):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(network)
            received = count_bytes(page)
            lab = Lab(folder, url, page)
            lab.write("latency.ipynb", CELLS)
            lab.open("latency.ipynb")
            lab.run_all()
            page.evaluate((ROOT / "benchmarks" / "latency.js").read_text())
            rows += times(lab, where, rounds)
            if where == "here":
                rows += [*kernel_times(lab), *bytes_a_move(lab, received), *frames(lab)]
            page.close()
        browser.close()
    return rows


def press(lab: Lab, cell: int, key: str, what: str = "once") -> Any:
    return lab.page.evaluate(
        f"([output, key]) => latency.{what}(output, key)", [lab.output(cell).element_handle(), key]
    )


def times(lab: Lab, where: str, rounds: int) -> list[Row]:
    """From key to paint, each way once in every round, in changing order."""
    taken: dict[int, list[float]] = {FLOOR: [], INTERACT: [], OURS: []}
    order = random.Random(0)
    for k in range(rounds + 2):
        for cell in order.sample(list(taken), len(taken)):
            time = press(lab, cell, "ArrowLeft" if k % 8 < 4 else "ArrowRight")
            if k >= 2:  # the first ones warm up
                taken[cell].append(time)
            lab.page.wait_for_timeout(150)
    floor, interact, ours = (statistics.median(taken[cell]) for cell in (FLOOR, INTERACT, OURS))
    detail = f"floor {floor:.0f} ms, ours {ours:.0f} ms, interact {interact:.0f} ms"
    name = f"key to paint, ms above the floor, {where}"
    return [Row(name, f"{ours - floor:.1f}", "at most 8, half a frame", ours - floor <= 8, detail)]


def kernel_times(lab: Lab) -> list[Row]:
    """The processor time one move takes in the kernel, sending included; other programs do not count."""
    taken = json.loads(lab.output(KERNEL).locator("pre").last.inner_text())
    detail = ", ".join(f"{name} {1000 * statistics.median(values):.2f} ms" for name, values in taken.items())
    ratio = statistics.median(taken["ours"]) / statistics.median(taken["floor"])
    low, _, high = statistics.quantiles((a / b for a, b in zip(taken["ours"], taken["floor"], strict=True)), n=4)
    measured = f"{ratio:.3g} ({low:.3g} to {high:.3g})"
    return [Row("kernel time, ours / a handler that sets a label", measured, "at most 5", ratio <= 5, detail)]


def bytes_a_move(lab: Lab, received: list[int]) -> list[Row]:
    """What a move sends to the browser, the kernel's "busy" and "idle" aside."""
    rows = []
    for cell, claim, most in ((OURS, "secant", 5), (DESCENT, "descent", 11)):
        lab.page.wait_for_timeout(500)
        before = sum(received)
        for _ in range(10):
            press(lab, cell, "ArrowLeft")
            lab.page.wait_for_timeout(200)
        kilobytes = (sum(received) - before) / 10 / 1000
        rows.append(Row(f"bytes a move, {claim}", f"{kilobytes:.2f} kB", f"at most {most} kB", kilobytes <= most))
    return rows


def frames(lab: Lab) -> list[Row]:
    """Frames painted in a burst of 30 keys at 30 a second."""
    counts = {}
    for cell in (FLOOR, OURS):
        press(lab, cell, "Home", "burst")
        counts[cell] = statistics.median(
            press(lab, cell, key, "burst") for key in ("ArrowRight", "ArrowLeft", "ArrowRight")
        )
    share, detail = counts[OURS] / counts[FLOOR], f"floor {counts[FLOOR]:g}, ours {counts[OURS]:g}"
    return [Row("frames in a burst of 30 keys, ours / floor", f"{share:.2f}", "at least 0.95", share >= 0.95, detail)]


def count_bytes(page: Page) -> list[int]:
    """A list that grows by the size of every message to a widget, or to a cell's output, that the page receives."""
    sizes: list[int] = []

    def received(payload: str | bytes) -> None:
        message = payload.encode() if isinstance(payload, str) else payload
        if b'"msg_type": "status"' not in message:  # busy and idle come with every move of anything
            sizes.append(len(message))

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    return sizes
