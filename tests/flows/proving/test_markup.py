import pytest

from flows.proving import markup


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "`plain`"),
        ("a|b", "`a\\|b`"),
        ("a `b` c", "`` a `b` c ``"),
        ("``", "``` `` ```"),
        ("two\nlines", "`two lines`"),
        ("x" * 20, "`xxxxxxxxxx...`"),
        ("", ""),
    ],
)
def test_code_stays_what_it_is(text: str, shown: str) -> None:
    """Also with backticks, bars and line feeds; on one line of limited length."""
    assert markup.code(text, 10 if len(text) > 15 else 60) == shown


def test_text_of_others_is_no_markup() -> None:
    """Neither HTML nor Markdown nor the names of users."""
    shown = markup.plain("<b>&*x* _y_ [a](b) @someone #1 `c` | d")
    assert shown == ("&lt;b&gt;&amp;\\*x\\* \\_y\\_ \\[a\\](b) \\@someone \\#1 \\`c\\` \\| d")
    assert markup.plain("a\n\n## b") == "a \\#\\# b"
    assert markup.plain("x" * 20, 10) == "xxxxxxxxxx..."


def test_a_block_cannot_be_left() -> None:
    """Its fence is longer than any in its text; long lines are cut."""
    lines = markup.block(["```", "x" * 400])
    assert lines[0] == "````text"
    assert lines[-1] == "````"
    assert lines[2] == "x" * 300 + "..."


def test_a_list_says_what_it_leaves_out() -> None:
    """Only if it leaves something out."""
    assert markup.listed(["a", "b"], 2) == ["- a", "- b"]
    assert markup.listed(["a", "b", "c"], 2) == ["- a", "- b", "- ... and 1 more"]


def test_a_page_that_fits_is_left_alone() -> None:
    """With one line feed at its end."""
    assert markup.fitted(["a", "b", ""], 10, "end") == "a\nb\n"


def test_a_page_that_does_not_fit_is_cut_between_lines() -> None:
    """What is open is closed, and the cut is told of."""
    lines = ["verdict", *markup.folded("more", markup.block(["x" * 50] * 100))]
    text = markup.fitted(lines, 500, "cut")
    assert len(text) <= 500
    assert text.startswith("verdict\n<details>")
    assert text.endswith("\n```\n</details>\n\ncut\n")
