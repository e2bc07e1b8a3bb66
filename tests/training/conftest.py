"""A tiny table, a study of it, and ways to train a few rows by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.networks import trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.judging import Evaluate
from trunkline.settings.strategies import FineTune, LinearProbe, LpFt, Strategies
from trunkline.settings.study import (
    Finetune,
    Inputs,
    Multitask,
    Network,
    Pretrain,
    Question,
    Task,
    Training,
)
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, multitask, pretraining, transfer
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Trained
from trunkline.training.signals import Balancer
from trunkline.training.trainer import Trainer
from trunkline.training.ways import Way

OUTPUTS = {"0": Output("multiclass", 3), "1": Output("regression", 1), "2": Output("binary", 1)}
ROWS = 24


@pytest.fixture(scope="session")
def make_frame() -> Callable[..., pd.DataFrame]:
    """Return a maker of tables: three classes, a flag and an amount, seen in four features."""

    def make(rows: int, seed: int = 1) -> pd.DataFrame:
        rng = np.random.Generator(np.random.PCG64(seed))
        kind = np.arange(rows) % 3
        x = rng.normal(size=(rows, 4)) + 2 * np.eye(3, 4)[kind]
        frame = pd.DataFrame(x, columns=[f"feature_{n}" for n in range(4)])
        frame.insert(0, "row_id", [f"{seed}-{n}" for n in range(rows)])
        frame["kind"] = np.array(["a", "b", "c"])[kind]
        frame["flag"] = (kind == 0).astype(int)
        frame["amount"] = 100 + 10 * x[:, 0] + rng.normal(size=rows)
        frame["domain"] = np.where(np.arange(rows) // 3 % 2, "source", "target")
        return frame

    return make


@pytest.fixture(scope="session")
def study() -> Question:
    """Return a study of that table with transfer and joint training."""
    source: dict[str, tuple[bool | int | str, ...]] = {"domain": ("source",)}
    target: dict[str, tuple[bool | int | str, ...]] = {"domain": ("target",)}
    letters = ("a", "b", "c")
    return Question(
        inputs=Inputs(columns=("feature_*",)),
        tasks={
            "source": Task(kind="multiclass", target="kind", classes=letters, where=source),
            "letter": Task(kind="multiclass", target="kind", classes=letters, where=target),
            "value": Task(kind="regression", target="amount", where=target),
            "flag": Task(kind="binary", target="flag", positive=(1,)),
            "amount": Task(kind="regression", target="amount"),
        },
        repeats=2,
        network=Network(widths=(6,)),
        training=Training(learning_rate=0.02, batch_size=8, epochs=12, patience=3),
        pretrain=Pretrain(task="source"),
        finetune=Finetune(
            tasks=("letter", "value"),
            budgets=(2, 10),
            strategies=Strategies(
                linear_probe=LinearProbe(), fine_tune=FineTune(head_epochs=3), lp_ft=LpFt()
            ),
        ),
        multitask=Multitask(tasks=("flag", "amount"), rows=30),
        evaluate=Evaluate(resamples=199),
    )


@pytest.fixture(scope="session")
def make_table() -> Callable[..., Table]:
    """Return a maker of 24 rows with labels of some of the three tasks."""

    def make(*tasks: str, weights: tuple[float, ...] = (), shape: tuple[int, ...] = (5,)) -> Table:
        rng = np.random.Generator(np.random.PCG64(2))
        x = rng.normal(size=(ROWS, *shape))
        first = x.reshape(ROWS, -1)[:, 0]
        all_y = {
            "0": np.arange(ROWS) % 3,
            "1": first + 0.1 * rng.normal(size=ROWS),
            "2": (first > 0).astype(float),
        }
        chosen = tasks or ("0",)
        return Table(
            tf.constant(x, tf.float32),
            tf.constant(np.stack([all_y[task] for task in chosen]), tf.float32),
            tf.ones((len(chosen), ROWS)),
            tf.constant(weights or (1.0,) * len(chosen), tf.float32),
        )

    return make


@pytest.fixture(scope="session")
def make_trainer() -> Callable[..., Trainer]:
    """Return a maker of trainers for some of the three tasks, weights drawn from seed 3.

    Compiling takes seconds and running nothing, so a trainer is made once for each set of
    settings and, unless `jit` is set, runs as a plain graph; `fresh` asks for another one.
    """
    made: dict[object, Trainer] = {}

    def make(
        *tasks: str,
        network: Network | None = None,
        shape: tuple[int, ...] = (5,),
        call: int | None = None,
        jit: bool = False,
        fresh: bool = False,
        balancer: Balancer | None = None,
        sharing: Architecture | None = None,
        **training: Any,
    ) -> Trainer:
        settings = Training(**{"learning_rate": 0.05, "batch_size": 8, "epochs": 6, **training})
        key = tasks, network, shape, call, jit, balancer, sharing, settings
        if fresh or key not in made:
            sizes = courses.sizes(settings, train_rows=ROWS, held_rows=ROWS)
            with mock.patch.object(trunks, "compiled_by_xla", return_value=jit):
                made[key] = Trainer(
                    network or Network(widths=(7,)),
                    settings,
                    shape=shape,
                    outputs={task: OUTPUTS[task] for task in tasks or ("0",)},
                    sizes=sizes if call is None else replace(sizes, epochs=call),
                    way=Way(balancer, sharing),
                )
        made[key].learner.initialise(3)
        return made[key]

    return make


@pytest.fixture(scope="session")
def make_draw() -> Callable[..., Draw]:
    """Return a maker of draws: the first rows to train on, the next ones held."""

    def make(train: int = 18, held: int = 6) -> Draw:
        rows = np.arange(train + held, dtype=np.int32)
        return Draw(rows[:train], rows[train:])

    return make


@contextmanager
def plain_graphs() -> Iterator[None]:
    """Make trainers that run as plain graphs, which compile in a third of the time."""
    with mock.patch.object(trunks, "compiled_by_xla", return_value=False):
        yield


@pytest.fixture
def plain() -> Iterator[None]:
    """Make all trainers of a test run as plain graphs."""
    with plain_graphs():
        yield


@pytest.fixture(scope="session")
def train(make_frame: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Return training rows."""
    return make_frame(120)


@pytest.fixture(scope="session")
def pretrained(
    train: pd.DataFrame, make_frame: Callable[..., pd.DataFrame], study: Question
) -> Pretrained:
    """Return the source task, learned in both repeats."""
    with plain_graphs():
        return pretraining.pretrain(train, make_frame(30, seed=2), study, name="s", seed=7)


@pytest.fixture(scope="session")
def transfer_of(train: pd.DataFrame, pretrained: Pretrained) -> Callable[..., Trained]:
    """Return what trains the transfer part of a study on those rows and trunks."""

    def run(study: Question) -> Trained:
        (source,) = pretrained.trained.models.values()
        epochs, encoder = pretrained.epochs_by_budget, pretrained.encoder
        with plain_graphs():
            return transfer.finetune(train, source, encoder, epochs, study, name="s", seed=7)

    return run


@pytest.fixture(scope="session")
def transferred(transfer_of: Callable[..., Trained], study: Question) -> Trained:
    """Return all arms of the transfer part."""
    return transfer_of(study)


@pytest.fixture(scope="session")
def shared(train: pd.DataFrame, pretrained: Pretrained, study: Question) -> Trained:
    """Return all arms of the multitask part."""
    with plain_graphs():
        return multitask.train(train, pretrained.encoder, study, name="s", seed=7)
