"""Answers as a person gives them in JupyterLab: typed, pressed, on a slow line, after a restart, and with no kernel."""

import json

import pytest
from servers import CONTRAST

from calc_tutor import exercises
from calc_tutor.data import predictions

playwright = pytest.importorskip("playwright.sync_api")

PATIENCE = 20_000  # milliseconds
KINDS = {e.kind: e for e in reversed(exercises().values()) if e.mistakes}  # the first of each kind
RATHER_SLOW = """
import time
from calc_lab import exercise
card = exercise("product_rule")
card.field.observe(lambda change: time.sleep(0.15), "value")  # as on a kernel far away
card
"""
CELLS = [f'from calc_lab import exercise\nexercise("{e.name}")' for e in KINDS.values()]
PREDICTION, DRILL, SLOW, PROGRESS = range(len(CELLS), len(CELLS) + 4)
CELLS += [
    'from calc_lab import predict\npredict("level_directions")',
    'from calc_lab import drill\ndrill("chain", seed=1)',
    RATHER_SLOW,
    "from calc_lab import progress\nprogress()",
]


@pytest.fixture(scope="module")
def shown(lab):
    """A notebook with an exercise of each kind, a prediction, the drill, and how far the reader has come."""
    lab.write("fields.ipynb", CELLS)
    lab.open("fields.ipynb")
    lab.run_all()
    return lab


def typed(value):
    return value if isinstance(value, str) else f"({', '.join(value)})"


def expect_said(output, text):
    playwright.expect(output.locator("[role=status]").first).to_contain_text(text, timeout=PATIENCE)


def give(output, e, text):
    """Give an answer by keyboard: type it and press Enter, or press the button of a choice."""
    if e.kind == "choice":
        output.get_by_role("button", name=e.choices[text]).focus()
    else:
        output.get_by_label("Your answer").fill(text)
        output.get_by_label("Your answer").focus()
    output.page.keyboard.press("Enter")


def right_answer(e):
    return e.reference if e.kind == "choice" else typed(e.accepted[0])


@pytest.mark.parametrize("kind", KINDS)
def test_an_exercise_of_each_kind_is_answered_wrongly_and_rightly(shown, kind):
    cell, e = [*KINDS].index(kind), KINDS[kind]
    output = shown.output(cell)
    assert output.get_by_role("button", name="Show me").count() == 0
    give(output, e, typed(e.mistakes[0].answer))
    expect_said(output, e.mistakes[0].message)
    give(output, e, right_answer(e))
    expect_said(output, "Right.")
    if e.kind != "choice":
        assert output.locator(".calc-read mjx-container").count()
    output.get_by_role("button", name="Show me").click()
    playwright.expect(output.locator(".widget-output mjx-container").first).to_be_visible(timeout=PATIENCE)
    output.get_by_role("button", name="Hint").click()
    playwright.expect(output).to_contain_text(e.hint)
    playwright.expect(output.locator(".widget-output")).to_be_hidden()


def test_a_prediction_replies_to_each_choice_and_keeps_the_last(shown):
    output, asked = shown.output(PREDICTION), predictions()["level_directions"]
    for letter in "abdc":
        output.get_by_role("button", name=asked.choices[letter].text, exact=False).first.click()
        expect_said(output, asked.choices[letter].reply)
        assert output.locator("button.calc-chosen").inner_text().startswith(letter)


def test_the_drill_judges_and_poses_the_next_with_the_field_ready(shown):
    output, field = shown.output(DRILL), shown.output(DRILL).get_by_label("Your answer")
    field.fill("1/2x")
    output.get_by_role("button", name="Check").click()
    expect_said(output, "Not read.")
    output.get_by_role("button", name="Next").click()
    playwright.expect(field).to_have_value("")
    playwright.expect(field).to_be_focused()


def test_enter_judges_the_last_letters_too_where_each_takes_150_milliseconds(shown):
    output, field = shown.output(SLOW), shown.output(SLOW).get_by_label("Your answer")
    for delay in (0, 20, 60):
        field.fill("")
        shown.page.wait_for_timeout(1500)
        field.press_sequentially(right_answer(exercises()["product_rule"]), delay=delay)
        field.press("Enter")
        expect_said(output, "Right.")
        output.get_by_text("Almost.").wait_for(state="detached")


@pytest.mark.parametrize("width", [1280, 700])
@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_all_words_have_a_contrast_of_4_5_and_fit_in_both_themes(shown, theme, width):
    shown.page.set_viewport_size({"width": width, "height": 900})
    shown.show_theme(theme)
    cards = shown.page.locator(".calc-card")
    assert cards.count() == len(CELLS) - 1
    for k, card in enumerate(cards.all()):
        card.screenshot(path=shown.folder.parent / f"field {k} {theme} {width}.png")
        assert card.evaluate(CONTRAST) >= 4.5, card.inner_text()
        assert card.evaluate("card => card.scrollWidth <= card.clientWidth + 1"), card.inner_text()


def test_after_a_restart_what_was_right_is_there(shown):
    kept = json.loads((shown.folder / "progress.json").read_text())
    shown.open("fields.ipynb")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    shown.page.evaluate(f"async () => {{ await {kernel}.restart(); await {kernel}.requestKernelInfo(); }}")
    shown.run_all()
    for cell, e in enumerate(KINDS.values()):
        expect_said(shown.output(cell), "Right.")
        if e.kind != "choice":
            playwright.expect(shown.output(cell).get_by_label("Your answer")).to_have_value(right_answer(e))
    expect_said(shown.output(PREDICTION), "You predicted: In two.")
    done = f"{len(kept.keys() & exercises().keys())} of {len(exercises())} exercises done"
    playwright.expect(shown.output(PROGRESS)).to_contain_text(done)


def test_with_no_kernel_the_statement_stands_and_the_folds_open(shown):
    shown.open_without_kernel("fields.ipynb")
    e = KINDS["choice"]
    output = shown.output([*KINDS].index("choice"))
    playwright.expect(output).to_contain_text(e.title)
    playwright.expect(output).to_contain_text(f"a) {e.choices['a']}")
    assert not output.get_by_text(e.hint).is_visible()
    output.get_by_text("Hint", exact=True).click()
    playwright.expect(output.get_by_text(e.hint)).to_be_visible()
