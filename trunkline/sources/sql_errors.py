"""What a database says went wrong, in words that name the place and the way to mend it."""

import contextlib
import re
from collections.abc import Iterator

import sqlalchemy as sa

READ = "a database is only read here, in a transaction that cannot write"
WRITES = re.compile(
    r"read-?only|read-write mode|data-modifying|INTO is not allowed"
    r'|near "(INSERT|UPDATE|DELETE|MERGE|REPLACE|INTO|DROP|CREATE|ALTER|TRUNCATE|COPY|CALL)"',
    re.IGNORECASE,
)
SEVERAL = re.compile(r'near ";"|multiple commands|one statement at a time')
# In this order: what is looked for in the words of the database, and what is said to it.
KNOWN = (
    (WRITES, ValueError, f"expected a query that reads: {READ}: write it as one SELECT"),
    (SEVERAL, ValueError, "expected one statement: leave out `;` and what follows it"),
    (
        r"password authentication|no password supplied|fe_sendauth|role \"[^\"]*\" does not exist",
        PermissionError,
        "the user or the password is wrong: set the variable that `password_env` names, or write "
        "the password to ~/.pgpass",
    ),
    (
        r"statement timeout|interrupted",
        TimeoutError,
        "it took longer than `timeout`: raise it, ask for fewer rows, or name `order_by` columns "
        "that have an index",
    ),
    (r"permission denied", PermissionError, "ask the owner for the right to SELECT"),
    (r"database is locked", TimeoutError, "somebody writes to it: try again when that has ended"),
    (
        r"not a database|malformed|disk I/O",
        ValueError,
        "expected a sound database of SQLite: restore it from a copy",
    ),
    (
        r"database \"[^\"]*\" does not exist",
        ValueError,
        "correct the name at the end of `url`",
    ),
    (
        r"no such table|relation \"[^\"]*\" does not exist",
        ValueError,
        "correct the name, with its schema before a point where it has one",
    ),
    (r"no such column|column \S+ does not exist", ValueError, "correct the name of the column"),
    (
        r"syntax error|incomplete input|no such function|function .* does not exist",
        ValueError,
        "correct the query; this database must understand it",
    ),
    (
        r"connection (to server .*)?failed|Connection refused|could not translate|resolve"
        r"|timeout expired|connection timeout|starting up|too many (clients|connections)",
        ConnectionError,
        "it cannot be reached: see that the server runs, and that host and port of `url` are right",
    ),
    (
        r"server closed|terminating connection|connection is lost|consuming input failed",
        ConnectionError,
        "the connection was lost while rows were read: run it again",
    ),
    (r"decode|encoding|byte sequence", ValueError, "a text in it is not UTF-8: mend it there"),
)


@contextlib.contextmanager
def told(place: str, password: str | None) -> Iterator[None]:
    """Turn whatever a database or its driver raises into a message.

    Args:
        place: the database, without its password.
        password: is not shown, whoever repeats it.

    Raises:
        ValueError: rows or query are not what is expected.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    try:
        yield
    except (sa.exc.SQLAlchemyError, UnicodeDecodeError) as error:
        words = " ".join(str(getattr(error, "orig", None) or error).split())
        if password and len(password) > 3:
            words = words.replace(password, "***")
        raise _error(place, words) from error


def _error(place: str, words: str) -> Exception:
    shown = re.split(r" LINE \d+:", words)[0][:300]  # lines are counted in what stands around it
    for pattern, kind, advice in KNOWN:
        if re.search(pattern, words):
            return kind(f"{place}: {shown}: {advice}")
    return ValueError(f"{place}: the database refused: {shown}")
