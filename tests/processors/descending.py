"""Meta-learners that take steps, and arms that do: the pieces of work whose bits are compared."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tests.processors import comparing
from tests.processors.work import EPOCHS, ROWS, digest
from trunkline.determinism import seeds
from trunkline.metalearning import gradient, pretraining, stepping
from trunkline.metalearning.method import Form, Task
from trunkline.settings.metalearning import methods as options_of
from trunkline.settings.study import Network, Training
from trunkline.tasks.episodes import Pool

EPISODES, STEPS, RATE, CLASSES = 2, 2, 0.01, 8
WIDE = Network(widths=(300,))  # more terms than a product adds in one go; few operations
NUMBERS = Form(WIDE, (3,), 0, 10, 20, steps=STEPS)
DENSE = Form(WIDE, (40,), 5, 2, 4, steps=STEPS)
NORMED = Form(Network(trunk="conv", widths=(16,), batch_norm=True), (8, 8, 1), 5, 1, 10, STEPS)
CONV = Form(Network(trunk="conv", widths=(16, 32), batch_norm=True), (8, 8, 1), 5, 1, 10, STEPS)
ARMS: dict[stepping.Arm, Form] = {"scratch": DENSE, "fine_tune": NORMED, "linear_probe": DENSE}
INNER = {"rate": RATE, "steps": 2, "test_steps": 3}
METHODS = {
    "maml": (NUMBERS, options_of.Maml(**INNER)),
    "meta_sgd": (DENSE, options_of.MetaSgd(**INNER)),
    "anil": (DENSE, options_of.Anil(**INNER)),
    "reptile": (DENSE, options_of.Reptile(**INNER)),
    "fomaml": (CONV, options_of.Fomaml(**INNER)),  # as `digits_one_shot` has it
}


def results() -> Iterator[tuple[str, str]]:
    """Take steps of each method, which are compiled anew; pretrain, and let the arms take theirs.

    What is asked of them afterwards goes the way of the arms, and under emulation takes long.
    """
    for name, (form, options) in METHODS.items():
        method = gradient.BUILD[name](form, options)
        yield name, digest(*comparing.worked(method, drawn(form), jit=True, asked=False))
    training = Training(learning_rate=0.003, batch_size=32, epochs=EPOCHS)
    found = pretraining.Pretraining(pool(), NORMED, training).fit(1, "pretraining")
    yield "pretraining of arms", digest(*found.values())
    for arm, form in ARMS.items():
        made = stepping.build(form, arm)
        begun = made.start(2, found if form is NORMED else None)
        yield f"{arm} of an episode", digest(made.path(drawn(form), begun, RATE, [1, 3]).numpy())


def drawn(form: Form) -> Task:
    """Return episodes of noise; those of a regression ask for the sum of a row, bent."""
    if form.ways:
        return Task(*(one[:EPISODES] for one in comparing.drawn(form)))
    rng = seeds.generator(1, "descending")
    parts: list[tf.Tensor] = []
    for count in (form.shots, form.queries):
        x = rng.standard_normal((EPISODES, count, *form.shape))
        total = x[:, :, 0] + x[:, :, 1] + x[:, :, 2]
        parts += [tf.constant(x, tf.float32), tf.constant(total * np.abs(total), tf.float32)]
    return Task(*parts)


def pool() -> Pool:
    """Return pictures of noise, of as many classes as the first episodes do not have."""
    noise = seeds.generator(1, "pretraining").standard_normal((ROWS, *NORMED.shape))
    y = np.arange(ROWS, dtype=np.int32) % CLASSES
    shifted = (noise + 0.3 * y.reshape(-1, 1, 1, 1)).astype(np.float32)
    names = tuple(str(number) for number in range(CLASSES))
    return Pool(shifted, y, y, np.zeros_like(y), np.full_like(y, -1), names, NORMED.ways)
