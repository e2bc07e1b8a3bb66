"""Files and folders: size and time of modification."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def look(path: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the size and the time of a file, or a digest of those of all files in a folder.

    Args:
        path: Relative to the project, or absolute.
        source: Not needed.

    Raises:
        OSError: There is no such file or folder, or it cannot be read.
    """
    place = Path(path)
    if not place.is_dir():
        return _facts(place)
    files = sorted(_below(place))
    listing = hashlib.sha256()
    for file in files:
        listing.update(f"{file.relative_to(place)}\0{_facts(file)}\0".encode())
    return {"files": len(files), "listing": listing.hexdigest()}


def _facts(file: Path) -> dict[str, int]:
    status = file.stat()
    return {"size": status.st_size, "modified": status.st_mtime_ns}


def _below(folder: Path) -> list[Path]:
    def stop(error: OSError) -> None:
        raise error  # else what is in a folder without permission would look deleted

    return [
        Path(place, name) for place, _, names in os.walk(folder, onerror=stop) for name in names
    ]
