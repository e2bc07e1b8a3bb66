"""A flow that runs commands until it is killed; `python -m` by the tests of `commands`.

Takes the workspace, what ends it (`main`: the commands run in the main thread; `thread`: in
another one; `handler`: SIGTERM is turned into an exception; `copied`: a fork of it lives on and
holds copies of its sockets), and a shell command.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from flows.running import commands, strays


def interrupt(*_: object) -> NoReturn:
    """Handle SIGTERM as Python handles SIGINT."""
    raise KeyboardInterrupt


def run(running: commands.Commands, shell: str) -> None:
    """Run a shell command."""
    running.run(
        ["/bin/sh", "-c", shell],
        cwd=".",
        env=dict(os.environ),
        output=[].append,
    )


def main() -> None:
    """Run the command for good."""
    workspace, way, shell = sys.argv[1:]
    if way == "handler":
        signal.signal(signal.SIGTERM, interrupt)
    with commands.Commands(Path(workspace), "doomed") as running:
        other = threading.Thread(target=run, args=(running, shell), daemon=True)
        other.start()
        if way == "main":
            run(running, shell)
        if way == "copied":
            while not strays.find(strays.mark(workspace)):  # until the sockets are open
                time.sleep(0.01)
            if os.fork() == 0:
                time.sleep(1000)
        other.join()


if __name__ == "__main__":
    main()
