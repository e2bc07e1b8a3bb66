"""Look at the files of every dataset; write what changed of their records, which git keeps."""

import sys
from pathlib import Path

from stages import _parameters
from trunkline.artifacts import results
from trunkline.sources import recording, recording_databases, remembering

SEEN = Path(".trunkline/seen.json")


def main(records: Path = Path("records"), keys: Path = Path("data/keys")) -> None:
    """Write `records/<dataset>.json` where it is not what the files are; say which.

    A file that is missing keeps its record: whoever has the tables needs no raw data.

    Raises:
        ValueError: a dataset has no record and cannot have one; DVC would only miss it.
    """
    datasets, said, stopped = _parameters.load().datasets, list[str](), list[str]()
    with remembering.opened(SEEN) as memory:
        for name, settings in datasets.items():
            path = records / f"{name}.json"
            known = results.read(path) if path.is_file() else {}
            try:
                record = recording_databases.record(settings, known, memory.look)
            except (ValueError, OSError) as error:
                told, then = (said, "stays as it is") if known else (stopped, "is needed")
                told.append(f"{name}: {error}; {path} {then}")
                continue
            if known != record:
                results.write(record, path)
                said.append(f"{name}: {path} was written anew: commit it")
    for path in recording.strays(datasets, records, keys):
        path.unlink()
        said.append(f"{path} is of no dataset and was removed")
    sys.stdout.write("".join(f"{line}\n" for line in said) or "records: ok\n" * (not stopped))
    if stopped:
        raise ValueError("\n".join(stopped))
