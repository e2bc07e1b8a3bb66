"""What a run has left behind, and what a commit holds."""

import subprocess
from pathlib import Path

import pytest

from flows.showing import files


@pytest.mark.parametrize(
    ("suffix", "text"),
    [(".json", '{"a": {"b": 1}}'), (".yaml", "a:\n  b: 1\n"), (".yml", "a: {b: 1}"),
     (".toml", "[a]\nb = 1\n"), ("", '{"a": {"b": 1}}')],
)  # fmt: skip
def test_three_formats_are_read(tmp_path: Path, suffix: str, text: str) -> None:
    """By the end of the file's name; anything else is JSON."""
    path = tmp_path / f"file{suffix}"
    path.write_text(text)
    assert files.read(path) == files.Content({"a": {"b": 1}})


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".json", b'{"a": '),
        (".json", b"\xff\xfe"),
        (".json", b"[" * 100_000),
        (".yaml", b"a: [1"),
        (".yaml", b"a: 1\na: 2\n"),
        (".yaml", b"!!python/object/apply:os.getcwd []"),
        (".toml", b"a = "),
    ],
)
def test_a_damaged_file_is_said_to_be_so(tmp_path: Path, suffix: str, data: bytes) -> None:
    """In one line, and nothing that it holds is run."""
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    content = files.read(path)
    assert content.value is None
    assert content.problem.startswith("damaged: ")
    assert "\n" not in content.problem


def test_a_missing_file_is_said_to_be_so(tmp_path: Path) -> None:
    """As is one that cannot be read."""
    assert files.read(tmp_path / "none.json") == files.Content(problem="not there")
    assert files.read(tmp_path).problem == "cannot be read: Is a directory"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder below the root of a git repository, with one file committed."""
    root = tmp_path / "sub project"
    root.mkdir()
    (root / "m.json").write_text('{"a": 1}')
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    (root / "m.json").write_text('{"a": 2}')
    return root


def test_the_committed_file_is_read(project: Path) -> None:
    """From the folder's own place in the repository, whatever the working tree holds."""
    assert files.committed(project, "m.json", "HEAD").value == {"a": 1}


def test_what_no_commit_holds_is_not_there(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A new file, an unknown commit, a folder without git."""
    assert files.committed(project, "new.json", "HEAD").problem == "not there"
    assert files.committed(project, "m.json", "no-such-branch").problem == "not there"
    outside = tmp_path_factory.mktemp("outside")
    assert files.committed(outside, "m.json", "HEAD").problem == "not there"


def test_git_is_not_needed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it nothing is committed."""
    monkeypatch.setenv("PATH", "")
    assert files.committed(project, "m.json", "HEAD").problem == "not there"
