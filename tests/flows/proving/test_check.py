import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.proving import check, command, orders, reports
from flows.proving.comparison import Standing
from tests.flows.proving import projects

ROOT = Path(__file__).parents[3]


class Silence:
    """Takes what a check says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)

    def advance(self, run: str, done: int, total: int) -> None:
        """Keep how far a run is."""
        self.lines.append(f"{run} {done}/{total}")


def prove(project: Path, **options: object) -> reports.Report:
    """Check a repository's last commit from beginning to end."""
    order = orders.Order(root=project, **{"parallel": projects.FAKE, **options})
    return check.run(order, project / orders.REPORT, Silence())


def standings(report: reports.Report) -> list[dict[str, Standing]]:
    """Return what became of each stage, run by run."""
    return [{v.stage: v.standing for v in outcome.verdicts} for outcome in report.outcomes]


@pytest.fixture(scope="module", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of temporary files that no other test uses."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory, template: Path) -> tuple[Path, reports.Report]:
    """A repository that can be reproduced, and the report on it."""
    project = Path(shutil.copytree(template, tmp_path_factory.mktemp("proved") / "project"))
    return project, prove(project, jobs=3)


@pytest.mark.slow
def test_a_commit_that_is_what_it_says_is_reproduced(proved: tuple[Path, reports.Report]) -> None:
    """Both runs give every committed hash; the source's data was brought, not made."""
    report = proved[1]
    names = ["table", "scores", "folder", "inside", "part", "each@a", "each@b", "around"]
    expected = dict.fromkeys(names, Standing.SAME)
    assert standings(report) == [expected] * 2
    assert report.good
    assert report.brought == ("raw.txt.dvc",)


@pytest.mark.slow
def test_the_runs_differ_in_what_should_make_no_difference(
    proved: tuple[Path, reports.Report],
) -> None:
    """Path, zone, locale, seed, umask and user of the two runs are not the same."""
    serial, parallel = (outcome.around for outcome in proved[1].outcomes)
    assert [name for name in serial if serial[name] == parallel[name]] == []


@pytest.mark.slow
def test_the_runs_really_start_from_raw_data(proved: tuple[Path, reports.Report]) -> None:
    """Every stage's command is run in both clones; nothing comes from a cache."""
    for name in ("serial", "parallel"):
        log = (proved[0] / orders.REPORT / f"{name}.log").read_text()
        assert log.count("Running stage ") == 8
        assert "cached" not in log


@pytest.mark.slow
def test_nothing_is_left_of_a_check(proved: tuple[Path, reports.Report], temporary: Path) -> None:
    """The repository is as it was; the folder of temporary files, too."""
    assert projects.run(proved[0], "git", "status", "--porcelain") == ""
    assert list(temporary.iterdir()) == []


@dataclass(frozen=True)
class Unlike:
    """A repository whose stages give something else than what is committed.

    Args:
        project: The repository.
        report: On its bytes.
        tolerant: By tolerance.
    """

    project: Path
    report: reports.Report
    tolerant: dict[float, reports.Report]


@pytest.fixture(scope="module")
def unlike(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Unlike:
    """Two of its stages do not do again what they did, and two depend on these."""
    project = Path(shutil.copytree(template, tmp_path_factory.mktemp("unlike") / "project"))
    projects.edit(project, "dvc.yaml", "cp raw.txt folder", "date +%N > folder/raw.txt")
    projects.run(project, "dvc", "repro", "--quiet")
    projects.edit(project, "hidden", "a", "b")  # of which DVC knows nothing
    projects.commit(project)
    order = orders.Order(root=project, parallel=projects.FAKE)
    folder = project / orders.REPORT
    with check.opened(order, folder, Silence()) as checking:
        found, runs = checking.locks(), [checking.serial(), checking.parallel()]
        tolerant = {}
        for tolerance in (0.3, 0.1):
            checking.order = dataclasses.replace(order, tolerance=tolerance)
            tolerant[tolerance] = checking.report(found, runs)
        checking.order = order
        return Unlike(project, checking.report(found, runs), tolerant)


def test_the_culprit_is_named_and_not_what_depends_on_it(
    unlike: Unlike,
) -> None:
    """Stages with other outputs from equal inputs differ; those after them follow."""
    report = unlike.report
    assert not report.good
    assert report.culprit == "table"
    both = {
        "table": Standing.DIFFERS,
        "scores": Standing.DIFFERS,
        "folder": Standing.FOLLOWS,
        "inside": Standing.FOLLOWS,
        "part": Standing.SAME,  # it reads names only
        "each@a": Standing.SAME,
        "each@b": Standing.SAME,
        "around": Standing.SAME,
    }
    assert standings(report) == [both, both]


def test_what_differs_is_shown(unlike: Unlike) -> None:
    """A cell of a table, a number of a metric, a file in a folder: where, and by how much."""
    content = json.loads((unlike.project / orders.REPORT / "report.json").read_text())
    found = {each["path"]: each for each in content["runs"][0]["differences"]}
    assert list(found) == [
        "table.parquet",
        "scores.json",
        "folder/deep/table.parquet",
        "folder/raw.txt",
        "inside.txt",
    ]
    assert found["table.parquet"]["summary"] == "1 of 3 rows differ"
    assert found["table.parquet"]["details"] == [
        {
            "where": "value",
            "count": 1,
            "absolute": 0.5,
            "relative": 0.2,
            "example": "row 2: 2.0 became 2.5",
        }
    ]
    [mean] = found["scores.json"]["details"]
    assert (mean["where"], mean["absolute"], mean["relative"]) == ("mean", 0.125, 0.2)
    assert "10 bytes, the first difference is at byte" in found["folder/raw.txt"]["summary"]


def test_the_page_leads_with_the_verdict(unlike: Unlike) -> None:
    """Verdict, what it means, a table; no place of this machine."""
    page = (unlike.project / orders.REPORT / "report.md").read_text()
    assert page.startswith(
        "## Reproducibility\n\n**Not reproduced:** table is the first stage that gives other "
        "outputs from the same dependencies.\n\nBoth runs gave the same other bytes"
    )
    assert "| `inside` | follows from an earlier stage | follows from an earlier stage |" in page
    assert "4 others are as committed." in page
    assert tempfile.gettempdir() not in page
    assert str(unlike.project.parent) not in page


def test_other_numbers_are_within_a_tolerance_or_beyond_it(
    unlike: Unlike,
) -> None:
    """Under a tolerance the metric decides; tables and texts are not judged."""
    assert unlike.tolerant[0.3].good
    report = unlike.tolerant[0.1]
    assert report.culprit == "scores"
    assert standings(report)[0]["table"] is Standing.UNJUDGED


@pytest.mark.slow
def test_a_stale_record_is_no_culprit(project: Path) -> None:
    """Code that changed without a new record is called stale, by the file's name."""
    projects.edit(project, "code/one.py", "1", "3")
    projects.edit(project, "dvc.yaml", "ls folder/deep", "ls -1 folder/deep")
    projects.edit(project, "params.yaml", "0.5", "0.25")
    projects.commit(project)
    report = prove(project, targets=("each@a", "part"))
    stale = {v.stage: v.inputs for v in report.outcomes[1].verdicts if v.inputs}
    assert stale == {"each@a": ("command", "params.yaml: rate", "code"), "part": ("command",)}
    assert report.culprit is None
    assert report.left_out == ("around", "each@b", "inside", "scores")
    page = (project / orders.REPORT / "report.md").read_text()
    assert "**Not reproduced:** part was recorded from other inputs than the commit has." in page
    assert (
        "- `each@a`, serial run: recorded with other `command`, `params.yaml: rate`, `code`" in page
    )


@pytest.mark.slow
def test_outputs_in_git_must_be_those_of_the_lock(project: Path) -> None:
    """A metric that was edited by hand is found: the run changes a file of git."""
    projects.edit(project, "scores.json", "3", "4")
    projects.commit(project)
    report = prove(project, targets=("scores",))
    assert [outcome.tracked for outcome in report.outcomes] == [("scores.json",)] * 2
    assert not report.good


def test_a_run_that_fails_is_shown_with_its_end(project: Path) -> None:
    """The stage, the exit code and the last lines are told; no second run is made."""
    projects.edit(project, "dvc.yaml", "ls folder/deep >", "echo no luck; pwd; exit 3 #")
    projects.commit(project)
    report = prove(project)
    [outcome] = report.outcomes
    assert "no luck" in outcome.tail
    assert standings(report)[0]["part"] is Standing.MISSING
    page = (project / orders.REPORT / "report.md").read_text()
    assert "part is the first stage without outputs" in page
    assert ".../it's a" in page  # what `pwd` printed, without the folder of temporary files
    assert "/reproduce-" not in page


def test_a_run_that_does_nothing_proves_nothing(project: Path) -> None:
    """A command that ends well without running the stages is no success."""
    report = prove(project, serial=("true",), parallel=("true",))
    assert set(standings(report)[0].values()) == {Standing.MISSING}
    assert not report.good


def test_a_run_that_takes_too_long_is_ended_with_all_it_started(project: Path) -> None:
    """No process is left of a run whose time is up."""
    note = project / "pid"
    script = f"setsid sleep 600 & echo $! > {note}; sleep 600"
    report = prove(project, serial=("sh", "-c", script), timeout=1.0)
    assert "1 s" in report.outcomes[0].failure
    assert not Path(f"/proc/{note.read_text().strip()}").exists()


def test_an_interrupted_check_leaves_nothing(project: Path, tmp_path: Path) -> None:
    """SIGTERM ends the run with all it started and removes the clones."""
    note, room = tmp_path / "pid", tmp_path / "room"
    room.mkdir()
    projects.edit(project, "dvc.yaml", "ls folder/deep >", f"echo $$ > {note}; sleep 600 #")
    projects.commit(project)
    started = subprocess.Popen(
        [sys.executable, "-m", "flows.reproduce"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(room)},
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 120
    while not (note.exists() and note.read_text()):
        assert started.poll() is None, started.stderr
        assert time.monotonic() < end
        time.sleep(0.1)
    started.send_signal(signal.SIGTERM)
    said = started.communicate(timeout=60)[1].decode()
    assert started.returncode == command.TERMINATED, said
    assert said.endswith("Terminated.\n")
    assert not Path(f"/proc/{note.read_text().strip()}").exists()
    assert list(room.iterdir()) == []


def test_clones_can_be_kept(project: Path, temporary: Path) -> None:
    """For looking into what a run has left."""
    before = set(temporary.iterdir())
    prove(project, serial=("true",), parallel=("true",), keep=True)
    [kept] = set(temporary.iterdir()) - before
    assert (kept / "parallel/clone/dvc.yaml").exists()
