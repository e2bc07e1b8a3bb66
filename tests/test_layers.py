"""Rooms know what lies below them, and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LIGHT = ("artifacts", "data", "interactions", "metrics", "reports", "settings", "sources", "tasks")
OPENERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
MODULES = sorted(path for path in Path("trunkline").rglob("*.py"))


def calls(path: Path) -> set[str]:
    """Return the last names of what a module calls."""
    nodes = [
        n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)
    ]
    return {ast.unparse(node).rpartition(".")[2] for node in nodes}


def test_imports_keep_the_contracts() -> None:
    """The contracts in pyproject.toml hold."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", LIGHT)
def test_a_light_room_starts_without_tensorflow(room: str) -> None:
    """Importing every module of the room loads neither TensorFlow nor Keras."""
    names = [
        ".".join(path.with_suffix("").parts)
        for path in MODULES
        if path.parts[1] == room and path.name != "__init__.py"
    ]
    code = f"import sys, {', '.join(names)}; print({{'keras', 'tensorflow'}} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "set()", done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_only_artifacts_and_sources_open_files(path: Path) -> None:
    """All other rooms take values and return values; the runtime asks Linux for its processor."""
    free = path.parts[1] in ("artifacts", "sources") or path == Path(
        "trunkline/determinism/runtime.py"
    )
    assert free or not calls(path) & OPENERS


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_nothing_is_unpickled_or_evaluated(path: Path) -> None:
    """Reading a pickle, `eval` and `exec` run what they read."""
    assert not calls(path) & {"eval", "exec", "load_pickle", "read_pickle", "to_pickle"}


@pytest.mark.parametrize("path", [*MODULES, *sorted(Path("stages").glob("*.py"))], ids=str)
def test_modules_stay_small(path: Path) -> None:
    """A module has at most 200 lines, a stage 40, so that each is read in one go."""
    limit = 40 if path.parts[0] == "stages" and not path.name.startswith("_") else 200
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


def test_git_holds_no_data() -> None:
    """What a run made is in no commit by accident: what is no text is a picture of the docs."""
    listed = subprocess.run(
        ["git", "ls-files", "--eol"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert listed
    binary = [line.split("\t")[1] for line in listed if line.startswith("i/-text")]
    assert [name for name in binary if not name.startswith("docs/")] == []
