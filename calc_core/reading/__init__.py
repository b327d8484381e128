"""What a person types, as an expression; nothing is ever evaluated as code."""

from calc_core.reading.parser import read
from calc_core.reading.tokens import ReadingError

__all__ = ["ReadingError", "read"]
