"""The search for settings: the pieces of work whose bits are compared."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.processors.work import EPOCHS, ROWS, digest
from trunkline.data import encoders
from trunkline.determinism import seeds
from trunkline.settings.study import Inputs, Network, Question, Task, Training
from trunkline.settings.tuning import Range
from trunkline.tasks import labels
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, inputs
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer
from trunkline.training.tuned import Tuned, Values
from trunkline.training.tuning import search
from trunkline.training.tuning.spaces import Dimension
from trunkline.training.tuning.validating import Judge

TRIALS = 40
SEARCHED = {
    "learning_rate": Dimension(Range(low=0.0003, high=0.03, log=True), False, 0.003),
    "l2": Dimension(Range(low=0.0, high=0.1), False, 0.001),
    "head_epochs": Dimension(Range(low=1, high=30), True, 10),
}
STUDY = Question(
    inputs=Inputs(columns=("x_*",)),
    tasks={"label": Task(kind="binary", target="label", positive=(1,))},
    network=Network(widths=(128,), l2=0.001),
    training=Training(epochs=EPOCHS),
)


def results() -> Iterator[tuple[str, str]]:
    """Propose trials; train and judge a network with settings of its own.

    Not those of `tpe`: in NumPy's sorting for AVX2, which it calls, qemu breaks down.
    """
    trials = search.search(SEARCHED, _bowl, trials=TRIALS, sampler="random", seed=7)
    yield "tuning, random: trials", digest([tuple(t.values.values()) for t in trials])
    arrays, loss = _judged(_frame())
    yield "tuning: weights under another l2", digest(*arrays)
    yield "tuning: loss of the validation rows", digest(f"{loss:.{search.DIGITS}g}")


def _bowl(values: Values) -> float:
    return math.log(values["learning_rate"] / 0.004) ** 2 + values["l2"] + values["head_epochs"]


def _frame() -> pd.DataFrame:
    rng = seeds.generator(7, "tuning")
    x = rng.normal(size=(2 * ROWS, 100))
    frame = pd.DataFrame(x, columns=[f"x_{number}" for number in range(100)])
    frame.insert(0, "row_id", [f"{row:04d}" for row in range(len(frame))])
    return frame.assign(label=(x[:, 0] > 0).astype(int))


def _judged(frame: pd.DataFrame) -> tuple[list[np.ndarray], float]:
    """Train on the first rows with a rate and an l2 of its own; judge by the other rows."""
    train, validation = frame.head(ROWS), frame.tail(ROWS)
    names = [name for name in frame if str(name).startswith("x_")]
    encoder = encoders.fit("standard", train, names)
    features = inputs.features(train, STUDY.inputs, encoder)
    encoded = labels.encode(train, "label", STUDY.tasks["label"])
    sizes = courses.sizes(STUDY.training, train_rows=ROWS, held_rows=ROWS)
    outputs = {"target": Output("binary", 1)}
    trainer = Trainer(
        STUDY.network, STUDY.training, shape=features.shape, outputs=outputs, sizes=sizes
    )
    trainer.learner.initialise(7)
    table = inputs.table(features, [encoded], [inputs.Scale()], [1.0])
    rows = np.arange(ROWS, dtype=np.int32)
    draw = Draw(rows[16:], rows[:16])
    trainer.fit(table, draw, seed=7, label="tuning", tuned=Tuned(0.01, 0.05))
    arrays = trainer.learner.arrays()
    judge = Judge(validation, encoder, STUDY, ("label",))
    scale = {"scale/target": inputs.Scale().array()}
    return list(arrays.values()), judge.loss({"target": "label"}, arrays | scale)
