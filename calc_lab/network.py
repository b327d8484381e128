"""The small network drawn: numbers flow forwards, then slopes flow back, one line of `network.backward` at a time."""

import inspect
from textwrap import fill
from typing import Any

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
HALF = 0.95  # of a box's width


@unit_style()
def network_explorer() -> LiveFigure:
    """A live figure of the network with its parameters on the edges, in which one line of `backward` runs at each step.

    >>> network_explorer().sentence
    'error: the units times their weights and the bias give +1.91: off by −1.52.'
    """
    parameters, x, y = one_family()
    p = network.layers(parameters)
    gradient = network.backward(parameters, np.array([x]), np.array([y]))
    words, sentences = _words(p, network.layers(gradient), x, y)
    rows = 1.4 * np.arange(len(p.weights))[::-1]
    centre = float(rows.mean())
    begin, middle, end = (0.9, centre), [(4.5, row) for row in rows.tolist()], (8.3, centre)

    figure = Figure(figsize=(8.4, 6.92))
    axes = figure.subplots()
    axes.set(xlim=(-0.1, 9.3), ylim=(-2.8, rows[0] + 0.5), title="What does the next line need?")
    axes.axis("off")
    _draw_box(axes, *begin).set(text=f"income\n{signed(x)}", animated=False)
    boxes = [_draw_box(axes, *place) for place in [*middle, end]]
    below = [axes.text(x, y - 0.42, "", ha="center", va="top", animated=True) for x, y in [*middle, end]]
    edges = [_draw_edge(axes, begin, unit, 0.64) for unit in middle]
    edges += [_draw_edge(axes, unit, end, 0.36) for unit in middle]
    for i, code in enumerate(_lines_of_backward(), 1):
        axes.text(0.2, -0.7 - 0.29 * i, code, family="monospace", va="top", in_layout=False)
    running = moving(axes, ">", color=TANGENT)
    axes.text(9.25, -0.99, "thick: large\ndashed: negative", ha="right", va="top", color=CONTEXT)

    def update(line: int) -> str:
        last = line == len(LINES)
        numbers = network.layers(gradient if last else parameters)
        for box, content in zip(boxes, words[line], strict=True):
            box.set(text=content, color=TANGENT if "to_" in content else INK)
        for text, bias in zip(below, [*numbers.biases, numbers.output_bias], strict=True):
            text.set(text=f"{'slope' if last else 'bias'} {signed(bias)}", color=GRADIENT if last else CONTEXT)
        weights = np.append(numbers.weights, numbers.output_weights)
        for (edge, text), weight in zip(edges, weights, strict=True):
            colour = GRADIENT if last else ESTIMATE if weight < 0 else INK
            edge.set(color=colour, linewidth=0.8 + 5 * abs(weight) / np.abs(weights).max())
            edge.set_linestyle("-" if weight >= 0 else (0, (2.2, 1.2)))
            text.set(text=signed(weight), color=colour)
        running.set_data([0.05], [-0.79 - 0.29 * line])
        running.set_visible(line > 0)
        return sentences[line]

    controls = {"line": integer_slider("lines that have run", 2, 0, len(LINES))}
    return LiveFigure("The network, line by line", figure, controls, update, {"line": len(LINES) + 1})


def one_family() -> tuple[Any, float, float]:
    """A network early in its training, when slopes are large, and a family's standardised income and food."""
    families = households.load()
    training = network.train(families.income, families.food, steps=20)
    x, y = households.standardised(families.income), households.standardised(families.food)
    return training.history.points[-1], float(x[60]), float(y[60])


def signed(value: float) -> str:
    """The number with two digits after the point, and always a sign.

    >>> signed(-1.234)
    '−1.23'
    """
    return f"{value:+.2f}".replace("-", "−")


def _lines_of_backward() -> list[str]:
    """The lines of `network.backward` that compute something, in their order, none wider than the figure."""
    source = [line.strip().split("  #")[0] for line in inspect.getsource(network.backward).splitlines()]
    return [fill(line, 88, subsequent_indent="    ") for line in source if line.startswith(LINES)]


def _draw_box(axes: Axes, x: float, y: float) -> Text:
    """An empty text that changes, in the middle of a box that stands."""
    box = FancyBboxPatch((x - HALF, y - 0.34), 2 * HALF, 0.68, "round,pad=0,rounding_size=0.15")
    box.set(facecolor="white", edgecolor=INK, linewidth=1.5)
    axes.add_patch(box)
    return axes.text(x, y, "", ha="center", va="center", animated=True)


def _draw_edge(axes: Axes, start: Any, end: Any, share: float) -> tuple[Line2D, Text]:
    """An edge between two boxes, and at a share of its length an empty text."""
    start, end = np.add(start, (HALF, 0)), np.subtract(end, (HALF, 0))
    edge = axes.plot(*np.array([start, end]).T, animated=True, zorder=1)[0]
    edge.set(solid_capstyle="butt", dash_capstyle="butt")
    x, y = start + share * (end - start)
    number = axes.text(x, y, "", ha="center", va="center", animated=True, zorder=4)
    number.set_bbox({"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"})
    return edge, number


def _words(p: network.Layers, slopes: network.Layers, x: float, y: float) -> tuple[list[list[str]], list[str]]:
    """What stands in the hidden units and in the output, and the sentence, after 0, 1, ... lines."""
    inside = x * p.weights + p.biases
    hidden = np.tanh(inside)
    food = hidden @ p.output_weights + p.output_bias
    to_hidden = slopes.output_bias * p.output_weights
    to_inside = slopes.biases
    error, to_output = signed(food - y), signed(slopes.output_bias)
    bent = _each("tanh({})\n= {}", inside, hidden)
    at_units = _each("hidden {}\nto_hidden {}", hidden, to_hidden)
    at_insides = _each("hidden {}\nto_inside {}", hidden, to_inside)
    at_output = f"error {error}\nto_output {to_output}"
    boxes = [
        ["tanh", "tanh", "tanh", "tanh", "food"],
        [*bent, "food"],
        [*bent, f"food {signed(food)}\nerror {error}"],
        [*bent, at_output],
        [*at_units, at_output],
        [*at_insides, at_output],
        [*at_insides, at_output],
    ]
    sentences = [
        f"One family, standardised: income {signed(x)}, food {signed(y)}; nothing has been computed yet.",
        f"hidden: each unit multiplies the income by its weight, adds its bias and bends the sum: {_every(hidden)}.",
        f"error: the units times their weights and the bias give {signed(food)}: off by {error}.",
        f"to_output: the loss is the error squared, so its slope there is twice the error: {to_output}.",
        f"to_hidden: each unit gets that slope times the weight on its edge: {_every(to_hidden)}.",
        f"to_inside: through the bend, times 1 − hidden²; a flat unit passes little on: {_every(to_inside)}.",
        "The gradient: each weight gets the slope behind it times the value before it: "
        f"{_every([*slopes.weights, *slopes.output_weights])}.",
    ]
    return boxes, sentences


def _each(form: str, *columns: Any) -> list[str]:
    return [form.format(*map(signed, row)) for row in zip(*columns, strict=True)]


def _every(values: Any) -> str:
    return ", ".join(map(signed, values))
