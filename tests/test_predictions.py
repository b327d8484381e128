"""The predictions: what their entries promise, and what is said to whoever commits to a choice."""

import html
import re

import pytest

from calc_lab import display as display_module
from calc_lab import field as field_module
from calc_lab import predict
from calc_tutor import progress
from calc_tutor.predictions import LETTERS, predictions

PASSED_OVER = {"a", "an", "the", "it", "is", "in", "at", "on", "they", "we"}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    progress._session.clear()


def words(text):
    return [word for word in re.findall(r"\w+", text.lower()) if word not in PASSED_OVER]


def names(reply, text):
    """Whether a reply says what a choice says, or which letter it has."""
    said, asked = words(reply), words(text)
    within = any(said[k : k + len(asked)] == asked for k in range(len(said)))
    return within or bool(re.search(r"\b[a-d]\)|(choice|answer) [a-d]\b", reply))


def test_naming_is_noticed():
    assert names("No. It is in two.", "In two")
    assert names("Look at b) again.", "Yes")
    assert not names("In one, you say?", "In two")


def test_the_entries_stand_in_the_order_of_the_lesson():
    parts = [prediction.part for prediction in predictions().values()]
    assert parts == sorted(parts)
    assert {*parts} <= {*range(1, 9)}


@pytest.mark.parametrize("prediction", predictions().values(), ids=lambda p: p.name)
def test_an_entry_keeps_what_its_file_promises(prediction):
    assert prediction.question.rstrip().endswith(("?", "."))
    assert [*prediction.choices] == [*LETTERS][: len(prediction.choices)]
    assert prediction.right in prediction.choices
    texts = [choice.text for choice in prediction.choices.values()]
    assert len(set(texts)) == len(texts) >= 2
    right = prediction.choices[prediction.right].text
    for letter, choice in prediction.choices.items():
        assert not re.search(r"[$`*\\<]", choice.text + choice.reply), "buttons and messages typeset nothing"
        assert choice.reply.endswith((".", "?"))
        assert letter == prediction.right or not names(choice.reply, right)


@pytest.mark.parametrize("name", predictions())
def test_a_choice_unlocks_its_reply_is_kept_and_another_may_be_chosen(name):
    asked, card = predictions()[name], predict(name)
    assert card.reply.value == ""
    for letter, choice in asked.choices.items():
        card.choices.buttons[letter].click()
        assert (
            f"<b>You predicted: {html.escape(choice.text)}.</b> {html.escape(choice.reply)}</div>" in card.reply.value
        )
        assert ("✓" in card.reply.value) == (letter == asked.right)
        marked = {key: ("calc-chosen" in b._dom_classes, b.tooltip) for key, b in card.choices.buttons.items()}
        assert marked == dict.fromkeys(marked, (False, "")) | {letter: (True, "your choice")}
        progress._session.clear()  # as after a restart
        assert predict(name).reply.value == card.reply.value


def test_without_a_kernel_question_and_choices_are_read_and_the_replies_are_folded(monkeypatch):
    shown = []
    for module in (field_module, display_module):
        monkeypatch.setattr(module, "display", lambda data, raw, metadata=None: shown.append(data if raw else None))
    card = predict("level_directions")
    card._ipython_display_()
    question, below = shown
    assert question["text/markdown"] == f"**Predict.** {predictions()['level_directions'].question}"
    assert below["text/plain"] == "prediction: level_directions"
    assert below["application/vnd.jupyter.widget-view+json"]["model_id"] == card.model_id
    choices, replies = below["text/markdown"].split("<details>")
    assert "- c) In two" in choices
    assert "- c) Left and right of the steepest way" in replies
    assert replies.startswith("<summary>What comes of each</summary>")
    assert replies.endswith("</details>")
    assert card.children[:2] == (card.choices, card.reply)
