"""Rows that are texts are shown as text, however long or strange they are."""

from typing import Any

import pandas as pd
import pytest

from trunkline.reports import holdings, numbers, page, passages
from trunkline.reports.contents import Dataset
from trunkline.settings import dataset

LONG = "One word after the other, without an end. " * 40


def described(samples: dict[str, list[Any]], stratify: tuple[str, ...] = ("medium",)) -> Dataset:
    """Return a dataset with these sample rows."""
    frame = pd.DataFrame({"row_id": [f"r{i}" for i in range(len(samples["medium"]))], **samples})
    rows = dict.fromkeys(("ingested", "train", "validation", "test", "quarantine"), 1)
    return Dataset(
        name="own",
        settings=dataset.Dataset(title="Own", split=dataset.Split(stratify=stratify)),
        summary={"rows": rows, "classes": {}, "columns": [], "sha256": {}},
        validation={"expectations": []},
        contract={},
        samples=frame,
    )


def test_a_row_is_its_labels_and_its_texts() -> None:
    """Numbers and names of rows are left out; a text that is missing is told as such."""
    text = "A sentence that is long enough to be read as prose."
    own = described({"medium": ["book", "film"], "year": [1, 2], "text": [text, None]})
    one, other = passages.passages(own)
    assert one == passages.Passage(row_id="r0", labels=("book",), values=(("text", text),))
    assert other.values == (("text", numbers.ABSENT),)


def test_a_boolean_with_gaps_is_no_text() -> None:
    """It comes as objects of Python, among which pandas may see texts."""
    own = described({"medium": ["a", "b"], "paid": [True, None], "text": [LONG, LONG]})
    assert [name for name, _ in passages.passages(own)[0].values] == ["text"]


@pytest.mark.parametrize("texts", [["oak", "elm"], [None, None]])
def test_names_are_no_prose(texts: list[str | None]) -> None:
    """A table of numbers and names has no passages, nor has one without texts."""
    column = pd.Series(texts, dtype="str")
    assert passages.passages(described({"medium": ["a", "b"], "tree": list(column)})) == ()


def test_a_long_text_is_cut_at_a_word() -> None:
    """At most so many characters are shown, and the cut is seen; a few rows are enough."""
    found = passages.passages(described({"medium": ["book"] * 60, "text": [LONG] * 60}))
    assert len(found) == passages.SHOWN
    shown = found[0].values[0][1]
    assert len(shown) <= passages.LONGEST + 1
    assert LONG.startswith(shown.removesuffix("\N{HORIZONTAL ELLIPSIS}") + " ")
    endless = passages.passages(described({"medium": ["book"], "text": ["x" * 10_000]}))
    assert endless[0].values[0][1] == "x" * passages.LONGEST + "\N{HORIZONTAL ELLIPSIS}"


def test_rows_of_other_labels_come_first() -> None:
    """As many combinations of labels are shown as there is room for, in the order of the rows."""
    media = ["book"] * 9 + ["film"]
    found = passages.passages(described({"medium": media, "text": [LONG] * 10}))
    assert [passage.row_id for passage in found] == ["r0", "r9", "r1", "r2", "r3", "r4"]
    unlabelled = described({"medium": media, "text": [LONG] * 10}, stratify=())
    assert [passage.row_id for passage in passages.passages(unlabelled)] == [
        f"r{number}" for number in range(6)
    ]


def test_the_page_shows_texts_as_text() -> None:
    """What looks like a tag is escaped."""
    text = "<script>alert('A text that is long enough to be prose')</script>"
    own = described({"medium": ["book"], "text": [text]})
    template = page._environment().get_template("dataset.html.jinja")
    html = template.render(holding=holdings.holding(own, ()))
    assert "&lt;script&gt;alert" in html
    assert "<script" not in html
    assert "medium" not in html.split('class="passages"')[1].split("</ul>")[0]
