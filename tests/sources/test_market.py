"""The generated market has the structure that it claims, and one that recommenders can find."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import spearmanr

from trunkline.data import contracts
from trunkline.settings.market import COLUMNS, Market
from trunkline.sources import market, market_items, market_taking, market_users

TABLES = ("interactions", "users", "items")
CONTRACTS = {
    "market": ("interactions", "large"),
    "market_users": ("users", "large"),
    "market_items": ("items", "large"),
    "small_market": ("interactions", "small"),
    "small_market_users": ("users", "small"),
    "small_market_items": ("items", "small"),
}
CONTRACTS_READ = {
    name: json.loads(Path(f"contracts/{name}.json").read_text()) for name in CONTRACTS
}


def options(**chosen: Any) -> Market:
    """Return the options of a market, the stated ones as they are told."""
    return Market(kind="market", **chosen)


def table(seed: int = 7, **chosen: Any) -> pd.DataFrame:
    """Return one table of a market."""
    return market.table(options(**chosen), seed)


def planted(seed: int = 7, **chosen: Any) -> pd.DataFrame:
    """Return interactions with what is true of their users and items."""
    stated = options(**chosen)
    people, items = market_users.people(stated, seed), market_items.catalogue(stated, seed)
    taken = market_taking.taken(stated, people, items, seed)
    return pd.DataFrame(
        {
            "user": taken.user,
            "item": taken.item,
            "time": taken.time,
            "rating": taken.rating,
            "main": people.main[taken.user],
            "cluster": items.cluster[taken.item],
            "appeal": items.appeal[taken.item],
            "release": items.release[taken.item],
            "start": people.start[taken.user],
            "user_bias": people.bias[taken.user],
            "item_bias": items.bias[taken.item],
        }
    )


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_any_market_holds_together(data: st.DataObject) -> None:
    """Pairs are there once, of users and items that the other tables name, after their release."""
    chosen = {
        "users": data.draw(st.integers(10, 60)),
        "items": data.draw(st.integers(30, 60)),
        "small_users": data.draw(st.integers(10, 30)),
        "small_items": data.draw(st.integers(30, 80)),
        "activity": data.draw(st.integers(2, 40)),
        "clusters": data.draw(st.integers(2, 8)),
        "market": data.draw(st.sampled_from(["large", "small"])),
    }
    for name in ("common", "focus", "sequels", "drift", "told", "cold"):
        chosen[name] = data.draw(st.floats(0, 1))
    seed = data.draw(st.integers(0, 2**32))
    taken, users, items = (table(seed, table=name, **chosen) for name in TABLES)
    assert not taken.duplicated(["user_id", "item_id"]).any()
    assert set(taken["user_id"]) <= set(users["user_id"])
    assert set(taken["item_id"]) <= set(items["item_id"])
    assert users["user_id"].is_unique
    assert items["item_id"].is_unique
    assert items["title"].is_unique
    assert taken["rating"].between(1, 5).all()
    assert taken["time"].is_monotonic_increasing
    released = items.set_index("item_id")["released"].reindex(taken["item_id"])
    assert (taken["time"].to_numpy() >= released.to_numpy()).all()
    small = chosen["market"] == "small"
    assert len(users) == chosen["small_users" if small else "users"]
    assert len(items) == chosen["small_items" if small else "items"]


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_that_settings_know(name: str) -> None:
    """What a study may name without asking the table is what the table has, and of plain types."""
    frame = table(table=name)
    assert tuple(frame) == COLUMNS[name]
    assert set(frame.dtypes.astype(str)) <= {"str", "int64"}


@pytest.mark.parametrize("name", TABLES)
def test_the_seed_decides_alone(name: str) -> None:
    """The same seed gives the same table, another seed another one."""
    assert_frame_equal(table(1, table=name), table(1, table=name))
    assert not table(1, table=name).equals(table(2, table=name))


def test_titles_can_be_read() -> None:
    """A quality and a noun of the category, and the part of the series."""
    titles = table(table="items")["title"]
    assert titles.str.fullmatch(r"The [A-Z][a-z]+ [A-Z][a-z]+( III?)?").all()
    assert (titles.str.endswith(" II").sum(), titles.str.endswith(" III").sum()) == (200, 200)


def test_more_series_than_names_are_numbered() -> None:
    """With 24 qualities and 30 nouns the 721st series of a category begins a second round."""
    names = market_items._named(0, 7)
    assert len(names) == len(set(names)) == 24 * 30
    assert market_items._title(names, 719) == f"The {names[719]}"
    assert market_items._title(names, 720) == f"The {names[0]}, Book 2"


def test_a_share_of_focus_follows_the_taste() -> None:
    """Without drift and sequels: 0.7 of the taste, and an eighth of the other 0.3 by chance."""
    # There is more of each category than anybody takes, or who has much of it would find less.
    told = planted(focus=0.7, drift=0, sequels=0, popularity=1, items=4000, activity=5)
    share = (told["main"] == told["cluster"]).mean()
    assert share == pytest.approx(0.7 + 0.3 / 8, abs=0.02)
    none = planted(focus=0, drift=0, sequels=0)
    assert (none["main"] == none["cluster"]).mean() == pytest.approx(1 / 8, abs=0.01)


def test_tastes_move_to_the_next_category() -> None:
    """Of the last tenth of time, the next category has far more than of the first."""
    told = planted(drift=1)
    following = (told["main"] + 1) % 8 == told["cluster"]
    assert following[told["time"] < 0.2].mean() < 0.2 < following[told["time"] > 0.9].mean() - 0.3
    stays = planted(drift=0)
    next_one = (stays["main"] + 1) % 8 == stays["cluster"]
    assert next_one[stays["time"] > 0.9].mean() < 0.08


def test_some_items_are_more_popular() -> None:
    """Counts fall with the appeal, by about as much as is stated; without skew they do not."""

    def counts(popularity: float) -> tuple[float, float]:
        told = planted(popularity=popularity, cold=0, sequels=0, drift=0, activity=10)
        told = told[told["release"] < 0]
        by_item = told.groupby("item").agg(count=("time", "size"), appeal=("appeal", "first"))
        ends = by_item.sort_values("appeal")["count"]
        ratio = ends.iloc[:16].mean() / ends.iloc[-16:].mean()
        return spearmanr(by_item["count"], by_item["appeal"]).statistic, ratio

    slope, ratio = counts(20)
    assert slope < -0.75
    assert ratio > 5
    assert abs(counts(1)[0]) < 0.3


def test_some_users_are_more_active() -> None:
    """The mean is the stated one, and the busiest takes twenty times as much as the least busy."""
    wanted = market_users.people(options(busiest=20), 7).wanted
    assert wanted.mean() == pytest.approx(30, abs=0.5)
    assert wanted.max() / wanted.min() == pytest.approx(20, rel=0.06)
    assert set(market_users.people(options(busiest=1), 7).wanted) == {30}
    counts = table()["user_id"].value_counts()
    assert 0.97 * wanted.sum() < counts.sum() <= wanted.sum()


def test_nobody_takes_more_than_half_of_the_items() -> None:
    """However active users are asked to be."""
    counts = table(users=20, items=40, activity=500)["user_id"].value_counts()
    assert counts.max() <= 20


def test_ratings_follow_taste_and_biases() -> None:
    """A regression on what was planted finds the planted weights; rounding adds a little noise."""
    told = planted(bias=0.3, noise=0.3, taste=0.6)
    second = (told["main"] + 1) % 8 == told["cluster"]
    liked = np.where(told["main"] == told["cluster"], 1.0, np.where(second, 0.5, -0.5))
    design = np.column_stack([np.ones(len(told)), liked, told["user_bias"], told["item_bias"]])
    weights, *_ = np.linalg.lstsq(design, told["rating"].to_numpy(float))
    np.testing.assert_allclose(weights, [market_taking.MIDDLE, 0.6, 1, 1], atol=0.06)
    rest = told["rating"] - design @ weights
    assert rest.std() == pytest.approx((0.3**2 + 1 / 12) ** 0.5, abs=0.04)


def test_ratings_of_one_value_where_nothing_is_planted() -> None:
    """Without taste, bias and noise each rating is the rounded middle."""
    assert set(table(taste=0, bias=0, noise=0)["rating"]) == {3}


def test_who_took_a_part_goes_on_with_the_next() -> None:
    """A share of `sequels` of interactions after a first or second part is the next part."""

    def share(sequels: float) -> float:
        stated = options(sequels=sequels)
        told = planted(sequels=sequels)
        following = market_items.catalogue(stated, 7).sequel[told["item"].to_numpy()[:-1]]
        same = told["user"].to_numpy()[1:] == told["user"].to_numpy()[:-1]
        asked = same & (following >= 0)
        return float((told["item"].to_numpy()[1:] == following)[asked].mean())

    assert share(0) < 0.05
    assert 0.4 < share(0.6) < 0.6


def test_some_come_and_some_are_released_at_the_end() -> None:
    """A share of `cold` of users and items is not there before the last fifth of the time."""
    told = planted(cold=0.2)
    old = told[told["time"] < 0.8]
    people, items = (
        market_users.people(options(cold=0.2), 7), market_items.catalogue(options(cold=0.2), 7)
    )  # fmt: skip
    late_users, late_items = np.flatnonzero(people.start >= 0.8), items.release >= 0.8
    assert len(late_users) / 1000 == pytest.approx(0.2, abs=0.04)
    assert late_items.mean() == pytest.approx(0.2, abs=0.08)
    assert not set(old["user"]) & set(late_users)
    assert not set(old["item"]) & set(np.flatnonzero(late_items))
    assert set(late_users) <= set(told["user"])
    assert len(set(np.flatnonzero(late_items)) & set(told["item"])) > 0.8 * late_items.sum()


def test_facts_tell_their_share_of_the_cluster() -> None:
    """Categories and occupations tell `told` of it, length and age some of it, towns nothing."""
    items = market_items.catalogue(options(told=0.6, items=3000), 7)
    stated = items.category == np.array(market_items.CATEGORIES, object)[items.cluster]
    assert stated.mean() == pytest.approx(0.6 + 0.4 / 8, abs=0.02)
    people = market_users.people(options(told=0.6, users=3000), 7)
    likely = people.occupation == np.array(market_users.OCCUPATIONS, object)[people.main]
    assert likely.mean() == pytest.approx(0.6 + 0.4 / 8, abs=0.03)
    assert 0.6 < np.corrcoef(items.length, items.cluster)[0, 1] < 0.95
    assert 0.6 < np.corrcoef(people.age, people.main)[0, 1] < 0.95
    towns = pd.crosstab(people.town, people.main, normalize="columns")
    assert towns.to_numpy() == pytest.approx(0.2, abs=0.07)


def test_the_small_market_shares_items_and_what_facts_mean() -> None:
    """Half of its items are items of the large one, the same in every fact; users are its own."""
    large, small = (table(table="items", market=name) for name in ("large", "small"))
    both = small[small["item_id"].isin(large["item_id"])]
    assert len(both) == 100
    assert_frame_equal(
        both.reset_index(drop=True), large[large["item_id"].isin(both["item_id"])],
        check_index_type=False,
    )  # fmt: skip
    assert small["title"].is_unique
    assert not set(small["title"]) - set(both["title"]) & set(large["title"])
    users = [set(table(table="users", market=name)["user_id"]) for name in ("large", "small")]
    assert not users[0] & users[1]
    alone = table(table="items", market="small", common=0)
    assert not set(alone["item_id"]) & set(large["item_id"])


def _found(taken: pd.DataFrame, scores: np.ndarray) -> float:
    """Return the share of users of whom one of ten proposed items is among the newest fifth."""
    newest = taken.groupby("user").cumcount(ascending=False) < 3
    seen, held = taken[~newest], taken[newest]
    scores = scores.copy()
    scores[seen["user"], seen["item"]] = -np.inf
    best = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    wanted = held.groupby("user")["item"].agg(set)
    return float(np.mean([bool(wanted[user] & set(best[user].tolist())) for user in wanted.index]))


def test_a_recommender_finds_more_than_popularity_does() -> None:
    """Items of the likes of one's history are found twice as often as the popular ones."""
    taken = planted(cold=0)
    newest = taken.groupby("user").cumcount(ascending=False) < 3
    matrix = np.zeros((1000, 600))
    matrix[taken["user"][~newest], taken["item"][~newest]] = 1
    popular = np.broadcast_to(matrix.sum(axis=0), matrix.shape)
    norms = np.sqrt(matrix.sum(axis=0)) + 1e-9
    alike = matrix.T @ matrix / (norms[:, None] * norms)
    np.fill_diagonal(alike, 0)
    assert _found(taken, matrix @ alike) > 1.5 * _found(taken, popular)


@pytest.mark.parametrize("dataset", CONTRACTS)
@pytest.mark.parametrize("seed", [20261122, 3])
def test_the_contract_holds_whatever_the_seed(dataset: str, seed: int) -> None:
    """It speaks of what is so by construction, not of one draw."""
    name, which = CONTRACTS[dataset]
    frame = table(seed, table=name, market=which)
    frame.insert(0, "row_id", pd.Series([f"r{n}" for n in range(len(frame))], dtype="str"))
    contract = CONTRACTS_READ[dataset]
    assert contract["dataset"] == dataset
    assert contract["licence"].startswith("Generated")
    broken = [o for o in contracts.check(frame, contract).expectations if not o.success]
    assert broken == []
