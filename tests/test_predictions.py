"""The predictions: what their entries promise, and what is said to whoever commits to a choice."""

import html
import re

import pytest
from test_field import displayed

from calc_lab import predict
from calc_tutor import progress
from calc_tutor.predictions import LETTERS, predictions

PASSED_OVER = {"a", "an", "the", "it", "is", "in", "at", "on", "they", "we"}


def names(reply, text):
    """Whether a reply says what a choice says, or which letter it has."""
    said, asked = ([w for w in re.findall(r"\w+", part.lower()) if w not in PASSED_OVER] for part in (reply, text))
    within = any(said[k : k + len(asked)] == asked for k in range(len(said)))
    return within or bool(re.search(r"\b[a-d]\)|(choice|answer) [a-d]\b", reply))


def test_entries_stand_in_the_order_of_the_lesson_and_naming_is_noticed():
    parts = [prediction.part for prediction in predictions().values()]
    assert (parts, {*parts} <= {*range(1, 9)}) == (sorted(parts), True)
    replies = [("No. It is in two.", "In two"), ("Look at b) again.", "Yes"), ("In one, you say?", "In two")]
    assert [names(*reply) for reply in replies] == [True, True, False]


@pytest.mark.parametrize("name", predictions())
def test_a_choice_unlocks_its_reply_is_kept_and_another_may_be_chosen(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    progress._session.clear()
    asked, card = predictions()[name], predict(name)
    assert asked.question.rstrip().endswith(("?", "."))
    assert [*asked.choices] == [*LETTERS][: len(asked.choices)]
    assert len({choice.text for choice in asked.choices.values()}) == len(asked.choices) >= 2
    choices, reply = card.children[:2]
    assert reply.value == ""
    for letter, choice in asked.choices.items():
        assert not re.search(r"[$`*\\<]", choice.text + choice.reply), "buttons and messages typeset nothing"
        assert choice.reply.endswith((".", "?"))
        assert letter == asked.right or not names(choice.reply, asked.choices[asked.right].text)
        choices.buttons[letter].click()
        said = f"<b>You predicted: {html.escape(choice.text)}.</b> {html.escape(choice.reply)}</div>"
        assert said in reply.value
        assert ("✓" in reply.value) == (letter == asked.right)
        marked = {key: ("calc-chosen" in b._dom_classes, b.tooltip) for key, b in choices.buttons.items()}
        assert marked == dict.fromkeys(marked, (False, "")) | {letter: (True, "your choice")}
        progress._session.clear()  # as after a restart
        assert predict(name).children[1].value == reply.value
    question, below = displayed(monkeypatch, card)
    assert question["text/markdown"] == f"**Predict.** {asked.question}"
    assert below["text/plain"] == f"prediction: {name}"
    assert below["application/vnd.jupyter.widget-view+json"]["model_id"] == card.model_id
    shown, replies = below["text/markdown"].split("<details>")
    assert shown.strip() == "\n".join(f"- {key}) {choice.text}" for key, choice in asked.choices.items())
    assert all(f"- {key}) {choice.reply}\n" in replies for key, choice in asked.choices.items())
    assert re.fullmatch(r"<summary>What comes of each</summary>.*</details>", replies, re.DOTALL)
