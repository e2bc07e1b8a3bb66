"""Mult-VAE: a history, as what a few latent numbers with a prior make likely.

Shapes: U users, I items, M users of a batch, H hidden units, k latent numbers.
"""

from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from scipy import sparse

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.networks import products
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides
from trunkline.recommending.neural import (
    answering,
    hearing,
    noise,
    running,
    starting,
    taken,
)
from trunkline.recommending.neural.running import Numbers, Program
from trunkline.recommending.neural.starting import Weights
from trunkline.recommending.neural.taken import HistoryRows
from trunkline.settings.recommending.sequence_and_graph_models import MultiVae

BLOCK = 1024  # users scored at once


class Histories(NamedTuple):
    """Users as rows, and what a search may change without compiling anew."""

    lists: HistoryRows
    scale: tf.Tensor  # float32 [U], 1 / |x|, which is 1 / sqrt(items)
    dropout: tf.Tensor  # float32 scalar
    beta: tf.Tensor  # float32 scalar
    counted: tf.Tensor  # float32 [U], how often the divergence of a user counts
    rising: tf.Tensor  # float32 scalar, steps until beta is reached
    task_weight: tf.Tensor  # float32 [1]


def fit(
    pairs: Pairs,
    sides: Sides,
    options: MultiVae,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Make histories x likely, under what they are encoded as.

    With h = tanh(W1 d(x / |x|) + b1), d the dropout; [mu, log s^2] = W2 h + b2; z = mu + s e for a
    normal e; pi = softmax(W4 z + b4), or with tanh(W3 z + b3) for z if the decoder is `deep`; the
    loss of a user is

    `-sum_i x_i log pi_i + beta_t n KL(N(mu, s^2) || N(0, 1)) + l2 / 2 sum of all W^2`.

    n is the number of items of the history, as in RecVAE, whose first sum has as many terms: so the
    prior weighs alike for those who took much and those who took little; or 1, as in Mult-VAE.
    beta_t rises in a line from 0 to `beta`. Of held pairs, the likelihood per pair at z = mu, among
    the items that are not in the history, decides which epoch is kept.

    Args:
        pairs: of training.
        sides: not read.
        options: widths, dropout, beta, and how to train.
        seed: of the first weights, the order of users, dropout and e.
        epochs: exactly so many.
        held: pairs of the same users and items, for early stopping.

    Raises:
        Diverged: a loss or a weight is no number.

    References:
        Liang, Krishnan, Hoffman and Jebara, "Variational Autoencoders for Collaborative
        Filtering", WWW 2018, equations 2 and 6, and section 2.2.2 of beta; its decoder is the deep
        one. Shenbin, Alekseev, Tutubalina, Malykh and Nikolenko, "RecVAE: A New Variational
        Autoencoder for Top-N Recommendations with Implicit Feedback", WSDM 2020, section 3.4.
    """
    sizes = options.hidden, options.latent, options.decoder
    made, steps = _program(len(pairs.items), *sizes)
    steps.assign(0)
    rng = seeds.generator(seed, "recommending", "multi_vae", "start")
    fitted = running.run(
        made, _rows(pairs, held, options), taken.drawn_users(pairs, held), options,
        start=starting.dense(made.weights, rng), label="multi_vae", seed=seed, epochs=epochs,
    )  # fmt: skip
    return answering.counted(fitted, pairs)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return the logarithm of pi at z = mu, up to what a user's items share: float32 [n, I].

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count; -inf of those without any item that
            training had.
    """
    history = hearing.heard(arrays, asked.history)
    found = np.empty(history.shape, np.float32)
    for first in range(0, len(found), BLOCK):
        some = slice(first, first + BLOCK)
        found[some] = _logits(arrays, history[some])
    return hearing.only(found, arrays, history)


def _logits(arrays: Arrays, history: sparse.csr_array) -> np.ndarray:
    """Return the decoder's answer to what the encoder takes for the mean, [n, I]."""
    length = np.maximum(history.sum(axis=1), 1).astype(np.float32)[:, None]  # [n, 1]
    hidden = np.tanh(history @ arrays["W1"].T / np.sqrt(length) + arrays["b1"])  # [n, H]
    latent = len(arrays["b2"]) // 2
    last = hidden @ arrays["W2"][:latent].T + arrays["b2"][:latent]  # [n, k]
    if "W3" in arrays:
        last = np.tanh(last @ arrays["W3"].T + arrays["b3"])  # [n, H]
    return last @ arrays["W4"].T + arrays["b4"]


def _rows(pairs: Pairs, held: Pairs | None, options: MultiVae) -> Histories:
    """Return what batches are gathered from."""
    offered = np.bincount(pairs.item, minlength=len(pairs.items)) > 0
    lengths = np.diff(pairs.starts)
    steps = -(-np.count_nonzero(lengths) // options.batch_size)
    rising = max(1.0, options.annealing * steps)
    return Histories(
        taken.history_rows(pairs, held, Sides(), offered=offered, l2=options.l2),
        tf.constant(1 / np.sqrt(np.maximum(lengths, 1)), tf.float32),
        tf.constant(options.dropout, tf.float32),
        tf.constant(options.beta, tf.float32),
        tf.constant(
            lengths if options.divergence == "items" else np.ones_like(lengths), tf.float32
        ),
        tf.constant(rising, tf.float32),
        tf.ones(1),
    )


@lru_cache(maxsize=1)
def _program(items: int, hidden: int, latent: int, decoder: str) -> tuple[Program, tf.Variable]:
    """Return what trains models of this size, and the count of its steps."""
    deep = {"3": (hidden, latent), "4": (items, hidden)}
    layers = {"1": (hidden, items), "2": (2 * latent, hidden)}
    layers |= deep if decoder == "deep" else {"4": (items, latent)}
    made = running.weights(
        {f"W{layer}": shape for layer, shape in layers.items()}
        | {f"b{layer}": shape[:1] for layer, shape in layers.items()}
    )
    numbers, steps = Numbers(), tf.Variable(0, trainable=False, dtype=tf.int32)
    return running.compiled(made, partial(_losses, made, numbers, steps), numbers), steps


def _losses(  # what a program is made of, and what an epoch hands over
    made: Weights, numbers: Numbers, steps: tf.Variable, table: Histories, row: tf.Tensor,
    weight: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the losses of the users of a batch, and how many these are; of held pairs: [2, 1]."""
    users = row % table.scale.shape[0]
    had = taken.placed(table.lists, users) * table.lists.offered  # [M, I]
    given = had * tf.gather(table.scale, users)[:, None]
    if not training:
        mean, _ = encoded(made, given)
        return taken.softmax_loss(table.lists, row, weight, decoded(made, mean), training)
    first = numbers.of(row, training)
    mean, log_variance = encoded(made, noise.dropped(given, table.dropout, first))
    random = noise.normal(first + tf.constant(given.shape.num_elements(), tf.uint32), mean.shape)
    latent = mean + tf.exp(0.5 * log_variance) * random  # [M, k]
    likely = taken.softmax_loss(table.lists, row, weight, decoded(made, latent), training)
    share = tf.minimum(tf.cast(steps.assign_add(1), tf.float32) / table.rising, 1.0)
    counted = weight * tf.gather(table.counted, users)
    apart = tf.reduce_sum(counted * divergence(mean, log_variance))
    kernels = [weight.value for name, weight in made.items() if name.startswith("W")]
    squares = tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel in kernels])
    count = tf.reduce_sum(weight)
    joint = likely[0] + table.beta * share * apart + 0.5 * table.lists.l2 * squares * count
    return tf.stack([joint, count[None]])


def encoded(made: Weights, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return mu and log s^2 of histories [M, I]: [M, k] each."""
    mean, log_variance = tf.split(_dense(made, tf.tanh(_dense(made, rows, "1")), "2"), 2, axis=1)
    return mean, log_variance


def decoded(made: Weights, latent: tf.Tensor) -> tf.Tensor:
    """Return the logits of all items, [M, I]."""
    return _dense(made, tf.tanh(_dense(made, latent, "3")) if "W3" in made else latent, "4")


def _dense(made: Weights, rows: tf.Tensor, layer: str) -> tf.Tensor:
    return products.against(rows, made[f"W{layer}"].value) + made[f"b{layer}"].value


def divergence(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return KL(N(mu, s^2) || N(0, 1)) = sum (s^2 + mu^2 - 1 - log s^2) / 2 of each user, [M]."""
    terms = tf.exp(log_variance) + tf.square(mean) - 1.0 - log_variance
    return 0.5 * tf.reduce_sum(terms, 1)
