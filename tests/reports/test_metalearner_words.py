"""What is said of meta-learners follows from rows of results alone."""

from dataclasses import replace
from typing import Any

import pytest

from tests.reports import metalearners
from trunkline.reports.metalearning import advising, chapter, looks, measured, sentences
from trunkline.settings.metalearning.arms import NEAREST, Arms
from trunkline.settings.metalearning.methods import GRADIENT, METRIC

EVERY = [*METRIC, *GRADIENT, *vars(Arms()), NEAREST]
MEANS = {"scratch": 0.5, "linear_probe": 0.74, "fine_tune": 0.75, "maml": 0.76, "prototypes": 0.8}
VERDICTS = {"+": "helps", "-": "hurts", "=": "equivalent", "?": "no evidence"}
TASK = "On the next task with 5 classes, 1 labelled row each, use"
SPACE = "\N{NO-BREAK SPACE}"


def _study(against: dict[tuple[str, str], str], **changes: Any) -> measured.Measured:
    """Return a study with these verdicts, by arm and baseline."""
    means = changes.pop("means", MEANS)
    return metalearners.study(
        estimates=[metalearners.estimate(arm, value) for arm, value in means.items()],
        comparisons=[
            metalearners.contrast(
                arm, baseline, means[arm] - means[baseline], verdict=VERDICTS[verdict]
            )
            for (arm, baseline), verdict in against.items()
        ],
        **changes,
    )


def test_every_arm_has_its_own_name_and_looks() -> None:
    """Label, subject, and colour with marker differ between all that params.yaml can name."""
    found = [looks.look(arm) for arm in EVERY]
    assert len({one.label for one in found}) == len({one.subject for one in found}) == len(EVERY)
    assert len({(one.colour, one.marker) for one in found}) == len(EVERY)
    assert not [arm for arm in EVERY if looks.kind(arm) == "Other"]
    assert {looks.kind(arm) for arm in METRIC} == {"By distance or in closed form"}


def test_an_arm_that_is_not_known_keeps_its_name() -> None:
    """A new method is on the page before it has a label."""
    assert looks.look("my_method").label == "My method"
    assert list(looks.kinds(["my_method", "maml"])) == ["By steps", "Other"]


def test_eight_classes_differ_in_shape() -> None:
    """Nobody needs colours to tell classes apart."""
    found = [looks.numbered(place, str(place)) for place in range(8)]
    assert len({one.marker for one in found}) == 8


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (
            "helps",
            "MAML beats pretraining and fine-tuning by 4.0 points [2.8, 5.2] of accuracy.",
        ),
        (
            "hurts",
            "MAML is 4.0 points [2.8, 5.2] of accuracy worse than pretraining and fine-tuning.",
        ),
        (
            "equivalent",
            "It does not matter whether one chooses MAML or pretraining and fine-tuning: the "
            "difference in accuracy, +4.0 points [2.8, 5.2], is too small to count.",
        ),
        (
            "no evidence",
            "There is no evidence that MAML is better or worse than pretraining and fine-tuning: "
            "the difference in accuracy is +4.0 points [2.8, 5.2].",
        ),
    ],
)
def test_each_verdict_has_its_sentence(verdict: str, text: str) -> None:
    """No difference is told without its interval, and p and P(better) stand beside it."""
    gain = -0.04 if verdict == "hurts" else 0.04
    row = metalearners.contrast("maml", "fine_tune", gain, verdict=verdict)
    said = sentences.statement(metalearners.study(comparisons=[row]).comparisons[0])
    assert (said.text, said.verdict) == (text, verdict)
    assert said.evidence == "Holm-corrected p 0.002, P(better) 0.64 [0.60, 0.68]"


def test_an_error_that_falls_is_better() -> None:
    """Differences are oriented; the error itself is not turned."""
    found = advising.on_next(metalearners.regression())
    assert found.arm == "maml"
    assert found.text.startswith(
        "On the next task with 10 labelled rows, use MAML: root mean squared error 0.240 [0.180, "
        "0.300], 1.380 [1.368, 1.392] better than pretraining and fine-tuning, 1.660"
    )


PROVEN = {("prototypes", "fine_tune"): "+", ("prototypes", "scratch"): "+"}
PRETRAINED = {("fine_tune", "scratch"): "+", ("linear_probe", "scratch"): "+"}
MAML = {("maml", "fine_tune"): "?", ("maml", "scratch"): "+"}


@pytest.mark.parametrize(
    ("against", "advised", "text"),
    [
        (
            PROVEN | MAML | PRETRAINED, ("prototypes", "helps"),
            f"{TASK} the prototypical network: accuracy 80.0{SPACE}% [79.2, 80.8], 5.0 points "
            "[3.8, 6.2] better than pretraining and fine-tuning and 30.0 points [28.8, 31.2] "
            "better than training from scratch.",
        ),
        (
            PROVEN | MAML | {("maml", "fine_tune"): "+"}, ("prototypes", "helps"),
            "MAML is shown to be better than these too; the best mean was taken, and meta-learners "
            "were not held against each other.",
        ),
        (
            {("prototypes", "fine_tune"): "?", ("prototypes", "scratch"): "+"} | PRETRAINED,
            ("fine_tune", "no evidence"),
            "There is no evidence that a meta-learner is better than pretraining and fine-tuning "
            f"and than training from scratch. {TASK} the simplest that is not shown to be worse, "
            f"pretraining and fine-tuning: accuracy 75.0{SPACE}% [74.2, 75.8]. Of the "
            f"meta-learners Prototypes has the best mean, accuracy 80.0{SPACE}% [79.2, 80.8]. "
            "There is no evidence that the prototypical network is better or worse than",
        ),
        (
            {("prototypes", "fine_tune"): "-", ("prototypes", "scratch"): "+"} | PRETRAINED,
            ("fine_tune", "hurts"),
            "No meta-learner is shown to be better than pretraining and fine-tuning",
        ),
        (
            {("prototypes", "fine_tune"): "=", ("prototypes", "scratch"): "="},
            ("scratch", "equivalent"),
            "No meta-learner makes a difference that counts: none is shown to be better than",
        ),
        (
            {("maml", "fine_tune"): "+", ("maml", "scratch"): "?", ("fine_tune", "scratch"): "?"},
            ("scratch", "no evidence"),
            f"{TASK} the simplest that is not shown to be worse, training from scratch: accuracy",
        ),
        (
            {("maml", "fine_tune"): "?", ("maml", "scratch"): "+", ("fine_tune", "scratch"): "?"},
            ("maml", "no evidence"),
            f"{TASK} the simplest that is not shown to be worse, MAML: accuracy",
        ),
        (
            {("maml", "fine_tune"): "-", ("maml", "scratch"): "+", ("fine_tune", "scratch"): "?"},
            ("scratch", "hurts"),
            "training from scratch: accuracy",
        ),
        (
            {("linear_probe", "scratch"): "+", ("fine_tune", "scratch"): "?"} | MAML,
            ("linear_probe", "no evidence"),
            "pretraining and a linear probe: accuracy",
        ),
        (PRETRAINED, ("fine_tune", ""), "No meta-learner is compared. Pretraining and fine-tuning"),
        ({}, ("scratch", ""), "No meta-learner is compared. Training from scratch is what is"),
    ],
)  # fmt: skip
def test_the_advice_follows_from_means_and_verdicts(
    against: dict[tuple[str, str], str], advised: tuple[str, str], text: str
) -> None:
    """Proven against all and best; else the simplest that is not shown to be worse."""
    found = advising.on_next(_study(against))
    assert (found.arm, found.verdict) == advised
    assert text in found.text


def test_without_structure_nothing_is_said_to_help() -> None:
    """Every verdict open: scratch, and the words `no evidence` first."""
    pairs = [(arm, held) for arm in ("maml", "prototypes") for held in ("fine_tune", "scratch")]
    found = advising.on_next(_study(dict.fromkeys([*pairs, ("fine_tune", "scratch")], "?")))
    assert (found.arm, found.verdict) == ("scratch", "no evidence")
    assert found.text.startswith("There is no evidence that a meta-learner is better than")


def test_a_meta_learner_has_to_beat_the_nearest_neighbour_too() -> None:
    """What needs no training is advised where it is the best of the simple arms."""
    nearest = {("nearest_neighbour", "scratch"): "+", ("prototypes", "nearest_neighbour"): "-"}
    means = MEANS | {"nearest_neighbour": 0.9}
    found = advising.on_next(_study(PROVEN | PRETRAINED | nearest, means=means))
    assert (found.arm, found.verdict) == ("nearest_neighbour", "hurts")
    assert (
        f"{TASK} the simplest that is not shown to be worse, the nearest neighbour on the inputs: "
        f"accuracy 90.0{SPACE}% [89.2, 90.8]."
    ) in found.text
    assert "is 10.0 points [8.8, 11.2] of accuracy worse than the nearest neighbour" in found.text
    won = nearest | {("prototypes", "nearest_neighbour"): "+"}
    found = advising.on_next(_study(PROVEN | PRETRAINED | won, means=means))
    assert found.arm == "prototypes"


def test_a_transductive_method_is_never_advised() -> None:
    """However good, and however proven: it sees queries that others do not."""
    means = MEANS | {"transductive_prototypes": 0.95}
    apart = {("transductive_prototypes", held): "+" for held in ("fine_tune", "scratch")}
    study = _study(apart | MAML | PRETRAINED, means=means)
    found = advising.on_next(study)
    assert (found.arm, found.verdict) == ("fine_tune", "no evidence")
    assert "ransductive" not in found.text
    assert [e.arm for e in study.apart] == ["transductive_prototypes"]
    assert "transductive_prototypes" not in {e.arm for e in study.ranked}
    only = _study(apart | PRETRAINED, means=means)
    assert advising.on_next(only).text.startswith("No meta-learner is compared.")


def test_without_pretraining_scratch_alone_is_the_bar_and_the_page_says_so() -> None:
    """What often wins was left out: a notice beside the advice."""
    study = metalearners.study(
        lambda found: found.update(arms={"fine_tune": None, "linear_probe": None}),
        comparisons=[metalearners.contrast("maml", "scratch", 0.1)],
    )
    found = advising.on_next(study)
    assert (found.arm, found.verdict) == ("maml", "helps")
    assert "fine-tuning" not in found.text
    (notice,) = sentences.notices(study)
    assert notice.startswith("Pretraining and fine-tuning, which often wins, was left out")


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ("--+", "2 of 3 meta-learners are worse than pretraining and fine-tuning: MAML and ANIL."),
        ("-??", "1 of 3 meta-learners is worse than pretraining and fine-tuning: MAML."),
        ("-", "The meta-learner is worse than pretraining and fine-tuning: MAML."),
        ("?=", "No meta-learner is shown to be worse than pretraining and fine-tuning."),
        ("", ""),
    ],
)
def test_what_hurts_is_counted(verdicts: str, text: str) -> None:
    """By name, and that nothing does is said too."""
    rows = [
        metalearners.contrast(arm, "fine_tune", 0.0, verdict=VERDICTS[verdict])
        for arm, verdict in zip(("maml", "anil", "prototypes"), verdicts, strict=False)
    ]
    assert sentences.harm(metalearners.study(comparisons=rows)) == text
    alone = metalearners.study(comparisons=[metalearners.contrast("fine_tune", "scratch", 0.1)])
    assert sentences.harm(alone) == ""


@pytest.mark.parametrize(("clusters", "told"), [(5, True), (6, True), (7, False), (600, False)])
def test_too_few_clusters_are_noticed(clusters: int, told: bool) -> None:
    """The smallest p of six alphabets, 2 / 2^6, is too large for two comparisons at 0.05."""
    study = metalearners.study(
        facts=metalearners.facts(clusters=clusters, clustered_by="alphabet"),
        comparisons=[metalearners.contrast("maml", held, 0.2) for held in ("fine_tune", "scratch")],
    )
    found = sentences.notices(study)
    assert bool(found) == told
    assert not told or found[0].startswith(
        f"With {clusters} values of “alphabet” in the test, no difference among 2 comparisons "
        "can be shown"
    )
    assert not told or "Keep 7 or more of them for the test, or compare " in found[0]


@pytest.mark.parametrize(("resamples", "told"), [(100, True), (719, False)])
def test_too_few_resamples_are_noticed(resamples: int, told: bool) -> None:
    """Of 101 patterns the rarest is still too frequent for 36 comparisons; of 720 it is not."""
    study = metalearners.study()
    rule = replace(study.settings.evaluate, resamples=resamples)
    study = replace(study, settings=replace(study.settings, evaluate=rule))
    found = sentences.notices(study)
    assert bool(found) == told
    assert not told or found[0].startswith("With 100 resamples, no difference among 36 compari")
    assert not told or found[0].endswith("Raise evaluate.resamples to 719, or compare fewer arms.")


def test_one_alphabet_is_told_first() -> None:
    """Intervals are over its episodes then, of which there are enough, and tell of no other."""
    study = metalearners.study(
        facts=metalearners.facts(clusters=1, clustered_by="alphabet"),
        comparisons=[metalearners.contrast("maml", held, 0.2) for held in ("fine_tune", "scratch")],
    )
    (found,) = sentences.notices(study)
    assert found == (
        "One value of “alphabet” in the test: intervals and p are over its episodes, and say "
        "nothing of other values of it."
    )
    few = metalearners.study(
        facts=metalearners.facts(clusters=1, clustered_by="alphabet", episodes=5),
        comparisons=[metalearners.contrast("maml", held, 0.2) for held in ("fine_tune", "scratch")],
    )
    assert sentences.notices(few)[1].startswith("With 5 episodes in the test, no difference among")


def test_every_fair_comparison_is_counted() -> None:
    """Transductive methods stand apart: their verdicts are not at the top of the page."""
    study = metalearners.study()
    found = chapter.chapter(study, (), {})
    assert sum(found.counts.values()) == len(study.comparisons) - 3
    assert sum(len(held.rows) for held in found.held_apart) == 3
    assert sum(len(held.rows) for held in found.held) == sum(found.counts.values())


@pytest.mark.parametrize(
    ("stem", "key", "message"),
    [
        ("estimates", "low", r"each row of estimates\.json to have .* without low\."),
        ("comparisons", "baseline", r"each row of comparisons\.json .* without baseline\."),
        ("comparisons", "better_low", r"each row of comparisons\.json .* without better_low\."),
        ("adaptation", "steps", r"each row of adaptation\.json .* without steps\. Run the eval"),
        ("facts", "clusters", r"each row of facts\.json .* without clusters\."),
        ("chosen", "rate", r"each row of chosen\.json .* without rate\. Run the evaluate_metal"),
    ],
)
def test_a_row_that_lacks_a_value_is_refused(stem: str, key: str, message: str) -> None:
    """The file and the value are named, and what to run."""
    found = metalearners.records()[stem]
    row = found[0] if isinstance(found, list) else found if stem == "facts" else found["scratch"]
    row.pop(key)
    with pytest.raises(ValueError, match=message):
        metalearners.study(**{stem: found})


def test_a_verdict_that_is_none_is_refused() -> None:
    """Nothing that is not one of the four gets a badge."""
    rows = [metalearners.contrast("maml", "scratch", 0.1, verdict="wins")]
    with pytest.raises(ValueError, match=r"comparisons\.json to be one of .*verdict='wins'"):
        metalearners.study(comparisons=rows)
