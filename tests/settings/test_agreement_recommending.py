"""Studies of recommenders: what is read, and what contradicts the datasets or itself."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import columns, reading
from trunkline.settings.dataset import Dataset, Stories
from trunkline.settings.files import Columns, Csv, Parquet
from trunkline.settings.inputs import Inputs
from trunkline.settings.market import Market
from trunkline.settings.recommending import models
from trunkline.settings.recommending.study import Side

PLACE = "recommenders.market"
Changed = Callable[[str, object], dict[str, Any]]
SIDES: dict[str, Any] = {
    "users": {"dataset": "market_users", "columns": ["age", "occupation"]},
    "items": {"dataset": "market_items", "columns": ["category", "length"], "title": "title"},
}
STUDY: dict[str, Any] = {
    "title": "Generated market",
    "dataset": "market",
    "interactions": {"user": "user_id", "item": "item_id", "rating": "rating", "time": "time"},
    **SIDES,
    "models": {name: {} for name in models.EVERY},
    "tune": {"trials": 4, "ranges": {"ease": {"regularisation": {"low": 1, "high": 9}}}},
    "tasks": {"balancers": {"famo": {}, "static": {"weights": [1, 2]}}},
    "transfer": {"study": "larger"},
}


@pytest.fixture
def valid(valid: dict[str, Any]) -> dict[str, Any]:
    """Return valid settings with two studies of recommenders; one begins with the other."""
    for which in ("large", "small"):
        for table in ("interactions", "users", "items"):
            name = "market" if table == "interactions" else f"market_{table}"
            name = name if which == "small" else f"large_{name}"
            source = {"kind": "market", "market": which, "table": table}
            valid["datasets"][name] = {"title": name, "source": source}
            if table != "interactions":
                valid["datasets"][name]["split"] = {"whole": True}
    larger = copy.deepcopy(STUDY) | {"dataset": "large_market"}
    for side in SIDES:
        larger[side]["dataset"] = f"large_market_{side}"
    del larger["transfer"]
    valid["recommenders"] = {"market": copy.deepcopy(STUDY), "larger": larger}
    return valid


def test_a_study_is_read(valid: dict[str, Any]) -> None:
    """What is not stated has its default; a side's key is called as in the interactions."""
    found = reading.read(valid).recommenders["market"]
    assert list(found.models.named()) == list(models.EVERY)
    assert (found.key("users"), found.key("items")) == ("user_id", "item_id")
    assert (found.ks, found.repeats, found.lists.length) == ((10,), 10, 10)
    assert found.tune is not None
    assert (found.tune.metric, found.tune.k, found.tune.rating_metric) == ("ndcg", 10, "rmse")


def test_no_study_of_recommenders_is_needed(valid: dict[str, Any]) -> None:
    """The mapping may be left out."""
    del valid["recommenders"]
    assert reading.read(valid).recommenders == {}


def test_a_side_without_columns_is_not_read() -> None:
    """It says what things are called; with columns it reads as the inputs of a network do."""
    assert Side(dataset="items", title="title").inputs is None
    side = Side(dataset="items", key="id", columns=("a*",), scale="none")
    assert side.inputs == Inputs(columns=("a*",), scale="none")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("recommender", {}, "recommender: unknown key; did you mean 'recommenders'?"),
        (
            "recommenders.Own",
            STUDY | {"transfer": None},
            "recommenders.Own: expected small letters, digits and '_' after a first letter, as it "
            "becomes the name of a folder, received 'Own'",
        ),
        (
            "recommenders.digits",
            STUDY,
            "recommenders.digits: there is an entry of this name in 'studies': call one something "
            "else",
        ),
        (f"{PLACE}.dataset", "markt", f"{PLACE}.dataset: unknown dataset 'markt'; did you mean "),
        (
            f"{PLACE}.models.eas",
            {},
            f"{PLACE}.models.eas: unknown key; did you mean 'ease'?",
        ),
        (
            f"{PLACE}.models.ease",
            {"regularization": 1},
            f"{PLACE}.models.ease.regularization: unknown key; did you mean 'regularisation'?",
        ),
        (
            f"{PLACE}.interactions.cold",
            ["users", "users"],
            f"{PLACE}.interactions.cold: expected each entry once, received 'users' twice",
        ),
        (
            f"{PLACE}.interactions.user",
            "userid",
            f"{PLACE}.interactions.user: the dataset has no column 'userid'; did you mean "
            "'user_id'?",
        ),
        (
            f"{PLACE}.interactions.rating",
            "zzz",
            f"{PLACE}.interactions.rating: the dataset has no column 'zzz'; there are 'row_id', "
            "'user_id', 'item_id', 'rating', 'time'",
        ),
        (
            f"{PLACE}.users.dataset",
            "people",
            f"{PLACE}.users.dataset: unknown dataset 'people'; there are ",
        ),
        (
            f"{PLACE}.users.dataset",
            "market",
            f"{PLACE}.users.columns: the dataset has no column 'age'; there are ",
        ),
        (
            f"{PLACE}.users.columns",
            ["ages"],
            f"{PLACE}.users.columns: the dataset has no column 'ages'; did you mean 'age'?",
        ),
        (
            f"{PLACE}.users.key",
            "id",
            f"{PLACE}.users.key: the dataset has no column 'id'; there are 'row_id', "
            "'user_id', 'age', 'occupation', 'town'",
        ),
        (
            f"{PLACE}.items.title",
            "titel",
            f"{PLACE}.items.title: the dataset has no column 'titel'; did you mean 'title'?",
        ),
        (
            f"{PLACE}.items.columns",
            ["*"],
            f"{PLACE}.items.columns: 'item_id' names the rows and says nothing of those to come: "
            "leave it out",
        ),
        (
            f"{PLACE}.items.columns",
            ["length", "length"],
            f"{PLACE}.items.columns: expected each entry once, received 'length' twice",
        ),
        (
            f"{PLACE}.items",
            {"dataset": "market_items", "encode": {"length": {"kind": "numeric"}}},
            f"{PLACE}.items.encode: nothing is read: name columns, or remove it",
        ),
        (
            f"{PLACE}.items.encode",
            {"category": {"kind": "embedding"}},
            f"{PLACE}.items.encode.category: facts are read as numbers, 'embedding' gives "
            "indices: expected one of numeric, one_hot, ordinal, boolean, time, words",
        ),
        (
            f"{PLACE}.dataset",
            "large_market_users",
            f"{PLACE}.dataset: expected the generated table of interactions, received that of "
            "users",
        ),
        (
            f"{PLACE}.users.dataset",
            "large_market_users",
            f"{PLACE}.users.dataset: it is generated with other options than the interactions, "
            "whose users and items are others: make them the same but for 'table'",
        ),
        (
            "datasets.market_users.split",
            {"test": 0.2},
            f"{PLACE}.users.dataset: 'market_users' is split, so that facts about some users "
            "would be missing: state `split: {whole: true}` there",
        ),
        (
            "datasets.market.split",
            {"whole": True},
            f"{PLACE}.dataset: 'market' stays whole, so that no row is left to score: give it a "
            "split",
        ),
        (
            "datasets.market.split",
            {"time": "rating"},
            f"{PLACE}.interactions.time: 'market' is split by 'rating', received 'time': what is "
            "older must be the same to both",
        ),
        (
            f"{PLACE}.interactions.time",
            None,
            f"{PLACE}.models.sasrec: it learns the order of a history: name a column in "
            "interactions.time, or leave it out",
        ),
        (
            f"{PLACE}.interactions.rating",
            None,
            f"{PLACE}.models.biased_mf: it learns ratings: name their column in "
            "interactions.rating, or leave it out",
        ),
        (
            f"{PLACE}.users",
            None,
            f"{PLACE}.models.dot_mlp: it reads facts about users: name columns in 'users', or "
            "leave it out",
        ),
        (
            f"{PLACE}.models",
            {"random": {}},
            f"{PLACE}.models: compares nothing: name a model beside most_popular and random",
        ),
        (f"{PLACE}.ks", [10, 5, 10], f"{PLACE}.ks: expected each entry once, received 10 twice"),
        (
            f"{PLACE}.lists.cap",
            {"column": "categry", "most": 2},
            f"{PLACE}.lists.cap.column: the dataset has no column 'categry'; did you mean "
            "'category'?",
        ),
        (
            f"{PLACE}.lists.unavailable",
            {"column": "sold"},
            f"{PLACE}.lists.unavailable.column: the dataset has no column 'sold'; there are ",
        ),
        (
            f"{PLACE}.tune.ranges",
            {"eas": {}},
            f"{PLACE}.tune.ranges.eas: 'eas' is no model of this study; did you mean 'ease'?",
        ),
        (
            f"{PLACE}.tune.ranges",
            {"item_knn": {"neighbors": {"low": 1, "high": 2}}},
            f"{PLACE}.tune.ranges.item_knn.neighbors: 'item_knn' has no such option to search; "
            "did you mean 'neighbours'?",
        ),
        (
            f"{PLACE}.tune.ranges",
            {"random": {"seed": {"low": 1, "high": 2}}},
            f"{PLACE}.tune.ranges.random.seed: 'random' has no such option to search; it has none "
            "that is a number",
        ),
        (
            f"{PLACE}.tune.ranges",
            {"ease": {"dropout": {"low": 0, "high": 1}}},
            f"{PLACE}.tune.ranges.ease.dropout.high: expected a number less than 1, received 1",
        ),
        (
            f"{PLACE}.tune.ranges",
            {"pure_svd": {"factors": {"low": 8, "high": 4}}},
            f"{PLACE}.tune.ranges.pure_svd.factors: expected low below high, received 8 and 4",
        ),
        (
            f"{PLACE}.tasks.model",
            "two_towers",
            f"{PLACE}.tasks.model: expected 'two_tower', a model with towers, received "
            "'two_towers'; did you mean 'two_tower'?",
        ),
        (
            f"{PLACE}.models.two_tower",
            None,
            f"{PLACE}.tasks.model: 'two_tower' is not among the models of this study: name it "
            "there",
        ),
        (
            f"{PLACE}.tasks",
            {"click": 0},
            f"{PLACE}.tasks: expected weights above 0, or there is one task only, received 0 and 1",
        ),
        (
            f"{PLACE}.tasks.balancers.static.weights",
            [0, 0],
            f"{PLACE}.tasks.balancers.static.weights: expected one for clicks and one for "
            "ratings, not both 0, received [0.0, 0.0]",
        ),
        (
            f"{PLACE}.interactions.rating",
            None,
            f"{PLACE}.tasks.rating: name the column of ratings in interactions.rating",
        ),
        (
            f"{PLACE}.transfer.study",
            "large",
            f"{PLACE}.transfer.study: expected another study of recommenders, 'large' is none; "
            "did you mean 'larger'?",
        ),
        (
            f"{PLACE}.transfer.study",
            "market",
            f"{PLACE}.transfer.study: expected another study of recommenders, 'market' is none; "
            "there are 'larger'",
        ),
        (
            "recommenders.larger",
            ...,
            f"{PLACE}.transfer.study: expected another study of recommenders, 'larger' is none; "
            "there is no other one",
        ),
        (
            "recommenders.larger.transfer",
            {"study": "market"},
            f"{PLACE}.transfer.study: 'larger' begins with another study itself: name that one",
        ),
        (
            "recommenders.larger.dataset",
            "market",
            f"{PLACE}.transfer.study: 'larger' is of the same dataset: nothing is transferred",
        ),
        (
            "recommenders.larger",
            {**STUDY, "models": {"ease": {}}, "tasks": None, "transfer": None},
            f"{PLACE}.transfer.models[0]: 'larger' has no 'two_tower': name it among its models",
        ),
        (
            f"{PLACE}.transfer.models",
            ["two_tower", "two_tower"],
            f"{PLACE}.transfer.models[1]: expected each entry once, received 'two_tower' twice",
        ),
        (
            f"{PLACE}.transfer.models",
            ["ease"],
            f"{PLACE}.transfer.models[0]: expected 'two_tower', a model with towers, received "
            "'ease'",
        ),
        (
            f"{PLACE}.users.scale",
            "none",
            f"{PLACE}.transfer.parts: the tower of users was trained on other facts in 'larger': "
            "make columns, scale and encode of 'users' the same in both",
        ),
    ],
)
def test_a_contradiction_is_told(
    place: str,
    value: object,
    message: str,
    changed: Changed,
    problems: Callable[[object], list[str]],
) -> None:
    """One line, with the place and what to do."""
    lines = problems(changed(place, value))
    assert any(line.startswith(f"params.yaml: {message}") for line in lines), lines


def test_files_of_a_users_own_are_taken_as_they_are_named(
    valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """Nothing is said against columns that only the file can tell, also where nothing is tuned."""
    for name in ("ratings", "films"):
        valid["datasets"][name] = {"title": name, "source": {"path": f"{name}.csv"}}
    valid["datasets"]["films"]["split"] = {"whole": True}
    study = {
        "title": "My films",
        "dataset": "ratings",
        "interactions": {"user": "who", "item": "what"},
        "items": {"dataset": "films", "key": "id", "columns": ["genre"], "title": "name"},
        "lists": {"cap": {"column": "genre", "most": 3}, "reasons": {"title": "name"}},
        "models": {"ease": {}},
    }
    valid["recommenders"] = {"films": study}
    assert reading.read(valid).recommenders["films"].key("items") == "id"
    study["items"] = None
    study["dataset"] = "rating"
    lines = problems(valid)
    assert lines[0].startswith("params.yaml: recommenders.films.dataset: unknown dataset 'rating'")
    assert len(lines) == 3


def test_lists_need_a_table_of_items(
    valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """Titles are columns of it, and items are alike in its facts."""
    study = valid["recommenders"]["market"]
    study |= {"items": None, "transfer": None}
    study["lists"] = {"reasons": {"title": "title"}, "diversity": {"similarity": "features"}}
    assert problems(valid) == [
        f"params.yaml: {PLACE}.lists.reasons.title: 'title' of which table? Name it in 'items'",
        f"params.yaml: {PLACE}.lists.diversity.similarity: items are alike in which facts? Name "
        "columns in 'items', or compare by factors",
    ]


def test_towers_without_facts_have_nothing_to_read(
    valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """Where neither market tells anything of items, no tower of items is taken over."""
    for study in valid["recommenders"].values():
        study["items"]["columns"] = []
    valid["recommenders"]["market"]["transfer"]["parts"] = "items"
    assert problems(valid) == [
        f"params.yaml: {PLACE}.transfer.parts: the tower of items reads no facts: name columns in "
        "'items'"
    ]


def test_a_split_that_fits_is_taken(valid: dict[str, Any]) -> None:
    """Time is the same to the split and to the interactions."""
    valid["datasets"]["market"]["split"] = {"time": "time"}
    assert reading.read(valid).recommenders["market"].interactions.time == "time"


def test_ratings_are_learned_whole(
    valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """Without the lower ones their errors would say nothing of how well somebody likes an item."""
    valid["recommenders"]["market"]["interactions"]["at_least"] = 4
    assert problems(valid) == [
        f"params.yaml: {PLACE}.{name}: it learns ratings, of which `at_least: 4` leaves only those "
        "that are no lower: ask for it in a study of its own, without `at_least`"
        for name in ("models.bias", "models.biased_mf", "tasks")
    ]


@pytest.mark.parametrize(
    ("lists", "name"),
    [
        ({"approximate": {}}, "approximate"),
        ({"diversity": {"relevance": 0.7}}, "diversity.similarity"),
        ({"reasons": {"similarity": "factors"}}, "reasons.similarity"),
    ],
)
def test_lists_by_factors_need_a_model_that_has_some(
    lists: dict[str, Any],
    name: str,
    valid: dict[str, Any],
    problems: Callable[[object], list[str]],
) -> None:
    """It is told before anything is fitted."""
    study = valid["recommenders"]["larger"]
    study["lists"] = lists
    assert reading.read(valid).recommenders["larger"].models.ials is not None
    study["models"] = {"ease": {}}
    del study["tasks"], valid["recommenders"]["market"]["transfer"]
    assert problems(valid) == [
        f"params.yaml: recommenders.larger.lists.{name}: no model of this study has factors of "
        "items: name one of pure_svd, ials, mf_bpr, two_tower, light_gcn, or leave it out"
    ]


@pytest.mark.parametrize("side", ["users", "items"])
def test_a_test_of_what_is_new_asks_for_what_can_be_said_of_it(
    side: str, valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """It is declared, and nothing is asked for that needs users or items of training."""
    column = {"users": "user_id", "items": "item_id"}[side]
    valid["datasets"]["market"]["split"] = {"group": column}
    why = f"'market' is split by group of '{column}', so that training knows none of the {side}"
    place = f"params.yaml: {PLACE}"
    assert problems(valid) == [
        f"{place}.interactions.cold: {why} of the test: declare `cold: [{side}]`, or split "
        "otherwise",
        *(
            f"{place}.{name}: {why} it would be tested on: remove it, or split otherwise"
            for name in ("models.bias", "models.biased_mf", "transfer", "tasks")
        ),
    ]
    study = valid["recommenders"]["market"]
    study["interactions"]["cold"] = [side]
    del study["models"]["bias"], study["models"]["biased_mf"], study["transfer"], study["tasks"]
    assert reading.read(valid).recommenders["market"].interactions.cold == (side,)


@pytest.mark.parametrize(
    "change", [lambda study: study["models"].pop("two_tower"), lambda study: study.pop("items")]
)
def test_new_items_need_a_model_that_ranks_them(
    change: Callable[[dict[str, Any]], object],
    valid: dict[str, Any],
    problems: Callable[[object], list[str]],
) -> None:
    """It reads facts about items, and there are some."""
    valid["datasets"]["market"]["split"] = {"group": "item_id"}
    study = valid["recommenders"]["market"]
    study["interactions"]["cold"] = ["items"]
    del study["models"]["bias"], study["models"]["biased_mf"], study["transfer"], study["tasks"]
    change(study)
    found = [one for one in problems(valid) if f"{PLACE}.models: " in one]
    assert found == [
        f"params.yaml: {PLACE}.models: 'market' is split by group of 'item_id', so that training "
        "knows none of the items of the test, and no model ranks them: name two_tower, and columns "
        "in 'items', or split otherwise"
    ]


def _made(source: Any) -> Dataset:
    return Dataset(title="Own", source=source)


@pytest.mark.parametrize(
    ("dataset", "names"),
    [
        (_made(Market(kind="market")), ("user_id", "item_id", "rating", "time")),
        (_made(Stories(kind="stories")), ("medium", "title", "text", "category")),
        (
            _made(Csv(kind="csv", path="a.csv", header=False, names=("a", "b"))),
            ("a", "b"),
        ),
        (
            _made(
                Parquet(
                    kind="parquet",
                    path="a.parquet",
                    columns=Columns(
                        select=("a", "row_id"), rename={"a": "user"}, constants={"medium": "book"}
                    ),
                )
            ),
            ("user", "medium"),
        ),
    ],
)
def test_columns_that_are_known_before_reading(dataset: Dataset, names: tuple[str, ...]) -> None:
    """Of what is generated, and of files of which settings name every column."""
    assert columns.known(dataset) == ("row_id", *names)


@pytest.mark.parametrize(
    "columns_of", [Columns(), Columns(select=("pixel_*",)), Columns(constants={"a": 1})]
)
def test_columns_that_only_the_file_can_tell(columns_of: Columns) -> None:
    """Nothing is said against a name then."""
    dataset = _made(Parquet(kind="parquet", path="a.parquet", columns=columns_of))
    assert columns.known(dataset) is None
    assert columns.lacks(dataset, "anything") is None
