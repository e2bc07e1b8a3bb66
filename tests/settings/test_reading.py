"""What a user writes becomes settings, or a line that says what is wrong and where."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading
from trunkline.settings.dataset import Bundled, Latent
from trunkline.settings.parameters import Parameters
from trunkline.settings.strategies import FineTune, Scratch, Strategies

Changed = Callable[[str, object], dict[str, Any]]
Problems = Callable[[object], list[str]]
STUDY = "studies.digits"


def test_valid_settings_become_frozen_values_with_defaults(valid: dict[str, Any]) -> None:
    """Entries become dataclasses, lists tuples, whole numbers floats where a number is asked."""
    parameters = reading.read(valid)
    study = parameters.studies["digits"]
    assert isinstance(parameters, Parameters)
    assert parameters.datasets["digits"].source == Bundled(kind="bundled", name="digits")
    assert parameters.datasets["made"].source == Latent(kind="latent", noise=1.0)
    assert study.inputs.shape == (8, 8, 1)
    assert study.finetune.strategies == Strategies(scratch=Scratch(), fine_tune=FineTune(rate=1))
    assert type(study.finetune.strategies.fine_tune.rate) is float  # type: ignore[union-attr]
    assert study.training.batch_size == 32


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("sead", 1, "sead: unknown key; did you mean 'seed'?"),
        (
            f"{STUDY}.training.batch_sise",
            32,
            f"{STUDY}.training.batch_sise: unknown key; did you mean 'batch_size'?",
        ),
        (
            f"{STUDY}.inputs.momentum",
            1,
            f"{STUDY}.inputs.momentum: unknown key; there are 'columns', 'scale', 'shape'",
        ),
        (
            f"{STUDY}.finetune.strategies.fine_tun",
            {},
            f"{STUDY}.finetune.strategies.fine_tun: unknown key; did you mean 'fine_tune'?",
        ),
        ("seed", ..., "seed: missing; it has no default"),
        (f"{STUDY}.inputs.columns", ..., f"{STUDY}.inputs.columns: missing; it has no default"),
        ("seed", "5", "seed: expected a whole number, received '5'"),
        ("seed", True, "seed: expected a whole number, received true"),
        ("seed", 5.0, "seed: expected a whole number, received 5.0"),
        ("seed", None, "seed: expected a whole number, received nothing"),
        ("seed", -1, "seed: expected a number of at least 0, received -1"),
        ("runtime.threads", 0, "runtime.threads: expected a number of at least 1, received 0"),
        ("runtime.instructions", "AVX", "runtime.instructions: expected 'AVX2', received 'AVX'"),
        (
            f"{STUDY}.training.learning_rate",
            -1,
            f"{STUDY}.training.learning_rate: expected a number greater than 0, received -1.0",
        ),
        (
            f"{STUDY}.training.learning_rate",
            "fast",
            f"{STUDY}.training.learning_rate: expected a number, received 'fast'",
        ),
        (
            f"{STUDY}.training.learning_rate",
            True,
            f"{STUDY}.training.learning_rate: expected a number, received true",
        ),
        (
            f"{STUDY}.training.learning_rate",
            float("nan"),
            f"{STUDY}.training.learning_rate: expected a finite number, received nan",
        ),
        (
            f"{STUDY}.training.validation_share",
            0.6,
            f"{STUDY}.training.validation_share: expected a number of at most 0.5, received 0.6",
        ),
        (
            f"{STUDY}.network.dropout",
            1,
            f"{STUDY}.network.dropout: expected a number less than 1, received 1.0",
        ),
        (
            f"{STUDY}.network.batch_norm",
            1,
            f"{STUDY}.network.batch_norm: expected true or false, received 1",
        ),
        (
            f"{STUDY}.network.trunk",
            "dens",
            f"{STUDY}.network.trunk: expected 'dense' or 'conv' or 'embedding' or 'residual' or "
            "'text', received 'dens'; did you mean 'dense'?",
        ),
        (f"{STUDY}.network.widths", 64, f"{STUDY}.network.widths: expected a list, received 64"),
        (
            f"{STUDY}.network.widths",
            [64, 0],
            f"{STUDY}.network.widths[1]: expected a number of at least 1, received 0",
        ),
        (
            f"{STUDY}.network.widths",
            [],
            f"{STUDY}.network.widths: expected it not to be empty, received ()",
        ),
        (
            f"{STUDY}.network",
            [],
            f"{STUDY}.network: expected entries (`name: value`), received []",
        ),
        (
            f"{STUDY}.tasks.low.classes",
            [0.5, 1],
            f"{STUDY}.tasks.low.classes[0]: expected true or false or a whole number or text, "
            "received 0.5",
        ),
        ("datasets.made.source", {}, "datasets.made.source: expected entries with a 'kind'"),
        ("datasets.made.source", "latent", "datasets.made.source: expected entries with a 'kind'"),
        (
            "datasets.made.source.kind",
            ["latent"],
            "datasets.made.source.kind: unknown kind ['latent']",
        ),
        (
            f"{STUDY}.training.learning_rate",
            10**400,
            f"{STUDY}.training.learning_rate: expected a finite number, received 1000",
        ),
        (
            "datasets.made.source.kind",
            "latnt",
            "datasets.made.source.kind: unknown kind 'latnt'; did you mean 'latent'?",
        ),
        (
            "datasets.made.source.name",
            "x",
            "datasets.made.source.name: unknown key",
        ),
        ("datasets", {}, "datasets: expected it not to be empty, received {}"),
        (
            "studies",
            {},
            "studies: expected a study here, in 'recommenders' or in 'metalearners', r",
        ),
        ("datasets", {1: {}}, "datasets: expected names as keys, received 1: quote it"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    changed: Changed, problems: Problems, place: str, value: object, message: str
) -> None:
    """Each mistake gets a line: its place, what was expected, what was received."""
    lines = problems(changed(place, value))
    assert any(line.startswith(f"params.yaml: {message}") for line in lines), lines


def test_all_problems_are_told_at_once(changed: Changed, problems: Problems) -> None:
    """Three mistakes give three lines in one error."""
    mapping = changed("seed", "x") | {"sed": 1, "runtime": {"threads": 0}}
    assert len(problems(mapping)) == 3


@pytest.mark.parametrize("content", [None, [], "text"])
def test_a_file_without_entries_is_refused(problems: Problems, content: object) -> None:
    """An empty file, a list and a text hold no entries."""
    assert "expected entries" in problems(content)[0]


def test_long_values_are_cut_in_messages(changed: Changed, problems: Problems) -> None:
    """A message shows the beginning of a long value only."""
    assert len(problems(changed("seed", "x" * 1000))[0]) < 150


def test_a_limit_without_a_rule_is_refused() -> None:
    """A limit in settings that reading cannot check must not pass unseen."""
    with pytest.raises(TypeError, match=re.escape("no rule for the limit 'odd' at seed")):
        reading._hold("odd", 1, "seed", reading._Problems())
