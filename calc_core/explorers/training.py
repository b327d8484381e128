"""A small network learns from the households, live: its fit and its loss, step by step."""

from functools import lru_cache
from typing import Any

import numpy as np

from calc_core import households, network
from calc_core.live import LiveFigure, controls
from calc_core.plots import canvas
from calc_core.plots.curves import GROUND
from calc_core.plots.sampling import number

STEPS = 300
INCOME_RANGE, FOOD_RANGE = (0.0, 5.2), (0.0, 2.5)  # thousand francs a year
LOSS_RANGE = (0.09, 4.0)


def training_explorer() -> LiveFigure:
    """A live figure of a network in training: press play, or move through the steps by hand.

    One setting of learning rate, momentum and width is trained once, when it is first asked for; moving to and fro
    through its steps only looks up what the parameters were.
    """
    families = households.load().in_thousands()
    line = households.least_squares_line(families.income, families.food)
    line_loss = np.mean((line(families.income) - families.food) ** 2) / families.food.var()
    grid = np.linspace(families.income.min(), families.income.max(), 80)

    @lru_cache(maxsize=8)
    def trained(width: int, learning_rate: float, momentum: float) -> network.Training:
        return network.train(
            families.income, families.food, width=width, learning_rate=learning_rate, momentum=momentum, steps=STEPS
        )

    with canvas.unit_style():
        figure, (cloud, curve) = canvas.new_figure(8.0, 4.2, 1, 2)
        cloud.scatter(families.income, families.food, s=12, color=canvas.FUNCTION, alpha=0.45, linewidths=0)
        cloud.plot(grid, line(grid), color=canvas.CONTEXT, linestyle="--", linewidth=1.4)
        cloud.text(4.1, line(4.1) + 0.06, "straight line", color=canvas.CONTEXT, ha="right", va="bottom")
        cloud.set(xlim=INCOME_RANGE, ylim=FOOD_RANGE, title="What does training change?")
        cloud.set(xlabel="income (thousand francs a year)", ylabel="food (thousand francs a year)")
        (goal,) = cloud.plot([], [], color=canvas.PATH, linestyle=":", linewidth=1.6)
        (fit,) = cloud.plot(grid, grid, color=canvas.PATH)
        label = cloud.text(grid[-1], 0, "", color=canvas.PATH, ha="right", va="top", bbox=GROUND)
        goal_label = cloud.text(grid[-1], 0, f"after\n{STEPS} steps", color=canvas.PATH, ha="right", va="top")

        curve.axhline(line_loss, color=canvas.CONTEXT, linestyle="--", linewidth=1.4)
        curve.text(STEPS, line_loss * 1.04, "straight line", color=canvas.CONTEXT, ha="right", va="bottom")
        (losses,) = curve.plot([], [], color=canvas.PATH, linewidth=1.6)
        curve.set(xlabel="step", ylabel="loss (guessing the mean gives 1)", yscale="log")
        (ahead,) = curve.plot([], [], color=canvas.PATH, linestyle=":", linewidth=1.6)
        (now,) = curve.plot([0], [1], "o", color=canvas.PATH)
        curve.set(xlim=(-5, STEPS + 5), ylim=LOSS_RANGE, title="Is the loss below the line's?")
        curve.minorticks_off()
        curve.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
        warning = curve.text(0.97, 0.95, "", transform=curve.transAxes, ha="right", va="top", weight="bold")
        warning.set(color=canvas.PATH, fontsize=13)

    def update(*, step: int, learning_rate: float, momentum: float, width: int) -> tuple[dict[str, Any], str]:
        training = trained(width, learning_rate, momentum)
        values = training.history.values
        last = len(values) - 1
        escaped = step > last
        step = min(step, last)

        fitted = training(grid, step)
        fit.set_data(grid, fitted)
        label.set(y=fitted[-1] - 0.06, visible=FOOD_RANGE[0] + 0.2 < fitted[-1] < FOOD_RANGE[1])
        label.set_text(f"network after\n{step} steps")
        trained_fit = training(grid)
        goal.set_data(grid, trained_fit)
        goal_label.set(y=trained_fit[-1] - 0.06, visible=last == STEPS and abs(trained_fit[-1] - fitted[-1]) > 0.4)
        places = np.unique(np.minimum([step, *range(40), *range(40, STEPS + 1, 4)], last))  # at first it moves fast
        for line_of, part in ((losses, places[places <= step]), (ahead, places[places >= step])):
            line_of.set_data(part, values[part])
        now.set_data([step], [values[step]])
        word = "diverges" if escaped else "rises" if values[step] > values[0] else ""
        warning.set_text(word)

        numbers = {"step": step, "loss": float(values[step]), "line": float(line_loss)}
        return numbers, _sentence(numbers, word, learning_rate, momentum)

    panel = {
        "step": controls.play("step", STEPS, 60),
        "learning_rate": controls.log_slider("learning rate", 0.1, 0.001, 2.0),
        "momentum": controls.slider("momentum", 0.9, 0.0, 0.99, 0.01),
        "width": controls.integer_slider("width", 4, 1, 16, "hidden units"),
    }
    panel["step"].value = panel["step"].initial = 6  # on the way: the picture without a kernel shows that it learns
    return LiveFigure("Training", figure, [goal, fit, label, goal_label, ahead, losses, now, warning], panel, update)


def _sentence(numbers: dict[str, Any], word: str, learning_rate: float, momentum: float) -> str:
    """What the learner sees, in a sentence."""
    steps = "1 step" if numbers["step"] == 1 else f"{numbers['step']} steps"
    begin = f"After {steps} with momentum {number(momentum)}" if momentum else f"After {steps} without momentum"
    begin += f" the loss is {number(numbers['loss'], 3)}"
    if word:
        verb = "and then leaves all bounds" if word == "diverges" else "higher than at the start"
        return f"{begin}, {verb}: the learning rate {number(learning_rate)} is too large."
    verdict = "below" if numbers["loss"] < numbers["line"] else "not yet below"
    return f"{begin}, {verdict} the straight line's {number(numbers['line'], 3)}."
