"""Earlier runs are recorded whole, and found whatever a kill has left beside them."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.running import runs
from tests.flows.running import sessions, stand_ins, workspaces
from tests.flows.running.sessions import FILES, run
from tests.flows.running.workspaces import content, serial, write

ONE: dict[str, object] = {"a": {"cmd": "cat in.txt > a", "deps": ["in.txt"], "outs": ["a"]}}


def forget(folder: Path) -> None:
    """Remove the lock file and the output, so that only the record of the run is left."""
    (folder / "dvc.lock").unlink()
    (folder / "a").unlink()


def test_half_a_record_is_none(folder: Path) -> None:
    """What a kill of DVC leaves: a folder without a record, or with a draft of one."""
    one = workspaces.make(folder, ONE, FILES)
    run(one)
    (record,) = sessions.runs(one)
    forget(one)
    draft = record.with_name(".abc.tmp")
    record.rename(draft)
    draft.write_text("cmd: cat in.txt > a\n")
    assert run(one).last() == {"a": "ran"}
    assert record.exists()
    forget(one)
    draft.touch()  # the newest
    assert run(one).last() == {"a": "restored"}
    for path in (record, draft):
        path.unlink()
    forget(one)
    assert run(one).last() == {"a": "ran"}


def test_the_newest_of_several_records_counts(folder: Path) -> None:
    """As in DVC: a command that gave other outputs later is believed later."""
    stage = {"cmd": "cat in.txt hidden > a", "deps": ["in.txt"], "outs": ["a"]}
    one = workspaces.make(folder, {"a": stage}, {**FILES, "hidden": "first\n"})
    run(one)
    (first,) = sessions.runs(one)
    write(one, {"hidden": "second\n"})
    assert run(one, force=True).last() == {"a": "ran"}
    (second,) = set(sessions.runs(one)) - {first}
    assert second.parent == first.parent
    for newest, text in ((first, "one\nfirst\n"), (second, "one\nsecond\n")):
        for time, path in enumerate(sorted((first, second), key=newest.__eq__)):
            os.utime(path, (time, time))
        forget(one)
        two = workspaces.twin(one)
        assert run(one).last() == {"a": "restored"}
        assert serial(two) == ""
        assert (one / "a").read_text() == (two / "a").read_text() == text
        workspaces.shutil.rmtree(two)


def test_a_record_is_not_written_twice(folder: Path) -> None:
    """The one that is there stays as it is."""
    one = workspaces.make(folder, ONE, FILES)
    run(one)
    (record,) = sessions.runs(one)
    before = record.stat()
    assert run(one, force=True).last() == {"a": "ran"}
    assert record.stat() == before


@pytest.mark.parametrize("name", ["rename", "stat"])
def test_an_interruption_leaves_nothing_that_dvc_fails_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Neither DVC nor the next run minds what there is, and both come to the same bytes."""
    one = workspaces.make(folder, ONE, FILES)
    fake = SimpleNamespace(rename=os.rename, stat=os.stat)
    setattr(fake, name, stand_ins.raising(KeyboardInterrupt()))
    monkeypatch.setattr(runs, "os", fake)
    with pytest.raises(KeyboardInterrupt):
        run(one)
    monkeypatch.undo()
    two = workspaces.twin(one)
    assert sessions.runs(one) == []
    assert serial(one) == ""
    assert run(two).last() == {"a": "ran"}
    assert content(two) == content(one)


def test_a_cache_on_another_file_system(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There DVC writes the record itself: what is moved from elsewhere is not there at once."""
    one = workspaces.make(folder, ONE, FILES)
    two = workspaces.twin(one)

    def stat(path: str) -> SimpleNamespace:
        return SimpleNamespace(st_dev=path)

    fake = SimpleNamespace(stat=stat, rename=stand_ins.raising(AssertionError("moved")))
    monkeypatch.setattr(runs, "os", fake)
    assert run(two).last() == {"a": "ran"}
    assert serial(one) == ""
    assert content(two) == content(one)
