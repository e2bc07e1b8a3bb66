"""Addresses without their passwords, for whatever a person or a file may see."""

import re

HIDDEN = "***"
USER = re.compile(r"(://[^\s:/@]*):\S*@")  # up to the last @: a password may hold one
SECRETS = "[a-z_]*password|token|secret|access_key|sig|signature"
ENTRY = re.compile(rf"([?&](?:{SECRETS})=)[^&\s]*", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text in which the passwords of addresses are hidden.

    Example:
        >>> masked("postgresql://reader:p@ss@host/shop?sslmode=require")
        'postgresql://reader:***@host/shop?sslmode=require'
        >>> masked("https://host/a.csv?token=abc&page=1")
        'https://host/a.csv?token=***&page=1'
    """
    return ENTRY.sub(rf"\1{HIDDEN}", USER.sub(rf"\1:{HIDDEN}@", text))
