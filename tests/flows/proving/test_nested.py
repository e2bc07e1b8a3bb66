import pytest

from flows.proving import details, nested


def test_each_key_that_differs_is_named_with_its_distance() -> None:
    """Also in lists and below; absolute and relative difference for numbers."""
    before = {"a": {"mean": 0.5, "n": 10}, "list": [1, {"x": 2.0}], "same": "s"}
    after = {"a": {"mean": 0.4, "n": 10}, "list": [1, {"x": 2.5}], "same": "s"}
    summary, found = nested.compare(before, after)
    assert summary == "2 of 5 values differ"
    assert [each.where for each in found] == ["a.mean", "list[1].x"]
    assert found[0].absolute == pytest.approx(0.1)
    assert found[0].relative == pytest.approx(0.2)
    assert found[1].example == "2.0 became 2.5"


@pytest.mark.parametrize(
    ("before", "after", "example"),
    [
        ({"k": "helps"}, {"k": "hurts"}, "'helps' became 'hurts'"),
        ({"k": 1}, {}, "1 became nothing"),
        ({}, {"k": None}, "nothing became None"),
        ({"k": True}, {"k": 1}, "True became 1"),
        ({"k": 0.5}, {"k": "0.5"}, "0.5 became '0.5'"),
        ({"k": []}, {"k": {}}, "[] became {}"),
    ],
)
def test_what_is_no_number_has_no_distance(before: object, after: object, example: str) -> None:
    """Texts, truths, kinds and keys that come or go are within no tolerance."""
    [found] = [each for each in nested.compare(before, after)[1] if each.where == "k"]
    assert found.example == example
    assert found.absolute is None
    assert not found.within(1e9)


def test_numbers_of_another_kind_are_near() -> None:
    """1 and 1.0 are other bytes, and no distance apart."""
    _, [found] = nested.compare({"k": 1}, {"k": 1.0})
    assert found.within(0)


def test_not_a_number_is_like_itself() -> None:
    """NaN became NaN is no difference; NaN became 1 is one without distance."""
    summary, found = nested.compare([float("nan")], [float("nan")])
    assert (summary, found) == ("the same values, written differently", ())
    _, [detail] = nested.compare([float("nan")], [1.0])
    assert detail.absolute is None


@pytest.mark.parametrize(
    ("suffix", "content"),
    [(".json", b'{"a": [1, 0.5]}'), (".yaml", b"a: [1, 0.5]"), (".toml", b"a = [1, 0.5]")],
)
def test_results_are_read_by_their_suffix(suffix: str, content: bytes) -> None:
    """JSON, YAML and TOML say the same."""
    assert nested.parse(content, suffix) == {"a": [1, 0.5]}


@pytest.mark.parametrize(
    ("suffix", "content"),
    [(".json", b"{"), (".yaml", b"a: ["), (".toml", b"="), (".json", b"\xff")],
)
def test_damaged_results_are_refused(suffix: str, content: bytes) -> None:
    """Whatever the parser says, it is a ValueError."""
    with pytest.raises(ValueError, match=r"\w"):
        nested.parse(content, suffix)


@pytest.mark.parametrize(
    ("before", "after", "tolerance", "within"),
    [
        (100.0, 101.0, 0.01, True),
        (100.0, 101.0, 0.0099, False),
        (-100.0, 100.0, 1.0, False),
        (0.0, details.FLOOR, 0.0, True),
        (0.0, 2 * details.FLOOR, 0.0, False),
        (0.0, 2 * details.FLOOR, 1.0, True),
    ],
)
def test_a_tolerance_is_a_share_of_the_larger_number_or_the_floor(
    before: float, after: float, tolerance: float, within: bool
) -> None:
    """Relative, with a floor for what is next to nothing."""
    detail = details.Detail("k", 1, "", *details.numbers(before, after))
    assert detail.within(tolerance) is within
