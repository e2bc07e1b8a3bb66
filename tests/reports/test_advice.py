"""What to do follows from the verdicts alone."""

from dataclasses import replace
from itertools import product

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
            {"fine_tune": "+=?"},
            "Fine-tuning helps on “which of 5 to 9” up to 1 label per class; with 5 labels per "
            "class, transfer no longer matters; with 50 labels per class, there is no evidence "
            "that transfer still helps.",
        ),
        (
            {"fine_tune": "-++"},
            "Fine-tuning helps on “which of 5 to 9” with 5 and 50 labels per class; below that, "
            "transfer does not help. Avoid fine-tuning with 1 label per class: there, it hurts.",
        ),
        (
            {"fine_tune": "+?+"},
            "Fine-tuning helps on “which of 5 to 9” with 1 and 50 labels per class; elsewhere, "
            "there is no evidence that transfer helps.",
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


ALL = ["".join(letters) for letters in product("+-=?", repeat=len(BUDGETS))]


def _said(fine_tune: str, linear_probe: str) -> advice.Advice:
    study = _study(fine_tune=fine_tune, linear_probe=linear_probe)
    return advice.on_task(study, "transfer", "high_digit")


def test_what_is_advised_helps_and_what_hurts_is_not() -> None:
    """Of all patterns of two arms: at each budget that has a helping arm, and only there."""
    for ours, theirs in product(ALL, ALL[::3]):
        letters = {"fine_tune": ours, "linear_probe": theirs}
        given = _said(**letters)
        for place, budget in enumerate(BUDGETS):
            helping = {arm for arm, found in letters.items() if found[place] == "+"}
            assert set(given.use.get(budget, ())) <= helping
            assert bool(given.use.get(budget)) == bool(helping)
        if "+" not in ours + theirs:
            assert given.arms == ()
            assert "train from scratch" in given.text


def test_words_change_with_what_is_to_be_done() -> None:
    """No text stands for two patterns that differ in what to use or what to avoid where."""
    meant: dict[str, object] = {}
    for ours, theirs in product(ALL, ALL[::3]):
        given = _said(ours, theirs)
        harm = [[letter == "-" for letter in letters] for letters in (ours, theirs)]
        assert meant.setdefault(given.text, (given.use, harm)) == (given.use, harm)


def test_words_change_with_each_verdict_that_ends_a_gain() -> None:
    """Of one arm that helps somewhere, no two patterns of verdicts read the same."""
    helped = [letters for letters in ALL if "+" in letters]
    texts = {advice.on_task(_study(fine_tune=one), "transfer", "high_digit").text for one in helped}
    assert len(texts) == len(helped)


@pytest.mark.parametrize("letters", ["++=", "?-=", "---", "???"])
def test_words_follow_from_nothing_but_verdicts(letters: str) -> None:
    """Other scores, differences and p with the same verdicts change no word."""
    study = _study(fine_tune=letters)
    changed = tuple(
        replace(c, difference=-c.difference, low=-9.0, high=9.0, p=0.5, p_holm=1.0, value=0.0)
        for c in study.comparisons
    )
    other = replace(study, comparisons=changed)
    assert advice.on_task(other, "transfer", "high_digit") == advice.on_task(
        study, "transfer", "high_digit"
    )
    assert advice.on_study(other) == advice.on_study(study)
