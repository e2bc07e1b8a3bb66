"""Two epochs of each model, of one step each, followed by hand in NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from tests.recommending.neural import markets
from trunkline.determinism import seeds
from trunkline.recommending.model import Sides
from trunkline.recommending.neural import dot_mlp, drawing, mf_bpr, neumf, two_tower
from trunkline.settings.recommending.neural_models import DotMlp, MfBpr, NeuMf, TwoTower

MATRIX = np.array([[1, 1, 1, 0], [1, 0, 1, 1], [0, 1, 1, 1]], float)  # each user lacks one item
FEATURES = np.array([[1, 0.5], [-1, 0.3], [0.2, -0.7]], np.float32)
PAIRS, SEED, RATE, L2 = markets.pairs(MATRIX), 3, 0.05, 0.9
COUNT = len(PAIRS.user)
SIZE = 4  # of vectors
QUICK = {"learning_rate": RATE, "epochs": 2}


def vectors(model, name, *shape):
    """Return vectors as a model draws them first."""
    return 0.1 * seeds.generator(SEED, "recommending", model, name).standard_normal(
        shape, np.float32
    ).astype(float)  # fmt: skip


def kernel(model, name, *shape):
    """Return a kernel as a model draws it first."""
    limit = np.sqrt(6 / sum(shape))
    return seeds.generator(SEED, "recommending", model, name).uniform(-limit, limit, shape)


def followed(weights, slopes_of):
    """Return the losses of two epochs; change the weights."""
    losses, moments = [], {}
    for step in (1, 2):
        loss, slopes = slopes_of(weights, step)
        losses.append(loss)
        markets.adam(weights, slopes, moments, step, RATE)
    return losses


def compare(fitted, weights, losses):
    """Find the same losses and weights."""
    np.testing.assert_allclose(fitted.curve[:, 0], losses, rtol=1e-4)
    for name, values in weights.items():
        np.testing.assert_allclose(fitted.arrays[name], values, rtol=2e-3, atol=2e-4, err_msg=name)


def ridge(weights, slopes, loss):
    """Add lambda / 2 |theta|^2 / n to a loss, and its slopes to those of a sum over pairs."""
    loss += L2 / 2 * sum((values**2).sum() for values in weights.values())
    return loss / COUNT, {
        name: (slopes[name] + L2 * values) / COUNT for name, values in weights.items()
    }


def softmax_slopes(logits):
    """Return the summed log loss of all pairs under a softmax over all items, and its slope."""
    shares = markets.softmax(logits)
    return -(MATRIX * np.log(shares)).sum(), MATRIX.sum(1)[:, None] * shares - MATRIX


def test_two_towers_among_all_items():
    """Without features they are factors: softmax minus the items that users have, and a ridge."""
    options = TwoTower(size=SIZE, l2=L2, batch_size=5, **QUICK)
    made = two_tower.fit(PAIRS, Sides(), options, seed=SEED)
    weights = {
        "users": vectors("two_tower", "users", 3, SIZE), "items": np.zeros((4, SIZE)),
        "bias": np.zeros(4),
    }  # fmt: skip

    def slopes(now, step):
        loss, error = softmax_slopes(now["users"] @ now["items"].T + now["bias"])
        found = {
            "users": error @ now["items"], "items": error.T @ now["users"], "bias": error.sum(0)
        }  # fmt: skip
        return ridge(now, found, loss)

    compare(made, weights, followed(weights, slopes))


def test_two_towers_within_a_batch():
    """Scores less the logarithm of popularity; other pairs of the same item are no rivals."""
    options = TwoTower(
        size=SIZE, l2=L2, batch_size=COUNT, softmax="in_batch", temperature=0.5, **QUICK
    )
    made = two_tower.fit(PAIRS, Sides(), options, seed=SEED)
    weights = {
        "users": vectors("two_tower", "users", 3, SIZE), "items": np.zeros((4, SIZE)),
        "bias": np.zeros(4),
    }  # fmt: skip
    user, item = PAIRS.user, PAIRS.item
    chance = np.log(MATRIX.sum(0) / COUNT)[item]
    hits = (item[:, None] == item) & ~np.eye(COUNT, dtype=bool)

    def slopes(now, step):
        logits = 2 * (now["users"][user] @ now["items"][item].T + now["bias"][item]) - chance
        shares = markets.softmax(np.where(hits, -np.inf, logits))
        error = 2 * (shares - np.eye(COUNT))
        found = {name: np.zeros_like(values) for name, values in now.items()}
        np.add.at(found["users"], user, error @ now["items"][item])
        np.add.at(found["items"], item, error.T @ now["users"][user])
        np.add.at(found["bias"], item, error.sum(0))
        return ridge(now, found, -np.log(np.diag(shares)).sum())

    compare(made, weights, followed(weights, slopes))


def test_a_network_of_features():
    """One hidden layer, then a softmax over all items."""
    options = DotMlp(widths=(SIZE,), l2=L2, batch_size=5, **QUICK)
    made = dot_mlp.fit(PAIRS, Sides(users=FEATURES), options, seed=SEED)
    weights = {
        "hidden/kernel_0": kernel("dot_mlp", "hidden/kernel_0", 2, SIZE),
        "hidden/bias_0": np.zeros(SIZE), "items": np.zeros((4, SIZE)), "bias": np.zeros(4),
    }  # fmt: skip

    def slopes(now, step):
        before = FEATURES @ now["hidden/kernel_0"] + now["hidden/bias_0"]
        hidden = np.maximum(before, 0)
        loss, error = softmax_slopes(hidden @ now["items"].T + now["bias"])
        back = error @ now["items"] * (before > 0)
        found = {
            "hidden/kernel_0": FEATURES.T @ back, "hidden/bias_0": back.sum(0),
            "items": error.T @ hidden, "bias": error.sum(0),
        }  # fmt: skip
        return ridge(now, found, loss)

    compare(made, weights, followed(weights, slopes))


def test_bpr():
    """Each user lacks one item: all draws that count are of it, whatever comes by chance."""
    options = MfBpr(factors=SIZE, l2=L2, negatives=60, batch_size=5, **QUICK)
    made = mf_bpr.fit(PAIRS, Sides(), options, seed=SEED)
    weights = {
        "users": vectors("mf_bpr", "users", 3, SIZE), "items": np.zeros((4, SIZE)),
        "bias": np.zeros(4),
    }  # fmt: skip
    user, item = PAIRS.user, PAIRS.item
    lacked = np.argmin(MATRIX, axis=1)[user]
    of_items = MATRIX.sum(0) / COUNT + 1 / 4  # as an item of a pair, and as one that is drawn

    def slopes(now, step):
        own, gap = now["users"][user], now["items"][item] - now["items"][lacked]
        difference = (own * gap).sum(1) + now["bias"][item] - now["bias"][lacked]
        pull = -1 / (1 + np.exp(difference)) / COUNT
        loss = np.log1p(np.exp(-difference)).mean()
        ridges = {"users": np.full(3, 1 / 3)[:, None], "items": of_items[:, None], "bias": of_items}
        found = {name: L2 * ridges[name] * values for name, values in now.items()}
        loss += sum((L2 / 2 * ridges[name] * values**2).sum() for name, values in now.items())
        np.add.at(found["users"], user, pull[:, None] * gap)
        for places, sign in ((item, 1), (lacked, -1)):
            np.add.at(found["items"], places, sign * pull[:, None] * own)
            np.add.at(found["bias"], places, sign * pull)
        return loss, found

    compare(made, weights, followed(weights, slopes))


@pytest.fixture(scope="module")
def drawn():
    """Return the pairs of both epochs in their order, and what is drawn for each: [2, n, 1 + N]."""
    order = seeds.generator(SEED, "recommending", "neumf", "order").permuted(
        np.tile(np.arange(COUNT), (2, 1)), axis=1
    )
    first = seeds.derive(SEED, "recommending", "neumf", "draws") % 2**31
    table = drawing.chances(np.ones(4))
    items = [
        drawing.draw(table, tf.constant(first + each, tf.uint32), (COUNT, 2)).numpy()
        for each in (0, 2_000_003)
    ]
    return order, np.concatenate([PAIRS.item[order][..., None], items], -1)


def test_neumf(drawn):
    """A product and one hidden layer, fused; draws of items that the user has do not count."""
    options = NeuMf(factors=2, widths=(3,), l2=L2, negatives=2, batch_size=COUNT, **QUICK)
    made = neumf.fit(PAIRS, Sides(), options, seed=SEED)
    weights = {
        "users": vectors("neumf", "users", 3, 4), "items": vectors("neumf", "items", 4, 4),
        "network/kernel_0": kernel("neumf", "network/kernel_0", 4, 3),
        "network/bias_0": np.zeros(3),
        "fusion/kernel_0": kernel("neumf", "fusion/kernel_0", 5, 1), "fusion/bias_0": np.zeros(1),
    }  # fmt: skip
    label = np.array([1, 0, 0])

    def slopes(now, step):
        user, item = PAIRS.user[drawn[0][step - 1]][:, None], drawn[1][step - 1]  # [n, 3]
        counts = np.where(label > 0, 1, 1 - MATRIX[user, item]) / (3 * COUNT)
        own, other = now["users"][user] + np.zeros((1, 3, 1)), now["items"][item]
        read = np.concatenate([own[..., 2:], other[..., 2:]], -1)
        before = read @ now["network/kernel_0"] + now["network/bias_0"]
        fused = np.concatenate([own[..., :2] * other[..., :2], np.maximum(before, 0)], -1)
        logit = fused @ now["fusion/kernel_0"][:, 0] + now["fusion/bias_0"]
        loss = np.log1p(np.exp(logit)) - label * logit
        loss = counts * (loss + L2 / 2 * ((own**2).sum(-1) + (other**2).sum(-1)))
        error = counts * (1 / (1 + np.exp(-logit)) - label)
        back = error[..., None] * now["fusion/kernel_0"][:, 0]
        layer = back[..., 2:] * (before > 0)
        to_read = layer @ now["network/kernel_0"].T
        found = {name: np.zeros_like(values) for name, values in now.items()}
        for name, place, mine, its, part in (
            ("users", user, own, other, to_read[..., :2]),
            ("items", item, other, own, to_read[..., 2:]),
        ):
            slope = np.concatenate([back[..., :2] * its[..., :2], part], -1)
            slope += L2 * counts[..., None] * mine
            np.add.at(found[name], np.broadcast_to(place, item.shape), slope)
        found["network/kernel_0"] = np.einsum("bni,bnj->ij", read, layer)
        found["network/bias_0"] = layer.sum((0, 1))
        found["fusion/kernel_0"] = np.einsum("bni,bn->i", fused, error)[:, None]
        found["fusion/bias_0"] = np.array([error.sum()])
        return loss.sum(), found

    compare(made, weights, followed(weights, slopes))
