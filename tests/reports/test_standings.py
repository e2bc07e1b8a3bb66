"""Who came first, and that a tie is called a tie."""

from typing import Any

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.reports import findings, standings
from trunkline.settings import reading

SETTINGS = reading.read(workspace.PARAMS).studies["digits"]
FACTS = {
    "kind": "multiclass", "title": "which of 5 to 9", "metric": "accuracy", "classes": [],
    "test_rows": 1,
}  # fmt: skip


def _first(
    means: dict[str, float], verdicts: dict[str, str], rivals: dict[str, str] | None = None
) -> standings.Standing:
    """Return who came first of arms with these means, verdicts and, of rivals, leads."""
    first = max(means, key=lambda arm: means[arm])
    estimates: list[dict[str, Any]] = [
        {
            "part": "transfer", "task": "high_digit", "arm": arm, "budget": 5,
            "metric": "accuracy", "value": value, "low": value - 0.1, "high": value + 0.1, "n": 10,
        }
        for arm, value in means.items()
    ]  # fmt: skip
    records = {
        "tasks": {"high_digit": FACTS},
        "estimates": estimates,
        "comparisons": [
            workspace.comparison(arm=arm, verdict=verdict) for arm, verdict in verdicts.items()
        ],
        "rivals": [
            workspace.rival(first=first, other=other, verdict=verdict)
            for other, verdict in (rivals or {}).items()
        ],
    }
    study = findings.studied("digits", SETTINGS, records, pd.DataFrame(), {})
    ((found,),) = [one.rows for one in standings.standings(study)]
    return found


def test_the_first_is_told_with_its_interval_and_whom_it_beats() -> None:
    """What it beats is the baseline by the study's verdict, and others by the lead over them."""
    found = _first(
        {"scratch": 0.5, "fine_tune": 0.8, "linear_probe": 0.6, "lp_ft": 0.79},
        {"fine_tune": "helps", "linear_probe": "helps", "lp_ft": "helps"},
        {"linear_probe": "helps", "lp_ft": "no evidence"},
    )
    assert (found.arm, found.sure) == ("Fine-tuning", True)
    assert found.value == "accuracy 80.0\N{NO-BREAK SPACE}% [70.0, 90.0]"
    assert found.shown == (
        "ahead of From scratch and Linear probe; not told apart from Probe, then tune"
    )


def test_a_tie_is_a_tie() -> None:
    """The best mean alone is no proof."""
    found = _first(
        {"scratch": 0.5, "fine_tune": 0.8, "lp_ft": 0.7},
        {"fine_tune": "no evidence", "lp_ft": "equivalent"},
        {"lp_ft": "no evidence"},
    )
    assert not found.sure
    assert found.shown == (
        "a tie: no strategy is proven better than training from scratch; not told apart from "
        "From scratch and Probe, then tune"
    )


def test_a_lead_over_another_arm_is_none_over_the_baseline() -> None:
    """Ahead of some arm, but of nothing else: both are said."""
    found = _first(
        {"scratch": 0.5, "fine_tune": 0.8, "lp_ft": 0.7},
        {"fine_tune": "no evidence", "lp_ft": "no evidence"},
        {"lp_ft": "helps"},
    )
    assert found.shown == (
        "ahead of Probe, then tune; no strategy is proven better than training from scratch; not "
        "told apart from From scratch"
    )


def test_the_baseline_may_come_first() -> None:
    """It is ahead of the arms that hurt, and of no other."""
    found = _first(
        {"scratch": 0.9, "fine_tune": 0.8, "lp_ft": 0.7},
        {"fine_tune": "no evidence", "lp_ft": "hurts"},
    )
    assert (found.arm, found.sure) == ("From scratch", False)
    assert found.shown == "ahead of Probe, then tune; not told apart from Fine-tuning"


def test_another_arm_may_be_the_proven_one() -> None:
    """The best mean with a wide interval, and a lower one that is proven."""
    found = _first(
        {"scratch": 0.5, "fine_tune": 0.8, "lp_ft": 0.7},
        {"fine_tune": "no evidence", "lp_ft": "helps"},
        {"lp_ft": "no evidence"},
    )
    assert found.shown == (
        "proven better than training from scratch: Probe, then tune; not told apart from From "
        "scratch and Probe, then tune"
    )


@pytest.mark.parametrize(("family", "told"), [(25, False), (26, True)])
def test_too_many_arms_are_noticed(family: int, told: bool) -> None:
    """Ten repeats can tell arms apart among 25 pairs at the most."""
    records = {
        "tasks": {"high_digit": FACTS},
        "estimates": [
            {
                "part": "transfer", "task": "high_digit", "arm": "fine_tune", "budget": 5,
                "metric": "accuracy", "value": 0.5, "low": 0.4, "high": 0.6, "n": 10,
            }
        ],
        "comparisons": [workspace.comparison()],
        "rivals": [workspace.rival(family=family)],
    }  # fmt: skip
    study = findings.studied("digits", SETTINGS, records, pd.DataFrame(), {})
    (found,) = standings.standings(study)
    assert bool(found.notice) == told
    assert not told or "With 10 repeats and 26 pairs of arms no two" in found.notice
