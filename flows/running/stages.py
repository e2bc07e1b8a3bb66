"""One stage of DVC, taken apart: what `dvc repro` does in one go, with the command left out."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dvc.dependency import DatasetDependency, DbDependency
from dvc.exceptions import CheckoutError, DvcException
from dvc.stage.cache import RunCacheNotFoundError, _can_hash
from dvc.stage.run import _enforce_cmd_list

from flows.running import aside, ignores, plan, resources, shells
from flows.running.plan import StageError, State


class Stage:
    """A stage on its way from waiting to the lock file.

    Args:
        stage: DVC's own.
        upstream: DVC's stages that come before it.
        held: Where lines for `.gitignore` wait.
        kept: Where outputs are put aside.
    """

    def __init__(
        self, stage: Any, upstream: list[Any], held: ignores.HeldIgnores, kept: aside.Aside
    ) -> None:
        self.stage = stage
        self.name: str = stage.addressing
        self._upstream = upstream
        self._ignores = held
        self._aside = kept
        self._lines: list[str] = []
        self._before: list[Any] = []
        # DVC itself runs what has no command of its own: sources, imports, frozen stages.
        self._whole = not stage.cmd or stage.frozen
        # What stays or is removed elsewhere could not be put back.
        self._stays = any(out.persist or out.protocol != "local" for out in stage.outs)

    def step(self, position: int, after: tuple[str, ...], around: frozenset[str]) -> plan.Step:
        """Return what a coordinator needs to know of it; see `plan.Step`.

        Args:
            position: Its place in serial order.
            after: What it comes after.
            around: The folders that hold outputs, and so files `.gitignore` with lines of stages
                before it; one that reads such a folder reads those lines.
        """
        return plan.Step(
            name=self.name,
            position=position,
            upstream=tuple(upstream.addressing for upstream in self._upstream),
            after=after,
            commands=() if self._whole else tuple(_enforce_cmd_list(self.stage.cmd)),
            needs=resources.parse(self.name, self.stage.meta),
            in_turn=self._stays or any(dep.fs_path in around for dep in self.stage.deps),
        )

    def metrics(self) -> list[str]:
        """Return the paths of its metrics, from the root."""
        root = self.stage.repo.root_dir
        return [
            str(Path(out.fs_path).relative_to(root))
            for out in self.stage.metrics
            if out.protocol == "local" and out.is_in_repo
        ]

    def commands(self) -> shells.Commands:
        """Return how its command lines are started: as DVC does."""
        return shells.of(self.stage)

    @property
    def comes_back(self) -> bool:
        """Whether the run-cache brings it back if it is lost before it is written down."""
        return self._cacheable() and not self._whole and _can_hash(self.stage)

    def _cacheable(self) -> bool:
        outs = self.stage.outs
        return all(out.use_cache or out.is_metric or out.is_plot for out in outs)

    def begin(self, *, force: bool, pull: bool) -> State:
        """Take it as far as it goes without a process; see `Repository.begin`."""
        with self._watched():
            if self._whole:
                return self._begin_whole(force, pull)
            if not force and self._unchanged(pull):
                return State.CACHED
            self._clear()
            if not force and self._restored(pull):
                self._record()
                return State.RESTORED
            self.stage.save_deps()
            self._before = [dep.hash_info for dep in self.stage.deps]
            return State.RUNNING

    def _begin_whole(self, force: bool, pull: bool) -> State:
        fetched = self.stage.is_import and not self.stage.frozen
        if fetched and (force or self.stage.changed(False, self._upstream)):
            self._clear()
        done = self.stage.reproduce(upstream=self._upstream, force=force, pull=pull)
        return State.RAN if done else State.CACHED

    def _unchanged(self, pull: bool) -> bool:
        if not self.stage.changed(False, self._upstream):
            return True
        if not pull or self.stage.changed(True, self._upstream):
            return False
        try:
            self.stage.repo.pull(self.name)
            self.stage.checkout()
        except CheckoutError:  # not there either: it must run
            return False
        return True

    def _restored(self, pull: bool) -> bool:
        if pull:
            for dep in self.stage.deps:
                if not isinstance(dep, (DatasetDependency, DbDependency)) and not dep.exists:
                    self.stage.repo.pull(dep.def_path)
        if any(_blind(dep.read_params()) for dep in self.stage.params):
            return False
        try:
            self.stage.repo.stage_cache.restore(self.stage, pull=pull)
        except RunCacheNotFoundError:
            return False
        return True

    def again(self) -> None:
        """Remove what a failed attempt wrote."""
        with self._watched():
            self.stage.remove_outs(ignore_remove=False, force=False)

    def finish(self) -> None:
        """Take its outputs into the cache; see `Repository.finish`."""
        with self._watched():
            self.stage.save_deps()
            changed = [
                str(dep)
                for dep, before in zip(self.stage.deps, self._before, strict=True)
                if dep.hash_info != before
            ]
            if changed:
                raise StageError(
                    f"{', '.join(changed)} changed while '{self.name}' ran, so nobody can say what "
                    "its outputs were made from; nothing is recorded, run it again"
                )
            self._record()

    def settle(self) -> None:
        """Do what waits for its turn: lines of `.gitignore`, the end of what was put aside."""
        self._ignores.admit(self._lines)
        self._lines = []
        self._aside.drop(self.name)

    def forget(self) -> None:
        """Put back what was there before it began."""
        self._lines = []
        self._aside.put_back(self.name)

    def _clear(self) -> None:
        """Move its outputs out of the way."""
        if self._stays:
            self.stage.remove_outs(ignore_remove=False, force=False)
        else:
            self._aside.keep(self.name, [Path(out.fs_path) for out in self.stage.outs])

    def _record(self) -> None:
        self.stage.save_outs()
        self.stage.md5 = self.stage.compute_md5()
        if self._cacheable():
            self.stage.repo.stage_cache.save(self.stage)
        self.stage.commit()

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Take down what it adds to `.gitignore`; turn whatever goes wrong into its failure."""
        try:
            yield
        except StageError:
            raise
        except Exception as error:
            expected = isinstance(error, (DvcException, OSError))
            words = str(error) if expected else f"{type(error).__name__}: {error}"
            raise StageError(f"'{self.name}': {words}") from error
        finally:
            self._lines += self._ignores.take()


def _blind(value: Any) -> bool:
    """Return whether parameters have a key that DVC leaves out when it looks for earlier runs.

    It means sizes of files, and takes any `size` or `nfiles` in a mapping for one; a run with
    another value would be restored as if it were the same.
    """
    if not isinstance(value, dict):
        return isinstance(value, list) and any(map(_blind, value))
    nested = [inner for inner in value.values() if isinstance(inner, dict | list)]
    return bool({"size", "nfiles"} & set(value)) or any(map(_blind, nested))
