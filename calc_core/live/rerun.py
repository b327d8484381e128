"""What a cell made when it ran before is closed when it runs again.

Without this, each run would leave its widgets and pictures in ipywidgets' memory for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import ipywidgets
from IPython import get_ipython

_Widget = TypeVar("_Widget", bound=ipywidgets.Widget)

_shown: dict[tuple[str, int], ipywidgets.Widget] = {}  # by cell, and place among the widgets that one run makes
_places: dict[str, tuple[str, int]] = {}  # by cell: its latest run, and the place of the latest widget


def replace_predecessor(widget: _Widget) -> _Widget:
    """The widget; closes the one that the same cell made at the same place when it ran before, with all its parts.

    To be called once for a widget that is shown as a whole, when it is complete. If it has a ``close`` of its own, that
    one is called; it may end in ``close_all``.
    """
    parent: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:  # the kernel does not tell which cell is running: close nothing
        return widget
    run = parent["header"]["msg_id"]
    latest_run, latest = _places.get(cell, (run, -1))
    place = latest + 1 if run == latest_run else 0
    _places[cell] = run, place
    if (cell, place) in _shown:
        _close(_shown[cell, place])
    _shown[cell, place] = widget
    return widget


def _close(widget: ipywidgets.Widget) -> None:
    if type(widget).close is not ipywidgets.Widget.close:
        widget.close()
    else:
        close_all(widget)


def close_all(widget: ipywidgets.Widget) -> None:
    """Nothing; the widget and all its parts leave the page and the memory, and it lets go of them."""
    for part in list(_parts(widget)):
        ipywidgets.Widget.close(part)
    widget.children = ()


def _parts(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """The widget and all that ipywidgets keeps for it: its layout, its style, and the same of its children."""
    yield widget
    yield from (getattr(widget, name) for name in ("layout", "style") if widget.has_trait(name))
    for child in getattr(widget, "children", ()):
        yield from _parts(child)
