"""How a widget that is shown as a whole displays itself: with a twin for where no kernel is alive."""

from __future__ import annotations

from typing import Any

import ipywidgets
from IPython.display import display


def display_with_twin(widget: ipywidgets.Widget, data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    """Nothing; displays the widget, and beside it the display data that stand for it without a kernel.

    To be called by ``_ipython_display_``, which all versions of ipywidgets know. A closed widget has its twin alone.
    """
    if widget.comm is not None:
        view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
        data = {**data, "application/vnd.jupyter.widget-view+json": view}
    display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]  # IPython's display has no types
