"""Addresses of files (`https://...`): what they are called, and what of them nobody may read.

A password or a token does not stand in an address: `{NAME}` stands for it, and is filled in from
the environment by who connects. So what is written down, shown or recorded never holds a secret.
"""

import re
import urllib.parse
from collections.abc import Iterable, Mapping

SCHEMES = ("http", "https", "s3", "gs", "file")
ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
VARIABLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
HIDDEN = "***"
# Names of what a query hands over in secret, as the makers of storage and of interfaces call it.
_NAMES = (
    r"[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|signature|credential|api[_-]?key|apikey"
    r"|access[_-]?key(?:id)?|private[_-]?key|auth(?:orization)?)[\w-]*"
    r"|pass|pwd|key|sig|jwt|bearer"
)
_QUERY = re.compile(rf"(?<![\w.-])((?:{_NAMES})=)(?!\{{)([^&\s#'\"]+)", re.IGNORECASE)
_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^\s'\"<>]*)@")
_HOST = re.compile(r"(?:[^:@]*|\[[^]]*\])(?::\d*)?")


def remote(path: str) -> bool:
    """Return whether a path is an address, of whatever scheme.

    Example:
        >>> remote("https://example.org/own.csv"), remote("data/own.csv")
        (True, False)
    """
    return ADDRESS.match(path) is not None


def scheme(address: str) -> str:
    """Return the scheme of an address in small letters, nothing for a path."""
    found = ADDRESS.match(address)
    return found[1].lower() if found else ""


def name(path: str) -> str:
    """Return the name of the file at a path or an address, without query and fragment.

    Example:
        >>> name("https://example.org/a/own.csv.gz?version=2"), name("data/own.csv")
        ('own.csv.gz', 'own.csv')
    """
    plain = urllib.parse.unquote(re.split(r"[?#]", path)[0]) if remote(path) else path
    return ADDRESS.sub("", plain).replace("\\", "/").rpartition("/")[2]


def masked(text: str) -> str:
    """Return a text without the passwords and tokens of the addresses in it.

    Example:
        >>> masked("no https://me:pass@example.org/a?token=abc&part=1")
        'no https://***@example.org/a?token=***&part=1'
    """
    return _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(_user, text))


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text without these secrets, nor those of the addresses in it.

    Example:
        >>> hidden("no http://me:pass@example.org/abc", ["abc"])
        'no http://***@example.org/***'
    """
    for value in secrets:
        text = text.replace(value, HIDDEN)
    return masked(text)


def secret(address: str) -> bool:
    """Return whether an address holds a password or a token itself, not the name of a variable.

    Example:
        >>> secret("https://me:{PASSWORD}@example.org/own.csv?token={TOKEN}")
        False
    """
    return masked(address) != address


def filled(address: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return an address with the values of its variables, and these values as they may appear.

    Args:
        address: with `{NAME}` where a value belongs.
        values: by name, such as the environment.

    Raises:
        ValueError: a variable has no value.
    """
    full, secrets = address, []
    for name in dict.fromkeys(VARIABLE.findall(address)):
        value = values.get(name)
        if not value:
            raise ValueError(
                f"{masked(address)}: expected the variable {name} in the environment, it is not "
                f"set: `export {name}=...`"
            )
        quoted = urllib.parse.quote(value, safe="")
        full = full.replace(f"{{{name}}}", quoted)
        secrets += [value, quoted]
    return full, secrets


def _user(found: re.Match[str]) -> str:
    """Return an address up to an `@`: as it is where no user is before it, or each is a variable.

    A password may hold what should have been escaped: `https://me:a/b@example.org`.
    """
    scheme, whole = found[1], found[2]
    authority = re.split(r"[/?#]", whole)[0]
    user, rest = whole, ""
    if authority != whole and "@" in authority:
        user = authority.rpartition("@")[0]
        rest = f"{whole[len(user) + 1 :]}@"
    elif authority != whole and _HOST.fullmatch(authority):
        return found[0]  # the `@` is one of the path's
    name, _, password = user.partition(":")
    plain = VARIABLE.fullmatch(password or name)
    return f"{scheme}{user if plain else HIDDEN}@{rest}"
