"""Reverse mode: one gradient of a small network, and of Rosenbrock's function."""

from fractions import Fraction

import numpy as np

from benchmarks.report import Row, at_least, at_most, no_more, peer, ratios, skipped
from calc_core.automatic import Var, grad, value_and_grad

TITLE = "Automatic differentiation: gradients"
CHAIN = 100_000


def network():
    """A 2-32-1 network's data and parameters: 200 points."""
    random = np.random.default_rng(39)
    data = random.normal(size=(200, 2)), random.normal(size=200)
    return data, (random.normal(size=(2, 32)), random.normal(size=32), random.normal(size=32), 0.1)


def loss(tanh, x, y):
    """The mean squared error as a function of the parameters, written once for every library."""

    def mean_squared_error(weights, biases, output_weights, output_bias):
        error = tanh(x @ weights + biases) @ output_weights + output_bias - y
        return (error * error).mean()

    return mean_squared_error


def by_hand(x, y, weights, biases, output_weights, output_bias):
    """The loss and its gradient with the backward pass written out in numpy."""
    hidden = np.tanh(x @ weights + biases)
    error = hidden @ output_weights + output_bias - y
    to_output = 2 * error / len(y)
    to_inside = to_output[:, None] * output_weights * (1 - hidden * hidden)
    return (error * error).mean(), (x.T @ to_inside, to_inside.sum(axis=0), to_output @ hidden, to_output.sum())


def rosenbrock(p):
    return (100.0 * (p[1:] - p[:-1] ** 2) ** 2 + (1.0 - p[:-1]) ** 2).sum(0)


def exact_rosenbrock_gradient(point):
    """In fractions, so without any rounding until the end."""
    x = [Fraction(float(value)) for value in point]
    slopes = [Fraction(0)] * len(x)
    for i in range(len(x) - 1):
        gap = x[i + 1] - x[i] ** 2
        slopes[i] += -400 * x[i] * gap - 2 * (1 - x[i])
        slopes[i + 1] += 200 * gap
    return slopes


def relative_error(computed, exact):
    """The largest error over the largest entry."""
    off = max(abs(Fraction(float(c)) - e) for c, e in zip(np.ravel(computed), exact, strict=True))
    return float(off / max(map(abs, exact)))


def measure():
    (x, y), parameters = network()
    ours = value_and_grad(loss(np.tanh, x, y), argnum=(0, 1, 2, 3))

    def run():
        return ours(*parameters)

    by_hand_gradients = by_hand(x, y, *parameters)[1]
    off = max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(run()[1], by_hand_gradients, strict=True))
    hand = ratios(lambda: by_hand(x, y, *parameters), {"ours": run})["ours"]
    rows = [
        no_more("2-32-1 network, 200 points: difference from hand-written", float(off), 1e-14),
        at_most("the same, time over hand-written numpy", hand, 2, "tanh is over half of the hand-written time"),
    ]
    return [*rows, *against_peers(run, x, y, parameters), *rosenbrock_rows(), *chain_rows()]


def against_peers(run, x, y, parameters):
    what = "2-32-1 network: {}'s time over ours"
    peers = {"hand-written numpy": lambda: by_hand(x, y, *parameters)}
    if autograd := peer("autograd"):
        theirs = autograd.value_and_grad(loss(peer("autograd.numpy").tanh, x, y), argnum=(0, 1, 2, 3))
        peers["autograd"] = lambda: theirs(*parameters)
    if torch := peer("torch"):
        torch.set_num_threads(1)  # two threads only get in each other's way at this size
        inputs, targets = torch.tensor(x), torch.tensor(y)
        leaves = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in parameters]
        in_torch = loss(torch.tanh, inputs, targets)
        peers["torch"] = lambda: torch.autograd.grad(in_torch(*leaves), leaves)
    measured = ratios(run, peers)
    wanted = {"autograd": (3, ""), "torch": (2, "eager, float64; its tanh takes half of numpy's time without AVX-512")}
    rows = [
        at_least(what.format(name), measured[name], *target)
        if name in measured
        else skipped(what.format(name), f"at least {target[0]}", name)
        for name, target in wanted.items()
    ]
    if torch:
        hand = f"{measured['torch'].median / measured['hand-written numpy'].median:.3g}"
        rows.append(
            Row("the same, torch's time over hand-written numpy", hand, "", None, "no numpy can be faster here")
        )
    return [*rows, micrograd_row(run, what.format("micrograd"), x, y, parameters)]


def micrograd_row(run, claim, x, y, parameters):
    if not peer("micrograd"):
        return skipped(claim, "at least 1000", "micrograd")
    value = peer("micrograd.engine").Value
    weights, biases, output_weights, output_bias = parameters

    def theirs():
        w = [[value(float(entry)) for entry in row] for row in weights.T]
        b, v, c = [value(float(e)) for e in biases], [value(float(e)) for e in output_weights], value(output_bias)
        total = value(0.0)
        for (first, second), target in zip(x.tolist(), y.tolist(), strict=True):
            hidden = [(unit[0] * first + unit[1] * second + bias).relu() for unit, bias in zip(w, b, strict=True)]
            error = sum((h * weight for h, weight in zip(hidden, v, strict=True)), c) - target
            total = total + error * error
        (total / len(y)).backward()

    return at_least(
        claim, ratios(run, {"micrograd": theirs}, rounds=3)["micrograd"], 1000, "with relu, as it has no tanh"
    )


def rosenbrock_rows():
    worst = 0.0
    for seed in range(5):
        point = np.random.default_rng(seed).normal(size=1000)
        worst = max(worst, relative_error(grad(rosenbrock)(point), exact_rosenbrock_gradient(point)))
    rows = [
        no_more(
            "Rosenbrock, n = 1000: relative error of the gradient",
            worst,
            3e-16,
            "against exact fractions, worst of five points",
        )
    ]
    peers = {}
    if autograd := peer("autograd"):
        theirs = autograd.grad(rosenbrock)
        peers["autograd"] = lambda: theirs(point)
    if torch := peer("torch"):
        leaf = torch.tensor(point, requires_grad=True)
        peers["torch"] = lambda: torch.autograd.grad(rosenbrock(leaf), leaf)
    for name, ratio in ratios(lambda: grad(rosenbrock)(point), peers).items():
        rows.append(Row(f"Rosenbrock, n = 1000: {name}'s time over ours", str(ratio), "", None, "for comparison"))
    return rows


def chain_rows():
    x = Var(1.0)
    y = x
    for _ in range(CHAIN):
        y = y * 1.00001
    y.backward()
    exact = 1.00001**CHAIN
    off = abs(x.gradient - exact) / exact
    return [no_more(f"a chain of {CHAIN:,} operations: relative error", float(off), 1e-10)]
