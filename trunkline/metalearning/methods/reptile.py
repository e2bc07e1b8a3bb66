"""Reptile: first weights that move towards those that tasks lead to."""

from collections.abc import Callable, Mapping, Sequence

import keras
import tensorflow as tf

from trunkline.metalearning import costs, descending, diverging, functional, walking
from trunkline.metalearning.descending import Rule
from trunkline.metalearning.method import Adaptive, Form, Task
from trunkline.metalearning.walking import Tensors
from trunkline.settings.metalearning.methods import Reptile as Options

PUBLISHED = descending.adam(first=0.0)  # as in the authors' code


def build(form: Form, options: Options, rule: Rule = PUBLISHED) -> Adaptive:
    """Return Reptile.

    theta_n = theta after n steps of Adam (b1 = 0) on rows of a task; theta - theta_n is taken for
    the gradient: gradient descent at rate e interpolates, theta += e (theta_n - theta), as in
    algorithm 2; Adam takes it as any gradient, as the paper suggests.

    A task's rows are not parted in training: step after step learns from the support, then from
    as many queries of each class, and so on, and again from the beginning. In validation and tests
    steps see the support alone, and Adam's moments begin at 0 in each task.

    Args:
        form: of the episodes.
        options: rate and steps.
        rule: of the steps.

    References:
        Nichol, Achiam and Schulman, "On first-order meta-learning algorithms", arXiv 1803.02999.
    """
    return Reptile(form, options, rule)


class Reptile:
    """See `build`."""

    def __init__(self, form: Form, options: Options, rule: Rule) -> None:
        """Build the network; `start` draws its weights."""
        self._form, self._options, self._rule = form, options, rule
        self._network, self._cost = form.network, costs.of(form.ways)
        self._learner = functional.build(form)
        self._names = functional.names(self._learner)

    @property
    def trained(self) -> Mapping[str, keras.Variable]:
        """The first weights."""
        variables = self._learner.variables()
        return {name: variables[name] for name in self._names}

    @property
    def kept(self) -> Mapping[str, keras.Variable]:
        """Nothing: a normalisation takes the moments of the rows of a step."""
        return {}

    def start(self, seed: int) -> None:
        """Draw the first weights."""
        self._learner.initialise(seed)

    def loss(self, task: Task, training: bool) -> tf.Tensor:
        """Return the loss of each episode's queries after the steps, [B]; NaN where they diverge.

        Its derivative by the first weights is not that of the loss: it is theta - theta_n.
        """
        steps = self._options.steps if training else self._options.test_steps

        @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
        def run(*begun: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], Tensors]]:
            after = self._after(task, list(begun), steps, mixed=training)
            judged = self._cost(task.query_y, self._look(task, after))

            def backward(upstream: tf.Tensor) -> Tensors:
                return [
                    tf.reshape(upstream, (-1, *[1] * (len(w.shape) - 1))) * (w - end)
                    for w, end in zip(begun, after, strict=True)
                ]

            return judged, backward

        return diverging.marked(run(*self._begun(task)), task.query_y)

    def answers(self, task: Task) -> tf.Tensor:
        """Return what it says of the queries after the steps of a test, [B, Q, W]."""
        return self.path(task, [self._options.test_steps])[0]

    def path(self, task: Task, steps: Sequence[int]) -> tf.Tensor:
        """Return its answers after each number of steps, rising: [len(steps), B, Q, W]."""
        state = self._rule.begin(self._begun(task))

        def look(state: Tensors) -> tf.Tensor:
            return self._look(task, state[: len(self._names)])

        return walking.along(self._turn(task, mixed=False), state, look, tf.constant(list(steps)))

    def embed(self, x: tf.Tensor) -> tf.Tensor:
        """Return what the trunk makes of rows [N, *shape] before any step, [N, width]."""
        weights = functional.repeated([v.value for v in self.trained.values()], 1)
        named = dict(zip(self._names, weights, strict=True))
        return functional.represent(self._network, named, x[None])[0]

    def _begun(self, task: Task) -> Tensors:
        values = [variable.value for variable in self.trained.values()]
        return functional.repeated(values, task.support.shape[0])

    def _after(self, task: Task, begun: Tensors, steps: int, *, mixed: bool) -> Tensors:
        state = 0, self._rule.begin(begun)
        turn = self._turn(task, mixed=mixed)
        return tf.while_loop(lambda i, _: i < steps, turn, state)[1][: len(begun)]

    def _turn(self, task: Task, *, mixed: bool) -> Callable[..., tuple[tf.Tensor, Tensors]]:
        x, y = self._rows(task) if mixed else (task.support[None], task.support_y[None])

        def gradient(step: tf.Tensor, weights: Tensors) -> Tensors:
            some = step % x.shape[0]

            def cost(weights: Tensors, fixed: Tensors) -> tf.Tensor:
                named = dict(zip(self._names, weights, strict=True))
                return self._cost(y[some], functional.answers(self._network, named, x[some]))

            return walking.gradient(cost, weights, [])

        return self._rule.turn(gradient, tf.constant(self._options.rate))

    def _look(self, task: Task, weights: Tensors) -> tf.Tensor:
        named = dict(zip(self._names, weights, strict=True))
        return functional.of_queries(self._network, named, task.support, task.query)

    def _rows(self, task: Task) -> tuple[tf.Tensor, tf.Tensor]:
        """Return what step after step learns from: x [steps, B, S, *shape], y [steps, B, S]."""
        ways, shots = max(1, self._form.ways), self._form.shots

        def cut(support: tf.Tensor, query: tf.Tensor) -> tf.Tensor:
            episodes, _, *shape = support.shape
            both = [tf.reshape(one, (episodes, ways, -1, *shape)) for one in (support, query)]
            rows = tf.concat(both, 2)  # [B, ways, shots + queries, ...]
            parts = [
                tf.reshape(rows[:, :, first : first + shots], (episodes, ways * shots, *shape))
                for first in range(0, rows.shape[2] - shots + 1, shots)
            ]
            return tf.stack(parts)

        return cut(task.support, task.query), cut(task.support_y, task.query_y)
