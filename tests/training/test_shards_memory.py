"""A table larger than what is held in memory is trained on and judged."""

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from trunkline.artifacts import tables

COLUMNS = 60
SLACK = 80  # MiB: pools of memory, row groups, what differs between two runs
MORE = 200  # bytes of each further row: labels and their columns, numbers, orders, what is put out
STUDY = """
import sys
from pathlib import Path
from trunkline.determinism import runtime
from trunkline.data import stored
from trunkline.artifacts import opening
from trunkline.settings.judging import Evaluate
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import (
    Finetune, Inputs, Multitask, Network, Pretrain, Question, Task, Training,
)
from trunkline.training import evaluation, multitask, predicting, pretraining, transfer
stored.GROUP = predicting.BLOCK = 8192  # which the smaller table fills too
most = 10_000
binary = {"kind": "binary", "target": "label", "positive": (1,)}
study = Question(
    inputs=Inputs(columns=("feature_*",), in_memory=most),
    tasks={
        "source": Task(**binary, where={"domain": (0,)}),
        "target": Task(**binary, where={"domain": (1,)}),
        "other": Task(kind="regression", target="amount"),
    },
    repeats=2,
    network=Network(widths=(8,)),
    training=Training(batch_size=512, epochs=2),
    pretrain=Pretrain(task="source"),
    finetune=Finetune(tasks=("target",), budgets=(1, 20), strategies=Strategies()),
    multitask=Multitask(tasks=("target", "other"), rows=100),
    evaluate=Evaluate(resamples=199),
)
train, test = (opening.rows(Path(sys.argv[1]), most) for _ in range(2))
done = pretraining.pretrain(train, test, study, name="s", seed=7)
(source,) = done.trained.models.values()
tuned = transfer.finetune(
    train, source, done.encoder, done.epochs_by_budget, study, name="s", seed=7
)
joint = multitask.train(train, done.encoder, study, name="s", seed=7)
parts = [
    evaluation.Trained("transfer", tuned.models, done.encoder),
    evaluation.Trained("multitask", joint.models, done.encoder),
]
scores = evaluation.score(test, parts, study).scores
assert len(scores) and scores["value"].notna().all()
rows = int(done.trained.runs["train_rows"].iloc[0])
print(rows, runtime.resident_mib())
"""


def write(rows: int, path: Path) -> None:
    """Write a table of small whole numbers."""
    rng = np.random.Generator(np.random.PCG64(1))
    values = rng.integers(0, 10, (rows, COLUMNS), dtype=np.int8)
    frame = pd.DataFrame(values, columns=[f"feature_{n}" for n in range(COLUMNS)])
    frame = frame.astype("int64")
    frame.insert(0, "row_id", [f"{n:016x}" for n in range(rows)])
    frame["label"] = (values[:, 0] > 4).astype("int64")
    frame["amount"] = values[:, 1] + rng.normal(size=rows)
    frame["domain"] = np.arange(rows) % 2
    with mock.patch.object(tables, "ROW_GROUP", 8192):  # one is read at a time
        tables.write(frame, path)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    """Six times the rows (150,000 more) take no more than narrow columns."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    seen = []
    for rows in (30_000, 180_000):
        write(rows, tmp_path / "table.parquet")
        run = subprocess.run(
            [sys.executable, "-c", STUDY, str(tmp_path / "table.parquet")],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        learned, resident = map(int, run.stdout.split())
        assert learned == rows // 2
        seen.append(resident)
    assert seen[1] - seen[0] < SLACK + MORE * 150_000 / 2**20
