"""Every step of every derivation is right, and reads as it should."""

import doctest
import operator
import re

import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from calc_tutor import explain, read
from calc_tutor.diagnosis import Comparison
from calc_tutor.notation import to_text
from calc_tutor.reading import MAX_LENGTH
from calc_tutor.rules import SLOPES, rule_for

x, f, u, b, n, i = sp.symbols("x f u b n i")
X, Z = sp.IndexedBase("X"), sp.IndexedBase("Z")

SCOPE = [
    "sqrt(x)", "3x^2 - 2x + 1", "x e^x cos x ln x", "x/(x+1)^3", "1/(1 + x^2)", "sin^3(2x)", "cos(cos(x^2))", "2^(3x)",
    "(x+1)^(2x)", "(e^x)^(1/3)", "(e^(x^2))^(-1/3)", "arcsin(x/2)", "sinh(2x) cosh x", "tanh(x)^2", "artanh(x/2)",
    "relu(2x - 1)", "softplus(x)", "gelu(x)", "f x^2 sin x", "x^2 y + y^3", "e^x/(e^x + e^y)", "x^a", "sin(1)^2 x",
    "sqrt(x^2 + y^2)", "x^3 e^(-2x)/(x^2+1)", "log_2(x)", "3 lg(x^2 + 1)", "x |x|", "x^(x^2) + a^(2x)",
    "e^(x y) ln(x + y)", "sin(u x) cos(u)", "(2x)^(-2) + (3x + 1)^(-2)", "(f + x)/(g + x)", "-(x + f) sin x",
    *(function(x + 2 * (function in (sp.asec, sp.acsc, sp.acosh, sp.acoth))) for function in SLOPES),
]  # fmt: skip

# The first line of the derivation of what stands in the square brackets.
FIRST_LINES = """
d/dx [7] = 0    constant rule: (c)' = 0
∂/∂x [max(f, u)] = 0    constant rule: (c)' = 0
d/dx [1/x^2] = -2 · x^(-2 - 1) = -2/x^3    power rule: (x^n)' = n · x^(n - 1)
d/dx [2^x] = 2^x · ln(2)    exponential rule: (a^x)' = a^x · ln a
∂/∂x [a^x] = a^x · ln(a)    exponential rule: (a^x)' = a^x · ln a; for a > 0
d/dx [-3·x^2] = -3 · 2·x = -6·x    constant multiple rule: (c · f)' = c · f'
d/dx [1.7249·x^0.8559] = 1.7249 · 0.8559/x^0.1441 = 1.47634191/x^0.1441    constant multiple rule: (c · f)' = c · f'
d/dx [x^2 + cos(x)] = 2·x - sin(x)    sum rule: (f + g)' = f' + g'
d/dx [x·e^x·sin(x)] = ...    product rule: (f · g · h)' = f' · g · h + f · g' · h + f · g · h'
d/dx [ln(x)/x] = (1/x · x - ln(x) · 1) / x^2 = (1 - ln(x))/x^2    quotient rule: (f / g)' = (f' · g - f · g') / g^2
d/dx [1/cos(x)] = -(-sin(x) / cos(x)^2) = sin(x)/cos(x)^2    reciprocal rule: (1 / g)' = -g' / g^2
d/dx [1/(x·sin(x))] = ...    reciprocal rule: (1 / g)' = -g' / g^2
d/dx [1/(1 + e^(-3·x))] = ...; the sigmoid of 3·x: sigma·(1 - sigma) times the slope of 3·x
d/dx [(1/x)^x] = (1/x)^x · (1 · ln(1/x) + x · (-1/x^2) / (1/x)) = ...; for 1/x > 0
∂/∂x [(f + x)^x] = ...    general power rule: (g^h)' = g^h · (h' · ln g + h · g' / g); for f + x > 0
∂/∂x [sin(g·x)] = cos(g·x) · g = g·cos(g·x)    chain rule: (f(h))' = f'(h) · h', with u = h = g·x
d/dx [arctan(e^x)] = 1/((e^x)^2 + 1) · e^x = e^x/(e^(2·x) + 1)    chain rule: (f(g))' = f'(g) · g', with u = g = e^x
d/dx [sqrt(e^x + 1)] = 1/(2·sqrt(e^x + 1)) · e^x = ...
d/dx [tan(x)] = 1/cos(x)^2    derivative of tan
d/dx [max(x, x^2)] = {1 if x > x^2; 2·x if x^2 > x}    maximum rule; kink at x = 0 and x = 1: no derivative there
d/dx [min(1, x)] = {0 if x > 1; 1 if x < 1}    minimum rule; kink at x = 1: no derivative there
d/dx [max(x^2, -x^2)] = {2·x if x^2 > -x^2; -2·x if -x^2 > x^2}    maximum rule
d/dx [min(3, x, 2·x)] = ...; kinks where another part takes over: no derivative there, unless both sides have one slope
d/dx [|x|] = sign(x)    derivative of |x|; kink at x = 0: no derivative there
d/dx [|x^2 - 1|] = ...; kink at x = -1 and x = 1: no derivative there
d/dx [|x^2 + 1|] = ... with u = g = x^2 + 1
d/dx [|sin(x)|] = ...; kink where sin(x) = 0: no derivative there, unless both sides have one slope
d/dx [sign(x^2)] = ...; jump at x = 0: no derivative there
d/dx [e^(-x)·ln(x)/sqrt(x)] = ...
∂/∂x [(e^x)^u] = ...
d/dx [|x| + e] = ...
d/dx [0.5·x - 1.0986·3^x] = ...
d/dx [13·x/24] = 13/24 · 1 = 13/24 ...
d/dx [1.1^x·ln(1.1)] = ln(1.1) · 1.1^x·ln(1.1) = ...
d/dx [arccos(x) + arccot(x) + arsinh(x)] = ...
d/dx [sign(sin(x))] = ... u = g = sin(x); jump where sin(x) = 0: no derivative there
"""
FIRST = {re.search(r"\[(.*?)\] = ", line)[1]: line for line in FIRST_LINES.strip().splitlines()}

LATEX = {  # what the typeset derivation has in it
    "arctan(e^x)": r"{d}{dx}\left[\arctan{\left(e^{x} \right)}\right] = \frac{1}{\left(e^{x}\right)^{2} + 1} \cdot e",
    "ln x / x": r"= \frac{\frac{1}{x} \cdot x - \ln{\left(x \right)} \cdot 1}{x^{2}} = ",
    "x cos x": r"1 \cdot \cos{\left(x \right)} + x \cdot \left(- \sin{\left(x \right)}\right) = - x",
    "x^x": r"= f^{g} \cdot \left(g' \cdot \ln f + \frac{g \cdot f'}{f}\right)\text{; } \text{for }x \gt  0",
    "sin 2x": r"\left(f\left(g\right)\right)' = f'\left(g\right) \cdot g'\text{, with }u = g\text{ = }2 x",
    "1.0986*3^x + y": r"\frac{\partial }{\partial x}\left[1.0986 \cdot 3^{x} + y\right]",
}


def check_every_step(step):
    """The slope is SymPy's, the rule takes nothing away, and the text reads as what is meant."""
    for node in step.walk():
        e, v, slope = (_real(part) for part in (node.expression, node.variable, node.result))
        compare = Comparison(e, symbols=v.free_symbols)
        assert compare.agree(slope, sp.diff(e, v).replace(sp.DiracDelta, lambda *_: sp.S.Zero)), node
        assert v == _real(step.variable) or node.variable not in step.expression.free_symbols
        rule, parts = rule_for(node.expression, node.variable)
        if rule.whole is not None:
            inner = [e if u == node.variable else (lambda g, e=e, u=u: e.subs(u, g)) for e, u in parts.problems]
            assert compare.agree(_real(sp.sympify(rule.whole(*parts.kept, *inner))), e)
            assert not set(node.symbols[1]) & set(map(str, node.expression.free_symbols))
        texts = {to_text(node.expression): e, to_text(node.result): slope, node.unsimplified.text: slope}
        for text, meant in texts.items():
            if len(text) <= MAX_LENGTH and not re.search("{|erfc", text):
                assert compare.agree(_real(read(text)), meant), text


def _real(e):
    """The same in real symbols, so that SymPy's own derivative of |x| is simple."""
    return e.xreplace({s: sp.Symbol(s.name, real=True) for s in e.atoms(sp.Symbol)})


@pytest.mark.parametrize("expression", [*SCOPE, *FIRST, *LATEX], ids=str)
def test_everything_in_scope_is_explained_and_shown(expression):
    step = explain(expression, "x")
    check_every_step(step)
    first, shown = FIRST.get(expression, "..."), str(step).splitlines()[0]
    assert doctest.OutputChecker().check_output(first, shown, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE), shown
    latex = step._repr_latex_()
    assert step._repr_mimebundle_() == {"text/plain": str(step), "text/latex": latex}
    assert len(str(step).splitlines()) == len(step.walk()) == latex.count(r"\displaystyle") - 1
    assert LATEX.get(expression, "") in latex
    assert not {"<", ">"} & set(latex)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert not any(set("^_·$\\") & set(word.split("}")[0]) for word in latex.split(r"\text{")[1:])


LEAVES = st.sampled_from([x, x + u, -f * x, sp.Rational(17249, 10000) * x, sp.Integer(3), x**2, x**4, 1 - 2 * x])
FUNCTIONS = st.sampled_from([sp.sin, sp.cos, sp.tan, sp.exp, sp.log, sp.sqrt, sp.atan, sp.asin, sp.tanh, sp.erf])
EXPONENTS = st.sampled_from([-2, -1, 2, 3, sp.Rational(1, 2), sp.Rational(-1, 3)])
COMPOSITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda function, e: function(e), FUNCTIONS, inner),
        st.builds(operator.pow, inner, EXPONENTS),
        st.builds(operator.pow, st.integers(2, 4), inner),
        *(st.builds(operation, inner, inner) for operation in (operator.add, operator.mul, operator.truediv)),
        st.builds(sp.Max, LEAVES, LEAVES),
        st.builds(abs, LEAVES),
    ),
    max_leaves=5,
)


@settings(max_examples=50, suppress_health_check=list(HealthCheck), derandomize=True)
@given(COMPOSITIONS)
def test_every_step_of_a_random_composition_is_right_and_reads_as_what_it_says(expression):
    assume(expression.is_finite is not False and not expression.has(sp.zoo, sp.nan, sp.oo, sp.I, sp.re))
    assume(Comparison(expression).is_real and all(number < 100 for number in expression.atoms(sp.Rational)))
    check_every_step(explain(expression, "x"))


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        (x * sp.gamma(x**2), "gamma(x^2)"), (sp.sin(sp.Integral(u, (u, 0, x))), "Integral(u, (u, 0, x))"),
        (sp.Sum(u, (u, 1, x)), "Sum(u, (u, 1, x))"), (2 * sp.Function("f")(x), "f(x)"),
        (sp.Piecewise((0, x < 0), (x, True)), "{0 if x < 0; x otherwise}"),
        *((text, "the base of a power with x in its exponent must be positive")
          for text in ("(-2)^x", "sin((-2)^(3x))", "0 x + (-1)^x", "0^x")),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_is_named(expression, part):
    with pytest.raises(ValueError, match="no rule here covers .*" + re.escape(part)):
        explain(expression)


def test_the_variable_is_known_by_its_name_or_is_the_only_letter():
    t = sp.Symbol("t", positive=True)
    assert explain(t**2, "t").result == 2 * t
    assert [explain(text).variable.name for text in ("t^2 + 3t", "a x^2", "7", "x")] == ["t", "x", "x", "x"]
    assert explain("t^2", t).result == 2 * sp.Symbol("t")
    with pytest.raises(ValueError, match="each of a, t may move; try 'a'"):
        explain("a t^2")
    with pytest.raises(TypeError, match="variable's name"):
        explain("x^2", 3)


def test_the_gradient_of_a_loss_over_data():
    loss = sp.Sum((u + b * X[i] - Z[i]) ** 2, (i, 1, n)) / n
    step = explain(loss, b)
    assert [below.rule for below in step.walk()][:3] == ["constant multiple rule", "sum rule over data", "chain rule"]
    assert sp.simplify((step.result - sp.diff(loss, b)).subs(n, 3).doit()) == 0
    assert explain(sp.Sum(X[i], (i, 1, n)) + b, b).result == 1
