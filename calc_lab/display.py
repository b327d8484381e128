"""How a widget is shown: what stands for it without a kernel, and what its cell made before is closed.

Without the closing, each run of a cell would leave its widgets and pictures in ipywidgets' memory for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets
from IPython import get_ipython
from IPython.display import display

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


def display_with_fallback(
    widget: ipywidgets.Widget, fallback: dict[str, Any], metadata: dict[str, Any] | None = None
) -> None:
    """Display the widget, and beside it what stands for it where no kernel is alive; a closed one has that alone.

    To be called by ``_ipython_display_``, which all versions of ipywidgets know.
    """
    data = dict(fallback)
    if widget.comm is not None:
        view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
        data["application/vnd.jupyter.widget-view+json"] = view
    display(data, metadata=metadata, raw=True)
