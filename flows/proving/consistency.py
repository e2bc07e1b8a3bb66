"""Whether `dvc.lock` agrees with `dvc.yaml`, the parameters and the code; needs no data.

`dvc repro --allow-missing --dry` looks at the hashes of dependencies that are there. Here also
those are followed that a stage would make: what one stage is recorded to have written is what the
next must be recorded to have read, also inside folders.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.proving import graph, hashes, records, repository

SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True)
class Finding:
    """What does not agree, or could not be proved.

    Args:
        stage: As DVC addresses it; or the name of a lock file.
        message: What was expected, what is there.
    """

    stage: str
    message: str


@dataclass(frozen=True)
class Result:
    """What the lock files were found to be.

    Args:
        stages: How many stages with a command were looked at.
        broken: What does not agree.
        unproved: What cannot be said without data.
    """

    stages: int
    broken: tuple[Finding, ...] = ()
    unproved: tuple[Finding, ...] = ()


class _Check:
    """The check of one checkout; yields findings, gathers what cannot be proved."""

    def __init__(self, repo: Any) -> None:
        self.repo = repo
        self.hashes = hashes.Hashes(repo)
        self.unproved: list[Finding] = []

    def stage(self, stage: Any, locked: Mapping[str, Any]) -> Iterator[str]:
        """Yield what does not agree in a stage."""
        entry = locked.get(graph.name(stage))
        if graph.name(stage) and entry is None:
            yield "is in dvc.yaml but was never recorded"
            return
        deps, outs = graph.dependencies(stage), stage.outs
        if entry is not None:
            yield from self._command(stage, entry)
            yield from _paths("a dependency", entry.get("deps"), deps)
            yield from _paths("an output", entry.get("outs"), outs)
            yield from self._parameters(stage, entry.get("params") or {})
            deps, outs = (_recorded(entry.get(k), v) for k, v in (("deps", deps), ("outs", outs)))
        elif stage.md5 and stage.changed_stage():
            yield "was edited by hand: its md5 does not fit what it says"
        if stage.cmd and stage.frozen:
            self._open(stage, "is frozen, so what it depends on was not looked at")
        else:
            yield from self._each(stage, deps, self._dependency)
        yield from self._each(stage, outs, self._output)

    def _open(self, stage: Any, message: str) -> None:
        self.unproved.append(Finding(graph.address(self.repo, stage), message))

    def _each(self, stage: Any, items: Sequence[Any], check: Any) -> Iterator[str]:
        for item in items:
            name = graph.path(self.repo, item)
            try:
                message = check(item)
            except hashes.Broken as reason:
                message = str(reason)
            except hashes.Unproved as reason:
                self._open(stage, f"{name}: {reason}")
                continue
            if message:
                yield f"{name}: {message}"

    def _command(self, stage: Any, entry: Mapping[str, Any]) -> Iterator[str]:
        if entry.get("cmd") != stage.cmd:
            declared, recorded = (graph.command(c) for c in (stage.cmd, entry.get("cmd")))
            yield f"its command is {_short(declared)}, recorded is {_short(recorded)}"

    def _parameters(self, stage: Any, recorded: Mapping[str, Any]) -> Iterator[str]:
        declared = {dep.def_path: dep for dep in graph.parameters(stage)}
        for file in sorted(recorded.keys() - declared.keys()):
            yield f"parameters of {file} are recorded, and it does not depend on them any more"
        for file, dep in declared.items():
            if not dep.exists:
                yield from self._missing(stage, dep)
                continue
            actual, known = dep.read_params(), recorded.get(file) or {}
            for key in sorted({*(dep.params or actual), *known}, key=str):
                yield from _parameter(f"{file}: {key}", actual, known, key)

    def _missing(self, stage: Any, dep: Any) -> Iterator[str]:
        if self.hashes.made(dep):
            self._open(stage, f"{dep.def_path}: its parameters are written by a stage")
        else:
            yield f"the file of parameters {dep.def_path} is missing"

    def _dependency(self, dep: Any) -> str | None:
        if not dep.is_in_repo:
            raise hashes.Unproved("is not in this repository, so it was not looked at")
        if not dep.hash_info:
            return "its hash was never recorded"
        expected, recorded = self.hashes.expected(dep), dep.hash_info.value
        if expected is None:
            return "is neither in the commit nor made by a stage"
        return _unequal(expected, recorded)

    def _output(self, out: Any) -> str | None:
        if not out.hash_info:
            return "its hash was never recorded"
        if out.use_cache:
            return None  # only running its stage says more
        if not out.is_in_repo:
            raise hashes.Unproved("is not in this repository, so it was not looked at")
        found = self.hashes.current(out)
        if found is None:
            raise hashes.Unproved("is neither in git nor in DVC's cache")
        return _unequal(found, out.hash_info.value)


def check(repo: Any) -> Result:
    """Compare the lock files of a checkout with what they should say.

    Args:
        repo: DVC's view of it; its cache serves to look up lists of files in folders, and may be
            empty.
    """
    stages = sorted(repo.index.stages, key=lambda stage: graph.address(repo, stage))
    locks = repository.locks(repo, stages)
    checking = _Check(repo)
    broken = [
        Finding(graph.address(repo, stage), message)
        for stage in stages
        for message in checking.stage(stage, locks[stage.path])
    ]
    broken += _strangers(repo, stages)
    return Result(sum(bool(stage.cmd) for stage in stages), tuple(broken), tuple(checking.unproved))


def _strangers(repo: Any, stages: Sequence[Any]) -> Iterator[Finding]:
    """Yield entries of lock files that no stage stands for."""
    for file in sorted(Path(repo.root_dir).rglob("dvc.lock")):
        defined = str(file.with_suffix(".yaml"))
        names = {graph.name(stage) for stage in stages if stage.path == defined}
        for name in repository.locked(repo, defined).keys() - names:
            place = file.relative_to(repo.root_dir).as_posix()
            yield Finding(place, f"holds the stage {name}, which is in no dvc.yaml")


def _paths(kind: str, entries: Sequence[Mapping[str, Any]] | None, items: Any) -> Iterator[str]:
    recorded = {entry["path"] for entry in entries or ()}
    declared = {item.def_path for item in items}
    for name in sorted(declared - recorded):
        yield f"{name}: is {kind} in dvc.yaml and not recorded as one"
    for name in sorted(recorded - declared):
        yield f"{name}: is recorded as {kind} and is none in dvc.yaml"


def _recorded(entries: Sequence[Mapping[str, Any]] | None, items: Any) -> list[Any]:
    """Return the outputs or dependencies of a stage of which its entry has something to say."""
    names = {entry["path"] for entry in entries or ()}
    return [item for item in items if item.def_path in names]


def _parameter(name: str, actual: Any, known: Any, key: Any) -> Iterator[str]:
    if key not in actual:
        yield f"{name} is missing"
    elif key not in known:
        yield f"{name} is not recorded"
    elif records.canonical(actual[key]) != records.canonical(known[key]):
        yield f"{name} is {_short(actual[key])}, recorded is {_short(known[key])}"


def _unequal(expected: str, recorded: str) -> str | None:
    if expected == recorded:
        return None
    return f"should be recorded as {expected}, and is as {recorded}"


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
