"""Entries of a source in a database that contradict each other are told with their place."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading

Changed = Callable[[str, object], dict[str, Any]]
Problems = Callable[[object], list[str]]
PLACE = "datasets.digits.source"
SECRET = "open-sesame"  # noqa: S105 - nobody's
LITE = {"kind": "sql", "url": "sqlite:///data/shop.db", "table": "orders"}
POST = {"kind": "sql", "url": "postgresql://reader@host:5432/shop", "table": "orders"}
REFUSED = ".url: expected no password in it, received 'postgresql://***@host/shop"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ({"kind": "sql", "url": LITE["url"]}, ": expected either 'table' or 'query', one of them"),
        (LITE | {"query": "SELECT 1"}, ": expected either 'table' or 'query', one of them"),
        ({"kind": "sql", "table": "orders"}, ".url: missing; it has no default"),
        (LITE | {"url": "sqlite:////data/shop.db"}, ".url: expected sqlite:/// and a path in the"),
        (LITE | {"url": "sqlite:///../shop.db"}, ".url: expected sqlite:/// and a path in the"),
        (LITE | {"url": "sqlite:///~/shop.db"}, ".url: expected sqlite:/// and a path in the"),
        (LITE | {"url": "sqlite://"}, ".url: expected sqlite:/// and a path in the project's"),
        (LITE | {"url": "sqlite:///:memory:"}, ".url: expected sqlite:/// and a path in the"),
        (LITE | {"url": "sqlite:///a.db?mode=rw"}, ".url: expected sqlite:/// and a path in the"),
        (LITE | {"password_env": "X"}, ".password_env: SQLite has no passwords: remove it"),
        (LITE | {"url": "shop.db"}, ".url: expected sqlite:///<path> or postgresql://<user>@<"),
        (POST | {"url": "mysql://host/shop"}, ".url: expected sqlite:///<path> or postgresql://"),
        (POST | {"url": "postgres://host/shop"}, "received 'postgres://host/shop'; did you mean"),
        (POST | {"url": "postgresql://host"}, ".url: expected postgresql://<user>@<host>:<port>/"),
        (POST | {"url": "postgresql://host:x/shop"}, ".url: expected an address such as postgres"),
        (
            POST | {"url": "postgresql://h/shop?sslmod=x"},
            ".url: unknown option 'sslmod' behind '?'",
        ),
        (POST | {"url": f"postgresql://reader:{SECRET}@host/shop"}, REFUSED),
        (POST | {"url": f"postgresql://reader:{SECRET}/@{SECRET}@host/shop"}, REFUSED),
        (POST | {"url": f"postgresql://h/shop?password={SECRET}"}, "/shop?password=***'"),
        (POST | {"password_env": f"{SECRET}!"}, ".password_env: expected the name of an env"),
        (POST | {"timeout": 0}, ".timeout: expected a number greater than 0, received 0"),
        (POST | {"order_by": ["a", "b", "a"]}, ".order_by: expected each column once, received"),
        (f"postgresql://reader:{SECRET}@host/shop", ": expected entries with a 'kind'"),
        (
            {"path": f"postgresql://reader:{SECRET}@host/shop.csv"},
            ".path: expected http, https, s3, gs",
        ),
        (
            {"path": f"postgresql://reader:{SECRET}@host/shop"},
            ": it is the address of a database: write `kind: sql`, that address as `url`",
        ),
        (
            {"url": f"postgres://reader:{SECRET}@host/shop"},
            ": `url` is that of a database: add `kind: sql`",
        ),
        (POST | {"table": None, "query": "DROP TABLE orders"}, "it begins with 'DROP': a datab"),
        (POST | {"table": None, "query": "/* SELECT */ ("}, "it begins with '': a database is"),
    ],
)
def test_a_contradiction_is_told(
    source: object, line: str, changed: Changed, problems: Problems
) -> None:
    """What names no database, no rows or a password; the password is not shown."""
    found = problems(changed(PLACE, source))
    assert any(problem.startswith(f"params.yaml: {PLACE}") and line in problem for problem in found)
    assert not any(SECRET in problem for problem in found)


def test_a_password_is_not_shown_where_nobody_expects_an_address(
    changed: Changed, problems: Problems
) -> None:
    """An address in the wrong place is shown without its password."""
    for place in ("datasets.digits.sources", "datasets.digits.split", "seed"):
        found = problems(changed(place, f"postgresql://reader:{SECRET}@host/shop"))
        assert found
        assert not any(SECRET in problem for problem in found)


@pytest.mark.parametrize("source", [LITE, POST, POST | {"password_env": "SHOP_PASSWORD"}])
def test_databases_are_read(source: dict[str, Any], changed: Changed) -> None:
    """A file in the project and a server, with and without a password."""
    found = reading.read(changed(PLACE, source)).datasets["digits"].source
    assert vars(found)["url"] == source["url"]
