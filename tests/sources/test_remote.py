"""A file at an address is fetched once, whole and checked, or not at all."""

import gzip
import hashlib
import io
import logging
import os
import re
import socket
import threading
import urllib.request
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest

from tests.sources import projects, servers
from tests.sources.servers import Server
from trunkline.settings import addresses
from trunkline.sources import answers, caching, downloading, hypertext, objects, redirecting, remote

CONTENT = b"a,b\n" + b"".join(b"%d,x%d\n" % (i, i) for i in range(1000))
SHA256 = hashlib.sha256(CONTENT).hexdigest()
OTHER = "0" * 64


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache; nothing waits between attempts."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv(caching.VARIABLE, str(folder))
    monkeypatch.setattr(downloading, "PAUSE", 0.0)
    return folder


def refused(address: str, message: str, sha256: str | None = SHA256) -> str:
    """Hold an ingest to its message, and to leaving no output and no such file in the cache."""
    with pytest.raises((ValueError, OSError), match=message) as found:
        projects.taken({"kind": "csv", "path": address, "sha256": sha256})
    assert projects.nothing_was_left()
    assert not (caching.folder() / str(sha256)).exists()
    return str(found.value)


def test_rows_come_from_an_address(server: Server) -> None:
    """The table is that of the file; the schema tells the address and the SHA-256."""
    address = server.put("/own.csv", servers.whole(CONTENT))
    table = projects.taken({"path": address, "sha256": SHA256.upper()})
    assert table["b"].tolist()[-1] == "x999"
    told = projects.schema()["source"]["file"]
    assert told == {"path": address, "bytes": len(CONTENT), "sha256": SHA256}


def test_it_is_fetched_once(server: Server, cache: Path) -> None:
    """A second run, and another address of the same file, read what is kept; nothing else is."""
    address = server.put("/own.csv", servers.whole(CONTENT))
    for path in (address, address, "http://gone.invalid/renamed.csv"):
        assert remote.fetched(path, SHA256).read_bytes() == CONTENT
    assert len(server.asked) == 1
    assert sorted(path.name for path in (cache / SHA256).iterdir()) == ["own.csv", "renamed.csv"]
    assert not list((cache / "partial").glob("*.bytes"))


def test_a_damaged_copy_is_fetched_anew(server: Server) -> None:
    """What is kept is checked each time it is used."""
    address = server.put("/own.csv", servers.whole(CONTENT))
    kept = remote.fetched(address, SHA256)
    kept.write_bytes(b"another")
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert len(server.asked) == 2


def test_a_broken_connection_goes_on_where_it_broke(server: Server) -> None:
    """Only what is missing is asked for, of the version that was begun."""
    address = server.put("/own.csv", servers.ranged(CONTENT, until=1000), servers.ranged(CONTENT))
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=1000-"]
    assert server.asked[1][1]["If-Range"] == '"one"'


def test_another_run_goes_on_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has arrived when a run gives up is not asked for again."""
    monkeypatch.setattr(downloading, "ATTEMPTS", 1)
    address = server.put("/own.csv", servers.ranged(CONTENT, until=1000), servers.ranged(CONTENT))
    refused(address, rf"expected {len(CONTENT)} bytes, the connection ended after 1000, after 1 at")
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=1000-"]


@pytest.mark.parametrize(
    "second",
    [servers.ranged(CONTENT, '"two"'), servers.whole(CONTENT, ETag='"two"')],
    ids=["the file has changed", "no ranges there"],
)
def test_pieces_of_two_versions_are_not_joined(second: Any, server: Server) -> None:
    """A file that changed meanwhile, or a server without ranges: it begins anew."""
    first = CONTENT.replace(b"x", b"y")
    address = server.put("/own.csv", servers.ranged(first, until=1000), second)
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=1000-"]


def test_without_a_version_the_checksum_decides(server: Server) -> None:
    """Pieces that do not fit are noticed by the SHA-256, and the file is fetched whole once."""
    first = CONTENT.replace(b"x", b"y")
    address = server.put(
        "/own.csv",
        servers.broken(first, 1000),
        servers.ranged(CONTENT, ""),
        servers.whole(CONTENT),
    )
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=1000-", None]


def test_a_range_that_was_not_asked_for_begins_anew(server: Server) -> None:
    """The bytes of another place are never appended."""
    wrong = servers.whole(CONTENT[500:], 206, Content_Range=f"bytes 500-{len(CONTENT) - 1}/*")
    address = server.put(
        "/own.csv", servers.ranged(CONTENT, until=1000), wrong, servers.ranged(CONTENT)
    )
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=1000-", None]


def test_a_run_that_was_killed_at_the_last_byte(server: Server) -> None:
    """All bytes are there, the server has no range left: it begins anew and ends."""
    address = server.put("/own.csv", servers.ranged(CONTENT))
    with caching.reserved(address) as partial:
        partial.begin('"one"')
        partial.path.write_bytes(CONTENT)
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert server.ranges() == [f"bytes={len(CONTENT)}-", None]


@pytest.mark.parametrize("note", ["", "[]", '{"mark'])
def test_a_note_that_was_cut_is_no_version(note: str, server: Server) -> None:
    """What a killed run left half-written says nothing."""
    address = server.put("/own.csv", servers.ranged(CONTENT))
    with caching.reserved(address) as partial:
        partial.begin('"zero"')
        partial.path.with_suffix(".json").write_text(note)
        assert partial.mark() is None
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT


def test_attempts_have_an_end(server: Server) -> None:
    """A server that fails again and again is told with how often it was asked."""
    address = server.put("/own.csv", servers.whole(b"", 503))
    refused(address, "the server answered 503 Service Unavailable, after 5 attempts: is the addr")
    assert len(server.asked) == 5


def test_a_server_that_recovers(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """What time may heal is tried again, and said."""
    address = server.put("/own.csv", servers.whole(b"", 429), servers.whole(CONTENT))
    with caplog.at_level(logging.INFO, "trunkline"):
        assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    assert "own.csv: the server answered 429 Too Many Requests; trying again" in caplog.text
    assert re.search(rf"own.csv: \d+ of {len(CONTENT)} bytes", caplog.text)


def test_little_by_little_has_an_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs up after a few bytes each time is left after so many connections."""
    monkeypatch.setattr(downloading, "CONNECTIONS", 7)
    behaviours = [servers.ranged(CONTENT, until=10 * (i + 1)) for i in range(8)]
    address = server.put("/own.csv", *behaviours)
    refused(address, r"the connection ended after 70, after 7 attempts; what has arrived \(70 byt")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "/own.csv: the server answered 404 Not Found: no such file: is the address right"),
        (401, r"401 Unauthorized: it asks who you are: put `\{NAME\}` into the address"),
        (403, "403 Forbidden: it may not be read"),
        (410, "410 Gone: the file is gone"),
        (400, r"400 Bad Request: is the address right\?"),
    ],
)
def test_a_refusal_is_final(status: int, message: str, server: Server) -> None:
    """An answer that time will not heal is asked for once."""
    refused(server.put("/own.csv", servers.whole(b"", status)), message)
    assert len(server.asked) == 1


def test_another_checksum(server: Server) -> None:
    """Both are told, and the wrong file is not kept."""
    address = server.put("/own.csv", servers.whole(b"a\n1\n"))
    found = hashlib.sha256(b"a\n1\n").hexdigest()
    refused(address, f"expected the SHA-256 {SHA256}, it has {found}: the file there has changed")
    assert not (caching.folder() / found).exists()


def test_without_a_checksum_it_is_told(server: Server) -> None:
    """The value to paste is printed; with it the file is not fetched a second time."""
    address = server.put("/own.csv", servers.whole(CONTENT))
    with pytest.raises(ValueError, match=f"Then paste `sha256: {SHA256}`"):
        projects.taken({"path": address})
    assert projects.nothing_was_left()
    assert len(projects.taken({"path": address, "sha256": SHA256})) == 1000
    assert len(server.asked) == 1


def test_without_anything_to_compare_nothing_is_joined(server: Server) -> None:
    """No checksum, no version: pieces are fetched again as one."""
    address = server.put(
        "/own.csv", servers.broken(CONTENT, 10), servers.ranged(CONTENT, ""), servers.whole(CONTENT)
    )
    with pytest.raises(ValueError, match=f"Then paste `sha256: {SHA256}`"):
        remote.fetched(address, None)
    assert server.ranges() == [None, "bytes=10-", None]


def test_a_page_instead_of_data(server: Server) -> None:
    """HTML stops before the rest is fetched, and says so rather than a wrong checksum."""
    page = servers.whole(b"\n <!DOCTYPE HTML><html>log in</html>", Content_Type="text/html")
    refused(server.put("/own.csv", page), "expected data, the server sent a page of HTML")
    assert len(server.asked) == 1


def test_a_short_body(server: Server) -> None:
    """A body that ends before the length that was told is no file."""
    address = server.put("/own.csv", servers.broken(CONTENT, 0))
    refused(address, rf"expected {len(CONTENT)} bytes, the connection ended after 0, after 5")


def test_a_chunked_body_that_ends_early(server: Server) -> None:
    """Without a length the last chunk tells the end."""
    head = {"Transfer_Encoding": "chunked", "Content_Length": ""}
    address = server.put("/own.csv", servers.whole(b"5\r\na,b\n1\r\n9\r\n,", **head))
    refused(address, "the connection ended before the file did, after 5 attempts")


def test_silence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the connection and sends nothing."""
    monkeypatch.setattr(hypertext, "PATIENCE", 0.05)
    monkeypatch.setattr(downloading, "ATTEMPTS", 2)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/own.csv"
        refused(address, r"no byte came for 0.05 seconds, after 2 attempts")


def test_silence_in_the_middle(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stops sending is left, and asked for the rest."""
    monkeypatch.setattr(hypertext, "PATIENCE", 0.2)
    over = threading.Event()

    def stuck(handler: servers.Handler) -> None:
        servers.broken(CONTENT, 1000, ETag='"one"')(handler)
        over.wait(10)

    address = server.put("/own.csv", stuck, servers.ranged(CONTENT))
    try:
        assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    finally:
        over.set()
    assert server.ranges() == [None, "bytes=1000-"]


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nothing listens."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    message = "it cannot be reached: Connection refused, after 5 attempts: is the address right"
    refused(f"http://127.0.0.1:{port}/own.csv", message)


def test_a_host_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody knows."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    refused(
        "http://nowhere.invalid/own.csv",
        "its host is not known: Name or .* after 5 attempts: is the",
    )


def test_a_redirect_is_followed(server: Server) -> None:
    """Within the scheme, and not without end."""
    server.put("/real.csv", servers.whole(CONTENT))
    address = server.put("/own.csv", servers.moved("/real.csv", 308))
    assert remote.fetched(address, SHA256).read_bytes() == CONTENT
    round_ = server.put("/round.csv", servers.moved("/round.csv"))
    refused(round_, "expected at most 5 redirects, the server sends more", OTHER)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/own.csv", "data:,a"])
def test_a_redirect_to_another_scheme(target: str, server: Server) -> None:
    """The address that the server names is told, and not followed."""
    address = server.put("/own.csv", servers.moved(target))
    scheme = target.partition(":")[0]
    refused(address, f"expected a redirect within http, received one to {scheme}: {target}")
    assert len(server.asked) == 1


def test_a_password_goes_to_no_other_host(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect to another server is followed without it, one to the same server with it."""
    monkeypatch.setenv("PASS_OF_IT", "secret")
    with servers.serving() as other:
        target = other.put("/real.csv", servers.whole(CONTENT))
        server.put("/near.csv", servers.moved(target))
        address = server.put("/own.csv", servers.moved("/near.csv"))
        remote.fetched(address.replace("://", "://me:{PASS_OF_IT}@"), SHA256)
        assert ["Authorization" in headers for _, headers in server.asked] == [True, True]
        assert ["Authorization" in headers for _, headers in other.asked] == [False]


def test_two_that_see_a_damaged_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes second finds it gone already, and fetches it as the first one does."""
    place = cache / SHA256 / "own.csv"
    place.parent.mkdir()
    place.write_bytes(b"damaged")

    def digest(path: Path) -> str:
        path.unlink()
        return OTHER

    monkeypatch.setattr(caching, "digest", digest)
    assert caching.held(SHA256, "own.csv") is None


def test_a_redirect_from_https_to_http() -> None:
    """What was asked for in secret is not fetched in the open; the other way round is fine."""
    follow = redirecting.Redirects().redirect_request
    asked = urllib.request.Request
    message: Any = {}
    none = io.BytesIO()
    with pytest.raises(answers.UnavailableError, match="within https, received one to http: http:"):
        follow(asked("https://a.invalid/x"), none, 302, "", message, "http://a.invalid/x?token=abc")
    assert none.closed
    up = follow(asked("http://a.invalid/x"), none, 302, "", message, "https://a.invalid/x")
    assert up is not None
    assert up.full_url == "https://a.invalid/x"


def test_a_packed_body_is_unpacked(server: Server) -> None:
    """A server that packs what it sends: the file is what comes out, checked to its end."""
    packed = gzip.compress(CONTENT)
    sent = servers.whole(packed, Content_Encoding="gzip")
    assert remote.fetched(server.put("/a.csv", sent), SHA256).read_bytes() == CONTENT
    cut = servers.whole(packed[:-9], Content_Encoding="gzip")
    refused(server.put("/b.csv", cut), r"it was cut short after \d+ packed bytes", OTHER)
    bad = servers.whole(packed[:50] + b"\0\0" + packed[52:], Content_Encoding="gzip")
    refused(server.put("/c.csv", bad), "error: Error -3", OTHER)


def test_a_packed_file_stays_packed(server: Server) -> None:
    """A `.gz` whose server calls it an encoding is the file that was published."""
    packed = gzip.compress(CONTENT)
    address = server.put("/own.csv.gz", servers.whole(packed, Content_Encoding="gzip"))
    sha256 = hashlib.sha256(packed).hexdigest()
    assert len(projects.taken({"path": address, "sha256": sha256})) == 1000


def test_another_packing_is_refused(server: Server) -> None:
    """What nobody here unpacks is told by its name."""
    address = server.put("/own.csv", servers.whole(CONTENT, Content_Encoding="br"))
    refused(address, "expected the file as it is, the server packs it by 'br'")


def test_no_file_of_a_broken_address(server: Server) -> None:
    """An address with characters that none may have."""
    refused("http://127.0.0.1/a b.csv", "it is no address: escape what is not ASCII")


def test_a_cache_that_cannot_be_written(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no broken connection: it is told at once."""
    address = server.put("/own.csv", servers.whole(CONTENT))

    class Full:
        name = "cache/own"

        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

    original = downloading._write
    monkeypatch.setattr(downloading, "_write", lambda _, block: original(Full(), block))
    refused(address, "cache/own: cannot be written: No space left on device")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({caching.VARIABLE: "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/c"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/trunkline"),
        ({"XDG_CACHE_HOME": "not/absolute", "HOME": "/h"}, "/h/.cache/trunkline"),
        ({"HOME": "/h"}, "/h/.cache/trunkline"),
        ({}, f"{os.sep}.trunkline/cache"),
    ],
)
def test_where_the_cache_is(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As stated, else the user's folder for such files, else the project."""
    for name in (caching.VARIABLE, "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(caching.folder()).endswith(expected)


def test_every_kind_of_file_may_be_at_an_address(server: Server) -> None:
    """IDX with a checksum for each file, an archive of pictures, Parquet and NumPy."""
    pixels, labels = projects.idx(np.zeros((3, 2, 2), "u1")), projects.idx(np.arange(3, dtype="u1"))
    paths = {
        "pixel": server.put("/x-idx3", servers.whole(pixels)),
        "label": server.put("/y-idx1", servers.whole(labels)),
    }
    sums = {
        "pixel": hashlib.sha256(pixels).hexdigest(),
        "label": hashlib.sha256(labels).hexdigest(),
    }
    table = projects.taken({"kind": "idx", "paths": paths, "sha256": sums})
    assert table["label"].tolist() == [0, 1, 2]
    packed = projects.zipped({"a/1.png": projects.picture(), "b/2.png": projects.picture()})
    source = {
        "kind": "images", "path": server.put("/p.zip", servers.whole(packed)), "height": 2,
        "width": 2, "sha256": hashlib.sha256(packed).hexdigest(),
    }  # fmt: skip
    assert projects.taken(source)["label"].tolist() == ["a", "b"]


def test_a_file_by_fsspec(project: Path) -> None:
    """`file://` takes the same way as an object store."""
    (project / "real.csv").write_bytes(CONTENT)
    address = f"file://{project}/real.csv"
    assert len(projects.taken({"path": address, "sha256": SHA256})) == 1000
    (project / "real.csv").unlink()
    assert len(projects.taken({"path": address, "sha256": SHA256})) == 1000  # of the cache
    refused_ = f"file://{project}/gone.csv"
    with pytest.raises(OSError, match=r"gone.csv: no such file: is the address right"):
        remote.fetched(refused_, OTHER)
    (project / "folder.csv").mkdir()
    with pytest.raises(OSError, match="it is a folder: name each file in `sources`"):
        remote.fetched(f"file://{project}/folder.csv", OTHER)


def test_an_object_is_resumed_if_it_is_the_same() -> None:
    """What a store says of a version decides where reading begins."""
    fsspec.filesystem("memory").pipe_file("/own.csv", CONTENT)
    with objects.opened("memory://own.csv", 0, None) as answer:
        mark = answer.mark
    assert mark is not None
    for told, start in ((mark, 100), ("another", 0)):
        with objects.opened("memory://own.csv", 100, told) as answer:
            assert answer.start == start
            assert answer.read(1 << 20) == CONTENT[start:]
            assert answer.total == len(CONTENT)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (
            PermissionError("https://me:pass@h/"),
            answers.UnavailableError,
            r"it may not be read: ht",
        ),
        (
            RuntimeError("at https://me:pass@h/"),
            answers.BrokenError,
            r"RuntimeError: at https://\*",
        ),
    ],
)
def test_a_store_that_fails(
    error: Exception, kind: type, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a store raises becomes a message without a password."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(objects, "_store", fail)
    with pytest.raises(kind, match=message) as found, objects.opened("s3://b/k", 0, None):
        pass
    assert "pass@" not in "".join(map(str, chain(found.value)))


@pytest.mark.parametrize(("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs")])
def test_a_store_whose_package_is_missing(scheme: str, package: str) -> None:
    """The package that reads it is named."""
    try:
        __import__(package)
    except ImportError:
        refused(f"{scheme}://bucket/own.csv", rf"{package}, .*-m pip install {package}`")
    else:
        pytest.skip(f"{package} is installed")


def chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and all that it came from."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


SECRETS = {"USER_OF_IT": "me@home", "PASS_OF_IT": "p/a:s&s", "TOKEN_OF_IT": "t0k3n+/="}


@pytest.mark.parametrize("behaviour", ["good", "moved", "refused", "broken", "other"])
def test_a_secret_is_nowhere(
    behaviour: str,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not in an output, a log, an exception of the chain or the cache; the server gets it."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    behaviours = {
        "good": servers.whole(CONTENT),
        "moved": servers.moved("ftp://me:p@127.0.0.1/x?token=t0k3n%2B%2F%3D"),
        "refused": servers.whole(b"", 403),
        "broken": servers.broken(CONTENT, 0),
        "other": servers.whole(b"a\n1\n"),
    }
    server.put("/own.csv", behaviours[behaviour])
    host = server.address.removeprefix("http://")
    address = f"http://{{USER_OF_IT}}:{{PASS_OF_IT}}@{host}/own.csv?token={{TOKEN_OF_IT}}"
    told = ""
    with caplog.at_level(logging.DEBUG):
        try:
            projects.taken({"path": address, "sha256": SHA256})
        except (ValueError, OSError) as error:
            told = "".join(f"{e!s}{e!r}{vars(e)}" for e in chain(error))
    assert (told == "") == (behaviour == "good")
    asked, headers = server.asked[0]
    assert asked == "/own.csv?token=t0k3n%2B%2F%3D"
    assert headers["Authorization"].startswith("Basic ")
    written = [p for root in (Path(), caching.folder()) for p in root.rglob("*") if p.is_file()]
    texts = [told, caplog.text, *capfd.readouterr()]
    found = "".join(texts).encode() + b"".join(path.read_bytes() for path in written)
    for value in ("me@home", "me%40home", "p/a:s", "p%2Fa", "t0k3n", "me:p@"):
        assert value.encode() not in found


def test_a_password_in_params_is_refused_and_hidden() -> None:
    """A literal password stops before anything is asked, and is shown nowhere."""
    address = "https://me:pass@example.invalid/own.csv?token=abc"
    with pytest.raises(
        ValueError, match=r"a password or a token stands in 'https://\*\*\*@exam"
    ) as e:
        projects.taken({"path": address, "sha256": SHA256})
    with pytest.raises(ValueError, match=r"https://\*\*\*@") as other:
        projects.taken({"kind": "csv", "path": [address], "sha256": SHA256})
    for error in (*chain(e.value), *chain(other.value)):
        assert not any(word in str(error) for word in ("me:", "pass@", "abc"))


def test_a_variable_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with the command that sets it."""
    monkeypatch.delenv("TOKEN_OF_IT", raising=False)
    refused(
        "https://example.invalid/own.csv?token={TOKEN_OF_IT}",
        "expected the variable TOKEN_OF_IT in the environment, it is not set: `export TOKEN_OF_IT=",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://u:p@h/x", "https://***@h/x"),
        ("https://TOKEN@h/x", "https://***@h/x"),
        ("https://u:a/b@h/x", "https://***@h/x"),
        ("https://u:a@b@h/x@2", "https://***@h/x@2"),
        ("https://{U}:{P}@h/x?token={T}", "https://{U}:{P}@h/x?token={T}"),
        ("https://h:80/x@2.csv?page=3", "https://h:80/x@2.csv?page=3"),
        ("at s3://b/k?X-Amz-Signature=ab&x=1 now", "at s3://b/k?X-Amz-Signature=***&x=1 now"),
        (
            "https://h/?sig=ab&access_token=c&apikey=d",
            "https://h/?sig=***&access_token=***&apikey=***",
        ),
        ("postgresql://u:p@h/d", "postgresql://***@h/d"),
        ("monkey=1 turkey=2", "monkey=1 turkey=2"),
    ],
)
def test_what_is_masked(text: str, expected: str) -> None:
    """Users, passwords and tokens, however they are written; nothing else."""
    assert addresses.masked(text) == expected
    assert addresses.secret(text) == (text != expected)
