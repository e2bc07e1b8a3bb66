"""Digests of source code: which code made a result."""

import hashlib
from collections.abc import Sequence
from pathlib import Path


def sources(folders: Sequence[Path]) -> str:
    """Return the SHA-256 of all Python files in some folders, as 64 hex digits.

    It covers each file's path, from its folder's name on, and its bytes, in the order of the
    paths: where the folders stand does not matter, nor the order in which a disk lists them.

    Args:
        folders: searched through and through.

    Raises:
        FileNotFoundError: a folder holds no Python file; names it.
    """
    digest = hashlib.sha256()
    for folder in sorted(folders, key=lambda f: f.name):
        found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.py")}
        if not found:
            raise FileNotFoundError(
                f"Expected Python files in {folder}, found none. Name a folder of sources."
            )
        for name in sorted(found):
            content = found[name].read_bytes()
            digest.update(f"{folder.name}/{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()
