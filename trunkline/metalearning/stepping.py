"""The arms that are trained on an episode: from scratch, a whole network, or a head on a trunk.

Shapes: B episodes, Q queries, W outputs, K numbers of steps.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import tensorflow as tf

from trunkline.metalearning import costs, descending, functional, walking
from trunkline.metalearning.functional import Moments, Weights
from trunkline.metalearning.method import Arrays, Form, Task
from trunkline.metalearning.walking import Tensors

Arm = Literal["scratch", "fine_tune", "linear_probe"]


class Stepper:
    """Steps of Adam on the support of each episode, all from the same weights."""

    def __init__(self, form: Form, arm: Arm) -> None:
        """Build the network; it is compiled at the first call."""
        self._form, self._arm, self._network = form, arm, form.network
        self._cost, self._rule = costs.of(form.ways), descending.adam()
        self._learner = functional.build(form)
        names = functional.names(self._learner)
        self._changed = [it for it in names if arm != "linear_probe" or it.startswith("head/")]
        self._compiled = tf.function(self._path, jit_compile=True)

    def start(self, seed: int, pretrained: Arrays | None = None) -> Arrays:
        """Return the weights that steps begin with.

        Args:
            seed: of what is drawn: all weights or, of a network that was pretrained, its head.
            pretrained: weights by name; none: of `scratch`. A head for as many outputs is among
                them where the task is a regression, and stays.
        """
        self._learner.initialise(seed)
        self._learner.load(pretrained or {})
        return self._learner.arrays()

    def path(
        self,
        task: Task,
        weights: Mapping[str, tf.Tensor] | Arrays,
        rate: tf.Tensor | float,
        steps: Sequence[int],
    ) -> tf.Tensor:
        """Return the answers after each number of steps, [K, B, Q, W].

        One compilation serves all weights, rates and numbers of steps of the same K.

        Args:
            task: the episodes.
            weights: by name, as `start` returns them.
            rate: of Adam.
            steps: rising.
        """
        given = {name: tf.convert_to_tensor(value) for name, value in weights.items()}
        numbers = tf.constant(list(steps), tf.int32)
        return self._compiled(task, given, tf.convert_to_tensor(rate, tf.float32), numbers)

    def _path(self, task: Task, weights: Weights, rate: tf.Tensor, steps: tf.Tensor) -> tf.Tensor:
        episodes = task.support.shape[0]
        copies = functional.repeated(list(weights.values()), episodes)
        whole = dict(zip(weights, copies, strict=True))
        if self._arm == "linear_probe":
            task = self._represented(task, whole)

        def cost(changed: Tensors, fixed: Tensors) -> tf.Tensor:
            return self._cost(task.support_y, self._answers(task, whole, changed, of_support=True))

        def look(state: Tensors) -> tf.Tensor:
            changed = state[: len(self._changed)]
            return self._answers(task, whole, changed, of_support=False)

        def gradient(step: tf.Tensor, changed: Tensors) -> Tensors:
            return walking.gradient(cost, changed, [])

        state = self._rule.begin([whole[name] for name in self._changed])
        return walking.along(self._rule.turn(gradient, rate), state, look, steps)

    def _represented(self, task: Task, whole: Weights) -> Task:
        """Return the episodes as the head reads them."""
        moments = self._moments(whole, task)
        support, query = (
            functional.represent(self._network, whole, x, moments)
            for x in (task.support, task.query)
        )
        return task._replace(support=support, query=query)

    def _answers(
        self, task: Task, whole: Weights, changed: Tensors, *, of_support: bool
    ) -> tf.Tensor:
        named = {**whole, **dict(zip(self._changed, changed, strict=True))}
        x = task.support if of_support else task.query
        if self._arm == "linear_probe":
            return functional.head(named, x)
        if self._arm == "scratch" and not of_support:
            return functional.of_queries(self._network, named, task.support, x)
        return functional.answers(self._network, named, x, self._moments(named, task))

    def _moments(self, weights: Weights, task: Task) -> Moments:
        """Return what a normalisation goes by: what it has learned, or the support at hand."""
        return task.support.shape[1] if self._arm == "scratch" else weights


def build(form: Form, arm: Arm) -> Stepper:
    """Return an arm that is trained on each episode alone.

    `scratch` begins with new weights, `fine_tune` with those of a network that was trained on all
    classes of training at once, and a new head; `linear_probe` with the same, and its head alone
    learns. Batch normalisation goes by the moments of the support where nothing was learned
    before, else by those that were learned.

    Args:
        form: of the episodes.
        arm: which.

    References:
        Chen, Liu, Kira, Wang and Huang, "A closer look at few-shot classification", ICLR 2019,
        section 3.2.
    """
    return Stepper(form, arm)
