"""What is true of every committed notebook; nbval re-executes the cells themselves."""

import ast
import builtins
import re
import statistics
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest

from calc_core import households, network
from calc_tutor import exercises
from calc_tutor.data import predictions
from tools.normalise_notebooks import WIDGET_VIEW, normalise

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = ["calculus.ipynb", "practice.ipynb", "solutions.ipynb"]
LESSON = NAMES[0]

every_notebook = pytest.mark.parametrize("name", NAMES)


def read(name):
    return nbformat.read(FOLDER / name, as_version=4)


def code_cells(name):
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


def prose(name):
    return "\n\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")


def headings(name):
    """The level and the words of each heading; a # in a Python block is a comment."""
    text = re.sub(r"(?s)```.*?```", "", prose(name))
    return [(len(marks), words) for marks, words in re.findall(r"(?m)^(#+) (.*)$", text)]


def parsed(source):
    """The cell's syntax tree, IPython's own lines left out."""
    return ast.parse(re.sub(r"(?m)^(\s*)%.*$", r"\1pass", source))


def used(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def imported(tree, packages):
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module.startswith(packages)]
    return {alias.asname or alias.name for node in froms for alias in node.names}


@every_notebook
def test_cells_were_executed_in_order_from_a_fresh_kernel_without_a_word_of_trouble(name):
    cells = code_cells(name)
    assert len(cells) > 10
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


@every_notebook
def test_the_committed_file_is_normalised_and_small_enough_for_github(name):
    assert normalise(read(name)) == read(name)
    assert "widgets" not in read(name).metadata
    assert WIDGET_VIEW not in (FOLDER / name).read_text(encoding="utf-8")
    assert (FOLDER / name).stat().st_size < 3e6


def test_normalising_joins_what_a_stream_printed_in_pieces_and_describes_a_picture():
    new = nbformat.v4
    printed = [new.new_output("stream", text=text) for text in ("a\n", "b\n")]
    picture = new.new_output("display_data", data={"image/png": "", WIDGET_VIEW: {}})
    metadata = {"mystnb": {"image": {"alt": "a line"}}, "tags": ["extra"], "collapsed": True}
    cell = new.new_code_cell("", outputs=[*printed, picture], metadata=metadata)
    cell = normalise(new.new_notebook(cells=[cell], metadata={"widgets": {}})).cells[0]
    assert [output.get("text") for output in cell.outputs] == ["a\nb\n", None]
    assert cell.outputs[1].metadata["image/png"]["alt"] == "a line"
    assert WIDGET_VIEW not in cell.outputs[1].data
    assert {*cell.metadata} == {"mystnb", "tags"}


@every_notebook
def test_every_picture_has_an_alt_text_that_says_something(name):
    for cell in code_cells(name):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                alt = output.metadata.get("image/png", {}).get("alt", "")
                assert len(alt.split()) >= 5, cell.source


@every_notebook
def test_a_cell_is_short_and_defines_only_what_is_studied(name):
    for cell in code_cells(name):
        assert len(cell.source.splitlines()) <= 12, cell.source
        assert max(map(len, cell.source.splitlines())) <= 110, cell.source
        for node in ast.walk(parsed(cell.source)):
            assert not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef), cell.source
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 8, cell.source


def test_half_of_the_lessons_cells_are_ordinary_python_and_the_median_has_three_lines_or_less():
    cells = code_cells(LESSON)
    ours = set().union(*(imported(parsed(cell.source), "calc_") for cell in cells))
    ordinary = [cell for cell in cells if not used(parsed(cell.source)) & ours]
    assert len(ordinary) >= len(cells) / 2
    assert statistics.median(len(cell.source.splitlines()) for cell in cells) <= 3


@every_notebook
def test_installation_and_launch_buttons_are_at_the_top(name):
    cells = read(name).cells
    for service in ("mybinder.org", "colab.research.google.com", "nbviewer.org", "github.com"):
        assert service in cells[0].source
    assert cells[0].source.count(f"notebooks/{name}") == 4
    first = code_cells(name)[0].source
    assert first == code_cells(LESSON)[0].source
    assert {line.split()[0] for line in first.splitlines()} == {"import", "if", "%pip", "elif"}
    owner = re.search(r"github\.com/([\w.-]+)/", first)[1]
    assert "." not in owner or f"in the place of `{owner}`" in prose(name)


@every_notebook
def test_headings_are_in_order_and_links_lead_somewhere(name):
    levels, words = zip(*headings(name), strict=True)
    assert levels.count(1) == 1 == levels[0]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(set(words)) == len(words)
    assert len({headings(other)[0] for other in NAMES}) == len(NAMES)
    anchors = re.findall(r'<a id="([\w-]+)">', prose(name))
    assert len(set(anchors)) == len(anchors)
    for page, anchor in re.findall(r"\]\((?!https?://)([^)#\s]*)#?([^)\s]*)\)", prose(name)):
        assert (FOLDER / page).exists()
        assert not anchor or f'<a id="{anchor}">' in prose(page or name), anchor


def parts_of_the_lesson():
    """The code cells of each part of the lesson, in order."""
    parts, number = {}, 0
    for cell in read(LESSON).cells:
        if cell.cell_type == "markdown":
            heading = re.search(r"(?m)^## Part (\d)", cell.source)
            number = int(heading[1]) if heading else number
        else:
            parts.setdefault(number, []).append(cell.source)
    return parts


def calls_of(name, sources):
    return [match[1] for source in sources if (match := re.fullmatch(rf'{name}\("(\w+)"\)', source))]


def test_each_part_of_the_lesson_runs_on_its_own():
    assert list(parts_of_the_lesson()) == list(range(10))
    for number, sources in parts_of_the_lesson().items():
        known = set(dir(builtins))
        for tree in map(parsed, sources):
            nodes = list(ast.walk(tree))
            known |= {alias.asname or alias.name for n in nodes if isinstance(n, ast.alias) for alias in [n]}
            known |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ExceptHandler)}
            known |= {n.arg for n in nodes if isinstance(n, ast.arg)}
            known |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            assert used(tree) <= known, f"part {number} needs {used(tree) - known} from another part"


def test_every_prediction_is_asked_once_in_its_part_and_never_answered_by_the_next_cell():
    asked = [(name, part) for part, sources in parts_of_the_lesson().items() for name in calls_of("predict", sources)]
    assert asked == [(name, prediction.part) for name, prediction in predictions().items()]
    assert {part for _, part in asked} == set(range(1, 9))
    for question, following in pairwise(read(LESSON).cells):
        for name in calls_of("predict", [question.source]):
            assert following.cell_type == "markdown", f"{name} is followed by what a cell has put out"
            prediction = predictions()[name]
            right = prediction.choices[prediction.right]
            assert right.text not in following.source
            assert right.reply not in following.source


def test_the_prose_asks_nothing_that_has_no_place_for_an_answer():
    text = re.sub(r"(?ms)<details>.*?</details>|^[#>|].*?$|\*[^*]+\?\*|\(http[^)]*\)", "", prose(LESSON))
    assert re.findall(r"[^.\n]*\?", text) == []


def test_what_can_be_left_out_is_folded():
    folded = False
    for cell in read(LESSON).cells:
        if re.search(r"(?m)^##+ ", cell.source) and cell.cell_type == "markdown":
            folded = cell.source.startswith("### Extra: ")
            assert cell.metadata.get("jp-MarkdownHeadingCollapsed", False) == folded
        assert ("extra" in cell.metadata.get("tags", [])) == folded


def test_every_exercise_stands_in_practice_and_in_solutions_and_one_of_each_part_in_the_lesson():
    names = list(exercises())
    assert calls_of("exercise", [cell.source for cell in code_cells("practice.ipynb")]) == names
    solutions = [cell.source for cell in code_cells("solutions.ipynb")][2:]
    assert solutions == [call for name in names for call in (f'exercise("{name}")', f'solution("{name}")')]
    for number, sources in parts_of_the_lesson().items():
        assert [exercises()[name].part for name in calls_of("exercise", sources)] == [number] * (1 <= number <= 8)


def test_the_losses_that_the_lesson_names_are_those_of_the_networks():
    families = households.load()
    x, y = (households.standardised(amounts) for amounts in (families.income, families.food))
    line = np.mean((households.least_squares_line(x, y)(x) - y) ** 2)
    one, four = (network.train(families.income, families.food, width=width).history.values[-1] for width in (1, 4))
    assert f"from {line:.3f} down to {one:.3f}, and three more units gain little ({four:.3f})" in prose(LESSON)
