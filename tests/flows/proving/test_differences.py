import os
from pathlib import Path

import pandas as pd
import pytest

from flows.proving import comparison, contents, differences, records, repository
from trunkline.artifacts import results, tables


def change(path: str, before: str | None) -> comparison.Change:
    """Return an output whose hash was another one."""
    return comparison.Change(records.Output(path, before), before, "other")


def test_committed_content_comes_from_the_cache(template: Path, tmp_path: Path) -> None:
    """A file by its hash, a folder by its list of files."""
    with repository.workspace(template) as owner:
        stages = repository.locked(owner, str(template / "dvc.yaml"))
        hashes = {out["path"]: out["md5"] for entry in stages.values() for out in entry["outs"]}
        one = contents.committed(owner, change("inside.txt", hashes["inside.txt"]), tmp_path)
        many = contents.committed(owner, change("folder", hashes["folder"]), tmp_path)
    assert one is not None
    assert one[""].path is not None
    assert one[""].path.read_text() == "raw\n"
    assert many is not None
    assert many == {
        name: contents.File(file.hash, many[name].path)
        for name, file in contents.made(template / "folder").items()
    }
    assert set(many) == {"raw.txt", "deep/table.parquet"}
    assert all(file.size for file in many.values())


def test_committed_content_comes_from_git_if_it_is_what_was_recorded(
    template: Path, tmp_path: Path
) -> None:
    """A file of git that is not the recorded one is not shown as such."""
    (tmp_path / "scores.json").write_text("1")
    [made] = contents.made(tmp_path / "scores.json").values()
    with repository.workspace(template) as owner:
        found = contents.committed(owner, change("scores.json", made.hash), tmp_path)
        assert found == {"": made}
        unknown = contents.committed(owner, change("scores.json", "0" * 31 + "1"), tmp_path)
        assert unknown == {"": contents.File("0" * 31 + "1", None)}
        assert unknown[""].size is None


def test_content_that_is_nowhere_is_unknown(template: Path, tmp_path: Path) -> None:
    """Not recorded, or a folder whose list of files the cache lacks."""
    with repository.workspace(template) as owner:
        assert contents.committed(owner, change("x", None), tmp_path) is None
        assert contents.committed(owner, change("x", "0" * 32 + ".dir"), tmp_path) is None


def versions(before: Path, after: Path) -> tuple[contents.Version, contents.Version]:
    """Return what is in two places."""
    return contents.made(before), contents.made(after)


def test_a_folder_is_compared_file_by_file(tmp_path: Path) -> None:
    """Files that are new, gone or other are named below the folder; equal ones are not."""
    for name, files in {"a": ("same", "gone", "other"), "b": ("same", "new", "other")}.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text(name if file == "other" else file)
    found = differences.compare("out", *versions(tmp_path / "a", tmp_path / "b"))
    assert [(each.path, each.summary) for each in found] == [
        ("out/gone", "the file is gone"),
        ("out/other", "1 bytes, the first difference is at byte 0"),
        ("out/new", "the file is new"),
    ]


def test_tables_and_results_are_looked_into(tmp_path: Path) -> None:
    """By their suffix, whatever the case; only results are judged by a tolerance."""
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    for name, value in {"a": 2.0, "b": 4.0}.items():
        tables.write(frame.assign(x=[1.0, value]), tmp_path / name / "t.parquet")
        tables.write_csv(frame.assign(x=[1.0, value]), tmp_path / name / "t.CSV")
        results.write({"x": value}, tmp_path / name / "r.json")
    found = differences.compare("out", *versions(tmp_path / "a", tmp_path / "b"))
    assert [(each.path, each.details[0].absolute, each.judged) for each in found] == [
        ("out/r.json", 2.0, True),
        ("out/t.CSV", 2.0, False),
        ("out/t.parquet", 2.0, False),
    ]
    assert [each.within(0.5) for each in found] == [True, False, False]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "json", "yaml"])
def test_a_damaged_file_is_compared_by_its_bytes(tmp_path: Path, suffix: str) -> None:
    """What cannot be read still differs."""
    one, other = tmp_path / f"one.{suffix}", tmp_path / f"other.{suffix}"
    one.write_bytes(b"{\x00\xff: [" + os.urandom(64))
    other.write_bytes(one.read_bytes()[:-1])
    [found] = differences.compare(f"out.{suffix}", *versions(one, other))
    expected = "70 bytes became 69, the first difference is at byte 69; one of them is damaged"
    assert found.summary == expected
    assert not found.within(1.0)


def test_a_file_too_large_is_compared_by_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read into memory that may not fit."""
    monkeypatch.setattr(differences, "LARGEST", 10)
    for name in ("a", "b"):
        results.write({"x": name * 20}, tmp_path / f"{name}.json")
    [found] = differences.compare("x.json", *versions(tmp_path / "a.json", tmp_path / "b.json"))
    assert found.summary == "34 bytes, the first difference is at byte 10"


def test_the_first_difference_is_found_behind_the_first_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are read in blocks."""
    monkeypatch.setattr(differences, "BLOCK", 8)
    (tmp_path / "a").write_bytes(b"0123456789abcdef0")
    (tmp_path / "b").write_bytes(b"0123456789abXdef0")
    [found] = differences.compare("x", *versions(tmp_path / "a", tmp_path / "b"))
    assert found.summary == "17 bytes, the first difference is at byte 12"
    (tmp_path / "b").write_bytes(b"0123456789abcdef")
    [found] = differences.compare("x", *versions(tmp_path / "a", tmp_path / "b"))
    assert found.summary == "17 bytes became 16, the first difference is at byte 16"


def test_unknown_content_is_called_that(tmp_path: Path) -> None:
    """Of a folder, and of a file in it."""
    (tmp_path / "a").write_text("1")
    after = contents.made(tmp_path / "a")
    [found] = differences.compare("out", None, after)
    assert "`dvc pull` may bring it" in found.summary
    [found] = differences.compare("out", {"": contents.File("0", None)}, after)
    assert found.summary == "its committed content is neither in git nor in DVC's cache here"
