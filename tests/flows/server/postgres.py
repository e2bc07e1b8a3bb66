"""A PostgreSQL of the tests' own, on loopback."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.flows.server import processes
from tests.flows.server.api import until


def program(name: str) -> str | None:
    """Return the path of one of PostgreSQL's programs; Debian keeps them out of PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(places[-1]) if places else None)


def owner() -> dict[str, Any]:
    """Return as whom to run: PostgreSQL refuses to be run by root."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def database(log: Path) -> Iterator[str]:
    """Run a server with an empty database; yield its address for Prefect."""
    initdb, postgres = program("initdb"), program("postgres")
    assert initdb
    assert postgres
    who, port = owner(), processes.free_port()
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        if who:
            os.chown(data, who["user"], who["group"])
        subprocess.run(
            [initdb, "--auth=trust", "--username=prefect", "--pgdata=data", "--no-sync"],
            cwd=data,
            check=True,
            capture_output=True,
            **who,
        )
        options = ["-D", "data", "-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off"]
        with processes.running([postgres, *options], data, os.environ, log, **who):
            until(lambda: processes.listens(port), "PostgreSQL")
            yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
