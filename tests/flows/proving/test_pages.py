import dataclasses

import pytest

from flows.proving import headlines, pages, reports
from flows.proving.comparison import Change, Standing, Verdict
from flows.proving.consistency import Finding, Result
from flows.proving.details import Detail
from flows.proving.differences import Difference
from flows.proving.records import Output

RUN = reports.Outcome("serial", {"path": ".../x"}, 12.3, verdicts=(Verdict("a", Standing.SAME),))
GOOD = reports.Report("0" * 40, "HEAD", Result(2), outcomes=(RUN,), machine={"DVC": "3"})
QUICK = dataclasses.replace(GOOD, outcomes=(), quick=True)


def found(stage: str, name: str, after: str = "2", details: int = 0) -> reports.Found:
    """Return what differs in an output."""
    many = tuple(
        Detail(f"key {i}", 1, "0.5 became 0.75", 0.25, 1 / (i + 3)) for i in range(details)
    )
    difference = Difference(name, f"{details} differ", many, before="1", after=after)
    return reports.Found(stage, Change(Output(name, "1"), "1", after), (difference,))


def ended(*standings: tuple[str, Standing], **fields: object) -> reports.Outcome:
    """Return what came of a run."""
    verdicts = tuple(Verdict(*each) for each in standings)
    return dataclasses.replace(RUN, verdicts=verdicts, **fields)


def report(*outcomes: reports.Outcome, **fields: object) -> reports.Report:
    """Return a report on runs."""
    return dataclasses.replace(GOOD, outcomes=outcomes, **fields)


BROKEN = Result(2, (Finding("a", "code: should be recorded as 1, and is as 2"),))
UNPROVED = Result(2, (), (Finding("a", "folder: unknown"),))
BEYOND = ended(("a", Standing.SAME), ("b", Standing.DIFFERS))


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (GOOD, "Reproduced: 1 stage from raw data gave the committed bytes, in the serial run."),
        (
            dataclasses.replace(GOOD, tolerance=0.01),
            "Reproduced: 1 stage from raw data gave the committed results within 0.01, in the "
            "serial run.",
        ),
        (QUICK, "Consistent: dvc.lock fits dvc.yaml, the parameters and the code of 2 stages."),
        (
            dataclasses.replace(QUICK, consistency=UNPROVED),
            "Consistent: dvc.lock fits dvc.yaml, the parameters and the code of 2 stages, as far "
            "as can be told without data (1 dependency cannot).",
        ),
        (
            dataclasses.replace(QUICK, consistency=BROKEN),
            "Inconsistent: a: code: should be recorded as 1, and is as 2.",
        ),
        (
            report(BEYOND, consistency=BROKEN),
            "Not reproduced: b is the first stage that gives other outputs from the same "
            "dependencies.",
        ),
        (report(BEYOND, tolerance=0.1), "Not reproduced: b gives results beyond 0.1."),
        (
            report(ended(("b", Standing.STALE))),
            "Not reproduced: b was recorded from other inputs than the commit has.",
        ),
        (
            report(ended(("b", Standing.NEW))),
            "Not reproduced: b was never recorded, so there is nothing to compare it with.",
        ),
        (
            report(ended(("b", Standing.MISSING), failure="failed with exit code 1")),
            "Not reproduced: the serial run failed with exit code 1; b is the first stage without "
            "outputs.",
        ),
        (
            report(ended(("b", Standing.SAME), failure="failed with exit code 1")),
            "Not reproduced: the serial run failed with exit code 1.",
        ),
        (
            report(ended(("b", Standing.MISSING))),
            "Not reproduced: the run ended well, but b was not run.",
        ),
        (
            report(ended(("b", Standing.UNJUDGED)), tolerance=0.1),
            "Not reproduced: other bytes, and no results whose numbers could be compared.",
        ),
        (
            report(ended(("b", Standing.SAME), tracked=("README",))),
            "Not reproduced: the run changes README, which is tracked by git.",
        ),
    ],
)
def test_the_verdict_is_one_sentence(found: reports.Report, verdict: str) -> None:
    """The worst that was found, the culprit before all."""
    assert headlines.verdict(found) == verdict
    assert found.good == verdict.startswith(("Reproduced", "Consistent"))
    assert found.plain()["reproduced"] == found.good


def test_the_first_culprit_of_the_plan_counts_in_whichever_run() -> None:
    """A later culprit of the first run is not named before an earlier one of the second."""
    serial = ended(("a", Standing.SAME), ("b", Standing.DIFFERS))
    parallel = ended(("a", Standing.DIFFERS), ("b", Standing.SAME))
    assert report(serial, parallel).culprit == "a"


def test_runs_that_agree_mean_something_else_than_runs_that_do_not() -> None:
    """Another machine, or a stage that does not repeat itself."""
    one = ended(("a", Standing.DIFFERS), found=(found("a", "x", "2"), found("b", "y", "3")))
    same = ended(("a", Standing.DIFFERS), found=(found("a", "x", "2"), found("b", "y", "4")))
    other = ended(("a", Standing.DIFFERS), found=(found("a", "x", "3"),))
    assert headlines.agreement(report(one, same)).startswith("Both runs gave the same other bytes")
    assert headlines.agreement(report(one, other)).startswith(
        "The runs differ from each other in a"
    )
    assert headlines.agreement(report(one, RUN)).startswith("The runs differ from each other in a")
    assert headlines.agreement(report(one)) == ""
    assert headlines.agreement(GOOD) == ""


def test_a_quick_page_lists_what_does_not_fit_and_what_is_unproved() -> None:
    """With what to do about it."""
    result = Result(2, BROKEN.broken, UNPROVED.unproved)
    page = pages.render(dataclasses.replace(QUICK, consistency=result))
    assert "- `a`: code: should be recorded as 1, and is as 2\n" in page
    assert "Run `dvc repro`" in page
    assert "<details><summary>1 thing cannot be proved without data</summary>" in page


def test_what_was_told_of_one_run_is_not_told_again_of_the_other() -> None:
    """A comment has a limit."""
    one = ended(("a", Standing.DIFFERS), found=(found("a", "x.json", details=2),))
    page = pages.render(report(one, dataclasses.replace(one, name="parallel")))
    assert page.count("2 differ") == 1
    assert "1 as in the run before" in page


def test_the_largest_relative_differences_are_shown() -> None:
    """Ten of them, and how many more there are."""
    outcome = ended(("a", Standing.DIFFERS), found=(found("a", "x.json", details=25),))
    page = pages.render(report(outcome))
    assert "| `key 0` | 1 | 0.25 | 0.333 | `0.5 became 0.75` |" in page
    assert "`key 9`" in page
    assert "`key 10`" not in page
    assert "... and 15 more" in page


def test_a_page_says_what_was_left_out_and_left_behind() -> None:
    """Uncommitted changes, other targets, files that a run left, data that was brought."""
    page = pages.render(
        report(
            dataclasses.replace(RUN, untracked=("left.txt",), tracked=("README",)),
            uncommitted=("new.py",),
            left_out=("other",),
            brought=("raw.dvc",),
        )
    )
    assert "Uncommitted changes were **not** part of this check: `new.py`." in page
    assert "**Tracked files that the serial run changes:** `README`." in page
    for line in (
        "left by the serial run, neither outputs nor ignored: `left.txt`",
        "brought, not made: `raw.dvc`",
        "not checked, because not asked for: `other`",
    ):
        assert f"- {line}\n" in page


def test_the_tolerance_and_its_floor_are_stated() -> None:
    """Whoever reads it must know what was compared."""
    page = pages.render(report(BEYOND, tolerance=0.1))
    assert "tolerance: 0.1 of the larger number, or 1e-09 absolute" in page
    assert GOOD.plain()["floor"] is None
    assert report(BEYOND, tolerance=0.1).plain()["floor"] == 1e-9


def test_a_large_page_fits_into_a_comment() -> None:
    """Hundreds of stages, files and keys; the JSON keeps more of them, and counts the rest."""
    outcome = ended(
        *((f"stage {i}", Standing.DIFFERS) for i in range(500)),
        found=tuple(found(f"stage {i}", f"{i}/" + "x" * 300, details=250) for i in range(500)),
        failure="failed",
        tail=("y" * 1000,) * 40,
    )
    large = report(outcome, outcome, consistency=Result(500, BROKEN.broken * 500))
    page = pages.render(large)
    assert len(page) < 65_536
    assert "450 others are in the JSON report." in page
    first = large.plain()["runs"][0]["differences"][0]
    assert (len(first["details"]), first["details_left_out"]) == (200, 50)
