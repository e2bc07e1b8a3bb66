"""The search for options: the same draws always, the best trial, the first of equal ones."""

import dataclasses
import json
import math
import typing
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.interactions.pairs import Pairs
from trunkline.recommending import ranges, searching, trials
from trunkline.recommending.model import Fitted, Sides
from trunkline.recommending.searching import Rows, Searched
from trunkline.settings import agreement_tuning
from trunkline.settings.recommending import models
from trunkline.settings.recommending.models import Models
from trunkline.settings.tuning import Range, numeric


def _options(hint: Any) -> Any:
    """Return the options of a model as they are when nothing is stated."""
    (kind,) = [one for one in (*typing.get_args(hint), hint) if dataclasses.is_dataclass(one)]
    return kind()


OPTIONS = {name: _options(hint) for name, hint in typing.get_type_hints(Models).items()}
SHRINK = Range(low=0, high=100)
SPANS: Mapping[str, ranges.Span] = {
    "shrink": SHRINK,
    "neighbours": Range(low=1, high=50, log=True),
    "weighting": ("none", "own"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """Options of the models here."""

    shrink: float = 20.0
    neighbours: int = 10
    weighting: Literal["none", "own"] = "none"
    kept: float = 3.0


class Fake:
    """A model that learns its own options, and remembers what it was given."""

    def __init__(self) -> None:
        self.seeds: list[int] = []
        self.held: list[Pairs | None] = []

    def fit(
        self,
        pairs: Pairs,
        sides: Sides,
        options: Options,
        *,
        seed: int,
        epochs: int | None = None,
        held: Pairs | None = None,
    ) -> Fitted:
        """Return its options as arrays."""
        self.seeds.append(seed)
        self.held.append(held)
        learned = {"shrink": np.float32(options.shrink), "bonus": np.float32(options.neighbours)}
        return Fitted(
            {name: np.array([value]) for name, value in learned.items()}, np.zeros((2, 2)), 2
        )


def rows() -> Rows:
    """Return three pairs of two users, and one that is held."""
    ids = np.array(["a", "b"]), np.array(["x", "y"])

    def pairs(user: list[int], item: list[int]) -> Pairs:
        ones = np.ones(len(user), np.float32)
        return Pairs(*ids, np.array(user, np.int32), np.array(item, np.int32), ones)

    return Rows(pairs([0, 0, 1], [0, 1, 0]), Sides(), pairs([1], [1]))


def near(goal: float) -> searching.Judge:
    """Return a judge who likes a shrinkage near to `goal`."""
    return lambda fitted: -abs(float(fitted.arrays["shrink"][0]) - goal)


def searched(
    judge: searching.Judge, *, spans: Mapping[str, ranges.Span] = SPANS, **options: Any
) -> list[trials.Trial]:
    """Return the trials of a model, ten unless told otherwise."""
    stated = options.pop("stated", Options())
    name = options.pop("name", "fake")
    one = Searched(name, options.pop("model", Fake()), stated, spans)
    return searching.search(one, rows(), judge, **({"count": 10, "seed": 7} | options))


def test_the_best_trial_is_chosen() -> None:
    """One of ten, the one whose score is the highest; the first has the stated options."""
    found = searched(near(80))
    assert [trial.trial for trial in found] == list(range(10))
    assert found[0].options == Options()
    (best,) = [trial for trial in found if trial.chosen]
    assert best.score == max(trial.score for trial in found)
    assert abs(best.options.shrink - 80) < 60
    assert trials.chosen(found) == {"fake": best}


def test_stated_options_win_where_nothing_is_better() -> None:
    """Also where others are as good: of equal scores the first is chosen."""
    assert searched(near(20))[0].chosen
    assert searched(lambda _: 1.0)[0].chosen
    later = searched(lambda fitted: float(fitted.arrays["shrink"][0] != 20))
    assert [trial.chosen for trial in later] == [False, True, *[False] * 8]


def test_what_is_not_searched_stays_as_stated() -> None:
    """An option without a range is the same in every trial."""
    found = searched(near(80), stated=Options(kept=5.0))
    assert {trial.options.kept for trial in found} == {5.0}
    assert {trial.options.weighting for trial in found} == {"none", "own"}


def test_draws_depend_on_their_names_alone() -> None:
    """More trials, fewer options or another model do not change what is drawn."""
    found = searched(near(80))
    more = searched(near(80), count=20)
    assert [trial.options for trial in more[:10]] == [trial.options for trial in found]
    alone = searched(near(80), spans={"shrink": SHRINK})
    assert [t.options.shrink for t in alone] == [t.options.shrink for t in found]
    for other in ({"seed": 8}, {"name": "other"}):
        others = searched(near(80), **other)
        assert [t.options for t in others][1:] != [t.options for t in found][1:]
        assert others[0].options == found[0].options


def test_known_draws() -> None:
    """The very numbers: a change of them changes every study."""
    drawn = [ranges.drawn("fake", Options(), SPANS, trial=trial, seed=7) for trial in (1, 2)]
    assert drawn == [
        Options(shrink=71.4, neighbours=4, weighting="none"),
        Options(shrink=95.9, neighbours=1, weighting="own"),
    ]


def test_every_trial_has_the_same_random_numbers() -> None:
    """Trials differ in their options alone, and see the held pairs."""
    model = Fake()
    searched(near(80), model=model)
    assert len(set(model.seeds)) == 1
    assert all(held is not None and held.item.tolist() == [1] for held in model.held)


def test_options_that_were_tried_are_not_fitted_again() -> None:
    """A trial that draws them once more has the score they had."""
    model = Fake()
    found = searched(near(80), model=model, spans={"weighting": ("none", "own")})
    assert len(found) == 10
    assert len(model.seeds) == 2
    assert {trial.score for trial in found} == {-60.0}


def test_a_model_without_ranges_has_one_trial() -> None:
    """There is nothing to try: the stated options are chosen."""
    (only,) = searched(near(80), spans={})
    assert (only.trial, only.chosen, only.best_epoch) == (0, True, 2)


def test_a_trial_that_fails_is_not_chosen() -> None:
    """It has no score and no epoch, and its failure is one that was named."""

    def judge(fitted: Fitted) -> float:
        if fitted.arrays["shrink"][0] == 20:
            raise ArithmeticError("a loss became infinite")
        return math.inf if fitted.arrays["shrink"][0] > 50 else 0.0

    found = searched(judge, failures=(ArithmeticError,))
    assert math.isnan(found[0].score)
    assert found[0].best_epoch == 0
    lasting = [trial for trial in found if not math.isnan(trial.score)]
    assert {trial.score for trial in lasting} == {0.0}
    assert lasting[0].chosen
    with pytest.raises(ArithmeticError, match="a loss became infinite"):
        searched(judge)


def test_no_score_at_all_stops() -> None:
    """Nothing is chosen where no trial came to anything."""
    with pytest.raises(ValueError, match=r"model 'fake': none of its 10 trials has a score that"):
        searched(lambda _: math.nan)


def test_scores_have_six_digits() -> None:
    """A difference in the seventh decides nothing."""
    found = searched(lambda fitted: 0.5 + 1e-9 * float(fitted.arrays["shrink"][0]))
    assert {trial.score for trial in found} == {0.5}
    assert found[0].chosen


@given(st.integers(1, 1000), st.integers(0, 2**64 - 1))
def test_draws_keep_within_their_ranges(trial: int, seed: int) -> None:
    """Whole numbers stay whole, words are those of the choice."""
    options = ranges.drawn("fake", Options(), SPANS, trial=trial, seed=seed)
    assert 0 <= options.shrink <= 100
    assert 1 <= options.neighbours <= 50
    assert type(options.neighbours) is int
    assert options.weighting in ("none", "own")


def test_logarithms_are_spread_evenly() -> None:
    """Half of the numbers from 1 to 100 are below 10."""
    spans = {"shrink": Range(low=1, high=100, log=True)}
    found = [ranges.drawn("fake", Options(), spans, trial=n, seed=1).shrink for n in range(1, 800)]
    assert np.mean(np.array(found) < 10) == pytest.approx(0.5, abs=0.05)


def test_a_range_of_no_number_is_told() -> None:
    """A misspelt option is answered with those that there are."""
    with pytest.raises(
        ValueError,
        match=r"model 'fake': there is a range of 'shrinkage', .*: expected one of shrink, ",
    ):
        ranges.drawn("fake", Options(), {"shrinkage": SHRINK}, trial=1, seed=1)


def test_a_study_states_ranges_of_its_own() -> None:
    """They take the place of single ones."""
    own = ranges.of("slim", {"l1": Range(low=1, high=2)})
    assert own == {**ranges.RANGES["slim"], "l1": Range(low=1, high=2)}
    assert ranges.of("slim") == ranges.RANGES["slim"]


@pytest.mark.parametrize("name", models.EVERY)
def test_every_model_has_ranges_of_options_that_it_has(name: str) -> None:
    """Each range lies within what the option may be, and words are words of it."""
    stated = OPTIONS[name]
    for option, span in ranges.RANGES[name].items():
        if isinstance(span, Range):
            assert not list(agreement_tuning.within(option, span, *numeric(stated)[option]))
        else:
            assert getattr(stated, option) in span
    drawn = ranges.drawn(name, stated, ranges.of(name), trial=1, seed=1)
    assert type(drawn) is type(stated)


@pytest.mark.parametrize("name", models.EVERY)
def test_every_default_lies_within_its_range(name: str) -> None:
    """What is stated has room on both sides: of logarithms a factor of 2; or is a bound, 0 or 1."""
    for option, span in ranges.RANGES[name].items():
        stated = getattr(OPTIONS[name], option)
        if not isinstance(span, Range):
            continue
        if span.log:
            assert 2 * span.low <= stated <= span.high / 2, option
        else:
            bound = stated in (0, 1) and stated in (span.low, span.high)
            assert bound or span.low < stated < span.high, option


def test_a_table_of_trials() -> None:
    """A row each, options as JSON that says the same for the same options."""
    found = searched(near(80), count=3)
    frame = trials.table(found)
    assert frame.dtypes.astype(str).to_dict() == trials.COLUMNS
    assert frame["chosen"].sum() == 1
    assert json.loads(frame["options"][0]) == {
        "kept": 3.0, "neighbours": 10, "shrink": 20.0, "weighting": "none",
    }  # fmt: skip
    assert list(trials.table([])) == list(trials.COLUMNS)
