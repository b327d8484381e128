"""Paths of descent, step by step, against torch's optimisers."""

import numpy as np

from benchmarks.report import no_more, peer, skipped
from calc_core.automatic import grad
from calc_core.descent import adam, descend

TITLE = "Descent: paths against torch's optimisers"
STEPS = 2000
START = (-1.2, 1.0, 0.5, -0.8)


def bowl(p):
    """A quadratic of condition number 40."""
    return 0.5 * (p[0] ** 2 * 1.0 + p[1] ** 2 * 3.0 + p[2] ** 2 * 10.0 + p[3] ** 2 * 40.0)


def valley(p):
    """A curved valley that never explodes: a bent bowl."""
    return 0.5 * (p[0] - 1) ** 2 + (p[1] - p[0] ** 2) ** 2 + 0.5 * (p[2] - p[1]) ** 2 + 0.25 * p[3] ** 4


METHODS = {
    "plain": (
        lambda f: descend(f, START, 0.02, STEPS, gradient=grad(f)),
        lambda optim, p: optim.SGD([p], lr=0.02),
    ),
    "heavy ball": (
        lambda f: descend(f, START, 0.02, STEPS, gradient=grad(f), momentum=0.9),
        lambda optim, p: optim.SGD([p], lr=0.02, momentum=0.9),
    ),
    "Nesterov": (
        lambda f: descend(f, START, 0.02, STEPS, gradient=grad(f), momentum=0.9, nesterov=True),
        lambda optim, p: optim.SGD([p], lr=0.02, momentum=0.9, nesterov=True),
    ),
    "Adam": (
        lambda f: adam(f, START, 0.02, STEPS, gradient=grad(f)),
        lambda optim, p: optim.Adam([p], lr=0.02),
    ),
}


def torch_path(torch, f, make):
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimiser = make(torch.optim, p)
    points = [p.detach().numpy().copy()]
    for _ in range(STEPS):
        optimiser.zero_grad()
        f(p).backward()
        optimiser.step()
        points.append(p.detach().numpy().copy())
    return np.array(points)


def measure():
    torch = peer("torch")
    rows = []
    for function in (bowl, valley):
        for name, (ours, theirs) in METHODS.items():
            claim = f"{name}, {function.__name__}: largest difference on {STEPS:,} steps"
            if not torch:
                rows.append(skipped(claim, "at most 1e-12", "torch"))
                continue
            off = float(np.abs(ours(function).points - torch_path(torch, function, theirs)).max())
            rows.append(no_more(claim, off, 1e-12, "every coordinate of every point"))
    return rows
