"""Look at the files of every dataset; write what changed of their records, which git keeps."""

import sys
from pathlib import Path
from typing import Any

from stages import _parameters
from trunkline.artifacts import results
from trunkline.sources import recording, recording_databases, remembering

SEEN = Path(".trunkline/seen.json")


def main(records: Path = Path("records"), keys: Path = Path("data/keys")) -> None:
    """Write `records/<dataset>.json` where it is not what the files are; say which.

    A file that is missing keeps its record: whoever has the tables needs no raw data. Keys of no
    dataset go, as `validate` depends on their folder, and no other machine has them.
    """
    datasets = _parameters.load().datasets
    said = []
    with remembering.opened(SEEN) as memory:
        for name, settings in datasets.items():
            path = records / f"{name}.json"
            known = results.read(path) if path.is_file() else {}
            try:
                record: dict[str, Any] = {"files": recording.seen(settings, memory.look)}
                if rows := recording_databases.seen(settings, known.get("databases")):
                    record["databases"] = rows
            except (ValueError, OSError) as error:
                kept = "stays as it is" if known else "is not there yet, and `ingest` needs it"
                said.append(f"{name}: {error}; {path} {kept}")
            else:
                if known != record:
                    results.write(record, path)
                    said.append(f"{name}: {path} was written anew: commit it")
    for path in sorted([*records.glob("*.json"), *keys.glob("*.parquet")]):
        if path.stem not in datasets:
            path.unlink()
            said.append(f"{path} is of no dataset and was removed")
    sys.stdout.write("".join(f"{line}\n" for line in said) or "records: ok\n")
