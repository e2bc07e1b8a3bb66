"""Put outputs aside while a stage runs before its turn, so that they can be put back.

Run one by one, a stage behind a failing one would never have been touched. Run side by side it may
have started; then its old outputs come back from here. A journal, written before anything moves,
makes that work after `kill -9` as well.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path


class Aside:
    """Outputs that were put aside, by stage.

    Args:
        folder: Where they are kept; on the file system of the outputs, moving is renaming.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, stage: str, outputs: Sequence[Path]) -> None:
        """Move a stage's outputs here, those that exist."""
        place = self._place(stage)
        if place.exists():
            self.put_back(stage)
        place.mkdir(parents=True)
        journal = place / "journal"
        # Seen from here, so that a workspace that was moved or copied is recovered where it is.
        text = json.dumps([os.path.relpath(path, self.folder) for path in outputs])
        draft = journal.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        os.rename(draft, journal)
        for number, path in enumerate(outputs):
            if os.path.lexists(path):
                _put_aside(path, place / str(number))
            else:
                (place / f"{number}.absent").touch()

    def drop(self, stage: str) -> None:
        """Forget what was put aside for a stage."""
        _forget(self._place(stage))

    def put_back(self, stage: str) -> None:
        """Bring a stage's outputs back to where they were, in place of what is there now."""
        self._restore(self._place(stage))

    def recover(self) -> int:
        """Put back all that a killed run left here; return the number of stages."""
        places = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        for place in places:
            self._restore(place)
        return len(places)

    def _place(self, stage: str) -> Path:
        return self.folder / hashlib.sha256(stage.encode()).hexdigest()[:32]

    def _restore(self, place: Path) -> None:
        journal = place / "journal"
        outputs = json.loads(journal.read_text(encoding="utf-8")) if journal.exists() else []
        for number, name in enumerate(outputs):
            kept, path = place / str(number), Path(os.path.normpath(self.folder / name))
            if os.path.lexists(kept):
                _remove(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                _bring_back(kept, path)
            elif (place / f"{number}.absent").exists():
                _remove(path)
        _forget(place)


def _put_aside(path: Path, kept: Path) -> None:
    """Move an output; if it is at both places because the process is killed, `kept` is whole."""
    try:
        os.rename(path, kept)
    except OSError:  # another file system
        _copy(path, kept)
        _remove(path)


def _bring_back(kept: Path, path: Path) -> None:
    """Move an output back; as long as `kept` is there, it is whole."""
    try:
        os.rename(kept, path)
    except OSError:
        _copy(kept, path)
        os.rename(kept, f"{kept}.back")  # at once, which a removal is not


def _copy(source: Path, target: Path) -> None:
    draft = Path(f"{target}.trunkline")
    _remove(draft)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, draft, symlinks=True)
    else:
        shutil.copy2(source, draft, follow_symlinks=False)
    os.rename(draft, target)


def _forget(place: Path) -> None:
    # Without its journal the folder says nothing any more, however far the removal comes.
    (place / "journal").unlink(missing_ok=True)
    _remove(place)


def _remove(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for folder, _, _ in os.walk(path):  # a stage may have made them read-only
        os.chmod(folder, 0o700)
    shutil.rmtree(path)
