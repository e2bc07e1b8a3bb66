"""Leave a clone with raw data only: what no stage makes is brought, all else is removed."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException
from dvc.utils.serialize import modify_yaml
from dvc_data.hashfile.transfer import transfer

from flows.proving import graph, repository
from flows.running import belongings


def prepare(root: Path, origin: Path, aside: Path, targets: Sequence[str] = ()) -> list[str]:
    """Make a clone ready to run everything from raw data.

    Args:
        root: The clone.
        origin: The user's repository. Data that no command makes, of `.dvc` files and frozen
            stages, comes from its cache, or else from where `dvc pull` finds it.
        aside: Where those outputs go that git tracks, to compare with later.
        targets: Stages; all of the root's `dvc.yaml` if there are none.

    Returns:
        The names of the stages whose data was brought.

    Raises:
        RepositoryError: The data is nowhere, or DVC refuses; a file of a dataset is nowhere.
    """
    (root / ".dvc" / "config.local").write_text("[cache]\n    dir = cache\n", encoding="utf-8")
    with repository.workspace(origin) as owner, repository.clone(root, owner) as repo:
        stages = graph.plan(repo, targets)
        sources = [stage for stage in stages if not graph.runs(stage)]
        for stage in sources:
            _bring(owner, repo, stage)
        made = [stage for stage in stages if graph.runs(stage)]
        for out in (out for stage in made for out in stage.outs):
            _put_aside(out, aside / graph.path(repo, out))
    if missing := belongings.bring(origin, root):
        raise repository.RepositoryError(
            f"The records name {', '.join(missing)}, which the commit does not hold and which is "
            f"not in {origin}, or not ignored by git there. Put it there (`dvc checkout` if DVC "
            "keeps it) and name it in .gitignore, or commit it; then check again."
        )
    for file in {stage.path for stage in made if graph.name(stage)}:
        names = {graph.name(stage) for stage in made if stage.path == file}
        _forget(Path(file).with_suffix(".lock"), names)
    return [graph.address(repo, stage) for stage in sources]


def _bring(owner: Any, repo: Any, stage: Any) -> None:
    for out in stage.outs:
        if out.use_cache and out.hash_info:
            legacy = out.cache is repo.cache.legacy
            held = owner.cache.legacy if legacy else owner.cache.repo
            transfer(held, out.cache, {out.hash_info}, shallow=False)
    try:
        if any(out.use_cache and out.changed_cache() for out in stage.outs):
            repo.pull(targets=[stage.addressing])
        repo.checkout(targets=[stage.addressing], force=True)
    except DvcException as error:
        name = graph.address(repo, stage)
        raise repository.RepositoryError(
            f"The data of {name} is neither in DVC's cache here nor could it be pulled "
            f"({error}). Run `dvc pull {name}` here, then check again."
        ) from error


def _put_aside(out: Any, kept: Path) -> None:
    found = Path(out.fs_path)
    if out.is_in_repo and not out.persist and found.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(found, kept)


def _forget(file: Path, names: set[str]) -> None:
    if not file.exists():
        return
    with modify_yaml(str(file)) as content:
        entries = content.get("stages") or {}
        for name in names & set(entries):
            del entries[name]
        kept = bool(entries) or "datasets" in content
    if not kept:
        file.unlink()
