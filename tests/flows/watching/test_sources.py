"""A source looks different once its rows may be, and the same until then."""

import http.server
import os
import sqlite3
import threading
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from flows.watching import sources
from trunkline.settings.dataset import Dataset


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers as the server's table `documents` says: path -> (code, headers)."""

    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []  # paths and the headers they came with

    def do_HEAD(self) -> None:
        """Answer without a body; refuse where the table says so."""
        code, headers = self.server.documents[self.path]  # type: ignore[attr-defined]
        self.asked.append((self.path, dict(self.headers)))
        self.send_response(code if self.command == "HEAD" or code < 400 else 200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the address of a server on loopback and the table of what it answers."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.documents = {}  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", server.documents  # type: ignore[attr-defined]
        server.shutdown()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return an SQLite file with a table of two rows."""
    path = tmp_path / "rows of a study.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE "the ""rows""" (value)')
        connection.executemany('INSERT INTO "the ""rows""" VALUES (?)', [(1,), (2,)])
    connection.close()
    return path


def test_every_kind_of_source_can_be_looked_at() -> None:
    """Each kind that params.yaml may hold is fixed, or names where its rows come from."""
    members = typing.get_type_hints(Dataset)["source"]
    kinds = [kind for kind in typing.get_args(members) if kind is not type(None)]
    assert kinds
    for kind in kinds:
        hints = typing.get_type_hints(kind)
        (name,) = typing.get_args(hints["kind"])
        assert name in sources.FIXED or hints.keys() & sources.LOOKS.keys(), name


@pytest.mark.parametrize("kind", sorted(sources.FIXED))
def test_what_ships_or_is_generated_cannot_change(kind: str) -> None:
    """There is nothing to look at."""
    assert sources.look({"kind": kind}) is None


def test_a_file_looks_the_same_until_it_is_written(tmp_path: Path) -> None:
    """Size and time of modification are looked at, whatever the name of the source's kind."""
    file = tmp_path / "rows.csv"
    file.write_text("a\n")
    source = {"kind": "csv", "path": str(file)}
    before = sources.look(source)
    assert sources.look(source) == before
    file.write_text("a\nb\n")
    longer = sources.look(source)
    assert longer != before
    os.utime(file, ns=(0, 0))
    assert sources.look(source) != longer


def test_a_folder_looks_different_when_any_file_in_it_does(tmp_path: Path) -> None:
    """Written, added, removed or renamed: each is seen, and reading a file is not."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "rows").write_text("1")
    source = {"kind": "images", "path": str(tmp_path)}
    looks = [sources.look(source)]
    (inner / "rows").read_text()
    assert sources.look(source) == looks[0]
    (inner / "rows").write_text("12")
    looks.append(sources.look(source))
    (tmp_path / "more").write_text("")
    looks.append(sources.look(source))
    (tmp_path / "more").rename(tmp_path / "other")
    looks.append(sources.look(source))
    (tmp_path / "other").unlink()
    assert sources.look(source) == looks[1]
    assert all(looks.count(look) == 1 for look in looks)


def test_each_of_several_files_is_looked_at(tmp_path: Path) -> None:
    """A list and a mapping of paths name each a file."""
    for name in ("images", "labels"):
        (tmp_path / name).write_text(name)
    paths = {name: str(tmp_path / name) for name in ("images", "labels")}
    listed = sources.look({"kind": "idx", "paths": list(paths.values())})
    assert listed == sources.look({"kind": "idx", "paths": paths})
    (tmp_path / "labels").write_text("more labels")
    assert sources.look({"kind": "idx", "paths": paths}) != listed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"ETag": '"1"'}, {"ETag": '"2"'}),
        (
            {"Last-Modified": "Sun, 22 Nov 2026 00:00:00 GMT"},
            {"Last-Modified": "Sun, 22 Nov 2026 00:00:01 GMT"},
        ),
        ({"Content-Length": "1"}, {"Content-Length": "2"}),
    ],
)
def test_a_document_looks_as_its_server_says(
    documents: tuple[str, dict[str, Any]], before: dict[str, str], after: dict[str, str]
) -> None:
    """ETag, time of modification and size are looked at; another header is not."""
    address, answers = documents
    source = {"kind": "url", "url": f"{address}/rows"}
    answers["/rows"] = (200, before)
    seen = sources.look(source)
    answers["/rows"] = (200, before | {"X-Request": "2"})
    assert sources.look(source) == seen
    answers["/rows"] = (200, after)
    assert sources.look(source) != seen


def test_a_server_without_head_is_asked_by_get(documents: tuple[str, dict[str, Any]]) -> None:
    """Some servers answer 405 or 501 to a HEAD; the headers of a GET say the same."""
    address, answers = documents
    answers["/a"] = (405, {"ETag": '"1"'})
    answers["/b"] = (501, {"ETag": '"2"'})
    seen = sources.look({"kind": "url", "urls": [f"{address}/a", f"{address}/b"]})
    assert seen == [{"ETag": '"1"'}, {"ETag": '"2"'}]


def test_a_redirection_is_followed(documents: tuple[str, dict[str, Any]]) -> None:
    """What counts is the document in the end."""
    address, answers = documents
    answers["/old"] = (302, {"Location": f"{address}/new"})
    answers["/new"] = (200, {"ETag": '"1"'})
    assert sources.look({"kind": "url", "url": f"{address}/old"}) == [{"ETag": '"1"'}]


def test_a_redirection_takes_no_password_to_another_host(
    documents: tuple[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who watches an address tells its password to the host of that address alone."""
    address, answers = documents
    other = address.replace("127.0.0.1", "localhost")
    answers["/old"] = (302, {"Location": f"{other}/new"})
    answers["/new"] = (200, {"ETag": '"1"'})
    monkeypatch.setenv("PASSWORD_OF_IT", "hidden")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    url = address.replace("://", "://me:{PASSWORD_OF_IT}@") + "/old"
    asked: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(Answers, "asked", asked)
    assert sources.look({"kind": "url", "url": url}) == [{"ETag": '"1"'}]
    told = {path: "Authorization" in headers for path, headers in asked}
    assert told == {"/old": True, "/new": False}


def test_a_redirection_to_another_scheme_is_refused(
    documents: tuple[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would lead to what is no document of a server; the secret in its way is not shown."""
    address, answers = documents
    answers["/hidden/rows"] = (302, {"Location": "ftp://127.0.0.1/hidden/rows"})
    monkeypatch.setenv("WAY_TO_IT", "hidden")
    with pytest.raises(OSError, match=r"redirect within http, received one to ftp") as error:
        sources.look({"kind": "url", "url": f"{address}/{{WAY_TO_IT}}/rows"})
    assert "hidden" not in str(error.value)


def test_a_missing_document_is_an_error(documents: tuple[str, dict[str, Any]]) -> None:
    """Gone is not changed."""
    address, answers = documents
    answers["/rows"] = (404, {})
    with pytest.raises(OSError, match=r"127\.0\.0\.1 answered 404 Not Found"):
        sources.look({"kind": "url", "url": f"{address}/rows"})


def test_a_document_without_validators_is_an_error(documents: tuple[str, dict[str, Any]]) -> None:
    """Where nothing would tell a change, that is said."""
    address, answers = documents
    answers["/rows"] = (200, {})
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 states none of ETag"):
        sources.look({"kind": "url", "url": f"{address}/rows"})


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/rows"])
def test_an_address_of_another_scheme_is_refused(url: str) -> None:
    """A url is of http or https; files have a path."""
    with pytest.raises(ValueError, match=f"received one of '{url.partition(':')[0]}'"):
        sources.look({"kind": "url", "url": url})


def test_an_address_may_stand_where_a_path_does(
    documents: tuple[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for as an address, with its variables filled in."""
    address, pages = documents
    pages["/rows.csv?token=secret"] = (200, {"ETag": '"1"'})
    monkeypatch.setenv("TOKEN_OF_IT", "secret")
    (seen,) = (
        sources.look({"kind": "csv", "path": f"{address}/rows.csv?token={{TOKEN_OF_IT}}"}) or []
    )
    assert seen["ETag"] == '"1"'


def test_a_password_of_a_broken_address_is_hidden() -> None:
    """What cannot be asked for is told without its user."""
    with pytest.raises(ValueError, match=r"https://\*\*\*@h/a b: it is no address") as error:
        sources.look({"kind": "csv", "path": "https://me:pass@h/a b"})
    assert "pass" not in str(error.value)


@pytest.mark.parametrize("key", ["path", "url"])
def test_a_table_looks_different_with_more_rows(database: Path, key: str) -> None:
    """Rows are counted; the database is named by path or by url, the table as it is."""
    place = {"path": str(database), "url": f"sqlite:///{database}"}[key]
    source = {"kind": "sql", key: place, "table": 'the "rows"'}
    assert sources.look(source) == [{"rows": 2}]
    with sqlite3.connect(database) as connection:
        connection.execute('INSERT INTO "the ""rows""" VALUES (3)')
    connection.close()
    assert sources.look(source) == [{"rows": 3}]


def test_looking_makes_no_database(tmp_path: Path) -> None:
    """SQLite makes a file that is missing; a look must not."""
    path = tmp_path / "rows.sqlite"
    with pytest.raises(OSError, match=r"table 'rows' of .*: unable to open database file"):
        sources.look({"kind": "sql", "path": str(path), "table": "rows"})
    assert not path.exists()


def test_rows_of_another_database_are_refused() -> None:
    """What cannot be counted is said, without the password that the address may hold."""
    source = {"kind": "sql", "url": "mysql://me:secret@127.0.0.1/x", "table": "rows"}
    with pytest.raises(ValueError, match="received 'mysql'") as caught:
        sources.look(source)
    assert "secret" not in str(caught.value)


def test_a_query_looks_different_with_more_rows(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of a query are counted, and not one is written."""
    monkeypatch.chdir(database.parent)
    source = {
        "kind": "sql",
        "url": f"sqlite:///{database.name}",
        "query": "SELECT 1 UNION SELECT 2",
    }
    assert sources.look(source) == [{"rows": 2}]
    source["query"] = 'DELETE FROM "the ""rows"""'
    with pytest.raises(ValueError, match="the query: near"):
        sources.look(source)


def test_a_server_that_is_down_is_told() -> None:
    """What cannot be counted is said, without the password that the address may hold."""
    source = {"kind": "sql", "url": "postgresql://me:secret@127.0.0.1:1/x", "table": "rows"}
    with pytest.raises(OSError, match="it cannot be reached") as caught:
        sources.look(source)
    assert "secret" not in str(caught.value)


def test_a_source_of_no_place_is_refused() -> None:
    """A new kind of source must say where its rows come from, or would never be watched."""
    with pytest.raises(ValueError, match=r"expected one of table, query, .* received kind, bucket"):
        sources.look({"kind": "cloud", "bucket": "rows"})


def test_a_place_must_be_text() -> None:
    """A number is no path."""
    with pytest.raises(
        ValueError, match="expected the text of a place or a list of it, received 3"
    ):
        sources.look({"kind": "csv", "paths": [3]})
