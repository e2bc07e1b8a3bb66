"""Models are judged on what training has not seen, cold users apart; an example is shown."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.recommending import small
from trunkline.metrics.ranking import accuracy, judging
from trunkline.recommending import (
    audience,
    cold,
    evaluation,
    example,
    fitting,
    headlines,
    judgement,
    listing,
    registry,
    tested,
    trials,
)
from trunkline.recommending.arms import Arms
from trunkline.recommending.fitting import Gathered
from trunkline.recommending.lists import tabulating
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.lists import Diversity, Lists
from trunkline.settings.recommending.models import RATING
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.settings.recommending.study import ClickAndRating


@pytest.fixture(scope="module")
def case() -> small.Case:
    """Return a learned study."""
    return small.case()


def fits(case: small.Case) -> dict:
    """Return the arrays of each fit."""
    return {name: [one.arrays for one in repeats] for name, repeats in case.done.fitted.items()}


@pytest.fixture(scope="module")
def judged(case: small.Case) -> dict:
    """Return what was found of all models."""
    terms = evaluation.terms(case.study, name="small", seed=1)
    return evaluation.judged(evaluation.lists(fits(case), case.of, case.study, case.found), terms)


def test_an_estimate_is_that_of_the_scores(case: small.Case, judged: dict) -> None:
    """`ndcg@10` of a model is the mean over users of its own scores, seen items removed."""
    rows, arrays = case.of.rows, case.done.fitted["ease"][0].arrays

    def score(users: np.ndarray) -> np.ndarray:
        return registry.MODELS["ease"].scores(arrays, audience.known(rows, users))

    one = judging.evaluate(score, seen=rows.pairs.matrix, test=case.of.warm, k=10)
    (row,) = [r for r in judged["estimates"] if r["model"] == "ease" and r["metric"] == "ndcg@10"]
    assert row["value"] == pytest.approx(accuracy.measure(one, [10])["ndcg@10"].mean())
    assert row["low"] < row["value"] < row["high"]
    assert row["n"] == len(one.users)


def test_models_that_draw_have_their_repeats_and_others_one(judged: dict) -> None:
    """`random` is fitted as often as the study says."""
    repeats = {r["model"]: r["repeats"] for r in judged["estimates"]}
    assert repeats == {"random": 2, "most_popular": 1, "item_knn": 1, "ease": 1, "pure_svd": 1}


def test_all_are_held_against_the_most_popular_items(judged: dict) -> None:
    """Each other model of lists has a comparison, with a verdict."""
    assert {r["model"] for r in judged["comparisons"]} == {"random", "item_knn", "ease", "pure_svd"}
    assert {r["baseline"] for r in judged["comparisons"]} == {"most_popular"}
    assert all(
        r["verdict"] and r["low"] <= r["difference"] <= r["high"] for r in judged["comparisons"]
    )


def test_rating_models_are_judged_by_their_errors(case: small.Case) -> None:
    """RMSE of `bias` is that of its predictions; models of lists are not among them."""
    terms = evaluation.terms(case.study, name="small", seed=1)
    found = evaluation.ratings(fits(case), case.of, terms)
    pairs, arrays = case.of.held.pairs, case.done.fitted["bias"][0].arrays
    off = registry.MODELS["bias"].ratings(arrays, pairs.user, pairs.item) - pairs.rating
    told = {(r["model"], r["metric"]): r["value"] for r in found["estimates"]}
    assert told["bias", "rmse"] == pytest.approx(np.sqrt((off.astype(float) ** 2).mean()))
    assert {model for model, _ in told} == {"bias", "biased_mf"}
    assert [(r["model"], r["baseline"]) for r in found["comparisons"]] == [("biased_mf", "bias")]


def test_without_rating_models_nothing_is_said_of_ratings(case: small.Case) -> None:
    """No row, and no error."""
    terms = evaluation.terms(case.study, name="small", seed=1)
    kept = {name: repeats for name, repeats in fits(case).items() if name == "ease"}
    assert evaluation.ratings(kept, case.of, terms) == evaluation.NOTHING


def test_a_study_of_one_rating_model_has_an_estimate_and_no_comparison(case: small.Case) -> None:
    """It is its own baseline."""
    terms = evaluation.terms(case.study, name="small", seed=1)
    found = evaluation.ratings({"biased_mf": fits(case)["biased_mf"]}, case.of, terms)
    assert {r["model"] for r in found["estimates"]} == {"biased_mf"}
    assert found["comparisons"] == []


def test_users_that_training_has_not_seen_get_popular_items(case: small.Case) -> None:
    """Each model's lists for them are those of the most popular items; they are judged apart."""
    asked = audience.strangers(case.of.rows, case.of.held.new_users.users, case.found, case.study)
    assert (asked.user == UNKNOWN).all()
    assert asked.features is not None
    counts = np.bincount(case.of.rows.pairs.item, minlength=len(case.of.rows.pairs.items))
    popular = np.lexsort((np.arange(len(counts)), -counts))[:10]
    for name in ("ease", "pure_svd", "most_popular"):
        made = listing.fallen(name, fits(case)[name][0], case.of.rows, asked, 10)
        assert (made == popular).all()
    terms = evaluation.terms(case.study, name="small", seed=1)
    lists = evaluation.lists(fits(case), case.of, case.study, case.found)
    rows = cold.starts(lists, fits(case), case.of, terms, case.found, case.study)
    found = {r["model"]: r["value"] for r in rows if r["start"] == "cold_users"}
    assert len(set(found.values())) == 1
    assert found.keys() == lists.models.keys()


def test_counts_add_up(case: small.Case) -> None:
    """Every test row is of a known pair, a new user, a new item, or both."""
    found, rows = tested.counts(case.known, case.of), small.table("interactions")
    names = ("train", "validation", "test", "new_users", "new_items", "neither")
    assert sum(found[name] for name in names) == len(rows) - _lost(case, rows)
    assert found["judged"] + found["left_out"] == found["users"]


def _lost(case: small.Case, rows: pd.DataFrame) -> int:
    """Return validation rows of users or items that training does not know."""
    known = case.known.search.pairs
    cut = rows[len(rows) * 6 // 10 : len(rows) * 3 // 4]
    there = cut["user_id"].isin(known.users) & cut["item_id"].isin(known.items)
    return int((~there).sum())


def test_a_test_of_strangers_alone_is_refused(case: small.Case) -> None:
    """Of one user there is no interval; of some, towers and tasks have nothing to be tested on."""
    rows = small.table("interactions")
    known = case.known.final.pairs
    message = "at least 2 users whom training knows"
    with pytest.raises(ValueError, match=message):
        tested.tested(rows.assign(user_id="new")[:1], case.known, case.study)
    some = rows[rows["item_id"].isin(known.items)].drop_duplicates("item_id")[:6]
    some = some.assign(user_id=["new", "other"] * 3)
    with pytest.raises(ValueError, match=message):
        tested.tested(some, case.known, small.study(tasks=ClickAndRating()))


def test_a_test_of_strangers_alone_is_one_of_cold_start(case: small.Case) -> None:
    """Lists that fall back to popularity score what those of the most popular items do."""
    rows = small.table("interactions")
    known = case.known.final.pairs
    rows = rows[rows["item_id"].isin(known.items)].drop_duplicates(["user_id", "item_id"])
    people = [user for user in case.found["users"].ids if user not in known.users][:4]
    one = rows.drop_duplicates("item_id")[: 3 * len(people)].reset_index(drop=True)
    of = tested.tested(one.assign(user_id=people * 3), case.known, case.study)
    terms = evaluation.terms(case.study, name="small", seed=1)
    lists = evaluation.lists(fits(case), of, case.study, case.found)
    found = evaluation.judged(lists, terms)
    values = {r["model"]: r["value"] for r in found["estimates"] if r["metric"] == "ndcg@10"}
    assert values["ease"] == values["most_popular"] == found["expected"]["most_popular"]["ndcg@10"]
    counts = tested.counts(case.known, of)
    assert (counts["judged"], counts["left_out"]) == (len(people), counts["users"])
    rows = cold.starts(lists, fits(case), of, terms, case.found, case.study)
    assert {(r["start"], r["n"]) for r in rows} == {("cold_users", len(people))}
    assert evaluation.ratings(fits(case), of, terms) == evaluation.NOTHING
    assert example.of(pd.DataFrame({"user": people}), of, None, case.study) == {}


def test_headlines_and_the_trade_off_have_intervals(case: small.Case, judged: dict) -> None:
    """Each model's main metric, with both ends; coverage lies from 0 to 1."""
    terms = evaluation.terms(case.study, name="small", seed=1)
    ratings = evaluation.ratings(fits(case), case.of, terms)
    tree = headlines.headlines(judged, ratings)
    assert tree["ease"]["ndcg@10"].keys() == {"value", "low", "high"}
    assert tree["bias"].keys() == {"rmse"}
    frame = headlines.trade_off(judged, terms)
    assert set(frame["model"]) == tree.keys() - {"bias", "biased_mf"}
    assert frame["coverage"].between(0, 1).all()


def listed(case: small.Case) -> listing.Listing:
    """Return the lists of everybody."""
    everybody = audience.everybody(case.known.final, case.found, case.study)
    first = {name: repeats[0] for name, repeats in fits(case).items()}
    return listing.listed(
        trials.ranked(case.done.trials, leave_out=RATING), first, rows=case.known.final,
        audience=everybody, found=case.found, study=case.study, seed=1,
    )  # fmt: skip


def test_everybody_gets_a_list_of_the_best_model(case: small.Case) -> None:
    """Users of training first, then those of the table of users; nobody gets what they had."""
    made = listed(case)
    scores = case.done.trials[case.done.trials["chosen"]].set_index("model")["score"]
    assert made.told["model"] == scores.drop(["bias", "biased_mf"]).idxmax()
    assert sorted(made.users) == sorted(small.table("users")["user_id"])
    assert made.told["known"] == len(case.known.final.pairs.users) < made.told["users"]
    history = audience.everybody(case.known.final, case.found, case.study).asked.history
    row, place = np.nonzero(made.made.items != UNKNOWN)
    assert not np.asarray(history[row, made.made.items[row, place]]).any()


def test_reasons_name_titles(case: small.Case) -> None:
    """The title column of items is that of reasons, unless another is stated."""
    assert listing.titled(case.study).reasons.title == "title"
    made = listed(case)
    rows = tabulating.frame(made.made, made.users, made.catalogue, made.options.reasons)
    told = rows["reason"].dropna()
    told = told[told.str.startswith("because of ")]
    titles = set(small.table("items")["title"])
    assert len(told)
    assert all(set(one.removeprefix("because of ").split(", ")) <= titles for one in told)


def test_popular_items_are_not_said_to_be_like_a_history(case: small.Case) -> None:
    """Where the most popular items were best on validation, that is why they are listed."""
    everybody = audience.everybody(case.known.final, case.found, case.study)
    made = listing.listed(
        ["most_popular"], {"most_popular": fits(case)["most_popular"][0]}, rows=case.known.final,
        audience=everybody, found=case.found, study=case.study, seed=1,
    )  # fmt: skip
    rows = tabulating.frame(made.made, made.users, made.catalogue, made.options.reasons)
    assert set(rows["source"]) == {"popularity"}
    assert rows["reason"].str.fullmatch(r"taken by \d+ of \d+ users").all()


def test_an_example_shows_a_user_with_titles(case: small.Case) -> None:
    """History, newest first, and list of one user with a test item; hits are marked."""
    made = listed(case)
    frame = tabulating.frame(made.made, made.users, made.catalogue, made.options.reasons)
    found = example.of(frame, case.of, made.catalogue, case.study)
    titles = small.table("items").set_index("item_id")["title"]
    assert all(row["title"] == titles[row["item"]] for row in found["history"] + found["list"])
    assert [row["rank"] for row in found["list"]] == list(range(1, 11))
    times = [row["time"] for row in found["history"]]
    assert times == sorted(times, reverse=True)
    later = small.table("interactions")[len(small.table("interactions")) * 3 // 4 :]
    own = set(later.loc[later["user_id"] == found["user"], "item_id"])
    assert [row["taken"] for row in found["list"]] == [row["item"] in own for row in found["list"]]
    assert example.of(frame[:0], case.of, made.catalogue, case.study) == {}


def test_facts_beside_interactions_are_read(case: small.Case) -> None:
    """A side that names the interactions' own dataset has its facts in their rows."""
    rows = small.table("interactions").merge(small.table("items").drop(columns="row_id"))
    asked = small.study(items=small.Side(dataset="taken", columns=("category",), title="title"))
    found = small.facts.gathered({"users": small.table("users")}, [rows], asked)
    own = small.table("items").set_index("item_id")["title"]
    told = found["items"].frame.set_index("item_id")["title"]
    assert told.sort_index().equals(own[own.index.isin(told.index)].sort_index())
    none = small.study(items=small.Side(dataset="taken"), users=small.Side(dataset="taken"))
    assert small.facts.gathered({}, [rows], none) == {}


def test_facts_that_differ_between_rows_of_one_item_are_refused() -> None:
    """Which of the two is true is not ours to say."""
    rows = small.table("interactions").assign(kind="one")
    item = rows.loc[0, "item_id"]
    rows.loc[0, "kind"] = "other"
    asked = small.study(items=small.Side(dataset="taken", columns=("kind",)), users=None)
    with pytest.raises(ValueError, match=f"'item_id' = '{item}' tell different facts in 'kind'"):
        small.facts.gathered({}, [rows], asked)


def test_lists_that_need_factors_are_made_by_the_best_model_that_has_some(
    case: small.Case,
) -> None:
    """The best on validation has none here, and what was fitted is not thrown away for that."""
    alike = Diversity(relevance=0.5, similarity="factors")
    changed = small.study(lists=Lists(diversity=alike))
    one = fits(case)
    made = listing.listed(
        ["ease", "item_knn", "pure_svd"], {name: one[name][0] for name in ("ease", "pure_svd")},
        rows=case.known.final, audience=audience.everybody(case.known.final, case.found, changed),
        found=case.found, study=changed, seed=1,
    )  # fmt: skip
    assert made.told["best"] == "ease"
    assert made.told["model"] == "pure_svd"
    assert made.told["notes"][0] == (
        "lists.diversity.similarity looks at factors of items, which 'ease', the best on the "
        "validation rows, does not have: the lists are made by 'pure_svd', the best of "
        "those that do"
    )


def test_newcomers_bring_their_facts_beside_their_interactions() -> None:
    """A user whom only test rows name is scored by the facts in these rows."""
    asked = small.study(
        users=small.Side(dataset="taken", columns=("age", "occupation")),
        models=small.Models(two_tower=TwoTower(size=4, epochs=2)), items=None,
    )  # fmt: skip
    rows = small.table("interactions").merge(small.table("users").drop(columns="row_id"))
    rows = rows.sort_values("time", ignore_index=True)
    cuts = [0, len(rows) * 6 // 10, len(rows) * 3 // 4, len(rows)]
    train, validation, test = (
        rows[a:b].reset_index(drop=True) for a, b in itertools.pairwise(cuts)
    )
    found = small.facts.gathered({}, [train, validation], asked)
    gathered = Gathered(fitting.gather(train, validation, found, asked), found)
    done = fitting.learn(gathered.known, asked, name="beside", seed=1)
    made = listing.of_best(done, gathered, asked, name="beside", seed=1)
    lists = tabulating.frame(made.made, made.users, made.catalogue, None)
    told = judgement.judge(
        done.arrays(), Arms({}, {}, {}), lists, test, gathered, asked, name="beside", seed=1
    ).records["starts"]
    cold = {row["model"]: row["value"] for row in told if row["start"] == "cold_users"}
    assert cold["two_tower"] != cold["most_popular"]
