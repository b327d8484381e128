"""The small network drawn: numbers flow forwards, then slopes flow back, one line of `network.backward` at a time."""

from __future__ import annotations

import inspect
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from calc_core import households, network
from calc_core.style import CONTEXT, ESTIMATE, GRADIENT, INK, TANGENT, unit_style
from calc_lab.controls import integer_slider
from calc_lab.figure import LiveFigure, moving

LINES = ("hidden =", "error =", "to_output =", "to_hidden =", "to_inside =", "return")
COLUMNS = (0.9, 4.5, 8.3)  # where the input, the hidden units and the output stand
HALF = 0.95  # of a box's width


class Pass(NamedTuple):
    """All numbers of `network.backward` for one family, under the names that they have there."""

    inside: Any
    hidden: Any
    error: float
    to_output: float
    to_hidden: Any
    to_inside: Any


def one_pass(parameters: Any, x: float, y: float) -> Pass:
    """The numbers on the way forwards and back, for one standardised income x and food y."""
    p = network.layers(parameters)
    inside = x * p.weights + p.biases
    hidden = np.tanh(inside)
    error = hidden @ p.output_weights + p.output_bias - y
    to_output = 2 * error
    to_hidden = to_output * p.output_weights
    return Pass(inside, hidden, error, to_output, to_hidden, to_hidden * (1 - hidden * hidden))


def trained(steps: int = 20, family: int = 60) -> tuple[Any, float, float]:
    """A network early in its training, when slopes are large, and one family's standardised income and food."""
    families = households.load()
    training = network.train(families.income, families.food, steps=steps)
    x, y = households.standardised(families.income), households.standardised(families.food)
    return training.history.points[-1], float(x[family]), float(y[family])


@unit_style()
def network_explorer(parameters: Any = None, x: float = 0.0, y: float = 0.0, line: int = 2) -> LiveFigure:
    """A live figure of the network with its parameters on the edges, in which one line of `backward` runs at each step.

    `parameters` has shape (3 * width + 1,), x and y are one family's standardised income and food; without parameters
    it shows a network early in its training.

    >>> network_explorer(line=3).sentence
    'to_output: the loss is the error squared, so its slope there is twice the error: −3.04.'
    """
    if parameters is None:
        parameters, x, y = trained()
    p = network.layers(parameters)
    now = one_pass(parameters, x, y)
    weights = [*p.weights, *p.output_weights]
    biases = [*p.biases, p.output_bias]
    slopes = [*x * now.to_inside, *now.to_output * now.hidden]
    bias_slopes = [*now.to_inside, now.to_output]
    rows = 1.4 * np.arange(len(p.weights))[::-1]
    places = [(COLUMNS[1], row) for row in rows] + [(COLUMNS[2], rows.mean())]

    figure = Figure(figsize=(8.4, 3 + 0.98 * len(rows)))
    axes = figure.subplots()
    axes.set(xlim=(-0.1, 9.3), ylim=(-2.8, rows[0] + 0.5), title="What does the next line need?")
    axes.axis("off")
    draw_box(axes, COLUMNS[0], rows.mean()).set(text=f"income\n{signed(x)}", animated=False)
    boxes = [draw_box(axes, *place) for place in places]
    below = [axes.text(x, y - 0.42, "", ha="center", va="top", animated=True) for x, y in places]
    edges = [draw_edge(axes, (COLUMNS[0], rows.mean()), unit) for unit in places[:-1]]
    edges += [draw_edge(axes, unit, places[-1]) for unit in places[:-1]]
    for i, code in enumerate(lines_of_backward(), 1):
        axes.text(0.2, -0.7 - 0.29 * i, code, family="monospace", va="top", in_layout=False)
    running = moving(axes, ">", color=TANGENT)
    axes.text(9.25, -0.99, "thick: large\ndashed: negative", ha="right", va="top", color=CONTEXT)

    def update(line: int) -> str:
        last = line == len(LINES)
        words = [unit_words(now, line, i) for i in range(len(rows))] + [output_words(now, line, y)]
        for box, content in zip(boxes, words, strict=True):
            box.set(text=content, color=TANGENT if "to_" in content else INK)
        for text, bias in zip(below, bias_slopes if last else biases, strict=True):
            text.set(text=f"{'slope' if last else 'bias'} {signed(bias)}", color=GRADIENT if last else CONTEXT)
        numbers = slopes if last else weights
        largest = max(map(abs, numbers)) or 1.0
        for (edge, text), number in zip(edges, numbers, strict=True):
            colour = GRADIENT if last else ESTIMATE if number < 0 else INK
            edge.set(color=colour, linewidth=0.8 + 5 * abs(number) / largest)
            edge.set_linestyle("-" if number >= 0 else (0, (2.2, 1.2)))
            text.set(text=signed(number), color=colour)
        running.set_data([0.05], [-0.79 - 0.29 * line])
        running.set_visible(line > 0)
        return sentence_of(now, line, x, y, slopes)

    controls = {"line": integer_slider("lines that have run", line, 0, len(LINES))}
    return LiveFigure("The network, line by line", figure, controls, update, {"line": len(LINES) + 1})


def signed(value: float) -> str:
    """The number with two digits after the point, and always a sign.

    >>> signed(-1.234)
    '−1.23'
    """
    return f"{value:+.2f}".replace("-", "−")


def every(values: Any) -> str:
    """All the numbers, signed.

    >>> every([1, -0.5])
    '+1.00, −0.50'
    """
    return ", ".join(map(signed, values))


def lines_of_backward() -> list[str]:
    """The lines of `network.backward` that compute something, in their order, none wider than the figure."""
    source = [line.strip().split("  #")[0] for line in inspect.getsource(network.backward).splitlines()]
    return [fill(line, 88, subsequent_indent="    ") for line in source if line.startswith(LINES)]


def draw_box(axes: Axes, x: float, y: float) -> Text:
    """An empty text that changes, in the middle of a box that stands."""
    box = FancyBboxPatch((x - HALF, y - 0.34), 2 * HALF, 0.68, "round,pad=0,rounding_size=0.15")
    box.set(facecolor="white", edgecolor=INK, linewidth=1.5)
    axes.add_patch(box)
    return axes.text(x, y, "", ha="center", va="center", animated=True)


def draw_edge(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> tuple[Line2D, Text]:
    """An edge between two boxes, and an empty text nearer to the hidden unit, where edges are apart."""
    x, y = [start[0] + HALF, end[0] - HALF], [start[1], end[1]]
    edge = axes.plot(x, y, solid_capstyle="butt", dash_capstyle="butt", animated=True, zorder=1)[0]
    share = 0.64 if start[0] == COLUMNS[0] else 0.36
    ground = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    number = axes.text(0, 0, "", ha="center", va="center", bbox=ground, animated=True, zorder=4)
    number.set_position((np.interp(share, [0, 1], x), np.interp(share, [0, 1], y)))
    return edge, number


def unit_words(now: Pass, line: int, i: int) -> str:
    """What stands in a hidden unit after so many lines."""
    hidden = signed(now.hidden[i])
    if line == 0:
        return "tanh"
    if line < 4:
        return f"tanh({signed(now.inside[i])})\n= {hidden}"
    slope = f"to_hidden {signed(now.to_hidden[i])}" if line == 4 else f"to_inside {signed(now.to_inside[i])}"
    return f"hidden {hidden}\n{slope}"


def output_words(now: Pass, line: int, y: float) -> str:
    """What stands in the output after so many lines."""
    if line < 2:
        return "food"
    error = f"error {signed(now.error)}"
    return f"food {signed(now.error + y)}\n{error}" if line == 2 else f"{error}\nto_output {signed(now.to_output)}"


def sentence_of(now: Pass, line: int, x: float, y: float, slopes: Any) -> str:
    """What the last of so many lines has done, with its numbers."""
    said = (
        f"One family, standardised: income {signed(x)}, food {signed(y)}; nothing has been computed yet.",
        f"hidden: each unit multiplies the income by its weight, adds its bias and bends the sum: {every(now.hidden)}.",
        f"error: the units times their weights and the bias give {signed(now.error + y)}: off by {signed(now.error)}.",
        f"to_output: the loss is the error squared, so its slope there is twice the error: {signed(now.to_output)}.",
        f"to_hidden: each unit gets that slope times the weight on its edge: {every(now.to_hidden)}.",
        f"to_inside: through the bend, times 1 − hidden²; a flat unit passes little on: {every(now.to_inside)}.",
        f"The gradient: each weight gets the slope behind it times the value before it: {every(slopes)}.",
    )
    return said[line]
