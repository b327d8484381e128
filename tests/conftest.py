"""Hypothesis does not watch the clock: on a busy machine one slow example is no bug."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
