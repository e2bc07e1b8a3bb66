"""The warden does what is asked of it, and ends all it has started when nobody asks any more."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.running import strays, warden
from tests.flows.running import patience

ROOT = Path(__file__).parents[3]
CODE = "from flows.running import warden; warden.main({line}, {flow})"


class Flow:
    """Speaks with a warden as the flow does, but word for word."""

    def __init__(self, code: str = CODE) -> None:
        self.line, far = socket.socketpair()
        code = code.format(line=far.fileno(), flow=os.getpid())
        with far:
            self.warden = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=ROOT,
                pass_fds=[far.fileno()],
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )

    def ask(self, sheet: object) -> socket.socket:
        """Ask for a command; return its control socket."""
        control, theirs = socket.socketpair()
        with theirs, open(os.memfd_create("sheet"), "w+") as file, open(os.devnull, "wb") as null:
            json.dump(sheet, file)
            file.seek(0)
            socket.send_fds(self.line, [b"+"], [theirs.fileno(), null.fileno(), file.fileno()])
        return control

    def shell(self, command: str) -> socket.socket:
        """Ask for a shell command."""
        return self.ask({"argv": ["/bin/sh", "-c", command], "cwd": "/", "env": dict(os.environ)})

    def close(self) -> tuple[int, str]:
        """Hang up; return the warden's exit code and what it printed as errors."""
        self.line.close()
        errors = self.warden.communicate(timeout=patience.LIMIT)[1]
        return self.warden.returncode, errors


@pytest.fixture
def flow() -> Iterator[Flow]:
    """Return what speaks with a warden; it ends well, with nothing to complain of."""
    flow = Flow()
    yield flow
    assert flow.close() == (0, "")


def answer(control: socket.socket) -> Any:
    """Return what the keeper says at the end of its command; None if it says nothing."""
    control.settimeout(patience.LIMIT)
    with control, control.makefile("rb") as file:
        said = file.read()
    return json.loads(said) if said else None


def test_the_end_of_a_command_is_told(flow: Flow) -> None:
    """Its code, or the signal that ended it, and what was left."""
    assert answer(flow.shell("exit 7")) == {"returncode": 7, "left": []}
    assert answer(flow.shell("kill -HUP $$")) == {"returncode": -1, "left": []}
    left = answer(flow.shell("sleep 1000 & :"))["left"]
    assert len(left) == 1


def test_what_cannot_be_run_is_told(flow: Flow) -> None:
    """In the words of the system."""
    sheet = {"argv": ["no such"], "cwd": "/", "env": {}}
    assert answer(flow.ask(sheet)) == {"error": "[Errno 2] No such file or directory: 'no such'"}


def test_a_command_ends_when_asked(flow: Flow, tmp_path: Path) -> None:
    """By SIGTERM; and by SIGKILL, if its seconds are up."""
    lasting = flow.shell("sleep 1000")
    lasting.send(b"1000.0\n")
    assert answer(lasting) == {"returncode": -signal.SIGTERM, "left": []}
    ready = tmp_path / "ready"
    deaf = flow.shell(f"trap '' TERM; touch '{ready}'; while :; do sleep 0.01; done")
    patience.until(ready.exists)
    deaf.send(b"1000.0\n")
    deaf.send(b"0.1\n1000.0\n")
    assert answer(deaf) == {"returncode": -signal.SIGKILL, "left": []}


def test_a_command_ends_when_its_socket_does(flow: Flow) -> None:
    """The flow need not say anything."""
    control = flow.shell("(setsid sleep 1000 &) ; sleep 1000")
    patience.until(lambda: len(strays.descendants(flow.warden.pid)) == 4)
    control.close()
    patience.until(lambda: not strays.descendants(flow.warden.pid))


def test_the_warden_takes_no_notice_of_signals(flow: Flow) -> None:
    """It is the flow's death that counts, not what else is sent to all."""
    assert answer(flow.shell("true")) is not None  # it is up
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        flow.warden.send_signal(number)
    assert answer(flow.shell("true")) == {"returncode": 0, "left": []}


def test_hanging_up_ends_everything() -> None:
    """Also what a command left in another session and without its environment."""
    flow = Flow()
    controls = [flow.shell("(env -i setsid sleep 1000 &) ; sleep 1000") for _ in range(2)]
    patience.until(lambda: len(strays.descendants(flow.warden.pid)) == 8)
    family = strays.descendants(flow.warden.pid)
    assert flow.close() == (0, "")
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]
    for control in controls:
        control.close()


def test_a_warden_whose_flow_is_gone_ends() -> None:
    """Though the line is open: a fork of the flow holds it."""
    flow = Flow(CODE.replace("{flow}", "1"))
    flow.warden.wait(patience.LIMIT)
    assert flow.close() == (0, "")


def test_without_processes_the_flow_is_told() -> None:
    """The system has no more of them; the warden stays."""
    refuse = "import os; os.fork = lambda: os.open('/no/such', 0); "
    flow = Flow(refuse + CODE)
    for _ in range(2):
        assert answer(flow.shell("true")) == {
            "error": "no process can be started for it: "
            "[Errno 2] No such file or directory: '/no/such'"
        }
    assert flow.close() == (0, "")


def test_a_mistake_of_ours_is_shown() -> None:
    """The command has no answer, and the warden stays."""
    flow = Flow()
    assert answer(flow.ask({})) is None
    assert answer(flow.shell("true")) == {"returncode": 0, "left": []}
    code, errors = flow.close()
    assert code == 0
    assert "KeyError: 'argv'" in errors


def test_a_command_that_comes_too_late_does_not_run(tmp_path: Path) -> None:
    """Its keeper is gone before it could ask to die with it."""
    orphan = (
        "import os, time; from flows.running import warden\n"
        f"if os.fork() == 0: warden._die_with(os.getpid()); open({str(tmp_path / 'ran')!r}, 'w')\n"
        "print(os.wait()[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", orphan], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(int(signal.SIGKILL))
    assert not (tmp_path / "ran").exists()


def test_a_group_is_there_until_the_last_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if we may not send it anything."""
    one = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    assert warden._ask(one, 0)

    def refuse(group: int, number: int) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "killpg", refuse)
        assert warden._ask(one, signal.SIGTERM)
    assert warden._ask(one, signal.SIGTERM)
    one.wait()
    assert not warden._ask(one, 0)


def test_what_the_system_refuses_is_an_error() -> None:
    """No guarantee is given that cannot be held."""
    with pytest.raises(OSError, match=r"prctl\(-1, 0\) failed; it needs Linux 3.4"):
        warden._prctl(-1, 0)
