"""A derivation that waits: name the next rule, then see its line. The results appear as the parts below are done."""

import html
from typing import Any

import ipywidgets
import sympy as sp

from calc_core.explorers.expressions import as_expression
from calc_core.live import display_with_twin, replace_predecessor
from calc_core.live.controls import Control, text_field
from calc_core.reading import ReadingError
from calc_core.symbolic import explain
from calc_core.symbolic.derivation import Line, Step
from calc_core.symbolic.notation import to_text

LESSON_EXAMPLE = "x^2 e^x"

KNOWN = "derivative of"  # how the names of known derivatives begin

#: What each rule needs, for the one who names it where it does not fit.
NEEDS = {
    "constant rule": "an expression in which the variable does not occur",
    "variable rule": "the variable, and nothing else",
    "sum rule": "terms that are added or subtracted",
    "constant multiple rule": "a constant factor in front of a part that varies",
    "product rule": "factors that all vary",
    "quotient rule": "a fraction whose upper and lower part both vary",
    "reciprocal rule": "1 over a part that varies",
    "power rule": "the variable itself, to a constant power",
    "exponential rule": "a constant to the power of the variable itself",
    "general power rule": "a base and an exponent that both vary",
    "chain rule": "one function with another one inside",
    KNOWN: "a known function of the variable itself, such as the sine",
    "logarithm to base b": "a logarithm of the variable to another base than e",
    "maximum rule": "the greater of several parts",
    "minimum rule": "the smaller of several parts",
    "rule for cases": "an expression written case by case",
    "sum rule over data": "a sum over data",
}
_LABELS = {name: "derivative of a known function" if name == KNOWN else name for name in NEEDS}
LIKELY = ("sum rule", "product rule", "power rule", "chain rule", KNOWN)  # offered whatever the function is
_ASK = "choose a rule"


class DerivationExplorer(ipywidgets.VBox):
    """A derivation shown line by line: `controls` and `buttons` by name, the current `values`, the last `readout`.

    `values` holds the lines that are shown, all lines, the guesses made and how many of them were right.
    """

    def __init__(self, expression: str | sp.Expr, variable: str | sp.Symbol | None):
        self._variable = variable
        self._menu = ipywidgets.Dropdown(options=[_ASK], description="next rule")
        text = expression if isinstance(expression, str) else to_text(as_expression(expression))
        self.controls: dict[str, Control] = {
            "function": text_field("f =", text),
            "rule": Control("next rule", _ASK, {self._menu: str}, str),
        }
        actions = {
            "Check": self.check, "Show next": self.show_next, "Show all": self.show_all, "Start over": self.start_over,
        }  # fmt: skip
        self.buttons = {name: ipywidgets.Button(description=name, layout={"width": "auto"}) for name in actions}
        for name, button in self.buttons.items():
            button.on_click(lambda _button, action=actions[name]: action())
        self._formulas = ipywidgets.HTMLMath(layout={"overflow": "auto"})
        self._status = ipywidgets.HTML()
        self._step = self._explained(expression)
        question = ipywidgets.HBox([self.controls["rule"], self.buttons["Check"]])
        rest = ipywidgets.HBox([self.buttons[name] for name in ("Show next", "Show all", "Start over")])
        super().__init__([self.controls["function"], self._formulas, question, rest, self._status])
        self.controls["function"].observe(self._read, "value")
        self.start_over()
        replace_predecessor(self)

    def reset(self) -> None:
        """Nothing; goes back to the first function, with nothing shown."""
        self.controls["function"].value = self.controls["function"].initial
        self.start_over()

    def check(self) -> None:
        """Nothing; compares the chosen rule with the next one and shows the next line if it is right."""
        chosen, line = self.controls["rule"].value, self._next_line
        if line is None:
            return self._say("The derivation is complete. Type another function, or start over.")
        if chosen == _ASK:
            return self._say("Choose a rule first, then press Check.")
        name = next(name for name, label in _LABELS.items() if label == chosen)
        self._guesses += 1
        if name == _name(line.step):
            self._right += 1
            return self._reveal(1, f"Yes: {line.reason.text}.")
        part = to_text(line.step.expression)
        return self._say(f"Not the {chosen}: that needs {NEEDS[name]}. Look at what is done last in {part}.")

    def show_next(self) -> None:
        """Nothing; shows the next line without asking."""
        line = self._next_line
        self._reveal(1, f"It was this: {line.reason.text}." if line else "")

    def show_all(self) -> None:
        """Nothing; shows the whole derivation."""
        self._reveal(len(self._lines), "")

    def start_over(self) -> None:
        """Nothing; hides all lines of the derivation again."""
        self._lines = self._step.lines()
        needed = {_name(line.step) for line in self._lines}
        self._menu.options = [_ASK, *(label for name, label in _LABELS.items() if name in {*LIKELY, *needed})]
        self._shown = self._guesses = self._right = 0
        self._reveal(0, "")

    def _read(self, _change: Any) -> None:
        try:
            self._step = self._explained(self.controls["function"].value)
        except ReadingError as problem:
            end = "" if problem.message.endswith("?") else "."
            return self._say(f"{problem.message[0].upper()}{problem.message[1:]}{end} The derivation above stays.")
        except Exception as problem:  # whatever SymPy makes of what was typed; a widget shows no traceback
            return self._say(f"This cannot be explained: {problem}. The derivation above stays.")
        return self.start_over()

    def _explained(self, expression: str | sp.Expr) -> Step:
        expr = as_expression(expression)
        names = sorted(symbol.name for symbol in expr.free_symbols)
        usual = "x" if "x" in names or not names else names[0]
        return explain(expr, self._variable or usual)

    @property
    def _next_line(self) -> Line | None:
        return self._lines[self._shown] if self._shown < len(self._lines) else None

    def _reveal(self, count: int, words: str) -> None:
        self._shown = min(self._shown + count, len(self._lines))
        rows = [_row(line, self._is_done(place)) for place, line in enumerate(self._lines[: self._shown])]
        line = self._next_line
        if line is not None:
            rows.append(_question(line))
            words = f"{words} Which rule comes next, for {_asked(line)[0]}?"
        else:
            words = f"{words} Complete: {_asked(self._lines[0])[0]} = {to_text(self._step.result)}."
        self._formulas.value = "".join(rows)
        self.controls["rule"].value = _ASK
        for name in ("Check", "Show next", "Show all"):
            self.buttons[name].disabled = line is None
        self._say(words.strip())

    def _is_done(self, place: int) -> bool:
        """True when everything below a line is shown, so that its result is known."""
        return place + len(self._lines[place].step.walk()) <= self._shown

    def _say(self, words: str) -> None:
        self.readout = words
        self.values = {
            "shown": self._shown, "lines": len(self._lines), "guesses": self._guesses, "right": self._right,
        }  # fmt: skip
        self._status.value = (
            f'<div role="status" style="font-size:15px;line-height:1.4;padding:4px 0">{html.escape(words)}</div>'
        )

    def _ipython_display_(self) -> None:
        """Nothing; displays the widget and, for where no kernel is alive to ask, the whole derivation as LaTeX."""
        display_with_twin(self, {"text/plain": "Derivation", "text/latex": self._step._repr_latex_()})


def derivation_explorer(
    expression: str | sp.Expr = LESSON_EXAMPLE, x: str | sp.Symbol | None = None
) -> DerivationExplorer:
    """Return a widget that derives the expression rule by rule and asks for each rule before it shows it.

    The expression is SymPy's or what a person types; another can be typed into the widget. The derivative is taken in
    `x`: if it is not given, in the variable named x or else the first in the alphabet. Raises ValueError for text that
    cannot be read and for a function that no rule covers. A saved notebook shows the whole derivation.
    """
    return DerivationExplorer(expression, x)


def _name(step: Step) -> str:
    return KNOWN if step.rule.startswith(KNOWN) else step.rule


def _asked(line: Line) -> tuple[str, str]:
    """Return what is to be differentiated, as text and as LaTeX: the line up to its first equals sign."""
    return line.equation.text.partition("] = ")[0] + "]", line.equation.latex.partition(r"\right] = ")[0] + r"\right]"


def _row(line: Line, done: bool) -> str:
    equation = line.equation.latex if done else _asked(line)[1] + r" = \ldots"
    return _div(line, rf"{_math(equation)} &emsp; <span style='opacity:0.85'>{_math(line.reason.latex)}</span>")


def _question(line: Line) -> str:
    return _div(line, f"{_math(_asked(line)[1] + ' = {?}')}", "border-left:4px solid #0072B2;")


def _div(line: Line, content: str, style: str = "") -> str:
    margin = f"margin-left:{2 * line.depth}em"
    return f"<div style='{margin};padding:5px 0 5px 8px;{style}white-space:nowrap'>{content}</div>"


def _math(latex: str) -> str:
    return html.escape(rf"$\displaystyle {latex}$")
