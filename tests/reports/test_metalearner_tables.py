"""Tables of a study of meta-learners hold what was measured, with its intervals."""

from typing import Any

from tests.reports import metalearners
from trunkline.reports import numbers
from trunkline.reports.metalearning import counted, learned, tables
from trunkline.reports.metalearning.learned import Choice, Trained
from trunkline.reports.metalearning.measured import Measured
from trunkline.reports.metalearning.tables import Line, Row

MINUS = "\N{MINUS SIGN}"


def test_arms_stand_by_their_mean() -> None:
    """The best first, with interval and a verdict for each baseline; once what all are over."""
    study = metalearners.study()
    found = tables.board(study, study.ranked)
    assert [line.arm for line in found.lines][:2] == ["Prototypical network", "R2-D2"]
    assert [line.arm for line in found.lines][-1] == "Nearest neighbour"
    assert found.over == "600 test episodes, 5 ways, 1 shot"
    assert found.against == ("Over fine-tune", "Over scratch", "Over nearest")
    assert {line.arm: line for line in found.lines}["Reptile"] == Line(
        arm="Reptile", value="71.0", interval="[70.2, 71.8]",
        verdicts=("hurts", "helps", "helps"),
    )  # fmt: skip
    assert found.lines[-1].verdicts == ("", "hurts", "")


def test_the_least_error_comes_first_and_clusters_are_counted() -> None:
    """A regression has no ways; a cluster of episodes is one observation."""
    study = metalearners.regression()
    found = tables.board(study, study.ranked)
    assert [line.arm for line in found.lines][:2] == ["MAML", "R2-D2"]
    assert found.over == "600 test episodes, 40 clusters, 10 shots"


def test_metrics_that_decide_nothing_are_not_ranked() -> None:
    """The main metric alone makes the board and its verdicts."""
    rows = metalearners.records()
    study = metalearners.study(
        estimates=[*rows["estimates"], metalearners.estimate("maml", 9.9, metric="log_loss")],
        comparisons=[
            *rows["comparisons"],
            metalearners.contrast("maml", "scratch", 9.9, metric="log_loss"),
        ],
    )
    assert len(study.ranked) == len(metalearners.SCORES) - 1
    assert len(study.comparisons) == len(rows["comparisons"])


def test_a_comparison_has_its_interval_and_p() -> None:
    """As the other chapters write them."""
    study = metalearners.study()
    contrast = study.against("reptile", "fine_tune")
    assert contrast is not None
    assert tables.compared(contrast) == Row(
        arm="Reptile", difference=f"{MINUS}5.1 [{MINUS}6.3, {MINUS}3.9]", p="0.002",
        better="0.64 [0.60, 0.68]", verdict="hurts",
    )  # fmt: skip


def test_steps_have_a_column_each_and_what_is_missing_a_dash() -> None:
    """Arms may have been asked at other steps."""
    row = {"arm": "maml", "steps": 0, "value": 0.2, "low": 0.19, "high": 0.21}
    more = {"arm": "scratch", "steps": 5, "value": 0.5, "low": 0.4, "high": 0.6}
    found = tables.adaptation(metalearners.study(adaptation=[row, more]))
    assert found is not None
    assert found.columns == ("0", "5")
    assert found.rows == (
        ("MAML", ("20.0 [19.0, 21.0]", numbers.ABSENT)),
        ("From scratch", (numbers.ABSENT, "50.0 [40.0, 60.0]")),
    )
    assert tables.adaptation(metalearners.study(adaptation=[])) is None


def test_what_was_chosen_is_told_with_its_score_and_its_edge() -> None:
    """At an edge of what was tried, more might have been better."""
    found = {one.arm: one for one in learned.choices(metalearners.study())}
    assert found["From scratch"] == Choice(
        arm="From scratch", rate="0.01", steps="20", value="54.5", tried=10, edge=""
    )
    assert found["Pretrain + probe"].edge == "largest rate and largest number of steps"
    once = {"rate": 0.1, "steps": 5, "tried": [{"rate": 0.1, "steps": 5, "value": 0.5}]}
    (alone,) = learned.choices(metalearners.study(chosen={"scratch": once}))
    assert alone.edge == ""


def test_what_diverged_comes_last() -> None:
    """The best that was tried first; an arm that diverged has no score."""
    rows = [row for row in learned.trials(metalearners.study()) if row[0] == "From scratch"]
    assert rows[0][1:] == ("0.01", "50", "57.1")
    assert rows[-1] == ("From scratch", "3", "5", "diverged")
    nan = {"rate": 0.1, "steps": 5, "tried": [{"rate": 0.1, "steps": 5, "value": float("nan")}]}
    (row,) = learned.trials(metalearners.study(chosen={"scratch": nan}))
    assert row[-1] == "diverged"


def test_the_least_error_that_was_tried_comes_first() -> None:
    """Validation of a regression is by its error."""
    rows = [row for row in learned.trials(metalearners.regression()) if row[0] == "From scratch"]
    assert rows[0][1:] == ("0.03", "5", "0.502")


def test_networks_of_a_method_are_told_together() -> None:
    """Three networks, which took 8 to 10 passes."""
    found = {one.method: one for one in learned.trained(metalearners.study())}
    assert found["MAML"] == Trained(
        method="MAML", networks=3, epochs="8\N{EN DASH}10", best="6\N{EN DASH}8"
    )


def test_counts_say_what_they_are_of() -> None:
    """Ways, shots and queries of classes; groups by their column."""
    found = {words: count for count, words in counted.facts(metalearners.study())}
    assert found["classes of an episode"] == "5"
    assert found["labelled row of each class to adapt to"] == "1"
    assert found["classes to score, seen by nothing else"] == "10"
    groups = {words: count for count, words in counted.facts(metalearners.regression())}
    assert groups["labelled rows to adapt to"] == "10"
    assert groups["values of domain to learn from"] == "200"
    assert "classes of an episode" not in groups


def test_what_intervals_are_over_is_said() -> None:
    """Episodes, or values of a column that are drawn whole."""
    said = counted.intervals(metalearners.study())
    assert "Intervals (95\N{NO-BREAK SPACE}%) are over episodes." in said
    assert said.endswith("is not in them, nor what episodes of other classes would.")
    assert "Each method was trained 3 times" in said
    one = metalearners.facts(clusters=1, clustered_by="alphabet")
    lone = counted.intervals(metalearners.study(facts=one))
    assert "are over episodes, all of which are of one value of “alphabet”: they say" in lone
    clustered = counted.intervals(metalearners.regression())
    assert "clustered by “domain”" in clustered
    assert "its 40 values in the test are drawn whole" in clustered
    assert clustered.endswith("What other networks of the same methods would score is not in them.")
    once = metalearners.study(facts=metalearners.facts(repeats=1))
    assert "was trained" not in counted.intervals(once)


def test_guessing_is_told_of_classes_alone() -> None:
    """A regression has no chance to be above."""
    assert counted.chance(metalearners.study()) == (
        "Guessing among 5 classes scores 20.0\N{NO-BREAK SPACE}%."
    )
    assert counted.chance(metalearners.regression()) == ""


def test_where_nothing_takes_steps_there_is_no_curve() -> None:
    """The nearest neighbour stands in at 0 steps, so that the table of the plot is not empty."""
    row = {"arm": "nearest_neighbour", "steps": 0, "value": 0.5, "low": 0.4, "high": 0.6}
    assert tables.adaptation(metalearners.study(adaptation=[row])) is None


def test_classes_are_counted_before_they_are_turned() -> None:
    """Five ways of three digits would be a riddle otherwise."""

    def turned(**more: bool) -> Measured:
        def ask(found: dict[str, Any]) -> None:
            found["episodes"].update(expand=["rotate"], **more)
            found["inputs"].update(scale="none")

        return metalearners.study(ask)

    found = {words: count for count, words in counted.facts(turned(expand_test=True))}
    assert found["classes to score, seen by nothing else, before pictures are turned"] == "10"
    learned_alone = turned()
    rare = metalearners.study(lambda found: found["episodes"].update(rare="leave_out"))
    assert "classes to choose by, those with too few rows included" in {
        words for _, words in counted.facts(rare)
    }
    words = [words for _, words in counted.facts(learned_alone)]
    assert "classes to learn from, before pictures are turned" in words
    assert "classes to choose by" in words
