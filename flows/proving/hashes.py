"""Hashes as DVC makes them: of files in a checkout, and of what lock files imply."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dvc_data.hashfile.build import build
from dvc_data.hashfile.tree import Tree

from flows.proving import graph

Parts = tuple[str, ...]


class Unproved(Exception):
    """What is known without the data does not say which hash a dependency should have."""


class Broken(Exception):
    """No hash can be right, because what is recorded contradicts itself."""


class Hashes:
    """What each dependency of a commit should hash to, without running anything.

    Args:
        repo: DVC's view of a checkout; folders that stages wrote are looked up in its cache.
    """

    def __init__(self, repo: Any) -> None:
        self._repo = repo
        self._outs = repo.index.outs_trie
        self._built: dict[tuple[str, str], Any] = {}

    def expected(self, dep: Any) -> str | None:
        """Return the hash that a dependency has if all that is recorded is true.

        Args:
            dep: DVC's dependency, on a path in the repository.

        Returns:
            The hash; None if there is no such file and no stage makes it.

        Raises:
            Unproved: It takes a folder's list of files, and that is not in the cache.
            Broken: The path is an output, or in one, that was never recorded.
        """
        key = dep.fs.parts(dep.fs_path)
        found = self._outs.shortest_prefix(key)
        if found and found.key == key:
            return self._recorded(found.value, dep)
        if found:
            return self._inside(found.value, key[len(found.key) :], dep)
        if self._outs.has_subtrie(key):
            return self._around(dep, key)
        return self.current(dep)

    def made(self, dep: Any) -> bool:
        """Say whether a stage makes what a dependency names, or the folder around it."""
        return bool(self._outs.shortest_prefix(dep.fs.parts(dep.fs_path)))

    def current(self, item: Any) -> str | None:
        """Return the hash of what is in the checkout; None if nothing is there."""
        built = self._build(item)
        return None if built is None else str(built.hash_info.value)

    def listing(self, out: Any) -> Any:
        """Return the recorded list of files of a folder, as DVC's tree.

        Raises:
            Unproved: It is neither in the cache nor in git.
        """
        tree = out.get_obj() if out.use_cache else self._build(out)
        if tree is not None:
            again = Tree.from_list(tree.as_list(), hash_name=out.hash_name)
            again.digest()
            if again.oid == out.hash_info.value:
                return tree
        name = graph.path(self._repo, out)
        raise Unproved(f"the list of files in the folder {name} is not in DVC's cache here")

    def _recorded(self, out: Any, dep: Any) -> str:
        name = graph.path(self._repo, out)
        stage = graph.address(self._repo, out.stage)
        if not out.hash_info:
            raise Broken(f"{stage}, which makes {name}, was never recorded")
        if out.hash_name != dep.hash_name:
            raise Unproved(f"{name} is recorded with a hash of another kind ({out.hash_name})")
        return str(out.hash_info.value)

    def _inside(self, out: Any, rest: Parts, dep: Any) -> str | None:
        recorded = self._recorded(out, dep)
        if not recorded.endswith(".dir"):
            raise Broken(f"{graph.path(self._repo, out)} is recorded as a file, not a folder")
        tree = self.listing(out)
        found = tree.get(rest)
        if found:
            return str(found[1].value)
        part = _tree((key[len(rest) :], hashed) for key, hashed in _files(tree) if _in(key, rest))
        return part.oid if len(part) else None

    def _around(self, dep: Any, key: Parts) -> str:
        entries = dict(self._tracked(dep))
        for out_key, out in self._outs.items(prefix=key):
            place = out_key[len(key) :]
            for name in [name for name in entries if _in(name, place)]:
                del entries[name]  # the file in git; what counts is what is recorded
            recorded = self._recorded(out, dep)
            if recorded.endswith(".dir"):
                entries |= {place + name: hashed for name, hashed in _files(self.listing(out))}
            else:
                entries[place] = out.hash_info
        return str(_tree(entries.items()).oid)

    def _tracked(self, dep: Any) -> Iterator[tuple[Parts, Any]]:
        built = self._build(dep)
        return iter(()) if built is None else _files(built)

    def _build(self, item: Any) -> Any:
        key = (item.fs_path, item.hash_name)
        if key not in self._built:
            self._built[key] = None
            if Path(item.fs_path).exists():
                self._built[key] = build(
                    item.local_cache,
                    item.fs_path,
                    item.fs,
                    item.hash_name,
                    ignore=self._repo.dvcignore,
                    dry_run=True,
                )[2]
        return self._built[key]


def _files(tree: Any) -> Iterator[tuple[Parts, Any]]:
    return ((key, hashed) for key, _, hashed in tree)


def _in(key: Parts, folder: Parts) -> bool:
    return key[: len(folder)] == folder


def _tree(entries: Any) -> Any:
    tree: Any = Tree.from_list([])
    for key, hashed in entries:
        tree.add(key, None, hashed)
    tree.digest()
    return tree
