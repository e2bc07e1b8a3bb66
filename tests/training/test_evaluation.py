"""Scores of the test rows equal metrics computed by hand from each network's outputs."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from trunkline.metrics import summaries
from trunkline.networks import learner as learners
from trunkline.settings.study import Finetune, Multitask, Question
from trunkline.training import evaluation, inputs
from trunkline.training.evaluation import Scored
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Key, Trained

Frames = Callable[..., pd.DataFrame]
REPEATS = 2


@pytest.fixture(scope="module")
def test_rows(make_frame: Frames) -> pd.DataFrame:
    """Return rows that nothing was trained on."""
    return make_frame(45, seed=3)


@pytest.fixture(scope="module")
def scored(
    test_rows: pd.DataFrame,
    pretrained: Pretrained,
    transferred: Trained,
    shared: Trained,
    study: Question,
) -> Scored:
    """Return the scores of both parts."""
    parts = [
        evaluation.Trained("transfer", transferred.models, pretrained.encoder),
        evaluation.Trained("multitask", shared.models, pretrained.encoder),
    ]
    return evaluation.score(test_rows, parts, study)


def by_hand(
    trained: Trained,
    key: Key,
    head: str,
    units: int,
    frame: pd.DataFrame,
    context: tuple[Pretrained, Question],
) -> list[np.ndarray]:
    """Return the outputs of an arm's repeats, network by network."""
    pretrained, study = context
    learner = learners.build(study.network, (4,), {head: units})
    x = inputs.features(frame, study.inputs, pretrained.encoder).x
    outputs = []
    for repeat in range(REPEATS):
        arrays = {name: array[repeat] for name, array in trained.models[key].items()}
        learner.load({name: arrays[name] for name in learner.shapes()})
        mean, deviation = arrays[f"scale/{head}"]
        outputs.append(learner.heads[head](learner.trunk(x)).numpy() * deviation + mean)
    return outputs


def values(scored: Scored, key: Key, metric: str) -> list[float]:
    """Return the scores of an arm's repeats."""
    table = scored.scores
    chosen = table[
        (table["task"] == key.task) & (table["arm"] == key.arm) & (table["budget"] == key.budget)
    ]
    return chosen.loc[chosen["metric"] == metric, "value"].to_list()


def test_scores_of_classes(
    scored: Scored,
    transferred: Trained,
    test_rows: pd.DataFrame,
    pretrained: Pretrained,
    study: Question,
) -> None:
    """Accuracy and macro F1 are scikit-learn's on the task's own test rows."""
    key = Key("letter", "fine_tune", 10)
    frame = test_rows[test_rows["domain"] == "target"]
    found = by_hand(transferred, key, "target", 3, frame, (pretrained, study))
    guesses = [np.array(["a", "b", "c"])[output.argmax(axis=1)] for output in found]
    truth = frame["kind"]
    assert values(scored, key, "accuracy") == pytest.approx(
        [metrics.accuracy_score(truth, g) for g in guesses]
    )
    macro = [metrics.f1_score(truth, g, average="macro") for g in guesses]
    assert values(scored, key, "macro_f1") == pytest.approx(macro)


def test_scores_of_a_regression_are_in_the_labels_unit(
    scored: Scored,
    transferred: Trained,
    test_rows: pd.DataFrame,
    pretrained: Pretrained,
    study: Question,
) -> None:
    """The scale the labels were trained on is undone before anything is measured."""
    key = Key("value", "scratch", 10)
    frame = test_rows[test_rows["domain"] == "target"]
    found = by_hand(transferred, key, "target", 1, frame, (pretrained, study))
    errors = [metrics.root_mean_squared_error(frame["amount"], output[:, 0]) for output in found]
    assert values(scored, key, "rmse") == pytest.approx(errors, rel=1e-4)
    r2 = [metrics.r2_score(frame["amount"], output[:, 0]) for output in found]
    assert values(scored, key, "r2") == pytest.approx(r2, rel=1e-3)
    assert all(80 < output.mean() < 130 for output in found)


def test_scores_of_joint_heads(
    scored: Scored,
    shared: Trained,
    test_rows: pd.DataFrame,
    pretrained: Pretrained,
    study: Question,
) -> None:
    """Each head of the joint network is judged on its own task, under that task's name."""
    joint = Key("all", "joint", 30)
    flags = by_hand(shared, joint, "0", 1, test_rows, (pretrained, study))
    areas = [metrics.roc_auc_score(test_rows["flag"], output[:, 0]) for output in flags]
    assert values(scored, Key("flag", "joint", 30), "roc_auc") == pytest.approx(areas)
    amounts = by_hand(shared, joint, "1", 1, test_rows, (pretrained, study))
    errors = [metrics.mean_absolute_error(test_rows["amount"], output[:, 0]) for output in amounts]
    assert values(scored, Key("amount", "joint", 30), "mae") == pytest.approx(errors, rel=1e-4)


def test_every_arm_and_repeat_is_scored(scored: Scored) -> None:
    """Each arm has each metric of its kind once for each repeat."""
    counts = scored.scores.groupby(["part", "task", "arm", "budget", "metric"])["repeat"].agg(list)
    assert {tuple(repeats) for repeats in counts} == {(0, 1)}
    arms = 2 * 4
    assert len(counts) == arms * (3 + 3) + 2 * (4 + 3)
    assert list(scored.scores) == evaluation.SCORE_COLUMNS
    assert "all" not in set(scored.scores["task"])


def test_confusion_counts_every_row_of_every_repeat(
    scored: Scored, test_rows: pd.DataFrame
) -> None:
    """Counts sum to repeats times test rows, each truth to its own, and agree with accuracy."""
    counts = scored.confusion
    own = {"letter": int((test_rows["domain"] == "target").sum()), "flag": len(test_rows)}
    assert set(counts["task"]) == set(own)
    for (task, arm, budget), cell in counts.groupby(["task", "arm", "budget"]):
        assert cell["count"].sum() == REPEATS * own[task]
        right = cell.loc[cell["truth"] == cell["predicted"], "count"].sum()
        accuracy = np.mean(values(scored, Key(task, arm, budget), "accuracy"))
        assert right / cell["count"].sum() == pytest.approx(accuracy)
    flags = counts[(counts["task"] == "flag") & (counts["arm"] == "joint")]
    assert flags.groupby("truth")["count"].sum().to_dict() == {
        "no": REPEATS * int((test_rows["flag"] == 0).sum()),
        "yes": REPEATS * int((test_rows["flag"] == 1).sum()),
    }


def test_tasks_are_described(test_rows: pd.DataFrame, study: Question) -> None:
    """Kind, main metric, classes and test rows of each task that is judged."""
    found = evaluation.describe(test_rows, study)
    assert {*study.finetune.tasks, *study.multitask.tasks} <= found.keys()
    assert found["letter"]["classes"] == ["a", "b", "c"]
    assert (found["letter"]["metric"], found["amount"]["metric"]) == ("accuracy", "r2")
    assert found["flag"]["test_rows"] == 45
    assert found["value"]["title"] == "value"


def test_scores_can_be_judged(scored: Scored, study: Question) -> None:
    """What is scored is what comparisons need: every arm has its baseline, repeat by repeat."""
    found = summaries.summarise(scored.scores, study, name="s", seed=7)
    assert len(found.comparisons) == 2 * 2 * 3 + 2
    assert {row["verdict"] for row in found.comparisons} <= {
        "helps",
        "hurts",
        "equivalent",
        "no evidence",
    }


def test_a_part_without_networks(
    test_rows: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """A study that trained nothing in either part has tables without rows."""
    none = replace(study, finetune=Finetune(), multitask=Multitask())
    parts = [evaluation.Trained(part, {}, pretrained.encoder) for part in ("transfer", "multitask")]
    done = evaluation.score(test_rows, parts, none)
    assert (len(done.scores), list(done.scores)) == (0, evaluation.SCORE_COLUMNS)
    assert (len(done.confusion), list(done.confusion)) == (0, evaluation.CONFUSION_COLUMNS)
