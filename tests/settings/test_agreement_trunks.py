"""Trunks and augmentation against the rest of a study: each contradiction is told."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading
from trunkline.settings.study import Study

Changed = Callable[[str, object], dict[str, Any]]
Problems = Callable[[object], list[str]]
STUDY = "studies.digits"
FLAT = {"columns": ["pixel_*"]}
TOKENS = {"columns": ["blurb"], "encode": {"blurb": {"kind": "tokens"}}}
MAPPED = {"scratch": {}, "feature_map": {"same_inputs": True}}


def changed_study(changed: Changed, **entries: Any) -> dict[str, Any]:
    """Return valid settings with some entries of the study replaced."""
    whole = changed(f"{STUDY}.title", "Digits")
    study = whole["studies"]["digits"]
    for name, value in entries.items():
        study[name] = {**study.get(name, {}), **value} if name == "training" else value
    return whole


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        (
            {"network": {"trunk": "text"}},
            f"{STUDY}.inputs.shape: a text trunk reads the words of a row in order, received "
            "[8, 8, 1]: remove it",
        ),
        (
            {"network": {"trunk": "dense"}, "inputs": FLAT, "training": {"augment": {"shift": 1}}},
            f"{STUDY}.inputs.shape: training.augment changes pictures, [height, width, channels], "
            "received []: set it, or remove training.augment",
        ),
        (
            {"network": {"trunk": "text"}, "inputs": FLAT},
            f"{STUDY}.inputs.encode: a text trunk reads the words of a text in order, and no "
            "column is encoded as tokens: add one, as in {note: {kind: tokens}}, or choose another "
            "network.trunk",
        ),
        (
            {"network": {"trunk": "text", "windows": [2, 2]}, "inputs": FLAT},
            f"{STUDY}.network.windows: expected each entry once, received [2, 2]",
        ),
        (
            {"network": {"trunk": "texts"}},
            f"{STUDY}.network.trunk: expected 'dense' or 'conv' or 'embedding' or 'residual' or "
            "'text', received 'texts'; did you mean 'text'?",
        ),
        (
            {"network": {"pieces": 2}},
            f"{STUDY}.network.pieces: expected a number of at least 3, received 2",
        ),
        (
            {"training": {"augment": {"rotation": 91}}},
            f"{STUDY}.training.augment.rotation: expected a number of at most 90, received 91",
        ),
        (
            {"training": {"augment": {"erase": 1}}},
            f"{STUDY}.training.augment.erase: expected a number less than 1, received 1",
        ),
    ],
)
def test_contradictions(
    changed: Changed, problems: Problems, entries: dict[str, Any], line: str
) -> None:
    """A trunk, an amount or a shape that cannot be is told with its place."""
    assert any(line in found for found in problems(changed_study(changed, **entries)))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"network": {"trunk": "text"}, "inputs": FLAT}, "a map makes numbers, and a text trunk"),
        ({"training": {"augment": {"flip": True}}}, "no picture that could be turned"),
    ],
)
def test_a_map_makes_neither_words_nor_pictures(
    changed: Changed, problems: Problems, entries: dict[str, Any], words: str
) -> None:
    """A strategy that maps inputs is refused where what it makes is read as something else."""
    whole = changed_study(changed, **entries)
    whole["studies"]["digits"]["finetune"]["strategies"] = MAPPED
    assert any(f"feature_map: {words}" in line or words in line for line in problems(whole))


@pytest.mark.parametrize("kind", ["embedding", "tokens"])
@pytest.mark.parametrize("whose", ["inputs", "pretrain.inputs"])
def test_a_map_reads_and_makes_numbers(
    changed: Changed, problems: Problems, kind: str, whose: str
) -> None:
    """Indices are no amounts: a map neither makes them nor reads them."""
    own = {"columns": ["blurb"], "encode": {"blurb": {"kind": kind}}}
    whole = changed_study(changed, network={"trunk": "dense"}, inputs=FLAT)
    study = whole["studies"]["digits"]
    study["finetune"]["strategies"] = MAPPED
    study["pretrain"] = {"task": "low", "inputs": own} if whose != "inputs" else {"task": "low"}
    study["inputs"] = own if whose == "inputs" else FLAT
    place = f"{STUDY}.finetune.strategies.feature_map"
    assert problems(whole) == [
        f"params.yaml: {place}: a map reads and makes numbers, and {whose}.encode makes 'blurb' an "
        f"index ({kind}): encode it as one_hot or words, or leave the strategy out"
    ]


def test_words_for_a_text_trunk(changed: Changed) -> None:
    """A column of tokens is all that it needs, also of the source's own inputs."""
    whole = changed_study(changed, network={"trunk": "text"}, inputs=TOKENS)
    whole["studies"]["digits"]["finetune"]["strategies"] = {"scratch": {}}
    whole["studies"]["digits"]["pretrain"] = {"task": "low", "inputs": TOKENS}
    assert reading.read(whole).studies["digits"].network.trunk == "text"


def test_pictures_of_the_source(changed: Changed, problems: Problems) -> None:
    """Inputs of the source's own are changed, too, and need a shape."""
    whole = changed_study(changed, training={"augment": {"flip": True}}, pretrain={
        "task": "low", "inputs": {"columns": ["other_*"]}})  # fmt: skip
    assert any(
        line.startswith(f"params.yaml: {STUDY}.pretrain.inputs.shape: training.augment")
        or f"{STUDY}.pretrain.inputs.shape: training.augment" in line
        for line in problems(whole)
    )


def test_what_is_allowed(changed: Changed) -> None:
    """Pictures may be changed for dense, residual and embedding trunks as for convolutions."""
    for trunk in ("dense", "residual", "embedding", "conv"):
        whole = changed_study(
            changed,
            network={"trunk": trunk, "widths": [4, 4]},
            training={"augment": {"flip": True}},
        )
        study: Study = reading.read(whole).studies["digits"]
        assert study.training.augment.changes
        assert study.network.trunk == trunk
