import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.proving import check, command, graph, repository, revisions
from tests.flows.proving import projects


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Leave the handling of signals as it was."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which we are."""
    monkeypatch.chdir(project)
    return project


def test_a_quick_check_that_finds_nothing_ends_with_0(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdict goes to standard output, all else to standard error; also from a subfolder."""
    monkeypatch.chdir(here / "code")
    assert command.main(["--quick"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Consistent: dvc.lock fits dvc.yaml")
    assert said.err == "The report: .trunkline/reproduce/report.md\n"
    content = (here / ".trunkline/reproduce/report.json").read_text()
    assert content == json.dumps(json.loads(content), indent=2, sort_keys=True) + "\n"
    assert json.loads(content)["reproduced"] is True


def test_a_quick_check_that_finds_something_ends_with_1(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each finding is a line."""
    projects.edit(here, "params.yaml", "0.5", "0.25")
    projects.commit(here)
    assert command.main(["HEAD", "--quick", "--report", "elsewhere"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("Inconsistent: each@a: its command is")
    assert "does not fit the commit: each@b: params.yaml: rate is '0.25', recorded is" in said.err
    assert (here / "elsewhere/report.md").exists()


def test_an_earlier_commit_is_checked_as_it_was(here: Path) -> None:
    """What came later does not matter."""
    projects.edit(here, "params.yaml", "0.5", "0.25")
    projects.commit(here)
    assert command.main(["HEAD~1", "--quick"]) == 0


def test_uncommitted_changes_are_refused_or_stated(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and what to do; or a report that says what it leaves out."""
    projects.edit(here, "params.yaml", "0.5", "0.25")
    assert command.main(["--quick"]) == 2
    assert "  params.yaml\nCommit them first" in capsys.readouterr().err
    assert command.main(["--quick", "--allow-dirty"]) == 0
    page = (here / ".trunkline/reproduce/report.md").read_text()
    assert "Uncommitted changes were **not** part of this check: `params.yaml`." in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-commit"], "received 'no-such-commit'"),
        (["--tolerance", "-1"], "Expected a tolerance of 0 or more"),
        (["--env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE is not. Export it"),
    ],
)
def test_a_question_without_sense_ends_with_2(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """With what was expected."""
    assert command.main(arguments) == 2
    assert message in capsys.readouterr().err


def test_an_unknown_option_ends_with_2(here: Path) -> None:
    """As is the custom."""
    with pytest.raises(SystemExit) as ended:
        command.main(["--no-such-option"])
    assert ended.value.code == 2


def test_a_folder_without_repository_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder is named."""
    monkeypatch.chdir(tmp_path)
    assert command.main([]) == 2
    assert f"found no .dvc in {tmp_path} or above" in capsys.readouterr().err
    with pytest.raises(revisions.RevisionError, match=r"found no .dvc"):
        command.root_of(tmp_path)


def test_what_dvc_refuses_ends_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A commit whose dvc.yaml cannot be read is not proved."""
    projects.edit(here, "dvc.yaml", "outs: [part.txt]", "outs: [inside.txt]")
    projects.commit(here)
    assert command.main(["--quick"]) == 1
    assert "DVC refuses in a clone of the commit" in capsys.readouterr().err


def test_a_target_that_is_not_there_ends_with_1(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what was perhaps meant."""
    assert command.main(["--targets", "insid"]) == 1
    assert "received 'insid'. Did you mean inside" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_is_no_failure_of_the_commit(
    here: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    """Control-C and a time-out of CI have exit codes of their own."""
    monkeypatch.setattr(check, "run", lambda *_: os.kill(os.getpid(), number))
    assert command.main(["--quick"]) == code


@pytest.mark.parametrize(
    ("target", "planned"),
    [
        ("inside", ["table", "raw.txt.dvc", "folder", "inside"]),
        ("each", ["each@a", "each@b"]),
        ("raw.txt.dvc", ["raw.txt.dvc"]),
    ],
)
def test_targets_are_stages_groups_or_files(
    template: Path, target: str, planned: list[str]
) -> None:
    """As `dvc repro` takes them, with all before them."""
    with repository.workspace(template) as repo:
        found = [graph.address(repo, each) for each in graph.plan(repo, [target])]
    assert sorted(found) == sorted(planned)
    # Where DVC puts a `.dvc` file depends on the order in which the file system lists them.
    assert _stages(found) == _stages(planned)


def _stages(addresses: list[str]) -> list[str]:
    return [address for address in addresses if not address.endswith(".dvc")]
