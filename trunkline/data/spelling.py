"""How values of each kind are spelt in text."""

import re
from collections.abc import Iterator, Set

import pyarrow as pa
import pyarrow.compute as pc

OTHER_DATE = "other date"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = DAY + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
EXPONENT = r"[eE][+-]?[0-9]+"
GROUPS = r"[0-9]{1,3}([.,][0-9]{3})+"  # with a sign between thousands
KINDS = {  # `D` is the decimal sign, `O` the other one
    "integer": r"[+-]?(0|[1-9][0-9]{0,17})",
    "number": rf"[+-]?(([0-9]+D[0-9]*|D[0-9]+)({EXPONENT})?|[0-9]+{EXPONENT})",
    "digits": r"[+-]?(0[0-9]+|[1-9][0-9]{18,})",
    "boolean": r"true|false|True|False|TRUE|FALSE",
    "infinite": r"[+-]?(inf|Inf|INF|infinity|Infinity|nan|NaN)",
    "other decimal": rf"[+-]?([0-9]*O[0-9]+|[0-9]{{1,3}}(O[0-9]{{3}}){{2,}}|{GROUPS}[.,][0-9]+)",
    "date": DAY,
    "time": TIME,
    "time with zone": TIME + r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)",
    OTHER_DATE: r"[0-9]{1,4}(-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,4}",
}
NOT_TEXT = r"^\s*[-+.,0-9tTfFiInN]"  # with what a value of these kinds begins
DATES = {  # how other dates are told apart: by their sign, and where their year stands
    f"date like {before}{sign}1{sign}{after}": re.escape(sign).join(
        [f"^[0-9]{{{digits}}}", "[0-9]+", f"[0-9]{{{last}}}$"]
    )
    for sign in "-/."
    for before, digits, after, last in (
        ("2024", "3,4", "31", "1,2"),
        ("31", "1,2", "2024", "3,4"),
        ("31", "1,2", "24", "1,2"),
        ("2024", "3,4", "2024", "3,4"),  # none at all; a number of another kind
    )
}


def pattern(kind: str, decimal: str) -> str:
    """Return the regular expression of a whole value of a kind."""
    signs = {"D": re.escape(decimal), "O": re.escape("," if decimal == "." else ".")}
    return "^(" + re.sub("[DO]", lambda sign: signs[sign[0]], KINDS[kind]) + ")$"


def told_apart(kind: str, fits: pa.Array, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """Yield a kind with the values that are of it; for dates, each form that may be another one.

    Args:
        kind: one of `KINDS`.
        fits: which values are of it.
        values: without blanks around them.
    """
    if kind != OTHER_DATE or not pc.any(fits).as_py():
        yield kind, fits
        return
    for form, spelt in DATES.items():
        yield form, pc.and_(fits, pc.match_substring_regex(values, spelt))


def one_form(kinds: Set[str]) -> bool:
    """Return whether all values are dates of one form that is not that of ISO 8601."""
    return len(kinds) == 1 and kinds <= DATES.keys()
