import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import calc_core
from calc_core.worked_examples import chain_rule_derivative, numerical_gradient, printout, symbolic_derivative

x = sp.Symbol("x")
coordinate = st.floats(-50, 50)


def test_symbolic_derivative_is_the_polynomial_of_the_card_and_its_derivative():
    assert symbolic_derivative() == (x**3 - 2 * x**2 + 5, 3 * x**2 - 4 * x)


def test_chain_rule_derivative_is_expanded():
    assert chain_rule_derivative() == (4 * x**2 + 4 * x + 1, 8 * x + 4)


def test_numerical_gradient_at_the_default_point():
    gradient = numerical_gradient()
    assert gradient.shape == (2,)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, [12, 31], atol=1e-5)


@given(coordinate, coordinate)
def test_numerical_gradient_agrees_with_the_formula_everywhere(a, b):
    exact = np.array([2 * a * b, a**2 + 3 * b**2])
    scale = 1 + abs(a) ** 2 * abs(b) + abs(b) ** 3
    np.testing.assert_allclose(numerical_gradient(a, b), exact, rtol=1e-6, atol=1e-9 * scale)


@pytest.mark.parametrize("step", [0.0, -1e-6, float("nan"), float("inf")])
def test_a_step_that_is_no_step_is_refused_by_name(step):
    with pytest.raises(ValueError, match=r"step.*positive.*got"):
        numerical_gradient(step=step)


@pytest.mark.parametrize("point", [(float("nan"), 3.0), (2.0, float("inf"))])
def test_a_point_that_is_not_finite_is_refused_by_name(point):
    with pytest.raises(ValueError, match=r"_val must be a finite number, got"):
        numerical_gradient(*point)


def test_the_worked_examples_are_importable_from_the_package():
    assert calc_core.symbolic_derivative is symbolic_derivative
    assert calc_core.numerical_gradient is numerical_gradient
    assert calc_core.chain_rule_derivative is chain_rule_derivative


def test_the_command_prints_the_three_with_both_gradients():
    printed = subprocess.run([sys.executable, "-m", "calc_core"], capture_output=True, text=True, check=True).stdout
    assert printed.rstrip("\n") == printout()
    for piece in ("3*x**2 - 4*x", "(12.000000, 31.000000)", "(12, 31)", "8*x + 4"):
        assert piece in printed
