"""The teaching guide keeps its word: all predictions are there, and what it tells to type works; the paper cites."""

import re
import tomllib
from pathlib import Path

from calc_tutor import diagnose
from calc_tutor.data import predictions

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")


def test_the_teaching_guide_speaks_of_every_prediction_and_knows_what_is_right():
    rows = re.findall(r"^\| (?:\*\*\d\*\* )?`(\w+)` \| ([a-d]) \|", GUIDE, re.MULTILINE)
    assert rows == [(name, prediction.right) for name, prediction in predictions().items()]


def test_what_the_teaching_guide_tells_to_type_works():
    entries = tomllib.loads("\n".join(re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)))
    (exercise,), prediction = entries["exercise"], entries["more_families"]
    assert all(diagnose(answer, exercise["of"]).correct for answer in exercise["accepted"])
    assert "product rule" in diagnose("3x^2 / x", exercise["of"]).message
    assert prediction["right"] in "ab"
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if "LiveFigure" in block)
    made = {}
    exec(code, made)  # our own text
    live = made["parabola_explorer"]()
    live.controls["at"].value = -1.5
    assert (live.sentence, live.error) == ("At x = −1.5 the slope is −3.", "")


def test_the_paper_cites_what_it_lists():
    paper, sources = ((ROOT / name).read_text(encoding="utf-8") for name in ("paper.md", "paper.bib"))
    assert {*re.findall(r"@(\w+)\]", paper)} == {*re.findall(r"^@\w+\{(\w+)", sources, re.MULTILINE)}
