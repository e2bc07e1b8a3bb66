"""Processes that a run left behind: found by a mark in their environment, and ended.

Linux shows the environment a process was started with, and children inherit it, so the mark is
still found when parents, groups and sessions are gone. This file needs the standard library alone:
the warden imports it without any package.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable

VARIABLE = "TRUNKLINE_RUN"  # of commands
WARDEN = "TRUNKLINE_WARDEN"  # of who keeps them
PATIENCE = 10.0  # seconds; SIGKILL takes milliseconds, unless a disk or a network hangs
PROC = "/proc"


class StrayAlive(Exception):
    """A process that should be gone cannot be ended."""


def mark(workspace: str | os.PathLike[str], *names: str) -> str:
    """Return the value of `TRUNKLINE_RUN` for a workspace, or a run or a command in it.

    Args:
        workspace: The folder that a run works in.
        names: What is marked: none for the workspace, then the run, then the command.
    """
    parts = (os.path.realpath(workspace), *names)
    return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts)


def find(mark: str, variable: str = VARIABLE) -> list[int]:
    """Return the processes that carry the mark, or one that begins with it and goes on with `:`.

    A process that has ended but was not yet waited for is none. Spared are we, those who started
    us, and what belongs to the same command, if we are one: the server of a flow within a flow.
    What belongs to another user, or has thrown its environment away, is not seen.

    Args:
        mark: A value of `mark`.
        variable: The variable that holds it.
    """
    ours, spared = _marks(os.getpid(), variable), _lineage()
    return [
        pid
        for pid in _pids()
        if any(f"{each}:".startswith(f"{mark}:") for each in _marks(pid, variable) - ours)
        and pid not in spared
    ]


def descendants(pid: int) -> list[int]:
    """Return the children of a process, their children, and so on.

    Args:
        pid: The process.
    """
    children: dict[int, list[int]] = {}
    for each in _pids():
        children.setdefault(_parent(each), []).append(each)
    found, heads = [], [pid]
    while heads:
        below = children.get(heads.pop(), [])
        found += below
        heads += below
    return found


def end(mark: str, patience: float = PATIENCE) -> dict[int, str]:
    """Kill the processes that `find` finds, until there are none.

    A warden whose flow has just died ends more than can be found by a mark: it is given its time.

    Args:
        mark: A value of `mark`, of no run that goes on.
        patience: Seconds for wardens; then for those that are killed, before it is an error.

    Returns:
        The command line of each process that was ended, by its id.

    Raises:
        StrayAlive: one lives on.
    """
    limit = time.monotonic() + patience
    while (find(mark, WARDEN) or find(mark, WARDEN)) and time.monotonic() < limit:
        time.sleep(0.01)
    return end_found(lambda: find(mark) + find(mark, WARDEN), patience)


def end_found(look: Callable[[], list[int]], patience: float = PATIENCE) -> dict[int, str]:
    """Kill what a search finds, until it finds nothing twice: a child may be born behind its back.

    Args:
        look: Returns the processes that should not be there.
        patience: Seconds after which a process that lives on is an error.

    Returns:
        The command line of each process that was ended, by its id.

    Raises:
        StrayAlive: one lives on.
    """
    ended: dict[int, str] = {}
    limit, pause, clear = time.monotonic() + patience, 0.001, 0
    while clear < 2:
        found = look()
        if not found:
            clear += 1
            continue
        if ended and time.monotonic() > limit:
            raise StrayAlive(_complaint(found, patience))
        for pid in found:
            ended.setdefault(pid, command(pid))
            with contextlib.suppress(ProcessLookupError, PermissionError):  # the next look tells
                os.kill(pid, signal.SIGKILL)
        clear, pause = 0, min(pause * 2, 0.05)
        time.sleep(pause)
    return ended


def command(pid: int) -> str:
    """Return the command line of a process, cut short; `?` if it is gone.

    Args:
        pid: The process.
    """
    words = _read(pid, "cmdline").rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
    return words[:200] or "?"


def _complaint(pids: list[int], patience: float) -> str:
    named = ", ".join(f"{pid} ({command(pid)})" for pid in pids)
    return (
        "what a command has started must end before its outputs are used, but this outlived "
        f"SIGKILL by {patience:g} s: {named}. It waits for a disk or network, or belongs to "
        "another user: see `ps -o pid,user,stat,wchan,args`, end it, and run again"
    )


def _marks(pid: int, variable: str) -> set[str]:
    """Return what the variable is set to in the environment that a process was started with."""
    entries, name = _read(pid, "environ").split(b"\0"), os.fsencode(f"{variable}=")
    return {os.fsdecode(each[len(name) :]) for each in entries if each.startswith(name)}


def _lineage() -> set[int]:
    """Return ourselves and those who started us."""
    line, pid = set(), os.getpid()
    while pid > 0 and pid not in line:
        line.add(pid)
        pid = _parent(pid)
    return line


def _parent(pid: int) -> int:
    """Return who started a process, or has adopted it; 0 if the process is gone."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()  # a name may hold anything
    return int(fields[1]) if fields else 0


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir(PROC) if name.isdigit()]
    except FileNotFoundError as error:
        raise OSError(
            f"processes are looked up in {PROC}, as Linux has it, and it is not there: run the "
            "flow on Linux, or the stages one by one with `dvc repro`"
        ) from error


def _read(pid: int, name: str) -> bytes:
    """Return a file about a process; nothing if it is gone or another user's."""
    try:
        with open(f"{PROC}/{pid}/{name}", "rb") as file:
            return file.read()
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return b""
