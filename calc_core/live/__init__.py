"""A matplotlib figure that answers its controls as fast as a message can travel, and its controls."""

from calc_core.live.figure import LiveFigure

__all__ = ["LiveFigure"]
