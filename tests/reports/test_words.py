"""Sentences that need no statistics, and say no more than the numbers do."""

import pytest

from tests.reports import workspace
from trunkline.reports import findings, numbers, words

MINUS = "\N{MINUS SIGN}"
DIGITS = findings.TaskFacts(
    kind="multiclass", title="which of 5 to 9", metric="accuracy", classes=(), test_rows=360
)
AMOUNT = findings.TaskFacts(
    kind="regression", title="an amount", metric="r2", classes=(), test_rows=360
)


def _said(task: findings.TaskFacts = DIGITS, **changes: object) -> str:
    return words.sentence(findings.Comparison.of(workspace.comparison(**changes)), task)


def test_a_gain_is_told_in_points_with_its_interval() -> None:
    """What helps beats its baseline by so many points."""
    assert _said() == (
        "With 5 labels per class, fine-tuning beats training from scratch by 21.4 points "
        "[17.9, 24.6] of accuracy on “which of 5 to 9”."
    )


def test_negative_transfer_is_called_by_its_name() -> None:
    """What hurts is told as a loss, with the interval turned to match."""
    said = _said(verdict="hurts", budget=1, difference=-0.063, low=-0.09, high=-0.031)
    assert said == (
        "With 1 label per class, fine-tuning hurts: it is 6.3 points [3.1, 9.0] of accuracy worse "
        "than training from scratch on “which of 5 to 9”."
    )


def test_equivalence_is_not_no_evidence() -> None:
    """A difference shown to be small is told apart from one not shown at all."""
    small = {"difference": 0.002, "low": -0.003, "high": 0.007}
    assert _said(verdict="equivalent", **small) == (
        "With 5 labels per class, it does not matter whether one chooses fine-tuning or training "
        "from scratch on “which of 5 to 9”: the difference in accuracy, +0.2 points "
        f"[{MINUS}0.3, 0.7], "
        "is too small to count."
    )
    assert _said(verdict="no evidence", difference=0.021, low=-0.014, high=0.058) == (
        "With 5 labels per class, there is no evidence that fine-tuning is better or worse than "
        "training from scratch on “which of 5 to 9”: the difference in accuracy is +2.1 points "
        f"[{MINUS}1.4, 5.8]."
    )


def test_a_joint_regression_is_told_in_rows_and_without_points() -> None:
    """Where rows are counted and the metric is no share, the words change with them."""
    said = _said(
        AMOUNT, part="multitask", arm="joint", baseline="alone", budget=300, metric="r2",
        difference=0.12, low=0.08, high=0.15,
    )  # fmt: skip
    assert said == (
        "With 300 labelled rows, learning jointly beats learning alone by 0.120 [0.080, 0.150] of "
        "R² on “an amount”."
    )


def test_evidence_is_p_and_the_share_of_repeats() -> None:
    """Below a sentence stand corrected p and P(better)."""
    comparison = findings.Comparison.of(workspace.comparison())
    assert words.footnote(comparison) == "Holm-corrected p 0.041, P(better) 1.00 [0.72, 1.00]"


@pytest.mark.parametrize(("repeats", "warned"), [(9, True), (10, False)])
def test_too_few_repeats_for_so_many_comparisons_are_noticed(repeats: int, warned: bool) -> None:
    """Where Holm puts even the smallest p above alpha, the page says so, and what would do."""
    comparison = findings.Comparison.of(workspace.comparison(n=repeats, family=21))
    found = words.notices([comparison], alpha=0.05)
    assert bool(found) == warned
    if warned:
        assert found == (
            "With 9 repeats, no difference can be shown here, however large: the smallest possible "
            "p is 0.003906, and corrected for 21 comparisons it is 0.08203, above 0.05. "
            "Set repeats to at least 10.",
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [({"verdict": "great"}, "Expected a verdict of comparisons.json to be one of .*'great'")],
)
def test_an_unknown_verdict_is_refused(change: dict[str, str], message: str) -> None:
    """A verdict the page has no words for stops it."""
    with pytest.raises(ValueError, match=message):
        findings.Comparison.of(workspace.comparison(**change))


def test_a_missing_key_is_named() -> None:
    """An entry that lacks a value is refused, by the value's name."""
    record = workspace.comparison()
    del record["p_holm"]
    with pytest.raises(ValueError, match=r"comparisons\.json .*without p_holm"):
        findings.Comparison.of(record)


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        (
            {"transfer": ["hurts", "helps", "hurts"], "multitask": ["hurts"]},
            "Negative transfer: 3 of 4 comparisons hurt, 2 of transfer and 1 of learning jointly.",
        ),
        (
            {"transfer": ["helps"], "multitask": ["hurts"]},
            "Negative transfer: 1 of 2 comparisons hurts, 1 of learning jointly.",
        ),
        (
            {"transfer": ["helps", "no evidence"]},
            "No negative transfer: none of 2 comparisons hurts.",
        ),
    ],
)
def test_what_hurts_is_counted(verdicts: dict[str, list[str]], text: str) -> None:
    """Every verdict of harm counts, part by part."""
    found = [
        findings.Comparison.of(workspace.comparison(part=part, verdict=verdict))
        for part, given in verdicts.items()
        for verdict in given
    ]
    assert words.harm(found) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-0.0066, 0.0004, f"[{MINUS}0.66, 0.04]"),
        (0.0004, 0.2, "[0.04, 20.00]"),
        (-0.0066, 0.0, f"[{MINUS}0.7, 0.0]"),
        (1e-15, 0.2, "[0.0, 20.0]"),
    ],
)
def test_an_interval_shows_on_which_side_of_nothing_it_ends(
    low: float, high: float, text: str
) -> None:
    """Rounding to 0.0 would hide whether 0 is within; an end that is 0, or noise, stays so."""
    assert numbers.interval("accuracy", low, high) == text
