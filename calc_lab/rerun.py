"""What a cell made when it ran before is closed when it runs again.

Without this, each run would leave its widgets and pictures in ipywidgets' memory for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets
from IPython import get_ipython

_made: dict[str, tuple[str, list[ipywidgets.Widget]]] = {}  # by cell: its latest run, and what that has made


def replace_predecessor(widget: ipywidgets.Widget) -> None:
    """Close the widgets that the same cell made when it ran before, with all their parts.

    To be called once for a widget that is shown as a whole, when it is complete. Where the kernel does not tell which
    cell is running, nothing is closed.
    """
    parent: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run = parent["header"]["msg_id"]
    latest_run, made = _made.get(cell, (run, []))
    if run != latest_run:
        for before in made:
            close_all(before)
        made = []
    _made[cell] = run, [*made, widget]


def close_all(widget: ipywidgets.Widget) -> None:
    """Take the widget and all its parts from the page and from memory."""
    for part in list(_parts(widget)):
        part.close()


def _parts(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    # ipywidgets keeps a layout and a style for each widget as well, and the same for its children.
    for child in getattr(widget, "children", ()):
        yield from _parts(child)
    yield from (getattr(widget, name) for name in ("layout", "style") if widget.has_trait(name))
    yield widget
