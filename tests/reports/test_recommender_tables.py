"""The tables of a study of recommenders hold what was measured, each score with its interval."""

import dataclasses
import json
import math
from typing import Any

import pandas as pd
import pytest

from tests.reports import recommenders
from trunkline.reports import numbers
from trunkline.reports.recommending import (
    breakdowns,
    counted,
    example,
    measured,
    searched,
    tables,
)
from trunkline.reports.recommending.tables import Grid, Row
from trunkline.settings import reading
from trunkline.settings.recommending.study import TuneModels


def _cells(grid: Grid | None, model: str) -> dict[str, str]:
    """Return a line of a grid by its columns."""
    assert grid is not None
    return dict(zip(grid.columns, dict(grid.rows)[model], strict=True))


def test_models_stand_by_their_score_and_the_baseline_has_no_difference() -> None:
    """The best first; a dash where there is no spread."""
    study = recommenders.study()
    found = tables.scores(study.lists)
    assert [row.arm for row in found.rows][:3] == ["iALS", "SLIM", "EASE"]
    assert [row.arm for row in found.rows][-1] == "Random"
    by_name = {row.arm: row for row in found.rows}
    assert by_name["Two towers"] == Row(
        arm="Two towers", value="0.4777", interval="[0.4657, 0.4897]", spread="±0.0021",
        difference="+0.2253 [0.2133, 0.2373]", p="0.011", better="0.80 [0.77, 0.82]",
        verdict="helps",
    )  # fmt: skip
    assert by_name["Most popular"] == Row(
        arm="Most popular", value="0.2524", interval="[0.2404, 0.2644]", spread=numbers.ABSENT
    )
    assert (found.metric, found.baseline, found.first) == ("nDCG@10", "Most popular", "iALS")
    assert (found.leads[0].arm, found.leads[0].difference) == ("Random", "+0.4713 [0.4593, 0.4833]")


def test_the_least_error_comes_first() -> None:
    """Ratings are judged by an error, of which less is better."""
    study = recommenders.study()
    assert study.ratings is not None
    assert [row.arm for row in tables.scores(study.ratings).rows] == ["Biased MF", "Biases"]


def test_further_metrics_have_a_column_each() -> None:
    """Whatever the evaluation measured beside the main metric; None where there is no other."""
    study = recommenders.study()
    found = _cells(tables.further(study.lists), "EASE")
    assert found == {
        "recall@10": "0.2897 [0.2777, 0.3017]", "hit rate@10": "0.6761 [0.6641, 0.6881]",
    }  # fmt: skip
    rows = [row for row in recommenders.records()["estimates"] if row["metric"] == "ndcg@10"]
    assert tables.further(recommenders.study(estimates=rows).lists) is None


def test_what_lists_show_stands_beside_the_main_metric() -> None:
    """Coverage and Gini index with their spread over repeats, the others with intervals."""
    found = breakdowns.shown(recommenders.study())
    assert found.title == "Accuracy beside what the lists show, at 10 places a list"
    assert _cells(found, "Two towers") == {
        "nDCG@10": "0.4777 [0.4657, 0.4897]",
        "Coverage": "28.8\N{NO-BREAK SPACE}% ±0.4",
        "Gini index": "0.856 ±0.004",
        "Novelty (bits)": "1.15 [0.65, 1.65]",
        "Popularity (users)": "142.4 [141.9, 142.9]",
    }
    assert _cells(found, "EASE")["Coverage"] == "27.9\N{NO-BREAK SPACE}%"


def test_a_model_without_a_row_has_a_dash() -> None:
    """A group in which a model was not measured is no error."""
    rows = [row for row in recommenders.records()["activity"] if row["model"] != "ease"]
    found = _cells(breakdowns.activity(recommenders.study(activity=rows)), "EASE")
    assert set(found.values()) == {numbers.ABSENT}


def test_groups_of_users_are_named_with_their_size() -> None:
    """Those without an interaction in training come first, as none."""
    found = breakdowns.activity(recommenders.study())
    assert found is not None
    assert found.columns == (
        "none (12 users)",
        "1\N{EN DASH}17 (230 users)",
        "18\N{EN DASH}40 (240 users)",
        "41\N{EN DASH}685 (461 users)",
    )
    assert breakdowns.activity(recommenders.study(activity=[])) is None


def test_groups_of_items_have_recall_places_and_hits() -> None:
    """A group that is neither listed nor in the test has no column; nobody's recall is a dash."""
    found = breakdowns.popularity(recommenders.study())
    assert _cells(found, "EASE") == {
        "Recall: popular": "0.3380 [0.3260, 0.3500]", "Recall: rarer": "0.0483 [0.0363, 0.0603]",
        "Places: popular": "91\N{NO-BREAK SPACE}%", "Places: rarer": "9\N{NO-BREAK SPACE}%",
        "Hits: popular": "97\N{NO-BREAK SPACE}%", "Hits: rarer": "3\N{NO-BREAK SPACE}%",
    }  # fmt: skip
    assert found is not None
    assert "480 popular items have 80\N{NO-BREAK SPACE}% of the test items" in found.title
    rows = recommenders.records()["popularity"]
    cold = [row | {"relevant": 0.1} for row in rows if row["group"] == "cold"]
    seen = _cells(breakdowns.popularity(recommenders.study(popularity=cold)), "EASE")
    assert seen["Recall: new"] == numbers.ABSENT
    assert breakdowns.popularity(recommenders.study(popularity=[])) is None


def test_cold_start_stands_apart_where_there_is_any() -> None:
    """New users beside known ones; nothing where all are known."""
    found = breakdowns.starts(recommenders.study())
    assert found is not None
    assert found.columns == ("Known user and item (931 users)", "New user (12 users)")
    warm = [row for row in recommenders.records()["starts"] if row["start"] == "warm"]
    assert breakdowns.starts(recommenders.study(starts=warm)) is None
    assert breakdowns.starts(recommenders.study(starts=[])) is None


def test_each_model_is_a_row_with_what_was_chosen() -> None:
    """Options that differ from the stated ones; an error without the sign that a search gives."""
    found = searched.searched(recommenders.study())
    assert found is not None
    by_name = {row.model: row for row in found.rows}
    ease, bias, popular = (by_name[name] for name in ("EASE", "Biases", "Most popular"))
    assert (ease.trials, ease.chosen, ease.metric) == (4, "factors 192, l2 0.01", "nDCG@10")
    assert (ease.stated, ease.best) == ("0.4629", "0.4729")
    assert (bias.metric, bias.stated, bias.best) == ("root mean squared error", "0.970", "0.960")
    assert (popular.trials, popular.chosen) == (1, "as stated")
    assert found.text.startswith("Each of the 17 models had 4 trials, the stated options first")


def test_options_of_all_types_are_written() -> None:
    """Numbers in at most four digits, others as in a parameter file; a new option is there too."""
    options = [{"widths": [64], "rate": 0.1}, {"widths": [64, 32], "rate": 0.123456, "new": "a"}]
    trials = pd.DataFrame({
        "model": "neumf", "trial": [0, 1], "options": [json.dumps(one) for one in options],
        "score": [math.nan, 0.5], "best_epoch": 3, "chosen": [False, True],
    })  # fmt: skip
    found = searched.searched(_with(trials))
    assert found is not None
    (row,) = found.rows
    assert row.chosen == 'widths [64, 32], rate 0.1235, new "a"'
    assert (row.stated, row.best) == ("diverged", "0.5000")


@pytest.mark.parametrize("trials", [recommenders.trials().head(0), None])
def test_without_a_search_nothing_is_said(trials: pd.DataFrame | None) -> None:
    """Neither where no study asks for it, nor where nothing was tried."""
    if trials is None:
        settings = reading.read(recommenders.params(lambda one: one.update(tune=None)))
        found = _with(recommenders.trials(), settings.recommenders["films"])
    else:
        found = _with(trials)
    assert searched.searched(found) is None


def _with(trials: pd.DataFrame, settings: Any = None) -> Any:
    """Return the study with other trials and settings."""
    study = recommenders.study()
    return type(study)(
        **vars(study) | {"trials": trials} | ({"settings": settings} if settings else {})
    )


def test_the_example_has_titles_reasons_and_what_was_taken() -> None:
    """An item without a title goes by its id; what did not come from the model is told."""
    found = example.example(recommenders.study())
    assert found is not None
    assert (found.user, found.model, found.hits) == ("196", "EASE", 2)
    first, *_, last = found.listed
    assert (first.rank, first.title, first.item, first.taken) == (
        "1", "Another film 1 (1996)", "51", True,
    )  # fmt: skip
    assert first.note == "because of Film 1 (1994), Film 2 (1994); score 1.235"
    assert (last.title, last.item) == ("61", "")
    assert last.note == "taken by 410 of 943 users; from popularity; score 410"
    assert [line.note for line in found.history[1:3]] == ["rated 4.5, 1997-12-04", "1997-12-04"]


def test_steps_have_no_day() -> None:
    """An order without a calendar is told as such."""
    settings = reading.read(recommenders.params(_in_steps)).recommenders["films"]
    found = example.example(_with(recommenders.trials(), settings))
    assert found is not None
    assert found.history[0].note == "rated 3.5, step 881250949"


def _in_steps(study: dict[str, Any]) -> None:
    study["interactions"]["unit"] = "steps"


def test_without_a_list_there_is_no_example() -> None:
    """Nothing is made up."""
    assert example.example(recommenders.study(example={})) is None


def test_counts_tell_what_training_does_not_know() -> None:
    """New users and items are told where there are any, and what was left out."""
    study = recommenders.study()
    assert ("943", "users") in counted.facts(study)
    assert counted.outside(study) == (
        "Training knows 4.26\N{NO-BREAK SPACE}% of all pairs of a user and an item. Beside "
        "the interactions to score, 12 are of new users and 30 are of new items."
    )
    facts = recommenders.records()["facts"] | {"new_users": 0, "new_items": 0, "left_out": 5}
    told = counted.outside(recommenders.study(facts=facts))
    assert told.endswith("an item. Users without an item to score are left out: 5.")


def test_where_training_knows_nobody_who_is_judged() -> None:
    """Their interactions are those to score, and none stand beside them."""
    changed = {"test": 0, "new_users": 119, "new_items": 0, "judged": 11, "left_out": 943}
    study = recommenders.study(facts=recommenders.records()["facts"] | changed)
    assert ("119", "interactions to score") in counted.facts(study)
    assert counted.outside(study).endswith(
        "of a user and an item. It knows none of the users who are judged: their lists come from "
        "features where the model reads them, else from popularity."
    )


def test_where_training_knows_none_of_the_items_to_score() -> None:
    """Their interactions are those to score, of users whom it knows."""
    changed = {"test": 0, "new_users": 0, "new_items": 84, "judged": 40, "left_out": 903}
    study = recommenders.study(facts=recommenders.records()["facts"] | changed)
    assert ("84", "interactions to score") in counted.facts(study)
    told = counted.outside(study)
    assert "It knows none of the items to score, which are ranked among those it knows." in told
    assert "lists none of them and scores 0: chance is the bar." in told
    assert "Beside the interactions to score" not in told


def test_without_comparisons_the_main_metric_is_what_the_search_chose_by() -> None:
    """Nothing is compared where only the most popular items are listed."""
    study = recommenders.study(comparisons=[], rivals=[])
    assert study.lists.main == "ndcg@10"
    asked = dataclasses.replace(study.settings, tune=TuneModels(metric="recall"))
    found = measured.measured("films", asked, study.records, study.trials)
    assert found.lists.main == "recall@10"


def test_a_model_of_ratings_alone_is_its_own_baseline() -> None:
    """Nothing is said of a model that the study does not have."""
    told = recommenders.ratings()
    told["estimates"] = [row for row in told["estimates"] if row["model"] == "biased_mf"]
    study = recommenders.study(ratings=told | {"comparisons": [], "rivals": []})
    assert study.ratings is not None
    assert tables.scores(study.ratings).baseline == "Biased MF"


def test_chance_is_told_where_it_is_known() -> None:
    """It is computed for the main metric, or not told at all."""
    assert counted.chance(recommenders.study()).startswith(
        "Lists drawn at random score nDCG@10 0.0179 on average"
    )
    assert counted.chance(recommenders.study(expected={})) == ""


def test_what_was_told_of_the_lists_is_told() -> None:
    """Who gets none, and what an approximate search misses; exact search needs no words."""
    assert counted.notes(recommenders.study()) == ()
    lists = {
        "best": "ease",
        "model": "ease",
        "recall": 0.9834,
        "notes": ["3 of 943 users get no list"],
    }
    first, second = counted.notes(recommenders.study(lists=lists))
    assert first == "3 of 943 users get no list"
    assert "finds 98.3\N{NO-BREAK SPACE}% of what an exact one finds" in second
