"""Measures of transferability against hand numbers, restatements and their theorems."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import linalg, optimize, special, stats
from sklearn.covariance import ledoit_wolf

from trunkline.metrics.transferability import h_score, leep, logme, nce, transrate

relaxed = settings(deadline=None, max_examples=25)
seeds_of = st.integers(0, 10_000)
OF_FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "logme": lambda rows, y: logme.score(rows, y, "multiclass"),
    "h_score": h_score.score,
    "transrate": transrate.score,
}
every_of_features = pytest.mark.parametrize("name", OF_FEATURES)


def drawn(seed: int, n: int = 30, d: int = 5, c: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return features that know a little of their classes, and the classes."""
    rng = np.random.Generator(np.random.PCG64(seed))
    y = np.arange(n) % c
    return rng.normal(size=(n, d)) + rng.normal(size=(c, d))[y], y


def answers(seed: int, n: int = 30, z: int = 4) -> np.ndarray:
    """Return probabilities of the source classes, some of them nearly sure."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.asarray(special.softmax(3 * rng.normal(size=(n, z)), axis=1))


def entropy(y: np.ndarray) -> float:
    """Return H(y) in nats."""
    return float(stats.entropy(np.bincount(y)))


def rotation(seed: int, d: int) -> np.ndarray:
    """Return an orthogonal matrix."""
    return np.asarray(stats.ortho_group.rvs(d, random_state=seed))


def evidence(rows: np.ndarray, y: np.ndarray, a: float, b: float) -> float:
    """Integrate the weights out: log N(y; 0, F F' / a + I / b), by Cholesky."""
    n = len(y)
    factor = linalg.cholesky(rows @ rows.T / a + np.eye(n) / b, lower=True)
    white = linalg.solve_triangular(factor, y, lower=True)
    return float(-white @ white / 2 - np.log(np.diag(factor)).sum() - n / 2 * np.log(2 * np.pi))


# ---------------------------------------------------------------------------------------- LogME


@relaxed
@given(seeds_of)
@example(160)  # a search that ends early when it is started once only
def test_logme_is_the_maximum_of_the_explicit_evidence(seed: int) -> None:
    """No a and b give labels more evidence, and the best of a search gives as much."""
    rows, _ = drawn(seed)
    noise = np.random.Generator(np.random.PCG64(seed + 1)).normal(size=len(rows))
    y = rows @ [1.0, -2.0, 0.5, 0.0, 0.0] + noise

    def lacking(logs: np.ndarray) -> float:
        return -evidence(rows, y, *np.exp(logs)) / len(y)

    once = optimize.minimize(lacking, [0.0, 0.0], method="Nelder-Mead", tol=1e-7)
    best = optimize.minimize(lacking, once.x, method="Nelder-Mead", tol=1e-7)  # once can end early
    assert logme.score(rows, y, "regression") == pytest.approx(-best.fun, abs=1e-8)


def test_logme_of_one_feature_by_hand() -> None:
    """Features 1, 1, 1, 1 and values 2, 2, 2, 0: the evidence has its maximum in closed form.

    z = 3, s = 4, outside = 12 - 9 = 3. With u = a / b: b = 4 / (3 + 9 u / (4 + u)), and
    dL / du = 0 at u = 1 / 2, thus b = 1, L = -2 (log 2 pi + 1) - log(9) / 2.
    """
    expected = (-2 * (math.log(2 * math.pi) + 1) - math.log(9) / 2) / 4
    found = logme.score(np.ones((4, 1)), np.array([2.0, 2.0, 2.0, 0.0]), "regression")
    assert found == pytest.approx(expected, abs=1e-12)


def test_logme_of_classes_is_the_mean_of_each_class_against_the_rest() -> None:
    """A class is a target of 0 and 1."""
    rows, y = drawn(3)
    each = [logme.score(rows, (y == k).astype(float), "regression") for k in range(3)]
    assert logme.score(rows, y, "multiclass") == pytest.approx(np.mean(each), abs=1e-12)


def published_logme(rows: np.ndarray, y: np.ndarray, steps: int) -> float:
    """Restate the published iteration for one target, which starts at a = b = 1.

    Where noise alone tells the target best, a grows for ever: it ends before |m|^2 becomes 0.
    """
    n, d = rows.shape
    values, vectors = np.linalg.eigh(rows.T @ rows)
    a = b = 1.0
    for _ in range(steps):
        if a > 1e12 * values.max():
            break
        g = np.sum(b * values / (a + b * values))
        m = vectors @ ((vectors.T @ rows.T @ y) * b / (a + b * values))
        error = np.sum((y - rows @ m) ** 2)
        a, b = g / (m @ m), (n - g) / error
    log_volume = np.log(a + b * values).sum() / 2
    inside = d / 2 * np.log(a) + n / 2 * np.log(b) - log_volume - n / 2 * np.log(2 * np.pi)
    return float(inside - b / 2 * error - a / 2 * (m @ m)) / n


@relaxed
@given(seeds_of)
@example(2924)  # features that tell less than noise does
def test_logme_is_where_the_published_iteration_ends(seed: int) -> None:
    """Repeated until nothing moves, the publication's algorithm finds the same evidence."""
    rows, y = drawn(seed, n=60)
    target = (y == 0).astype(float)
    found = logme.score(rows, target, "regression")
    assert found == pytest.approx(published_logme(rows, target, 1000), abs=1e-7)


def test_logme_prefers_features_that_tell_the_labels() -> None:
    """The classes' own features score above noise."""
    rows, y = drawn(1)
    told = np.hstack([np.eye(3)[y], rows[:, :2]])
    assert OF_FEATURES["logme"](told, y) > OF_FEATURES["logme"](rows, y) + 0.5


def test_logme_of_dead_features_is_the_evidence_of_noise() -> None:
    """Features that are all 0 leave the labels to the noise, whose best variance is known."""
    y = np.array([1.0, -1.0, 2.0, 0.5])
    best = stats.norm(0, math.sqrt(np.mean(y**2))).logpdf(y).mean()
    assert logme.score(np.zeros((4, 3)), y, "regression") == pytest.approx(best, abs=1e-12)


def test_logme_of_features_that_say_nothing_is_the_evidence_of_noise() -> None:
    """Labels at a right angle to all features are noise too."""
    rows, y = np.array([[1.0], [1.0], [1.0], [1.0]]), np.array([1.0, -1.0, 1.0, -1.0])
    best = stats.norm(0, 1).logpdf(y).mean()
    assert logme.score(rows, y, "regression") == pytest.approx(best, abs=1e-8)


@relaxed
@given(seeds_of, st.integers(2, 8))
def test_logme_is_finite_with_fewer_rows_than_features(seed: int, n: int) -> None:
    """Also where labels can be fitted exactly, by a whole space of weights."""
    rows, _ = drawn(seed, n=n, d=20)
    y = np.arange(n) % 2
    assert math.isfinite(logme.score(rows, y, "binary"))
    assert math.isfinite(logme.score(np.vstack([rows, rows]), np.tile(y, 2), "binary"))


def test_logme_refuses_a_constant_target() -> None:
    """There is nothing to tell apart."""
    with pytest.raises(ValueError, match="y is 3 in all 4 rows: there is nothing to tell apart"):
        logme.score(np.eye(4), np.full(4, 3.0), "regression")


# ----------------------------------------------------------------------------------- LEEP and NCE


def test_leep_by_hand() -> None:
    """Two rows of class 0 with answers (1, 0) and (1/2, 1/2), one of class 1 with (0, 1).

    P(0 | z=0) = 1, P(0 | z=1) = 1/3: likelihoods 1, 2/3 and 2/3.
    """
    theta = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    assert leep.score(theta, np.array([0, 0, 1])) == pytest.approx(2 / 3 * math.log(2 / 3))


def test_nce_by_hand() -> None:
    """Source class 0 is always 0; source class 1 is one half 0, one half 1."""
    found = nce.score(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]))
    assert found == pytest.approx(-math.log(2) / 2)


@relaxed
@given(seeds_of)
def test_nce_is_a_joint_entropy_less_another(seed: int) -> None:
    """-H(y | z) = H(z) - H(y, z)."""
    y, z = drawn(seed)[1], answers(seed).argmax(axis=1)
    assert nce.score(z, y) == pytest.approx(entropy(z) - entropy(5 * y + z), abs=1e-12)


@relaxed
@given(seeds_of)
def test_bounds_of_leep(seed: int) -> None:
    """-H(y) <= soft -H(y | z) <= LEEP <= 0: a logarithm of a mean is at least a mean of logs."""
    y, theta = drawn(seed)[1], answers(seed)
    joint = np.stack([theta[y == k].sum(axis=0) for k in range(3)]) / len(y)
    soft = float(np.sum(joint * np.log(joint / joint.sum(axis=0))))
    assert -entropy(y) - 1e-12 <= soft <= leep.score(theta, y) + 1e-12
    assert leep.score(theta, y) <= 0


@relaxed
@given(seeds_of)
def test_leep_is_above_its_bound_by_single_answers(seed: int) -> None:
    """Property 2 of the publication: one term of each row's sum is less than the sum."""
    y, theta = drawn(seed)[1], answers(seed)
    joint = np.stack([theta[y == k].sum(axis=0) for k in range(3)])
    given_z = (joint / joint.sum(axis=0))[y, theta.argmax(axis=1)]
    assert leep.score(theta, y) >= np.mean(np.log(given_z)) + np.mean(np.log(theta.max(axis=1)))


@relaxed
@given(seeds_of)
def test_leep_is_no_better_than_the_best_head_on_the_answers(seed: int) -> None:
    """Property 1: of all tables P(y | z), none makes the labels less likely than the best one.

    The best one is found by expectation-maximisation that starts from LEEP's own.
    """
    y, theta = drawn(seed)[1], answers(seed)
    table = np.stack([theta[y == k].sum(axis=0) for k in range(3)])
    table = table / table.sum(axis=0)
    for _ in range(200):
        share = table[y] * theta
        share = share / share.sum(axis=1, keepdims=True)
        table = np.stack([share[y == k].sum(axis=0) for k in range(3)])
        table = table / table.sum(axis=0)
    best = np.mean(np.log((table[y] * theta).sum(axis=1)))
    assert leep.score(theta, y) <= best + 1e-12


@relaxed
@given(seeds_of)
def test_sure_answers_make_leep_and_nce_the_same(seed: int) -> None:
    """Where each answer is one class, both are -H(y | z); also with a class never answered."""
    y, z = drawn(seed)[1], answers(seed).argmax(axis=1)
    sure = np.eye(6)[z]
    assert leep.score(sure, y) == pytest.approx(nce.score(z, y), abs=1e-12)


def test_useless_answers_leave_the_entropy() -> None:
    """The same answer for all rows tells nothing; the right answer tells all."""
    y = np.array([0, 0, 1, 1, 1])
    assert leep.score(np.full((5, 4), 0.25), y) == pytest.approx(-entropy(y))
    assert nce.score(np.full(5, 2), y) == pytest.approx(-entropy(y))
    assert leep.score(np.eye(2)[y], y) == nce.score(y, y) == 0.0
    assert math.copysign(1.0, nce.score(y, y)) == 1.0


def test_names_of_classes_do_not_matter() -> None:
    """Source classes in another order, and target classes of other numbers, are the same."""
    y, theta = drawn(2)[1], answers(2)
    assert leep.score(theta[:, ::-1], y) == pytest.approx(leep.score(theta, y))
    assert leep.score(theta, 10 - 3 * y) == pytest.approx(leep.score(theta, y))
    z = theta.argmax(axis=1)
    assert nce.score(7 - z, 10 - 3 * y) == pytest.approx(nce.score(z, y))


def test_answers_that_are_no_probabilities_are_refused() -> None:
    """Logits are a mistake that would go unseen."""
    with pytest.raises(ValueError, match=r"row 1 adds up to 3 \(smallest 1\). Take the softmax"):
        leep.score(np.array([[0.5, 0.5], [1.0, 2.0]]), np.array([0, 1]))
    with pytest.raises(ValueError, match=r"but row 0 adds up to 1 \(smallest -1"):
        leep.score(np.array([[2.0, -1.0], [0.5, 0.5]]), np.array([0, 1]))


# --------------------------------------------------------------------------- H-score and TransRate


@relaxed
@given(seeds_of, st.integers(4, 40), st.integers(1, 12))
def test_shrinkage_is_ledoit_and_wolfs(seed: int, n: int, d: int) -> None:
    """scikit-learn finds the same share."""
    rows, _ = drawn(seed, n=n, d=d)
    centred = rows - rows.mean(axis=0)
    expected = 0.0 if d == 1 else ledoit_wolf(centred, assume_centered=True)[1]
    assert h_score.shrinkage(centred) == pytest.approx(expected, abs=1e-9)


@relaxed
@given(seeds_of, st.integers(6, 40), st.integers(2, 12))
def test_h_score_is_that_of_explicit_scatter_matrices(seed: int, n: int, d: int) -> None:
    """Summed row by row and class by class, with scikit-learn's covariance."""
    rows, y = drawn(seed, n=n, d=d)
    covariance, amount = ledoit_wolf(rows)
    between = np.zeros((d, d))
    for row in y:
        gap = rows[y == row].mean(axis=0) - rows.mean(axis=0)
        between += np.outer(gap, gap) / n
    expected = np.trace(linalg.solve(covariance, (1 - amount) * between))
    assert h_score.score(rows, y) == pytest.approx(expected, abs=1e-9)


def test_h_score_by_hand() -> None:
    """Rows (1, 0), (-1, 0) of class 0 and 1, and (0, 1), (0, -1) of class 0 and 1.

    S = I/2 is round, so nothing is shrunk; the class means are +-(1/2, 1/2): S_y has trace 1/2,
    and the score is 2 x 1/2 = 1.
    """
    rows = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    assert h_score.score(rows, np.array([0, 1, 0, 1])) == pytest.approx(1.0)


def test_h_score_of_two_rows() -> None:
    """A single direction that cannot be shrunk is inverted where it is not 0."""
    assert h_score.score(np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0, 1])) == pytest.approx(1)
    assert h_score.score(np.ones((4, 2)), np.array([0, 1, 0, 1])) == 0.0


@relaxed
@given(seeds_of, st.integers(4, 40), st.integers(1, 12), st.integers(2, 4))
def test_h_score_is_at_most_the_classes_less_one(seed: int, n: int, d: int, c: int) -> None:
    """Between classes there are no more directions, and none varies more than all rows."""
    rows, y = drawn(seed, n=n, d=d, c=c)
    assert -1e-12 <= h_score.score(rows, y) <= c - 1 + 1e-9


@relaxed
@given(seeds_of, st.integers(4, 40), st.integers(1, 12))
def test_transrate_is_that_of_explicit_determinants(seed: int, n: int, d: int) -> None:
    """By log-determinants of the covariances, as the publication writes it."""
    rows, y = drawn(seed, n=n, d=d)
    centred = rows - rows.mean(axis=0)

    def rate(part: np.ndarray) -> float:
        inside = np.eye(d) + part.T @ part / (len(part) * 1e-4)
        return float(np.linalg.slogdet(inside)[1] / 2)

    within = sum(np.mean(y == k) * rate(centred[y == k]) for k in range(3))
    assert transrate.score(rows, y) == pytest.approx(rate(centred) - within, abs=1e-6)


def test_transrate_by_hand() -> None:
    """A rate of all rows less the rates of the classes, at a distortion of 1.

    One feature of -1 and 1 has the rate log(2) / 2, and so has each of its two classes. Of two
    features, one for each class, all rows have 2 log(1 + 2) / 2, each class has log(1 + 4) / 2.
    """
    rows, y = np.array([[-1.0], [1.0], [-1.0], [1.0]]), np.array([0, 1, 0, 1])
    assert transrate.score(rows, y, distortion=1.0) == pytest.approx(0.0, abs=1e-12)
    rows = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 2.0], [0.0, -2.0]])
    found = transrate.score(rows, np.array([0, 0, 1, 1]), distortion=1.0)
    assert found == pytest.approx(math.log(3) - math.log(5) / 2)


@relaxed
@given(seeds_of, st.integers(4, 40), st.integers(1, 12), st.integers(2, 4))
def test_transrate_is_never_negative(seed: int, n: int, d: int, c: int) -> None:
    """The logarithm of a determinant is concave; the classes are of unequal sizes here."""
    rows, y = drawn(seed, n=n, d=d, c=c)
    y = np.where(np.arange(n) < n // 2, 0, y)
    y[-1] = 1
    assert transrate.score(rows, y) >= 0


def test_a_distortion_of_nothing_is_refused() -> None:
    """Without distortion a code has no end."""
    with pytest.raises(ValueError, match=r"distortion must be above 0, e.g. 0.0001, got 0"):
        transrate.score(np.eye(2), np.array([0, 1]), distortion=0.0)


# --------------------------------------------------------------------------------- what all promise


@every_of_features
def test_order_of_rows_and_numbers_of_classes_do_not_matter(name: str) -> None:
    """Other orders and other numbers give the same score; so does a rotation."""
    rows, y = drawn(5)
    value = OF_FEATURES[name](rows, y)
    order = np.random.Generator(np.random.PCG64(1)).permutation(len(y))
    assert OF_FEATURES[name](rows[order], y[order]) == pytest.approx(value, abs=1e-9)
    assert OF_FEATURES[name](rows, 10 - 3 * y) == pytest.approx(value, abs=1e-9)
    assert OF_FEATURES[name](rows @ rotation(1, 5), y) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(("name", "changed"), [
    ("logme", lambda rows: 1000 * rows), ("h_score", lambda rows: 1000 * rows - 5),
    ("transrate", lambda rows: rows + 5), ("logme", lambda rows: np.hstack([rows, 0 * rows])),
])  # fmt: skip
def test_what_does_not_change_a_score(
    name: str, changed: Callable[[np.ndarray], np.ndarray]
) -> None:
    """The scale does not matter to LogME and H-score, the origin not to H-score and TransRate."""
    rows, y = drawn(6)
    expected = OF_FEATURES[name](rows, y)
    assert OF_FEATURES[name](changed(rows), y) == pytest.approx(expected, abs=1e-8)


@every_of_features
def test_features_and_labels_are_checked(name: str) -> None:
    """One class, other lengths, half labels and numbers that are none are refused."""
    rows, y = drawn(7)
    measure = OF_FEATURES[name]
    with pytest.raises(ValueError, match=r"all 30 rows are of class 2\. Draw rows of each class"):
        measure(rows, np.full(30, 2))
    with pytest.raises(ValueError, match="one entry for each of the same rows, got 30 and 29"):
        measure(rows, y[1:])
    with pytest.raises(ValueError, match=r"y must hold class indices, but y\[0\] is 0.5"):
        measure(rows, y + 0.5)
    rows[2, 1] = np.inf
    with pytest.raises(ValueError, match=r"features\[2, 1\] is inf"):
        measure(rows, y)
