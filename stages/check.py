"""Check params.yaml before anything runs; DVC would only miss a file."""

import sys
from pathlib import Path

from stages import _parameters

ENDINGS = (".json", ".reference.json")


def main(contracts: Path = Path("contracts")) -> None:
    """Check params.yaml as a whole, and that each dataset has its contract and reference.

    Raises:
        ValueError: one is missing, or an entry of a study whose value DVC records.
    """
    datasets = _parameters.load().datasets
    _parameters.check_recorded()
    wanted = [(name, contracts / f"{name}{end}") for name in datasets for end in ENDINGS]
    missing = [(name, path) for name, path in wanted if not path.is_file()]
    if missing:
        names = dict.fromkeys(name for name, _ in missing)
        commands = ", ".join(f"`make contract DATASET={name}`" for name in names)
        raise ValueError(
            f"{', '.join(str(path) for _, path in missing)}: missing; each dataset of params.yaml "
            "needs a contract and a reference that later versions are compared with. Run "
            f"{commands}, review what it wrote, commit it"
        )
    sys.stdout.write("params.yaml: ok\n")
