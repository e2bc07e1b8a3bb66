"""Tables and queries of a database, from which the rows of a dataset come."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Gt, MinLen

from trunkline.settings.files import Columns

Name = Annotated[str, MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class Sql:
    """A table or a query of SQLite or PostgreSQL, read and never written.

    Attributes:
        url: `sqlite:///data/shop.db`, or `postgresql://reader@host:5432/shop`; without a password.
        table: its name, with its schema before a point where it has one.
        query: instead of `table`: one statement that reads.
        order_by: columns that put the rows in one order; none for all columns.
        password_env: the environment variable that holds the password; none for what
            PostgreSQL's own library finds (`~/.pgpass`).
        timeout: seconds that the database may take for a statement, or for the next rows.
    """

    kind: Literal["sql"]
    url: Name
    table: Name | None = None
    query: Name | None = None
    order_by: tuple[Name, ...] = ()
    password_env: Name | None = None
    timeout: Annotated[int, Gt(0)] = 600
    columns: Columns = field(default_factory=Columns)
