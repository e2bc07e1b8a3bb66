"""The numbers of a metrics file."""

import math

import pytest

from flows.showing import numbers
from flows.showing.numbers import Number


def test_numbers_go_by_their_keys() -> None:
    """Joined by dots, as `dvc metrics show` writes them; numbers among keys in their order."""
    content = {"train": {"loss": 0.5, "10": 1, "9": 2}, "n": 3, "name": "x", "ok": True, "l": [1]}
    assert [(name, number.value) for name, number in numbers.flatten(content)] == [
        ("n", 3), ("train.9", 2), ("train.10", 1), ("train.loss", 0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["difference", "value", "mean", "estimate", "anything"])
def test_an_estimate_has_its_interval(key: str) -> None:
    """Also where it goes by a name of its own."""
    content = {"a": {key: 0.5, "low": 0.4, "high": 0.6}}
    assert dict(numbers.flatten(content)) == {f"a.{key}": Number(0.5, 0.4, 0.6)}


def test_what_stands_beside_an_estimate_is_a_number_of_its_own() -> None:
    """A count of repeats has no interval."""
    content = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 10, "by": {"x": 1}}
    assert dict(numbers.flatten(content)) == {
        "value": Number(0.5, 0.4, 0.6), "n": Number(10), "by.x": Number(1),
    }  # fmt: skip


def test_limits_of_nobody_are_numbers() -> None:
    """Where it is not clear whose interval it is."""
    content = {"low": 0.4, "high": 0.6, "p": 1, "q": 2}
    assert {name for name, _ in numbers.flatten(content)} == {"low", "high", "p", "q"}
    assert {name for name, _ in numbers.flatten({"low": 1, "value": 2})} == {"low", "value"}


@pytest.mark.parametrize("content", [None, "text", [], {}, {"a": None}, True])
def test_what_has_no_numbers_gives_none(content: object) -> None:
    """Nothing is made up."""
    assert list(numbers.flatten(content)) == []


def test_a_file_may_be_one_number() -> None:
    """It goes by no key."""
    assert list(numbers.flatten(0.9)) == [("", Number(0.9))]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(0.0123, -0.0042, 0.025), "0.0123 [-0.0042, 0.0250]"),
        (Number(-1.1e-17, -0.004, 0.004), "0.00000 [-0.00400, 0.00400]"),
        (Number(120.0, 80.0, 160.0), "120.0 [80.0, 160.0]"),
        (Number(0.5, 0.5, 0.5), "0.5 [0.5, 0.5]"),
        (Number(12345.678), "1.235e+04"),
        (Number(0.912345), "0.9123"),
        (Number(7), "7"),
        (Number(math.nan, 0.0, 1.0), "nan [0.00, 1.00]"),
        (Number(1.0, -math.inf, 2.0), "1 [-inf, 2]"),
        (Number(0.0), "0"),
    ],
)
def test_an_interval_decides_the_digits(number: Number, text: str) -> None:
    """Three of its width; four significant ones where there is none; no minus before zero."""
    assert numbers.written(number, numbers.decimals(number)) == text


@pytest.mark.parametrize(
    ("now", "then", "text"),
    [
        (Number(0.5, 0.4, 0.6), Number(0.25, 0.1, 0.4), "+0.250"),
        (Number(0.25, 0.1, 0.4), Number(0.5, 0.4, 0.6), "-0.250"),
        (Number(0.5, 0.4, 0.6), Number(0.5, 0.4, 0.6), "none"),
        (Number(0.5, 0.4, 0.6), Number(0.5, 0.4, 0.7), "interval only"),
        (Number(0.3, 0.2, 0.4), Number(0.1 + 0.2, 0.2, 0.5), "interval only"),
        (Number(0.3, 0.2, 0.4), Number(0.1 + 0.2, 0.2, 0.4), "-6e-17"),
        (Number(0.50002, 0.4, 0.6), Number(0.5, 0.4, 0.6), "+2e-05"),
        (Number(3), Number(5), "-2"),
        (Number(math.nan), Number(float("nan")), "none"),
        (Number(math.nan), Number(0.5), "no number"),
        (Number(math.inf), Number(0.5), "+inf"),
    ],
)
def test_a_change_is_never_rounded_away(now: Number, then: Number, text: str) -> None:
    """What is not the same says by how much, or that it is the interval alone."""
    assert numbers.step(now, then, numbers.decimals(now)) == text
