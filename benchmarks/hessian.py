"""Hessians by a complex step through reverse mode."""

from fractions import Fraction

import numpy as np

from benchmarks.automatic import rosenbrock
from benchmarks.report import Row, at_least, no_more, peer, ratios, skipped
from calc_core.automatic import hessian

TITLE = "Automatic differentiation: Hessians"


def exact_hessian(point):
    """Rosenbrock's, in fractions, so without any rounding until the end."""
    x = [Fraction(float(value)) for value in point]
    matrix = [[Fraction(0)] * len(x) for _ in x]
    for i in range(len(x) - 1):
        matrix[i][i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        matrix[i + 1][i + 1] += 200
        matrix[i][i + 1] = matrix[i + 1][i] = -400 * x[i]
    return matrix


def relative_error(computed, exact):
    size = range(len(exact))
    off = max(abs(Fraction(float(computed[i, j])) - exact[i][j]) for i in size for j in size)
    return float(off / max(abs(entry) for row in exact for entry in row))


def measure():
    rows = []
    for n in (10, 50):
        point = np.random.default_rng(n).normal(size=n)
        claim = f"Rosenbrock, n = {n}: relative error"
        worst = relative_error(hessian(rosenbrock)(point), exact_hessian(point))
        rows.append(no_more(claim, worst, 1e-14, "against exact fractions"))
        rows += against_peers(n, point)
    return rows


def against_peers(n, point):
    peers = {}
    if autograd := peer("autograd"):
        peers["autograd"] = lambda: autograd.hessian(rosenbrock)(point)
    if torch := peer("torch"):
        torch.set_num_threads(1)
        leaf = torch.tensor(point)
        peers["torch.func"] = lambda: torch.func.hessian(rosenbrock)(leaf)
    measured = ratios(lambda: hessian(rosenbrock)(point), peers)
    claim, checked = f"Rosenbrock, n = {n}: {{}}'s time over ours", "ours includes the check against a real difference"
    rows = [
        at_least(claim.format("autograd"), measured["autograd"], 5, checked)
        if autograd
        else skipped(claim.format("autograd"), "at least 5", "autograd")
    ]
    if torch:
        rows.append(Row(claim.format("torch.func"), str(measured["torch.func"]), "", None, "for comparison"))
    return rows
