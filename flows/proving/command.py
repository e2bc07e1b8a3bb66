"""The command line of the check."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from flows.proving import check, headlines, orders, progress, repository, revisions, surroundings

ASKED_WRONGLY = (
    orders.OrderError,
    revisions.RevisionError,
    surroundings.MissingVariableError,
)
REFUSED = repository.RepositoryError
GOOD, BAD, MISUSED, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


class Terminated(KeyboardInterrupt):
    """Someone ended the process by SIGTERM."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a commit as the command line says, and return the exit code.

    Args:
        arguments: Without the program's name; None takes those of the process.

    Returns:
        0 if the commit is proved, 1 if it is not, 2 if the question makes no sense, 130 if
        interrupted, 143 if terminated.
    """
    given = vars(parser().parse_args(arguments))
    folder, console = given.pop("report"), Console(stderr=True)
    signal.signal(signal.SIGTERM, _terminate)  # the clones are removed then, too
    try:
        root = root_of(Path.cwd())
        order = orders.Order(root=root, **given)
        with progress.shown(console) as teller:
            report = check.run(order, root / folder, teller)
    except ASKED_WRONGLY as error:
        return _ended(console, str(error), MISUSED)
    except REFUSED as error:
        return _ended(console, str(error), BAD)
    except Terminated:
        return _ended(console, "Terminated.", TERMINATED)
    except KeyboardInterrupt:
        return _ended(console, "Interrupted.", INTERRUPTED)
    _ended(Console(), headlines.verdict(report), GOOD)
    return _ended(console, f"The report: {folder / 'report.md'}", GOOD if report.good else BAD)


def root_of(folder: Path) -> Path:
    """Return the root of the DVC repository around a folder.

    Raises:
        RevisionError: There is none.
    """
    for candidate in (folder, *folder.parents):
        if (candidate / ".dvc").is_dir():
            return candidate
    raise revisions.RevisionError(
        f"Expected a DVC repository, found no .dvc in {folder} or above. Go to its folder."
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    described = argparse.ArgumentParser(
        prog="python -m flows.reproduce",
        description="Run a commit from raw data in throwaway clones, serially and in parallel, "
        "and compare every output with the committed dvc.lock.",
        epilog="Exit code: 0 reproduced, 1 not, 2 bad usage, 130 interrupted, 143 terminated.",
    )
    add = described.add_argument
    add("commit", nargs="?", default="HEAD", help="commit, branch or tag (default: HEAD)")
    add("--quick", action="store_true", help="run nothing: only compare dvc.lock with the commit")
    add(
        "--tolerance",
        type=float,
        metavar="X",
        help="compare metrics and results, not bytes; X is the largest relative difference",
    )
    add(
        "--only",
        choices=("serial", "parallel"),
        help="this run alone, where the other has just been made (default: both)",
    )
    add("--jobs", type=int, metavar="N", help="cores of the parallel run (default: all)")
    add("--targets", nargs="+", default=(), metavar="STAGE", help="these and all before them")
    add("--timeout", type=float, metavar="SECONDS", help="how long each run may take")
    add(
        "--env",
        nargs="+",
        default=(),
        metavar="NAME",
        help="variables that stages need; others are not passed on",
    )
    add("--allow-dirty", action="store_true", help="check the commit without uncommitted changes")
    add("--keep", action="store_true", help="leave the clones, to look into them")
    add(
        "--report",
        type=Path,
        default=orders.REPORT,
        metavar="FOLDER",
        help=f"for report.md, report.json and logs (default: {orders.REPORT})",
    )
    return described


def _ended(console: Console, text: str, code: int) -> int:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    return code


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
