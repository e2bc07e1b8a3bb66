"""Networks are compiled once, and remember nothing of the run before."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from trunkline.settings.study import Network, Question, Training
from trunkline.training import courses, pretraining, transfer
from trunkline.training.outputs import Output
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Trained
from trunkline.training.targets import Targets
from trunkline.training.trainer import Trainer
from trunkline.training.trainers import Trainers


def given(trainers: Trainers, *, width: int = 3, kind: str = "binary", rows: int = 20) -> Trainer:
    """Ask for a trainer."""
    training = Training(batch_size=8, epochs=4)
    return trainers.give(
        Network(widths=(width,)),
        training,
        shape=(2,),
        outputs={"target": Output(kind, 1)},
        sizes=courses.sizes(training, train_rows=rows, held_rows=rows),
    )


def test_the_same_settings_give_the_same_trainer() -> None:
    """Another width, output or size gives another."""
    trainers = Trainers()
    first = given(trainers)
    assert given(trainers) is first
    others = [
        given(trainers, width=4),
        given(trainers, kind="regression"),
        given(trainers, rows=40),
    ]
    assert len({id(trainer) for trainer in [first, *others]}) == 4
    assert given(Trainers()) is not first


@pytest.mark.usefixtures("plain")
def test_networks_that_were_used_before_give_the_same_bits(
    train: pd.DataFrame,
    make_frame: Callable[..., pd.DataFrame],
    pretrained: Pretrained,
    transferred: Trained,
    study: Question,
) -> None:
    """A second study with the trainers of a first one trains what it trains alone."""
    trainers, held = Trainers(), make_frame(30, seed=2)
    for name in ("other", "s"):
        again = pretraining.pretrain(train, held, study, name=name, seed=7, trainers=trainers)
    (source,), (alone,) = again.trained.models.values(), pretrained.trained.models.values()
    for key, array in alone.items():
        np.testing.assert_array_equal(source[key], array)
    small = replace(study, finetune=replace(study.finetune, tasks=("value",), budgets=(10,)))
    for name in ("other", "s"):
        targets = Targets(train, again.encoder, small, name, 7, trainers)
        done = transfer.train_all(targets, source, again.epochs_by_budget)
    for key, arrays in done.models.items():
        for weight, array in arrays.items():
            np.testing.assert_array_equal(array, transferred.models[key][weight])
