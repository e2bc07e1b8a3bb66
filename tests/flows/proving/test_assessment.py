import dataclasses
from pathlib import Path

import pytest

from flows.proving import assessment, rehearsals, repository, surroundings
from flows.proving.comparison import Standing
from flows.proving.records import Output, Stage


def rehearsal(place: Path, hashes: dict[str, str], **fields: object) -> rehearsals.Rehearsal:
    """Return a run that made some outputs of one stage; all were committed with the hash `0`."""

    def stage(hashes: dict[str, str]) -> Stage:
        return Stage("made", outputs={name: Output(name, hash) for name, hash in hashes.items()})

    ended = rehearsals.Rehearsal(
        around=dataclasses.replace(surroundings.parallel(), name=place.name),
        root=place,
        aside=place / "aside",
        committed=(stage(dict.fromkeys(hashes, "0")),),
        produced=(stage(hashes),),
        failure="",
        tail=(),
        seconds=1.0,
        changed=(),
        untracked=(),
        brought=(),
    )
    return dataclasses.replace(ended, **fields)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[rehearsals.Rehearsal, rehearsals.Rehearsal]:
    """Two runs that agree neither with the commit, whose content is nowhere, nor in one file."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.json").write_text(f'{{"run": "{name}"}}')
        (tmp_path / name / "y.json").write_text("{}")
    one = rehearsal(tmp_path / "one", {"x.json": "1", "y.json": "1"})
    other = rehearsal(tmp_path / "other", {"x.json": "2", "y.json": "1"})
    return one, other


def test_runs_are_compared_with_each_other_where_the_commit_is_nowhere(
    template: Path, runs: tuple[rehearsals.Rehearsal, rehearsals.Rehearsal]
) -> None:
    """What differs between two runs is shown; where they agree, that the commit is unknown."""
    one, other = runs
    with repository.workspace(template) as owner:
        outcome = assessment.assess(owner, other, [one])
    x, y = outcome.found
    assert (x.against, x.files[0].details[0].example) == ("the one run", "'one' became 'other'")
    assert (y.against, y.files[0].summary) == (
        "",
        "its committed content is neither in git nor in DVC's cache here",
    )


def test_a_tolerance_that_judges_nothing_is_no_proof(
    template: Path, runs: tuple[rehearsals.Rehearsal, rehearsals.Rehearsal]
) -> None:
    """Results whose committed content is nowhere cannot be judged, so the run is not good."""
    with repository.workspace(template) as owner:
        outcome = assessment.assess(owner, runs[0], [], tolerance=1.0)
    assert outcome.verdicts[0].standing is Standing.UNJUDGED
    assert outcome.judged == 0
    assert not outcome.good


def test_files_of_git_that_change_are_told_once(template: Path, tmp_path: Path) -> None:
    """Not if they are outputs of which the difference is shown anyway."""
    place = tmp_path / "run"
    place.mkdir()
    (place / "x.json").write_text("{}")
    changed = ("README", "x.json")
    with repository.workspace(template) as owner:
        other = rehearsal(place, {"x.json": "1"}, changed=changed)
        assert assessment.assess(owner, other, []).tracked == ("README",)
        same = rehearsal(place, {"x.json": "0"}, changed=changed)
        assert assessment.assess(owner, same, []).tracked == changed
        assert assessment.assess(owner, same, [], tolerance=0.1).tracked == ("README",)
        failed = dataclasses.replace(same, failure="failed")
        assert assessment.assess(owner, failed, []).tracked == ("README",)
