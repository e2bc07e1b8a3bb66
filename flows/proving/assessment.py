"""From runs to findings: what each run changed, and whether a tolerance lets it pass."""

import dataclasses
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from flows.proving import comparison, contents, differences, nested, records, rehearsals, reports
from flows.proving.comparison import Standing


def assess(
    owner: Any,
    rehearsal: rehearsals.Rehearsal,
    others: Sequence[rehearsals.Rehearsal],
    tolerance: float | None = None,
) -> reports.Outcome:
    """Return what came of a run.

    Args:
        owner: DVC's view of the user's repository, in whose cache committed content may be.
        rehearsal: The run.
        others: Other runs of the commit, to compare with where the commit's content is nowhere.
        tolerance: Largest relative difference of numbers in results; None compares bytes.
    """
    verdicts = comparison.compare(rehearsal.committed, rehearsal.produced)
    found = tuple(
        _found(owner, verdict.stage, change, rehearsal, others)
        for verdict in verdicts
        for change in verdict.changes
    )
    if tolerance is not None:
        verdicts = tuple(_tolerated(verdict, found, tolerance) for verdict in verdicts)
    return reports.Outcome(
        name=rehearsal.around.name,
        around=rehearsal.around.described(),
        seconds=rehearsal.seconds,
        failure=rehearsal.failure,
        tail=rehearsal.tail,
        verdicts=verdicts,
        found=found,
        tracked=_tracked(rehearsal, verdicts, tolerance),
        untracked=rehearsal.untracked,
        judged=_judged(rehearsal.produced, verdicts, found),
    )


def _found(
    owner: Any,
    stage: str,
    change: comparison.Change,
    rehearsal: rehearsals.Rehearsal,
    others: Sequence[rehearsals.Rehearsal],
) -> reports.Found:
    path = change.output.path
    after = contents.made(rehearsal.root / path)
    before = contents.committed(owner, change, rehearsal.aside)
    if before is None or any(file.path is None for file in before.values()):
        for other in others:
            made = records.by_name(other.produced)[stage].outputs
            if path in made and made[path].hash not in (None, change.after):
                files = differences.compare(path, contents.made(other.root / path), after)
                return reports.Found(stage, change, files, f"the {other.around.name} run")
    return reports.Found(stage, change, differences.compare(path, before, after))


def _tolerated(
    verdict: comparison.Verdict, found: Sequence[reports.Found], tolerance: float
) -> comparison.Verdict:
    """Return a verdict on numbers in place of one on bytes."""
    if verdict.standing not in (Standing.DIFFERS, Standing.FOLLOWS):
        return verdict
    files = [file for each in found if each.stage == verdict.stage for file in each.files]
    judged = [file for file in files if file.judged]
    standing = Standing.WITHIN if judged else Standing.UNJUDGED
    if not all(file.within(tolerance) for file in judged):
        standing = Standing.DIFFERS
    return dataclasses.replace(verdict, standing=standing)


def _tracked(
    rehearsal: rehearsals.Rehearsal,
    verdicts: Sequence[comparison.Verdict],
    tolerance: float | None,
) -> tuple[str, ...]:
    """Return tracked files that the run left changed and of which nothing else tells."""
    told = {change.output.path for verdict in verdicts for change in verdict.changes}
    if tolerance is not None or rehearsal.failure:
        told |= {path for stage in rehearsal.committed for path in stage.outputs}
    return tuple(
        path
        for path in rehearsal.changed
        if not any(f"{path}/".startswith(f"{output}/") for output in told)
    )


def _judged(
    produced: Sequence[records.Stage],
    verdicts: Sequence[comparison.Verdict],
    found: Sequence[reports.Found],
) -> int:
    """Return how many files of results were compared, be it by their bytes."""
    changed = {change.output.path for verdict in verdicts for change in verdict.changes}
    same = [out for stage in produced for out in stage.outputs.values() if out.path not in changed]
    results = [o for o in same if o.metric or PurePosixPath(o.path).suffix in nested.SUFFIXES]
    return len(results) + sum(file.judged for each in found for file in each.files)
