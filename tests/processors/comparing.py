"""Meta-learners that compare: the pieces of work whose bits are compared."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tests.processors import steps
from tests.processors.work import digest
from trunkline.determinism import seeds
from trunkline.metalearning import metric, nearest
from trunkline.metalearning.method import Form, Method, Task
from trunkline.settings.metalearning import methods as options_of
from trunkline.settings.study import Network

OPTIONS = {
    "prototypes": options_of.Prototypes(),
    "transductive_prototypes": options_of.TransductivePrototypes(distance="cosine"),
    "matching": options_of.Matching(),
    "relation": options_of.Relation(),
    "r2d2": options_of.R2d2(),
    "metaoptnet": options_of.MetaOptNet(),
}
CONVOLVED = ("prototypes", "r2d2")  # all begin with the same trunk
EPISODES, STEPS = 4, 2
DENSE = Form(Network(widths=(64, 300)), (40,), 5, 5, 12, steps=STEPS)
CONV = Form(
    Network(trunk="conv", widths=(16, 80), batch_norm=True), (8, 8, 1), 5, 1, 15, STEPS
)  # 320 numbers of an embedding


def results() -> Iterator[tuple[str, str]]:
    """Take steps of each method, and ask it: more rows a batch than a sum may have terms.

    What trains in a plain graph is asked as a test asks it, too: compiled by XLA, which for others
    than prototypes takes an emulated processor minutes.
    """
    for label, form, names in (("dense", DENSE, OPTIONS), ("conv", CONV, CONVOLVED)):
        task = drawn(form)
        yield f"nearest neighbour, {label}", digest(nearest.answers(task, form.ways).numpy())
        for name in names:
            method = metric.BUILD[name](form, OPTIONS[name])
            yield f"{name}, {label}", digest(*worked(method, task, jit=label == "dense"))
            if (name, label) == ("prototypes", "conv"):
                ask = tf.function(method.answers, jit_compile=True)
                yield f"{name}, {label}, in a test", digest(ask(task).numpy())


def drawn(form: Form) -> Task:
    """Return episodes of noise, a little lighter or darker by their class."""
    rng = seeds.generator(1, "comparing")
    parts: list[tf.Tensor] = []
    for count in (form.shots, form.queries):
        labels = np.tile(np.repeat(np.arange(form.ways), count), (EPISODES, 1))
        noise = rng.standard_normal((*labels.shape, *form.shape))
        shift = 0.3 * labels.reshape(*labels.shape, *[1] * len(form.shape))
        parts += [tf.constant(noise + shift, tf.float32), tf.constant(labels, tf.int32)]
    return Task(*parts)


def worked(method: Method, task: Task, *, jit: bool, asked: bool = True) -> list[np.ndarray]:
    """Return all weights after some steps and, if it is `asked`, its answers."""
    method.start(1)
    variables = list(method.trained.values())
    moved = steps.descent()
    moved.build(variables)
    values = [variable.value for variable in variables]

    def run() -> tf.Tensor:
        number = tf.constant(0)
        while number < STEPS:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(method.loss(task, training=True))
            found = tape.gradient(loss, values, unconnected_gradients="zero")
            moved.apply(found, variables)
            number += 1
        return method.answers(task) if asked else tf.constant(0.0)

    answers = tf.function(run, jit_compile=jit)()
    return [answers.numpy(), *(v.numpy() for v in variables)]
