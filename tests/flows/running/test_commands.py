"""Commands run, tell how they ended, and leave nothing behind, whatever ends them."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.running import commands, process, strays
from tests.flows.running import patience

ROOT = Path(__file__).parents[3]
LASTING = "(setsid sleep 1000 &) ; sleep 1000; echo never"
SHEDDING = "(env -i setsid sleep 1000.5 &) ; echo; sleep 1000; echo never"  # has no mark


class Shell:
    """Runs shell commands in a workspace and keeps their lines."""

    def __init__(self, workspace: Path, running: commands.Commands) -> None:
        self.running, self.workspace = running, workspace
        self.mark = strays.mark(workspace)
        self.lines: list[str] = []

    def __call__(
        self,
        shell: str,
        timeout: float | None = None,
        output: Callable[[str], None] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Run one; return all lines so far."""
        self.running.run(
            ["/bin/sh", "-c", shell],
            cwd=str(self.workspace),
            env={**os.environ, **(env or {})},
            output=output or self.lines.append,
            timeout=timeout,
        )
        return self.lines


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Return what runs commands; nothing of them is left afterwards."""
    with commands.Commands(tmp_path, "run") as running:
        yield Shell(tmp_path, running)
    assert strays.find(strays.mark(tmp_path)) == []


def aside(shell: Shell, command: str = LASTING) -> tuple[threading.Thread, list[Exception]]:
    """Run a command in another thread; return it, and where its error will be."""
    errors: list[Exception] = []

    def work() -> None:
        try:
            shell(command)
        except (commands.CommandFailed, commands.CommandEnded) as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, errors


def lives(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_output_comes_line_by_line(shell: Shell) -> None:
    """Standard output and error, in order; the last line may lack its line feed."""
    assert shell("echo one; echo two >&2; echo; printf three") == ["one", "two", "", "three"]


def test_a_line_is_handed_over_while_the_command_runs(shell: Shell, tmp_path: Path) -> None:
    """The command waits for what is done when its line has come."""
    shell("echo go; until test -e gone; do sleep 0.01; done", output=lambda _: go(tmp_path))


def go(folder: Path) -> None:
    """Let the command of the test above end."""
    (folder / "gone").touch()


def test_output_need_not_be_text(shell: Shell) -> None:
    """Bytes that are no UTF-8 are replaced; a carriage return is part of its line."""
    assert shell(r"printf 'a\377b\r\ncd\r50 %%\n'") == ["a\ufffdb\r", "cd\r50 %"]


def test_a_line_without_end_takes_no_memory(shell: Shell) -> None:
    """It is handed over in pieces."""
    lines = shell("head -c 1000000 /dev/zero | tr '\\0' x")
    assert "".join(lines) == "x" * 1_000_000
    assert max(map(len, lines)) < 2 * process.LONGEST


@pytest.mark.parametrize("at_once", [process.LONGEST, 100])
def test_much_output_is_whole(shell: Shell, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is still in the pipe at the end is not lost, however much that is."""
    monkeypatch.setattr(process, "LONGEST", at_once)
    assert shell("seq 100000") == [str(number) for number in range(1, 100_001)]


def test_a_command_may_close_its_output(shell: Shell, tmp_path: Path) -> None:
    """Its end is waited for all the same."""
    assert shell("exec > /dev/null 2>&1; sleep 0.1; touch done") == []
    assert (tmp_path / "done").exists()


def test_a_command_gets_folder_environment_and_mark(shell: Shell, tmp_path: Path) -> None:
    """Nothing else is added to what it is given."""
    shell.running.run(
        ["/usr/bin/env"], cwd=str(tmp_path), env={"B": "2", "A": "ü"}, output=shell.lines.append
    )
    assert sorted(shell.lines) == ["A=ü", "B=2", f"TRUNKLINE_RUN={shell.mark}:run:1"]
    assert shell("pwd")[-1] == str(tmp_path)


def test_a_relative_folder_is_that_of_the_flow(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if the flow has changed its own since the warden started."""
    shell("true")
    monkeypatch.chdir(tmp_path)
    shell.running.run(["pwd"], cwd=".", env=dict(os.environ), output=shell.lines.append)
    assert shell.lines == [str(tmp_path)]


def test_words_need_not_be_utf8(shell: Shell) -> None:
    """A path in an old encoding reaches the command as it is, in argument and environment."""
    odd = os.fsdecode(b"\xff\xfc")
    assert shell(
        f"printf '%s' {odd} | od -An -tx1; printf '%s' $ODD | od -An -tx1", env={"ODD": odd}
    ) == [
        " ff fc",
        " ff fc",
    ]


def test_a_large_environment_arrives(shell: Shell) -> None:
    """It is larger than what a socket holds."""
    values = {f"LARGE{number}": "x" * 100_000 for number in range(8)}
    assert shell("echo ${#LARGE0} ${#LARGE7}", env=values) == ["100000 100000"]


def test_a_command_reads_nothing(shell: Shell) -> None:
    """Its standard input is empty, so it cannot wait for a person."""
    assert shell("cat; echo read") == ["read"]


def test_a_command_has_signals_and_mask_of_the_flow(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warden takes no notice of signals; its commands do, in sessions of their own."""
    code = (
        "import os, signal as s; print(os.getsid(0) == os.getpid(), *(s.getsignal(n) == s.SIG_DFL "
        "for n in (s.SIGTERM, s.SIGHUP, s.SIGCHLD)), s.getsignal(s.SIGINT).__name__)"
    )
    before = os.umask(0o027)
    try:
        assert shell(f'umask; exec "{sys.executable}" -c "{code}"') == [
            "0027",
            "True True True True default_int_handler",
        ]
    finally:
        os.umask(before)


def test_commands_run_side_by_side(shell: Shell, tmp_path: Path) -> None:
    """Each waits for the other."""
    both = "touch {0}; until test -e {1}; do sleep 0.01; done"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(shell, (both.format("a", "b"), both.format("b", "a"))))


def test_nothing_is_started_before_the_first_command(tmp_path: Path) -> None:
    """A run with nothing to do costs no process."""
    before = strays.descendants(os.getpid())
    with commands.Commands(tmp_path, "run"):
        assert strays.descendants(os.getpid()) == before


@pytest.mark.parametrize(
    ("shell_command", "message"),
    [
        ("exit 3", "`exit 3` failed with exit code 3"),
        ("exit 255", "`exit 255` failed with exit code 255"),
        ("kill -TERM $$", "`kill -TERM $$` was killed by SIGTERM"),
        (
            "kill -9 $$",
            "`kill -9 $$` was killed by SIGKILL; SIGKILL comes from outside, or when memory "
            "runs out",
        ),
        (
            "exit 137",
            "`exit 137` failed with exit code 137, as after SIGKILL; SIGKILL comes from outside, "
            "or when memory runs out",
        ),
        ("exit 143", "`exit 143` failed with exit code 143, as after SIGTERM"),
    ],
)
def test_a_failure_names_command_and_code(shell: Shell, shell_command: str, message: str) -> None:
    """Or the signal that killed it."""
    with pytest.raises(commands.CommandFailed, match=rf"^{re.escape(message)}$"):
        shell(shell_command)


@pytest.mark.parametrize(
    ("argv", "cwd", "message"),
    [
        (
            ["no such", "a b"],
            "/",
            "`'no such' 'a b'` could not be run: [Errno 2] No such file or directory: 'no such'",
        ),
        (
            ["true"],
            "/no/such",
            "`true` could not be run: [Errno 2] No such file or directory: '/no/such'",
        ),
        (["tr\0ue"], "/", "`'tr\0ue'` could not be run: embedded null byte"),
    ],
)
def test_what_cannot_be_run_says_why(shell: Shell, argv: list[str], cwd: str, message: str) -> None:
    """The error of the system, with the name of what it misses."""
    with pytest.raises(commands.CommandFailed, match=f"^{re.escape(message)}$"):
        shell.running.run(argv, cwd=cwd, env=dict(os.environ), output=shell.lines.append)


@pytest.mark.parametrize("lasting", [LASTING, SHEDDING])
def test_a_command_whose_time_is_up_is_ended(
    shell: Shell, lasting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that it has started; what was not asked, in another session, is not waited for."""
    monkeypatch.setattr(process, "GRACE", 1000.0)
    sentence = r"never` took longer than 0\.5 s and was ended; raise `meta:"
    with pytest.raises(commands.CommandTimedOut, match=sentence):
        shell(lasting, timeout=0.5)
    assert strays.find(shell.mark) == []
    assert "never" not in shell.lines


def test_a_command_whose_time_is_up_may_end_well(shell: Shell) -> None:
    """It is asked first, and what it says is heard; it took too long nevertheless."""
    tidy = "trap 'echo tidy; exit 0' TERM; echo on; while :; do sleep 0.01; done"
    with pytest.raises(commands.CommandTimedOut, match=r"took longer than 0\.5 s"):
        shell(tidy, timeout=0.5)
    assert shell.lines[-1] == "tidy"


def test_time_does_not_run_out_for_what_is_fast(shell: Shell) -> None:
    """A limit that is not reached, or is far away, changes nothing."""
    assert shell("echo a", timeout=1e9) == ["a"]


def test_what_is_left_running_is_ended(shell: Shell) -> None:
    """It would write into outputs that count as done; a line says so, and nobody waits for it."""
    lines = shell(
        "sh -c 'touch one; exec sleep 1000' & "
        "(env -i setsid sh -c 'touch two; exec sleep 1000' &) ; "
        "until test -e one -a -e two; do sleep 0.01; done; echo a"
    )
    assert lines[0] == "a"
    assert lines[1].startswith("warning: it left processes running, now ended: ")
    assert lines[1].count("sleep 1000") == 2
    assert strays.find(shell.mark) == []


def test_an_error_of_the_reader_ends_the_command(shell: Shell) -> None:
    """It goes on when nothing is left of the command."""

    def refuse(line: str) -> None:
        raise ValueError(f"a line: {line}")

    with pytest.raises(ValueError, match=r"^a line: on$"):
        shell(f"echo on; {LASTING}", output=refuse)
    assert strays.find(shell.mark) == []


def test_all_commands_end_when_they_are_asked(shell: Shell) -> None:
    """From another thread, and as often as one likes; then none begins."""
    threads = [aside(shell) for _ in range(2)]
    patience.until(lambda: len(strays.find(shell.mark)) == 6)
    shell.running.end_all(0.0)
    shell.running.end_all(5.0)
    for thread, errors in threads:
        thread.join()
        assert [str(error) for error in errors] == [
            f"`{LASTING}` was ended, because the run is over"
        ]
    assert strays.find(shell.mark) == []
    with pytest.raises(commands.CommandEnded, match="no command is begun any more"):
        shell("echo never")


def test_a_command_may_end_well_when_asked(shell: Shell, tmp_path: Path) -> None:
    """Its whole group is asked, and has its time though the shell is gone at once."""
    (tmp_path / "tidy.sh").write_text(
        "trap 'sleep 0.2; touch tidy; exit' TERM; touch on; while :; do sleep 0.01; done"
    )
    thread, _ = aside(shell, "sh tidy.sh; true")
    patience.until((tmp_path / "on").exists)
    shell.running.end_all(patience.LIMIT)
    thread.join()
    assert (tmp_path / "tidy").exists()


def test_a_command_that_does_not_listen_is_killed(shell: Shell, tmp_path: Path) -> None:
    """After the grace it is given, which can be shortened."""
    thread, errors = aside(shell, "trap '' TERM; touch on; while :; do sleep 0.01; done")
    patience.until((tmp_path / "on").exists)
    shell.running.end_all(1000.0)
    assert thread.is_alive()
    shell.running.end_all(0.1)
    thread.join()
    assert isinstance(errors[0], commands.CommandEnded)


@pytest.mark.parametrize("lasting", [LASTING, SHEDDING])
def test_closing_ends_all(tmp_path: Path, lasting: str) -> None:
    """The warden too; and closing again does nothing."""
    shell = Shell(tmp_path, commands.Commands(tmp_path, "run"))
    thread, errors = aside(shell, lasting)
    patience.until(lambda: len(strays.find(shell.mark)) >= 2)
    family = strays.descendants(os.getpid())
    shell.running.close()
    shell.running.close()
    thread.join()
    assert isinstance(errors[0], commands.CommandEnded)
    assert not [pid for pid in family if lives(pid)]


def test_a_lost_keeper_takes_its_command_along(shell: Shell) -> None:
    """And what that had started is found by its mark."""
    with pytest.raises(
        commands.CommandFailed, match=r"1000` was lost: the process that runs .* ended; run again$"
    ):
        shell("(setsid sleep 1000 &) ; kill -9 $PPID; sleep 1000")
    assert strays.find(shell.mark) == []
    assert shell("echo on") == ["on"]


def test_a_lost_warden_leaves_its_commands_running(shell: Shell, tmp_path: Path) -> None:
    """They end as they would; no other can be started, and what is found at the end is ended."""
    thread, errors = aside(shell, "until test -e go; do sleep 0.01; done; touch done")
    patience.until(lambda: strays.find(shell.mark))
    parents = Path(f"/proc/{strays.find(shell.mark)[0]}/stat")
    keeper = int(parents.read_text().rpartition(")")[2].split()[1])
    warden = int(Path(f"/proc/{keeper}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(warden, signal.SIGKILL)
    patience.until(lambda: not lives(warden))
    with pytest.raises(commands.CommandFailed, match="`echo never` was lost: the process that"):
        shell("echo never")
    (tmp_path / "go").touch()
    thread.join()
    assert not errors
    assert (tmp_path / "done").exists()


def test_a_warden_that_does_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what carries the mark is ended without it."""
    shell = Shell(tmp_path, commands.Commands(tmp_path, "run"))
    before = strays.descendants(os.getpid())
    shell("true")
    patience.until(lambda: len(set(strays.descendants(os.getpid())) - set(before)) == 1)
    (warden,) = set(strays.descendants(os.getpid())) - set(before)
    os.kill(warden, signal.SIGSTOP)
    ended: list[str] = []
    monkeypatch.setattr(strays, "PATIENCE", 0.05)
    monkeypatch.setattr(strays, "end", ended.append)
    shell.running.close()
    assert not lives(warden)
    assert ended == [f"{shell.mark}:run"]


@pytest.fixture
def doom(tmp_path: Path) -> Iterator[Callable[[str, str], subprocess.Popen[bytes]]]:
    """Return what starts a flow that runs a command in some way."""
    flows: list[subprocess.Popen[bytes]] = []

    def start(way: str, shell: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.flows.running.doomed", str(tmp_path), way, shell]
        flows.append(
            subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
        )
        return flows[0]

    yield start
    for each in flows:
        for pid in (each.pid, *strays.descendants(each.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        each.wait()


def words(pids: list[int]) -> list[str]:
    """Return the command lines of processes."""
    return [strays.command(pid) for pid in pids]


@pytest.mark.parametrize(
    ("way", "number"),
    [
        ("thread", signal.SIGKILL),
        ("main", signal.SIGKILL),
        ("thread", signal.SIGTERM),
        ("handler", signal.SIGTERM),
        ("main", signal.SIGTERM),
        ("thread", signal.SIGINT),
        ("main", signal.SIGINT),
    ],
)
def test_nothing_outlives_the_flow(
    doom: Callable[[str, str], subprocess.Popen[bytes]],
    tmp_path: Path,
    way: str,
    number: signal.Signals,
) -> None:
    """However it ends: neither a session of its own nor an empty environment saves a process."""
    flow = doom(way, SHEDDING)
    times = 2 if way == "main" else 1
    patience.until(lambda: words(strays.descendants(flow.pid)).count("sleep 1000.5") == times)
    patience.until(lambda: words(strays.descendants(flow.pid)).count("sleep 1000") == times)
    family = strays.descendants(flow.pid)
    assert len(family) == 1 + 4 * times  # the warden; keeper, shell and two sleeps
    flow.send_signal(number)
    patience.until(lambda: not [pid for pid in family if lives(pid)])
    assert flow.wait() != 0
    assert strays.find(strays.mark(tmp_path)) == []


def test_nothing_outlives_a_flow_that_was_forked(
    doom: Callable[[str, str], subprocess.Popen[bytes]],
) -> None:
    """Though the fork holds the sockets open whose end tells the warden."""
    flow = doom("copied", SHEDDING)
    patience.until(lambda: "sleep 1000.5" in words(strays.descendants(flow.pid)))
    own = strays.command(flow.pid)
    patience.until(lambda: own in words(strays.descendants(flow.pid)))
    family = strays.descendants(flow.pid)
    (copy,) = [pid for pid in family if strays.command(pid) == own]
    flow.kill()
    patience.until(lambda: [pid for pid in family if lives(pid)] == [copy])
    os.kill(copy, signal.SIGKILL)


def test_the_next_run_begins_when_the_warden_of_the_last_is_done(
    doom: Callable[[str, str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """It ends what has no mark, too, so it is given its time."""
    flow, mark = doom("thread", SHEDDING), strays.mark(tmp_path)
    patience.until(lambda: words(strays.descendants(flow.pid)).count("sleep 1000.5") == 1)
    family = strays.descendants(flow.pid)
    flow.kill()
    flow.wait()
    strays.end(mark)
    patience.until(lambda: not [pid for pid in family if lives(pid)])  # those killed need to run


def test_a_warden_that_hangs_is_ended_by_the_next_run(
    doom: Callable[[str, str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """When its time is up; its commands die with their keepers."""
    flow, mark = doom("thread", LASTING), strays.mark(tmp_path)
    patience.until(lambda: sorted(words(strays.find(mark)))[1:] == ["sleep 1000"] * 2)
    family = strays.descendants(flow.pid)
    for pid in strays.find(mark, strays.WARDEN):
        os.kill(pid, signal.SIGSTOP)
    flow.kill()
    flow.wait()
    strays.end(mark, patience=0.2)
    patience.until(lambda: not [pid for pid in family if lives(pid)])


def test_what_is_left_when_all_were_killed_is_found(
    doom: Callable[[str, str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Flow, warden and keeper at once: the command dies with its keeper, the rest has the mark."""
    flow, mark = doom("thread", LASTING), strays.mark(tmp_path)
    patience.until(lambda: sorted(words(strays.find(mark)))[1:] == ["sleep 1000"] * 2)
    above = set(strays.descendants(flow.pid)) - set(strays.find(mark))
    for number in (signal.SIGSTOP, signal.SIGKILL):  # none sees another's death
        for pid in (flow.pid, *above):
            os.kill(pid, number)
    assert "sleep 1000" in strays.end(mark).values()
    assert strays.find(mark) == []


def test_ctrl_c_at_the_terminal_reaches_the_flow_alone(shell: Shell) -> None:
    """Warden and commands are in other groups, and end by the flow's will."""
    before = set(strays.descendants(os.getpid()))
    thread, _ = aside(shell)
    patience.until(lambda: len(strays.find(shell.mark)) == 3)
    family = set(strays.descendants(os.getpid())) - before
    assert os.getpgid(0) not in {os.getpgid(pid) for pid in family}
    shell.running.end_all(0.0)
    thread.join()


def test_a_stopped_command_may_tidy_up(shell: Shell) -> None:
    """It is asked first, has time for it, and nothing of it is left in the end."""
    tidy = "trap 'sleep 0.2; echo tidy; exit 0' TERM; echo on; while :; do sleep 0.01; done"
    thread, errors = aside(shell, tidy)
    patience.until(lambda: shell.lines == ["on"])
    shell.running.stop(grace=30)
    thread.join()
    assert shell.lines[-1] == "tidy"
    assert [str(error) for error in errors if "because the run is over" in str(error)]
