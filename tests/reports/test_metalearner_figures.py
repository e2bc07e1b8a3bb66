"""Figures of a study of meta-learners show what was measured, and say how to read it."""

from dataclasses import replace

import pytest

from tests.reports import metalearners
from trunkline.reports.metalearning import figures, looks

KINDS = ("leaderboard", "adaptation", "embeddings", "training")


def test_each_study_has_the_figures_it_has_numbers_for() -> None:
    """Embeddings of classes, a function of a regression; neither where there is none."""
    assert [one.kind for one in figures.draw(metalearners.study())] == list(KINDS)
    kinds = [one.kind for one in figures.draw(metalearners.regression())]
    assert kinds == ["leaderboard", "adaptation", "adapted", "training"]
    bare = metalearners.regression(adapted=None, adaptation=[])
    assert [one.kind for one in figures.draw(bare)] == ["leaderboard", "training"]
    empty = metalearners.study(embeddings={"arm": "maml", "points": []})
    assert "embeddings" not in [one.kind for one in figures.draw(empty)]


def test_figures_tell_their_numbers() -> None:
    """Who cannot see them reads means, distances and centres."""
    drawn = {one.kind: one.description for one in figures.draw(metalearners.regression())}
    assert "MAML: 0.240 [0.180, 0.300]." in drawn["leaderboard"]
    assert "MAML: 3.000 after 0," in drawn["adaptation"]
    assert "MAML before 1.4" in drawn["adapted"]
    assert "Pretrain + fine-tune after" in drawn["adapted"]
    seen = {one.kind: one.description for one in figures.draw(metalearners.study())}
    assert "160 rows of 8 classes" in seen["embeddings"]
    assert "character 0 at 3" in seen["embeddings"]


def test_a_method_has_one_colour_in_all_figures_of_a_study() -> None:
    """Markers and lines of the leaderboard are those of the curves."""
    drawn = {one.kind: one for one in figures.draw(metalearners.regression())}
    for place, arm in enumerate(e.arm for e in metalearners.regression().ranked):
        points = drawn["leaderboard"].figure.axes[0].lines[2 * place : 2 * place + 2]
        assert {line.get_color() for line in points} == {looks.look(arm).colour}


def test_who_is_crossed_out_and_against_whom_is_said() -> None:
    """Against the dashed line alone; where nobody is worse, there is no word of it."""
    (board, *_) = figures.draw(metalearners.study())
    assert "What is crossed out is shown to be worse than pretraining and fine-tuning" in board.note
    (legend,) = board.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "Pretrain + fine-tune", "Worse than the dashed line",
    ]  # fmt: skip
    rows = [metalearners.contrast("maml", "fine_tune", 0.1)]
    (board, *_) = figures.draw(metalearners.study(comparisons=rows))
    assert "crossed out" not in board.note


def test_guessing_is_a_line_where_it_is_near() -> None:
    """Always beside curves, which begin there; beside means only where they lie around it."""
    near = [metalearners.estimate(arm, 0.2) for arm in ("scratch", "maml")]
    for study, kinds in (
        (metalearners.study(), ["adaptation"]),
        (metalearners.study(estimates=near, comparisons=[]), ["leaderboard", "adaptation"]),
        (metalearners.regression(), []),
    ):
        assert [
            one.kind
            for one in figures.draw(study)
            for legend in one.figure.legends
            if "Guessing" in [text.get_text() for text in legend.get_texts()]
        ] == kinds


def test_where_in_its_curve_an_arm_is_judged_is_said() -> None:
    """Curves end at ten steps; what is ranked stands beside them, with its own number of steps."""
    (drawn,) = [one for one in figures.draw(metalearners.study()) if one.kind == "adaptation"]
    assert (
        "On the right the scores that are ranked, after the steps that validation episodes or "
        "params.yaml chose: From scratch 20, Pretrain + probe 50, Pretrain + fine-tune 20, MAML 10"
    ) in drawn.note
    assert [t.get_text() for t in drawn.figure.axes[0].get_xticklabels()][-1] == "judged"


def test_what_is_left_out_of_embeddings_is_said() -> None:
    """A picture of all classes would show none."""
    (drawn,) = [one for one in figures.draw(metalearners.study()) if one.kind == "embeddings"]
    assert drawn.note.endswith(
        "Classes shown: 8, the first of the test, with at most 20 rows of each, in two "
        "directions of many."
    )


def test_what_training_never_saw_is_said() -> None:
    """Classes; of groups, which all have the same ones, the groups."""
    found = metalearners.study()
    episodes = replace(found.settings.episodes, group="school")
    schools = replace(found, settings=replace(found.settings, episodes=episodes))
    for study, word in ((found, "a class"), (schools, "a value of school")):
        (drawn,) = [one for one in figures.draw(study) if one.kind == "embeddings"]
        assert f"row of {word} that training never saw" in drawn.note
    assert "8 classes, of values of school that training never saw" in drawn.description


def test_a_function_without_a_baseline_is_drawn_alone() -> None:
    """A study that leaves pretraining out has nothing to put beside it."""
    found = metalearners.adapted()
    found["after"].pop("fine_tune")
    (drawn,) = [
        one for one in figures.draw(metalearners.regression(adapted=found)) if one.kind == "adapted"
    ]
    assert "fine-tune" not in drawn.description


@pytest.mark.parametrize(("arms", "words"), [(6, "bands are intervals"), (7, "in the table")])
def test_bands_are_drawn_while_they_can_be_told_apart(arms: int, words: str) -> None:
    """Of more arms the table has the intervals."""
    rows = [
        {"arm": f"method_{arm}", "steps": steps, "value": 0.5, "low": 0.4, "high": 0.6}
        for arm in range(arms)
        for steps in (0, 1)
    ]
    found = list(figures.draw(metalearners.study(adaptation=rows)))
    (note,) = [one.note for one in found if one.kind == "adaptation"]
    assert words in note


@pytest.mark.parametrize("last", [1, 10])
def test_a_curve_that_ends_early_is_told(last: int) -> None:
    """An arm that leads to no number after more steps than were chosen has no point there."""
    rows = metalearners.records()["adaptation"]
    kept = [row for row in rows if row["arm"] != "maml" or row["steps"] <= last]
    found = list(figures.draw(metalearners.study(adaptation=kept)))
    (told,) = [one for one in found if one.kind == "adaptation"]
    assert ("A point that is missing led to no number" in told.note) == (last == 1)
    assert "MAML: 20.0 after 0, 37.0 after 1. " in told.description or last == 10


def test_before_is_of_an_arm_that_takes_steps() -> None:
    """A ridge regression has no function before; then pretraining's is shown."""
    found = metalearners.adapted(arm="r2d2")
    found["after"]["r2d2"] = found["after"].pop("maml")
    drawn = figures.draw(metalearners.regression(adapted=found))
    (told,) = [one.description for one in drawn if one.kind == "adapted"]
    assert "Pretrain + fine-tune before 1.4" in told
    assert "R2-D2 after" in told
