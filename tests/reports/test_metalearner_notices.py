"""What an answer may rest on is said beside it: few clusters, training that led nowhere, chance."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.reports import metalearners
from trunkline.reports.metalearning import chapter, measured, noticing

SPACE = "\N{NO-BREAK SPACE}"


def _run(method: str, best: int, epochs: int, repeat: int = 0) -> dict[str, Any]:
    return {"method": method, "repeat": repeat, "epochs": epochs, "best_epoch": best}


def _trained(*runs: dict[str, Any], most: int = 40, **changes: Any) -> measured.Measured:
    """Return a study with these runs, of at most so many epochs, and no losses."""
    study = metalearners.study(
        lambda found: found.update(training={"epochs": most}), runs=list(runs), **changes
    )
    return replace(study, curves=study.curves.iloc[:0])


def _losses(study: measured.Measured, *last: float) -> measured.Measured:
    """Return a study whose networks end at these losses on validation."""
    rows = [
        {"method": "maml", "repeat": repeat, "epoch": epoch, "training": 1.0, "validation": loss}
        for repeat, end in enumerate(last)
        for epoch, loss in ((1, 1.5), (2, end))
    ]
    return replace(study, curves=pd.DataFrame(rows))


@pytest.mark.parametrize(("clusters", "told"), [(5, True), (6, True), (7, False), (600, False)])
def test_too_few_clusters_are_noticed(clusters: int, told: bool) -> None:
    """The smallest p of six alphabets, 2 / 2^6, is too large for two comparisons at 0.05."""
    study = metalearners.study(
        facts=metalearners.facts(clusters=clusters, clustered_by="alphabet"),
        comparisons=[metalearners.contrast("maml", held, 0.2) for held in ("fine_tune", "scratch")],
    )
    found = noticing.notices(study)
    assert bool(found) == told
    assert not told or found[0].startswith(
        f"With {clusters} values of “alphabet” in the test, no difference among 2 comparisons "
        "can be shown"
    )
    assert not told or found[0].endswith(
        "Keep at least 7 of them for the test, or compare fewer arms."
    )


@pytest.mark.parametrize(("resamples", "told"), [(100, True), (719, False)])
def test_too_few_resamples_are_noticed(resamples: int, told: bool) -> None:
    """Of 101 patterns the rarest is still too frequent for 36 comparisons; of 720 it is not."""
    study = metalearners.study()
    rule = replace(study.settings.evaluate, resamples=resamples)
    study = replace(study, settings=replace(study.settings, evaluate=rule))
    found = noticing.notices(study)
    assert bool(found) == told
    assert not told or found[0].startswith("With 100 resamples, no difference among 36 compari")
    assert not told or found[0].endswith(
        "Raise evaluate.resamples to at least 719, or compare fewer arms."
    )


def test_one_alphabet_is_told_first() -> None:
    """Intervals are over its episodes then, of which there are enough, and tell of no other."""
    study = metalearners.study(
        facts=metalearners.facts(clusters=1, clustered_by="alphabet"),
        comparisons=[metalearners.contrast("maml", held, 0.2) for held in ("fine_tune", "scratch")],
    )
    (found,) = noticing.notices(study)
    assert found == (
        "One value of “alphabet” in the test: intervals and p are over its episodes, and say "
        "nothing of other values of it."
    )
    few = metalearners.study(
        facts=metalearners.facts(clusters=1, clustered_by="alphabet", episodes=5),
        comparisons=[metalearners.contrast("maml", held, 0.2) for held in ("fine_tune", "scratch")],
    )
    assert noticing.notices(few)[1].startswith("With 5 episodes in the test, no difference among")


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([_run("maml", 40, 40)], "after 40 passes: MAML. Raise training.epochs."),
        ([_run("maml", 39, 40)], ""),
        ([_run("maml", 30, 30)], ""),  # fewer than were allowed
        ([_run("maml", 40, 40), _run("maml", 39, 40, 1)], "after 40 passes: MAML. Raise"),
        ([_run("maml", 40, 40), *(_run("maml", 39, 40, n) for n in (1, 2))], ""),
        ([_run("maml", 40, 40), _run("anil", 40, 40)], "passes: MAML and ANIL. Raise"),
    ],
)
def test_training_that_was_cut_is_noticed(runs: list[dict[str, Any]], text: str) -> None:
    """The best pass was the last that was allowed, of half of the networks or more."""
    found = noticing.notices(_trained(*runs))
    assert len(found) == bool(text)
    assert text in "".join(found)
    assert not text or found[0].startswith("Still improving when training ended, after 40 passes")


def test_one_pass_alone_may_be_too_few() -> None:
    """Of one pass nobody knows that the second is no better."""
    (found,) = noticing.notices(_trained(_run("maml", 1, 1), most=1))
    assert found == (
        "Still improving when training ended, after 1 pass: MAML. Raise training.epochs."
    )


def test_training_that_got_no_better_is_noticed() -> None:
    """The first pass was the best, though more were made."""
    (found,) = noticing.notices(_trained(_run("maml", 1, 6), _run("anil", 2, 6)))
    assert found == (
        "Training got no better after the first pass over episodes: MAML. What is learned was "
        "learned in that pass, or nothing was. Try a lower training.learning_rate."
    )


@pytest.mark.parametrize(("last", "told"), [((20.0,), True), ((15.0,), False), ((1.0, 2e7), True)])
def test_a_loss_that_is_huge_is_noticed(last: tuple[float, ...], told: bool) -> None:
    """A number, so that nothing stops; guessing among five classes costs 1.6."""
    runs = [_run("maml", 5, 10, repeat) for repeat in range(len(last))]
    found = noticing.notices(_losses(_trained(*runs), *last))
    assert bool(found) == told
    assert not told or found[0].startswith(
        "The training of MAML led away: its loss on validation episodes ended at more than 10 "
        "times that of guessing. Lower training.learning_rate."
    )


def test_a_regression_is_as_good_as_its_mean_at_a_loss_of_one() -> None:
    """In units of the target's deviation."""
    study = metalearners.regression(runs=[_run("maml", 5, 10)])
    assert noticing.notices(_losses(study, 9.0)) == noticing.notices(study)
    assert noticing.notices(_losses(study, 11.0))[-1].startswith("The training of MAML led away")


def test_arms_that_do_not_beat_guessing_are_named() -> None:
    """Their interval holds what guessing scores, or lies below it; transductive ones as well."""
    means = {"scratch": 0.3, "maml": 0.205, "relation": 0.1, "transductive_prototypes": 0.2}
    rows = [metalearners.estimate(arm, value) for arm, value in means.items()]
    (found,) = noticing.notices(_trained(estimates=rows, comparisons=[]))
    assert found == (
        f"Not shown to be better than guessing, 20.0{SPACE}%: MAML, Relation network and "
        "Transductive network."
    )


def test_a_study_without_fault_has_no_notice() -> None:
    """Trained to its end, by enough episodes, above chance."""
    assert noticing.notices(metalearners.study()) == ()


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ("maml maml anil", "The other comparison in words"),
        ("maml maml anil anil", "The other 2 comparisons in words"),
        ("anil anil", "All 2 comparisons in words"),
        ("anil", "The comparison in words"),
        ("maml anil transductive_prototypes", "The other comparison in words"),
    ],
)
def test_comparisons_that_follow_are_counted(pairs: str, text: str) -> None:
    """Others only where some were told before; what is told and apart adds up to the family."""
    advised = "maml" in pairs
    rows = [
        metalearners.contrast(arm, held, 0.1 if arm == "maml" else -0.1)
        for arm in dict.fromkeys(pairs.split())
        for held in ("fine_tune", "scratch", "nearest_neighbour")[: pairs.split().count(arm)]
    ]
    means = metalearners.SCORES | ({"maml": 0.9} if advised else {})
    estimates = [metalearners.estimate(arm, value) for arm, value in means.items()]
    study = metalearners.study(comparisons=rows, estimates=estimates)
    found = chapter.chapter(study, (), {})
    assert found.others == text
    apart = len(study.comparisons) - len(study.judged)
    assert len(found.reasons) + len(found.further) + apart == len(rows)
