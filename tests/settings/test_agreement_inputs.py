"""Ways to encode columns that contradict themselves, or the shape of a row."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading
from trunkline.settings.encoding import Numeric, Words

STUDY = "studies.digits"
PLACE = f"{STUDY}.inputs.encode.x"
Changed = Callable[[str, object], dict[str, Any]]
PICTURE = {"kind": "picture", "shape": [8, 8, 1]}


def inputs(entry: object, **more: object) -> dict[str, object]:
    """Return inputs of which one column is encoded in a way of its own."""
    return {"columns": ["pixel_*", "x"], "shape": [8, 8, 1], "encode": {"x": entry}, **more}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"kind": "numerical"}, f"{PLACE}.kind: unknown kind 'numerical'; did you mean 'numeric'?"),
        (
            {"kind": "embedding"},
            f"{STUDY}.inputs.shape: the indices of 'x' (embedding) are no pixels, received [8, 8,",
        ),
        ({"kind": "tokens"}, f"{STUDY}.inputs.shape: the indices of 'x' (tokens) are no pixels"),
        (
            {"kind": "one_hot", "values": ["a", "b", "a"]},
            f"{PLACE}.values: expected each entry once, received 'a' twice",
        ),
        (
            {"kind": "words", "words": [2, 1]},
            f"{PLACE}.words: expected [shortest, longest], or [] for none, received [2, 1]",
        ),
        ({"kind": "words", "characters": [3]}, f"{PLACE}.characters: expected [shortest, longest]"),
        ({"kind": "words", "words": [], "characters": []}, f"{PLACE}: nothing is counted"),
        (
            {"kind": "time", "cycles": ["day", "day"]},
            f"{PLACE}.cycles: expected each entry once, received 'day' twice",
        ),
        (
            {"kind": "time", "cycles": [], "elapsed": False},
            f"{PLACE}: nothing is left of the date: name cycles, or set elapsed: true",
        ),
        (
            {"kind": "picture", "shape": [8, 8]},
            f"{PLACE}.shape: expected [height, width, channels] with 1 or 3 channels, received [8,",
        ),
        (PICTURE | {"shape": [8, 8, 2]}, f"{PLACE}.shape: expected [height, width, channels] with"),
        (
            PICTURE | {"size": [4, 4], "channels": 3},
            f"{STUDY}.inputs.shape: the picture 'x' becomes [4, 4, 3], received [8, 8, 1]: make",
        ),
        (PICTURE | {"size": [8]}, f"{PLACE}.size: expected [height, width], received [8]"),
    ],
)
def test_a_contradiction_is_told_with_its_place(
    changed: Changed, problems: Callable[[object], list[str]], entry: object, message: str
) -> None:
    """Each contradiction gets a line: its place and what does not fit."""
    lines = problems(changed(f"{STUDY}.inputs", inputs(entry)))
    assert any(line.startswith(f"params.yaml: {message}") for line in lines), lines


@pytest.mark.parametrize(
    ("columns", "entry", "told"),
    [
        (["price", "rooms"], "prise", "'prise' fits none of inputs.columns; did you mean 'price'?"),
        (["price", "rooms"], "pr*e_*", "'pr*e_*' fits none of inputs.columns"),
        (["pixel_*", "price"], "prise", "'prise' fits none of inputs.columns; did you mean 'pr"),
    ],
)
def test_an_entry_for_no_column(
    changed: Changed, problems: Callable[[object], list[str]],
    columns: list[str], entry: str, told: str,
) -> None:  # fmt: skip
    """A misspelt column is told before any row is read, where params.yaml alone tells it."""
    changed(f"{STUDY}.network", {"trunk": "dense"})
    given = {"columns": columns, "encode": {entry: {"kind": "numeric"}}}
    place = f"params.yaml: {STUDY}.inputs.encode.{entry}"
    (line,) = problems(changed(f"{STUDY}.inputs", given))
    assert line.startswith(f"{place}: {told}")


@pytest.mark.parametrize(
    ("columns", "entry"), [(["pixel_*"], "pixel_1"), (["pixel_1"], "pix*"), (["a*"], "*b")]
)
def test_an_entry_that_may_fit(changed: Changed, columns: list[str], entry: str) -> None:
    """Two patterns may have a column in common: only the table knows."""
    changed(f"{STUDY}.network", {"trunk": "dense"})
    given = {"columns": columns, "encode": {entry: {"kind": "numeric"}}}
    read = reading.read(changed(f"{STUDY}.inputs", given)).studies["digits"]
    assert list(read.inputs.encode) == [entry]


def test_the_source_is_asked_the_same(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """The source's own inputs are checked at their place."""
    own = inputs({"kind": "tokens"})
    lines = problems(changed(f"{STUDY}.pretrain.inputs", own))
    assert any(f"{STUDY}.pretrain.inputs.shape: the indices of 'x'" in line for line in lines)


def test_entries_are_read_as_their_kind(changed: Changed) -> None:
    """Each entry has the options of its kind; true and 1 are two values."""
    encode = {
        "a": {"kind": "numeric", "scale": "robust"},
        "b": {"kind": "words", "size": 64},
        "c": {"kind": "one_hot", "values": [True, 1]},
    }
    changed(f"{STUDY}.inputs.columns", ["pixel_*", "a", "b", "c"])
    read = reading.read(changed(f"{STUDY}.inputs.encode", encode)).studies["digits"].inputs.encode
    assert list(read) == ["a", "b", "c"]
    assert read["a"] == Numeric(kind="numeric", scale="robust")
    assert read["b"] == Words(kind="words", size=64)
