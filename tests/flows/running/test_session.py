"""A run of a real workspace: what it reads, what its commands see, and what it refuses."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from flows.running import commands, plan, repository, session
from tests.flows.running import sessions, stand_ins, workspaces
from tests.flows.running.sessions import FILES, TWO, Logs, fails, run
from tests.flows.running.workspaces import Seen, content, serial, write


def test_logs_have_the_commands_and_their_output(folder: Path) -> None:
    """Each line of `dvc.yaml` comes before what it printed."""
    stage = {"cmd": ["echo one", "echo two >&2; echo > a"], "outs": ["a"]}
    one = workspaces.make(folder, {"a": stage}, {})
    logs = Logs()
    assert run(one, logs=logs).last() == {"a": "ran"}
    assert logs.lines["a"] == ["> echo one", "one", "> echo two >&2; echo > a", "two"]


def test_the_users_files_are_looked_at_first(folder: Path) -> None:
    """What the look writes after new values of parameters is what DVC compares with."""
    stage = {"cmd": "cat record > a", "deps": ["record"], "outs": ["a"]}
    files = {
        "params.yaml": "rate: 1\n",
        "record": "old\n",
        "stages/__init__.py": "",
        "stages/__main__.py": "from stages import look\n",
        "stages/look.py": "from pathlib import Path\n"
        "Path('record').write_text(Path('params.yaml').read_text())\nprint('record: written')\n",
    }
    one = workspaces.make(folder, {"a": stage}, files)
    run(one, overrides={"rate": 2})
    assert (one / "a").read_text() == "rate: 2\n"


def test_parameters_are_set_before_anything_is_read(folder: Path) -> None:
    """They stay set, and setting them to what they are changes nothing."""
    stage = {"cmd": "cat params.yaml > a", "params": ["rate"], "outs": ["a"]}
    one = workspaces.make(folder, {"a": stage}, {"params.yaml": "rate: 1  # why\n"})
    run(one)
    assert run(one, overrides={"rate": 2}).last() == {"a": "ran"}
    assert (one / "a").read_text() == (one / "params.yaml").read_text() == "rate: 2  # why\n"
    assert run(one, overrides={"rate": 2}).last() == {"a": "cached"}


def test_parameters_are_not_set_while_another_run_reads_them(folder: Path) -> None:
    """They are edited inside the workspace that is held."""
    one = workspaces.make(folder, {"a": sessions.waiting("a")}, {**FILES, "params.yaml": "r: 1\n"})
    with sessions.elsewhere(one, "a running"):
        with pytest.raises(Exception, match="held by process"):
            run(one, overrides={"r": 2})
        assert (one / "params.yaml").read_text() == "r: 1\n"


def test_a_parameter_that_is_not_there_stops_before_a_stage(folder: Path) -> None:
    """The file keeps its bytes."""
    one = workspaces.make(folder, TWO, {**FILES, "params.yaml": "rate: 1\n"})
    with pytest.raises(ValueError, match="rat"):
        run(one, overrides={"rat": 2})
    assert (one / "params.yaml").read_text() == "rate: 1\n"
    assert not (one / "a").exists()


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ({"cpus": 0}, "dvc.yaml: stage 'b': meta.cpus: expected a whole number of 1 or more"),
        ({"memory": "x"}, "dvc.yaml: stage 'b': meta.memory: expected a number of bytes"),
        ({"mutex": 1}, "dvc.yaml: stage 'b': meta.mutex: expected a name or a list of names"),
        ({"timeout": -1}, "dvc.yaml: stage 'b': meta.timeout: expected seconds above 0"),
        ({"retries": -1}, "dvc.yaml: stage 'b': meta.retries: expected a whole number of 0"),
    ],
)
def test_bad_meta_stops_before_a_stage(folder: Path, meta: dict[str, object], message: str) -> None:
    """The message names stage and key."""
    one = workspaces.make(folder, {**TWO, "b": {**TWO["b"], "meta": meta}}, FILES)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        run(one)
    assert not (one / "a").exists()


def test_any_name_of_a_folder_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blanks, quotes, other alphabets; named from where one is; the same as serial."""
    one = workspaces.make(tmp_path / 'it\'s a "größe" $HOME; 数据', TWO, FILES)
    two = workspaces.twin(one)
    assert serial(one) == ""
    monkeypatch.chdir(tmp_path)
    assert run(Path(two.name)).last() == {"a": "ran", "b": "ran"}
    assert content(two) == content(one)
    assert Path.cwd() == tmp_path


def test_a_folder_within_a_workspace_is_refused(folder: Path) -> None:
    """Its runs would not know of those of the whole."""
    one = workspaces.make(folder, TWO, {**FILES, "sub/in.txt": ""})
    words = f"expected the folder with .dvc, received {one}/sub: run it in {one}"
    with pytest.raises(repository.RefusedError, match=f"^{re.escape(words)}$"):
        run(one / "sub")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ({"dvc.yaml": "stages: [}"}, "unable to read: 'dvc.yaml'"),
        ({"dvc.lock": "<<<<<<< HEAD\n"}, r"'\./dvc\.lock' validation failed"),
        ({}, "Stage 'nowhere' not found inside 'dvc.yaml' file"),
    ],
)
def test_what_dvc_refuses_is_told(folder: Path, spoil: dict[str, str], message: str) -> None:
    """In DVC's words, and the workspace is free again."""
    one = workspaces.make(folder, TWO, FILES)
    write(one, spoil)
    for _ in range(2):
        with pytest.raises(repository.RefusedError, match=message):
            run(one, targets=["nowhere"])


def test_no_workspace_at_all(tmp_path: Path) -> None:
    """It says so."""
    with pytest.raises(repository.RefusedError, match="not inside of a DVC repository"):
        run(tmp_path)


def test_metrics_are_known_once_there_is_a_plan(folder: Path) -> None:
    """Those of the targets, by their paths from the root."""
    metric = [{"m.json": {"cache": False}}]
    stages: dict[str, object] = {
        "a": {"cmd": "echo '{}' > m.json", "wdir": "sub", "metrics": metric},
        "b": {"cmd": "echo '{}' > m.json", "metrics": metric},
    }
    one = workspaces.make(folder, stages, {"sub/x": ""})
    launch = stand_ins.raising(RuntimeError("not now"))
    options = session.Options(targets=["a"])
    made = session.Session(one, options, launch, Seen(), Logs().open)  # type: ignore[arg-type]
    assert made.metrics == []
    with pytest.raises(RuntimeError, match="not now"):
        made.run()
    assert made.metrics == ["sub/m.json"]


@pytest.mark.parametrize("jobs", [0, -1])
def test_no_cores_are_too_few(jobs: int) -> None:
    """None means all; a number must be one."""
    words = f"jobs: expected a whole number of 1 or more, received {jobs}"
    with pytest.raises(ValueError, match=f"^{words}$"):
        session.Options(jobs=jobs)


def test_all_cores_are_those_of_this_process(folder: Path) -> None:
    """Not those of the machine; two commands that meet need two."""
    assert session.cores() == len(os.sched_getaffinity(0))
    one = workspaces.make(folder, TWO, FILES)
    assert run(one, jobs=None).last() == {"a": "ran", "b": "ran"}


def test_commands_see_what_dvc_shows_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name of the stage, root, folder, shell and variables; with and without SHELL."""
    seen = "(echo $DVC_STAGE; (echo $DVC_ROOT; pwd) | sed s/-twin//; basename $0; echo $X) > "
    stages: dict[str, object] = {
        "each": {"foreach": ["a", "b"], "do": {"cmd": seen + "${item}", "outs": ["${item}"]}},
        "within": {"cmd": f"{seen}it", "wdir": "sub", "outs": ["it"]},
    }
    one = workspaces.make(folder, stages, {"sub/x": ""})
    two = workspaces.twin(one)
    monkeypatch.setenv("X", "ünï")
    monkeypatch.delenv("SHELL", raising=False)
    for name in ("sh", "bash"):
        assert serial(one, force=True) == ""
        run(two, force=True, jobs=1)
        assert content(two) == content(one)
        said = (two / "sub" / "it").read_text().splitlines()
        assert said == ["within", str(one), f"{one}/sub", name, "ünï"]
        monkeypatch.setenv("SHELL", "/bin/bash")


def test_a_folder_that_is_gone_fails_the_command(folder: Path) -> None:
    """With its name, and no trace of calls."""
    stage = {"cmd": ["rm -r ../sub", "echo > it"], "wdir": "sub", "outs": ["it"]}
    one = workspaces.make(folder, {"a": stage}, {"sub/x": ""})
    message = fails(one).messages["a"]
    assert message.startswith("`echo > it` could not be run: ")
    assert f"{one}/sub" in message


def test_a_missing_output_fails_the_stage(folder: Path) -> None:
    """It is named, and nothing is recorded."""
    one = workspaces.make(folder, {"a": {"cmd": "true", "outs": ["a", "b"]}}, {})
    assert fails(one).messages["a"] == "'a': output 'a' does not exist"
    assert sessions.lock(one) == {}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device"), "'b': [Errno 28] No space left on device"),
        (KeyError("x"), "'b': KeyError: 'x'"),
    ],
)
def test_any_error_while_outputs_are_recorded_fails_the_stage(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    """Of the system or of DVC: as in the serial run, what stands before it is recorded."""
    one = workspaces.make(folder, TWO, FILES)
    two = workspaces.twin(one)
    for workspace in (one, two):
        run(workspace, targets=["a"])
    monkeypatch.setattr("dvc.stage.Stage.commit", stand_ins.raising(error))
    assert serial(one) == "failed to reproduce 'b'"
    seen = fails(two)
    assert seen.messages["b"] == message
    assert content(two) == content(one)


def test_a_task_that_dies_silently_does_not_hang(folder: Path) -> None:
    """Its stage fails, and what it had put aside is gone as after any failure."""
    one = workspaces.make(folder, TWO, FILES)
    seen = Seen()

    class Gone:
        """The future of a task that was killed."""

        def add_done_callback(self, callback: object, /) -> None:
            """Call back at once."""
            callback(self)  # type: ignore[operator]

    made = session.Session(one, session.Options(), lambda *_: Gone(), seen, Logs().open)
    with pytest.raises(plan.StagesFailedError, match=r"^failed: a$"):
        made.run()
    assert seen.messages["a"] == "its task ended before its command did"
    assert seen.messages["b"] == "not started, because a failed"


def test_unchanged_and_restored_stages_start_no_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the process that would start them."""
    one = workspaces.make(folder, TWO, FILES)
    run(one)
    write(one, {"in.txt": "two\n"})
    run(one)
    monkeypatch.setattr(commands, "_start_warden", stand_ins.raising(AssertionError("started")))
    assert run(one).last() == {"a": "cached", "b": "cached"}
    write(one, {"in.txt": "one\n"})
    assert run(one).last() == {"a": "restored", "b": "restored"}
    (one / "a").unlink()
    assert run(one).last() == {"a": "restored", "b": "cached"}
    assert (one / "b").read_text() == "b\na\none\n"


@pytest.mark.parametrize(
    "kind", ["without git", "below the root of git", "what is written is staged"]
)
def test_other_kinds_of_workspaces(folder: Path, kind: str) -> None:
    """As DVC can be set up; the same bytes, and the same in git's index."""
    one = folder / "one" if kind.startswith("below") else folder
    one.mkdir(parents=True)
    write(one, {**FILES, "dvc.yaml": yaml.safe_dump({"stages": TWO})})
    if kind == "without git":
        assert sessions.dvc(one, "init", "--no-scm").returncode == 0
    else:
        workspaces.git(folder, "init", "--quiet")
        assert sessions.dvc(one, "init", "--subdir").returncode == 0
        write(one, {".dvc/config": f"[core]\nautostage = {kind.startswith('what')}\n"})
        workspaces.commit(one)
    twin = folder.with_name("twin")
    shutil.copytree(folder, twin)
    two = twin / one.relative_to(folder)
    assert serial(one) == ""
    assert run(two).last() == {"a": "ran", "b": "ran"}
    if kind == "without git":
        workspaces.git(folder, "init", "--quiet")  # now, to compare
        workspaces.git(twin, "init", "--quiet")
    assert content(two) == content(one)
