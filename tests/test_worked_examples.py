"""The three worked examples of the unit."""

import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import calc_core
from calc_core.worked_examples import chain_rule_derivative, numerical_gradient, printout, symbolic_derivative

unhurried = settings(deadline=None)

x = sp.Symbol("x")
coordinate = st.floats(-50, 50)


def test_the_two_by_formula():
    assert symbolic_derivative() == (x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x)
    assert chain_rule_derivative() == (4 * x**2 + 4 * x + 1, 8 * x + 4)


@unhurried
@given(coordinate, coordinate)
def test_numerical_gradient_agrees_with_the_formula_everywhere(a, b):
    exact = np.array([2 * a * b, a**2 + 3 * b**2])
    scale = 1 + abs(a) ** 2 * abs(b) + abs(b) ** 3
    np.testing.assert_allclose(numerical_gradient(a, b), exact, rtol=1e-6, atol=1e-9 * scale)


def test_numerical_gradient_takes_the_step_of_the_card():
    found = numerical_gradient()
    np.testing.assert_allclose(found, [12, 31], atol=1e-8)
    assert (found.shape, found.dtype) == ((2,), np.float64)
    assert numerical_gradient(step=0.5)[1] == 31.25
    assert found.tolist() == numerical_gradient(x_val=2.0, y_val=3.0, step=1e-6).tolist()


@pytest.mark.parametrize("step", [0.0, -1e-6, float("nan"), float("inf")])
def test_what_is_no_step_or_no_point_is_refused(step):
    with pytest.raises(ValueError, match=r"step must be a positive finite number, got"):
        numerical_gradient(step=step)
    with pytest.raises(ValueError, match=r"x must be finite, got array\(\[ *2., inf\]\)"):
        numerical_gradient(2.0, float("inf"))


def test_the_package_and_the_command_give_the_three():
    assert set(calc_core.__all__) == {"chain_rule_derivative", "numerical_gradient", "symbolic_derivative"}
    printed = subprocess.run([sys.executable, "-m", "calc_core"], capture_output=True, text=True, check=True).stdout
    assert printed.rstrip("\n") == printout()
    for words in ("3*x**2 - 4*x", "(12.000000, 31.000000)", "(12, 31)", "8*x + 4"):
        assert words in printed
