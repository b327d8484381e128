"""A question to commit to before the answer is seen."""

from difflib import get_close_matches

import ipywidgets

from calc_lab.field import Card, Choices, fold, listed, message, show
from calc_tutor import progress
from calc_tutor.predictions import Prediction, predictions


class PredictionCard(Card):
    """The choices of one question; choosing one unlocks its reply, and another may be chosen afterwards."""

    def __init__(self, prediction: Prediction):
        self.prediction = prediction
        self.texts = {letter: choice.text for letter, choice in prediction.choices.items()}
        self.choices, self.reply = Choices(self.texts, self.choose), ipywidgets.HTML()
        super().__init__(self.choices, self.reply)
        before = progress.done(prediction.name)
        if before in self.texts:
            self.choose(before)

    def choose(self, letter: str) -> None:
        """Commit to a choice, and say its reply."""
        note = progress.record(self.prediction.name, letter)
        self.choices.mark(letter)
        look = "right" if letter == self.prediction.right else "help"
        reply = self.prediction.choices[letter].reply
        self.reply.value = message(look, f"You predicted: {self.texts[letter]}.", f"{reply} {note}".strip())

    def _ipython_display_(self) -> None:
        replies = listed({letter: choice.reply for letter, choice in self.prediction.choices.items()})
        question = f"**Predict.** {self.prediction.question}"
        fallback = listed(self.texts), fold("What comes of each", replies)
        show(self, f"prediction: {self.prediction.name}", question, *fallback)


def predict(name: str) -> PredictionCard:
    """The prediction called `name`; ValueError that names the nearest if there is none.

    >>> predict("secant_settles").texts["c"]
    'It settles on a number'
    """
    if name not in predictions():
        near = get_close_matches(str(name), predictions(), n=2) or predictions()
        raise ValueError(f"no prediction is called {name!r}; did you mean {' or '.join(map(repr, near))}?")
    return PredictionCard(predictions()[name])
