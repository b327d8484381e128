"""What is true of every committed notebook; nbval re-executes the cells themselves."""

import ast
import builtins
import copy
import re
import statistics
from itertools import pairwise

import nbformat
import numpy as np
import pytest

from calc_core import households, network
from calc_tutor import exercises
from calc_tutor.data import predictions
from tools import ROOT
from tools.normalise_notebooks import normalise

FOLDER = ROOT / "notebooks"
BOOKS = {path.name: nbformat.read(path, as_version=4) for path in sorted(FOLDER.glob("*.ipynb"))}


def cells_of(name, kind):
    return [cell for cell in BOOKS[name].cells if cell.cell_type == kind]


CELLS = {name: cells_of(name, "code") for name in BOOKS}
PROSE = {name: "\n\n".join(cell.source for cell in cells_of(name, "markdown")) for name in BOOKS}
LESSON = "calculus.ipynb"

every_notebook = pytest.mark.parametrize("name", BOOKS)


def parsed(source):
    """The nodes of the cell's syntax tree, IPython's own lines left out."""
    return [*ast.walk(ast.parse(re.sub(r"(?m)^(\s*)%.*$", r"\1pass", source)))]


def used(source):
    return {node.id for node in parsed(source) if isinstance(node, ast.Name)}


def parts_of_the_lesson():
    """The sources of the code cells of each part of the lesson, in order."""
    parts, number = {}, 0
    for cell in BOOKS[LESSON].cells:
        if cell.cell_type == "code":
            parts.setdefault(number, []).append(cell.source)
        elif heading := re.search(r"(?m)^## Part (\d)", cell.source):
            number = int(heading[1])
    return parts


def calls_of(name, sources):
    return [match[1] for source in sources if (match := re.fullmatch(rf'{name}\("(\w+)"\)', source))]


@every_notebook
def test_cells_were_executed_in_order_from_a_fresh_kernel_without_a_word_of_trouble(name):
    assert [cell.execution_count for cell in CELLS[name]] == [*range(1, len(CELLS[name]) + 1)]
    outputs = [output for cell in CELLS[name] for output in cell.outputs]
    assert len(outputs) > 10
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert all(len(picture.metadata["image/png"]["alt"].split()) >= 5 for picture in pictures)


@every_notebook
def test_the_committed_file_is_normalised_and_small_enough_for_github(name):
    assert normalise(copy.deepcopy(BOOKS[name])) == BOOKS[name]
    assert (FOLDER / name).stat().st_size < 3e6


@every_notebook
def test_a_cell_is_short_and_defines_only_what_is_studied(name):
    for cell in CELLS[name]:
        assert len(cell.source.splitlines()) <= 12, cell.source
        assert max(map(len, cell.source.splitlines())) <= 110, cell.source
        for node in parsed(cell.source):
            assert not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef), cell.source
            assert not isinstance(node, ast.FunctionDef) or node.end_lineno - node.lineno <= 8, cell.source


def test_half_of_the_lessons_cells_are_ordinary_python_and_the_median_has_three_lines_or_less():
    sources = [cell.source for cell in CELLS[LESSON]]
    imports = [node for source in sources for node in parsed(source) if isinstance(node, ast.ImportFrom)]
    ours = {alias.asname or alias.name for node in imports if node.module.startswith("calc_") for alias in node.names}
    assert len(ours) > 10
    assert sum(not used(source) & ours for source in sources) >= len(sources) / 2
    assert statistics.median(len(source.splitlines()) for source in sources) <= 3


@every_notebook
def test_installation_and_launch_buttons_are_at_the_top(name):
    badges, install = BOOKS[name].cells[0].source, CELLS[name][0].source
    for service in ("mybinder.org", "colab.research.google.com", "nbviewer.org", "github.com"):
        assert re.search(rf"https://{service}/\S+/notebooks/{name}\)", badges), service
    assert install == CELLS[LESSON][0].source
    assert {line.split()[0] for line in install.splitlines()} == {"import", "if", "%pip", "elif"}
    # Until a real address is set, nobody else's code may reach a learner's Colab: GitHub grants no name with a dot.
    owner = re.search(r"git\+https://github\.com/([\w.-]+)/", install)[1]
    assert "." in owner or not owner.startswith("your")
    assert "." not in owner or f"in the place of `{owner}`" in PROSE[name]


@every_notebook
def test_headings_are_in_order_and_links_lead_somewhere(name):
    text = re.sub(r"(?s)```.*?```", "", PROSE[name])  # where a # is a comment
    headings = re.findall(r"(?m)^(#+) (.*)$", text)
    levels = [len(marks) for marks, _ in headings]
    assert levels.count(1) == 1 == levels[0]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len({words for _, words in headings}) == len(headings)
    assert [PROSE[other].startswith(f"# {headings[0][1]}\n") for other in BOOKS].count(True) == 1
    anchors = re.findall(r'<a id="([\w-]+)">', PROSE[name])
    assert len(set(anchors)) == len(anchors)
    for page, anchor in re.findall(r"\]\((?!https?://)([^)#\s]*)#?([^)\s]*)\)", PROSE[name]):
        assert (FOLDER / page).exists()
        assert not anchor or f'<a id="{anchor}">' in PROSE[page or name], anchor


def test_each_part_of_the_lesson_runs_on_its_own():
    assert list(parts_of_the_lesson()) == list(range(10))
    for number, sources in parts_of_the_lesson().items():
        known = set(dir(builtins))
        for source in sources:
            for node in parsed(source):
                if isinstance(node, ast.alias | ast.arg | ast.FunctionDef | ast.ExceptHandler):
                    known.add(getattr(node, "asname", None) or getattr(node, "name", None) or node.arg)
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    known.add(node.id)
            assert used(source) <= known, f"part {number} needs {used(source) - known} from another part"


def test_every_prediction_is_asked_once_in_its_part_and_never_answered_by_the_next_cell():
    asked = [(name, part) for part, sources in parts_of_the_lesson().items() for name in calls_of("predict", sources)]
    assert asked == [(name, prediction.part) for name, prediction in predictions().items()]
    assert {part for _, part in asked} == set(range(1, 9))
    for question, following in pairwise(BOOKS[LESSON].cells):
        for name in calls_of("predict", [question.source]):
            assert following.cell_type == "markdown", f"{name} is followed by what a cell has put out"
            right = predictions()[name].choices[predictions()[name].right]
            assert right.text not in following.source
            assert right.reply not in following.source


def test_the_prose_asks_nothing_that_has_no_place_for_an_answer():
    text = re.sub(r"(?ms)<details>.*?</details>|^[#>|].*?$|\*[^*]+\?\*|\(http[^)]*\)", "", PROSE[LESSON])
    assert re.findall(r"[^.\n]*\?", text) == []


def test_what_can_be_left_out_is_folded():
    folded = False
    for cell in BOOKS[LESSON].cells:
        if re.search(r"(?m)^##+ ", cell.source) and cell.cell_type == "markdown":
            folded = cell.source.startswith("### Extra: ")
            assert cell.metadata.get("jp-MarkdownHeadingCollapsed", False) == folded
        assert ("extra" in cell.metadata.get("tags", [])) == folded


def test_every_exercise_stands_in_practice_and_in_solutions_and_one_of_each_part_in_the_lesson():
    names = list(exercises())
    assert calls_of("exercise", [cell.source for cell in CELLS["practice.ipynb"]]) == names
    solutions = [cell.source for cell in CELLS["solutions.ipynb"]][2:]
    assert solutions == [call for name in names for call in (f'exercise("{name}")', f'solution("{name}")')]
    for number, sources in parts_of_the_lesson().items():
        assert [exercises()[name].part for name in calls_of("exercise", sources)] == [number] * (1 <= number <= 8)


def test_the_losses_that_the_lesson_names_are_those_of_the_networks():
    families = households.load()
    x, y = (households.standardised(amounts) for amounts in (families.income, families.food))
    line = np.mean((households.least_squares_line(x, y)(x) - y) ** 2)
    one, four = (network.train(families.income, families.food, width=width).history.values[-1] for width in (1, 4))
    assert f"from {line:.3f} down to {one:.3f}, and three more units gain little ({four:.3f})" in PROSE[LESSON]
