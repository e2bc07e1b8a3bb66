"""What is said of recommenders follows from rows of results alone."""

from typing import Any

import pytest

from tests.reports import recommenders
from trunkline.reports import numbers
from trunkline.reports.recommending import advising, chapter, looks, measured, sentences
from trunkline.settings.recommending.models import EVERY

MEANS = {"most_popular": 0.25, "ease": 0.48, "slim": 0.49, "random": 0.02}
VERDICTS = {"+": "helps", "-": "hurts", "=": "equivalent", "?": "no evidence"}


def _study(
    chosen: str, against: dict[str, str], rivals: dict[str, str] | None = None
) -> measured.Measured:
    """Return a study with these verdicts against the baseline, and of the first over others."""
    first = max(MEANS, key=lambda model: MEANS[model])
    return recommenders.study(
        estimates=[
            {"model": model, "metric": "ndcg@10", **recommenders.estimate(value, model)}
            for model, value in MEANS.items()
        ],
        comparisons=[
            {"model": model, "baseline": "most_popular", "metric": "ndcg@10"}
            | recommenders.contrast(MEANS[model] - 0.25, verdict=VERDICTS[verdict])
            for model, verdict in against.items()
        ],
        rivals=[
            {"first": first, "other": model, "metric": "ndcg@10"}
            | recommenders.contrast(MEANS[first] - MEANS[model], verdict=VERDICTS[verdict])
            for model, verdict in (rivals or {}).items()
        ],
        lists={"best": chosen, "model": chosen},
    )


def test_every_model_has_its_own_name_and_looks() -> None:
    """Label, subject, and colour with marker differ between all models of params.yaml."""
    found = [looks.look(model) for model in EVERY]
    assert len({one.label for one in found}) == len({one.subject for one in found}) == len(EVERY)
    assert len({(one.colour, one.marker) for one in found}) == len(EVERY)
    assert not [model for model in EVERY if looks.kind(model) == "Other"]


def test_a_model_that_is_not_known_keeps_its_name() -> None:
    """A new model is on the page before it has a label."""
    assert looks.look("my_model").label == "My model"
    assert list(looks.kinds(["my_model", "ease"])) == ["Without a network", "Other"]


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("ndcg@10", "nDCG@10"), ("hit_rate@5", "hit rate@5"), ("map_capped@20", "capped MAP@20"),
        ("recall@3", "recall@3"),
    ],
)  # fmt: skip
def test_metrics_of_lists_are_called_as_in_the_literature(metric: str, name: str) -> None:
    """The length of the list stays behind the name; four decimals."""
    assert numbers.scale(metric).name == name
    assert numbers.number(metric, 0.48291) == "0.4829"


@pytest.mark.parametrize(
    ("gain", "verdict", "text"),
    [
        (
            0.05, "helps",
            "EASE beats listing the most popular items by 0.0500 [0.0380, 0.0620] of nDCG@10.",
        ),
        (
            -0.05, "hurts",
            "EASE is 0.0500 [0.0380, 0.0620] of nDCG@10 worse than listing the most popular items.",
        ),
        (
            0.001, "equivalent",
            "It does not matter whether one chooses EASE or listing the most popular items: the "
            "difference in nDCG@10, +0.0010 [\N{MINUS SIGN}0.0110, 0.0130], is too small to count.",
        ),
        (
            0.001, "no evidence",
            "There is no evidence that EASE is better or worse than listing the most popular items:"
            " the difference in nDCG@10 is +0.0010 [\N{MINUS SIGN}0.0110, 0.0130].",
        ),
    ],
)  # fmt: skip
def test_each_verdict_has_its_sentence(gain: float, verdict: str, text: str) -> None:
    """No difference is told without its interval, and p and P(better) stand beside it."""
    row = {"model": "ease", "baseline": "most_popular", "metric": "ndcg@10"}
    study = recommenders.study(
        comparisons=[row | recommenders.contrast(gain, verdict=verdict, p_holm=0.02)]
    )
    said = sentences.against(study.lists.comparisons[0])
    assert (said.text, said.verdict) == (text, verdict)
    assert said.evidence == "Holm-corrected p 0.020, P(better) 0.80 [0.77, 0.82]"


def test_a_name_keeps_its_capitals() -> None:
    """A sentence may begin with a small letter where a name does."""
    assert sentences.begun("iALS beats EASE.") == "iALS beats EASE."
    assert sentences.begun("item kNN beats EASE.") == "Item kNN beats EASE."


def test_models_of_another_market_and_of_two_tasks_are_told() -> None:
    """Which market it is, by its title; which balancer and task; an error that falls is better."""
    study = recommenders.study(
        borrowed=[recommenders.borrowed("helps")],
        tasks=[
            recommenders.task("click", "equal", 0.05), recommenders.task("rating", "pcgrad", 0.05)
        ],
    )  # fmt: skip
    said = [sentences.borrowed(study, *study.borrowed)] + [sentences.tasks(c) for c in study.tasks]
    assert [one.text for one in said] == [
        "Beginning the two-tower model as that of “Shop” beats training the two-tower model from "
        "scratch by 0.0500 [0.0380, 0.0620] of nDCG@10.",
        "Teaching the two-tower model clicks and ratings at once under equal weights beats "
        "teaching it clicks alone by 0.0500 [0.0380, 0.0620] of nDCG@10.",
        "Teaching the two-tower model clicks and ratings at once under PCGrad beats teaching it "
        "ratings alone by 0.050 [0.038, 0.062] of root mean squared error.",
    ]


ALL = {"ease": "+", "slim": "+", "random": "-"}


@pytest.mark.parametrize(
    ("chosen", "against", "rivals", "advised", "text"),
    [
        (
            "slim", ALL, {"ease": "?", "most_popular": "+", "random": "+"}, ("slim", "helps"),
            "Recommend with SLIM: nDCG@10 0.4900 [0.4780, 0.5020] on the test rows, 0.2400 "
            "[0.2280, 0.2520] above listing the most popular items. It was chosen on the "
            "validation rows. It came first on the test rows as well: ahead of Most popular and "
            "Random; not told apart from EASE.",
        ),
        (
            "ease", ALL, {"ease": "?"}, ("ease", "helps"),
            "SLIM came first on the test rows, but is not told apart from it: the difference is "
            "0.0100 [\N{MINUS SIGN}0.0020, 0.0220].",
        ),
        (
            "ease", ALL, {"ease": "+"}, ("ease", "helps"),
            "SLIM came first on the test rows, 0.0100 [\N{MINUS SIGN}0.0020, 0.0220] ahead of it.",
        ),
        (
            "ease", ALL, {"ease": "="}, ("ease", "helps"),
            "SLIM came first on the test rows, by a difference that is too small to count, 0.0100 "
            "[\N{MINUS SIGN}0.0020, 0.0220].",
        ),
        (
            "ease", {"ease": "?", "slim": "+"}, {"ease": "?"}, ("slim", "helps"),
            "Recommend with SLIM: nDCG@10 0.4900 [0.4780, 0.5020] on the test rows, 0.2400 "
            "[0.2280, 0.2520] above listing the most popular items. The best on the validation "
            "rows was EASE, but there is no evidence that EASE is better or worse than listing "
            "the most popular items: the difference in nDCG@10 is +0.2300 [0.2180, 0.2420].",
        ),
        (
            "ease", {"ease": "=", "slim": "?"}, {}, ("most_popular", "equivalent"),
            "List the most popular items, nDCG@10 0.2500 [0.2380, 0.2620]: no model is shown to be "
            "better. The best on the validation rows was EASE, but it does not matter whether",
        ),
        (
            "random", {"random": "-"}, {}, ("most_popular", "hurts"),
            "The best on the validation rows was Random, but listing items at random is 0.2300 "
            "[0.2180, 0.2420] of nDCG@10 worse than listing the most popular items.",
        ),
        (
            "most_popular", {"ease": "?"}, {}, ("most_popular", ""),
            "no model is shown to be better. On the validation rows too they were as good as any.",
        ),
    ],
)  # fmt: skip
def test_the_advice_follows_from_validation_and_verdicts(
    chosen: str,
    against: dict[str, str],
    rivals: dict[str, str],
    advised: tuple[str, str],
    text: str,
) -> None:
    """Chosen on validation and proven on the test; else what is proven; else the baseline."""
    found = advising.on_lists(_study(chosen, against, rivals))
    assert (found.model, found.verdict) == advised
    assert text in found.text


def test_what_hurts_is_counted() -> None:
    """By name, and that nothing does is said too."""
    study = _study("ease", {"ease": "-", "slim": "+", "random": "-"})
    said = sentences.harm(study.lists.comparisons, "most_popular")
    assert said == ("2 of 3 models are worse than listing the most popular items: EASE and Random.")
    one = sentences.harm(study.lists.comparisons[1:], "most_popular")
    assert one.startswith("1 of 2 models is worse")
    none = sentences.harm(study.lists.comparisons[1:2], "most_popular")
    assert none == "No model is shown to be worse than listing the most popular items."


@pytest.mark.parametrize(("users", "told"), [(10, True), (11, False)])
def test_too_few_users_are_noticed(users: int, told: bool) -> None:
    """The smallest p of ten users, 2 / 2^10, is too large for 40 comparisons at 0.05."""
    row = {"model": "ease", "baseline": "most_popular", "metric": "ndcg@10"}
    study = recommenders.study(comparisons=[row | recommenders.contrast(0.2, n=users, family=40)])
    found = sentences.notices(study.lists.comparisons, 0.05)
    assert bool(found) == told
    assert not told or found[0].startswith(
        "With 10 users that have test items, no difference among 40 comparisons can be shown, "
        "however large: the smallest possible p is 0.001953, and corrected it is 0.07812"
    )


def test_every_comparison_with_a_baseline_is_counted() -> None:
    """Lists, ratings, markets and tasks; the lead of the first over others is none."""
    found = chapter.chapter(recommenders.study(), (), {})
    assert found.counts == {"helps": 15, "hurts": 1, "equivalent": 0, "no evidence": 3}
    assert sum(found.counts.values()) == 14 + 1 + 2 + 2


def test_a_study_of_the_baseline_alone_compares_nothing() -> None:
    """The most popular items have their score, and nobody to be held against."""
    empty: dict[str, Any] = {name: [] for name in ("comparisons", "rivals", "borrowed", "tasks")}
    study = recommenders.study(
        estimates=[{"model": "most_popular", "metric": "ndcg@10", **recommenders.estimate(0.25)}],
        ratings={"estimates": [], "comparisons": [], "rivals": []},
        lists={"best": "most_popular", "model": "most_popular", "recall": 1.0, "notes": []},
        **empty,
    )
    found = chapter.chapter(study, (), {})
    assert (found.harm, found.reasons, found.ratings, found.borrowed) == ("", (), None, None)
    assert found.advice.text.startswith("List the most popular items, nDCG@10 0.2500 [0.2380, 0.2")
    assert found.board.scores.leads == ()


@pytest.mark.parametrize(
    ("stem", "key", "message"),
    [
        ("estimates", "low", r"each row of estimates\.json to have .* without low\."),
        ("comparisons", "baseline", r"each row of comparisons\.json .* without baseline\."),
        ("rivals", "other", r"each row of rivals\.json .* without other\."),
        ("borrowed", "arm", r"each row of borrowed\.json .* without arm\."),
        ("tasks", "p_holm", r"each row of tasks\.json .* Run the evaluate_recommender stage again"),
    ],
)
def test_a_row_that_lacks_a_value_is_refused(stem: str, key: str, message: str) -> None:
    """The file and the value are named, and what to run."""
    rows = recommenders.records()[stem]
    rows[0].pop(key)
    with pytest.raises(ValueError, match=message):
        recommenders.study(**{stem: rows})


def test_a_verdict_that_is_none_is_refused() -> None:
    """Nothing that is not one of the four gets a badge."""
    rows = recommenders.records()["comparisons"]
    rows[0]["verdict"] = "wins"
    with pytest.raises(ValueError, match=r"comparisons\.json to be one of .*verdict='wins'"):
        recommenders.study(comparisons=rows)
