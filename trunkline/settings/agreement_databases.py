"""What the entries of a source in a database ask of each other."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import SplitResult, parse_qsl, urlsplit

from trunkline.settings import addresses, naming
from trunkline.settings.databases import Sql

Problem = tuple[str, str]  # the place, what is wrong there
SQLITE = "sqlite:///"
OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey")  # what a url may say behind `?`
BEFORE = re.compile(r"(\s|\(|--[^\n]*(\n|$)|/\*.*?\*/)*", re.DOTALL)  # the first word of a query
PASSWORD = re.compile(r"://[^\s:/@]*:\S*@|[?&][a-z_]*password=")  # it may hold an @ itself
READS = ("SELECT", "WITH", "VALUES", "TABLE")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(place: str, source: Sql) -> Iterator[Problem]:
    """Yield where a source names no database, none of its rows, or tells its password."""
    if (source.table is None) == (source.query is None):
        yield place, "expected either 'table' or 'query', one of them"
    if source.query is not None:
        yield from _query(f"{place}.query", source.query)
    if PASSWORD.search(source.url):
        yield (
            f"{place}.url",
            f"expected no password in it, received {addresses.masked(source.url)!r}: params.yaml "
            "and dvc.lock are in git. Name the environment variable that holds it as "
            "`password_env`, or write it to ~/.pgpass; and change it, if this was committed",
        )
    else:
        yield from _url(f"{place}.url", source)
    if source.password_env is not None and not VARIABLE.fullmatch(source.password_env):
        yield (
            f"{place}.password_env",
            "expected the name of an environment variable (letters, digits, '_'), received "
            "something else; it is not shown, as it may be the password itself",
        )
    repeated = [name for name in source.order_by if source.order_by.count(name) > 1]
    if repeated:
        yield f"{place}.order_by", f"expected each column once, received {repeated[0]!r} twice"


def _query(place: str, query: str) -> Iterator[Problem]:
    """Yield where a query does not begin as one that reads; the database refuses the others."""
    begun = BEFORE.match(query)
    word = re.match(r"\w*", query[begun.end() if begun else 0 :])
    first = word[0].upper() if word else ""
    if first not in READS:
        yield (
            place,
            f"expected a query that reads ({', '.join(READS)}), it begins with {first!r}: a "
            "database is only read here; what changes it is done elsewhere",
        )


def _url(place: str, source: Sql) -> Iterator[Problem]:
    try:
        address = urlsplit(source.url)
        port = address.port
    except ValueError as error:  # a port that is no number
        yield place, f"expected an address such as postgresql://reader@host:5432/shop: {error}"
        return
    if address.scheme == "sqlite":
        yield from _sqlite(place, source)
    elif address.scheme == "postgresql":
        yield from _postgresql(place, address, port)
    else:
        hint = naming.nearest(address.scheme, ["sqlite", "postgresql"])
        yield (
            place,
            "expected sqlite:///<path> or postgresql://<user>@<host>/<database>, received "
            f"{source.url[:60]!r}{hint}",
        )


def _sqlite(place: str, source: Sql) -> Iterator[Problem]:
    path = source.url.removeprefix(SQLITE)
    outside = path.startswith(("/", "~")) or ".." in PurePosixPath(path.replace("\\", "/")).parts
    if not source.url.startswith(SQLITE) or not path or outside or set(path) & set(":?#%\\"):
        yield (
            place,
            f"expected {SQLITE} and a path in the project's folder, received {source.url!r}: put "
            "the file there, or a link to it",
        )
    if source.password_env is not None:
        yield place.removesuffix("url") + "password_env", "SQLite has no passwords: remove it"


def _postgresql(place: str, address: SplitResult, port: int | None) -> Iterator[Problem]:
    if not address.path.strip("/") or port == 0 or address.fragment:
        yield place, "expected postgresql://<user>@<host>:<port>/<database>: it names no database"
    for name, _ in parse_qsl(address.query, keep_blank_values=True):
        if name not in OPTIONS:
            hint = naming.suggestion(name, OPTIONS)
            yield place, f"unknown option '{name}' behind '?'{hint}"
