"""Put outputs aside while a stage runs before its turn, so that they can be put back.

Run one by one, a stage behind a failing one would never have been touched. Run side by side it may
have started; then its old outputs come back from here. A journal, written before anything moves,
makes that work after `kill -9` as well.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path


class Aside:
    """Outputs that were put aside, by stage.

    Args:
        folder: Where they are kept; on the file system of the outputs, so that moving is renaming.
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
        text = json.dumps([str(path) for path in outputs])
        draft = journal.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.rename(journal)
        for number, path in enumerate(outputs):
            if path.exists() or path.is_symlink():
                shutil.move(path, place / str(number))
            else:
                (place / f"{number}.absent").touch()

    def drop(self, stage: str) -> None:
        """Forget what was put aside for a stage."""
        place = self._place(stage)
        # Without its journal the folder says nothing any more, however far the removal comes.
        (place / "journal").unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)

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

    @staticmethod
    def _restore(place: Path) -> None:
        journal = place / "journal"
        outputs = json.loads(journal.read_text(encoding="utf-8")) if journal.exists() else []
        for number, name in enumerate(outputs):
            kept, path = place / str(number), Path(name)
            if kept.exists() or kept.is_symlink():
                _remove(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(kept, path)
            elif (place / f"{number}.absent").exists():
                _remove(path)
        shutil.rmtree(place, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
