"""A run through the compiled epoch: other episodes in each pass, the same bytes, told mistakes."""

import numpy as np
import pytest

from tests.metalearning import steepest
from trunkline.metalearning import gathered, registry, running
from trunkline.metalearning.method import Form
from trunkline.metalearning.running import Passes
from trunkline.settings.metalearning.methods import Maml, MetaSgd, Relation
from trunkline.settings.metalearning.study import Outer
from trunkline.settings.study import Network
from trunkline.training.divergence import Diverged

PASSES = Passes(6, 40, 9)
OUTER = Outer(learning_rate=0.1, epochs=6, patience=6)


def seeded(seed=0):
    """Return a generator, the same for the same seed."""
    return np.random.Generator(np.random.PCG64(seed))


def table(seed=0):
    """Return the episodes of all passes, and those of validation, whose rows are others."""
    rng = seeded(seed)
    return gathered.beside([steepest.drawn(240, rng), steepest.drawn(9, rng)])


def program(options=steepest.OPTIONS, outer=OUTER):
    """Return the smallest meta-learner with its compiled epoch."""
    return running.program("maml", steepest.build, steepest.FORM, options, outer)


def test_each_pass_has_its_own_episodes():
    """Pass p trains on episodes 40 p to 40 p + 39, each once; the last nine are held."""
    seen = []
    for course in running.plan(PASSES, OUTER, seed=3):
        for epoch in range(int(course.epochs)):
            counted = course.rows[epoch][course.weight[epoch] > 0]
            seen.append(sorted(counted.tolist()))
        held = course.held_rows[course.held_weight > 0]
        np.testing.assert_array_equal(np.sort(held), np.arange(240, 249))
    assert seen == [list(range(40 * p, 40 * p + 40)) for p in range(6)]
    assert running.steps(OUTER, PASSES) == 60


def test_the_last_batch_of_a_pass_is_filled_with_episodes_of_that_pass():
    """Ten episodes in batches of four: two of the same pass come again, with weight 0."""
    outer = Outer(batch_size=4, epochs=3)
    (course,) = running.plan(Passes(3, 10, 2), outer, seed=3)
    for epoch in range(3):
        rows, weight = course.rows[epoch], course.weight[epoch]
        assert weight.tolist() == [[1] * 4, [1] * 4, [1, 1, 0, 0]]
        assert rows[2, 2:].tolist() == rows[0, :2].tolist()
        assert set(rows.ravel()) == set(range(10 * epoch, 10 * epoch + 10))
    assert running.steps(outer, Passes(3, 10, 2)) == 9


def test_a_run_finds_what_tasks_share():
    """The learned beginning is near the slope that all tasks are near, and held loss falls."""
    fitted = running.run(program(), table(), PASSES, OUTER, label="lines maml", seed=5)
    np.testing.assert_allclose(fitted.arrays["w/kernel"][:, 0], [2, -1], atol=0.3)
    assert fitted.curve.shape == (6, 2)
    assert fitted.curve[-1, 1] < 0.3 * fitted.curve[0, 1]
    assert fitted.best == 1 + int(np.argmin(fitted.curve[:, 1]))


def test_one_compilation_serves_all_repeats():
    """Another repeat has other episodes and weights and the same graph; a repetition, its bits."""
    made = program()
    runs = [
        running.run(made, table(seed), PASSES, OUTER, label="lines maml", seed=seed)
        for seed in (1, 2, 1)
    ]
    assert made.method.built == 2  # once each for training and for held episodes
    np.testing.assert_array_equal(runs[0].curve, runs[2].curve)
    np.testing.assert_array_equal(runs[0].arrays["w/kernel"], runs[2].arrays["w/kernel"])
    assert not np.array_equal(runs[0].curve, runs[1].curve)


def test_zero_inner_steps_are_plain_training():
    """Without a step the loss is that of the queries: least squares restated in NumPy."""
    made, found = program(Maml(rate=0.05, steps=1)), table()
    made.method.options = type("None", (), {"steps": 0, "rate": 0.05})
    outer = Outer(optimizer="sgd", learning_rate=0.05, batch_size=10, epochs=1)
    made = made._replace(
        epochs=running.program("maml", lambda *_: made.method, steepest.FORM, None, outer).epochs
    )
    fitted = running.run(made, found, Passes(1, 10, 9), outer, label="lines", seed=4)
    made.method.start(4)
    w = made.method.weights.numpy()
    x, y = found.x.numpy()[found.query.numpy()[:10]], found.query_y.numpy()[:10]
    slope = np.einsum("eqd,eq->d", x, (x @ w)[..., 0] - y) * 2 / y.size
    np.testing.assert_allclose(fitted.arrays["w/kernel"], w - 0.05 * slope[:, None], rtol=1e-5)


def test_inner_steps_that_diverge_are_told_with_their_episode():
    """Steps far too long: the rate, the episode, the pass, and what to lower."""
    made = program(Maml(rate=1e30, steps=3))
    told = r"lines maml, repeat 0: inner steps at rate 1e\+30 diverge in episode (\d+) of pass 1: "
    with pytest.raises(Diverged, match=told + "lower methods.maml.rate"):
        running.run(made, table(), PASSES, OUTER, label="lines maml, repeat 0", seed=1)


def test_only_the_episode_that_diverges_is_named():
    """Rows of one episode are a million times as large as all others."""
    found = table()
    rows = found.x.numpy()
    wild = found._replace(x=np.concatenate([rows, 1e20 * rows[:3]]).astype(np.float32))
    support = found.support.numpy().copy()
    support[44] = [80, 81, 82]  # rows that no other episode has
    made = program()
    with pytest.raises(
        Diverged, match=r"inner steps at rate 0\.05 diverge in episode 5 of pass 2:"
    ):
        running.run(made, wild._replace(support=support), PASSES, OUTER, label="lines", seed=1)


def test_a_validation_episode_that_diverges_is_named():
    """It is no episode of training, and is told so."""
    found = table()
    rows = found.x.numpy()
    wild = found._replace(x=np.concatenate([rows, 1e20 * rows[:3]]).astype(np.float32))
    support = found.support.numpy().copy()
    support[242] = [80, 81, 82]
    with pytest.raises(Diverged, match="diverge in validation episode 3 of pass 1:"):
        running.run(program(), wild._replace(support=support), PASSES, OUTER, label="lines", seed=1)


def test_outer_steps_that_diverge_are_told_as_such():
    """The weights themselves have grown: the inner rate is not to blame."""
    outer = Outer(optimizer="sgd", learning_rate=1e30, epochs=6)
    with pytest.raises(Diverged, match=r"lines maml: .*lower training\.learning_rate"):
        running.run(program(outer=outer), table(), PASSES, outer, label="lines maml", seed=1)


@pytest.mark.parametrize("name", ["meta_sgd", "relation", "maml"])
def test_the_penalty_is_on_kernels_of_the_trunk(name):
    """Neither on a head nor on learned rates, which would be drawn to 0: no step would be left."""
    options = {"meta_sgd": MetaSgd(), "relation": Relation(), "maml": Maml(learned_rates=True)}
    form = Form(Network(widths=(6, 4)), (5,), 3, 2, 4, steps=10)
    method = registry.BUILD[name](form, options[name])
    found = running.kernels(method)
    assert [tuple(kernel.shape) for kernel in found] == [(5, 6), (6, 4)]
    assert {id(kernel) for kernel in found} == {
        id(method.trained[f"trunk/dense_{layer}/kernel"]) for layer in (0, 1)
    }


def test_weights_of_another_network_are_refused():
    """A name or a shape that does not fit is told."""
    method = steepest.build(steepest.FORM, steepest.OPTIONS)
    with pytest.raises(ValueError, match=r"do not fit: \('w/kernel', \(2, 1\)\).*run `dvc repro`"):
        running.load(method, {"x/kernel": np.zeros((3, 1), np.float32)})
    running.load(method, {"w/kernel": np.ones((2, 1), np.float32)})
    np.testing.assert_array_equal(running.arrays(method)["w/kernel"], np.ones((2, 1)))
