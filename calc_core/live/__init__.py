"""A matplotlib figure that answers its controls as fast as a message can travel, and its controls."""

from calc_core.live.figure import LiveFigure
from calc_core.live.rerun import replace_predecessor

__all__ = ["LiveFigure", "replace_predecessor"]
