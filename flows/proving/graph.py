"""Stages as DVC knows them: their order, their names, and what is recorded of them."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dvc.dependency import DatasetDependency, ParamsDependency
from dvc.dvcfile import PROJECT_FILE
from dvc.parsing import JOIN
from dvc.repo.reproduce import get_active_graph, plan_repro

from flows.proving import records, repository


def plan(repo: Any, targets: Sequence[str] = ()) -> list[Any]:
    """Return DVC's stages of the targets, and all before them, in the order of `dvc repro`.

    Args:
        repo: DVC's view of a repository.
        targets: Stages, groups of them or files that define them, as named from the root; all of
            the root's `dvc.yaml` if there are none.

    Raises:
        RepositoryError: A target is not there.
    """
    chosen = [stage for target in targets or [PROJECT_FILE] for stage in _named(repo, target)]
    graph = get_active_graph(repo.index.graph)
    needed = set(plan_repro(graph, chosen))
    # All in order, then those: a small part of a graph comes in the order of Python's hashes.
    return [stage for stage in plan_repro(graph) if stage in needed]


def _named(repo: Any, target: str) -> list[Any]:
    known = {address(repo, stage): stage for stage in repo.index.stages}
    file = str(Path(repo.root_dir) / target)
    found = [
        stage
        for key, stage in known.items()
        if target in (key, key.rpartition(JOIN)[0]) or file == stage.path
    ]
    if not found:
        close = difflib.get_close_matches(target, known, 3) or list(known)[:3]
        raise repository.RepositoryError(
            f"Expected a stage or a file of stages of the commit, received {target!r}. "
            f"Did you mean {' or '.join(close) or 'to commit a dvc.yaml first'}?"
        )
    return found


def left_out(repo: Any, targets: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of the stages with a command that are not in the plan of the targets."""
    planned = plan(repo, targets)
    stages = [stage for stage in repo.index.stages if stage.cmd and stage not in planned]
    return tuple(sorted(address(repo, stage) for stage in stages))


def read(repo: Any, stages: Sequence[Any]) -> tuple[records.Stage, ...]:
    """Return what is recorded of DVC's stages, in their order."""
    locked = repository.locks(repo, stages)
    return tuple(_record(repo, stage, locked[stage.path].get(name(stage), {})) for stage in stages)


def name(stage: Any) -> str:
    """Return the name of a stage of DVC's in its `dvc.yaml`; empty for a `.dvc` file."""
    return getattr(stage, "name", None) or ""


def address(repo: Any, stage: Any) -> str:
    """Return how `dvc repro` names a stage at the repository's root."""
    file = Path(stage.path).relative_to(repo.root_dir).as_posix()
    if not name(stage):
        return file
    return name(stage) if file == PROJECT_FILE else f"{file}:{name(stage)}"


def runs(stage: Any) -> bool:
    """Say whether `dvc repro` runs a command for a stage of DVC's."""
    return bool(stage.cmd) and not stage.frozen


def parameters(stage: Any) -> list[Any]:
    """Return the files of parameters that a stage of DVC's depends on."""
    return [dep for dep in stage.deps if isinstance(dep, ParamsDependency)]


def dependencies(stage: Any) -> list[Any]:
    """Return what else a stage of DVC's depends on."""
    others = (ParamsDependency, DatasetDependency)
    return [dep for dep in stage.deps if not isinstance(dep, others)]


def path(repo: Any, item: Any) -> str:
    """Return the path of an output or dependency from the root, or as it is defined."""
    if not item.is_in_repo:
        return str(item.def_path)
    return Path(item.fs_path).relative_to(repo.root_dir).as_posix()


def command(cmd: object) -> str:
    """Return a stage's command, or commands, one on each line."""
    return "\n".join(cmd) if isinstance(cmd, list) else str(cmd or "")


def _record(repo: Any, stage: Any, entry: Mapping[str, Any]) -> records.Stage:
    outputs = (
        records.Output(path(repo, out), out.hash_info.value, out.use_cache, bool(out.metric))
        for out in stage.outs
    )
    return records.Stage(
        name=address(repo, stage),
        runs=runs(stage),
        recorded=bool(entry) or not name(stage),
        command=command(entry.get("cmd")),
        parameters={
            f"{dep.def_path}: {key}": records.canonical(value)
            for dep in parameters(stage)
            for key, value in (dep.hash_info.value or {}).items()
        },
        dependencies={path(repo, dep): dep.hash_info.value for dep in dependencies(stage)},
        outputs={out.path: out for out in outputs},
    )
