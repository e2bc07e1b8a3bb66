"""Python imports this at its start: write down every name and address outside this machine.

The file named in WITNESS gets a line for each look-up of a name and each connection, of this
process and, as they inherit the variables, of all that it starts.
"""

import os
import sys
from typing import Any

HERE = {None, "", "localhost", "::1", "0.0.0.0", "::"}  # noqa: S104 - addresses to be ignored


def outside(host: Any) -> bool:
    """Return whether a host is another machine."""
    name = host.decode() if isinstance(host, bytes) else host
    return name not in HERE and not str(name).startswith("127.")


def witness(event: str, arguments: tuple[Any, ...]) -> None:
    """Write down a call that leaves this machine."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[-1], tuple):
        host = arguments[-1][0]
    else:
        return
    if outside(host):
        with open(os.environ["WITNESS"], "a", encoding="utf-8") as file:
            file.write(f"{event} {host} by {sys.argv}\n")


if "WITNESS" in os.environ:
    sys.addaudithook(witness)
