"""The smallest meta-learner, for tests of what is around one: a line, and steps down its slope."""

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.metalearning.method import Form
from trunkline.settings.metalearning.methods import Maml
from trunkline.settings.study import Network
from trunkline.tasks.episodes import Episodes

FORM = Form(Network(widths=(4,)), (2,), 0, 3, 4, steps=100)


class Steepest:
    """y = x w, fitted to the support by `options.steps` steps from a learned w."""

    def __init__(self, form, options):
        """Make the weights."""
        self.options, self.form = options, form
        self.weights = keras.Variable(np.zeros((form.shape[0], 1), np.float32), name="w")
        self.built = 0

    @property
    def trained(self):
        """What is learned."""
        return {"w/kernel": self.weights}

    @property
    def kept(self):
        """Nothing else."""
        return {}

    def start(self, seed):
        """Draw w."""
        drawn = seeds.generator(seed, "w").normal(size=self.weights.shape)
        self.weights.assign(drawn.astype(np.float32))

    def loss(self, task, training):
        """Return the squared error of the queries."""
        del training
        self.built += 1
        answers = self.path(task, [self.options.steps])[0, ..., 0]
        return tf.reduce_mean(tf.square(answers - task.query_y), axis=1)

    def answers(self, task):
        """Return what is said after the last step."""
        return self.path(task, [self.options.test_steps])[0]

    def path(self, task, steps):
        """Return what is said after each of `steps`."""
        w = tf.tile(self.weights.value[None], [task.support.shape[0], 1, 1])
        told = []
        for number in range(max(steps) + 1):
            if number in steps:
                told.append(task.query @ w)
            error = task.support @ w - task.support_y[..., None]
            w = w - self.options.rate * tf.matmul(task.support, error, transpose_a=True)
        return tf.stack(told)


def drawn(count, rng, slope=None):
    """Return x and episodes of lines: y = x w with a w for each episode, near a common one."""
    x = rng.normal(size=(40, 2)).astype(np.float32)
    common = np.array([2.0, -1.0]) if slope is None else slope
    rows = np.stack([rng.permutation(40)[:7] for _ in range(count)]).astype(np.int32)
    w = common + 0.1 * rng.normal(size=(count, 2))
    y = np.einsum("erd,ed->er", x[rows], w).astype(np.float32)
    return x, Episodes(rows[:, :3], rows[:, 3:], y[:, :3], y[:, 3:], np.arange(count))


def build(form, options):
    """Return the method."""
    return Steepest(form, options)


OPTIONS = Maml(rate=0.05, steps=1, test_steps=3)
