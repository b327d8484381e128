"""The worked numbers of the lesson are generic: a slip in the formula would change what is displayed.

Each derivation is written out as the lesson prints it, unevaluated. Every formula that a single slip would give (one
sign flipped, one factor dropped, the operands of a difference, a quotient or a power swapped) is evaluated beside it,
and has to give another number in the digits that are displayed.
"""

import re
from pathlib import Path

import nbformat
import pytest
import sympy as sp
from calc_core.explorers import backpropagation_explorer, chain_explorer

LESSON = Path(__file__).parents[1] / "notebooks" / "calculus.ipynb"


def add(*terms):
    return sp.Add(*terms, evaluate=False)


def mul(*factors):
    return sp.Mul(*factors, evaluate=False)


def power(base, exponent):
    return sp.Pow(base, exponent, evaluate=False)


def number(text):
    return sp.Symbol(text)  # a symbol named by its value: SymPy leaves it where it stands


def value(expression):
    return float(expression.subs({symbol: sp.Rational(symbol.name) for symbol in expression.free_symbols}))


def slips(expression):
    """Every expression that differs from this one by a single slip."""
    arguments = expression.args
    if isinstance(expression, sp.Add):
        for place, term in enumerate(arguments):
            yield add(*arguments[:place], mul(-1, term), *arguments[place + 1 :])
        if any(term.could_extract_minus_sign() for term in arguments):
            yield mul(-1, expression)
    if isinstance(expression, sp.Mul):
        for place in range(len(arguments)):
            yield mul(*arguments[:place], *arguments[place + 1 :])
            if isinstance(arguments[place], sp.Pow) and arguments[place].exp == -1:
                yield power(expression, -1)
    if isinstance(expression, sp.Pow) and expression.exp != -1:
        yield power(expression.exp, expression.base)
    for place, argument in enumerate(arguments):
        for slipped in slips(argument):
            yield expression.func(*arguments[:place], slipped, *arguments[place + 1 :], evaluate=False)


n = number
u = add(mul(n("0.7"), n("1.5")), mul(-1, n("0.4")))  # w x + b
slope_in_u = add(mul(n("2"), u), n("1"))
inner = add(mul(n("2"), n("0.3")), n("1"))
# What the lesson displays: the number as printed, and the formula that gives it.
DERIVATIONS = {
    "secant": ("0.5386", mul(add(n("797.934"), mul(-1, n("582.478"))), power(add(n("1300"), mul(-1, n("900"))), -1))),
    "partial derivative in x": ("1.82", mul(n("2"), n("1.3"), n("0.7"))),
    "partial derivative in y": ("3.16", add(power(n("1.3"), n("2")), mul(n("3"), power(n("0.7"), n("2"))))),
    "directional derivative": ("28.2", add(mul(n("12"), n("0.8")), mul(n("31"), n("0.6")))),
    "chain rule: inner value": ("1.6", inner),
    "chain rule: outer value": ("2.56", power(inner, n("2"))),
    "chain rule: stretch": ("6.4", mul(n("2"), mul(n("2"), inner))),
    "descent step in a": ("0.1918", add(n("0.1"), mul(-1, n("0.2"), n("-0.4588")))),
    "descent step in b": ("0.4100", add(n("0.3"), mul(-1, n("0.2"), n("-0.5502")))),
    "backward pass: inside": ("0.65", u),
    "backward pass: result": ("1.0725", add(power(n("0.65"), n("2")), n("0.65"))),
    "backward pass: slope in u": ("2.3", slope_in_u),
    "backward pass: slope in w": ("3.45", mul(slope_in_u, n("1.5"))),
    "backward pass: slope in x": ("1.61", mul(slope_in_u, n("0.7"))),
}  # fmt: skip


def digits(text):
    return len(text.partition(".")[2])


@pytest.mark.parametrize("name", DERIVATIONS)
def test_the_formula_gives_the_displayed_number(name):
    displayed, formula = DERIVATIONS[name]
    assert round(value(formula), digits(displayed)) == float(displayed)


@pytest.mark.parametrize("name", DERIVATIONS)
def test_no_single_slip_gives_the_displayed_number(name):
    displayed, formula = DERIVATIONS[name]
    slipped = list(slips(formula))
    assert len(slipped) >= 2
    for wrong in slipped:
        assert round(value(wrong), digits(displayed)) != float(displayed), wrong


@pytest.mark.parametrize("name", DERIVATIONS)
def test_the_number_is_displayed_in_the_lesson(name):
    displayed, _ = DERIVATIONS[name]
    cells = nbformat.read(LESSON, as_version=4).cells
    seen = "\n".join([cell.source for cell in cells] + [str(cell.get("outputs", "")) for cell in cells])
    assert re.search(rf"(?<![\d.]){re.escape(displayed)}", seen)


def test_a_point_that_hides_a_slip_is_caught():
    """At x = 2 the square and the double agree: that is why the lesson moves on to a second point."""
    square = power(n("2"), n("2"))
    assert any(value(wrong) == value(square) for wrong in slips(square))


# --- the graphs of part 5 and part 7, at the points where the explorers open

x, y = n("1.3"), n("0.7")
product = mul(x, y)
sine, cosine = sp.sin(product, evaluate=False), sp.cos(product, evaluate=False)
GRAPHS = {
    "chain: value": (chain_explorer, "f", mul(power(x, n("2")), sine)),
    "chain: slope in x": (chain_explorer, "df/dx", add(mul(n("2"), x, sine), mul(power(x, n("2")), cosine, y))),
    "chain: slope in y": (chain_explorer, "df/dy", mul(power(x, n("2")), cosine, x)),
    "backward pass: slope in a": (backpropagation_explorer, "df/da", add(sine, mul(product, cosine))),
    "backward pass: slope in x": (backpropagation_explorer, "df/dx", mul(add(sine, mul(product, cosine)), y)),
    "backward pass: slope in y": (backpropagation_explorer, "df/dy", mul(add(sine, mul(product, cosine)), x)),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_no_single_slip_gives_a_number_of_the_graphs(name):
    make, key, formula = GRAPHS[name]
    explorer = make()
    if "step" in explorer.controls:
        explorer.controls["step"].value = 99  # the last one, whichever that is
    displayed = explorer.values[key]
    assert value(formula) == pytest.approx(displayed, rel=1e-12)
    slipped = list(slips(formula))
    assert len(slipped) >= 4
    for wrong in slipped:
        assert f"{value(wrong):.4g}" != f"{displayed:.4g}", wrong
