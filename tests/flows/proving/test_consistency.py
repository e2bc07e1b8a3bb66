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


MORE = """\
  more:
    cmd: >-
      mkdir -p results/more && echo 1 > results/more/x.txt && echo 2 > results/m.json &&
      echo 'key: 1' > made.yaml
    deps: [code]
    params: [other.yaml: [key]]
    outs: [results/more, made.yaml]
    metrics: [{results/m.json: {cache: false}}]
  reader:
    cmd: cat made.yaml > read.txt
    params: [made.yaml: [key]]
    outs: [read.txt]
"""


@pytest.fixture
def more(project: Path) -> Path:
    """A repository with parameters that a stage writes, and all kinds of outputs in a folder."""
    (project / "other.yaml").write_text("key: 1\nalso: 2\n")
    projects.edit(project, "dvc.yaml", "  around:", f"{MORE}  around:")
    projects.run(project, "dvc", "repro", "--quiet")
    projects.commit(project)
    return project


def test_a_folder_of_many_outputs_is_put_together(more: Path, tmp_path: Path) -> None:
    """Files, folders, outputs in git and files beside them make up the hash of the folder."""
    written = consistency.Finding("reader", "made.yaml: its parameters are written by a stage")
    assert look(more, tmp_path / "one") == consistency.Result(10, (), (written,))
    bare = look(more, tmp_path / "two", borrow=False)
    assert bare.broken == ()
    assert (
        "around",
        "results: the list of files in the folder results/more is not in DVC's cache here",
    ) in [(each.stage, each.message) for each in bare.unproved]
    projects.edit(more, "results/m.json", "2", "3")  # which only its own stage is to blame for
    projects.commit(more)
    assert [each.stage for each in look(more, tmp_path / "three").broken] == ["more"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("key", "kee", "other.yaml: key is missing"),
        ("key: 1", "key: 1.0", "other.yaml: key is '1.0', recorded is '1'"),
    ],
)
def test_other_files_of_parameters_count(
    more: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A key that is gone, a value that changed."""
    projects.edit(more, "other.yaml", old, new)
    projects.commit(more)
    assert look(more, tmp_path).broken == (consistency.Finding("more", message),)


def test_a_file_of_parameters_that_is_gone_is_named(more: Path, tmp_path: Path) -> None:
    """No stage makes it, so it is missing."""
    (more / "other.yaml").unlink()
    projects.commit(more)
    message = "the file of parameters other.yaml is missing"
    assert look(more, tmp_path).broken == (consistency.Finding("more", message),)


def test_a_hash_of_another_kind_is_not_compared(project: Path, tmp_path: Path) -> None:
    """Entries of DVC 2 hash text without its carriage returns."""
    text = (project / "dvc.lock").read_text()
    place = text.index("- path: table.parquet", text.index("\n  table:"))
    old = text[place:].replace("      hash: md5\n", "", 1)
    (project / "dvc.lock").write_text(text[:place] + old)
    projects.commit(project)
    result = look(project, tmp_path)
    message = "table.parquet: table.parquet is recorded with a hash of another kind (md5-dos2unix)"
    assert consistency.Finding("folder", message) in result.unproved


def test_a_folder_recorded_as_a_file_is_found(project: Path, tmp_path: Path) -> None:
    """Nothing can be in it."""
    text = (project / "dvc.lock").read_text()
    place = text.index("- path: folder\n")
    (project / "dvc.lock").write_text(text[:place] + text[place:].replace(".dir", "", 1))
    projects.commit(project)
    message = "folder/raw.txt: folder is recorded as a file, not a folder"
    assert consistency.Finding("inside", message) in look(project, tmp_path).broken


def test_a_file_that_is_not_in_the_recorded_folder_is_found(project: Path, tmp_path: Path) -> None:
    """Whoever depends on it has nothing to read."""
    projects.edit(project, "dvc.yaml", "deps: [folder/deep]", "deps: [folder/deeper]")
    projects.edit(project, "dvc.lock", "- path: folder/deep\n", "- path: folder/deeper\n")
    projects.commit(project)
    message = "folder/deeper: is neither in the commit nor made by a stage"
    assert consistency.Finding("part", message) in look(project, tmp_path).broken


def test_an_import_that_was_edited_by_hand_is_found(project: Path, tmp_path: Path) -> None:
    """Its md5 no longer fits."""
    (project / "source.txt").write_text("1")
    projects.run(project, "dvc", "import-url", "--quiet", "source.txt", "copy.txt")
    projects.commit(project)
    assert look(project, tmp_path / "one").broken == ()
    (project / "source.txt").write_text("2")
    projects.edit(project, "copy.txt.dvc", "path: copy.txt", "path: other.txt")
    projects.commit(project)
    found = [each.message for each in look(project, tmp_path / "two").broken]
    assert found[0] == "was edited by hand: its md5 does not fit what it says"
    assert found[1].startswith("source.txt: should be recorded as")


def test_an_import_that_was_never_downloaded_is_found(project: Path, tmp_path: Path) -> None:
    """There is no hash to bring its data by."""
    (project / "source.txt").write_text("1")
    arguments = ("--quiet", "--no-download", "source.txt", "copy.txt")
    projects.run(project, "dvc", "import-url", *arguments)
    projects.commit(project)
    message = "copy.txt: its hash was never recorded"
    assert consistency.Finding("copy.txt.dvc", message) in look(project, tmp_path).broken


def test_an_output_elsewhere_is_not_proved(project: Path, tmp_path: Path) -> None:
    """An output outside the repository was not looked at, and that is said."""
    outside = tmp_path / "outside.txt"
    outputs = f"outs: [inside.txt, {outside}: {{cache: false}}]"
    projects.edit(project, "dvc.yaml", "outs: [inside.txt]", outputs)
    projects.edit(project, "dvc.yaml", "> inside.txt", f"> inside.txt; touch {outside}")
    projects.run(project, "dvc", "repro", "--quiet")
    projects.commit(project)
    result = look(project, tmp_path)
    assert result.broken == ()
    message = f"{outside}: is not in this repository, so it was not looked at"
    assert result.unproved == (consistency.Finding("inside", message),)


def test_a_dependency_without_a_hash_is_found(project: Path, tmp_path: Path) -> None:
    """As after an edit, or a merge gone wrong."""
    lines = (project / "dvc.lock").read_text().splitlines()
    place = lines.index("    - path: folder/raw.txt")
    assert lines[place + 2].startswith("      md5: ")
    (project / "dvc.lock").write_text("\n".join(lines[: place + 2] + lines[place + 3 :]) + "\n")
    projects.commit(project)
    message = "folder/raw.txt: its hash was never recorded"
    assert look(project, tmp_path).broken == (consistency.Finding("inside", message),)


def test_an_output_that_is_kept_nowhere_is_not_proved(project: Path, tmp_path: Path) -> None:
    """Neither git nor DVC has its content."""
    projects.edit(project, ".gitignore", "/.trunkline/", "/.trunkline/\n/scores.json")
    projects.run(project, "git", "rm", "--quiet", "--cached", "scores.json")
    projects.commit(project)
    result = look(project, tmp_path)
    assert result.broken == ()
    message = "scores.json: is neither in git nor in DVC's cache"
    assert result.unproved == (consistency.Finding("scores", message),)
