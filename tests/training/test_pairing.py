"""Strategies over two tables: source rows beside target rows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from trunkline.networks import trunks
from trunkline.settings.pairing import Rehearsal
from trunkline.settings.strategies import FineTune, Strategies
from trunkline.settings.study import Network, Question
from trunkline.training import pretraining, transfer
from trunkline.training.records import Key, Trained

Run = Callable[[Question], Trained]
Frames = Callable[..., pd.DataFrame]


def named(study: Question, **strategies: Any) -> Question:
    """Return the study with these strategies, and one target less."""
    chosen = replace(study.finetune, tasks=("letter",), strategies=Strategies(**strategies))
    return replace(study, finetune=chosen)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize(
    "network",
    [Network(widths=(40,)), Network(widths=(6,), batch_norm=True, dropout=0.3, l2=0.01)],
    ids=["plain", "normalised"],
)
def test_lambda_0_is_fine_tuning(
    train: pd.DataFrame, make_frame: Frames, study: Question, network: Network, jit: bool
) -> None:
    """With lambda = 0 rehearsal gives the bits of fine-tuning: weights and curves."""
    both = named(
        study, fine_tune=FineTune(head_epochs=3), rehearsal=Rehearsal(weight=0, head_epochs=3)
    )
    both = replace(both, network=network, repeats=2)
    with mock.patch.object(trunks, "compiled_by_xla", return_value=jit):
        source = pretraining.pretrain(train, make_frame(30, seed=2), both, name="s", seed=7)
        (weights,) = source.trained.models.values()
        done = transfer.finetune(
            train, weights, source.encoder, source.epochs_by_budget, both, name="s", seed=7
        )
    for budget in (2, 10):
        tuned = done.models[Key("letter", "fine_tune", budget)]
        kept = done.models[Key("letter", "rehearsal", budget)]
        assert tuned.keys() == kept.keys()
        for name, array in tuned.items():
            np.testing.assert_array_equal(kept[name], array, err_msg=f"{budget} {name}")
    curves = done.curves.drop(columns=["task"]).set_index("arm")
    pd.testing.assert_frame_equal(
        curves.loc["fine_tune"].reset_index(drop=True),
        curves.loc["rehearsal"].reset_index(drop=True),
    )
