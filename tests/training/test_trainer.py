"""Fits: nothing from nothing, the same from the same, and what a plain loop gives."""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.networks.learner import Arrays
from trunkline.objectives.losses import OBJECTIVES
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, joint_losses
from trunkline.training.batches import Table
from trunkline.training.trainer import Fit, Trainer
from trunkline.training.tuned import Tuned

Make = Callable[..., Trainer]
Tables = Callable[..., Table]
Draws = Callable[..., Draw]
BATCH_NORM = Network(widths=(7,), batch_norm=True)
NOISY = Network(widths=(7,), dropout=0.3, batch_norm=True, activation="tanh")


def fit(trainer: Trainer, table: Table, draw: Draw, **options: object) -> Fit:
    """Return the fit of a trainer under a fixed seed and label."""
    return trainer.fit(table, draw, **{"seed": 1, "label": "a run", **options})  # type: ignore[arg-type]  # options by name


def same(one: Arrays, other: Arrays, part: str = "") -> None:
    """Assert that weights whose names begin with `part` have the same bits."""
    assert one.keys() == other.keys()
    for name in one:
        if name.startswith(part):
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def near(one: Arrays, other: Arrays, atol: float = 2e-6) -> None:
    """Assert that weights agree up to rounding."""
    for name in one:
        np.testing.assert_allclose(one[name], other[name], atol=atol, rtol=1e-5, err_msg=name)


def plain_loop(trainer: Trainer, table: Table, draw: Draw, training: Training) -> None:
    """Train by eager TensorFlow and a fresh Keras optimizer, batch by batch, on real rows only."""
    learner = trainer.learner
    optimizer = keras.optimizers.get(training.optimizer)
    variables = [*learner.trunk.trainable_variables]
    variables += [v for head in learner.heads.values() for v in head.trainable_variables]
    steps = -(-draw.train.size // training.batch_size)
    rates = courses.rates(training, steps=steps * training.epochs, rate=training.learning_rate)
    rng = seeds.generator(1, "order")
    orders = rng.permuted(np.tile(draw.train, (training.epochs, 1)), axis=1)
    for number, rate in enumerate(rates):
        epoch, step = divmod(number, steps)
        rows = orders[epoch][step * training.batch_size : (step + 1) * training.batch_size]
        with tf.GradientTape() as tape:
            hidden = learner.trunk(tf.gather(table.x, rows), training=True)
            loss = tf.constant(0.0)
            for place, (task, head) in enumerate(learner.heads.items()):
                kind = {"0": "multiclass", "1": "regression", "2": "binary"}[task]
                y = tf.gather(table.y[place], rows)
                loss += table.task_weight[place] * tf.reduce_mean(OBJECTIVES[kind](y, head(hidden)))
            objective = loss + joint_losses.shared_penalty(learner.trunk, trainer._network.l2)
        gradients = tape.gradient(objective, [v.value for v in variables])
        optimizer.learning_rate = rate
        optimizer.apply(gradients, variables)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "adamw"])
def test_learning_rate_0_changes_nothing(
    make_trainer: Make, make_table: Tables, make_draw: Draws, optimizer: str
) -> None:
    """With a rate of 0 every weight keeps each bit."""
    trainer = make_trainer("0", "1", optimizer=optimizer)
    before = trainer.learner.arrays()
    fit(trainer, make_table("0", "1"), make_draw(), rate=0.0)
    same(before, trainer.learner.arrays())


def test_same_seed_same_bytes(make_trainer: Make, make_table: Tables, make_draw: Draws) -> None:
    """A run repeats bit for bit: in the same trainer after others, and in a new one."""
    options = {"network": NOISY, "jit": True, "optimizer": "sgd"}
    first, table, draw = make_trainer(**options), make_table(), make_draw()
    curve = fit(first, table, draw).curve
    weights = first.learner.arrays()
    fit(first, table, make_draw(10, 3), seed=9)
    for trainer in (first, make_trainer(**options, fresh=True)):
        trainer.learner.initialise(3)
        np.testing.assert_array_equal(fit(trainer, table, draw).curve, curve)
        same(trainer.learner.arrays(), weights)


def test_another_seed_another_order(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """The seed of a fit decides the order of rows, so other weights come out."""
    trainer = make_trainer()
    curves = []
    for seed in (1, 2):
        trainer.learner.initialise(3)
        curves.append(fit(trainer, make_table(), make_draw(), seed=seed).curve)
    assert (curves[0] != curves[1]).any()


@pytest.mark.parametrize(
    ("task", "bound"), [("0", 0.01), ("1", 1e-3), ("2", 0.01)], ids=["classes", "value", "binary"]
)
def test_one_batch_can_be_overfitted(
    make_trainer: Make, make_table: Tables, make_draw: Draws, task: str, bound: float
) -> None:
    """Eight rows are learned by heart."""
    trainer = make_trainer(task, network=Network(widths=(32,)), epochs=150)
    assert fit(trainer, make_table(task), make_draw(8, 0)).curve[-1, 0] < bound


@pytest.mark.parametrize(
    ("tasks", "network", "training"),
    [
        (("0",), Network(widths=(7,)), {"optimizer": "adam"}),
        (("1",), Network(widths=(7, 4), activation="tanh"), {"optimizer": "sgd"}),
        (("2",), Network(widths=(7,)), {"optimizer": "adamw", "schedule": "cosine"}),
        (("0",), Network(widths=(7,), l2=0.05), {"optimizer": "adamw", "warmup": 0.3}),
        (("0", "1", "2"), Network(widths=(7,), l2=0.01), {"optimizer": "adam"}),
        (("0",), Network(trunk="conv", widths=(3, 4)), {"optimizer": "adam"}),
    ],
)
def test_agrees_with_a_plain_loop(
    make_trainer: Make,
    make_table: Tables,
    make_draw: Draws,
    tasks: tuple[str, ...],
    network: Network,
    training: dict[str, object],
) -> None:
    """A few epochs give the weights that eager TensorFlow and Keras's optimizers give."""
    shape = (6, 6, 1) if network.trunk == "conv" else (5,)
    settings = Training(**{"learning_rate": 0.01, "batch_size": 8, "epochs": 3, **training})  # type: ignore[arg-type]  # a row of the table
    ours, theirs = (
        make_trainer(
            *tasks, network=network, shape=shape, jit=tasks == ("2",), fresh=fresh, **vars(settings)
        )
        for fresh in (False, True)
    )
    table = make_table(*tasks, weights=(1.0, 0.5, 2.0)[: len(tasks)], shape=shape)
    draw = make_draw(21, 0)  # the last batch is padded
    fit(ours, table, draw)
    plain_loop(theirs, table, draw, settings)
    near(ours.learner.arrays(), theirs.learner.arrays(), atol=2e-5)


def test_agrees_with_keras_fit(make_trainer: Make, make_table: Tables, make_draw: Draws) -> None:
    """Full batches give the weights of `keras.Model.fit`."""
    trainer, table = make_trainer(batch_size=24, epochs=5), make_table()
    inputs = keras.Input((5,))
    hidden = keras.layers.Dense(7, activation="relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3)(hidden))
    names = [
        f"{layer}/{name}"
        for layer in ("trunk/dense_0", "head/0/dense")
        for name in ("kernel", "bias")
    ]
    model.set_weights([trainer.learner.arrays()[name] for name in names])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05), loss)
    history = model.fit(
        table.x.numpy(), table.y[0].numpy(), batch_size=24, epochs=5, shuffle=False, verbose=0
    )
    curve = fit(trainer, table, make_draw(24, 0)).curve
    np.testing.assert_allclose(curve[:, 0], history.history["loss"], rtol=1e-5)
    for name, weight in zip(names, model.get_weights(), strict=True):
        np.testing.assert_allclose(trainer.learner.arrays()[name], weight, atol=2e-5)


def test_rows_of_weight_0_are_absent(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """A row without a label changes no weight, whatever stands in its features."""
    table = make_table()
    weight = np.ones((1, 24), np.float32)
    weight[0, :3] = 0
    x = table.x.numpy()
    x[:3] = 77
    arrays = []
    tables = [
        table._replace(weight=tf.constant(weight)),
        table._replace(weight=tf.constant(weight), x=tf.constant(x)),
        table,
    ]
    draws = [
        make_draw(24, 0),
        make_draw(24, 0),
        Draw(np.arange(3, 24, dtype=np.int32), make_draw(24, 0).held),
    ]
    for given, draw in zip(tables, draws, strict=True):
        trainer = make_trainer(batch_size=24)
        fit(trainer, given, draw)
        arrays.append(trainer.learner.arrays())
    same(arrays[0], arrays[1])
    near(arrays[0], arrays[2], atol=1e-5)


def test_a_table_may_hold_other_rows(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Rows that were not drawn leave no trace, with batch normalisation and padding as well."""
    table = make_table()
    x = table.x.numpy()
    x[0] = x[20:] = 1e3
    draw = Draw(np.arange(1, 14, dtype=np.int32), np.arange(14, 20, dtype=np.int32))
    arrays = []
    for given in (table, table._replace(x=tf.constant(x))):
        trainer = make_trainer(network=BATCH_NORM)
        fit(trainer, given, draw)
        arrays.append(trainer.learner.arrays())
    same(*arrays)


def test_several_calls_equal_one(make_trainer: Make, make_table: Tables, make_draw: Draws) -> None:
    """However many epochs a call runs, curve and weights are the same bits."""
    results = []
    for call in (1, 4, None):
        trainer = make_trainer(call=call, network=Network(widths=(7,), dropout=0.2))
        results.append((fit(trainer, make_table(), make_draw()), trainer.learner.arrays()))
    for found, arrays in results[1:]:
        np.testing.assert_array_equal(found.curve, results[0][0].curve)
        same(arrays, results[0][1])


def test_early_stopping_keeps_the_best_epoch(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """A run ends `patience` epochs after its best one, and leaves that epoch's weights."""
    options = {"learning_rate": 0.3, "epochs": 60, "patience": 4}
    trainer = make_trainer(**options)
    done = fit(trainer, make_table(), make_draw())
    kept = trainer.learner.arrays()
    least, best = np.inf, 0
    for epoch, loss in enumerate(done.curve[:, 1], start=1):  # the rule, restated
        least, best = (loss, epoch) if loss < least else (least, best)
        assert (epoch - best >= 4) == (epoch == len(done.curve))
    assert done.best_epoch == best
    assert 1 < best < 56
    fit(make_trainer(**options), make_table(), make_draw(held=0), epochs=best)
    same(kept, trainer.learner.arrays())


def test_validation_loss_is_of_the_kept_weights(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """The least validation loss is what the returned weights cost on the held rows."""
    trainer, table = make_trainer(epochs=20, learning_rate=0.3), make_table()
    done = fit(trainer, table, make_draw())
    held = slice(18, 24)
    logits = trainer.learner.heads["0"](trainer.learner.trunk(table.x[held]))
    loss = np.mean(OBJECTIVES["multiclass"](table.y[0, held], logits))
    np.testing.assert_allclose(done.curve[done.best_epoch - 1, 1], loss, rtol=1e-5)
    assert done.held


def test_without_held_rows_the_last_weights_stay(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """With nothing held all epochs run, the last is the best and no validation loss is told."""
    done = fit(make_trainer(patience=1, learning_rate=0.3), make_table(), make_draw(held=0))
    assert (len(done.curve), done.best_epoch, done.held) == (6, 6, False)
    assert np.isnan(done.curve[:, 1]).all()
    assert np.isfinite(done.curve[:, 0]).all()


@pytest.mark.parametrize("network", [BATCH_NORM, Network(widths=(7,), dropout=0.4, l2=0.1)])
def test_training_heads_leaves_the_trunk(
    make_trainer: Make, make_table: Tables, make_draw: Draws, network: Network
) -> None:
    """While heads train, the trunk keeps each bit, moments included, and drops nothing."""
    trainer = make_trainer(network=network)
    before = trainer.learner.arrays()
    done = fit(trainer, make_table(), make_draw(24, 0), part="heads", epochs=1)
    after = trainer.learner.arrays()
    same(before, after, "trunk/")
    assert (before["head/0/dense/kernel"] != after["head/0/dense/kernel"]).any()
    assert len(done.curve) == 1


def test_training_weights_leaves_the_moments(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """`weights` trains the products but keeps batch normalisation; `everything` moves it too."""
    trainer = make_trainer(network=BATCH_NORM)
    before = trainer.learner.arrays()
    fit(trainer, make_table(), make_draw(), part="weights")
    after = trainer.learner.arrays()
    same(before, after, "trunk/norm_0")
    assert (before["trunk/dense_0/kernel"] != after["trunk/dense_0/kernel"]).any()
    fit(trainer, make_table(), make_draw())
    assert (trainer.learner.arrays()["trunk/norm_0/moving_mean"] != 0).all()


def test_dropout_of_kept_moments_starts_anew(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """What the network with kept moments trained before does not show in the next run."""
    network = Network(widths=(7,), batch_norm=True, dropout=0.5)
    arrays = []
    for before in (0, 1):
        trainer = make_trainer(network=network)
        for _ in range(before):
            fit(trainer, make_table(), make_draw(), part="weights", seed=8)
        trainer.learner.initialise(3)
        fit(trainer, make_table(), make_draw(), part="weights")
        arrays.append(trainer.learner.arrays())
    same(*arrays)


def test_the_loss_of_one_task_is_weighted(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """With one task the joint loss is its mean loss, times the weight of the task."""
    curves = []
    for weight in (1.0, 2.0):
        table = make_table("0", weights=(weight,))
        trainer = make_trainer()
        curves.append(fit(trainer, table, make_draw(16, 8), epochs=1, rate=0.0).curve[0])
    logits = trainer.learner.heads["0"](trainer.learner.trunk(table.x))
    loss = OBJECTIVES["multiclass"](table.y[0], logits).numpy()
    np.testing.assert_allclose(curves[0], [loss[:16].mean(), loss[16:].mean()], rtol=1e-6)
    np.testing.assert_array_equal(2 * curves[0], curves[1])


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_task_of_weight_0_is_absent(
    make_trainer: Make, make_table: Tables, make_draw: Draws, optimizer: str
) -> None:
    """A task of weight 0 leaves the trunk, the other head and its own as without it."""
    joint, alone = (
        make_trainer("0", "1", optimizer=optimizer),
        make_trainer("0", optimizer=optimizer),
    )
    start = joint.learner.arrays()
    fit(joint, make_table("0", "1", weights=(1.0, 0.0)), make_draw())
    fit(alone, make_table("0"), make_draw())
    found = joint.learner.arrays()
    near(alone.learner.arrays(), found, atol=1e-6)
    same(
        {k: v for k, v in start.items() if "head/1" in k},
        {k: v for k, v in found.items() if "head/1" in k},
    )


def test_all_heads_read_the_same_rows(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """At a rate of 0 other labels for one task change that task's loss and no other's."""
    table, index = make_table("0", "1"), tf.range(8)
    trainer = make_trainer("0", "1")
    losses = joint_losses.weighted_losses(trainer.learner, trainer._outputs, trunk_trains=True)
    y = table.y.numpy()
    y[1] = y[1][::-1] + 3
    before = losses(table, index, tf.ones(8), False).numpy()
    after = losses(table._replace(y=tf.constant(y)), index, tf.ones(8), False).numpy()
    assert before[0, 0] == after[0, 0]
    assert before[0, 1] != after[0, 1]
    for place, task in enumerate(("0", "1")):
        kind = trainer._outputs[task].kind
        hidden = trainer.learner.trunk(table.x[:8])
        expected = OBJECTIVES[kind](table.y[place, :8], trainer.learner.heads[task](hidden))
        np.testing.assert_allclose(before[0, place], np.sum(expected), rtol=1e-6)
    assert before[1].tolist() == [8, 8]


def test_a_penalty_of_0_is_none(make_trainer: Make, make_table: Tables, make_draw: Draws) -> None:
    """A lambda of 0 gives no penalty at all, and a larger one smaller trunk weights."""
    assert float(joint_losses.shared_penalty(make_trainer().learner.trunk, 0.0)) == 0
    norms = []
    for l2 in (0.0, 1.0):
        trainer = make_trainer(network=Network(widths=(7,), l2=l2), optimizer="sgd")
        fit(trainer, make_table(), make_draw())
        norms.append(float(np.square(trainer.learner.arrays()["trunk/dense_0/kernel"]).sum()))
    assert norms[1] < 0.1 * norms[0]


def test_gradient_of_the_penalty(make_trainer: Make) -> None:
    """The penalty is lambda times the sum of squared kernels, its gradient 2 lambda W."""
    trunk = make_trainer(network=Network(widths=(7, 3), batch_norm=True)).learner.trunk
    kernels = [v for v in trunk.trainable_variables if v.path.endswith("kernel")]
    with tf.GradientTape() as tape:
        penalty = joint_losses.shared_penalty(trunk, 0.3)
    assert len(kernels) == 2
    np.testing.assert_allclose(
        penalty, 0.3 * sum(np.square(k.numpy()).sum() for k in kernels), rtol=1e-6
    )
    for kernel, gradient in zip(
        kernels, tape.gradient(penalty, [k.value for k in kernels]), strict=True
    ):
        np.testing.assert_allclose(gradient, 0.6 * kernel.numpy(), rtol=1e-6)


def test_one_compilation_serves_all_runs(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Repeats, budgets, lengths, rates and task weights use one compiled graph."""
    trainer = make_trainer(call=4)
    for train, held, epochs in ((18, 6, 6), (3, 0, 2), (9, 1, 1), (24, 0, 6)):
        for seed, weight in ((1, 1.0), (2, 0.5)):
            trainer.learner.initialise(seed)
            fit(
                trainer,
                make_table(weights=(weight,)),
                make_draw(train, held),
                seed=seed,
                epochs=epochs,
            )
            fit(trainer, make_table(), make_draw(train, held), part="weights", rate=0.3)
    assert list(trainer._programs) == ["everything"]
    assert trainer._programs["everything"]._run.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("jit", [False, True])
def test_settings_of_a_search_are_no_part_of_what_is_compiled(
    make_trainer: Make, make_table: Tables, make_draw: Draws, jit: bool
) -> None:
    """Any rate and any l2 run in one graph, to the bits of a network compiled for them."""
    network = Network(widths=(7,), l2=0.01)
    stated = make_trainer(network=network, jit=jit)
    fit(stated, make_table(), make_draw())
    wanted = stated.learner.arrays()
    other = make_trainer(network=replace(network, l2=0.3), jit=jit, learning_rate=0.2)
    for rate, l2 in ((0.2, 0.3), (0.05, 0.01)):
        other.learner.initialise(3)
        fit(other, make_table(), make_draw(), tuned=Tuned(rate, l2))
    same(other.learner.arrays(), wanted)
    assert other._programs.keys() == {("l2", "everything")}
    fit(other, make_table(), make_draw(), part="heads", tuned=Tuned(0.05, 0.01))
    assert other._programs.keys() == {("l2", "everything"), "heads"}
    count = other._programs["l2", "everything"]._run.experimental_get_tracing_count()
    assert count == 1


def test_xla_need_not_know_how_many_steps_there_are(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """No loop runs over a `Range`, whose end XLA must know: it would compile for each number."""
    trainer = make_trainer("2", call=5)
    fit(trainer, make_table("2"), make_draw(9, 3))
    (concrete,) = trainer._programs["everything"]._run._list_all_concrete_functions()
    library = concrete.graph.as_graph_def().library.function
    operations = {node.op for function in library for node in function.node_def}
    assert "ResourceGather" in operations or "GatherV2" in operations
    assert "Range" not in operations


def test_xla_and_plain_graph_agree(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Compiled by XLA or not, a run gives the same numbers up to rounding."""
    results = []
    for jit in (True, False):
        trainer = make_trainer(network=NOISY, jit=jit, optimizer="sgd")
        results.append((fit(trainer, make_table(), make_draw()).curve, trainer.learner.arrays()))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-4)
    near(results[0][1], results[1][1], atol=1e-4)


def test_a_loss_that_diverges_is_told(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """An infinite loss stops the run with its label, the epoch and what to do."""
    trainer = make_trainer("1", optimizer="sgd")
    with pytest.raises(
        ValueError, match=r"a run: the loss is not finite after epoch 1: lower training.l"
    ):
        fit(trainer, make_table("1"), make_draw(), rate=1e30)


def test_the_epoch_of_divergence_counts_over_calls(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """The epoch in the message is that of the run, not of the call."""
    table = make_table("1")
    trainer = make_trainer("1", optimizer="sgd", call=1)
    with pytest.raises(ValueError, match="a run: the loss is not finite after epoch 2: lower"):
        fit(trainer, table, make_draw(), rate=14.0)


def test_infinite_inputs_are_told(make_trainer: Make, make_table: Tables, make_draw: Draws) -> None:
    """Extreme inputs end in the same message, not in weights that are NaN."""
    table = make_table()
    x = table.x.numpy()
    x[4] = np.inf
    with pytest.raises(ValueError, match="or look for extreme values in the inputs"):
        fit(make_trainer(), table._replace(x=tf.constant(x)), make_draw())
