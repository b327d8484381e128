"""Progress is one small file: merged, never damaged further, and where it cannot be written that is said once."""

import json
import re
import sys

import pytest

from calc_tutor import check, exercises, progress
from calc_tutor.progress import NOT_KEPT, Overview, answers, done, record


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """The file in a folder of its own, for a kernel that has just started."""
    monkeypatch.chdir(tmp_path)
    start_again(monkeypatch)
    return tmp_path / "progress.json"


def start_again(monkeypatch):
    monkeypatch.setattr(progress, "_session", {})
    monkeypatch.setattr(progress, "_mentioned", set())


def test_an_exercise_is_kept_with_its_tries_and_the_rules_that_were_broken(monkeypatch):
    right = "2x sin x + x^2 cos x"
    for answer in ("2x cos x", "2x cos x + ", "2x cos x"):  # the second is not read: no try
        assert done("product_rule") == ""
        check("product_rule", answer)
    for answer in (f" {right}", "2x cos x"):  # the right answer stays
        check("product_rule", answer)
        assert done("product_rule") == right
    expected = {"answer": right, "right": True, "tries": 3, "broken": {"(fg)' = f'g'": 2}}
    start_again(monkeypatch)
    assert answers() == {"product_rule": expected}
    check("product_rule", "x (2 sin x + x cos x)")
    assert answers() == {"product_rule": expected | {"answer": "x (2 sin x + x cos x)"}}


def test_what_another_notebook_wrote_is_merged_in(kept, monkeypatch):
    record("mine", "1", right=False)
    others = {"mine": {"answer": "2", "right": True, "tries": 5, "broken": {}}, "other": {"answer": "x", "right": True}}
    kept.write_text(json.dumps(others), encoding="utf-8")
    record("third", "é", right=False)
    record("secant_settles", "a")
    record("secant_settles", "c")  # a prediction may change
    start_again(monkeypatch)
    tries = [(name, entry["answer"], entry["tries"]) for name, entry in answers().items()]
    assert tries == [("mine", "2", 5), ("other", "x", 1), ("secant_settles", "c", 1), ("third", "é", 1)]
    assert [path.name for path in kept.parent.iterdir()] == ["progress.json"]


@pytest.mark.parametrize("damaged", ["", "{", "[1]", "[" * 100_000, '{"a": 1}', "\x00"])
def test_a_damaged_file_is_moved_away_and_not_lost(damaged, kept):
    kept.write_text(damaged, encoding="utf-8")
    assert answers() == {}
    assert record("mine", "1") == ""
    assert done("mine") == "1"
    assert (kept.parent / "progress.damaged.json").read_text(encoding="utf-8") == damaged


def test_nonsense_in_a_record_is_put_right(kept):
    nonsense = {"answer": 3, "right": "yes", "tries": 0, "broken": {"a": 1, "b": "x"}}
    more = {"answer": "9" * 999, "right": True, "tries": 2, "broken": [1]}
    kept.write_text(json.dumps({"one": nonsense, "two": more, "three": {}, "four": [1]}), encoding="utf-8")
    record("five", "9" * 999)
    assert answers() == {
        "one": {"answer": "3", "right": False, "tries": 1, "broken": {"a": 1}},
        "two": {"answer": "9" * 300, "right": True, "tries": 2, "broken": {}},
        "five": {"answer": "9" * 300, "right": True, "tries": 1, "broken": {}},
    }


@pytest.mark.parametrize("where", ["no folder", "Colab", "browser"])
def test_where_it_is_kept_is_said_once_if_not_in_a_file_beside_the_notebooks(where, monkeypatch, kept):
    if where == "no folder":
        monkeypatch.setattr(progress, "FILE", kept.parent / "missing" / "progress.json")
    elif where == "Colab":  # the folder vanishes with the machine
        monkeypatch.setitem(sys.modules, "google.colab", sys)
    else:
        monkeypatch.setattr(sys, "platform", "emscripten")
    said = check("secant_slope", "15.25").message
    assert "kept in this browser" in said if where == "browser" else said.endswith(NOT_KEPT)
    assert record("mine", "1") == ""
    assert (done("secant_slope"), done("mine")) == ("15.25", "1")
    start_again(monkeypatch)
    assert kept.exists() == (done("mine") == "1") == (where == "browser")


def test_the_overview_counts_exercises_only():
    total = len(exercises())
    assert repr(Overview()).endswith(f"\n0 of {total} exercises done; next: A slope between two households (part 1).")
    check("slope_between_two_households", "0.4546")
    check("secant_slope", "1")
    record("secant_settles", "c")
    assert repr(Overview()).splitlines()[0] == "1 Slope            ■□□□ 1 of 4"
    sentence = f"1 of {total} exercises done; next: The slope of a secant (part 1)."
    shown = Overview()._repr_html_()
    row = '<tr><th scope="row" style="text-align:left">1 Slope</th>.*width:25%"></span></span></td><td [^>]*>1 of 4<'
    assert re.match(f"<p>{re.escape(sentence)}</p>.*{row}", shown)
    for name, exercise in exercises().items():
        check(name, exercise.accepted[0])
    assert repr(Overview()).endswith(f"\n{total} of {total} exercises done.")
