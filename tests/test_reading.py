"""What people type is read as they mean it; any other text is answered by a `ReadingError` that points at a place."""

import os
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_tutor import ReadingError, diagnose, explain, read
from calc_tutor.reading import MAX_DEPTH, MAX_LENGTH, as_expression, as_expressions

x, y, a, n = sp.symbols("x y a n")
E = sp.E

READINGS = {
    "2x": 2 * x, "3 x^2": 3 * x**2, "x²": x**2, "x⁻¹": 1 / x, "x¹²": x**12, "xⁿ": x**n, "x**2": x**2,
    "e^x": sp.exp(x), "e^-x": sp.exp(-x), "e^-x^2": sp.exp(-(x**2)), "e^(2x)": sp.exp(2 * x),
    "e^(2x)cos(x)": sp.exp(2 * x) * sp.cos(x), "2^(x)ln 2": 2**x * sp.log(2), "e^-(x)y": y * sp.exp(-x),
    "exp(2x)": sp.exp(2 * x), "e^xsinx": sp.exp(x) * sp.sin(x), "2^xln 2": 2**x * sp.log(2), "2e": 2 * E,
    "2e3": sp.Integer(2000), "1e-6": sp.Rational(1, 10**6), "1e30": sp.Integer(10**30),
    "0.5x": x / 2, ".25": sp.Rational(1, 4),
    "ln x": sp.log(x), "log x": sp.log(x), "log2(x)": sp.log(x) / sp.log(2), "log_2 x": sp.log(x) / sp.log(2),
    "log_2 x ln 3": sp.log(x) / sp.log(2) * sp.log(3), "log10(x)": sp.log(x) / sp.log(10), "log_e(x)": sp.log(x),
    "log_a x": sp.log(x) / sp.log(a), "log2 + log 2x": sp.log(2) + sp.log(2 * x), "sin x": sp.sin(x),
    "sinx": sp.sin(x), "sin 2x": sp.sin(2 * x), "sin2x": sp.sin(2 * x), "sin 2 x": sp.sin(2 * x),
    "sin x cos x": sp.sin(x) * sp.cos(x), "xsinx": x * sp.sin(x), "sin^2 x": sp.sin(x) ** 2, "sin²x": sp.sin(x) ** 2,
    "sin^n x": sp.sin(x) ** n, "sin(x)^2": sp.sin(x) ** 2, "sin x^2": sp.sin(x**2), "sin x/2": sp.sin(x) / 2,
    "ln 2/2": sp.log(2) / 2, "cos(pi/4)": sp.sqrt(2) / 2, "sin x^2 cos x": sp.sin(x**2) * sp.cos(x),
    "sin 3xcos2x": sp.sin(3 * x) * sp.cos(2 * x), "Sin(x) COS x": sp.sin(x) * sp.cos(x),
    "Ln X": sp.log(sp.Symbol("X")), "sin x + 1": sp.sin(x) + 1, "sin -x": -sp.sin(x),
    "sin x e^x": sp.sin(x) * sp.exp(x), "sin x y^2": y**2 * sp.sin(x), "sin πx": sp.sin(sp.pi * x),
    "ln 2x": sp.log(2 * x), "ln pi": sp.log(sp.pi), "sin cos x": sp.sin(sp.cos(x)), "sin |x|": sp.sin(sp.Abs(x)),
    "cos(3x)·3": 3 * sp.cos(3 * x), "arctan x": sp.atan(x), "arsinh x arcsinh y": sp.asinh(x) * sp.asinh(y),
    "arccot(x)": sp.acot(x), "asec x": sp.asec(x), "xarccsc(x)": x * sp.acsc(x), "arcoth(x)": sp.acoth(x),
    "arsech x arcsch y": sp.asech(x) * sp.acsch(y), "cosec x": sp.csc(x), "tanh(x)": sp.tanh(x),
    "tg x ctg y": sp.tan(x) * sp.cot(y), "arctg x": sp.atan(x), "lg x": sp.log(x) / sp.log(10),
    "sen 2x": sp.sin(2 * x), "sqrt x": sp.sqrt(x), "√x": sp.sqrt(x), "√(2x)": sp.sqrt(2 * x), "|x|": sp.Abs(x),
    "||x|-1|": sp.Abs(sp.Abs(x) - 1), "2|x|y": 2 * y * sp.Abs(x), "|x||y|": sp.Abs(x) * sp.Abs(y), "(|x|)": sp.Abs(x),
    "|x|^3": sp.Abs(x) ** 3, "abs(x)": sp.Abs(x), "x·y": x * y, "x × y": x * y, "x ÷ y": x / y, "x − 1": x - 1,
    "x – 1": x - 1, "2(2x+1)2": 4 * (2 * x + 1), "(x+1)(x−1)": (x + 1) * (x - 1), "[2x+1]^2": (2 * x + 1) ** 2,
    "xy": x * y, "x^2y": x**2 * y, "3x^2 y": 3 * x**2 * y, "x^2sin(x)": x**2 * sp.sin(x), "a(x+1)": a * (x + 1),
    "-x^2": -(x**2), "--x": x, "2*-x": -2 * x, "2^-x": 2**-x, "x 3^(x-1)": x * 3 ** (x - 1), "2^x^2": 2 ** (x**2),
    "x/y/2": x / (2 * y), "2x/3": 2 * x / 3, "1/x^2": x**-2, "(1/2)x": x / 2, "1/(2x)": 1 / (2 * x), "1/2*x": x / 2,
    "max(0, x)": sp.Max(0, x), "min(x, y, 2)": sp.Min(x, y, 2), "relu(x)": sp.Max(0, x),
    "relu(2x-1)": sp.Max(0, 2 * x - 1), "sigmoid(x)": 1 / (1 + sp.exp(-x)), "σ(x)": 1 / (1 + sp.exp(-x)),
    "softplus(2x)": sp.log(1 + sp.exp(2 * x)), "gelu(x)": x * (1 + sp.erf(x / sp.sqrt(2))) / 2, "sign(x)": sp.sign(x),
    "alpha x": sp.Symbol("alpha") * x, "θ²": sp.Symbol("theta") ** 2, "λx": sp.Symbol("lambda") * x, "2π": 2 * sp.pi,
    "pi x": sp.pi * x, "x_1 w₂": sp.Symbol("x_1") * sp.Symbol("w_2"),
    "2x".ljust(MAX_LENGTH): 2 * x, "(" * 29 + "x" + ")" * 29: x, "  2x\t": 2 * x, "2x.": 2 * x, "2x ?;,": 2 * x,
    "x^(-1/2)": 1 / sp.sqrt(x), "x^2/3": x**2 / 3, "y = 5x - 9": 5 * x - 9, "y' = 5": sp.Integer(5),
    "g(t) = t": sp.Symbol("t"), "= 2x": 2 * x, "f'(x) = 2x": 2 * x, "f’(x) = 2x": 2 * x, "f′ = 2•x": 2 * x,
    "dy/dx = 2x": 2 * x, "d/dx f(x) = 2x": 2 * x, "∂L/∂a = 2a": 2 * a, "L(x, y) = xy": x * y,
}  # fmt: skip


@pytest.mark.parametrize("text", READINGS)
def test_reads_what_people_type(text):
    assert read(text) == READINGS[text]  # also in the assumptions about symbols: there are none


REFUSALS = {  # text: (a part of the message, the place the caret points at)
    "": ("nothing to read", 0), "   ": ("nothing to read", 3), "1/2x": ("(1/2)*x or 1/(2*x)", 1),
    "3 + a/2 x": ("(a/2)*x or a/(2*x)", 5), "e^2x": ("e^(2)*x or e^(2*x)", 3),
    "e^2sin x": ("e^(2)*sin... or e^(2*sin...)", 3), "x^-1/2": ("(x^(-1))/2 or x^(-1/2)", 4),
    "1/2*x^-1/2": ("(x^(-1))/2 or x^(-1/2)", 8), "3x^1/2": ("(x^(1))/2 or x^(1/2)", 4),
    "log10 x": ("log_10(...) or log(10*...)", 6), "log2x": ("log_2(...) or log(2*...)", 4),
    "x log_1(x)": ("no value", 2), "sin^-1 x": ("1/sin(...) or arcsin(...)", 0),
    "sin x(x+1)": ("sin(x)*... or sin(x*...)", 5), "sqrt 2x": ("sqrt(2)*... or sqrt(2*...)", 6),
    "sin 2 cos x": ("sin(2)*... or sin(2*...)", 6), "sin pi x": ("sin(pi)*... or sin(pi*...)", 7),
    "cos 2pi x": ("cos(2pi)*... or cos(2pi*...)", 8), "cos pi/4": ("cos(pi)/... or cos(pi/...)", 6),
    "ln pi sin x": ("ln(pi)*... or ln(pi*...)", 6), "tanh w x + b": ("tanh(w)*... or tanh(w*...)", 7),
    "a sin b x": ("sin(b)*... or sin(b*...)", 8), "2^x ln 2 x": ("ln(2)*... or ln(2*...)", 9),
    "ln 2 e^x": ("ln(2)*... or ln(2*...)", 5), "log_2 x y": ("log_2(x)*... or log_2(x*...)", 8),
    "log(x, 2)": ("log_2(x)", 5), "x2": ("x^2, 2x or x_2", 1), "x3^x": ("x^3, 3x or x_3", 1),
    "x 3": ("write * for times", 2), "2 3": ("write * for times", 2), "1.2.3": ("write * for times", 3),
    "0,5": ("decimal number needs a point", 1), "(2,5x)": ("decimal number needs a point", 2),
    "sin(1,5)": ("decimal number needs a point", 5), "2y = 2x": ("right of the equals sign", 3),
    "x = 2": ("right of the equals sign", 2), "slope = 2": ("is not known", 0),
    "sin(x) = 2": ("right of the equals sign", 7), "y = 2x = 3": ("right of the equals sign", 7),
    "15,25": ("did you mean 15.25?", 2), "X2": ("X^2, 2X or X_2", 1), "d/dx sin x": ("type the derivative itself", 0),
    "∂f/∂x 2": ("type the derivative itself", 0), "I don't know": ("the hint says where to begin", 2),
    "No idea": ("the hint says where to begin", 0), "log 2 x": ("log(2)*... or log(2*...)", 6),
    "?": ("nothing to read", 1), "$3x^2$": ("without dollar signs", 0), "2х": ("this х is a Cyrillic letter", 1),
    "¾x": ("write (3/4) for ¾", 0), "2:x": ("write / for divided by", 1), "∛x": ("write x^(1/3)", 0),
    "2 cbrt(x)": ("write x^(1/3)", 2), "root(x,3)": ("x^(1/3) for the cube root", 0), "pow(x,2)": ("write x^2", 0),
    "arctn(x)": ("did you mean arctan?", 0), "asec(min(tanh(1),arsinh(0)))": ("division by zero", 0),
    "1/sin(ln(sign(pi^e)))": ("division by zero", 1), "2f(x)": ("what is f?", 1),
    "g(x)": ("what is g?", 0), "45%": ("type the number alone", 2),
    "63 francs": ("type the number alone", 3), "np.sin(x)": ("sin(x) instead of np.sin(x)", 2),
    "2 math.exp(x)": ("sin(x) instead of np.sin(x)", 2), "f'(x)": ("prime", 1), "f’(x)": ("prime", 1),
    "x!": ("factorials", 1), "x + #": ("'#' is not understood", 4), "income": ("'income' is not known", 0),
    "(x": ("not closed", 0), "x)": ("closes nothing", 1), "|x": ("not closed", 0),
    "2 + ": ("something is missing", 4), "* 2": ("something is missing", 0), "()": ("something is missing", 1),
    "max 0": ("parentheses", 4), "sin_2 x": ("index", 0), "1/0": ("no value", 1), "0^-1": ("no value", 1),
    "tan(pi/2)": ("no value", 0), "ln 0": ("no value", 0), "sqrt(-1)": ("not a real number", 0),
    "asin(2)": ("not a real number", 0), "9**9**9**9": ("exponent is too large", 4),
    "x^1000": ("exponent is too large", 1), "((x^90)^90)": ("powers of powers", 7),
    "exp(exp(exp(exp(9))))": ("too large", 8), "99^99": ("too large", 2), "1" * 31: ("at most 30 digits", 0),
    "1e99": ("at most 30 digits", 0), "(" * 10_000: (f"at most {MAX_LENGTH}", MAX_LENGTH),
    "(" * 100: ("nested too deeply", MAX_DEPTH), "x^" * 90: ("nested too deeply", 2 * MAX_DEPTH),
    "sin " * 45: ("nested too deeply", 4 * MAX_DEPTH),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS)
def test_refuses_with_a_reason_and_a_place(text):
    reason, place = REFUSALS[text]
    with pytest.raises(ReadingError) as caught:
        read(text)
    assert reason in caught.value.message
    assert caught.value.position == place
    if not text.strip():
        assert str(caught.value) == caught.value.message
        return
    shown, caret = str(caught.value).splitlines()[-2:]
    assert caret.strip() == "^"
    if place < len(text):
        assert shown[caret.index("^")] == text[place]


def test_what_is_not_text_is_a_type_error():
    with pytest.raises(TypeError, match=r"expected text such as .*, got int"):
        read(7)


ATTACKS = [
    "__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "eval('1+1')", "exec('x = 1')",
    "open('/etc/passwd').read()", "lambda: 1", "[c for c in ().__class__.__mro__]", "getattr(x, 'func')",
    "x.__class__", "os.getcwd()", "globals()['read']", "print(1)", "breakpoint()", "f'{1}'", "x if x else y", "x; y",
    "x\ny = 2", "Symbol('x')", "S('1')", "sympify('1')", "{1: 2}[1]", "(x := 2)", "@x", "compile('1', 'a', 'eval')",
    "0x41", "'a' * 10**9", "$(true)", "`true`", "%s",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_looks_like_a_program_is_refused(attack):
    with pytest.raises(ReadingError):
        read(attack)


ALPHABET = "xyeπ2390.,+-*/^()|²⁻ _'=\\"
WORDS = ["sin ", "log_", "ln ", "exp(", "sqrt ", "max(0,", "relu(", "tan^", "asin ", "^99", "pi", "1/3", "tg ", "?"]


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*ALPHABET, *WORDS]), max_size=15).map("".join)))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_an_expression_or_a_reading_error(text):
    try:
        result = read(text)
    except ReadingError as error:
        result = error
    if isinstance(result, ReadingError):
        assert 0 <= result.position <= len(text)
    else:
        assert isinstance(result, sp.Expr)
        assert not result.has(sp.zoo, sp.nan, sp.oo, sp.I)


LEAVES = st.sampled_from([x, y, sp.Integer(2), sp.Integer(3), sp.Rational(1, 2)])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.builds(lambda u, v: u + v, below, below),
        st.builds(lambda u, v: u * v, below, below),
        below.map(lambda e: (e + x) ** 2),
        below.map(lambda e: sp.sin(e + x)),
        below.map(lambda e: sp.exp(e * x)),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
@settings(max_examples=60, deadline=None)
def test_reads_back_what_sympy_prints(expression):
    text = str(expression)
    assert len(text) > MAX_LENGTH or sp.expand(read(text) - expression) == 0


# ---- Values from Python: the kind is asked before SymPy sees them


CODE = "__import__('os').environ.__setitem__('WITNESS', 'ran')"


@pytest.mark.parametrize("given", [[CODE], (CODE,), {CODE: 1}, {1: CODE}, {CODE}, np.array([CODE]), [[CODE]], CODE])
@pytest.mark.parametrize("function", [as_expression, as_expressions, explain, lambda code: diagnose(code, "x^2")])
def test_text_inside_something_is_never_run(function, given, monkeypatch):
    monkeypatch.delenv("WITNESS", raising=False)
    with pytest.raises((TypeError, ValueError)):
        function(given)
    assert "WITNESS" not in os.environ


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "got nothing"), (True, "type bool"), ({"a": 1}, "type dict"), (1j, "type complex"),
        ([x, y], "type list"),
        (lambda x: x**2, "type function"), (sp.Matrix([x]), "type MutableDenseMatrix"), (sp.Eq(x, 1), "type Equality"),
        (sp.MatrixSymbol("A", 2, 2), "type MatrixSymbol"), (float("nan"), "a finite number, got nan"),
        (sp.oo * x, "a finite number"), (sp.zoo, "a finite number"),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_named(given, told):
    with pytest.raises((TypeError, ValueError), match=told):
        as_expression(given)


def test_numbers_and_expressions_of_python():
    assert as_expression(Fraction(1, 2)) == sp.Rational(1, 2)
    assert as_expression(np.float64(0.5)) == as_expression(np.array(0.5)) == 0.5
    assert as_expression(x**2) == x**2


SEVERAL = (2 * x * y, x**2)


@pytest.mark.parametrize(
    "given",
    ["(2xy, x^2)", "[2xy, x^2]", "2xy, x^2", "2xy; x^2.", "(2xy; x^2)", "((2)xy, (x)^2)", ["2xy", "x^2"],
     (2 * x * y, "x^2"), np.array(["2xy", "x^2"]), sp.Matrix(SEVERAL), sp.Array(SEVERAL)],
)  # fmt: skip
def test_several_expressions(given):
    assert as_expressions(given) == SEVERAL


def test_parentheses_around_one_part_are_its_own():
    assert as_expressions("(x), (y)") == (x, y)
    assert as_expressions("max(x, y)") == (sp.Max(x, y),)
    assert as_expressions([1] * 20) == (1,) * 20
    with pytest.raises(ValueError, match="a few values, got 100000"):
        as_expressions([1] * 100_000)
    with pytest.raises(ValueError, match="a few values, got 21"):
        as_expressions("1," * 20 + "1")
    with pytest.raises(ReadingError, match="too long"):
        as_expressions("1," * 10**6)
