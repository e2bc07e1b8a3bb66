import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.proving import consistency, repository, revisions
from tests.flows.proving import projects


def look(project: Path, place: Path, *, borrow: bool = True) -> consistency.Result:
    """Check the last commit in a fresh clone."""
    clone = revisions.clone(revisions.resolve(project), place / "clone")
    with (
        repository.workspace(project) as owner,
        repository.clone(clone, owner, borrow=borrow) as repo,
    ):
        return consistency.check(repo)


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what replaces a piece of a file."""
    return lambda project: projects.edit(project, name, old, new)


def recorded(stage: str, line: str) -> Callable[[Path], None]:
    """Return what changes the first hash after a line of a stage's entry in dvc.lock."""

    def change(project: Path) -> None:
        before, after = (project / "dvc.lock").read_text().split(f"  {stage}:\n", 1)
        head, rest = after.split(line, 1)
        digits = rest.split("md5: ", 1)[1].split()[0]
        other = "f" * 32 + digits[32:]
        text = f"{before}  {stage}:\n{head}{line}{rest.replace(digits, other, 1)}"
        (project / "dvc.lock").write_text(text)

    return change


def test_a_fresh_clone_is_consistent(template: Path, tmp_path: Path) -> None:
    """Nothing is wrong, and nothing is left unproved where the cache has the lists of folders."""
    result = look(template, tmp_path)
    assert result == consistency.Result(stages=8)


@pytest.mark.parametrize(
    ("change", "stage", "message"),
    [
        pytest.param(
            edited("code/one.py", "1", "3"), "each@a", "code: should be recorded as", id="a file"
        ),
        pytest.param(
            edited("params.yaml", "0.5", "0.25"),
            "each@b",
            "params.yaml: rate is '0.25', recorded is '0.5'",
            id="a parameter",
        ),
        pytest.param(
            edited("dvc.yaml", "ls folder/deep >", "ls -a folder/deep >"),
            "part",
            "its command is 'ls -a folder/deep > part.txt', recorded is 'ls folder/deep",
            id="a command",
        ),
        pytest.param(
            edited("dvc.yaml", "foreach: [a, b]", "foreach: [a, b, c]"),
            "each@c",
            "is in dvc.yaml but was never recorded",
            id="a stage that was never run",
        ),
        pytest.param(
            edited("dvc.yaml", "foreach: [a, b]", "foreach: [a]"),
            "dvc.lock",
            "holds the stage each@b, which is in no dvc.yaml",
            id="a stage that is gone",
        ),
        pytest.param(
            edited("dvc.yaml", "deps: [tables]", "deps: [tables, hidden]"),
            "table",
            "hidden: is a dependency in dvc.yaml and not recorded as one",
            id="a dependency more",
        ),
        pytest.param(
            edited("dvc.yaml", "deps: [table.parquet, raw.txt]", "deps: [raw.txt]"),
            "folder",
            "table.parquet: is recorded as a dependency and is none in dvc.yaml",
            id="a dependency less",
        ),
        pytest.param(
            edited("dvc.yaml", "outs: [inside.txt]", "outs: [inside.txt, more.txt]"),
            "inside",
            "more.txt: is an output in dvc.yaml and not recorded as one",
            id="an output more",
        ),
        pytest.param(
            edited("dvc.yaml", "params: [rate]", "params: [rate, other]"),
            "each@a",
            "params.yaml: other is not recorded",
            id="a parameter more",
        ),
        pytest.param(
            edited("dvc.yaml", "params: [rate]", "params: []"),
            "each@a",
            "parameters of params.yaml are recorded, and it does not depend on them any more",
            id="a parameter less",
        ),
        pytest.param(
            recorded("table", "outs:"), "folder", "table.parquet: should be", id="an output's hash"
        ),
        pytest.param(
            recorded("each@a", "outs:"), "around", "results: should be", id="an output in a folder"
        ),
        pytest.param(
            recorded("inside", "deps:"),
            "inside",
            "folder/raw.txt: should be recorded as",
            id="the hash of a file inside an output",
        ),
        pytest.param(
            recorded("part", "deps:"),
            "part",
            "folder/deep: should be recorded as",
            id="the hash of a folder inside an output",
        ),
        pytest.param(
            edited("results/notes.txt", "by hand", "anew"),
            "around",
            "results: should be recorded as",
            id="a file beside outputs",
        ),
        pytest.param(
            edited("scores.json", "3", "4"),
            "scores",
            "scores.json: should be recorded as",
            id="an output in git",
        ),
        pytest.param(
            edited("raw.txt.dvc", "md5: ", "md5: 00"),
            "folder",
            "raw.txt: should be recorded as 00",
            id="a source",
        ),
        pytest.param(
            lambda project: shutil.rmtree(project / "tables"),
            "table",
            "tables: is neither in the commit nor made by a stage",
            id="a file that is gone",
        ),
        pytest.param(
            lambda project: (project / "dvc.lock").unlink(),
            "around",
            "is in dvc.yaml but was never recorded",
            id="no lock file",
        ),
        pytest.param(
            lambda project: (project / "dvc.yaml").unlink(),
            "dvc.lock",
            "holds the stage around, which is in no dvc.yaml",
            id="a lock file alone",
        ),
    ],
)
def test_what_does_not_fit_is_named(
    project: Path, tmp_path: Path, change: Callable[[Path], object], stage: str, message: str
) -> None:
    """An edit of code, parameters, commands, stages or hashes is found, with its stage."""
    change(project)
    projects.commit(project)
    found = [(each.stage, each.message) for each in look(project, tmp_path).broken]
    assert [each for each in found if each[0] == stage and each[1].startswith(message)], found


def test_without_the_lists_of_folders_the_rest_is_proved(template: Path, tmp_path: Path) -> None:
    """What only the list of files in a folder can tell is called unproved, never consistent."""
    result = look(template, tmp_path, borrow=False)
    assert result.broken == ()
    assert [(each.stage, each.message.partition(":")[0]) for each in result.unproved] == [
        ("inside", "folder/raw.txt"),
        ("part", "folder/deep"),
    ]
    assert "list of files in the folder folder is not in DVC's cache" in result.unproved[0].message


def test_a_list_of_files_that_was_tampered_with_proves_nothing(
    project: Path, tmp_path: Path
) -> None:
    """A list in the cache that does not hash to its name is as good as none."""
    [name] = (project / ".dvc/cache/files/md5").rglob("*.dir")
    name.chmod(0o644)
    name.write_text(name.read_text().replace("raw.txt", "raw.tx"))
    assert [each.stage for each in look(project, tmp_path).unproved] == ["inside", "part"]


def test_a_changed_file_inside_an_output_of_an_earlier_stage_is_found(
    project: Path, tmp_path: Path
) -> None:
    """`dvc repro --allow-missing --dry` calls this up to date; it is not."""
    lock = (project / "dvc.lock").read_text()
    projects.edit(project, "dvc.yaml", "cp raw.txt folder\n", "echo new > folder/raw.txt\n")
    projects.run(project, "dvc", "repro", "--single-item", "folder")
    old, new = (
        text.partition("  inside:")[2] for text in (lock, (project / "dvc.lock").read_text())
    )
    assert old == new  # the next stage was not run again
    projects.commit(project)
    bare = tmp_path / "bare"
    projects.run(tmp_path, "git", "clone", "--quiet", str(project), str(bare))
    command = ("dvc", "repro", "--allow-missing", "--dry", "inside")
    assert "Data and pipelines are up to date" in projects.run(bare, *command)
    assert [each.stage for each in look(project, tmp_path).broken] == ["inside"]


def test_a_frozen_stage_is_not_looked_into(project: Path, tmp_path: Path) -> None:
    """What a frozen stage depends on may differ, and that is said."""
    projects.edit(project, "dvc.yaml", "    deps: [scores]", "    frozen: true\n    deps: [scores]")
    projects.edit(project, "scores/a.json", "3", "4")
    projects.commit(project)
    result = look(project, tmp_path)
    assert result.broken == ()
    message = "is frozen, so what it depends on was not looked at"
    assert result.unproved == (consistency.Finding("scores", message),)


def test_what_is_elsewhere_is_not_proved(project: Path, tmp_path: Path) -> None:
    """A dependency outside the repository was not looked at, and that is said."""
    outside = tmp_path / "outside.txt"
    outside.write_text("1")
    projects.edit(project, "dvc.yaml", "deps: [tables]", f"deps: [tables, {outside}]")
    projects.run(project, "dvc", "repro", "--quiet")
    projects.commit(project)
    result = look(project, tmp_path)
    assert result.broken == ()
    message = f"{outside}: is not in this repository, so it was not looked at"
    assert result.unproved == (consistency.Finding("table", message),)


def test_the_cache_is_only_read(template: Path, tmp_path: Path) -> None:
    """Looking things up leaves the user's cache as it was."""
    cache = template / ".dvc/cache"
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    look(template, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*")} == before
