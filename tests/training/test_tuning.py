"""The search: what is tried, what is chosen, and that no arm gets more of it than another."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from trunkline.data import encoders
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.sharing import Sharing, Soft
from trunkline.settings.strategies import FineTune, Strategies
from trunkline.settings.study import Finetune, Multitask, Network, Question, Study
from trunkline.settings.tuning import Range, Space, Tune
from trunkline.settings.weight_strategies import L2Sp
from trunkline.training import inputs, multitask, transfer, tuned
from trunkline.training.divergence import Diverged
from trunkline.training.predicting import Predictor
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Key
from trunkline.training.targets import Targets
from trunkline.training.tuned import Chosen, Place, Tuned, Values
from trunkline.training.tuning import arms, records, search, tune
from trunkline.training.tuning.records import Row
from trunkline.training.tuning.spaces import Dimension

Sampler = Literal["random", "tpe"]
RATE = Dimension(Range(low=0.001, high=1.0, log=True), False, 0.5)
DECAY = Dimension(Range(low=0.0, high=2.0), False, 2.0)
EPOCHS = Dimension(Range(low=1, high=7), True, 3)
SEARCH = Tune(trials=3, space=Space(learning_rate=Range(low=0.001, high=0.2, log=True)), repeats=2)


def bowl(values: Values) -> float:
    """Return a loss that is least at a rate of 0.03 and a decay of 0.7."""
    return 1 + math.log(values["rate"] / 0.03) ** 2 + (values["decay"] - 0.7) ** 2


def searched(
    objective: Callable[[Values], float] = bowl, *, sampler: Sampler = "random", trials: int = 60,
    seed: int = 1,
) -> list[search.Trial]:  # fmt: skip
    """Return the trials of a search of two settings."""
    dimensions = {"rate": RATE, "decay": DECAY}
    return search.search(dimensions, objective, trials=trials, sampler=sampler, seed=seed)


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_planted_optimum_is_found(sampler: Sampler) -> None:
    """150 trials come near the bottom of a bowl, far from the stated values."""
    trials = searched(sampler=sampler, trials=150)
    best = search.best(trials)
    assert best is not None
    assert trials[best].values["rate"] == pytest.approx(0.03, rel=0.7)
    assert trials[best].values["decay"] == pytest.approx(0.7, abs=0.4)
    assert trials[best].loss == min(trial.loss for trial in trials) < trials[0].loss


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_seed_decides_every_trial(sampler: Sampler) -> None:
    """The same seed proposes the same values, another one others."""
    one, two, other = (searched(sampler=sampler, trials=20, seed=s) for s in (5, 5, 6))
    assert one == two
    assert [trial.values for trial in one[1:]] != [trial.values for trial in other[1:]]


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_proposals_are_the_same_everywhere(sampler: Sampler) -> None:
    """Of a seed they are these numbers, on any machine: a release that changes them is noticed."""
    trials = searched(sampler=sampler, trials=4)
    assert [tuple(trial.values.values()) for trial in trials] == [
        (0.5, 2.0), (0.01782, 1.442), (0.001, 0.604), (0.002742, 0.184),
    ]  # fmt: skip


def test_random_trials_do_not_depend_on_losses() -> None:
    """What one trial found changes no other: more trials only add to fewer."""
    one, two = searched(trials=5), searched(lambda values: -bowl(values), trials=9)
    assert [trial.values for trial in one] == [trial.values for trial in two[:5]]


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_the_first_trial_is_the_stated_one(sampler: Sampler) -> None:
    """To the last digit, also where it lies beyond the range: no choice is worse than it."""
    outside = replace(RATE, stated=1.23456789)
    (first,) = search.search({"rate": outside}, abs_rate, trials=1, sampler=sampler, seed=0)
    assert first == search.Trial({"rate": 1.23456789}, 1.23457)


def abs_rate(values: Values) -> float:
    """Return a loss that is the rate itself."""
    return values["rate"]


def test_of_equal_losses_the_earliest_is_chosen() -> None:
    """Losses that differ in the seventh digit are equal: the stated values stay."""
    trials = searched(lambda values: 1 + 1e-8 * values["rate"], trials=8)
    assert search.best(trials) == 0


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_trial_that_diverges_is_the_worst(sampler: Sampler) -> None:
    """Whether training stops or its loss is no number, another trial is chosen."""

    def wild(values: Values) -> float:
        if values["rate"] > 0.3:
            raise Diverged("the loss is not finite")
        return math.inf if values["rate"] > 0.1 else 1e6

    trials = searched(wild, sampler=sampler, trials=20)
    assert math.isnan(trials[0].loss)
    best = search.best(trials)
    assert best is not None
    assert trials[best].loss == 1e6
    assert search.best(trials[:1]) is None


def test_other_errors_are_not_taken_for_divergence() -> None:
    """They stop the search."""

    def broken(values: Values) -> float:
        raise ValueError("rows are missing")

    with pytest.raises(ValueError, match="rows are missing"):
        searched(broken)


def test_values_lie_in_the_range_and_have_four_digits() -> None:
    """A logarithmic range is spread by its logarithm; no rounding leads beyond an end."""
    assert [RATE.value(position) for position in (0, 500, 1000)] == [0.001, 0.03162, 1.0]
    assert [DECAY.value(position) for position in (0, 1, 1000)] == [0.0, 0.002, 2.0]
    assert {EPOCHS.value(position) for position in range(1001)} == set(range(1, 8))
    odd = Dimension(Range(low=0.123456, high=0.234567), False, 0.2)
    assert (odd.value(0), odd.value(1000)) == (0.1235, 0.234567)


@pytest.mark.parametrize(
    ("dimension", "stated", "position"),
    [(RATE, 0.0316, 500), (RATE, 5.0, 1000), (RATE, 0.0, 0), (DECAY, 0.5, 250), (EPOCHS, 7, 1000)],
)
def test_a_stated_value_has_a_place_on_the_grid(
    dimension: Dimension, stated: float, position: int
) -> None:
    """The nearest one; beyond the range its end."""
    assert replace(dimension, stated=stated).position() == position


def row(budget: int, *, part: str = "transfer", chosen: bool = True, **values: float) -> Row:
    """Return a trial of an arm."""
    return Row(Place(part, "t", "scratch", budget), 0, values, 0.5, chosen)


def test_budgets_between_take_what_the_next_smaller_one_chose() -> None:
    """Below the smallest that was searched, they take what that one chose."""
    rows = [row(5, rate=0.1), row(20, rate=0.2), row(20, chosen=False, rate=0.3)]
    rows.append(row(300, part="multitask", rate=0.4))
    found = records.chosen(rows, [1, 5, 10, 20, 50])
    rates = {entry["budget"]: entry["values"]["rate"] for entry in found}
    assert rates == {1: 0.1, 5: 0.1, 10: 0.1, 20: 0.2, 50: 0.2, 300: 0.4}


def test_no_search_is_an_empty_table_of_the_same_columns() -> None:
    """Its columns have their types, and nothing is chosen."""
    empty = records.table()
    assert len(empty) == 0
    assert list(empty.columns) == list(records.COLUMNS)
    assert str(empty["budget"].dtype) == "int64"
    assert records.chosen([], [1]) == []


def test_without_a_search_every_arm_is_as_stated() -> None:
    """Where there was one, an arm that it does not know is refused."""
    place = Place("transfer", "t", "lp_ft", 5)
    assert tuned.of(Chosen().values(place), Network()) == tuned.STATED
    some = Chosen(records.chosen([row(5, rate=0.1)], [5]))
    assert some.values(place._replace(arm="scratch")) == {"rate": 0.1}
    message = r"chosen.json has nothing for arm 'lp_ft' on task 't' with a budget of 5: .* `dvc re"
    with pytest.raises(ValueError, match=message):
        some.values(place)


def test_options_get_their_own_values_only() -> None:
    """Settings that every arm has go elsewhere, whole numbers stay whole."""
    found = tuned.options(FineTune(), {"learning_rate": 0.1, "l2": 0.2, "head_epochs": 4.0})
    assert found == FineTune(head_epochs=4)
    assert isinstance(found.head_epochs, int)
    assert tuned.of({"learning_rate": 0.1, "l2": 0.2}, Network(l2=0.2)) == Tuned(0.1)
    assert tuned.of({"l2": 0.3}, Network(l2=0.2)) == Tuned(None, 0.3)


@pytest.fixture(scope="module")
def whole(study: Question) -> Study:
    """Return the study of these tests as one with a search."""
    return Study(**vars(study), title="A study", dataset="d", tune=SEARCH)


@pytest.fixture(scope="module")
def source(pretrained: Pretrained) -> arms.Source:
    """Return what pretraining left."""
    (weights,) = pretrained.trained.models.values()
    return arms.Source(weights, pretrained.encoder, pretrained.epochs_by_budget)


@pytest.fixture(scope="module")
def rows(train: pd.DataFrame, make_frame: Callable[..., pd.DataFrame]) -> arms.Rows:
    """Return training and validation rows."""
    return arms.Rows(train, make_frame(30, seed=2))


def test_all_arms_get_the_same_number_of_trials(
    plain: None, rows: arms.Rows, source: arms.Source, whole: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every strategy, budget and task, of joint training under each balancer, of tasks alone."""
    calls: Counter[Place] = Counter()

    def counted(arm: arms.Arm) -> arms.Arm:
        def objective(values: Values) -> float:
            calls[arm.place] += 1
            return values["learning_rate"]

        return arm._replace(objective=objective)

    real = arms.of_transfer, arms.of_joint
    monkeypatch.setattr(arms, "of_transfer", lambda *a, **k: map(counted, real[0](*a, **k)))
    monkeypatch.setattr(arms, "of_joint", lambda *a, **k: map(counted, real[1](*a, **k)))
    found = [Counter(r.place for r in tune.tune(rows, source, whole, name="s", seed=7))]
    assert found == [calls]
    assert set(calls.values()) == {3}
    assert {place.arm for place in calls} == {
        "scratch", "linear_probe", "fine_tune", "lp_ft", "joint", "alone",
    }  # fmt: skip
    assert len(calls) == 2 * 2 * 4 + 3


def test_a_trial_is_the_mean_loss_on_the_validation_rows(
    plain: None, rows: arms.Rows, source: arms.Source, whole: Study
) -> None:
    """Restated in NumPy for scratch: cross-entropy of networks with draws of the search's own."""
    arm = next(arms.of_transfer(rows, source, whole, SEARCH, name="s", seed=7))
    assert arm.place == Place("transfer", "letter", "scratch", 2)
    found = arm.objective({"learning_rate": 0.05})
    targets = Targets(rows.train, source.encoder, whole, "s/tune", 7)
    runs = transfer.Runs(targets, source.weights, source.epochs_by_budget)
    own = rows.validation["domain"] == "target"
    x = targets.features.encoder
    losses = []
    for repeat in range(2):
        key = Key("letter", "scratch", 2)
        arrays = runs.fit(key, repeat, None, Tuned(0.05)).arrays
        hidden = encoders.apply(x, rows.validation.loc[own], x.columns)
        hidden = np.maximum(
            hidden @ arrays["trunk/dense_0/kernel"] + arrays["trunk/dense_0/bias"], 0
        )
        z = hidden @ arrays["head/target/dense/kernel"] + arrays["head/target/dense/bias"]
        y = rows.validation.loc[own, "kind"].map({"a": 0, "b": 1, "c": 2}).to_numpy()
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
    assert found == pytest.approx(np.mean(losses), rel=1e-5)
    assert found != arm.objective({"learning_rate": 0.005})


@pytest.mark.parametrize("shape", [(), ("soft",)])
def test_a_joint_trial_is_the_weighted_sum_of_its_tasks_losses(
    plain: None, rows: arms.Rows, whole: Study, shape: tuple[str, ...]
) -> None:
    """Restated in NumPy from what the network says; also where tasks have trunks of their own."""
    tasks = whole.tasks | {"amount": replace(whole.tasks["amount"], weight=0.25)}
    joint = replace(whole.multitask, sharing=Sharing(**{name: Soft() for name in shape}))
    study = replace(whole, tasks=tasks, multitask=joint)
    wanted = shape[0] if shape else "joint"
    found = {a.place.arm: a for a in arms.of_joint(rows, study, SEARCH, name="s", seed=7)}
    loss = found[wanted].objective({"learning_rate": 0.05})
    encoder = inputs.fit(rows.train, study.inputs)
    shared = multitask.Shared(rows.train, encoder, study, "s/tune", 7)
    architecture = shared.arms[wanted].sharing
    heads = {"0": inputs.output(tasks["flag"]), "1": inputs.output(tasks["amount"])}
    predictor = Predictor(study.network, shape=(4,), outputs=heads, sharing=architecture)
    x = inputs.features(rows.validation, study.inputs, encoder).x
    flag, amount = (rows.validation[name].to_numpy() for name in ("flag", "amount"))
    losses = []
    for repeat in range(2):
        key = Key("all", wanted, 30)
        run = shared.fit(key, ("flag", "amount"), shared.draw(repeat), Tuned(0.05))
        said = predictor.predict(x, {k: v[None] for k, v in run.arrays.items()})
        z = said["0"][0, :, 0].astype(np.float64)
        entropy = np.logaddexp(0, z) - flag * z
        away = (said["1"][0, :, 0] - amount) / run.arrays["scale/1"][1]
        losses.append(entropy.mean() + 0.25 * np.square(away).mean())
    assert loss == pytest.approx(np.mean(losses), rel=1e-4)


def test_strategies_over_two_tables_train_with_what_is_tried(
    plain: None, rows: arms.Rows, source: arms.Source, whole: Study
) -> None:
    """Rates, l2 and what is compiled in: other values, other networks; the stated ones again."""
    strategies = Strategies(
        rehearsal=Rehearsal(),
        feature_map=FeatureMap(same_inputs=True, source_epochs=1),
        l2_sp=L2Sp(),
    )
    study = replace(whole, finetune=replace(whole.finetune, strategies=strategies, budgets=(10,)))
    targets = Targets(rows.train, source.encoder, study, "s", 7)
    runs = transfer.Runs(targets, source.weights, source.epochs_by_budget)

    def kernel(arm: str, settings: Tuned = tuned.STATED, **own: Any) -> bytes:
        options = replace(getattr(strategies, arm), **own)
        arrays = runs.fit(Key("letter", arm, 10), 0, options, settings).arrays
        return bytes(arrays["trunk/dense_0/kernel"].tobytes())

    for arm, own in (
        ("rehearsal", {"weight": 0.3}), ("feature_map", {"mu": 0.5}), ("l2_sp", {"alpha": 0.7}),
    ):  # fmt: skip
        found = [kernel(arm), kernel(arm, Tuned(0.01)), kernel(arm, Tuned(None, 0.1))]
        assert len({*found, kernel(arm, **own)}) == 4, arm
        assert kernel(arm, Tuned(0.02)) == found[0], "0.02 is stated"


def test_arms_that_diverge_in_every_trial_stop_the_search(
    plain: None, rows: arms.Rows, source: arms.Source, whole: Study
) -> None:
    """It names arm, task and budget."""
    wild = replace(SEARCH, trials=2, space=Space(learning_rate=Range(low=1e29, high=1e30)))
    training = replace(whole.training, optimizer="sgd", learning_rate=1e30)
    study = replace(whole, training=training, tune=wild)
    message = r"^arm 'scratch' on task 'letter' with a budget of 2: each of its 2 trials diverged: "
    with pytest.raises(ValueError, match=message):
        tune.tune(rows, source, study, name="s", seed=7)


def test_a_task_without_validation_rows_stops_the_search(
    rows: arms.Rows, source: arms.Source, whole: Study
) -> None:
    """There is nothing to choose by."""
    none = rows._replace(validation=rows.validation.query("domain == 'source'"))
    with pytest.raises(ValueError, match="'letter'"):
        tune.tune(none, source, whole, name="s", seed=7)


def test_a_study_without_a_search_has_no_trials(
    rows: arms.Rows, source: arms.Source, whole: Study
) -> None:
    """Nothing is trained."""
    assert tune.tune(rows, source, replace(whole, tune=None), name="s", seed=7) == []
    only = replace(whole, finetune=Finetune(), multitask=Multitask())
    assert tune.tune(rows, source, only, name="s", seed=7) == []
