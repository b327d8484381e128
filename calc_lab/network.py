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
from calc_core.style import BACKGROUND, CONTEXT, ESTIMATE, GRADIENT, INK, TANGENT, unit_style
from calc_lab.controls import integer_slider
from calc_lab.figure import LiveFigure, moving

# After 0, 1, ... lines: what stands in a hidden unit and in the output, and the sentence. A bias is only added, so its
# slope is the slope of the sum: to_output for the output's, to_inside for a unit's.
UNITS = ["tanh", *3 * ["tanh({})\n= {}"], "hidden {1}\nto_hidden {2}", *2 * ["hidden {1}\nto_inside {3}"]]
OUTPUTS = ["food", "food", "food {food}\nerror {error}", *4 * ["error {error}\nto_output {output_bias}"]]
SENTENCES = [
    "One family, standardised: income {x}, food {y}; nothing has been computed yet.",
    "hidden: each unit multiplies the income by its weight, adds its bias and bends the sum: {hidden}.",
    "error: the units times their weights and the bias give {food}: off by {error}.",
    "to_output: the loss is the error squared, so its slope there is twice the error: {output_bias}.",
    "to_hidden: each unit gets that slope times the weight on its edge: {to_hidden}.",
    "to_inside: through the bend, times 1 − hidden²; a flat unit passes little on: {biases}.",
    "The gradient: each weight gets the slope behind it times the value before it: {weights}, {output_weights}.",
]
LINES = ("hidden =", "error =", "to_output =", "to_hidden =", "to_inside =", "return")
BEGIN, MIDDLE, END = (0.9, 2.1), [(4.5, 4.2), (4.5, 2.8), (4.5, 1.4), (4.5, 0.0)], (8.3, 2.1)
HALF = 0.95  # of a box's width


@unit_style()
def network_explorer() -> LiveFigure:
    """A live figure of the network with its parameters on the edges, in which one line of `backward` runs at each step.

    >>> network_explorer().sentence
    'error: the units times their weights and the bias give +1.91: off by −1.52.'
    """
    parameters, x, y = one_family()
    p = network.layers(parameters)
    slopes = network.layers(network.backward(parameters, x, y))
    inside = x * p.weights + p.biases
    hidden = np.tanh(inside)
    to_hidden = slopes.output_bias * p.output_weights
    food = network.predict(parameters, x)
    units = np.transpose([inside, hidden, to_hidden, slopes.biases])
    values = {"x": x, "y": y, "hidden": hidden, "food": food, "error": food - y, "to_hidden": to_hidden}
    words = {name: signed(value) for name, value in (values | slopes._asdict()).items()}

    figure = Figure(figsize=(8.4, 6.92))
    axes = figure.subplots()
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(-0.15, 9.35), ylim=(-2.95, 5.15))
    axes.axis("off")
    question = axes.text(-0.05, 4.9, "", fontsize=12.5, weight="bold", animated=True)
    _draw_box(axes, *BEGIN).set(text=f"income\n{signed(x)}", animated=False)
    boxes = [_draw_box(axes, *place) for place in [*MIDDLE, END]]
    below = [axes.text(x, y - 0.42, "", ha="center", va="top", animated=True) for x, y in [*MIDDLE, END]]
    edges = [_draw_edge(axes, BEGIN, unit, 0.64) for unit in MIDDLE]
    edges += [_draw_edge(axes, unit, END, 0.36) for unit in MIDDLE]
    for i, code in enumerate(_lines_of_backward(), 1):
        axes.text(0.2, -0.7 - 0.29 * i, code, family="monospace", va="top")
    running = moving(axes, ">", color=TANGENT)
    axes.text(9.25, -0.99, "thick: large\ndashed: negative", ha="right", va="top", color=CONTEXT)

    def update(line: int) -> str:
        last = line == len(LINES)
        question.set_text("Which number changes most?" if last else "What does the next line need?")
        contents = [UNITS[line].format(*map(signed, unit)) for unit in units] + [OUTPUTS[line].format(**words)]
        for box, content in zip(boxes, contents, strict=True):
            box.set(text=content, color=TANGENT if "to_" in content else INK)
        numbers = slopes if last else p
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
        return SENTENCES[line].format(**words)

    controls = {"line": integer_slider("lines that have run", 2, 0, len(LINES))}
    return LiveFigure("The network, line by line", figure, controls, update, {"line": len(LINES) + 1})


def one_family() -> tuple[Any, Any, Any]:
    """A network early in its training, when slopes are large, and a family's income and food, standardised, (1,)."""
    families = households.load()
    training = network.train(families.income, families.food, steps=20)
    x, y = households.standardised(families.income), households.standardised(families.food)
    return training.history.points[-1], x[60:61], y[60:61]


def signed(values: Any) -> str:
    """A number, or all those of an array, with two digits after the point, and always a sign.

    >>> signed([-1.234, 0.5])
    '−1.23, +0.50'
    """
    return ", ".join(f"{value:+.2f}" for value in np.ravel(values)).replace("-", "−")


def _lines_of_backward() -> list[str]:
    """The lines of `network.backward` that compute something, in their order, none wider than the figure."""
    source = [line.strip().split("  #")[0] for line in inspect.getsource(network.backward).splitlines()]
    return [fill(line, 88, subsequent_indent="    ") for line in source if line.startswith(LINES)]


def _draw_box(axes: Axes, x: float, y: float) -> Text:
    """An empty text that changes, in the middle of a box that stands."""
    box = FancyBboxPatch((x - HALF, y - 0.34), 2 * HALF, 0.68, "round,pad=0,rounding_size=0.15")
    axes.add_patch(box).set(facecolor="white", edgecolor=INK, linewidth=1.5)
    return axes.text(x, y, "", ha="center", va="center", animated=True)


def _draw_edge(axes: Axes, start: Any, end: Any, share: float) -> tuple[Line2D, Text]:
    """An edge between two boxes, and at a share of its length an empty text."""
    start, end = np.add(start, (HALF, 0)), np.subtract(end, (HALF, 0))
    edge = axes.plot(*np.transpose([start, end]), animated=True, solid_capstyle="butt")[0]
    x, y = start + share * (end - start)
    return edge, axes.text(x, y, "", ha="center", va="center", bbox=BACKGROUND | {"alpha": 1}, animated=True)
