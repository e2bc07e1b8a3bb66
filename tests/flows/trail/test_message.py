"""A message has a short first line, paragraphs of its own width and trailers."""

import pytest

from flows.trail import message

TABLE = "study   accuracy\n------  -----------------\ndigits  0.91 [0.90, 0.92]"


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ([], "Run of 0123456789"),
        (["digits", "latent"], "Run of 0123456789: digits, latent"),
        ([f"study_{i}" for i in range(9)], "study_0, study_1, study_2, study_3 and 5 more"),
        (["x" * 80, "y"], "Run of 0123456789: 2 changes"),
    ],
)
def test_a_subject_names_as_many_as_there_is_room_for(names: list[str], line: str) -> None:
    """The rest is counted, and no first line is longer than git's views are wide."""
    subject = message.subject("0123456789abcdef", names)
    assert subject.endswith(line)
    assert len(subject) <= message.WIDTH


def test_paragraphs_are_wrapped_and_tables_stay() -> None:
    """A paragraph of one line is prose; one of several lines is laid out already."""
    text = message.lay_out("A run", f"{'word ' * 30}\n\n{TABLE}\n", {"Trunkline-Run": "otter"})
    parts = text.split("\n\n")
    assert parts[0] == "A run"
    assert [len(line) <= 72 for line in parts[1].splitlines()] == [True] * 3
    assert parts[1].split() == ["word"] * 30
    assert parts[2:] == [TABLE, "Trunkline-Run: otter\n"]


def test_a_first_line_is_cut_and_a_trailer_is_one_line() -> None:
    """Whatever a run is called, what follows stays what it is."""
    text = message.lay_out("word " * 30, "", {"Trunkline-Run": "a\nSigned-off-by: b"})
    first, rest = text.split("\n\n")
    assert len(first) <= 72
    assert first.endswith(" ...")
    assert rest == "Trunkline-Run: a Signed-off-by: b\n"
