"""Options are chosen on validation rows alone; what is chosen is fitted on all that is known."""

import dataclasses
import json
import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.interactions.tables_of import TIMED, listed, table
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import facts, fitting, registry
from trunkline.recommending.fitting import Known, Learned
from trunkline.recommending.model import Asked, Fitted, Sides
from trunkline.settings.recommending import linear_models, rating_models
from trunkline.settings.recommending.interactions import Cold
from trunkline.settings.recommending.linear_models import Ease, Ials, ItemKnn
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.neural_models import MfBpr
from trunkline.settings.recommending.study import Recommender, Side, TuneModels
from trunkline.settings.tuning import Range
from trunkline.training.divergence import Diverged

TRAIN = table(
    ("a", "p", 5, 1), ("a", "q", 4, 2), ("b", "q", 1, 1), ("b", "r", 3, 4), ("c", "p", 2, 3)
)
VALIDATION = table(("a", "r", 5, 9), ("b", "p", 4, 8), ("c", "q", 1, 7))
SIDE = Side(dataset="people", columns=("age",))
EPOCHS, BEST = 7, 3


class Spy:
    """A model that remembers what it is given; a draw says how good its options are."""

    def __init__(self, best_epoch: int = BEST, diverges: float = np.inf) -> None:
        self.calls: list[dict[str, Any]] = []
        self.best_epoch, self.diverges = best_epoch, diverges

    def fit(self, pairs: Pairs, sides: Sides, options: Any, **told: Any) -> Fitted:
        """Return its options and seed as arrays."""
        self.calls.append({"pairs": pairs, "sides": sides, "options": options, **told})
        if options.l2 > self.diverges:
            raise Diverged("a loss is no number")
        epochs = told.get("epochs") or EPOCHS
        arrays = {"l2": np.array([options.l2]), "items": np.arange(len(pairs.items))}
        return Fitted(arrays, np.zeros((epochs, 2), np.float32), self.best_epoch)

    def scores(self, arrays: Mapping[str, np.ndarray], asked: Asked) -> np.ndarray:
        """Return scores that are right where l2 is below a hundredth, and wrong elsewhere."""
        good = np.array([[2, 1, 3], [3, 1, 2], [2, 3, 1]], np.float32)
        scores = good if arrays["l2"][0] < 0.01 else -good
        return scores[asked.user, : len(arrays["items"])]


def study(tune: TuneModels | None = None, sides: Any = None, **named: Any) -> Recommender:
    """Return a study of three repeats."""
    return Recommender(
        title="t", dataset="d", interactions=TIMED, repeats=3, models=Models(**named), tune=tune,
        **(sides or {}),
    )  # fmt: skip


def known(
    found: Mapping[str, facts.Facts] | None = None, asked: Recommender | None = None
) -> Known:
    """Return what may be learned from."""
    return fitting.gather(TRAIN, VALIDATION, found or {}, asked or study())


def learned(asked: Recommender, *, name: str = "films", seed: int = 7) -> Learned:
    """Return what a study learns."""
    return fitting.learn(known(), asked, name=name, seed=seed)


def searched(monkeypatch: pytest.MonkeyPatch, spy: Spy, trials: int = 6) -> Learned:
    """Return what a study learns of a spy, whose stated options are bad."""
    monkeypatch.setitem(registry.MODELS, "mf_bpr", spy)  # type: ignore[arg-type]
    ranges = {"mf_bpr": {"l2": Range(low=0.0001, high=1, log=True)}}
    return learned(study(TuneModels(trials=trials, ranges=ranges), mf_bpr=MfBpr(l2=0.5)))


def test_what_is_known_before_the_search_and_after() -> None:
    """Validation rows are held from the search and learned in the end, when nothing is held."""
    found = known()
    rows = [("a", "p"), ("a", "q"), ("b", "q"), ("b", "r"), ("c", "p")]
    assert [pair[:2] for pair in listed(found.search.pairs)] == rows
    assert [pair[:2] for pair in listed(found.search.held)] == [("a", "r"), ("b", "p"), ("c", "q")]
    both = [pair[:2] for pair in listed(found.final.pairs)]
    assert both == [*rows[:2], ("a", "r"), *rows[2:4], ("b", "p"), rows[4], ("c", "q")]
    assert not found.final.held.user.size
    assert found.final.held.users.tolist() == ["a", "b", "c"]


def test_facts_are_fitted_on_who_is_known() -> None:
    """The mean of ages is that of the users of training, and in the end of all."""
    settings = dataclasses.replace(TIMED, cold=("users",))
    asked = dataclasses.replace(study(sides={"users": SIDE}), interactions=settings)
    people = table(("a", 10), ("b", 30), ("z", 80), ("y", 1000), names="user age")
    found = {"users": facts.read(people, SIDE, "user")}
    train, validation = TRAIN[TRAIN["user"] != "c"], table(("z", "q", 1, 7), ("a", "r", 1, 9))
    both = fitting.gather(train, validation, found, asked)
    assert both.search.sides.users is not None
    assert both.search.sides.users.ravel().tolist() == [-1, 1]
    assert both.final.sides.users is not None
    ages = np.array([10, 30, 80])
    expected = (ages - ages.mean()) / ages.std()
    assert both.final.sides.users.ravel() == pytest.approx(expected, rel=1e-6)


def test_a_validation_pair_that_was_learned() -> None:
    """It is told before anything is fitted."""
    again = pd.concat([VALIDATION, table(("a", "p", 5, 1))], ignore_index=True)
    with pytest.raises(ValueError, match=r"^validation: user 'a' with item 'p' was learned alread"):
        fitting.gather(TRAIN, again, {}, study())


def test_an_unknown_user_of_validation() -> None:
    """Who is not declared cold stops the study."""
    with pytest.raises(ValueError, match=r"^validation: 1 rows \(r0\) are of users that training"):
        fitting.gather(TRAIN, table(("z", "p", 5, 1)), {}, study())


def test_validation_of_new_users_with_new_items_alone() -> None:
    """Nothing can be chosen by pairs of which nothing was learned."""
    settings = dataclasses.replace(TIMED, cold=("users", "items"))
    news = table(("y", "y", 5, 1), ("z", "z", 5, 1))
    message = r"^validation: none of its 2 rows is of a user and an item that training knows"
    with pytest.raises(ValueError, match=message):
        fitting.gather(TRAIN, news, {}, dataclasses.replace(study(), interactions=settings))


@pytest.mark.parametrize(
    ("cold", "rows"),
    [("users", [("y", "p", 5, 1), ("z", "q", 5, 1)]), ("items", [("a", "y", 5, 1)])],
)
def test_validation_of_what_is_new_alone(cold: Cold, rows: list[tuple[object, ...]]) -> None:
    """Options are chosen by the newest training pairs of each user; in the end all are learned."""
    settings = dataclasses.replace(TIMED, cold=(cold,))
    asked = dataclasses.replace(study(), interactions=settings)
    found = fitting.gather(TRAIN, table(*rows), {}, asked)
    assert [pair[:2] for pair in listed(found.search.held)] == [("a", "q"), ("b", "r")]
    left = [("a", "p"), ("b", "q"), ("c", "p")]
    assert [pair[:2] for pair in listed(found.search.pairs)] == left
    assert len(found.final.pairs.user) == len(TRAIN) + len(rows)


def test_a_user_without_facts() -> None:
    """A study that reads facts has them of everybody."""
    found = {"users": facts.read(table(("a", 10), ("b", 30), names="user age"), SIDE, "user")}
    with pytest.raises(ValueError, match=r"1 ids of the interactions have no row in it \(c\)"):
        known(found, study(sides={"users": SIDE}))


def test_options_are_searched_on_validation_and_refitted_on_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trials see training rows and what is held; the last fits all rows, nothing held."""
    spy = Spy()
    found = searched(monkeypatch, spy)
    whole = known()
    trials, last = spy.calls[:-3], spy.calls[-3:]
    assert {len(found.trials.query("model == 'mf_bpr'")), len(trials)} == {6}
    for call in trials:
        assert listed(call["pairs"]) == listed(whole.search.pairs)
        assert listed(call["held"]) == listed(whole.search.held)
        assert "epochs" not in call
    for call in last:
        assert listed(call["pairs"]) == listed(whole.final.pairs)
        assert call.get("held") is None
        assert call["epochs"] == BEST


def test_the_best_trial_is_what_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ranks the validation items first, where the stated options rank them last."""
    spy = Spy()
    found = searched(monkeypatch, spy)
    trials = found.trials.query("model == 'mf_bpr'").reset_index(drop=True)
    (best,) = trials.index[trials["chosen"]]
    assert trials["score"][0] < trials["score"][best] == 1
    chosen = json.loads(trials["options"][best])
    assert chosen["l2"] < 0.01 < 0.5 == json.loads(trials["options"][0])["l2"]
    assert {call["options"].l2 for call in spy.calls[-3:]} == {chosen["l2"]}
    runs = found.runs.query("model == 'mf_bpr'")
    assert runs["options"].map(json.loads).tolist() == [chosen] * 3
    assert runs["repeat"].tolist() == [0, 1, 2]
    assert runs["epochs"].tolist() == [BEST] * 3


def test_a_trial_that_diverges_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no score, and the study goes on with the others."""
    found = searched(monkeypatch, Spy(diverges=0.4))
    trials = found.trials.query("model == 'mf_bpr'").reset_index(drop=True)
    l2 = trials["options"].map(json.loads).map(lambda options: options["l2"])
    assert trials["score"].isna().tolist() == (l2 > 0.4).tolist()
    assert trials["score"].isna()[0]
    assert not trials["chosen"][0]


def test_a_model_that_always_diverges(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to fit: the model and the number of its trials are told."""
    with pytest.raises(ValueError, match=r"model 'mf_bpr': none of its 6 .*: a loss is no number$"):
        searched(monkeypatch, Spy(diverges=0))


def test_a_model_without_epochs_is_told_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed form has no best epoch to repeat."""
    spy = Spy(best_epoch=0)
    searched(monkeypatch, spy)
    assert [call["epochs"] for call in spy.calls[-3:]] == [None] * 3


def test_options_too_large_for_the_pairs_are_passed_over() -> None:
    """A drawn number of factors may exceed what three users have: such a trial has no score."""
    ranges = {"pure_svd": {"factors": Range(low=2, high=9)}}
    tune = TuneModels(trials=6, ranges=ranges)
    found = learned(study(tune, pure_svd=linear_models.PureSvd(factors=2)))
    trials = found.trials.query("model == 'pure_svd'")
    factors = trials["options"].map(json.loads).map(lambda options: options["factors"])
    assert (factors > 2).any()
    assert (trials["score"].isna() == (factors > 2)).all()
    message = r"'pure_svd': none of its 1 trials .*; the last one: pure_svd: expected fewer factors"
    with pytest.raises(ValueError, match=message):
        learned(study(pure_svd=linear_models.PureSvd(factors=3)))


def test_seeds_depend_on_names_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats differ; so do studies and root seeds. Other models beside it change no draw."""

    def seeds(asked: Recommender, **told: Any) -> list[int]:
        spy = Spy()
        monkeypatch.setitem(registry.MODELS, "mf_bpr", spy)  # type: ignore[arg-type]
        learned(asked, **told)
        return [call["seed"] for call in spy.calls]

    alone = seeds(study(mf_bpr=MfBpr()))
    assert len(set(alone)) == 4
    assert seeds(study(mf_bpr=MfBpr())) == alone
    assert seeds(study(mf_bpr=MfBpr(), ease=Ease())) == alone
    more = seeds(dataclasses.replace(study(mf_bpr=MfBpr()), repeats=5))
    assert more[:4] == alone
    for told in ({"name": "books"}, {"seed": 8}):
        assert not set(seeds(study(mf_bpr=MfBpr()), **told)) & set(alone)  # type: ignore[arg-type]


def test_without_a_search_every_model_is_as_stated() -> None:
    """One trial each, which is chosen, and says what it is worth on validation."""
    found = learned(study(ease=Ease(regularisation=3), item_knn=ItemKnn(neighbours=2)))
    assert list(found.trials["model"]) == ["most_popular", "item_knn", "ease"]
    assert found.trials["chosen"].all()
    stated = [json.loads(told) for told in found.runs["options"]]
    assert stated[1:] == [dataclasses.asdict(ItemKnn(neighbours=2)),
                          dataclasses.asdict(Ease(regularisation=3))]  # fmt: skip


def test_what_draws_nothing_is_fitted_once() -> None:
    """The other models have a fit for each repeat, and no two are alike."""
    found = learned(study(ease=Ease(), ials=Ials(factors=2, sweeps=1)))
    assert {name: len(fits) for name, fits in found.fitted.items()} == {
        "most_popular": 1, "ease": 1, "ials": 3,
    }  # fmt: skip
    assert len({fit.arrays["items"].tobytes() for fit in found.fitted["ials"]}) == 3
    assert fitting.repeated("ials", 4) == 4
    assert fitting.repeated("ease", 4) == 1
    assert list(found.runs.columns) == fitting.RUN_COLUMNS


def test_every_model_has_as_many_trials() -> None:
    """But those without anything to search; ranges of the study take the place of ours."""
    ranges = {"ease": {"regularisation": Range(low=1, high=2)}}
    tune = TuneModels(trials=4, metric="recall", k=1, ranges=ranges)
    found = learned(study(tune, ease=Ease(), item_knn=ItemKnn(), bias=rating_models.Bias()))
    assert found.trials["model"].value_counts().to_dict() == {
        "ease": 4, "item_knn": 4, "bias": 4, "most_popular": 1,
    }  # fmt: skip
    drawn = found.trials.query("model == 'ease' and trial > 0")["options"].map(json.loads)
    assert drawn.map(lambda options: 1 <= options["regularisation"] <= 2).all()


def test_models_are_judged_as_the_study_says() -> None:
    """Lists by the metric at k, ratings by the negative error: both by hand."""
    tune = TuneModels(trials=1, metric="precision", k=1, rating_metric="mae")
    bias = rating_models.Bias(item_damping=0, user_damping=0)
    found = learned(study(tune, bias=bias))
    scores = found.trials.set_index("model")["score"]
    # p and q have two users each, r one: a lacks r, b lacks p, c gets q before r.
    assert scores["most_popular"] == 1
    mean = 15 / 5
    items = {"p": 3.5 - mean, "q": 2.5 - mean, "r": 0.0}
    users = {"a": 4.5 - mean - (items["p"] + items["q"]) / 2,
             "b": 2.0 - mean - (items["q"] + items["r"]) / 2,
             "c": 2.0 - mean - items["p"]}  # fmt: skip
    off = [abs(stars - (mean + items[item] + users[user]))
           for user, item, stars in [("a", "r", 5), ("b", "p", 4), ("c", "q", 1)]]  # fmt: skip
    assert scores["bias"] == pytest.approx(-np.mean(off), rel=1e-5)


def test_the_order_of_rows_changes_nothing() -> None:
    """Pairs are sorted before anything is learned of them."""
    asked = study(TuneModels(trials=3), ease=Ease(), ials=Ials(factors=2, sweeps=2))
    whole = learned(asked)
    turned = fitting.gather(TRAIN[::-1], VALIDATION[::-1], {}, asked)
    found = fitting.learn(turned, asked, name="films", seed=7)
    pd.testing.assert_frame_equal(found.trials, whole.trials)
    for name, fits in whole.fitted.items():
        for one, other in zip(fits, found.fitted[name], strict=True):
            assert {key: array.tobytes() for key, array in one.arrays.items()} == {
                key: array.tobytes() for key, array in other.arrays.items()
            }


def test_runs_are_told_as_they_begin(caplog: pytest.LogCaptureFixture) -> None:
    """A line says which model is searched, or which of its repeats is fitted."""
    with caplog.at_level(logging.INFO):
        learned(study(ials=Ials(factors=2, sweeps=1)))
    told = "\n".join(caplog.messages)
    for label in ("most_popular, search", "ials, search", "ials, repeat 2", "6 of 6 runs done"):
        assert label in told
