"""Hostile and random texts: nothing is executed, nothing hangs, and only the documented error is raised."""

import contextlib
import gc
import random
import statistics
import string
import sys

from benchmarks.report import Row, no_more, timed
from calc_tutor import ReadingError, read
from calc_tutor.reading import FUNCTIONS

COUNT = 10_000

ATTACKS = (
    "__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "eval('1+1')", "exec('x = 1')",
    "open('/etc/passwd').read()", "lambda: 1", "getattr(x, 'func')", "globals()['read']", "(x := 2)", "'a' * 10**9",
    "9**9**9**9", "9^(9^(9^9))", "((((9^99)^99)^99)^99)", "exp(exp(exp(exp(exp(9)))))", "(" * 10_000,
    "(" * 10_000 + "x" + ")" * 10_000, "|" * 299, "-" * 299 + "x", "x^" * 149 + "x", "sin " * 74 + "x",
    "1/" * 149 + "x", "(x+1)" * 59, "9" * 300, "max(" + "x," * 140 + "x)",
)  # fmt: skip
SCRAPS = [*FUNCTIONS, *"xyzabtnefg0123456789+-*/^(),.|²³⁻ "]
SCRAPS += ["**", "pi", "θ", "^99", "^(1/7)", "1e30", "pi/7", "x_1"]
SCRAPS += ["(", ")", "(x+1)", "^2", "99999999999999999999"] * 3
CHARACTERS = [*string.printable, *map(chr, range(0x2000, 0x2300)), *map(chr, range(0x370, 0x400))]


def hostile_texts(count: int, seed: int = 39) -> list[str]:
    """Attacks as they are and cut or spliced, soups of what the reader knows, and characters of all kinds."""
    rng = random.Random(seed)

    def well_formed(depth: int) -> str:
        if depth == 0:
            return rng.choice(["x", "y", "2", "3x", "0.7", "pi", "e", "7/3"])
        inner = [well_formed(depth - 1) for _ in range(2)]
        name = rng.choice(list(FUNCTIONS))
        several = name.lower() in ("max", "min")
        return rng.choice(
            [f"{name}({', '.join(inner) if several else inner[0]})", f"({inner[0]})^({inner[1]})"]
            + [f"({inner[0]}){sign}({inner[1]})" for sign in "+-*/"]
        )

    makers = (
        lambda: "".join(rng.choices(SCRAPS, k=rng.choice([3, 6, 10, 20, 60]))),
        lambda: rng.choice(ATTACKS)[: rng.randint(0, 60)] + rng.choice(ATTACKS)[rng.randint(0, 20) :],
        lambda: "".join(rng.choices(CHARACTERS, k=rng.randint(0, 60))),
        lambda: well_formed(rng.randint(1, 4)),
    )
    return [*ATTACKS, *(rng.choice(makers)() for _ in range(count - len(ATTACKS)))]


def measure() -> list[Row]:
    """How 10,000 texts fared: the longest time, the errors, and on a second pass what was executed."""
    texts = hostile_texts(COUNT)
    times: list[float] = []
    refused, other = 0, []
    read("x^2 sin(x)")  # SymPy's first expression loads what it needs
    gc.collect()
    gc.freeze()  # what other benchmarks left in memory is not the reader's to sweep
    for text in texts:
        try:
            timed(times, read, text)
        except ReadingError:
            refused += 1
        except Exception as error:
            other.append(f"{text[:40]!r}: {type(error).__name__}")
    events = _events(texts)
    readable = COUNT - refused - len(other)
    detail = f"{COUNT:,} texts, {readable:,} of them readable; median {statistics.median(times):.2g} ms"
    return [
        no_more("longest time to answer, ms", max(times), 100, detail),
        no_more("errors other than ReadingError", len(other), 0, "; ".join(other[:3])),
        no_more("executions, files, processes, connections", len(events), 0, ", ".join(sorted(set(events)))),
    ]


def _events(texts: list[str]) -> list[str]:
    """What Python's audit hook heard while the texts were read, once all modules are loaded."""
    events: list[str] = []
    listening = True
    watched = {"exec", "compile", "open", "import", "os.system", "subprocess.Popen", "socket.connect"}
    sys.addaudithook(lambda event, _args: events.append(event) if listening and event in watched else None)
    for text in texts:
        with contextlib.suppress(Exception):
            read(text)
    listening = False  # a hook cannot be removed
    return events
