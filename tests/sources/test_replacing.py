"""Words are replaced wherever they stand, however the text is cut into blocks."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from tests.sources import projects
from trunkline.sources.replacing import Replacing

TEXTS = st.text("ab:,\n", max_size=30)
WORDS = st.dictionaries(st.text("ab:,\n", min_size=1, max_size=4), st.text("xy", max_size=3))


@given(words=WORDS, text=TEXTS, cuts=st.lists(st.integers(0, 30), max_size=5))
def test_blocks_leave_no_trace(words: dict[str, str], text: str, cuts: list[int]) -> None:
    """Any blocks give what the whole text gives: each match, from the left, the longest word."""
    longest = sorted(words, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest))
    whole = re.sub(pattern, lambda match: words[match[0]], text) if words else text
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    replacing = Replacing(words)
    parts = [replacing.feed(text[a:b]) for a, b in itertools.pairwise(edges)]
    assert "".join([*parts, replacing.feed("", final=True)]) == whole


def test_a_delimiter_of_two_signs(project: object) -> None:
    """A CSV in an archive, cut at `::`; single colons stay."""
    rows = b"a::b\n1::x: y\n2::z\n"
    projects.Path("own.zip").write_bytes(projects.zipped({"in/rows.dat": rows}))
    source = {
        "kind": "csv", "path": "own.zip", "member": "in/rows.dat", "delimiter": "\t",
        "replace": {"::": "\t"},
    }  # fmt: skip
    table = projects.taken(source)
    assert table["b"].tolist() == ["x: y", "z"]
    told = projects.schema()["source"]
    assert (told["member"], told["replace"]) == ("in/rows.dat", {"::": "\t"})
