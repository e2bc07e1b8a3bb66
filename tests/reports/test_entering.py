"""The page says how each column enters the networks of each study."""

from typing import Any

import pandas as pd

from tests.reports import workspace
from trunkline.reports import entering, findings
from trunkline.reports.contents import Dataset
from trunkline.settings import dataset, encoding
from trunkline.settings import study as studies
from trunkline.settings.inputs import Inputs

SAMPLES = pd.DataFrame(
    {
        "row_id": ["a", "b"],
        "f1": [1.0, 2.0],
        "f2": [3, 4],
        "city": pd.Series(["x", None], dtype="str"),
        "day": pd.to_datetime(["2024-01-01", None]),
        "paid": pd.Series([True, None], dtype=object),
        "unknown": pd.Series([None, None], dtype=object),
        "note": pd.Series(["long", "words"], dtype="str"),
    }
)


def told(inputs: Inputs, source: Inputs | None = None) -> tuple[entering.Entering, ...]:
    """Return what is said of a study with these inputs."""
    asked = studies.Study(
        title="Own",
        dataset="own",
        inputs=inputs,
        tasks={},
        pretrain=studies.Pretrain(inputs=source),
    )
    records: dict[str, Any] = {"tasks": {}, "estimates": [], "comparisons": []}
    study = findings.studied("own", asked, records, pd.DataFrame(), {})
    own = Dataset(
        name="own", settings=dataset.Dataset(title="Own"), summary={}, validation={}, contract={},
        samples=SAMPLES,
    )  # fmt: skip
    return entering.entering(own, [study])


def test_columns_that_enter_alike_share_a_line() -> None:
    """By type where nothing was said, by the first entry that fits where something was."""
    encode: dict[str, encoding.Encoding] = {
        "n*": encoding.Words(kind="words", size=64, characters=())
    }
    (found,) = told(Inputs(columns=("f*", "city", "day", "paid", "unknown", "note"), encode=encode))
    assert found.columns == 7
    assert [(line.columns, line.kind, line.by) for line in found.lines] == [
        ("f1 and f2", "numeric", "its type"), ("city", "one hot", "its type"),
        ("day", "time", "its type"), ("paid", "boolean", "its type"),
        ("unknown", "\N{EN DASH}", "its type"), ("note", "words", "the entry n*"),
    ]  # fmt: skip
    details = [line.details for line in found.lines]
    assert details[0] == "scale standard; missing refuse; indicator yes; quantiles 1000"
    assert details[-1] == "words 1 1; size 64; weight counts; norm l2"


def test_a_source_that_is_read_otherwise_is_told_too() -> None:
    """The source task may read other columns."""
    found = told(Inputs(columns=("f1",)), Inputs(columns=("f2",), scale="none"))
    assert [one.title for one in found] == ["Own", "Own, to learn the source task"]
    assert found[1].lines[0].details.startswith("scale none")


def test_many_values_are_cut_off() -> None:
    """A list of a hundred values is told by its beginning."""
    values = tuple(range(100))
    encode: dict[str, encoding.Encoding] = {"f2": encoding.OneHot(kind="one_hot", values=values)}
    (found,) = told(Inputs(columns=("f2",), encode=encode))
    assert "10 11 and 88 more" in found.lines[0].details


def test_the_page_shows_it(page: Any) -> None:
    """Each study with its dataset."""
    text = page.read_text(encoding="utf-8")
    for study in workspace.PARAMS["studies"].values():
        assert f"<summary>What the networks of {study['title']} read of it</summary>" in text
    assert "pixel_0 \N{HORIZONTAL ELLIPSIS} pixel_63 (64 columns)" in text
