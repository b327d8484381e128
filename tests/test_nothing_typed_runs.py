"""Text is read, never run: alone, and in a list, a tuple, a dict or an array, which SymPy would hand to Python."""

import os

import numpy as np
import pytest

from calc_lab import chain_explorer, derivation_explorer, taylor_explorer
from calc_tutor import check, diagnose, explain, read

CODE = "__import__('os').environ.__setitem__('WITNESS', 'ran')"
INSIDE = [CODE, [CODE], (CODE,), {CODE: 1}, {1: CODE}, {CODE}, np.array([CODE]), [[CODE]]]


@pytest.mark.parametrize("given", INSIDE)
@pytest.mark.parametrize("function", [read, explain, chain_explorer, taylor_explorer, derivation_explorer])
def test_text_that_is_code_is_refused_and_not_run(function, given, monkeypatch):
    monkeypatch.delenv("WITNESS", raising=False)
    with pytest.raises((TypeError, ValueError)):
        function(given)
    assert "WITNESS" not in os.environ


@pytest.mark.parametrize("given", INSIDE)
def test_an_answer_that_is_code_is_not_run(given, monkeypatch):
    monkeypatch.delenv("WITNESS", raising=False)
    assert check("product_rule", given).tone == "not read"
    with pytest.raises((TypeError, ValueError)):
        diagnose(given, "x^2")
    assert "WITNESS" not in os.environ
