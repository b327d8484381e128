"""The line at the head of each part of the lesson: ready, or what has to be run first."""

from collections.abc import Mapping

# What the lesson's first cell defines; each part needs these and nothing else.
FIRST_CELL = (
    "getsource", "np", "sp", "automatic", "banner", "descent", "explorers", "households", "network", "numeric", "plots",
    "symbolic", "chain_rule_derivative", "numerical_gradient", "symbolic_derivative", "show", "check",
    "diagnose", "families",
)  # fmt: skip


def part(number: int, names: Mapping[str, object]) -> None:
    """Prints whether part ``number`` can begin, given the notebook's ``names`` (its ``globals()``)."""
    missing = [name for name in FIRST_CELL if name not in names]
    if not missing:
        print(f"Part {number} is ready.")
        return
    verb = "is" if len(missing) == 1 else "are"
    print(f"Part {number} is not ready. Run the first code cell of this notebook (in part 0), then this cell again.")
    print(f"({', '.join(missing)} {verb} not defined yet.)")
