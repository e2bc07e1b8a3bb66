"""A PostgreSQL server of the tests' own: on loopback, on a free port, in a temporary folder."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "correct-horse-battery"  # noqa: S105 - of a server that lives as long as the tests
USER = "keeper"  # may do anything, so that what is refused is refused by the transaction
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
}


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        port: on 127.0.0.1.
    """

    port: int

    @property
    def url(self) -> str:
        """Address of its database, without the password."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def run(self, *statements: str) -> list[Any]:
        """Run statements; return the rows of the last one."""
        import psycopg

        with psycopg.connect(self.url, password=PASSWORD, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []


def binaries() -> Path | None:
    """Return the folder of `initdb` and `postgres`, None where there is none."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(folders, key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start a server; stop it and remove its folder whatever happens."""
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    folder = binaries()
    if folder is None:
        pytest.skip("no initdb and postgres on PATH or in /usr/lib/postgresql/*/bin")
    user = _user()
    place = Path(tempfile.mkdtemp(prefix="trunkline-postgresql-"))
    try:
        if user is not None:
            os.chown(place, user.pw_uid, user.pw_gid)
        _prepared(folder, place, user)
        with _started(folder, place, user) as server:
            yield server
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _user() -> pwd.struct_passwd | None:
    """Return whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    pytest.skip("PostgreSQL refuses root, and there is no user postgres or nobody")


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return how to start a program as a user, with nothing of ours in its environment."""
    options: dict[str, Any] = {"env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, "cwd": "/"}
    if user is not None:
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return options


def _prepared(folder: Path, place: Path, user: pwd.struct_passwd | None) -> None:
    secret = place / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--encoding=UTF8"]
    made = subprocess.run(
        [folder / "initdb", "-D", place / "data", "-U", USER, "--locale=C", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **_as(user),
    )
    if made.returncode and "ermission denied" in made.stderr:
        pytest.skip(f"{place} cannot be entered by {user.pw_name if user else 'this user'}")
    assert made.returncode == 0, made.stderr


@contextlib.contextmanager
def _started(folder: Path, place: Path, user: pwd.struct_passwd | None) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    command = [folder / "postgres", "-D", place / "data", f"-p{port}", *given]
    if ends := shutil.which("setpriv"):  # it ends with the tests, even where these are killed
        command = [ends, "--pdeathsig", "INT", *command]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, **_as(user))
    try:
        server = Server(port)
        _wait(server, process, place / "log")
        yield server
    finally:
        process.send_signal(2)  # a fast shutdown
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    end = time.monotonic() + 60
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return
