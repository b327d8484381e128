"""What moves: figures that answer their controls, and the explorers made of them."""

from calc_lab.figure import LiveFigure, moving

__all__ = ["LiveFigure", "moving"]
