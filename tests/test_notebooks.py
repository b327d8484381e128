"""What is true of every committed notebook; nbval re-executes the cells themselves."""

import ast
import builtins
import json
import re
import statistics
import tomllib
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from calc_core import households, network
from calc_core.banner import FIRST_CELL
from tools.normalise_notebooks import WIDGET_VIEW, normalise

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = ["calculus.ipynb", "solutions.ipynb", "practice.ipynb"]


def read(name):
    return nbformat.read(FOLDER / name, as_version=4)


def code_cells(name):
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


def outputs(name):
    return [output for cell in code_cells(name) for output in cell.outputs]


def parsed(source):
    """The cell's syntax tree, IPython's own lines left out."""
    return ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", source))


every_notebook = pytest.mark.parametrize("name", NAMES)


@every_notebook
def test_cells_were_executed_in_order_from_a_fresh_kernel(name):
    cells = code_cells(name)
    assert len(cells) >= 10
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@every_notebook
def test_no_output_is_an_error_or_a_warning(name):
    assert [output for output in outputs(name) if output.output_type == "error"] == []
    assert [output for output in outputs(name) if output.get("name") == "stderr"] == []


@every_notebook
def test_every_picture_has_an_alt_text_that_says_something(name):
    for output in outputs(name):
        if "image/png" in output.get("data", {}):
            alt = output.metadata.get("image/png", {}).get("alt", "")
            assert len(alt.split()) >= 5, output.data.get("text/plain")


@every_notebook
def test_no_widget_view_or_state_is_committed(name):
    notebook = read(name)
    assert "widgets" not in notebook.metadata
    assert not [output for output in outputs(name) if WIDGET_VIEW in output.get("data", {})]


@every_notebook
def test_the_committed_file_is_normalised(name):
    assert normalise(read(name)) == read(name)


@every_notebook
def test_the_file_is_small_enough_to_be_rendered_on_github(name):
    assert (FOLDER / name).stat().st_size < 3e6


@every_notebook
def test_no_cell_defines_a_helper_or_is_long(name):
    """A function in a notebook is the one being studied: one expression of its arguments, no more."""
    for cell in code_cells(name):
        assert len(cell.source.splitlines()) <= 12, cell.source
        for node in ast.walk(parsed(cell.source)):
            assert not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef), cell.source
            if isinstance(node, ast.FunctionDef):
                assert len(node.body) <= 2, cell.source


def test_the_median_code_cell_of_the_lesson_has_three_lines_or_less():
    assert statistics.median(len(cell.source.splitlines()) for cell in code_cells("calculus.ipynb")) <= 3


@every_notebook
def test_the_launch_buttons_are_at_the_top(name):
    top = "".join(cell.source for cell in read(name).cells[:2])
    for service in ("mybinder.org", "colab.research.google.com", "nbviewer.org", "github.com"):
        assert service in top
    # The solutions are the practice notebook's source: their buttons open what a learner should open.
    assert f"notebooks/{name.replace('solutions', 'practice')}" in top


@every_notebook
def test_links_to_places_in_the_notebook_and_to_files_resolve(name):
    text = "\n\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    anchors = set(re.findall(r'<a id="([\w-]+)">', text))
    headings = {heading.strip().replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", text)}
    for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", text):
        page, _, anchor = target.partition("#")
        if page:
            assert (FOLDER / page).exists(), target
        elif anchor:
            assert anchor in anchors | headings, target


def test_practice_is_solutions_without_the_solutions():
    cells = read("solutions.ipynb").cells
    kept = [cell.source for cell in cells if "solution" not in cell.metadata.get("tags", [])]
    assert len(kept) < len(cells)
    assert [cell.source for cell in read("practice.ipynb").cells] == kept


@pytest.mark.parametrize("name", ["solutions.ipynb", "practice.ipynb"])
def test_every_exercise_has_a_place_for_the_answer_and_a_check(name):
    sources = [cell.source for cell in code_cells(name)]
    checked = [match[1] for source in sources if (match := re.search(r'check\("([\w-]+)", answer\)', source))]
    assert len(checked) >= 24
    assert len(set(checked)) == len(checked)
    assert sum(source.strip().startswith("answer = ...") for source in sources) == len(checked)


def parts_of_the_lesson():
    """The code of each part of the lesson, in order; part 0 holds the first cell."""
    parts = {}
    number = "0"
    for cell in read("calculus.ipynb").cells:
        if cell.cell_type == "markdown":
            heading = re.search(r"(?m)^## Part (\d)", cell.source)
            number = heading[1] if heading else number
        else:
            parts.setdefault(number, []).append(cell.source)
    return parts


def names_bound_and_used(sources):
    """The names that the code binds, and those that it uses before it binds them."""
    bound, used = set(dir(builtins)), set()
    for source in sources:
        tree = parsed(source)
        nodes = list(ast.walk(tree))
        local = {node.arg for node in nodes if isinstance(node, ast.arg)}
        local |= {
            name.id
            for node in nodes
            if isinstance(node, ast.comprehension)
            for name in ast.walk(node.target)
            if isinstance(name, ast.Name)
        }
        loads = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        stores = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        stores |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ExceptHandler)}
        stores |= {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        used |= loads - local - bound - stores
        bound |= stores
    return bound, used


def test_each_part_of_the_lesson_runs_on_its_own_after_the_first_cell():
    parts = parts_of_the_lesson()
    assert list(parts) == [str(number) for number in range(10)]
    first_cell, _ = names_bound_and_used(parts["0"][:1])
    assert set(FIRST_CELL) == first_cell - set(dir(builtins)) - {"sys"}
    for number, sources in parts.items():
        _, used = names_bound_and_used(sources)
        assert used <= first_cell, f"part {number} needs {used - first_cell} from another part"
        if number != "0":
            assert sources[0] == f"from calc_core import banner\nbanner.part({number}, globals())"


def test_the_losses_that_the_lesson_names_are_those_of_the_networks():
    families = households.load()
    x, y = (households.standardised(amounts) for amounts in (families.income, families.food))
    line = ((households.least_squares_line(x, y)(x) - y) ** 2).mean()
    one, four = (network.train(families.income, families.food, width=width).history.values[-1] for width in (1, 4))
    said = f"from {line:.3f} down to {one:.3f}, and three more units gain little ({four:.3f})"
    assert any(said in cell.source for cell in read("calculus.ipynb").cells)


def test_normalising_twice_changes_nothing_more():
    once = normalise(read("calculus.ipynb"))
    assert json.dumps(normalise(once)) == json.dumps(once)


def test_the_exercises_of_the_lesson_are_stated_as_in_practice():
    exercises = tomllib.loads((FOLDER.parent / "calc_core/practice/exercises.toml").read_text(encoding="utf-8"))[
        "exercise"
    ]
    statements = {exercise["name"]: exercise["statement"].strip() for exercise in exercises}
    cells = read("calculus.ipynb").cells
    asked = [
        (before, match[1])
        for before, cell in pairwise(cells)
        if (match := re.search(r'check\("(\w+)", answer\)', cell.source))
    ]
    assert len(asked) == 8
    for before, name in asked:
        assert statements[name] in before.source
