"""The answer field: what it says to an exercise, what stands where no kernel is alive, and the drill on it."""

import asyncio
import html
import re

import ipywidgets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_lab import display, drill, exercise, field, predict, questions
from calc_tutor import exercises, progress

EXERCISES = exercises().values()
WRONG = ("≈ Almost.", "✗ Look again.")
BY_KIND = {e.kind: e for e in reversed(EXERCISES)}  # the first of each kind


@pytest.fixture(autouse=True)
def _on_a_first_day(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    restart()


def restart():
    progress._session.clear()
    questions._typed.clear()


def words(widget):
    """What is read in a widget: its tags and its style are gone."""
    return html.unescape(re.sub(r"<[^>]+>", " ", widget.value)).split()


def said(card):
    return " ".join(words(card.verdict))


def parts(widget):
    """The widget and what stands in it, but for the boxes that are hidden."""
    yield widget
    for child in getattr(widget, "children", ()):
        if not isinstance(child, ipywidgets.Box) or child.layout.display != "none":
            yield from parts(child)


def press(card, name):
    next(part for part in parts(card) if isinstance(part, ipywidgets.Button) and part.description == name).click()


def answer(card, text):
    """Type an answer and press Check, or press the button of a choice."""
    if card.choices.buttons:
        card.choices.buttons[text].click()
    else:
        card.field.value = text
        press(card, "Check")
    return said(card)


def as_typed(value):
    return value if isinstance(value, str) else f"({', '.join(value)})"


def reference(e):
    return e.reference if e.kind == "choice" else as_typed(e.accepted[0])


def derivative_of(card):
    problem = card.drill.problem
    return str(problem.expression.diff(problem.variable)).replace("**", "^")


def displayed(monkeypatch, widget):
    shown = []
    for module in (field, display):
        monkeypatch.setattr(module, "display", lambda data, raw, metadata=None: shown.append(data if raw else None))
    type(widget)._ipython_display_(widget)  # ipywidgets 7 takes it from a closed widget
    return shown


@pytest.mark.parametrize("e", EXERCISES, ids=lambda e: e.name)
def test_every_exercise_is_answered_wrongly_and_rightly(e):
    card = exercise(e.name)
    assert (said(card), progress.done(e.name)) == ("", "")
    for mistake in e.mistakes[:2]:
        assert answer(card, as_typed(mistake.answer)) == f"{WRONG[e.kind == 'choice']} {mistake.message}"
    for example in card.field.placeholder.removeprefix("such as ").split(" or ") if e.kind != "choice" else ():
        assert answer(card, example).startswith(WRONG), "what the field suggests is an answer of the right kind"
    assert progress.done(e.name) == ""
    assert answer(card, reference(e)) == " ".join(f"✓ Right. {e.right}".split()) or not e.right
    assert said(card).startswith("✓ Right.")
    assert progress.done(e.name) == reference(e)
    press(card, "Hint")
    assert " ".join(words(card.help)) == " ".join(f"i Hint. {e.hint}".split())
    assert not re.search(r"[$`*]|\n\n", e.hint), "a hint is plain text: a message typesets nothing"
    press(card, "Show me")
    data = {"text/plain": e.solution, "text/markdown": e.solution}
    assert card.worked.outputs == ({"output_type": "display_data", "data": data, "metadata": {}},)


def test_what_is_said_to_an_answer_and_when_help_is_offered():
    card = exercise("quotient_rule")
    for typed, reply, offered in (
        ("   ", "? Not read. There is nothing to read yet", False),
        ("1/2x", "? Not read. This can be read in two ways", False),
        ("x", "✗ Look again.", False),
        ("1/0", "? Not read.", False),
        ("3x", "✗ Look again.", True),
    ):
        assert answer(card, typed).startswith(reply)
        assert (card.show_me.layout.display == "") == offered, "after two answers that were judged"
        assert ("<pre>    1/2x\n     ^</pre>" in card.verdict.value) == (typed == "1/2x"), "the place is pointed at"
    assert (card.help.value, card.worked.layout.display, card.worked.outputs) == ("", "none", ())
    for button, title, solution in (("Show me", "i Solution.", ""), ("Hint", "i Hint.", "none")):
        press(card, button)
        assert " ".join(words(card.help)).startswith(title)
        assert card.worked.layout.display == solution, "a hint takes the place of a solution"
    card = exercise("secant_slope")
    answer(card, "12")
    card.field.value = "12."
    assert said(card).startswith("≈ Almost."), "it stays while it is mended"
    assert card.show_me.layout.display == "none"
    answer(card, "15.25")
    assert card.show_me.layout.display == ""
    card.field.value = "15.2"
    assert said(card) == "", "right was said to another answer"
    card = field.AnswerField(lambda answer: 1 / 0, str, str)
    assert (answer(card, "1"), card.tries) == ("? Not read. Division by zero", 0), "whatever goes wrong is a sentence"


@pytest.mark.parametrize(
    ("typed", "shown", "in_colab"),
    [
        ("", "", ""),
        ("2x cos(x^2)", r"$\displaystyle 2 x \cos{\left(x^{2} \right)}$", "<mi>cos</mi>"),
        ("(1/x, x^2)", r"$\displaystyle \left( \frac{1}{x}, \ x^{2}\right)$", "</mfrac><mo>,</mo><msup>"),
        ("2x cos(", "…", "…"),
        ("<b>", "…", "…"),
    ],
)
def test_how_an_answer_is_read_is_seen_while_it_is_typed(typed, shown, in_colab, monkeypatch):
    card = exercise("quotient_rule")
    card.field.value = typed
    assert " ".join(words(card.reading)) == f"read as {shown}".strip() * bool(typed)
    card.field.value = "x"
    monkeypatch.setattr(field, "IN_COLAB", True)  # which typesets no LaTeX in a widget
    card.field.value = typed
    assert in_colab in card.reading.value
    assert "$" not in card.reading.value


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=40) | st.sampled_from(["<script>alert(1)</script>", "$x$", "&lt;", "9^9^9^9", "__import__('os')"])
)
def test_whatever_is_typed_a_sentence_answers_and_nothing_of_it_is_markup(typed):
    card = exercise("quotient_rule")
    tags = set(re.findall(r"<\w+", answer(card, "1/2x") and card.verdict.value))
    answer(card, typed)
    assert re.search(r"Not read\.|Almost\.|Look again\.|Right\.", card.verdict.value)
    assert set(re.findall(r"<\w+", card.verdict.value)) <= tags


def press_enter(card):
    card.field._handle_custom_msg({"event": "submit"}, [])


def test_enter_waits_for_the_letters_that_it_overtook(monkeypatch):
    monkeypatch.setattr(field, "ROUND_TRIP", 0.05)

    async def typing():
        card = exercise("product_rule")
        card.field.value = "2x"
        press_enter(card)
        press_enter(card)
        assert said(card) == "", "the rest may be under way"
        card.field.value = reference(exercises()["product_rule"])
        assert (said(card)[:8], card.tries) == ("✓ Right.", 1), "judged as soon as it came"
        await asyncio.sleep(0.1)
        assert card.tries == 1, "and once"
        card.field.value = "2x"
        press_enter(card)
        await asyncio.sleep(0.1)
        assert (said(card)[:3], card.tries) == ("✗ L", 2), "nothing came: this was all"
        press_enter(card)
        card.start_again()
        await asyncio.sleep(0.1)
        assert (said(card), card.tries, card.field.value) == ("", 0, ""), "an emptied field is not judged"
        monkeypatch.setattr(field, "JUST_TYPED", 0.0)
        card.field.value = "2x"
        press_enter(card)
        await asyncio.sleep(0.01)
        assert said(card)[:3] == "✗ L", "typed a while ago: judged at once"

    asyncio.run(typing())


def test_half_typed_text_outlives_a_second_run_and_a_right_answer_a_restart():
    answer(exercise("quotient_rule"), "3/(2x)")
    again = exercise("quotient_rule")
    assert (again.field.value, said(again)) == ("3/(2x)", "")
    right = reference(exercises()["quotient_rule"])
    answer(again, right)
    restart()
    later = exercise("quotient_rule")
    assert (later.field.value, said(later)[:8], later.show_me.layout.display) == (right, "✓ Right.", "")
    later.field.value = "3x +"
    assert said(exercise("quotient_rule")) == ""
    choice = BY_KIND["choice"]
    answer(exercise(choice.name), choice.reference)
    restart()
    assert exercise(choice.name).choices.buttons[choice.reference].tooltip == "your choice"


@pytest.mark.parametrize("e", BY_KIND.values(), ids=lambda e: e.kind)
def test_without_a_kernel_all_is_readable_and_hint_and_solution_are_folded(monkeypatch, e):
    card = exercise(e.name)
    statement, below = displayed(monkeypatch, card)
    assert statement["text/plain"] == statement["text/markdown"] == f"**Exercise: {e.title}**\n\n{e.statement.strip()}"
    assert below["text/plain"] == f"exercise: {e.name}"
    view = {"version_major": 2, "version_minor": 0, "model_id": card.model_id}
    assert below["application/vnd.jupyter.widget-view+json"] == view
    choices, hint, solution = below["text/markdown"].split("<details>")
    assert [line[2:] for line in choices.splitlines() if line] == [f"{k}) {text}" for k, text in e.choices.items()]
    assert hint.strip() == f"<summary>Hint</summary>\n\n{e.hint}\n\n</details>"
    assert solution == f"<summary>Solution</summary>\n\n{e.solution.strip()}\n\n</details>"
    assert not re.search(r"^#|<h\d", statement["text/markdown"] + below["text/markdown"], re.MULTILINE)
    monkeypatch.setattr(field, "IN_COLAB", True)
    _, _, folds = displayed(monkeypatch, card)
    assert folds["text/markdown"].count("<details>") == 2, "they stand below once more, for Colab typesets Markdown"
    card.close()
    assert [*displayed(monkeypatch, card)[1]] == ["text/plain", "text/markdown"], "a closed widget has no view"


def test_all_that_takes_the_focus_has_a_name_all_looks_are_styled_and_a_second_run_leaves_nothing(monkeypatch):
    replaced, used, before = [], set(), set(ipywidgets.Widget.get_manager_state()["state"])
    monkeypatch.setattr(field, "replace_predecessor", replaced.append)
    asked = BY_KIND["choice"]
    practised, chosen = drill(seed=1), exercise(asked.name)
    texts = [f"{letter})  {text}" for letter, text in asked.choices.items()]
    for card, names in (
        (practised, ["Your answer", "Check", "Hint", "Show me", "Next"]),
        (chosen, [*texts, "Hint", "Show me"]),
    ):
        named = [p.description for p in parts(card) if isinstance(p, ipywidgets.Button | ipywidgets.Text)]
        assert named == names, "in the order of their use"
    for text in ("1/2x", "1", str(practised.drill.problem.expression), derivative_of(practised)):
        answer(practised, text)
        press(practised, "Hint")
        answer(chosen, "a")
        for part in [*parts(practised), *parts(chosen)]:
            used.update(part._dom_classes, *map(str.split, re.findall('class="(.*?)"', getattr(part, "value", ""))))
    styled = set(re.findall(r"\.(calc-[\w-]+)", display.packaged("field.css")))
    assert {look for look in used if look.startswith("calc-")} == styled
    assert replaced == [practised, chosen]
    for card in replaced:
        display.close_all(card)
    assert set(ipywidgets.Widget.get_manager_state()["state"]) == before


def test_the_drill_counts_goes_on_and_starts_each_problem_anew(monkeypatch):
    focused = []
    monkeypatch.setattr(ipywidgets.Text, "focus", lambda _field: focused.append("field"), raising=False)
    card = drill("chain", seed=1)
    question, below = displayed(monkeypatch, card)
    assert question["text/markdown"].startswith("**Drill.** Differentiate.")
    assert (below["text/plain"], "run this cell" in below["text/markdown"]) == ("drill: chain rule", True)
    assert words(card.problem)[:4] == ["Chain", "rule,", "level", "1."]
    assert r"$\displaystyle " in card.problem.value
    first = card.drill.problem
    assert answer(card, "1/2x").startswith("? Not read.")
    assert card.practised.value == ""
    assert answer(card, str(first.expression)).startswith(("≈ Almost.", "✗ Look again."))
    assert "chain rule ●○○ level 1, 0 of 1 right To watch:" in " ".join(words(card.practised))
    assert answer(card, derivative_of(card)).startswith("✓ Right.")
    press(card, "Hint")
    assert "chain rule" in " ".join(words(card.help))
    press(card, "Next")
    second = card.drill.problem
    assert (card.field.value, said(card), card.help.value, card.tries) == ("", "", "", 0)
    assert card.show_me.layout.display == card.worked.layout.display == "none"
    assert second.expression != first.expression
    assert focused == ["field"]
    answer(card, derivative_of(card))
    assert "level 1, 1 of 2 right" in " ".join(words(card.practised))
    press(card, "Next")
    press(card, "Show me")
    assert card.worked.outputs[0]["data"]["text/markdown"].startswith("$")
    assert "level 1, 1 of 3 right" in " ".join(words(card.practised))


@pytest.mark.parametrize(
    ("make", "name", "nearest"),
    [
        (exercise, "qotient_rule", "did you mean 'quotient_rule'"),
        (predict, "level_direction", r"'level_direction'; did you mean 'level_directions'\?$"),
        (predict, "q", "level_directions"),
        (drill, "q rule", "'quotient rule'"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_what_there_is(make, name, nearest):
    with pytest.raises(ValueError, match=nearest):
        make(name)
