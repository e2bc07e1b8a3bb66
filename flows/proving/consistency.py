"""Whether `dvc.lock` agrees with `dvc.yaml`, the parameters and the code; needs no data.

`dvc repro --allow-missing --dry` looks at the hashes of dependencies that are there. Here also
those are followed that a stage would make: what one stage is recorded to have written is what the
next must be recorded to have read, also inside folders.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.proving import graph, hashes, repository

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
        if entry is not None:
            yield from self._command(stage, entry)
            yield from _paths("dependency", entry.get("deps"), graph.dependencies(stage))
            yield from _paths("output", entry.get("outs"), stage.outs)
            yield from self._parameters(stage, entry.get("params") or {})
        elif stage.md5 and stage.changed_stage():
            yield "was edited by hand: its md5 does not fit what it says"
        if stage.cmd and stage.frozen:
            self._open(stage, "is frozen, so what it depends on was not looked at")
        else:
            yield from self._each(stage, graph.dependencies(stage), self._dependency)
        yield from self._each(stage, stage.outs, self._output)

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
                yield f"the file of parameters {file} is missing"
                continue
            actual, known = dep.read_params(), recorded.get(file) or {}
            for key in sorted({*(dep.params or actual), *known}, key=str):
                yield from _parameter(f"{file}: {key}", actual, known, key)

    def _dependency(self, dep: Any) -> str | None:
        if not dep.is_in_repo:
            raise hashes.Unproved("is not in this repository, so it was not looked at")
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
        yield f"{name}: is {_an(kind)} in dvc.yaml and not recorded as one"
    for name in sorted(recorded - declared):
        yield f"{name}: is recorded as {_an(kind)} and is none in dvc.yaml"


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _parameter(name: str, actual: Any, known: Any, key: Any) -> Iterator[str]:
    if key not in actual:
        yield f"{name} is missing"
    elif key not in known:
        yield f"{name} is not recorded"
    elif _plain(actual[key]) != _plain(known[key]):
        yield f"{name} is {_short(actual[key])}, recorded is {_short(known[key])}"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _unequal(expected: str, recorded: str | None) -> str | None:
    if expected == recorded:
        return None
    return f"should be recorded as {expected}, and is as {recorded or 'nothing'}"


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
