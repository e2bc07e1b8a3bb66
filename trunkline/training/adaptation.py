"""Target tasks without a single label: the source's labels and the target's rows."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import tensorflow as tf

from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.networks.learner import Learner
from trunkline.settings.study import Question
from trunkline.tasks import labels, weighting
from trunkline.tasks.budgets import Draw
from trunkline.training import columns, courses, inputs, target_rows
from trunkline.training.adapting import cdan, coral, dan, dann, mcc, source_only
from trunkline.training.adapting.setting import Method, Seen, Term
from trunkline.training.batches import Losses, Table
from trunkline.training.joint_losses import shared_penalty, summed
from trunkline.training.outputs import Output
from trunkline.training.paired import Design, Paired
from trunkline.training.progress import watch
from trunkline.training.records import Key, Recorder, Run, Trained, joined

METHODS: dict[str, Method] = {
    "source_only": source_only,
    "coral": coral,
    "dan": dan,
    "dann": dann,
    "cdan": cdan,
    "mcc": mcc,
}
HEAD = "target"  # the head that learns the source and answers the target


def adapt(train: Rows, encoder: Encoder, study: Question, *, name: str, seed: int) -> Trained:
    """Train every method on every target task and repeat: L_source(theta) + lambda D(theta).

    D is of the source's rows and as many of the target's, whose labels are not read. All methods
    begin with the same new weights and see the source's rows in the same order, for the same number
    of epochs. The last weights are kept: no label of the target chooses any, and those of the
    source would choose against adaptation.

    Args:
        train: training rows.
        encoder: of the inputs.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: a target task has no rows.
    """
    recorder, asked = Recorder("adapt"), study.finetune.adapt
    if not asked.tasks:
        return recorder.result()
    frame = target_rows.read(train, study)
    domains, options = _Domains(frame, encoder, study), chosen(study)
    with watch(f"adapt {name}", len(asked.tasks) * study.repeats * len(options)) as started:
        for task in asked.tasks:
            rows = target_rows.of(frame, task, study.tasks[task])
            for repeat in range(study.repeats):
                drawn = seeds.derive(seed, name, "adapt", task, repeat)
                for method, option in options.items():
                    label = f"{name} {task}, no labels, {method}, repeat {repeat}"
                    started(label)
                    domains.fit(recorder, Key(task, method, 0), option, rows, drawn, label)
    return recorder.result()


def joined_to(
    done: Trained, train: Rows, encoder: Encoder, study: Question, *, name: str, seed: int
) -> Trained:
    """Return what is done already and, with it, what `adapt` trains."""
    return joined(done, adapt(train, encoder, study, name=name, seed=seed))


def chosen(study: Question) -> dict[str, object]:
    """Return the options of each method the study names, `source_only` first."""
    methods = study.finetune.adapt.methods
    named = {field.name: getattr(methods, field.name) for field in fields(methods)}
    return {name: options for name, options in named.items() if options is not None}


def rise(share: np.ndarray) -> np.ndarray:
    """Return 2 / (1 + exp(-10 p)) - 1 of the share p of a run that is done.

    References:
        Ganin et al., "Domain-Adversarial Training of Neural Networks", JMLR 17 (2016), 5.2.2.
    """
    found: np.ndarray = 2.0 / (1.0 + np.exp(-10.0 * share)) - 1.0
    return found.astype(np.float32)


class _Domains:
    """The source's labels over the rows of both, with one compiled network for each method."""

    def __init__(self, train: pd.DataFrame, encoder: Encoder, study: Question) -> None:
        source = str(study.pretrain.task)
        self._study, self._task = study, study.tasks[source]
        encoded = labels.encode(train, source, self._task)
        self._rows = np.flatnonzero(encoded.known).astype(np.int32)
        encoded = weighting.drawn(source, self._task, encoded, self._rows)
        self._scale = inputs.scale(self._task, encoded, self._rows)
        features = inputs.features(train, study.inputs, encoder)
        one = inputs.table(features, [encoded], [self._scale], [1.0])
        nothing = tf.zeros_like(one.y[:1])  # what a method adds has no labels
        self._table = one._replace(
            y=tf.concat([one.y, nothing], axis=0), weight=tf.concat([one.weight, nothing], axis=0)
        )
        self._shape, self._layout = features.shape, features.layout
        self._made: dict[str, tuple[Paired, Term]] = {}

    def fit(
        self, recorder: Recorder, key: Key, option: Any, rows: np.ndarray, seed: int, label: str
    ) -> None:
        """Train a method in one repeat and record what answers the target."""
        if key.arm not in self._made:
            self._made[key.arm] = self._build(key.arm, option)
        trainer, term = self._made[key.arm]
        trainer.learner.initialise(seed)
        draw = Draw(self._rows, self._rows[:0])
        fit = trainer.fit(
            self._table._replace(task_weight=np.array([1.0, term.weight], np.float32)),
            draw,
            rows,
            seed=seed,
            label=label,
            epochs=self._study.finetune.adapt.epochs,
            strength=rise,
        )
        whole = trainer.learner
        kept = Learner(whole.trunk, {HEAD: whole.heads[HEAD]}).arrays()
        kept |= {f"scale/{HEAD}": self._scale.array()}
        recorder.add(key, Run(fit, draw, kept, learners.count(whole)))

    def _build(self, method: str, option: Any) -> tuple[Paired, Term]:
        study, output = self._study, inputs.output(self._task)
        built = learners.build(
            study.network, self._shape, {HEAD: output.units},
            layout=self._layout, augment=study.training.augment,
        )  # fmt: skip
        width = built.trunk.output_shape[-1]
        term = METHODS[method].term(option, kind=output.kind, width=width, units=output.units)
        learner = replace(built, heads={**built.heads, **term.parts})
        design = Design(
            learner,
            lambda _: losses_of(learner, output, term),
            ("source", method),
            lambda: shared_penalty(learner.trunk, study.network.l2),
        )
        sizes = courses.sizes(study.training, train_rows=self._rows.size, held_rows=1)
        jit = trunks.compiled_by_xla(study.network)
        return Paired(design, study.training, sizes=sizes, jit=jit), term


def losses_of(learner: Learner, output: Output, term: Term) -> Losses:
    """Return the source's loss, and what a method adds to it while training.

    A batch are n rows of the source, then n of the target, whose weight is the strength that the
    step gives to the method. They go through the trunk at once.
    """
    (place,) = columns.places([output])

    def losses(table: Table, index: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        inputs = learner.gather(table.x, index, training=training)  # [2 n, ...]
        hidden = learner.trunk(inputs, training=training)  # [2 n, width]
        logits = learner.heads[HEAD](hidden)  # [2 n, units]
        total, count = summed(output, place, table, index, weight, logits)
        added = term.value(Seen(hidden, logits, weight[-1])) if training else tf.zeros(())
        pairs: Sequence[Sequence[tf.Tensor]] = [
            [total, added],  # the target's rows count 0
            [count, tf.ones(())],
        ]
        return tf.stack([tf.stack(pair) for pair in pairs])  # [2, T]

    return losses
