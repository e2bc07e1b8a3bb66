"""The verdict of a check in a sentence or two."""

from flows.proving import details, reports
from flows.proving.comparison import Standing


def verdict(report: reports.Report) -> str:
    """Return the verdict in one sentence, without Markdown's emphasis."""
    stages = details.counted(report.consistency.stages, "stage")
    if report.good and report.quick:
        fits = f"dvc.lock fits dvc.yaml, the parameters and the code of {stages}"
        open_ = len(report.consistency.unproved)
        if open_:
            things = details.counted(open_, "dependency").replace("dependencys", "dependencies")
            return f"Consistent: {fits}, as far as can be told without data ({things} cannot)."
        return f"Consistent: {fits}."
    if report.good:
        how = "the committed bytes"
        if report.tolerance is not None:
            how = f"the committed results within {report.tolerance:g}"
        return f"Reproduced: {_ran(report)} from raw data gave {how}, {_names(report)}."
    if report.culprit and report.tolerance is not None:
        return f"Not reproduced: {report.culprit} gives results beyond {report.tolerance:g}."
    if report.culprit:
        return (
            f"Not reproduced: {report.culprit} is the first stage that gives other outputs from "
            "the same dependencies."
        )
    return _other(report)


def _other(report: reports.Report) -> str:
    """Return the verdict where no stage gives other outputs from the same dependencies."""
    missing = report.first(Standing.MISSING)
    failed = next((outcome for outcome in report.outcomes if outcome.failure), None)
    if failed:
        place = f"; {missing.stage} is the first stage without outputs" if missing else ""
        return f"Not reproduced: the {failed.name} run {failed.failure}{place}."
    stale = report.first(Standing.STALE)
    if stale:
        return f"Not reproduced: {stale.stage} was recorded from other inputs than the commit has."
    new = report.first(Standing.NEW)
    if new:
        nothing = "so there is nothing to compare it with"
        return f"Not reproduced: {new.stage} was never recorded, {nothing}."
    if report.consistency.broken:
        found = report.consistency.broken[0]
        return f"Inconsistent: {found.stage}: {found.message}."
    if missing:
        return f"Not reproduced: the run ended well, but {missing.stage} was not run."
    if any(outcome.unjudged for outcome in report.outcomes):
        return "Not reproduced: other bytes, and no results whose numbers could be compared."
    changed = next(path for outcome in report.outcomes for path in outcome.tracked)
    return f"Not reproduced: the run changes {changed}, which is tracked by git."


def _ran(report: reports.Report) -> str:
    """Return how many stages the runs have run."""
    return details.counted(max(len(outcome.verdicts) for outcome in report.outcomes), "stage")


def _names(report: reports.Report) -> str:
    names = [outcome.name for outcome in report.outcomes]
    return " and ".join(f"in the {name} run" for name in names)


def agreement(report: reports.Report) -> str:
    """Say what it means that two runs agree, or do not, on the culprit's outputs."""
    culprit = report.culprit
    made = [
        {f.change.output.path: f.change.after for f in outcome.found if f.stage == culprit}
        for outcome in report.outcomes
        if any(v.stage == culprit and v.standing != Standing.MISSING for v in outcome.verdicts)
    ]
    if culprit is None or len(made) < 2:
        return ""
    if made[0] == made[1]:
        return (
            f"Both runs gave the same other bytes of {culprit}: here it repeats itself, so look at "
            "what the commit was made with: another processor, other versions, other data."
        )
    return f"The runs differ from each other in {culprit}: it does not repeat itself even here."
