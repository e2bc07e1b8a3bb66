"""Promises count studies, not comparisons, and are kept or missed by the share itself."""

import pytest

from calibration import __main__ as command
from calibration import pages
from calibration.promises import PROMISES, Promise
from calibration.studies import Finding
from trunkline.metrics import estimates
from trunkline.metrics.verdicts import Verdict

HELPS = Promise("related", "helps", "found", least=0.9)
WRONG = Promise("unrelated", "helps", "wrong", most=0.05)


def findings(kind: str, *verdicts: tuple[Verdict, Verdict]) -> list[Finding]:
    """Return the two comparisons of each study of a kind."""
    return [
        Finding(number, kind, arm, 0.02, verdict)
        for number, pair in enumerate(verdicts)
        for arm, verdict in zip(("linear_probe", "fine_tune"), pair, strict=True)
    ]


def studies(kind: str, verdict: Verdict, *, hits: int, of: int) -> list[Finding]:
    """Return studies of which the first `hits` come to a verdict in one comparison."""
    rest: tuple[Verdict, Verdict] = ("no evidence", "no evidence")
    return findings(kind, *[("no evidence", verdict)] * hits, *[rest] * (of - hits))


def test_a_study_counts_once() -> None:
    """One comparison with the verdict is enough, and two are no more."""
    found = findings("related", ("helps", "helps"), ("hurts", "helps"), ("no evidence", "hurts"))
    assert HELPS.share(found) == estimates.share(2, 3, alpha=0.05)


def test_other_kinds_do_not_count() -> None:
    """A share is of the studies of its own kind."""
    found = studies("related", "helps", hits=1, of=4) + studies("unrelated", "helps", hits=4, of=4)
    assert HELPS.share(found).value == 0.25
    assert WRONG.share(found).value == 1.0


@pytest.mark.parametrize(("hits", "kept"), [(0, True), (10, True), (11, False)])
def test_at_most(hits: int, kept: bool) -> None:
    """Of 200 studies 10 may be wrong."""
    assert WRONG.kept(studies("unrelated", "helps", hits=hits, of=200)) is kept
    assert WRONG.text() == "at most 5%"


@pytest.mark.parametrize(("hits", "kept"), [(179, False), (180, True), (200, True)])
def test_at_least(hits: int, kept: bool) -> None:
    """Of 200 studies 180 must find the relation."""
    assert HELPS.kept(studies("related", "helps", hits=hits, of=200)) is kept
    assert HELPS.text() == "at least 90%"


def test_the_promises_are_those_of_the_documentation() -> None:
    """Kinds, verdicts and bounds."""
    assert [(p.kind, p.verdict, p.least, p.most) for p in PROMISES] == [
        ("unrelated", "helps", 0.0, 0.05),
        ("related", "helps", 0.9, 1.0),
        ("contradicting", "hurts", 0.8, 1.0),
    ]


def test_the_page_has_every_share_with_its_interval() -> None:
    """A promise that is missed stands out; every comparison is counted below."""
    found = (
        studies("related", "helps", hits=8, of=10)
        + studies("unrelated", "helps", hits=0, of=10)
        + studies("contradicting", "hurts", hits=10, of=10)
    )
    text = pages.page(found)
    assert "asks 10 studies of each kind" in text
    assert "50 labels a class, 10\nrepeats, and the arms `linear_probe` and `fine_tune`" in text
    assert "| at least 90% | 80.0% of 10 | 49.0% to 94.3% | **no** |" in text
    assert "| at most 5% | 0.0% of 10 | 0.0% to 27.8% | yes |" in text
    assert "| related | `fine_tune` | 8 | 0 | 0 | 2 | +2.0 points | 0.0 |" in text


def test_numbers_below_one_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is started."""
    with pytest.raises(SystemExit):
        command.main(["--studies", "0"])
    assert "--studies and --jobs must be at least 1" in capsys.readouterr().err
