"""The report on a class: right counts from good files, bad files named, and nothing that was handed in comes alive."""

import csv
import json
import os
import runpy

import pytest

from calc_tutor.report import FORMULA, neutral, read_class

CODE = "__import__('os').environ.__setitem__('WITNESS', 'ran') or __import__('pathlib').Path('witness').touch()"
RULE = "(fg)' = f'g'"


def progress(*right, wrong=(), broken=(), answer="1"):
    entries = {name: {"answer": answer, "right": True, "tries": 1, "broken": {}} for name in right}
    entries |= {name: {"answer": answer, "right": False, "broken": dict.fromkeys(broken, 2)} for name in wrong}
    return json.dumps(entries)


def notebook(*texts, source=""):
    cells = [{"cell_type": "markdown", "source": "1 Slope ■ 4 of 4"}]
    cells += [{"source": source, "outputs": [{"data": {"text/plain": text}}]} for text in texts]
    return json.dumps({"cells": [*cells, {"outputs": [{"output_type": "stream", "text": "x"}]}]}, ensure_ascii=False)


CLASSES = {
    "plain": {
        "anna/progress.json": progress("secant_slope", "product_rule", "secant_settles", "no_exercise"),
        "anna/practice.ipynb": notebook("1 Slope            ■□□□ 1 of 4\n2 Rules            ■■■□□□ 3 of 6"),
        "bob.json": progress("secant_slope", wrong=["product_rule", "quotient_rule"], broken=[RULE]),
        "carl.ipynb": notebook(["1 Slope            □□□□ 0 of 4\n", "8 Together  ■■□□ 2 of 4\n"], "'7 Graph ■ 9 of 9'"),
    },
    "with broken files": {
        "anna/progress.json": progress("secant_slope", wrong=["product_rule"], broken=[RULE, "power kept"]),
        "bob/progress.json": "{",
        "bob/deep.json": "[" * 100_000,
        "carl.json": "[1]",
        "dora.ipynb": '{"cells": [1]}',
        "emil.ipynb": '{"cells": [{"outputs": [{"data": {"text/plain": 7}}]}]}',
        "emil.json": "\x00\xff",
        "anna/.ipynb_checkpoints/practice.ipynb": "no notebook",
        "anna/notes.txt": "not asked for",
    },
    "hostile": {
        "=HYPERLINK(x)/progress.json": progress("secant_slope", answer=CODE),
        "@sum;=1+1.json": progress("product_rule", wrong=["quotient_rule"], broken=["=1+1", "\x1b[2J+1", "<b>;-1"]),
        "-script.ipynb": notebook("1 Slope ■ 999 of 4\n9 Nothing ■ 1 of 1", CODE, "1 Slope ■ 9999 of 4"),
        CODE[:60].replace("/", "") + ".json": progress(CODE, wrong=["secant_slope"], broken=[CODE]),
    },
}


@pytest.fixture(params=CLASSES)
def handed_in(request, tmp_path):
    for name, text in CLASSES[request.param].items():
        path = tmp_path / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return request.param, tmp_path / "class"


def report(folder, monkeypatch):
    monkeypatch.setattr("sys.argv", ["python -m calc_tutor", "report", str(folder)])
    runpy.run_module("calc_tutor", run_name="__main__")


def test_three_classes(handed_in, monkeypatch, capsys):
    name, folder = handed_in
    monkeypatch.chdir(folder)
    report(folder, monkeypatch)
    said = capsys.readouterr().out
    assert "WITNESS" not in os.environ
    assert not (folder / "witness").exists()
    head, *rows = csv.reader((folder / "report.csv").read_text(encoding="utf-8-sig").splitlines())
    assert head[:2] + head[-3:] == ["learner", "part 1", "part 8", "done", "rules broken"]
    table = {row[0]: (*(int(cell) for cell in (row[1], row[2], row[8], row[9])), row[10]) for row in rows}
    assert "part 8   done\n(there are)           4      6 " in said
    if name == "plain":
        assert table == {"anna": (1, 3, 0, 4, ""), "bob": (1, 0, 0, 1, RULE), "carl": (0, 0, 2, 2, "")}
        assert f"\n  1  {RULE}\n" in said
        assert said.endswith("Skipped:\nnothing\n")
    elif name == "with broken files":
        assert table == {"anna": (1, 0, 0, 1, f"{RULE} / power kept")}
        skipped = {line.split(":")[0].replace("\\", "/") for line in said.split("Skipped:\n")[1].splitlines()}
        assert skipped == {path for path in CLASSES[name] if not path.startswith("anna")}
    else:
        assert sorted(row[9] for row in rows) == ["0", "1", "1", "4"]
        assert not any(piece.startswith(FORMULA) for row in rows for cell in row for piece in cell.split(";"))
        assert "\x1b" not in said + (folder / "report.csv").read_text(encoding="utf-8-sig")
        assert "'=1+1 / [2J+1 / <b> -1" in [row[10] for row in rows]


def test_the_folder_of_one_learner(tmp_path):
    (tmp_path / "progress.json").write_text(progress("secant_slope"), encoding="utf-8")
    (tmp_path / "practice.ipynb").write_text(notebook("2 Rules  ■□ 1 of 6"), encoding="utf-8")
    learners, skipped = read_class(tmp_path)
    assert [(name, learner.done) for name, learner in learners.items()] == [(tmp_path.name, {1: 1, 2: 1})]
    assert skipped == []


def test_a_folder_that_is_not_there(tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        report(tmp_path / "x", monkeypatch)
    assert "is no folder; name the one" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "＝1", "\n-1"])
def test_no_text_starts_a_formula(text):
    assert neutral(text)[0] == "'"
