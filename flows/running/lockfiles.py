"""`dvc.lock`, written for many stages at a time, and never half."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dvc.dvcfile import Lockfile, ProjectFile

PATIENCE = 20  # between two writes, in times of what the last one took


class Lockfiles:
    """What is done and waits to be written down, in serial order.

    Reading and writing the file takes as long as it has stages, so once for each stage is what
    makes long pipelines slow. A write that is not urgent waits until it costs a twentieth of the
    time since the last; what a kill loses by that comes back from the run-cache.

    Args:
        before: Writes what must be in other files when a stage is in its lock file.
    """

    def __init__(self, before: Callable[[], None]) -> None:
        self._before = before
        self._waiting: list[Any] = []
        self._urgent = False
        self._ended = time.monotonic()
        self._took = 0.0

    def add(self, stage: Any, *, comes_back: bool) -> None:
        """Add a stage of DVC's; one that would not come back from the run-cache is urgent."""
        self._waiting.append(stage)
        self._urgent = self._urgent or not comes_back

    def write(self, *, idle: bool = False) -> None:
        """Write all that waits; if only idle, when it is urgent or pays."""
        began = time.monotonic()
        pays = self._urgent or began - self._ended >= PATIENCE * self._took
        if idle and not (self._waiting and pays):
            return
        self._before()
        projects: dict[str, tuple[ProjectFile, list[Any]]] = {}
        for stage in self._waiting:
            if isinstance(stage.dvcfile, ProjectFile):
                projects.setdefault(stage.path, (stage.dvcfile, []))[1].append(stage)
            else:
                stage.dump(update_pipeline=False)
        for project, stages in projects.values():
            _replace(project._lockfile, stages)
        self._waiting = []
        self._urgent = False
        self._ended = time.monotonic()
        self._took = self._ended - began


def _replace(lockfile: Any, stages: list[Any]) -> None:
    """Write stages into a copy of a lock file, and put that in its place."""
    path = Path(lockfile.path)
    draft = Path(lockfile.repo.tmp_dir) / "trunkline-dvc.lock"
    if path.exists():
        shutil.copy2(path, draft)
    else:
        draft.unlink(missing_ok=True)
    drafted, tracked = Lockfile(lockfile.repo, str(draft)), lockfile.repo.scm_context.files_to_track
    try:
        drafted.dump_stages(stages)
        shutil.move(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    if drafted.relpath in tracked:  # it has changed
        tracked.remove(drafted.relpath)
        lockfile.repo.scm_context.track_file(lockfile.relpath)
