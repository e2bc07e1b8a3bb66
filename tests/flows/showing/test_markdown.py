"""Markdown in which nothing that stands in a value can take effect."""

import pytest

from flows.showing import markdown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain words, 3.5 [a, b]", r"plain words, 3.5 \[a, b\]"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a|b\nc", r"a\|b c"),
        ("*b* _i_ `c` ~s~ {x} \\", r"\*b\* \_i\_ \`c\` \~s\~ \{x\} \\"),
        ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("R&D", "R&amp;D"),
    ],
)
def test_text_stays_text(value: str, written: str) -> None:
    """No HTML, no link, no end of a table's cell."""
    assert markdown.text(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("train@digits", "`train@digits`"),
        ("a|b", r"`a\|b`"),
        ("a`b", "`` a`b ``"),
        ("``", "``` `` ```"),
        ("two\nlines", "`two lines`"),
        ("", ""),
    ],
)
def test_code_stays_code(value: str, written: str) -> None:
    """Marks of code within it do not end it."""
    assert markdown.code(value) == written


def test_numbers_stand_to_the_right() -> None:
    """The last columns, as many as are said."""
    assert markdown.table(("a", "b"), [("x", "1")], numbers=1) == (
        "| a | b |\n| --- | ---: |\n| x | 1 |\n"
    )
