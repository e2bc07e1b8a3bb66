"""What a check found: the values that its report is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.proving import comparison, details, differences
from flows.proving.comparison import Standing
from flows.proving.consistency import Result

KEPT = 200  # columns or keys of a file in the JSON report


@dataclass(frozen=True)
class Found:
    """What differs in an output of a stage.

    Args:
        stage: The stage.
        change: The output and its hashes.
        files: What differs in it.
        against: What it was compared with, if not with the commit.
    """

    stage: str
    change: comparison.Change
    files: tuple[differences.Difference, ...]
    against: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one run.

    Args:
        name: Of the run.
        around: What it ran in, by name.
        seconds: How long it took.
        failure: How it failed; empty if it did not.
        tail: The end of what a failed run printed.
        verdicts: What became of each stage, in the order of the plan.
        found: What differs in outputs, in the same order.
        tracked: Files of git that it left changed, beside the outputs above.
        untracked: Files it left that are neither outputs nor ignored.
        judged: How many files of results a tolerance could judge.
    """

    name: str
    around: Mapping[str, str]
    seconds: float
    failure: str = ""
    tail: tuple[str, ...] = ()
    verdicts: tuple[comparison.Verdict, ...] = ()
    found: tuple[Found, ...] = ()
    tracked: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    judged: int = 0

    @property
    def unjudged(self) -> bool:
        """Whether bytes differ, and there was nothing that a tolerance could judge."""
        return self.judged == 0 and any(v.standing is Standing.UNJUDGED for v in self.verdicts)

    @property
    def good(self) -> bool:
        """Whether it gave what was committed."""
        standings = all(verdict.standing in comparison.GOOD for verdict in self.verdicts)
        return standings and not (self.failure or self.tracked or self.unjudged)


@dataclass(frozen=True)
class Report:
    """What a check found.

    Args:
        commit: The commit, 40 hex digits.
        name: As it was asked for.
        consistency: What the lock files were found to be.
        outcomes: Of the runs; none for a quick check.
        quick: Whether nothing was run.
        tolerance: Largest relative difference of numbers; None compares bytes.
        uncommitted: Changed files that are not part of what was checked.
        brought: Sources whose data was brought.
        left_out: Stages that were not asked for.
        machine: Where it was checked, by name.
    """

    commit: str
    name: str
    consistency: Result
    outcomes: tuple[Outcome, ...] = ()
    quick: bool = False
    tolerance: float | None = None
    uncommitted: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    machine: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the commit is proved."""
        return not self.consistency.broken and all(outcome.good for outcome in self.outcomes)

    def first(self, *standings: Standing) -> comparison.Verdict | None:
        """Return the first stage of the plan that, in any run, stands like this."""
        ranked = [
            (position, verdict)
            for outcome in self.outcomes
            for position, verdict in enumerate(outcome.verdicts)
            if verdict.standing in standings
        ]
        return min(ranked, key=lambda pair: pair[0])[1] if ranked else None

    @property
    def culprit(self) -> str | None:
        """The first stage with other outputs from the same dependencies."""
        found = self.first(Standing.DIFFERS)
        return found.stage if found else None

    def plain(self) -> dict[str, Any]:
        """Return the report as mappings and lists, for JSON."""
        return {
            "commit": self.commit,
            "name": self.name,
            "reproduced": self.good,
            "culprit": self.culprit,
            "quick": self.quick,
            "tolerance": self.tolerance,
            "floor": None if self.tolerance is None else details.FLOOR,
            "stages": self.consistency.stages,
            "inconsistent": self.consistency.broken,
            "unproved": self.consistency.unproved,
            "runs": [_outcome(outcome) for outcome in self.outcomes],
            "uncommitted": self.uncommitted,
            "brought": self.brought,
            "left_out": self.left_out,
            "machine": self.machine,
        }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "run": outcome.name,
        "reproduced": outcome.good,
        "surroundings": outcome.around,
        "seconds": round(outcome.seconds, 1),
        "failure": outcome.failure or None,
        "printed": outcome.tail,
        "stages": [_verdict(verdict) for verdict in outcome.verdicts],
        "differences": _found(outcome.found),
        "changed_tracked_files": outcome.tracked,
        "untracked_files": outcome.untracked,
    }


def _verdict(verdict: comparison.Verdict) -> dict[str, Any]:
    outputs = [change.output.path for change in verdict.changes]
    return {
        "stage": verdict.stage,
        "standing": verdict.standing,
        "outputs": outputs,
        "inputs": verdict.inputs,
    }


def _found(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [
        {
            "stage": each.stage,
            "output": each.change.output.path,
            "against": each.against or "commit",
            "path": file.path,
            "summary": file.summary,
            "before": file.before,
            "after": file.after,
            "details": file.details[:KEPT],
            "details_left_out": max(0, len(file.details) - KEPT),
        }
        for each in found
        for file in each.files
    ]
