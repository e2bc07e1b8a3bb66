"""A search that contradicts itself or its study is told, with its place."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import agreement_tuning, reading
from trunkline.settings.tuning import Range, Space, Tune

STUDY = "studies.digits"
TUNE = f"{STUDY}.tune"
RATE = {"low": 0.001, "high": 0.1, "log": True}
Changed = Callable[[str, object], dict[str, Any]]


def asked(**changes: Any) -> dict[str, Any]:
    """Return a valid search, with changes."""
    return {"trials": 4, "space": {"learning_rate": RATE}} | changes


def test_a_search_is_read(changed: Changed) -> None:
    """Ranges, options of a strategy and budgets become frozen values; defaults are the rest."""
    search = asked(strategies={"fine_tune": {"head_epochs": {"low": 1, "high": 9}}}, budgets=[5])
    found = reading.read(changed(TUNE, search)).studies["digits"].tune
    assert found == Tune(
        trials=4,
        space=Space(learning_rate=Range(low=0.001, high=0.1, log=True)),
        strategies={"fine_tune": {"head_epochs": Range(low=1.0, high=9.0)}},
        budgets=(5,),
    )
    assert (found.repeats, found.sampler) == (3, "random")


def test_a_study_without_one_searches_nothing(valid: dict[str, Any]) -> None:
    """It may be left out."""
    assert reading.read(valid).studies["digits"].tune is None


@pytest.mark.parametrize(
    ("search", "message"),
    [
        ({"trials": 0}, "trials: expected a number of at least 1, received 0"),
        ({"repeats": 0}, "repeats: expected a number of at least 1, received 0"),
        ({"repeats": 11}, "repeats: expected at most 10, as many as the study has pretrained"),
        ({"sampler": "tpee"}, "sampler: expected 'random' or 'tpe', received 'tpee'; did you"),
        ({"budgets": [2]}, "budgets: expected some of finetune.budgets [1, 5], received 2"),
        ({"budgets": [5, 1]}, "budgets: expected ascending budgets, each once, received [5, 1]"),
        ({"space": {}}, "space: expected learning_rate or l2 to have a range, received none"),
        (
            {"space": {"learning_rat": RATE}},
            "space.learning_rat: unknown key; did you mean 'learning_rate'?",
        ),
        (
            {"space": {"learning_rate": {"low": 0.1, "high": 0.1}}},
            "space.learning_rate: expected low below high, received 0.1 and 0.1",
        ),
        (
            {"space": {"l2": {"low": 0, "high": 0.1, "log": True}}},
            "space.l2.low: expected it above 0, as log is true, received 0",
        ),
        (
            {"space": {"learning_rate": {"low": 0, "high": 0.1}}},
            "space.learning_rate.low: expected a number greater than 0, received 0",
        ),
        (
            {"space": {"l2": {"low": -1, "high": 0.1}}},
            "space.l2.low: expected a number of at least 0, received -1",
        ),
        (
            {"strategies": {"linear_probe": {}}},
            "strategies.linear_probe: 'linear_probe' is no strategy of this study; there are",
        ),
        (
            {"strategies": {"fine_tun": {}}},
            "strategies.fine_tun: 'fine_tun' is no strategy of this study; did you mean",
        ),
        (
            {"strategies": {"fine_tune": {"rat": RATE}}},
            "strategies.fine_tune.rat: 'fine_tune' has no such option to search; did you mean 'ra",
        ),
        (
            {"strategies": {"scratch": {"rate": RATE}}},
            "strategies.scratch.rate: 'scratch' has no such option to search; it has none that is",
        ),
        (
            {"strategies": {"fine_tune": {"head_epochs": {"low": 1, "high": 2.5}}}},
            "strategies.fine_tune.head_epochs: it is a whole number: expected such for low and hi",
        ),
        (
            {"strategies": {"fine_tune": {"head_epochs": {"low": 0, "high": 2}}}},
            "strategies.fine_tune.head_epochs.low: expected a number of at least 1, received 0",
        ),
    ],
)
def test_what_contradicts_is_told(
    changed: Changed,
    problems: Callable[[object], list[str]],
    search: dict[str, Any],
    message: str,
) -> None:
    """Each with its place."""
    found = problems(changed(TUNE, asked(**search)))
    assert [line for line in found if line.startswith(f"params.yaml: {TUNE}.{message}")] == found


def test_both_limits_of_an_option_hold(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """An option with an upper limit is refused above it."""
    changed(f"{STUDY}.finetune.strategies", {"stoch_norm": {}})
    changed(f"{STUDY}.network", {"trunk": "conv", "widths": [16, 16], "batch_norm": True})
    wide = {"stoch_norm": {"share": {"low": 0.1, "high": 2}}}
    assert problems(changed(TUNE, asked(strategies=wide))) == [
        f"params.yaml: {TUNE}.strategies.stoch_norm.share.high: expected a number of at most 1, "
        "received 2"
    ]


def test_the_highest_value_must_fit_the_study(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """What the strategy asks of its study, it asks at the end of the range too."""
    changed(f"{STUDY}.finetune.strategies", {"bss": {}})
    changed(f"{STUDY}.network.widths", [16, 4])
    many = {"bss": {"smallest": {"low": 1, "high": 8}}}
    (problem,) = problems(changed(TUNE, asked(strategies=many)))
    assert problem.startswith(
        f"params.yaml: {TUNE}.strategies.bss.smallest.high: expected at most 4 singular values"
    )


def test_there_must_be_something_to_search(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """Methods without labels have no validation loss to search by."""
    changed(f"{STUDY}.multitask", {})
    changed(f"{STUDY}.finetune", {"adapt": {"tasks": ["high"]}})
    found = problems(changed(TUNE, asked()))
    assert any(
        line.startswith(f"params.yaml: {TUNE}: there is nothing to search") for line in found
    )


def test_a_limit_of_another_kind_is_refused() -> None:
    """A new kind of limit needs a rule of its own."""
    with pytest.raises(TypeError, match=r"no rule for the limit 'odd'"):
        agreement_tuning._kept("odd", 1.0)
