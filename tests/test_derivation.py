"""Every step of every derivation is right, and reads as it should."""

import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from calc_tutor import explain, read
from calc_tutor.comparing import Comparison
from calc_tutor.notation import Formula, Unevaluated, to_latex, to_text
from calc_tutor.rules import RULES, rule_for

x, y, a, b, n, i = sp.symbols("x y a b n i")
X, Z = sp.IndexedBase("X"), sp.IndexedBase("Z")

SCOPE = [
    "7", "x", "x^5", "1/x^3", "sqrt(x)", "3x^2 - 2x + 1", "x^2 sin x", "x e^x cos x ln x", "sin x / x", "x/(x+1)^2",
    "1/(1 + x^2)", "(2x+1)^2", "sin^3(2x)", "cos(cos(x^2))", "tan x", "e^(-x^2/2)", "2^(3x)", "x^x", "(x+1)^(2x)",
    "ln(x^2+1)", "arcsin(x/2)", "arctan(e^x)", "arccos x", "sinh(2x) cosh x", "tanh(x)^2", "arsinh x", "artanh(x/2)",
    "|x^2 - 1|", "sign(x)", "max(x, x^2)", "min(0, x)", "relu(2x - 1)", "sigmoid(3x)", "softplus(x)", "gelu(x)",
    "x^2 y + y^3", "e^x/(e^x + e^y)", "a^x", "x^a", "sin(1)^2 x", "sqrt(x^2 + y^2)", "x^3 e^(-2x)/(x^2+1)",
    "log_2(x)", "3 lg(x^2 + 1)", "x |x|", "max(x, x^2, 3)", "x^(x^2) + a^(2x)", "e^(x y) ln(x + y)",
    sp.sec(x) * sp.csc(2 * x), sp.cot(x), sp.acot(x), sp.asec(x + 2), sp.acsc(x + 2), sp.sech(x), sp.csch(x),
    sp.coth(x), sp.acosh(x + 2), sp.acoth(x + 2), sp.erfc(x), sp.asech(x / 2), sp.acsch(x),
]  # fmt: skip


def check_all_steps(step):
    for node in step.walk():
        expected = sp.diff(_real(node.expression), _real(node.variable)).replace(sp.DiracDelta, lambda *_: sp.S.Zero)
        compare = Comparison(_real(node.expression), symbols=_real(node.variable).free_symbols)
        assert compare.agree(_real(node.result), expected), repr(node)


def _real(e):
    """The same in real symbols, so that SymPy's own derivative of |x| is simple."""
    return e.xreplace({s: sp.Symbol(s.name, real=True) for s in e.atoms(sp.Symbol)})


@pytest.mark.parametrize("expression", SCOPE, ids=str)
def test_everything_in_scope_is_explained_and_every_step_is_right(expression):
    step = explain(expression)
    check_all_steps(step)
    assert len(str(step).splitlines()) == len(step.walk()) == step._repr_latex_().count(r"\displaystyle") - 1


SMALL = st.integers(2, 4)
LEAVES = st.one_of(
    st.just(x),
    st.just(x),
    SMALL.map(sp.Integer),
    SMALL.map(lambda k: x**k),
    SMALL.map(lambda k: k * x + 1),
    st.just(x + y),
)
FUNCTIONS = st.sampled_from(
    [sp.sin, sp.cos, sp.tan, sp.exp, sp.log, sp.sqrt, sp.atan, sp.asin, sp.sinh, sp.cosh, sp.tanh, sp.asinh, sp.erf]
)
COMPOSITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda function, u: function(u), FUNCTIONS, inner),
        st.builds(lambda u, k: u**k, inner, st.sampled_from([-2, -1, 2, 3, sp.Rational(1, 2)])),
        st.builds(lambda k, u: k**u, SMALL, inner),
        st.builds(lambda u, v: u + v, inner, inner),
        st.builds(lambda u, v: u * v, inner, inner),
        st.builds(lambda u, v: u / v, inner, inner),
        st.builds(lambda u, v: sp.Max(u, v, evaluate=False), LEAVES, LEAVES),
        st.builds(abs, LEAVES),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(COMPOSITIONS)
def test_every_step_of_a_random_composition_agrees_with_sympy(expression):
    assume(expression.is_finite is not False and not expression.has(sp.zoo, sp.nan, sp.oo, sp.I, sp.re))
    assume(Comparison(expression).is_real)
    check_all_steps(explain(expression))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(COMPOSITIONS)
def test_a_rule_takes_nothing_away_and_adds_nothing(expression):
    assume(not expression.has(sp.zoo, sp.nan, sp.oo, sp.re) and Comparison(expression).is_real)
    for node in explain(expression).walk():
        rule, parts = rule_for(node.expression, node.variable)
        if rule.whole is not None:
            inner = [e if u == node.variable else (lambda v, e=e, u=u: e.subs(u, v)) for e, u in parts.problems]
            assert Comparison(node.expression).agree(sp.sympify(rule.whole(*parts.kept, *inner)), node.expression)


def test_rules_have_the_names_of_the_lesson():
    texts = [
        "7",
        "x",
        "x + 1",
        "2x",
        "1/(x+1)",
        "x/(x+1)",
        "x sin x",
        "x^5",
        "3^x",
        "x^x",
        "tan x",
        "max(x, 1)",
        "min(x, 1)",
    ]
    assert [explain(text).rule for text in texts] == [
        "constant rule", "variable rule", "sum rule", "constant multiple rule", "reciprocal rule", "quotient rule",
        "product rule", "power rule", "exponential rule", "general power rule", "derivative of tan", "maximum rule",
        "minimum rule",
    ]  # fmt: skip


def test_a_result_is_made_from_the_results_below_it_alone():
    step = explain("x^2 sin(3x)")
    first, second = step.steps
    assert step.rule == "product rule"
    assert step.result == first.result * second.expression + first.expression * second.result


def test_the_walk_reads_from_the_question_to_its_parts():
    rules = [step.rule for step in explain("sin(x^2)").walk()]
    assert rules == ["chain rule", "derivative of sin", "power rule"]


def test_plain_text_stays_the_same():
    assert str(explain("(2x+1)^2")).splitlines() == [
        "d/dx [(2·x + 1)^2] = 2·(2·x + 1) · 2 = 8·x + 4    chain rule: (f(g))' = f'(g) · g', with u = g = 2·x + 1",
        "    d/du [u^2] = 2 · u^(2 - 1) = 2·u              power rule: (x^n)' = n · x^(n - 1)",
        "    d/dx [2·x + 1] = 2 + 0 = 2                    sum rule: (f + g)' = f' + g'",
        "        d/dx [2·x] = 2 · 1 = 2                    constant multiple rule: (c · f)' = c · f'",
        "            d/dx [x] = 1                          variable rule: (x)' = 1",
        "        d/dx [1] = 0                              constant rule: (c)' = 0",
    ]
    assert repr(explain("x^2")) == "Step('power rule', d/dx [x^2] = 2·x)"


def test_a_notebook_gets_formulas_and_plain_text():
    shown = explain("x sin x")._repr_mimebundle_()
    assert shown["text/plain"] == str(explain("x sin x"))
    assert shown["text/latex"].startswith(r"$\displaystyle \begin{array}{ll}")
    assert r"\text{product rule}\colon\ \left(f \cdot g\right)' = f' \cdot g + f \cdot g'" in shown["text/latex"]


@pytest.mark.parametrize("expression", SCOPE, ids=str)
def test_latex_is_balanced_and_safe_in_a_page(expression):
    latex = explain(expression)._repr_latex_()
    assert "<" not in latex
    assert ">" not in latex
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    words = latex.split(r"\text{")[1:]
    assert not any(set("^_·$\\") & set(word.split("}")[0]) for word in words)


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        (sp.log(x) / x, "d/dx [ln(x)/x] = (1/x · x - ln(x) · 1) / x^2"),
        (sp.atan(sp.exp(x)), "d/dx [arctan(e^x)] = 1/((e^x)^2 + 1) · e^x = e^x/(e^(2·x) + 1)"),
        (
            "sin(g x)",
            "∂/∂x [sin(g·x)] = cos(g·x) · g = g·cos(g·x)    chain rule: (f(h))' = f'(h) · h', with u = h = g·x",
        ),
        ("x^2 y", "∂/∂x [x^2·y] = y · 2·x"),
        ("relu(x)", "d/dx [max(0, x)] = {0 if x < 0; 1 if x > 0}"),
        ("-3x^2", "d/dx [-3·x^2] = -3 · 2·x = -6·x"),
        ("1/x^2", "d/dx [1/x^2] = -2 · x^(-2 - 1) = -2/x^3"),
        ("(1/x)^x", "d/dx [(1/x)^x] = (1/x)^x · (1 · ln(1/x) + x · (-1/x^2) / (1/x))"),
    ],
)
def test_lines_show_the_formulas(expression, line):
    assert str(explain(expression)).splitlines()[0].startswith(line)


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("|x|", "kink at x = 0: no derivative there"),
        ("|x^2 - 1|", "kink at x = -1 and x = 1: no derivative there"),
        (sp.Abs(x**2, evaluate=False), ""),
        (sp.Abs(x**2 + 1), ""),
        ("|sin x|", "kink where sin(x) = 0: no derivative there, unless both sides have one slope"),
        ("sign(x - 2)", "jump at x = 2: no derivative there"),
        ("max(x, x^2)", "kink at x = 0 and x = 1: no derivative there"),
        (sp.Max(x**2, -(x**2)), ""),
        (
            sp.Max(x, 2 * x, 3),
            "kinks where another part takes over: no derivative there, unless both sides have one slope",
        ),
        ("x^x", "for x > 0"),
        ("a^x", "for a > 0"),
        ("2^x", ""),
        ("sigmoid(3x)", "the sigmoid of 3·x: sigma·(1 - sigma) times the slope of 3·x"),
    ],
)
def test_kinks_are_named(expression, note):
    assert explain(expression).note == note


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        (x * sp.gamma(x**2), "gamma(x^2)"),
        (sp.sin(sp.Integral(y, (y, 0, x))), "Integral(y, (y, 0, x))"),
        (sp.Sum(y, (y, 1, x)), "Sum(y, (y, 1, x))"),
        (sp.Piecewise((0, x < 0), (x, True)), "{0 if x < 0; x otherwise}"),
        (2 * sp.Function("f")(x), "f(x)"),
    ],
)
def test_what_cannot_be_explained_is_named(expression, part):
    with pytest.raises(ValueError, match="no rule here covers") as error:
        explain(expression)
    assert part in str(error.value)


@pytest.mark.parametrize("expression", ["(-2)^x", "sin((-2)^(3x))", "0 x + (-1)^x", "0^x"])
def test_a_base_that_is_not_positive_is_refused(expression):
    with pytest.raises(ValueError, match=r"the base of a power with x in its exponent must be positive"):
        explain(expression)


def test_the_variable_is_known_by_its_name():
    t = sp.Symbol("t", positive=True)
    assert explain(t**2, "t").result == 2 * t
    assert explain("t^2", t).result == 2 * sp.Symbol("t")
    with pytest.raises(TypeError, match="variable's name"):
        explain("x^2", 3)


def test_without_a_variable_the_only_letter_is_meant():
    assert explain("t^2 + 3t").result == 2 * sp.Symbol("t") + 3
    assert explain("a x^2").variable == x
    assert explain("7").result == 0
    with pytest.raises(ValueError, match="each of a, t may move; try 'a'"):
        explain("a t^2")


def test_the_inner_variable_never_meets_one_of_the_expression():
    u = sp.Symbol("u")
    step = explain(sp.sin(u * x) * sp.cos(u))
    assert all(node.variable != u for node in step.walk())
    check_all_steps(step)


@pytest.mark.parametrize("text", ["sin(g x)", "f x^2 sin x", "(f + x)/(g + x)", "(x + f)^x", "1/(g + x)"])
def test_the_symbols_of_a_rule_are_never_those_of_the_expression(text):
    step = explain(text, "x")
    assert step.symbols[1]
    assert not set(step.symbols[1]) & set(map(str, step.expression.free_symbols))


def test_formulas_are_written_by_the_rules_themselves():
    assert all(
        rule.name in str(explain(e))
        for rule, e in zip(RULES[3:7], ["2x", "1/(x+1)", "x/(x+1)", "x sin x"], strict=True)
    )
    assert explain("x e^x sin x").formula.text == "(f · g · h)' = f' · g · h + f · g' · h + f · g · h'"
    assert explain("1/(x+1)").formula.text == "(1 / g)' = -g' / g^2"
    assert explain("x/(x+1)").formula.text == "(f / g)' = (f' · g - f · g') / g^2"
    assert explain("x^2 + sin x").formula.text == "(f + g)' = f' + g'"
    assert explain("sin x").formula is None


FORMULAS = st.sampled_from([Formula.of(e) for e in (x, -x, x + 1, sp.Integer(-2), x / 2, x**2, 2 * x, 1 / x)])


@settings(deadline=None)
@given(st.lists(FORMULAS, min_size=2, max_size=4), st.lists(st.sampled_from("+-*/"), min_size=3, max_size=3))
def test_formulas_keep_the_meaning_when_written(formulas, signs):
    operations = {"+": lambda p, q: p + q, "-": lambda p, q: p - q, "*": lambda p, q: p * q, "/": lambda p, q: p / q}
    written, meant = formulas[0], formulas[0].expression
    for formula, sign in zip(formulas[1:], signs, strict=False):
        written, meant = operations[sign](formula, written), operations[sign](formula.expression, meant)
    typed = written.text.replace("·", "*").replace("^", "**")
    assert sp.sympify(typed).subs(x, sp.Rational(5, 7)) == meant.subs(x, sp.Rational(5, 7))


def test_notation():
    assert to_text(sp.exp(-x) * sp.log(x) / sp.sqrt(x)) == "e^(-x)·ln(x)/sqrt(x)"
    assert to_text(sp.exp(x) ** y) == "(e^x)^y"
    assert to_text(sp.Abs(x) + sp.E) == "|x| + e"
    assert to_text(explain("1.7249 x^0.8559").result) == "1.47634191/x^0.1441"
    assert to_text(read("-1.0986*3^x + 0.5x")) == "0.5·x - 1.0986·3^x"
    assert to_text(read("x/2 + 3x/8 - x/3")) == "13·x/24"
    assert to_text(read("1.1^x ln 1.1")) == "1.1^x·ln(1.1)"
    assert to_latex(read("1.0986*3^x")) == r"1.0986 \cdot 3^{x}"
    assert to_latex(sp.sqrt(x) * Unevaluated(sp.exp(x)) ** 2 / Unevaluated(x**2) ** 2).count(r"\right)^{2}") == 2
    assert to_latex(sp.asin(x)) == r"\arcsin{\left(x \right)}"
    assert to_text(sp.acos(x) + sp.asinh(x) + sp.acot(x)) == "arccos(x) + arccot(x) + arsinh(x)"


@pytest.mark.parametrize(("text", "name"), [("asin x", "arcsin"), ("arctan x", "arctan"), ("atanh x", "artanh")])
def test_inverse_functions_have_one_name_however_they_are_typed(text, name):
    assert explain(text).rule == f"derivative of {name}"
    assert read(to_text(read(text))) == read(text)


@pytest.mark.parametrize("text", ["x + max(y,1)", "x + relu(a)", "x^2 + |y|", "x + sign(y)"])
def test_a_constant_has_no_kink_to_remark_on(text):
    assert "kink" not in str(explain(text, "x"))
    assert "jump" not in str(explain(text, "x"))


def test_the_gradient_of_a_loss_over_data():
    loss = sp.Sum((a + b * X[i] - Z[i]) ** 2, (i, 1, n)) / n
    step = explain(loss, b)
    assert [below.rule for below in step.walk()][:3] == ["constant multiple rule", "sum rule over data", "chain rule"]
    difference = step.result - sp.diff(loss, b)
    assert sp.simplify(difference.subs(n, 3).doit()) == 0
    assert explain(loss, "c").result == 0
    assert explain(sp.Sum(X[i], (i, 1, n)) + b, b).result == 1
