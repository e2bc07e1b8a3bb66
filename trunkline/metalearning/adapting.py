"""What MAML and its kin have in common: first weights, steps on the support, the queries' loss.

Shapes: B episodes, S rows of a support, Q queries, W outputs, n steps.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import keras
import tensorflow as tf

from trunkline.metalearning import costs, diverging, functional, inner, walking
from trunkline.metalearning.functional import Weights
from trunkline.metalearning.inner import Problem, Walk
from trunkline.metalearning.method import Form, Task
from trunkline.metalearning.walking import Tensors
from trunkline.settings.metalearning.methods import Adapting as Options


class Way(NamedTuple):
    """In what one of them differs from MAML."""

    head_only: bool = False  # what steps change
    second: bool = True  # whether second derivatives count
    rates: Literal["stated", "steps", "weights"] = "stated"  # or learned: for each step, or weight
    multi_step: bool = False  # whether the loss after each step counts
    first_order: float = 0.0  # share of training, from its start, without second derivatives


class Adapting:
    """A method that is trained to be good after some steps of gradient descent."""

    def __init__(self, form: Form, options: Options, way: Way) -> None:
        """Build the network; `start` draws its weights.

        Args:
            form: of the episodes.
            options: the rate, and how many steps.
            way: what is done in another way than MAML does.
        """
        self._form, self._options, self._way = form, options, way
        self._network, self._cost = form.network, costs.of(form.ways)
        self._learner = functional.build(form)
        self._names = functional.names(self._learner)
        adapted = [name for name in self._names if name.startswith("head/") or not way.head_only]
        self._adapted = adapted
        self._rates = {f"rate/{name}": self._rate(name) for name in adapted}
        self._counted = tf.Variable(0, trainable=False)  # steps of training so far

    @property
    def trained(self) -> Mapping[str, keras.Variable]:
        """The first weights and, where they are learned, the rates."""
        variables = self._learner.variables()
        learned = {} if self._way.rates == "stated" else self._rates
        return {name: variables[name] for name in self._names} | learned

    @property
    def kept(self) -> Mapping[str, keras.Variable]:
        """Nothing: a normalisation takes the moments of the support."""
        return {}

    def start(self, seed: int) -> None:
        """Draw the first weights; learned rates start at the stated one."""
        self._learner.initialise(seed)
        for rate in self._rates.values():
            rate.assign(tf.fill(rate.shape, self._options.rate))
        self._counted.assign(0)

    def loss(self, task: Task, training: bool) -> tf.Tensor:
        """Return the loss of each episode's queries after the steps, [B]; NaN where they diverge.

        While `training`, a call is a step of it: what changes over training goes on by one.
        """
        begun, fixed = self._begun(task)
        walk = self._walk() if training else Walk(self._options.test_steps)
        rates = [rate.value for rate in self._rates.values()]
        found = inner.losses(self._problem(task), begun, rates, fixed, walk)
        return diverging.marked(found, task.query_y)

    def answers(self, task: Task) -> tf.Tensor:
        """Return what it says of the queries after the steps of a test, [B, Q, W]."""
        return self.path(task, [self._options.test_steps])[0]

    def path(self, task: Task, steps: Sequence[int]) -> tf.Tensor:
        """Return its answers after each number of steps, rising: [len(steps), B, Q, W]."""
        begun, fixed = self._begun(task)

        def look(weights: Tensors) -> tf.Tensor:
            return self._answers(weights, fixed, task, of_support=False)

        rates, numbers = [rate.value for rate in self._rates.values()], tf.constant(list(steps))
        return walking.path(self._problem(task).support, begun, rates, look, numbers, fixed)

    def embed(self, x: tf.Tensor) -> tf.Tensor:
        """Return what the trunk makes of rows [N, *shape] before any step, [N, width]."""
        weights = dict(zip(self._names, self._whole(1), strict=True))
        return functional.represent(self._network, weights, x[None])[0]

    def _walk(self) -> Walk:
        """Return how training walks at this step, and count it."""
        way, steps = self._way, self._options.steps
        time = tf.cast(self._counted, tf.float32) / max(1, self._form.steps)
        self._counted.assign_add(1)
        second: bool | tf.Tensor = way.second and way.first_order < 1
        if second and way.first_order:
            second = time >= way.first_order
        return Walk(steps, second, annealed(time, steps) if way.multi_step else None)

    def _whole(self, episodes: int) -> Tensors:
        variables = self._learner.variables()
        return functional.repeated([variables[name].value for name in self._names], episodes)

    def _begun(self, task: Task) -> tuple[Tensors, Tensors]:
        """Return the weights that steps change, and what of the network they do not."""
        weights = dict(zip(self._names, self._whole(task.support.shape[0]), strict=True))
        begun = [weights[name] for name in self._adapted]
        if not self._way.head_only:
            return begun, []
        rows = task.support.shape[1]
        both = tf.concat([task.support, task.query], 1)
        hidden = functional.represent(self._network, weights, both, rows)
        return begun, [hidden[:, :rows], hidden[:, rows:]]

    def _problem(self, task: Task) -> Problem:
        def support(weights: Tensors, fixed: Tensors) -> tf.Tensor:
            return self._cost(task.support_y, self._answers(weights, fixed, task, of_support=True))

        def query(weights: Tensors, fixed: Tensors) -> tf.Tensor:
            return self._cost(task.query_y, self._answers(weights, fixed, task, of_support=False))

        return Problem(support, query)

    def _answers(
        self, weights: Tensors, fixed: Tensors, task: Task, *, of_support: bool
    ) -> tf.Tensor:
        named: Weights = dict(zip(self._adapted, weights, strict=True))
        if self._way.head_only:
            return functional.head(named, fixed[0] if of_support else fixed[1])
        if of_support:
            return functional.answers(self._network, named, task.support)
        return functional.of_queries(self._network, named, task.support, task.query)

    def _rate(self, name: str) -> keras.Variable:
        shape = tuple(self._learner.variables()[name].shape)
        steps = self._options.steps if self._way.rates == "steps" else 1
        ends = shape if self._way.rates == "weights" else (1,) * len(shape)
        return keras.Variable(tf.fill((steps, *ends), self._options.rate), dtype="float32")


def annealed(time: tf.Tensor, steps: int) -> tf.Tensor:
    """Return what the loss after each of n steps counts at `time` of training, from 0 to 1: [n].

    All alike, 1 / n, at first; then the last has what the others lose, (1 - t) / n, until it is
    alone at the end.

    References:
        Antoniou, Edwards and Storkey, "How to train your MAML", ICLR 2019, section 4.
    """
    early = (1.0 - tf.minimum(time, 1.0)) / steps
    return tf.concat([tf.fill((steps - 1,), early), [1.0 - (steps - 1) * early]], 0)
