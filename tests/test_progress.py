"""Progress is one small file: merged, never damaged further, and where it cannot be written that is said once."""

import json
import sys

import pytest

from calc_tutor import check, exercises, progress
from calc_tutor.progress import NOT_KEPT, Overview, answers, done, record


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own, and a kernel that has just started."""
    monkeypatch.chdir(tmp_path)
    start_again(monkeypatch)
    return tmp_path


def start_again(monkeypatch):
    monkeypatch.setattr(progress, "_session", {})
    monkeypatch.setattr(progress, "_mentioned", set())


def in_file(folder):
    return json.loads((folder / "progress.json").read_text(encoding="utf-8"))


def test_an_exercise_is_kept_with_its_tries_and_the_rules_that_were_broken(folder, monkeypatch):
    assert done("product_rule") == ""
    check("product_rule", "2x cos x")
    check("product_rule", "2x cos x + ")  # not read: no try
    check("product_rule", "2x cos x")
    assert done("product_rule") == ""
    assert check("product_rule", " 2x sin x + x^2 cos x").correct
    check("product_rule", "2x cos x")  # the right answer stays
    expected = {"answer": "2x sin x + x^2 cos x", "right": True, "tries": 3, "broken": {"(fg)' = f'g'": 2}}
    assert in_file(folder) == {"product_rule": expected}
    start_again(monkeypatch)
    assert answers() == {"product_rule": expected}
    assert done("product_rule") == "2x sin x + x^2 cos x"
    check("product_rule", "x (2 sin x + x cos x)")
    assert answers()["product_rule"] == expected | {"answer": "x (2 sin x + x cos x)"}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("secant_slope", 15.25, "15.25"), ("one_step", [2.5, -0.9], "2.5, -0.9"), ("passes_needed", "b) one", "b")],
)
def test_an_answer_is_kept_as_it_would_be_typed(name, value, text):
    assert check(name, value).correct
    assert done(name) == text
    assert check(name, text).correct


def test_a_prediction_is_kept_and_may_change():
    record("secant_settles", "a")
    record("secant_settles", "c")
    assert done("secant_settles") == "c"
    assert answers()["secant_settles"]["tries"] == 1


def test_what_another_notebook_wrote_is_merged_in(folder, monkeypatch):
    record("mine", "1", right=False)
    others = {"mine": {"answer": "2", "right": True, "tries": 5, "broken": {}}, "other": {"answer": "x", "right": True}}
    (folder / "progress.json").write_text(json.dumps(others), encoding="utf-8")
    record("third", "é", right=False)
    assert in_file(folder).keys() == {"mine", "other", "third"}
    assert (done("mine"), done("other"), in_file(folder)["third"]["answer"]) == ("2", "x", "é")
    assert in_file(folder)["other"] == {"answer": "x", "right": True, "tries": 1, "broken": {}}
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


@pytest.mark.parametrize("damaged", ["", "{", "[1]", "[" * 100_000, '{"a": 1}', "\x00"])
def test_a_damaged_file_is_moved_away_and_not_lost(damaged, folder):
    (folder / "progress.json").write_text(damaged, encoding="utf-8")
    assert answers() == {}
    assert record("mine", "1") == ""
    assert done("mine") == "1"
    assert (folder / "progress.damaged.json").read_text(encoding="utf-8") == damaged


def test_nonsense_in_a_record_is_put_right(folder):
    nonsense = {"answer": 3, "right": "yes", "tries": -2, "broken": {"a": 1, "b": "x"}}
    more = {"answer": "9" * 999, "right": True, "tries": 2, "broken": [1]}
    (folder / "progress.json").write_text(json.dumps({"one": nonsense, "two": more, "three": {}}), encoding="utf-8")
    assert answers() == {
        "one": {"answer": "3", "right": False, "tries": 1, "broken": {"a": 1}},
        "two": {"answer": "9" * 300, "right": True, "tries": 2, "broken": {}},
    }
    record("four", "9" * 999)
    assert done("four") == "9" * 300


def test_where_nothing_can_be_written_it_is_said_once(monkeypatch, tmp_path):
    monkeypatch.setattr(progress, "FILE", tmp_path / "missing" / "progress.json")
    assert check("secant_slope", "15.25").message.endswith(NOT_KEPT)
    assert record("mine", "1") == ""
    assert (done("secant_slope"), done("mine")) == ("15.25", "1")


def test_a_folder_that_vanishes_is_not_written_to(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    assert (record("mine", "1"), record("other", "1")) == (NOT_KEPT, "")
    assert list(folder.iterdir()) == []
    assert done("mine") == "1"


def test_in_the_browser_it_is_kept_in_its_file_and_that_is_said_once(monkeypatch, folder):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert "kept in this browser" in check("secant_slope", "15.25").message
    assert record("mine", "1") == ""
    assert in_file(folder).keys() == {"secant_slope", "mine"}
    start_again(monkeypatch)
    assert done("mine") == "1"


def test_the_overview_counts_exercises_only():
    total = len(exercises())
    assert repr(Overview()).endswith(f"0 of {total} exercises done; next: A slope between two households (part 1).")
    check("slope_between_two_households", "0.4546")
    check("secant_slope", "1")
    record("secant_settles", "c")
    assert repr(Overview()).splitlines()[0] == "1 Slope            ■□□□ 1 of 4"
    assert Overview().sentence() == f"1 of {total} exercises done; next: The slope of a secant (part 1)."
    shown = Overview()._repr_html_()
    assert f"<p>{Overview().sentence()}</p>" in shown
    assert '<th scope="row" style="text-align:left">1 Slope</th>' in shown
    assert "width:25%" in shown
    for name, exercise in exercises().items():
        check(name, exercise.accepted[0])
    assert Overview().sentence() == f"{total} of {total} exercises done."
