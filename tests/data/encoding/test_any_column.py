"""Whatever a column holds, it is encoded or refused with a message; nothing else happens."""

import datetime
import json
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from trunkline.data import encoders
from trunkline.settings import encoding

NUMBERS = st.one_of(
    st.none(), st.integers(-(2**62), 2**62), st.floats(width=64), st.sampled_from([0, 1, 1.5])
)
DATES = st.one_of(
    st.none(), st.datetimes(datetime.datetime(1, 1, 2), datetime.datetime(9999, 1, 1))
)
VALUES = {
    "numbers": (NUMBERS, "float64"),
    "whole": (st.integers(-(2**62), 2**62), "int64"),
    "booleans": (st.one_of(st.none(), st.booleans()), "object"),
    "flags": (st.booleans(), "bool"),
    "text": (st.one_of(st.none(), st.text(max_size=9)), "str"),
    "dates": (DATES, "datetime64[us]"),
    "anything": (st.one_of(NUMBERS, DATES, st.text(max_size=3), st.booleans()), "object"),
}
KINDS: list[encoding.Encoding | None] = [
    None,
    encoding.Numeric(kind="numeric"),
    encoding.Numeric(kind="numeric", missing="mean"),
    encoding.Numeric(kind="numeric", scale="robust", missing="median"),
    encoding.Numeric(kind="numeric", scale="quantile", missing="median", quantiles=3),
    encoding.OneHot(kind="one_hot", min_count=2),
    encoding.Ordinal(kind="ordinal", most=3),
    encoding.Embedding(kind="embedding", values=("a", "b")),
    encoding.Boolean(kind="boolean", missing="indicator"),
    encoding.Time(kind="time", missing="indicator"),
    encoding.Words(kind="words", size=4, weight="idf"),
    encoding.Tokens(kind="tokens", length=2, min_count=1),
    encoding.Picture(kind="picture", shape=(1, 1, 1), scaling="standard"),
]


@st.composite
def columns(draw: st.DrawFn) -> pd.DataFrame:
    """Return rows of one column of any type."""
    values, kind = VALUES[draw(st.sampled_from(list(VALUES)))]
    drawn = draw(st.lists(values, max_size=8))
    table = pd.DataFrame({"x": pd.Series(drawn, dtype=kind)})
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def tried(frame: pd.DataFrame, other: pd.DataFrame, chosen: Any) -> np.ndarray | str:
    """Return what other rows become by what a frame tells, or the message."""
    try:
        encoder = encoders.fit("standard", frame, ["x"], {"x": chosen} if chosen else {})
        again = encoders.from_json(json.loads(json.dumps(encoders.to_json(encoder))))
        assert again == encoder
        return encoders.apply(again, other, ["x"])
    except ValueError as error:
        return str(error)


@given(columns(), columns(), st.sampled_from(KINDS))
def test_a_column_is_encoded_or_refused(
    train: pd.DataFrame, other: pd.DataFrame, chosen: Any
) -> None:
    """Rows of one column become finite numbers of a fixed width, or a message names the column."""
    found = tried(train, other, chosen)
    if isinstance(found, str):
        assert "column 'x'" in found or "received none" in found
    else:
        assert found.dtype == np.float32
        assert found.shape[0] == len(other)
        assert np.isfinite(found).all()
