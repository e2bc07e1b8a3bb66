"""The graph of `dvc.yaml`, in parallel: `python -m flows.pipeline --help`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.exceptions import TerminationSignal
from prefect.states import Completed, Failed

from flows import committing, leaving, watched
from flows.running import holder, parameters, plan, repository, session, strays
from flows.trail import programs

EXPECTED = (
    plan.StagesFailedError,
    holder.WorkspaceHeldError,
    repository.RefusedError,
    programs.ProgramError,
    strays.StrayAlive,
    ValueError,
)


@flow(name="pipeline")
def pipeline(  # noqa: PLR0913  # each is a field of the form in Prefect's UI
    targets: list[str] | None = None,
    jobs: int | None = None,
    overrides: dict[str, Any] | None = None,
    force: bool = False,
    pull: bool = False,
    push: bool = False,
    keep_going: bool = False,
    wait: bool = False,
    commit: bool = False,
    branch: str | None = None,
) -> State[None]:
    """Run what has changed, side by side, to the bytes of `dvc repro`.

    Args:
        targets: Stages or files, as `dvc repro` takes them; none for all of `dvc.yaml`.
        jobs: Cores to use; None for all.
        overrides: New values of parameters, by `[file:]dotted.path`; params.yaml is edited.
        force: Run every stage, changed or not.
        pull: Fetch what is missing from the DVC remote.
        push: Push data and run-cache to the DVC remote in the end.
        keep_going: After a failure, run all that does not depend on it.
        wait: Wait for who holds the workspace, instead of saying so.
        commit: Work on the last commit in a worktree, commit what came out, push it.
        branch: The branch for that commit; None for one of this run's own.
    """
    try:
        options = session.Options(
            targets or (), jobs, overrides or {}, force, pull, push, keep_going, wait
        )
        if commit or branch:
            done = committing.run(Path.cwd(), options, branch)
        else:
            done = watched.run(Path.cwd(), Path.cwd(), options)
    except EXPECTED as error:
        return Failed(message=str(error))  # the words without a trace of calls
    return Completed(message=done)


def main(arguments: Sequence[str]) -> int:
    """Run the flow from a command line; return its exit code."""
    asked = read(arguments)
    try:
        state = pipeline(
            targets=asked.targets,
            jobs=asked.jobs,
            overrides=parameters.parse(asked.set),
            force=asked.force,
            pull=asked.pull,
            push=asked.push,
            keep_going=asked.keep_going,
            wait=asked.wait,
            commit=asked.commit,
            branch=asked.branch,
            return_state=True,
        )
    except ValueError as error:
        return answer(str(error))
    except RuntimeError as error:
        if "ephemeral" not in str(error):
            raise
        return answer(
            "Prefect's temporary server did not answer in time; run again, raise "
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS, or start a server that stays "
            "(`make server`) and name it in PREFECT_API_URL"
        )
    except (leaving.Terminated, TerminationSignal):
        return 143
    except KeyboardInterrupt:
        return 130
    return 0 if state.is_completed() else answer(state.message or "the flow run failed")


def answer(error: str) -> int:
    """Say what went wrong; return the exit code for that."""
    print(f"error: {error}", file=sys.stderr)  # noqa: T201  # the command line's answer
    return 1


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Read a command line."""
    parser = argparse.ArgumentParser(
        prog="python -m flows.pipeline",
        description="Run what has changed of dvc.yaml's graph, stages side by side.",
        epilog="Exit code: 0 done, 1 a stage failed or something asked for is wrong, 2 the command "
        "line cannot be read, 130 interrupted, 143 terminated.",
    )
    add = parser.add_argument
    add("targets", nargs="*", help="stages or files, as `dvc repro` takes them; default: all")
    add("--jobs", "-j", type=jobs, metavar="N", help="cores to use; default: all")
    add("--set", "-S", action="append", default=[], metavar="PATH=VALUE", help="edit params.yaml")
    add("--force", "-f", action="store_true", help="run every stage, changed or not")
    add("--pull", action="store_true", help="fetch what is missing from the DVC remote")
    add("--push", action="store_true", help="push data and run-cache in the end")
    add("--keep-going", "-k", action="store_true", help="run all that a failure does not reach")
    add("--wait", action="store_true", help="wait for who holds the workspace")
    add("--commit", action="store_true", help="run the last commit elsewhere; commit what came out")
    add("--branch", metavar="NAME", help="the branch for --commit; default: one for this run")
    return parser.parse_args(arguments)


def jobs(text: str) -> int:
    """Read a number of cores."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of 1 or more, received '{text}'")
    return int(text)


if __name__ == "__main__":
    leaving.program(main)
