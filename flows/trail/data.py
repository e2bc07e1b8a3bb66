"""The data of a worktree: the checkout's cache and remotes, and what is pushed of it."""

import re
from pathlib import Path

import configobj  # type: ignore[import-untyped]  # it ships no types

from flows.trail import programs

# Settings that lead to a file; DVC reads a relative one from the folder of its own settings.
PATHS = frozenset(
    {
        "cert_path", "configpath", "credentialpath", "gdrive_service_account_json_file_path",
        "gdrive_user_credentials_file", "key_path", "keyfile", "url",
    }
)  # fmt: skip


def share(root: Path, worktree: Path) -> None:
    """Give a worktree the checkout's cache and remotes, and the data of its commit.

    With the same cache nothing is trained twice. What the cache lacks is left for the run.

    Args:
        root: The checkout's folder with `.dvc`.
        worktree: The same folder in the worktree.

    Raises:
        ValueError: The commit is none of a DVC repository.
        ProgramError: DVC failed.
    """
    if not (worktree / ".dvc").is_dir():
        raise ValueError(f"--commit: the commit holds no {root / '.dvc'}; commit it first")
    settings = configobj.ConfigObj(str(root / ".dvc" / "config"), encoding="utf-8")
    settings.merge(configobj.ConfigObj(str(root / ".dvc" / "config.local"), encoding="utf-8"))
    settings.walk(_lead_from, folder=root / ".dvc")
    settings.setdefault("cache", {})["dir"] = _dvc(root, "cache", "dir")
    # What DVC remembers of files goes with the worktree, instead of staying behind in /var/tmp.
    settings.setdefault("core", {})["site_cache_dir"] = str(worktree / ".dvc" / "tmp" / "site")
    file = worktree / ".dvc" / "config.local"
    file.touch(mode=0o600)  # it may hold a password
    with file.open("wb") as stream:
        settings.write(stream)
    _dvc(worktree, "checkout", "--allow-missing")


def _lead_from(section: configobj.Section, key: str, folder: Path) -> None:
    """Make a setting that leads to a file absolute, as DVC would read it."""
    value = section[key]
    leads = key.lower() in PATHS and isinstance(value, str)
    if leads and not re.match(r"\w+://|~", value):
        section[key] = str((folder / value).resolve())


def remote(worktree: Path) -> str:
    """Return the name of the DVC remote to push to; nothing if there is none."""
    return _dvc(worktree, "config", "core.remote")


def push(worktree: Path) -> None:
    """Push the data that the worktree's commit names.

    The run-cache stays here: with it would go the data of every other run in the shared cache.

    Raises:
        ProgramError: DVC failed.
    """
    _dvc(worktree, "push")


def _dvc(folder: Path, *arguments: str) -> str:
    return programs.run([*programs.DVC, *arguments], folder).stdout.strip()
