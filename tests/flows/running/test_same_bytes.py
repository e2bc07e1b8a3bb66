"""What runs side by side leaves behind, to the byte, what `dvc repro` leaves behind."""

import subprocess
import sys
from pathlib import Path

import pytest
from dvc.repo import Repo

from tests.flows.running import workspaces
from tests.flows.running.workspaces import Seen, content, parallel, serial, write

FILES = {
    "in.txt": "one\n",
    "out/.gitkeep": "",
    "d/.gitkeep": "",
    "params.yaml": "rate: 1\nunused: 2\n",
}


def echo(
    text: str, *, to: str, after: float = 0, deps: tuple[str, ...] = ("in.txt",)
) -> dict[str, object]:
    """Return a stage that writes a file."""
    command = f"sleep {after}; (echo {text}; cat {' '.join(deps)}) > {to}"
    return {"cmd": command, "deps": list(deps), "outs": [to]}


DIAMOND: dict[str, object] = {
    "slow": echo("slow", to="out/slow", after=0.3),
    "fast": echo("fast", to="out/fast"),
    "join": echo("join", to="out/join", deps=("out/slow", "out/fast")),
    "apart": echo("apart", to="d/apart"),
}
CASES: dict[str, dict[str, object]] = {
    "diamond": DIAMOND,
    "foreach and matrix": {
        "each": {"foreach": ["z", "a", "m"], "do": echo("${item}", to="out/${item}")},
        "grid": {
            "matrix": {"model": ["cnn", "mlp"], "size": [2, 1]},
            **echo("${item.model}", to="d/${item.model}-${item.size}", deps=("out/a",)),
        },
    },
    "directories": {
        "make": {
            "cmd": "sleep 0.2; mkdir -p out/deep/er; echo 1 > out/deep/er/x; cp in.txt out/deep/y",
            "deps": ["in.txt"],
            "outs": ["out/deep"],
        },
        "read": echo("read", to="d/read", deps=("out/deep/er/x",)),
        "other": echo("other", to="d/other"),
    },
    "metrics and plots outside the cache": {
        "score": {
            "cmd": """sleep 0.1; echo '{"accuracy": 0.5}' > m.json; echo 'a,b' > p.csv""",
            "deps": ["in.txt"],
            "params": ["rate"],
            "metrics": [{"m.json": {"cache": False}}],
            "plots": [{"p.csv": {"cache": False}}],
        },
        "plain": {
            "cmd": "cp m.json kept.json",
            "deps": ["m.json"],
            "outs": [{"kept.json": {"cache": False}}],
        },
        "other": echo("other", to="d/other"),
    },
    "a folder around outputs": {
        "slow": echo("slow", to="out/slow", after=0.2),
        "fast": echo("fast", to="out/fast"),
        "all": {"cmd": "cat out/* > all", "deps": ["out"], "outs": ["all"]},
        "other": echo("other", to="d/other", after=0.1),
    },
    "frozen": {
        "before": echo("before", to="out/before", after=0.1),
        "frozen": {**echo("frozen", to="out/frozen", deps=("out/before",)), "frozen": True},
        "behind": echo("behind", to="out/behind", deps=("out/frozen",)),
    },
    "kept outputs": {
        "slow": echo("slow", to="out/slow", after=0.2),
        "grow": {
            "cmd": "echo more >> log",
            "deps": ["in.txt"],
            "outs": [{"log": {"persist": True}}],
        },
    },
    "always changed, and without outputs": {
        "always": {**echo("always", to="out/always"), "always_changed": True},
        "behind": echo("behind", to="out/behind", deps=("out/always",), after=0.1),
        "words": {"cmd": "echo words", "deps": ["in.txt"]},
        "callback": {"cmd": "echo nothing"},
    },
    "several lines and folders": {
        "lines": {
            "cmd": ["echo one > out/one", "echo two > out/two"],
            "deps": ["in.txt"],
            "outs": ["out/one", "out/two"],
        },
        "within": {"cmd": "echo x > here", "wdir": "d", "deps": ["../in.txt"], "outs": ["here"]},
    },
}


@pytest.mark.parametrize("case", CASES)
def test_a_fresh_start_a_change_and_a_way_back(case: str, folder: Path) -> None:
    """Each kind of stage: run, run again, changed, changed back, forced."""
    one = workspaces.make(folder, CASES[case], FILES)
    if case == "frozen":
        write(one, {"out/frozen": "by hand\n"})
    two = workspaces.twin(one)
    changes = [{}, {}, {"in.txt": "two\n"}, {"params.yaml": "rate: 3\nunused: 4\n"}, FILES]
    for change in changes:
        write(one, change)
        write(two, change)
        assert serial(one) == parallel(two) == ""
        assert content(two) == content(one)
    assert serial(one, force=True) == parallel(two, force=True) == ""
    assert content(two) == content(one)


def test_sources_and_imports(folder: Path) -> None:
    """Data that was added or imported is verified, recorded and fetched as DVC does."""
    outside = workspaces.make(folder.with_name("outside"), {}, {"far.txt": "far\n"})
    one = workspaces.make(
        folder,
        {
            "use": echo("use", to="out/use", deps=("data.txt", "far.txt")),
            "other": echo("other", to="d/other", after=0.2),
        },
        FILES,
    )
    with workspaces.inside(one), Repo() as repo:
        write(one, {"data.txt": "rows\n"})
        repo.add(["data.txt"])
        repo.imp_url(str(outside / "far.txt"), "far.txt")
        repo.unfreeze("far.txt.dvc")
    workspaces.commit(one)
    two = workspaces.twin(one)
    for change in ({}, {"data.txt": "more rows\n"}):
        write(one, change)
        write(two, change)
        assert serial(one) == parallel(two) == ""
        assert content(two) == content(one)
    write(outside, {"far.txt": "farther away\n"})
    assert serial(one) == parallel(two) == ""
    assert content(two) == content(one)
    assert (two / "far.txt").read_text() == "farther away\n"


def test_some_targets(folder: Path) -> None:
    """A target brings what stands before it, and nothing else."""
    one = workspaces.make(folder, DIAMOND, FILES)
    two = workspaces.twin(one)
    assert serial(one, ["join"]) == parallel(two, ["join"]) == ""
    assert content(two) == content(one)
    assert not (two / "d/apart").exists()


def test_files_of_stages_in_other_folders(folder: Path) -> None:
    """Each `dvc.yaml` keeps a lock file of its own."""
    one = workspaces.make(folder, DIAMOND, FILES)
    write(
        one,
        {"sub/dvc.yaml": "stages: {a: {cmd: cp ../out/fast it, deps: [../out/fast], outs: [it]}}"},
    )
    workspaces.commit(one)
    two = workspaces.twin(one)
    targets = ["dvc.yaml", "sub/dvc.yaml"]
    assert serial(one, targets) == parallel(two, targets) == ""
    assert content(two) == content(one)
    assert (two / "sub" / "dvc.lock").exists()


def outside_cache(folder: Path) -> dict[str, bytes | str]:
    """Return all but the cache, where more may be than serial runs leave."""
    return {
        name: data for name, data in content(folder).items() if not name.startswith(".dvc/cache")
    }


FAILING: dict[str, object] = {
    "first": echo("first", to="out/first", after=0.3),
    "second": echo("second", to="out/second", deps=("out/first",)),
    "bad": {
        "cmd": "sleep 0.2; echo half > out/bad; test -e good",
        "deps": ["in.txt"],
        "outs": ["out/bad"],
    },
    "behind": echo("behind", to="out/behind", deps=("out/bad",)),
    "sibling": echo("sibling", to="d/sibling"),
}


@pytest.mark.parametrize("keep_going", [False, True])
def test_a_failing_stage(keep_going: bool, folder: Path) -> None:
    """What serial repro had recorded is recorded; siblings come back from the run-cache."""
    one = workspaces.make(folder, FAILING, {**FILES, "good": ""})
    assert serial(one) == ""
    workspaces.commit(one)
    (one / "good").unlink()
    write(one, {"in.txt": "two\n"})
    two = workspaces.twin(one)
    on_error = "keep-going" if keep_going else "fail"
    said = serial(one, on_error=on_error)
    seen = Seen()
    assert "bad" in parallel(two, keep_going=keep_going, seen=seen)
    assert "bad" in said
    assert outside_cache(two) == outside_cache(one)
    assert seen.last()["bad"] == "failed"
    assert seen.last()["behind"] == "skipped"
    write(one, {"good": ""})
    write(two, {"good": ""})
    seen = Seen()
    assert serial(one) == parallel(two, seen=seen) == ""
    assert content(two) == content(one)
    assert seen.last()["sibling"] == ("cached" if keep_going else "restored")
    assert seen.last()["bad"] == "ran"


def test_a_failing_first_run(folder: Path) -> None:
    """Nothing that DVC would not have left behind stays: no file, no line of .gitignore."""
    one = workspaces.make(folder, FAILING, FILES)
    two = workspaces.twin(one)
    assert "bad" in serial(one)
    assert "bad" in parallel(two)
    assert outside_cache(two) == outside_cache(one)


def test_a_missing_dependency(folder: Path) -> None:
    """It fails the stage, as it does in DVC, and names the file."""
    one = workspaces.make(folder, {"a": echo("a", to="out/a", deps=("nowhere.txt",))}, FILES)
    two = workspaces.twin(one)
    assert "a" in serial(one)
    seen = Seen()
    assert "a" in parallel(two, seen=seen)
    assert "nowhere.txt" in seen.messages["a"]
    assert outside_cache(two) == outside_cache(one)


def test_the_order_of_an_older_lock_file_stays(folder: Path) -> None:
    """A lock file whose stages stand in another order keeps that order."""
    one = workspaces.make(folder, DIAMOND, FILES)
    serial(one, ["apart"])
    serial(one, ["fast"])
    workspaces.commit(one)
    two = workspaces.twin(one)
    assert serial(one) == parallel(two) == ""
    assert content(two) == content(one)


def test_the_remote_is_pulled_from(folder: Path) -> None:
    """With `pull`, data and earlier runs come from the remote."""
    one = workspaces.make(folder, DIAMOND, FILES)
    remote = folder.with_name("remote")
    subprocess.run(
        [sys.executable, "-m", "dvc", "remote", "add", "-d", "r", str(remote)],
        cwd=one,
        check=True,
        capture_output=True,
    )
    assert serial(one) == ""
    with workspaces.inside(one), Repo() as repo:
        repo.push(run_cache=True)
    workspaces.commit(one)
    two, three = (one.with_name(name) for name in ("two", "three"))
    for clone in (two, three):
        workspaces.git(one, "clone", "--quiet", str(one), str(clone))
        write(clone, {"in.txt": "one\n"})
    seen = Seen()
    assert serial(two, pull=True) == parallel(three, pull=True, seen=seen) == ""
    assert content(three) == content(two)
    assert set(seen.last().values()) <= {"cached", "restored"}


def test_a_parameter_called_size_is_no_blind_spot(folder: Path) -> None:
    """DVC would restore the run of another size; the flow runs what it has not run."""
    stage = {"cmd": "cat params.yaml > out/made", "params": ["model"], "deps": ["in.txt"]}
    stages: dict[str, object] = {"make": {**stage, "outs": ["out/made"]}}
    one = workspaces.make(folder, stages, {**FILES, "params.yaml": "model: {size: 3}\n"})
    assert parallel(one) == ""
    write(one, {"params.yaml": "model: {size: 5}\n"})
    assert parallel(one) == ""
    assert (one / "out/made").read_text() == "model: {size: 5}\n"
