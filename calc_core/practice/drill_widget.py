"""The drill as a widget: formula, text field (Enter submits), what is said to the answer, hint, steps, next."""

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from calc_core.live import display_with_twin, replace_predecessor
from calc_core.practice.drill import Drill
from calc_core.practice.problems import LEVELS
from calc_core.practice.verdicts import sentence
from calc_core.reading import read
from calc_core.symbolic.notation import to_latex

_LINE = '<div role="status" style="border-left:5px solid {};padding:2px 10px;line-height:1.5">{}</div>'
_TONES = {"right": "#007A58", "almost": "#B87300", "look again": "#C24E00"}
_NEUTRAL = "#595959"


class DrillWidget(ipywidgets.VBox):
    """The view of one `Drill`. What happens here happens by the drill's own functions."""

    def __init__(self, drill: Drill) -> None:
        """Build the parts and show the drill's current problem."""
        self.drill = drill
        self.question, self.preview = ipywidgets.HTMLMath(), ipywidgets.HTMLMath(layout={"min_height": "2.5em"})
        self.feedback, self.steps = ipywidgets.HTMLMath(), ipywidgets.HTMLMath()
        self.progress = ipywidgets.HTML()
        self.field = ipywidgets.Text(
            description="Derivative", placeholder="such as 2x cos(x^2)", layout={"width": "28em"}
        )
        self.field.observe(self._guarded(self._preview), "value")
        enter = self._guarded(self.submit)
        # Enter arrives as a message; reacting to `value` would count a half-typed answer when the field loses focus.
        self.field.on_msg(lambda _field, message, _buffers: message.get("event") == "submit" and enter(None))
        actions = {"Check": self.submit, "Hint": self.hint, "Steps": self.reveal, "Next": self.next}
        buttons = [ipywidgets.Button(description=name, layout={"width": "6em"}) for name in actions]
        self.buttons = dict(zip(actions, buttons, strict=True))
        for name, button in self.buttons.items():
            button.on_click(self._guarded(actions[name]))
        row = ipywidgets.HBox(buttons)
        super().__init__([self.question, self.field, self.preview, row, self.feedback, self.steps, self.progress])
        self._pose()
        replace_predecessor(self)

    def submit(self) -> None:
        """Nothing; the answer in the field is checked and the feedback shown."""
        try:
            diagnosis = self.drill.answer(self.field.value)
        except (ValueError, TypeError) as error:
            self._say(_NEUTRAL, f"<b>Not read.</b> <pre style='margin:0'>{html.escape(sentence(error))}</pre>")
            return
        tone = f"<b>{diagnosis.tone.capitalize()}.</b>"
        self._say(_TONES.get(diagnosis.tone, _NEUTRAL), f"{tone} {html.escape(diagnosis.message)}")
        self._show_progress()

    def hint(self) -> None:
        """Nothing; the rule to begin with is shown."""
        self._say(_NEUTRAL, f"<b>Hint.</b> {html.escape(self.drill.hint())}")

    def reveal(self) -> None:
        """Nothing; the whole derivation is shown, and the topic will come back."""
        self.steps.value = html.escape(self.drill.reveal()._repr_latex_())
        self._show_progress()

    def next(self) -> None:
        """Nothing; the next problem is posed."""
        self.drill.next()
        self._pose()

    def _pose(self) -> None:
        problem = self.drill.problem
        self.field.value = self.feedback.value = self.steps.value = self.preview.value = ""
        self.question.value = html.escape(
            rf"{problem.topic.capitalize()}, level {problem.level}: $\displaystyle {problem.latex}$"
        )
        self._show_progress()

    def _preview(self) -> None:
        """Show how the text is read so far; while it cannot be read yet, show nothing."""
        try:
            self.preview.value = html.escape(rf"is read as $\displaystyle {to_latex(read(self.field.value))}$")
        except ValueError:
            self.preview.value = ""

    def _show_progress(self) -> None:
        topics = [
            f'<span style="display:inline-block;margin-right:1.5em">{topic} {"●" * p.level}{"○" * (LEVELS - p.level)} '
            f"{p.right} of {p.posed} right</span>"
            for topic, p in self.drill.progress.items()
        ]
        broken = ", ".join(f"{rule} ({count})" for rule, count in self.drill.broken.items())
        told = f"<div>To watch: {html.escape(broken)}</div>" if broken else ""
        self.progress.value = f'<div style="color:{_NEUTRAL};line-height:1.6">{"".join(topics)}{told}</div>'

    def _say(self, colour: str, text: str) -> None:
        self.feedback.value = _LINE.format(colour, text)

    def _ipython_display_(self) -> None:
        """Nothing; displays the widget, and for where no kernel is alive one sentence instead."""
        data = {
            "text/plain": f"Drill({', '.join(self.drill.topics)})",
            "text/markdown": "*The drill poses its problems where a kernel is running: run this cell.*",
        }
        display_with_twin(self, data)

    def _guarded(self, action: Callable[[], None]) -> Callable[[Any], None]:
        """Return the action as a handler that ends in a sentence whatever goes wrong, never in a traceback."""

        def handle(_event: Any) -> None:
            try:
                action()
            except Exception as error:
                self._say(_NEUTRAL, f"This did not work ({html.escape(str(error))}). Try another form, or press Next.")

        return handle


def drill(topic: str | None = None, seed: int | None = None) -> DrillWidget:
    """Return a drill over all topics, or over the one whose name begins so: harder as answers are right.

    The same without a widget is `session = Drill(topic, seed)`, with `session.problem`, `session.answer("2x")`,
    `session.hint()`, `session.steps()` and `session.next()`. Raises ValueError for an unknown topic, with the list.
    """
    return DrillWidget(Drill(topic, seed))
