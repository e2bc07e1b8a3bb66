"""What was told before training is shown where there is something, and words where too little."""

from typing import Any

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.reports import findings, foretelling
from trunkline.settings.study import Inputs, Study, Task

SETTINGS = Study(
    title="A study", dataset="d", inputs=Inputs(columns=("x",)),
    tasks={"a": Task(kind="binary", target="a", positive=(1,))},
)  # fmt: skip


def told(*records: dict[str, Any]) -> foretelling.Foretold | None:
    """Return what the page says of these entries of transferability.json."""
    content: dict[str, Any] = {"tasks": {}, "estimates": [], "comparisons": []}
    if records:
        content["transferability"] = list(records)
    return foretelling.foretold(findings.studied("s", SETTINGS, content, pd.DataFrame(), {}))


def test_each_measure_is_a_row_with_its_intervals() -> None:
    """Measures come in one order, whatever the order of the file; arms as measured."""
    found = told(
        workspace.foretold(measure="leep"),
        workspace.foretold(),
        workspace.foretold(arm="lp_ft"),
    )
    assert found is not None
    assert [(row.measure, row.arm) for row in found.rows] == [
        ("LogME", "Fine-tuning"), ("LogME", "Probe, then tune"), ("LEEP", "Fine-tuning"),
    ]  # fmt: skip
    assert found.rows[0].tau == "0.80 [0.25, 1.00]"
    assert found.rows[0].spearman == "\N{MINUS SIGN}0.60 [\N{MINUS SIGN}0.94, 0.12]"
    assert "0 that it tells nothing" in found.text


def test_pairs_of_one_task_are_said_to_tell_of_the_budget_alone() -> None:
    """Several tasks get a milder warning."""
    one, several = told(workspace.foretold(tasks=1)), told(workspace.foretold())
    assert one is not None
    assert several is not None
    assert one.text.endswith("tell of the budget alone, not of the source.")
    assert several.text.endswith("comes from that alone.")


def test_an_unknown_measure_keeps_its_name() -> None:
    """It comes last."""
    found = told(workspace.foretold(measure="other"), workspace.foretold())
    assert found is not None
    assert [row.measure for row in found.rows] == ["LogME", "other"]


@pytest.mark.parametrize(("pairs", "words"), [(1, "1 pair of"), (5, "5 pairs of")])
def test_too_few_pairs_are_said_to_be_too_few(pairs: int, words: str) -> None:
    """Instead of any number."""
    found = told(workspace.foretold(pairs=pairs, tau=None, spearman=None))
    assert found is not None
    assert not found.rows
    assert found.text.startswith(words)
    assert found.text.endswith("too few to rank, at least 6 are needed.")


def test_a_measure_of_fewer_pairs_than_another_says_so() -> None:
    """A regression has no LEEP, so that LEEP may lack pairs that LogME has."""
    few = workspace.foretold(measure="leep", pairs=3, tau=None, spearman=None)
    same = workspace.foretold(measure="h_score", tau=None, spearman=None)
    found = told(workspace.foretold(), few, same)
    assert found is not None
    assert found.rows[1].tau == found.rows[1].spearman == "too few pairs (at least 6)"
    assert found.rows[2].tau == "the same everywhere"


def test_nothing_measured_is_not_mentioned() -> None:
    """A study without transfer has no such table."""
    assert told() is None
