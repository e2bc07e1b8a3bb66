"""What to do follows from the verdicts alone."""

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.reports import advice, findings
from trunkline.settings import reading

BUDGETS = [1, 5, 50]
SETTINGS = reading.read(workspace.PARAMS).studies["digits"]
ESTIMATE = {
    "part": "transfer", "task": "high_digit", "arm": "scratch", "budget": 1, "metric": "accuracy",
    "value": 0.5, "low": 0.4, "high": 0.6, "n": 10,
}  # fmt: skip


def _study(**verdicts: str) -> findings.Study:
    """Return a study with one letter per budget and arm: + helps, - hurts, = equivalent, ?."""
    meant = dict(zip("+-=?", findings.VERDICTS, strict=True))
    comparisons = [
        workspace.comparison(arm=arm, budget=budget, verdict=meant[letter])
        for arm, letters in verdicts.items()
        for budget, letter in zip(BUDGETS, letters, strict=True)
    ]
    facts = {
        "kind": "multiclass", "title": "which of 5 to 9", "metric": "accuracy", "classes": [],
        "test_rows": 1,
    }  # fmt: skip
    records = {
        "tasks": {"high_digit": facts}, "estimates": [ESTIMATE], "comparisons": comparisons,
    }  # fmt: skip
    return findings.studied("digits", SETTINGS, records, pd.DataFrame(), {})


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        (
            {"fine_tune": "+++", "linear_probe": "++?"},
            "Fine-tuning helps on “which of 5 to 9” at every budget tried, from 1 to 50 labels per "
            "class.",
        ),
        (
            {"fine_tune": "++=", "linear_probe": "+--"},
            "Fine-tuning helps on “which of 5 to 9” up to 5 labels per class; above that, transfer "
            "no longer matters. Avoid a linear probe with 5 and 50 labels per class: there, it "
            "hurts.",
        ),
        (
            {"fine_tune": "++?", "linear_probe": "++?"},
            "Fine-tuning or a linear probe helps on “which of 5 to 9” up to 5 labels per class; "
            "above that, there is no evidence that transfer still helps.",
        ),
        (
            {"fine_tune": "++-", "linear_probe": "??-"},
            "Fine-tuning helps on “which of 5 to 9” up to 5 labels per class; above that, transfer "
            "no longer helps. Avoid fine-tuning and a linear probe with 50 labels per class: "
            "there, they hurt.",
        ),
        (
            {"fine_tune": "?++", "linear_probe": "+??"},
            "Fine-tuning helps on “which of 5 to 9” with 5 and 50 labels per class; with 1 label "
            "per class, a linear probe helps instead.",
        ),
        (
            {"fine_tune": "---"},
            "On “which of 5 to 9”, train from scratch: transfer hurts in every way tried.",
        ),
        (
            {"fine_tune": "?--"},
            "On “which of 5 to 9”, train from scratch: nothing tried helps. Avoid fine-tuning with "
            "5 and 50 labels per class: there, it hurts.",
        ),
        (
            {"fine_tune": "==="},
            "On “which of 5 to 9”, transfer makes no difference that counts: train from scratch.",
        ),
        (
            {"fine_tune": "=??"},
            "On “which of 5 to 9”, there is no evidence that transfer helps or hurts: train from "
            "scratch, or measure more.",
        ),
    ],
)
def test_advice_is_what_the_verdicts_say(verdicts: dict[str, str], text: str) -> None:
    """Each pattern of verdicts has its own plain advice."""
    assert advice.on_task(_study(**verdicts), "transfer", "high_digit").text == text


@pytest.mark.parametrize(
    ("letter", "summary"),
    [
        ("+", "Transfer pays off for “which of 5 to 9”."),
        ("-", "Transfer gains nothing and can do harm on “which of 5 to 9”."),
        ("=", "Transfer makes no difference that counts on “which of 5 to 9”."),
        ("?", "Transfer shows no clear effect on “which of 5 to 9”."),
    ],
)
def test_a_study_is_summed_up_in_a_sentence(letter: str, summary: str) -> None:
    """The sentence names each task by what was found on it."""
    assert advice.on_study(_study(fine_tune=letter * 3)) == summary
