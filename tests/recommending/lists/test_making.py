import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from trunkline.recommending.lists import making, scoring, sources, tabulating
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.making import Catalogue
from trunkline.recommending.lists.sources import Popular
from trunkline.recommending.model import UNKNOWN, Asked
from trunkline.settings.recommending.lists import Cap, Diversity, Lists, Reasons, Unavailable

USERS, ITEMS = np.array(["ann", "bob", "cem"]), np.array([10, 20, 30, 40, 50])
TAKEN = sparse.csr_array(np.array([[1, 1, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 0, 0, 0]], np.float32))
TABLE = pd.DataFrame({"title": ["Up", "Jaws", None, "Heat", "Big"], "kind": list("aabba")})
CATALOGUE = Catalogue(ITEMS, TAKEN, TABLE)
SCORES = np.array([[0, 0, 3, 2, 1], [5, 0, 5, 0, 7], [0, 0, 0, 0, 0]], np.float32)


def asked(users=3, features=None):
    """Return users of training but for the last, who brings nothing."""
    user = np.arange(users, dtype=np.int32)
    user[-1] = UNKNOWN
    return Asked(user, TAKEN, np.zeros((users, 1), np.int32), features)


def scores(arrays, of):
    """Return what the arrays say of users of training, -inf for others."""
    return np.where(of.user[:, np.newaxis] == UNKNOWN, -np.inf, arrays["scores"][of.user])


def made(options, able=None):
    """Return lists of a model with `SCORES`, then by popularity, and what may be listed."""
    may = making.opened(CATALOGUE, TAKEN, options)
    model = scoring.Scored("model", scores, {"scores": SCORES}, asked(), may, able)
    counts = np.bincount(TAKEN.indices, minlength=5)
    return making.made([model, Popular(counts, 3, may)], TAKEN, CATALOGUE, options), may


def test_lists_as_a_table():
    """Ranks from 1, ids of their own types, a reason and a source for each row."""
    options = Lists(length=3, reasons=Reasons(title="title"))
    lists, _ = made(options)
    frame = tabulating.frame(lists, USERS, CATALOGUE, options.reasons)
    assert frame.to_csv(index=False).splitlines() == [
        "user,rank,item,score,reason,source",
        "ann,1,30,3.0,,model",
        "ann,2,40,2.0,because of Jaws,model",
        "ann,3,50,1.0,,model",
        "bob,1,50,7.0,,model",
        "bob,2,10,5.0,because of Jaws,model",
        "bob,3,30,5.0,,model",
        "cem,1,20,2.0,taken by 2 of 3 users,popularity",
        "cem,2,10,1.0,taken by 1 of 3 users,popularity",
        "cem,3,40,1.0,taken by 1 of 3 users,popularity",
    ]
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types == {"user": "str", "rank": "int32", "item": "int64", "score": "float32",
                     "reason": "str", "source": "str"}  # fmt: skip


def test_names_are_ids_where_there_is_no_title():
    """And there are no reasons where none are asked for."""
    lists, _ = made(Lists(length=2))
    plain = tabulating.frame(lists, USERS, CATALOGUE, Reasons())
    assert plain["reason"][1] == "because of 20"
    options = Lists(length=2, reasons=None)
    frame = tabulating.frame(made(options)[0], USERS, CATALOGUE, options.reasons)
    assert frame["reason"].isna().all()


def test_batches_are_the_table_in_parts(monkeypatch):
    """However few users a batch has."""
    lists, _ = made(Lists(length=2))
    whole = tabulating.frame(lists, USERS, CATALOGUE, Reasons())
    monkeypatch.setattr(tabulating, "_USERS", 1)
    parts = list(tabulating.batches(lists, USERS, CATALOGUE, Reasons()))
    assert [part.num_rows for part in parts] == [2, 2, 2]
    assert pd.concat([part.to_pandas() for part in parts], ignore_index=True).equals(whole)


def test_what_the_model_lacks_popularity_adds():
    """A list the model cannot fill goes on with the items that most users took."""
    none = np.where(SCORES > 1, SCORES, -np.inf).astype(np.float32)
    options = Lists(length=5, seen="keep")
    may = making.opened(CATALOGUE, TAKEN, options)
    model = scoring.Scored("model", scores, {"scores": none}, asked(), may)
    popular = Popular(np.array([1, 2, 0, 1, 0]), 3, may)
    lists = making.made([model, popular], TAKEN, CATALOGUE, options)
    assert lists.items[0].tolist() == [2, 3, 1, 0, UNKNOWN]  # nobody took the last
    assert lists.source[0].tolist() == [0, 0, 1, 1, UNKNOWN]


def test_users_without_a_place_are_asked_by_features():
    """A model that can does so before popularity, and the rows say it."""
    features = np.array([[0], [0], [4]], np.float32)

    def by_features(arrays, of):
        return of.features * np.arange(5, dtype=np.float32)

    options = Lists(length=2)
    may = making.opened(CATALOGUE, TAKEN, options)
    ways = scoring.ways(by_features, {}, asked(features=features), may, featured=True)
    lists = making.made(ways, TAKEN, CATALOGUE, options)
    assert lists.sources == ("model", "features")
    assert lists.items[2].tolist() == [4, 3]
    assert lists.source.tolist() == [[0, 0], [0, 0], [1, 1]]
    assert [way.name for way in scoring.ways(scores, {}, asked(), may, featured=True)] == ["model"]


def test_what_goes_on_is_what_a_study_names_and_the_model_can():
    """In the order of the study."""
    may = making.opened(CATALOGUE, TAKEN, Lists())
    model = scoring.Scored("model", scores, {"scores": SCORES}, asked(), may)
    popular = Popular(np.ones(5), 3, may)
    features = scoring.Scored("features", scores, {"scores": SCORES}, asked(), may)
    both = {"popularity": popular, "features": features}
    assert sources.falling(model, both, ("features", "popularity")) == (model, features, popular)
    assert sources.falling(model, {"popularity": popular}, Lists().fallback) == (model, popular)
    assert sources.falling(model, both, ()) == (model,)


def test_who_has_seen_everything_is_told():
    """That user has no list, and the others have theirs."""
    taken = sparse.csr_array(np.array([[1, 1, 1, 1, 1], [0, 1, 0, 1, 0], [0] * 5], np.float32))
    catalogue, options = Catalogue(ITEMS, taken), Lists(length=2)
    may = making.opened(catalogue, taken, options)
    model = scoring.Scored("model", scores, {"scores": SCORES}, asked(), may)
    lists = making.made([model], taken, catalogue, options)
    assert (lists.items != UNKNOWN).sum(axis=1).tolist() == [0, 2, 0]
    assert making.notes(lists, USERS, may) == (
        "2 of 3 users get no list: 'ann', 'cem'; 1 of them have seen all 5 items that may be "
        "listed, and of the others no source knows an item: set lists.seen: keep, or add "
        "'popularity' to lists.fallback",
    )
    whole, may = made(Lists(length=2))
    assert making.notes(whole, USERS, may) == ()


def test_a_note_names_some_users_only():
    """Of thousands the first are enough."""
    none = making.Made(np.full((9, 1), -1), np.zeros((9, 1)), np.zeros((9, 1)), np.zeros(0), ())
    may = making.opened(CATALOGUE, TAKEN, Lists(seen="keep"))
    note = making.notes(none, np.arange(9), may)[0]
    assert note.startswith("9 of 9 users get no list: '0', '1', '2', '3', '4' and 4 more; 0 of")


def test_when_nobody_gets_an_item_it_is_an_error():
    """All items were seen by all users."""
    taken = sparse.csr_array(np.ones((3, 5), np.float32))
    catalogue, options = Catalogue(ITEMS, taken), Lists()
    may = making.opened(catalogue, taken, options)
    model = scoring.Scored("model", scores, {"scores": SCORES}, asked(), may)
    with pytest.raises(ValueError, match="expected lists, and none of 3 users gets an item"):
        making.made([model], taken, catalogue, options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Lists(diversity=Diversity()), "diversity.similarity is 'factors', and the model has no"),
        (
            Lists(diversity=Diversity(similarity="features")),
            "diversity.similarity is 'features', and the study names no features of items",
        ),
        (Lists(reasons=Reasons(similarity="factors")), "reasons.similarity is 'factors', and the"),
        (Lists(cap=Cap(column="x", most=1)), "lists.cap.column names column 'x'"),
        (Lists(unavailable=Unavailable(column="x")), "lists.unavailable.column names column 'x'"),
    ],
)
def test_what_is_not_known_of_items_is_told(options, message):
    """The message names the parameter."""
    with pytest.raises(ValueError, match=message):
        made(options)


def test_a_title_that_is_no_column_is_told():
    """The message names the parameter."""
    lists, _ = made(Lists(length=2))
    with pytest.raises(ValueError, match=r"lists.reasons.title names column 'x'"):
        tabulating.frame(lists, USERS, CATALOGUE, Reasons(title="x"))


def test_scores_that_are_no_numbers_are_told():
    """The message names the user and the item by their places."""
    bad = SCORES.copy()
    bad[1, 3] = np.nan
    may = making.opened(CATALOGUE, TAKEN, Lists())
    model = scoring.Scored("model", scores, {"scores": bad}, asked(), may)
    with pytest.raises(ValueError, match="received NaN for user 1 and item 3"):
        model.top(np.arange(3), 2)
    few = scoring.Scored("model", lambda arrays, of: bad[:, :2], {}, asked(), may)
    with pytest.raises(
        ValueError, match=r"scores of 3 users and 5 items, received an array \(3, 2"
    ):
        few.top(np.arange(3), 2)


def capped(ranked, kinds, most, length):
    """Return a list with at most so many of a kind, in plain Python."""
    listed = []
    for item in ranked:
        fits = all(sum(kind in kinds[other] for other in listed) < most for kind in kinds[item])
        if fits and len(listed) < length:
            listed.append(item)
    return listed


@given(
    seed=st.integers(0, 10**6), most=st.integers(1, 3), length=st.integers(1, 12),
    relevance=st.sampled_from([None, 0.5]), separator=st.sampled_from([None, "|"]),
)  # fmt: skip
def test_caps_are_never_exceeded_and_lists_as_long_as_they_allow(
    seed, most, length, relevance, separator
):
    """Without diversity by score; with it no item that fits is left out of a short list."""
    rng = np.random.default_rng(seed)
    factors = rng.standard_normal((40, 3)).astype(np.float32)
    users = rng.standard_normal((5, 3)).astype(np.float32)
    values = rng.choice(["a", "b", "a|b", "c", ""], 40)
    table = pd.DataFrame({"kind": values})
    history = sparse.csr_array((rng.random((5, 40)) < 0.2).astype(np.float32))
    catalogue = Catalogue(np.arange(40), history, table, factors)
    options = Lists(
        length=length, cap=Cap(column="kind", most=most, separator=separator),
        diversity=None if relevance is None else Diversity(relevance=relevance, pool=1),
    )  # fmt: skip
    may = making.opened(catalogue, history, options)
    lists = making.made([Exact("model", users, factors, may)], history, catalogue, options)
    kinds = [(set(value.split("|")) if separator else {value}) - {""} for value in values]
    products = users.astype(np.float64) @ factors.T.astype(np.float64)
    for user in range(5):
        left = np.setdiff1d(np.arange(40), history[[user]].indices)
        ranked = left[np.argsort(-products[user, left], kind="stable")].tolist()
        listed = [item for item in lists.items[user].tolist() if item != UNKNOWN]
        assert capped(listed, kinds, most, length) == listed
        if relevance is None:
            assert listed == capped(ranked, kinds, most, length)
        else:
            more = [item for item in ranked if item not in listed]
            assert len(listed) == length or capped([*listed, *more], kinds, most, 99) == listed


def test_diversity_and_caps_go_on_from_one_source_to_the_next():
    """What the first source listed takes room, and is compared with what the next has."""
    factors = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    table = pd.DataFrame({"kind": list("aabbc")})
    none = sparse.csr_array((1, 5), dtype=np.float32)
    catalogue = Catalogue(ITEMS, none, table, factors)
    options = Lists(length=3, cap=Cap(column="kind", most=1), diversity=Diversity(relevance=0.5))
    may = making.opened(catalogue, none, options)
    bias = np.array([1, -np.inf, -np.inf, -np.inf, -np.inf], np.float32)
    nobody = np.zeros((1, 0), np.float32)
    model = Exact("model", nobody, np.zeros((5, 0), np.float32), may, bias)
    popular = Popular(np.array([9, 8, 7, 6, 6]), 1, may)
    lists = making.made([model, popular], none, catalogue, options)
    # After item 0 of kind a, item 1 has no room. Shares 1 and 0 (of 9 to 6): item 2 has
    # 1/3 / 2 - 1/2 = -1/3, item 3 has 0 - 0 and is next, and b is full: item 4 is last.
    assert lists.items.tolist() == [[0, 3, 4]]
    assert lists.source.tolist() == [[0, 1, 1]]


def test_relabelling_users_and_items_permutes_lists():
    """With caps, diversity and reasons; no score, and no reason, changes."""
    rng = np.random.default_rng(11)
    users, factors = (rng.standard_normal((n, 6)).astype(np.float32) for n in (30, 80))
    table = pd.DataFrame({"kind": rng.choice(["a", "b", "c"], 80)})
    taken = (rng.random((30, 80)) < 0.15).astype(np.float32)
    options = Lists(length=8, cap=Cap(column="kind", most=3), diversity=Diversity(relevance=0.6),
                    reasons=Reasons(similarity="factors"))  # fmt: skip

    def listed(who, what):
        history = sparse.csr_array(taken[who][:, what])
        catalogue = Catalogue(
            np.arange(80), history, table.iloc[what].reset_index(drop=True), factors[what]
        )
        may = making.opened(catalogue, history, options)
        source = Exact("model", users[who], factors[what], may)
        return making.made([source], history, catalogue, options)

    first = listed(np.arange(30), np.arange(80))
    who, what = rng.permutation(30), rng.permutation(80)
    other = listed(who, what)
    assert (what[other.items] == first.items[who]).all()
    assert other.scores.tobytes() == first.scores[who].tobytes()
    named = np.where(other.reasons == UNKNOWN, UNKNOWN, what[other.reasons])
    assert (named == first.reasons[who]).all()


def test_blocks_of_users_change_nothing(monkeypatch):
    """Nor does how many scores are held at a time."""
    rng = np.random.default_rng(12)
    values = rng.standard_normal((20, 50)).astype(np.float32)
    values[rng.random((20, 50)) < np.linspace(0, 1, 20)[:, np.newaxis]] = -np.inf
    taken = sparse.csr_array((rng.random((20, 50)) < 0.1).astype(np.float32))
    catalogue = Catalogue(np.arange(50), taken, factors=rng.standard_normal((50, 3)))
    options = Lists(length=6, diversity=Diversity(relevance=0.5, pool=2))
    of = Asked(np.arange(20, dtype=np.int32), taken, np.zeros((20, 1), np.int32))
    may = making.opened(catalogue, taken, options)
    model = scoring.Scored("model", scores, {"scores": values}, of, may)
    popular = Popular(np.bincount(taken.indices, minlength=50), 20, may)
    first = making.made([model, popular], taken, catalogue, options)
    assert set(first.source.ravel().tolist()) == {0, 1}
    monkeypatch.setattr("trunkline.recommending.lists.drafting.USERS", 7)
    monkeypatch.setattr(scoring, "_NUMBERS", 150)
    second = making.made([model, popular], taken, catalogue, options)
    assert first.items.tobytes() == second.items.tobytes()
    assert first.scores.tobytes() == second.scores.tobytes()
    assert first.reasons.tobytes() == second.reasons.tobytes()


def test_models_with_scores_list_as_models_with_factors():
    """The same scores, the same lists; more items than the first tile."""
    rng = np.random.default_rng(13)
    x, y = (rng.integers(-3, 4, (n, 3)).astype(np.float32) for n in (9, 5000))
    taken = sparse.csr_array((rng.random((9, 5000)) < 0.1).astype(np.float32))
    may = making.opened(Catalogue(np.arange(5000), taken), taken, Lists())
    of = Asked(np.arange(9, dtype=np.int32), taken, np.zeros((9, 1), np.int32))
    model = scoring.Scored("model", scores, {"scores": x @ y.T}, of, may)
    one, other = model.top(np.arange(9), 40), Exact("model", x, y, may).top(np.arange(9), 40)
    assert (one.items == other.items).all()
    assert (one.scores == other.scores).all()
