"""How settings were searched: equal trials in words, and what was chosen for each arm."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.artifacts import tables
from trunkline.reports import findings, tuning
from trunkline.settings.study import Inputs, Study, Task
from trunkline.settings.tuning import Range, Space, Tune

SEARCH = Tune(trials=2, space=Space(learning_rate=Range(low=0.001, high=0.1)))
SETTINGS = Study(
    title="A study", dataset="d", inputs=Inputs(columns=("x",)), tune=SEARCH,
    tasks={"a": Task(kind="binary", target="a", positive=(1,))},
)  # fmt: skip
LOSSES = {"scratch": (0.5, 0.25), "fine_tune": (0.125, math.nan)}
TRIALS = pd.DataFrame(
    [
        {
            "part": "transfer", "task": "high_digit", "arm": arm, "budget": 5, "trial": trial,
            "validation_loss": loss, "chosen": loss == min(losses),
            "learning_rate": 0.01 * (1 + trial), "rate": 0.5 if arm == "fine_tune" else math.nan,
        }
        for arm, losses in LOSSES.items()
        for trial, loss in enumerate(losses)
    ]
)  # fmt: skip


def told(trials: pd.DataFrame | None, settings: Study = SETTINGS) -> tuning.Searched | None:
    """Return what the page says of these trials."""
    content: dict[str, Any] = {"tasks": {}, "estimates": [], "comparisons": []}
    study = findings.studied("s", settings, content, pd.DataFrame(), {}, {"trials": trials})
    return tuning.searched(study)


def test_each_arm_is_a_row_with_what_was_chosen() -> None:
    """Stated and chosen losses side by side; the stated settings need no numbers."""
    found = told(TRIALS)
    assert found is not None
    assert [(row.arm, row.trials, row.chosen, row.stated, row.best) for row in found.rows] == [
        ("From scratch", 2, "learning_rate 0.02", "0.5000", "0.2500"),
        ("Fine-tuning", 2, "as stated", "0.1250", "0.1250"),
    ]
    assert "Each of the 2 arms, scratch included, had 2 trials: the stated settings first" in (
        found.text
    )
    assert "the mean of 3 networks" in found.text


def test_a_stated_setting_that_diverged_is_told() -> None:
    """There is no number to show."""
    trials = TRIALS.assign(validation_loss=[math.nan, 0.25, 0.125, math.nan])
    found = told(trials)
    assert found is not None
    assert found.rows[0].stated == "diverged"


@pytest.mark.parametrize("trials", [None, TRIALS.head(0)])
def test_without_a_search_nothing_is_said(trials: pd.DataFrame | None) -> None:
    """There is no such section."""
    assert told(trials) is None


def test_the_page_has_a_section_for_a_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the chapter of the study that has one, and in no other."""
    search = {"trials": 2, "space": {"learning_rate": {"low": 0.001, "high": 0.1}}}

    def change(params: dict[str, Any]) -> None:
        params["studies"]["digits"]["tune"] = search

    folder = workspace.build(tmp_path, change)
    tables.write(TRIALS, folder / "results" / "studies" / "digits" / "tuning" / "trials.parquet")
    monkeypatch.chdir(folder)
    workspace.run(folder)
    page = (folder / "reports" / "index.html").read_text(encoding="utf-8")
    assert page.count("How settings were searched") == 1
    assert "<td>learning_rate 0.02</td><td>0.5000</td><td>0.2500</td>" in page
