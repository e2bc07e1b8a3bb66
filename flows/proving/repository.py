"""What is asked of DVC: its view of a repository, its lock files and its cache.

Repositories are read through DVC's own objects, never as YAML. What is called here, in `stages`,
`hashes` and `preparation` is not DVC's public interface, so DVC is pinned to a minor version.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dvc.dvcfile import PROJECT_FILE, load_file
from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc_data.hashfile.hash_info import HashInfo
from dvc_data.hashfile.tree import Tree
from dvc_objects.errors import ObjectFormatError

PLACES = ("db", "remote")  # sections of DVC's configuration that say where data comes from


class RepositoryError(RuntimeError):
    """DVC cannot do what a check needs; the message says what to change."""


@contextmanager
def workspace(root: Path) -> Iterator[Any]:
    """Yield DVC's view of the user's repository; it is only read.

    Raises:
        RepositoryError: DVC refuses what is asked of it.
    """
    with failures(f"in {root}"), Repo(str(root)) as repo:
        yield repo


@contextmanager
def clone(root: Path, owner: Any = None, *, borrow: bool = False) -> Iterator[Any]:
    """Yield DVC's view of a clone.

    Its cache is its own, whatever the configuration says: a shared one holds the results of
    earlier runs.

    Args:
        root: The clone.
        owner: The user's repository, whose remotes are used.
        borrow: Take the owner's cache, to look things up in it.

    Raises:
        RepositoryError: DVC refuses what is asked of it.
    """
    config: dict[str, Any] = {"core": {"analytics": False, "autostage": False}}
    config["cache"] = {"dir": str(root / ".dvc" / "cache")}
    if owner is not None:
        config |= {section: dict(owner.config[section]) for section in PLACES}
        config["core"] |= {k: v for k, v in owner.config["core"].items() if k == "remote"}
    if borrow:
        usual = owner.cache.default_local_cache_dir
        config["cache"]["dir"] = owner.config["cache"].get("dir", usual)
    with tempfile.TemporaryDirectory() as site, failures("in a clone of the commit"):
        config["core"]["site_cache_dir"] = site
        with Repo(str(root), config=config) as repo:
            yield repo
            # It is elsewhere if DVC_SITE_CACHE_DIR says so.
            shutil.rmtree(repo.site_cache_dir, ignore_errors=True)


@contextmanager
def failures(where: str) -> Iterator[None]:
    """Say where DVC refused something."""
    try:
        yield
    except DvcException as error:
        raise RepositoryError(
            f"DVC refuses {where}: {error}. Correct that, commit it and check again."
        ) from error


def locks(repo: Any, stages: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    """Return the entries of the lock files of some stages, by the file that defines the stages."""
    files = {stage.path for stage in stages}
    return {file: locked(repo, file) if file.endswith(PROJECT_FILE) else {} for file in files}


def locked(repo: Any, path: str) -> Mapping[str, Any]:
    """Return the entries of the lock file beside a `dvc.yaml`, by stage."""
    entries: Mapping[str, Any] = load_file(repo, path).lockfile_contents.get("stages") or {}
    return entries


def cached(owner: Any, md5: str) -> Path | None:
    """Return where the cache holds the content of a file with this hash, if it does."""
    for cache in (owner.cache.repo, owner.cache.legacy):
        found = Path(cache.oid_to_path(md5))
        if found.is_file():
            return found
    return None


def listing(owner: Any, md5: str) -> dict[str, str] | None:
    """Return the hashes of a folder's files by their names, if the cache holds its list."""
    try:
        tree = Tree.load(owner.cache.repo, HashInfo("md5", md5))
    except (FileNotFoundError, ObjectFormatError):
        return None
    return {"/".join(key): str(hashed.value) for key, _, hashed in tree if hashed}
