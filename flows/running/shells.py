"""How a stage's command lines are started: as DVC starts them, and with this Python."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dvc.stage.run import _enforce_cmd_list, _make_cmd, get_executable, prepare_kwargs


@dataclass(frozen=True)
class Commands:
    """How a stage's command lines are started, one after the other.

    Args:
        lines: What `dvc.yaml` says.
        arguments: The process of each line.
        folder: Where they run.
        environment: Their environment.
    """

    lines: tuple[str, ...]
    arguments: tuple[tuple[str, ...], ...]
    folder: str
    environment: Mapping[str, str]


def of(stage: Any) -> Commands:
    """Return the commands of one of DVC's stages."""
    settings = prepare_kwargs(stage)
    shell = get_executable()
    lines = tuple(_enforce_cmd_list(stage.cmd))
    arguments = tuple(tuple(_make_cmd(shell, line)) for line in lines)
    return Commands(lines, arguments, settings["cwd"], with_this_python(settings["env"]))


def with_this_python(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that finds the programs beside this Python, as `make` gives it."""
    here = str(Path(sys.executable).parent)
    path = environment.get("PATH", os.defpath)
    if here not in path.split(os.pathsep):
        path = os.pathsep.join([here, path])
    return {**environment, "PATH": path}
