"""A project folder with files of a user's own, ingested as the stage does it."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from stages import ingest
from trunkline.artifacts import results, tables

PARAMETERS = {
    "seed": 1,
    "runtime": {"threads": 1},
    "studies": {
        "one": {
            "title": "One",
            "dataset": "own",
            "inputs": {"columns": ["x"]},
            "tasks": {
                "a": {"kind": "binary", "target": "a", "positive": [1]},
                "b": {"kind": "regression", "target": "b"},
            },
            "multitask": {"tasks": ["a", "b"]},
        }
    },
}
OUTPUTS = (Path("out/table.parquet"), Path("out/schema.json"))


def taken(source: Any, **dataset: Any) -> pd.DataFrame:
    """Ingest a source, or a list of them, in the working folder; return its rows without names."""
    key = "sources" if isinstance(source, list) else "source"
    write_parameters({"title": "Own", key: source, **dataset})
    ingest.main(dataset="own", table=OUTPUTS[0], schema=OUTPUTS[1])
    return tables.read(OUTPUTS[0]).drop(columns="row_id")


def write_parameters(own: dict[str, Any]) -> None:
    """Write a `params.yaml` with one dataset."""
    Path("params.yaml").write_text(json.dumps(PARAMETERS | {"datasets": {"own": own}}))


def schema() -> Any:
    """Return what the last ingested dataset tells."""
    return results.read(OUTPUTS[1])


def nothing_was_left() -> bool:
    """Return whether no output and no part of one was written."""
    return not Path("out").exists() or not list(Path("out").iterdir())


def picture(size: tuple[int, int] = (4, 4), colour: Any = 0, ending: str = "png") -> bytes:
    """Return a picture of one colour as a file."""
    content = io.BytesIO()
    mode = "L" if isinstance(colour, int) else "RGB"
    Image.new(mode, size, colour).save(content, ending)
    return content.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """Return an archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def idx(values: np.ndarray, kind: int = 0x08) -> bytes:
    """Return an array as an IDX file."""
    axes = b"".join(int(length).to_bytes(4, "big") for length in values.shape)
    return bytes([0, 0, kind, values.ndim]) + axes + values.tobytes()
