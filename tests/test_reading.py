"""What people type is read as they mean it, and never run; other text gets a `ReadingError` that points at a place."""

import contextlib
import os
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from benchmarks.reading import hostile_texts
from calc_lab import chain_explorer, derivation_explorer, taylor_explorer
from calc_tutor import ReadingError, check, diagnose, explain, read
from calc_tutor.advice import nearest_name
from calc_tutor.reading import FUNCTIONS, MAX_DEPTH, MAX_LENGTH, as_expression, as_expressions

x, y = sp.symbols("x y")

READINGS = {  # what is meant, as SymPy writes it: what people type for it
    "2*x": ["2x", "  2x\t", "2x.", "2x ?;,", "2x".ljust(MAX_LENGTH), "= 2x", "f'(x) = 2x", "f’(x) = 2x",
           "f′ = 2•x", "dy/dx = 2x", "d/dx f(x) = 2x", "0sin(x) + 2x"], "x**2": ["x²", "x**2"], "3*x**2": ["3 x^2"],
    "1/x": ["x⁻¹"], "x**12": ["x¹²"], "x**n": ["xⁿ"], "2*E": ["2e"], "exp(x)": ["e^x"], "exp(-x)": ["e^-x"],
    "exp(2*x)*cos(x)": ["e^(2x)cos(x)"], "2**x*log(2)": ["2^(x)ln 2", "2^xln 2"], "y*exp(-x)": ["e^-(x)y"],
    "exp(x)*sin(x)": ["e^xsinx", "sin x e^x"], "2000": ["2e3"], "1/1000000": ["1e-6"], "10**30": ["1e30"],
    "1/4": [".25"], "5*x - 9": ["y = 5x - 9"], "5": ["y' = 5"], "t": ["g(t) = t"], "2*a": ["∂L/∂a = 2a"],
    "x*y": ["xy", "x·y", "x × y", "L(x, y) = xy"], "x": ["--x"], "log(x)": ["ln x", "log x", "log_e(x)"],
    "log(x)/log(2)": ["log2(x)", "log_2 x"], "log(X)": ["Ln X"], "log(x)/log(10)": ["log10(x)", "lg x"],
    "log(x)*log(3)/log(2)": ["log_2 x ln 3"], "log(x)/log(a)": ["log_a x"], "log(2) + log(2*x)": ["log2 + log 2x"],
    "log(pi)": ["ln pi"], "log(2)/2": ["ln 2/2"], "sin(x)": ["sin x", "sinx"],
    "sin(2*x)": ["sin 2x", "sin2x", "sin 2 x", "sen 2x"], "sin(x)*cos(x)": ["sin x cos x", "Sin(x) COS x"],
    "sin(x)**2": ["sin^2 x", "sin²x", "sin(x)^2"], "sin(x)**n": ["sin^n x"], "sin(x**2)": ["sin x^2"],
    "1/sin(x)**2": ["sin^-2 x"], "sin(x**2)*cos(x)": ["sin x^2 cos x"], "sin(3*x)*cos(2*x)": ["sin 3xcos2x"],
    "-sin(x)": ["sin -x"], "y**2*sin(x)": ["sin x y^2"], "sin(pi*x)": ["sin πx"], "sin(cos(x))": ["sin cos x"],
    "sin(Abs(x))": ["sin |x|"], "sqrt(2)/2": ["cos(pi/4)"], "atan(x)": ["arctan x", "arctg x"],
    "asinh(x)*asin(y)": ["arcsinh x asin y"], "tan(x)*cot(y)": ["tg x ctg y"], "csc(x)": ["cosec x"],
    "sqrt(x)": ["sqrt x", "√x"], "sqrt(2*x)": ["√(2x)"], "Abs(x)": ["|x|", "abs(x)", "(|x|)"],
    "Abs(Abs(x) - 1)": ["||x|-1|"], "2*y*Abs(x)": ["2|x|y"], "Abs(x)*Abs(y)": ["|x||y|"],
    "2*Abs(x*(x + 1))": ["2|x(x+1)|"], "8*x + 4": ["2(2x+1)2"], "(x+1)*(x-1)": ["(x+1)(x−1)"],
    "(2*x+1)**2": ["[2x+1]^2"], "x**2*y": ["x^2y"], "x - y/x": ["x − y ÷ x", "x – y∕x"], "x**2*sin(x)": ["x^2sin(x)"],
    "-2*x": ["2*-x"], "x*3**(x-1)": ["x 3^(x-1)"], "2**(x**2)": ["2^x^2"], "x/(2*y)": ["x/y/2"],
    "x/2": ["0.5x", "(1/2)x", "1/2*x"], "x**2/3": ["x^2/3"], "Min(x, y, 2)": ["min(x, y, 2)"],
    "Max(0, 2*x - 1)": ["relu(2x-1)"], "1/(1 + exp(-x))": ["sigmoid(x)", "σ(x)"], "log(1 + exp(2*x))": ["softplus(2x)"],
    "x*(1 + erf(x/sqrt(2)))/2": ["gelu(x)"], "sign(x)": ["sgn x"], "alpha*x": ["alpha x"], "theta**2": ["θ²"],
    "Symbol('lambda')*x": ["λx"], "pi*x": ["pi x"], "x_1*w_2": ["x_1 w₂"], "mu*x_a": ["µ x_a"],
    "x**100": ["(x^50)^2", "x^100", "x^99.5 x^0.5"], "10**100": ["(1e25)^4"],
    "6*sin(sin(sin(x)))": ["2*3sin(sin(sin(x)))"], "sin(sin(sin(x))) + 5": ["2 + sin(sin(sin(x))) + 3"],
    "exp(exp(543/100))": ["exp(exp(5.43))"], "10**29": ["1" + "0" * 29],
}  # fmt: skip


@pytest.mark.parametrize("meaning", READINGS)
def test_reads_what_people_type(meaning):
    for text in READINGS[meaning]:
        assert read(text) == sp.sympify(meaning), text  # also in the assumptions about symbols: there are none


REFUSALS = {  # what is said: what people type, with a ~ before the place that the caret points at
    "nothing to read": ["~", "   ~", "?~"], "two ways; write (1/2)*x or 1/(2*x)": ["1~/2x"],
    "(a/2)*x or a/(2*x)": ["3 + a~/2 x"], "e^(2)*x or e^(2*x)": ["e^2~x"],
    "e^(2)*sin... or e^(2*sin...)": ["e^2~sin x"], "(x^(-1))/2 or x^(-1/2)": ["x^-1~/2", "1/2*x^-1~/2"],
    "(x^(1))/2 or x^(1/2)": ["3x^1~/2"], "log_10(...) or log(10*...)": ["log10 ~x"],
    "log_2(...) or log(2*...)": ["log2~x"], "1/sin(...) or arcsin(...)": ["~sin^-1 x"],
    "sin(x)*... or sin(x*...)": ["sin x~(x+1)"], "sqrt(2)*... or sqrt(2*...)": ["sqrt 2~x"],
    "sin(pi)*... or sin(pi*...)": ["sin pi ~x"], "cos(2pi)*... or cos(2pi*...)": ["cos 2pi ~x"],
    "cos(pi)/... or cos(pi/...)": ["cos pi~/4"], "sin(b)*... or sin(b*...)": ["a sin b ~x + c"],
    "ln(2)*... or ln(2*...)": ["2^x ln 2 ~x", "ln 2 ~e^x"], "log(2)*... or log(2*...)": ["log 2 ~x"],
    "log_2(x)*... or log_2(x*...)": ["log_2 x ~y"], "a base is written log_2(x)": ["log(x~, 2)"],
    "x^2, 2x or x_2": ["x~2"], "X^2, 2X or X_2": ["X~2"], "write * for times": ["x ~3", "2 ~3", "1.2~.3"],
    "decimal number needs a point; did you mean 2.5?": ["(2~,5x)", "sin(2~,5)", "2~,5"],
    "right of the equals sign": ["2y ~= 2x", "x ~= 2", "sin(x) ~= 2", "y = 2x ~= 3", "y ~== 3"],
    "type the derivative itself": ["~d/dx sin x", "~∂f/∂x 2"], "a prime is not read": ["f~'(x)", "f~’(x)"],
    "the hint says where to begin": ["I ~don't know", "~No idea"], "factorials": ["x~!"],
    "without dollar signs": ["~$3x^2$"], "this х is a Cyrillic letter": ["2~х"], "write (3/4) for ¾": ["~¾x"],
    "write / for divided by": ["2~:x"], "write x^(1/3)": ["~∛x", "2 ~cbrt(x)"], "cube root": ["~root(x,3)"],
    "write x^2": ["~pow(x,2)"], "'arctn' is not known here; did you mean arctan?": ["~arctn(x)"],
    "type the number alone": ["45~%", "63 ~francs"], "sin(x) instead of np.sin(x)": ["np~.sin(x)", "2 ~math.exp(x)"],
    "what is f? Type the formula that it stands for, or f*(...)": ["2~f(x)"], "what is g?": ["~g(x)"],
    "'#' is not understood": ["x + ~#"], "is not known here; type letters": ["~income", "~print(1)"],
    "not closed": ["~(x", "2 + ~|x"], "closes nothing": ["x~)"], "parentheses, as in max(0, x)": ["max ~0"],
    "something is missing": ["2 + ~", "~* 2", "(~)"], "with an index is not known": ["~sin_2 x", "~σ_1(x)"],
    "no value": ["1~/0", "0~^-1", "~tan(pi/2)", "~ln 0", "x ~log_1(x)"], "not a real number": ["~sqrt(-1)", "~asin(2)"],
    "division by zero in it": ["~asec(min(tanh(1),arsinh(0)))", "1~/sin(ln(sign(pi^e)))"],
    "exponent is too large; at most 100": ["9**9~**9**9", "x~^100.5", "x~^-1000"], "powers of powers": ["((x^90)~^90)"],
    "number is too large": ["exp(exp(~exp(exp(9))))", "~exp(exp(5.45))", "99~^99"],
    "at most 30 digits": ["~" + "1" * 31, "~1e31", "~1e-99"],
    f"at most {MAX_LENGTH} are read": ["(" * MAX_LENGTH + "~("],
    f"nested too deeply; at most {MAX_DEPTH}": ["(" * 30 + "~" + "(" * 70, "x^" * 30 + "~x^", "sin " * 30 + "~x"],
    "is not understood": ["~__import__('os').system('true')", "1 + " * 15 + "~#" + " + 1" * 15, "x~.__class__",
                         "()~.__class__", "(x ~:= 2)", "x~; y", "~@x", "~'a' * 10**9", "~`true`"],
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSALS)
def test_refuses_with_a_reason_and_a_place(reason):
    for marked in REFUSALS[reason]:
        place, text = marked.index("~"), marked.replace("~", "")
        with pytest.raises(ReadingError) as caught:
            read(text)
        assert reason in caught.value.message, text
        assert caught.value.position == place, text
        if text.strip():
            shown, caret = str(caught.value).splitlines()[-2:]
            assert (caret.strip(), f"{shown} "[caret.index("^")]) == ("^", f"{text} "[place])


def test_every_function_is_read_in_three_spellings_and_offered_where_it_was_meant():
    for name, function in FUNCTIONS.items():
        for form in (name, name.capitalize(), name.upper()):
            assert read(f"{form}(x/2)") == function(x / 2)
    meant = {"sim": "sin", "coz": "cos", "In": "ln", "sqr": "sqrt", "y": "", "lq": ""}
    assert {word: nearest_name(word) for word in meant} == meant


def test_any_text_gives_a_real_expression_or_a_reading_error():
    for text in hostile_texts(600):
        with contextlib.suppress(ReadingError):
            result = read(text)
            assert isinstance(result, sp.Expr), text
            assert not result.has(sp.zoo, sp.nan, sp.oo, sp.I), text


# ---- Values from Python: the kind is asked before SymPy sees them, which would run the text in a list or an array

CODE = "__import__('os').environ.__setitem__('WITNESS', 'ran')"


@pytest.mark.parametrize("given", [CODE, [CODE], (CODE,), {CODE: 1}, {1: CODE}, {CODE}, np.array([CODE]), [[CODE]]])
def test_text_that_is_code_is_refused_and_never_run(given, monkeypatch):
    monkeypatch.delenv("WITNESS", raising=False)
    explorers = (chain_explorer, taylor_explorer, derivation_explorer)
    for function in (read, as_expression, as_expressions, explain, lambda code: diagnose(code, "x^2"), *explorers):
        with pytest.raises((TypeError, ValueError)):
            function(given)
    assert check("product_rule", given).tone == "not read"
    assert "WITNESS" not in os.environ


PAIR = (2 * x * y, x**2)
SEVERAL = [
    *((given, PAIR) for given in ("(2xy, x^2)", "[2xy, x^2]", "2xy, x^2", "2xy; x^2.", "(2xy; x^2)", "((2)xy, (x)^2)")),
    *((given, PAIR) for given in (["2xy", "x^2"], (2 * x * y, "x^2"), np.array(["2xy", "x^2"]), sp.Matrix(PAIR))),
    (sp.Array(PAIR), PAIR), ("(x), (y)", (x, y)), ("max(x, y)", (sp.Max(x, y),)), ([1] * 20, (1,) * 20), ("x", (x,)),
    ((Fraction(1, 2), np.float64(0.5), x**2), (sp.S.Half, 0.5, x**2)), (np.array(0.5), (0.5,)), (7, (7,)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expressions"), SEVERAL)
def test_several_expressions(given, expressions):
    assert as_expressions(given) == expressions


NO_EXPRESSIONS = [
    (None, "got nothing"), (True, "type bool"), ({"a": 1}, "type dict"), (1j, "type complex"), ([[x]], "type list"),
    (lambda x: x**2, "type function"), ([sp.Matrix([x])], "type MutableDenseMatrix"), (sp.Eq(x, 1), "type Equality"),
    (sp.MatrixSymbol("A", 2, 2), "type MatrixSymbol"), (float("nan"), "a finite number, got nan"), ([], "got 0"),
    (sp.oo * x, "finite number"), (-sp.oo, "finite number"), (sp.zoo, "finite number"), ([1] * 21, "values, got 21"),
    ([1] * 100_000, "got 100000"), ("1," * 10**6, "too long: 2000000"), ("1;" + "1" * 201, "too long: 201"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "told"), NO_EXPRESSIONS)
def test_what_is_no_expression_is_named(given, told):
    with pytest.raises((TypeError, ValueError), match=told):
        as_expressions(given)
