"""A matplotlib figure that answers its controls as fast as a message can travel, and its controls."""

from calc_core.live.figure import LiveFigure
from calc_core.live.rerun import replace_predecessor
from calc_core.live.twin import display_with_twin

__all__ = ["LiveFigure", "display_with_twin", "replace_predecessor"]
