"""What a cell made when it ran before is closed when it runs again.

Without this, each run would leave its widgets and pictures in ipywidgets' memory for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import ipywidgets
from IPython import get_ipython

_Widget = TypeVar("_Widget", bound=ipywidgets.Widget)

_made: dict[str, tuple[str, list[ipywidgets.Widget]]] = {}  # by cell: its latest run, and what that has made


def replace_predecessor(widget: _Widget) -> _Widget:
    """The widget; closes those that the same cell made when it ran before, with all their parts.

    To be called once for a widget that is shown as a whole, when it is complete. If it has a ``close`` of its own, that
    one is called; it may end in ``close_all``.
    """
    parent: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:  # the kernel does not tell which cell is running: close nothing
        return widget
    run = parent["header"]["msg_id"]
    latest_run, made = _made.get(cell, (run, []))
    if run != latest_run:
        for before in made:
            _close(before)
        made = []
    _made[cell] = run, [*made, widget]
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
