"""Someone who breaks a rule is told which one; someone who is right is told so, in whatever form.

The wrong answers are written down here once more, by hand, so that the table of broken rules is not its own judge.
"""

import numpy as np
import pytest
import sympy as sp

from calc_tutor import diagnose, explain, mistakes, read
from calc_tutor.diagnosis import Comparison, Verdict, same
from calc_tutor.notation import to_text

x = sp.Symbol("x")
P, Q, R = "(x^2 + 1)^(3x)", "(3x + 1)/(x^2 + 2)", "1/(x^3 + 2)"

#: For each mistake: the function, and what comes out.
MISTAKES = {
    "(ln u)' = 1/u'": ["ln(x^2 + 3): 1/(2x)", "ln(2x^3): 1/(6x^2)"],
    "power rule on an exponential": [
        "3^x: x 3^(x - 1)", "3^x: x 3^x", "3^x: 3^x ln(3) x", "e^x: x e^(x - 1)", "e^(2x): 2x e^(2x - 1)",
        "e^(2x): 4x e^(2x - 1)", "3^(2x): 2x 3^(2x - 1)", "3^(2x): 4x 3^(2x - 1)",
        f"{P}: 3x {P}/(x^2 + 1)", f"{P}: 6x^2 {P}/(x^2 + 1)", f"{P}: 18x^2 {P}/(x^2 + 1)",
    ],
    "exponential rule on a power": [f"{P}: 3 {P} ln(x^2 + 1)", f"{P}: {P} ln(x^2 + 1)"],
    "ln a forgotten": ["3^x: 3^x", "2^x + x^2: 2^x + 2x", "x^3 + 3^(5x): 3x^2 + 5*3^(5x)"],
    "sign of a derivative": [
        "x + sin x: 1 - cos x", "x + cos x: 1 + sin x", "sinh x + x: 1 - cosh x", "x + cosh x: 1 - sinh x",
        "x^2 - cos(3x): 2x - 3 sin(3x)",
    ],
    "sine and cosine mixed up": ["x + sin x: 1 - sin x", "x + cos x: 1 + cos x", "x^2 + cos x: 2x - cos x"],
    "inner derivative forgotten": ["sin(x^2): cos(x^2)", "(2x + 1)^2: 2(2x + 1)", "1/(x^2 + 1): -1/(x^2 + 1)^2"],
    "inner derivative put inside": ["sin(x^2): cos(2x)", "(x^3 + x)^4: 4(3x^2 + 1)^3", "sin(sin(x^2)): cos(cos(2x))"],
    "inner function changed": [
        "(2x + 1)^2: 8x", "sin(x^2 + x): cos(x^2) (2x + 1)", "sin(x^2 + x): cos(x)", "e^(2x): 2 e^x", "e^(2x): e^x",
    ],
    "outer function left alone": ["sin(x^2): sin(x^2) 2x", "sin(x^2): sin(2x)", "(x^3 + x)^4: (x^3 + x)^4 (3x^2 + 1)"],
    "(fg)' = f'g'": ["x^2 sin x: 2x cos x", "x^2 e^x sin x: 2x e^x cos x", f"{Q}: -6x/(x^2 + 2)^2"],
    "(fg)' = ff' + gg'": ["x^2 sin x: 2x^3 + sin x cos x", "3x sin x: 9x + sin x cos x"],
    "(fg)' = f' + g'": ["x^2 sin x: 2x + cos x", "x^2 e^x sin x: 2x + e^x + cos x"],
    "one product term only": [
        "x^2 sin x: 2x sin x", "x^2 sin x: x^2 cos x", "x^2 e^x sin x: x^2 e^x sin x + x^2 e^x cos x", "x e^x: x e^x",
    ],
    "minus in the product rule": ["x^2 sin x: 2x sin x - x^2 cos x", "x^2 sin x: x^2 cos x - 2x sin x"],
    "(f/g)' = f'/g'": [f"{Q}: 3/(2x)", f"{R}: 1/(3x^2)", "sin(x)/(x + x^4): cos(x)/(1 + 4x^3)"],
    "(1/x^n)' = 1/(x^n)'": ["1/x^3: 1/(3x^2)", "x + 1/x^5: 1 + 1/(5x^4)"],
    "minus of a reciprocal lost": [f"{R}: 3x^2/(x^3 + 2)^2", "1/cos x + x: 1 - sin(x)/cos(x)^2"],
    "quotient's order swapped": [f"{Q}: ((3x + 1) 2x - 3(x^2 + 2))/(x^2 + 2)^2"],
    "plus in the quotient rule": [f"{Q}: (3(x^2 + 2) + (3x + 1) 2x)/(x^2 + 2)^2"],
    "denominator not squared": [
        f"{Q}: (3(x^2 + 2) - (3x + 1) 2x)/(x^2 + 2)", f"{Q}: 3(x^2 + 2) - (3x + 1) 2x",
        f"{R}: -3x^2",
    ],
    "brackets forgotten in the quotient": [f"{Q}: 3(x^2 + 2) - (3x + 1) 2x/(x^2 + 2)^2"],
    "one part of the quotient only": [f"{Q}: 3/(x^2 + 2)", f"{Q}: (3x+1)/(2x)", f"{Q}: -(3x+1) 2x/(x^2 + 2)^2"],
    "power kept": ["x^5: 5x^5", "sqrt x: sqrt(x)/2", f"{R}: -3x^2/(x^3 + 2)"],
    "factor lost": ["x^5: x^4", "(2x + 1)^3: 2 (2x + 1)^2", "1/x^2: 1/x^3"],
    "negative exponent moved towards zero": ["1/x^3: -3/x^2", f"{R}: -3x^2"],
    "power lowered too far": ["x^5: 5x^3", "x^5 + 4x: 9", "2x^7: 14x^5"],
    "square lost": [
        "tan(3x): 3/cos(3x)", "cot x: -1/sin x", "tanh x: 1 - tanh x", "coth x: -1/sinh x", "arcsin x: 1/sqrt(1 - x)",
        "arccos x: -1/sqrt(1 - x)", "arctan(2x): 2/(1 + 2x)", "arsinh x: 1/sqrt(1 + x)", "artanh x: 1/(1 - x)",
    ],
    "variable kept": ["(3x + 1)^2: 6x (3x + 1)", "e^(2x) + x^2: 2x e^(2x) + 2x"],
    "variable taken for a constant": ["2x: 0", "5x + sin x: cos x"],
    "coefficient dropped": ["3x^4: 4x^3", "-2 sin x: cos x", "y x^2: 2x", "-x^2: 2x"],
    "constant kept": [
        "x^2 + 7: 2x + 7", "x^2 + 7: 2x + 1", "x^2 y + y^3: 2xy + y^3", "x^2 y + y^3: 2xy + 3y^2", "7: 1",
    ],
    "term left out": ["x^2 + sin x + e^x: 2x + cos x", "x^2 + sin x: cos x"],
    "sign flipped in a sum": ["x^2 + sin x + e^x: 2x - cos x + e^x", "x^3 - 2x^2 + 5: 3x^2 + 4x"],
    "differentiated twice": ["x^3: 6x", "x^2 sin x: 2 sin x + 4x cos x - x^2 sin x"],
    "handed back undifferentiated": ["x^2 sin x: x^2 sin x", "e^(-x^2/2): e^(-x^2/2)"],
    "sign turned around": ["(2x + 1)^2: -8x - 4", "x^2 + 7: -2x"],
    "integrated instead": ["x^3 + x: x^4/4 + x^2/2 + 3", "3^x: 3^x/ln 3", "1/cos(x)^2: tan x"],
    "other variables set to 0": ["x^3 y^2 + x^2: 2x", "x^2 e^y + x: 2x + 1"],
    "partials added up": ["x^2 y + y^3: 2xy + x^2 + 3y^2"],
    "other variable": ["x^2 y + y^3: x^2 + 3y^2", "x^3 y^2 - 2y: 2x^3 y - 2"],
    "other variable too": ["x^2 y + y^3: 2x", "x^3 y^2 - 2y: 6x^2 y"],
}  # fmt: skip
PAIRS = [(name, *pair.split(": ")) for name, pairs in MISTAKES.items() for pair in pairs]
FUNCTIONS = sorted({function for _, function, _ in PAIRS if "y" not in function})


@pytest.mark.parametrize(("name", "function", "answer"), PAIRS)
def test_a_broken_rule_is_named_also_within_a_sum_and_the_answer_not_given_away(name, function, answer):
    verdict = diagnose(answer, function)
    assert name in verdict.broken_rules
    assert (verdict.tone, verdict.correct) == ("almost", False)
    says = mistakes.MISTAKES.get(verdict.broken_rules[0], "").split("{")[0]
    assert says in verdict.message  # what is said belongs to the first of them
    right = to_text(explain(function).result)
    assert len(right) < 5 or right in to_text(read(function)) or right not in verdict.message
    assert verdict.message.endswith(".")
    assert not {"{", "!"} & set(verdict.message)
    if any(name in ways for ways in mistakes.INSTEAD.values()):
        assert name in diagnose(f"{answer} + 1/x", f"{function} + ln x").broken_rules


def test_every_broken_rule_of_the_table_is_tried():
    assert set(mistakes.MISTAKES) <= set(MISTAKES)


# ---- What is right, and what is nobody's mistake

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
RARE = [
    "sec(x) cot(x)", "csc x", "arcsec(x + 2)", "arccsc(x + 2)", "arccot x", "coth x", "sech x", "csch x", "erf(x^2)",
    "arcosh(x + 2)", "arcoth(x + 2)", "arsech(x/2)", "arcsch x", "min(1, x)", "max(x, 1, x^2)", "(x+1)^20", "x^x",
    "(x^2+x+1)(x-4)^7/(x^5+3)", "e^(20x)/(x+3)^9", "|x - 20|", "relu(x - 1500)", "arcsin(x - 30)", "ln(x - 20000)",
    "10^(-40) x^2 + 5", sp.erfc(x),
]  # fmt: skip


@pytest.mark.parametrize(("number", "function"), [*enumerate([*FUNCTIONS, *RARE])])
def test_right_in_any_form_is_right_nearly_right_is_not_and_what_is_nobodys_mistake_gets_no_guess(number, function):
    answer = DISGUISES[number % len(DISGUISES)](sp.expand(explain(function).result))
    verdict = diagnose(answer, function)
    assert (verdict.tone, verdict.correct, verdict.broken_rules) == ("right", True, ())
    assert function == "7" or not diagnose(answer * (1 + sp.Rational(1, 10**6)), function).correct
    verdict = diagnose((answer + 1) * sp.cosh(x / 3), function)
    assert (verdict.tone, verdict.broken_rules) == ("look again", ())
    assert verdict.message.startswith("This is not the derivative of")


def test_other_symbols_and_other_domains_are_not_the_same():
    assert same(read("sqrt(x^2)"), read("|x|"))
    assert not same(sp.Symbol("y"), x)
    assert not same(sp.log(x - 10**6), sp.log(x))
    assert not same(sp.Function("f")(x), sp.Function("f")(x))
    assert (Comparison(sp.log(x)).is_real, Comparison(sp.sqrt(-1 - x**2)).is_real) == (True, False)
    assert Comparison(x).close(sp.Rational(1001, 1000) * x, x)
    assert not Comparison(x).close(sp.Rational(102, 100) * x, x)


# ---- What is said


@pytest.mark.parametrize(
    ("answer", "function", "told"),
    [
        # two mistakes with the same result, and traps
        ("e^x + 2", "e^x + 2", ("constant kept", "handed back undifferentiated")), ("e^x + 2", "e^x", ()),
        ("e^(-x^2/2)", "e^(-x^2/2)", ("inner derivative forgotten", "handed back undifferentiated")),
        ("1/(2x)", "ln(x^2)", ("(ln u)' = 1/u'", "inner derivative put inside")),
        ("-2x/(x^2+1)", "1/(x^2+1)", ("denominator not squared", "power kept")), ("20 (x+1)^19 + 1", "(x+1)^20", ()),
        ("1/x", "ln(3x)", None), ("-1/x^2", "1/x", None), ("2 cos(2x) e^(sin(2x))", "e^(sin(2x))", None),
        ("2t + 3", "t^2 + 3t", None), ("3X^2 - 4X", "x^3 - 2x^2 + 5", None), ("2X", "x^2 + X", ""),
        ("sign(x)", "|x|", None), ("x^2/|x|/x", "|x|", None), ("(1 + sign(x))/2", "relu(x)", None),
        (sp.Heaviside(x), "relu(x)", None), (sp.Piecewise((0, x <= 0), (1, True)), "relu(x)", None),
        (sp.Piecewise((1, x <= 0), (0, x > 0)), "relu(x)", ()), ("relu(40 - x)/(40 - x)", "min(x, 40)", None),
        ("1", "min(x, 40)", ""), (2, "2x", None), (2.0, "2x", None), (np.float64(2), "2x", None), (sp.I, "x^2", ()),
        ("0", "10^(-15) x^2", ""), ("3*10^(-15) x", "10^(-15) x^2 + 5", ""), ("10^(-40)", "7", ()),
        ("0", "tan(x) cos(x) - sin(x)", None), ("sin(x)^2 + cos(x)^2 - 1", "7", None),
        ("2 e^(-(ln(x - 20000))^2)/(sqrt(pi) (x - 20000))", "erf(ln(x - 20000))", None), ("1", "|x + 20|", ""),
        ("(2x)^(x^5) (x^5 + 5x^4 ln(2x))", "(2x)^(x^5)", ("variable kept",)),  # whose exact powers take forever
        # the place, the rule, what its letters stand for
        ("cos(x^2)", "sin(x^2)", "Look at sin(x^2): the slope of the inner function x^2 is missing as a factor. "
         "The chain rule: (f(g))' = f'(g) · g'."),
        ("(2x+1)^2*2", "(2x+1)^3", "Look at (2·x + 1)^3: the exponent comes down as a factor. "
         "The power rule: (x^n)' = n · x^(n - 1)."),
        ("v(1-tanh(wx+b)^2)", "v tanh(wx+b)", "slope of the inner function b + w·x is missing"),
        ("3x²y² − 2", "x^3 y^2 - 2y", "Look at -2·y: it does not change when x does"),
        ("1/(3x^2)", "1/x^3", "this is x^(-3), so its slope comes from its own exponent"),
        ("(3x+1)/(2x)", "(3x+1)/(x^2+2)", "Look at (3·x + 1)/(x^2 + 2): both 3·x + 1 and x^2 + 2 change with x"),
        ("-2x", "x^2 + 7", "Look at x^2 + 7: check the sign of the whole answer."),
        # two at once, among the frequent ones only
        ("3(2x+1)^2 + 3", "(2x+1)^3 + 3", "Two things. First: Look at (2·x + 1)^3: the slope"),
        ("3(2x+1)^2 + 3", "(2x+1)^3 + 3", "Then: Look at 3: it does not change when x does, so its slope is 0."),
        ("2x cos(2x) x", "x^2 sin(2x)", "Look at x^2·sin(2·x): each factor takes its turn"),
        # the rule to begin with
        ("cosh(9x)", "sin(x^2)", "Begin with the chain rule, (f(g))' = f'(g) · g', where f(u) = sin(u), g = x^2. ("),
        ("cosh(9x)", "3^x", "Begin with the exponential rule, (a^x)' = a^x · ln a, where a = 3. ("),
        ("cosh(9x)", "x^x", "(f^g)' = f^g · (g' · ln f + g · f' / f), where f = x, g = x. ("),
        ("cosh(9x)", "max(x, x^2)", "Begin with the maximum rule. ("), ("cosh x", "sin x", "One rule is enough here"),
        # letters that the question does not have
        ("2x + C", "x^2", "C belongs to an antiderivative"), ("2x + C", "x^2 + 7", "C belongs to an antiderivative"),
        ("8x+4+C", "(2x+1)^2", ("constant of integration",)), ("3x^2-4x+c", "x^3-2x^2+5", ("constant of integration",)),
        ("2u*2", "(2x+1)^2", "write 2·x + 1 again for u"), ("2t", "x^2", "write x again for t"),
        ("2x+h", "x^2", "slope of a secant: let h go to 0"), ("2x+H", "x^2", ("limit not taken",)),
        ("((x+k)^3-x^3)/k", "x^3", ("limit not taken",)),
        ("sim(x)", "-cos x", "What is i, m, s? The question does not have them. Did you mean sin?"),
        ("x/x + In x", "x ln x", "Did you mean ln?"), ("1/(2sqr(x))", "sqrt x", "Did you mean sqrt?"),
        ("coz(x)", "sin x", "Did you mean cos?"), ("3x^2dx", "x^3", "A derivative is typed without dx."),
        ("3x^2 q", "x^3", "What is q? The question does not have it. Functions read here"),
        # more likely, and rounded
        ("-sin x", "sin x", "the sine and the cosine take turns"), ("0", "2x", "x is what moves"),
        ("3^x/ln 3", "3^x", "This is an antiderivative"), ("6x-4", "x^3-2x^2+5", "the slope of the slope"),
        ("1.0986*3^x", "3^x", "give more digits. (Your answer is read"), ("201x", "100x^2", "fits no mistake we know"),
        ("1.4763 x^-0.1441", "1.7249 x^0.8559", "close, but rounded"), ("3x^2+1.2*3^x", "x^3+3^x", "fits no mistake"),
    ],
)  # fmt: skip
def test_what_learners_type(answer, function, told):
    """`told` is a part of all that is said, or the mistakes that are named, or None where the answer is right."""
    verdict = diagnose(answer, function, "w" if "w" in function else None)
    assert verdict.correct is (told is None)
    if isinstance(told, str):
        assert told in repr(verdict)
    else:
        assert verdict.broken_rules == (told or ())


def test_the_letter_of_the_question_is_found():
    t = sp.Symbol("t", positive=True)
    assert diagnose("2t", t**2, t).correct
    assert diagnose(2 * t, "t^2", "t").correct
    with pytest.raises(ValueError, match="each of a, t may move"):
        diagnose("2at", "a t^2")


def test_a_verdict_shows_itself_with_hint_and_reading():
    verdict = diagnose("x^2 cos 2x", "x^2 sin x")
    message, hint, reading = verdict.message, verdict.hint, "x^2·cos(2·x)"
    assert repr(verdict) == f"Look again. {message} Hint: {hint} (Your answer is read as {reading}.)"
    paragraphs = [f"**Look again.** {message}", f"*Hint:* {hint}", f"Your answer is read as `{reading}`."]
    assert verdict._repr_markdown_().replace("\\", "") == "\n\n".join(paragraphs)
    right = diagnose("2x", "x^2")
    assert right._repr_markdown_() == f"**Right.** {right.message}" == "**Right.** This is the derivative of x^2."
    assert repr(right) == f"Right. {right.message}"
    assert diagnose(x, "x^2").reading == ""
    assert Verdict("almost", "x*y_1")._repr_markdown_() == r"**Almost.** x\*y\_1"


def test_two_slips_at_once_are_found_among_the_frequent_ones_only():
    for function in ("x^2 sin(3x) + 5", "sin(x^2)"):
        names = [{m.name for m in made} for made, _ in mistakes.wrong_derivatives(explain(function))]
        assert all(len(both) == 1 or (len(both) == 2 and both <= mistakes.FREQUENT) for both in names)
        assert [*map(len, names)] == sorted(map(len, names))
        assert len(names[-1]) == 2
    long = explain("x sin x + e^(2x) ln(3x)")
    assert all(len(made) == 1 for made, _ in mistakes.wrong_derivatives(long))
