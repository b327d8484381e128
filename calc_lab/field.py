"""The field for an answer, which exercises and the drill share: how it is read, a verdict, a hint, the solution."""

import asyncio
import html
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import ipywidgets
import sympy as sp
from IPython.display import display
from sympy.printing.mathml import mathml

from calc_lab.display import display_with_fallback, packaged, replace_predecessor
from calc_tutor.diagnosis import Verdict, sentence
from calc_tutor.notation import to_latex
from calc_tutor.reading import as_expressions

ICONS = {"right": "✓", "almost": "≈", "look again": "✗", "not read": "?", "help": "i"}
TRIES_UNTIL_SOLUTION = 2
JUST_TYPED, ROUND_TRIP = 1.0, 0.5  # seconds: see AnswerField._press
IN_COLAB = "google.colab" in sys.modules  # it typesets Markdown, but nothing inside a widget


def message(look: str, title: str, text: str) -> str:
    """A message in HTML, with the colour, the icon and the words of a look; lines after the first keep their places."""
    first, *more = html.escape(text).split("\n", 1)
    below = f"<pre>{more[0]}</pre>" if more else ""
    icon = f'<i aria-hidden="true">{ICONS[look]}</i>'
    return (
        f'<div class="calc-message calc-{look.replace(" ", "-")}" role="status">{icon}'
        f"<div><b>{html.escape(title)}</b> {first}{below}</div></div>"
    )


def typeset(*expressions: sp.Basic) -> str:
    """A formula, or several in parentheses, for an `HTMLMath`."""
    whole = expressions[0] if len(expressions) == 1 else sp.Tuple(*expressions)
    if IN_COLAB:
        return f'<math displaystyle="true">{mathml(whole, printer="presentation")}</math>'
    return html.escape(rf"$\displaystyle {to_latex(whole)}$")


def markdown(text: str) -> dict[str, str]:
    """A text as a notebook displays it."""
    return {"text/plain": text, "text/markdown": text}


def fold(title: str, text: str) -> str:
    """A text that opens when it is asked for, in Markdown."""
    return f"<details><summary>{title}</summary>\n\n{text.strip()}\n\n</details>"


def listed(choices: Mapping[str, str]) -> str:
    """Choices, or what is said to each of them, as a list in Markdown."""
    return "\n".join(f"- {letter}) {text}" for letter, text in choices.items())


def button(name: str, look: str, act: Callable[[], None]) -> ipywidgets.Button:
    """A button in one of the looks of `field.css`."""
    made = ipywidgets.Button(description=name)
    made.add_class(look)
    made.on_click(lambda _button: act())
    return made


class Card(ipywidgets.VBox):
    """A frame around widgets under a question; where no kernel is alive, `fallback` stands there, also in Markdown."""

    name = question = ""
    fallback: tuple[str, ...] = ()

    def __init__(self, *parts: ipywidgets.Widget):
        style = ipywidgets.HTML(f"<style>{packaged('field.css')}</style>", layout={"display": "none"})
        super().__init__([*parts, style])
        self.add_class("calc-card")
        replace_predecessor(self)

    def _ipython_display_(self) -> None:
        display(markdown(self.question), raw=True)
        shown = [text for text in self.fallback if text]
        display_with_fallback(self, markdown("\n\n".join(shown)) | {"text/plain": self.name})
        folds = [text for text in shown if text.startswith("<details>")]
        if IN_COLAB and folds:  # the formulas of a solution, typeset
            display(markdown("\n\n".join(folds)), raw=True)


class Choices(ipywidgets.VBox):
    """A button for each choice; the chosen one is marked."""

    def __init__(self, choices: Mapping[str, str], choose: Callable[[str], None]):
        self.buttons = {}
        for letter, text in choices.items():
            self.buttons[letter] = button(f"{letter})  {text}", "calc-choice", partial(choose, letter))
        super().__init__([*self.buttons.values()])
        self.add_class("calc-choices")

    def mark(self, chosen: str) -> None:
        """Mark one of the buttons as chosen."""
        for letter, choice in self.buttons.items():
            choice.tooltip = "your choice" if letter == chosen else ""
            mark = choice.add_class if letter == chosen else choice.remove_class
            mark("calc-chosen")


class AnswerField(Card):
    """A field, or a button for each choice, with all that is said to the answer.

    `judge` gives the verdict on an answer, or an error with a message for the learner where it cannot be read; `hint`
    gives plain text, and `solution` Markdown.
    """

    def __init__(
        self,
        judge: Callable[[str], Verdict],
        hint: Callable[[], str],
        solution: Callable[[], str],
        example: str = "2x cos(x^2)",
        choices: Mapping[str, str] | None = None,
        more: Iterable[ipywidgets.Widget] = (),
    ):
        self.judge, self.hint, self.solution = judge, hint, solution
        self.tries, self.tone, self._typed_at = 0, "", 0.0
        self._waiting: asyncio.TimerHandle | None = None
        self.reading = ipywidgets.HTMLMath()
        self.verdict = ipywidgets.HTML()  # it may quote the answer, in which nothing is a formula
        self.help = ipywidgets.HTML()
        self.worked = ipywidgets.Output()  # Markdown, typeset by the notebook itself
        self.field = ipywidgets.Text(description="Your answer", placeholder=f"such as {example}")
        self.field.observe(self._changed, "value")
        # Enter arrives as a message; reacting to `value` would judge a half-typed answer when the field loses focus.
        self.field.on_msg(lambda _field, content, _: self._press() if content.get("event") == "submit" else None)
        self.choices = Choices(choices or {}, self._choose)
        self.show_me = button("Show me", "calc-quiet", self._show_solution)
        buttons = ipywidgets.HBox([button("Hint", "calc-quiet", self._show_hint), self.show_me, *more])
        typing = ipywidgets.HBox([self.field, button("Check", "calc-main", self._press)])
        below = ipywidgets.HBox([self.reading, buttons])
        for row in (typing, below, buttons):
            row.add_class("calc-row")
        for hidden in (typing, self.reading) if choices else (self.choices,):
            hidden.layout.display = "none"  # and not left out, so that all is closed together
        super().__init__(self.choices, typing, below, self.verdict, self.help, self.worked)
        self.start_again()

    def submit(self) -> None:
        """Judge the answer in the field, and say the verdict."""
        self._stop_waiting()
        try:
            verdict = self.judge(self.field.value)
        except Exception as error:  # whatever goes wrong, the learner reads a sentence
            verdict = Verdict("not read", sentence(error))
        self.tone = verdict.tone
        self.verdict.value = message(verdict.tone, f"{verdict.tone.capitalize()}.", verdict.message)
        self.tries += verdict.tone != "not read"
        if verdict.correct or self.tries >= TRIES_UNTIL_SOLUTION:
            self.show_me.layout.display = ""

    def start_again(self) -> None:
        """Empty the field and all that was said."""
        self._stop_waiting()
        self.tries, self.tone = 0, ""
        self.field.value = self.verdict.value = self.help.value = ""
        self.show_me.layout.display = self.worked.layout.display = "none"
        self._read()

    def _press(self) -> None:
        """Judge the answer once it is there.

        While a message is under way ipywidgets holds back what is typed, but sends Enter at once, so that Enter
        overtakes the last letters. If something was typed just now, wait for them: for the next change, or as long as
        a message takes to a kernel far away and back.
        """
        self._stop_waiting()
        wait = ROUND_TRIP if time.monotonic() - self._typed_at < JUST_TYPED else 0
        try:
            self._waiting = asyncio.get_running_loop().call_later(wait, self.submit)
        except RuntimeError:  # a kernel without a loop cannot wait
            self.submit()

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.cancel()
        self._waiting = None

    def _changed(self, _change: object) -> None:
        self._typed_at = time.monotonic()
        self._read()
        if self._waiting:
            self.submit()

    def _choose(self, letter: str) -> None:
        self.choices.mark(letter)
        self.field.value = letter
        self.submit()

    def _read(self) -> None:
        if self.tone == "right":  # it was said to another answer
            self.tone = self.verdict.value = ""
        try:
            formula = typeset(*as_expressions(self.field.value))
        except Exception:  # half-typed as a rule
            formula = "…"
        shown = f'<span class="calc-muted">read as</span> {formula}' if self.field.value.strip() else ""
        self.reading.value = f'<div class="calc-read">{shown}</div>'

    def _show_hint(self) -> None:
        self.worked.layout.display = "none"
        self.help.value = message("help", "Hint.", self.hint())

    def _show_solution(self) -> None:
        data = markdown(self.solution())
        self.worked.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
        self.worked.layout.display = ""
        self.help.value = message("help", "Solution.", "")
