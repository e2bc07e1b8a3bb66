import shutil
from pathlib import Path

import pytest

from flows.proving import preparation, repository, revisions
from tests.flows.proving import projects


def prepare(project: Path, place: Path, *targets: str) -> tuple[Path, list[str]]:
    """Make a clone of the last commit ready; return it, and what was brought."""
    root = revisions.clone(revisions.resolve(project), place / "clone")
    return root, preparation.prepare(root, project, place / "aside", targets)


def files(folder: Path) -> set[str]:
    """Return the files of a cache that hold data."""
    found = (folder / "files/md5").rglob("*")
    return {path.parent.name + path.name for path in found if path.is_file()}


def test_nothing_is_left_that_a_stage_makes(template: Path, tmp_path: Path) -> None:
    """The source's data is there; no other data, no record, no output that git tracks."""
    root, brought = prepare(template, tmp_path)
    assert brought == ["raw.txt.dvc"]
    assert (root / "raw.txt").read_text() == "raw\n"
    assert len(files(root / ".dvc/cache")) == 1
    assert not (root / "dvc.lock").exists()
    assert not (root / "scores.json").exists()
    assert (tmp_path / "aside/scores.json").read_bytes() == (template / "scores.json").read_bytes()
    assert (root / "results/notes.txt").exists()


def test_what_was_not_asked_for_stays_recorded(template: Path, tmp_path: Path) -> None:
    """Entries of other stages are kept, so that only the targets run anew."""
    root, _ = prepare(template, tmp_path, "folder")
    with repository.clone(root) as repo:
        assert repository.locked(repo, str(root / "dvc.yaml")).keys() == {
            "scores",
            "inside",
            "part",
            "each@a",
            "each@b",
            "around",
        }
    assert (root / "scores.json").exists()


def test_data_is_pulled_where_the_cache_lacks_it(project: Path, tmp_path: Path) -> None:
    """A remote of the user's own configuration is asked, by a path from his repository."""
    projects.run(project, "dvc", "remote", "add", "--local", "--default", "store", "../store")
    projects.run(project, "dvc", "push", "--quiet")
    shutil.rmtree(project / ".dvc/cache")
    root, _ = prepare(project, tmp_path)
    assert (root / "raw.txt").read_text() == "raw\n"
    assert len(files(root / ".dvc/cache")) == 1


def test_data_that_is_nowhere_is_named(project: Path, tmp_path: Path) -> None:
    """Without cache and remote the source is named, and what to run."""
    shutil.rmtree(project / ".dvc/cache")
    with pytest.raises(repository.RepositoryError, match=r"Run `dvc pull raw.txt.dvc` here"):
        prepare(project, tmp_path)


def test_a_folder_as_a_source_is_brought(project: Path, tmp_path: Path) -> None:
    """All files of a folder come along."""
    (project / "many/deep").mkdir(parents=True)
    (project / "many/one.txt").write_text("1")
    (project / "many/deep/two.txt").write_text("2")
    projects.run(project, "dvc", "add", "--quiet", "many")
    projects.edit(project, "dvc.yaml", "deps: [tables]", "deps: [tables, many]")
    projects.commit(project)
    root, brought = prepare(project, tmp_path)
    assert sorted(brought) == ["many.dvc", "raw.txt.dvc"]
    assert (root / "many/deep/two.txt").read_text() == "2"


def test_an_import_is_brought_and_not_made_again(project: Path, tmp_path: Path) -> None:
    """What was imported comes from the cache, also if its source is gone."""
    source = tmp_path / "source.txt"
    source.write_text("imported")
    projects.run(project, "dvc", "import-url", "--quiet", str(source), "copy.txt")
    projects.edit(project, "dvc.yaml", "deps: [tables]", "deps: [tables, copy.txt]")
    projects.commit(project)
    source.unlink()
    root, brought = prepare(project, tmp_path)
    assert "copy.txt.dvc" in brought
    assert (root / "copy.txt").read_text() == "imported"


def test_outputs_of_a_frozen_stage_are_brought(project: Path, tmp_path: Path) -> None:
    """A frozen stage is not run, so its outputs and its record are needed."""
    projects.edit(project, "dvc.yaml", "    deps: [tables]", "    frozen: true\n    deps: [tables]")
    projects.commit(project)
    root, brought = prepare(project, tmp_path)
    assert sorted(brought) == ["raw.txt.dvc", "table"]
    assert (root / "table.parquet").exists()
    with repository.clone(root) as repo:
        assert repository.locked(repo, str(root / "dvc.yaml")).keys() == {"table"}


def test_a_shared_cache_is_not_used(project: Path, tmp_path: Path) -> None:
    """A cache that the configuration names holds results, so it stays out of the way."""
    shared = tmp_path / "shared"
    projects.run(project, "dvc", "cache", "dir", str(shared))
    shutil.move(project / ".dvc/cache", shared)
    projects.commit(project)
    before = files(shared)
    root, _ = prepare(project, tmp_path)
    assert "Running stage 'inside'" in projects.run(root, "dvc", "repro", "inside")
    assert files(shared) == before
    assert len(files(root / ".dvc/cache")) > 1


def test_a_commit_without_lock_file_is_prepared(project: Path, tmp_path: Path) -> None:
    """There is nothing to forget; sources are brought by their own files."""
    (project / "dvc.lock").unlink()
    projects.commit(project)
    root, brought = prepare(project, tmp_path)
    assert brought == ["raw.txt.dvc"]
    assert not (root / "dvc.lock").exists()


def test_an_output_that_persists_stays(project: Path, tmp_path: Path) -> None:
    """DVC does not remove it before its stage runs, so it may be read there."""
    metric = "[{scores.json: {cache: false"
    projects.edit(project, "dvc.yaml", metric, f"{metric}, persist: true")
    projects.commit(project)
    root, _ = prepare(project, tmp_path)
    assert (root / "scores.json").exists()


def test_a_file_of_a_dataset_is_linked_or_named(project: Path, tmp_path: Path) -> None:
    """What git ignores comes from the user's folder; where it is not, the record's name is told."""
    (project / "records").mkdir()
    (project / "records/own.json").write_text('{"files": {"own/rows.csv": {}}}')
    with (project / ".gitignore").open("a") as ignored:
        ignored.write("/own/\n")
    projects.commit(project)
    with pytest.raises(
        repository.RepositoryError, match=r"The records name own/rows.csv, which the"
    ):
        prepare(project, tmp_path / "first")
    (project / "own").mkdir()
    (project / "own/rows.csv").write_text("a\n1\n")
    root, _ = prepare(project, tmp_path / "second")
    assert (root / "own/rows.csv").read_text() == "a\n1\n"
