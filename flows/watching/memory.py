"""What was seen of each source the last time: `.trunkline/watch.json`."""

import json
import os
from pathlib import Path
from typing import Any

FILE = Path(".trunkline/watch.json")
KEYS = {"source", "seen"}


def read(path: Path = FILE) -> dict[str, Any]:
    """Return what was last seen, by dataset; nothing where there was no last time.

    Raises:
        ValueError: The file holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise ValueError(_broken(path, str(error))) from error
    entries = content.values() if isinstance(content, dict) else [content]
    if not all(isinstance(entry, dict) and entry.keys() == KEYS for entry in entries):
        raise ValueError(_broken(path, str(content)[:80]))
    return content


def write(seen: dict[str, Any], path: Path = FILE) -> None:
    """Keep what was seen; whoever reads meanwhile sees the old or the new, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_text(json.dumps(seen, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)


def _broken(path: Path, received: str) -> str:
    return f"{path}: expected what a look has written, received {received}; remove the file"
