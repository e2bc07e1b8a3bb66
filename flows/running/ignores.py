"""Lines of `.gitignore` in serial order."""

from collections.abc import Sequence
from typing import Any

from dvc.repo.scm_context import SCMContext


class HeldIgnores(SCMContext):  # type: ignore[misc]
    """Keeps what a stage adds to `.gitignore` until the stage's turn in serial order.

    Args:
        scm: Git, as DVC sees it.
        config: DVC's configuration.
    """

    def __init__(self, scm: Any, config: Any) -> None:
        super().__init__(scm, config)
        self.quiet = True
        self._held: list[str] = []
        self._waiting: list[str] = []

    def ignore(self, path: str) -> None:
        """Take a path down."""
        self._held.append(path)

    def take(self) -> list[str]:
        """Return the paths that were taken down since this was last asked."""
        held, self._held = self._held, []
        return held

    def admit(self, paths: Sequence[str]) -> None:
        """Take paths whose turn has come; `write` adds them to `.gitignore`."""
        self._waiting += paths

    def write(self) -> None:
        """Add to `.gitignore` what waits for it.

        Git's patterns are read for all of them at once: a line names a file and nothing else, so
        it says nothing about the next one.
        """
        if self._waiting:
            self.scm._reset()  # it remembers what was ignored before
        for path in dict.fromkeys(self._waiting):
            super().ignore(path)
        self._waiting = []
