"""Someone who breaks a rule is told which one; someone who is right is told so, in whatever form.

The wrong answers are written down here once more, by hand, so that the table of broken rules is not its own judge.
"""

import itertools

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from calc_tutor import ReadingError, diagnose, explain, mistakes
from calc_tutor.diagnosis import Verdict, hint_for, same
from calc_tutor.notation import function_name, to_text
from calc_tutor.rules import RULES, SLOPES

x, y, u = sp.symbols("x y u")

OUTER = [sp.sin(u), sp.cos(u), sp.exp(u), sp.log(u), u**4, sp.sqrt(u), sp.tan(u), sp.atan(u), sp.sinh(u), u**-3]
INNER = [x**2 + 1, sp.sin(x) + 2, x**3 + x, sp.atan(x) + 3]
FACTORS = [x**2, sp.sin(x), sp.exp(x), sp.log(x), sp.cos(x), sp.sqrt(x), sp.atan(x)]
EXPONENTS = [*range(2, 10), *range(-5, -1), *(sp.Rational(p, q) for p, q in itertools.product((1, 3, 5, -1), (2, 4)))]
BASES = [*range(2, 13), *range(15, 25), sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(3, 2)]


def chains():
    for f, g in itertools.product(OUTER, INNER):
        yield f.subs(u, g), f, f.diff(u), g, g.diff(x)


def products():
    for f, g in itertools.combinations(FACTORS, 2):
        if not (f * g).is_Pow:
            yield f * g, f, g, f.diff(x), g.diff(x)


def quotients():
    above = [x**2 + 3, sp.sin(x), x + 5, sp.log(x), sp.exp(x)]
    below = [x**3 + 2, sp.cos(x), sp.log(x) + 4, 2 + sp.exp(x), x**2 - 7]
    for f, g in itertools.product(above, below):
        yield f / g, f, g, f.diff(x), g.diff(x)


def powers():
    for k in EXPONENTS:
        yield x ** sp.sympify(k), sp.sympify(k)


def self_powers():
    for f, g in itertools.product([x, x + 1, x**2 + 1, sp.cosh(x), sp.log(x) + 5], [x, 2 * x, sp.sin(x), x**2]):
        yield f**g, f, g, f.diff(x), g.diff(x)


def partials():
    mixed = [x**2 * y, x * y**2, sp.sin(x) * y, sp.exp(x) * y**3, x**3 * y + x]
    for f, g in itertools.product(mixed, [y**2, sp.sin(y), sp.exp(y), y**3]):
        yield f + g, f, g


SQUARE_LOST = {
    sp.tan(u): 1 / sp.cos(u), sp.cot(u): -1 / sp.sin(u), sp.tanh(u): 1 - sp.tanh(u), sp.atan(u): 1 / (1 + u),
    sp.asin(u): 1 / sp.sqrt(1 - u),
}  # fmt: skip

MISTAKES = {
    "(ln u)' = 1/u'": [
        (sp.log(k * x**m + b), 1 / (k * x**m).diff(x)) for k, m, b in itertools.product((1, 2, 3), (2, 3), range(4))
    ],
    "power rule on an exponential": [
        *((sp.sympify(b) ** x, x * sp.sympify(b) ** (x - 1)) for b in BASES),
        *((sp.sympify(b) ** x, x * sp.log(b) * sp.sympify(b) ** x) for b in BASES[:6]),
        (sp.exp(x), x * sp.exp(x - 1)),
        (sp.exp(2 * x), 2 * x * sp.exp(2 * x - 1)),
        *((e, g * f ** (g - 1)) for e, f, g, df, dg in self_powers()),
    ],
    "exponential rule on a power": [(e, f**g * sp.log(f) * dg) for e, f, g, df, dg in self_powers()],
    "ln a forgotten": [
        *((sp.sympify(b) ** x, sp.sympify(b) ** x) for b in BASES),
        *((3 * sp.sympify(b) ** x + x, 3 * sp.sympify(b) ** x + 1) for b in BASES if b > 1),
    ],
    "sign of a derivative": [
        (c * f(x) + h, -c * f(x).diff(x) + h.diff(x))
        for f, c, h in itertools.product((sp.sin, sp.cos, sp.sinh, sp.cosh), (1, 3, x**0 * 5), (x**2, sp.exp(x)))
    ],
    "sine and cosine mixed up": [
        (c * f(x) + h, -c * f(x) + h.diff(x))
        for f, c, h in itertools.product((sp.sin, sp.cos), (1, 3, 5), (x**0, x**2, x**3, sp.exp(x)))
    ],
    "variable taken for a constant": [
        (k * x + h, h.diff(x)) for k, h in itertools.product((1, 2, -3, 5), (x**0, x**2, *FACTORS[1:4]))
    ],
    "inner derivative forgotten": [(e, df.subs(u, g)) for e, f, df, g, dg in chains()],
    "inner derivative put inside": [(e, df.subs(u, dg)) for e, f, df, g, dg in chains()],
    "outer function left alone": [(e, f.subs(u, g) * dg) for e, f, df, g, dg in chains()],
    "(fg)' = f'g'": [(e, df * dg) for e, f, g, df, dg in products()],
    "(fg)' = ff' + gg'": [(e, f * df + g * dg) for e, f, g, df, dg in products()],
    "one product term only": [(e, w) for e, f, g, df, dg in products() for w in (df * g, f * dg)],
    "minus in the product rule": [(e, df * g - f * dg) for e, f, g, df, dg in products()],
    "(f/g)' = f'/g'": [
        *((e, df / dg) for e, f, g, df, dg in quotients()),
        *((1 / g, 1 / dg) for e, f, g, df, dg in quotients()),
    ],
    "(1/x^n)' = 1/(x^n)'": [(x**-k, 1 / (x**k).diff(x)) for k in range(1, 25)],
    "minus of a reciprocal lost": [
        (1 / g, g.diff(x) / g**2) for g in (*(x**k + c for k, c in itertools.product((1, 2, 3), range(1, 7))), *INNER)
    ],
    "quotient's order swapped": [(e, (f * dg - df * g) / g**2) for e, f, g, df, dg in quotients()],
    "plus in the quotient rule": [(e, (df * g + f * dg) / g**2) for e, f, g, df, dg in quotients()],
    "denominator not squared": [(e, (df * g - f * dg) / g) for e, f, g, df, dg in quotients()],
    "one part of the quotient only": [(e, df / g) for e, f, g, df, dg in quotients()],
    "power kept": [(e, k * x**k) for e, k in powers()],
    "factor lost": [(e, x ** (k - 1)) for e, k in powers()],
    "negative exponent moved towards zero": [(x**-k, -k * x ** (1 - k)) for k in range(1, 25)],
    "variable kept": [
        ((k * x + 1) ** m + c, m * (k * x + 1) ** (m - 1) * k * x)
        for k, m, c in itertools.product((2, 3, 5), (2, 3, 4), (0, 1, 2))
    ],
    "coefficient dropped": [
        (c * f, f.diff(x)) for c, f in itertools.product((2, -3, sp.Rational(1, 2), sp.pi), [x**3, *FACTORS])
    ],
    "constant kept": [
        *((f + c, f.diff(x) + c) for c, f in itertools.product((2, -3, sp.pi), FACTORS)),
        *((e, f.diff(x) + g) for e, f, g in partials()),
        *((e, f.diff(x) + g.diff(y)) for e, f, g in partials()),
    ],
    "term left out": [(f + g, f.diff(x)) for f, g in itertools.combinations(FACTORS, 2)],
    "sign flipped in a sum": [(f + g, f.diff(x) - g.diff(x)) for f, g in itertools.combinations(FACTORS, 2)],
    "(fg)' = f' + g'": [(e, df + dg) for e, f, g, df, dg in products()],
    "brackets forgotten in the quotient": [(e, df * g - f * dg / g**2) for e, f, g, df, dg in quotients()],
    "power lowered too far": [(e, k * x ** (k - 2)) for e, k in powers()],
    "square lost": [
        (f.subs(u, k * x), k * slope.subs(u, k * x))
        for f, slope in SQUARE_LOST.items() for k in range(1, 6)
    ],
    "inner function changed": [(e, df.subs(u, x) * factor) for e, f, df, g, dg in chains() for factor in (1, dg)],
    "differentiated twice": [(e, e.diff(x, 2)) for e, *_ in (*products(), *quotients())],
    "handed back undifferentiated": [(e, e) for e, *_ in (*products(), *quotients())],
    "sign turned around": [(e, -e.diff(x)) for e, *_ in (*products(), *quotients())],
    "integrated instead": [
        (f.diff(x) + x, f + x**2 / 2 + 3) for f in (x**3, *INNER, *FACTORS, *(sp.tan(k * x) for k in range(1, 10)))
    ],
    "other variables set to 0": [(e, e.diff(x).subs(y, 0)) for e, f, g in partials()],
    "partials added up": [(e, e.diff(x) + e.diff(y)) for e, f, g in partials()],
    "other variable": [(e, e.diff(y)) for e, f, g in partials()],
    "other variable too": [(e, e.diff(x, y)) for e, f, g in partials()],
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_broken_rule_is_named_and_the_answer_not_given_away(name):
    pairs = [(e, wrong) for e, wrong in MISTAKES[name] if not same(e.diff(x), wrong)]
    pairs = pairs[:: max(1, len(pairs) // 8)][:10]
    assert len(pairs) >= 8
    for function, answer in pairs:
        diagnosis = diagnose(answer, function)
        assert name in diagnosis.broken_rules, (function, answer, diagnosis)
        assert (diagnosis.tone, diagnosis.correct) == ("almost", False)
        question, right = to_text(function), to_text(explain(function).result)
        assert len(right) < 5 or right in question or right not in diagnosis.message  # it is not given away
        assert diagnosis.message.endswith(".")
        assert not {"{", "!"} & set(diagnosis.message)


def test_every_broken_rule_of_the_table_is_tried():
    assert set(mistakes.MISTAKES) <= set(MISTAKES)
    placed = set().union(*mistakes.INSTEAD.values())
    assert placed <= set(mistakes.MISTAKES)
    known = {rule.name for rule in RULES} | {f"derivative of {function_name(function)}" for function in SLOPES}
    assert set(mistakes.INSTEAD) <= known


DISGUISES = [
    sp.expand,
    sp.together,
    sp.expand_trig,
    lambda e: e.rewrite(sp.tan, sp.sin),
    lambda e: e + sp.sin(x + 1) ** 2 + sp.cos(x + 1) ** 2 - 1,
    lambda e: sp.Mul(e, x**2 + 3, 1 / sp.Add(x**2, 1, 2, evaluate=False), evaluate=False),
    lambda e: e + (x + 1) ** 2 - x**2 - 2 * x - 1,
    lambda e: e + sp.log(x**2 + 1) - sp.log(2 * x**2 + 2) + sp.log(2),
]
FUNCTIONS = [e for e, *_ in (*chains(), *products(), *quotients(), *powers(), *self_powers())]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(FUNCTIONS), st.lists(st.sampled_from(DISGUISES), min_size=1, max_size=2))
def test_a_right_answer_is_right_in_any_form(function, disguises):
    answer = function.diff(x)
    for disguise in disguises:
        answer = disguise(answer)
    verdict = diagnose(answer, function)
    assert (verdict.tone, verdict.correct, verdict.broken_rules) == ("right", True, ())


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.sampled_from(FUNCTIONS), st.sampled_from(FUNCTIONS), st.integers(2, 9))
def test_an_unrelated_answer_gets_no_guess(function, other, k):
    answer = sp.cosh(k * x / 7) + other  # nobody's mistake
    assume(not same(function.diff(x), answer))
    verdict = diagnose(answer, function)
    assert (verdict.tone, verdict.broken_rules) == ("look again", ())
    assert verdict.message.startswith("This is not the derivative of")


@pytest.mark.parametrize(
    ("answer", "function", "names"),
    [
        ("e^x + 2", "e^x + 2", ("constant kept", "handed back undifferentiated")), ("e^x + 2", "e^x", ()),
        ("e^(-x^2/2)", "e^(-x^2/2)", ("inner derivative forgotten", "handed back undifferentiated")),
        ("1/(2x)", "ln(x^2)", ("(ln u)' = 1/u'", "inner derivative put inside")),
        ("9x + sin x cos x", "3x sin x", ("(fg)' = ff' + gg'",)), ("20 (x+1)^19 + 1", "(x+1)^20", ()),
        ("cos(sin(x^2)) cos(x^2)", "sin(sin(x^2))", ("inner derivative forgotten",)),
        ("cos(cos(2x))", "sin(sin(x^2))", ("inner derivative put inside",)),
        ("2u*2", "(2x+1)^2", ("inner function not put back",)), ("8x+4+C", "(2x+1)^2", ("constant of integration",)),
        ("((2x+2h+1)^2-(2x+1)^2)/h", "(2x+1)^2", ("limit not taken",)),
        ("6x", "x^3", ("differentiated twice",)), ("(2x+1)^3/6", "(2x+1)^2", ("integrated instead",)),
        ("-2x/(x^2+1)", "1/(x^2+1)", ("denominator not squared", "power kept")),
        ("-2x", "1/(x^2+1)", ("denominator not squared", "negative exponent moved towards zero")),
        ("2x/cos x", "(x^2+3)/sin x", ("(f/g)' = f'/g'",)), ("1/(2x)", "1/(x^2+1)", ("(f/g)' = f'/g'",)),
        ("2 cos(2x) e^(sin(2x))", "e^(sin(2x))", None), ("1/x", "ln(3x)", None), ("-1/x^2", "1/x", None),
        ("sign(x)", "|x|", None), ("(1 + sign(x))/2", "relu(x)", None),
        (sp.Heaviside(x), "relu(x)", None), ("x^2/|x|/x", "|x|", None), (2, "2x", None),
        (2.0, "2x", None), (np.float64(2), "2x", None),
    ],
)  # fmt: skip
def test_known_traps(answer, function, names):
    diagnosis = diagnose(answer, function)
    assert diagnosis.correct is (names is None)
    assert diagnosis.broken_rules == (names or ())


@pytest.mark.parametrize("function", ["(x+1)^20", "(x^2+x+1)(x-4)^7/(x^5+3)", "e^(20x)/(x+3)^9"])
def test_a_right_answer_multiplied_out_is_right(function):
    right = explain(function).result
    assert diagnose(sp.expand(right), function).correct
    assert not diagnose(sp.expand(right) + sp.Rational(1, 1000), function).correct


@pytest.mark.parametrize(
    "function",
    [sp.sec(x) * sp.cot(x), sp.csc(x), sp.asec(x + 2), sp.acsc(x + 2), sp.acot(x), sp.coth(x), sp.sech(x), sp.csch(x),
     sp.acoth(x + 2), sp.asech(x / 2), sp.acsch(x), sp.erfc(x),
     sp.Min(1, x), sp.Max(x, 1, x**2)],
    ids=str,
)  # fmt: skip
def test_every_function_that_is_explained_can_be_answered(function):
    right = explain(function).result
    assert diagnose(2 * x * right / (x + x), function).correct
    assert not diagnose(right + 1, function).correct


@pytest.mark.parametrize("tiny", [sp.Rational(1, 10**15), sp.Rational(1, 10**40)])
def test_answers_are_compared_at_the_size_of_the_question(tiny):
    assert diagnose(2 * tiny * x, tiny * x**2 + 5).correct
    assert not diagnose(3 * tiny * x, tiny * x**2 + 5).correct
    assert not diagnose(0, tiny * x**2).correct
    assert diagnose(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, 7).correct
    assert diagnose(0, sp.tan(x) * sp.cos(x) - sp.sin(x)).correct
    assert not diagnose(tiny, 7).correct


@pytest.mark.parametrize(
    ("function", "wrong", "right"),
    [("|x - 20|", -1, "sign(x - 20)"), ("relu(x - 1500)", 0, "(1 + sign(x - 1500))/2"),
     ("min(x, 40)", 1, "relu(40 - x)/(40 - x)")],
)  # fmt: skip
def test_answers_are_compared_on_both_sides_of_a_far_kink(function, wrong, right):
    assert not diagnose(wrong, function).correct
    assert diagnose(right, function).correct


@pytest.mark.parametrize(
    ("answer", "function", "told"),
    [
        ("cos(x^2)", "sin(x^2)", "Look at sin(x^2): the slope of the inner function x^2 is missing as a factor. "
         "The chain rule: (f(g))' = f'(g) · g'."),
        ("(2x+1)^2*2", "(2x+1)^3", "Look at (2·x + 1)^3: the exponent comes down as a factor. "
         "The power rule: (x^n)' = n · x^(n - 1)."),
        ("2(2x+1)", "(2x+1)^2", "slope of the inner function 2·x + 1 is missing"),
        ("v(1-tanh(wx+b)^2)", "v tanh(wx+b)", "slope of the inner function b + w·x is missing"),
        ("1/(2x)", "ln(2x)", "slope of the inner function 2·x is missing"),
        ("cos(2x)", "sin(2x)", "slope of the inner function 2·x is missing"),
        ("3x^2+4x", "x^3-2x^2+5", "check the sign between the terms"),
        ("3x^2-4", "x^3-2x^2+5", "Look at x^2: the power is lowered by one"),
        ("6x-4", "x^3-2x^2+5", "the slope of the slope"), ("2x + C", "x^2", "C belongs to an antiderivative"),
        ("2x + C", "x^2 + 7", "C belongs to an antiderivative"),
        ("-sin x", "sin x", "the sine and the cosine take turns"), ("0", "2x", "x is what moves"),
        ("3^x/ln 3", "3^x", "This is an antiderivative"), ("3^x ln 3·x", "3^x", "there the power rule does not hold"),
        ("3x²y² − 2", "x^3 y^2 - 2y", "Look at -2·y: it does not change when x does"),
        ("sim(x)", "-cos x", "What is i, m, s? The question does not have them. Did you mean sin?"),
        ("x/x + In x", "x ln x", "Did you mean ln?"), ("1/(2sqr(x))", "sqrt x", "Did you mean sqrt?"),
        ("coz(x)", "sin x", "Did you mean cos?"), ("3x^2dx", "x^3", "A derivative is typed without dx."),
        ("3x^2 q", "x^3", "What is q? The question does not have it. Functions read here"),
        ("2x cos(2x) x", "x^2 sin(2x)", "Look at x^2·sin(2·x): each factor takes its turn"),
        ("3(2x+1)^2 + 3", "(2x+1)^3 + 3", "Two things. First: Look at"),
        ("5x^3 + 4", "x^5 + 4x", "Look at x^5: the power is lowered by one, and no further"),
        ("3^x", "3^x", "the base is not e"), ("1.0986*3^x", "3^x", "keep exact numbers, or give more digits"),
        ("3x^2-4x+C", "x^3-2x^2+5", "C belongs to an antiderivative"),
        ("2x+h", "x^2", "slope of a secant: let h go to 0"),
        ("((x+h)^3-x^3)/h", "x^3", "slope of a secant: let h go to 0"),
        ("2x+cos(x)", "x^2 sin x", "multiplied by the other factor"),
        ("1/(x+1)^2", "1/(x+1)", "the slope of a reciprocal begins with a minus"),
        ("1/(3x^2)", "1/x^3", "this is x^(-3), so its slope comes from its own exponent"),
        ("2x", "y x^2", "a constant factor stays."), ("2x", "-x^2", "a constant factor stays."),
        ("2u*2", "(2x+1)^2", "write 2·x + 1 again for u"), ("2t", "x^2", "write x again for t"),
        ("8x", "(2x+1)^2", "the whole inner function 2·x + 1 stays inside"),
        ("-8x-4", "(2x+1)^2", "check the sign of the whole answer"),
        ("-2x", "x^2 + 7", "check the sign of the whole answer"), ("6x^2 y", "x^3 y^2 - 2y", "only x moves here"),
        ("4x e^(2x-1)", "e^(2x)", "there the power rule"), ("4x 3^(2x-1)", "3^(2x)", "there the power rule"),
        ("e^x", "e^(2x)", "the whole inner function 2·x stays inside"), ("1", "7", "so its slope is 0"),
        ("3(x^2+2)-(3x+1)2x/(x^2+2)^2", "(3x+1)/(x^2+2)", "needs brackets"),
        ("vx(1-tanh(wx+b))", "v tanh(wx+b)", "there is a square in it"),
        ("1.4763 x^-0.1441", "1.7249 x^0.8559", "close, but rounded"),
        ("3x^2+1.0986*3^x", "x^3+3^x", "close, but rounded"), ("3x^2+1.2*3^x", "x^3+3^x", "fits no mistake we know"),
        ("2x+k+m", "x^2", "What is k, m? The question does not have them."),
    ],
)  # fmt: skip
def test_what_learners_type(answer, function, told):
    diagnosis = diagnose(answer, function, "w" if "w" in function else None)
    assert not diagnosis.correct
    assert told in diagnosis.message
    assert " Or: " not in diagnosis.message


def test_the_letter_of_the_question_is_found():
    t = sp.Symbol("t", positive=True)
    assert diagnose("2t", t**2, t).correct
    assert diagnose(2 * t, "t^2", "t").correct
    assert diagnose("2t + 3", "t^2 + 3t").correct
    assert diagnose("3X^2 - 4X", "x^3 - 2x^2 + 5").correct
    assert not diagnose("2X", "x^2 + X").correct
    with pytest.raises(ValueError, match="each of a, t may move"):
        diagnose("2at", "a t^2")


def test_a_verdict_shows_itself_with_hint_and_reading():
    verdict = diagnose("x^2 cos 2x", "x^2 sin x")
    assert verdict.reading == "x^2·cos(2·x)"
    assert verdict.hint == "Begin with the product rule, (f · g)' = f' · g + f · g', where f = x^2, g = sin(x)."
    shown = f"Look again. {verdict.message} Hint: {verdict.hint} (Your answer is read as {verdict.reading}.)"
    assert repr(verdict) == shown
    assert verdict._repr_markdown_() == "\n\n".join([
        f"**Look again.** {verdict.message}",
        f"*Hint:* {verdict.hint}",
        "Your answer is read as `x^2·cos(2·x)`.",
    ])  # fmt: skip
    assert diagnose("2x", "x^2")._repr_markdown_() == "**Right.** This is the derivative of x^2."
    assert diagnose(2 * x, "x^2").reading == ""
    assert r"\*" in Verdict("almost", "x*y*z")._repr_markdown_()


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        ("sin(x^2)", "Begin with the chain rule, (f(g))' = f'(g) · g', where f(u) = sin(u), g = x^2."),
        ("sin x", "One rule is enough here: the derivative of sin."),
        ("3^x", "Begin with the exponential rule, (a^x)' = a^x · ln a, where a = 3."),
        ("x^5", "Begin with the power rule, (x^n)' = n · x^(n - 1), where n = 5."),
        ("max(x, x^2)", "Begin with the maximum rule."),
        ("x^x", "Begin with the general power rule, (f^g)' = f^g · (g' · ln f + g · f' / f), where f = x, g = x."),
    ],
)
def test_the_hint_names_the_rule_to_begin_with(function, hint):
    assert hint_for(explain(function)) == hint


def test_two_slips_at_once_are_found_among_the_frequent_ones_only():
    assert set(diagnose("3(2x+1)^2 + 3", "(2x+1)^3 + 3").broken_rules) <= mistakes.FREQUENT
    for names in ({m.name for m in made} for made, _ in mistakes.wrong_derivatives(explain("x^2 sin(3x) + 5"))):
        assert len(names) == 1 or (len(names) == 2 and names <= mistakes.FREQUENT)
    both = [made for made, _ in mistakes.wrong_derivatives(explain("sin(x^2)"))]
    assert [len({m.name for m in made}) for made in both] == sorted(len({m.name for m in made}) for made in both)
    long = explain("x sin x + e^(2x) ln(3x)")
    assert all(len(made) == 1 for made, _ in mistakes.wrong_derivatives(long))


def test_an_answer_that_cannot_be_read():
    with pytest.raises(ReadingError):
        diagnose("2x +", "x^2")
    with pytest.raises(TypeError, match="expected a formula or a number"):
        diagnose(None, "x^2")
