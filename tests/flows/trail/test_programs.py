"""Programs run for one folder, and their own words reach the reader."""

from pathlib import Path

import pytest

from flows.trail import programs


def test_a_failure_tells_command_folder_and_words(tmp_path: Path) -> None:
    """Nothing has to be looked up in a log."""
    message = rf"(?s)`git .*rev-parse HEAD` in {tmp_path}: exit code 128\n.*not a git repository"
    with pytest.raises(programs.ProgramError, match=message):
        programs.git(tmp_path, "rev-parse", "HEAD")


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    """It may not be installed."""
    with pytest.raises(programs.ProgramError, match="no-such-program: not found; install it"):
        programs.run(["no-such-program"], tmp_path)


def test_a_hook_of_git_does_not_lead_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git tells a hook about its repository is not passed on."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert programs.git(root, "rev-parse", "--show-toplevel") == str(root)


def test_no_program_can_ask(root: Path) -> None:
    """Its input is empty, so a question is a failure instead of a run that never ends."""
    assert programs.git(root, "hash-object", "--stdin") == programs.git(
        root, "hash-object", "/dev/null"
    )


def test_a_question_is_answered_or_fails(root: Path) -> None:
    """Exit codes 0 and 1 are answers; others are errors."""
    assert programs.agrees(root, "merge-base", "--is-ancestor", "HEAD", "HEAD")
    assert not programs.agrees(root, "check-ref-format", "refs/heads/a..b")
    with pytest.raises(programs.ProgramError, match="exit code 128"):
        programs.agrees(root, "merge-base", "--is-ancestor", "HEAD", "nothing")
