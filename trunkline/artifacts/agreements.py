"""What a person has reviewed and committed about a dataset: its contract, its reference."""

from pathlib import Path
from typing import Any

from trunkline.artifacts import files, results


def read(path: Path, dataset: str) -> Any:
    """Return a contract.

    Raises:
        FileNotFoundError: there is none; says how to draft it.
        ValueError: it is no JSON.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist: a dataset is used under a contract alone. Run `make contract "
            f"DATASET={dataset}`, review what it wrote, commit it"
        )
    return results.read(path)


def reference(path: Path, dataset: str) -> Any:
    """Return the reference of a dataset: what its accepted version was like.

    Raises:
        FileNotFoundError: there is none; says how to make it.
        ValueError: it is no JSON, or not the reference of this dataset.
    """
    again = f"Run `make accept DATASET={dataset}`, review what it wrote, commit it"
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist: there is nothing to compare with. {again}")
    found = results.read(path)
    if not isinstance(found, dict) or not found.keys() >= {"dataset", "rows", "columns"}:
        raise ValueError(f"{path}: expected `dataset`, `rows` and `columns`. {again}")
    if found["dataset"] != dataset:
        raise ValueError(
            f"{path} is the reference of '{found['dataset']}', not '{dataset}'. {again}"
        )
    return found


def keep(text: str, path: Path, replace: str) -> str | None:
    """Write a draft, unless a contract is there that is not to be replaced.

    Args:
        text: the draft.
        path: of the contract.
        replace: `yes` or `no`.

    Returns:
        The contract that was there and stays; None where the draft was written.

    Raises:
        ValueError: `replace` is another word.
    """
    if replace not in ("yes", "no"):
        raise ValueError(f"replace: expected 'yes' or 'no', received {replace!r}")
    if path.exists() and replace == "no":
        return files.read(path).decode()
    files.write(text.encode(), path)
    return None
