"""The report as Markdown, fit for a comment on a pull request."""

from collections.abc import Iterator, Sequence

from flows.proving import consistency, details, differences, headlines, markup, reports
from flows.proving.comparison import Standing

LIMIT = 60_000  # characters; GitHub takes 65,536 for a comment
ROWS = 50
FILES = 20
KEYS = 10
CUT = "The report goes on; the JSON beside it has everything."
FIX = "Run `dvc repro`, look at `git diff dvc.lock`, and commit it."


def render(report: reports.Report) -> str:
    """Return the report as Markdown."""
    told: set[differences.Difference] = set()
    lines = [
        "## Reproducibility",
        "",
        *_verdict(report),
        "",
        *_stages(report),
        *_inconsistent(report),
        *(line for outcome in report.outcomes for line in _outcome(outcome, told)),
        *_unproved(report),
        *_about(report),
    ]
    return markup.fitted(lines, LIMIT, CUT)


def _verdict(report: reports.Report) -> Iterator[str]:
    verdict, _, rest = headlines.verdict(report).partition(": ")
    yield f"**{verdict}:** {markup.plain(rest, 400)}"
    agreement = headlines.agreement(report)
    if agreement:
        yield ""
        yield markup.plain(agreement, 400)
    if report.uncommitted:
        yield ""
        names = ", ".join(markup.code(path) for path in report.uncommitted[:KEYS])
        more = len(report.uncommitted) - KEYS
        names += f" and {more:,} more" if more > 0 else ""
        yield f"Uncommitted changes were **not** part of this check: {names}."


def _stages(report: reports.Report) -> Iterator[str]:
    names = [v.stage for v in report.outcomes[0].verdicts] if report.outcomes else []
    standings = [{v.stage: v.standing for v in o.verdicts} for o in report.outcomes]
    rows = [[markup.code(name), *(_shown(each.get(name)) for each in standings)] for name in names]
    same = str(Standing.SAME)
    told = [row for row in rows if any(cell != same for cell in row[1:])]
    header = ["stage", *(outcome.name for outcome in report.outcomes)]
    if told:
        yield from markup.table(header, told[:ROWS])
        yield ""
    left = len(rows) - len(told[:ROWS])
    if told and left:
        others = "others are" if left > 1 else "other is"
        yield f"{left:,} {others} {'as committed' if len(told) <= ROWS else 'in the JSON report'}."
        yield ""


def _shown(standing: Standing | None) -> str:
    words = {
        None: "",
        Standing.DIFFERS: "**differs**, same dependencies",
        Standing.STALE: "**stale**: recorded from other inputs",
        Standing.FOLLOWS: "follows from an earlier stage",
        Standing.MISSING: "**did not run**",
        Standing.NEW: "**not recorded**",
    }
    return words.get(standing, str(standing))


def _inconsistent(report: reports.Report) -> Iterator[str]:
    broken = report.consistency.broken
    if broken:
        yield "### dvc.lock does not fit the commit"
        yield ""
        yield from markup.listed(_findings(broken), FILES)
        yield ""
        yield FIX
        yield ""


def _findings(found: Sequence[consistency.Finding]) -> list[str]:
    return [f"{markup.code(each.stage)}: {markup.plain(each.message, 300)}" for each in found]


def _outcome(outcome: reports.Outcome, told: set[differences.Difference]) -> Iterator[str]:
    if outcome.failure:
        yield f"### The {outcome.name} run {markup.plain(outcome.failure)}"
        yield ""
        yield from markup.folded("The end of what it printed", markup.block(outcome.tail))
    for verdict in outcome.verdicts:
        if verdict.inputs and verdict.standing is Standing.STALE:
            names = ", ".join(markup.code(name) for name in verdict.inputs[:KEYS])
            yield f"- {markup.code(verdict.stage)}, {outcome.name} run: recorded with other {names}"
    if any(verdict.inputs for verdict in outcome.verdicts):
        yield ""
    yield from _differences(outcome, told)
    if outcome.tracked:
        names = ", ".join(markup.code(path) for path in outcome.tracked[:FILES])
        yield f"**Tracked files that the {outcome.name} run changes:** {names}."
        yield ""


def _differences(outcome: reports.Outcome, told: set[differences.Difference]) -> Iterator[str]:
    """Yield what differs, folded: culprits, and apart from them their consequences."""
    for standing, title in (
        (Standing.DIFFERS, "What differs"),
        (Standing.FOLLOWS, "What follows from it"),
        (Standing.STALE, "What differs where dvc.lock is stale"),
        (Standing.NEW, "What is not recorded"),
        (Standing.WITHIN, "What is within the tolerance"),
        (Standing.UNJUDGED, "What was not judged"),
    ):
        stages = {v.stage for v in outcome.verdicts if v.standing is standing}
        files = [(f, file) for f in outcome.found if f.stage in stages for file in f.files]
        new = [(found, file) for found, file in files if file not in told]
        lines = [line for found, file in new[:FILES] for line in _file(found, file)]
        lines += [f"... and {len(new) - FILES:,} more"] * (len(new) > FILES)
        lines += [f"{len(files) - len(new):,} as in the run before"] * (len(new) < len(files))
        if files:
            count = details.counted(len(files), "file")
            yield from markup.folded(f"{title}, {outcome.name} run: {count}", lines)
        told.update(file for _, file in files)


def _file(found: reports.Found, file: differences.Difference) -> Iterator[str]:
    against = f" (against {found.against})" if found.against else ""
    place = f"{markup.code(file.path)} of {markup.code(found.stage)}{against}"
    yield f"{place}: {markup.plain(file.summary)}"
    yield ""
    if file.before or file.after:
        hashes = f"{markup.code(file.before or 'none')} became {markup.code(file.after or 'none')}"
        yield f"MD5 {hashes}"
        yield ""
    shown = sorted(file.details, key=lambda each: -(each.relative or 0))[:KEYS]
    if shown:
        header = ("where", "rows", "largest difference", "relative", "for example")
        yield from markup.table(header, (_detail(each) for each in shown))
        more = len(file.details) - len(shown)
        yield from ["", f"... and {more:,} more"] if more else []
        yield ""


def _detail(detail: details.Detail) -> tuple[str, ...]:
    absolute, relative = (
        "" if number is None else f"{number:.3g}" for number in (detail.absolute, detail.relative)
    )
    where = markup.code(detail.where or "(all of it)")
    return where, f"{detail.count:,}", absolute, relative, markup.code(detail.example)


def _unproved(report: reports.Report) -> Iterator[str]:
    found = report.consistency.unproved
    if found and report.quick:
        title = f"{details.counted(len(found), 'thing')} cannot be proved without data"
        yield from markup.folded(title, markup.listed(_findings(found), ROWS))


def _about(report: reports.Report) -> Iterator[str]:
    lines = [f"commit {markup.code(report.commit)} ({markup.code(report.name)})"]
    lines += [f"{name}: {markup.plain(value)}" for name, value in report.machine.items()]
    if report.tolerance is not None:
        lines.append(
            f"tolerance: {report.tolerance:g} of the larger number, or {details.FLOOR:g} absolute; "
            "for metrics and results (JSON, YAML, TOML). Tables, models and pages are not judged."
        )
    for outcome in report.outcomes:
        around = ", ".join(f"{k} {markup.code(v)}" for k, v in outcome.around.items())
        lines.append(f"{outcome.name} run, {outcome.seconds:,.0f} s: {around}")
        if outcome.untracked:
            names = ", ".join(markup.code(path) for path in outcome.untracked[:KEYS])
            lines.append(f"left by the {outcome.name} run, neither outputs nor ignored: {names}")
    if report.brought:
        lines.append(f"brought, not made: {', '.join(map(markup.code, report.brought[:FILES]))}")
    if report.left_out:
        names = ", ".join(map(markup.code, report.left_out[:FILES]))
        lines.append(f"not checked, because not asked for: {names}")
    yield from markup.folded("What was checked, and where", markup.listed(lines, ROWS))
