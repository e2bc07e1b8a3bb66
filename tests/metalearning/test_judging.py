"""How a study is judged: the same episodes for all, scores by hand, curves, pictures, verdicts."""

from dataclasses import replace

import numpy as np
import pytest

from tests.metalearning import small_studies as small
from trunkline.metalearning import (
    gathering,
    judgement,
    judging,
    picturing,
    registry,
    running,
    scoring,
)
from trunkline.metrics import verdicts
from trunkline.metrics.estimates import Estimate
from trunkline.settings.metalearning.arms import Arms
from trunkline.settings.metalearning.methods import Maml, MetaMethods, R2d2
from trunkline.tasks.episodes import Episodes, Pool


def scratch_alone(study):
    """Return a study whose methods are held against nothing else."""
    return replace(study, arms=Arms(scratch=small.STEPS, fine_tune=None, linear_probe=None))


def by(rows, **wanted):
    """Return the rows that have these values."""
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def test_accuracy_and_error_by_hand():
    """Two of three queries are told right; errors of 3 and 4 are a root mean square of 3.54."""
    answers = np.array([[[0.2, 0.8], [0.9, 0.1], [0.5, 0.5]]])
    assert scoring.scores(answers, np.array([[1, 1, 0]], np.int32)) == pytest.approx([2 / 3])
    numbers = np.array([[[1.0], [2.0]]])
    truth = np.array([[-0.5, 4.0]], np.float32)
    assert scoring.scores(numbers, truth, 2.0) == pytest.approx([np.sqrt((9 + 16) / 2)])


def test_answers_that_are_no_numbers_are_refused():
    """The first such episode is named."""
    answers = np.zeros((1, 4, 2, 2))
    answers[0, 2, 1] = np.nan
    with pytest.raises(ValueError, match="none in test or validation episode 3, and in 1 in all"):
        scoring.scores(answers, np.zeros((4, 2), np.int32))


def test_estimates_are_of_everyone_on_the_same_episodes(lines, blobs):
    """Nearest neighbour, arms, methods: as many episodes each, clustered by parent."""
    for done, arms, clusters in ((lines, ["maml"], 12), (blobs, ["prototypes"], 3)):
        rows = done.judged.records["estimates"]
        expected = ["nearest_neighbour", "scratch", "fine_tune", *arms]
        assert [row["arm"] for row in rows] == expected
        assert {row["clusters"] for row in rows} == {clusters}
        assert {row["n"] for row in rows} == {done.study.episodes.test}
        assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
        assert not any(row["transductive"] for row in rows)
        metric = done.judged.records["facts"]["metric"]
        for row in rows:
            assert done.judged.metrics[row["arm"]][metric]["value"] == row["value"]


def test_a_score_is_the_mean_over_repeats(blobs, monkeypatch):
    """Answers of two repeats: each episode's scores are averaged, and pictures are the first's."""
    del blobs, monkeypatch
    asked = judging.Asked(None, None, np.array([[1.0], [2.0]], np.float32), 1.0, 0)
    one = np.array([[[[1.0]], [[1.0]], [[5.0]]]], np.float32)
    other = np.array([[[[0.0]], [[2.0]], [[6.0]]]], np.float32)
    said = judging._said(asked, [one, other], [None])
    np.testing.assert_allclose(said.scores, [0.5, 0.5])
    assert said.picture[1].tolist() == [[5.0]]
    assert np.isnan(said.picture[0]).all()


def stepped(values):
    """Return answers [P, 1, 1, 1] of one episode, of one number each."""
    return np.array(values, np.float32)[:, None, None, None]


def test_a_point_of_the_curve_that_is_no_number_is_left_out():
    """Two steps were chosen: that five and ten of a repeat lead nowhere stops nothing."""
    asked = judging.Asked(None, None, np.array([[1.0]], np.float32), 1.0, 0)
    answers = [stepped([0, 2, 3, 9, 9]), stepped([2, 2, 3, np.inf, np.nan])]
    with np.errstate(all="raise"):
        said = judging._said(asked, answers, [0, 1, 2, 5, 10], 2)
    assert said.scores == pytest.approx([2])
    assert {step: values.tolist() for step, values in said.curve.items()} == {
        0: [1], 1: [1], 2: [2],
    }  # fmt: skip


def test_answers_at_the_chosen_steps_must_be_numbers():
    """One repeat whose answers there are none, and the study is refused."""
    asked = judging.Asked(None, None, np.array([[1.0]], np.float32), 1.0, 0)
    answers = [stepped([0, 2, 3, 9, 9]), stepped([2, 2, np.nan, np.nan, np.nan])]
    with pytest.raises(ValueError, match="none in test or validation episode 1, and in 1 in all"):
        judging._said(asked, answers, [0, 1, 2, 5, 10], 2)


def test_steps_beyond_the_chosen_ones_may_diverge():
    """At a rate of its own an arm is good after one step and has burst after ten: it is judged."""
    study = small.of_lines(MetaMethods(maml=Maml(rate=0.05, steps=1, test_steps=1)))
    parts = {"validation": small.lines(10, 100, seed=1), "test": small.lines(12, 200, seed=2)}
    parts["training"] = small.lines(90, 0)
    known = gathering.known(parts["training"], study)
    method = registry.BUILD["maml"](
        gathering.form(gathering.pool(parts["test"], study, known, "test"), study, steps=1),
        Maml(rate=1e12, steps=1, test_steps=1),
    )
    method.start(1)
    burst = MetaMethods(maml=Maml(rate=1e12, steps=1, test_steps=1))
    study = scratch_alone(replace(study, methods=burst))
    chosen = {"scratch": {"rate": 0.01, "steps": 2}}
    arrays = {"maml": [running.arrays(method)]}
    judged = judgement.judge(parts, known, arrays, chosen, study, name="small", seed=7)
    rows = judged.records["adaptation"]
    assert [row["steps"] for row in by(rows, arm="scratch")] == [0, 1, 2, 5, 10]
    assert [row["steps"] for row in by(rows, arm="maml")] == [0, 1]


def test_facts_say_what_was_asked(lines, blobs):
    """Kind, metric, counts of each part, what clusters are, chance."""
    facts = blobs.judged.records["facts"]
    assert (facts["kind"], facts["metric"], facts["ways"]) == ("classes", "accuracy", 3)
    assert facts["counts"] == {"train": 12, "validation": 8, "test": 12}
    assert (facts["clusters"], facts["clustered_by"]) == (3, "family")
    assert facts["chance"] == pytest.approx(1 / 3)
    facts = lines.judged.records["facts"]
    assert (facts["kind"], facts["metric"], facts["chance"]) == ("regression", "rmse", None)
    assert facts["clustered_by"] == "task"


def test_comparisons_are_one_family(lines, blobs):
    """Methods against three arms, the other arms against scratch; verdicts as the rule."""
    for done, method in ((lines, "maml"), (blobs, "prototypes")):
        rows = done.judged.records["comparisons"]
        assert [(row["arm"], row["baseline"]) for row in rows] == [
            (method, "fine_tune"), (method, "scratch"), (method, "nearest_neighbour"),
            ("fine_tune", "scratch"), ("nearest_neighbour", "scratch"),
        ]  # fmt: skip
        sign = -1 if done is lines else 1
        for row in rows:
            assert row["difference"] == pytest.approx(sign * (row["value"] - row["baseline_value"]))
            assert row["p_holm"] >= row["p"]
            told = Estimate(row["difference"], row["low"], row["high"], row["n"])
            assert row["verdict"] == verdicts.judge(told, row["p_holm"], alpha=0.05, margin=0.01)


def test_adaptation_is_looked_at_after_few_steps(lines, blobs):
    """0, 1, 2, 5 and 10 steps of whoever takes them, and the table of the plot is the record."""
    rows = lines.judged.records["adaptation"]
    assert [row["steps"] for row in by(rows, arm="maml")] == [0, 1, 2, 5, 10]
    (last,) = by(rows, arm="maml", steps=5)
    judged = lines.judged.metrics["maml"]["rmse"]
    assert {key: last[key] for key in judged} == judged  # one mean, one interval, to the bit
    assert {row["arm"] for row in blobs.judged.records["adaptation"]} == {"scratch", "fine_tune"}
    frame = lines.judged.adaptation
    assert frame.columns.tolist() == judgement.ADAPTATION_COLUMNS
    assert frame.to_dict("records") == rows


def test_what_lines_share_is_found(lines):
    """MAML knows that all lines meet in 3: fewer steps and rows, less error than from scratch."""
    values = {row["arm"]: row["value"] for row in lines.judged.records["estimates"]}
    assert values["maml"] < 0.8 * values["scratch"]


def test_the_adapted_function_is_drawn_in_the_unit_of_the_target(lines, blobs):
    """100 points before and after; the support lies on the line, near which the function ends."""
    found = lines.judged.records["adapted"]
    assert (found["arm"], found["baseline"]) == ("maml", "fine_tune")
    assert len(found["grid"]) == len(found["before"]) == len(found["after"]["maml"]) == 100
    assert (len(found["support"]), len(found["query"])) == (4, 8)
    (x, y), (right, top) = found["support"][0], found["support"][-1]
    slope = (top - y) / (right - x)
    assert y - slope * x == pytest.approx(3, abs=1e-4)
    truth = 3 + slope * np.array(found["grid"])
    error = np.abs(np.array(found["after"]["maml"]) - truth).mean()
    assert error < np.abs(np.array(found["before"]) - truth).mean()
    assert blobs.judged.records["adapted"] is None


def test_the_picture_has_the_rows_of_its_episode():
    """A group that is left out moves the numbers of all rows behind it."""
    study = small.of_lines(MetaMethods(r2d2=R2d2()))
    study = replace(study, episodes=replace(study.episodes, rare="leave_out"))
    test = small.lines(6, 0)
    test = test[~((test["task"] == "task 002") & (test.index % 16 > 3))].reset_index(drop=True)
    known = gathering.known(test, study)
    pool = gathering.pool(test, study, known, "test")
    drawn = gathering.drawn(pool, study, 5, 7, "test")
    rows = picturing.numbered(test, pool, "task")
    assert len(rows) == len(pool.y) == 80
    shown = picturing.Test(rows, drawn, picturing.grid(test, study, known), known, "y")
    functions = {"r2d2": np.zeros((2, 13, 8), np.float32)}
    for number in range(5):
        one = shown._replace(drawn=Episodes(*(part[number:] for part in drawn)))
        found = np.array(picturing.adapted(one, functions, "r2d2", "r2d2")["support"])
        told = np.sort(pool.x[drawn.support[number], 0])
        np.testing.assert_allclose(found[:, 0], told, rtol=1e-6)


def test_embeddings_are_of_test_classes(blobs, lines):
    """Eight classes of at most twenty rows; the same class lies together."""
    found = blobs.judged.records["embeddings"]
    assert found["arm"] == "prototypes"
    names = {point["class"] for point in found["points"]}
    assert names == {f"class {number}" for number in range(80, 88)}
    assert len(found["points"]) == 8 * 12
    assert lines.judged.records["embeddings"] is None


@pytest.mark.parametrize("named", [("r2d2", "transductive_prototypes"), ("maml", "prototypes")])
def test_pictures_are_of_a_method_that_may_be_advised(named):
    """However good a transductive method is: it is shown where nothing else is compared."""
    worse, better = named
    said = {
        name: judging.Said(np.full(4, score), embed=lambda x: x)
        for name, score in ((worse, 0.5), (better, 0.9))
    }
    methods = MetaMethods(**dict.fromkeys(named, R2d2()))
    told = judgement._Told(small.of_blobs(methods), "accuracy", np.arange(4), 4, 7)
    y = np.array([0, 0, 1, 1], np.int32)
    pool = Pool(np.eye(4, dtype=np.float32), y, y, y, y, ("a", "b"), 2)
    fair = worse if better == "transductive_prototypes" else better
    assert judgement._pictured(told, said) == fair
    assert picturing.embedded(said, pool, None)["arm"] == fair
    alone = {better: said[better]}
    assert judgement._pictured(told, alone) == better
    assert picturing.embedded(alone, pool, None)["arm"] == better


def test_embeddings_of_groups_are_of_their_classes():
    """A pool's names are those of groups then, which are no classes."""
    y = np.array([0, 1, 0, 1], np.int32)
    group, none = np.array([0, 0, 1, 1], np.int32), np.zeros(4, np.int32)
    pool = Pool(np.eye(4, dtype=np.float32), y, group, none, group, ("north", "south"), 2)
    rows = picturing.shown(pool)
    found = picturing.points_of(pool, rows, pool.x[rows], (False, True))
    assert [point["class"] for point in found] == ["False", "False", "True", "True"]


def test_components_are_those_of_the_covariance():
    """Points on a line have one component, its sign that of the largest loading."""
    points = np.array([[0.0, 0.0], [-1.0, -2.0], [-2.0, -4.0]])
    found = picturing.components(points)
    np.testing.assert_allclose(found[:, 0], [np.sqrt(5), 0, -np.sqrt(5)], atol=1e-6)
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-6)
    rng = np.random.Generator(np.random.PCG64(0))
    cloud = rng.normal(size=(30, 5)) * [3, 2, 1, 0.5, 0.1]
    found = picturing.components(cloud)
    variances = np.linalg.svd(cloud - cloud.mean(axis=0))[1][:2] ** 2
    np.testing.assert_allclose(np.square(found).sum(axis=0), variances, rtol=1e-5)
    np.testing.assert_allclose(picturing.components(np.arange(3.0)[:, None])[:, 1], 0)


def test_one_alphabet_is_judged_over_its_episodes(blobs):
    """One family in the test: as without any parent, to the bit; the records say that it is one."""
    test = blobs.parts["test"]
    parts = dict(blobs.parts) | {"test": test[test["family"] == "family 20"]}
    learned, study = blobs.learned, scratch_alone(blobs.study)
    rest = learned.known, learned.arrays, learned.chosen
    found = judgement.judge(parts, *rest, study, name="small", seed=7).records
    assert (found["facts"]["clusters"], found["facts"]["clustered_by"]) == (1, "family")
    for row in (*found["estimates"], *found["comparisons"]):
        assert (row["clusters"], row["n"]) == (1, 30)
    alone = replace(study, episodes=replace(study.episodes, parent=None))
    same = judgement.judge(parts, *rest, alone, name="small", seed=7).records
    assert same["facts"]["clusters"] == 30
    for one, other in zip(found["estimates"], same["estimates"], strict=True):
        assert one["low"] < one["value"] < one["high"]
        assert one | {"clusters": 30} == other
    assert [row["p"] for row in found["comparisons"]] == [row["p"] for row in same["comparisons"]]
    assert found["adaptation"] == same["adaptation"]


def test_one_group_is_judged_over_its_episodes(lines):
    """One task in the test is a question too."""
    test = lines.parts["test"]
    parts = dict(lines.parts) | {"test": test[test["task"] == "task 200"]}
    learned, study = lines.learned, scratch_alone(lines.study)
    found = judgement.judge(
        parts, learned.known, learned.arrays, learned.chosen, study, name="small", seed=7
    ).records
    assert (found["facts"]["clusters"], found["facts"]["clustered_by"]) == (1, "task")
    assert all(row["low"] <= row["value"] <= row["high"] for row in found["estimates"])


def test_test_classes_that_were_learned_are_refused(blobs):
    """An overlap of any two parts stops the judgement."""
    parts = dict(blobs.parts)
    parts["test"] = parts["test"].assign(kind="class 03")
    learned = blobs.learned
    with pytest.raises(ValueError, match="training and test rows share 'class 03'"):
        judgement.judge(
            parts, learned.known, learned.arrays, learned.chosen, blobs.study, name="small", seed=7
        )
