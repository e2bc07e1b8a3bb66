"""What a run recorded, held against what the commit has recorded, stage by stage."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.proving import records


class Standing(enum.StrEnum):
    """What became of a stage."""

    SAME = "same"
    DIFFERS = "differs"  # other outputs from the same dependencies: a culprit
    STALE = "stale"  # recorded from other code, parameters or data than the commit holds
    FOLLOWS = "follows"  # other outputs, because an earlier stage has other outputs
    NEW = "not recorded"  # the commit has no record to compare with
    MISSING = "did not run"
    WITHIN = "within tolerance"
    UNJUDGED = "not judged"  # under a tolerance: other bytes, and no numbers among them


GOOD = (Standing.SAME, Standing.WITHIN, Standing.UNJUDGED)


@dataclass(frozen=True)
class Change:
    """An output whose hash is not the committed one.

    Args:
        output: As it was committed, or for what is not recorded, as it was produced.
        before: The committed hash.
        after: That of the run.
    """

    output: records.Output
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Verdict:
    """What became of a stage in a run.

    Args:
        stage: Its name.
        standing: What became of it.
        changes: Its outputs that have another hash.
        inputs: Dependencies, parameters and `command` that are not as recorded, and of which no
            earlier stage is the reason.
    """

    stage: str
    standing: Standing
    changes: tuple[Change, ...] = ()
    inputs: tuple[str, ...] = ()


def compare(
    committed: Sequence[records.Stage], produced: Sequence[records.Stage]
) -> tuple[Verdict, ...]:
    """Return what became of each stage; of sources only if they changed.

    Args:
        committed: What the commit has recorded, in the order of the plan.
        produced: What a run of it has recorded.
    """
    after = records.by_name(produced)
    verdicts: list[Verdict] = []
    changed: set[str] = set()
    for stage in committed:
        verdict = _judge(stage, after[stage.name], changed)
        changed |= {change.output.path for change in verdict.changes}
        if stage.runs or verdict.standing is not Standing.SAME:
            verdicts.append(verdict)
    return tuple(verdicts)


def _judge(before: records.Stage, after: records.Stage, changed: set[str]) -> Verdict:
    if not after.recorded:
        return Verdict(before.name, Standing.MISSING)
    changes = tuple(
        Change(before.outputs.get(path, out), _hash(before, path), out.hash)
        for path, out in after.outputs.items()
        if _hash(before, path) != out.hash
    )
    if not before.recorded:
        return Verdict(before.name, Standing.NEW, changes)
    moved = _differing(before.dependencies, after.dependencies)
    explained = {path for path in moved if any(records.overlap(path, out) for out in changed)}
    inputs = ("command",) * (before.command != after.command)
    inputs += _differing(before.parameters, after.parameters)
    inputs += tuple(path for path in moved if path not in explained)
    return Verdict(before.name, _standing(inputs, explained, changes), changes, inputs)


def _standing(inputs: Sequence[str], explained: set[str], changes: Sequence[Change]) -> Standing:
    if inputs:
        return Standing.STALE
    if not changes:
        return Standing.SAME
    return Standing.FOLLOWS if explained else Standing.DIFFERS


def _hash(stage: records.Stage, path: str) -> str | None:
    return stage.outputs[path].hash if path in stage.outputs else None


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    names = [*before, *(name for name in after if name not in before)]
    return tuple(name for name in names if before.get(name) != after.get(name))
