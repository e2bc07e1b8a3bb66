"""What training leaves behind: stacked weights, a row a run, mean curves."""

import numpy as np
import pytest

from trunkline.tasks.budgets import Draw
from trunkline.training.effort import Effort
from trunkline.training.records import CURVE_COLUMNS, RUN_COLUMNS, Key, Recorder, Run, joined
from trunkline.training.trainer import Fit

DRAW = Draw(np.arange(8, dtype=np.int32), np.arange(2, dtype=np.int32))
KEY = Key("letter", "scratch", 5)


def fit(*losses: tuple[float, float], best: int = 1, held: bool = True) -> Fit:
    """Return a run of these training and validation losses."""
    return Fit(np.array(losses, np.float32), best, held, effort=Effort(7, 600))


def test_a_row_for_each_run() -> None:
    """A run's row holds its counts and the losses of its best epoch; repeats count up."""
    recorder = Recorder("transfer")
    recorder.add(KEY, Run(fit((3, 4), (1, 2), (0.5, 3), best=2), DRAW, {}, 9))
    recorder.add(KEY, Run(fit((2, 2.5)), DRAW, {}, 9))
    runs = recorder.result().runs
    assert list(runs) == RUN_COLUMNS
    assert runs.to_numpy().tolist() == [
        ["transfer", "letter", "scratch", 5, 0, 8, 2, 3, 2, 1.0, 2.0, 9, 7, 600],
        ["transfer", "letter", "scratch", 5, 1, 8, 2, 1, 1, 2.0, 2.5, 9, 7, 600],
    ]


def test_weights_are_stacked_by_repeat() -> None:
    """The first axis of an arm's weights are its repeats, in order."""
    recorder = Recorder("transfer")
    for value in (1, 2):
        recorder.add(KEY, Run(fit((1, 1)), DRAW, {"w": np.full(3, value, np.float32)}, 3))
    assert recorder.result().models[KEY]["w"].tolist() == [[1, 1, 1], [2, 2, 2]]


def test_curves_are_means_of_those_that_ran_so_long() -> None:
    """An epoch's loss is the mean over the repeats that reached it, while half of them did."""
    recorder = Recorder("transfer")
    for losses in ([(4, 8)], [(2, 4), (1, 2)], [(3, 6), (3, 4), (0, 0)], [(3, 6), (2, 3)]):
        recorder.add(KEY, Run(fit(*losses), DRAW, {}, 1))
    curves = recorder.result().curves
    assert list(curves) == CURVE_COLUMNS
    assert curves["epoch"].tolist() == [1, 2]
    assert curves["training_loss"].tolist() == [3, 2]
    assert curves["validation_loss"].tolist() == [6, 3]


def test_without_held_rows_there_is_no_validation_loss() -> None:
    """Neither run nor curve tells a validation loss that was not measured."""
    recorder = Recorder("transfer")
    recorder.add(KEY, Run(fit((4, float("nan")), held=False), DRAW, {}, 1))
    done = recorder.result()
    assert done.runs["validation_loss"].isna().all()
    assert done.curves["validation_loss"].isna().all()
    assert done.curves["training_loss"].tolist() == [pytest.approx(4)]


def test_an_empty_record_keeps_its_columns() -> None:
    """A part that trains nothing leaves tables without rows, but with their columns."""
    done = Recorder("transfer").result()
    assert (done.models, list(done.runs), list(done.curves)) == ({}, RUN_COLUMNS, CURVE_COLUMNS)
    assert done.runs.empty


def test_two_records_become_one() -> None:
    """Runs and models of both, in order; beside nothing the first stays as it is."""
    first, second = Recorder("transfer"), Recorder("adapt")
    first.add(KEY, Run(fit((3, 4)), DRAW, {}, 9))
    second.add(Key("letter", "coral", 0), Run(fit((1, 2)), DRAW, {}, 9))
    both = joined(first.result(), second.result())
    assert both.runs["part"].tolist() == ["transfer", "adapt"]
    assert list(both.models) == [KEY, Key("letter", "coral", 0)]
    assert both.curves["budget"].tolist() == [5, 0]
    alone = first.result()
    assert joined(alone, Recorder("adapt").result()) is alone
    assert joined(Recorder("transfer").result(), second.result()).runs["arm"].tolist() == ["coral"]
