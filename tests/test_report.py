"""The report on a class: right counts from good files, bad files named, and no cell starts a formula."""

import csv
import json
import runpy

import pytest

from calc_tutor import __main__ as report
from calc_tutor.__main__ import FORMULA, neutral

RULE = "(fg)' = f'g'"


def progress(*right, wrong=(), broken=()):
    entries = {name: {"answer": "1", "right": True} for name in right}
    return json.dumps(entries | {name: {"answer": "1", "broken": dict.fromkeys(broken, 2)} for name in wrong})


def notebook(*texts, source=""):
    cells = [{"cell_type": "markdown", "source": "1 Slope ■ 4 of 4"}]
    cells += [{"source": source, "outputs": [{"data": {"text/plain": text}}]} for text in texts]
    return json.dumps({"cells": [*cells, {"outputs": [{"output_type": "stream", "text": "x"}]}]}, ensure_ascii=False)


CLASSES = {
    "plain": {
        "anna/progress.json": progress("secant_slope", "product_rule", "secant_settles", "no_exercise"),
        "anna/hand-in/practice.ipynb": notebook("1 Slope            ■□□□ 1 of 4\n2 Rules            ■■■□□□ 3 of 6"),
        "bob.json": progress("secant_slope", "tangent_line", wrong=["product_rule", "quotient_rule"], broken=[RULE]),
        "carl.ipynb": notebook(["1 Slope            □□□□ 0 of 4\n", "8 Together  ■■□□ 2 of 4\n"], "'7 Graph ■ 9 of 9'"),
    },
    "with broken files": {
        "anna/progress.json": progress("secant_slope", wrong=["product_rule"], broken=[RULE, "power kept"]),
        "bob/progress.json": "{",
        "bob/deep.json": "[" * 100_000,
        "carl.json": "[1]",
        "emil.ipynb": '{"cells": [{"outputs": [{"data": {"text/plain": 7}}]}]}',
        "anna/.ipynb_checkpoints/practice.ipynb": "no notebook",
        "anna/notes.txt": "not asked for",
    },
    "hostile": {
        "=HYPERLINK(x)/progress.json": progress("secant_slope"),
        "@sum;=1+1.json": progress("product_rule", wrong=["quotient_rule"], broken=["=1+1", "\x1b[2J+1", "<b>;-1"]),
        "-script.ipynb": notebook("1 Slope ■ 999 of 4\n9 Nothing ■ 1 of 1", "1 Slope ■ 9999 of 4"),
    },
}


@pytest.mark.parametrize("name", CLASSES)
def test_three_classes(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for file, text in CLASSES[name].items():
        path = tmp_path / "class" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["calc_tutor", "report", "class"])
    runpy.run_path(report.__file__, run_name="__main__")
    said, written = capsys.readouterr().out, (tmp_path / "class" / "report.csv").read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(written.splitlines())
    assert head == ["learner", *(f"part {part}" for part in range(1, 9)), "done", "rules broken"]
    table = {row[0]: (*(int(cell) for cell in (row[1], row[2], row[8], row[9])), row[10]) for row in rows}
    assert f"{'learner':16} part 1 part 2 " in said
    assert "part 8   done\n(there are)           4      6 " in said
    if name == "plain":
        assert table == {"anna": (1, 3, 0, 4, ""), "bob": (2, 0, 0, 2, RULE), "carl": (0, 0, 2, 2, "")}
        assert said.endswith(f"\n\nRules broken, by how many learners:\n  1  {RULE}\n\nSkipped:\nnothing\n")
    elif name == "with broken files":
        assert table == {"anna": (1, 0, 0, 1, f"{RULE} / power kept")}
        skipped = {line.split(":")[0].replace("\\", "/") for line in said.split("Skipped:\n")[1].splitlines()}
        assert skipped == {path for path in CLASSES[name] if not path.startswith("anna")}
    else:
        assert sorted(row[9] for row in rows) == ["1", "1", "4"]
        assert not any(piece.startswith(FORMULA) for row in rows for cell in row for piece in cell.split(";"))
        assert "\x1b" not in said + written
        assert "'=1+1 / [2J+1 / <b> -1" in [row[10] for row in rows]


@pytest.mark.parametrize("given", [[], ["report"], ["."], ["table", "."], ["report", "x"], ["report", ".", "."]])
def test_another_command(given, monkeypatch):
    monkeypatch.setattr("sys.argv", ["calc_tutor", *given])
    with pytest.raises(SystemExit, match="calc_tutor report FOLDER, with the folder"):
        runpy.run_path(report.__file__, run_name="__main__")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "＝1", "\n-1"])
def test_no_text_starts_a_formula(text):
    assert neutral(text)[0] == "'"
    assert len(neutral(text * 99)) <= 81
