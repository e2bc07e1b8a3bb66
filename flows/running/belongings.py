"""The user's own files that git does not keep, in a copy of the repository that git has made."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

RECORDS = "records"  # a file for each dataset, which names the files it is read from


def bring(origin: Path, place: Path) -> list[str]:
    """Link what the records name, the copy lacks and the user's folder has.

    Only what git ignores is linked, so that nobody commits it from the copy by accident.

    Args:
        origin: The user's folder with `dvc.yaml`.
        place: The same folder in a clone or a worktree.

    Returns:
        The names of files and folders that are not in the copy now: what reads them stops.
    """
    missing = []
    for name in sorted({name for name in _named(place) if not (place / name).exists()}):
        held = (origin / name).exists() and _ignored(origin, name)
        if held:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).symlink_to((origin / name).resolve())
        else:
            missing.append(name)
    return missing


def _named(place: Path) -> Iterator[str]:
    for record in sorted((place / RECORDS).glob("*.json")):
        content = json.loads(record.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            yield from content.get("files", {})
            yield from (each["path"] for each in content.get("databases", []) if "path" in each)


def _ignored(folder: Path, name: str) -> bool:
    done = subprocess.run(  # noqa: S603  # git, with a name from a record
        ["git", "check-ignore", "--quiet", "--", name],  # noqa: S607  # wherever the machine has it
        cwd=folder,
        check=False,
        capture_output=True,
    )
    return done.returncode == 0
