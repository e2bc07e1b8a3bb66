"""What the user's files are is written down before DVC asks what has changed."""

import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-m", "stages", "look")
FINE = "records: ok"


def look(root: Path) -> list[str]:
    """Have the records of the datasets' files written, where the project has that command.

    Args:
        root: The folder with `dvc.yaml`.

    Returns:
        What it had to say.

    Raises:
        ValueError: It failed: params.yaml cannot be read, or a dataset can have no record.
    """
    if not (root / "stages" / "look.py").is_file():
        return []
    done = subprocess.run(COMMAND, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    if done.returncode:
        raise ValueError(f"python -m stages look: {done.stderr.strip()}")
    return [line for line in done.stdout.splitlines() if line != FINE]
