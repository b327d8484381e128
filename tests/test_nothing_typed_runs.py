"""Text is read, never run: also text inside a list, a tuple, a dict or an array, which SymPy would hand to Python."""

import os

import numpy as np
import pytest

from calc_lab import chain_explorer, derivation_explorer, taylor_explorer
from calc_tutor import explain

CODE = "__import__('os').environ.__setitem__('WITNESS', 'ran')"


@pytest.mark.parametrize("function", [explain, chain_explorer, taylor_explorer, derivation_explorer])
@pytest.mark.parametrize("given", [[CODE], (CODE,), {CODE: 1}, {1: CODE}, {CODE}, np.array([CODE]), [[CODE]]])
def test_text_inside_something_is_refused_and_not_run(function, given, monkeypatch):
    monkeypatch.delenv("WITNESS", raising=False)
    with pytest.raises((TypeError, ValueError)):
        function(given)
    assert "WITNESS" not in os.environ
