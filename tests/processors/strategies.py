"""What each transfer strategy adds to a step: the pieces of work whose bits are compared."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, get_args, get_type_hints

import keras
import numpy as np
import tensorflow as tf

from tests.processors import steps
from tests.processors.work import ROWS, digest
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks.learner import Arrays, Learner
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import answers, courses, fisher, joint_losses
from trunkline.training.batches import Table
from trunkline.training.extras import Addition, Seen, Term
from trunkline.training.outputs import Output
from trunkline.training.trainer import Fit, Trainer
from trunkline.training.transfer import STRATEGIES
from trunkline.training.transferring.arm import Arm

INPUTS, CLASSES = 100, 5
NETWORK = Network(widths=(128,), l2=0.001)
OUTPUT = Output("multiclass", CLASSES)
# They train in other phases, by nothing that the networks of `pieces` do not compute.
PHASES = ("scratch", "linear_probe", "fine_tune", "lp_ft", "gradual_unfreeze")


class _Asked(Arm):
    """A run that is not made: a strategy's answer is what it would add to one."""

    def warm_up(self, options: Any) -> Fit:
        """Put the pretrained trunk in place, and leave the new head as it is."""
        self.start(pretrained=True)
        return Fit(np.zeros((0, 2)), 0, held=False)

    def finish(self, before: Fit, rate: float, addition: Addition) -> Addition:  # type: ignore[override]  # see above
        """Return what would be added."""
        return addition


class _All(Term):
    """The terms of several additions at once: compiled with one trunk, each reaches its weights."""

    def __init__(self, learner: Learner, options: Any, values: Any) -> None:
        super().__init__(learner)
        self._terms = [one.make(learner, one.options, one.values) for one in options]
        for term, one in zip(self._terms, options, strict=True):
            term.assign(one.values)

    @property
    def trained(self) -> list[keras.Variable]:
        """What the terms train beside the network."""
        return [variable for term in self._terms for variable in term.trained]

    def term(self, seen: Seen) -> tf.Tensor:
        """Return the sum of the terms."""
        return tf.add_n([term.term(seen) for term in self._terms])


def results() -> Iterator[tuple[str, str]]:
    """Measure a source, then take some steps of each strategy from its weights."""
    rng = seeds.generator(1, "strategies")
    given = Table(
        tf.constant(rng.standard_normal((ROWS, INPUTS)), tf.float32),
        tf.constant(rng.integers(0, CLASSES, (1, ROWS)), tf.float32),
        tf.ones((1, ROWS)),
        tf.ones(1),
    )
    training = Training()
    trainer = Trainer(
        NETWORK,
        training,
        shape=(INPUTS,),
        outputs={"target": OUTPUT},
        sizes=courses.sizes(training, train_rows=ROWS, held_rows=1),
    )
    trainer.learner.initialise(1)
    source, rows = trainer.learner.arrays(), np.arange(ROWS, dtype=np.int32)
    needs = fisher.Fisher(trainer.learner, OUTPUT.kind, jit=True).measure(given, rows)
    yield "strategies, Fisher information", digest(*needs.values())
    said = answers.said(trainer.learner, source, given, rows)
    warmth = answers.temperature(said, given.y.numpy()[0])
    yield "strategies, temperature", digest(warmth)
    left = source | needs | {answers.TEMPERATURE: np.array(warmth, np.float32)}
    trunk = {name: array for name, array in source.items() if name.startswith("trunk/")}
    arm = _Asked(trainer, given, Draw(rows, rows[:0]), trunk, 2, 2, "made", left)
    asked: dict[str, Any] = {
        name: strategy(arm, _options(name))
        for name, strategy in STRATEGIES.items()
        if name not in PHASES
    }
    for name, addition in asked.items():
        yield f"strategies, {name}", digest(*(np.asarray(v) for v in addition.values.values()))
    terms = [one for one in asked.values() if issubclass(one.make, Term)]
    others = {name: one for name, one in asked.items() if one not in terms}
    for name, addition in (others | {"all terms": Addition(_All, tuple(terms))}).items():
        yield f"strategies, {name}, steps", _stepped(addition, source, given)


def _options(name: str) -> Any:
    """Return the options of a strategy, as they are by default."""
    return next(k for k in get_args(get_type_hints(Strategies)[name]) if k is not type(None))()


def _stepped(addition: Addition, begun: Arrays, given: Table) -> str:
    """Return the digest of the weights after some steps."""
    # Only what learns the statistics of batches needs a network that has some.
    network = replace(NETWORK, batch_norm=addition.statistics == "learned")
    build = partial(learners.build, network, (INPUTS,), {"target": CLASSES})
    extra = addition.built(build(statistics="kept"), lambda kept: build(statistics=kept))
    extra.assign(addition.values)
    learner = extra.learner
    learner.initialise(2)
    learner.load(begun)
    outputs = {"target": OUTPUT}
    losses = extra.watched(
        lambda one: joint_losses.weighted_losses(one, outputs, trunk_trains=True)
    )
    penalty = extra.joined(lambda: joint_losses.shared_penalty(learner.trunk, NETWORK.l2))
    models = [learner.trunk, *learner.heads.values()]
    trained = [v for model in models for v in model.trainable_variables] + extra.trained
    optimizer = extra.stepping(steps.descent())
    steps.descend(steps.joint(losses, penalty), trained, given, optimizer=optimizer)
    after = [*learner.arrays().values(), *(v.numpy() for v in extra.trained)]
    return digest(*after)
