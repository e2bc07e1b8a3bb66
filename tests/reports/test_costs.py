"""What an arm took stands beside what it gained."""

from typing import Any

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.reports import costs, figures_costs, findings, numbers
from trunkline.settings import reading
from trunkline.training.records import RUN_COLUMNS

SETTINGS = reading.read(workspace.PARAMS).studies["digits"]
TIMES = "\N{MULTIPLICATION SIGN}"
TASKS = ["digit", "parity", "at_least_five"]


def _estimate(part: str, task: str, arm: str, budget: int) -> dict[str, Any]:
    case = {"part": part, "task": task, "arm": arm, "budget": budget, "metric": "accuracy"}
    return case | {"value": 0.5, "low": 0.4, "high": 0.6, "n": 2}


def _study() -> findings.Study:
    """Return a study with a probe against scratch, and joint against alone."""
    facts = {
        name: {"kind": "binary", "title": name, "metric": "accuracy", "classes": [],
               "test_rows": 1}
        for name in ["high_digit", *TASKS]
    }  # fmt: skip
    transfer = [
        workspace.ran(arm="scratch", repeat=r, operations=100 + 200 * r, epochs=40 + r)
        for r in (0, 1)
    ] + [
        workspace.ran(arm="linear_probe", repeat=r, trained=65, operations=50) for r in (0, 1)
    ]  # fmt: skip
    jointly = [
        workspace.ran(part="multitask", task=task, arm="alone", budget=300, operations=1_000_000,
                      parameters=10, trained=10, epochs=epochs)
        for task, epochs in zip(TASKS, (10, 20, 60), strict=True)
    ] + [
        workspace.ran(part="multitask", task="all", arm="joint", budget=300, operations=1_500_000,
                      parameters=14, trained=14)
    ]  # fmt: skip
    multitask = {"part": "multitask", "arm": "joint", "baseline": "alone", "budget": 300}
    comparisons = [
        workspace.comparison(arm="linear_probe", verdict="hurts", difference=-0.1, low=-0.2,
                             high=-0.05),
        *(workspace.comparison(**multitask, task=task, verdict="helps") for task in TASKS),
    ]  # fmt: skip
    estimates = [_estimate("transfer", "high_digit", "scratch", 5)]
    estimates += [_estimate("multitask", task, "alone", 300) for task in TASKS]
    return findings.studied(
        "digits", SETTINGS, {"tasks": facts, "estimates": estimates, "comparisons": comparisons},
        pd.DataFrame(), {}, None,
        {
            "pretrain": pd.DataFrame([workspace.ran(operations=7_000_000)], columns=RUN_COLUMNS),
            "finetune": pd.DataFrame(transfer, columns=RUN_COLUMNS),
            "multitask": pd.DataFrame(jointly, columns=RUN_COLUMNS),
        },
    )  # fmt: skip


def test_costs_are_means_over_the_repeats_beside_the_gain() -> None:
    """Scratch is 1; what is not trained is told; the gain comes with interval and verdict."""
    found, _ = costs.costs(_study())
    scratch, probe = found.rows
    assert (scratch.operations, scratch.times, scratch.epochs) == (
        "200",
        f"1{TIMES}",
        "40.5 (30.0)",
    )
    assert scratch.gains == (costs.Gain(text="the baseline", verdict=""),)
    assert (probe.operations, probe.times, probe.weights) == ("50", f"0.25{TIMES}", "65 of 8,970")
    minus = numbers.MINUS
    text = f"{minus}10.0 [{minus}20.0, {minus}5.0]"
    assert probe.gains == (costs.Gain(text=text, verdict="hurts"),)
    assert "7 million more in each repeat" in found.note


def test_alone_costs_a_network_for_each_task() -> None:
    """Weights and operations are summed over the tasks, epochs are their mean."""
    _, found = costs.costs(_study())
    alone, joint = found.rows
    assert (alone.weights, alone.operations, alone.times) == ("30", "3 million", f"1{TIMES}")
    assert alone.epochs == "30.0 (30.0)"
    assert (joint.weights, joint.operations, joint.times) == ("14", "1.5 million", f"0.5{TIMES}")
    assert found.columns == tuple(TASKS)
    assert [gain.verdict for gain in joint.gains] == ["helps"] * 3


def test_the_figure_tells_each_arm() -> None:
    """Cost and gain of every arm are in its description, and what hurts is crossed out."""
    (drawn,) = figures_costs.gains(_study())
    assert "Linear probe: 50 multiply-adds, gain" in drawn.description
    texts = [text.get_text() for text in drawn.figure.legends[0].get_texts()]
    assert texts == ["From scratch", "Linear probe", "Crossed out: hurts"]


def test_without_runs_there_are_no_costs() -> None:
    """A study whose runs are not known shows neither table nor figure."""
    study = findings.studied(
        "digits", SETTINGS, {"tasks": {}, "estimates": [], "comparisons": []}, pd.DataFrame(), {}
    )
    assert costs.costs(study) == ()
    assert figures_costs.gains(study) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [(999, "999"), (1000, "1 thousand"), (12_345_678, "12.3 million"), (999_900, "1 million"),
     (2.5e9, "2.5 billion"), (3e12, "3 trillion")],
)  # fmt: skip
def test_large_counts_have_three_digits_and_a_word(value: float, text: str) -> None:
    """A count is written to be compared at a glance."""
    assert numbers.large(value) == text
