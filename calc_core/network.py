"""A small network that bends: one input, one hidden layer, one output, and its gradient by the chain rule.

The gradient is written out by hand in `backward`, for reading; `automatic.grad` finds the same from `loss` alone.

All its numbers live in one flat vector of shape (3 * width + 1,): a weight and a bias for every hidden unit, the weight
of every hidden unit in the output, and the output's bias. So descent sees the network as one more function of a vector.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc_core.descent import Descent, descend
from calc_core.households import pairs, standardised

Floats = NDArray[np.float64]


class Layers(NamedTuple):
    """The parameters under their names: three arrays of shape (width,), and the output's bias."""

    weights: Any
    biases: Any
    output_weights: Any
    output_bias: Any


def layers(parameters: Any) -> Layers:
    """The flat vector of shape (3 * width + 1,) taken apart.

    >>> layers(np.array([1.0, 2.0, 3.0, 4.0])).output_bias
    np.float64(4.0)
    """
    width, rest = divmod(parameters.shape[0] - 1, 3)
    if width < 1 or rest:
        raise ValueError(f"expected 3 * width + 1 parameters, got {parameters.shape[0]}; try initial_parameters(4)")
    return Layers(parameters[:width], parameters[width : 2 * width], parameters[2 * width : 3 * width], parameters[-1])


def initial_parameters(width: int, seed: int = 39) -> Floats:
    """Random parameters of shape (3 * width + 1,), the same for the same seed.

    Units that start alike get equal gradients and stay alike, so each starts elsewhere. Dividing the output's weights
    by sqrt(width) keeps the first prediction the same size for any width.

    >>> initial_parameters(width=4).shape
    (13,)
    """
    weights, biases, output_weights = np.random.default_rng(seed).normal(size=(3, width))
    return np.concatenate([weights, biases, output_weights / np.sqrt(width), [0.0]])


def predict(parameters, x):
    """The output for each input: shape (n,) in, (n,) out. Rows are inputs, columns are hidden units."""
    p = layers(parameters)
    hidden = np.tanh(x[..., np.newaxis] * p.weights + p.biases)
    return hidden @ p.output_weights + p.output_bias


def loss(parameters, x, y):
    """The mean squared error of the predictions: one number."""
    error = predict(parameters, x) - y
    return (error * error).mean()


def backward(parameters, x, y):
    """The gradient of the loss, of the shape of `parameters`, by the chain rule written out from the loss backwards."""
    p = layers(parameters)
    hidden = np.tanh(x[:, np.newaxis] * p.weights + p.biases)
    error = hidden @ p.output_weights + p.output_bias - y

    to_output = 2 * error / len(x)
    to_hidden = to_output[:, np.newaxis] * p.output_weights
    to_inside = to_hidden * (1 - hidden * hidden)  # tanh' = 1 - tanh**2
    # A parameter is used once by every input, so it collects one slope from each.
    return np.concatenate([x @ to_inside, to_inside.sum(axis=0), to_output @ hidden, [to_output.sum()]])


@dataclass(frozen=True, eq=False)
class Training:
    """A network and how it came to be: call it for the food it predicts, in the unit in which it saw food.

    `history` is the path of the parameters with the loss at each step; both are about standardised numbers, so a loss
    of 1 is what the mean alone would reach.
    """

    history: Descent
    income: Floats
    food: Floats

    def __call__(self, income: Any, step: int = -1) -> Any:
        """The food predicted for each income, with the parameters after `step` steps; by default the last."""
        x = (np.asarray(income, dtype=float) - self.income.mean()) / self.income.std()
        return self.food.mean() + self.food.std() * predict(self.history.points[step], x)

    def __repr__(self) -> str:
        """How long it was trained, and what for."""
        return f"Training(steps={len(self.history.values) - 1}, loss={self.history.values[-1]:.4f})"


def train(
    income: Any,
    food: Any,
    *,
    width: int = 4,
    learning_rate: float = 0.1,
    momentum: float = 0.9,
    steps: int = 300,
    seed: int = 39,
) -> Training:
    """A network that has walked `steps` steps downhill on its mean squared error over these households.

    >>> train([1.0, 2.0, 3.0], [1.0, 3.0, 4.0], steps=0).history.points.shape
    (1, 13)
    """
    income, food = pairs(income, food)
    x, y = standardised(income), standardised(food)
    path = descend(
        lambda p: loss(p, x, y),
        initial_parameters(width, seed),
        learning_rate,
        steps,
        gradient=lambda p: backward(p, x, y),
        momentum=momentum,
    )
    return Training(path, income, food)
