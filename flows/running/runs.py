"""Earlier runs of stages, as DVC keeps them, so that no kill leaves half of one."""

import logging
import os
import shutil
from pathlib import Path
from typing import Any

from dvc.stage.cache import RunCacheNotSupported, StageCache, _can_hash, _get_stage_hash

log = logging.getLogger(__name__)
DIGITS = 64  # of the name of a record; a draft of DVC's has another


class Runs(StageCache):  # type: ignore[misc]
    """DVC's run-cache. A kill while DVC saves would leave a folder that it cannot read any more.

    Args:
        repo: DVC's repository.
    """

    def __init__(self, repo: Any) -> None:
        super().__init__(repo)
        self.cache_dir: str
        self._drafts = Path(repo.tmp_dir) / "trunkline-runs"

    def fetch(self) -> None:
        """Fetch all earlier runs from the DVC remote, if it has them."""
        try:
            self.pull(None)
        except RunCacheNotSupported as error:
            log.warning("the run-cache can't be pulled: %s", error)

    def save(self, stage: Any) -> None:
        """Record a run: under its name there is all of it, or nothing."""
        if not _can_hash(stage):
            return
        real = self.cache_dir
        self.repo.cache.legacy.makedirs(real)
        if os.stat(real).st_dev != os.stat(self.repo.tmp_dir).st_dev:
            super().save(stage)
            return
        shutil.rmtree(self._drafts, ignore_errors=True)
        self.cache_dir = str(self._drafts)
        try:
            super().save(stage)
        finally:
            self.cache_dir = real
        for draft in self._drafts.glob("*/*/*"):
            self._place(draft, Path(real, draft.relative_to(self._drafts)))

    def _place(self, draft: Path, path: Path) -> None:
        if not path.parent.exists():
            self.repo.cache.legacy.makedirs(str(path.parent.parent))
            os.rename(draft.parent, path.parent)  # never a folder without a record
        elif not path.exists():
            os.rename(draft, path)

    def _load(self, stage: Any) -> Any:
        key = _get_stage_hash(stage)
        folder = Path(self._get_cache_dir(key))
        paths = folder.iterdir() if folder.exists() else ()
        whole = [path for path in paths if len(path.name) == DIGITS]
        if not whole:
            return None
        return self._load_cache(key, max(whole, key=lambda path: path.stat().st_mtime).name)
