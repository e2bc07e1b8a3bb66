"""What each study says."""

import json
from pathlib import Path

import pytest

from flows.running.plan import State
from flows.showing import verdicts
from tests.flows.showing import workspace

TASKS = {"high": {"kind": "multiclass", "title": "which of 5 | 9"}}


def test_every_comparison_has_interval_p_and_verdict(tmp_path: Path) -> None:
    """In the words of the report."""
    second = workspace.COMPARISON | {
        "verdict": "no evidence",
        "arm": "odd",
        "metric": "r2",
        "budget": 1,
    }
    workspace.study(tmp_path, "digits", [workspace.COMPARISON, second], TASKS)
    text = verdicts.markdown_text(verdicts.read(tmp_path, {"evaluate@digits": State.RAN}))
    assert text.splitlines() == [
        "### digits",
        "",
        "2 comparisons (1 helps, 1 no evidence); evaluation: ran",
        "",
        "| Task | Labels | Comparison | Verdict | Difference | p (Holm) | Metric |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        r"| which of 5 \| 9 | 5 labels per class | Fine-tuning vs from scratch | helps |"
        r" +21.4 \[17.9, 24.6\] points | &lt;0.001 | accuracy |",
        r"| which of 5 \| 9 | 1 label per class | Odd vs from scratch | no evidence |"
        r" +0.214 \[0.179, 0.246\] | &lt;0.001 | R² |",
    ]


def test_old_verdicts_are_not_taken_for_new_ones(tmp_path: Path) -> None:
    """A study that the run left alone says so; one whose evaluation failed has none."""
    workspace.study(tmp_path, "digits", [])
    states = {"evaluate@latent": State.FAILED}
    digits, latent = verdicts.read(tmp_path, states)
    assert digits.state == "not in this run"
    assert latent.problem == "not there (failed)"
    text = verdicts.markdown_text([digits, latent])
    assert "0 comparisons (none); evaluation: not in this run" in text
    assert "### latent\n\nnot there (failed)\n" in text


def test_tasks_go_by_their_keys_where_their_titles_are_lost(tmp_path: Path) -> None:
    """Comparisons are shown all the same."""
    workspace.study(tmp_path, "digits", [workspace.COMPARISON])
    workspace.study(tmp_path, "latent", [workspace.COMPARISON], ["not a mapping"])
    for found in verdicts.read(tmp_path, {}):
        assert found.rows[0][:2] == ("high", "5 labels per class")


@pytest.mark.parametrize(
    "comparisons",
    [{"a": 1}, [1], [{"task": "t"}], None, [workspace.COMPARISON | {"difference": "x"}]],
)
def test_results_of_another_kind_are_said_to_be_so(tmp_path: Path, comparisons: object) -> None:
    """A folder of the same name in another project is no reason to fail."""
    workspace.study(tmp_path, "digits", comparisons, TASKS)
    (found,) = verdicts.read(tmp_path, {})
    assert found.problem.startswith("evaluation/comparisons.json cannot be understood: ")
    assert "cannot be understood" in verdicts.markdown_text([found])


def test_a_damaged_file_is_said_to_be_so(tmp_path: Path) -> None:
    """As it may be where a disk was full."""
    workspace.study(tmp_path, "digits", [])
    (tmp_path / "results/studies/digits/evaluation/comparisons.json").write_text("[")
    (found,) = verdicts.read(tmp_path, {"evaluate@digits": State.CACHED})
    assert found.problem.startswith("damaged: ")


def test_another_project_has_no_studies(tmp_path: Path) -> None:
    """Whatever its stages are called."""
    assert verdicts.read(tmp_path, {"evaluate@digits": State.RAN}) == ()
    assert verdicts.markdown_text(()) == ""


def test_recommenders_stand_beside_other_studies(tmp_path: Path) -> None:
    """Models against the most popular items, borrowed towers, and two tasks, with intervals."""
    numbers = {"difference": 0.0911, "low": 0.0783, "high": 0.105, "p_holm": 0.0005}
    base = {"metric": "ndcg@10", "verdict": "helps", **numbers}
    folder = tmp_path / "results/recommenders/market/evaluation"
    folder.mkdir(parents=True)
    records = {
        "comparisons": [{"model": "ease", "baseline": "most_popular"}],
        "borrowed": [{"model": "two_tower", "arm": "borrowed", "baseline": "scratch"}],
        "tasks": [
            {"model": "two_tower", "task": "click", "balancer": "equal", "baseline": "alone"}
        ],
    }
    for name, rows in records.items():
        (folder / f"{name}.json").write_text(json.dumps([base | row for row in rows]), "utf-8")
    (found,) = verdicts.read(tmp_path, {"evaluate_recommender@market": State.RAN})
    assert found.state == "ran"
    assert [row[:4] for row in found.rows] == [
        ("lists", "all", "EASE vs most popular", "helps"),
        ("Two towers, lists", "all", "Borrowed vs from scratch", "helps"),
        ("Two towers, click", "all", "Equal weights vs alone", "helps"),
    ]
    assert found.rows[0][4:] == ("+0.0911 [0.0783, 0.1050]", "<0.001", "nDCG@10")


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"kind": "classes", "ways": 5, "shots": 1}, ("5-way", "1 shot")),
        ({"kind": "regression", "ways": 0, "shots": 10}, ("regression", "10 shots")),
        ([], ("episodes", "")),
    ],
)
def test_meta_learners_stand_beside_other_studies(
    facts: object, what: tuple[str, str], tmp_path: Path
) -> None:
    """What an episode is, who is held against whom, and the numbers with their interval."""
    row = {
        "arm": "maml", "baseline": "fine_tune", "metric": "accuracy", "verdict": "helps",
        "difference": 0.0911, "low": 0.0783, "high": 0.105, "p_holm": 0.0005,
    }  # fmt: skip
    folder = tmp_path / "results/metalearners/glyphs/evaluation"
    folder.mkdir(parents=True)
    (folder / "comparisons.json").write_text(json.dumps([row]), "utf-8")
    (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
    (found,) = verdicts.read(tmp_path, {"evaluate_metalearner@glyphs": State.RAN})
    assert found.state == "ran"
    assert found.rows == (
        (
            *what, "MAML vs pretrain + fine-tune", "helps", "+9.1 [7.8, 10.5] points", "<0.001",
            "accuracy",
        ),
    )  # fmt: skip
