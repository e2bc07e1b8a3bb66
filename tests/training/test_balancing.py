"""Each balancer against its published formula, restated in NumPy, and against hand numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy import optimize, stats

from trunkline.networks import dropout
from trunkline.settings import balancers as options
from trunkline.training.balancers import BALANCERS
from trunkline.training.signals import Signal, State

KNOWN = np.array([[-4.0, 1, 1], [6, 1, 1]])  # the example of TorchJD's documentation
LOSSES = np.array([0.5, 2.0, 1.0])
KEY = 9
Formula = Callable[[np.ndarray], np.ndarray]


def towards(weights: tf.Tensor) -> tf.Tensor:
    """Return the slope of |w - (1, 2, 3, ...)|^2 / 2."""
    return weights - tf.range(1.0, weights.shape[0] + 1.0)


def seen(gradients: np.ndarray, losses: np.ndarray, **where: int) -> Signal:
    """Return a signal with every task present."""
    place = {"epoch": 0, "batch": 0, "step": 0} | where
    gram = gradients @ gradients.T
    return Signal(
        losses=tf.constant(losses[: len(gradients)], tf.float32),
        present=tf.ones(len(gradients)),
        gram=tf.constant(gram, tf.float32),
        gradients=tf.constant(gradients, tf.float32),
        rate=tf.constant(0.01),
        key=tf.constant(KEY, tf.uint32),
        slope=towards,
        affinity=tf.zeros,
        **{name: tf.constant(number) for name, number in place.items()},
    )


def run(name: str, signals: list[Signal], given: Any = None, after: Any = None) -> list[np.ndarray]:
    """Return the answer at each of some steps; `after` gives the losses after one."""
    kind = {f.__name__.lower(): f for f in vars(options).values() if isinstance(f, type)}
    balancer = BALANCERS[name](given or kind[name.replace("_", "")]())
    weigh = tf.function(balancer.weigh)
    state: State = balancer.start(*signals[0].gradients.shape)
    answers = []
    for signal in signals:
        answer, state = weigh(state, signal)
        if balancer.review is not None and after is not None:
            state = balancer.review(state, signal, tf.constant(after, tf.float32))
        answers.append(answer.numpy())
    return answers


def examples() -> list[np.ndarray]:
    """Return gradients of two and three tasks, agreeing and contradicting."""
    rng = np.random.Generator(np.random.PCG64(1))
    return [KNOWN, *(rng.normal(size=(tasks, 6)) for tasks in (2, 3, 3, 3))]


GOLDEN = {  # as TorchJD's documentation has them, but for MGDA: the shortest is [0, 1, 1]
    "equal": [2, 2, 2],
    "mgda": [0, 1, 1],
    "pcgrad": [0.5848, 3.8012, 3.8012],
    "cagrad": [0.1835, 1.2041, 1.2041],
    "imtl": [0.0767, 1, 1],
    "nash_mtl": [0.0542, 0.7061, 0.7061],
    "aligned_mtl": [0.2133, 0.9673, 0.9673],
    "upgrad": [0.2929, 1.9004, 1.9004],
    "dualproj": [0.5563, 1.1109, 1.1109],
    "config": [0.1588, 2.0706, 2.0706],
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_known_example(name: str) -> None:
    """The numbers that others publish for one matrix; theirs are of a solver with a ridge."""
    (answer,) = run(name, [seen(KNOWN, np.ones(2))])
    np.testing.assert_allclose(answer @ KNOWN, GOLDEN[name], atol=1e-3)


def mgda(gradients: np.ndarray) -> np.ndarray:
    """The shortest convex combination, by non-negative least squares with a heavy sum."""
    table = np.vstack([gradients.T, 1e4 * np.ones(len(gradients))])
    found, _ = optimize.nnls(table, np.append(np.zeros(gradients.shape[1]), 1e4))
    return found / found.sum()


def projected(gradients: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The weights of the projection of a combination onto the dual cone."""
    found, _ = optimize.nnls(gradients.T, -gradients.T @ wanted)
    return wanted + found


def upgrad(gradients: np.ndarray) -> np.ndarray:
    """The mean of the projections of each gradient."""
    return np.mean([projected(gradients, row) for row in np.eye(len(gradients))], axis=0)


def dualproj(gradients: np.ndarray) -> np.ndarray:
    """The projection of the mean."""
    return projected(gradients, np.full(len(gradients), 1 / len(gradients)))


def order(tasks: int) -> np.ndarray:
    """Return for each task the order of the others, as the balancers draw it."""
    return dropout.uniform(tf.constant(KEY, tf.uint32), tf.constant([tasks, tasks])).numpy()


def pcgrad(gradients: np.ndarray) -> np.ndarray:
    """Projections one after the other, as in the paper's algorithm 1."""
    total = np.zeros(gradients.shape[1])
    for i, row in enumerate(gradients):
        moved = row.copy()
        for j in np.argsort(order(len(gradients))[i]):
            if j != i and moved @ gradients[j] < 0:
                moved -= moved @ gradients[j] / (gradients[j] @ gradients[j]) * gradients[j]
        total += moved
    return total


def gradvac(gradients: np.ndarray) -> np.ndarray:
    """Rotations one after the other towards a cosine of at least 0, its first target."""
    return pcgrad(gradients)


def imtl(gradients: np.ndarray) -> np.ndarray:
    """The closed form of the paper: alpha = g_1 U^T (D U^T)^-1."""
    units = gradients / np.linalg.norm(gradients, axis=1, keepdims=True)
    differences, u = gradients[0] - gradients[1:], units[0] - units[1:]
    rest = gradients[0] @ u.T @ np.linalg.inv(differences @ u.T)
    return np.append(1 - rest.sum(), rest)


def cagrad(gradients: np.ndarray) -> np.ndarray:
    """The dual problem by sequential quadratic programming."""
    tasks, mean = len(gradients), gradients.mean(0)
    reach = 0.5 * np.linalg.norm(mean)

    def dual(w: np.ndarray) -> float:
        return w @ gradients @ mean + reach * np.sqrt((w @ gradients) @ (w @ gradients) + 1e-12)

    found = optimize.minimize(
        dual, np.full(tasks, 1 / tasks), bounds=[(0, 1)] * tasks, method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-14},
    ).x  # fmt: skip
    return 1 / tasks + reach / np.linalg.norm(found @ gradients) * found


def nash_mtl(gradients: np.ndarray) -> np.ndarray:
    """G w = 1 / w in logarithms, and the longest allowed length 1."""
    found = fair(gradients, 1.0)
    return found * min(1, 1 / np.linalg.norm(found @ gradients))


def fair(gradients: np.ndarray, alpha: float) -> np.ndarray:
    """G w = w^(-1 / alpha) in logarithms."""
    gram = gradients @ gradients.T

    def excess(logs: np.ndarray) -> np.ndarray:
        return np.log(np.maximum(gram @ np.exp(logs), 1e-9)) + logs / alpha

    return np.exp(optimize.least_squares(excess, -np.log(np.diag(gram)) / 2, xtol=1e-14).x)


def fairgrad(gradients: np.ndarray) -> np.ndarray:
    """Alpha of 1."""
    return fair(gradients, 1.0)


def aligned_mtl(gradients: np.ndarray) -> np.ndarray:
    """The paper's algorithm with an eigendecomposition, and the mean for the sum."""
    values, vectors = np.linalg.eigh(gradients @ gradients.T)
    roots = np.sqrt(values)
    return roots[0] * vectors @ np.diag(1 / roots) @ vectors.T @ np.full(len(roots), 1 / len(roots))


def config(gradients: np.ndarray) -> np.ndarray:
    """The pseudo-inverse of the unit gradients, as published."""
    units = gradients / np.linalg.norm(gradients, axis=1, keepdims=True)
    best = np.linalg.pinv(units) @ np.ones(len(units))
    best /= np.linalg.norm(best)
    return (gradients @ best).sum() * best


STATELESS: dict[str, Formula] = {
    function.__name__: function
    for function in (
        mgda, upgrad, dualproj, pcgrad, gradvac, imtl, cagrad, nash_mtl, fairgrad, aligned_mtl,
        config,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", STATELESS)
def test_one_step_by_the_published_formula(name: str) -> None:
    """From the start, each method gives the direction of its formula."""
    for gradients in examples():
        (answer,) = run(name, [seen(gradients, np.ones(3))])
        found = STATELESS[name](gradients)
        wanted = found if len(found) == gradients.shape[1] != len(gradients) else found @ gradients
        np.testing.assert_allclose(
            answer @ gradients, wanted, atol=2e-3 * np.abs(wanted).max(), err_msg=str(gradients)
        )


@pytest.mark.parametrize("alpha", [0.5, 2.0, 5.0])
def test_other_kinds_of_fairness(alpha: float) -> None:
    """Alphas below and above 1 solve their equation too."""
    for gradients in examples():
        (answer,) = run("fairgrad", [seen(gradients, LOSSES)], options.FairGrad(alpha=alpha))
        residual = gradients @ gradients.T @ answer * answer ** (1 / alpha)
        np.testing.assert_allclose(residual, 1, atol=5e-3)


@pytest.mark.parametrize("normalise", ["length", "loss", "both"])
def test_normalised_before_the_shortest_is_sought(normalise: str) -> None:
    """MGDA of gradients that are divided first, as LibMTL's l2, loss and loss+."""
    for gradients in examples():
        losses, scale = LOSSES[: len(gradients)], np.ones(len(gradients))
        if normalise != "loss":
            scale *= np.linalg.norm(gradients, axis=1)
        if normalise != "length":
            scale *= losses
        (answer,) = run("mgda", [seen(gradients, losses)], options.Mgda(normalise=normalise))  # type: ignore[arg-type]  # one of four
        np.testing.assert_allclose(answer, mgda(gradients / scale[:, None]) / scale, atol=2e-3)


def adam(number: int, gradients: list[np.ndarray], rate: float) -> np.ndarray:
    """Return the sum of the first changes of Adam."""
    m = v = total = np.zeros_like(gradients[0])
    for t, g in enumerate(gradients[:number], 1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        total = total - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return total


def steps(count: int, **where: Any) -> list[Signal]:
    """Return steps with the gradients of the third example and falling losses."""
    return [
        seen(examples()[2] * (1 + step), LOSSES / (1 + step), step=step, **where)
        for step in range(count)
    ]


def softmax(values: np.ndarray) -> np.ndarray:
    """Return shares in proportion to e^values."""
    return np.exp(values) / np.exp(values).sum()


def test_static() -> None:
    """The weights are those of the user."""
    given = options.Static(weights=(0.5, 2.0, 0.0))
    assert run("static", steps(1), given)[0].tolist() == [0.5, 2.0, 0.0]


def test_uncertainty() -> None:
    """L e^-s / 2 + s / 2, from s = -1/2, s learned by Adam."""
    s, learned = np.full(3, -0.5), []
    for step, answer in enumerate(run("uncertainty", steps(4))):
        np.testing.assert_allclose(answer, np.exp(-s) / 2, rtol=1e-5)
        learned.append(0.5 - np.exp(-s) / 2 * LOSSES / (1 + step))
        s = -0.5 + adam(step + 1, learned, 0.01)


def test_dwa() -> None:
    """Equal for two epochs, then T softmax(r / 2) of the ratio of the last two epochs' means."""
    signals = [
        seen(KNOWN, np.array([1.0 + epoch + batch, 2.0 / (1 + epoch)]), epoch=epoch, batch=batch)
        for epoch in range(4)
        for batch in range(2)
    ]
    means = [np.array([1.5 + epoch, 2 / (1 + epoch)]) for epoch in range(4)]
    for place, answer in enumerate(run("dwa", signals)):
        epoch = place // 2
        wanted = 2 * softmax(means[epoch - 1] / means[epoch - 2] / 2) if epoch > 1 else np.ones(2)
        np.testing.assert_allclose(answer, wanted, rtol=1e-5)


def test_gls() -> None:
    """The weights are the derivatives of the geometric mean."""
    (answer,) = run("gls", steps(1))
    wanted = optimize.approx_fprime(LOSSES, lambda losses: np.prod(losses) ** (1 / 3), 1e-7)
    np.testing.assert_allclose(answer, wanted, rtol=1e-4)


def test_stch() -> None:
    """1 / L in the warm-up; then the derivatives of the smooth maximum against its last losses."""
    given = options.Stch(mu=0.5, warmup_epochs=2)
    nadir = np.array([2.0, 1.0, 4.0])
    signals = [
        seen(examples()[2], losses, epoch=epoch)
        for epoch, losses in enumerate([np.ones(3), nadir, LOSSES])
    ]
    first, second, third = run("stch", signals, given)
    np.testing.assert_allclose(first, 1)
    np.testing.assert_allclose(second, 1 / nadir)

    def smooth(losses: np.ndarray) -> float:
        return 3 * 0.5 * np.log(np.sum((losses / nadir) ** 2))

    np.testing.assert_allclose(third, optimize.approx_fprime(LOSSES, smooth, 1e-7), rtol=1e-4)


def test_rlw() -> None:
    """The softmax of normal numbers: new at each step, and over many steps standard normal."""
    rows = []
    for key in range(200):
        signal = seen(KNOWN, np.ones(2))._replace(key=tf.constant(1000 * key, tf.uint32))
        rows.append(run("rlw", [signal])[0] if key < 2 else _logits(signal))
    assert rows[0].tolist() != rows[1].tolist()
    differences = np.array(rows[2:])
    assert abs(differences.mean()) < 0.25
    assert differences.std() == pytest.approx(np.sqrt(2), abs=0.15)


@pytest.mark.parametrize("compiled", [False, True], ids=["a graph", "compiled"])
@pytest.mark.parametrize("key", [29400446, 4734895], ids=["largest", "least"])
def test_rlw_at_the_ends_of_what_is_drawn(key: int, compiled: bool) -> None:
    """These keys draw the largest and the least number: their quantiles are finite."""
    drawn = dropout.uniform(tf.constant(key, tf.uint32), tf.constant([2])).numpy()
    assert drawn[0] in (1 - 2.0**-24, 0)
    signal = seen(KNOWN, np.ones(2))._replace(key=tf.constant(key, tf.uint32))
    weigh = tf.function(BALANCERS["rlw"](options.Rlw()).weigh, jit_compile=compiled)
    weights = weigh((), signal)[0].numpy()
    assert weights.sum() == pytest.approx(1)
    first, second = stats.norm.ppf(drawn.astype(float) + 2.0**-25)
    assert np.log(weights[0] / weights[1]) == pytest.approx(first - second, abs=0.15)


def _logits(signal: Signal) -> float:
    """Return the difference of the two normal numbers behind two random weights."""
    weights, _ = BALANCERS["rlw"](options.Rlw()).weigh((), signal)
    return float(np.log(weights[0] / weights[1]))


def test_famo() -> None:
    """Weights z / (c L), and Adam on the logits by the fall of the logarithms and their decay."""
    logits, learned, after = np.zeros(3), [], np.array([0.4, 0.3, 0.2])
    for step, answer in enumerate(run("famo", steps(3), after=after)):
        losses, z = LOSSES / (1 + step), softmax(logits)
        np.testing.assert_allclose(answer, (z / losses) / (z / losses).sum(), rtol=1e-4)
        fall = np.log(losses) - np.log(after)
        learned.append((np.diag(z) - np.outer(z, z)) @ fall + 0.001 * logits)
        logits = adam(step + 1, learned, 0.025)


def test_gradnorm() -> None:
    """Equal in the first epoch; then Adam on the derivative of sum |G - mean(G) r^1.5|."""
    signals = [steps(1)[0], *steps(3, epoch=1)]
    answers = run("gradnorm", signals)
    np.testing.assert_array_equal(answers[0], 1)
    s, learned = np.zeros(3), [np.zeros(3)]
    for step in range(3):
        np.testing.assert_allclose(answers[1 + step], 3 * softmax(s), rtol=1e-4)
        norms = np.linalg.norm(examples()[2], axis=1) * (1 + step)
        fallen = np.full(3, 1 / (1 + step))
        target = np.mean(3 * softmax(s) * norms) * (fallen / fallen.mean()) ** 1.5

        def loss(logits: np.ndarray, norms: np.ndarray = norms, to: np.ndarray = target) -> float:
            return np.abs(3 * softmax(logits) * norms - to).sum()

        learned.append(optimize.approx_fprime(s, loss, 1e-7))
        s = adam(step + 2, learned, 0.01)


def test_imtl_brings_losses_to_one_size() -> None:
    """With s learned from e^s L - s: the weights of the scaled gradients, times e^s."""
    s, learned = np.zeros(3), []
    for step, answer in enumerate(run("imtl", steps(3))):
        gradients = examples()[2] * (1 + step)
        wanted = imtl(gradients * np.exp(s)[:, None]) * np.exp(s)
        np.testing.assert_allclose(answer, wanted, atol=2e-3 * np.abs(wanted).max())
        learned.append(np.exp(s) * LOSSES / (1 + step) - 1)
        s = adam(step + 1, learned, 0.01)


def test_gradvac_turns_to_the_usual_cosine() -> None:
    """With two tasks whose cosine falls, each is turned until the cosine is the running one."""
    first, second = np.array([[1.0, 0, 0], [1, 1, 0]]), np.array([[1.0, 0, 0], [-1, 2, 0]])
    _, answer = run("gradvac", [seen(first, np.ones(2)), seen(second, np.ones(2))])
    target = 0.5 * np.sqrt(0.5)
    total = np.zeros(3)
    for i, j in ((0, 1), (1, 0)):
        mine, other = second[i], second[j]
        f = mine @ other / np.linalg.norm(mine) / np.linalg.norm(other)
        root = np.sqrt(1 - target**2)
        share = np.linalg.norm(mine) * (target * np.sqrt(1 - f * f) - f * root)
        turned = mine + share / (np.linalg.norm(other) * root) * other
        cosine = turned @ other / np.linalg.norm(turned) / np.linalg.norm(other)
        assert cosine == pytest.approx(target)
        total += turned
    np.testing.assert_allclose(answer @ second, total, rtol=1e-4, atol=1e-5)


def test_graddrop() -> None:
    """Each entry keeps the gradients of one sign, positive ones as often as purity says."""
    signs = np.array([[1.0] * 4000, [-3.0] * 4000, [2.0] * 4000])
    (answer,) = run("graddrop", [seen(signs, np.ones(3))])
    assert set(answer.tolist()) == {3.0, -3.0}
    assert np.mean(answer > 0) == pytest.approx(0.5, abs=0.03)
    (kept,) = run("graddrop", [seen(signs, np.ones(3))], options.GradDrop(leak=1.0))
    np.testing.assert_array_equal(kept, signs.sum(0))


def simplex(values: np.ndarray) -> np.ndarray:
    """Return the projection onto the simplex, by bisection."""
    shift = optimize.brentq(lambda t: np.maximum(values - t, 0).sum() - 1, -9e3, 9e3, xtol=1e-13)
    return np.maximum(values - shift, 0)


def test_moco() -> None:
    """Running gradients, scaled to their losses; weights projected; both rates fall."""
    y, w = np.zeros((3, 6)), np.full(3, 1 / 3)
    for step, answer in enumerate(run("moco", steps(4))):
        g = examples()[2]
        unit = g / np.linalg.norm(g, axis=1, keepdims=True) * (LOSSES / (1 + step))[:, None]
        y -= 0.5 / np.sqrt(step + 1) * (y - unit)
        w = simplex(w - 0.1 / np.sqrt(step + 1) * y @ y.T @ w)
        np.testing.assert_allclose(answer, w @ y, rtol=1e-4, atol=1e-6)


def test_moco_comes_to_the_shortest() -> None:
    """Where gradients stay as they are its direction becomes the shortest of all, as the paper's.

    A softmax in the place of the projection would stay near the mean.
    """
    for gradients in examples()[1:]:
        losses = np.linalg.norm(gradients, axis=1)  # so that the scaled gradients are these
        *_, answer = run(
            "moco", [seen(gradients, losses, step=step) for step in range(300)],
            options.Moco(beta=1.0, gamma=0.2, sigma=0.0),
        )  # fmt: skip
        np.testing.assert_allclose(answer, mgda(gradients) @ gradients, atol=0.02)


def test_modo() -> None:
    """Projected steps on w J_1 J_2^T w + rho |w|^2 / 2."""
    w, given = np.full(3, 1 / 3), options.Modo(gamma=0.1, rho=0.2)
    for step, answer in enumerate(run("modo", steps(4), given)):
        g = examples()[2] * (1 + step)
        w = simplex(w - 0.1 * (g @ g.T @ w + 0.2 * w))
        np.testing.assert_allclose(answer, w, atol=1e-5)


def test_sdmgrad() -> None:
    """After many batches the weights minimise |g_w + 0.3 g_0|^2 over the simplex."""
    g = examples()[2]
    *_, answer = run("sdmgrad", [seen(g, LOSSES) for _ in range(20)])
    found = optimize.minimize(
        lambda w: np.sum(((w + 0.1) @ g) ** 2), np.full(3, 1 / 3), bounds=[(0, 1)] * 3,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, method="SLSQP",
        options={"ftol": 1e-14},
    ).x  # fmt: skip
    np.testing.assert_allclose(answer, (found + 0.1) / 1.3, atol=1e-3)


def test_excess_mtl() -> None:
    """Weights grow by exp(0.01 e / e_0), e the gradient scaled by Adagrad's roots."""
    h, w, first = np.zeros((3, 6)), np.ones(3), None
    for step, answer in enumerate(run("excess_mtl", steps(4))):
        g = examples()[2] * (1 + step)
        h += g * g
        excess = (g * g / np.sqrt(h + 1e-7)).sum(1)
        if first is None:
            first = excess
        else:
            w = w * np.exp(0.01 * excess / first)
        w *= 3 / w.sum()
        np.testing.assert_allclose(answer, w @ g, rtol=1e-4, atol=1e-4)


def test_db_mtl() -> None:
    """Running gradients of the logarithms, all as long as the longest."""
    y = np.zeros((3, 6))
    for step, answer in enumerate(run("db_mtl", steps(4))):
        y = 0.9 * y + 0.1 * examples()[2] * (1 + step) / (LOSSES / (1 + step))[:, None]
        norms = np.linalg.norm(y, axis=1)
        np.testing.assert_allclose(answer, norms.max() / norms @ y, rtol=1e-4)


def test_auto_lambda() -> None:
    """From `start` by Adam down the slope at the present weights."""
    w, learned = np.full(3, 0.5), []
    given = options.AutoLambda(rate=0.1, start=0.5)
    for step, answer in enumerate(run("auto_lambda", steps(4), given)):
        learned.append(w - np.arange(1, 4))
        w = 0.5 + adam(step + 1, learned, 0.1)
        np.testing.assert_allclose(answer, w, rtol=1e-5)


def test_auto_lambda_stops_at_weight_0() -> None:
    """A task that does others harm is left out; it is not unlearned."""

    def rising(weights: tf.Tensor) -> tf.Tensor:
        return tf.constant([1.0, -1.0])

    signals = [seen(KNOWN, np.ones(2))._replace(slope=rising)] * 3
    answers = run("auto_lambda", signals, options.AutoLambda(rate=0.06, start=0.1))
    np.testing.assert_allclose(answers, [[0.04, 0.16], [0, 0.22], [0, 0.28]], atol=1e-5)
