import shutil
from pathlib import Path

import pytest

from flows.proving import revisions
from tests.flows.proving import projects


def test_a_name_is_resolved_to_its_commit(template: Path) -> None:
    """HEAD, a branch and a part of the hash are the same commit."""
    commit = projects.run(template, "git", "rev-parse", "HEAD").strip()
    names = ("HEAD", "main", commit[:9])
    assert {revisions.resolve(template, name).commit for name in names} == {commit}


@pytest.mark.parametrize("name", ["no-such-branch", "--all", "HEAD:dvc.yaml"])
def test_what_is_no_commit_is_refused(template: Path, name: str) -> None:
    """The message says what was received, and how to find commits."""
    with pytest.raises(revisions.RevisionError, match=f"received '{name}'.*git log"):
        revisions.resolve(template, name)


def test_a_folder_without_repository_is_refused(tmp_path: Path) -> None:
    """The message names the folder."""
    with pytest.raises(revisions.RevisionError, match=r"found no .dvc. Go to its root"):
        revisions.resolve(tmp_path)


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    """There is no commit without git."""
    (tmp_path / ".dvc").mkdir()
    with pytest.raises(revisions.RevisionError, match="Expected a commit, branch or tag"):
        revisions.resolve(tmp_path)


def test_uncommitted_changes_are_refused(project: Path) -> None:
    """Some of the files are listed, and what to do about them; untracked files do not count."""
    for number in range(12):
        (project / f"ü {number}.txt").write_text("1")
    projects.commit(project)
    assert revisions.resolve(project).uncommitted == ()
    for number in range(12):
        (project / f"ü {number}.txt").write_text("2")
    (project / "new.txt").write_text("untracked")
    with pytest.raises(revisions.RevisionError, match=r"Changed:(?s:.*)--allow-dirty") as caught:
        revisions.resolve(project)
    assert "  ü 11.txt\n" in str(caught.value)
    assert "... and 2 more" in str(caught.value)
    assert "new.txt" not in str(caught.value)
    assert len(revisions.resolve(project, allow_dirty=True).uncommitted) == 12


def test_changes_do_not_matter_to_another_commit(project: Path) -> None:
    """An earlier commit is checked as it is, whatever the workspace holds."""
    (project / "new.txt").write_text("1")
    projects.commit(project)
    projects.edit(project, "hidden", "a", "c")
    assert revisions.resolve(project, "HEAD~1").uncommitted == ()


def test_a_clone_holds_the_commit_and_shares_nothing(project: Path, tmp_path: Path) -> None:
    """No changes, no data, no way back, no hook of the user's."""
    hook = project / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\n")
    hook.chmod(0o755)
    projects.edit(project, "hidden", "a", "changed")
    revision = revisions.resolve(project, allow_dirty=True)
    clone = revisions.clone(revision, tmp_path / 'it\'s "odd", ünd' / "clone")
    assert (clone / "hidden").read_text() == "a\n"
    assert not (clone / "table.parquet").exists()
    assert not (clone / ".dvc/cache").exists()
    assert projects.run(clone, "git", "remote") == ""
    assert not (tmp_path / "hooked").exists()
    shared = [path for path in clone.rglob("*") if path.is_file() and path.stat().st_nlink > 1]
    assert shared == []


def test_a_commit_of_no_branch_can_be_cloned(project: Path, tmp_path: Path) -> None:
    """A commit that only its hash leads to, as those that CI checks out."""
    (project / "new.txt").write_text("1")
    projects.commit(project)
    commit = projects.run(project, "git", "rev-parse", "HEAD").strip()
    projects.run(project, "git", "reset", "--quiet", "--hard", "HEAD~1")
    clone = revisions.clone(revisions.resolve(project, commit), tmp_path / "clone")
    assert (clone / "new.txt").exists()


def test_a_hook_of_git_can_check(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git tells its hooks does not lead the clone's git to the user's repository."""
    monkeypatch.setenv("GIT_DIR", str(project / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(project / ".git/index"))
    clone = revisions.clone(revisions.resolve(project), tmp_path / "clone")
    (clone / "new.txt").write_text("1")
    assert revisions.changed(clone, untracked=True) == ("new.txt",)


def test_a_repository_below_the_top_of_git(template: Path, tmp_path: Path) -> None:
    """Where DVC's root is a folder of git's repository, the clone's is the same folder."""
    outer = tmp_path / "outer"
    shutil.copytree(template, outer / "inner")
    shutil.rmtree(outer / "inner/.git")
    projects.run(outer, "git", "init", "--quiet")
    (outer / "beside.txt").write_text("1")
    projects.run(outer, "git", "config", "user.email", "someone@example.org")
    projects.run(outer, "git", "config", "user.name", "Someone")
    projects.commit(outer)
    clone = revisions.clone(revisions.resolve(outer / "inner"), tmp_path / "clone")
    assert clone == tmp_path / "clone/inner"
    (clone / "hidden").write_text("b")
    (clone.parent / "beside.txt").write_text("2")
    assert revisions.changed(clone) == ("hidden",)


def test_a_commit_without_repository_is_refused(project: Path, tmp_path: Path) -> None:
    """A commit from before `dvc init` has nothing to check."""
    projects.run(project, "git", "rm", "-r", "--quiet", "--cached", ".dvc")
    projects.run(project, "git", "commit", "--quiet", "--message", "without")
    with pytest.raises(revisions.RevisionError, match="Commit it, or name a later commit"):
        revisions.clone(revisions.resolve(project), tmp_path / "clone")


def test_a_shallow_clone_can_be_cloned(project: Path, tmp_path: Path) -> None:
    """As CI makes it: no history, and a commit that is in no branch."""
    shallow = tmp_path / "shallow"
    arguments = ("git", "clone", "--quiet", "--depth", "1", f"file://{project}", str(shallow))
    projects.run(tmp_path, *arguments)
    projects.run(shallow, "git", "config", "user.email", "someone@example.org")
    projects.run(shallow, "git", "config", "user.name", "Someone")
    projects.run(shallow, "git", "checkout", "--quiet", "--detach")
    (shallow / "new.txt").write_text("1")
    projects.commit(shallow)
    commit = projects.run(shallow, "git", "rev-parse", "HEAD").strip()
    assert (revisions.clone(revisions.resolve(shallow), tmp_path / "one") / "new.txt").exists()
    projects.run(shallow, "git", "checkout", "--quiet", "main")
    revision = revisions.resolve(shallow, commit)
    assert (revisions.clone(revision, tmp_path / "other") / "new.txt").exists()


def test_what_git_refuses_is_told(template: Path, tmp_path: Path) -> None:
    """In git's own words."""
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone/file").write_text("in the way")
    with pytest.raises(revisions.RevisionError, match="refused: fatal: destination path"):
        revisions.clone(revisions.resolve(template), tmp_path / "clone")
