"""Check params.yaml before anything runs; DVC would only miss a file."""

import sys
from pathlib import Path

from stages import _parameters


def main(contracts: Path = Path("contracts")) -> None:
    """Check params.yaml as a whole, and that each dataset has its contract.

    Raises:
        ValueError: a contract is missing.
    """
    datasets = _parameters.load().datasets
    missing = [path for name in datasets if not (path := contracts / f"{name}.json").is_file()]
    if missing:
        raise ValueError(
            f"{', '.join(map(str, missing))}: missing; each dataset of params.yaml needs a "
            "contract. "
            + " ".join(f"Run `make contract DATASET={path.stem}`," for path in missing)
            + " review what it wrote, commit it"
        )
    sys.stdout.write("params.yaml: ok\n")
