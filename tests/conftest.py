"""Hypothesis does not watch the clock: on a busy machine one slow example is no bug."""

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="module")
def without_stills():
    """Live figures make no still picture, which is most of their work; all that moves is drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("calc_lab.figure.to_png", lambda figure: b"no picture")
        yield
