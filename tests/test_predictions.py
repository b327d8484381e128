"""The predictions: what their entries promise, and what is said to whoever commits to a choice."""

import html
import re

import pytest
from test_field import displayed

from calc_lab import predict
from calc_tutor import progress
from calc_tutor.data import predictions

PASSED_OVER = {"a", "an", "the", "it", "is", "in", "at", "on", "they", "we"}


def names(reply, text):
    """Whether a reply says what a choice says, or which letter it has."""
    said, asked = ([w for w in re.findall(r"\w+", part.lower()) if w not in PASSED_OVER] for part in (reply, text))
    within = any(said[k : k + len(asked)] == asked for k in range(len(said)))
    return within or bool(re.search(r"\b[a-d]\)|(choice|answer) [a-d]\b", reply))


def test_entries_stand_in_the_order_of_the_lesson():
    parts = [prediction.part for prediction in predictions().values()]
    assert (parts, {*parts}) == (sorted(parts), {*range(1, 9)})


@pytest.mark.parametrize("name", predictions())
def test_a_choice_unlocks_its_reply_is_kept_and_another_may_be_chosen(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    progress._session.clear()
    asked, card = predictions()[name], predict(name)
    assert asked.question.rstrip().endswith(("?", "."))
    assert [*asked.choices] == [*"abcd"][: len({choice.text for choice in asked.choices.values()})]
    choices, reply = card.children[:2]
    for letter, choice in asked.choices.items():
        assert not re.search(r"[$`*\\<]", choice.text + choice.reply), "buttons and messages typeset nothing"
        assert choice.reply.endswith((".", "?"))
        assert letter == asked.right or not names(choice.reply, asked.choices[asked.right].text)
        choices.buttons[letter].click()
        said = f"<b>You predicted: {html.escape(choice.text)}.</b> {html.escape(choice.reply)}</div>"
        assert said in reply.value
        assert ("✓" in reply.value) == (letter == asked.right)
        marked = [key for key, b in choices.buttons.items() if "calc-chosen" in b._dom_classes and b.tooltip]
        assert marked == [letter]
        progress._session.clear()  # as after a restart
        assert predict(name).children[1].value == reply.value
    question, below = displayed(monkeypatch, card)
    assert (question["text/markdown"], below["text/plain"]) == (f"**Predict.** {asked.question}", f"prediction: {name}")
    shown, replies = below["text/markdown"].split("<details><summary>What comes of each</summary>")
    assert shown.strip() == "\n".join(f"- {key}) {choice.text}" for key, choice in asked.choices.items())
    assert all(f"- {key}) {choice.reply}\n" in replies for key, choice in asked.choices.items())
