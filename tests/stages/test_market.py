"""The generated markets go through ingest, drift and validate, and hold to their contracts."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from stages import _stage, drift, ingest, keys, validate
from trunkline.artifacts import results, tables

ROOT = Path("params.yaml").resolve().parent
TABLES = {"": "interactions", "_users": "users", "_items": "items"}
SPLITS: Mapping[str, Any] = {
    "": {"time": "time", "validation": 0.1, "test": 0.2},
    "_users": {"whole": True},
    "_items": {"whole": True},
}
STUDY: Mapping[str, Any] = {
    "title": "A generated market",
    "dataset": "market",
    "interactions": {
        "user": "user_id",
        "item": "item_id",
        "rating": "rating",
        "time": "time",
        "scale": {"lowest": 1, "highest": 5},
        "cold": ["users", "items"],
    },
    "users": {"dataset": "market_users", "columns": ["age", "occupation", "town"]},
    "items": {
        "dataset": "market_items",
        "columns": ["category", "length", "released"],
        "title": "title",
    },
    "models": {"ease": {}, "item_knn": {}},
    "tune": {"trials": 20},
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with both markets and a study of each."""
    parameters = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    studies = {}
    for name, market in (("market", "large"), ("small_market", "small")):
        for ending, table in TABLES.items():
            source = {"kind": "market", "market": market, "table": table}
            parameters["datasets"][name + ending] = {
                "title": f"Generated {table}", "source": source, "split": SPLITS[ending],
            }  # fmt: skip
        studies[name] = dict(STUDY) | {"dataset": name}
        for side in ("users", "items"):
            studies[name][side] = dict(STUDY[side]) | {"dataset": f"{name}_{side}"}
    parameters["recommenders"] = studies
    (tmp_path / "params.yaml").write_text(json.dumps(parameters), encoding="utf-8")
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ingested(name: str) -> tuple[Path, Path]:
    """Ingest a dataset, and list what rules refer to."""
    table, schema = Path(f"data/{name}/table.parquet"), Path(f"data/{name}/schema.json")
    ingest.main(dataset=name, table=table, schema=schema)
    keys.main(
        dataset=name, table=table, contracts=Path("contracts"), keys=Path(f"keys/{name}.parquet")
    )
    return table, schema


def validated(name: str, table: Path, schema: Path) -> dict[str, pd.DataFrame]:
    """Return the parts of a dataset, none of whose columns has drifted."""
    drift.main(
        dataset=name,
        table=table,
        reference=Path(f"contracts/{name}.reference.json"),
        record=Path("drift.json"),
    )
    assert not [one for one in results.read(Path("drift.json"))["columns"] if one["drifted"]]
    paths = {part: Path(f"out/{part}.parquet") for part in ("train", "validation", "test")}
    validate.main(
        dataset=name, table=table, schema=schema, contract=Path(f"contracts/{name}.json"),
        keys=Path("keys"), drift=Path("drift.json"), **paths,
        quarantine=Path("out/quarantine.parquet"), report=Path("out/report"),
    )  # fmt: skip
    return {part: tables.read(path) for part, path in paths.items()}


@pytest.mark.parametrize("name", ["market", "small_market"])
def test_a_market_holds_to_its_contracts(name: str, project: Path) -> None:
    """Tables of facts stay whole, interactions are parted by time, some users and items are new."""
    found = {ending: ingested(name + ending) for ending in TABLES}
    for ending in ("_users", "_items"):
        facts = validated(name + ending, *found[ending])
        assert facts["validation"].empty
        assert facts["test"].empty
    parts = validated(name, *found[""])
    train, test = parts["train"], parts["test"]
    assert train["time"].max() <= parts["validation"]["time"].min()
    assert len(test) == pytest.approx(0.2 * sum(map(len, parts.values())), abs=1)
    for column in ("user_id", "item_id"):
        new = ~test[column].isin(train[column])
        assert 0 < new.mean() < 0.5
    study = _stage.params(f"recommenders.{name}")
    assert list(study.models.named()) == ["most_popular", "item_knn", "ease"]
