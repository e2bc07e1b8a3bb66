"""Each architecture on two tasks, as computed by hand, and what its formula promises."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from trunkline.networks import gates
from trunkline.networks import learner as learners
from trunkline.networks.branches import Architecture
from trunkline.networks.learner import Arrays, Learner
from trunkline.networks.sharing import (
    attention,
    cgc,
    cross_stitch,
    dselect_k,
    ltb,
    mmoe,
    ple,
    soft,
)
from trunkline.settings.sharing import (
    Attention,
    Cgc,
    CrossStitch,
    DselectK,
    Ltb,
    Mmoe,
    Ple,
    Soft,
)
from trunkline.settings.study import Network

X = np.float32([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0], [2.0, 1.0, 1.0], [-1.0, 0.3, 0.2]])
TWO = {"0": 1, "1": 2}
Layer = Callable[..., np.ndarray]


def built(
    sharing: Architecture, widths: tuple[int, ...] = (4, 3), **units: int
) -> tuple[Learner, Arrays]:
    """Return a learner of two tasks whose weights are all different from 0, and the weights."""
    learner = learners.build(Network(widths=widths), (3,), units or TWO, sharing=sharing)
    learner.initialise(1)
    rng = np.random.Generator(np.random.PCG64(4))
    moved = {name: a + rng.normal(0, 0.3, a.shape) for name, a in learner.arrays().items()}
    learner.load({name: array.astype(np.float32) for name, array in moved.items()})
    return learner, learner.arrays()


def says(learner: Learner, training: bool = False) -> list[np.ndarray]:
    """Return the representations of the rows X, a task after the other."""
    return [one.numpy() for one in learner.represent(tf.constant(X), training=training).values()]


def layer_of(arrays: Arrays) -> Layer:
    """Return relu(x W + b) with the weights of a layer that is named."""

    def layer(x: np.ndarray, name: str) -> np.ndarray:
        return np.maximum(x @ arrays[f"trunk/{name}/kernel"] + arrays[f"trunk/{name}/bias"], 0)

    return layer


def softmax(z: np.ndarray) -> np.ndarray:
    """Return exp(z) / sum exp(z) over the last axis."""
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def mixed(weights: np.ndarray, experts: list[np.ndarray]) -> np.ndarray:
    """Return sum_k w_k f_k of weights [B, K]."""
    return sum(weights[:, [k]] * expert for k, expert in enumerate(experts))


def near(found: list[np.ndarray], wanted: list[np.ndarray]) -> None:
    """Assert that two lists of representations agree."""
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_soft() -> None:
    """Each task has a trunk, h_t = f_t(x)."""
    learner, arrays = built(soft.build(Soft()))
    layer = layer_of(arrays)
    near(says(learner), [layer(layer(X, f"task_{t}_dense_0"), f"task_{t}_dense_1") for t in (0, 1)])


def test_distance_of_trunks() -> None:
    """By hand: kernels 1, 2 and 4 apart by 1, 3 and 2: mu (1 + 9 + 4); biases do not count."""
    learner, arrays = built(soft.build(Soft(mu=0.5)), (1,), a=1, b=1, c=1)
    for task, value in enumerate((1, 2, 4)):
        arrays[f"trunk/task_{task}_dense_0/kernel"] = np.float32([[0], [value], [0]])
    learner.load(arrays)
    assert float(learner.penalised(tf.constant(2.0))) == pytest.approx(2 + 0.5 * (1 + 9 + 4))


def test_distance_is_the_sum_over_pairs() -> None:
    """T times the squares about the mean are the squares between every two, over all layers."""
    learner, arrays = built(soft.build(Soft(mu=1.0)), a=1, b=1, c=1, d=1)
    total = sum(
        np.square(
            arrays[f"trunk/task_{t}_dense_{n}/kernel"] - arrays[f"trunk/task_{s}_dense_{n}/kernel"]
        ).sum()
        for n in (0, 1)
        for t in range(4)
        for s in range(t)
    )
    assert float(learner.penalised(tf.constant(0.0))) == pytest.approx(total, rel=1e-5)


def test_cross_stitch() -> None:
    """After each layer h_t = sum_s a_ts z_s, below the heads too."""
    learner, arrays = built(cross_stitch.build(CrossStitch(own=0.9)))
    layer, hidden = layer_of(arrays), [X, X]
    for n in (0, 1):
        z = [layer(hidden[t], f"task_{t}_dense_{n}") for t in (0, 1)]
        a = arrays[f"trunk/stitch_{n}/mixture"]
        hidden = [a[t, 0] * z[0] + a[t, 1] * z[1] for t in (0, 1)]
    near(says(learner), hidden)


def test_stitches_start_as_asked() -> None:
    """The diagonal starts at `own`, the other entries share the rest; the identity by default."""
    for options, wanted in (
        (CrossStitch(own=0.8), np.where(np.eye(3), 0.8, 0.1)),
        (CrossStitch(), np.eye(3)),
    ):
        learner = learners.build(
            Network(widths=(2,)), (3,), dict.fromkeys("abc", 1), sharing=cross_stitch.build(options)
        )
        learner.initialise(1)
        np.testing.assert_allclose(learner.arrays()["trunk/stitch_0/mixture"], wanted, rtol=1e-6)


def test_stitches_of_the_identity_are_separate_trunks() -> None:
    """Bit for bit what soft sharing says of the same weights."""
    stitched, arrays = built(cross_stitch.build(CrossStitch()))
    stitched.load({f"trunk/stitch_{n}/mixture": np.eye(2, dtype=np.float32) for n in (0, 1)})
    apart, _ = built(soft.build(Soft()))
    apart.load({name: array for name, array in arrays.items() if "stitch" not in name})
    for one, other in zip(says(stitched), says(apart), strict=True):
        np.testing.assert_array_equal(one, other)


def test_mmoe() -> None:
    """h_t = sum_k softmax(W_t x)_k f_k(x)."""
    learner, arrays = built(mmoe.build(Mmoe(experts=3)))
    layer = layer_of(arrays)
    experts = [layer(layer(X, f"expert_{k}_dense_0"), f"expert_{k}_dense_1") for k in range(3)]
    wanted = [mixed(softmax(X @ arrays[f"trunk/gate_{t}/kernel"]), experts) for t in (0, 1)]
    near(says(learner), wanted)


def test_cgc() -> None:
    """A gate chooses among the task's own experts, then the shared ones."""
    learner, arrays = built(cgc.build(Cgc(shared=2, own=1)))
    layer = layer_of(arrays)

    def expert(name: str) -> np.ndarray:
        return layer(layer(X, f"{name}_dense_0"), f"{name}_dense_1")

    wanted = [
        mixed(
            softmax(X @ arrays[f"trunk/gate_{t}/kernel"]),
            [expert(f"own_{t}_0"), expert("shared_0"), expert("shared_1")],
        )
        for t in (0, 1)
    ]
    near(says(learner), wanted)


def test_ple() -> None:
    """Two levels: the shared gate of the first chooses among all experts."""
    learner, arrays = built(ple.build(Ple(shared=1, own=1)))
    layer = layer_of(arrays)

    def gate(x: np.ndarray, name: str) -> np.ndarray:
        return softmax(x @ arrays[f"trunk/{name}/kernel"])

    own, shared = [layer(X, f"own_{t}_0_dense_0") for t in (0, 1)], layer(X, "shared_0_dense_0")
    of_tasks = [mixed(gate(X, f"gate_{t}_level_0"), [own[t], shared]) for t in (0, 1)]
    of_all = mixed(gate(X, "gate_shared_level_0"), [*own, shared])
    shared = layer(of_all, "shared_0_dense_1")
    wanted = [
        mixed(gate(x, f"gate_{t}"), [layer(x, f"own_{t}_0_dense_1"), shared])
        for t, x in enumerate(of_tasks)
    ]
    near(says(learner), wanted)


def test_ple_of_one_layer_is_cgc() -> None:
    """The same weights by the same names, and the same bits."""
    first, arrays = built(ple.build(Ple(shared=2, own=2)), (4,))
    second, _ = built(cgc.build(Cgc(shared=2, own=2)), (4,))
    second.load(arrays, whole=True)
    for one, other in zip(says(first), says(second), strict=True):
        np.testing.assert_array_equal(one, other)


def test_dselect_k() -> None:
    """h_t = sum_i q_i f_i, q by the bits of i; z of one half a step and of a quarter."""
    learner, arrays = built(dselect_k.build(DselectK(experts=4, k=2)))
    layer = layer_of(arrays)
    experts = [layer(layer(X, f"expert_{k}_dense_0"), f"expert_{k}_dense_1") for k in range(4)]
    arrays["trunk/select_0/code"] = np.float32([[0.5, -0.7], [0.25, 0.0]])
    arrays["trunk/select_0/share"] = np.float32([0.0, np.log(3)])
    learner.load(arrays)
    # z = (1/2, -0.7) is expert 1 alone; S(1/4) = 27/32, S(0) = 1/2; shares 1/4 and 3/4.
    second = np.array([5 / 64, 27 / 64, 5 / 64, 27 / 64])
    q = 0.25 * np.array([0, 1, 0, 0]) + 0.75 * second
    near(says(learner)[:1], [sum(w * f for w, f in zip(q, experts, strict=True))])


def test_dselect_k_drives_selections_to_one_expert() -> None:
    """The loss gains lambda times the entropies: log 4 for no choice at all, 0 for one expert."""
    learner, arrays = built(dselect_k.build(DselectK(experts=4, k=1, entropy=0.5)))
    for task, code in enumerate(([[0.0, 0.0]], [[9.0, -9.0]])):
        arrays[f"trunk/select_{task}/code"] = np.float32(code)
    learner.load(arrays)
    found = float(learner.penalised(tf.constant(0.0)))
    assert found == pytest.approx(0.5 * np.log(4), rel=1e-4)


def test_attention() -> None:
    """A mask between 0 and 1 on each layer, which reads the layer and the masked one below."""
    learner, arrays = built(attention.build(Attention(units=5)))
    layer, shared, masked = layer_of(arrays), X, [X, X]
    for n in (0, 1):
        shared = layer(shared, f"dense_{n}")
        for t in (0, 1):
            reads = np.concatenate([shared, masked[t]], 1) if n else shared
            hidden = layer(reads, f"mask_{t}_{n}_hidden")
            name = f"trunk/mask_{t}_{n}"
            mask = 1 / (1 + np.exp(-(hidden @ arrays[f"{name}/kernel"] + arrays[f"{name}/bias"])))
            masked[t] = mask * shared
    near(says(learner), masked)


def test_open_masks_are_hard_sharing() -> None:
    """With masks of 1 each task reads the trunk that hard sharing has by the same names."""
    learner, arrays = built(attention.build(Attention()))
    opened = {
        n: np.full_like(a, 99) for n, a in arrays.items() if n.endswith(("_0/bias", "_1/bias"))
    }
    learner.load({name: array for name, array in opened.items() if "mask" in name})
    learner.load({n: np.zeros_like(a) for n, a in arrays.items() if "mask" in n and "kernel" in n})
    hard = learners.build(Network(widths=(4, 3)), (3,), TWO)
    hard.load({name: arrays[name] for name in hard.shapes()}, whole=True)
    near(says(learner), says(hard))


def test_ltb() -> None:
    """Outside training each node reads the parent with the largest logit."""
    learner, arrays = built(ltb.build(Ltb(nodes=3)))
    arrays["trunk/branch_0/branch"] = np.float32([[0, 1, 0], [0, 0, 2], [0, 1, 1]])
    arrays["trunk/branch_1/branch"] = np.float32([[0, 0, 1], [3, 0, 0]])
    learner.load(arrays)
    layer = layer_of(arrays)
    low = [layer(X, f"node_{n}_dense_0") for n in range(3)]
    near(says(learner), [layer(low[1], "node_2_dense_1"), layer(low[1], "node_0_dense_1")])


def test_ltb_while_training_mixes_by_what_it_draws() -> None:
    """With logits that leave no doubt it is the tree it is outside training."""
    learner, arrays = built(ltb.build(Ltb()))
    for n in (0, 1):
        arrays[f"trunk/branch_{n}/branch"] = np.float32([[0, 900], [900, 0]])
    learner.load(arrays)
    learner.restart_dropout(5)
    near(says(learner, training=True), says(learner))


def test_gumbel_noise_draws_by_the_softmax() -> None:
    """Of 6,000 children of logits log 1, log 2, log 3, a sixth, a third, a half choose each."""
    branch = ltb.Branch(6000, Ltb(temperature=0.1), name="b")
    branch.build([(None, 2)] * 3)
    branch.branch.assign(np.tile(np.log([1.0, 2.0, 3.0]), (6000, 1)))
    branch.restart(7)
    found = branch.choices(training=True).numpy()
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-5)
    shares = np.bincount(found.argmax(1), minlength=3) / 6000
    np.testing.assert_allclose(shares, [1 / 6, 1 / 3, 1 / 2], atol=0.02)


def test_draws_depend_on_seed_and_step() -> None:
    """A restart begins the same stream again; the next step draws other numbers."""
    branch = ltb.Branch(2, Ltb(), name="b")
    branch.build([(None, 2)] * 3)

    def drawn(seed: int) -> list[np.ndarray]:
        branch.restart(seed)
        return [branch.choices(training=True).numpy() for _ in range(2)]

    first, again, other = drawn(3), drawn(3), drawn(4)
    np.testing.assert_array_equal(first, again)
    assert (first[0] != first[1]).all()
    assert (first[0] != other[0]).all()


def test_temperature_halves_down_to_the_floor() -> None:
    """5 at the start, half of it after `half_life` steps, and never below the floor."""
    branch = ltb.Branch(1, Ltb(half_life=2, floor=1.0), name="b")
    branch.build([(None, 2)])
    found = []
    for _ in range(8):
        found.append(float(branch.temperature()))
        branch.choices(training=True)
    assert found == pytest.approx([5 / 2 ** (step / 2) for step in range(5)] + [1.0] * 3, rel=1e-5)


@settings(deadline=None, max_examples=50)
@given(numpy_strategies.arrays(np.float32, (3, 4), elements=st.floats(-200, 200, width=32)))
def test_gates_are_on_the_simplex(logits: np.ndarray) -> None:
    """Weights are not negative and sum to 1, whatever the logits."""
    found = gates.softmax(tf.constant(logits)).numpy()
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(-1), 1, rtol=1e-5)


@settings(deadline=None, max_examples=50)
@given(numpy_strategies.arrays(np.float32, (2, 3), elements=st.floats(-1, 1, width=32)))
def test_selections_are_on_the_simplex(code: np.ndarray) -> None:
    """Of 8 experts, and at most k are selected where no step is inside its width."""
    select = dselect_k.Select(2, 1.0, name="s")
    select.build([(None, 2)] * 8)
    select.code.assign(code)
    select.share.assign([0.3, -0.4])
    found = select.weights_of_experts().numpy()
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1, rel=1e-5)
    if (np.abs(code) >= 0.5).all():
        assert (found > 0).sum() <= 2


def test_smooth_step() -> None:
    """0 and 1 outside its width, 1/2 in the middle, with a slope of 0 at both ends."""
    t = tf.constant([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(t)
        step = dselect_k.smooth_step(t, 2.0)
    np.testing.assert_allclose(step, [0, 0, 5 / 32, 0.5, 27 / 32, 1, 1], atol=1e-6)
    np.testing.assert_allclose(
        tape.gradient(step, t), [0, 0, 9 / 16, 3 / 4, 9 / 16, 0, 0], atol=1e-6
    )


def test_gradient_of_the_entropy() -> None:
    """The gradient that is written out is that of -r log(r + 1e-6)."""
    shares = tf.constant([0.0, 0.1, 0.5, 1.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(shares)
        ours = dselect_k.entropy(shares)
        plain = -shares * tf.math.log(shares + 1e-6)
    np.testing.assert_allclose(ours, plain, rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(ours, shares), tape.gradient(plain, shares), rtol=1e-5)


@pytest.mark.parametrize(
    "sharing",
    [
        soft.build(Soft()),
        cross_stitch.build(CrossStitch()),
        mmoe.build(Mmoe(experts=1)),
        ltb.build(Ltb()),
    ],
    ids=["soft", "cross_stitch", "mmoe of one expert", "ltb"],
)
@pytest.mark.parametrize("training", [False, True])
def test_one_task_is_the_plain_network(sharing: Architecture, training: bool) -> None:
    """Bit for bit, with the weights of the plain network."""
    learner, _ = built(sharing, a=1)
    hard = learners.build(Network(widths=(4, 3)), (3,), {"a": 1})
    hard.initialise(2)
    plain = hard.arrays()
    for name in learner.shapes():
        origin = re.sub(r"(task|expert|node)_0_", "", name)
        if origin in plain:
            learner.load({name: plain[origin]})
    if any(name.endswith("mixture") for name in learner.shapes()):
        learner.load({f"trunk/stitch_{n}/mixture": np.ones((1, 1), np.float32) for n in (0, 1)})
    np.testing.assert_array_equal(says(learner, training)[0], says(hard)[0])
