"""What a stage prints reaches Prefect in parts, and the parts say what is left out."""

from flows import excerpts


def told(count: int) -> list[str]:
    """Return what is passed on of so many lines."""
    lines: list[str] = []
    excerpt = excerpts.Excerpt(lines.append)
    for number in range(count):
        excerpt.say(str(number))
    excerpt.close()
    return lines


def test_few_lines_are_all_passed_on() -> None:
    """In order, none twice, nothing added."""
    count = excerpts.FIRST + excerpts.LAST
    assert told(3) == ["0", "1", "2"]
    assert told(count) == [str(number) for number in range(count)]


def test_of_a_million_the_first_and_the_last_are() -> None:
    """And how many there are between."""
    lines = told(1_000_000)
    left_out = 1_000_000 - excerpts.FIRST - excerpts.LAST
    assert lines[: excerpts.FIRST] == [str(number) for number in range(excerpts.FIRST)]
    assert lines[excerpts.FIRST] == f"... {left_out} lines are in the log file alone ..."
    assert lines[-1] == "999999"
    assert len(lines) == excerpts.FIRST + 1 + excerpts.LAST
