"""A derivation that waits: name the next rule, then see its line. The results appear as the parts below are done."""

import html
from collections.abc import Callable
from typing import Any

import ipywidgets
import sympy as sp

from calc_core.style import DRAWING
from calc_lab.controls import text_field
from calc_lab.display import display_with_fallback, replace_predecessor
from calc_tutor import explain
from calc_tutor.derivation import Line, Step
from calc_tutor.notation import to_text
from calc_tutor.reading import as_expression

ASK = "choose a rule"
KNOWN = "derivative of a known function"
NEEDS = {  # of each rule, for the one who names it where it does not fit
    "constant rule": "an expression in which the variable does not occur",
    "variable rule": "the variable alone",
    "sum rule": "terms that are added or subtracted",
    "constant multiple rule": "a constant factor in front of a part that varies",
    "product rule": "factors that all vary",
    "reciprocal rule": "a fraction with 1 on top, whose lower part varies",
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
LIKELY = ("sum rule", "product rule", "quotient rule", "power rule", "chain rule", KNOWN)  # always offered
MORE_GENERAL = {"variable rule": "power rule", "reciprocal rule": "quotient rule"}  # with n = 1, with f = 1
ROW = "<div style='margin-left:{}em;padding:5px 0 5px 8px;white-space:nowrap;{}'>{}</div>"
LINE = '<div role="status" style="font-size:15px;line-height:1.4;padding:4px 0">{}</div>'


class DerivationExplorer(ipywidgets.VBox):
    """A derivation shown line by line: `controls` and `buttons` by name, and the last `sentence`."""

    def __init__(self, expression: str | sp.Expr, variable: str | sp.Symbol | None):
        self._variable = variable
        self._lines = self._explained(expression)
        text = expression if isinstance(expression, str) else to_text(self._lines[0].step.expression)
        self._menu = ipywidgets.Dropdown(options=[ASK], description="next rule")
        self.controls = {"function": text_field("f =", text), "rule": self._menu}
        self.buttons = {
            "Check": self._button("Check", self._check),
            "Show next": self._button("Show next", lambda: self._show_next("It was this")),
            "Show all": self._button("Show all", lambda: self._show(len(self._lines))),
            "Start over": self._button("Start over", self._start),
        }
        self._formulas = ipywidgets.HTMLMath(layout={"overflow": "auto"})
        self._status = ipywidgets.HTML()
        check, *others = self.buttons.values()
        rows = [ipywidgets.HBox([self._menu, check]), ipywidgets.HBox(others)]
        super().__init__([self.controls["function"], self._formulas, *rows, self._status])
        self.controls["function"].observe(self._read, "value")
        self._start()
        replace_predecessor(self)

    def _button(self, name: str, action: Callable[[], None]) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name, layout={"width": "auto"})

        def press(_button: Any) -> None:
            with DRAWING:
                if not button.disabled:
                    action()

        button.on_click(press)
        return button

    def _explained(self, expression: str | sp.Expr) -> tuple[Line, ...]:
        expr = as_expression(expression)
        names = sorted(symbol.name for symbol in expr.free_symbols)
        return explain(expr, self._variable or ("x" if "x" in names or not names else names[0])).lines()

    def _read(self, _change: Any) -> None:
        try:
            self._lines = self._explained(self.controls["function"].value)
            self._start()
        except Exception as problem:  # whatever SymPy makes of what was typed; a widget shows no traceback
            words = getattr(problem, "message", f"this cannot be explained: {problem}")
            end = "" if words.endswith("?") else "."
            self._say(f"{words[0].upper()}{words[1:]}{end} The derivation above stays.")

    def _start(self) -> None:
        offered = {*LIKELY, *(rule_of(line.step) for line in self._lines)}
        self._menu.options = [ASK, *(rule for rule in NEEDS if rule in offered)]
        self._show(0)

    def _check(self) -> None:
        chosen, step = self._menu.value, self._lines[self._shown].step
        if chosen == ASK:
            self._say("Choose a rule first, then press Check.")
        elif chosen == rule_of(step):
            self._show_next("Yes")
        elif chosen == MORE_GENERAL.get(step.rule):
            self._show_next("Yes, in its simplest case")
        else:
            part = to_text(step.expression)
            self._say(f"Not the {chosen}: that needs {NEEDS[chosen]}. Look at what is done last in {part}.")

    def _show_next(self, opening: str) -> None:
        self._show(self._shown + 1, f"{opening}: {self._lines[self._shown].reason.text}. ")

    def _show(self, count: int, words: str = "") -> None:
        self._shown = count
        self._menu.value = ASK
        first = self._lines[0]
        ending = f"Complete: {asked(first.equation.text)} = {to_text(first.step.result)}."
        rows = ""
        for place, line in enumerate(self._lines[: count + 1]):
            equation = asked(line.equation.latex) + r" = \ldots"
            if place + len(line.step.walk()) <= count:  # all below it is shown, so its result is known
                equation = line.equation.latex
            row, style = f"{_formula(equation)} &emsp; {_formula(line.reason.latex)}", ""
            if place == count:
                row, style = _formula(asked(line.equation.latex) + r" = {?}"), "border-left:4px solid #0072B2"
                ending = f"Which rule comes next, for {asked(line.equation.text)}?"
            rows += ROW.format(2 * line.depth, style, row)
        self._formulas.value = rows
        for name in ("Check", "Show next", "Show all"):
            self.buttons[name].disabled = count == len(self._lines)
        self._say(words + ending)

    def _say(self, words: str) -> None:
        self.sentence = words
        self._status.value = LINE.format(html.escape(words))

    def _ipython_display_(self) -> None:
        # Where no kernel is alive to ask, the whole derivation is seen.
        display_with_fallback(self, self._lines[0].step._repr_mimebundle_())


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
    """The rule's name in the menu."""
    return KNOWN if step.rule.startswith("derivative of") else step.rule


def asked(equation: str) -> str:
    """What is to be differentiated: an equation, as text or LaTeX, up to its first equals sign after a bracket."""
    return equation.partition("] = ")[0] + "]"


def _formula(latex: str) -> str:
    return html.escape(rf"$\displaystyle {latex}$")
