"""The three worked examples of the unit; their doctests show the two by formula."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import calc_core
from calc_core.worked_examples import numerical_gradient, printout


@given(st.floats(-50, 50), st.floats(-50, 50), st.sampled_from([1e-6, 0.5]))
def test_numerical_gradient_is_the_formula_and_its_h_squared(a, b, step):
    found, size = numerical_gradient(a, b, step=step), 1 + a**2 * abs(b) + abs(b) ** 3
    assert found == pytest.approx([2 * a * b, a**2 + 3 * b**2 + step**2], rel=1e-6, abs=1e-9 * size)
    assert numerical_gradient() == pytest.approx([12, 31], abs=1e-8)


@pytest.mark.parametrize("step", [0.0, -1e-6, float("nan"), float("inf")])
def test_what_is_no_step_or_no_point_is_refused(step):
    with pytest.raises(ValueError, match=r"step must be a positive finite number, got"):
        numerical_gradient(step=step)
    with pytest.raises(ValueError, match=r"x must be finite, got array\(\[ *2., inf\]\)"):
        numerical_gradient(2.0, np.inf)


def test_the_package_and_the_command_give_the_three():
    assert set(calc_core.__all__) == {"chain_rule_derivative", "numerical_gradient", "symbolic_derivative"}
    printed = subprocess.run([sys.executable, "-m", "calc_core"], capture_output=True, text=True, check=True).stdout
    assert printed.rstrip("\n") == printout()
    for words in ("3*x**2 - 4*x", "(12.000000, 31.000000)", "(12, 31)", "4*x**2 + 4*x + 1", "8*x + 4"):
        assert words in printed
