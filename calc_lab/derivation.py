"""A derivation that waits: name the next rule, then see its line. The results appear as the parts below are done."""

import html
from collections.abc import Callable
from typing import Any

import ipywidgets
import sympy as sp

from calc_core.style import DRAWING
from calc_lab.controls import Control, text_field
from calc_lab.display import display_with_fallback, replace_predecessor
from calc_tutor import ReadingError, explain
from calc_tutor.derivation import Line, Step
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression

ASK = "choose a rule"
KNOWN = "derivative of a known function"
NEEDS = {  # of each rule, for the one who names it where it does not fit
    "constant rule": "an expression in which the variable does not occur",
    "sum rule": "terms that are added or subtracted",
    "constant multiple rule": "a constant factor in front of a part that varies",
    "product rule": "factors that all vary",
    "quotient rule": "a fraction whose lower part varies",
    "sum rule over data": "a sum with one term for each data point",
    "power rule": "the variable itself, to a constant power",
    "exponential rule": "a constant to the power of the variable itself",
    "general power rule": "a base and an exponent that both vary",
    "chain rule": "one function with another one inside",
    KNOWN: "a known function of the variable itself, such as the sine",
    "maximum rule": "the greater of several parts",
    "minimum rule": "the smaller of several parts",
}
LIKELY = ("sum rule", "product rule", "power rule", "chain rule", KNOWN)  # offered whatever the function is
SPECIAL_CASES = {"variable rule": "power rule", "reciprocal rule": "quotient rule"}  # n = 1, and 1 on top
ROW = "<div style='margin-left:{}em;padding:5px 0 5px 8px;white-space:nowrap;{}'>{}</div>"
LINE = '<div role="status" style="font-size:15px;line-height:1.4;padding:4px 0">{}</div>'


class DerivationExplorer(ipywidgets.VBox):
    """A derivation shown line by line: `controls` and `buttons` by name, and the last `sentence`."""

    def __init__(self, expression: str | sp.Expr, variable: str | sp.Symbol | None):
        self.sentence, self._variable, self._shown = "", variable, 0
        self._explain(expression)
        text = expression if isinstance(expression, str) else to_text(self._step.expression)
        self._menu = ipywidgets.Dropdown(options=[ASK], description="next rule")
        self.controls = {
            "function": text_field("f =", text),
            "rule": Control("next rule", ASK, {self._menu: str}, str),
        }
        self.buttons = {
            "Check": self._button("Check", self.check),
            "Show next": self._button("Show next", self.show_next),
            "Show all": self._button("Show all", self.show_all),
            "Start over": self._button("Start over", self.start_over),
        }
        self._formulas = ipywidgets.HTMLMath(layout={"overflow": "auto"})
        self._status = ipywidgets.HTML()
        check, *others = self.buttons.values()
        question = ipywidgets.HBox([self.controls["rule"], check])
        super().__init__([self.controls["function"], self._formulas, question, ipywidgets.HBox(others), self._status])
        self.controls["function"].observe(self._read, "value")
        self.start_over()
        replace_predecessor(self)

    def check(self) -> None:
        """Compare the chosen rule with the next one, and show the next line if it is right."""
        chosen, line = self.controls["rule"].value, self._lines[self._shown]
        if chosen == ASK:
            return self._say("Choose a rule first, then press Check.")
        if chosen == rule_of(line.step):
            return self._reveal(1, f"Yes: {in_known_words(line, line.reason.text)}.")
        part = to_text(line.step.expression)
        return self._say(f"Not the {chosen}: that needs {NEEDS[chosen]}. Look at what is done last in {part}.")

    def show_next(self) -> None:
        """Show the next line without asking."""
        line = self._lines[self._shown]
        self._reveal(1, f"It was this: {in_known_words(line, line.reason.text)}.")

    def show_all(self) -> None:
        """Show the whole derivation."""
        self._reveal(len(self._lines))

    def start_over(self) -> None:
        """Hide all lines of the derivation again."""
        offered = {*LIKELY, *(rule_of(line.step) for line in self._lines)}
        self._menu.options = [ASK, *(rule for rule in NEEDS if rule in offered)]
        self._shown = 0
        self._reveal(0)

    def _button(self, name: str, action: Callable[[], None]) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name, layout={"width": "auto"})

        def press(_button: Any) -> None:
            with DRAWING:
                if not button.disabled:
                    action()

        button.on_click(press)
        return button

    def _read(self, _change: Any) -> None:
        try:
            self._explain(self.controls["function"].value)
        except ReadingError as problem:
            end = "" if problem.message.endswith("?") else "."
            return self._say(f"{problem.message[0].upper()}{problem.message[1:]}{end} The derivation above stays.")
        except Exception as problem:  # whatever SymPy makes of what was typed; a widget shows no traceback
            return self._say(f"This cannot be explained: {problem}. The derivation above stays.")
        return self.start_over()

    def _explain(self, expression: str | sp.Expr) -> None:
        expr = as_expression(expression)
        names = sorted(symbol.name for symbol in expr.free_symbols)
        step = explain(expr, self._variable or ("x" if "x" in names or not names else names[0]))
        self._lines = step.lines()  # first, so that the derivation before stays whole where this one cannot be written
        self._step = step

    def _reveal(self, count: int, words: str = "") -> None:
        self._shown = min(self._shown + count, len(self._lines))
        rows = []
        for place, line in enumerate(self._lines[: self._shown]):
            done = place + len(line.step.walk()) <= self._shown  # all below it is shown, so its result is known
            equation = line.equation.latex if done else asked(line.equation.latex) + r" = \ldots"
            reason = in_known_words(line, line.reason.latex)
            rows.append(ROW.format(2 * line.depth, "", f"{math(equation)} &emsp; {math(reason)}"))
        complete = self._shown == len(self._lines)
        if complete:
            words = f"{words} Complete: {asked(self._lines[0].equation.text)} = {to_text(self._step.result)}."
        else:
            line = self._lines[self._shown]
            question = math(asked(line.equation.latex) + r" = {?}")
            rows.append(ROW.format(2 * line.depth, "border-left:4px solid #0072B2", question))
            words = f"{words} Which rule comes next, for {asked(line.equation.text)}?"
        self._formulas.value = "".join(rows)
        self.controls["rule"].value = ASK
        for name in ("Check", "Show next", "Show all"):
            self.buttons[name].disabled = complete
        self._say(words.strip())

    def _say(self, words: str) -> None:
        self.sentence = words
        self._status.value = LINE.format(html.escape(words))

    def _ipython_display_(self) -> None:
        # Where no kernel is alive to ask, the whole derivation is seen.
        display_with_fallback(self, {"text/plain": str(self._step), "text/latex": self._step._repr_latex_()})


def derivation_explorer(expression: str | sp.Expr = "x^2 e^x", x: str | sp.Symbol | None = None) -> DerivationExplorer:
    """A widget that derives the expression rule by rule and asks for each rule before it shows it.

    The expression is SymPy's or what a person types; another can be typed into the widget. The derivative is taken in
    `x`: if it is not given, in the variable named x or else the first in the alphabet. ValueError for text that cannot
    be read and for a function that no rule covers. A saved notebook shows the whole derivation.

    >>> derivation_explorer("x^3").sentence
    'Which rule comes next, for d/dx [x^3]?'
    """
    return DerivationExplorer(expression, x)


def rule_of(step: Step) -> str:
    """The rule's name in the menu, where rules that are special cases of others go by the name of those."""
    return KNOWN if step.rule.startswith("derivative of") else SPECIAL_CASES.get(step.rule, step.rule)


def in_known_words(line: Line, reason: str) -> str:
    """A reason, as text or LaTeX, in which no rule is named that the menu does not have."""
    return reason.replace(line.step.rule, SPECIAL_CASES.get(line.step.rule, line.step.rule), 1)


def asked(equation: str) -> str:
    """What is to be differentiated: an equation, as text or LaTeX, up to its first equals sign after a bracket."""
    return equation.partition("] = ")[0] + "]"


def math(latex: str) -> str:
    """A formula for the page."""
    return html.escape(rf"$\displaystyle {latex}$")
