"""What a run has left behind, read for people: a file that is not there is said to be so."""

import json
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ruamel.yaml
from ruamel.yaml.error import YAMLError

NOT_THERE = "not there"


@dataclass(frozen=True)
class Content:
    """What a file holds, or why that cannot be said.

    Args:
        value: Mappings, lists and scalars; None where there is a problem.
        problem: "" or why there is no value.
    """

    value: Any = None
    problem: str = ""


def read(path: Path) -> Content:
    """Return what a JSON, YAML or TOML file holds."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Content(problem=NOT_THERE)
    except OSError as error:
        return Content(problem=f"cannot be read: {error.strerror}")
    return parse(data, path.suffix)


def committed(root: Path, path: str, revision: str) -> Content:
    """Return what a file held in a commit.

    Args:
        root: A folder of the working tree.
        path: The file, from `root`.
        revision: The commit.
    """
    git = shutil.which("git")
    if git is None:
        return Content(problem=NOT_THERE)
    done = subprocess.run(  # noqa: S603  # the words are ours
        [git, "show", f"{revision}:./{path}"], cwd=root, capture_output=True, check=False
    )
    if done.returncode:
        return Content(problem=NOT_THERE)
    return parse(done.stdout, Path(path).suffix)


def parse(data: bytes, suffix: str) -> Content:
    """Return what the bytes of a file say.

    Args:
        data: The bytes.
        suffix: Of the file's name, with its dot; other than `.yaml`, `.yml` and `.toml` is JSON.
    """
    try:
        text = data.decode()
        if suffix in (".yaml", ".yml"):
            return Content(ruamel.yaml.YAML(typ="safe", pure=True).load(text))
        return Content(tomllib.loads(text) if suffix == ".toml" else json.loads(text))
    except (ValueError, YAMLError, RecursionError) as error:
        return Content(problem=f"damaged: {str(error).splitlines()[0]}")
