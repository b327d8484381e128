"""The exponential functions and their slopes: where the number e comes from."""

import numpy as np
from matplotlib.figure import Figure

from calc_core.numeric import central_difference
from calc_core.style import BACKGROUND, CONTEXT, FUNCTION, INK, TANGENT, number, unit_style
from calc_lab.controls import slider
from calc_lab.figure import LiveFigure, moving


@unit_style()
def exponential_explorer() -> LiveFigure:
    """A live figure of a^x and its slope, measured by central differences; at a = e the two curves are one.

    >>> exponential_explorer().sentence
    'For a = 2 the slope is at every x 0.6931 times the height: less than the height.'
    """
    figure = Figure(figsize=(8.4, 5.2))
    axes = figure.subplots()
    axes.set(xlim=(-2.2, 2.2), ylim=(-0.4, 9), xlabel="x", title="Where does the slope of aˣ lie, above or below aˣ?")
    axes.axvline(0, color=CONTEXT, linewidth=1)
    curve = moving(axes, color=FUNCTION, linewidth=4.5, label="height of aˣ")
    slope = moving(axes, color=TANGENT, linewidth=2, dashes=(4, 2), label="its slope, measured")
    ends = moving(axes, "o-", color=INK, linewidth=1.6, label="both at x = 0")
    words = axes.text(-2.1, 8, "", va="center", bbox=BACKGROUND, animated=True)
    figure.legend(handles=[curve, slope, ends], loc="outside lower center", ncols=3, handlelength=3)
    x = np.linspace(-2.2, 2.2, 181)

    def update(a: float) -> str:
        slopes = central_difference(lambda x: a**x, x, 1e-5)
        at_zero = slopes[len(x) // 2]
        curve.set_data(x, a**x)
        slope.set_data(x, slopes)
        ends.set_data([0, 0], [1, at_zero])
        words.set_text(f"a = {number(a, 6)}\nslope ÷ height = {number(at_zero)}, at every x")
        size = "the same as" if abs(at_zero - 1) < 1e-3 else "less than" if at_zero < 1 else "more than"
        return f"For a = {number(a, 6)} the slope is at every x {number(at_zero)} times the height: {size} the height."

    controls = {"a": slider("a", 2.0, 1.2, 4.0, 0.01)}
    return LiveFigure("The slope of a to the x", figure, controls, update, {"a": 141})
