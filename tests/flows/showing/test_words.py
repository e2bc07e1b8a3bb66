"""Times, counts and messages in words."""

import pytest

from flows.running.plan import State
from flows.showing import words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-0.001, "0.0 s"),
        (0.04, "0.0 s"),
        (9.81, "9.8 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (75.9, "1 min 15 s"),
        (3599.9, "59 min 59 s"),
        (3599.99, "1 h 00 min"),
        (3600.0, "1 h 00 min"),
        (360000.0, "100 h 00 min"),
    ],
)
def test_a_time_is_written_in_its_own_unit(seconds: float, text: str) -> None:
    """Tenths below a minute, then seconds, then minutes."""
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://a.b\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;title\x07shown", "shown"),
        ("\x1bMup\x1b", "up"),
        ("bell\x07 back\x08\x00", "bell back"),
        ("turned \u202eround", "turned round"),
        ("kept\tas\nit is: é, 漢", "kept\tas\nit is: é, 漢"),
    ],
)
def test_nothing_steers_the_terminal(text: str, plain: str) -> None:
    """Escape sequences and control characters are left out; lines, tabs and letters stay."""
    assert words.printable(text) == plain


def test_a_message_becomes_one_line() -> None:
    """Any kind of white space is a single blank."""
    assert words.one_line("  first\r\nsecond\r\x1b[1mthird\tpart \n") == "first second third part"


def test_what_needs_a_look_is_counted_first() -> None:
    """States that do not occur are left out, and failures lead."""
    states = [State.CACHED, State.RAN, State.FAILED, State.WAITING, State.RAN]
    assert words.counted(states) == "1 failed, 2 ran, 1 waiting, 1 cached"
    assert words.counted(states, " more ").startswith("1 more failed, 2 more ran")
    assert words.counted([]) == ""


def test_every_state_is_counted() -> None:
    """No state is forgotten in the summary."""
    assert words.counted(State).count("1 ") == len(State)
