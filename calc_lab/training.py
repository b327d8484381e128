"""A small network learns from the households, live: its fit and its loss, step by step."""

from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from calc_core import households, network
from calc_core.style import CONTEXT, ESTIMATE, FUNCTION, number, unit_style
from calc_lab import controls
from calc_lab.figure import LiveFigure, moving

STEPS = 300
LINE = {"color": CONTEXT, "linestyle": "--", "linewidth": 1.4, "label": "straight line"}


@unit_style()
def training_explorer() -> LiveFigure:
    """A live figure of a network in training: press play, or move through the steps by hand."""
    families = households.load()
    income, food = families.income / 1000, families.food / 1000
    line = households.least_squares_line(income, food)
    line_loss = float(np.mean((line(income) - food) ** 2) / food.var())
    grid = np.linspace(income.min(), income.max(), 80)

    figure = Figure(figsize=(8.4, 4.4))
    cloud, loss = figure.subplots(1, 2)
    cloud.scatter(income, food, s=16, color=FUNCTION, alpha=0.4, linewidths=0)
    cloud.plot(grid, line(grid), **LINE)
    cloud.set(xlim=(0, 5.2), ylim=(0, 2.5), title="What does training change?")
    cloud.set(xlabel="income (thousand francs a year)", ylabel="food (thousand francs a year)")
    fit = moving(cloud, color=ESTIMATE, label="network")
    cloud.legend(loc="upper left")  # the richest family stands at the upper right
    loss.set(xlim=(-5, STEPS + 5), ylim=(0.09, 4), yscale="log", title="Is the loss below the line's?")
    loss.set(xlabel="step", ylabel="loss (guessing the mean gives 1)")
    loss.minorticks_off()
    loss.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    loss.axhline(line_loss, **LINE)
    losses = moving(loss, color=ESTIMATE, linewidth=1.6)
    now = moving(loss, "o", color=ESTIMATE)
    warning = loss.text(0.97, 0.95, "", weight="bold", fontsize=13, color=ESTIMATE, animated=True, ha="right", va="top")
    warning.set_transform(loss.transAxes)

    @lru_cache(maxsize=8)
    def trained(width: int, learning_rate: float, momentum: float) -> network.Training:
        return network.train(income, food, width=width, learning_rate=learning_rate, momentum=momentum, steps=STEPS)

    def update(step: int, learning_rate: float, momentum: float, width: int) -> str:
        training = trained(width, learning_rate, momentum)
        values = training.history.values
        last = min(step, len(values) - 1)  # a training that diverges ends before
        fit.set_data(grid, training(grid, last))
        losses.set_data(np.arange(last + 1), values[: last + 1])
        now.set_data([last], [values[last]])
        word = "diverges" if step > last else "rises" if values[last] > values[0] else ""
        warning.set_text(word)
        begin = f"After {last} {'step' if last == 1 else 'steps'} the loss is {number(values[last], 3)}"
        if word:
            verb = "and then leaves all bounds" if word == "diverges" else "higher than at the start"
            return f"{begin}, {verb}: the learning rate {number(learning_rate)} is too large."
        side = "below" if values[last] < line_loss else "not yet below"
        return f"{begin}, {side} the straight line's {number(line_loss, 3)}."

    panel = {
        "step": controls.play("step", STEPS, 60),
        "learning_rate": controls.log_slider("learning rate", 0.1, 0.001, 2.0),
        "momentum": controls.slider("momentum", 0.9, 0.0, 0.99, 0.01),
        "width": controls.integer_slider("hidden units", 4, 1, 16),
    }
    return LiveFigure("Training", figure, panel, update, sweep={"width": 2, "learning_rate": 2, "step": 21})
