"""Benchmarks can be asked for by name, and say whether a promise is kept."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks import __main__ as bench
from benchmarks import catalogue, interactions
from benchmarks.tables import Promise, Row, Table


def test_names_are_unique() -> None:
    """A part is asked for by its name alone, and a table has a file of its own."""
    assert len(set(bench.NAMES)) == len(bench.NAMES)
    for parts in (
        [table.suffix for table in bench.TABLES],
        [table.title for table in bench.TABLES],
    ):
        assert len(set(parts)) == len(parts)


def test_what_recommenders_promise_can_be_measured() -> None:
    """Training, evaluation and lists are there by name."""
    assert {"linear", "ranking", "listing", "learning"} <= set(bench.NAMES)


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It is answered with those that there are."""
    with pytest.raises(SystemExit, match="2"):
        bench.main(["--only", "rankings"])
    assert "'ranking'" in capsys.readouterr().err


def test_only_what_is_asked_for_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A part of a table leaves no file; a promise that is missed is the exit code."""

    def bad() -> Iterator[Row]:
        yield Row(("late",), kept=False)

    def good() -> Iterator[Row]:
        yield Row(("soon",))

    parts = {"good": good, "bad": bad}
    monkeypatch.setattr(bench, "TABLES", (Table("T", "text", ("what",), "-none", parts),))
    monkeypatch.setattr(bench, "RESULTS", None)
    assert [bench.show(bench.TABLES[0], [name]) for name in parts] == [True, False]
    assert "| soon |" in capsys.readouterr().out


def told(monkeypatch: pytest.MonkeyPatch, *lines: object) -> None:
    """Let every module say these lines."""
    words = [json.dumps(line) for line in lines]
    monkeypatch.setattr(catalogue, "_told", lambda *_: iter(words))


def test_an_evaluation_is_to_take_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the peer takes."""
    one = {"scores": "normal", "k": 10, "seconds": 0.9, "argpartition": 0.3, "times": 3}
    told(monkeypatch, one, {**one, "seconds": 1.1})
    first, second = catalogue.ranking()
    assert first.cells[0] == "judge 1,000 users x 10,000 items, normal scores, top 10"
    assert first.cells[2:] == ("0.900", "0.300", "3.00", "at most 1 s")
    assert (first.kept, second.kept) == (True, False)
    assert "missed" in second.line()


def test_lists_are_to_take_twice_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells say what they find, too."""
    way = {"processor_seconds": 3.0, "recall": 1.0}
    found = {
        "users": 7, "items": 1000, "length": 100, "product": {"processor_seconds": 2.0},
        "exact": way, "cells": {**way, "recall": 0.98765}, "times": {"exact": 1.5, "cells": 2.1},
    }  # fmt: skip
    told(monkeypatch, found)
    exact, cells = catalogue.listing()
    assert exact.cells[0] == "top 100 of 1,000 items for 7 users, exact"
    assert cells.cells[0].endswith("cells, recall 0.988")
    assert (exact.kept, cells.kept) == (True, False)


def test_all_models_are_to_take_three_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last row is the sum."""
    told(monkeypatch, {"model": "ease", "seconds": 100}, {"model": "slim", "seconds": 81})
    *_, last = catalogue.learning()
    assert last.cells[2] == "181 s **missed**"
    assert not last.kept


def test_a_module_that_fails_is_named() -> None:
    """Its error is on the terminal already."""
    with pytest.raises(RuntimeError, match=r"-m benchmarks.nothing failed; its error stands above"):
        list(catalogue._told("nothing"))


@pytest.mark.parametrize(("each", "pairs"), [(80, 80_000), (106, 100_000)])
def test_interactions_are_as_many_as_is_said(each: int, pairs: int) -> None:
    """To a few percent; no user or item has more than all."""
    matrix = interactions.matrix(each)
    assert matrix.nnz == pytest.approx(pairs, rel=0.05)
    assert matrix.shape == (interactions.USERS, interactions.ITEMS)
    assert np.unique(matrix.data).tolist() == [1]


def test_a_promise_is_written_with_its_unit() -> None:
    """A number that breaks it is marked."""
    promise = Promise(2, unit=" s")
    assert (str(promise), promise.judged(1.5)) == ("at most 2 s", "1.50 s")
    assert promise.judged(2.5) == "2.50 s **missed**"
