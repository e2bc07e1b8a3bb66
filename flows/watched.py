"""A run of a workspace inside a flow run, shown to people while it goes and when it is over."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from flows import launching
from flows.running import attempts, session
from flows.showing import artifacts, closing, logs, metrics, screens, terminal


def run(root: Path, home: Path, options: session.Options) -> str:
    """Run a workspace.

    Args:
        root: The folder with `.dvc`.
        home: The folder that keeps logs; the same, but for a worktree.
        options: What is asked for.

    Returns:
        What there is to say about it: the metrics that changed.

    Raises:
        StagesFailedError: Stages failed.
        WorkspaceHeldError: Another run holds the workspace.
        RefusedError: DVC refuses.
        ValueError: A parameter or a stage's `meta:` cannot be read.
    """
    folder = home / logs.FOLDER
    keep_from_git(folder.parent)
    screen = screens.observer(sys.stderr, folder)
    launcher = launching.Launcher()

    @contextlib.contextmanager
    def open_log(stage: str, say: attempts.Say) -> Iterator[attempts.Say]:
        with logs.StageLog(folder, stage, say) as log:
            yield log.write

    running = session.Session(root, options, launcher, screen, open_log)

    def tell() -> str:
        changes = metrics.changes(root, running.metrics)
        artifacts.publish(root, screen.progress, changes)
        shown = closing.lines(root, folder, screen.progress, changes)
        closing.show(sys.stderr, [*running.said, *shown])
        return metrics.markdown_table(changes)

    try:
        with terminal.quiet_console():  # it would tell everything twice
            try:
                running.run()
            finally:
                launcher.wait()
    except Exception:  # not when it is interrupted: then it should end
        tell()
        raise
    return tell()


def keep_from_git(folder: Path) -> None:
    """Make a folder that git does not see, whatever the project's `.gitignore` says."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
