"""Small repositories of git and DVC, with remotes in folders."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GRAPH = """\
stages:
  make:
    cmd: sh make.sh
    deps: [make.sh]
    params: [lines]
    outs: [data/big.txt]
    metrics: [{metrics.json: {cache: false}}]
"""
SCRIPT = """\
lines=$(sed -n 's/^lines: //p' params.yaml)
mkdir -p data
seq $lines > data/big.txt
echo "{\\"lines\\": $lines}" > metrics.json
echo ran >> "$RAN"
"""
FILES = {
    ".dvc/config": "[core]\n    analytics = false\n    check_update = false\n",
    ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
    ".gitignore": "/.trunkline/\n/data/\n",
    "dvc.yaml": GRAPH,
    "make.sh": SCRIPT,
    "params.yaml": "# How long.\nlines: 3\n",
}
Program = Callable[..., str]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and memory of this machine's user out."""
    (tmp_path / "home").mkdir()
    for name, value in {
        "GIT_CONFIG_GLOBAL": str(tmp_path / "home" / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(tmp_path / "home"),
        "DVC_SYSTEM_CONFIG_DIR": str(tmp_path / "home" / "system"),
        "DVC_NO_ANALYTICS": "1",
        "RAN": str(tmp_path / "ran"),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("DVC_SITE_CACHE_DIR", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    memory = f"[core]\n    site_cache_dir = {tmp_path / 'site'}\n"
    (tmp_path / "home" / "config").write_text(memory, encoding="utf-8")
    configured = "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
    (tmp_path / "home" / "gitconfig").write_text(configured, encoding="utf-8")


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints."""
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.rstrip("\n")


def dvc(folder: Path, *arguments: str) -> str:
    """Return what DVC prints."""
    command = [sys.executable, "-m", "dvc", *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture(name="git")
def git_program() -> Program:
    """Return what runs git."""
    return git


@pytest.fixture(name="dvc")
def dvc_program() -> Program:
    """Return what runs DVC."""
    return dvc


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository whose graph has run once; it is copied."""
    root = tmp_path_factory.mktemp("template") / "repository"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    names = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": "/dev/null"}
    names |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b", "RAN": "/dev/null"}
    environment = {**os.environ, **names, "DVC_SITE_CACHE_DIR": str(root.parent / "site")}
    for command in (
        ["git", "init", "--quiet", "--initial-branch=main"],
        [sys.executable, "-m", "dvc", "repro", "--quiet"],
        ["git", "add", "--all"],
        ["git", "commit", "--quiet", "--message=The first run"],
    ):
        subprocess.run(command, cwd=root, check=True, env=environment, capture_output=True)
    shutil.rmtree(root / ".dvc" / "tmp")
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """Return a repository of this test's own."""
    return Path(shutil.copytree(template, tmp_path / "checkout", symlinks=True))


@pytest.fixture
def runs(tmp_path: Path) -> Callable[[], int]:
    """Return what counts how often the stage's command has run."""
    return lambda: len((tmp_path / "ran").read_text().split()) if (tmp_path / "ran").exists() else 0


@pytest.fixture
def remote(root: Path, tmp_path: Path) -> Path:
    """Give the repository a git remote and return it."""
    place = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(place))
    git(root, "remote", "add", "origin", str(place))
    return place


@pytest.fixture
def storage(root: Path, tmp_path: Path) -> Path:
    """Give the repository a DVC remote, by a relative path, and return it."""
    place = tmp_path / "storage"
    settings = "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../storage\n"
    (root / ".dvc" / "config.local").write_text(settings, encoding="utf-8")
    return place
